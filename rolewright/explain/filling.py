"""What context a request would have to have for statements such as grants have to apply to it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.grants.proposals import names
from rolewright.iam import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.iam import Request, Statement

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ANY = "x"
"""A value for a variable of which the resource doesn't say what it is."""


def fillings(
    request: Request, statements: Sequence[Statement]
) -> Iterator[tuple[Request, tuple[Condition, ...]]]:
    """Yield a request as it is, then with the context that each statement for it asks for.

    With it come the conditions that this meets. Whether the statement applies then is for
    evaluation to say.
    """
    yield request, ()
    for statement in statements:
        if statement.resources is None or names(statement, request):
            when = (*_of_variables(statement, request), *_of_conditions(statement, request))
            if when:
                yield _filled(request, when), when


def _of_conditions(statement: Statement, request: Request) -> Iterator[Condition]:
    return (c for c in statement.conditions if c.key.lower() not in request.lowered)


def _of_variables(statement: Statement, request: Request) -> Iterator[Condition]:
    """Yield what the policy variables of a statement have to stand for."""
    values: dict[str, str] = {}
    texts = (*(statement.resources or ()), *(v for c in statement.conditions for v in c.values))
    for text in texts:
        keys = _VARIABLE.findall(text)
        matched = _reversed(text).fullmatch(request.resource) if keys else None
        if matched:
            values = {**dict(zip(keys, matched.groups(), strict=True)), **values}
    for key in dict.fromkeys(key for text in texts for key in _VARIABLE.findall(text)):
        if key.lower() not in request.lowered:
            if key in values:
                yield Condition(operator="StringEquals", key=key, values=(values[key],))
            else:
                yield Condition(operator="Null", key=key, values=("false",))


def _reversed(resource: str) -> re.Pattern[str]:
    """Return what takes the values of variables out of a resource."""
    parts = (
        re.escape(part).replace(r"\*", ".*").replace(r"\?", ".")
        for part in _VARIABLE.split(resource)[::2]
    )
    return re.compile("([^/]+)".join(parts), re.DOTALL)


def _filled(request: Request, when: Sequence[Condition]) -> Request:
    context: dict[str, tuple[str, ...]] = dict(request.context)
    for condition in when:
        if condition.operator == "Null":
            if condition.values == ("false",):
                context.setdefault(condition.key, (_ANY,))
        else:
            value = condition.values[0].replace("*", "")
            context[condition.key] = (_resolved(value, context),)
    return replace(request, context=context)


def _resolved(value: str, context: Mapping[str, tuple[str, ...]]) -> str:
    return _VARIABLE.sub(lambda found: context.get(found[1], (found[0],))[0], value)
