"""The linter's rules, a family a file: each holds `RULES` and `is_quiet`, and is found by being there.

May import `rolewright.iam`, `reference` and the linter's own frame.
"""
