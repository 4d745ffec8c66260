"""One run at a time on a state folder."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from local_aws.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def exclusive(state: Path) -> Generator[None]:
    """Hold a state folder while inside; the kernel lets go of it however this process ends.

    Raises Fault, with nothing touched, where another run holds it.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip()
            # It is empty for the moment between taking the lock and writing the number.
            process = f" (process {pid})" if pid else ""
            raise Fault(f"another run is under way{process}; wait for it, or end it") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
