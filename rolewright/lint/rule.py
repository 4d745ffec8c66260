"""What a rule is, and the folder of them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rolewright.lint import rules as folder
from rolewright.lint.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.lint.subject import Subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: a pure generator over a document, of the path and the message of each finding."""

    id: str
    severity: Severity
    check: Callable[[Subject], Iterator[tuple[str, str]]]

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Yield what the rule finds."""
        for path, message in self.check(subject):
            yield Finding(id=self.id, path=path, message=message, severity=self.severity)


def error(id: str, check: Callable[[Subject], Iterator[tuple[str, str]]]) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS refuses."""
    return Rule(id=id, severity=Severity.ERROR, check=check)


def warning(id: str, check: Callable[[Subject], Iterator[tuple[str, str]]]) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS takes, but what does nothing or not what it says."""
    return Rule(id=id, severity=Severity.WARNING, check=check)


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule: each module of the folder holds some, as `RULES`."""
    return tuple(
        rule
        for found in pkgutil.iter_modules(folder.__path__)
        for rule in importlib.import_module(f"{folder.__name__}.{found.name}").RULES
    )
