"""What guardrails ask of SageMaker's actions: which condition keys requests must name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rolewright.guardrails.actions import named, union
from rolewright.guardrails.guardrail import Violation
from rolewright.guardrails.holding import must_name, only_names, usable
from rolewright.reference import action_set, actions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rolewright.roles import Grant, Role

_TELLING = (
    "sagemaker:CreateTrainingJob",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateModel",
)


@cache
def actions_with_key(key: str) -> int:
    """Return the set of SageMaker's actions that have a condition key."""
    return union(
        action_set(f"sagemaker:{action.name}")
        for action in actions_of("sagemaker").values()
        if key in action.condition_keys
        or any(key in u.condition_keys for u in action.resource_types)
    )


def unbound(
    role: Role, demanded: Mapping[str, tuple[int, Sequence[str] | None]], how: str
) -> Iterator[Violation]:
    """Yield a violation for each statement that allows actions without the keys they must name.

    `demanded` has, by key, the actions that must name it and the values that it may have, None for
    any. `how` ends the message where nothing need be named at all.
    """
    everything = union([actions for actions, _ in demanded.values()])
    for policy, statement, grants in role.effective.held(everything):
        loose: dict[str, int] = {}
        other: dict[str, int] = {}
        for grant in grants:
            held = usable(grant, everything)
            for key, (actions, values) in demanded.items():
                if held & actions and not _names(grant, key, values):
                    where = other if must_name(grant, key) else loose
                    where[key] = where.get(key, 0) | held & actions
        if loose:
            yield Violation(
                message=f"may call {named(union(loose.values()), telling=_TELLING)} {how}: "
                f"nothing demands {_listed(loose)}",
                policy=policy,
                statement=statement,
            )
        if other:
            yield Violation(
                message=f"may call {named(union(other.values()), telling=_TELLING)} with other "
                f"values of {_listed(other)} than this guardrail's settings allow",
                policy=policy,
                statement=statement,
            )


def _names(grant: Grant, key: str, values: Sequence[str] | None) -> bool:
    return must_name(grant, key) if values is None else only_names(grant, key, values)


def _listed(keys: Mapping[str, int]) -> str:
    return " and ".join(keys)
