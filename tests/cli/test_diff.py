"""`rolewright diff`: what is added and removed, each with an example request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from rolewright.cli import main
from rolewright.cli.commands.diff import compare
from rolewright.cli.inputs import BadLine

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "arn:aws:s3:::data"


def doc(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


READ = doc(allow("s3:GetObject", f"{BUCKET}/*", Sid="Read"))
WRITE = doc(allow("s3:PutObject", f"{BUCKET}/*"))
TLS = doc(
    allow(
        "s3:GetObject",
        f"{BUCKET}/*",
        Sid="Read",
        Condition={"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}},
    )
)
# Whether a text with this prefix can be this number is not told.
ODD = doc(
    allow("s3:GetObject", Condition={"StringLike": {"x:k": "1*"}, "NumericLessThan": {"x:k": "5"}})
)


def run(*arguments: str, stdin: str | None = None) -> Any:
    return CliRunner().invoke(main, ["diff", *arguments], input=stdin)


def files(folder: Path, old: Any, new: Any) -> tuple[str, str]:
    paths = folder / "old.json", folder / "new.json"
    for path, document in zip(paths, (old, new), strict=True):
        path.write_text(json.dumps(document))
    return str(paths[0]), str(paths[1])


def test_a_line_is_answered_with_relation_and_requests() -> None:
    answer = compare({"old": READ, "new": doc(*READ["Statement"], *WRITE["Statement"])})
    assert answer["relation"] == "broader"
    assert answer["removed"] == []
    (added,) = answer["added"]
    assert added["action"] == "s3:PutObject"
    assert added["resource"].startswith(f"{BUCKET}/")
    assert added["context"] == {}
    assert added["actionPattern"] == "s3:PutObject"
    assert added["resourcePattern"] == f"{BUCKET}/*"
    assert "principal" not in added
    assert "undecided" not in answer


def test_an_example_is_of_an_action_that_aws_documents() -> None:
    answer = compare({"old": doc(allow("s3:PutObject")), "new": doc(allow("s3:*Object"))})
    (added,) = answer["added"]
    assert added["action"] == "s3:GetObject"
    assert added["actionPattern"] == "s3:*Object"


def test_a_condition_that_is_added_shows_in_the_example() -> None:
    answer = compare({"old": READ, "new": TLS})
    assert answer["relation"] == "narrower"
    (removed,) = answer["removed"]
    assert removed["statement"] == "Read"
    back = compare({"old": WRITE, "new": TLS})
    (added,) = back["added"]
    assert added["context"]["aws:PrincipalTag/team"] in ("red", "blue")
    assert added["conditions"] == [
        {"operator": "StringEquals", "key": "aws:PrincipalTag/team", "values": ["red", "blue"]}
    ]


def test_what_can_not_be_decided_is_listed_apart() -> None:
    answer = compare({"old": ODD, "new": READ})
    assert answer["relation"] == "undecided"
    (entry,) = answer["undecided"]
    assert entry["change"] == "removed"
    assert entry["actionPattern"] == "s3:GetObject"
    (other,) = compare({"old": READ, "new": ODD})["undecided"]
    assert other["change"] == "added"


def test_principals_are_compared_too() -> None:
    def trust(service: str) -> dict[str, Any]:
        return doc(
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        )

    answer = compare(
        {"old": trust("sagemaker.amazonaws.com"), "new": trust("lambda.amazonaws.com")}
    )
    assert answer["relation"] == "incomparable"
    assert answer["added"][0]["principal"] == "lambda.amazonaws.com"
    assert answer["removed"][0]["principal"] == "sagemaker.amazonaws.com"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"old": READ}, "has no `new`"),
        ({"old": [], "new": READ}, "old: not a policy document: it must be an object"),
        (
            {"old": READ, "new": doc({**READ["Statement"][0], "Effect": "allow"})},
            "new.Statement[0].Effect: must be `Allow` or `Deny`",
        ),
    ],
)
def test_a_bad_line_says_where_and_why(line: dict[str, Any], said: str) -> None:
    with pytest.raises(BadLine) as error:
        compare(line)
    assert str(error.value) == said


def test_batch_lines_are_answered_in_order() -> None:
    lines = [{"id": 1, "old": READ, "new": READ}, {"id": 2}]
    done = run("--jsonl", stdin="".join(f"{json.dumps(line)}\n" for line in lines))
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {"id": 1, "relation": "equivalent", "added": [], "removed": []}
    assert second == {"id": 2, "error": "has no `old`"}


def test_no_change_is_status_0(tmp_path: Path) -> None:
    done = run(*files(tmp_path, READ, READ))
    assert done.stdout == "no change in access\n"
    assert done.exit_code == 0


def test_people_see_which_statement_makes_the_change_and_an_example(tmp_path: Path) -> None:
    done = run(*files(tmp_path, WRITE, TLS))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "access is added, and other access is removed"
    assert lines[1] == f"+ s3:GetObject on {BUCKET}/*"
    assert "Allow Read of the new document, if StringEquals aws:PrincipalTag/team red, blue" in (
        " ".join(line.strip() for line in lines[2:4])
    )
    assert "e.g. GetObject" in done.stdout
    assert "with aws:PrincipalTag/team=" in " ".join(line.strip() for line in lines)


def test_people_see_who_an_example_is_of(tmp_path: Path) -> None:
    everyone = doc({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    nobody = doc({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"})
    done = run(*files(tmp_path, everyone, nobody))
    assert " by " in done.stdout


def test_what_is_undecided_is_marked(tmp_path: Path) -> None:
    done = run(*files(tmp_path, READ, ODD))
    assert done.stdout.splitlines()[0] == "undecided: take what is marked `?` as a change"
    assert "\n+? s3:GetObject on " in done.stdout
    assert done.exit_code == 1


def test_programs_get_json(tmp_path: Path) -> None:
    old, _ = files(tmp_path, READ, READ)
    done = run("--format", "json", old, "-", stdin=json.dumps(WRITE))
    assert json.loads(done.stdout)["relation"] == "incomparable"
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "error: name two documents or stack's files: the old one and the new one\n"),
        (("-", "-"), "error: only one of the two can be standard input\n"),
        (("-", "nowhere.json"), "error: -: not JSON: "),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments, stdin="{")
    assert done.exit_code == 2
    assert done.stderr.startswith(said)
