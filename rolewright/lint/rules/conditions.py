"""Condition blocks as a whole: those that ask for nothing, and those that nothing can meet.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import Effect, can_hold
from rolewright.lint.finding import quoted
from rolewright.lint.quiet import conditions_are_quiet
from rolewright.lint.rule import warning
from rolewright.lint.rules.condition_values import is_bad_value
from rolewright.lint.subject import condition_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.iam import Condition
    from rolewright.lint.subject import Subject


def _empty(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.sound_statements:
        block = subject.raw[statement.index].get("Condition")
        if block is None:
            continue
        path = f"Statement[{statement.index}].Condition"
        if not block:
            yield path, "asks for nothing; drop it, or say when the statement applies"
        for operator, keys in block.items():
            if not keys:
                yield f"{path}.{operator}", "names no key; drop it, or say what to compare"


def _impossible(subject: Subject) -> Iterator[tuple[str, str]]:
    for statement in subject.statements:
        by_key: dict[str, list[Condition]] = {}
        for condition in statement.conditions:
            by_key.setdefault(condition.key.lower(), []).append(condition)
        for found in by_key.values():
            if any(_is_faulty(condition) for condition in found) or can_hold(tuple(found)):
                continue
            verb = "allows" if statement.effect is Effect.ALLOW else "denies"
            said = f"no request can meet this: the statement {verb} nothing"
            if len(found) > 1:
                names = ", ".join(quoted(condition.operator) for condition in found)
                said = f"no request can meet {names} together: the statement {verb} nothing"
            yield condition_path(statement, found[-1]), said


def _is_faulty(condition: Condition) -> bool:
    """Whether another rule says already why the condition doesn't hold."""
    return not condition.values or any(is_bad_value(condition, one) for one in condition.values)


is_quiet = conditions_are_quiet
RULES = (
    warning("empty-condition", _empty),
    warning("impossible-condition", _impossible),
)
