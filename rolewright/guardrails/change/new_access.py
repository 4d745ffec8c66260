"""Access that a change adds, compared with what the roles could do before.

The engine tells a policy pack nothing of what was deployed, so it is given a baseline.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NotRequired

from rolewright.grants import ConfigError, Problem
from rolewright.guardrails.baseline import (
    BaselineRole,
    before,
    check_baseline,
    document_of,
    read_baseline,
)
from rolewright.guardrails.guardrail import Guardrail, Level, Severity, Violation
from rolewright.guardrails.settings import GuardrailSettings
from rolewright.guardrails.trusting import added_trust
from rolewright.iam import Access, Effect, PolicyDocument, Relation, compare
from rolewright.roles import Role, Uncheckable
from rolewright.roles.difference_words import (
    WRITTEN_DIFFERENTLY,
    difference_lines,
    known_actions,
    policy_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.guardrails.baseline import Before
    from rolewright.iam import Entry
    from rolewright.roles import AttachedPolicy


class NewAccessSettings(GuardrailSettings):
    """What roles could do before the change."""

    baseline: NotRequired[dict[str, BaselineRole]]
    """The roles by name, with their documents, as `python -m policy_pack.baseline` writes them."""
    baselineFile: NotRequired[str]
    """A file with the same, by its path from the pack's folder, or an absolute one."""


def _prepare(settings: NewAccessSettings) -> NewAccessSettings:
    if "baseline" in settings:
        if "baselineFile" in settings:
            message = "`baseline` is given too; keep one of them"
            raise ConfigError([Problem(path="baselineFile", message=message)])
        check_baseline(settings["baseline"], "baseline")
    elif "baselineFile" in settings:
        return {**settings, "baseline": read_baseline(Path(settings["baselineFile"]))}
    return settings


def _remark(settings: NewAccessSettings) -> str | None:
    if "baseline" in settings:
        return None
    return (
        "there is no baseline, so nothing is said of what access this change adds; "
        "`make preview` takes one from a deployed stack, or name a `baselineFile`"
    )


def _check(role: Role, settings: NewAccessSettings) -> Iterator[Violation]:
    if "baseline" not in settings or not (role.whole or role.created):
        # Of a role that will come, the boundary isn't known yet.
        return
    old = before(settings["baseline"], role.name, role.account)
    if old is None:
        yield Violation(message="is new, and so is all of its access")
        return
    yield from _assumed(role, old)
    unseen = [policy for policy in role.policies if isinstance(policy.document, Uncheckable)]
    for policy in unseen:
        yield Violation(message="may gain access that can't be compared", policy=policy)
    boundary = None if role.boundary is None else document_of(role.boundary)
    if old.bounded and old.boundary is None and not _same_boundary(role, old):
        yield Violation(message="may gain access: its old permissions boundary isn't known")
        return
    yield from _compared(role, old, boundary, complete=not unseen)


def _assumed(role: Role, old: Before) -> Iterator[Violation]:
    """Yield by whom else the role may be assumed: what it may do, they may do."""
    if role.trust is None or old.trust is None:
        return
    new = document_of(role.trust)
    if new is None:
        yield Violation(message="may be assumed by whom it could not before", policy=role.trust)
        return
    for statement, principal in added_trust(old.trust, new):
        who = "others" if principal is None else f"`{principal.value}`"
        yield Violation(
            message=f"may be assumed by {who} where it could not before",
            policy=role.trust,
            statement=statement,
        )


def _same_boundary(role: Role, old: Before) -> bool:
    return role.boundary is not None and role.boundary.arn == old.boundary_arn is not None


def _compared(
    role: Role, old: Before, boundary: PolicyDocument | None, *, complete: bool
) -> Iterator[Violation]:
    documents = tuple(filter(None, map(document_of, role.policies)))
    if not role.whole:
        # What the rest of the old policies denied, they may go on to deny.
        documents += tuple(filter(None, map(_denials, old.documents)))
    if set(documents) == set(old.documents) and boundary == old.boundary:
        return
    # An old boundary that isn't known is the one of now: what it holds back, it held back before.
    bounds = None if old.bounded and old.boundary is None else boundary
    found = compare(
        Access(identity=old.documents, boundary=_one(old.boundary)),
        Access(identity=documents, boundary=_one(bounds)),
        known=known_actions,
    )
    yield from _gained(role, (*found.added, *found.may_add))
    if role.whole and complete:
        lost = (*found.removed, *found.may_remove)
        if lost:
            yield Violation(
                message="loses access",
                details=tuple(difference_lines(lost, "-")),
                level=Level.ADVISORY,
            )
        if found.relation is Relation.EQUIVALENT:
            yield Violation(
                message=WRITTEN_DIFFERENTLY,
                level=Level.ADVISORY,
            )


def _gained(role: Role, entries: tuple[Entry, ...]) -> Iterator[Violation]:
    """Yield one violation for each policy that gives new access."""
    by_policy: dict[AttachedPolicy | None, list[Entry]] = {}
    for entry in entries:
        by_policy.setdefault(policy_of(role, entry), []).append(entry)
    for policy, found in by_policy.items():
        yield Violation(
            message="gains access", details=tuple(difference_lines(found, "+")), policy=policy
        )


def _one(document: PolicyDocument | None) -> tuple[PolicyDocument, ...] | None:
    return None if document is None else (document,)


def _denials(document: PolicyDocument) -> PolicyDocument | None:
    """Return the part of a document that denies, None where there is none."""
    denying = tuple(s for s in document.statements if s.effect is Effect.DENY)
    if not denying:
        return None
    return PolicyDocument(version=document.version, id=document.id, statements=denying)


GUARDRAIL: Guardrail[NewAccessSettings] = Guardrail(
    id="new-access",
    description="A change adds no access that nobody has looked at.",
    level=Level.ADVISORY,
    severity=Severity.MEDIUM,
    reads=frozenset(),
    why="A diff of documents doesn't say what a role may do tomorrow that it may not do today.",
    fix="see that it is meant; the next baseline has it",
    settings=NewAccessSettings,
    check=_check,
    prepare=_prepare,
    remark=_remark,
)
