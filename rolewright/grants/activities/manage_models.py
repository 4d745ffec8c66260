"""Create models and keep the model registry.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import vpc_endpoints
from rolewright.grants.activity_statements import (
    all_of,
    network_conditions,
    pass_roles,
    tag_on_create,
)
from rolewright.grants.kind import Activity, Companion
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_CREATES = {
    "CreateModel": "model",
    "CreateModelPackage": "model-package",
    "CreateModelPackageGroup": "model-package-group",
}
_MODELS = ("sagemaker:DeleteModel", "sagemaker:DescribeModel")
_REGISTRY = (
    "sagemaker:BatchDescribeModelPackage",
    "sagemaker:CreateModelPackage",
    "sagemaker:CreateModelPackageGroup",
    "sagemaker:DeleteModelPackage",
    "sagemaker:DeleteModelPackageGroup",
    "sagemaker:DescribeModelPackage",
    "sagemaker:DescribeModelPackageGroup",
    "sagemaker:UpdateModelPackage",
)
_LISTS = (
    "sagemaker:ListModelPackageGroups",
    "sagemaker:ListModelPackages",
    "sagemaker:ListModels",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    models = all_of(target, "model")
    yield allow(
        "CreateModels",
        ("sagemaker:CreateModel",),
        models,
        conditions=network_conditions(context),
    )
    yield allow("HandleModels", _MODELS, models)
    yield allow("KeepRegistry", _REGISTRY, all_of(target, "model-package", "model-package-group"))
    yield tag_on_create(target, _CREATES)
    yield allow("ListModels", _LISTS, ("*",))
    yield pass_roles(context)


def _companions(context: ActivityContext) -> Iterator[Companion]:
    yield from vpc_endpoints(context)
    if context.network is not None:
        yield Companion(
            what="validation of model packages",
            why="IAM can't bind the jobs of a ValidationSpecification to a network: "
            "sagemaker:CreateModelPackage knows no such key.",
        )


ACTIVITY = Activity(
    name="manage-models",
    description="Create and delete models, and keep packages and groups of the model registry.",
    statements=_statements,
    takes=frozenset({"passRoles"}),
    network=True,
    why_not="a model is stored as its artifacts are; the jobs and endpoints that use it encrypt",
    companions=_companions,
)
