"""What an action, or a pattern of actions, takes: types of resource, and condition keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rolewright.iam import matches, overlaps
from rolewright.lint.arns import PARTS, completed, split_arn, without_variables
from rolewright.reference import (
    action_set,
    actions_of,
    expand,
    names_in,
    resource_types_of,
    resource_types_taken,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rolewright.reference import Action

_WILDCARD = re.compile(r"[*?]")
_OWN_PART = re.compile(r"\$\{([^}]*)\}")
_OWN_KEY_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$")
_WITHOUT_SLASH = frozenset(
    {"BucketName", "FunctionName", "IndexName", "KeyId", "QueueName", "TableName", "TopicName"}
)
"""Names in ARN templates that can't have a `/` in them, so that `bucket/*` is no bucket."""
_FOREIGN = re.compile("\0+")
_NOT_TOLD_APART = frozenset({"apigateway", "elasticloadbalancing"})
"""Services whose actions take more types than the tables say: API Gateway's are HTTP verbs on any
path, and one prefix stands for both generations of load balancers.
"""


class Template(NamedTuple):
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


_UNKNOWN = Takes(services=frozenset(), templates=frozenset(), some_need_any=False, unknown=True)


@lru_cache(maxsize=16384)
def takes(pattern: str) -> Takes:
    """Return what the actions of a pattern take; `*` is not told apart, it takes anything."""
    if pattern in ("*", "*:*"):
        return _UNKNOWN
    if _WILDCARD.search(pattern):
        return _together(frozenset([takes(name.lower()) for name in names_in(action_set(pattern))]))
    types = resource_types_taken(pattern)
    return _UNKNOWN if types is None else _takes(pattern.partition(":")[0].lower(), types)


@lru_cache(maxsize=16384)
def _takes(service: str, types: tuple[str, ...]) -> Takes:
    """Return the same object for actions that take the same."""
    found = [resource_types_of(service).get(name) for name in types]
    templates = frozenset([_template(arn) for one in found if one for arn in one.arns])
    return Takes(
        services=frozenset({service}),
        templates=_one_of(templates),
        some_need_any=not types,
        unknown=None in found or service in _NOT_TOLD_APART,
    )


@lru_cache(maxsize=16384)
def _together(each: frozenset[Takes]) -> Takes:
    """Return what several actions take; what none takes is not known."""
    return Takes(
        services=frozenset([service for one in each for service in one.services]),
        templates=_one_of(frozenset([template for one in each for template in one.templates])),
        some_need_any=any(one.some_need_any for one in each),
        unknown=not each or any(one.unknown for one in each),
    )


@lru_cache(maxsize=16384)
def _one_of(templates: frozenset[Template]) -> frozenset[Template]:
    """Return the same object for equal sets, so that they are told to be equal at once."""
    return templates


@lru_cache(maxsize=16384)
def _template(arn: str) -> Template:
    own = _OWN_PART.findall(arn.split(":", PARTS - 1)[-1])
    bounded = own and all(name in _WITHOUT_SLASH for name in own)
    parts = tuple(_OWN_PART.sub("*", arn).lower().split(":", PARTS - 1))
    return Template(
        form=_OWN_PART.sub(lambda found: f"<{found[1]}>", arn).replace("<Partition>", "aws"),
        parts=parts,
        most_slashes=parts[-1].count("/") if bounded else None,
    )


def fits(resource: str, wanted: Takes) -> bool:
    """Whether some resource that the pattern names is of a type that the actions take.

    Without case: AWS's own policies spell `statemachine` and the tables `stateMachine`.
    """
    lowered = resource.lower()
    # A pattern is itself a text that it stands for, so most are told to fit here.
    if "${" not in lowered and _is_of_type(lowered, wanted.templates):
        return True
    return _fits(lowered, wanted.templates)


def _is_of_type(lowered: str, templates: frozenset[Template]) -> bool:
    """Whether an ARN, taken for that of one resource, is of a type."""
    parts = lowered.split(":", PARTS - 1)
    if len(parts) < PARTS or parts[0] != "arn":
        return False
    _, partition, service, region, account, name = parts
    for kind in _by_service(templates).get(service, ()):
        begins, names, of_partition, of_region, of_account, most = kind
        if (
            name.startswith(begins)
            and of_region in (region, "*")
            and of_account in (account, "*")
            and of_partition in (partition, "*")
            and (names is None or _regular(names).fullmatch(name))
            and (most is None or name.count("/") <= most)
        ):
            return True
    return False


@lru_cache(maxsize=4096)
def _regular(names: str) -> re.Pattern[str]:
    """Return a pattern of names as a regular expression, which is quicker on a text that fits."""
    return re.compile(".*".join(map(re.escape, names.split("*"))), re.DOTALL)


_Kind = tuple[str, str | None, str, str, str, int | None]
"""What a name begins with, its pattern where that asks for more; the partition, the region, the
account; the most `/` in the name.
"""


@lru_cache(maxsize=4096)
def _by_service(templates: frozenset[Template]) -> Mapping[str, list[_Kind]]:
    found: dict[str, list[_Kind]] = {}
    for template in templates:
        _, partition, service, region, account, names = template.parts
        begins = names.partition("*")[0]
        more = None if names == f"{begins}*" else names
        kind = (begins, more, partition, region, account, template.most_slashes)
        found.setdefault(service, []).append(kind)
    return found


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


@lru_cache(maxsize=65536)
def has_key(pattern: str, key: str) -> bool:
    """Whether some action of the pattern has the condition key, which is in lower case."""
    service, _, name = pattern.lower().partition(":")
    if not _WILDCARD.search(pattern) or _WILDCARD.search(service):
        return any(_is_among(key, _keys_of(action)) for action in expand(pattern))
    having = _actions_with(service, key)
    return bool(having) if name == "*" else any(matches(name, one) for one in having)


def _keys_of(action: Action) -> frozenset[str]:
    """Return the condition keys of an action, in lower case, own parts as `*`."""
    types = resource_types_of(action.service)
    keys = {*action.condition_keys}
    for use in action.resource_types:
        found = types.get(use.name)
        keys.update(use.condition_keys, found.condition_keys if found else ())
    return _normal(frozenset(keys))


@lru_cache(maxsize=16384)
def _normal(keys: frozenset[str]) -> frozenset[str]:
    return frozenset([_OWN_KEY_PART.sub("*", key.lower()) for key in keys])


def _is_among(key: str, keys: Iterable[str]) -> bool:
    return key in keys or any("*" in one and matches(one, key) for one in keys)


@lru_cache(maxsize=8192)
def _actions_with(service: str, key: str) -> frozenset[str]:
    """Return the actions of a service that have a condition key, in lower case as it is."""
    return frozenset(
        name for name, keys in _keys_of_actions(service).items() if _is_among(key, keys)
    )


@cache
def _keys_of_actions(service: str) -> dict[str, frozenset[str]]:
    return {name: _keys_of(action) for name, action in actions_of(service).items()}
