"""The snapshots are read by several processes that one was forked into, as for all cores at once."""

from __future__ import annotations

import os

from rolewright.reference import managed_policy, managed_policy_names

NAMES = managed_policy_names()


def test_forked_processes_read_at_once() -> None:
    managed_policy(NAMES[0])
    children: list[int] = []
    for _ in range(4):
        child = os.fork()
        if not child:
            try:
                for name in NAMES:
                    assert managed_policy(name) is not None
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
