"""Write the baseline of `new-access`: `pulumi stack export | python -m policy_pack.baseline`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rolewright.guardrails.baseline import make_baseline
from rolewright.stack import roles_of_export

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rolewright.guardrails.baseline import Baseline


def baseline_of(export: Mapping[str, Any]) -> Baseline:
    """Return what the roles of a deployed stack may do, from what `pulumi stack export` prints."""
    return make_baseline(roles_of_export(export))


def main() -> int:
    """Read an export on standard input, print the baseline; 2 where it is no export."""
    try:
        export = json.load(sys.stdin)
        found = baseline_of(export)
    except (ValueError, AttributeError, KeyError, TypeError):
        sys.stderr.write("standard input is not what `pulumi stack export` prints\n")
        return 2
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
