"""An explanation for people: the answer first, then why, then what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.cli.fix_text import LABEL, joined, listed, show_fix
from rolewright.explain import condition_words, miss_words
from rolewright.iam import Condition, Effect, PolicyType, Verdict
from rolewright.iam.variables import named_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rolewright.cli.output import Screen
    from rolewright.explain import Explanation, Near, Place
    from rolewright.iam import Deciding
    from rolewright.iam.near import ElementResult
    from rolewright.roles import AttachedPolicy

_VALUE_WIDTH = 34
_MOST_VALUES = 2
_VERDICTS = {
    Verdict.YES: ("allowed", "green"),
    Verdict.NO: ("denied", "red"),
    Verdict.DEPENDS: ("depends", "yellow"),
}
_LACKING = {
    PolicyType.IDENTITY: "no statement allows it",
    PolicyType.BOUNDARY: "the permissions boundary does not allow it",
    PolicyType.RESOURCE: "the trust policy does not allow it",
}


def show(screen: Screen, found: Explanation) -> None:
    """Print an explanation."""
    word, colour = _VERDICTS[found.verdict]
    why = reason(found)
    screen.line((word, colour), f": {why}" if why else "")
    if found.takes:
        screen.line()
        said = f"{found.request.action} is for {joined(found.takes)}, and this is no such resource"
        screen.hanging(f"{'takes':<10}", said)
    blocks = (_deciding, _depending, _unseen, _nearest, _fix, _checks)
    for block in blocks:
        block(screen, found)


def reason(found: Explanation) -> str:
    """Return why, in a few words; nothing where it is allowed."""
    if found.verdict is Verdict.YES:
        return ""
    if found.explicit:
        return "an explicit deny"
    if found.verdict is Verdict.DEPENDS:
        return f"on {joined(_depends_on(found))}"
    lacking = joined(_LACKING[type_] for type_ in found.missing)
    return f"{lacking} (nothing denies it)"


def _depends_on(found: Explanation) -> Iterator[str]:
    keys = list(dict.fromkeys(spelled(one) for one, _ in found.depends_on))
    if len(keys) == 1:
        yield f"`{keys[0]}`, which the request does not give"
    elif keys:
        yield f"{len(keys)} context keys that the request does not give"
    if found.unseen:
        yield "what can't be read here"
    if found.other_account:
        yield f"account {found.other_account}, whose resource it is"


def _deciding(screen: Screen, found: Explanation) -> None:
    if found.because and not found.depends_on:
        screen.line()
        for place, label in zip(found.because, _labels("by", found.because), strict=True):
            _place(screen, label, place)


def _place(screen: Screen, label: str, place: Place) -> None:
    screen.line(f"{label:<10}{place_words(place)}")
    _origin(screen, place.policy)


def _origin(screen: Screen, policy: AttachedPolicy) -> None:
    """Print where a policy comes from: the stack config's key, or the resource of a stack."""
    if policy.config_key:
        screen.line(f"{LABEL}  from {policy.config_key}")
    if policy.urn.startswith("urn:"):
        screen.line(f"{LABEL}  in {policy.urn}")


def place_words(place: Place) -> str:
    """Return a statement's policy and its name there, its number where it has none."""
    name = place.statement.sid or f"{place.statement.index}"
    kinds = {
        PolicyType.BOUNDARY: f"boundary {place.policy.name}",
        PolicyType.RESOURCE: "trust policy",
    }
    return f"{kinds.get(place.type, place.policy.name)}, statement {name}"


def _depending(screen: Screen, found: Explanation) -> None:
    if not found.depends_on:
        return
    screen.line()
    by_place: dict[str, list[str]] = {}
    for one, place in found.depends_on:
        said = (
            f"`{spelled(one)}` is part of {', '.join(one.values)}"
            if one.operator is None
            else condition_words_of(one.operator, one.key, one.values)
        )
        verb = "allows" if one.effect is Effect.ALLOW else "denies"
        by_place.setdefault(f"{place_words(place)}, {verb} it where", []).append(said)
    for label, (where, conditions) in zip(
        _labels("where", by_place), by_place.items(), strict=True
    ):
        screen.hanging(f"{label:<10}", where)
        for condition in conditions:
            screen.wrapped(condition, f"{LABEL}  ")
    screen.wrapped("give what the call has by --context KEY=VALUE", LABEL)


def spelled(one: Deciding) -> str:
    """Return the key of a condition, or of a variable, as it is written."""
    names = (name for text in one.values for name in named_in(text))
    return next((name for name in names if name.lower() == one.key), one.key)


def condition_words_of(operator: str, key: str, values: Sequence[str]) -> str:
    """Return a condition, given in its parts, as one would say it."""
    return condition_words(Condition(operator=operator, key=key, values=tuple(values)))


def _unseen(screen: Screen, found: Explanation) -> None:
    if not found.role.created:
        screen.line()
        screen.hanging(
            f"{'partly':<10}", "seen: what the role has besides what is given here is not known"
        )
    if found.unseen:
        screen.line()
        for policy, label in zip(found.unseen, _labels("unseen", found.unseen), strict=True):
            screen.line(f"{label:<10}{policy}")
            why = getattr(policy.document, "reason", "")
            screen.wrapped(why, f"{LABEL}  ")


def _nearest(screen: Screen, found: Explanation) -> None:
    if found.near:
        screen.line()
        shown = [_shown(element) for near in found.near for element in near.miss.elements]
        width = max((len(one) for one in shown if len(one) <= _VALUE_WIDTH), default=0)
        for near, label in zip(found.near, _labels("nearest", found.near), strict=True):
            screen.line(f"{label:<10}{place_words(near.place)}")
            _elements(screen, near, found, width)


def _shown(element: ElementResult) -> str:
    if element.condition is not None:
        return condition_words(element.condition)
    values = element.values
    return ", ".join(values[:_MOST_VALUES]) + (", ..." if len(values) > _MOST_VALUES else "")


def _elements(screen: Screen, near: Near, found: Explanation, width: int) -> None:
    for element in near.miss.elements:
        name = element.element[:1].lower() + element.element[1:]
        shown, said = _shown(element), miss_words(element, found.request)
        line = f"{LABEL}  {name:<10} {shown:<{width}}  {said}"
        if len(shown) <= width and len(line) <= screen.width:
            screen.line(line)
        else:
            screen.hanging(f"{LABEL}  {name:<10} ", shown)
            screen.wrapped(said, f"{LABEL}  {'':<12} ")


def _fix(screen: Screen, found: Explanation) -> None:
    if found.fix is not None:
        screen.line()
        show_fix(screen, found.fix, found.other_account)


def _checks(screen: Screen, found: Explanation) -> None:
    # Two of one key's statements differ by their snippets alone.
    told = dict.fromkeys((check.what, check.why) for check in found.checks)
    listed(screen, "check", told)


def _labels(first: str, things: Iterable[object]) -> list[str]:
    count = len(list(things))
    return [first, *[""] * (count - 1)]
