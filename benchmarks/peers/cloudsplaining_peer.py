"""How long cloudsplaining takes for the policies of a file, imports and a first look left out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from cloudsplaining.command.scan_policy_file import (  # pyright: ignore[reportMissingImports]  # in an environment of its own
    scan_policy,  # pyright: ignore[reportUnknownVariableType]
)

TEXTS: list[str] = list(json.loads(Path(sys.argv[1]).read_text()).values())


def findings(text: str) -> Any:
    """Return what its command `scan-policy-file` has to say of a policy."""
    return scan_policy(json.loads(text))  # pyright: ignore[reportUnknownVariableType]


findings(TEXTS[0])
START = time.process_time()
for each in TEXTS:
    findings(each)
print(time.process_time() - START)
