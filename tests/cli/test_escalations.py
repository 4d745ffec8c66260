"""`rolewright escalations`: batch lines exactly as documented, and words for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main
from rolewright.cli.commands.escalations import escalations
from rolewright.cli.inputs import BadLine

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "arn:aws:iam::123456789012:role/"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(**principal: Any) -> dict[str, Any]:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


SAGEMAKER = trust(Service="sagemaker.amazonaws.com")
ADMIN = {
    "arn": f"{ROLE}ml/Admin",
    "identityPolicies": [document(allow("s3:*"))],
    "trust": SAGEMAKER,
}
JOBS = document(allow("sagemaker:CreateTrainingJob", Sid="Jobs"))


def passing(resource: str) -> dict[str, Any]:
    return document(allow("iam:PassRole", resource))


def gains(**line: Any) -> dict[str, Any]:
    return {path["id"]: path["gains"] for path in escalations(line)["paths"]}


def run(*arguments: str, stdin: str | None = None) -> Any:
    return CliRunner().invoke(main, ["escalations", *arguments], input=stdin)


def test_an_answer_has_what_is_gained_and_the_statements_that_give_it() -> None:
    answer = escalations({"identityPolicies": [passing("*"), JOBS]})
    assert answer == {
        "paths": [
            {
                "id": "sagemaker-002",
                "startsFrom": "role",
                "gains": True,
                "because": [
                    {
                        "permission": "iam:PassRole",
                        "policy": 0,
                        "statement": 0,
                        "resource": "*",
                    },
                    {
                        "permission": "sagemaker:CreateTrainingJob",
                        "policy": 1,
                        "statement": "Jobs",
                        "resource": "*",
                    },
                    {
                        "may": "start a training job as any role that matches `*` and trusts "
                        "`sagemaker.amazonaws.com`"
                    },
                ],
            }
        ]
    }


def test_siblings_are_compared_by_their_arns() -> None:
    identity = [passing(f"{ROLE}ml/Admin"), JOBS]
    assert gains(identityPolicies=identity) == {"sagemaker-002": "unknown"}
    assert gains(identityPolicies=identity, siblings=[ADMIN]) == {"sagemaker-002": True}
    more = [*identity, document(allow("s3:*"))]
    assert gains(identityPolicies=more, siblings=[ADMIN]) == {"sagemaker-002": False}
    bounded = {**ADMIN, "permissionsBoundaries": [document(allow("sqs:*"))]}
    assert gains(identityPolicies=identity, siblings=[bounded]) == {"sagemaker-002": False}
    shut = {**ADMIN, "trust": trust(Service="ec2.amazonaws.com")}
    assert gains(identityPolicies=identity, siblings=[shut]) == {}


def test_a_sibling_may_trust_the_role_whose_arn_is_not_told() -> None:
    identity = [document(allow("sts:AssumeRole", [f"{ROLE}ml/Admin", f"{ROLE}B"]))]
    named = {**ADMIN, "trust": trust(AWS=f"{ROLE}Me")}
    assert gains(identityPolicies=identity, siblings=[named]) == {"sts-001": True}
    another: dict[str, Any] = {
        "arn": f"{ROLE}B",
        "identityPolicies": [],
        "trust": trust(AWS=f"{ROLE}ml/Admin"),
    }
    others = {**ADMIN, "trust": trust(AWS=f"{ROLE}B")}
    assert gains(identityPolicies=identity, siblings=[others, another]) == {}


def test_a_chain_is_told_hop_by_hop() -> None:
    role_b = {
        "arn": f"{ROLE}B",
        "identityPolicies": [document(allow("sts:AssumeRole", f"{ROLE}ml/Admin"))],
        "trust": trust(AWS=f"{ROLE}Me"),
    }
    admin = {**ADMIN, "trust": trust(AWS=f"{ROLE}B")}
    identity = [document(allow("sts:AssumeRole", [f"{ROLE}B", f"{ROLE}ml/Admin"]))]
    (path,) = escalations({"identityPolicies": identity, "siblings": [role_b, admin]})["paths"]
    assert path["gains"] is True
    assert path["because"][-1] == {
        "then": "sts-001",
        "role": f"{ROLE}B",
        "resource": f"{ROLE}ml/Admin",
    }


def test_on_itself_means_whatever_role_it_may_be() -> None:
    put = "iam:PutRolePolicy"
    assert gains(identityPolicies=[document(allow(put, f"{ROLE}*"))]) == {"iam-005": True}
    assert gains(identityPolicies=[document(allow(put, f"{ROLE}Me"))]) == {"iam-005": "unknown"}
    other = [document(allow(put, f"{ROLE}ml/Admin"))]
    assert gains(identityPolicies=other, siblings=[ADMIN]) == {}


def test_a_users_path_is_marked_and_several_boundaries_are_one() -> None:
    line = {"identityPolicies": [document(allow("*"))]}
    bounding = [document(allow("iam:PutUser*")), document(allow("sts:AssumeRole"))]
    paths = escalations({**line, "permissionsBoundaries": bounding})["paths"]
    assert [(path["id"], path["startsFrom"]) for path in paths] == [
        ("iam-007", "user"),
        ("sts-001", "role"),
    ]
    # Nothing of a boundary is known: that is no reason to call the role harmless.
    assert len(escalations({**line, "permissionsBoundaries": []})["paths"]) > 90
    assert len(escalations({**line, "permissionsBoundaries": None})["paths"]) > 90


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no document": (
        {"identityPolicies": [], "permissionsBoundaries": [None]},
        "permissionsBoundaries[0]: must be a document; it is null",
    ),
    "no policies": ({"trust": SAGEMAKER}, "has no `identityPolicies`"),
    "unknown key": (
        {"identityPolicies": [], "sibling": []},
        "`sibling` is not a key of a line; did you mean `siblings`?",
    ),
    "siblings": ({"identityPolicies": [], "siblings": {"a": 1}}, "siblings: must be a list"),
    "sibling": ({"identityPolicies": [], "siblings": [1]}, "siblings[0]: must be an object"),
    "sibling without ARN": (
        {"identityPolicies": [], "siblings": [{"identityPolicies": []}]},
        "siblings[0]: has no `arn`",
    ),
    "sibling's ARN": (
        {"identityPolicies": [], "siblings": [{**ADMIN, "arn": "Admin"}]},
        "siblings[0].arn: `Admin` is not the ARN of a role; write it like",
    ),
    "sibling by a pattern": (
        {"identityPolicies": [], "siblings": [{**ADMIN, "arn": f"{ROLE}*"}]},
        "siblings[0].arn: ",
    ),
    "sibling twice": (
        {"identityPolicies": [], "siblings": [ADMIN, ADMIN]},
        f"siblings[1].arn: `{ROLE}ml/Admin` stands twice",
    ),
    "sibling's document": (
        {"identityPolicies": [], "siblings": [{**ADMIN, "identityPolicies": [SAGEMAKER]}]},
        "siblings[0].identityPolicies[0].Statement[0].Principal: names principals",
    ),
    "trust": (
        {"identityPolicies": [], "trust": {"Statement": 1}},
        "trust.Statement: ",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_says_where_and_why(case: str) -> None:
    given, said = BAD[case]
    with pytest.raises(BadLine) as error:
        escalations(given)
    assert str(error.value).startswith(said)


def test_batch_lines_come_one_by_one_and_a_bad_one_stops_nothing() -> None:
    lines = [{"id": "a", "identityPolicies": [passing("*"), JOBS]}, {"id": 2}]
    done = run("--jsonl", stdin="".join(f"{json.dumps(line)}\n" for line in lines))
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2]
    assert [len(answer.get("paths", ())) for answer in answers] == [1, 0]
    assert done.exit_code == 2


def _files(folder: Path, **documents: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, content in documents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(content))
        found[name] = str(path)
    return found


def test_files_are_the_policies_of_one_role(tmp_path: Path) -> None:
    files = _files(tmp_path, passing=passing(f"{ROLE}Me"), jobs=JOBS, only=document(allow("s3:*")))
    done = run("--format", "json", files["passing"], files["jobs"])
    (path,) = json.loads(done.stdout)
    assert (path["gains"], done.exit_code) == ("unknown", 1)
    done = run("--format", "json", "--arn", f"{ROLE}Me", files["passing"], files["jobs"])
    (path,) = json.loads(done.stdout)
    assert (path["gains"], done.exit_code) == (False, 0)
    done = run("--boundary", files["only"], files["passing"], files["jobs"])
    assert done.stdout == "0 paths, 0 that gain or may gain access\n"
    assert done.exit_code == 0


def test_people_get_the_verdict_first_then_why() -> None:
    done = run("-", stdin=json.dumps(document(allow("iam:PutUserPolicy", Sid="Users"))))
    assert done.stdout.splitlines() == [
        "gains access  iam-007  (only a user can walk it)",
        "  may write the policies of users (`*`), by which a user gains access",
        "    iam:PutUserPolicy",
        "      statement `Users` of -, on `*`",
        "    needs",
        "      the caller is the user",
        "    gains",
        "      a user gives itself everything",
        "",
        "1 path, 1 that gain or may gain access",
    ]
    assert done.exit_code == 1


def test_a_wide_statement_is_told_of_once() -> None:
    done = run("-", stdin=json.dumps(document(allow("*"))))
    verdicts = [line for line in done.stdout.splitlines() if line.startswith(("gains", "may"))]
    assert [verdict.split("  ")[0] for verdict in verdicts] == [
        "gains access",
        "gains access",
        "gains nothing",
        "gains nothing",
        "may gain access",
    ]
    assert "apprunner-001, 002; bedrock-agentcore-001, 002" in verdicts[0]


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        ((), "", "error: name the role's identity policies, or `-` for standard input"),
        (("-",), "{", "error: -: not JSON: "),
        (("-",), json.dumps(SAGEMAKER), "error: -.Statement[0].Principal: names principals"),
        (("--arn", "Me", "-"), json.dumps(JOBS), "error: --arn: `Me` is not the ARN of a role"),
        (("--jsonl", "--arn", "Me"), "", "error: --arn and --boundary don't go with --jsonl"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    arguments: tuple[str, ...], text: str, said: str
) -> None:
    done = run(*arguments, stdin=text)
    assert done.exit_code == 2
    assert done.stderr.startswith(said)
    assert done.stdout == ""
