"""What the role as written does with the request that was denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.diagnosis.cause import Cause
from rolewright.explain.diagnosis.denial import DeniedBy
from rolewright.explain.diagnosis.facts import role_name
from rolewright.explain.diagnosis.judged import MOST_TOLD, Judged, conditions, not_judged
from rolewright.explain.diagnosis.judging_trust import judge_trust
from rolewright.iam import (
    Effect,
    Outcome,
    Policies,
    PolicyDocument,
    PolicyType,
    Request,
    Verdict,
    can,
    evaluate,
    matches,
)
from rolewright.roles import Uncheckable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.diagnosis.denial import Denial
    from rolewright.iam import Match
    from rolewright.roles import AttachedPolicy, Role


def judge(denial: Denial, role: Role) -> Judged | None:
    """Return what a role says of a denied request; None where nothing can be asked of it."""
    if denial.action is None:
        return None
    if denial.denied_by is DeniedBy.TRUST:
        # The role's other policies have no part in who may assume it.
        return judge_trust(denial, role, role.trust) if role.trust else None
    resource = _as_arn(denial)
    if resource is None:
        return _judge_action(denial.action, role)
    return _judge_request(Request(action=denial.action, resource=resource), role)


def _judge_action(action: str, role: Role) -> Judged:
    """Say on what the role allows an action, where the text names no resource."""
    resources = dict.fromkeys(
        resource
        for grant in role.effective.allowing(action)
        for resource in grant.resources_for(action)
    )
    if resources:
        shown = ", ".join(f"`{one}`" for one in list(resources)[:MOST_TOLD])
        more = len(resources) - MOST_TOLD
        cause = Cause(
            id="allowed-elsewhere",
            message=f"The text names no resource. The role as written allows `{action}` on {shown}"
            f"{f' and {more} more' if more > 0 else ''}.",
            fix="See whether that is what was called; if it is, the cause is not in the role.",
            in_role=True,
        )
    else:
        cause = Cause(
            id="no-allow",
            message=f"The role as written allows `{action}` on nothing at all.",
            fix="Grant it; with the resource's ARN this command offers the smallest entry.",
            in_role=True,
        )
    return Judged(request=None, verdict=None, causes=(cause, *_unread_parts(role)))


def _judge_request(request: Request, role: Role) -> Judged:
    policies = Policies(
        identity=tuple(_readable(role.policies)),
        boundary=_boundary(role),
    )
    answer = can(request, policies)
    unread = tuple(_unread_parts(role))
    if answer.verdict is Verdict.YES:
        return Judged(request=request, verdict=answer.verdict, causes=(_elsewhere(role), *unread))
    if answer.verdict is Verdict.DEPENDS:
        cause = Cause(
            id="depends-on-conditions",
            message=f"The role as written allows it only where {conditions(answer)}.",
            fix="See whether the call meets that; if it should be allowed without, take the "
            "condition off the statement.",
            in_role=True,
        )
        return Judged(request=request, verdict=answer.verdict, causes=(cause, *unread))
    return _judge_denied(request, role, policies, unread)


def _judge_denied(
    request: Request, role: Role, policies: Policies, unread: tuple[Cause, ...]
) -> Judged:
    decision = evaluate(request, policies)
    if decision.outcome is Outcome.EXPLICITLY_DENIED:
        causes = tuple(_deny(match, role) for match in decision.because)
        return Judged(request=request, verdict=Verdict.NO, causes=(*causes, *unread))
    causes: tuple[Cause, ...] = ()
    if PolicyType.BOUNDARY in decision.missing:
        causes += (_outside_boundary(role),)
    lacks = PolicyType.IDENTITY in decision.missing
    if lacks:
        causes += (*_nearly(request, role), _no_allow(request))
    return Judged(
        request=request,
        verdict=Verdict.NO,
        causes=(*causes, *unread),
        lacks_allow=lacks and len(decision.missing) == 1,
    )


def _elsewhere(role: Role) -> Cause:
    partly = "" if role.created else ", as far as its documents are known,"
    return Cause(
        id="role-allows",
        message=f"This is not in the role: as written{partly} it allows the call. Either this has "
        "not been deployed, or the call was made as another role, or something else denies it: the "
        "resource's own policy or key, a session policy, a VPC endpoint, an organisation's policy.",
        fix="Compare with what is deployed (`make preview`), run `aws sts get-caller-identity` where "
        "the call is made, then go through the causes below.",
        in_role=False,
    )


def _no_allow(request: Request) -> Cause:
    return Cause(
        id="no-allow",
        message=f"No statement of the role as written allows `{request.action}` on "
        f"`{request.resource}`; nothing denies it.",
        fix="Grant it.",
        in_role=True,
    )


def _deny(match: Match, role: Role) -> Cause:
    held = (*role.policies, *((role.boundary,) if role.boundary else ()))
    policy = next(one for one in held if one.document is match.document)
    return Cause(
        id="own-deny" if match.type is PolicyType.IDENTITY else "boundary-denies",
        message=f"Statement `{match.statement.sid or match.statement.index}` of {policy} denies it. "
        "No Allow helps against it.",
        fix="Narrow that Deny, if the call is meant.",
        in_role=match.type is PolicyType.IDENTITY,
    )


def _outside_boundary(role: Role) -> Cause:
    return Cause(
        id="boundary-leaves-out",
        message=f"The {role.boundary} doesn't allow it: a further Allow in the role won't help.",
        fix="Ask the boundary's owner, or do without.",
        in_role=False,
    )


def _nearly(request: Request, role: Role) -> Iterator[Cause]:
    """Yield what would fit but for the case of a name, or a role's path."""
    for policy in role.policies:
        for statement in policy.statements:
            names_action = any(
                matches(pattern, request.action, ignore_case=True)
                for pattern in statement.actions or ()
            )
            if statement.effect is not Effect.ALLOW or not names_action:
                continue
            where = f"statement `{statement.sid or statement.index}` of {policy}"
            for resource in statement.resources or ():
                if matches(resource, request.resource):
                    continue
                if matches(resource, request.resource, ignore_case=True):
                    yield Cause(
                        id="endpoint-case" if ":endpoint/" in resource else "resource-case",
                        message=f"{where[0].upper()}{where[1:]} names `{resource}`, which differs "
                        "from the resource in upper and lower case alone; ARNs are compared letter "
                        "by letter.",
                        fix=f"Write it as `{request.resource}`.",
                        in_role=True,
                    )
                elif role_name(resource) and role_name(resource) == role_name(request.resource):
                    yield Cause(
                        id="role-path",
                        message=f"{where[0].upper()}{where[1:]} names `{resource}`: the same role, "
                        "but with another path or account.",
                        fix=f"Write it as `{request.resource}`, if that role is meant.",
                        in_role=True,
                    )


def _unread_parts(role: Role) -> Iterator[Cause]:
    for policy in (*role.policies, *((role.boundary,) if role.boundary else ())):
        if isinstance(policy.document, Uncheckable):
            yield not_judged(policy, policy.document)


def _readable(policies: Iterable[AttachedPolicy]) -> Iterator[PolicyDocument]:
    for policy in policies:
        if isinstance(policy.document, PolicyDocument):
            yield policy.document


def _boundary(role: Role) -> tuple[PolicyDocument, ...] | None:
    """Return the boundary; one that can't be judged holds nothing back, and is named besides."""
    if role.boundary is None or isinstance(role.boundary.document, Uncheckable):
        return None
    return (role.boundary.document,)


def _as_arn(denial: Denial) -> str | None:
    """Return the resource as a request has it; an `s3://` address in the caller's partition."""
    resource = denial.resource
    if resource is None or not resource.startswith("s3://"):
        return resource
    principal = (denial.principal or "").split(":")
    partition = principal[1] if principal[0] == "arn" and len(principal) > 1 else "aws"
    place = resource.removeprefix("s3://")
    if denial.action in {"s3:ListBucket", "s3:GetBucketLocation"}:
        place = place.partition("/")[0]
    return f"arn:{partition}:s3:::{place}"
