"""AWS's prebuilt images: pull those of a framework from the account that holds them in the region.

Accounts: `rolewright.grants.image_tables`, from public tables; none is ever guessed.
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from collections.abc import Iterator, Sequence

from typing_extensions import TypedDict

from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has
from rolewright.grants.registry import PULL, image_names, login, repositories, repositories_of
from rolewright.grants.statements import allow
from rolewright.iam import Request, Statement
from rolewright.reference import nearest


class ImageGrant(TypedDict):
    """AWS's images of one framework, or of one repository."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    image: str
    """A framework as the SageMaker SDK names it (`pytorch`), or a repository (`pytorch-training`)."""


def _problems(grant: ImageGrant) -> Iterator[Problem]:
    if not repositories_of(grant["image"]):
        meant = nearest(grant["image"], image_names())
        hint = f"did you mean `{meant}`?" if meant else "such as `pytorch` or `pytorch-training`"
        yield Problem(
            path="image",
            message=f"`{grant['image']}` is neither a framework nor a repository of AWS's; {hint} "
            "(an image of your own is given by `repositories`)",
        )


def _problems_there(grants: Sequence[ImageGrant], target: Target) -> Iterator[Problem]:
    for index, grant in enumerate(grants):
        named = repositories_of(grant["image"])
        regions = {region for name in named for region in repositories()[name]}
        if named and target.region not in regions:
            meant = nearest(target.region, sorted(regions))
            hint = f"; the nearest by name is `{meant}`" if meant else ""
            yield Problem(
                path=f"[{index}].image",
                message=f"`{grant['image']}` is in no registry that AWS lists for "
                f"`{target.region}`{hint}; if there is one, give its ARN by `repositories`",
            )


def _statements(grants: Sequence[ImageGrant], target: Target) -> Iterator[Statement]:
    """Render one statement for all images: they differ by nothing but their ARNs."""
    names = {name for grant in grants for name in repositories_of(grant["image"])}
    arns = [
        f"arn:{target.partition}:ecr:{target.region}:{account}:repository/{name}"
        for name in sorted(names)
        if (account := repositories()[name].get(target.region))
    ]
    if arns:
        yield login()
        yield allow("ImagePull", PULL, arns)


def _propose(request: Request, _: Sequence[ImageGrant], __: Target) -> Iterator[ImageGrant]:
    """Propose the one repository of AWS's."""
    name = request.resource.partition(":repository/")[2]
    if name in repositories() and has(PULL, request):
        yield {"image": name}


KIND: GrantKind[ImageGrant] = GrantKind(
    key="images",
    least={"image": "pytorch"},
    problems=_problems,
    statements=_statements,
    problems_there=_problems_there,
    propose=_propose,
)
