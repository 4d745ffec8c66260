"""A dump of an account: kept on disk, put together into roles, judged in its order."""

from __future__ import annotations

import gc
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from rolewright.audit import Dump, InvalidDetail, audit_dump, keep_dump, keep_pages, read_rules
from rolewright.audit.account import MOST_REACHED
from rolewright.audit.dump import OpenDump
from rolewright.audit.parallel import cores, judge_batch, start_worker
from rolewright.grants import Environment
from rolewright.roles import PolicyKind, Role, Uncheckable
from tests.audit.accounts import ACCOUNT, IAM, READ_ONLY, TRUST, allow, document, dump, policy, role

if TYPE_CHECKING:
    from pathlib import Path

HARMLESS = document(allow("s3:GetObject"))
WRITES = document(allow("s3:PutObject", "*"))
RULES = read_rules(Environment.PROD, {})


def kept(folder: Path, *given: Any, policies: tuple[Any, ...] = (), chunk: int = 1 << 20) -> Dump:
    return keep_dump(io.StringIO(json.dumps(dump(*given, policies=policies))), folder, chunk=chunk)


def roles_of(kept_dump: Dump) -> dict[str, Role]:
    opened = OpenDump(kept_dump)
    found = {
        detail["RoleName"]: opened.account.role(detail)
        for batch in kept_dump.batches
        for detail in opened.details(batch)
    }
    for found_role in found.values():
        assert found_role in list(found_role.siblings)  # before the file is closed
    opened.close()
    return found


def only(kept_dump: Dump) -> Role:
    (found,) = roles_of(kept_dump).values()
    return found


def test_a_role_is_put_together_from_all_that_it_has(tmp_path: Path) -> None:
    own = f"{IAM}:policy/own"
    detail = role(
        "R",
        HARMLESS,
        attached=(own, READ_ONLY),
        Path="/ml/",
        Arn=f"{IAM}:role/ml/R",
        PermissionsBoundary={
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": f"{IAM}:policy/bound",
        },
        Tags=[{"Key": "team", "Value": "ml"}],
    )
    found = only(kept(tmp_path, detail, policies=(policy("own", WRITES), policy("bound", WRITES))))
    assert (found.name, found.path, found.account) == ("R", "/ml/", ACCOUNT)
    assert (found.urn, found.created) == (f"{IAM}:role/ml/R", True)
    assert found.tags == {"team": "ml"}
    assert found.trust is not None
    assert found.trust.text == json.dumps(TRUST, separators=(",", ":"))
    assert [(one.name, one.kind) for one in found.policies] == [
        ("inline0", PolicyKind.INLINE),
        ("own", PolicyKind.CUSTOMER_MANAGED),
        ("AmazonS3ReadOnlyAccess", PolicyKind.AWS_MANAGED),
    ]
    # The default version counts, whichever stands first.
    assert found.policies[1].statements[0].actions == ("s3:PutObject",)
    assert found.boundary is not None
    assert found.boundary.kind is PolicyKind.BOUNDARY
    assert found.boundary.statements[0].actions == ("s3:PutObject",)


def test_an_aws_managed_policy_is_the_dumps_own_where_it_has_it(tmp_path: Path) -> None:
    changed = {**policy("AmazonS3ReadOnlyAccess", WRITES), "Arn": READ_ONLY}
    known = only(kept(tmp_path, role("R", attached=(READ_ONLY,))))
    assert "s3:Get*" in (known.policies[0].statements[0].actions or ())
    found = only(kept(tmp_path, role("R", attached=(READ_ONLY,)), policies=(changed,)))
    assert found.policies[0].statements[0].actions == ("s3:PutObject",)


def test_what_the_dump_lacks_cannot_be_checked(tmp_path: Path) -> None:
    elsewhere = f"{IAM}:policy/elsewhere"
    never = "arn:aws:iam::aws:policy/NeverHeardOf"
    undocumented = {**policy("bare", None), "PolicyVersionList": None}
    odd = role("R", None, "no document", attached=(elsewhere, never, f"{IAM}:policy/bare"))
    del odd["AssumeRolePolicyDocument"]
    found = only(kept(tmp_path, odd, policies=(undocumented,)))
    documents = [found.trust, *found.policies]
    assert all(one and isinstance(one.document, Uncheckable) for one in documents)
    audited = next(iter(audit_dump(kept(tmp_path, odd), RULES, "dump.json", workers=1)))
    said = [one.message for one in audited.findings if one.guardrail == "checkable-at-preview"]
    assert len(said) == 6


def test_documents_may_be_encoded_as_the_api_gives_them(tmp_path: Path) -> None:
    encoded = role("R", quote(json.dumps(WRITES)), json.dumps(HARMLESS))
    found = only(kept(tmp_path, encoded))
    assert [one.statements[0].actions for one in found.policies] == [
        ("s3:PutObject",),
        ("s3:GetObject",),
    ]


def test_service_linked_roles_are_left_out_and_counted(tmp_path: Path) -> None:
    linked = role("AWSServiceRoleForX", WRITES, Path="/aws-service-role/x.amazonaws.com/")
    found = kept(tmp_path, linked, role("R"))
    assert (found.service_linked, list(roles_of(found))) == (1, ["R"])


BAD: list[tuple[dict[str, Any], str]] = [
    ({"RoleDetailList": [{"RoleName": "R"}]}, "RoleDetailList[0]: has no `Arn`"),
    ({"RoleDetailList": ["R"]}, "RoleDetailList[0]: has no `Arn`"),
    ({"Policies": [{}]}, "Policies[0]: has no `Arn`"),
    (
        {"RoleDetailList": [role("R"), role("R")]},
        f"RoleDetailList[1]: {IAM}:role/R stands twice",
    ),
    ({**dump(), "IsTruncated": True}, "IsTruncated: the dump is cut off"),
    ({**dump(), "NextToken": "x"}, "NextToken: the dump is cut off"),
]


@pytest.mark.parametrize(("content", "said"), BAD)
def test_what_is_not_as_aws_writes_it_is_refused(
    tmp_path: Path, content: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidDetail) as error:
        keep_dump(io.StringIO(json.dumps(content)), tmp_path)
    assert str(error.value).startswith(said)


def test_a_dump_that_is_whole_says_so(tmp_path: Path) -> None:
    content = {**dump(role("R")), "IsTruncated": False, "NextToken": None, "RoleDetails": 1}
    assert keep_dump(io.StringIO(json.dumps(content)), tmp_path).roles == 1


def test_an_entry_without_its_fields_is_refused_when_it_is_read(tmp_path: Path) -> None:
    bad = role("R")
    del bad["RoleName"]
    with pytest.raises(InvalidDetail, match="RoleName: is missing or no text"):
        list(audit_dump(kept(tmp_path, bad), RULES, None, workers=1))
    bad = role("R")
    bad["RolePolicyList"] = ["x"]
    with pytest.raises(InvalidDetail, match="PolicyName: is missing"):
        list(audit_dump(kept(tmp_path, bad), RULES, None, workers=1))


def test_pages_are_kept_as_one_dump(tmp_path: Path) -> None:
    pages = [
        {"RoleDetailList": [role("R", attached=(f"{IAM}:policy/own",))], "IsTruncated": True},
        {"Policies": [policy("own", WRITES)], "RoleDetailList": [role("S")]},
    ]
    found = roles_of(keep_pages(pages, tmp_path))
    assert list(found) == ["R", "S"]
    assert found["R"].policies[0].statements[0].actions == ("s3:PutObject",)


def names(given: Role) -> list[str]:
    return [sibling.name for sibling in given.siblings]


def test_the_roles_beside_one_are_those_that_it_reaches(tmp_path: Path) -> None:
    passes = document(allow("iam:PassRole", f"{IAM}:role/B"))
    trusting = role("C")
    trusting["AssumeRolePolicyDocument"] = document(
        {"Effect": "Allow", "Principal": {"AWS": f"{IAM}:role/B"}, "Action": "sts:AssumeRole"}
    )
    opened = OpenDump(kept(tmp_path, role("A", passes), role("B"), trusting, role("D")))
    found = opened.account.found(f"{IAM}:role/A")
    assert found is not None
    assert names(found) == ["A", "B", "C"]
    assert names(found) == ["A", "B", "C"]
    opened.close()


def test_a_role_that_is_named_and_is_not_there_is_left_out(tmp_path: Path) -> None:
    passes = document(allow("iam:PassRole", f"{IAM}:role/Gone"))
    found = only(kept(tmp_path, role("A", passes)))
    assert names(found) == ["A"]


def test_the_nearest_roles_are_enough(tmp_path: Path) -> None:
    count = MOST_REACHED + 5
    chain = [
        role(f"R{place}", document(allow("iam:PassRole", f"{IAM}:role/R{place + 1}")))
        for place in range(count)
    ]
    opened = OpenDump(kept(tmp_path, *chain))
    found = opened.account.found(f"{IAM}:role/R0")
    assert found is not None
    assert names(found) == [f"R{place}" for place in range(MOST_REACHED)]
    opened.close()


def test_workers_find_what_one_process_finds_in_the_same_order(tmp_path: Path) -> None:
    given = [
        role(f"R{place}", WRITES if place % 3 else HARMLESS, attached=(f"{IAM}:policy/own",))
        for place in range(200)
    ]
    found = kept(tmp_path, *given, policies=(policy("own", HARMLESS),), chunk=997)
    alone = list(audit_dump(found, RULES, "dump.json", workers=1))
    assert [one.role for one in alone] == [f"R{place}" for place in range(200)]
    assert list(audit_dump(found, RULES, "dump.json", workers=2)) == alone


def test_a_worker_judges_a_batch(tmp_path: Path) -> None:
    found = kept(tmp_path, role("R", WRITES))
    start_worker(found, RULES, "dump.json")
    assert judge_batch(found.batches[0]) == list(audit_dump(found, RULES, "dump.json"))


def test_a_bad_entry_ends_the_workers_too(tmp_path: Path) -> None:
    found = kept(tmp_path, *(role(f"R{place}") for place in range(600)))
    content = found.path.read_bytes()
    found.path.write_bytes(content.replace(b'"RoleName": "R500"', b'"RoleNam_": "R500"'))
    with pytest.raises(InvalidDetail):
        list(audit_dump(found, RULES, None, workers=2))


def test_roles_that_a_role_names_itself_are_all_there(tmp_path: Path) -> None:
    count = MOST_REACHED + 5
    named = [f"{IAM}:role/R{place}" for place in range(count)]
    first = role("First", document(allow("iam:PassRole", named[0], Resource=named)))
    others = [role(f"R{place}") for place in range(count)]
    opened = OpenDump(kept(tmp_path, first, *others))
    found = opened.account.found(f"{IAM}:role/First")
    assert found is not None
    assert names(found) == ["First", *(f"R{place}" for place in range(count))]
    opened.close()


def test_of_roles_that_trust_it_the_nearest_are_enough(tmp_path: Path) -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"{IAM}:role/First"},
            "Action": "sts:AssumeRole",
        }
    )
    others = [
        role(f"R{place}", AssumeRolePolicyDocument=trust) for place in range(MOST_REACHED + 5)
    ]
    opened = OpenDump(kept(tmp_path, role("First"), *others))
    found = opened.account.found(f"{IAM}:role/First")
    assert found is not None
    assert len(names(found)) == MOST_REACHED
    opened.close()


def test_a_role_that_is_gone_has_no_others_beside_it(tmp_path: Path) -> None:
    opened = OpenDump(kept(tmp_path, role("A")))
    (detail,) = opened.details(opened._dump.batches[0])  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    found = opened.account.role(detail)
    siblings = found.siblings
    assert list(siblings) == [found]
    found = opened.account.role(detail)
    gone = found.siblings
    del found
    gc.collect()
    assert list(gone) == []
    opened.close()


@pytest.mark.parametrize("key", ["RolePolicyList", "AttachedManagedPolicies"])
def test_policies_of_a_list_that_is_not_there_cannot_be_judged(tmp_path: Path, key: str) -> None:
    detail = role("R", HARMLESS, attached=(READ_ONLY,))
    del detail[key]
    (unseen,) = only(kept(tmp_path, detail)).unchecked
    assert isinstance(unseen.document, Uncheckable)
    assert unseen.document.reason == f"the dump has no `{key}` of the role"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"RoleDetailList": {"a": 1}}, "RoleDetailList: must be a list"),
        ({"RoleDetailList": None}, "RoleDetailList: must be a list"),
        ({"RoleDetailList": [], "Policies": 1}, "Policies: must be a list"),
        (
            {"UserDetailList": [], "Policies": []},
            "RoleDetailList: is missing; ask get-account-authorization-details for roles too",
        ),
        (
            {"RoleDetailList": [{**role("R"), "Path": None}]},
            "RoleDetailList[0].Path: is missing or no text",
        ),
        (
            {"RoleDetailList": [{**role("R"), "Tags": [{"Value": "x"}]}]},
            "RoleDetailList[0].Tags[0].Key: is missing or no text",
        ),
        (
            {"RoleDetailList": [{**role("R"), "PermissionsBoundary": {"a": 1}}]},
            "RoleDetailList[0].PermissionsBoundaryArn: is missing or no text",
        ),
        (
            {"RoleDetailList": [], "Policies": [{"Arn": "a", "PolicyVersionList": [5]}]},
            "Policies[0].PolicyVersionList[0]: must be an object",
        ),
        (
            {"RoleDetailList": [], "Policies": [{"Arn": "a", "PolicyVersionList": {"a": 1}}]},
            "Policies[0].PolicyVersionList: must be a list",
        ),
    ],
    ids=str,
)
def test_what_is_not_as_aws_writes_it_is_refused_before_anything_is_judged(
    tmp_path: Path, content: Any, said: str
) -> None:
    with pytest.raises(InvalidDetail) as raised:
        keep_dump(io.StringIO(json.dumps(content)), tmp_path)
    assert str(raised.value) == said


def test_a_version_is_the_default_by_true_alone(tmp_path: Path) -> None:
    attached = role("R", attached=(f"{IAM}:policy/own",))
    own = policy("own", HARMLESS)
    own["PolicyVersionList"][0]["IsDefaultVersion"] = "false"
    found = only(kept(tmp_path, attached, policies=(own,)))
    assert found.policies[0].statements[0].actions == ("s3:GetObject",)


def test_a_dump_without_roles_has_nothing_to_judge(tmp_path: Path) -> None:
    assert list(audit_dump(kept(tmp_path), RULES, None)) == []


def test_there_is_a_core_at_least() -> None:
    assert cores() >= 1
