"""What policy variables may stand for: texts worth trying, and signs for texts that are not known."""

from __future__ import annotations

import re
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

from rolewright.iam.documents import Condition
from rolewright.iam.patterns import Undecided, resource_pattern
from rolewright.iam.samples import samples
from rolewright.iam.steps import Steps
from rolewright.iam.variables import has_variables, keys_in
from rolewright.iam.walks import WORDS, Search, has_words, spelled_out, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rolewright.iam.regions import Kind
    from rolewright.iam.rules import Rule
    from rolewright.iam.solving import Clause

    Filling = dict[str, tuple[str, ...]]

_MOST_FILLINGS = 64
_MOST_TEXTS = 16
_FEW_STEPS = 1_000
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_A_TEXT = ("jane", "joe")


def known_fillings(
    variables: frozenset[str],
    bases: Sequence[Rule],
    nots: Sequence[Rule],
    kinds: Mapping[str, Kind],
) -> Iterator[tuple[Filling, tuple[Clause, ...]]]:
    """Yield values for the keys, and what is so of the keys then; a key left out is absent.

    `bases` are the rules that must apply.
    """
    rules = (*bases, *nots)
    needed = frozenset(key for rule in bases for key in rule.needed)
    choices = [
        _only(key, bases)
        or [text for text in _texts(key, rules, kinds) if text is not None or key not in needed]
        for key in sorted(variables)
    ]
    yield from _chosen(sorted(variables), islice(product(*choices), _MOST_FILLINGS))


def unknown_fillings(
    variables: frozenset[str], bases: Sequence[Rule], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Filling, tuple[Clause, ...]]]:
    """Yield a sign for each key, or nothing for it, in every way.

    A key that `bases` let have a few values only has each of those. Raises Undecided.
    """
    keys = sorted(variables)
    if any(key in kinds and kinds[key].several for key in keys):
        raise Undecided("a policy variable may have several values")
    needed = frozenset(key for rule in bases for key in rule.needed)
    choices: list[list[str | None]] = []
    for place, key in enumerate(keys):
        word: list[str | None] = [chr(ord(WORDS) + place)]
        choices.append(_only(key, bases) or (word if key in needed else [*word, None]))
    if prod(map(len, choices)) > _MOST_FILLINGS:
        raise Undecided("there are too many policy variables")
    yield from _chosen(keys, product(*choices))


def _chosen(
    keys: list[str], choices: Iterable[tuple[str | None, ...]]
) -> Iterator[tuple[Filling, tuple[Clause, ...]]]:
    for chosen in choices:
        filling: Filling = {}
        facts: list[Clause] = []
        for key, text in zip(keys, chosen, strict=True):
            if text is None:
                fact = Condition(operator="Null", key=key, values=("true",))
            elif has_words(text):
                fact = Condition(operator="Null", key=key, values=("false",))
            else:
                fact = Condition(operator="StringEquals", key=key, values=(text,))
            if text is not None:
                filling[key] = (text,)
            facts.append(((fact, True),))
        yield filling, tuple(facts)


def _only(key: str, bases: Sequence[Rule]) -> list[str | None] | None:
    """Return the only values that a key can have where the rules apply, None if not so few."""
    for condition in (c for rule in bases for c in rule.statement.conditions):
        if (
            condition.key.lower() == key
            and condition.operator.lower() == "stringequals"
            and not any(map(has_variables, condition.values))
        ):
            return list(dict.fromkeys(condition.values))
    return None


def _texts(key: str, rules: Sequence[Rule], kinds: Mapping[str, Kind]) -> list[str | None]:
    """Return texts for a key: a plain one, those that rules tell apart, none at all."""
    conditions = [c for rule in rules for c in rule.statement.conditions if c.key.lower() == key]
    found: list[str | None] = [_A_TEXT[0], None]
    if key in kinds and kinds[key].types:
        found = [*samples(conditions, kinds[key].types, None), None]
    for condition in conditions:
        found.extend(
            re.sub(r"[*?]", "a", value) for value in condition.values if not has_variables(value)
        )
    resources = [
        text
        for rule in rules
        for text in rule.statement.resources or rule.statement.not_resources or ()
    ]
    found.extend(_told_apart(key, resources, resource_pattern))
    by_key: dict[str, list[str]] = {}
    for condition in (c for rule in rules for c in rule.statement.conditions):
        by_key.setdefault(condition.key.lower(), []).extend(condition.values)
    for values in by_key.values():
        found.extend(_told_apart(key, values, str))
    found.append(_A_TEXT[1])
    return list(dict.fromkeys(found))[:_MOST_TEXTS]


def _told_apart(
    key: str, texts_: Sequence[str], as_pattern: Callable[[str], str | None]
) -> Iterator[str]:
    """Yield what may stand in the place of a variable for its text to meet others, or not to.

    `admin` in `b/${x}/*`, where another text is `b/admin/*`.
    """
    with_key = [text for text in dict.fromkeys(texts_) if key in keys_in(text)]
    loose = {text: as_pattern(_VARIABLE.sub("*", text)) for text in dict.fromkeys(texts_)}
    for text in with_key:
        pattern = loose[text]
        others = tuple({p for other, p in loose.items() if p is not None and other != text})
        if pattern is None or not others:
            continue
        place = _place(key, text)
        try:
            search = Search(groups=((pattern,),), wanted=tuple(sorted(others)))
            for found in islice(texts(search, Steps(_FEW_STEPS)), _MOST_TEXTS):
                spelled = next(spelled_out(found.text))
                yield from (hit[1] for hit in (place.fullmatch(spelled),) if hit)
        except Undecided:
            continue


def _place(key: str, text: str) -> re.Pattern[str]:
    """Return an expression for the texts of a pattern, with the place of the variable in a group."""
    parts: list[str] = []
    rest, grouped = text, False
    while found := _VARIABLE.search(rest):
        is_it = key in keys_in(found[0])
        group = ("(.*?)" if not grouped else r"\1") if is_it else ".*?"
        grouped = grouped or is_it
        parts += [_as_expression(rest[: found.start()]), group]
        rest = rest[found.end() :]
    return re.compile("".join((*parts, _as_expression(rest))), re.DOTALL)


def _as_expression(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*?").replace(r"\?", ".")
