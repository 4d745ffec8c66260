"""Policy documents in files, and a role of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rolewright.cli.documents import refuse_principals
from rolewright.cli.inputs import STDIN, BadInput, BadLine, not_json, read_text
from rolewright.iam import InvalidDocument, PolicyDocument, parse_document
from rolewright.roles import AttachedPolicy, PolicyKind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence


def role_of_files(
    name: str, identity: Sequence[str], trust: str | None, boundary: str | None = None
) -> Role:
    """Return a role of documents, each named as its file. Raises BadInput.

    Where the trust policy is not given the role is partly seen.
    """
    return Role(
        name=name,
        urn="",
        created=trust is not None,
        policies=tuple(document_of_file(path, PolicyKind.INLINE) for path in identity),
        trust=document_of_file(trust, PolicyKind.TRUST) if trust is not None else None,
        boundary=document_of_file(boundary, PolicyKind.BOUNDARY) if boundary is not None else None,
    )


def document_of_file(path: str, kind: PolicyKind) -> AttachedPolicy:
    """Return a document of a file; only a trust policy may name principals. Raises BadInput."""
    text, document = read_document(path, names_principals=kind is PolicyKind.TRUST)
    name = "stdin" if path == STDIN else Path(path).name.removesuffix(".json")
    return AttachedPolicy(name=name, kind=kind, document=document, urn="", text=text)


def read_document(path: str, *, names_principals: bool = False) -> tuple[str, PolicyDocument]:
    """Return a document of a file, with its text. Raises BadInput.

    Only a trust policy names principals: what a role does is its own.
    """
    text = read_text(path)
    try:
        document = parse_document(text)
        if not names_principals:
            refuse_principals(document, path)
    except InvalidDocument as error:
        if error.message.startswith("not JSON"):
            raise not_json(path, str(error)) from None
        raise BadInput(f"{path}: {error}") from None
    except BadLine as error:
        raise BadInput(str(error)) from None
    return text, document
