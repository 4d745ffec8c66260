"""Policies of buckets, keys, queues, topics and tables, in what they allow the roles that they name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolewright.iam import Effect, PolicyDocument
from rolewright.roles import UNKNOWN, AttachedPolicy, PolicyKind
from rolewright.stack.properties import document, known, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.iam import Statement
    from rolewright.stack.properties import Resource

_ROLE = re.compile(r"arn:[^:]+:iam::(\d{12}):role(/(?:.*/)?)([^/]+)")
_SESSION = re.compile(r"arn:[^:]+:sts::(\d{12}):assumed-role/([^/]+)/.+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Home:
    """Where the property that names the resource is, and the ARNs that a Resource of `*` means."""

    named_by: str
    arns: tuple[str, ...]


_KEY = _Home(named_by="keyId", arns=("arn:aws:kms:*:*:key/{}",))
_BUCKET = _Home(named_by="bucket", arns=("arn:aws:s3:::{}", "arn:aws:s3:::{}/*"))
_HOMES = {
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET,
    "aws:s3/bucket:Bucket": _BUCKET,
    "aws:s3/bucketV2:BucketV2": _BUCKET,
    "aws:dynamodb/resourcePolicy:ResourcePolicy": _Home(
        named_by="resourceArn", arns=("arn:aws:dynamodb:*:*:table/{}",)
    ),
    "aws:kms/externalKey:ExternalKey": _KEY,
    "aws:kms/key:Key": _KEY,
    "aws:kms/keyPolicy:KeyPolicy": _KEY,
    "aws:kms/replicaExternalKey:ReplicaExternalKey": _KEY,
    "aws:kms/replicaKey:ReplicaKey": _KEY,
    "aws:sqs/queue:Queue": _Home(named_by="name", arns=("arn:aws:sqs:*:*:{}",)),
    "aws:sqs/queuePolicy:QueuePolicy": _Home(named_by="queueUrl", arns=("arn:aws:sqs:*:*:{}",)),
    "aws:sns/topic:Topic": _Home(named_by="name", arns=("arn:aws:sns:*:*:{}",)),
    "aws:sns/topicPolicy:TopicPolicy": _Home(named_by="arn", arns=("arn:aws:sns:*:*:{}",)),
}
RESOURCE_POLICIES = frozenset(_HOMES)


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleNamed:
    """A role as a principal: `path` is None for its sessions, which are named without."""

    account: str
    name: str
    path: str | None

    def may_be(self, name: str, path: str | None, account: str | None) -> bool:
        """Whether it may be a role of this name; IAM ignores the case of names."""
        return (
            self.name.lower() == name.lower()
            and (None in (self.path, path) or self.path == path)
            and account in (None, self.account)
        )


class ResourcePolicies:
    """The policies of resources, seen so far."""

    def __init__(self) -> None:
        # By the role's name in lower case, by the resource's URN.
        self._named: dict[str, dict[str, list[tuple[RoleNamed, AttachedPolicy]]]] = {}
        # What of a document that isn't known may be for the roles that it depends on, by their URN.
        self._unknown: dict[str, dict[str, AttachedPolicy]] = {}

    def add(self, resource: Resource, roles: Sequence[str]) -> frozenset[str]:
        """Take in a resource; `roles` are the URNs of roles that its policy depends on.

        Return the names in lower case of the roles that it names.
        """
        for held in (*self._named.values(), *self._unknown.values()):
            held.pop(resource.urn, None)
        given = known(resource.props, "policy")
        if given is None:
            return frozenset()
        whole = AttachedPolicy(
            name=resource.name,
            kind=PolicyKind.RESOURCE,
            document=document(given),
            urn=resource.urn,
        )
        if given is UNKNOWN:
            for urn in roles:
                self._unknown.setdefault(urn, {})[resource.urn] = whole
            return frozenset()
        names: set[str] = set()
        if isinstance(whole.document, PolicyDocument):
            for role, statements in _by_role(whole.document).items():
                allowed = tuple(_for_role(statement, resource) for statement in statements)
                policy = replace(whole, document=replace(whole.document, statements=allowed))
                named = self._named.setdefault(role.name.lower(), {})
                named.setdefault(resource.urn, []).append((role, policy))
                names.add(role.name.lower())
        return frozenset(names)

    def of(
        self, urn: str, name: str, *, path: str | None = None, account: str | None = None
    ) -> Iterator[AttachedPolicy]:
        """Yield what policies of resources allow a role, and those that may and aren't known.

        `path` and `account` are None where they aren't known.
        """
        for named in self._named.get(name.lower(), {}).values():
            yield from (policy for role, policy in named if role.may_be(name, path, account))
        yield from self._unknown.get(urn, {}).values()


def _by_role(document: PolicyDocument) -> dict[RoleNamed, list[Statement]]:
    """Return the statements that allow something, by the roles that they name.

    A Deny is left out: whether it is this role's, in this account, is not always known.
    """
    found: dict[RoleNamed, list[Statement]] = {}
    for statement in document.statements:
        if statement.effect is Effect.ALLOW:
            for principal in statement.principals or ():
                role = _role_named(principal.value) if principal.kind == "AWS" else None
                if role is not None:
                    found.setdefault(role, []).append(statement)
    return found


def _role_named(principal: str) -> RoleNamed | None:
    if role := _ROLE.fullmatch(principal):
        return RoleNamed(account=role[1], path=role[2], name=role[3])
    if session := _SESSION.fullmatch(principal):
        return RoleNamed(account=session[1], path=None, name=session[2])
    return None


def _for_role(statement: Statement, resource: Resource) -> Statement:
    """Return a statement as one of the role's own: `*` is this resource, and nobody is named."""
    resources = statement.resources
    if resources is not None and "*" in resources:
        others = tuple(pattern for pattern in resources if pattern != "*")
        resources = (*others, *_own_arns(resource))
    return replace(statement, principals=None, resources=resources)


def _own_arns(resource: Resource) -> tuple[str, ...]:
    """Return the resource's own ARNs, by its name in the program where AWS's isn't known."""
    home = _HOMES[resource.type]
    named = text(resource.props, home.named_by) or text(resource.props, "name") or resource.name
    if named.startswith("arn:"):
        return (named,)
    name = named.rpartition("/")[2]
    return tuple(arn.format(name) for arn in home.arns)
