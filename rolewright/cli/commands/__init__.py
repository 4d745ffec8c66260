"""The commands, a file each: the docstring's first line is its summary, `COMMAND` the command.

May import every room of rolewright at the top: a command is imported only when it is called.
"""
