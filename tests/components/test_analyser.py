"""Pulumi's own analyser takes the component: other languages and editors read its schema."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

from pulumi.provider.experimental.analyzer import Analyzer, PropertyType
from pulumi.provider.experimental.component import ComponentProvider

from components.sagemaker_role import SageMakerRole
from rolewright.grants import RoleArgs
from rolewright.grants.kinds import grant_kinds


def test_the_analyser_finds_every_argument_of_a_role() -> None:
    found = Analyzer("rolewright").analyze([SageMakerRole])
    component = found["component_definitions"]["SageMakerRole"]
    assert set(component.inputs) == set(get_type_hints(RoleArgs))
    assert all(given.optional for given in component.inputs.values())
    assert component.inputs["maxSessionDuration"].type is PropertyType.INTEGER
    assert component.inputs_mapping == {name: name for name in component.inputs}


def test_the_analyser_finds_the_outputs_and_not_the_plan() -> None:
    found = Analyzer("rolewright").analyze([SageMakerRole])
    component = found["component_definitions"]["SageMakerRole"]
    assert set(component.outputs) == {"arn", "name", "documents", "checklist"}


def test_the_analyser_finds_the_types_of_grants_with_their_words() -> None:
    types = Analyzer("rolewright").analyze([SageMakerRole])["type_definitions"]
    assert set(types) == {
        "ActivityArgs",
        "BucketAccess",
        "BucketGrant",
        "ChecklistItem",
        "CatalogAccess",
        "CatalogGrant",
        "EncryptionArgs",
        "FileSystemAccess",
        "FileSystemGrant",
        "ImageGrant",
        "KeyGrant",
        "KeyGrants",
        "KeyUse",
        "LogAccess",
        "LogGrant",
        "MetricGrant",
        "ModelGrant",
        "NetworkArgs",
        "ParameterGrant",
        "PassRoleGrant",
        "Persona",
        "PolicyArgs",
        "QueryGrant",
        "QueueAccess",
        "QueueGrant",
        "RawStatement",
        "RepositoryAccess",
        "RepositoryGrant",
        "SecretGrant",
        "StatementEffect",
        "TableAccess",
        "TableGrant",
        "TopicGrant",
        "TrustArgs",
        "VpcGrant",
    }
    assert [word.value for word in types["BucketAccess"].enum or ()] == [
        "list",
        "read",
        "write",
        "delete",
    ]
    assert {kind.key for kind in grant_kinds()} < set(types["PolicyArgs"].properties)
    assert not types["BucketGrant"].properties["name"].optional
    assert types["BucketGrant"].properties["name"].description == "The bucket's name, not its ARN."


def test_a_component_provider_serves_the_schema() -> None:
    schema: dict[str, Any] = json.loads(
        ComponentProvider([SageMakerRole], "rolewright").schema or "{}"
    )
    resource = schema["resources"]["rolewright:index:SageMakerRole"]
    assert resource["isComponent"]
    assert resource["inputProperties"]["buckets"]["items"]["$ref"] == (
        "#/types/rolewright:index:BucketGrant"
    )
