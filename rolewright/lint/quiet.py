"""The quick look at conditions that four families share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rolewright.iam import PolicyDocument, Statement
from rolewright.iam.documents import document_to_json
from rolewright.iam.operators import Family, SetPrefix, spelled
from rolewright.lint.rule import families
from rolewright.lint.subject import Kind, Subject
from rolewright.reference import condition_key_type

if TYPE_CHECKING:
    from rolewright.iam import Condition, Effect

_TEXTS = ("String", "ARN")
_SETS_OF_TEXTS = ("ArrayOfString", "ArrayOfARN")
_NULLS = (("true",), ("false",))


def conditions_are_quiet(subject: Subject) -> bool:
    """Whether rules about conditions surely find nothing, whatever the actions are.

    Documents of an account have the same conditions over and over, so each is judged once.
    """
    return not subject.has_empty_block and all(
        _are_good(one.effect, one.conditions) for one in subject.statements if one.conditions
    )


@lru_cache(maxsize=4096)
def _are_good(effect: Effect, conditions: tuple[Condition, ...]) -> bool:
    """Whether no rule finds anything in these conditions of a statement."""
    if all(map(_is_plain, conditions)) and len({one.key.lower() for one in conditions}) == len(
        conditions
    ):
        return True
    statement = Statement(
        index=0,
        sid=None,
        effect=effect,
        principals=None,
        not_principals=None,
        actions=None,
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


def _is_plain(condition: Condition) -> bool:
    """Whether a condition is like most: right for its key, and such that a request can meet it."""
    operator, kind = spelled(condition.operator), condition_key_type(condition.key)
    if operator is None or kind is None or not condition.values or not condition.values[0]:
        return False
    prefix, base = operator.set_prefix, operator.base
    if base.family is Family.NULL:
        return prefix is SetPrefix.NONE and condition.values in _NULLS
    return (
        base.family is Family.STRING
        and kind in (_TEXTS if prefix is SetPrefix.NONE else _SETS_OF_TEXTS)
        and not base.negated
        and (base.relation == "like" or not any("*" in one for one in condition.values))
    )
