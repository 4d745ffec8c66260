"""A resource as the engine describes it, and its properties, which may be unknown at preview."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from rolewright.roles import UNKNOWN, Uncheckable, read_document, value_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.iam import PolicyDocument

_ACCOUNT = re.compile(r"arn:[^:]+:iam::(\d{12}):")


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """One resource as the engine describes it, to a resource rule or to a stack rule.

    `props` are plain values, `UNKNOWN` for what isn't known yet, at any depth. `parent` and
    `provider` are URNs; `account` is the provider's, None where it isn't known.
    `external` says that the stack only reads it. `dependencies` are the URNs that a property depends on; a resource rule is not told them.
    """

    type: str
    urn: str
    name: str
    props: Mapping[str, Any]
    parent: str | None = None
    provider: str | None = None
    account: str | None = None
    external: bool = False
    dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @property
    def scope(self) -> str:
        """What tells its account from others: the account, or else the provider."""
        return self.account or self.provider or ""


def known(props: Mapping[str, Any], key: str) -> Any:
    """Return a property, None where there is none, `UNKNOWN` where it isn't known yet."""
    return props.get(key)


def text(props: Mapping[str, Any], key: str) -> str | None:
    """Return a property that is text, None where it is none or not known."""
    found = known(props, key)
    return found if isinstance(found, str) else None


def entries(given: Any) -> list[Any]:
    """Return the values of a property, each that isn't known as `UNKNOWN`; none for None."""
    if given is None:
        return []
    if isinstance(given, str) or given is UNKNOWN:
        return [given]
    return list(given)


def document(given: object) -> PolicyDocument | Uncheckable:
    """Return a property that holds a document, read, or why it can't be judged."""
    if isinstance(given, str):
        return read_document(given)
    if given is UNKNOWN:
        return Uncheckable(reason="its document is unknown at preview")
    return Uncheckable(reason="it has no document" if given is None else "it is not JSON text")


def account_of(provider: Mapping[str, Any]) -> str | None:
    """Return the account that a provider of AWS works in, None where its config doesn't tell.

    It may name the accounts that are allowed, or the role that it assumes. The engine gives what is
    no text as JSON: https://www.pulumi.com/registry/packages/aws/installation-configuration/
    """
    roles = _listed(provider, "assumeRoles") or _listed(provider, "assumeRole")
    if roles:
        # They are assumed one after the other.
        return account_in(value_in(roles[-1], "roleArn"))
    allowed = _listed(provider, "allowedAccountIds")
    return allowed[0] if len(allowed) == 1 and isinstance(allowed[0], str) else None


def account_in(arn: object) -> str | None:
    """Return the account of an IAM ARN, None where it has none."""
    found = _ACCOUNT.match(arn) if isinstance(arn, str) else None
    return found[1] if found else None


def _listed(provider: Mapping[str, Any], key: str) -> list[Any]:
    given = known(provider, key)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return []
    found = cast("list[Any]", given) if isinstance(given, list) else [given]
    return [entry for entry in found if entry]
