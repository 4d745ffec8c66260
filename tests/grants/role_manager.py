"""Role Manager's own templates, from its published package, and documents made comparable.

The package is a jsii module: its templates lie in an archive inside of it, so that neither Node nor
what it depends on is needed.
"""

from __future__ import annotations

import json
import re
import tarfile
from dataclasses import replace
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, cast

from rolewright.iam import contains, overlaps
from rolewright.reference import find_action, resource_types_of
from tests.grants.activity_roles import INPUTS, KEY, NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.grants import Target
    from rolewright.iam import PolicyDocument, Statement

PACKAGE = "cdklabs.cdk-aws-sagemaker-role-manager"
LISTS: dict[str, list[str]] = {
    "DataKmsKeys": [KEY],
    "ECRRepoArns": [
        f"arn:aws:ecr:eu-west-1:123456789012:repository/{name}" for name in INPUTS["repositories"]
    ],
    "GlueDbNames": INPUTS["databases"],
    "PassRoles": INPUTS["passRoles"],
    "S3Buckets": INPUTS["buckets"],
    "VolumeKmsKeys": [KEY],
    "VpcSecurityGroups": NETWORK["securityGroups"],
    "VpcSubnets": NETWORK["subnets"],
    "WorkGroupNames": INPUTS["workgroups"],
}
"""What stands for its placeholders: the inputs that our roles have."""
_IN_ALL_REGIONS = re.compile(r"^(s3|sagemaker)\.\*\.")
_PLACE = (1, 3, 4)
"""Where an ARN has its partition, region and account."""
_VARIABLE = re.compile(r"\$\{\w+\}")


@cache
def templates() -> dict[str, Any]:
    """Return the documents of all templates, with placeholders, by the names of their files."""
    files = metadata.distribution(PACKAGE).files or []
    (archive,) = (file for file in files if file.name.endswith(".jsii.tgz"))
    found: dict[str, Any] = {}
    with tarfile.open(str(archive.locate())) as package:
        for member in package.getmembers():
            folder, _, name = member.name.rpartition("/")
            content = package.extractfile(member)
            if folder == "package/assets/templates" and content is not None:
                found[name.removesuffix(".json")] = json.load(content)["templateJson"]
    return found


def rendered(template: Any, target: Target) -> Any:
    """Return a template as the package renders it: a text with a list's name once for each entry."""
    if isinstance(template, dict):
        given = cast("dict[str, Any]", template)
        return {key: rendered(value, target) for key, value in given.items()}
    if isinstance(template, list):
        entries: list[Any] = []
        for entry in cast("list[Any]", template):
            found = rendered(entry, target)
            entries += cast("list[Any]", found) if isinstance(found, list) else [found]
        return entries
    text = str(template).replace("{{Region}}", target.region)
    text = text.replace("{{AccountId}}", target.account)
    if found := re.search(r"\[\[(\w+)\]\]", text):
        return [text.replace(found[0], value) for value in LISTS[found[1]]]
    return text


def at_home(document: PolicyDocument, target: Target) -> PolicyDocument:
    """Return what a document allows in the target, of the resources that each action takes."""
    statements = (
        found
        for statement in document.statements
        for action in statement.actions or ()
        if (found := _held(statement, action, target))
    )
    return replace(
        document,
        statements=tuple(replace(found, index=index) for index, found in enumerate(statements)),
    )


def _held(statement: Statement, action: str, target: Target) -> Statement | None:
    held = dict.fromkeys(
        common
        for resource in statement.resources or ()
        for kind in _kinds(action)
        if (common := _common(_here(resource, target), kind, target)) is not None
    )
    conditions = tuple(
        replace(found, values=tuple(_in_region(found.values, target)))
        for found in statement.conditions
    )
    if not held:
        return None
    return replace(statement, actions=(action,), resources=tuple(held), conditions=conditions)


@cache
def _kinds(name: str) -> tuple[str, ...]:
    """Return the ARNs of the types of resource that an action takes, `*` where it needs none."""
    action = find_action(name)
    assert action is not None, name
    types = resource_types_of(action.service)
    arns = [
        _VARIABLE.sub("*", arn) for use in action.resource_types for arn in types[use.name].arns
    ]
    return (*arns, *(() if any(use.required for use in action.resource_types) else ("*",)))


def _here(resource: str, target: Target) -> str:
    """Return an ARN of any partition, region and account as one of the target."""
    if resource == "*":
        return resource
    return _placed(resource, (target.partition, target.region, target.account))


def _placed(arn: str, place: tuple[str, str, str]) -> str:
    """Return an ARN with a partition, region and account where it leaves them open."""
    parts = arn.split(":", 5)
    for index, own in zip(_PLACE, place, strict=True):
        if parts[index] == "*":
            parts[index] = own
    return ":".join(parts)


def _in_region(values: Iterable[str], target: Target) -> Iterator[str]:
    for value in values:
        yield _IN_ALL_REGIONS.sub(rf"\1.{target.region}.", value)


def _common(resource: str, kind: str, target: Target) -> str | None:
    """Return a pattern of what is of both, in the target where the resource is `*`."""
    if resource == "*":
        return _here(kind, target)
    if kind == "*":
        return None
    partition, region, account = (resource.split(":", 5)[index] for index in _PLACE)
    kind = _placed(kind, (partition, region, account))
    if contains(resource, kind):
        return kind
    if not overlaps(resource, kind):
        return None
    longer = resource
    if resource.endswith("/*"):
        longer += "/*" * (kind.count("/") - resource.count("/"))
    return longer if contains(kind, longer) else resource
