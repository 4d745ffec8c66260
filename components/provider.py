"""The component as a provider, so that programs in TypeScript, Go, YAML and others can use it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pulumi
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from components.sagemaker_role import SageMakerRole
from rolewright.grants import RoleArgs, inherited_descriptions

if TYPE_CHECKING:
    from pulumi.provider import ConstructResult
    from pulumi.provider.experimental.analyzer import ComponentDefinition

PACKAGE = "rolewright"
VERSION = "0.1.0"


class RoleProvider(ComponentProvider):
    """Makes a `SageMakerRole` of the arguments that a program in any language gives.

    They reach the component as they are, for its own validation: the SDK's way would drop a key
    that is misspelled, and every entry of a list of words, such as `access`.
    """

    def __init__(self) -> None:
        super().__init__([SageMakerRole], PACKAGE, version=VERSION)
        self.schema = json.dumps(_described(json.loads(self.schema or "{}")))

    def map_inputs(
        self, inputs: pulumi.Inputs, component_def: ComponentDefinition
    ) -> pulumi.Inputs:
        """Return the inputs with whole numbers as such: the protocol has no integers."""
        del component_def
        return cast("pulumi.Inputs", _with_integers(inputs))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make the component. Raises pulumi.RunError for arguments that can't be honoured."""
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, pulumi.RunError):
                # As a failure of the component itself it would be shown with a traceback.
                raise error.inner from None
            raise


def package_schema() -> dict[str, Any]:
    """Return the schema by which Pulumi makes the component's SDKs."""
    return cast("dict[str, Any]", json.loads(RoleProvider().schema or "{}"))


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with what inherited arguments are for, too."""
    (component,) = schema["resources"].values()
    types = {name.rpartition(":")[2]: found for name, found in schema["types"].items()}
    types[RoleArgs.__name__] = {"properties": component["inputProperties"]}
    for model, keys in inherited_descriptions().items():
        for key, text in keys.items():
            types[model]["properties"][key]["description"] = text
    return schema


def _with_integers(value: object) -> object:
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        return {key: _with_integers(entry) for key, entry in entries.items()}
    if isinstance(value, list):
        return [_with_integers(entry) for entry in cast("list[object]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def write_schema(path: Path) -> None:
    """Write the schema as a file."""
    path.write_text(json.dumps(package_schema(), indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
