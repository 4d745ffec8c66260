"""A graph as JSON, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rolewright.guardrails import Level

if TYPE_CHECKING:
    from rolewright.explain.graph_model import Caller, Graph, Node, Reach


def graph_json(graph: Graph) -> dict[str, Any]:
    """Return a graph in plain dicts and lists."""
    return {
        "title": graph.title,
        "roles": [_role(node) for node in graph.nodes],
        "violations": graph.count(Level.MANDATORY),
        "advisories": graph.count(Level.ADVISORY),
    }


def _role(node: Node) -> dict[str, Any]:
    return {
        "name": node.name,
        "arn": node.arn or None,
        "configKey": node.config_key,
        "partlySeen": not node.whole,
        "boundary": node.boundary,
        "assumedBy": [_caller(caller) for caller in node.callers],
        "reaches": [_reach(reach) for reach in node.reaches],
        "unchecked": list(node.unseen),
        "findings": [
            {
                "guardrail": finding.guardrail,
                "level": finding.level.value,
                "message": finding.message,
                "policy": finding.policy,
                "statement": finding.statement,
                "waived": finding.waived,
            }
            for finding in node.findings
        ],
    }


def _caller(caller: Caller) -> dict[str, Any]:
    return {
        "kind": caller.kind,
        "principal": caller.value,
        "allowed": caller.allowed,
        "statement": caller.statement,
        "conditions": list(caller.conditions),
    }


def _reach(reach: Reach) -> dict[str, Any]:
    target = reach.target
    return {
        "service": target.service,
        "kind": target.kind or None,
        "name": target.name or None,
        "account": target.account or None,
        "parts": list(reach.parts),
        "access": [access.value for access in reach.access],
        "because": [
            {
                "policy": reason.policy,
                "statement": reason.statement,
                "access": [access.value for access in reason.access],
                "actions": list(reason.actions),
                "resource": reason.resource,
                "butNot": list(reason.spared),
                "conditions": list(reason.conditions),
                "configKey": reason.config_key,
                "leads": reason.leads,
                "risk": reason.risk.value if reason.risk else None,
            }
            for reason in reach.reasons
        ],
    }
