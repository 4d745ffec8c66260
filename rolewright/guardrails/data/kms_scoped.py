"""KMS keys: named ones, through named services, handed on to AWS alone.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired

from rolewright.guardrails.actions import actions, named, union, writing_actions
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.holding import is_bound, usable
from rolewright.guardrails.kms import for_aws_alone
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.iam import Condition
from rolewright.lint.arns import split_arn
from rolewright.reference import action_set, actions_of
from rolewright.roles import Part, Role, accepts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.roles import Grant

_ENCRYPTING = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
_TELLING = ("kms:Decrypt", "kms:Encrypt", "kms:CreateGrant")


class KmsScopedSettings(GuardrailSettings):
    """The keys that roles may use by themselves."""

    direct: NotRequired[list[str]]
    """ARNs of keys that may be used without a service in between (no kms:ViaService)."""


def _check(role: Role, settings: KmsScopedSettings) -> Iterator[Violation]:
    direct = frozenset(settings.get("direct", ()))
    for policy, statement, grants in role.effective.held(_key_actions()):
        for message in _faults(grants, direct):
            yield Violation(message=message, policy=policy, statement=statement)


def _faults(grants: tuple[Grant, ...], direct: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with the use of keys that one statement gives."""
    anywhere = alone = handing_on = 0
    patterns: dict[str, None] = {}
    for grant in grants:
        held = usable(grant, _key_actions())
        keys = [resource for resource in grant.resources if accepts("kms:DescribeKey", resource)]
        wide = [key for key in keys if _is_pattern(key)]
        if wide and not _by_alias_or_tag(grant):
            anywhere |= held
            patterns.update(dict.fromkeys(wide))
        if not direct.issuperset(keys) and not is_bound(
            grant, "kms:ViaService", common=".amazonaws.com"
        ):
            alone |= held & actions(*_ENCRYPTING)
        if not for_aws_alone(grant):
            handing_on |= held & action_set("kms:CreateGrant")
    if anywhere:
        shown = next(iter(patterns))
        which = "every key" if _is_everything(shown) else f"keys that match `{shown}`"
        yield f"may use {which} ({named(anywhere, 2, _TELLING)})"
    if alone:
        yield f"may use keys by itself, without kms:ViaService ({named(alone, 2, _TELLING)})"
    if handing_on:
        yield "may let anybody use keys: kms:CreateGrant without kms:GrantIsForAWSResource"


@lru_cache(maxsize=1)
def _key_actions() -> int:
    """Return the set of KMS's actions that use or change a key."""
    return writing_actions() & union(
        action_set(f"kms:{action.name}")
        for action in actions_of("kms").values()
        if any(use.name == "key" for use in action.resource_types)
    )


def _is_pattern(resource: str) -> bool:
    """Whether a resource is for keys by a wildcard in their ID."""
    return any(sign in split_arn(resource)[-1] for sign in ("*", "?"))


def _is_everything(resource: str) -> bool:
    return not split_arn(resource)[-1].removeprefix("key/").strip("*")


def _by_alias_or_tag(grant: Grant) -> bool:
    """Whether conditions say which keys, as AWS has it where the ID isn't known.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    tags = {
        what.key
        for clause in grant.clauses
        for what, _ in clause
        if isinstance(what, Condition) and what.key.lower().startswith("aws:resourcetag/")
    }
    aliases = ("kms:RequestAlias", "kms:ResourceAliases")
    return any(is_bound(grant, key, some=True, common="alias/") for key in aliases) or any(
        is_bound(grant, key) for key in sorted(tags)
    )


GUARDRAIL: Guardrail[KmsScopedSettings] = Guardrail(
    id="kms-scoped",
    description="A role uses named keys, through named services.",
    level=Level.BY_ENVIRONMENT,
    severity=Severity.HIGH,
    reads=frozenset({Part.IDENTITY}),
    why="A role that may use every key decrypts whatever it gets hold of; one without "
    "kms:ViaService does it outside of S3 and SageMaker, where no other policy looks.",
    fix="name the keys under `keys`, with `via` for the services that use them, or allow a key in "
    "this guardrail's `direct`",
    settings=KmsScopedSettings,
    check=_check,
)
