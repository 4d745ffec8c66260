"""A dump judged on all cores, in the dump's order, with a few batches at a time in memory."""

from __future__ import annotations

import gc
import os
from collections import deque
from typing import TYPE_CHECKING

from rolewright.audit.dump import OpenDump
from rolewright.audit.judging import Audited, audit_subject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from rolewright.audit.dump import Dump
    from rolewright.audit.judging import Rules

_AHEAD = 3
"""Batches a core that are under way or wait to be taken."""
_SELDOM = (200_000, 20, 20)
"""When garbage is looked for; as often as by default, it takes a sixth of all time."""


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def audit_dump(
    dump: Dump, rules: Rules, source: str | None, workers: int | None = None
) -> Iterator[Audited]:
    """Yield what is found of each role of a dump. Raises InvalidDetail."""
    workers = min(cores() if workers is None else workers, len(dump.batches))
    if workers <= 1:
        judge = _Judge(dump, rules, source)
        for batch in dump.batches:
            yield from judge(batch)
        judge.close()
        return
    # It takes its time, and few dumps are large.
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    with ProcessPoolExecutor(
        workers, initializer=start_worker, initargs=(dump, rules, source)
    ) as pool:
        waiting: deque[Future[list[Audited]]] = deque()
        try:
            for batch in dump.batches:
                waiting.append(pool.submit(judge_batch, batch))
                if len(waiting) > workers * _AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class _Judge:
    def __init__(self, dump: Dump, rules: Rules, source: str | None) -> None:
        self._dump, self._rules, self._source = OpenDump(dump), rules, source

    def __call__(self, batch: tuple[int, int]) -> list[Audited]:
        account = self._dump.account
        return [
            audit_subject(account.role(detail), self._rules, self._source)
            for detail in self._dump.details(batch)
        ]

    def close(self) -> None:
        self._dump.close()


_judge: list[_Judge] = []
"""The one judge of a worker process."""


def start_worker(dump: Dump, rules: Rules, source: str | None) -> None:
    """Begin a worker process."""
    _judge[:] = [_Judge(dump, rules, source)]
    # What a process starts with is there to stay, and nearly all else goes with its role.
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def judge_batch(batch: tuple[int, int]) -> list[Audited]:
    """Judge a batch in a worker process."""
    return _judge[0](batch)
