"""First look-ups in the reference, each in a fresh interpreter, against two floors.

`python -c pass` is what any program pays, `import rolewright.iam` what any user of the library
pays before the reference is asked for anything. A time is the best of the runs, which are
interleaved, so that a busy machine weighs on all alike. Modules are compiled beforehand, into a
folder of the benchmark's own, since an environment may forbid to write them beside the source.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

RUNS = 15
FLOOR = "pass"
LIBRARY = "import rolewright.iam"
REFERENCE = "import rolewright.reference as r"
QUESTIONS = (
    FLOOR,
    LIBRARY,
    REFERENCE,
    f"{REFERENCE}; r.find_action('s3:GetObject')",
    f"{REFERENCE}; r.find_action('ec2:RunInstances')",
    f"{REFERENCE}; r.action_set('s3:Get*')",
    f"{REFERENCE}; r.action_set('*:*role*')",
    f"{REFERENCE}; r.condition_key_type('aws:RequestTag/team')",
    f"{REFERENCE}; r.managed_policy('AmazonSageMakerFullAccess')",
    f"{REFERENCE}; r.expand('*')",
)


def main() -> None:
    """Print each question's time, and its ratio to both floors."""
    best = dict.fromkeys(QUESTIONS, float("inf"))
    with tempfile.TemporaryDirectory() as compiled:
        seconds(REFERENCE, compiled)
        for _ in range(RUNS):
            for question in QUESTIONS:
                best[question] = min(best[question], seconds(question, compiled))
    print(f"{'ms':>7} {'x pass':>7} {'x iam':>7}  in a fresh interpreter")
    for question, taken in best.items():
        ratios = f"{taken / best[FLOOR]:7.1f} {taken / best[LIBRARY]:7.2f}"
        print(f"{taken * 1000:7.1f} {ratios}  {question.removeprefix(f'{REFERENCE}; ')}")


def seconds(program: str, compiled: str) -> float:
    """Return how long a fresh interpreter takes for a program, given a folder for bytecode."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
