"""Causes by the type of policy that denied, as far as the text says it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Row
from rolewright.explain.diagnosis.denial import DeniedBy

if TYPE_CHECKING:
    from collections.abc import Callable

    from rolewright.explain.diagnosis.facts import Facts

NOT_IN_ROLE = "This is not in the role: no change to it will help. "
_TOLD_OTHERWISE = frozenset({"trust", "image-repository-policy"})


def _by(kind: DeniedBy, *, explicit: bool | None) -> Callable[[Facts], bool]:
    def when(facts: Facts) -> bool:
        denial = facts.denial
        return (
            denial.denied_by is kind
            and denial.explicit is explicit
            and denial.symptom not in _TOLD_OTHERWISE
        )

    return when


BY_POLICY = (
    Row(
        id="no-allow",
        when=_by(DeniedBy.IDENTITY, explicit=False),
        message="No statement of {role}'s own policies allows {action}{on}; nothing denies it.",
        fix="Grant it: `--config Pulumi.NAME.yaml` offers the smallest entry that does, and "
        "`--write` puts it there.",
        in_role=True,
    ),
    Row(
        id="own-deny",
        when=_by(DeniedBy.IDENTITY, explicit=True),
        message="A Deny in {role}'s own policies{policy} is for {action}{on}. No Allow helps "
        "against it.",
        fix="Find the Deny, with its NotAction, NotResource and conditions, and narrow it, if the "
        "call is meant.",
        in_role=True,
    ),
    Row(
        id="boundary-leaves-out",
        when=_by(DeniedBy.BOUNDARY, explicit=False),
        message="The permissions boundary{policy} leaves {action} out. A boundary grants nothing: "
        "what the role's policies allow counts only within it, so a further Allow there won't help.",
        fix="Ask the boundary's owner for {action}, or do without; check that `permissionsBoundary` "
        "names the boundary that is meant.",
    ),
    Row(
        id="boundary-denies",
        when=_by(DeniedBy.BOUNDARY, explicit=True),
        message=NOT_IN_ROLE + "A Deny in its permissions boundary{policy} is for {action}.",
        fix="Ask the boundary's owner whether {action}{on} is meant.",
    ),
    Row(
        id="session-leaves-out",
        when=_by(DeniedBy.SESSION, explicit=False),
        message="The session was opened with a session policy that leaves {action} out; the role's "
        "own policies may well allow it.",
        fix="Widen the policy that is given to AssumeRole (`Policy`, `PolicyArns`), or leave it out.",
    ),
    Row(
        id="session-denies",
        when=_by(DeniedBy.SESSION, explicit=True),
        message=NOT_IN_ROLE + "A Deny in the session policy{policy} is for {action}.",
        fix="Look at what opened the session: the policies given to AssumeRole, or to the "
        "permission set.",
    ),
    Row(
        id="scp-denies",
        when=_by(DeniedBy.SERVICE_CONTROL, explicit=True),
        message=NOT_IN_ROLE + "The organisation's service control policy{policy} denies it.",
        fix="Ask its owner whether {action}{on} is meant to be denied, or work elsewhere: another "
        "region, account or resource that the policy lets through.",
    ),
    Row(
        id="scp-leaves-out",
        when=_by(DeniedBy.SERVICE_CONTROL, explicit=False),
        message=NOT_IN_ROLE + "No service control policy allows {action} in this account, at each "
        "level of the organisation.",
        fix="Ask the organisation's owner to allow {action} for the account or its unit.",
    ),
    Row(
        id="rcp-denies",
        when=_by(DeniedBy.RESOURCE_CONTROL, explicit=True),
        message=NOT_IN_ROLE + "The organisation's resource control policy{policy} denies it, as it "
        "does for callers from outside the organisation or without a condition that it asks for.",
        fix="Ask the organisation that {resource} belongs to; the caller's account may be outside "
        "it.",
    ),
    Row(
        id="rcp-leaves-out",
        when=_by(DeniedBy.RESOURCE_CONTROL, explicit=False),
        message=NOT_IN_ROLE + "No resource control policy allows {action}{on}.",
        fix="Ask the organisation that {resource} belongs to.",
    ),
    Row(
        id="resource-policy-denies",
        when=_by(DeniedBy.RESOURCE, explicit=True),
        message=NOT_IN_ROLE + "A Deny in the policy of {resource} itself is for this call.",
        fix="Read that policy's Deny statements and their conditions: encryption, TLS, VPC "
        "endpoint, organisation; meet the condition, or ask its owner.",
    ),
    Row(
        id="resource-policy-leaves-out",
        when=_by(DeniedBy.RESOURCE, explicit=False),
        message="The policy of {resource} itself doesn't allow {role} the call. In another account "
        "both it and the role must allow it; AWS says this of calls across accounts also where it is "
        "the role's Allow that is missing.",
        fix="Have its owner add a statement for the role's ARN, and grant {action} in the role too.",
    ),
    Row(
        id="endpoint-leaves-out",
        when=_by(DeniedBy.ENDPOINT, explicit=False),
        message=NOT_IN_ROLE + "The call goes through a VPC endpoint whose policy{policy} doesn't "
        "allow {action}{on}.",
        fix="Have the endpoint's policy allow it; buckets of AWS's, for images and examples, "
        "are often forgotten there.",
    ),
    Row(
        id="endpoint-denies",
        when=_by(DeniedBy.ENDPOINT, explicit=True),
        message=NOT_IN_ROLE
        + "The call goes through a VPC endpoint whose policy{policy} denies it.",
        fix="Ask the owner of the VPC whether {action}{on} is meant to be denied there.",
    ),
    Row(
        id="trust-leaves-out",
        when=_by(DeniedBy.TRUST, explicit=False),
        message="The trust policy of {resource} doesn't let the caller assume it, or a condition of "
        "it isn't met.",
        fix="Add the caller to that role's trust policy: the role's ARN as `AWS`, a service as "
        "`Service`; across accounts the caller's own policies must allow sts:AssumeRole too.",
    ),
    Row(
        id="trust-denies",
        when=_by(DeniedBy.TRUST, explicit=True),
        message="A Deny in the trust policy of {resource} is for this caller.",
        fix="Narrow that Deny, if the caller is meant to assume the role.",
    ),
    Row(
        id="some-deny",
        when=_by(DeniedBy.UNKNOWN, explicit=True),
        message="Some policy denies it by a Deny; the text doesn't say of which type. No Allow "
        "helps against it.",
        fix="Look for the Deny in the role's own policies first, then in its boundary, the policy of "
        "{resource}, and the organisation's policies.",
    ),
)
