"""A progress bar on standard error, for work that takes longer than a second on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sized
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that work may take before its progress is shown."""


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Yield the items, and show how far they are once it has taken a while; `what` names them.

    `total` is how many there are, for items that don't say so themselves.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    # They take their time, and are for terminals alone.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=len(items) if isinstance(items, Sized) else total)
    began = time.monotonic()
    try:
        for done, item in enumerate(items):
            if time.monotonic() - began > PATIENCE:
                bar.start()
            bar.update(task, completed=done)
            yield item
    finally:
        bar.stop()
