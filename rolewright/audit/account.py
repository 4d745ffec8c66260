"""A role as `get-account-authorization-details` tells of it, with what it can pass or assume.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import re
import weakref
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, cast

from rolewright.iam import InvalidDocument, parse_document
from rolewright.reference import managed_policy
from rolewright.roles import AttachedPolicy, PolicyKind, Role, Uncheckable, document_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rolewright.iam import PolicyDocument

ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
MOST_REACHED = 32
"""How many roles of an account are put beside one of them, besides those that it names."""
_LISTS = {"RolePolicyList": "PolicyName", "AttachedManagedPolicies": "PolicyArn", "Tags": "Key"}
"""The lists of a role's entry, and what each of theirs surely has."""
_POLICIES = {
    "RolePolicyList": (PolicyKind.INLINE, "inline policies"),
    "AttachedManagedPolicies": (PolicyKind.CUSTOMER_MANAGED, "attached policies"),
}
"""Those of policies. AWS writes both for every role, empty or not."""
_SERVICE_LINKED = "/aws-service-role/"
_AWS = ":iam::aws:policy/"


class InvalidDetail(ValueError):  # noqa: N818  # named as InvalidDocument is
    """An entry that is not as AWS writes it; the message begins with its path."""


def is_service_linked(detail: Mapping[str, Any]) -> bool:
    """Whether AWS alone can write the role, so that nobody could mend what is found of it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    return str(detail.get("Path", "")).startswith(_SERVICE_LINKED)


def default_version(policy: Mapping[str, Any]) -> str | None:
    """Return the text of a managed policy's default version, None where it isn't listed."""
    for place, version in enumerate(_list(policy, "PolicyVersionList")):
        if not isinstance(version, dict):
            raise InvalidDetail(f"PolicyVersionList[{place}]: must be an object")
        found = cast("dict[str, Any]", version)
        if found.get("IsDefaultVersion") is True and "Document" in found:
            return document_text(found["Document"])
    return None


def check_role(detail: Mapping[str, Any]) -> None:
    """Refuse an entry of `RoleDetailList` that is not as AWS writes it. Raises InvalidDetail."""
    _text(detail, "RoleName")
    if "Path" in detail:
        _text(detail, "Path")
    for listed, key in _LISTS.items():
        for place, entry in enumerate(_list(detail, listed)):
            _text(entry, key, f"{listed}[{place}].")
    if detail.get("PermissionsBoundary"):
        _text(detail["PermissionsBoundary"], "PermissionsBoundaryArn")


@dataclass(frozen=True, kw_only=True)
class Account:
    """What roles of an account are put together from.

    `policies` are the managed policies' texts by ARN. `find` gives a role's entry by its ARN, None
    where there is none; `trusting` are the ARNs of roles whose trust policy names a role's ARN.
    """

    policies: Mapping[str, str]
    find: Callable[[str], Mapping[str, Any] | None]
    trusting: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def role(self, detail: Mapping[str, Any]) -> Role:
        """Return a role from its entry of `RoleDetailList`. Raises InvalidDetail."""
        name, arn = _text(detail, "RoleName"), _text(detail, "Arn")
        boundary = detail.get("PermissionsBoundary")
        policies = (
            *(_inline(entry, arn) for entry in _list(detail, "RolePolicyList")),
            *(
                self._managed(_text(entry, "PolicyArn"))
                for entry in _list(detail, "AttachedManagedPolicies")
            ),
            *(_missing(key, arn) for key in _POLICIES if detail.get(key) is None),
        )
        reached = _Reached(self)
        role = Role(
            name=name,
            urn=arn,
            path=str(detail.get("Path", "/")),
            account=arn.split(":")[4] if arn.count(":") > 4 else None,  # noqa: PLR2004  # an ARN's parts
            trust=_read("trust", PolicyKind.TRUST, detail.get("AssumeRolePolicyDocument"), arn),
            policies=policies,
            boundary=self._managed(_text(boundary, "PermissionsBoundaryArn"), PolicyKind.BOUNDARY)
            if boundary
            else None,
            tags={_text(tag, "Key"): str(tag.get("Value", "")) for tag in _list(detail, "Tags")},
            siblings=reached,
        )
        reached.begin_at(role)
        return role

    @lru_cache(maxsize=4096)  # noqa: B019  # an account lives as long as its run
    def _managed(self, arn: str, kind: PolicyKind | None = None) -> AttachedPolicy:
        if kind is None:
            kind = PolicyKind.AWS_MANAGED if _AWS in arn else PolicyKind.CUSTOMER_MANAGED
        text = self.policies.get(arn)
        if text is None and _AWS in arn:
            known = managed_policy(arn)
            text = known.text if known else None
        return AttachedPolicy(
            name=arn.rpartition("/")[2],
            kind=kind,
            document=_document(text)
            if text is not None
            else Uncheckable(reason="its default version is not in the dump, nor known here"),
            urn=arn,
            arn=arn,
            text=text,
        )

    @lru_cache(maxsize=512)  # noqa: B019  # an account lives as long as its run
    def found(self, arn: str) -> Role | None:
        """Return the role of an ARN, None where the account has none."""
        detail = self.find(arn)
        return None if detail is None else self.role(detail)

    def __hash__(self) -> int:
        return id(self)


class _Reached:
    """The roles that one names in its policies, or that trust it, and those that these reach.

    They stand for the whole account, which would have to be kept: where a role may pass or assume
    whatever matches a pattern, which roles there are makes no difference. The nearest come first.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._role: weakref.ref[Role] | None = None

    def begin_at(self, role: Role) -> None:
        """Set the one role, which holds this, so it is not held in turn: it goes when it is judged."""
        self._role = weakref.ref(role)

    def __iter__(self) -> Iterator[Role]:
        return iter(self._roles)

    @cached_property
    def _roles(self) -> tuple[Role, ...]:
        role = self._role and self._role()
        if role is None:
            return ()
        found = {role.urn: role}
        # Those that it names itself are all there, however many it names.
        self._add(found, self._named_by(role))
        queue = [*found.values()]
        for other in queue:
            if len(found) >= MOST_REACHED:
                break
            before = len(found)
            near = (*self._named_by(other), *self._account.trusting.get(other.urn, ()))
            self._add(found, near, MOST_REACHED)
            queue += list(found.values())[before:]
        return tuple(found.values())

    def _add(self, found: dict[str, Role], arns: Iterable[str], most: int | None = None) -> None:
        for arn in arns:
            if most is not None and len(found) >= most:
                return
            role = None if arn in found else self._account.found(arn)
            if role is not None:
                found.setdefault(role.urn, role)

    @staticmethod
    def _named_by(role: Role) -> tuple[str, ...]:
        named = (name for policy in role.policies for name in _named_in(policy.text or ""))
        return tuple(dict.fromkeys(named))


@lru_cache(maxsize=512)
def _named_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ROLE_ARN.findall(text)))


def _inline(entry: Any, arn: str) -> AttachedPolicy:
    return _read(_text(entry, "PolicyName"), PolicyKind.INLINE, entry.get("PolicyDocument"), arn)


def _missing(key: str, arn: str) -> AttachedPolicy:
    """Return what stands for the policies of a list that is not there: they can't be judged."""
    kind, name = _POLICIES[key]
    reason = f"the dump has no `{key}` of the role"
    return AttachedPolicy(name=name, kind=kind, document=Uncheckable(reason=reason), urn=arn)


def _read(name: str, kind: PolicyKind, given: Any, arn: str) -> AttachedPolicy:
    if given is None:
        missing = Uncheckable(reason="its document is not in the dump")
        return AttachedPolicy(name=name, kind=kind, document=missing, urn=arn)
    text = document_text(given)
    if kind is PolicyKind.TRUST:
        document = _trust(text)
    else:
        document = _document(text if isinstance(given, str) else given)
    return AttachedPolicy(name=name, kind=kind, document=document, urn=arn, text=text)


@lru_cache(maxsize=512)
def _trust(text: str) -> PolicyDocument | Uncheckable:
    """Return a trust policy; there are few of them, each of many roles."""
    return _document(text)


def _document(text: str | Mapping[str, Any]) -> PolicyDocument | Uncheckable:
    """Return a document as `read_document` does, but keep none: there are as many as roles."""
    try:
        return parse_document(text)
    except InvalidDocument as error:
        return Uncheckable(reason=f"it is not a policy document: {error.message}")


def _list(detail: Mapping[str, Any], key: str) -> list[Any]:
    listed: Any = detail.get(key)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise InvalidDetail(f"{key}: must be a list")
    return cast("list[Any]", listed)


def _text(entry: Any, key: str, path: str = "") -> str:
    value = cast("dict[str, Any]", entry).get(key) if isinstance(entry, dict) else None
    if not isinstance(value, str):
        raise InvalidDetail(f"{path}{key}: is missing or no text")
    return value
