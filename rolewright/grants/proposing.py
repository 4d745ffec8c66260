"""What kinds of grant propose entries with: names out of ARNs, levels that have an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rolewright.grants.kind import Target
    from rolewright.iam import Request

T = TypeVar("T")
L = TypeVar("L")


def named(resource: str, target: Target, service: str, before: str = "") -> str | None:
    """Return what follows `before` in an ARN of the target's account and region; None elsewhere."""
    start = target.arn(service, before)
    return resource[len(start) :] if resource.startswith(start) and resource != start else None


def has(actions: Iterable[str], request: Request) -> bool:
    """Whether a request's action is one of these."""
    asked = request.action.lower()
    return any(action.lower() == asked for action in actions)


def levels_with(levels: Mapping[L, Iterable[str]], request: Request) -> Iterator[L]:
    """Yield the levels that have a request's action, in their order."""
    return (level for level, actions in levels.items() if has(actions, request))


def folder(key: str) -> str:
    """Return the folder of an object's key, `out/` of `out/m.tgz`; the key itself at the top."""
    inner, slash, _ = key.rpartition("/")
    return inner + slash or key


def with_key(entry: T, held: Sequence[T], *same: str) -> T:
    """Return an entry with the KMS key of one that is held already for the same thing, if any.

    What is encrypted takes its key, whoever asks; `same` are the keys that name the thing.
    """
    mine = cast("dict[str, Any]", entry)
    for other in cast("Sequence[dict[str, Any]]", held):
        if "key" in other and all(other.get(name) == mine[name] for name in same):
            return cast("T", {**mine, "key": other["key"]})
    return entry
