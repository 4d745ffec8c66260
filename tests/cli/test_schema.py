"""`rolewright schema`: the schema of a stack's file, as JSON."""

from __future__ import annotations

import json

from click.testing import CliRunner

from rolewright.cli import main
from rolewright.grants import stack_schema


def test_the_schema_is_printed_as_json() -> None:
    done = CliRunner().invoke(main, ["schema"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == stack_schema()
