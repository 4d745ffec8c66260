"""Why a role may or may not do something, and the smallest change of the stack config that helps.

May import every room but `cli`.
"""

from rolewright.explain.patch import Patch, patched

__all__ = ["Patch", "patched"]
