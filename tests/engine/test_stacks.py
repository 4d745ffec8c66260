"""The stacks that a person deploys, under the guardrails of their own environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.engine import Engine
    from local_aws.server import Server


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_stack_passes_the_guardrails_of_its_environment(
    engine: Engine, server: Server, tmp_path: Path, stack: str
) -> None:
    project = Project(tmp_path / "state", engine)
    project.use(server)
    said = project.run("preview", "--stack", stack)
    assert "4 roles, " in said
    assert ": 0 violations, " in said
    if stack != "dev":
        # Nothing was deployed to compare with.
        assert ", 1 advisory" in said
        assert "there is no baseline" in said
