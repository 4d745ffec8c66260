"""Previews on the real engine: how cost grows with roles, and what the guardrails add.

A role has two inline policies, a managed one and the exclusive resources. Time per role is what a
role adds to the preview of one; the pack is compared with an empty one, which the engine and the
SDK treat alike. Runs are interleaved, and the best of each counts, so that a busy machine weighs
on all alike.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.engine import get_engine
from local_aws.server import temporary
from local_aws.testing import Sandbox
from local_aws.workspace import POLICY_PACK

if TYPE_CHECKING:
    from collections.abc import Sequence

FEW, MANY = 100, 500
GROWTH = 1.2
OVER_EMPTY = 1.25

# The SDK takes no pack without policies: one that looks at every resource, and does nothing.
_EMPTY = """from pulumi_policy import PolicyPack, ResourceValidationPolicy

nothing = ResourceValidationPolicy(
    name="nothing", description="Nothing.", validate=lambda args, report: None
)
PolicyPack(name="empty", policies=[nothing])
"""


def roles(count: int) -> dict[str, Any]:
    """Return the stack config of so many roles, each with buckets of its own."""
    return {
        f"Role{number}": {
            "managedPolicies": ["AmazonSNSReadOnlyAccess"],
            "buckets": [
                {"name": f"data-{number}", "access": ["read"]},
                {"name": "artifacts", "access": ["write"], "prefixes": [f"{number}/"]},
            ],
            "dynamodb": [{"table": f"table-{number}", "access": ["read"]}],
        }
        for number in range(count)
    }


def empty_pack(folder: Path) -> Path:
    """Write a policy pack of one rule that does nothing and return its folder."""
    pack = folder / "empty_pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text("name: empty\nruntime: python\n")
    (pack / "__main__.py").write_text(_EMPTY)
    return pack


def seconds(sandbox: Sandbox, count: int, packs: Sequence[Path]) -> float:
    """Return how long a preview of so many roles takes."""
    sandbox.roles(roles(count))
    workspace = sandbox.workspace()
    started = time.perf_counter()
    outcome = workspace.preview("test", packs=packs)
    taken = time.perf_counter() - started
    if outcome.failed:
        raise RuntimeError("; ".join(outcome.errors))
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs: int = parser.parse_args().runs
    engine = get_engine(lambda said: print(said, end="\r"))
    with tempfile.TemporaryDirectory() as folder, temporary() as server:
        sandbox = Sandbox(Path(folder), engine, server)
        ours, empty = [POLICY_PACK], [empty_pack(Path(folder))]
        wanted = [(1, ours), (1, empty), (FEW, ours), (FEW, empty), (MANY, ours), (MANY, empty)]
        best = [
            min(times)
            for times in zip(
                *([seconds(sandbox, count, packs) for count, packs in wanted] for _ in range(runs)),
                strict=True,
            )
        ]
    one, _, few, few_empty, many, many_empty = best
    per_few, per_many = (few - one) / (FEW - 1), (many - one) / (MANY - 1)
    print(f"preview of 1 role         {one:6.2f} s")
    print(f"preview of {FEW} roles      {few:6.2f} s   {1000 * per_few:6.2f} ms a role")
    print(f"preview of {MANY} roles      {many:6.2f} s   {1000 * per_many:6.2f} ms a role")
    print(f"cost a role, {MANY} to {FEW}   {per_many / per_few:6.2f} x   (at most {GROWTH})")
    print(
        f"our pack to an empty one  {few / few_empty:6.2f} x   at {FEW} roles (target {OVER_EMPTY})"
    )
    print(
        f"our pack to an empty one  {many / many_empty:6.2f} x   at {MANY} roles (target {OVER_EMPTY})"
    )


if __name__ == "__main__":
    main()
