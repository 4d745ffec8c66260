"""Policy documents: text to a frozen model and back.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, NoReturn, TypeGuard

from rolewright.iam.operators import is_operator
from rolewright.iam.patterns import RESERVED
from rolewright.iam.positions import excerpt, excerpt_at, printable, repeated_key
from rolewright.iam.records import record

VERSIONS = ("2012-10-17", "2008-10-17")
DEFAULT_VERSION = "2008-10-17"
"""The version of a document that names none."""

PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")

_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BEYOND_IAM = re.compile(r"[^\x00-\xff]")
_MOST_DIGITS = 1_000
_SHOWN = 60
DOCUMENT_ELEMENTS = ("Version", "Id", "Statement")
STATEMENT_ELEMENTS = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)


class InvalidDocument(ValueError):  # noqa: N818  # the field says "invalid document"
    """Not a policy document: `path` and `message` say why, `str()` draws a caret under it.

    `path` is like `Statement[1].Condition`, empty for the document itself. The caret stands at
    `offset` in `source`, or where the path leads.
    """

    def __init__(
        self, path: str, message: str, source: str | None = None, offset: int | None = None
    ) -> None:
        self.path = path
        self.message = message
        said = printable(f"{path}: {message}" if path else message)
        drawn = ""
        if source is not None:
            drawn = excerpt(source, path) if offset is None else excerpt_at(source, offset)
        super().__init__(f"{said}\n{drawn}" if drawn else said)


class Effect(Enum):
    """What a statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


@record()
class Principal:
    """Who a statement is for: `kind` is `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."""

    kind: str
    value: str

    @property
    def is_everyone(self) -> bool:
        """Whether it is `*`, alone or as an AWS principal: the two are the same.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        """
        return self.value == "*" and self.kind in ("*", "AWS")


@record()
class Condition:
    """One operator on one key; any of the values will do, none of them for a negated operator."""

    operator: str
    key: str
    values: tuple[str, ...]


@record()
class Statement:
    """A statement; an element that it doesn't have is None. `index` is its place from 0."""

    index: int
    sid: str | None
    effect: Effect
    principals: tuple[Principal, ...] | None
    not_principals: tuple[Principal, ...] | None
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    conditions: tuple[Condition, ...]


@record()
class PolicyDocument:
    """A policy document. One that names no version has the version AWS assumes, 2008-10-17."""

    version: str
    id: str | None
    statements: tuple[Statement, ...] = field(default=())


def parse_document(source: str | Mapping[str, Any]) -> PolicyDocument:
    """Return the document that a JSON text or its parsed form holds.

    Raises InvalidDocument for anything else, whatever it is: unknown or missing elements, wrong
    types, duplicate keys, unknown condition operators, NaN, lone surrogates, absurd nesting.
    """
    if not isinstance(source, str):
        return _document(source)
    if source.startswith("\ufeff"):
        raise InvalidDocument("", "not JSON: begins with a byte order mark; save it without")
    try:
        parsed = _DECODER.decode(source)
    except _DuplicateKey as error:
        path, start = repeated_key(source)
        raise InvalidDocument(
            path, f"the key `{error}` stands twice in one object", source, start
        ) from None
    except _NotJson as error:
        raise InvalidDocument("", f"not JSON: {error}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidDocument(
            "", f"not JSON: {_lower_first(error.msg)} ({where})", source, error.pos
        ) from None
    except RecursionError:
        raise InvalidDocument("", "not a policy document: nested too deep") from None
    try:
        return _document(parsed)
    except InvalidDocument as error:
        raise InvalidDocument(error.path, error.message, source) from None


def render_document(document: PolicyDocument) -> str:
    """Return the document as JSON text, the same bytes for the same document, and parsing to it.

    Characters beyond U+00FF are escaped, since IAM takes no others as they are.
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    text = json.dumps(document_to_json(document), ensure_ascii=False, separators=(",", ":"))
    return (
        text if text.isascii() else _BEYOND_IAM.sub(lambda found: json.dumps(found[0])[1:-1], text)
    )


def document_to_json(document: PolicyDocument) -> dict[str, Any]:
    """Return the document as AWS writes it, in plain dicts and lists.

    Raises ValueError for a statement that has one operator on one key twice: JSON can't hold it.
    """
    content: dict[str, Any] = {"Version": document.version}
    if document.id is not None:
        content["Id"] = document.id
    content["Statement"] = [_statement_to_json(statement) for statement in document.statements]
    return content


@lru_cache(maxsize=2048)
def document_size(text: str) -> int:
    """Return the characters of a document's text as IAM counts them: white space left out.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if not any(sign in text for sign in " \t\r\n"):
        return len(text)
    outside = _STRING.sub("", text)
    return len(text) - (len(outside) - len(_SPACE.sub("", outside)))


class _DuplicateKey(Exception):  # noqa: N818  # never leaves this file
    pass


class _NotJson(Exception):  # noqa: N818  # never leaves this file
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _DuplicateKey(next(key for key, _ in pairs if key in seen or seen.add(key)))
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise _NotJson(f"`{constant}` is not a JSON value")


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _NotJson(f"a number has {len(digits)} digits")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer
)


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _document(parsed: object) -> PolicyDocument:
    if not _is_object(parsed):
        raise InvalidDocument("", "not a policy document: it must be an object")
    _known_elements(parsed, DOCUMENT_ELEMENTS, "")
    version = parsed.get("Version", DEFAULT_VERSION)
    if not isinstance(version, str):
        raise InvalidDocument("Version", "must be a string; use `2012-10-17`")
    if version not in VERSIONS:
        shown = version if len(version) <= _SHOWN else f"{version[:_SHOWN]}..."
        raise InvalidDocument("Version", f"`{shown}` is not a version; use `2012-10-17`")
    if "Statement" not in parsed:
        raise InvalidDocument("", "has no `Statement`")
    listed = parsed["Statement"]
    if not _is_list(listed):
        if not _is_object(listed):
            raise InvalidDocument("Statement", "must be an object or a list of objects")
        listed = [listed]
    if not listed:
        raise InvalidDocument("Statement", "is empty; a document has at least one statement")
    return PolicyDocument(
        version=version,
        id=_string(parsed["Id"], "Id") if "Id" in parsed else None,
        statements=tuple([_statement(entry, index) for index, entry in enumerate(listed)]),
    )


# Plain dicts and lists come first, since asking an abstract class is slow.
_OBJECT = (dict, Mapping)
_LIST = (list, Sequence)
_TEXT = (str, bytes)


def _is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, _OBJECT)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, _LIST) and not isinstance(value, _TEXT)


def _known_elements(parsed: Mapping[Any, Any], known: Collection[str], path: str) -> None:
    for key in parsed:
        if key not in known:
            names = ", ".join(sorted(known))
            _refuse_key(key, path, f"is not an element of a policy ({names})")


def _refuse_key(key: object, path: str, message: str) -> NoReturn:
    if not isinstance(key, str):
        raise InvalidDocument(path, "has a key that is not a string")
    raise InvalidDocument(f"{path}.{key}" if path else key, message)


_EFFECTS = {effect.value: effect for effect in Effect}
_KNOWN_STATEMENT = frozenset(STATEMENT_ELEMENTS)


def _statement(parsed: object, index: int) -> Statement:
    path = f"Statement[{index}]"
    if not _is_object(parsed):
        raise InvalidDocument(path, "must be an object")
    if not parsed.keys() <= _KNOWN_STATEMENT:
        _known_elements(parsed, _KNOWN_STATEMENT, path)
    if "Effect" not in parsed:
        raise InvalidDocument(path, "has no `Effect`")
    effect = _EFFECTS.get(parsed["Effect"]) if isinstance(parsed["Effect"], str) else None
    if effect is None:
        raise InvalidDocument(f"{path}.Effect", "must be `Allow` or `Deny`")
    _one_of(parsed, "Action", "NotAction", path, needed=True)
    _one_of(parsed, "Principal", "NotPrincipal", path, needed=False)
    has_principal = "Principal" in parsed or "NotPrincipal" in parsed
    # A trust policy's statements have no resource: it is the role itself.
    _one_of(parsed, "Resource", "NotResource", path, needed=not has_principal)
    return Statement(
        index=index,
        sid=_string(parsed["Sid"], f"{path}.Sid") if "Sid" in parsed else None,
        effect=effect,
        principals=_principals(parsed, "Principal", path),
        not_principals=_principals(parsed, "NotPrincipal", path),
        actions=_strings(parsed, "Action", path),
        not_actions=_strings(parsed, "NotAction", path),
        resources=_strings(parsed, "Resource", path),
        not_resources=_strings(parsed, "NotResource", path),
        conditions=_conditions(parsed["Condition"], path) if "Condition" in parsed else (),
    )


def _one_of(parsed: Mapping[Any, Any], one: str, other: str, path: str, *, needed: bool) -> None:
    if one in parsed:
        if other in parsed:
            raise InvalidDocument(path, f"has both `{one}` and `{other}`; keep one")
    elif needed and other not in parsed:
        raise InvalidDocument(path, f"has neither `{one}` nor `{other}`")


def _string(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise InvalidDocument(path, "must be a string")
    if not value.isascii():
        if RESERVED.search(value):
            raise InvalidDocument(path, "has a character for private use, which stands for nothing")
        if _SURROGATE.search(value):
            raise InvalidDocument(path, "has half of a character")
    return value


def _strings(parsed: Mapping[Any, Any], element: str, path: str) -> tuple[str, ...] | None:
    if element not in parsed:
        return None
    given = parsed[element]
    # Nearly all are plain; paths are for what is not.
    if isinstance(given, str) and given.isascii():
        return (given,)
    if _is_list(given) and given and _all_plain(given):
        return tuple(given)
    path = f"{path}.{element}"
    if isinstance(given, str):
        return (_string(given, path),)
    if not _is_list(given):
        raise InvalidDocument(path, "must be a string or a list of strings")
    if not given:
        raise InvalidDocument(path, "is empty; name at least one, or drop it")
    return tuple([_string(value, f"{path}[{place}]") for place, value in enumerate(given)])


def _all_plain(values: Sequence[Any]) -> bool:
    """Whether all are strings that need no closer look, found out at once."""
    try:
        return "".join(values).isascii()
    except TypeError:
        return False


def _principals(parsed: Mapping[Any, Any], element: str, path: str) -> tuple[Principal, ...] | None:
    if element not in parsed:
        return None
    given = parsed[element]
    path = f"{path}.{element}"
    if isinstance(given, str) and given == "*":
        return (Principal(kind="*", value="*"),)
    if not _is_object(given) or not given:
        raise InvalidDocument(path, "must be `*` or an object such as {`AWS`: ...}")
    for kind in given:
        if kind not in PRINCIPAL_KINDS:
            kinds = ", ".join(PRINCIPAL_KINDS)
            _refuse_key(kind, path, f"is not a kind of principal ({kinds})")
    return tuple(
        Principal(kind=kind, value=value)
        for kind in given
        for value in _strings(given, kind, path) or ()
    )


def _conditions(parsed: object, path: str) -> tuple[Condition, ...]:
    path = f"{path}.Condition"
    if not _is_object(parsed):
        raise InvalidDocument(path, "must be an object")
    found: list[Condition] = []
    for operator, block in parsed.items():
        if not is_operator(operator):
            _refuse_key(operator, path, "is not a condition operator")
        where = f"{path}.{operator}"
        if not _is_object(block):
            raise InvalidDocument(where, "must be an object of keys and values")
        for key, values in block.items():
            if not isinstance(key, str):
                _refuse_key(key, where, "")
            place = f"{where}.{key}"
            named, given = _string(key, place), _condition_values(values, place)
            found.append(Condition(operator=operator, key=named, values=given))
    return tuple(found)


def _condition_values(given: object, path: str) -> tuple[str, ...]:
    """Return the values as strings; AWS takes booleans and numbers as their text."""
    if isinstance(given, str):
        return (_string(given, path),)
    if _is_list(given):
        if _all_plain(given):
            return tuple(given)
        return tuple([_scalar(value, f"{path}[{place}]") for place, value in enumerate(given)])
    return (_scalar(given, path),)


def _scalar(value: object, path: str) -> str:
    if isinstance(value, str):
        return _string(value, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, path)
    raise InvalidDocument(path, "must be a string, a number or a boolean")


def _number(value: float, path: str) -> str:
    """Return a number without an exponent, which the numeric operators don't read."""
    finite = isinstance(value, int) or math.isfinite(value)
    if not finite or abs(value) >= 10**_MOST_DIGITS:
        raise InvalidDocument(path, "is no number that can be compared")
    return str(int(value)) if isinstance(value, int) else f"{Decimal(repr(value)):f}"


def _statement_to_json(statement: Statement) -> dict[str, Any]:
    elements = {
        "Sid": statement.sid,
        "Effect": statement.effect.value,
        "Principal": _principals_to_json(statement.principals),
        "NotPrincipal": _principals_to_json(statement.not_principals),
        "Action": _one_or_list(statement.actions),
        "NotAction": _one_or_list(statement.not_actions),
        "Resource": _one_or_list(statement.resources),
        "NotResource": _one_or_list(statement.not_resources),
    }
    content: dict[str, Any] = {
        element: value for element, value in elements.items() if value is not None
    }
    if statement.conditions:
        block: dict[str, dict[str, Any]] = {}
        for condition in statement.conditions:
            keys = block.setdefault(condition.operator, {})
            if condition.key in keys:
                both = f"`{condition.operator}` on `{condition.key}`"
                raise ValueError(f"no document can hold {both} twice in one statement")
            keys[condition.key] = _one_or_list(condition.values)
        content["Condition"] = block
    return content


def _one_or_list(values: tuple[str, ...] | None) -> str | list[str] | None:
    if values is None:
        return None
    return values[0] if len(values) == 1 else list(values)


def _principals_to_json(principals: tuple[Principal, ...] | None) -> Any:  # JSON
    if principals is None:
        return None
    if principals == (Principal(kind="*", value="*"),):
        return "*"
    by_kind: dict[str, list[str]] = {}
    for principal in principals:
        by_kind.setdefault(principal.kind, []).append(principal.value)
    return {kind: _one_or_list(tuple(values)) for kind, values in by_kind.items()}
