"""Running tests on mutants, each in a process of its own that is forked when the imports are done.

Two ways. `quick` has the tests collected once and puts the mutant's code into the functions of the
modules as they are. `afresh` imports the mutant and collects the tests on it: slower, but also right
for what is worked out at import, such as a table.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from tests.mutants.forking import each, in_child, limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.mutants.changing import Mutant

    Progress = Callable[[bool], None]

PACKAGES = ("rolewright.guardrails", "rolewright.escalation")
_TESTS = ("tests/guardrails", "tests/escalation")
_OPTIONS = ("-q", "-s", "-x", "-p", "no:cacheprovider", "-p", "no:cov")


@dataclass(frozen=True, slots=True)
class Called:
    """What a test calls, as modules and functions in them, and how many seconds it takes."""

    test: str
    functions: frozenset[tuple[str, str]]
    seconds: float


@dataclass(slots=True)
class _Plugin:
    """Takes over once the tests are collected: notes what each calls, then tries the mutants."""

    mutants: Sequence[Mutant]
    progress: Progress
    called: list[Called] = field(default_factory=list[Called])
    survivors: list[Mutant] = field(default_factory=list["Mutant"])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do what a session does, our way."""
        if session.testsfailed:
            raise pytest.UsageError("tests can't be collected; see what `make test` says")
        self.called = in_child(lambda: list(_recorded(session)))
        items = {item.nodeid: item for item in session.items}
        by_mutant = ((mutant, choose(self.called, mutant)) for mutant in self.mutants)
        for mutant, survived in each(
            (mutant, lambda m=mutant, c=chosen: _try(session, items, m, c))
            for mutant, chosen in by_mutant
        ):
            self.progress(survived)
            if survived:
                self.survivors.append(mutant)
        return True


def quick(mutants: Sequence[Mutant], progress: Progress) -> tuple[list[Called], list[Mutant]]:
    """Return what each test calls, and the mutants that survive; collects the tests only once.

    Raises RuntimeError where the tests fail as it is.
    """

    def run() -> tuple[list[Called], list[Mutant]]:
        plugin = _Plugin(mutants, progress)
        code = pytest.main([*_OPTIONS, *_TESTS], plugins=[plugin])
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            raise RuntimeError("the tests fail without a mutant; see what `make test` says")
        return plugin.called, plugin.survivors

    return in_child(run)


def afresh(
    mutants: Iterable[Mutant], called: Sequence[Called], progress: Progress
) -> Iterator[Mutant]:
    """Yield the mutants that survive all tests that call anything of their module."""
    for mutant, survived in each(
        (mutant, lambda m=mutant: _try_afresh(m, called)) for mutant in mutants
    ):
        progress(survived)
        if survived:
            yield mutant


def choose(
    called: Sequence[Called], mutant: Mutant, *, any_of_module: bool = False
) -> list[Called]:
    """Return the tests that call a mutant's function, or any of its module, the fastest first."""
    found = [
        one
        for one in called
        if (mutant.module, mutant.place) in one.functions
        or (any_of_module and any(module == mutant.module for module, _ in one.functions))
    ]
    return sorted(found or called, key=lambda one: one.seconds)


def _recorded(session: pytest.Session) -> Iterator[Called]:
    """Run the tests, without any cache that an earlier one has filled."""
    for number, item in enumerate(session.items):
        functions: set[tuple[str, str]] = set()

        def note(frame: Any, event: str, arg: object, to: set[Any] = functions) -> None:
            del event, arg
            module = frame.f_globals.get("__name__", "")
            if module.startswith(PACKAGES):
                to.add((module, frame.f_code.co_qualname.partition(".<locals>")[0]))

        _forget()
        began = time.process_time()
        sys.settrace(note)
        try:
            _run(session, item)
        finally:
            sys.settrace(None)
        if session.testsfailed:
            raise RuntimeError(f"{item.nodeid} fails without a mutant")
        yield Called(item.nodeid, frozenset(functions), time.process_time() - began)
        if number % 500 == 0:
            gc.collect()


def _try(
    session: pytest.Session, items: dict[str, pytest.Item], mutant: Mutant, chosen: list[Called]
) -> int:
    """Return 1 where a test fails on a mutant, 0 where none does."""
    _put_in(mutant)
    _forget()
    for one in chosen:
        limit(one.seconds)
        _run(session, items[one.test])
        if session.testsfailed:
            return 1
    return 0


def _run(session: pytest.Session, item: pytest.Item) -> None:
    session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _try_afresh(mutant: Mutant, called: Sequence[Called]) -> int:
    chosen = choose(called, mutant, any_of_module=True)
    order = {one.test: place for place, one in enumerate(chosen)}

    class Chosen:
        def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
            items[:] = sorted(
                (item for item in items if item.nodeid in order),
                key=lambda item: order[item.nodeid],
            )

    limit(sum(one.seconds for one in chosen))
    sys.meta_path.insert(0, _Finder(mutant))
    files = sorted({one.test.partition("::")[0] for one in chosen})
    return pytest.main([*_OPTIONS, *files], plugins=[Chosen()])


class _Finder:
    """Finds a mutant where its module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the mutant's spec, None for all other modules."""
        del path, target
        mutant = self._mutant
        if name != mutant.module:
            return None
        file = file_of(name)
        loader = _Loader(name, str(file))
        loader.source = mutant.source
        inside = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, file, loader=loader, submodule_search_locations=inside
        )


class _Loader(SourceFileLoader):
    source: str

    def get_code(self, fullname: str) -> CodeType:
        """Return the mutant's code."""
        return compile(self.source, self.get_filename(fullname), "exec")


def file_of(module: str) -> Path:
    """Return the file of a module of this repository."""
    path = Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _put_in(mutant: Mutant) -> None:
    """Give a function that exists the code of a mutant."""
    wanted: list[CodeType] = [compile(mutant.source, mutant.module, "exec")]
    for name in mutant.place.split("."):
        (wanted[0],) = (
            code
            for code in wanted[0].co_consts
            if isinstance(code, CodeType) and code.co_name == name
        )
    found: Any = sys.modules[mutant.module]
    for name in mutant.place.split("."):
        found = found.__dict__[name]
    _function(found).__code__ = wanted[0]


def _function(found: Any) -> FunctionType:
    """Return the function below a property or a cache."""
    if isinstance(found, property):
        found = found.fget
    if isinstance(found, cached_property):
        found = found.func
    return getattr(found, "__wrapped__", found)


def _forget() -> None:
    """Clear the caches of functions."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGES):
            for found in vars(module).values():
                if hasattr(found, "cache_clear"):
                    found.cache_clear()
