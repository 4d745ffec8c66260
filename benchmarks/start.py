"""How soon each command answers: CPU time of a new process, as ratios in one run.

Each is compared with a process that does nothing, `python -c pass`, and with one that loads what the
stack config is checked with, `python -c 'import pydantic'`. Runs are interleaved, and the best of each
counts, so that a busy machine weighs on all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
NOTHING, PYDANTIC = "python -c pass", "python -c 'import pydantic'"
LIMITS = {"help": 1.2, "explain": 7.0}
"""How many times as long as loading pydantic a start may take, at most."""
_DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/SageMakerBasicRole/s is not authorized to perform: "
    "s3:PutObject on resource: arn:aws:s3:::example-bucket/x because no identity-based policy allows "
    "the s3:PutObject action"
)


def commands(folder: Path) -> dict[str, list[str]]:
    """Return the arguments of `python` for each start; what they read is written into a folder."""
    policy = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}
    document = {"Version": "2012-10-17", "Statement": [policy]}
    request = {"action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/key"}
    files = {
        "document": document,
        "role": {"name": "R", "identityPolicies": [document]},
        "request": {"identityPolicies": [document], "request": request},
    }
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    document_, role, asked = (str(folder / f"{name}.json") for name in files)
    config = ["--config", str(ROOT / "Pulumi.local.yaml")]
    explained = ["explain", "SageMakerBasicRole", "s3:PutObject", "arn:aws:s3:::example-bucket/x"]
    called = {
        "help": ["--help"],
        "explain": [*explained, *config],
        "diagnose": ["diagnose", _DENIED],
        "lint": ["lint", document_],
        "simulate": ["simulate", asked],
        "escalations": ["escalations", document_],
        "diff": ["diff", document_, document_],
        "audit": ["audit", document_],
        "graph": ["graph", document_],
        "adopt": ["adopt", "R", "--documents", role],
        "suggest": ["suggest", str(ROOT / "examples" / "events.json")],
        "schema": ["schema"],
    }
    return {
        NOTHING: ["-c", "pass"],
        PYDANTIC: ["-c", "import pydantic"],
        **{name: ["-m", "rolewright", *arguments] for name, arguments in called.items()},
    }


def measure(starts: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Return the least seconds of CPU of each start."""
    best = dict.fromkeys(starts, float("inf"))
    for _ in range(rounds):
        for name, arguments in starts.items():
            best[name] = min(best[name], _seconds(arguments))
    return best


def _seconds(arguments: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # As on most machines: what is compiled once is kept.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, check=False, env=environment
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1:
        raise RuntimeError(done.stderr.decode())
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, print, and end with 1 where a start takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    with tempfile.TemporaryDirectory() as folder:
        best = measure(commands(Path(folder)), parser.parse_args().rounds)
    slow = False
    for name, seconds in best.items():
        ratio = seconds / best[PYDANTIC]
        limit = LIMITS.get(name)
        slow |= limit is not None and ratio > limit
        most = f", at most {limit}" if limit else ""
        times = seconds / best[NOTHING]
        print(
            f"{name:<28} {seconds * 1000:5.0f} ms, {times:5.1f} times nothing, {ratio:4.1f} times "
            f"pydantic{most}"
        )
    sys.exit(slow)


if __name__ == "__main__":
    main()
