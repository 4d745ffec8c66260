"""How an adoption is shown: YAML whose comments say what it is, or JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rolewright.explain.adopting.importing import import_file
from rolewright.explain.stack_text import USE, entry_line, stack_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.explain.adopting.adopt import Adoption
    from rolewright.explain.adopting.entries import Entry
    from rolewright.explain.adopting.policies import Adopted

_WIDTH = 80
_SAME = "the same access as before, proved"


def as_text(adoption: Adoption, written: str | None = None) -> str:
    """Return the YAML; `written` is the import file's path, where there is one."""
    lines = [*USE, *_head(adoption), *_import(adoption, written)]
    roles = {adoption.plan.key: dict(adoption.args)}
    config = stack_text(roles, _comments(adoption), adoption.target, adoption.defaults)
    return "".join(f"{line}\n" for line in lines) + config


def as_json(adoption: Adoption) -> dict[str, Any]:
    """Return what programs get."""
    return {
        "role": adoption.held.name,
        "whole": adoption.whole,
        "existing": adoption.existing,
        "config": {adoption.plan.key: dict(adoption.args)},
        "region": adoption.target.region,
        "policies": [
            {
                "name": policy.name,
                "relation": "equivalent",
                "renamed": policy.renamed,
                "grants": [_entry_json(entry) for entry in policy.matched.grants],
                "statements": [_entry_json(entry) for entry in policy.matched.raw],
                "near": [
                    {**_entry_json(near.entry), "adds": list(near.added)}
                    for near in policy.matched.near
                ],
            }
            for policy in adoption.policies
        ],
        "leftAlone": [{"name": one.name, "reason": one.reason} for one in adoption.left],
        "reasons": list(adoption.reasons),
        "notes": list(adoption.notes),
        "importFile": import_file(adoption),
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {"kind": entry.kind, "entry": entry.content, "from": sorted(entry.origins)}


def _head(adoption: Adoption) -> Iterator[str]:
    name = adoption.held.name
    if adoption.existing:
        yield from _wrapped(f"{name}: grants added to the role as it is, {_SAME}")
    else:
        yield from _wrapped(f"{name}: taken over, {_SAME}")
    for reason in adoption.reasons:
        yield from _wrapped(f"not taken over: {reason}", "  ")
    for one in adoption.left:
        yield from _wrapped(
            f"not in it: the policy `{one.name}` stays as it is, by hand: {one.reason}", "  "
        )
    for note in adoption.notes:
        yield from _wrapped(f"note: {note}", "  ")
    for policy in adoption.policies:
        if policy.renamed:
            yield from _wrapped(_renamed(adoption, policy), "  ")


def _renamed(adoption: Adoption, policy: Adopted) -> str:
    if adoption.existing:
        return (
            f"note: `{policy.name}` is in it under a name of its own; once deployed, the old one "
            f"can go: aws iam delete-role-policy --role-name {adoption.held.name} "
            f"--policy-name {policy.name}"
        )
    return f"note: `{policy.name}` is made anew as `{policy.title}`, and the old one removed"


def _import(adoption: Adoption, written: str | None) -> Iterator[str]:
    resources = import_file(adoption)["resources"]
    if not resources:
        return
    yield "#"
    if written:
        yield "# before the first `pulumi up`, import what is there already:"
    else:
        yield "# before the first `pulumi up`, import what is there already, by the file that"
        yield "# --import-file FILE writes:"
    yield f"#   pulumi import --file {written or 'FILE'} --protect=false --generate-code=false"
    yield "# `pulumi preview` then has documents written anew for the same access, no more."
    yield "# It imports, below the component of the role:"
    for one in resources[1:]:
        yield f"#   {one['type']}"
        yield f"#     {one['logicalName']}  {one['id']}"


def _comments(adoption: Adoption) -> Mapping[tuple[str | int, ...], str]:
    """Return what stands before each entry: which statements of which policy it is from."""
    found: dict[tuple[str | int, ...], str] = {}
    for policy in adoption.policies:
        above: tuple[str, ...] = (adoption.plan.key,)
        if policy.title is not None:
            above = (*above, "policies", policy.title)
        places: dict[str, int] = {}
        for entry in policy.matched.entries:
            place = places.get(entry.kind, 0)
            places[entry.kind] = place + 1
            indent = 2 * len(above) + 8
            lines = [_origin(policy, entry)]
            if entry in policy.matched.raw:
                lines += [line for near in _near(policy, entry) for line in _folded(near, indent)]
            found[*above, entry.kind, place] = "\n".join(lines)
    return found


def _origin(policy: Adopted, entry: Entry) -> str:
    names = {one.index: one.sid for one in policy.old.statements}
    told = [
        f"{place} ({names[place]})" if names[place] else f"{place}"
        for place in sorted(entry.origins)
    ]
    noun = "statement" if len(told) == 1 else "statements"
    said = f"from {noun} {', '.join(told)}"
    return f"{said}: no grant says the same" if entry in policy.matched.raw else said


def _near(policy: Adopted, raw: Entry) -> Iterator[str]:
    """Yield the grants that come near a statement, with what they would add."""
    for near in policy.matched.near:
        if near.entry.origins & raw.origins:
            entry = entry_line(near.entry.content)
            yield f"near: {near.entry.kind}: {entry}, which adds {', '.join(near.added)}"


def _folded(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, _WIDTH - indent, break_long_words=False, break_on_hyphens=False)


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    lines = textwrap.wrap(
        text,
        width=_WIDTH - 2 - len(indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for place, line in enumerate(lines):
        yield f"# {indent}{'  ' if place else ''}{line}"
