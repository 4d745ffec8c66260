"""What a rule is, and the folder of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from rolewright.lint import rules as folder
from rolewright.lint.arns import is_sound
from rolewright.lint.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.iam import Statement
    from rolewright.lint.subject import Subject

    Check = Callable[[Subject], Iterator[tuple[str, str]]]


class About(Enum):
    """A part that not every document has, or not with anything to say of it."""

    CONDITIONS = "conditions"
    PRINCIPALS = "principals"
    RESOURCES = "resources"
    VARIABLES = "variables"


def parts_of(subject: Subject) -> frozenset[About]:
    """Return the parts of a document that rules may find something in."""
    found: set[About] = set()
    for statement in subject.statements:
        if "Condition" in subject.raw[statement.index] and _sign(subject, statement) not in _quiet:
            found.add(About.CONDITIONS)
        if statement.principals is not None or statement.not_principals is not None:
            found.add(About.PRINCIPALS)
        texts = [*(statement.resources or ()), *(statement.not_resources or ())]
        if not all(one == "*" or is_sound(one) for one in texts):
            found.add(About.RESOURCES)
        texts += (value for condition in statement.conditions for value in condition.values)
        if "${" in " ".join(texts):
            found.add(About.VARIABLES)
    return frozenset(found)


_quiet: OrderedDict[tuple[object, ...], None] = OrderedDict()
"""Statements by what rules about conditions look at, where they found nothing: documents of an
account have the same conditions over and over.
"""
_MOST_QUIET = 4096


def keep_quiet(subject: Subject) -> None:
    """Remember that the rules about conditions have nothing to say of a document."""
    for statement in subject.sound_statements:
        if "Condition" in subject.raw[statement.index]:
            _quiet[_sign(subject, statement)] = None
    while len(_quiet) > _MOST_QUIET:
        _quiet.popitem(last=False)


def _sign(subject: Subject, statement: Statement) -> tuple[object, ...]:
    # An operator without keys is in the JSON alone.
    operators = len(subject.raw[statement.index]["Condition"])
    return operators, statement.effect.value, statement.actions, statement.conditions


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
def rules_for(parts: frozenset[About]) -> tuple[Rule, ...]:
    """Return the rules that may find something in a document with these parts."""
    return tuple(rule for rule in rules() if rule.about is None or rule.about in parts)


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule: each module of the folder holds some, as `RULES`."""
    return tuple(
        rule
        for found in pkgutil.iter_modules(folder.__path__)
        for rule in importlib.import_module(f"{folder.__name__}.{found.name}").RULES
    )
