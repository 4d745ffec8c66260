"""From JSON text to the models of the stack config, with every fault in plain words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import TypeAdapter, ValidationError

from rolewright.grants.problems import ConfigError, Problem, join_paths, key_path
from rolewright.grants.trimming import Trimmed, trim
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import ErrorDetails

T = TypeVar("T")

MISSING = "is missing"
"""What is said of a key that has to be there."""
_BELONGS = {
    "string_type": "a string",
    "list_type": "a list",
    "dict_type": "a mapping",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
}
_MOST_NAMED = 8
_UNQUOTED = {
    "true or false": "write `true` or `false`, without quotes",
    "a whole number": "write it without quotes",
}


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def validate_text(text: str, model: type[T], path: str) -> T:
    """Return the JSON text as the model, strictly; `path` is the config key it came from.

    Raises ConfigError with every fault at once.
    """
    try:
        return _adapter(model).validate_json(text)
    except ValidationError as error:
        raise ConfigError(
            _problem(details, model, path) for details in error.errors(include_url=False)
        ) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked(Generic[T]):
    """What of a text fits a model: `value`, and `problems` with what was left out of it.

    `written` is the text's content before, None where it is no JSON.
    """

    value: T
    problems: tuple[Problem, ...]
    written: Any
    trimmed: Trimmed


def validate_rest(
    text: str,
    model: type[T],
    path: str,
    keep: int,
    least: Callable[[str], object] = lambda path: None,  # noqa: ARG005  # nothing stands in
) -> Checked[T]:
    """Return what of the JSON text, a mapping, fits the model; nothing is reported as a knock-on.

    A part that does not fit is left out, and with it what can't do without it; the `keep` outermost
    levels stay, if they fit, even if they are empty then. `least` gives the value that stands in
    for a key that something can't do without, by the key's path, or None.
    """
    try:
        value = _adapter(model).validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    else:
        return Checked(value=value, problems=(), written=json.loads(text), trimmed=trim({}, ()))
    problems = tuple(_problem(details, model, path) for details in faults)
    try:
        written: Any = json.loads(text)
    except (ValueError, RecursionError):
        written = None
    faulty: set[str] = set()
    filled: dict[str, dict[str, object]] = {}
    trimmed = trim(written, faulty, path)
    while True:
        for details in faults:
            part = trimmed.old_part(_path(details, path))
            value = least(_path(details, path)) if details["type"] == "missing" else None
            if value is None:
                faulty.add(part)
            else:
                filled.setdefault(part, {})[str(details["loc"][-1])] = value
        trimmed = trim(written, faulty, path, keep, filled)
        try:
            # Nothing at all is an empty mapping, which any of our models takes.
            rest = _adapter(model).validate_json(json.dumps(trimmed.content or {}, default=_plain))
        except ValidationError as error:
            faults = error.errors(include_url=False)
        else:
            return Checked(value=rest, problems=problems, written=written, trimmed=trimmed)


def to_json(value: Mapping[str, object], path: str) -> str:
    """Return a component's arguments as JSON text, so that they take the same way as config.

    Raises ConfigError for what JSON can't hold, such as an Output: a document made from it would
    be unknown at preview, and no guardrail could check it.
    """
    try:
        return json.dumps(value, default=_plain, allow_nan=False)
    except (TypeError, ValueError) as error:
        message = f"{error}; give plain values, known at preview"
        raise ConfigError([Problem(path=path, message=message)]) from None


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    kind = type(value).__name__
    raise TypeError(f"an `{kind}` can't be part of a policy document")


def _path(details: ErrorDetails, root: str) -> str:
    return join_paths(root, key_path(*details["loc"]))


def _problem(details: ErrorDetails, model: Any, root: str) -> Problem:
    """Turn one of pydantic's errors into ours."""
    location = details["loc"]
    path = _path(details, root)
    kind = details["type"]
    given = details["input"]
    if kind == "extra_forbidden":
        return Problem(path=path, message=_unknown_key(str(location[-1]), model, location[:-1]))
    if kind == "missing":
        return Problem(path=path, message=MISSING)
    if kind == "enum":
        return Problem(path=path, message=_unknown_word(given, model, location))
    if kind == "json_invalid" and not given.lstrip().startswith("{"):
        # Plain text; the engine gives a value with a structure as JSON.
        return Problem(path=path, message=_wrong_type(given, "a mapping"))
    if kind in _BELONGS:
        return Problem(path=path, message=_wrong_type(given, _BELONGS[kind]))
    return Problem(path=path, message=f"{_shown(given)} is refused: {details['msg'].lower()}")


def _unknown_key(key: str, model: Any, location: tuple[str | int, ...]) -> str:
    keys = tuple(get_type_hints(_type_at(model, location)))
    meant = _did_you_mean(key, keys)
    # The one that was meant says enough where there are dozens.
    known = f" ({', '.join(keys)})" if not meant or len(keys) <= _MOST_NAMED else ""
    return f"is not a known key{meant}{known}"


def _unknown_word(given: object, model: Any, location: tuple[str | int, ...]) -> str:
    choices = _type_at(model, location)
    words = tuple(str(member.value) for member in choices)
    noun = "an access level" if choices.__name__.endswith("Access") else "known"
    hint = _did_you_mean(str(given), words)
    return f"{_shown(given)} is not {noun}{hint} ({', '.join(words)})"


def _wrong_type(given: object, belongs: str) -> str:
    if given is None:
        return f"is empty where {belongs} belongs"
    if belongs == "a string" and isinstance(given, bool | int | float):
        kind = "a boolean" if isinstance(given, bool) else "a number"
        return f"{_shown(given)} is {kind} where a string belongs; quote it"
    if belongs == "a list" and isinstance(given, str):
        return f"{_shown(given)} is a string where a list belongs; write `[{given}]`"
    if belongs in _UNQUOTED and isinstance(given, str):
        return f"{_shown(given)} is a string where {belongs} belongs; {_UNQUOTED[belongs]}"
    return f"{_shown(given)} is not {belongs}"


def _did_you_mean(word: str, words: tuple[str, ...]) -> str:
    found = nearest(word, words)
    return f"; did you mean `{found}`?" if found else ""


def _shown(given: object) -> str:
    text = given if isinstance(given, str) else json.dumps(given, default=str, ensure_ascii=False)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"  # noqa: PLR2004  # a line's worth


def _type_at(model: Any, location: tuple[str | int, ...]) -> Any:
    """Return the type that stands at a location of a model: a TypedDict, a dict or a list of them."""
    for step in location:
        origin = get_origin(model)
        if origin is dict:
            model = get_args(model)[1]
        elif origin is list:
            model = get_args(model)[0]
        else:
            model = get_type_hints(model)[str(step)]
    return model
