"""All mutants there are, and those of them that may survive, each with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mutants.changing import mutants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mutants.changing import Mutant

_TOP = Path(__file__).parents[2]
_FOLDERS = ("rolewright/guardrails", "rolewright/escalation")
_ACCEPTED = Path(__file__).parent / "accepted.json"


def all_mutants() -> Iterator[Mutant]:
    """Yield the mutants of all modules whose conditions the tests must hold."""
    for folder in _FOLDERS:
        for path in sorted((_TOP / folder).rglob("*.py")):
            parts = path.relative_to(_TOP).with_suffix("").parts
            module = ".".join(parts).removesuffix(".__init__")
            yield from mutants(module, path.read_text())


def accepted() -> dict[str, str]:
    """Return the reasons for the mutants that may survive, by their ids."""
    groups: list[dict[str, Any]] = json.loads(_ACCEPTED.read_text())
    return {one: group["why"] for group in groups for one in group["mutants"]}
