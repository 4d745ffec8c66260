"""A role on a page: who may assume it, what was found, what it reaches and by which statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.graph_svg import drawing
from rolewright.explain.graph_targets import title_of
from rolewright.explain.graph_words import access_words, risk_words, row_id
from rolewright.explain.markup import Markup, tag
from rolewright.guardrails import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.audit import Finding
    from rolewright.explain.graph_model import Caller, Node, Reach, Reason


def risk_class(risk: Level | None) -> str:
    """Return the class of a text that says how many findings there are."""
    return "said" if risk is None else f"said risk {risk.value}"


def role_section(node: Node, number: int, *, unfolded: bool, drawn: bool) -> Markup:
    """Return the part of a page about one role, with a drawing of its own or without."""
    return tag(
        "article",
        {
            "id": f"r{number + 1}",
            "data-risk": " ".join(sorted({finding.level.value for finding in node.findings}))
            or "none",
            "aria-labelledby": f"r{number + 1}-name",
        },
        tag(
            "details",
            {"open": unfolded},
            tag(
                "summary",
                {},
                tag("h3", {"id": f"r{number + 1}-name"}, node.name),
                tag("span", {"class": risk_class(node.risk)}, risk_words(node)),
            ),
            *_facts(node),
            _findings(node),
            tag("h4", {}, "Reaches") if node.reaches else tag("p", {}, "Reaches nothing."),
            tag(
                "div",
                {
                    "class": "scroll",
                    "tabindex": "0",
                    "role": "region",
                    "aria-label": f"drawing of {node.name}, scrolls",
                },
                drawing(node.name, [(number, node)]),
            )
            if drawn and node.reaches
            else "",
            _reaches(node, number) if node.reaches else "",
        ),
    )


def _facts(node: Node) -> Iterator[Markup]:
    facts: list[tuple[str, Markup | str]] = []
    if node.arn:
        facts.append(("ARN", tag("code", {}, node.arn)))
    if node.config_key:
        facts.append(("Stack config", tag("code", {}, node.config_key)))
    if not node.whole:
        facts.append(("Seen", "in part: what it has besides is not known"))
    facts += (("May assume it", _who(caller)) for caller in node.callers if caller.allowed)
    facts += (("Kept out", _who(caller)) for caller in node.callers if not caller.allowed)
    if node.boundary:
        facts.append(("Boundary", tag("code", {}, node.boundary)))
    facts += (("Can't be checked", said) for said in node.unseen)
    if facts:
        yield tag(
            "dl",
            {},
            *(tag("div", {}, tag("dt", {}, name), tag("dd", {}, said)) for name, said in facts),
        )


def _who(caller: Caller) -> Markup:
    return tag(
        "span",
        {},
        tag("code", {}, caller.value),
        f" ({caller.kind}), statement {caller.statement}",
        *(tag("span", {"class": "when"}, f"only if {said}") for said in caller.conditions),
    )


def _findings(node: Node) -> Markup | str:
    if not node.findings:
        return ""
    order = {Level.MANDATORY: 0}
    found = sorted(node.findings, key=lambda finding: order.get(finding.level, 1))
    return tag(
        "div",
        {},
        tag("h4", {}, "Findings"),
        tag("ul", {"class": "findings"}, *(_finding(node, finding) for finding in found)),
    )


def _finding(node: Node, finding: Finding) -> Markup:
    word = "violation" if finding.level is Level.MANDATORY else "advisory"
    where = finding.policy or ""
    if finding.statement is not None:
        where += f", statement {finding.statement}"
    waived = finding.waiver if finding.waived else None
    return tag(
        "li",
        {"class": f"risk {finding.level.value}"},
        tag("strong", {}, word),
        " ",
        tag("code", {}, finding.guardrail),
        tag("p", {}, *_coded(f"{node.name} {finding.message}")),
        *(tag("p", {"class": "quiet"}, *_coded(detail)) for detail in finding.details),
        tag("p", {"class": "quiet"}, *_coded(f"in {where}")) if where else "",
        tag("p", {"class": "quiet"}, *_coded(f"fix: {finding.fix}")),
        tag("p", {"class": "quiet"}, f"waived until {waived.expires}: {waived.reason}")
        if waived
        else "",
    )


def _coded(text: str) -> Iterator[str]:
    """Yield a text with what stands in backticks as code."""
    *pairs, last = text.split("`")
    if len(pairs) % 2:
        yield text
        return
    for place, piece in enumerate((*pairs, last)):
        yield tag("code", {}, piece) if place % 2 else piece


def _reaches(node: Node, number: int) -> Markup:
    return tag(
        "table",
        {"class": "reaches"},
        tag(
            "thead",
            {},
            tag(
                "tr",
                {},
                *(
                    tag("th", {"scope": "col"}, said)
                    for said in ("Service", "Resource", "Access", "By which statement")
                ),
            ),
        ),
        tag(
            "tbody",
            {},
            *(_reach(reach, row_id(number, place)) for place, reach in enumerate(node.reaches)),
        ),
    )


def _reach(reach: Reach, name: str) -> Markup:
    target = reach.target
    about = " ".join(filter(None, (target.kind if target.name else "", target.account)))
    return tag(
        "tr",
        {"id": name, "class": f"risk {reach.risk.value}" if reach.risk else None},
        tag("td", {"data-label": "Service"}, title_of(target.service)),
        tag(
            "th",
            {"scope": "row", "data-label": "Resource"},
            tag("code", {}, target.label),
            tag("span", {"class": "quiet"}, f" {about}") if about != target.label else "",
            *(tag("span", {"class": "when"}, part) for part in reach.parts),
        ),
        tag(
            "td",
            {"data-label": "Access"},
            tag("strong", {"class": "mark"}, "! ") if reach.risk else "",
            access_words(reach),
        ),
        tag(
            "td",
            {"data-label": "By which statement"},
            *(_reason(reason) for reason in reach.reasons),
        ),
    )


def _reason(reason: Reason) -> Markup:
    return tag(
        "div",
        {"class": "reason"},
        tag("span", {}, tag("b", {}, reason.statement), " of ", *_coded(reason.policy)),
        tag("code", {"class": "when"}, ", ".join(reason.actions)),
        tag("code", {"class": "when"}, f"on {reason.resource}"),
        tag("span", {"class": "when"}, *_coded(reason.leads)) if reason.leads else "",
        tag("span", {"class": "when"}, f"but not {', '.join(reason.spared)}")
        if reason.spared
        else "",
        *(tag("span", {"class": "when"}, f"only if {said}") for said in reason.conditions),
        tag("span", {"class": "when"}, f"from {reason.config_key}") if reason.config_key else "",
    )
