"""Requests that show a difference, confirmed by evaluation and as readable as they can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from rolewright.iam.comparing import filled
from rolewright.iam.evaluation import Request, evaluate
from rolewright.iam.forms import has_form
from rolewright.iam.patterns import matcher
from rolewright.iam.rules import texts_of
from rolewright.iam.variables import named_in
from rolewright.iam.walks import spelled_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.iam.comparing import Found
    from rolewright.iam.rules import Rule
    from rolewright.iam.sides import Side

KnownActions = Callable[[str], Iterable[str]]
"""Returns names of actions that an action pattern matches, the most usual ones first."""

_FEW_NAMES = 200
_USUAL_ACTIONS = ("s3:GetObject", "ec2:RunInstances", "iam:PassRole")


class Witnesses:
    """Makes requests that `one` allows and `other` does not."""

    def __init__(self, one: Side, other: Side, known: KnownActions | None) -> None:
        self._one = one
        self._other = other
        self._known = known
        self._names = {
            key.lower(): key for rule in (*one.rules, *other.rules) for key in _keys(rule)
        }

    def confirmed(
        self, found: Found, bases: Sequence[Rule], nots: Sequence[Rule], form: str
    ) -> Request | None:
        """Return the request that was found, once evaluation confirms it, or None.

        Resources are to be of the form.
        """
        rules = (*bases, *nots)
        action = _plain(found.action, (p for rule in rules for p in rule.actions.patterns))
        resource = _plain(found.resource, (p for rule in rules for p in rule.resources.patterns))
        request = self._request(action, resource, found)
        if not self._is_witness(request):
            return None
        readable = [one for one in self._readable(bases) if one == "*" or has_form(form, one)]
        if resource not in readable:
            better = (self._request(action, one, found) for one in readable)
            request = next(filter(self._is_witness, better), request)
        written = bases[0].statement.actions or ()
        name = next((name for name in written if name.lower() == action), None)
        if name is not None:
            return replace(request, action=name)
        known = (replace(request, action=better) for better in self._readable_actions(bases[0]))
        return next(filter(self._is_witness, known), request)

    def _readable(self, bases: Sequence[Rule]) -> Iterator[str]:
        for base in bases:
            statement = base.statement
            if statement.resources is None and statement.not_resources is None:
                # A trust policy's own resource is the role.
                yield f"arn:aws:iam::{self._one.resource_account}:role/some-role"
            elif not base.resources.all_but:
                yield from ("*" if p == "*" else filled(p) for p in base.resources.patterns[:3])

    def _readable_actions(self, pivot: Rule) -> Iterator[str]:
        if self._known is not None:
            for pattern in ("*",) if pivot.actions.all_but else pivot.actions.patterns:
                yield from islice(self._known(pattern), _FEW_NAMES)
        yield from _USUAL_ACTIONS

    def _request(self, action: str, resource: str, found: Found) -> Request:
        return Request(
            action=action,
            resource=resource,
            context={self._names.get(key, key): given for key, given in found.context.items()},
            principal=self._one.caller,
            resource_account=self._one.resource_account,
        )

    def _is_witness(self, request: Request) -> bool:
        return (
            evaluate(request, self._one.policies).allowed
            and not evaluate(request, self._other.policies).allowed
        )


def _keys(rule: Rule) -> Iterator[str]:
    """Yield the context keys of a rule as they are written."""
    yield from (key for text in texts_of(rule.statement) for key in named_in(text))
    yield from (condition.key for condition in rule.statement.conditions)


def _plain(text: str, patterns: Iterable[str]) -> str:
    """Return the text in plain characters, meeting the same patterns."""
    spelled = list(spelled_out(text))
    if len(spelled) == 1:
        return spelled[0]
    tests = [matcher(pattern) for pattern in dict.fromkeys(patterns)]
    met = [test(text) for test in tests]
    return next((one for one in spelled if [test(one) for test in tests] == met), spelled[-1])
