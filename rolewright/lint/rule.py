"""What a rule is, and the folder of them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from rolewright.lint import rules as folder
from rolewright.lint.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rolewright.lint.subject import Subject

    Check = Callable[[Subject], Iterator[tuple[str, str]]]
    Look = Callable[[Subject], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: a pure generator over a document, of the path and the message of each finding."""

    id: str
    severity: Severity
    check: Check

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Yield what the rule finds."""
        for path, message in self.check(subject):
            yield Finding(id=self.id, path=path, message=message, severity=self.severity)


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Rules that look at the same parts of a document.

    `is_quiet` is a quick look that tells whether surely none of them finds anything: documents are
    many, and nearly all are good.
    """

    rules: tuple[Rule, ...]
    is_quiet: Look


def error(id: str, check: Check) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS refuses."""
    return Rule(id=id, severity=Severity.ERROR, check=check)


def warning(id: str, check: Check) -> Rule:  # noqa: A002  # it is the field's name
    """Return a rule for what AWS takes, but what does nothing or not what it says."""
    return Rule(id=id, severity=Severity.WARNING, check=check)


@cache
def families() -> tuple[Family, ...]:
    """Return every rule: each module of the folder holds some, as `RULES`, and `is_quiet`."""
    modules = [
        importlib.import_module(f"{folder.__name__}.{found.name}")
        for found in pkgutil.iter_modules(folder.__path__)
    ]
    return tuple(
        Family(rules=tuple(rule for module in found for rule in module.RULES), is_quiet=is_quiet)
        for is_quiet, found in groupby(modules, lambda module: module.is_quiet)
    )
