"""Whether a grant for Studio is limited to the caller's own user profile.

The caller's own is what a policy variable that names the caller stands for, in the place of the
user profile; or, by a condition, what the caller owns or has the tag of.

https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-jl-admin-guide-permissions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemakerai.html
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.iam.solving import Opaque

if TYPE_CHECKING:
    from rolewright.iam import Condition
    from rolewright.roles import Grant

_OWNER = "sagemaker:owneruserprofilearn"
_TAGS = ("aws:resourcetag/", "sagemaker:resourcetag/")
_EQUAL = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
_CALLER = re.compile(
    r"\$\{(?:sagemaker:UserProfileName|aws:PrincipalTag/[^},]+|aws:SourceIdentity|aws:userid|"
    r"aws:username|saml:sub)\}",
    re.IGNORECASE,
)
_PROFILE = re.compile(r":(?:user-profile|app)/[^/]+/(?P<profile>(?:\$\{[^}]*\}|[^/])+)")


class Owned(Enum):
    """Whose the resources of a grant are."""

    OWN = "the caller's own"
    NAMED = "of named user profiles"
    ANY = "of anybody"


def owned(grant: Grant, resource: str) -> Owned:
    """Return whose profiles, apps or spaces a grant is for, on one of its resources."""
    sure = [
        condition
        for clause in grant.clauses
        if len(clause) == 1
        for condition, holds in clause
        if holds and not isinstance(condition, Opaque)
    ]
    found = {_owned_by_name(resource), *map(_owned_by_condition, sure)}
    return next(one for one in Owned if one in found)


def _owned_by_name(resource: str) -> Owned:
    profile = _PROFILE.search(resource)
    if profile is None:
        return Owned.ANY
    name, variables = _CALLER.subn("", profile["profile"])
    if any(sign in name for sign in ("*", "?", "${")):
        return Owned.ANY
    return Owned.OWN if variables else Owned.NAMED


def _owned_by_condition(condition: Condition) -> Owned:
    """Return whose what meets a condition is, the widest of its values."""
    key = condition.key.lower()
    if condition.operator.lower().removeprefix("foranyvalue:") not in _EQUAL:
        return Owned.ANY
    if key == _OWNER:
        kinds = {_owned_by_name(value) for value in condition.values}
        return next((one for one in reversed(Owned) if one in kinds), Owned.ANY)
    is_own_tag = key.startswith(_TAGS) and all(map(_CALLER.fullmatch, condition.values))
    return Owned.OWN if is_own_tag and condition.values else Owned.ANY
