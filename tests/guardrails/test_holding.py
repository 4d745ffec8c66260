"""What guardrails ask of grants, where no guardrail asks it."""

from __future__ import annotations

from rolewright.guardrails.holding import only_names
from tests.guardrails.roles import make_role


def test_a_key_that_no_table_has_may_have_several_values() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
        "Condition": {
            "ForAllValues:StringEquals": {"example:Teams": ["a"]},
            "Null": {"example:Teams": "false"},
        },
    }
    ((_, _, (grant,)),) = make_role({"policies": {"p": [statement]}}).effective.by_statement
    assert only_names(grant, "example:Teams", ["a"])
    assert not only_names(grant, "example:Teams", ["b"])
