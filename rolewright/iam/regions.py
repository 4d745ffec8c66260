"""What a context key must be for some conditions to hold and others not: a value, or none can be.

A key's values are of the type that its operators compare: where an ARN or IP operator is used on
it, its value is an ARN or an address. It has several values only where a set operator is used.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam.automata import ANY_IN_SEGMENT, EITHER_CASE, ONE_IN_SEGMENT
from rolewright.iam.conditions import condition_test, value_test
from rolewright.iam.forms import ANY_ARN, has_form
from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.iam.patterns import Undecided
from rolewright.iam.samples import samples
from rolewright.iam.steps import Steps
from rolewright.iam.values import ARN_PARTS
from rolewright.iam.variables import LITERALS
from rolewright.iam.walks import Search, has_words, loosened, spelled_out, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from rolewright.iam.documents import Condition
    from rolewright.iam.operators import Spelled

Signed = tuple["Condition", bool]
"""A condition, its variables filled in, and whether it is to hold."""

_TEXTUAL = frozenset({Family.STRING, Family.ARN})
_BOOL = frozenset({Family.BOOL})
_WITHOUT_TYPE = frozenset({Family.STRING, Family.NULL})
_FEW_STEPS = 8_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What the values of a key can be.

    `types` are the operator families that are used on it, `several` whether it may have more than
    one value, `since` the earliest moment where it is a clock.
    """

    types: frozenset[Family] = frozenset()
    several: bool = False
    since: datetime | None = None


def kinds_of(conditions: Iterable[Condition], since: datetime | None = None) -> dict[str, Kind]:
    """Return what each key can be, by all the conditions that are compared."""
    types: dict[str, set[Family]] = {}
    several: set[str] = set()
    for condition in conditions:
        key, operator = condition.key.lower(), _spelled(condition)
        families = types.setdefault(key, set())
        if operator.base.family not in _WITHOUT_TYPE:
            families.add(operator.base.family)
        if operator.set_prefix is not SetPrefix.NONE:
            several.add(key)
    return {
        key: Kind(
            types=frozenset(families),
            several=key in several,
            since=since if key in CLOCK_KEYS else None,
        )
        for key, families in types.items()
    }


CLOCK_KEYS = ("aws:currenttime", "aws:epochtime")


@lru_cache(maxsize=65536)
def find_values(key: str, signed: frozenset[Signed], kind: Kind) -> tuple[str, ...] | None:
    """Return values of a key, () for its absence, with which each condition holds or not as asked.

    None where there are no such values. Raises Undecided.
    """
    if _suits(key, signed, ()):
        return ()
    one = [(condition, wanted) for condition, wanted in signed if not _is_null(condition)]
    for condition, wanted in signed:
        # Null is about existence alone, and from here on the key exists.
        if _is_null(condition) and condition_test(condition, "")({key: ("x",)}) is not wanted:
            return None
    in_order = sorted(one, key=repr)
    return _single_value(key, in_order, kind) or (
        _several_values(in_order, kind) if kind.several else None
    )


@lru_cache(maxsize=16384)
def may_have_values(key: str, signed: frozenset[Signed], kind: Kind) -> bool:
    """Whether a key may have values with which each condition holds or not as asked.

    The conditions have unknown texts in their values; False only where none has any such values,
    whatever those texts are.
    """
    if _suits(key, signed, ()):
        return True
    of_value = [(condition, wanted) for condition, wanted in signed if not _is_null(condition)]
    for condition, wanted in signed:
        if _is_null(condition) and condition_test(condition, "")({key: ("x",)}) is not wanted:
            return False
    if kind.several or not kind.types <= _TEXTUAL:
        return True
    meeting = _groups(sorted(of_value, key=repr))
    if meeting is None:
        return False
    groups, refused = meeting
    # What is a text of one group is spelled by it, unknown texts and all; to the others and to the
    # form of the key it is enough that it may be theirs.
    groups.sort(key=lambda group: not any(map(has_words, group)))
    loosely = [tuple(map(loosened, group)) for group in groups[1:]]
    form = ANY_ARN if Family.ARN in kind.types else "*"
    search = Search(
        groups=tuple(groups[:1]),
        loose_groups=(*loosely, (form,)),
        refused=tuple(dict.fromkeys(refused)),
    )
    try:
        return next(texts(search, Steps(_FEW_STEPS)), None) is not None
    except Undecided:
        return True


def _suits(key: str, signed: Iterable[Signed], values: tuple[str, ...]) -> bool:
    context = {key: values} if values else {}
    return all(condition_test(condition, "")(context) is wanted for condition, wanted in signed)


def _spelled(condition: Condition) -> Spelled:
    operator = spelled(condition.operator)
    if operator is None:
        raise AssertionError(condition.operator)
    return operator


def _is_null(condition: Condition) -> bool:
    return _spelled(condition).base.family is Family.NULL


def _single_value(key: str, signed: list[Signed], kind: Kind) -> tuple[str, ...] | None:
    # To ForAllValues an empty string is no value at all, so it is tried by itself.
    for_all = any(_spelled(c).set_prefix is SetPrefix.FOR_ALL for c, _ in signed)
    if for_all and kind.types <= {Family.STRING} and _suits(key, signed, ("",)):
        return ("",)
    found = _pick(signed, kind, ("",) if for_all else ())
    return None if found is None else (found,)


def _several_values(signed: list[Signed], kind: Kind) -> tuple[str, ...] | None:
    """Return two values or more: some that all must suit, and one for each that one must suit."""
    parts = _by_reach(signed)
    if parts is None:
        return None
    of_all, of_some = parts
    found: list[str] = []
    for one in of_some:
        value = _pick([*of_all, one], kind)
        if value is None:
            return None
        if value not in found:
            found.append(value)
    while len(found) < 2:  # noqa: PLR2004  # several
        value = _pick(of_all, kind, tuple(found))
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _by_reach(signed: list[Signed]) -> tuple[list[Signed], list[Signed]] | None:
    """Return what all of several values must suit, and what some must; None if that can't be."""
    of_all: list[Signed] = []
    of_some: list[Signed] = []
    for condition, wanted in signed:
        operator = _spelled(condition)
        if operator.set_prefix is SetPrefix.NONE and not operator.base.negated:
            # Without a set operator, several values are never the one that is meant.
            if wanted:
                return None
        elif (operator.set_prefix is SetPrefix.FOR_ANY) is wanted:
            of_some.append((condition, wanted))
        else:
            of_all.append((condition, wanted))
    return of_all, of_some


def _pick(signed: list[Signed], kind: Kind, but: tuple[str, ...] = ()) -> str | None:
    """Return one value that compares with each condition's values or not, as asked, or None."""
    if kind.types <= _TEXTUAL:
        return _pick_text(signed, kind, but)
    tests = [(_one_test(condition), wanted) for condition, wanted in signed]
    for value in samples([condition for condition, _ in signed], kind.types, kind.since):
        if value not in but and all(test(value) is wanted for test, wanted in tests):
            return value
    texts_too = [one for one in signed if _spelled(one[0]).base.family in _TEXTUAL]
    if kind.types == _BOOL or not (texts_too or len(kind.types) > 1 or but):
        return None
    # Texts and numbers on one key: no finite list of values stands for all.
    typed = [one for one in signed if one not in texts_too]
    if typed and texts_too and _pick(typed, kind) is None:
        return None
    if texts_too and _pick_text(texts_too, Kind(), but) is None:
        return None
    raise Undecided("operators of different types compare one key")


def _one_test(condition: Condition) -> Callable[[str], bool]:
    return value_test(_spelled(condition).base, condition.values)


def _pick_text(signed: list[Signed], kind: Kind, but: tuple[str, ...]) -> str | None:
    meeting = _groups(signed)
    if meeting is None:
        return None
    groups, refused = meeting
    tests = [(_one_test(condition), wanted) for condition, wanted in signed]
    is_arn = Family.ARN in kind.types

    def suits(text: str) -> bool:
        return (
            text not in but
            and (not is_arn or has_form(ANY_ARN, text))
            and all(test(text) is wanted for test, wanted in tests)
        )

    for text in _plain_candidates(groups, is_arn=is_arn):
        if suits(text):
            return text
    if any(all(map(_is_exact, group)) for group in groups):
        return None  # those were all that a group allows
    search = Search(
        groups=(*groups, (ANY_ARN if is_arn else "*",)),
        refused=tuple(dict.fromkeys((*refused, *map(_escaped, but)))),
    )
    found = next(texts(search, Steps(_FEW_STEPS)), None)
    if found is None:
        return None
    text = next(filter(suits, spelled_out(found.text)), None)
    if text is None:
        raise Undecided("a text was found that does not suit")
    return text


def _groups(signed: list[Signed]) -> tuple[list[tuple[str, ...]], list[str]] | None:
    """Return patterns of which a text must meet one a group, and those it must not meet.

    None where no text can.
    """
    groups: list[tuple[str, ...]] = []
    refused: list[str] = []
    for condition, wanted in signed:
        patterns = _patterns(condition)
        if patterns is None:
            if wanted:
                return None
        elif wanted is not _spelled(condition).base.negated:
            groups.append(patterns)
        else:
            refused.extend(patterns)
    return groups, refused


def _plain_candidates(groups: list[tuple[str, ...]], *, is_arn: bool) -> Iterator[str]:
    """Yield readable texts, first of all each one that a group names without a wildcard."""
    for group in sorted(groups, key=len):
        for pattern in group:
            if _is_exact(pattern):
                yield _unescaped(pattern)
    for group in groups[:1]:
        for pattern in group[:3]:
            text = _unescaped(pattern.replace(EITHER_CASE, ""))
            yield text.replace("*", "a").replace("?", "a").replace(ANY_IN_SEGMENT, "")
    if not groups:
        arn = "arn:aws:iam::123456789012:role/"
        yield from (f"{arn}a", f"{arn}b") if is_arn else ("a", "b", "x")


def _is_exact(pattern: str) -> bool:
    return not any(sign in pattern for sign in ("*", "?", ANY_IN_SEGMENT, EITHER_CASE))


def _escaped(text: str) -> str:
    for sign, stand_in in LITERALS.items():
        text = text.replace(sign, stand_in)
    return text


def _unescaped(text: str) -> str:
    for sign, stand_in in LITERALS.items():
        text = text.replace(stand_in, sign)
    return text


def _patterns(condition: Condition) -> tuple[str, ...] | None:
    """Return the patterns of all that compares with the condition's values, negation aside.

    None where the condition holds for no value, negated or not.
    """
    base = _spelled(condition).base
    if base.family is Family.ARN:
        arns = [_arn_pattern(value) for value in condition.values]
        if base.negated and None in arns:
            return None
        return tuple(arn for arn in arns if arn is not None)
    if base.relation == "like":
        return condition.values
    escaped = map(_escaped, condition.values)
    if base.ignore_case:
        return tuple("".join(f"{EITHER_CASE}{char}" for char in text) for text in escaped)
    return tuple(escaped)


def _arn_pattern(value: str) -> str | None:
    if value == "*":
        return value
    parts = value.split(":", ARN_PARTS - 1)
    if len(parts) != ARN_PARTS:
        return None
    within = [part.replace("*", ANY_IN_SEGMENT).replace("?", ONE_IN_SEGMENT) for part in parts[:-1]]
    return ":".join((*within, parts[-1]))
