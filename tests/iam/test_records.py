"""Values that are made by the thousand, and answers that are kept by which value it is."""

from __future__ import annotations

import pytest

from rolewright.iam.records import by_identity, record


@record()
class _Pair:
    one: int
    other: tuple[int, ...] = ()


@record(eq=False)
class _Single:
    one: int


def test_equal_records_have_one_hash() -> None:
    assert _Pair(one=1) == _Pair(one=1, other=())
    assert len({_Pair(one=1), _Pair(one=1), _Pair(one=2)}) == 2
    assert repr(_Pair(one=1)) == "_Pair(one=1, other=())"


def test_a_record_may_be_equal_to_itself_alone() -> None:
    one, other = _Single(one=1), _Single(one=1)
    assert one != other
    assert len({one, other}) == 2


def test_a_record_has_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        _Pair(one=1).another = 2  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        _Pair(1)  # type: ignore[call-arg]


def test_answers_are_kept_by_which_value_it_is() -> None:
    asked: list[list[int]] = []

    @by_identity(maxsize=2)
    def total(values: list[int]) -> int:
        asked.append(values)
        return sum(values)

    one, same = [1, 2], [1, 2]
    assert [total(one), total(one), total(same), total(one)] == [3, 3, 3, 3]
    assert len(asked) == 2
    # The oldest goes, and is worked out anew.
    third = [4]
    assert (total(third), total(same), total(one)) == (4, 3, 3)
    assert [id(values) for values in asked] == [id(one), id(same), id(third), id(one)]


def test_a_value_whose_answer_is_kept_stays_alive() -> None:
    @by_identity(maxsize=4)
    def first(values: list[int]) -> int:
        return values[0]

    # Were it not kept, the next list would often stand where the last one stood.
    assert [first([number]) for number in range(50)] == list(range(50))
