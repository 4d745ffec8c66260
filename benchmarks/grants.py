"""From stack config to documents: how long a thousand roles take, beside writing them alone.

The floor is `json.dumps` of the very documents that come out. Runs are interleaved and the best of
each counts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from rolewright.grants import RolePlan, Target, draft_stack_config, plan_stack

if TYPE_CHECKING:
    from collections.abc import Callable

ROLES = 1000
MOST_SECONDS = 1.0

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")


def roles(count: int) -> dict[str, Any]:
    """Return the stack config of so many roles, eight grants each."""
    return {
        f"Role{number}": {
            "buckets": [
                {"name": f"data-{number}", "access": ["list", "read"]},
                {"name": "artifacts", "access": ["write"], "prefixes": [f"{number}/"]},
                {"name": "models", "access": ["list", "read", "write"]},
            ],
            "dynamodb": [
                {"table": f"features-{number}", "access": ["read"]},
                {"table": f"runs-{number}", "access": ["read", "write"]},
            ],
            "policies": {
                "Shared": {"buckets": [{"name": "shared", "access": ["read"]}]},
                "Own": {"managed": True, "dynamodb": [{"table": "own", "access": ["read"]}]},
            },
            "activities": {"access-s3-buckets": {"buckets": [f"work-{number}"]}},
        }
        for number in range(count)
    }


def planned(text: str) -> tuple[RolePlan, ...]:
    """Return the plans of a stack config, from its text as the engine hands it over."""
    return plan_stack(draft_stack_config("dev", text, None), TARGET)


def documents(plans: tuple[RolePlan, ...]) -> list[Any]:
    """Return every document of every role as plain values."""
    return [
        json.loads(found)
        for plan in plans
        for found in (
            plan.trust_text or "{}",
            *(policy.text for policy in (*plan.policies, *plan.managed)),
        )
    ]


def seconds(work: Callable[[], object]) -> float:
    """Return how much time of one core a piece of work takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> int:
    """Measure and print; 1 where it takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    text = json.dumps(roles(ROLES))
    values = documents(planned(text))
    ours, floor = (
        min(taken)
        for taken in zip(
            *(
                (
                    seconds(lambda: planned(text)),
                    seconds(lambda: [json.dumps(value) for value in values]),
                )
                for _ in range(runs)
            ),
            strict=True,
        )
    )
    print(f"{ROLES} roles, {len(values)} documents")
    print(f"config to documents  {ours:6.3f} s   {ours / floor:5.1f} x json.dumps   (at most 1 s)")
    print(f"json.dumps alone     {floor:6.3f} s")
    return int(ours > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
