"""One run at a time on a state folder."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local_aws.faults import Fault
from local_aws.paths import ROOT
from local_aws.run_lock import exclusive

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, time
from pathlib import Path
from local_aws.run_lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_which_process_holds_the_state(tmp_path: Path) -> None:
    with exclusive(tmp_path / "state"):
        said = f"another run is under way (process {os.getpid()}); wait for it, or end it"
        with pytest.raises(Fault) as fault, exclusive(tmp_path / "state"):
            raise AssertionError
        assert str(fault.value) == said
        # The one that was refused has changed nothing: the next is told the same.
        with pytest.raises(Fault) as fault, exclusive(tmp_path / "state"):
            raise AssertionError
        assert str(fault.value) == said
    with exclusive(tmp_path / "state"), exclusive(tmp_path / "other"):
        pass


def test_a_holder_that_has_not_written_its_number_yet_is_waited_for_as_well(
    tmp_path: Path,
) -> None:
    with exclusive(tmp_path):
        (tmp_path / "run.lock").write_text("")
        with pytest.raises(Fault, match=r"^another run is under way; wait for it, or end it$"):
            exclusive(tmp_path).__enter__()


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Fault, match=rf"process {holder.pid}\)"), exclusive(tmp_path):
            raise AssertionError
        holder.kill()
        holder.wait()
    with exclusive(tmp_path):
        pass


def test_what_a_run_starts_does_not_hold_the_state(tmp_path: Path) -> None:
    with exclusive(tmp_path):
        child = subprocess.Popen(["sleep", "60"])
    try:
        with exclusive(tmp_path):
            pass
    finally:
        child.kill()
        child.wait()
