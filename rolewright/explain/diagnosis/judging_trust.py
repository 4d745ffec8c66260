"""Whether a role's trust policy as written lets in whoever was to assume it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Cause
from rolewright.explain.diagnosis.judged import Judged, conditions, not_judged
from rolewright.iam import Policies, Request, Verdict, can
from rolewright.roles import Uncheckable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.diagnosis.denial import Denial
    from rolewright.roles import AttachedPolicy, Role

_SAGEMAKER = "sagemaker.amazonaws.com"


def judge_trust(denial: Denial, role: Role, policy: AttachedPolicy) -> Judged:
    """Ask a role's trust policy for whoever was to assume it."""
    principal = denial.principal or _SAGEMAKER
    request = Request(
        action=denial.action or "sts:AssumeRole",
        resource=denial.resource or role.arn_pattern.replace("*", "aws", 1),
        principal=principal,
    )
    trust = policy.document
    if isinstance(trust, Uncheckable):
        return Judged(request=request, verdict=None, causes=(not_judged(policy, trust),))
    answer = can(request, Policies(resource=trust))
    said = {
        Verdict.YES: Cause(
            id="trust-allows",
            message=f"The trust policy as written lets `{principal}` assume the role: what is in "
            "the account differs from it, the role is only seconds old, or another role is meant.",
            fix="Deploy it, wait ten seconds, and compare the ARN, its path included.",
            in_role=False,
        ),
        Verdict.NO: Cause(
            id="trust-lacks-service",
            message=f"The trust policy as written doesn't let `{principal}` assume the role.",
            fix=f"Let it allow sts:AssumeRole for `{principal}`.",
            in_role=True,
        ),
        Verdict.DEPENDS: Cause(
            id="trust-depends",
            message=f"The trust policy lets `{principal}` assume the role where "
            f"{conditions(answer)}.",
            fix="See whether the call meets that; notebook instances, labelling and AutoML don't "
            "send aws:SourceAccount: `trust: {sourceAccount: false}`.",
            in_role=True,
        ),
    }[answer.verdict]
    return Judged(
        request=request,
        verdict=answer.verdict,
        causes=(*_other_arn(denial, role), said),
        lacks_allow=answer.verdict is Verdict.NO,
    )


def _other_arn(denial: Denial, role: Role) -> Iterator[Cause]:
    """Yield that a role was asked for by an ARN which isn't its own, where its own is known."""
    if role.account and denial.resource and not role.has_arn(denial.resource):
        yield Cause(
            id="role-path",
            message=f"`{denial.resource}` is not this role's ARN, which ends in "
            f"`{role.account}:role{role.path}{role.name}`.",
            fix="Use that one, with its path.",
            in_role=False,
        )
