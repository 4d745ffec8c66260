"""Who a statement is for, against who makes a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.iam.documents import Principal

SELF = "self"
"""The principal that the identity policies belong to, where a request names none."""

_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?P<kind>[a-z-]+)(?:/(?P<rest>.+))?",
    re.DOTALL,
)
_ACCOUNT = re.compile(r"(?:arn:[^:]*:iam::)?(\d{12})(?::root)?")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_WEB_IDENTITY = frozenset(
    {
        "accounts.google.com",
        "cognito-identity.amazonaws.com",
        "graph.facebook.com",
        "www.amazon.com",
    }
)
_SERVICE_LINKED_PATH = "aws-service-role/"
_SERVICE_LINKED_NAME = "AWSServiceRoleFor"


class CallerKind(Enum):
    """What makes a request."""

    ANONYMOUS = "anonymous"
    SELF = "self"
    ROOT = "root user"
    USER = "user"
    ROLE = "role"
    SESSION = "role session"
    FEDERATED_USER = "federated user session"
    SERVICE = "service"
    FEDERATED = "federated identity"


_KINDS = {
    ("iam", "root"): CallerKind.ROOT,
    ("iam", "user"): CallerKind.USER,
    ("iam", "role"): CallerKind.ROLE,
    ("sts", "assumed-role"): CallerKind.SESSION,
    ("sts", "federated-user"): CallerKind.FEDERATED_USER,
    ("iam", "saml-provider"): CallerKind.FEDERATED,
    ("iam", "oidc-provider"): CallerKind.FEDERATED,
}


class Grant(IntEnum):
    """How closely a Principal element names a caller; the closer, the less can limit it."""

    NONE = 0
    ACCOUNT = 1
    """By its account, which leaves the rest to the account's own policies."""
    ROLE = 2
    """By its role, which a boundary and session policies still limit."""
    DIRECT = 3
    """By itself or with everyone: nothing but an explicit deny limits it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who makes a request. `account` and `role` (partition, account, name) are None for others."""

    kind: CallerKind
    name: str
    account: str | None = None
    role: tuple[str, str, str] | None = None
    service_linked: bool = False

    @property
    def has_identity_policies(self) -> bool:
        """Whether identity policies, boundaries and session policies are about this caller."""
        return self.kind not in (
            CallerKind.ANONYMOUS,
            CallerKind.SERVICE,
            CallerKind.FEDERATED,
        )


@lru_cache(maxsize=4096)
def parse_caller(principal: str | None) -> Caller:  # noqa: PLR0911  # a return a kind of caller
    """Return who a request's principal is: an ARN, a service's or provider's name, None, SELF."""
    if principal is None:
        return Caller(kind=CallerKind.ANONYMOUS, name="")
    if principal == SELF:
        return Caller(kind=CallerKind.SELF, name=principal)
    if principal in _WEB_IDENTITY:
        return Caller(kind=CallerKind.FEDERATED, name=principal)
    if _SERVICE.fullmatch(principal):
        return Caller(kind=CallerKind.SERVICE, name=principal)
    if account := _ACCOUNT.fullmatch(principal):
        return Caller(kind=CallerKind.ROOT, name=principal, account=account[1])
    found = _ARN.fullmatch(principal)
    kind = _KINDS.get((found["service"], found["kind"])) if found else None
    if found is None or kind is None:
        return Caller(kind=CallerKind.FEDERATED, name=principal)
    if kind is CallerKind.FEDERATED:
        # The identity that a provider vouches for is nobody of the account's.
        return Caller(kind=kind, name=principal)
    role, linked = _role_of(kind, found)
    return Caller(
        kind=kind, name=principal, account=found["account"], role=role, service_linked=linked
    )


def _role_of(kind: CallerKind, found: re.Match[str]) -> tuple[tuple[str, str, str] | None, bool]:
    """Return the role of a role or session, and whether it is linked to a service."""
    rest = found["rest"] or ""
    if kind is CallerKind.ROLE:
        name = rest.rpartition("/")[2]
        linked = rest.startswith(_SERVICE_LINKED_PATH)
    elif kind is CallerKind.SESSION:
        # A session's ARN leaves out the role's path.
        name = rest.partition("/")[0]
        linked = name.startswith(_SERVICE_LINKED_NAME)
    else:
        return None, False
    return (found["partition"], found["account"], name), linked


def granted(principals: Iterable[Principal], caller: Caller) -> Grant:
    """Return how closely a Principal element names a caller."""
    return max((_grant(principal, caller) for principal in principals), default=Grant.NONE)


def spared(principals: Iterable[Principal], caller: Caller) -> bool:
    """Whether a Deny with this NotPrincipal element leaves a caller alone.

    AWS looks at the account first, then at the role, then at the session: each must be listed, and
    a session is by its role.
    """
    grants = {_grant(principal, caller) for principal in principals}
    if caller.kind is CallerKind.ROOT or caller.account is None:
        return Grant.DIRECT in grants
    closest = Grant.ROLE if caller.role else Grant.DIRECT
    return any(one.is_everyone for one in principals) or {Grant.ACCOUNT, closest} <= grants


def _grant(principal: Principal, caller: Caller) -> Grant:
    if principal.is_everyone:
        return Grant.DIRECT
    if principal.kind == "Service":
        return _named(principal.value, caller, CallerKind.SERVICE)
    if principal.kind == "Federated":
        return _named(principal.value, caller, CallerKind.FEDERATED)
    if principal.kind == "CanonicalUser":
        return Grant.DIRECT if principal.value == caller.name else Grant.NONE
    return _aws_grant(principal.value, caller)


def _named(value: str, caller: Caller, kind: CallerKind) -> Grant:
    named = caller.kind is kind and value in ("*", caller.name)
    return Grant.DIRECT if named else Grant.NONE


def _aws_grant(value: str, caller: Caller) -> Grant:
    if caller.account is None:
        return Grant.NONE
    if account := _ACCOUNT.fullmatch(value):
        if account[1] != caller.account:
            return Grant.NONE
        return Grant.DIRECT if caller.kind is CallerKind.ROOT else Grant.ACCOUNT
    if caller.role is not None:
        named = parse_caller(value)
        if named.kind is CallerKind.ROLE and _is_role(named, value, caller):
            return Grant.ROLE
    direct = value == caller.name and caller.kind is not CallerKind.ROLE
    return Grant.DIRECT if direct else Grant.NONE


def _is_role(named: Caller, value: str, caller: Caller) -> bool:
    """Whether a role's ARN is the caller's; a session's ARN leaves out the role's path."""
    return value == caller.name if caller.kind is CallerKind.ROLE else named.role == caller.role
