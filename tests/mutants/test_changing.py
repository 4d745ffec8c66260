"""What becomes a mutant, and that the list of those that may survive is of mutants there are."""

from __future__ import annotations

import pytest

from tests.mutants.accepting import accepted, all_mutants
from tests.mutants.changing import mutants


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "def f(a, b):\n    if a and b:\n        yield a",
            [
                "a dropped from a and b",
                "b dropped from a and b",
                "a and b -> True",
                "a and b -> False",
                "yield a dropped",
            ],
        ),
        (
            "def f(a):\n    return a < 1",
            ["a < 1 -> True", "a < 1 -> False", "a < 1 -> a <= 1"],
        ),
        (
            "def f(a):\n    return any(x for x in a if x)",
            [
                "any((x for x in a if x)) -> True",
                "any((x for x in a if x)) -> False",
                "any((x for x in a if x)) -> all((x for x in a if x))",
                "x -> True",
                "x -> False",
            ],
        ),
        (
            "def f(a, b):\n    return a.lower() & ~b",
            [
                "a.lower() & ~b -> a.lower()",
                "a.lower() & ~b -> ~b",
                "a.lower() -> a",
                "~b -> b",
            ],
        ),
        (
            "def f(a):\n    for x in a:\n        if x:\n            continue\n        return\n    a |= 1",
            ["x -> True", "x -> False", "continue dropped", "return dropped", "a |= 1 dropped"],
        ),
        ("def f():\n    return Violation(message='m', level=L)", ["level=L dropped"]),
        ("NAMES = ('a', 'b')", ["'a' dropped", "'b' dropped"]),
        ("class C:\n    def f(self):\n        return not self.a", None),
        ("if TYPE_CHECKING:\n    a = ('b',)", []),
        ("__all__ = ['a']", []),
        ("def f(a: X[1 < 2]):\n    '''Do.'''\n    raise ValueError(a < 1)", []),
    ],
)
def test_each_condition_is_removed_or_turned(source: str, expected: list[str] | None) -> None:
    found = list(mutants("m", source))
    if expected is None:
        assert [one.id for one in found] == [
            "m.C.f: not self.a -> True",
            "m.C.f: not self.a -> False",
        ]
    else:
        assert [one.change for one in found] == expected
    for one in found:
        compile(one.source, "m", "exec")


def test_changes_that_read_alike_are_told_apart() -> None:
    found = mutants("m", "def f(a):\n    if a:\n        g()\n    if a:\n        h()")
    assert [one.id for one in found if "True" in one.change] == [
        "m.f: a -> True",
        "m.f: a -> True #2",
    ]


def test_what_may_survive_is_a_mutant_and_has_a_reason() -> None:
    ids = [one.id for one in all_mutants()]
    assert len(set(ids)) == len(ids)
    assert set(accepted()) <= set(ids)
    assert all(accepted().values())
