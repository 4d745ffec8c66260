"""The JSON Schema of a stack's file, made from the models, so that editors complete it.

https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter
from typing_extensions import get_original_bases, is_typeddict

from rolewright.grants.activities import activities
from rolewright.grants.keys import NAMESPACE
from rolewright.grants.role import PolicyArgs, RoleArgs, RoleDefaults
from rolewright.grants.stack import Environment
from rolewright.grants.strict import documented

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINITIONS = "#/$defs/{model}"


def stack_schema() -> dict[str, Any]:
    """Return the schema of a `Pulumi.<stack>.yaml`: its config, with the keys of this project."""
    definitions: dict[str, Any] = {}
    with documented():
        roles = _model(dict[str, RoleArgs], definitions)
        defaults = _model(RoleDefaults, definitions)
    for model, keys in inherited_descriptions().items():
        for key, text in keys.items():
            definitions[model]["properties"][key]["description"] = text
    _name_activities(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack of SageMaker execution roles",
        "type": "object",
        "required": ["config"],
        "properties": {
            "config": {
                "type": "object",
                "required": [f"{NAMESPACE}:environment", f"{NAMESPACE}:roles"],
                "properties": {
                    "aws:region": {
                        "type": "string",
                        "description": "The region, such as `eu-west-1`.",
                    },
                    f"{NAMESPACE}:environment": {
                        "enum": [member.value for member in Environment],
                        "description": "How strict the guardrails are.",
                    },
                    f"{NAMESPACE}:defaults": defaults,
                    f"{NAMESPACE}:roles": {
                        **roles,
                        "minProperties": 1,
                        "description": "The roles by name.",
                    },
                },
                # A misspelled key of the project would otherwise pass for another namespace's.
                "patternProperties": {f"^{NAMESPACE}:(?!environment$|defaults$|roles$)": False},
            }
        },
        "$defs": dict(sorted(definitions.items())),
    }


def inherited_descriptions() -> dict[str, dict[str, str]]:
    """Return what each inherited key is for, by the name of the model that inherits it.

    Pydantic, like Pulumi's analyser, finds in a model's source those of the model itself alone.
    """
    with documented():
        return {model.__name__: dict(_inherited(model)) for model in (PolicyArgs, RoleArgs)}


def _inherited(model: Any) -> Iterator[tuple[str, str]]:
    for base in filter(is_typeddict, get_original_bases(model)):
        yield from _inherited(base)
        own = TypeAdapter[Any](base).json_schema()["properties"]
        yield from ((key, given["description"]) for key, given in own.items())


def _model(model: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a model's schema; the models within it go to the definitions."""
    schema = _untitled(TypeAdapter[Any](model).json_schema(ref_template=_DEFINITIONS))
    definitions.update(schema.pop("$defs", {}))
    return schema


def _untitled(part: Any) -> Any:
    """Return a schema without the titles that pydantic makes up of names."""
    if isinstance(part, dict):
        named = cast("dict[str, Any]", part)
        return {
            key: _untitled(value)
            for key, value in named.items()
            if key != "title" or not isinstance(value, str)
        }
    if isinstance(part, list):
        return [_untitled(value) for value in cast("list[Any]", part)]
    return part


def _name_activities(definitions: dict[str, Any]) -> None:
    """Let an editor offer the activities by name, each with what it is."""
    role = definitions["RoleArgs"]["properties"]
    inputs = role["activities"]["additionalProperties"]
    role["activities"]["properties"] = {
        name: {**inputs, "description": activity.description}
        for name, activity in activities().items()
    }
    role["activities"]["additionalProperties"] = False
