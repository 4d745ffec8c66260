"""The policies of a role one by one: what each is in the stack config, proved the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolewright.explain.adopting.matching import Matched, NotWritable, as_statements, match
from rolewright.explain.adopting.sameness import same_access
from rolewright.grants import OWN_PREFIX, ConfigError, parse_role_args, plan_role
from rolewright.grants.kinds import grant_kinds
from rolewright.iam import InvalidDocument, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rolewright.grants.kind import Target
    from rolewright.iam import PolicyDocument


@dataclass(frozen=True, kw_only=True, slots=True)
class Adopted:
    """An inline policy that the stack config says: `name` is that in IAM before.

    `key` is the role's key for it, a kind of grant, or `policies` with `title` below it. `renamed`
    says whether it has another name in IAM from now on.
    """

    name: str
    old: PolicyDocument
    matched: Matched
    title: str | None
    renamed: bool

    def place(self, args: dict[str, Any]) -> None:
        """Put it into a role's part of the stack config."""
        content = self.matched.args()
        if self.title is None:
            args.update(content)
        else:
            args.setdefault("policies", {})[self.title] = content


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftAlone:
    """An inline policy that the stack config can't say, and why."""

    name: str
    reason: str


def adopt_policies(
    inline: Sequence[tuple[str, str]], target: Target, *, existing: bool
) -> Iterator[Adopted | LeftAlone]:
    """Yield what each inline policy is, in the same order."""
    names = {name for name, _ in inline}
    titles = set[str]()
    for name, text in inline:
        try:
            old = parse_document(text)
        except InvalidDocument as error:
            yield LeftAlone(name=name, reason=f"it is no policy document: {error.message}")
            continue
        adopted = _adopted(name, old, target, names | titles, existing=existing)
        if isinstance(adopted, Adopted) and adopted.title is not None:
            titles.add(adopted.title)
        yield adopted


def _adopted(
    name: str, old: PolicyDocument, target: Target, taken: set[str], *, existing: bool
) -> Adopted | LeftAlone:
    own = name.removeprefix(OWN_PREFIX)
    kind = own if own != name and own in {kind.key for kind in grant_kinds()} else None
    reason = ""
    if kind is not None and not existing:
        # One of ours: it keeps its name where its own kind of grant says all of it.
        for matched in _ways(old, target, kind):
            if set(matched.args()) == {kind} and _fault(old, matched, None, target) is None:
                return Adopted(name=name, old=old, matched=matched, title=None, renamed=False)
    title = name if own == name else _free(own, taken)
    if existing and title in {kind.key for kind in grant_kinds()}:
        title = _free(f"{title}-policy", taken)
    try:
        for matched in _ways(old, target, None):
            fault = _fault(old, matched, title, target)
            if fault is None:
                renamed = existing or title != name
                return Adopted(name=name, old=old, matched=matched, title=title, renamed=renamed)
            reason = fault
    except NotWritable as error:
        reason = str(error)
    return LeftAlone(name=name, reason=reason)


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _ways(old: PolicyDocument, target: Target, only: str | None) -> Iterator[Matched]:
    """Yield ways to write a policy, the better first. Raises NotWritable."""
    if only is None:
        yield match(old, target)
        yield as_statements(old)
        return
    try:
        yield match(old, target, only)
    except NotWritable:
        return


def _fault(old: PolicyDocument, matched: Matched, title: str | None, target: Target) -> str | None:
    """Return why a way does not do: what it plans to is not allowed, or not the same access."""
    content: Any = matched.args()
    args: Any = content if title is None else {"policies": {title: content}}
    try:
        planned = plan_role("x", parse_role_args("x", args), target).policies
    except ConfigError as error:
        return error.problems[0].message
    (new,) = planned
    return None if same_access(old, new.document) else "it can't be shown to be the same access"
