"""Policy variables: `${aws:username}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam.operators import Family

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.iam.operators import Operator

WITH_VARIABLES = "2012-10-17"
"""The version of documents in which variables are variables; in older ones they are text."""

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT = re.compile(r"\s*+((?:[^,\s]++|\s++(?=[^,\s]))++)\s*+,\s*+'([^']*+)'\s*+")
_ESCAPES = ("*", "?", "$")
LITERALS = {"*": "\ue0f0", "?": "\ue0f1"}
"""Stand-ins for signs that must not act as wildcards in a pattern."""


class Unresolved(Exception):  # noqa: N818  # the statement doesn't apply; it is no error
    """A variable has no single value in the request, so the statement does not apply."""


def has_variables(text: str) -> bool:
    """Whether a text has a policy variable in it."""
    return "${" in text


def has_escapes(text: str) -> bool:
    """Whether a resolved text has signs that must not act as wildcards."""
    return any(sign in text for sign in LITERALS.values())


def named_in(text: str) -> tuple[str, ...]:
    """Return the context keys, as they are written, that a text has as variables."""
    return tuple(
        named[1] if (named := _DEFAULT.fullmatch(inside)) else inside.strip()
        for inside in _VARIABLE.findall(text)
        if inside not in _ESCAPES
    )


def keys_in(text: str) -> frozenset[str]:
    """Return the context keys, in lower case, that a text has as variables."""
    return frozenset(key.lower() for key in named_in(text))


def needed_in(text: str) -> frozenset[str]:
    """Return the keys, in lower case, of the variables that have no default in a text."""
    return frozenset(
        inside.strip().lower()
        for inside in _VARIABLE.findall(text)
        if inside not in _ESCAPES and not _DEFAULT.fullmatch(inside)
    )


def loosely(text: str) -> str:
    """Return a pattern of all that a text may be, whatever its variables stand for."""
    return _VARIABLE.sub("*", text)


def has_default(text: str) -> bool:
    """Whether a text has a variable with a default."""
    return any(map(_DEFAULT.fullmatch, _VARIABLE.findall(text)))


def may_resolve(text: str, version: str, operator: Operator | None) -> bool:
    """Whether a text has variables that stand for something, in a document of that version."""
    if "${" not in text or version != WITH_VARIABLES:
        return False
    return operator is None or operator.family in (Family.STRING, Family.ARN)


def resolve(
    text: str, context: Mapping[str, tuple[str, ...]], version: str, operator: Operator | None
) -> str:
    """Return the text with its variables filled in from the context.

    Raises Unresolved where a variable has no single value. `operator` is None in a resource.
    """
    if not may_resolve(text, version, operator):
        return text
    # Without wildcards every sign is literal as it is.
    exact = operator is not None and operator.relation != "like"
    literals = {} if exact else LITERALS
    return _VARIABLE.sub(lambda found: _value(found[1], context, literals), text)


def _value(inside: str, context: Mapping[str, tuple[str, ...]], literals: Mapping[str, str]) -> str:
    if inside in _ESCAPES:
        return literals.get(inside, inside)
    named = _DEFAULT.fullmatch(inside)
    key, default = (named[1], named[2]) if named else (inside.strip(), None)
    values = context.get(key.lower()) or (() if default is None else (default,))
    if len(values) != 1:
        raise Unresolved(key)
    value = values[0]
    for sign, stand_in in literals.items():
        value = value.replace(sign, stand_in)
    return value


def marked(value: str, given: str) -> str:
    """Return a request's value so that it meets the signs that `${*}` and `${?}` stand for."""
    for sign, stand_in in LITERALS.items():
        if stand_in in value:
            given = given.replace(sign, stand_in)
    return given
