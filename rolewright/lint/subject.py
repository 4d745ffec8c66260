"""What rules look at: the parsed document beside the JSON that it was parsed from."""

from __future__ import annotations

import json
import re
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from rolewright.iam import document_size
from rolewright.iam.records import record
from rolewright.lint.shapes import is_list, is_object, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rolewright.iam import Condition, PolicyDocument, Statement

T = TypeVar("T")

_EMPTY = re.compile(r"\{\s*\}")

_ELEMENTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}


class Kind(Enum):
    """What a document is attached to, which decides what it may hold."""

    IDENTITY = "identity"
    TRUST = "trust"
    RESOURCE = "resource"


@record()
class Subject:
    """A document for the rules; `source` is what it was read from.

    Statements outside `sound` had faults that were mended to go on: what they lack or name wrongly is
    None, so that nothing is found in it again. `mended` is each statement's JSON then, by its index.
    """

    document: PolicyDocument
    source: str | Mapping[str, Any]
    kind: Kind
    mended: Mapping[int, Mapping[str, Any]] | None = None
    sound: frozenset[int] | None = None
    """None for all."""
    _known: dict[str, Any] = field(default_factory=dict[str, Any], compare=False, repr=False)
    _entries: dict[tuple[int, str], tuple[tuple[str, str], ...]] = field(
        default_factory=dict[tuple[int, str], "tuple[tuple[str, str], ...]"],
        compare=False,
        repr=False,
    )

    @property
    def raw(self) -> Mapping[int, Mapping[str, Any]]:
        """Return each statement's JSON by its index."""
        return self.mended if self.mended is not None else self.once("raw", self._raw)

    def _raw(self) -> Mapping[int, Mapping[str, Any]]:
        parsed = json.loads(self.source) if isinstance(self.source, str) else self.source
        return dict(enumerate(listed(parsed["Statement"])))

    @property
    def size(self) -> int:
        """Return the characters of the document as IAM counts them."""
        if isinstance(self.source, str):
            return document_size(self.source)
        return self.once(
            "size",
            lambda: len(
                json.dumps(self.source, ensure_ascii=False, separators=(",", ":"), default=str)
            ),
        )

    @property
    def has_empty_block(self) -> bool:
        """Whether some condition block may ask for nothing, or some operator of one."""
        if isinstance(self.source, str) and self.mended is None:
            return _EMPTY.search(self.source) is not None
        blocks = [statement.get("Condition") for statement in self.raw.values()]
        return not all(
            block is None or (block and is_object(block) and all(block.values()))
            for block in blocks
        )

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of the document."""
        return self.document.statements

    @property
    def sound_statements(self) -> tuple[Statement, ...]:
        """Return the statements that say what the document says."""
        if self.sound is None:
            return self.statements
        return tuple(one for one in self.statements if one.index in self.sound)

    def once(self, name: str, work_out: Callable[[], T]) -> T:
        """Return what several rules ask for, worked out for the first of them."""
        if name not in self._known:
            self._known[name] = work_out()
        found: T = self._known[name]
        return found

    def entries(self, statement: Statement, *elements: str) -> Iterator[tuple[str, str]]:
        """Yield each value of elements such as `Action`, with its path."""
        for element in elements:
            # Most rules ask for them.
            found = self._entries.get((statement.index, element))
            if found is None:
                found = tuple(self._placed(statement, element))
                self._entries[statement.index, element] = found
            yield from found

    def _placed(self, statement: Statement, element: str) -> Iterator[tuple[str, str]]:
        path = f"Statement[{statement.index}].{element}"
        in_list = _place(self.raw[statement.index].get(element), 0) != ""
        for place, value in enumerate(getattr(statement, _ELEMENTS[element]) or ()):
            yield f"{path}[{place}]" if in_list else path, value

    def condition_values(
        self, statement: Statement, condition: Condition
    ) -> Iterator[tuple[str, str]]:
        """Yield each value of a condition, with its path."""
        block = self.raw[statement.index]["Condition"][condition.operator]
        for place, value in enumerate(condition.values):
            yield condition_path(statement, condition) + _place(block[condition.key], place), value

    def principals(self, statement: Statement) -> Iterator[tuple[str, str, str]]:
        """Yield each principal's path, kind and value, of `Principal` and `NotPrincipal`."""
        for element, principals in (
            ("Principal", statement.principals),
            ("NotPrincipal", statement.not_principals),
        ):
            seen: dict[str, int] = {}
            for principal in principals or ():
                path = f"Statement[{statement.index}].{element}"
                raw = self.raw[statement.index].get(element)
                if is_object(raw) and principal.kind in raw:
                    place = seen.setdefault(principal.kind, 0)
                    path += f".{principal.kind}{_place(raw[principal.kind], place)}"
                    seen[principal.kind] += 1
                yield path, principal.kind, principal.value


def _place(raw: object, place: int) -> str:
    """Return where in a list a value stands; nothing where it stands without one."""
    return f"[{place}]" if isinstance(raw, list) or is_list(raw) else ""


def condition_path(statement: Statement, condition: Condition) -> str:
    """Return the path of one key below one operator."""
    return f"Statement[{statement.index}].Condition.{condition.operator}.{condition.key}"


def guess_kind(document: PolicyDocument) -> Kind:
    """Return what a document looks like, by its principals and actions.

    A trust policy is about sts alone and names no resource, it is the role itself.
    """
    statements = document.statements
    with_principal = [one for one in statements if one.principals or one.not_principals]
    if len(with_principal) * 2 < len(statements) or not with_principal:
        return Kind.IDENTITY
    names_resource = any(one.resources or one.not_resources for one in statements)
    uses_sts = any(
        action.lower().startswith("sts:") for one in statements for action in one.actions or ()
    )
    return Kind.TRUST if uses_sts and not names_resource else Kind.RESOURCE
