"""Where commands get roles: a stack's file, documents, a stack, files of any kind, or AWS.

Whatever can't be read raises BadInput, in the same words for all commands. A module a source, since
each takes what the others don't need.
"""
