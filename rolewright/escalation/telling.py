"""Paths in words, for guardrails and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.escalation.aims import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.escalation.aims import Aim
    from rolewright.escalation.grouping import Group
    from rolewright.escalation.searching import Hop, Walk
    from rolewright.escalation.uses import Use
    from rolewright.roles import AttachedPolicy, Role

    Named = Callable[[AttachedPolicy], str]

_SHOWN = 3
"""How many actions of one statement are named."""


def said(walk: Walk) -> str:
    """Return what a role may do by a path, as what follows `may`."""
    if walk.path.user:
        return f"{_may(walk)}, by which a user gains access"
    if walk.aim.changed is not None:
        return f"{_may(walk)}, which it may rewrite first ({walk.aim.changed.action})"
    if walk.more is not None:
        return f"{_may(walk)}, which can do what it can't: {walk.more}"
    return _may(walk)


def said_together(group: Group) -> str:
    """Return what a role may do by the paths of a group, as what follows `may`."""
    many = f"{len(group.walks)} ways ({group.ids})"
    if group.user:
        return f"let a user gain access in {many}"
    if group.gains is None:
        return f"gain access in {many}, if what they lead to can do more"
    return f"gain access that it lacks in {many}"


def evidence(walk: Walk, named: Named = str) -> tuple[tuple[str, str], ...]:
    """Return evidence, each with its heading: the statement that gives each permission, and so on."""
    rows = [(use.action, _given(use, named)) for use in walk.uses]
    if walk.aim.changed is not None:
        rows.append((walk.aim.changed.action, _given(walk.aim.changed, named)))
    rows += _met(walk.aim, walk.role)
    for hop in walk.onward:
        rows.append(("then", f"`{hop.role.name}` may {_hop(hop)} ({hop.path.id})"))
    if walk.gains is False:
        rows.append(("gains", _why_nothing(walk)))
        return tuple(rows)
    if walk.path.needs:
        rows.append(("needs", walk.path.needs))
    rows.append(("gains", walk.path.gains))
    return tuple(rows)


def evidence_together(group: Group, named: Named = str) -> tuple[tuple[str, str], ...]:
    """Return evidence of a group, each with its heading: what each statement gives, and one path."""
    rows: list[tuple[str, str]] = []
    for uses in group.uses:
        actions = ", ".join(use.action for use in uses[:_SHOWN])
        more = f" and {len(uses) - _SHOWN} more" if len(uses) > _SHOWN else ""
        rows.append((_place(uses[0], named), f"gives {actions}{more}"))
    example = group.example
    rows.append(("for example", f"it may {said(example)} ({example.path.id})"))
    return tuple(rows)


def aligned(rows: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return evidence as lines, the headings in a column of their own."""
    width = max(len(left) for left, _ in rows)
    return tuple(f"{left:{width}}  {right}" for left, right in rows)


def _why_nothing(walk: Walk) -> str:
    if walk.aim.kind is Kind.SIBLING:
        return f"nothing: `{walk.aim.resource}` can do no more"
    return "nothing: that is the role's own already"


def _may(walk: Walk) -> str:
    return walk.path.may.format(target=_target(walk.aim, walk.role))


def _hop(hop: Hop) -> str:
    text = hop.path.may.format(target=_target(hop.aim, hop.aim.role))
    return text if hop.more is None else f"{text}, which can do what it can't: {hop.more}"


def _target(aim: Aim, role: Role | None) -> str:
    if aim.lets is None:
        return f"`{aim.resource}`"
    if aim.kind is Kind.OWN:
        return "itself"
    trusting = f" and trusts `{aim.service}`" if aim.service else ""
    if aim.kind is Kind.MORE and aim.role is None:
        pattern = f"any role that matches `{aim.resource}`{trusting}"
        return pattern if role is None else f"{pattern}, `{role.name}` among them"
    return f"`{aim.resource}`" if role is None else f"`{role.name}`"


def _given(use: Use, named: Named) -> str:
    return f"{_place(use, named)}, on `{use.resource}`"


def _place(use: Use, named: Named) -> str:
    statement = use.grant.statement
    name = statement.index if statement.sid is None else statement.sid
    return f"statement `{name}` of {named(use.grant.policy)}"


def _met(aim: Aim, role: Role | None) -> Iterator[tuple[str, str]]:
    """Yield what of the role at the end makes it one."""
    if role is not None and aim.service is not None:
        unseen = "" if role.trust is not None else ", as far as can be seen"
        yield role.name, f"trusts {aim.service}{unseen}"
