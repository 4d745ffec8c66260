"""The account and region that documents are made for."""

import pytest

from rolewright.grants import Target


@pytest.fixture
def target() -> Target:
    return Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
