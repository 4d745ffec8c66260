"""The fuzz targets on the inputs that they begin with, so that they keep to the library."""

from __future__ import annotations

import pytest

from tests.fuzz import documents, evaluation


@pytest.mark.parametrize("data", [b"", b"\1", b"\0\xff", b"\3\xff", *documents.SEEDS])
def test_documents(data: bytes) -> None:
    documents.one_input(data)


@pytest.mark.parametrize("data", [b"", *evaluation.SEEDS[:20]])
def test_evaluation(data: bytes) -> None:
    evaluation.one_input(data)
