"""A service that assumes the role must do so for this account's work only.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import NoSettings
from rolewright.guardrails.trusting import refusals
from rolewright.iam import Effect, can_hold
from rolewright.lint.cover import beginning
from rolewright.roles import Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Condition, Statement

_BINDING = re.compile(
    r"(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))",
    re.IGNORECASE,
)
_REFUSING = re.compile(
    r"(?:StringNot(?:Equals|EqualsIgnoreCase|Like)|ArnNot(?:Equals|Like))(?:IfExists)?",
    re.IGNORECASE,
)
"""Operators of a Deny that leave the same, and nothing where the key is missing."""
_ACCOUNT_KEYS = ("aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
_ACCOUNT_SEGMENT = 4
_ARN_PARTS = 6


def _check(role: Role, settings: NoSettings) -> Iterator[Violation]:  # noqa: ARG001  # it has none
    if role.trust is None:
        return
    for statement in role.trust.statements:
        if statement.effect is not Effect.ALLOW or not can_hold(statement.conditions):
            continue
        services = [
            p.value
            for p in statement.principals or ()
            if p.kind == "Service"
            and not any(map(_refuses_others, refusals(role.trust, p, statement)))
        ]
        if services and not any(_binds(condition) for condition in statement.conditions):
            names = ", ".join(f"`{service}`" for service in services)
            yield Violation(
                message=f"may be assumed by {names} for the work of any account: "
                "no condition on aws:SourceAccount or aws:SourceArn binds it",
                policy=role.trust,
                statement=statement,
            )


def _refuses_others(deny: Statement) -> bool:
    """Whether a Deny is for all work but that of certain accounts."""
    return all(
        _REFUSING.fullmatch(condition.operator) and _names_accounts(condition)
        for condition in deny.conditions
    )


def _binds(condition: Condition) -> bool:
    """Whether a condition holds only for requests from certain accounts."""
    return _BINDING.fullmatch(condition.operator) is not None and _names_accounts(condition)


def _names_accounts(condition: Condition) -> bool:
    key = condition.key.lower()
    if key in _ACCOUNT_KEYS:
        # A path begins with the organisation's id.
        ids = [value.partition("/")[0] for value in condition.values]
        return all(beginning(one) == one for one in ids)
    return key == "aws:sourcearn" and all(map(_names_account, condition.values))


def _names_account(arn: str) -> bool:
    """Whether an ARN pattern names its account, or a resource whose ARN has none."""
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return False
    account, resource = parts[_ACCOUNT_SEGMENT], parts[-1]
    if account:
        return account.isdigit()
    return bool(resource) and not any(sign in resource for sign in "*?")


GUARDRAIL: Guardrail[NoSettings] = Guardrail(
    id="trust-confused-deputy",
    description="A service assumes the role for the work of known accounts only.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset({Part.TRUST}),
    why="Without it, another account can make the service act with this role (confused deputy).",
    fix="keep `trust.sourceAccount` on, or name `trust.sourceArns`; notebook instances, labelling, "
    "AutoML and Feature Processor send neither, so their roles are waived here or kept apart",
    settings=NoSettings,
    check=_check,
)
