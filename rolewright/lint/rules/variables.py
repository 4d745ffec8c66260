"""Policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family, spelled
from rolewright.lint.finding import did_you_mean, quoted
from rolewright.lint.rule import error, warning
from rolewright.reference import condition_key_type, nearest
from rolewright.reference.store import read_condition_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.lint.subject import Subject

_WITH_VARIABLES = "2012-10-17"
_OPENED = re.compile(r"\$\{([^}]*)(\}?)")
_FORM = re.compile(r"(?P<key>[^\s,']+)(?:\s*,\s*'[^']*')?")
_SIGNS = ("*", "?", "$")
_OPENING = ("${", "\\u")
"""What a JSON text with a variable has, spelled out or not."""


def _old_version(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.document.version == _WITH_VARIABLES:
        return
    for path, value in _values(subject):
        said = f"the variable in {quoted(value)} is plain text in this version"
        yield path, f"{said}; set `Version` to `{_WITH_VARIABLES}`"


def _malformed(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, value in _values(subject):
        for inside, close in _OPENED.findall(value):
            if not close:
                yield path, f"{quoted(value)} has a `${{` that is not closed by `}}`"
            elif inside not in _SIGNS and not _FORM.fullmatch(inside):
                said = f"`${{{inside}}}` is not a variable"
                yield path, f"{said}; write `${{aws:username}}` or `${{aws:username, 'default'}}`"


def _unknown(subject: Subject) -> Iterator[tuple[str, str]]:
    for path, value in _values(subject):
        for inside, close in _OPENED.findall(value):
            form = _FORM.fullmatch(inside)
            if not close or inside in _SIGNS or form is None:
                continue
            key = form["key"]
            if "." in key.partition(":")[0] or condition_key_type(key) is not None:
                continue
            meant = did_you_mean(nearest(key, read_condition_keys()))
            yield path, f"`${{{key}}}` is no condition key, so the statement never applies{meant}"


def _values(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the values that have a variable, where one may stand."""
    for statement in subject.statements:
        if _have_variable(statement.resources or statement.not_resources or ()):
            for path, value in subject.entries(statement, "Resource", "NotResource"):
                if "${" in value:
                    yield path, value
        for condition in statement.conditions:
            operator = spelled(condition.operator)
            if (
                operator
                and operator.base.family in (Family.STRING, Family.ARN)
                and _have_variable(condition.values)
            ):
                for path, value in subject.condition_values(statement, condition):
                    if "${" in value:
                        yield path, value


def _have_variable(values: Sequence[str]) -> bool:
    return any("${" in value for value in values)


def is_quiet(subject: Subject) -> bool:
    """Whether there is no variable."""
    if isinstance(subject.source, str) and not any(sign in subject.source for sign in _OPENING):
        return True
    return not any(
        _have_variable(one.resources or one.not_resources or ())
        or any(_have_variable(condition.values) for condition in one.conditions)
        for one in subject.statements
    )


RULES = (
    warning("variables-without-version", _old_version),
    error("bad-variable", _malformed),
    warning("unknown-variable", _unknown),
)
