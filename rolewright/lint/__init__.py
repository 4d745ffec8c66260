"""The linter: what AWS would refuse in a policy document, and what silently does nothing in it.

A rule is a row in a file of `rules`, found by being there. May import `rolewright.iam`, `reference`.
"""

from rolewright.lint.excerpts import draw
from rolewright.lint.finding import Finding, Severity
from rolewright.lint.linting import lint
from rolewright.lint.reading import Recorded
from rolewright.lint.subject import Kind, guess_kind

__all__ = ["Finding", "Kind", "Recorded", "Severity", "draw", "guess_kind", "lint"]
