"""iam:PassRole to exact roles, for named services, and never to a role that can do more.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.escalation import trusts_service
from rolewright.guardrails.actions import may_match
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import limits
from rolewright.guardrails.settings import NoSettings
from rolewright.iam import Condition
from rolewright.lint.cover import beginning
from rolewright.roles import Grant, Part, Role, Uncheckable, access_beyond, is_exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Statement
    from rolewright.roles import AttachedPolicy

_KEY = "iam:PassedToService"
_NO_SERVICE = Condition(operator="Null", key=_KEY, values=("true",))
_ANY_SERVICE = "nobody-has-heard-of-this.amazonaws.com"


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    found: dict[tuple[str, int], tuple[AttachedPolicy, Statement]] = {}
    for grant in role.effective.allowing("iam:PassRole"):
        for message in _faults(role, grant):
            found.setdefault((message, id(grant.statement)), (grant.policy, grant.statement))
    for (message, _), (policy, statement) in found.items():
        yield Violation(message=message, policy=policy, statement=statement)


def _faults(role: Role, grant: Grant) -> Iterator[str]:
    """Yield what is wrong with one grant of iam:PassRole."""
    services = passed_to(grant)
    for resource in grant.resources_for("iam:PassRole"):
        if not is_exact(resource):
            if resource == "*" and grant.statement.resources is None:
                yield "may pass every role but a few (NotResource)"
            else:
                yield f"may pass any role that matches `{resource}`"
        elif role.whole and not role.has_arn(resource):
            # Until all is seen, a role can't be compared with another.
            for sibling in role.siblings:
                if sibling.has_arn(resource):
                    yield from _target_faults(role, sibling, services)
    if not services:
        yield "may pass roles to any service: no condition on iam:PassedToService"
    for pattern in _loose_services(grant) if services else ():
        yield f"may pass roles to any service that matches `{pattern}`"


def passed_to(grant: Grant) -> tuple[str, ...]:
    """Return the services that roles may be passed to, none where any service will do."""
    if grant.may_hold(_NO_SERVICE) or grant.may_hold(_is(_ANY_SERVICE)):
        return ()
    named = dict.fromkeys(
        value
        for clause in grant.clauses
        for condition, _ in clause
        if isinstance(condition, Condition) and condition.key.lower() == _KEY.lower()
        for value in condition.values
    )
    return tuple(value for value in named if may_match(value) or grant.may_hold(_is(value)))


def _loose_services(grant: Grant) -> list[str]:
    """Return the patterns that name no service whole, of the condition that has fewest of them.

    A service's name goes to the first dot; `sagemaker.*` is it in every partition.
    """
    loose = [
        [value for value in literal[0].values if may_match(value) and "." not in beginning(value)]
        for literal, *others in grant.clauses
        if not others and isinstance(literal[0], Condition) and limits(literal, _KEY)
    ]
    return min(loose, key=len) if loose else []


def _is(service: str) -> Condition:
    return Condition(operator="StringEquals", key=_KEY, values=(service,))


def _target_faults(role: Role, target: Role, services: tuple[str, ...]) -> Iterator[str]:
    for service in services:
        if not trusts_service(target.trust, service):
            yield f"may pass `{target.name}` to `{service}`, which `{target.name}` does not trust"
    unseen = [policy for policy in target.policies if isinstance(policy.document, Uncheckable)]
    if unseen:
        yield f"may pass `{target.name}`, whose {unseen[0]} can't be checked"
        return
    beyond = access_beyond(target, role)
    if beyond:
        yield f"may pass `{target.name}`, which can do what it can't: {beyond}"


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="pass-role-scoped",
    description="A role passes exact roles to named services, and none that can do more than itself.",
    level=Level.MANDATORY,
    severity=Severity.CRITICAL,
    reads=frozenset({Part.IDENTITY}),
    why="Whoever may pass a role to a service that runs code has that role's access.",
    fix="name the exact role ARNs and add a condition StringEquals iam:PassedToService "
    "`sagemaker.amazonaws.com`",
    settings=NoSettings,
    check=_check,
)
