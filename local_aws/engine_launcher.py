"""Become the engine, in a session of its own, with its process id written down.

`python engine_launcher.py PID_FILE ENGINE ARGUMENTS...`; run without the project's packages.
"""

import os
import sys

if __name__ == "__main__":
    os.setsid()
    with open(sys.argv[1], "w") as pid_file:  # noqa: PTH123  # keeps the start fast
        pid_file.write(str(os.getpid()))
    os.execv(sys.argv[2], ["pulumi", *sys.argv[3:]])  # noqa: S606  # it is the engine, by its path
