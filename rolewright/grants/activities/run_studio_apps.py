"""Run one's own Studio apps in one's own spaces, and nobody else's.

https://docs.aws.amazon.com/sagemaker/latest/dg/role-manager-ml-activities.html
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-admin-guide-permissions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.activity_companions import key_policies
from rolewright.grants.activity_statements import (
    among,
    grant_volume_keys,
    know_oneself,
    pass_roles,
    use_data_keys,
    via,
    volume_keys,
)
from rolewright.grants.kind import Activity
from rolewright.grants.statements import allow
from rolewright.iam import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants.kind import ActivityContext
    from rolewright.iam import Statement

_DOMAIN = "${sagemaker:DomainId}"
_PROFILE = "${sagemaker:UserProfileName}"
_LISTS = (
    "sagemaker:ListAppImageConfigs",
    "sagemaker:ListApps",
    "sagemaker:ListDomains",
    "sagemaker:ListSpaces",
    "sagemaker:ListUserProfiles",
)


def _statements(context: ActivityContext) -> Iterator[Statement]:
    target = context.target
    domain = context.inputs.get("domain", _DOMAIN)
    profiles = sorted(set(context.inputs.get("userProfiles", ()))) or [_PROFILE]
    own = [target.arn("sagemaker", f"user-profile/{domain}/{name}") for name in profiles]
    apps = target.arn("sagemaker", f"app/{domain}/*")
    spaces = target.arn("sagemaker", f"space/{domain}/*")
    owned = (
        among("sagemaker:OwnerUserProfileArn", own, "ArnEquals"),
        among("sagemaker:SpaceSharingType", ["Private"]),
    )
    yield allow(
        "RunOwnApps",
        ("sagemaker:CreateApp", "sagemaker:DeleteApp"),
        [target.arn("sagemaker", f"app/{domain}/{name}/*") for name in profiles],
        # An app in a space of that name has an owner.
        conditions=[
            Condition(operator="Null", key="sagemaker:OwnerUserProfileArn", values=("true",))
        ],
    )
    yield allow(
        "RunAppsInOwnSpaces",
        ("sagemaker:CreateApp", "sagemaker:DeleteApp"),
        (apps,),
        conditions=owned,
    )
    yield allow(
        "KeepOwnSpaces",
        ("sagemaker:CreateSpace", "sagemaker:DeleteSpace", "sagemaker:UpdateSpace"),
        (spaces,),
        conditions=owned,
    )
    yield allow("OpenOwnStudio", ("sagemaker:CreatePresignedDomainUrl",), own)
    yield allow(
        "TagOnCreate",
        ("sagemaker:AddTags",),
        (apps, spaces),
        conditions=[among("sagemaker:TaggingAction", ["CreateApp", "CreateSpace"])],
    )
    yield allow(
        "ReadDomain",
        (
            "sagemaker:DescribeApp",
            "sagemaker:DescribeAppImageConfig",
            "sagemaker:DescribeDomain",
            "sagemaker:DescribeSpace",
            "sagemaker:DescribeUserProfile",
        ),
        (
            apps,
            target.arn("sagemaker", "app-image-config/*"),
            target.arn("sagemaker", f"domain/{domain}"),
            spaces,
            *own,
        ),
    )
    yield allow("ListDomain", _LISTS, ("*",))
    yield from know_oneself(context)
    yield pass_roles(context)
    yield from use_data_keys(context)
    yield from grant_volume_keys(context)
    if keys := volume_keys(context):
        yield allow(
            "ReadVolumeKeys", ("kms:DescribeKey",), keys, conditions=[via(context, "sagemaker")]
        )


ACTIVITY = Activity(
    name="run-studio-apps",
    description="Run one's own apps in Studio, open it, and keep one's own private spaces.",
    statements=_statements,
    takes=frozenset({"domain", "passRoles", "userProfiles"}),
    keys=frozenset({"dataKeys", "volumeKeys"}),
    why_not="the domain says which network its apps run in",
    companions=key_policies,
)
