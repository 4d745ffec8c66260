"""Make the snapshots: `make reference`."""

from __future__ import annotations

import argparse
import sys

from rolewright.reference.make.archive import differing_members, write
from rolewright.reference.make.authorization import NEWER, authorization_members
from rolewright.reference.make.managed import live_policies, managed_members, moto_policies
from rolewright.reference.store import AUTHORIZATION, DATA, MANAGED, read_sources


def main(arguments: list[str] | None = None) -> int:
    """Write both archives, or compare them with their sources; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m rolewright.reference.make", description=__doc__
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--live", action="store_true", help="managed policies from AWS, with your own credentials"
    )
    choice.add_argument(
        "--check", action="store_true", help="say where the archives differ from the named releases"
    )
    given = parser.parse_args(arguments)
    return _check() if given.check else _make(live=given.live)


def _make(*, live: bool) -> int:
    write(AUTHORIZATION, authorization_members("latest"))
    write(MANAGED, managed_members(*(live_policies() if live else moto_policies())))
    for name in (AUTHORIZATION, MANAGED):
        sys.stdout.write(f"{name}: {(DATA / name).stat().st_size} bytes\n")
    return 0


def _check() -> int:
    version = next(source.version for source in read_sources() if source.package == NEWER)
    differing = 0
    for archive, members in (
        (AUTHORIZATION, authorization_members(version)),
        (MANAGED, managed_members(*moto_policies())),
    ):
        for member in differing_members(archive, members):
            sys.stdout.write(
                f"{archive}: `{member}` differs from its source; run `make reference`\n"
            )
            differing += 1
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
