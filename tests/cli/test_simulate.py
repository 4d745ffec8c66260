"""`rolewright simulate`: batch lines exactly as documented, and words and colours for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main
from rolewright.cli.commands.simulate import simulate
from rolewright.cli.inputs import BadLine

if TYPE_CHECKING:
    from pathlib import Path

READ: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    },
}
DENY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"},
}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"},
}
ASKED = {"principal": None, "action": "s3:GetObject", "resource": "arn:aws:s3:::data/x"}
ROLE = "arn:aws:iam::111122223333:role/app"


def line(**more: Any) -> dict[str, Any]:
    """Return a line that allows; None takes a key out."""
    whole = {"identityPolicies": [READ], "request": {**ASKED, "principal": ROLE}, **more}
    return {key: value for key, value in whole.items() if value is not None}


def run(*arguments: str, stdin: str | None = None) -> Any:
    return CliRunner().invoke(main, ["simulate", *arguments], input=stdin)


def test_an_answer_has_the_outcome_and_the_statements_that_decided() -> None:
    assert simulate(line()) == {
        "outcome": "allowed",
        "because": [
            {"policyType": "identity", "policy": 0, "statement": "Read", "effect": "Allow"}
        ],
    }


def test_a_denial_names_each_document_by_its_place_in_its_type() -> None:
    answer = simulate(
        line(
            identityPolicies=[READ, DENY],
            permissionsBoundaries=[DENY],
            sessionPolicies=[DENY],
            serviceControlPolicies=[[READ], [READ, DENY]],
            resourceControlPolicies=[[DENY]],
            endpointPolicies=[TRUST, DENY],
            resourcePolicy=DENY,
        )
    )
    assert answer["outcome"] == "explicitly_denied"
    assert {(found["policyType"], found["policy"]) for found in answer["because"]} == {
        ("identity", 1),
        ("boundary", 0),
        ("session", 0),
        ("scp", 2),
        ("rcp", 0),
        ("vpc-endpoint", 1),
        ("resource-policy", 0),
    }
    assert {found["statement"] for found in answer["because"]} == {0}


def test_an_implicit_denial_names_the_types_that_do_not_allow() -> None:
    answer = simulate(line(identityPolicies=[], serviceControlPolicies=[[]]))
    assert answer == {
        "outcome": "implicitly_denied",
        "because": [
            {"policyType": "scp", "missing": "no statement allows it"},
            {"policyType": "identity", "missing": "no statement allows it"},
        ],
    }
    anonymous = simulate(line(request=ASKED))
    assert [found["policyType"] for found in anonymous["because"]] == ["resource-policy"]


def test_a_request_without_a_principal_is_of_whom_the_policies_belong_to() -> None:
    asked = {key: value for key, value in ASKED.items() if key != "principal"}
    assert simulate(line(request=asked))["outcome"] == "allowed"


@pytest.mark.parametrize(
    ("value", "held"),
    [("x", "x"), (True, "true"), (False, "false"), (7, "7"), (2.5, "2.5"), (["x", "y"], "x")],
)
def test_context_values_are_taken_as_their_text(value: Any, held: str) -> None:
    condition = {"ForAnyValue:StringEquals": {"x:key": held}}
    document = {**READ, "Statement": {**READ["Statement"], "Condition": condition}}
    asked = {**ASKED, "principal": ROLE, "context": {"x:key": value}}
    answer = simulate(line(identityPolicies=[document], request=asked))
    assert answer["outcome"] == "allowed"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no policies": (line(identityPolicies=None), "has no `identityPolicies`"),
    "no request": (line(request=None), "has no `request`"),
    "unknown key": (
        line(permissionBoundaries=[]),
        "`permissionBoundaries` is not a key of a line; did you mean `permissionsBoundaries`?",
    ),
    "unknown key of the request": (
        line(request={**ASKED, "resourceAcount": "1"}),
        "request: `resourceAcount` is not a key of a line; did you mean `resourceAccount`?",
    ),
    "request": (line(request=[]), "request: must be an object"),
    "action": (
        line(request={**ASKED, "action": "GetObject"}),
        "request.action: `GetObject` is not an action; write it like `s3:GetObject`",
    ),
    "action's type": (line(request={**ASKED, "action": 1}), "request.action: must be a string"),
    "resource's type": (
        line(request={**ASKED, "resource": None}),
        "request.resource: must be a string",
    ),
    "context": (line(request={**ASKED, "context": [1]}), "request.context: must be an object"),
    "context's value": (
        line(request={**ASKED, "context": {"a:b": {}}}),
        "request.context.a:b: must be a string",
    ),
    "policies": (line(identityPolicies={}), "identityPolicies: must be a list of documents"),
    "levels": (
        line(serviceControlPolicies={"a": 1}),
        "serviceControlPolicies: must be a list of levels, each a list of documents",
    ),
    "level": (
        line(serviceControlPolicies=[READ]),
        "serviceControlPolicies[0]: must be a list of documents",
    ),
    "document": (
        line(identityPolicies=[READ, {"Statement": [{**READ["Statement"], "Effect": "allow"}]}]),
        "identityPolicies[1].Statement[0].Effect: must be `Allow` or `Deny`",
    ),
    "document's type": (
        line(resourcePolicy=[]),
        "resourcePolicy: not a policy document: it must be an object",
    ),
    "principal in an identity policy": (
        line(identityPolicies=[TRUST]),
        (
            "identityPolicies[0].Statement[0].Principal: names principals, which only a policy of a "
            "resource or an endpoint does"
        ),
    ),
    "principal in a control policy": (
        line(serviceControlPolicies=[[TRUST]]),
        "serviceControlPolicies[0][0].Statement[0].Principal: names principals",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_says_where_and_why(case: str) -> None:
    given, said = BAD[case]
    with pytest.raises(BadLine) as error:
        simulate(given)
    assert str(error.value).startswith(said)


def test_batch_lines_come_one_by_one_and_a_bad_one_stops_nothing() -> None:
    lines = [json.dumps({"id": "a", **line()}), "{", json.dumps({"id": 2}), json.dumps(line())]
    done = run("--jsonl", stdin="\n".join(lines) + "\n")
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, 2, None]
    assert [answer.get("outcome") for answer in answers] == ["allowed", None, None, "allowed"]
    assert done.exit_code == 2


def test_people_get_the_answer_first_then_why(tmp_path: Path) -> None:
    file = tmp_path / "requests.json"
    denied = line(identityPolicies=[], request={**ASKED, "principal": ROLE})
    file.write_text(json.dumps([line(), denied]))
    done = run(str(file))
    assert done.stdout.splitlines() == [
        "allowed  s3:GetObject  arn:aws:s3:::data/x",
        "  Allow, identity policy 0, statement Read",
        "implicitly denied  s3:GetObject  arn:aws:s3:::data/x",
        "  identity: no statement allows it",
    ]
    assert done.exit_code == 1


def test_programs_get_json_and_status_0_where_all_is_allowed() -> None:
    done = run("--format", "json", "-", stdin=json.dumps(line()))
    assert [answer["outcome"] for answer in json.loads(done.stdout)] == ["allowed"]
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "error: -: not JSON: "),
        ('{"a": 1, "a": 2}', "error: -: not JSON: the key `a` stands twice"),
        ("[1]", "error: -[0]: must be a request with its policies"),
        (json.dumps({"request": ASKED}), "error: has no `identityPolicies`"),
    ],
)
def test_a_bad_file_is_one_line_and_status_2(text: str, said: str) -> None:
    done = run("-", stdin=text)
    assert done.exit_code == 2
    assert done.stderr.startswith(said)
    assert done.stdout == ""


def test_no_files_is_bad_input() -> None:
    done = run()
    assert done.exit_code == 2
    assert done.stderr == "error: name a file of requests, or `-` for standard input\n"
