"""The quick look at conditions that four families share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam import PolicyDocument, Statement
from rolewright.iam.documents import document_to_json
from rolewright.lint.rule import families
from rolewright.lint.subject import Kind, Subject

if TYPE_CHECKING:
    from rolewright.iam import Condition, Effect


def conditions_are_quiet(subject: Subject) -> bool:
    """Whether rules about conditions surely find nothing.

    Documents of an account have the same conditions over and over, so each is judged once.
    """
    return not subject.has_empty_block and all(
        not one.conditions or _are_good(one.effect, one.actions, one.conditions)
        for one in subject.statements
    )


@lru_cache(maxsize=4096)
def _are_good(
    effect: Effect, actions: tuple[str, ...] | None, conditions: tuple[Condition, ...]
) -> bool:
    """Whether no rule finds anything in these conditions of such a statement."""
    statement = Statement(
        index=0,
        sid=None,
        effect=effect,
        principals=None,
        not_principals=None,
        actions=actions,
        not_actions=None,
        resources=None,
        not_resources=None,
        conditions=conditions,
    )
    document = PolicyDocument(version="2012-10-17", id=None, statements=(statement,))
    alone = Subject(document=document, source=document_to_json(document), kind=Kind.IDENTITY)
    return not any(
        any(rule.findings(alone))
        for family in families()
        if family.is_quiet is conditions_are_quiet
        for rule in family.rules
    )
