"""Resources as patterns: what can't be told is never said to be covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rolewright.iam import Undecided
from rolewright.roles import Role, covers_all, is_exact, narrow, overlap, resources

if TYPE_CHECKING:
    from typing import NoReturn


@pytest.mark.parametrize(
    ("outer", "inner", "covered"),
    [
        ("*", "arn:aws:s3:::a", True),
        ("arn:aws:s3:::a*", "arn:aws:s3:::ab", True),
        ("arn:aws:s3:::ab", "arn:aws:s3:::a*", False),
        ("arn:aws:s3:::${aws:userid}", "arn:aws:s3:::a", False),
        ("arn:aws:s3:::*", "arn:aws:s3:::${aws:userid}", True),
        ("arn:aws:s*:::a", "arn:aws:s3:::a", False),
        ("arn:aws:s3:::a", "arn:aws:s*:::a", True),
    ],
)
def test_all_of_one_is_of_another(outer: str, inner: str, *, covered: bool) -> None:
    assert covers_all(outer, inner) is covered


def test_what_takes_too_long_is_not_covered(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long(outer: str, inner: str) -> NoReturn:
        raise Undecided(outer + inner)

    monkeypatch.setattr(resources, "contains", too_long)
    assert not covers_all("arn:aws:s3:::a*", "arn:aws:s3:::ab*")


def test_some_of_one_may_be_of_another() -> None:
    assert overlap("arn:aws:s3:::a*", "arn:aws:s3:::*b")
    assert not overlap("arn:aws:s3:::a*", "arn:aws:s3:::b*")
    assert not overlap("arn:aws:s*:::a", "arn:aws:s3:::a")


def test_what_is_within_limits_is_narrowed() -> None:
    assert narrow(("arn:aws:s3:::a*",), ("arn:aws:s3:::ab", "arn:aws:s3:::b")) == (
        "arn:aws:s3:::ab",
    )


@pytest.mark.parametrize(
    ("resource", "exact"),
    [("arn:aws:s3:::a", True), ("arn:aws:s3:::a?", False), ("arn:aws:s3:::${aws:userid}", False)],
)
def test_an_exact_resource_is_one_arn(resource: str, *, exact: bool) -> None:
    assert is_exact(resource) is exact


@pytest.mark.parametrize(
    ("resource", "account", "arn"),
    [
        ("*", None, "arn:aws:iam::000000000000:role/ml/r"),
        ("*", "123456789012", "arn:aws:iam::123456789012:role/ml/r"),
        ("arn:aws-cn:iam::999999999999:role/*", None, "arn:aws-cn:iam::999999999999:role/ml/r"),
        ("arn:aws:iam::999999999999:role/*", "123456789012", "arn:aws:iam::123456789012:role/ml/r"),
        ("arn:*:iam::*:role/*", None, "arn:aws:iam::000000000000:role/ml/r"),
    ],
)
def test_what_is_not_known_of_a_roles_arn_is_as_the_resource_has_it(
    resource: str, account: str | None, arn: str
) -> None:
    assert Role(name="r", urn="r", path="/ml/", account=account).arn_within(resource) == arn
