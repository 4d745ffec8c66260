"""Write the baseline of `new-access`: `pulumi stack export | python -m policy_pack.baseline`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from policy_pack.properties import Resource, account_of
from policy_pack.subjects import whole_view
from rolewright.guardrails.baseline import make_baseline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rolewright.guardrails.baseline import Baseline


def baseline_of(export: Mapping[str, Any]) -> Baseline:
    """Return what the roles of a deployed stack may do, from what `pulumi stack export` prints."""
    return make_baseline(whole_view(_resources(export)).roles())


def _resources(export: Mapping[str, Any]) -> Iterator[Resource]:
    deployment: dict[str, Any] = export.get("deployment") or {}
    deployed: list[dict[str, Any]] = deployment.get("resources") or []
    by_urn = {found["urn"]: found for found in deployed}
    for found in deployed:
        if found.get("delete"):
            continue  # It was replaced, and only its deletion is left.
        # The URN of the provider's resource, and its id after that.
        provider = found.get("provider", "").rpartition("::")[0] or None
        config = by_urn.get(provider or "", {}).get("inputs", {})
        yield Resource(
            type=found["type"],
            urn=found["urn"],
            name=found["urn"].rpartition("::")[2],
            props=found.get("outputs") or found.get("inputs") or {},
            parent=found.get("parent"),
            provider=provider,
            account=account_of(config),
            dependencies=found.get("propertyDependencies") or {},
        )


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
