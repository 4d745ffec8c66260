"""Run one fuzz target: `python -m tests.fuzz documents -max_total_time=60`.

The targets are the modules beside this one; each has `one_input`, which takes any bytes and raises
only where the library is wrong, and `SEEDS`, the inputs to begin with. atheris is installed by
`make fuzz`.
"""

from __future__ import annotations

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Fuzz the named target with the options of libFuzzer that follow it."""
    # It has no types, and is not there but for fuzzing.
    atheris: Any = import_module("atheris")
    program, target, *options = sys.argv
    with atheris.instrument_imports(include=["rolewright", "json"]):
        module = import_module(f"tests.fuzz.{target}")
    # atheris ends the process, so that what is temporary is left to the system.
    seeds = Path(tempfile.mkdtemp())
    for number, seed in enumerate(module.SEEDS):
        (seeds / str(number)).write_bytes(seed)
    atheris.Setup([program, *options, str(seeds)], module.one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
