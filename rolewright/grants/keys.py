"""The keys of a stack's config: which there are, and what a misspelled one was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.grants.problems import Problem
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMESPACE = "sagemaker-roles"
"""The project's name, under which Pulumi keeps its config."""

_KEYS = ("environment", "defaults", "roles")


def unknown_keys(keys: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each key of a stack's config that the program would never read.

    `keys` are whole, such as `sagemaker-roles:roles` or `aws:region`. Keys of other namespaces are
    for others to judge, but for one that looks like ours.
    """
    for key in keys:
        namespace, colon, name = key.rpartition(":")
        if not colon:
            if meant := nearest(name, _KEYS):
                yield Problem(path=key, message=f"has no namespace; write `{NAMESPACE}:{meant}`")
        elif namespace == NAMESPACE:
            if name not in _KEYS:
                yield Problem(path=name, message=_unknown(name))
        elif meant := nearest(namespace, (NAMESPACE,)):
            yield Problem(
                path=key, message=f"is of no known namespace; did you mean `{meant}:{name}`?"
            )


def _unknown(name: str) -> str:
    meant = nearest(name, _KEYS)
    hint = f"; did you mean `{meant}`?" if meant else ""
    return f"is not a known key{hint} ({', '.join(_KEYS)})"
