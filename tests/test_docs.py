"""What the docs say is so: their links, and that no command, option or guardrail is left out."""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from local_aws.paths import ROOT
from rolewright.cli import main
from rolewright.explain.diagnosis import diagnose
from rolewright.guardrails import guardrails
from tests.readme import PAGES, Example, blocks, examples

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = PAGES["docs/reference.md"]
TROUBLESHOOT = PAGES["docs/troubleshoot.md"]
FENCES = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
JSONL = {"simulate", "escalations", "diff", "lint", "audit", "diagnose"}
FAILURES = {
    "Tags are denied": "add-tags",
    "SageMaker can't assume the role": "trust-lacks-service",
    "The role may not pass itself": "passes-itself",
    "get_execution_role fails": "execution-role-lookup",
    "AWS's image can't be pulled": "aws-image",
    "An image of your own can't be pulled": "own-image",
    "The bucket is encrypted": "kms-key",
    "The bucket demands encryption": "bucket-demands-encryption",
    "A job in a VPC fails as InternalServerError": "network-interfaces",
    "A call from the VPC times out": "no-endpoint",
    "CreateBucket is denied though the bucket exists": "create-default-bucket",
    "The bucket isn't the role's": "bucket-not-granted",
    "Lake Formation stands in front of Glue": "lake-formation",
    "A boundary or the organisation is in the way": "scp-denies",
    "The policy is too long": "policy-too-long",
}
"""The likeliest cause that `diagnose` gives for the message of each section."""
BESIDES = {
    "iam:PassRole": ["--context", "iam:PassedToService=sagemaker.amazonaws.com"],
    "kms:Decrypt": [
        *("--context", "kms:ViaService=s3.eu-west-1.amazonaws.com"),
        *("--context", "kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::model-artifacts"),
    ],
    "sagemaker:AddTags": ["--context", "sagemaker:TaggingAction=CreateTrainingJob"],
    "sts:AssumeRole": ["--principal", "sagemaker.amazonaws.com"],
}
"""What such a request has besides, which its message doesn't say."""


def prose(text: str) -> str:
    return FENCES.sub("", text)


def anchors(text: str) -> list[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def sections(text: str, level: str) -> dict[str, str]:
    """Return what stands below each heading of a level, by the heading."""
    parts = re.split(rf"^{level} (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands() -> dict[str, click.Command]:
    context = click.Context(main)
    found = ((name, main.get_command(context, name)) for name in main.list_commands(context))
    return {name: command for name, command in found if command}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert len(anchors(PAGES[page])) == len(set(anchors(PAGES[page])))
    for link in LINK.findall(prose(PAGES[page])):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        if anchor:
            name = target.resolve().relative_to(ROOT.resolve()).as_posix()
            assert anchor in anchors(PAGES[name]), link


def test_every_page_is_listed() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert set(LINK.findall(PAGES["docs/README.md"])) == pages
    assert {f"docs/{name}" for name in pages} <= set(LINK.findall(PAGES["README.md"]))


def test_every_guardrail_is_linked() -> None:
    page = PAGES["docs/guardrails.md"]
    for guardrail in guardrails():
        assert f"[`{guardrail.id}`](#{guardrail.id})" in page
        assert guardrail.id in anchors(page)


@pytest.mark.parametrize("name", commands())
def test_every_command_has_its_options_an_example_and_its_status(name: str) -> None:
    section = sections(REFERENCE, "##")[name]
    options = {
        option
        for parameter in commands()[name].params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option not in {"-h", "--help"}
    }
    rows = re.findall(r"^\| (`--.+?) \| ", section, re.MULTILINE)
    assert set(re.findall(r"`(--[a-z-]+)", " ".join(rows))) == options
    assert any(
        example.command.startswith(f"rolewright {name} ") or example.command == f"rolewright {name}"
        for example in in_reference()
    )
    assert f"| [`{name}`](#{name}) | " in REFERENCE
    assert f"| [`{name}`](docs/reference.md#{name}) | " in PAGES["README.md"]


def in_reference() -> list[Example]:
    return [example for example in examples() if example.page == "docs/reference.md"]


def test_every_choice_of_an_option_is_named() -> None:
    for name, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter.type, click.Choice):
                choices = parameter.type.choices
                shown = "\\|".join(str(choice) for choice in choices)
                assert f"| `{parameter.opts[0]} {shown}` | " in sections(REFERENCE, "##")[name]


def test_the_lines_of_every_command_that_takes_them_are_shown() -> None:
    takes = {
        name
        for name, command in commands().items()
        if any("--jsonl" in parameter.opts for parameter in command.params)
    }
    lines = sections(REFERENCE, "##")["Lines for programs"]
    assert {heading.split(",")[0] for heading in sections(lines, "###")} == takes == JSONL
    for name in takes:
        (example,) = [
            one for one in in_reference() if one.command.startswith(f"rolewright {name} --jsonl")
        ]
        assert example.stdin
        for line in (*example.stdin.splitlines(), *example.output):
            assert "id" in json.loads(line)


def test_one_name_is_used_for_the_command_line() -> None:
    for page, text in PAGES.items():
        assert "python -m rolewright" not in text, page


def test_the_python_of_the_reference_runs() -> None:
    (code,) = blocks("python", REFERENCE)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, {})  # noqa: S102  # our own page
    assert said.getvalue().strip() == code.strip().rpartition("# ")[2]


def failures() -> dict[str, str]:
    below = sections(TROUBLESHOOT, "##")["The failures people have most"]
    found = sections(below, "###")
    return {heading: text for heading, text in found.items() if blocks("text", text)}


def test_every_failure_has_its_message_its_cause_and_its_fix() -> None:
    assert list(failures()) == list(FAILURES)
    for text in failures().values():
        assert "\n**Cause.** " in text
        assert "\n**Fix.**" in text


@pytest.mark.parametrize("heading", FAILURES)
def test_a_failure_is_diagnosed_as_the_page_says(
    heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = failures()[heading]
    (message,) = blocks("text", text)
    (diagnosis,) = diagnose(message)
    assert diagnosis.causes[0].id == FAILURES[heading]
    roles = blocks("yaml", text)
    # Where the role can mend it and nothing besides is asked for, the page says how.
    assert len(roles) == int(diagnosis.causes[0].in_role and heading != "The policy is too long")
    if not roles:
        return
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  aws:region: eu-west-1\n  sagemaker-roles:environment: dev\n"
        "  sagemaker-roles:roles:\n" + "".join(f"    {line}\n" for line in roles[0].splitlines())
    )
    action, resource = asked(diagnosis.denial)
    asks = ["explain", "TrainingRole", action, resource, *BESIDES.get(action, [])]
    of = ["--config", "Pulumi.dev.yaml", "--account", "123456789012"]
    result = CliRunner().invoke(main, [*asks, *of])
    assert result.exit_code == 0, result.output


def asked(denial: Any) -> tuple[str, str]:
    """Return what the message says was denied; what it stands for where it doesn't."""
    if denial.action is None:
        return "ec2:DescribeSubnets", "*"
    return denial.action, denial.resource
