"""aws.sagemaker.NotebookInstance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws.plugin import Plugin, RefusedError

if TYPE_CHECKING:
    from local_aws.provider.session import Clients

NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance"
PLAIN: dict[str, Any] = {
    "name": "lab",
    "instanceType": "ml.t3.medium",
    "roleArn": "arn:aws:iam::123456789012:role/R",
}
FULL: dict[str, Any] = {
    **PLAIN,
    "directInternetAccess": "Disabled",
    "kmsKeyId": "11111111-2222-3333-4444-555555555555",
    "rootAccess": "Disabled",
    "securityGroups": ["sg-1"],
    "subnetId": "subnet-1",
}


@pytest.mark.parametrize("inputs", [PLAIN, FULL], ids=["plain", "full"])
def test_a_notebook_lives_and_dies(
    plugin: Plugin, clients: Clients, inputs: dict[str, Any]
) -> None:
    made = plugin.create(NOTEBOOK, inputs)
    assert made.id == "lab"
    assert made.state["arn"].endswith(":notebook-instance/lab")
    assert plugin.diff(made).changed == []
    again = plugin.refresh(made)
    assert again is not None
    assert plugin.diff(again).changed == []
    plugin.delete(made)
    assert clients.sagemaker.list_notebook_instances()["NotebookInstances"] == []
    assert plugin.refresh(made) is None


def test_a_notebook_is_replaced_where_aws_changes_none(plugin: Plugin) -> None:
    made = plugin.create(NOTEBOOK, PLAIN)
    assert plugin.diff(made, subnetId="subnet-2").replaces == ["subnetId"]
    with pytest.raises(RefusedError):
        plugin.update(made, rootAccess="Disabled")
    plugin.delete(made)
