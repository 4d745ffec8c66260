"""ECR: what it takes to log in, to pull and to push, and AWS's own repositories.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rolewright.grants.image_tables import FRAMEWORKS, REGISTRIES, REPOSITORIES
from rolewright.grants.statements import allow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.iam import Statement

PULL = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
)
PUSH = (
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)


def login() -> Statement:
    """Return what every pull and push begins with; it takes no resource."""
    return allow("RegistryToken", ("ecr:GetAuthorizationToken",), ("*",))


@cache
def repositories() -> Mapping[str, Mapping[str, str]]:
    """Return the account of each of AWS's repositories by region."""
    found: dict[str, dict[str, str]] = {}
    for registry, lacking, names in REPOSITORIES:
        accounts = {
            region: account
            for account, regions in REGISTRIES[registry].items()
            for region in regions.split()
            if region not in lacking.split()
        }
        found.update(dict.fromkeys(names.split(), accounts))
    return found


@cache
def image_accounts(region: str) -> tuple[str, ...]:
    """Return the accounts that hold AWS's images in a region, none where AWS has none there."""
    accounts = (regions.get(region) for regions in repositories().values())
    return tuple(sorted({account for account in accounts if account is not None}))


def repositories_of(image: str) -> tuple[str, ...]:
    """Return the repositories of a framework, or the one of that name; none for another name."""
    if image in FRAMEWORKS:
        return tuple(FRAMEWORKS[image].split())
    return (image,) if image in repositories() else ()


def image_names() -> tuple[str, ...]:
    """Return the names that `repositories_of` knows."""
    return tuple(sorted({*FRAMEWORKS, *repositories()}))
