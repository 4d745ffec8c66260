"""Patches written into stack files: what is new is there, all else is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from local_aws.paths import ROOT
from rolewright.explain.patch import Patch
from rolewright.explain.write import UncleanPatch, apply, patched_text
from rolewright.explain.yaml_places import flow
from rolewright.grants.stack_file import read_config

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = {"name": "data", "access": ["read"], "prefixes": ["out/"]}
TEXT = "{name: data, access: [read], prefixes: [out/]}"
HEAD = "config:\n  sagemaker-roles:environment: dev\n  sagemaker-roles:roles:\n"


def _patch(key: str = "buckets", index: int | None = None, entry: Any = None) -> Patch:
    return Patch(role="R", key=key, index=index, entry=BUCKET if entry is None else entry)


def _written(folder: Path, text: str, patch: Patch) -> str:
    path = folder / "Pulumi.dev.yaml"
    path.write_bytes(text.encode())
    apply(patch, path)
    assert [one.name for one in folder.iterdir()] == ["Pulumi.dev.yaml"]
    return path.read_bytes().decode()


ROLES = [
    pytest.param(
        "    R:  # ours\n      buckets:\n        - name: a   # first\n          access: [list]\n\n"
        "    # the next\n    S: {dynamodb: [{table: t, access: [read]}]}\n",
        "    R:  # ours\n      buckets:\n        - name: a   # first\n          access: [list]\n"
        f"        - {TEXT}\n\n"
        "    # the next\n    S: {dynamodb: [{table: t, access: [read]}]}\n",
        id="a list in lines",
    ),
    pytest.param(
        "    R:\n      buckets:\n      - {name: a, access: [list]} # first\n      # last words\n",
        "    R:\n      buckets:\n      - {name: a, access: [list]} # first\n"
        f"      - {TEXT}\n      # last words\n",
        id="a list at its key's own column",
    ),
    pytest.param(
        "    R:\n      buckets: [{name: a, access: ['list']}]  # one\n      path: /x/\n",
        f"    R:\n      buckets: [{{name: a, access: ['list']}}, {TEXT}]  # one\n      path: /x/\n",
        id="a list in brackets",
    ),
    pytest.param(
        "    R:\n      buckets: [\n        {name: a, access: [list]},  # one\n      ]\n",
        f"    R:\n      buckets: [\n        {{name: a, access: [list]}}, {TEXT},  # one\n      ]\n",
        id="brackets over lines, with a comma at the end",
    ),
    pytest.param(
        "    R:\n      buckets: []\n", f"    R:\n      buckets: [{TEXT}]\n", id="an empty list"
    ),
    pytest.param(
        "    R:\n      path: /x/ # why\n\n    S: {path: /y/}\n",
        f"    R:\n      path: /x/ # why\n      buckets: [{TEXT}]\n\n    S: {{path: /y/}}\n",
        id="no list yet, and no other in lines",
    ),
    pytest.param(
        "    R:\n        dynamodb:\n        - {table: t, access: [read]}\n    S: {path: /y/}\n",
        "    R:\n        dynamodb:\n        - {table: t, access: [read]}\n"
        f"        buckets:\n        - {TEXT}\n    S: {{path: /y/}}\n",
        id="no list yet, as the others are written",
    ),
    pytest.param(
        "    R: {path: /x/}\n",
        f"    R: {{path: /x/, buckets: [{TEXT}]}}\n",
        id="a role in braces",
    ),
    pytest.param("    R: {}\n", f"    R: {{buckets: [{TEXT}]}}\n", id="an empty role"),
    pytest.param(
        "    R:\n    S: {path: /y/}\n",
        f"    R:\n      buckets: [{TEXT}]\n    S: {{path: /y/}}\n",
        id="a role that is nothing yet",
    ),
    pytest.param(
        "    R:\n      path: /x/",
        f"    R:\n      path: /x/\n      buckets: [{TEXT}]",
        id="no end of line",
    ),
    pytest.param(
        "    R:\n      description: >\n        of several\n        lines\n    S: {path: /y/}\n",
        "    R:\n      description: >\n        of several\n        lines\n"
        f"      buckets: [{TEXT}]\n    S: {{path: /y/}}\n",
        id="after a text of several lines",
    ),
]


@pytest.mark.parametrize(("before", "after"), ROLES)
def test_an_entry_is_put_in(before: str, after: str, tmp_path: Path) -> None:
    if before.startswith("    R:\n    S"):
        # A role that is nothing is not valid before, and is after.
        assert patched_text(_patch(), HEAD + before) == HEAD + after
        return
    assert _written(tmp_path, HEAD + before, _patch()) == HEAD + after


def test_line_ends_and_a_byte_order_mark_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    text = HEAD + "    R:\n      path: /x/\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    apply(_patch(), path)
    after = (text + f"      buckets: [{TEXT}]\n").replace("\n", "\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf" + after.encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_named_policy_gets_its_grant(tmp_path: Path) -> None:
    text = (
        HEAD
        + "    R:\n      policies:\n        A.b:\n          dynamodb: [{table: t, access: [read]}]\n"
    )
    written = _written(tmp_path, text, _patch("policies.A.b.buckets"))
    assert written == text + f"          buckets: [{TEXT}]\n"


def test_conditions_of_a_statement_change_within(tmp_path: Path) -> None:
    statement = (
        "{sid: One, effect: Allow, actions: ['s3:GetObject'], resources: ['*'], "
        "conditions: {StringEquals: {'aws:a': [x]}}}"
    )
    entry = {
        "sid": "One",
        "effect": "Allow",
        "actions": ["s3:GetObject"],
        "resources": ["*"],
        "conditions": {"StringEquals": {"aws:a": ["x", "z"]}},
    }
    text = HEAD + f"    R:\n      statements:\n      - {statement}\n"
    written = _written(tmp_path, text, _patch("statements", 0, entry))
    assert written == text.replace("[x]", "[x, z]")


def test_what_is_missing_above_is_put_in_too(tmp_path: Path) -> None:
    text = HEAD + "    R:\n      path: /x/\n"
    written = _written(tmp_path, text, _patch("policies.P.buckets"))
    assert written == text + f"      policies:\n        P:\n          buckets: [{TEXT}]\n"
    flat = _written(tmp_path, HEAD + "    R: {path: /x/}\n", _patch("policies.P.buckets"))
    assert flat == HEAD + f"    R: {{path: /x/, policies: {{P: {{buckets: [{TEXT}]}}}}}}\n"


ENTRIES = [
    pytest.param(
        "{name: data, access: [list]}",
        "{name: data, access: [list, read]}",
        {"name": "data", "access": ["list", "read"]},
        id="a list grows",
    ),
    pytest.param(
        "{name: data, access: [write], prefixes: ['a/']}",
        "{name: data, access: [read, write], prefixes: ['a/', out/]}",
        {"name": "data", "access": ["read", "write"], "prefixes": ["a/", "out/"]},
        id="a list changes in the midst",
    ),
    pytest.param(
        "{name: data, access: [list], prefixes: }",
        "{name: data, access: [list], prefixes: [a/] }",
        {"name": "data", "access": ["list"], "prefixes": ["a/"]},
        id="nothing stands under a key",
    ),
    pytest.param(
        "name: data # why\n          access: # all\n            - list # one",
        "name: data # why\n          access: # all\n            - list # one\n            - read\n"
        '          key: "arn:aws:kms:eu-west-1:123456789012:key/1"',
        {
            "name": "data",
            "access": ["list", "read"],
            "key": "arn:aws:kms:eu-west-1:123456789012:key/1",
        },
        id="an entry in lines",
    ),
]


@pytest.mark.parametrize(("before", "after", "entry"), ENTRIES)
def test_an_entry_is_changed(before: str, after: str, entry: Any, tmp_path: Path) -> None:
    text = HEAD + "    R:\n      buckets:\n        - {name: a, access: [list]}\n        - %s\n"
    written = _written(tmp_path, text % before, _patch(index=1, entry=entry))
    assert written == text % after


def test_activities_and_trust_are_mappings(tmp_path: Path) -> None:
    text = HEAD + "    R:\n      path: /x/\n"
    entry = {"passRoles": ["arn:aws:iam::123456789012:role/T"]}
    written = _written(tmp_path, text, _patch("activities.manage-jobs", entry=entry))
    jobs = 'manage-jobs: {passRoles: ["arn:aws:iam::123456789012:role/T"]}'
    assert written == text + f"      activities:\n        {jobs}\n"
    trust = {"sourceAccount": False, "services": ["glue.amazonaws.com"]}
    text = HEAD + "    R:\n      trust: {sourceAccount: true}\n"
    written = _written(tmp_path, text, _patch("trust", entry=trust))
    assert written == text.replace("true}", "false, services: [glue.amazonaws.com]}")
    written = _written(tmp_path, HEAD + "    R:\n      trust: {}\n", _patch("trust", entry=trust))
    assert "trust: {sourceAccount: false, services: [glue.amazonaws.com]}\n" in written


REFUSED = [
    pytest.param(
        "    R:\n      buckets: &b [{name: a, access: [list]}]\n    S:\n      buckets: *b\n",
        _patch(),
        "`buckets` is shared by an anchor, and others would change too; write it by hand",
        id="an anchor",
    ),
    pytest.param(
        "    S: &s\n      buckets: [{name: a, access: [list]}]\n    R:\n      <<: *s\n      path: /x/\n",
        _patch(),
        "the file would not say just that; write it by hand",
        id="a list that is merged in",
    ),
    pytest.param(
        "    S: {path: /x/}\n",
        _patch(),
        "there is no `R` in it as a key of its own; write it by hand",
        id="no such role",
    ),
    pytest.param(
        "    R:\n      path: /x/\n",
        _patch(index=0),
        "there is no `roles.R.buckets[0]` in it; write it by hand",
        id="no such list",
    ),
    pytest.param(
        "    R:\n      buckets: [{name: a, access: [list]}]\n",
        _patch(index=1),
        "there is no `roles.R.buckets[1]` in it; write it by hand",
        id="no such entry",
    ),
    pytest.param(
        "    R:\n      buckets: {name: a}\n",
        _patch(),
        "`buckets` is not a list; write it by hand",
        id="no list",
    ),
    pytest.param(
        "    R:\n      policies: none\n",
        _patch("policies.P.buckets"),
        "`policies` is not a mapping; write it by hand",
        id="no mapping",
    ),
    pytest.param(
        "    R:\n      path: /x/\n",
        _patch(entry={"name": "data", "access": ["raed"]}),
        "the file would no longer be valid: roles.R.buckets[0].access[0]: `raed` is not an access "
        "level; did you mean `read`? (list, read, write, delete)",
        id="an entry that is not valid",
    ),
    pytest.param(
        "    R:\n      buckets: [{name: a, access: [list], prefixes: [x/]}]\n",
        _patch(index=0, entry={"name": "a", "access": ["list"]}),
        "the file would not say just that; write it by hand",
        id="a key that goes",
    ),
]


@pytest.mark.parametrize(("roles", "patch", "said"), REFUSED)
def test_what_cant_be_written_cleanly_is_refused(
    roles: str, patch: Patch, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(HEAD + roles)
    with pytest.raises(UncleanPatch) as refused:
        apply(patch, path)
    assert str(refused.value) == said
    assert path.read_text() == HEAD + roles


def test_a_problem_that_was_there_before_is_left_for_later(tmp_path: Path) -> None:
    text = HEAD + "    R:\n      path: /x/\n      policies: {P: }\n    S: {pathh: /y/}\n"
    written = _written(tmp_path, text, _patch("policies.P.buckets"))
    assert written == text.replace("{P: }", f"{{P: {{buckets: [{TEXT}]}} }}")


def test_roles_as_one_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("config:\n  sagemaker-roles:roles: '{\"R\": {}}'\n")
    with pytest.raises(UncleanPatch, match="there is no `R` in it as a key of its own"):
        apply(_patch(), path)
    with pytest.raises(UncleanPatch, match="the file is not YAML"):
        patched_text(_patch(), "a: [")


@pytest.mark.parametrize("name", ["local", "dev", "staging", "prod"])
def test_each_role_of_our_stacks_can_be_given_a_bucket(name: str, tmp_path: Path) -> None:
    text = (ROOT / f"Pulumi.{name}.yaml").read_text()
    path = tmp_path / f"Pulumi.{name}.yaml"
    path.write_text(text)
    roles = read_config(path)["sagemaker-roles:roles"]
    for role in roles:
        apply(Patch(role=role, key="buckets", index=None, entry=BUCKET), path)
    after = read_config(path)["sagemaker-roles:roles"]
    assert [role["buckets"][-1] for role in after.values()] == [BUCKET] * len(roles)
    lines = path.read_text().splitlines()
    changed = [line for line in text.splitlines() if line not in lines]
    assert all(line.startswith("      buckets: [") for line in changed)
    rest = iter(lines)
    assert all(line in rest for line in text.splitlines() if line not in changed)


_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(
    st.recursive(
        _TEXTS | st.booleans() | st.integers() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
        max_leaves=8,
    )
)
def test_flow_style_says_what_it_is_given(value: Any) -> None:
    """Reading what was written gives the value again."""
    yaml: Any = YAML(typ="safe", pure=True)
    assert yaml.load(f"x: {flow(value)}") == {"x": value}
