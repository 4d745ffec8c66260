"""A role adopted: what becomes a grant, what a statement, and what can't be said."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rolewright.explain.adopting.adopt import Adoption, CantAdopt, adopt
from rolewright.explain.adopting.held import HeldRole, InvalidHeld, role_of_detail, role_of_json
from rolewright.explain.adopting.importing import import_file
from rolewright.explain.adopting.showing import as_json, as_text
from rolewright.explain.adopting.trust import NotOurForm, trust_of
from rolewright.explain.stack_text import stack_text
from rolewright.grants import Target, parse_role_args, plan_role

ACCOUNT = "123456789012"
TARGET = Target(partition="aws", account=ACCOUNT, region="eu-west-1", environment="dev")
BUCKET = "arn:aws:s3:::data"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def doc(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(**more: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    return doc({**statement, **more})


ACCOUNT_ONLY = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
TRUST = trust(Condition=ACCOUNT_ONLY)


def held(*inline: tuple[str, str], **more: Any) -> HeldRole:
    fields: dict[str, Any] = {"name": "R", "trust": TRUST, "inline": inline, **more}
    return HeldRole(**fields)


def adopted(*inline: tuple[str, str], **more: Any) -> Adoption:
    return adopt(held(*inline, **more), TARGET)


LIST = allow("s3:ListBucket", BUCKET)
READ = allow("s3:GetObject", f"{BUCKET}/*")
LOCATE = allow("s3:GetBucketLocation", BUCKET)


@pytest.mark.parametrize(
    ("statements", "args"),
    [
        ([LIST], {"buckets": [{"name": "data", "access": ["list"]}]}),
        ([LIST, READ, LOCATE], {"buckets": [{"name": "data", "access": ["list", "read"]}]}),
        (
            [
                allow(
                    "s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": ["a/*", "b/*"]}}
                ),
                allow("s3:DeleteObject", [f"{BUCKET}/a/*", f"{BUCKET}/b/*"]),
            ],
            {"buckets": [{"name": "data", "access": ["list", "delete"], "prefixes": ["a/", "b/"]}]},
        ),
        # Reading takes the bucket's region besides, which the policy doesn't give.
        (
            [READ],
            {
                "statements": [
                    {
                        "sid": "Statement0",
                        "actions": ["s3:GetObject"],
                        "resources": [f"{BUCKET}/*"],
                    }
                ]
            },
        ),
        # What a grant says of a statement is taken out of it.
        (
            [allow(["s3:DeleteObject", "s3:PutObjectAcl"], f"{BUCKET}/*", Sid="Objects")],
            {
                "buckets": [{"name": "data", "access": ["delete"]}],
                "statements": [
                    {
                        "sid": "Objects",
                        "actions": ["s3:PutObjectAcl"],
                        "resources": [f"{BUCKET}/*"],
                    }
                ],
            },
        ),
        (
            [allow("s3:ListBucket", [BUCKET, "arn:aws:s3:::other-*"])],
            {
                "buckets": [{"name": "data", "access": ["list"]}],
                "statements": [
                    {
                        "sid": "Statement0",
                        "actions": ["s3:ListBucket"],
                        "resources": ["arn:aws:s3:::other-*"],
                    }
                ],
            },
        ),
        # A grant beside a Deny: the Deny stays as it is.
        (
            [
                LIST,
                {**READ, "Effect": "Deny", "Sid": "RawNo", "Condition": {"Bool": {"a:b": "true"}}},
            ],
            {
                "buckets": [{"name": "data", "access": ["list"]}],
                "statements": [
                    {
                        "sid": "No",
                        "effect": "Deny",
                        "actions": ["s3:GetObject"],
                        "resources": [f"{BUCKET}/*"],
                        "conditions": {"Bool": {"a:b": ["true"]}},
                    }
                ],
            },
        ),
        (
            [
                allow(
                    ["kms:Decrypt"],
                    KEY,
                    Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
                )
            ],
            {"keys": [{"key": KEY, "use": ["decrypt"], "via": ["s3"]}]},
        ),
    ],
)
def test_a_policy_is_said_by_grants_where_they_say_the_same(
    statements: list[dict[str, Any]], args: dict[str, Any]
) -> None:
    found = adopted(("Custom", doc(*statements)))
    assert found.whole
    assert found.args == {"policies": {"Custom": args}}
    assert found.plan.policies[0].name == "Custom"


def test_a_bucket_s_key_is_part_of_its_grant() -> None:
    grant = {"name": "data", "access": ["read", "write"], "prefixes": ["a/"], "key": KEY}
    plan = plan_role("R", parse_role_args("R", {"buckets": [grant]}), TARGET)
    found = adopted(("Custom", plan.policies[0].text), ("Plain", doc(LIST, allow("kms:Sign", KEY))))
    assert found.args["policies"]["Custom"] == {"buckets": [grant]}
    assert found.args["policies"]["Plain"]["buckets"] == [{"name": "data", "access": ["list"]}]


def test_actions_by_wildcard_are_looked_at_one_by_one() -> None:
    found = adopted(("Custom", doc(allow("s3:DeleteObject*", f"{BUCKET}/*"))))
    assert found.args["policies"]["Custom"] == {
        "statements": [
            {"sid": "Statement0", "actions": ["s3:DeleteObject*"], "resources": [f"{BUCKET}/*"]}
        ]
    }
    found = adopted(("Custom", doc(allow(["s3:DeleteObject?*", "s3:DeleteObject"], f"{BUCKET}/*"))))
    assert found.args["policies"]["Custom"]["buckets"] == [{"name": "data", "access": ["delete"]}]


def test_statements_of_one_name_get_names_of_their_own() -> None:
    found = adopted(
        ("Custom", doc({**READ, "Sid": "Same"}, allow("s3:PutObject", "*", Sid="RawSame")))
    )
    raw = found.args["policies"]["Custom"]["statements"]
    assert [entry["sid"] for entry in raw] == ["Same", "Same2"]


def test_what_a_grant_would_add_is_told() -> None:
    found = adopted(("Custom", doc(READ)))
    (near,) = found.policies[0].matched.near
    assert near.entry.content == {"name": "data", "access": ["read"]}
    assert near.added == ("s3:GetBucketLocation",)
    assert "which adds s3:GetBucketLocation" in re.sub(r"\n *#", "", as_text(found))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "has NotAction"),
        ({"Effect": "Deny", "Action": "s3:*", "NotResource": BUCKET}, "has NotResource"),
        (allow("GetObject", BUCKET), "`GetObject`"),
    ],
)
def test_a_policy_that_can_t_be_said_stays_where_it_is(
    statement: dict[str, Any], reason: str
) -> None:
    found = adopted(("Odd", doc(statement)), ("Custom", doc(LIST)))
    (left,) = found.left
    assert left.name == "Odd"
    assert reason in left.reason
    assert not found.whole
    # What is not in the stack config must not be removed.
    assert found.args["exclusive"] is False
    assert set(found.args["policies"]) == {"Custom"}
    assert not any("Exclusive" in one["type"] for one in import_file(found)["resources"])
    assert "# " in as_text(found)
    assert as_json(found)["leftAlone"] == [{"name": "Odd", "reason": left.reason}]


def test_what_can_t_be_decided_is_no_grant_and_yet_the_same_as_a_statement() -> None:
    # Whether a prefix `1*` can be a number below 5 is not told.
    odd = {"StringLike": {"s3:prefix": "1*"}, "NumericLessThan": {"s3:prefix": "5"}}
    found = adopted(("Odd", doc(allow("s3:ListBucket", BUCKET, Condition=odd))))
    assert found.whole
    assert list(found.args["policies"]["Odd"]) == ["statements"]


def test_what_is_no_document_stays_where_it_is() -> None:
    assert "no policy document" in adopted(("Odd", "{}")).left[0].reason


def test_the_largest_policy_stays_where_names_of_statements_make_it_too_large() -> None:
    many = [allow("s3:GetObject", f"{BUCKET}/{'x' * 40}{n}/*") for n in range(75)]
    found = adopted(("Large", doc(*many)), ("Custom", doc(LIST)))
    assert [one.name for one in found.left] == ["Large"]
    assert set(found.args["policies"]) == {"Custom"}


def test_the_larger_policy_stays_where_two_are_too_large_together() -> None:
    one = [allow("s3:GetObject", f"{BUCKET}/{'x' * 35}{n}/*") for n in range(45)]
    other = [allow("s3:GetObject", f"{BUCKET}/{'y' * 35}{n}/*") for n in range(40)]
    found = adopted(("One", doc(*one)), ("Other", doc(*other)))
    assert [left.name for left in found.left] == ["One"]
    assert "over IAM's limit" in found.left[0].reason
    assert set(found.args["policies"]) == {"Other"}


def test_a_policy_of_ours_keeps_its_name_where_its_kind_says_it() -> None:
    found = adopted(("rolewright-buckets", doc(LIST)))
    assert found.args == {"buckets": [{"name": "data", "access": ["list"]}]}
    assert not found.policies[0].renamed


def test_a_policy_of_ours_that_its_kind_does_not_say_is_made_anew() -> None:
    found = adopted(("rolewright-buckets", doc(READ)), ("buckets", doc(LIST)))
    assert set(found.args["policies"]) == {"buckets", "buckets-2"}
    assert [one.renamed for one in found.policies] == [True, False]
    imported = [one["id"] for one in import_file(found)["resources"] if "id" in one]
    assert "R:buckets" in imported
    assert "R:rolewright-buckets" not in imported
    assert "is made anew as `buckets-2`" in as_text(found)


def test_a_policy_of_ours_that_can_t_be_said_stays() -> None:
    statement = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
    assert adopted(("rolewright-buckets", doc(statement))).left[0].name == "rolewright-buckets"


def test_managed_policies_are_attached_by_name_or_arn() -> None:
    own = f"arn:aws:iam::{ACCOUNT}:policy/team/own"
    found = adopted(
        attached=(
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole",
            "arn:aws:iam::aws:policy/NewerThanTheSnapshot",
            own,
        )
    )
    assert found.args["managedPolicies"] == [
        "AmazonS3ReadOnlyAccess",
        "AWSGlueServiceRole",
        "arn:aws:iam::aws:policy/NewerThanTheSnapshot",
        own,
    ]


def test_settings_are_written_where_they_are_not_the_usual() -> None:
    found = adopted(
        path="/ml/",
        description="What for",
        max_session_duration=7200,
        tags={"team": "ml"},
        boundary=f"arn:aws:iam::{ACCOUNT}:policy/bound",
        trust=trust(),
    )
    assert found.args == {
        "path": "/ml/",
        "description": "What for",
        "maxSessionDuration": 7200,
        "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/bound",
        "tags": {"team": "ml"},
        "trust": {"sourceAccount": False},
    }
    assert any("trust-confused-deputy" in note for note in found.notes)


def test_settings_are_written_over_the_stack_s_defaults() -> None:
    defaults = {
        "nameFormat": "{name}-{environment}",
        "path": "/ml/",
        "tags": {"team": "ml"},
        "trust": {"services": ["glue.amazonaws.com"]},
    }
    found = adopt(held(tags={"team": "other"}), TARGET, defaults)
    assert found.args == {
        "nameFormat": "{name}",
        "path": "/",
        "tags": {"team": "other"},
        "trust": {"services": []},
    }
    assert found.plan.name == "R"


@pytest.mark.parametrize(
    ("defaults", "reason"),
    [
        ({"tags": {"team": "ml"}}, "it has no tag `team`"),
        ({"permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/bound"}, "it has no boundary"),
    ],
)
def test_what_defaults_would_add_is_not_taken_over(defaults: dict[str, Any], reason: str) -> None:
    found = adopt(held(("Custom", doc(LIST))), TARGET, defaults)
    assert found.existing
    assert not found.whole
    assert found.reasons[0].startswith(reason)
    assert f"not taken over: {found.reasons[0]}"[:40] in as_text(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (TRUST, {}),
        (trust(), {"sourceAccount": False}),
        (
            trust(
                Principal={"Service": ["sagemaker.amazonaws.com", "glue.amazonaws.com"]},
                Action=["sts:AssumeRole", "sts:SetSourceIdentity"],
                Condition={
                    **ACCOUNT_ONLY,
                    "ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:*:{ACCOUNT}:*"},
                },
            ),
            {
                "services": ["glue.amazonaws.com"],
                "sourceArns": [f"arn:aws:sagemaker:*:{ACCOUNT}:*"],
                "setSourceIdentity": True,
            },
        ),
        # Two statements for what one says.
        (
            doc(
                json.loads(TRUST)["Statement"][0],
                json.loads(
                    trust(Principal={"Service": "glue.amazonaws.com"}, Condition=ACCOUNT_ONLY)
                )["Statement"][0],
            ),
            {"services": ["glue.amazonaws.com"]},
        ),
    ],
)
def test_a_trust_policy_of_our_form(text: str, wanted: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "services": [],
        "sourceAccount": True,
        "sourceArns": [],
        "setSourceIdentity": False,
    }
    assert trust_of(text, TARGET) == {**usual, **wanted}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "it is not known"),
        ("{}", "no policy document"),
        (trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), "(AWS) assume the role"),
        (trust(Principal={"Service": "glue.amazonaws.com"}), "`sagemaker.amazonaws.com` assume"),
        (trust(Action="sts:*"), "it allows `sts:*`"),
        (
            doc(
                json.loads(TRUST)["Statement"][0], json.loads(trust(Effect="Deny"))["Statement"][0]
            ),
            "Deny",
        ),
        (trust(Condition={"Bool": {"aws:SecureTransport": "true"}}), "not those that `trust`"),
        (trust(Condition={"ArnLike": {"aws:SourceArn": "x"}}), "`x` is not an ARN"),
        (trust(Condition={"StringEquals": {"aws:SourceAccount": "210987654321"}}), "not those"),
    ],
)
def test_a_trust_policy_that_trust_can_t_say_is_not_taken_over(text: str | None, why: str) -> None:
    with pytest.raises(NotOurForm) as error:
        trust_of(text, TARGET)
    assert why in str(error.value)
    found = adopted(("Custom", doc(LIST)), trust=text)
    assert found.existing
    assert found.args["existing"] is True
    assert not found.whole


def test_grants_are_added_to_a_role_that_stays_as_it_is() -> None:
    found = adopt(
        held(
            ("Custom", doc(LIST)),
            ("rolewright-dynamodb", doc(LIST)),
            attached=("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",),
        ),
        TARGET,
        existing=True,
    )
    assert found.whole
    assert found.args == {
        "existing": True,
        "managedPolicies": ["AmazonS3ReadOnlyAccess"],
        "policies": {
            "Custom": {"buckets": [{"name": "data", "access": ["list"]}]},
            "dynamodb-policy": {"buckets": [{"name": "data", "access": ["list"]}]},
        },
    }
    assert [policy.name for policy in found.plan.policies] == [
        "rolewright-Custom",
        "rolewright-dynamodb-policy",
    ]
    component, attachment = import_file(found)["resources"]
    assert component == {
        "type": "rolewright:index:SageMakerRole",
        "name": "component R",
        "logicalName": "R",
        "component": True,
    }
    assert attachment["id"] == "R/arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    assert "delete-role-policy --role-name R --policy-name" in as_text(found).replace(
        "\n#     ", " "
    )


def test_nothing_to_import_is_not_told() -> None:
    found = adopt(held(("Custom", doc(LIST))), TARGET, existing=True)
    assert import_file(found) == {"resources": []}
    assert "pulumi import" not in as_text(found)


def test_what_no_stack_config_can_hold_is_refused() -> None:
    with pytest.raises(CantAdopt, match=r"would be refused: roles\.R\.tags"):
        adopted(tags={"aws:x": "y"})


def test_a_detail_of_the_account_is_read() -> None:
    detail = {
        "RoleName": "R",
        "Arn": f"arn:aws-cn:iam::{ACCOUNT}:role/ml/R",
        "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%7D",
        "RolePolicyList": [{"PolicyName": "Custom", "PolicyDocument": {"Version": "2012-10-17"}}],
        "AttachedManagedPolicies": [{"PolicyArn": "arn:aws-cn:iam::aws:policy/X"}],
        "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws-cn:iam::aws:policy/Y"},
        "Tags": [{"Key": "a", "Value": "b"}],
        "MaxSessionDuration": 7200,
        "Description": "What for",
    }
    assert role_of_detail(detail) == HeldRole(
        name="R",
        partition="aws-cn",
        path="/ml/",
        trust='{"Version":"2012-10-17"}',
        inline=(("Custom", '{"Version":"2012-10-17"}'),),
        attached=("arn:aws-cn:iam::aws:policy/X",),
        boundary="arn:aws-cn:iam::aws:policy/Y",
        tags={"a": "b"},
        description="What for",
        max_session_duration=7200,
    )
    bare = role_of_detail({"RoleName": "R", "Arn": f"arn:aws:iam::{ACCOUNT}:role/R"})
    assert bare == HeldRole(name="R", complete=False)


def test_a_role_as_json_is_read() -> None:
    given = {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/ml/R",
        "trust": {"Version": "2012-10-17"},
        "identityPolicies": [{"a": 1}],
        "inlinePolicies": {"Custom": "{}"},
        "managedPolicies": ["arn:aws:iam::aws:policy/X"],
        "tags": {"a": "b"},
        "maxSessionDuration": 7200,
    }
    assert role_of_json(given) == HeldRole(
        name="R",
        path="/ml/",
        trust='{"Version":"2012-10-17"}',
        inline=(("policy-0", '{"a":1}'), ("Custom", "{}")),
        attached=("arn:aws:iam::aws:policy/X",),
        tags={"a": "b"},
        max_session_duration=7200,
    )
    assert role_of_json({}, "named") == HeldRole(name="named")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "must be an object"),
        ({"nmae": "R"}, "`nmae` is not a key of a role; did you mean `name`?"),
        ({"permissionsBoundaries": ["{}"]}, "permissionsBoundaries: is a document"),
        ({"arn": "arn:aws:s3:::x"}, "arn: `arn:aws:s3:::x` is not the ARN of a role"),
        ({"name": 5}, "name: must be text"),
        ({"tags": []}, None),
        ({"tags": 5}, "tags: must be an object"),
        ({"identityPolicies": {"a": 1}}, "identityPolicies: must be a list"),
        ({"managedPolicies": [5]}, "managedPolicies[0]: must be text"),
        ({"maxSessionDuration": True}, "maxSessionDuration: must be a number of seconds"),
    ],
)
def test_what_is_no_role_is_told(given: Any, message: str | None) -> None:
    if message is None:
        role_of_json(given)
        return
    with pytest.raises(InvalidHeld) as error:
        role_of_json(given)
    assert str(error.value).startswith(message)


def test_a_detail_that_lacks_a_name_is_told() -> None:
    with pytest.raises(InvalidHeld, match="Arn: is missing or no text"):
        role_of_detail({"RoleName": "R"})


def test_yaml_is_laid_out_to_be_read() -> None:
    long = [f"arn:aws:s3:::{'x' * 60}/{n}" for n in range(2)]
    text = stack_text(
        {"R": {"tags": {}, "buckets": [{"name": "0123", "access": ["list"]}], "a": {"b": long}}},
        {("R", "buckets", 0): "two\nlines"},
        Target(partition="aws", account="123456789012", region="eu-west-1"),
        {"path": "/ml/"},
    )
    assert text == (
        "config:\n"
        "  aws:region: eu-west-1\n"
        "  sagemaker-roles:environment: dev\n"
        "  sagemaker-roles:defaults: {path: /ml/}\n"
        "  sagemaker-roles:roles:\n"
        "    R:\n"
        "      tags: {}\n"
        "      buckets:\n"
        "        # two\n"
        "        # lines\n"
        "        - {name: '0123', access: [list]}\n"
        "      a:\n"
        "        b:\n" + "".join(f"          - {one}\n" for one in long)
    )
