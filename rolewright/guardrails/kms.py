"""What guardrails ask of KMS grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Condition

if TYPE_CHECKING:
    from rolewright.roles import Grant


def for_aws_alone(grant: Grant) -> bool:
    """Whether KMS grants can be made for AWS services alone, which use the key for the caller.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
    """
    key = "kms:GrantIsForAWSResource"
    return not any(
        grant.may_hold(Condition(operator=operator, key=key, values=(value,)))
        for operator, value in (("Null", "true"), ("Bool", "false"))
    )
