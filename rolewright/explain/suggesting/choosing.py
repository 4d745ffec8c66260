"""Which grants are chosen for a role's calls: few, and the narrowest that allow them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from rolewright.explain.adopting.entries import Entry, merged
from rolewright.explain.suggesting.folders import folders
from rolewright.explain.suggesting.trial import Trial
from rolewright.grants import ConfigError, parse_role_args, proposals
from rolewright.grants.activities import activities
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.kinds.buckets import BucketAccess
from rolewright.grants.validation import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rolewright.explain.suggesting.calls import Call
    from rolewright.grants import Proposal, Target

ACTIVITIES = "activities."
"""Begins the key of an activity."""
OBJECT = re.compile(r"arn:[a-z-]+:s3:::[^/]+/(.+)", re.DOTALL)
"""The ARN of an object, with its key."""


class _NoGrant(ValueError):  # noqa: N818  # an answer, not a fault
    """There is no grant for a call; the message says why."""


def choose(
    calls: Sequence[Call], role: str, target: Target
) -> tuple[dict[str, Any], dict[int, str]]:
    """Return a role's part of the config, as JSON: activities first, then what they leave.

    With it, why there is no grant for a call, by the call's identity.
    """
    args: dict[str, Any] = {}
    faults: dict[int, str] = {}
    hints = _hints(calls)
    while True:
        trial = Trial(args=args, role=role, target=target)
        left = [call for call in calls if not trial.allows(call.request)]
        best = _best_activity(left, args, hints, role, target)
        if best is None:
            break
        args.setdefault("activities", {})[best[0]] = best[1]
    # What is named most exactly comes first: a table brings its database along.
    for call in sorted(left, key=lambda one: -len(one.request.resource)):
        trial = Trial(args=args, role=role, target=target)
        if not trial.allows(call.request):
            try:
                args = _with_grant(call, args, role, target)
            except _NoGrant as error:
                faults[id(call)] = str(error)
    return _generalised(args, calls, role, target), faults


def _hints(calls: Sequence[Call]) -> dict[str, Any]:
    """Return the inputs that activities may take: the roles that were passed."""
    passed = sorted(
        {
            call.request.resource
            for call in calls
            if call.request.action == "iam:PassRole"
            and call.request.lowered.get("iam:passedtoservice") == ("sagemaker.amazonaws.com",)
        }
    )
    return {
        name: {"passRoles": passed}
        for name, activity in activities().items()
        if passed and "passRoles" in activity.takes
    }


def _best_activity(
    left: Sequence[Call],
    args: Mapping[str, Any],
    hints: Mapping[str, Any],
    role: str,
    target: Target,
) -> tuple[str, Any] | None:
    """Return the activity that allows most of SageMaker's calls that are left, the smallest then."""
    held = parse_role_args(role, {"activities": {**hints, **args.get("activities", {})}})
    tried: dict[str, tuple[int, int, str, Any]] = {}
    for call in left:
        for proposal in proposals(call.request, held, target):
            if not proposal.key.startswith(ACTIVITIES):
                continue
            name, content = proposal.key.removeprefix(ACTIVITIES), _content(proposal)
            words = json.dumps([name, content], sort_keys=True)
            if words not in tried:
                trial = Trial(args={"activities": {name: content}}, role=role, target=target)
                of_it = [one for one in left if _of_service(one) and trial.allows(one.request)]
                tried[words] = (-len(of_it), trial.actions, name, content)
    able = [one for one in tried.values() if one[0]]
    if not able:
        return None
    _, _, name, content = min(able, key=lambda one: one[:3])
    return name, content


def _of_service(call: Call) -> bool:
    return call.request.action.startswith(("sagemaker:", "emr-serverless:"))


def _with_grant(call: Call, args: dict[str, Any], role: str, target: Target) -> dict[str, Any]:
    """Return the config with the first proposal for a call that allows it.

    Raises _NoGrant.
    """
    held = parse_role_args(role, args)
    reason = f"no grant is for it on {call.request.resource}"
    for proposal in proposals(call.request, held, target):
        if proposal.key.startswith(ACTIVITIES):
            continue
        entries = _with_entry(args.get(proposal.key, ()), _content(proposal))
        tried = {**args, proposal.key: entries}
        try:
            trial = Trial(args=tried, role=role, target=target)
        except ConfigError as error:
            reason = f"with it the role would be refused: {error.problems[0].message}"
            continue
        if trial.allows(call.request):
            return tried
    raise _NoGrant(reason)


def _with_entry(entries: Sequence[Any], added: Any) -> list[Any]:
    """Return entries with one more; a statement for the same actions takes its resources."""
    found = list(entries)
    for place, entry in enumerate(found):
        if "sid" in added and entry["actions"] == added["actions"]:
            found[place] = {**entry, "resources": [*entry["resources"], *added["resources"]]}
            return found
    return [*found, added]


def _content(proposal: Proposal) -> Any:
    return json.loads(to_json(proposal.entry, proposal.key))


def _generalised(
    args: dict[str, Any], calls: Sequence[Call], role: str, target: Target
) -> dict[str, Any]:
    """Return the config with the entries of each kind joined, buckets by folders of their keys."""
    order = ("activities", *(kind.key for kind in grant_kinds()))
    found = {key: args[key] for key in order if key in args}
    if "buckets" in found:
        found["buckets"] = list(_by_folder(found["buckets"], calls, role, target))
    for kind in grant_kinds():
        if kind.key in found:
            entries = [
                Entry.of(kind, entry, target)
                for entry in cast("Any", parse_role_args(role, found))[kind.key]
            ]
            joined = [entry.content for entry in merged(entries, target)]
            found[kind.key] = sorted(joined, key=json.dumps)
    return found


def _by_folder(
    entries: Iterable[dict[str, Any]], calls: Sequence[Call], role: str, target: Target
) -> Iterable[dict[str, Any]]:
    """Yield an entry a bucket and access level, with the folders of all keys asked for by it."""
    wanted: dict[str, tuple[dict[str, Any], list[str] | None]] = {}
    for entry in entries:
        for access in entry["access"]:
            base = {key: value for key, value in entry.items() if key != "prefixes"}
            base["access"] = [access]
            words = json.dumps(base, sort_keys=True)
            if words in wanted:
                continue
            trial = Trial(args={"buckets": [base]}, role=role, target=target)
            keys = [
                key
                for call in calls
                if trial.allows(call.request) and (key := _key(call)) is not None
            ]
            wanted[words] = (base, keys if all(keys) else None)
    levels = [level.value for level in BucketAccess]
    for base, keys in sorted(wanted.values(), key=lambda one: levels.index(one[0]["access"][0])):
        prefixes = None if keys is None else folders(keys)
        yield base if prefixes is None else {**base, "prefixes": list(prefixes)}


def _key(call: Call) -> str | None:
    """Return the key or prefix that a call was for, empty for a listing of the whole bucket.

    None for what is not for keys: a bucket's region comes with reading, whatever the prefixes.
    """
    found = OBJECT.fullmatch(call.request.resource)
    if found:
        return found[1]
    return next(iter(call.request.lowered.get("s3:prefix", ())), None)
