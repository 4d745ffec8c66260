"""Who may call: everyone that a document names, and someone of each kind that it doesn't."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from rolewright.iam.principals import parse_caller

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

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
    named = _named(documents)
    found = [caller for principal in named for caller in _of(principal)]
    accounts = _accounts(named)
    other = _spare_account(accounts)
    for account in (*accounts, other):
        arn = f"arn:aws:iam::{account}"
        # To a document that names neither, a role's session and a user are alike.
        found.extend((f"{arn}:root", f"{arn}:role/some-role"))
    found.append("some-service.amazonaws.com")
    found.append(f"arn:aws:iam::{other}:saml-provider/some-provider")
    return (*dict.fromkeys(found), None)


def account_apart(documents: Iterable[PolicyDocument]) -> str:
    """Return the number of an account that no caller is of."""
    accounts = _accounts(_named(documents))
    return _spare_account((*accounts, _spare_account(accounts)))


def _spare_account(taken: Collection[str]) -> str:
    numbers = (f"{number:012}" for number in count())
    return next(account for account in chain(_ACCOUNTS, numbers) if account not in taken)


def _accounts(principals: Iterable[Principal]) -> tuple[str, ...]:
    found = (account for p in principals for account in _ACCOUNT_IN.findall(p.value))
    return tuple(dict.fromkeys(found))


def _named(documents: Iterable[PolicyDocument]) -> list[Principal]:
    return [
        principal
        for document in documents
        for statement in document.statements
        for principal in (*(statement.principals or ()), *(statement.not_principals or ()))
    ]


def _of(principal: Principal) -> Iterator[str]:
    """Yield who a principal names: a role itself and a session of it."""
    if principal.value == "*" or _ACCOUNT_IN.fullmatch(principal.value):
        return
    yield principal.value
    caller = parse_caller(principal.value)
    if caller.role is not None:
        partition, account, name = caller.role
        yield f"arn:{partition}:sts::{account}:assumed-role/{name}/someone"
        yield f"arn:{partition}:iam::{account}:role/{name}"
