"""What a rule is, and the folder of them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from rolewright.lint import rules as folder
from rolewright.lint.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.lint.subject import Subject

    Check = Callable[[Subject], Iterator[tuple[str, str]]]


class About(Enum):
    """A part that not every document has."""

    CONDITIONS = "conditions"
    PRINCIPALS = "principals"
    VARIABLES = "variables"


def parts_of(subject: Subject) -> frozenset[About]:
    """Return the parts that a document has."""
    found: set[About] = set()
    for statement in subject.statements:
        if "Condition" in subject.raw[statement.index]:
            found.add(About.CONDITIONS)
        if statement.principals is not None or statement.not_principals is not None:
            found.add(About.PRINCIPALS)
        texts = [*(statement.resources or ()), *(statement.not_resources or ())]
        texts += (value for condition in statement.conditions for value in condition.values)
        if "${" in " ".join(texts):
            found.add(About.VARIABLES)
    return frozenset(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: a pure generator over a document, of the path and the message of each finding.

    `about` is what a document must have for it to find anything.
    """

    id: str
    severity: Severity
    check: Callable[[Subject], Iterator[tuple[str, str]]]
    about: About | None = None

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Yield what the rule finds."""
        for path, message in self.check(subject):
            yield Finding(id=self.id, path=path, message=message, severity=self.severity)


def error(id: str, check: Check, about: About | None = None) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS refuses."""
    return Rule(id=id, severity=Severity.ERROR, check=check, about=about)


def warning(id: str, check: Check, about: About | None = None) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS takes, but what does nothing or not what it says."""
    return Rule(id=id, severity=Severity.WARNING, check=check, about=about)


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule: each module of the folder holds some, as `RULES`."""
    return tuple(
        rule
        for found in pkgutil.iter_modules(folder.__path__)
        for rule in importlib.import_module(f"{folder.__name__}.{found.name}").RULES
    )
