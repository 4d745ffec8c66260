"""Policy documents in the lines that batch commands read; what is wrong is told with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.inputs import BadLine
from rolewright.iam import InvalidDocument, PolicyDocument, parse_document

if TYPE_CHECKING:
    from collections.abc import Mapping


def own_documents(
    line: Mapping[str, Any], key: str, path: str = ""
) -> tuple[PolicyDocument, ...] | None:
    """Return a key's documents, which are their owner's: nobody else is named in them.

    None where the key is missing or null. `path` is where the line's object stands. Raises BadLine.
    """
    where = f"{path}{key}"
    documents = documents_at(line.get(key), where)
    for place, document in enumerate(documents or ()):
        refuse_principals(document, f"{where}[{place}]")
    return documents


def documents_at(given: Any, path: str) -> tuple[PolicyDocument, ...] | None:
    """Return a list of documents, None for null. Raises BadLine."""
    if given is None:
        return None
    if not isinstance(given, list):
        raise BadLine(f"{path}: must be a list of documents")
    documents: list[PolicyDocument] = []
    for place, entry in enumerate(cast("list[Any]", given)):
        document = document_at(entry, f"{path}[{place}]")
        if document is None:
            raise BadLine(f"{path}[{place}]: must be a document; it is null")
        documents.append(document)
    return tuple(documents)


def document_at(given: Any, path: str) -> PolicyDocument | None:
    """Return a document, None for null. Raises BadLine."""
    if given is None:
        return None
    try:
        return parse_document(given)
    except InvalidDocument as error:
        where = f"{path}.{error.path}" if error.path else path
        raise BadLine(f"{where}: {error.message}") from None


def refuse_principals(document: PolicyDocument, path: str) -> None:
    """Raise BadLine where a document names principals."""
    for statement in document.statements:
        for element, principals in (
            ("Principal", statement.principals),
            ("NotPrincipal", statement.not_principals),
        ):
            if principals is not None:
                raise BadLine(
                    f"{path}.Statement[{statement.index}].{element}: names principals, which only "
                    "a policy of a resource or an endpoint does"
                )
