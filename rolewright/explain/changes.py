"""What changes of a role between two sides: its access, who may assume it, what holds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from rolewright.explain.sides import SourceKind, by_config_key, completed, uncheckable
from rolewright.iam import Difference, Relation, compare, diff
from rolewright.roles import Uncheckable
from rolewright.roles.difference_words import known_actions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.explain.sides import Pair, Side
    from rolewright.roles import AttachedPolicy, Role

_NO_CHANGE = Difference(relation=Relation.EQUIVALENT)
_DEFAULT_SESSION = 3600


class Change(Enum):
    """What becomes of a role. REWRITTEN is one whose documents differ and whose access doesn't."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWRITTEN = "rewritten"
    SAME = "same"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something else of a role that changes, as it was and as it will be."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleChange:
    """How a role differs. `old` is None for a new role, `new` for one that is gone.

    `access` is None where no side's can be compared, `trust` where it isn't known on both. `doubts`
    are what can't be compared, in words: they count as a difference. `notes` are what was assumed.
    """

    name: str
    old: Role | None = None
    new: Role | None = None
    access: Difference | None = None
    trust: Difference | None = None
    facts: tuple[Fact, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def change(self) -> Change:
        """What becomes of the role."""
        if self.old is None or self.new is None:
            return Change.REMOVED if self.new is None else Change.ADDED
        compared = (part for part in (self.access, self.trust) if part is not None)
        if (
            self.facts
            or self.doubts
            or any(p.relation is not Relation.EQUIVALENT for p in compared)
        ):
            return Change.CHANGED
        return Change.SAME if _written(self.old) == _written(self.new) else Change.REWRITTEN


def change_of(pair: Pair, old_side: Side, new_side: Side) -> RoleChange:
    """Return how a role of one side differs from the same on the other."""
    old, new = pair
    if old is None or new is None:
        (role,) = filter(None, pair)
        return RoleChange(name=_name(role, old_side, new_side), old=old, new=new)
    notes = tuple(_notes(old, old_side, new, new_side))
    full_old, full_new = completed(old, old_side, new, new_side)
    boundaries, doubt = _boundaries(full_old, full_new)
    compared = not (_trust_alone(old, old_side) or _trust_alone(new, new_side))
    trust, untrusted = _trust(old, new)
    return RoleChange(
        name=_name(old if new_side.kind is SourceKind.DOCUMENT else new, old_side, new_side),
        old=full_old,
        new=full_new,
        access=_access(*boundaries) if compared else None,
        trust=trust,
        facts=tuple(_facts(full_old, old_side, full_new, new_side)),
        doubts=(
            *(_unseen(full_old, full_new) if compared else ()),
            *doubt,
            *untrusted,
        ),
        notes=notes,
    )


def _name(role: Role, old: Side, new: Side) -> str:
    if by_config_key(old, new) and role.config_key:
        return role.config_key.partition(".")[2]
    return role.name


def _written(role: Role) -> tuple[object, ...]:
    trust = role.trust and role.trust.document
    documents = frozenset(policy.document for policy in role.policies)
    return trust, documents, role.boundary and role.boundary.document


def _trust_alone(role: Role, side: Side) -> bool:
    return side.kind is SourceKind.DOCUMENT and role.trust is not None


def _notes(old: Role, old_side: Side, new: Role, new_side: Side) -> Iterator[str]:
    for role, side, other, other_side in (
        (old, old_side, new, new_side),
        (new, new_side, old, old_side),
    ):
        if side.is_part(role) and not other_side.is_part(other):
            yield (
                f"{side.source} only adds to it: what else {other_side.source} shows of it is "
                "taken to stay"
            )


def _access(old: Role, new: Role) -> Difference:
    if _written(replace(old, trust=None)) == _written(replace(new, trust=None)):
        return _NO_CHANGE
    return compare(old.access, new.access, known=known_actions)


def _boundaries(old: Role, new: Role) -> tuple[tuple[Role, Role], tuple[str, ...]]:
    """Return the roles to compare, and what can't be: a boundary whose document isn't known."""
    unknown = [
        role.boundary
        for role in (old, new)
        if role.boundary is not None and isinstance(role.boundary.document, Uncheckable)
    ]
    if not unknown:
        return (old, new), ()
    bare = replace(old, boundary=None), replace(new, boundary=None)
    if old.boundary and new.boundary and old.boundary.arn == new.boundary.arn is not None:
        # What it holds back, it holds back from both.
        return bare, ()
    return bare, tuple(
        f"may change by {boundary}: its document isn't known here" for boundary in unknown
    )


def _unseen(old: Role, new: Role) -> Iterator[str]:
    before, after = dict(uncheckable(old.policies)), dict(uncheckable(new.policies))
    for key, policy in after.items():
        if key not in before:
            yield f"may gain access by {policy}: {_reason(policy)}"
    for key, policy in before.items():
        if key not in after:
            yield f"may lose access with {policy}: {_reason(policy)}"


def _reason(policy: AttachedPolicy) -> str:
    return policy.document.reason if isinstance(policy.document, Uncheckable) else ""


def _trust(old: Role, new: Role) -> tuple[Difference | None, tuple[str, ...]]:
    if old.trust is None or new.trust is None:
        return None, ()
    one, other = old.trust.document, new.trust.document
    if isinstance(one, Uncheckable) or isinstance(other, Uncheckable):
        same = one == other and old.trust.text == new.trust.text is not None
        return None, () if same else ("may change in who may assume it: the trust isn't known",)
    return (_NO_CHANGE if one == other else diff(one, other, known=known_actions)), ()


def _facts(old: Role, old_side: Side, new: Role, new_side: Side) -> Iterator[Fact]:
    """Yield what else changes, of what both sides tell."""
    one, other = _boundary(old.boundary), _boundary(new.boundary)
    if one != other:
        yield Fact(what="permissions boundary", old=one, new=other)
    known = {SourceKind.CONFIG, SourceKind.DEPLOYED, SourceKind.ACCOUNT}
    if not {old_side.kind, new_side.kind} <= known or not (old.created and new.created):
        return
    two_stacks = old_side.environment != new_side.environment and by_config_key(old_side, new_side)
    if not two_stacks and old.name != new.name:
        yield Fact(what="name", old=old.name, new=new.name)
    if old.path != new.path:
        yield Fact(what="path", old=old.path, new=new.path)
    if not two_stacks and dict(old.tags) != dict(new.tags):
        yield Fact(what="tags", old=_tags(old), new=_tags(new))
    if SourceKind.ACCOUNT in (old_side.kind, new_side.kind):
        return  # It says nothing of the rest.
    sessions = [role.max_session_duration or _DEFAULT_SESSION for role in (old, new)]
    if sessions[0] != sessions[1]:
        yield Fact(what="longest session", old=f"{sessions[0]} s", new=f"{sessions[1]} s")
    if old.exclusive != new.exclusive:
        yield Fact(what="kept to the stack's policies", old=_exclusive(old), new=_exclusive(new))


def _boundary(boundary: AttachedPolicy | None) -> str:
    return "none" if boundary is None else boundary.arn or boundary.name or "the one given"


def _tags(role: Role) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(role.tags.items())) or "none"


def _exclusive(role: Role) -> str:
    inline, attached = role.exclusive or (False, False)
    parts = [name for name, is_kept in (("inline", inline), ("attached", attached)) if is_kept]
    return " and ".join(parts) or "no"
