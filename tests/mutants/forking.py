"""Child processes, as many at a time as there are cores, each with an end to its time and memory."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import tempfile
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

_SLACK = 10
"""Seconds that a test may take longer on a mutant, and how many times as long."""
_MEMORY = 4 << 30


def limit(usual: float) -> None:
    """End the process where a test takes far too long, as one does that a mutant sends round in circles."""
    most = int(time.process_time() + _SLACK + _SLACK * usual)
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def each(tries: Iterable[tuple[T, Callable[[], int]]]) -> Iterator[tuple[T, bool]]:
    """Yield of each thing whether what is tried of it returns 0, as they are done."""
    running: dict[int, T] = {}
    for thing, attempt in tries:
        if len(running) == (os.cpu_count() or 1):
            yield _ended(running)
        running[_fork(attempt)] = thing
    while running:
        yield _ended(running)


def _ended(running: dict[int, T]) -> tuple[T, bool]:
    process, status = os.wait()
    return running.pop(process), status == 0


def _fork(attempt: Callable[[], int]) -> int:
    """Run something in a child, and return its process; an exception in it counts as 1."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        _silence()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(ValueError, OSError):  # macOS knows no such limit
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
        with tempfile.TemporaryDirectory() as folder:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
            code = attempt()
    finally:
        os._exit(code)


def _silence() -> None:
    """Send what this process prints nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def in_child(work: Callable[[], Any]) -> Any:
    """Return what something returns that is done in a child, so that nothing of it stays here."""
    with tempfile.TemporaryFile() as file:
        process = os.fork()
        if not process:
            try:
                _silence()
                pickle.dump(work(), file)
                file.flush()
            except BaseException as error:  # noqa: BLE001  # whatever it is, the parent tells it
                pickle.dump(RuntimeError(f"{type(error).__name__}: {error}"), file)
                file.flush()
            finally:
                os._exit(0)
        os.waitpid(process, 0)
        file.seek(0)
        found = pickle.load(file)  # noqa: S301  # our own child wrote it
    if isinstance(found, RuntimeError):
        raise found
    return found
