"""What must be so for a rule to apply to a text of which a part is unknown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from rolewright.iam import comparing


@pytest.mark.parametrize(("all_but", "wanted"), [(True, [False, False]), (False, [True, True])])
def test_unknown_texts_are_met_by_one_or_spared_by_all(
    *, all_but: bool, wanted: list[bool]
) -> None:
    rule: Any = SimpleNamespace(resources=SimpleNamespace(all_but=all_but))
    given: Any = comparing._given  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # rare from outside
    clauses = list(given([rule], [("a", "b")]))
    assert [sign for clause in clauses for _, sign in clause] == wanted
    assert len(clauses) == (2 if all_but else 1)
