"""Bedrock models that a role may invoke: by ID, by the ARN of one's own, by inference profile.

Actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
Profiles: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
"""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
import re
from collections.abc import Iterator, Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from rolewright.grants.arns import arn_word, partition_problems
from rolewright.grants.kind import STRICT, GrantKind, Target
from rolewright.grants.problems import Problem
from rolewright.grants.proposing import has, named
from rolewright.grants.statements import allow, sid_word
from rolewright.iam import Condition, Request, Statement


class ModelGrant(TypedDict):
    """One model to invoke, with and without streaming."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic reads it here; TypedDict's syntax has no such member

    model: NotRequired[str]
    """A foundation model's ID, or the ARN of a provisioned, imported or deployed custom model."""
    inferenceProfile: NotRequired[str]
    """Instead of a model: a cross-region inference profile's ID, such as `eu.amazon.nova-lite-v1:0`."""
    regions: NotRequired[list[str]]
    """The regions that the profile routes to; not for a `global.` one."""


_ACTIONS = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_MODEL = re.compile(r"[a-z0-9-]+\.[a-zA-Z0-9.:_-]+")
_OWN = re.compile(
    r"arn:[a-z-]+:bedrock:[a-z0-9-]+:\d{12}:"
    r"(?:provisioned-model|custom-model-deployment|imported-model)/[a-zA-Z0-9-]+"
)
_PROFILE = re.compile(r"[a-z-]+\." + _MODEL.pattern)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d")
_GLOBAL = "global."


def _problems(grant: ModelGrant) -> Iterator[Problem]:
    if ("model" in grant) == ("inferenceProfile" in grant):
        yield Problem(path="", message="takes one of `model` and `inferenceProfile`")
    model = grant.get("model")
    if model is not None and not (_OWN if model.startswith("arn:") else _MODEL).fullmatch(model):
        yield Problem(
            path="model",
            message=f"`{model}` is not a model; give a foundation model's ID, such as "
            "`amazon.nova-lite-v1:0`, or the ARN of a provisioned, imported or deployed custom "
            "model",
        )
    profile = grant.get("inferenceProfile")
    if profile is not None and not _PROFILE.fullmatch(profile):
        yield Problem(
            path="inferenceProfile",
            message=f"`{profile}` is not the ID of an inference profile; write it like "
            "`eu.amazon.nova-lite-v1:0`",
        )
    yield from _region_problems(grant)


def _region_problems(grant: ModelGrant) -> Iterator[Problem]:
    regions = grant.get("regions")
    profile = grant.get("inferenceProfile", "")
    everywhere = profile.startswith(_GLOBAL)
    if regions is not None and (everywhere or not profile):
        kind = "a `global.` profile has none" if everywhere else "a model has none"
        yield Problem(path="regions", message=f"is for the regions of a profile; {kind}")
    elif profile and not everywhere and not regions:
        yield Problem(
            path="regions",
            message=f"names no region; give those that `{profile}` routes to (`aws bedrock "
            f"get-inference-profile --inference-profile-identifier {profile}` lists them)",
        )
    for index, region in enumerate(regions or ()):
        if not _REGION.fullmatch(region):
            yield Problem(path=f"regions[{index}]", message=f"`{region}` is not a region")


def _problems_there(grants: Sequence[ModelGrant], target: Target) -> Iterator[Problem]:
    for index, grant in enumerate(grants):
        yield from partition_problems(grant.get("model", ""), f"[{index}].model", target)


def _statements(grants: Sequence[ModelGrant], target: Target) -> Iterator[Statement]:
    for model in sorted({grant["model"] for grant in grants if "model" in grant}):
        own = model.startswith("arn:")
        arn = model if own else _foundation(target, target.region, model)
        yield allow(f"ModelInvoke{arn_word(model) if own else sid_word(model)}", _ACTIONS, (arn,))
    routed: dict[str, set[str]] = {}
    for grant in grants:
        if "inferenceProfile" in grant:
            routed.setdefault(grant["inferenceProfile"], set()).update(grant.get("regions", ()))
    for profile, regions in sorted(routed.items()):
        yield from _profile_statements(profile, regions, target)


def _profile_statements(profile: str, regions: set[str], target: Target) -> Iterator[Statement]:
    """Yield one for the profile, and one for the models behind it, only by way of it."""
    arn = target.arn("bedrock", f"inference-profile/{profile}")
    word = sid_word(profile)
    yield allow(f"ModelProfile{word}", _ACTIONS, (arn,))
    # A global profile asks for the model here and for one without a region.
    places = {target.region, ""} if profile.startswith(_GLOBAL) else regions
    model = profile.partition(".")[2]
    by_profile = Condition(operator="ArnEquals", key="bedrock:InferenceProfileArn", values=(arn,))
    yield allow(
        f"ModelRouted{word}",
        _ACTIONS,
        (_foundation(target, region, model) for region in sorted(places)),
        conditions=(by_profile,),
    )


def _foundation(target: Target, region: str, model: str) -> str:
    return f"arn:{target.partition}:bedrock:{region}::foundation-model/{model}"


def _propose(request: Request, held: Sequence[ModelGrant], target: Target) -> Iterator[ModelGrant]:
    """Propose the model; by way of a profile where the request names one."""
    if not has(_ACTIONS, request):
        return
    if _OWN.fullmatch(request.resource):
        yield {"model": request.resource}
        return
    here = _foundation(target, target.region, "")
    asked = request.lowered.get("bedrock:inferenceprofilearn", (request.resource,))[0]
    profile = named(asked, target, "bedrock", "inference-profile/")
    if profile is not None:
        region = request.resource.split(":")[3]
        regions = {name for g in held for name in g.get("regions", ()) if _is(g, profile)}
        entry: ModelGrant = {"inferenceProfile": profile}
        everywhere = profile.startswith(_GLOBAL)
        yield entry if everywhere else {**entry, "regions": sorted(regions | {region})}
    elif request.resource.startswith(here):
        yield {"model": request.resource.removeprefix(here)}


def _is(grant: ModelGrant, profile: str) -> bool:
    return grant.get("inferenceProfile") == profile


KIND: GrantKind[ModelGrant] = GrantKind(
    key="bedrock",
    least={"model": "x.x"},
    problems=_problems,
    statements=_statements,
    problems_there=_problems_there,
    propose=_propose,
)
