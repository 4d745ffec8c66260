"""Condition keys and their types.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the
tables of each service in https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rolewright.reference.store import read_condition_keys, read_service

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>|(?<=/)tag-key$")
"""What AWS writes for the part of a key that is one's own: `${TagKey}`, `<key>` or `tag-key`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Template:
    parts: tuple[str, ...]
    """What stands between one's own parts, in lower case."""
    kind: str

    def matches(self, key: str) -> bool:
        if not key.startswith(self.parts[0]):
            return False
        pattern = ".+".join(map(re.escape, self.parts))
        return re.fullmatch(pattern, key, re.DOTALL) is not None


def condition_keys_of(service: str) -> Mapping[str, str]:
    """Return the type of each condition key in a service's table, by the key as AWS spells it.

    Keys with a part of one's own are templates, such as `aws:RequestTag/${TagKey}`. Empty for an
    unknown service.
    """
    return _condition_keys_of(service.lower())


@lru_cache(maxsize=8192)
def condition_key_type(key: str) -> str | None:
    """Return a condition key's type as AWS names it (`String`, `ArrayOfString`, `ARN`, ...).

    Without case. Keys with a part of one's own, `aws:RequestTag/team`, are found by their template.
    None for a key that is in no table of AWS's: a mistake, or a claim of an OIDC provider that the
    table of `sts` leaves out, such as `token.actions.githubusercontent.com:sub`.
    """
    key = key.lower()
    exact, templates = _keys()
    if key in exact:
        return exact[key]
    return next((template.kind for template in templates if template.matches(key)), None)


@cache
def _condition_keys_of(service: str) -> Mapping[str, str]:
    return MappingProxyType(read_service(service)["conditions"])


@cache
def _keys() -> tuple[dict[str, str], tuple[_Template, ...]]:
    """Return the keys without a part of one's own, and the templates, the most fixed first."""
    exact: dict[str, str] = {}
    templates: list[_Template] = []
    for key, kind in read_condition_keys().items():
        parts = tuple(_OWN_PART.split(key.lower()))
        if len(parts) == 1:
            exact[parts[0]] = kind
        else:
            templates.append(_Template(parts=parts, kind=kind))
    templates.sort(key=lambda template: -sum(map(len, template.parts)))
    return exact, tuple(templates)
