"""Every kind of grant: what its documents allow and deny, what it refuses, what is needed besides.

Each has a case file, whose `cases` say why; each case's document also has to stand by itself.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolewright.grants import (
    ConfigError,
    Target,
    draft_stack_config,
    parse_role_args,
    plan_role,
    plan_stack,
)
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.statements import document
from rolewright.iam import Policies, Request, evaluate, parse_document, render_document
from rolewright.lint import Severity, lint
from rolewright.lint.takes import has_key
from rolewright.reference import find_action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.grants import RolePlan
    from rolewright.iam import PolicyDocument, Statement

TARGET = Target(partition="aws", account="123456789012", region="eu-west-1", environment="dev")
FOLDER = Path(__file__).parent.parent / "cases" / "grants" / "kinds"
FILES: dict[str, Any] = {
    path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))
}
CASES = [
    pytest.param(key, case, id=f"{key}: {case['name']}")
    for key, file in FILES.items()
    for case in file["cases"]
]
PROBLEMS = [
    pytest.param(key, case, id=f"{key}: {case['name']}")
    for key, file in FILES.items()
    for case in file["problems"]
]
NEED_ANY = {"cloudwatch:PutMetricData"}
"""Actions whose only resource type, a dataset, is not what is meant: metrics have no ARN."""
OPEN_TO_ALL = {"images"}
"""Kinds whose resources are AWS's own, which lets every account in."""
OPEN = parse_document(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
    }
)
VERB = re.compile(r"[A-Z][a-z]+")


def made(key: str, case: dict[str, Any], entries: list[Any] | None = None) -> RolePlan:
    target = replace(TARGET, **case.get("target", {}))
    args: Any = {key: case["entries"] if entries is None else entries}
    return plan_role("R", parse_role_args("R", args), target)


def snippets(plan: RolePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the statements among the companions, with what they are for."""
    for companion in plan.companions:
        if companion.snippet and companion.snippet.startswith("{"):
            yield companion.what, json.loads(companion.snippet.replace("ROLE_ARN", plan.arn))


def resource_policy(plan: RolePlan, resource: str) -> PolicyDocument | None:
    """Return the policy that a resource has when its owner did what the companions say."""
    found = [snippet for what, snippet in snippets(plan) if what.endswith(f" {resource}")]
    return parse_document({"Version": "2012-10-17", "Statement": found}) if found else None


def allowed(plan: RolePlan, asked: dict[str, Any], opened: PolicyDocument | None = None) -> bool:
    context: dict[str, tuple[str, ...]] = {
        name: (values,) if isinstance(values, str) else tuple(values)
        for name, values in asked.get("context", {}).items()
    }
    request = Request(
        action=asked["action"], resource=asked["resource"], context=context, principal=plan.arn
    )
    policies = Policies(
        identity=tuple(policy.document for policy in plan.policies),
        resource=resource_policy(plan, asked["resource"]) or opened,
    )
    return evaluate(request, policies).allowed


def test_every_kind_has_a_case_file_and_every_case_says_why() -> None:
    assert set(FILES) == {kind.key for kind in grant_kinds()}
    for file in FILES.values():
        assert set(file) == {"cases", "problems"}
        for case in (*file["cases"], *file["problems"]):
            assert case["why"]
            assert all(asked["why"] for asked in case.get("denied", ()))


@pytest.mark.parametrize(("key", "case"), CASES)
def test_it_allows_what_is_asked_for_and_no_more(key: str, case: dict[str, Any]) -> None:
    plan = made(key, case)
    for asked in (*case.get("allowed", ()), *case.get("denied", ())):
        others = OPEN if key in OPEN_TO_ALL and TARGET.account not in asked["resource"] else None
        assert find_action(asked["action"]), asked
        assert allowed(plan, asked, others) == (asked in case.get("allowed", ())), asked


@pytest.mark.parametrize(("key", "case"), CASES)
def test_it_says_what_is_needed_besides(key: str, case: dict[str, Any]) -> None:
    plan = made(key, case)
    assert [companion.what for companion in plan.companions] == case.get("companions", [])
    for companion in plan.companions:
        assert companion.why.endswith(".")
        assert companion.snippet is None or plan.arn not in companion.snippet


@pytest.mark.parametrize(("key", "case"), CASES)
def test_the_linter_finds_nothing(key: str, case: dict[str, Any]) -> None:
    plan = made(key, case)
    for policy in plan.policies:
        assert lint(policy.text) == ()
    for _, snippet in snippets(plan):
        assert lint({"Version": "2012-10-17", "Statement": [snippet]}) == ()


@pytest.mark.parametrize(("key", "case"), CASES)
def test_every_action_is_one_and_any_resource_stands_only_where_it_must(
    key: str, case: dict[str, Any]
) -> None:
    if key == "statements":
        return
    for statement in made(key, case).policies[0].document.statements:
        for name in statement.actions or ():
            action = find_action(name)
            assert action is not None, name
            assert name == f"{action.service}:{action.name}"
            takes_any = not action.resource_types or name in NEED_ANY
            assert takes_any == ("*" in (statement.resources or ())), name


@pytest.mark.parametrize(("key", "case"), CASES)
def test_every_action_has_the_keys_that_bind_it(key: str, case: dict[str, Any]) -> None:
    for statement in made(key, case).policies[0].document.statements:
        for condition in statement.conditions:
            if not condition.key.startswith("aws:"):
                for action in statement.actions or ():
                    assert has_key(action, condition.key.lower()), (action, condition.key)


@pytest.mark.parametrize(("key", "case"), CASES)
def test_order_and_repetition_change_nothing(key: str, case: dict[str, Any]) -> None:
    entries = case["entries"]
    expected = made(key, case)
    for again in ([*reversed(entries)], [*entries, entries[0]], [entries[-1], *entries]):
        plan = made(key, case, again)
        assert plan.policies == expected.policies
        assert plan.companions == expected.companions


@pytest.mark.parametrize("key", list(FILES))
def test_one_more_grant_renames_no_statement(key: str) -> None:
    cases = [case for case in FILES[key]["cases"] if "target" not in case]

    def sids(entries: list[Any]) -> set[str | None]:
        return {s.sid for s in made(key, {}, entries).policies[0].document.statements}

    for one, other in combinations(cases, 2):
        before, more = sids(one["entries"]), sids(other["entries"])
        # One that is gone is within another's; test_merging holds that no access is lost.
        assert sids([*one["entries"], *other["entries"]]) <= before | more


def test_sids_are_unique_over_all_kinds_together() -> None:
    grants: dict[str, Any] = {
        key: [entry for case in file["cases"] if "target" not in case for entry in case["entries"]]
        for key, file in FILES.items()
    }
    verbs: dict[str, set[str]] = {}
    seen: dict[str, str] = {}
    for key, entries in grants.items():
        for statement in made(key, {}, entries).policies[0].document.statements:
            sid = statement.sid or ""
            if sid == "RegistryToken":
                continue
            assert re.fullmatch(r"[A-Za-z0-9]+", sid)
            assert seen.setdefault(sid, key) == key
            found = VERB.match(sid)
            assert found
            verbs.setdefault(key, {"Registry"}).add(found[0])
    for key, other in combinations(verbs, 2):
        for verb in verbs[key] - {"Registry"}:
            for word in verbs[other]:
                assert not verb.startswith(word), (key, other)
                assert not word.startswith(verb), (key, other)


def test_kinds_stand_together_in_one_document() -> None:
    statements: list[Statement] = []
    for kind in grant_kinds():
        case = next(case for case in FILES[kind.key]["cases"] if "target" not in case)
        statements += made(kind.key, case).policies[0].document.statements
    whole = document(replace(statement, index=0) for statement in statements)
    assert len(whole.statements) < len(statements), "ECR's token is asked for once"
    assert lint(render_document(whole)) == ()


@pytest.mark.parametrize(("key", "case"), PROBLEMS)
def test_what_can_not_be_honoured_is_a_problem(key: str, case: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as error:
        made(key, case)
    assert [str(problem) for problem in error.value.problems] == case["problems"]
    assert all(problem.startswith(f"roles.R.{key}") for problem in case["problems"])


@pytest.mark.parametrize("key", list(FILES))
def test_of_a_missing_value_nothing_more_is_said(key: str) -> None:
    nowhere = replace(TARGET, partition="aws-cn", region="xx-nowhere-9")
    entries: list[Any] = (
        [{}, {"access": []}] if key != "statements" else [{}, {"actions": ["s3:*"]}]
    )
    draft = draft_stack_config("dev", json.dumps({"R": {key: entries}}), None)
    missing = {problem.path for problem in draft.problems if problem.message == "is missing"}
    try:
        plan_stack(draft, nowhere)
    except ConfigError as error:
        told = [problem for problem in error.problems if problem.path in missing]
        assert all(problem.message == "is missing" for problem in told)


@pytest.mark.parametrize("key", list(FILES))
def test_the_partition_reaches_every_arn(key: str) -> None:
    china = {"target": {"partition": "aws-cn", "region": "cn-north-1"}}
    entries = [
        json.loads(
            json.dumps(entry).replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1")
        )
        for case in FILES[key]["cases"]
        if "target" not in case and not case.get("commercial", False)
        for entry in case["entries"]
    ]
    if not entries:
        return
    plan = made(key, china, entries)
    for said in (*(policy.text for policy in plan.policies), *map(str, plan.companions)):
        assert "arn:aws:" not in said
        assert not re.search(r"amazonaws\.com(?!\.cn)", said) or key in COMMERCIAL_NAMES


COMMERCIAL_NAMES = {"passRoles"}
"""Kinds that name services as principals, which are `amazonaws.com` in China too."""


ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["*", "?", "${aws:userid}", "arn:", "arn:aws:::", "a:b:c:d:e:f", "x" * 600]),
    st.builds(
        "arn:{}:{}:{}:{}:{}".format,
        st.sampled_from(["aws", "aws-cn", "*", ""]),
        st.sampled_from(["s3", "kms", "iam", "ecr", "secretsmanager", "bedrock"]),
        st.sampled_from(["eu-west-1", "", "*"]),
        st.sampled_from(["123456789012", "210987654321", "*", ""]),
        st.sampled_from(["*", "role/*", "key/*", "key/a", "role/a", "a/b", "secret:a-??????"]),
    ),
)


def odd(entry: Any, data: st.DataObject) -> Any:
    """Return an entry with other strings at some places."""
    if isinstance(entry, str):
        return data.draw(ODD) if data.draw(st.booleans()) else entry
    if isinstance(entry, list):
        return [odd(part, data) for part in cast("list[Any]", entry)]
    if isinstance(entry, dict):
        return {key: odd(part, data) for key, part in cast("dict[str, Any]", entry).items()}
    return entry


@given(st.sampled_from(sorted(FILES)), st.data())
def test_whatever_is_written_is_refused_or_stands_in_iam(key: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(FILES[key]["cases"]))
    try:
        plan = made(key, case, [odd(entry, data) for entry in case["entries"]])
    except ConfigError:
        return
    for policy in plan.policies:
        found = [finding for finding in lint(policy.text) if finding.severity is Severity.ERROR]
        assert found == []
        assert key == "statements" or "${" not in policy.text
