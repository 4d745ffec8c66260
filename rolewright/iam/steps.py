"""How much a question may cost before it is given up."""

from __future__ import annotations

from rolewright.iam.patterns import Undecided

MOST_STEPS = 30_000
"""About a third of a second."""


class Steps:
    """A count that one question, with all its parts, shares."""

    __slots__ = ("left",)

    def __init__(self, most: int = MOST_STEPS) -> None:
        self.left = most

    def take(self, number: int = 1) -> None:
        """Count. Raises Undecided where the question has cost too much."""
        self.left -= number
        if self.left < 0:
            raise Undecided("comparing takes too many steps")
