"""The page of guardrails is written from the code, and in step with it."""

from __future__ import annotations

from pathlib import Path

from rolewright.guardrails import guardrails
from rolewright.guardrails.page import page

PAGE = Path(__file__).parents[2] / "docs" / "guardrails.md"


def test_the_page_is_what_the_guardrails_say_of_themselves() -> None:
    assert PAGE.read_text() == page(), "run `make docs`"


def test_every_guardrail_and_its_every_setting_is_on_the_page() -> None:
    text = page()
    for guardrail in guardrails():
        section = text.partition(f"\n### {guardrail.id}\n")[2].partition("\n### ")[0]
        assert guardrail.why in section
        assert guardrail.fix in section
        for setting in guardrail.settings_schema()["properties"]:
            assert setting == "waivers" or f"| `{setting}` |" in section
