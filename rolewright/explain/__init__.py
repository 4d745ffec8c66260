"""Why a role may or may not do something, and the smallest change of the stack config that helps.

May import every room but `cli`.
"""

from rolewright.explain.additions import Addition
from rolewright.explain.checks import Check
from rolewright.explain.explanation import Explanation, Near, Place, explain
from rolewright.explain.fix import Asking, Fix, smallest_fix
from rolewright.explain.patch import Patch, patched
from rolewright.explain.words import condition_words, miss_words

__all__ = [
    "Addition",
    "Asking",
    "Check",
    "Explanation",
    "Fix",
    "Near",
    "Patch",
    "Place",
    "condition_words",
    "explain",
    "miss_words",
    "patched",
    "smallest_fix",
]
