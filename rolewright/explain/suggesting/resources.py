"""The resources of an event: those it lists, and those that its parameters name.

What a parameter names is filled into the ARN that AWS documents for the type: `tableName` into
`table/${TableName}`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.suggesting.actions import Unusable
from rolewright.reference import find_action, resource_types_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.suggesting.events import Event
    from rolewright.reference import Action

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_COMMON = ("Partition", "Region", "Account")
_WITHOUT_SLASH = frozenset(
    {
        "BucketName",
        "DatabaseName",
        "FunctionName",
        "IndexName",
        "KeyId",
        "QueueName",
        "TableName",
        "TopicName",
    }
)
"""Parts of ARNs that can't have a `/` in them, so that `bucket/key` is no bucket."""
_ANY = frozenset({"cloudwatch:PutMetricData"})
"""Actions whose only resource type is not what is meant: metrics have no ARN."""
_ALIASES = {
    "DatabaseName": ("name",),
    "ObjectName": ("key",),
    "ParameterNameWithoutLeadingSlash": ("name", "names", "path"),
    "ResourceId": ("modelId",),
    "RoleNameWithPath": ("roleName",),
    "TableName": ("name",),
    "WorkGroupName": ("workGroup",),
}
"""Parameters that are not named as the part of the ARN is."""
_MODEL = "foundation-model/"
_CATALOG = ":catalog"
"""Ends the one ARN that has no names in it and yet is asked for each time."""


def resources_of(action: str, event: Event) -> tuple[str, ...]:
    """Return the resources that an event's action was for, `*` where it takes none.

    Raises Unusable.
    """
    known = find_action(action)
    if known is None:
        raise AssertionError(action)
    if not known.resource_types or action in _ANY:
        return ("*",)
    given = tuple(dict.fromkeys(_given(event)))
    found: dict[str, None] = {}
    for template, required in _templates(known):
        form = _form(template)
        listed = [arn for arn in given if form.fullmatch(arn)]
        # What is listed is exact; parameters may name the same by less.
        found.update(dict.fromkeys(listed or _filled(template, event, required=required)))
    if not any(_names_something(arn) for arn in found):
        raise Unusable("neither its resources nor its parameters name what it was for")
    return tuple(found)


def texts(values: Iterable[Any]) -> Iterator[str]:
    """Yield the texts among values, and in lists among them."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (one for one in cast("list[Any]", value) if isinstance(one, str))


def _given(event: Event) -> Iterator[str]:
    yield from event.arns
    yield from (value for value in texts(event.params.values()) if value.startswith("arn:"))


def _templates(action: Action) -> Iterator[tuple[str, bool]]:
    types = resource_types_of(action.service)
    for use in action.resource_types:
        for template in types[use.name].arns if use.name in types else ():
            yield template, use.required


@lru_cache(maxsize=4096)
def _form(template: str) -> re.Pattern[str]:
    """Return what ARNs of a template are like."""
    parts = _VARIABLE.split(template)
    form = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            form += re.escape(part)
        elif part in _COMMON:
            form += "[^:]*"
        else:
            form += "[^/:]+" if part in _WITHOUT_SLASH else ".+"
    return re.compile(form, re.DOTALL)


def _names_something(arn: str) -> bool:
    """Whether an ARN is more than what stands for all of a service, as Glue's catalog does."""
    return "/" in arn or ":" in arn.split(":", 5)[-1] or not arn.endswith(_CATALOG)


def _filled(template: str, event: Event, *, required: bool) -> Iterator[str]:
    """Yield an ARN template with the event's values, none where it lacks one."""
    common = {
        "Partition": event.partition,
        "Region": event.region,
        "Account": str(event.params.get("registryId") or event.account),
    }
    if "${ResourceId}" in template and _MODEL not in template:
        return
    names = [name for name in _VARIABLE.findall(template) if name not in _COMMON]
    if not names and not (required and template.endswith(_CATALOG)):
        return
    for chosen in product(*(_values(name, event) for name in names)):
        filled = {**common, **dict(zip(names, chosen, strict=True))}
        yield _VARIABLE.sub(lambda found, filled=filled: filled[found[1]], template)


def _values(name: str, event: Event) -> list[str]:
    """Return the values of an ARN's part that the parameters give."""
    params = {key.lower(): value for key, value in event.params.items()}
    for alias in (name, *_ALIASES.get(name, ())):
        found = [_plain(name, value) for value in texts([params.get(alias.lower())])]
        if usable := [value for value in found if not value.startswith(("arn:", "alias/"))]:
            return usable
    url = params.get("queueurl")
    if name == "QueueName" and isinstance(url, str):
        return [url.rpartition("/")[2]]
    return []


def _plain(name: str, value: str) -> str:
    if name == "SecretId":
        # Secrets Manager ends the ARN with six characters of its own.
        return value if value.startswith("arn:") else f"{value}-??????"
    return value.lstrip("/") if name == "ParameterNameWithoutLeadingSlash" else value
