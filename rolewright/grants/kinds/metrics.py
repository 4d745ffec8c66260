"""Metrics that a role may put into CloudWatch: SageMaker's own namespaces unless one is named.

Metrics have no ARN: the namespace is what binds.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has
from rolewright.grants.statements import allow
from rolewright.iam import Condition, Request, Statement


class MetricGrant(TypedDict):
    """Metrics of one namespace."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    namespace: NotRequired[str]
    """The namespace to put metrics into; all of `/aws/sagemaker/` where it is left out."""


_DEFAULT = "/aws/sagemaker/*"
_ACTIONS = ("cloudwatch:PutMetricData",)
_NAMESPACE = re.compile(r"[\w .\-/#:]{1,255}", re.ASCII)


def _problems(grant: MetricGrant) -> Iterator[Problem]:
    given = grant.get("namespace")
    if given is not None and not _NAMESPACE.fullmatch(given):
        yield Problem(
            path="namespace",
            message=f"`{given}` is not a namespace; it takes up to 255 letters, digits, spaces "
            "and `.-_/#:`, no wildcards",
        )
    elif given is not None and given.startswith("AWS/"):
        yield Problem(
            path="namespace", message=f"`{given}` is one of AWS's own, which nobody can put into"
        )


def _statements(grants: Sequence[MetricGrant], _: Target) -> Iterator[Statement]:
    if grants:
        names = tuple(sorted({grant.get("namespace", _DEFAULT) for grant in grants}))
        bound = Condition(operator="StringLike", key="cloudwatch:namespace", values=names)
        yield allow("MetricPut", _ACTIONS, ("*",), conditions=(bound,))


def _propose(request: Request, _: Sequence[MetricGrant], __: Target) -> Iterator[MetricGrant]:
    """Propose the namespace that the request names, SageMaker's own where it names none."""
    if has(_ACTIONS, request):
        names = request.lowered.get("cloudwatch:namespace", ())
        for name in names:
            yield {"namespace": name}
        if not names:
            yield {}


KIND: GrantKind[MetricGrant] = GrantKind(
    key="metrics", least={}, problems=_problems, statements=_statements, propose=_propose
)
