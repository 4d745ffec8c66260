"""For tests: the real engine over a project of the test's own, against a local AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from local_aws.provider.session import Clients
from local_aws.workspace import POLICY_PACK, Outcome, Program, Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from local_aws.engine import Engine
    from local_aws.server import Server

STACK = "test"


class Sandbox:
    """A stack with a state of its own. `program` is the project's own where it is None."""

    def __init__(self, folder: Path, engine: Engine, server: Server) -> None:
        self.folder = folder
        self.engine = engine
        self.server = server
        self.clients = Clients(endpoint=server.endpoint, region="eu-west-1")
        self.config: dict[str, Any] = {
            "aws:region": "eu-west-1",
            "sagemaker-roles:environment": "local",
        }

    def roles(self, roles: Mapping[str, Any]) -> None:
        """Set the roles of the stack config."""
        self.config["sagemaker-roles:roles"] = roles

    def workspace(self, program: Program | None = None) -> Workspace:
        """Write the stack's files and return the workspace."""
        yaml: Any = YAML()
        (self.folder / "Pulumi.yaml").write_text("name: sagemaker-roles\nruntime: python\n")
        with (self.folder / f"Pulumi.{STACK}.yaml").open("w") as file:
            yaml.dump({"config": self.config}, file)
        return Workspace(
            state=self.folder / "state",
            engine=self.engine,
            endpoint=self.server.endpoint,
            project=self.folder,
            program=program,
        )

    def preview(self, program: Program | None = None, **options: Any) -> Outcome:
        """Preview with the pack."""
        return self.workspace(program).preview(STACK, **options)

    def up(
        self,
        program: Program | None = None,
        *,
        packs: Sequence[Path] = (POLICY_PACK,),
        **options: Any,
    ) -> Outcome:
        """Deploy with the pack, without a preview."""
        return self.workspace(program).up(STACK, packs=packs, **options)

    def refresh(self, program: Program | None = None) -> Outcome:
        """Refresh."""
        return self.workspace(program).refresh(STACK)

    def destroy(self, program: Program | None = None) -> Outcome:
        """Destroy."""
        return self.workspace(program).destroy(STACK)

    def role_names(self) -> set[str]:
        """Return the names of the roles that the local AWS has."""
        return {role["RoleName"] for role in self.clients.iam.list_roles()["Roles"]}
