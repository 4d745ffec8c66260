"""How near a statement comes to a request, element by element."""

from __future__ import annotations

from typing import Any

from rolewright.iam import Effect, Policies, PolicyType, Request, parse_document
from rolewright.iam.near import near_misses

ROLE = "arn:aws:sts::111122223333:assumed-role/app/one"
OBJECT = "arn:aws:s3:::data/x"


def policies(*statements: dict[str, Any], **other: Any) -> Policies:
    identity = (parse_document({"Version": "2012-10-17", "Statement": list(statements)}),)
    return Policies(identity=identity, **other)


def put(**context: str) -> Request:
    return Request(
        action="s3:PutObject",
        resource=OBJECT,
        principal=ROLE,
        context={key.replace("_", ":"): (value,) for key, value in context.items()},
    )


def test_the_nearest_comes_first_and_says_what_it_misses() -> None:
    held = policies(
        {"Sid": "Far", "Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:*:*:*"},
        {"Sid": "List", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b"},
        {"Sid": "Other", "Effect": "Allow", "Action": "s3:GetObject", "Resource": OBJECT},
    )
    near = near_misses(put(), held, Effect.ALLOW)
    assert [found.match.statement.sid for found in near] == ["List", "Other", "Far"]
    assert [[miss.element for miss in found.misses] for found in near] == [
        ["Resource"],
        ["Action"],
        ["Action", "Resource"],
    ]
    assert near[0].match.type is PolicyType.IDENTITY
    assert near[0].misses[0].values == ("arn:aws:s3:::b",)


def test_what_applies_is_no_near_miss() -> None:
    held = policies({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    assert near_misses(put(), held, Effect.ALLOW) == ()
    assert near_misses(put(), held, Effect.DENY) == ()


def test_each_condition_is_told_apart() -> None:
    held = policies(
        {
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:username": "ann"},
                "Bool": {"aws:SecureTransport": "true"},
            },
        }
    )
    (near,) = near_misses(put(aws_SecureTransport="true"), held, Effect.ALLOW)
    (miss,) = near.misses
    assert miss.element == "Condition"
    assert miss.condition is not None
    assert (miss.condition.operator, miss.condition.key) == ("StringEquals", "aws:username")
    assert miss.unresolved is None


def test_a_variable_without_a_value_is_named() -> None:
    held = policies(
        {
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::data/${aws:username}/*",
            "Condition": {"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}"}},
        }
    )
    (near,) = near_misses(put(s3_prefix="x"), held, Effect.ALLOW)
    assert [(miss.element, miss.unresolved) for miss in near.misses] == [
        ("Resource", "aws:username"),
        ("Condition", "aws:PrincipalTag/team"),
    ]


def test_the_elements_are_named_as_the_statement_writes_them() -> None:
    held = policies({"Effect": "Allow", "NotAction": "s3:*", "NotResource": OBJECT})
    (near,) = near_misses(put(), held, Effect.ALLOW)
    assert [miss.element for miss in near.misses] == ["NotAction", "NotResource"]


def test_every_type_of_policy_is_looked_at() -> None:
    deny = parse_document(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"},
        }
    )
    of_resource = parse_document(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": ["111122223333", "arn:aws:iam::111122223333:role/app"]},
                "Action": "s3:*",
            },
        }
    )
    held = Policies(
        identity=(deny,),
        boundary=None,
        session=(deny,),
        resource=of_resource,
        service_control=((deny,),),
        resource_control=((deny,),),
        endpoint=(deny,),
    )
    near = near_misses(put(), held, Effect.DENY)
    assert {found.match.type for found in near} == set(PolicyType) - {PolicyType.BOUNDARY}
    (named,) = [found for found in near if found.match.type is PolicyType.RESOURCE]
    assert [miss.element for miss in named.misses] == ["NotPrincipal"]
    bounded = Policies(resource=of_resource, boundary=(deny,))
    (boundary,) = near_misses(put(), bounded, Effect.DENY)
    assert boundary.match.type is PolicyType.BOUNDARY
