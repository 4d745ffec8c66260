"""From events to requests, and from requests to grants that allow them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.explain.suggesting.actions import Unusable, actions_of
from rolewright.explain.suggesting.calls import calls_of, requests_of
from rolewright.explain.suggesting.events import Event, InvalidEvents, read_events
from rolewright.explain.suggesting.folders import MOST, folders
from rolewright.explain.suggesting.showing import as_text
from rolewright.explain.suggesting.suggest import suggest
from rolewright.explain.suggesting.trial import Trial
from rolewright.reference import find_action

if TYPE_CHECKING:
    from rolewright.iam import Request

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "cases" / "explain" / "events.json").read_text()
)
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ml/TrainingRole"
USUAL: dict[str, Any] = {
    "id": "1",
    "time": "2026-11-01T08:00:00Z",
    "region": "eu-west-1",
    "account": ACCOUNT,
    "role": ROLE,
}


def event(service: str, name: str, params: dict[str, Any] | None = None, **more: Any) -> Event:
    said = {"service": service, "name": name, "params": params or {}}
    fields: dict[str, Any] = {**USUAL, **said, **more}
    return Event(**fields)


def of_case(case: dict[str, Any]) -> Event:
    given: dict[str, Any] = case["event"]
    fields: dict[str, Any] = {**USUAL, **given, "arns": tuple(given.get("arns", ()))}
    return Event(**fields)


def as_given(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {"action": request.action, "resource": request.resource}
    context = {key: values[0] for key, values in request.context.items()}
    return {**found, "context": context} if context else found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_event_is_the_requests_that_aws_checked(case: dict[str, Any]) -> None:
    if "unusable" in case:
        with pytest.raises(Unusable) as error:
            list(requests_of(of_case(case)))
        assert case["unusable"] in str(error.value), case["why"]
        return
    found = [as_given(request) for request in requests_of(of_case(case))]
    assert found == case["requests"], case["why"]
    assert all(find_action(request["action"]) for request in found)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "suggested" in case], ids=lambda case: case["name"]
)
def test_what_is_suggested_allows_every_request(case: dict[str, Any]) -> None:
    found = suggest("TrainingRole", [of_case(case)])
    assert json.loads(json.dumps(found.args)) == case["suggested"], case["why"]
    trial = Trial(args=found.args, role="TrainingRole", target=found.target)
    told = [one.action for one in found.unused]
    for request in requests_of(of_case(case)):
        assert trial.allows(request) != (request.action in told)
    assert told == case.get("uncovered", [])


def test_every_covered_event_is_allowed_and_no_event_is_dropped() -> None:
    text = (Path(__file__).parents[2] / "examples" / "events.json").read_text()
    events = [one for one in read_events(text) if one.role]
    found = suggest("TrainingRole", events)
    trial = Trial(args=found.args, role="TrainingRole", target=found.target)
    covered = [event for grant in found.grants for event in grant.events]
    assert covered
    for grant in found.grants:
        assert grant.calls
        for call in grant.calls:
            assert trial.allows(call.request)
    left = [event for unused in found.unused for event in unused.events]
    assert {one.id for one in (*covered, *left)} | {"free"} == {
        "free" if one.name == "GetCallerIdentity" else one.id for one in events
    }


def test_an_action_that_no_grant_has_is_written_as_a_statement_or_told() -> None:
    found = suggest(
        "R",
        [
            event("s3", "ListBuckets"),
            event("ec2", "TerminateInstances", {"instancesSet": {"items": []}}),
        ],
    )
    assert found.args == {
        "statements": [
            {"sid": "S3ListAllMyBuckets", "actions": ["s3:ListAllMyBuckets"], "resources": ["*"]}
        ]
    }
    (unused,) = found.unused
    assert unused.action == "ec2:TerminateInstances"
    assert not found.whole


def test_statements_for_one_action_are_one() -> None:
    events = [
        event("s3", "GetObject", {"bucketName": "data", "key": key, "versionId": "1"})
        for key in ("a", "b")
    ]
    (statement,) = suggest("R", events).args["statements"]
    assert statement["resources"] == ["arn:aws:s3:::data/a", "arn:aws:s3:::data/b"]


def test_what_an_activity_is_bound_to_and_no_statement_is_for_is_told() -> None:
    arn = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:training-job/run-1"
    told = event("sagemaker", "AddTags", {"resourceArn": arn})
    found = suggest("R", [told])
    assert found.args == {}
    (unused,) = found.unused
    assert unused.events == [told]
    assert unused.reason == f"no grant is for it on {arn}"


def test_what_would_be_too_much_for_the_role_is_told() -> None:
    events = [
        event("s3", "GetObject", {"bucketName": "data", "key": f"{n}{'x' * 900}", "versionId": "1"})
        for n in range(15)
    ]
    found = suggest("R", events)
    assert 5 < len(found.args["statements"][0]["resources"]) < 15
    assert "more than IAM's 10240" in found.unused[0].reason
    covered = [one for grant in found.grants for one in grant.events]
    assert len(covered) + sum(len(one.events) for one in found.unused) == len(events)


def test_a_session_without_a_region_is_of_any() -> None:
    found = suggest("R", [event("s3", "ListBuckets", region="")])
    assert found.target.region == "us-east-1"


def test_few_folders_are_prefixes_and_many_are_what_they_share() -> None:
    assert folders(["a/x", "a/y", "b/z"]) == ("a/", "b/")
    assert folders(["a/x", "a/b/y"]) == ("a/",)
    assert folders(["model.tgz"]) == ("model.tgz",)
    many = [f"runs/{number}/x" for number in range(MOST + 1)]
    assert folders(many) == ("runs/",)
    assert folders([*many, "other/x"]) == ("other/", "runs/")
    assert folders([f"{number}/x" for number in range(MOST + 1)]) is None
    assert folders(["a*/x"]) is None
    assert folders([f"a/b/{number}/{n}" for number in range(5) for n in range(2)]) == ("a/b/",)


@given(st.lists(st.text(alphabet="ab/", min_size=1, max_size=6), min_size=1, max_size=12))
def test_prefixes_are_few_and_for_every_key(keys: list[str]) -> None:
    found = folders(keys)
    if found is not None:
        assert len(found) <= MOST
        assert all(key.startswith(found) for key in keys)
        assert all(prefix.strip("/") for prefix in found)


def test_a_whole_bucket_is_told_where_keys_have_no_few_folders() -> None:
    events = [
        event("s3", "GetObject", {"bucketName": "data", "key": f"{number}/x"})
        for number in range(MOST + 1)
    ]
    found = suggest("R", events)
    assert found.args == {"buckets": [{"name": "data", "access": ["read"]}]}
    assert found.grants[0].note == "the whole bucket for 4 keys: they have no few folders"


def test_a_listing_of_the_whole_bucket_is_not_bound_to_what_is_read() -> None:
    found = suggest(
        "R",
        [
            event("s3", "ListObjects", {"bucketName": "data"}),
            event("s3", "GetBucketLocation", {"bucketName": "data"}),
            event("s3", "GetObject", {"bucketName": "data", "key": "a/x"}),
        ],
    )
    assert found.args["buckets"] == [
        {"name": "data", "access": ["list"]},
        {"name": "data", "access": ["read"], "prefixes": ["a/"]},
    ]
    assert found.whole


def test_the_smallest_activity_that_allows_most_is_taken() -> None:
    found = suggest(
        "R",
        [
            event("sagemaker", "DescribeModel", {"modelName": "m"}),
            event("sagemaker", "CreateModel", {"modelName": "m", "executionRoleArn": ROLE}),
        ],
    )
    assert list(found.args["activities"]) == ["manage-models"]
    assert found.args["activities"]["manage-models"] == {"passRoles": [ROLE]}
    assert "manage-models" in as_text([found], 0)


def test_a_request_that_is_made_twice_is_one() -> None:
    found = calls_of([event("s3", "HeadBucket", {"bucketName": "data"})] * 2)
    (call,) = found.calls
    assert len(call.events) == 2


def test_an_action_is_spelled_as_aws_does() -> None:
    assert actions_of(event("s3", "GetBucketCors")) == ("s3:GetBucketCORS",)


RECORD: dict[str, Any] = {
    "eventID": "1",
    "eventTime": "2026-11-01T08:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "awsRegion": "eu-west-1",
    "userIdentity": {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/TrainingRole/session",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
    },
    "requestParameters": {"bucketName": "data", "key": "a"},
    "resources": [{"ARN": "arn:aws:s3:::data/a"}, {"type": "x"}, 5],
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"Records": [RECORD]}),
        json.dumps([RECORD]),
        json.dumps(RECORD),
        json.dumps({"Events": [{"CloudTrailEvent": json.dumps(RECORD)}]}),
        f"{json.dumps(RECORD)}\n\n",
        f"\n{json.dumps({'Records': [RECORD]})}\n{json.dumps({'Records': []})}\n",
    ],
)
def test_events_are_read_in_every_form(text: str) -> None:
    (found,) = read_events(text)
    assert found.role == ROLE
    assert found.role_name == "TrainingRole"
    assert found.path_known
    assert (found.service, found.name, found.account) == ("s3", "GetObject", ACCOUNT)
    assert found.arns == ("arn:aws:s3:::data/a",)
    assert not found.denied


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x\ny", "not JSON: Expecting value: line 1 column 1 (char 0) (line 1 alone"),
        ("5", "must be an object or a list"),
        ('{"a": 1}', "has no `Records`"),
        ('[{"a": 1}]', "[0]: has no `Records`"),
    ],
)
def test_what_is_no_event_is_told(text: str, message: str) -> None:
    with pytest.raises(InvalidEvents) as error:
        list(read_events(text))
    assert str(error.value).startswith(message)


def test_who_called_is_a_role_or_nobody() -> None:
    session = {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/TrainingRole/session"}
    (found,) = read_events(json.dumps({**RECORD, "userIdentity": session}))
    assert (found.role, found.path_known) == (f"arn:aws:iam::{ACCOUNT}:role/TrainingRole", False)
    user = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/ann"}
    (found,) = read_events(json.dumps({**RECORD, "userIdentity": user}))
    assert (found.role, found.role_name, found.partition) == (None, "", "aws")
