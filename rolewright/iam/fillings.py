"""What policy variables may stand for: texts worth trying, and signs for texts that are not known."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING

from rolewright.iam.documents import Condition
from rolewright.iam.patterns import Undecided
from rolewright.iam.rules import texts_of
from rolewright.iam.samples import samples
from rolewright.iam.variables import has_variables, keys_in
from rolewright.iam.walks import LAST_WORD, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.iam.regions import Kind
    from rolewright.iam.rules import Rule
    from rolewright.iam.solving import Clause

    Filling = dict[str, tuple[str, ...]]

_MOST_FILLINGS = 48
_MOST_TEXTS = 8
_MOST_KEYS = 5
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_A_TEXT = ("jane", "joe")


def known_fillings(
    variables: frozenset[str], rules: Sequence[Rule], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Filling, tuple[Clause, ...]]]:
    """Yield values for the keys, and what is so of the keys then; a key left out is absent."""
    keys = sorted(variables)
    choices = [_texts(key, rules, kinds) for key in keys]
    for chosen in islice(product(*choices), _MOST_FILLINGS):
        filling = {key: (text,) for key, text in zip(keys, chosen, strict=True) if text is not None}
        facts = tuple(
            _absent(key)
            if text is None
            else ((Condition(operator="StringEquals", key=key, values=(text,)), True),)
            for key, text in zip(keys, chosen, strict=True)
        )
        yield filling, facts


def unknown_fillings(
    variables: frozenset[str], kinds: Mapping[str, Kind]
) -> Iterator[tuple[Filling, tuple[Clause, ...]]]:
    """Yield a sign for each key, or nothing for it, in every way. Raises Undecided."""
    keys = sorted(variables)
    if len(keys) > _MOST_KEYS or ord(WORDS) + len(keys) > ord(LAST_WORD):
        raise Undecided("there are too many policy variables")
    if any(key in kinds and kinds[key].several for key in keys):
        raise Undecided("a policy variable may have several values")
    words = [chr(ord(WORDS) + place) for place in range(len(keys))]
    for present in product((True, False), repeat=len(keys)):
        filling = {
            key: (word,)
            for key, word, is_there in zip(keys, words, present, strict=True)
            if is_there
        }
        facts = tuple(
            _present(key) if is_there else _absent(key)
            for key, is_there in zip(keys, present, strict=True)
        )
        yield filling, facts


def _absent(key: str) -> Clause:
    return ((Condition(operator="Null", key=key, values=("true",)), True),)


def _present(key: str) -> Clause:
    return ((Condition(operator="Null", key=key, values=("false",)), True),)


def _texts(key: str, rules: Sequence[Rule], kinds: Mapping[str, Kind]) -> list[str | None]:
    """Return texts for a key: a plain one, those that rules compare it with, none at all."""
    conditions = [c for rule in rules for c in rule.statement.conditions if c.key.lower() == key]
    found: list[str | None] = [_A_TEXT[0], None]
    if key in kinds and kinds[key].types:
        found = [*samples(conditions, kinds[key].types, None), None]
    for condition in conditions:
        found.extend(
            re.sub(r"[*?]", "a", value) for value in condition.values if not has_variables(value)
        )
    found.extend(_met_by_others(key, rules))
    found.append(_A_TEXT[1])
    return list(dict.fromkeys(found))[:_MOST_TEXTS]


def _met_by_others(key: str, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield what other texts have in the place of the variable: `b/${x}/*` and `b/admin/*`."""
    texts = [text for rule in rules for text in texts_of(rule.statement)]
    for text in texts:
        if not any(key in keys_in(found[0]) for found in _VARIABLE.finditer(text)):
            continue
        before, after = _VARIABLE.split(text, maxsplit=1)
        for other in texts:
            if other != text and other.startswith(before):
                rest = other[len(before) :]
                end = rest.find(after[0]) if after else -1
                value = rest if end < 0 else rest[:end]
                yield re.sub(r"[*?]", "a", _VARIABLE.sub("a", value))
