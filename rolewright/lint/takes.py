"""What an action, or a pattern of actions, takes: types of resource, and condition keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam import matches, overlaps
from rolewright.lint.arns import PARTS, completed, split_arn, without_variables
from rolewright.reference import expand, resource_types_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolewright.reference import Action

_OWN_PART = re.compile(r"\$\{([^}]*)\}")
_OWN_KEY_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$")
_WITHOUT_SLASH = frozenset(
    {"BucketName", "FunctionName", "IndexName", "KeyId", "QueueName", "TableName", "TopicName"}
)
"""Names in ARN templates that can't have a `/` in them, so that `bucket/*` is no bucket."""
_FEW = 4
"""So many types are put into one regular expression; that of more takes its time to be made."""
_FOREIGN = re.compile("\0+")
_NOT_TOLD_APART = frozenset({"apigateway", "elasticloadbalancing"})
"""Services whose actions take more types than the tables say: API Gateway's are HTTP verbs on any
path, and one prefix stands for both generations of load balancers.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """The ARN of a resource type: as AWS writes it, the patterns of its parts, how many `/`."""

    form: str
    parts: tuple[str, ...]
    most_slashes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Takes:
    """What the actions of a pattern take.

    `some_need_any`: some of them take no type, so only the resource `*`. `unknown`: AWS documents
    no such action, or one of no documented type.
    """

    services: frozenset[str]
    templates: frozenset[Template]
    some_need_any: bool
    unknown: bool

    @property
    def forms(self) -> list[str]:
        """Return the ARNs of the types, in a fixed order."""
        return sorted(template.form for template in self.templates)


@lru_cache(maxsize=16384)
def takes(pattern: str) -> Takes:
    """Return what the actions of a pattern take; `*` is not told apart, it takes anything."""
    actions = () if pattern in ("*", "*:*") else expand(pattern)
    services = frozenset(action.service for action in actions)
    templates: set[Template] = set()
    unknown = not actions or not _NOT_TOLD_APART.isdisjoint(services)
    for service, name in _types_of(actions):
        found = resource_types_of(service).get(name)
        unknown = unknown or found is None
        templates.update(_template(arn) for arn in (found.arns if found else ()))
    return Takes(
        services=services,
        templates=_one_of(frozenset(templates)),
        some_need_any=any(not action.resource_types for action in actions),
        unknown=unknown,
    )


@lru_cache(maxsize=16384)
def _one_of(templates: frozenset[Template]) -> frozenset[Template]:
    """Return the same object for equal sets, so that they are told to be equal at once."""
    return templates


@lru_cache(maxsize=16384)
def _template(arn: str) -> Template:
    parts = arn.split(":", PARTS - 1)
    own = _OWN_PART.findall(parts[-1])
    bounded = own and all(name in _WITHOUT_SLASH for name in own)
    return Template(
        form=_OWN_PART.sub(lambda found: f"<{found[1]}>", arn).replace("<Partition>", "aws"),
        parts=tuple(_OWN_PART.sub("*", part).lower() for part in parts),
        most_slashes=parts[-1].count("/") if bounded else None,
    )


def fits(resource: str, wanted: Takes) -> bool:
    """Whether some resource that the pattern names is of a type that the actions take.

    Without case: AWS's own policies spell `statemachine` and the tables `stateMachine`.
    """
    lowered = resource.lower()
    # A pattern is itself a text that it stands for, so most are told to fit here.
    if (
        len(wanted.templates) <= _FEW
        and "${" not in resource
        and _forms(wanted.templates).fullmatch(lowered)
    ):
        return True
    return _fits(lowered, wanted.templates)


@lru_cache(maxsize=4096)
def _forms(templates: frozenset[Template]) -> re.Pattern[str]:
    """Return what surely is of one of some types; a name with a `/` only where it comes last."""
    return re.compile("|".join(sorted(map(_as_regex, templates))) or "(?!)", re.DOTALL)


def _as_regex(template: Template) -> str:
    pattern = re.escape(":".join(template.parts)).replace(r"\*", "[^:/]*")
    if template.parts[-1].endswith("*") and template.most_slashes is None:
        pattern = f"{pattern.removesuffix('[^:/]*')}.*"
    return pattern


@lru_cache(maxsize=4096)
def _fits(resource: str, templates: frozenset[Template]) -> bool:
    # Most actions that stand together take the same types, and most names are told apart by none.
    shape = without_variables(resource).translate(_signs(templates))
    return _shape_fits(_FOREIGN.sub("\0", shape), templates)


class _Signs(dict[int, int]):
    """Each character as it is, and 0 for one that isn't known."""

    def __missing__(self, sign: int) -> int:
        self[sign] = 0
        return 0


@lru_cache(maxsize=4096)
def _signs(templates: frozenset[Template]) -> _Signs:
    """Return the characters of templates.

    Only a `*` of theirs can stand for any other, so it makes no difference which that is, nor how many
    there are.
    """
    parts = {part for template in templates for part in template.parts}
    return _Signs((ord(sign), ord(sign)) for sign in "/:*?".join(("", *parts, "")))


@lru_cache(maxsize=16384)
def _shape_fits(resource: str, templates: frozenset[Template]) -> bool:
    parts = split_arn(resource)
    if len(parts) < PARTS:
        # Its last `*` runs on beyond the colons.
        pattern = completed(resource)
        return any(overlaps(pattern, ":".join(template.parts)) for template in templates)
    slashes = parts[-1].count("/")
    for template in templates:
        if template.most_slashes is not None and slashes > template.most_slashes:
            continue
        for one, other in zip(parts, template.parts, strict=True):
            if one != other and "*" not in (one, other) and not overlaps(one, other):
                break
        else:
            return True
    return False


def only_wildcard(resource: str, wanted: Takes) -> bool:
    """Whether a resource is everything of the actions' service, such as `arn:aws:s3:::*`.

    AWS's own examples use it for actions that take `*` only.
    """
    parts = split_arn(resource)
    return parts[-1] == "*" and (len(parts) < PARTS or parts[2] in wanted.services)


@lru_cache(maxsize=16384)
def condition_keys(pattern: str) -> frozenset[str]:
    """Return the condition keys of a pattern's actions, in lower case, own parts as `*`."""
    actions = expand(pattern)
    keys: set[str] = set()
    for action in actions:
        keys.update(action.condition_keys, *(use.condition_keys for use in action.resource_types))
    for service, name in _types_of(actions):
        found = resource_types_of(service).get(name)
        keys.update(found.condition_keys if found else ())
    return frozenset(_OWN_KEY_PART.sub("*", key.lower()) for key in keys)


def _types_of(actions: Iterable[Action]) -> set[tuple[str, str]]:
    """Return the types that actions take, each by its service and its name, once."""
    return {(action.service, use.name) for action in actions for use in action.resource_types}


@lru_cache(maxsize=65536)
def has_key(pattern: str, key: str) -> bool:
    """Whether some action of the pattern has the condition key, which is in lower case."""
    keys = condition_keys(pattern)
    return key in keys or any("*" in one and matches(one, key) for one in keys)
