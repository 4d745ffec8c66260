"""The trust policy of a SageMaker execution role.

https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.grants.arns import partition_problems
from rolewright.grants.problems import Problem
from rolewright.grants.statements import allow, document
from rolewright.iam import Condition, PolicyDocument, Principal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import Target
    from rolewright.grants.role import TrustArgs

SAGEMAKER = "sagemaker.amazonaws.com"

_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_ARN_PARTS = 6


def trust_problems(trust: TrustArgs, target: Target) -> Iterator[Problem]:
    """Yield what can't be honoured, with paths below `trust`."""
    for index, service in enumerate(trust.get("services", ())):
        if not _SERVICE.fullmatch(service):
            yield Problem(
                path=f"services[{index}]",
                message=f"`{service}` is not a service principal; "
                "write it like `scheduler.amazonaws.com`",
            )
    for index, arn in enumerate(trust.get("sourceArns", ())):
        if not arn.startswith("arn:") or len(arn.split(":")) < _ARN_PARTS:
            yield Problem(
                path=f"sourceArns[{index}]",
                message=f"`{arn}` is not an ARN; write it like "
                "`arn:aws:sagemaker:eu-west-1:123456789012:training-job/*`",
            )
            continue
        yield from partition_problems(arn, f"sourceArns[{index}]", target)
        account = arn.split(":")[4]
        if trust.get("sourceAccount", True) and _is_another(account, target):
            yield Problem(
                path=f"sourceArns[{index}]",
                message=f"`{arn}` is of account `{account}`, but only work of account "
                f"`{target.account}` is let in; set `sourceAccount: false` to let it in too",
            )


def _is_another(account: str, target: Target) -> bool:
    return account.isdigit() and account != target.account


def trust_document(trust: TrustArgs, target: Target) -> PolicyDocument:
    """Return the trust policy: SageMaker and further services, for work of this account."""
    services = [SAGEMAKER, *sorted(set(trust.get("services", ())) - {SAGEMAKER})]
    actions = ["sts:AssumeRole"]
    if trust.get("setSourceIdentity", False):
        actions.append("sts:SetSourceIdentity")
    conditions: list[Condition] = []
    if arns := sorted(set(trust.get("sourceArns", ()))):
        conditions.append(Condition(operator="ArnLike", key="aws:SourceArn", values=tuple(arns)))
    if trust.get("sourceAccount", True):
        conditions.append(
            Condition(operator="StringEquals", key="aws:SourceAccount", values=(target.account,))
        )
    statement = allow(
        "AssumeRole",
        actions,
        None,
        principals=[Principal(kind="Service", value=service) for service in services],
        conditions=conditions,
    )
    return document([statement])
