"""Try the tests on mutants: `python -m tests.mutants`, or with names, those whose id has one in it.

A mutant that survives all tests must stand in `accepted.json` with a reason, or this fails; so does
one that stands there and is killed, or is no mutant any more.
"""

from __future__ import annotations

import importlib
import os
import sys
import time

from tests.mutants.accepting import accepted, all_mutants
from tests.mutants.changing import Mutant
from tests.mutants.running import afresh, file_of, quick

# What lies below the mutants is imported once, before the forks.
_BELOW = ("rolewright.grants.activities", "rolewright.lint", "rolewright.roles", "ruamel.yaml")


class _Progress:
    """Prints how far it is, to the terminal that the run began with."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done, self._left = what, total, 0, 0
        self._out = os.fdopen(os.dup(2), "w")
        self._last = 0.0

    def __call__(self, survived: bool) -> None:  # noqa: FBT001  # it is all there is to tell
        self._done += 1
        self._left += survived
        now, is_last = time.monotonic(), self._done == self._total
        if is_last or now - self._last > (1 if self._out.isatty() else 30):
            self._last = now
            end = "\r" if self._out.isatty() and not is_last else "\n"
            self._out.write(f"{self._what}: {self._done} of {self._total}, {self._left} left{end}")
            self._out.flush()


def main(names: list[str]) -> int:
    """Return 0 where exactly the accepted mutants survive, else 1."""
    began = time.monotonic()
    chosen = [
        mutant for mutant in all_mutants() if not names or any(name in mutant.id for name in names)
    ]
    for module in _BELOW:
        importlib.import_module(module)
    unchanged = _unchanged()
    in_functions = [unchanged, *(mutant for mutant in chosen if mutant.in_function)]
    called, survivors = quick(in_functions, _Progress("quick", len(in_functions)))
    again = [*survivors, *(mutant for mutant in chosen if not mutant.in_function)]
    left = {mutant.id for mutant in afresh(again, called, _Progress("afresh", len(again)))}
    if unchanged.id not in left:
        raise RuntimeError(
            "a module without a change is killed too, so nothing can be said of others"
        )
    left.remove(unchanged.id)
    return _report(chosen, left, time.monotonic() - began, whole=not names)


def _unchanged() -> Mutant:
    """Return what is no mutant, which must survive."""
    module = "rolewright.guardrails.linting"
    source = file_of(module).read_text()
    return Mutant(module=module, place="text_of", change="none", source=source, in_function=True)


def _report(chosen: list[Mutant], left: set[str], seconds: float, *, whole: bool) -> int:
    reasons = accepted()
    tried = {mutant.id for mutant in chosen}
    new = [mutant.id for mutant in chosen if mutant.id in left and mutant.id not in reasons]
    stale = [one for one in reasons if one not in left and (one in tried or whole)]
    for one in new:
        print(f"survives: {one}")  # noqa: T201  # a command prints
    for one in stale:
        why = "is killed" if one in tried else "is no mutant any more"
        print(f"stale in accepted.json, it {why}: {one}")  # noqa: T201  # as above
    print(  # noqa: T201  # as above
        f"{len(chosen)} mutants: {len(chosen) - len(left)} killed, "
        f"{len(left) - len(new)} accepted, {len(new)} survive; {seconds / 60:.0f} min"
    )
    return int(bool(new or stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
