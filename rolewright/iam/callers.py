"""Who may call: everyone that a document names, and someone of each kind that it doesn't."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam.principals import CallerKind, parse_caller

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.iam.documents import PolicyDocument, Principal

_ACCOUNT_IN = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ACCOUNTS = ("123456789012", "210987654321", "111122223333", "444455556666")


def names_principals(documents: Iterable[PolicyDocument]) -> bool:
    """Whether a statement has a Principal or NotPrincipal element."""
    return any(
        statement.principals is not None or statement.not_principals is not None
        for document in documents
        for statement in document.statements
    )


def callers(documents: Iterable[PolicyDocument]) -> tuple[str | None, ...]:
    """Return every caller that documents tell apart: those named, and others of each kind."""
    named = [principal for document in documents for principal in _named(document)]
    found: list[str | None] = []
    accounts: dict[str, None] = {}
    for principal in named:
        if principal.kind == "AWS":
            accounts.update(dict.fromkeys(_ACCOUNT_IN.findall(principal.value)))
        found.extend(_of(principal))
    other = spare_account(documents_accounts(named))
    for account in (*accounts, other):
        arn = f"arn:aws:iam::{account}"
        # To a document that names neither, a role's session and a user are alike.
        found.extend((f"{arn}:root", f"{arn}:role/some-role"))
    found.append("some-service.amazonaws.com")
    found.append(f"arn:aws:iam::{other}:saml-provider/some-provider")
    found.append(None)
    return tuple(dict.fromkeys(found))


def documents_accounts(principals: Iterable[Principal]) -> frozenset[str]:
    """Return the account numbers that principals are of."""
    return frozenset(
        account for principal in principals for account in _ACCOUNT_IN.findall(principal.value)
    )


def accounts_of(documents: Iterable[PolicyDocument]) -> frozenset[str]:
    """Return the account numbers that documents name as principals."""
    return documents_accounts(p for document in documents for p in _named(document))


def spare_account(taken: frozenset[str]) -> str:
    """Return an account number that is none of these."""
    found = next((account for account in _ACCOUNTS if account not in taken), None)
    if found is not None:
        return found
    number = 0
    while f"{number:012}" in taken:
        number += 1
    return f"{number:012}"


def _named(document: PolicyDocument) -> Iterator[Principal]:
    for statement in document.statements:
        yield from statement.principals or ()
        yield from statement.not_principals or ()


def _of(principal: Principal) -> Iterator[str]:
    """Yield who a principal names: the role itself and a session of it."""
    if principal.value == "*" or _ACCOUNT_IN.fullmatch(principal.value):
        return
    yield principal.value
    if principal.kind == "AWS":
        caller = parse_caller(principal.value)
        if caller.kind is CallerKind.ROLE and caller.role is not None:
            partition, account, name = caller.role
            yield f"arn:{partition}:sts::{account}:assumed-role/{name}/someone"
        elif caller.kind is CallerKind.SESSION and caller.role is not None:
            partition, account, name = caller.role
            yield f"arn:{partition}:sts::{account}:assumed-role/{name}/someone"
            yield f"arn:{partition}:iam::{account}:role/{name}"
