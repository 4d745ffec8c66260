"""Network interfaces of jobs, models and apps that run in subnets of one's own.

Without these actions a job in a VPC ends in an InternalServerError.
https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from collections.abc import Iterator, Sequence

from typing_extensions import TypedDict

from rolewright.grants.kind import STRICT, Companion, GrantKind, Target
from rolewright.grants.network import NetworkArgs, network_problems
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named
from rolewright.grants.statements import allow
from rolewright.iam import Condition, Request, Statement


class VpcGrant(TypedDict):
    """Subnets that network interfaces may be made in, and security groups for them."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    subnets: list[str]
    """IDs of subnets, such as `subnet-0123abcd`."""
    securityGroups: list[str]
    """IDs of security groups, such as `sg-0123abcd`."""


_CREATE = ("ec2:CreateNetworkInterface",)
_MANAGE = (
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
_DESCRIBE = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
_INTERFACES = ("ecr.api", "ecr.dkr", "logs", "sts")
_GATEWAY = "s3"


def _problems(grant: VpcGrant) -> Iterator[Problem]:
    given: NetworkArgs = {"subnets": grant["subnets"], "securityGroups": grant["securityGroups"]}
    for key, ids in given.items():
        if not ids:
            yield Problem(path=key, message="is empty; name at least one")
    yield from (problem for problem in network_problems(given) if "[" in problem.path)


def _statements(grants: Sequence[VpcGrant], target: Target) -> Iterator[Statement]:
    """Render all entries together: EC2 judges subnet, group and interface one by one.

    ec2:AuthorizedService would be a bound too, but SageMaker permits an account of its own, for
    which EC2 has no service to compare; ec2:Subnet is known once an interface is there.
    """
    if not grants:
        return
    subnets, groups = _named(grants)
    interface = target.arn("ec2", "network-interface/*")
    subnet_arns = tuple(target.arn("ec2", f"subnet/{name}") for name in subnets)
    group_arns = tuple(target.arn("ec2", f"security-group/{name}") for name in groups)
    yield allow("NetworkCreate", _CREATE, (interface, *group_arns, *subnet_arns))
    within = Condition(operator="ArnEquals", key="ec2:Subnet", values=subnet_arns)
    yield allow("NetworkManage", _MANAGE, (interface,), conditions=(within,))
    yield allow("NetworkDescribe", _DESCRIBE, ("*",))


def _named(grants: Sequence[VpcGrant]) -> tuple[list[str], list[str]]:
    return (
        sorted({name for grant in grants for name in grant["subnets"]}),
        sorted({name for grant in grants for name in grant["securityGroups"]}),
    )


def _companions(grants: Sequence[VpcGrant], target: Target) -> Iterator[Companion]:
    if not grants:
        return
    subnets, groups = _named(grants)
    names = ", ".join((*_INTERFACES, _GATEWAY))
    yield Companion(
        what=f"VPC endpoints ({names}) for {', '.join(subnets)}",
        why="A job in subnets without a way to the internet reaches STS, CloudWatch Logs, ECR and "
        "S3 by VPC endpoints alone; where one is missing it looks like a lack of permissions.",
        snippet=_endpoint_commands(subnets, groups, target),
    )


def _endpoint_commands(subnets: Sequence[str], groups: Sequence[str], target: Target) -> str:
    if target.partition != "aws":
        # Elsewhere the names of endpoints have other beginnings, which differ by service.
        return f"aws ec2 describe-vpc-endpoint-services --region {target.region}"
    start = "aws ec2 create-vpc-endpoint --vpc-id VPC_ID --service-name "
    commands = [
        f"{start}com.amazonaws.{target.region}.{name} --vpc-endpoint-type Interface "
        f"--subnet-ids {' '.join(subnets)} --security-group-ids {' '.join(groups)}"
        for name in _INTERFACES
    ]
    commands.append(
        f"{start}com.amazonaws.{target.region}.{_GATEWAY} --vpc-endpoint-type Gateway "
        "--route-table-ids ROUTE_TABLE_ID"
    )
    return "\n".join(commands)


def _propose(request: Request, held: Sequence[VpcGrant], target: Target) -> Iterator[VpcGrant]:
    """Propose the subnet or group that the request names beside those that are held."""
    if not has((*_CREATE, *_MANAGE, *_DESCRIBE), request):
        return
    subnets, groups = _named(held)
    subnet = named(request.resource, target, "ec2", "subnet/")
    group = named(request.resource, target, "ec2", "security-group/")
    within = [
        name
        for arn in request.lowered.get("ec2:subnet", ())
        if (name := named(arn, target, "ec2", "subnet/"))
    ]
    yield {
        "subnets": [*subnets, *(name for name in (subnet, *within) if name)],
        "securityGroups": [*groups, group] if group else groups,
    }


KIND: GrantKind[VpcGrant] = GrantKind(
    key="vpc",
    least={"subnets": ["subnet-0"], "securityGroups": ["sg-0"]},
    problems=_problems,
    statements=_statements,
    companions=_companions,
    propose=_propose,
)
