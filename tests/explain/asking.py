"""Roles of a stack config for the tests, and requests from JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.explain import Asking
from rolewright.grants import Target, parse_role_args, plan_role
from rolewright.iam import Request
from rolewright.roles.planned import roles_of_plans

if TYPE_CHECKING:
    from rolewright.grants import RoleArgs
    from rolewright.roles import Role

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")


def role_of(args: RoleArgs) -> Role:
    return roles_of_plans([plan_role("R", args, TARGET)])[0]


def asking_of(given: dict[str, Any]) -> Asking:
    args = parse_role_args("R", given)
    return Asking(role=role_of(args), key="R", args=args, target=TARGET)


def request_of(given: dict[str, Any]) -> Request:
    context: dict[str, tuple[str, ...]] = {
        key: (value,) if isinstance(value, str) else tuple(value)
        for key, value in given.get("context", {}).items()
    }
    named = {"principal": given["principal"]} if "principal" in given else {}
    return Request(action=given["action"], resource=given["resource"], context=context, **named)
