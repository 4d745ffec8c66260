"""The page of all guardrails, `docs/guardrails.md`, written from what the guardrails say of themselves.

`python -m rolewright.guardrails.page` prints it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from rolewright.grants import Environment
from rolewright.guardrails import Guardrail, enforcement, guardrails
from rolewright.guardrails.settings import GuardrailSettings, WaiverSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FAMILIES = {
    "trust": "Who may assume a role.",
    "admin": "Access to everything, or to all of a service.",
    "escalation": "Ways from a role to access that it does not have.",
    "data": "Which data a role reaches.",
    "network": "Where the jobs of a role run, and with which keys.",
    "identity": "The role itself: boundary, name, tags, what is attached by hand.",
    "correctness": "Documents that can be checked, are valid and hold.",
    "change": "What a change adds.",
    "workload": "What runs as a role: notebooks, models, jobs, domains.",
}
_INTRO = """# Guardrails

Each judges a role whole: its trust policy, its inline and attached policies, its boundary, and the
other roles of the stack. What it judges is what the role may really do: less what is denied, within
the boundary. The policy pack runs them at preview and again, document by document, while roles are
created; `rolewright audit` runs the same functions over roles that exist.

**mandatory** stops the run, **advisory** is printed. `sagemaker-roles:environment` picks the column;
where it is missing or unknown, that is `prod`. Any level and any setting can be given in the pack's
config, one entry a guardrail:

```json
{
  "data-buckets": {"allowed": ["model-artifacts"], "enforcementLevel": "mandatory"},
  "naming-and-tags": "disabled"
}
```

```
pulumi preview --policy-pack policy_pack --policy-pack-config guardrails.json
make preview STACK=dev GUARDRAILS=guardrails.json
rolewright audit account.json --guardrails guardrails.json
```
"""
_OUTRO = """## Waivers

Every guardrail takes `waivers`: violations that are accepted for a while. A waived finding is still
printed, as advice, with reason and owner; a waiver past its date no longer counts, and says so; one
that is for nothing is reported, so that the list stays short.

```json
{
  "pass-role-scoped": {
    "waivers": [
      {"role": "LegacyRole", "sid": "PassAny", "reason": "moves to exact ARNs in ML-214",
       "owner": "ml-platform", "expires": "2027-01-31"}
    ]
  }
}
```
"""


def page() -> str:
    """Return the page as Markdown."""
    found = sorted(guardrails(), key=lambda one: (list(_FAMILIES).index(one.family), one.id))
    lines = [_INTRO, *_overview(found)]
    for family, members in groupby(found, key=lambda one: one.family):
        lines += ["", f"## {family.capitalize()}", "", _FAMILIES[family]]
        for guardrail in members:
            lines += ["", *_section(guardrail)]
    waiver = "\n".join(_settings(_properties(WaiverSettings)))
    return "\n".join((*lines, "", _OUTRO, waiver, ""))


def _overview(found: list[Guardrail[Any]]) -> Iterator[str]:
    yield "| guardrail | severity | local | dev | staging | prod |"
    yield "|---|---|---|---|---|---|"
    for one in found:
        levels = " | ".join(enforcement(one.level, known).value for known in Environment)
        yield f"| [`{one.id}`](#{one.id}) | {one.severity.value} | {levels} |"


def _section(guardrail: Guardrail[Any]) -> Iterator[str]:
    yield f"### {guardrail.id}"
    yield ""
    yield f"{guardrail.description} {guardrail.why}"
    yield ""
    yield f"Fix: {guardrail.fix}."
    if guardrail.controls:
        yield ""
        yield f"Security Hub: {', '.join(guardrail.controls)}."
    own = {
        key: about
        for key, about in _properties(guardrail.settings).items()
        if key not in GuardrailSettings.__annotations__
    }
    if own:
        yield ""
        yield from _settings(own)


def _properties(settings: type[Any]) -> Mapping[str, Any]:
    return TypeAdapter(settings).json_schema()["properties"]


def _settings(properties: Mapping[str, Any]) -> Iterator[str]:
    yield "| setting | what it takes | |"
    yield "|---|---|---|"
    for key, about in properties.items():
        yield f"| `{key}` | {_type(about)} | {about['description']} |"


def _type(about: Mapping[str, Any]) -> str:
    """Return a type in words: `a list of strings`."""
    if about.get("type") == "array":
        return f"a list of {_type(about.get('items', {}))}s"
    words = {"boolean": "true or false", "integer": "a number", "object": "an object"}
    return words.get(about.get("type", ""), "text")


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
