"""Serve the component to programs in other languages. The engine starts this as a plugin."""

import sys
from pathlib import Path

# The engine runs the plugin by its folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi.provider import main

from components.provider import RoleProvider

main(RoleProvider(), sys.argv[1:])
