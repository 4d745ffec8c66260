"""Run a policy pack for the engine, where it has no Python language host to do so.

`python -m local_aws.analyzer ENGINE_ADDRESS FOLDER`, in the pack's folder.
"""

from __future__ import annotations

import runpy
import sys
import threading

from local_aws.orphans import end_with_parent

if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    # The runtime options that follow are for the official host, and the SDK's parser breaks on them.
    sys.argv = ["pulumi.policy", *sys.argv[1:3]]
    runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
