"""Managed policies to attach, by the name of one of AWS's or by ARN."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.grants.problems import Problem
from rolewright.reference import managed_policy, managed_policy_names, nearest

if TYPE_CHECKING:
    from rolewright.grants.kind import Target

_ARN = re.compile(r"arn:(?P<partition>[a-z-]+):iam::(?P<account>\d{12}|aws):policy/[!-~]+")


def managed_policy_arn(given: str, target: Target) -> str | Problem:
    """Return the ARN of a managed policy in the target's partition, or what is wrong with it.

    A name is looked up among AWS's own policies; a customer's is given by ARN.
    """
    if not given.startswith("arn:"):
        found = managed_policy(given)
        if found is None:
            near = nearest(given, managed_policy_names())
            hint = f"did you mean `{near}`?" if near else "check the name"
            return Problem(
                path="",
                message=f"`{given}` is not the name of an AWS-managed policy; {hint} "
                "(a policy of your own is given by its ARN)",
            )
        return found.arn.replace("arn:aws:", f"arn:{target.partition}:", 1)
    fault = policy_arn_fault(given, target)
    return given if fault is None else Problem(path="", message=fault)


def policy_arn_fault(given: str, target: Target) -> str | None:
    """Return why a role of the target can't have a managed policy of this ARN, or None."""
    parts = _ARN.fullmatch(given)
    if not parts:
        return (
            f"`{given}` is not the ARN of a managed policy; write it like "
            f"`arn:{target.partition}:iam::{target.account}:policy/name`"
        )
    if parts["partition"] != target.partition:
        return (
            f"`{given}` is of partition `{parts['partition']}`, but the stack is in "
            f"`{target.partition}`"
        )
    if parts["account"] not in ("aws", target.account):
        return (
            f"`{given}` is of account `{parts['account']}`, but a role takes managed policies of "
            f"its own account only (`{target.account}`)"
        )
    return None
