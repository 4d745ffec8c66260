"""How long parliament takes for the policies of a file, imports and a first look left out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from parliament import (  # pyright: ignore[reportMissingImports]  # in an environment of its own
    analyze_policy_string,  # pyright: ignore[reportUnknownVariableType]
)

TEXTS: list[str] = list(json.loads(Path(sys.argv[1]).read_text()).values())
analyze_policy_string(TEXTS[0])
START = time.process_time()
for text in TEXTS:
    analyze_policy_string(text)
print(time.process_time() - START)
