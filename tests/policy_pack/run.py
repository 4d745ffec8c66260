"""A run of the pack's policies as the SDK does it: in order, with its own proxies and arguments."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policy_pack.rules import Pack
from rolewright.grants import Environment
from rolewright.stack.view import (
    ATTACHMENT,
    ATTACHMENTS,
    POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    ROLE_POLICY,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulumi_policy import ReportViolation

UNKNOWN = UNKNOWN_STRING_VALUE
_NO_BASELINE = "there is no baseline"
ACCOUNT = "123456789012"
TODAY = date(2026, 5, 1)
COMPONENT = "rolewright:index:SageMakerRole"


def document(*statements: Mapping[str, Any]) -> str:
    """Return a policy document's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "arn:aws:s3:::data/*") -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


TRUST = document(
    {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
)
HARMLESS = document(allow("s3:GetObject"))
WRITES = document(allow("s3:PutObject", "*"))
ADMIN = document(allow("*", "*"))
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/ml-boundary"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@dataclass(frozen=True, kw_only=True)
class Described:
    """A resource as the engine describes it; `dependencies` are URNs by property."""

    type: str
    name: str
    props: Mapping[str, Any]
    parent: str | None = None
    provider: str | None = None
    account: str | None = None
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, "Sequence[str]"])

    @property
    def urn(self) -> str:
        """The URN, without the parents' types."""
        return f"urn:pulumi:test::sagemaker-roles::{self.type}::{self.name}"


def role(name: str, /, **props: Any) -> Described:
    """Return a role that has nothing against it; a property of None is left out."""
    whole = {
        "name": name,
        "assumeRolePolicy": TRUST,
        "permissionsBoundary": BOUNDARY,
        **props,
    }
    return Described(
        type=ROLE, name=name, props={key: v for key, v in whole.items() if v is not None}
    )


def role_policy(name: str, role_name: str, text: str, /, **rest: Any) -> Described:
    """Return an inline policy."""
    props = {"name": name, "role": role_name, "policy": text}
    return Described(type=ROLE_POLICY, name=name, props=props, **rest)


def policy(name: str, text: str, /, **rest: Any) -> Described:
    """Return a customer-managed policy."""
    return Described(type=POLICY, name=name, props={"name": name, "policy": text}, **rest)


def attached(role_name: str, arn: str, /, **rest: Any) -> Described:
    """Return a managed policy's attachment to one role."""
    props = {"role": role_name, "policyArn": arn}
    name = rest.pop("name", "attached")
    return Described(type=ROLE_ATTACHMENT, name=name, props=props, **rest)


def attached_to_many(roles: list[str], arn: str, /, **rest: Any) -> Described:
    """Return a managed policy's attachment to many roles."""
    return Described(type=ATTACHMENT, name="many", props={"roles": roles, "policyArn": arn}, **rest)


def exclusively(role_name: str, arns: list[str], /, **rest: Any) -> Described:
    """Return the attachments that a role is held to."""
    props = {"roleName": role_name, "policyArns": arns}
    return Described(type=ATTACHMENTS, name="exclusive", props=props, **rest)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a rule reported."""

    rule: str
    message: str
    urn: str | None
    mandatory: bool


class Run:
    """One process of the pack; `config` is that of the guardrails by their ids.

    What is to be said of nearly every stack of these tests is in `remarks`: that there is no baseline,
    and that a role may be given policies by others.
    """

    def __init__(
        self,
        environment: Environment | None = Environment.PROD,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.policies = Pack(environment, TODAY).policies()
        self._config = config or {}
        self.remarks: list[Report] = []

    def resource(self, described: Described) -> list[Report]:
        """Return what the resource rules report of a resource."""
        found: list[Report] = []
        for rule in self.policies:
            if isinstance(rule, ResourceValidationPolicy):
                args = ResourceValidationArgs(
                    described.type,
                    unknown_checking_proxy(dict(described.props)),
                    described.urn,
                    described.name,
                    _options(described),
                    _provider(described),
                    self._config.get(rule.name),
                )
                rule.validate(args, _reporter(rule, found))  # pyright: ignore[reportUnknownMemberType]
        return found

    def stack(self, *described: Described) -> list[Report]:
        """Return what the stack rules report of a stack."""
        found: list[Report] = []
        for rule in self.policies:
            if isinstance(rule, StackValidationPolicy):
                args = StackValidationArgs(list(_resources(described)), self._config.get(rule.name))
                rule.validate(args, _reporter(rule, found))  # pyright: ignore[reportUnknownMemberType]
        remarks = [report for report in found if _is_remark(report)]
        self.remarks += remarks
        return [report for report in found if report not in remarks]

    def whole(self, *described: Described) -> list[Report]:
        """Return what all rules report, when the resources come in this order."""
        found = [report for one in described for report in self.resource(one)]
        return found + self.stack(*described)


def _is_remark(report: Report) -> bool:
    return report.rule == "exclusive-policies" or _NO_BASELINE in report.message


def _reporter(
    rule: ResourceValidationPolicy | StackValidationPolicy, found: list[Report]
) -> ReportViolation:
    def report(message: str, urn: str | None = None) -> None:
        mandatory = rule.enforcement_level is EnforcementLevel.MANDATORY
        found.append(Report(rule=rule.name, message=message, urn=urn, mandatory=mandatory))

    return report


def _options(described: Described) -> PolicyResourceOptions:
    timeouts = PolicyCustomTimeouts(0, 0, 0)
    return PolicyResourceOptions(False, [], None, [], timeouts, [], described.parent)  # noqa: FBT003  # the SDK's order


def _provider(described: Described) -> PolicyProviderResource | None:
    if described.provider is None:
        return None
    props = {"allowedAccountIds": [described.account]} if described.account else {}
    return PolicyProviderResource(
        "pulumi:providers:aws", unknown_checking_proxy(props), described.provider, "provider"
    )


def _resources(described: Sequence[Described]) -> Iterator[PolicyResource]:
    by_urn: dict[str, PolicyResource] = {}
    parents = {
        one.parent: Described(type=COMPONENT, name="parent", props={})
        for one in described
        if one.parent
    }
    for urn, one in (*parents.items(), *((one.urn, one) for one in described)):
        by_urn[urn] = PolicyResource(
            one.type,
            unknown_checking_proxy(dict(one.props)),
            urn,
            one.name,
            _options(one),
            _provider(one),
            None,
            [],
            {},
        )
    for one in described:
        resource = by_urn[one.urn]
        resource.parent = by_urn[one.parent] if one.parent else None
        resource.property_dependencies = {
            prop: [by_urn[urn] for urn in urns if urn in by_urn]
            for prop, urns in one.dependencies.items()
        }
    return iter(by_urn.values())
