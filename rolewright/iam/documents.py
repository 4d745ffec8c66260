"""Policy documents: text to a frozen model and back.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, NoReturn, TypeGuard

from rolewright.iam.operators import is_operator
from rolewright.iam.patterns import RESERVED
from rolewright.iam.positions import excerpt

VERSIONS = ("2012-10-17", "2008-10-17")
DEFAULT_VERSION = "2008-10-17"
"""The version of a document that names none."""

PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")

_SPACE_OUTSIDE_STRINGS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)
_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = (
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

    `path` is like `Statement[1].Condition`, empty for the document itself.
    """

    def __init__(self, path: str, message: str, source: str | None = None) -> None:
        self.path = path
        self.message = message
        said = f"{path}: {message}" if path else message
        drawn = excerpt(source, path) if source is not None else ""
        super().__init__(f"{said}\n{drawn}" if drawn else said)


class Effect(Enum):
    """What a statement does."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """Who a statement is for: `kind` is `AWS`, `Service`, `Federated`, `CanonicalUser` or `*`."""

    kind: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """One operator on one key; any of the values will do, none of them for a negated operator."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
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


@dataclass(frozen=True, kw_only=True, slots=True)
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
        return _document(source, "")
    try:
        parsed = json.loads(source, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except _DuplicateKey as error:
        raise InvalidDocument("", f"the key `{error}` stands twice in one object") from None
    except json.JSONDecodeError as error:
        raise InvalidDocument(
            "",
            f"not JSON: {error.msg.lower()} (line {error.lineno}, column {error.colno})",
        ) from None
    except RecursionError:
        raise InvalidDocument("", "not a policy document: nested too deep") from None
    except ValueError as error:
        raise InvalidDocument("", f"not JSON: {error}") from None
    if "\\u" in source or not source.isascii():
        _refuse_surrogates(source, parsed)
    try:
        return _document(parsed, "")
    except InvalidDocument as error:
        raise InvalidDocument(error.path, error.message, source) from None


def render_document(document: PolicyDocument) -> str:
    """Return the document as JSON text, the same bytes for the same document, and parsing to it."""
    return json.dumps(document_to_json(document), ensure_ascii=False, separators=(",", ":"))


def document_to_json(document: PolicyDocument) -> dict[str, Any]:
    """Return the document as AWS writes it, in plain dicts and lists."""
    content: dict[str, Any] = {"Version": document.version}
    if document.id is not None:
        content["Id"] = document.id
    content["Statement"] = [_statement_to_json(statement) for statement in document.statements]
    return content


@lru_cache(maxsize=4096)
def document_size(text: str) -> int:
    """Return the characters of a document's text as IAM counts them: white space left out.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(_SPACE_OUTSIDE_STRINGS.sub(lambda found: found[1] or "", text))


class _DuplicateKey(ValueError):  # noqa: N818  # never leaves this file
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKey(key)
            seen.add(key)
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"`{constant}` is not a JSON value")


def _refuse_surrogates(source: str, parsed: object) -> None:
    try:
        source.encode()
        json.dumps(parsed, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        raise InvalidDocument("", "not a policy document: it has half of a character") from None


def _document(parsed: object, path: str) -> PolicyDocument:
    if not _is_object(parsed):
        raise InvalidDocument(path, "not a policy document: it must be an object")
    _known_elements(parsed, _DOCUMENT_ELEMENTS, path)
    version = parsed.get("Version", DEFAULT_VERSION)
    if version not in VERSIONS:
        raise InvalidDocument("Version", f"`{version}` is not a version; use `2012-10-17`")
    identifier = parsed.get("Id")
    if identifier is not None and not isinstance(identifier, str):
        raise InvalidDocument("Id", "must be a string")
    if "Statement" not in parsed:
        raise InvalidDocument(path, "has no `Statement`")
    listed = parsed["Statement"]
    if _is_object(listed):
        listed = [listed]
    if not _is_list(listed):
        raise InvalidDocument("Statement", "must be an object or a list of objects")
    if not listed:
        raise InvalidDocument("Statement", "is empty; a document has at least one statement")
    return PolicyDocument(
        version=version,
        id=identifier,
        statements=tuple(_statement(entry, index) for index, entry in enumerate(listed)),
    )


def _is_object(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _known_elements(parsed: Mapping[Any, Any], known: frozenset[str], path: str) -> None:
    for key in parsed:
        if key not in known:
            where = f"{path}.{key}" if path else str(key)
            names = ", ".join(sorted(known))
            raise InvalidDocument(where, f"is not an element of a policy ({names})")


_KNOWN_STATEMENT = frozenset(_STATEMENT_ELEMENTS)


def _statement(parsed: object, index: int) -> Statement:
    path = f"Statement[{index}]"
    if not _is_object(parsed):
        raise InvalidDocument(path, "must be an object")
    if not parsed.keys() <= _KNOWN_STATEMENT:
        _known_elements(parsed, _KNOWN_STATEMENT, path)
    sid = parsed.get("Sid")
    if sid is not None and not isinstance(sid, str):
        raise InvalidDocument(f"{path}.Sid", "must be a string")
    effect = _EFFECTS.get(parsed["Effect"]) if isinstance(parsed.get("Effect"), str) else None
    if effect is None:
        if "Effect" not in parsed:
            raise InvalidDocument(path, "has no `Effect`")
        raise InvalidDocument(f"{path}.Effect", "must be `Allow` or `Deny`")
    _one_of(parsed, "Action", "NotAction", path, needed=True)
    _one_of(parsed, "Principal", "NotPrincipal", path, needed=False)
    has_principal = "Principal" in parsed or "NotPrincipal" in parsed
    # A trust policy's statements have no resource: it is the role itself.
    _one_of(parsed, "Resource", "NotResource", path, needed=not has_principal)
    return Statement(
        index=index,
        sid=sid,
        effect=effect,
        principals=_principals(parsed, "Principal", path),
        not_principals=_principals(parsed, "NotPrincipal", path),
        actions=_strings(parsed, "Action", path),
        not_actions=_strings(parsed, "NotAction", path),
        resources=_strings(parsed, "Resource", path),
        not_resources=_strings(parsed, "NotResource", path),
        conditions=_conditions(parsed["Condition"], path) if "Condition" in parsed else (),
    )


_EFFECTS = {effect.value: effect for effect in Effect}


def _one_of(parsed: Mapping[str, Any], one: str, other: str, path: str, *, needed: bool) -> None:
    if one in parsed:
        if other in parsed:
            raise InvalidDocument(path, f"has both `{one}` and `{other}`; keep one")
    elif needed and other not in parsed:
        raise InvalidDocument(path, f"has neither `{one}` nor `{other}`")


def _strings(parsed: Mapping[str, Any], element: str, path: str) -> tuple[str, ...] | None:
    if element not in parsed:
        return None
    given = parsed[element]
    if isinstance(given, str):
        _refuse_reserved(given, f"{path}.{element}")
        return (given,)
    if not _is_list(given):
        raise InvalidDocument(f"{path}.{element}", "must be a string or a list of strings")
    if not given:
        raise InvalidDocument(f"{path}.{element}", "is empty; name at least one, or drop it")
    for place, value in enumerate(given):
        if not isinstance(value, str):
            raise InvalidDocument(f"{path}.{element}[{place}]", "must be a string")
        _refuse_reserved(value, f"{path}.{element}[{place}]")
    return tuple(given)


def _refuse_reserved(value: str, path: str) -> None:
    if not value.isascii() and RESERVED.search(value):
        raise InvalidDocument(path, "has a character for private use, which stands for nothing")


def _principals(parsed: Mapping[str, Any], element: str, path: str) -> tuple[Principal, ...] | None:
    if element not in parsed:
        return None
    given = parsed[element]
    where = f"{path}.{element}"
    if given == "*":
        return (Principal(kind="*", value="*"),)
    if not _is_object(given) or not given:
        raise InvalidDocument(where, "must be `*` or an object such as {`AWS`: ...}")
    for kind in given:
        if kind not in PRINCIPAL_KINDS:
            kinds = ", ".join(PRINCIPAL_KINDS)
            raise InvalidDocument(f"{where}.{kind}", f"is not a kind of principal ({kinds})")
    return tuple(
        Principal(kind=kind, value=value)
        for kind in given
        for value in _strings(given, kind, where) or ()
    )


def _conditions(parsed: object, path: str) -> tuple[Condition, ...]:
    where = f"{path}.Condition"
    if not _is_object(parsed):
        raise InvalidDocument(where, "must be an object")
    found: list[Condition] = []
    for operator, block in parsed.items():
        if not is_operator(operator):
            raise InvalidDocument(f"{where}.{operator}", "is not a condition operator")
        if not _is_object(block):
            raise InvalidDocument(f"{where}.{operator}", "must be an object of keys and values")
        for key, values in block.items():
            if not isinstance(key, str):
                raise InvalidDocument(f"{where}.{operator}", "has a key that is not a string")
            found.append(
                Condition(
                    operator=operator,
                    key=key,
                    values=_condition_values(values, f"{where}.{operator}.{key}"),
                )
            )
    return tuple(found)


def _condition_values(given: object, path: str) -> tuple[str, ...]:
    """Return the values as strings; AWS takes booleans and numbers as their text."""
    if _is_list(given):
        return tuple(_scalar(value, f"{path}[{place}]") for place, value in enumerate(given))
    return (_scalar(given, path),)


def _scalar(value: object, path: str) -> str:
    if isinstance(value, str):
        _refuse_reserved(value, path)
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    raise InvalidDocument(path, "must be a string, a number or a boolean")


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
