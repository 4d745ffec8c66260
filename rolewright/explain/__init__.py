"""Why a role may or may not do something, and the smallest change of the stack config that helps.

May import every room but `cli`.
"""

from rolewright.explain.additions import Addition
from rolewright.explain.fix import Asking, Fix, smallest_fix
from rolewright.explain.patch import Patch, patched

__all__ = ["Addition", "Asking", "Fix", "Patch", "patched", "smallest_fix"]
