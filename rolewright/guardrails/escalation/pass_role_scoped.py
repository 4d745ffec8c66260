"""iam:PassRole to exact roles, for one service, and never to a role that can do more.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.iam import Effect, can_hold, matches
from rolewright.roles import Part, Role, Uncheckable, access_beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Condition, Statement
    from rolewright.roles import AttachedPolicy

_BINDING = ("stringequals", "stringequalsignorecase", "stringlike")


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    for grant in role.effective.allowing("iam:PassRole"):
        for message in _faults(role, grant.statement):
            yield Violation(message=message, policy=grant.policy, statement=grant.statement)


def _faults(role: Role, statement: Statement) -> Iterator[str]:
    """Yield what is wrong with one grant of iam:PassRole."""
    services = passed_to(statement)
    if statement.resources is None:
        yield "may pass every role but a few (NotResource)"
    for resource in statement.resources or ():
        if not _is_role(resource):
            yield f"may pass any role that matches `{resource}`"
        elif not role.has_arn(resource):
            for sibling in role.siblings:
                if sibling.has_arn(resource):
                    yield from _target_faults(role, sibling, services)
    if not services:
        yield "may pass roles to any service: no condition on iam:PassedToService"


def _is_role(resource: str) -> bool:
    parts = resource.split(":", 5)
    return (
        len(parts) == 6  # noqa: PLR2004  # an ARN's parts
        and parts[5].startswith("role/")
        and not any(sign in resource for sign in ("*", "?", "${"))
    )


def passed_to(statement: Statement) -> tuple[str, ...]:
    """Return the services that a statement's roles may be passed to, none where it is not bound."""
    for condition in statement.conditions:
        if condition.key.lower() == "iam:passedtoservice" and _binds(condition):
            return condition.values
    return ()


def _binds(condition: Condition) -> bool:
    operator = condition.operator.lower().removeprefix("foranyvalue:")
    if operator not in _BINDING:
        return False
    exact = operator != "stringlike"
    return exact or not any(value.startswith(("*", "?")) for value in condition.values)


def _target_faults(role: Role, target: Role, services: tuple[str, ...]) -> Iterator[str]:
    for service in services:
        if target.trust is not None and not _trusts(target.trust, service):
            yield f"may pass `{target.name}` to `{service}`, which `{target.name}` does not trust"
    unseen = [policy for policy in target.policies if isinstance(policy.document, Uncheckable)]
    if unseen:
        yield f"may pass `{target.name}`, whose {unseen[0]} can't be checked"
        return
    beyond = access_beyond(target, role)
    if beyond:
        yield f"may pass `{target.name}`, which can do what it can't: {beyond}"


def _trusts(trust: AttachedPolicy, service: str) -> bool:
    """Whether a trust policy lets a service in; a pattern is met by any service it matches."""
    return any(
        statement.effect is Effect.ALLOW
        and can_hold(statement.conditions)
        and any(
            principal.kind == "*" or matches(service, principal.value)
            for principal in statement.principals or ()
            if principal.kind in ("Service", "*")
        )
        for statement in trust.statements
    )


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="pass-role-scoped",
    description="A role passes exact roles to one service, and none that can do more than itself.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="Whoever may pass a role to a service that runs code has that role's access.",
    fix="name the exact role ARNs and add a condition StringEquals iam:PassedToService "
    "`sagemaker.amazonaws.com`",
    settings=NoSettings,
    check=_check,
)
