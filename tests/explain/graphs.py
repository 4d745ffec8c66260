"""Graphs of roles for the tests: of a stack's file, of roles that are made up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local_aws.paths import ROOT
from rolewright.audit import audit_subject, read_rules
from rolewright.cli.sources.many import planned_roles, roles_in
from rolewright.explain.graph import graph_of
from rolewright.grants import ANY_ACCOUNT, Environment
from rolewright.roles import AttachedPolicy, PolicyKind, Role, read_document

if TYPE_CHECKING:
    from rolewright.explain.graph_model import Graph, Node

ARN = "arn:aws:iam::123456789012:role/"


def of_stack(name: str) -> Graph:
    """Return the graph of one of the project's own stacks."""
    found, environment = planned_roles(str(ROOT / f"Pulumi.{name}.yaml"), ANY_ACCOUNT)
    rules = read_rules(environment, {})
    roles = [(role, audit_subject(role, rules)) for role in roles_in(found)]
    return graph_of(f"Roles of Pulumi.{name}.yaml", roles)


def document(kind: PolicyKind, name: str, *statements: dict[str, Any]) -> AttachedPolicy:
    """Return a document of a role from its statements."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return AttachedPolicy(name=name, kind=kind, document=read_document(text), urn="", text=text)


def allow(*actions: str, on: str | list[str], **more: Any) -> dict[str, Any]:
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": on, **more}


def role(name: str, *statements: dict[str, Any], **more: Any) -> Role:
    """Return a role with one inline policy."""
    inline = document(PolicyKind.INLINE, "own", *statements)
    policies = (inline,) if statements else ()
    return Role(name=name, urn=ARN + name, account="123456789012", policies=policies, **more)


def trusting(*statements: dict[str, Any]) -> AttachedPolicy:
    """Return a trust policy."""
    return document(PolicyKind.TRUST, "trust", *statements)


def graph(*roles: Role) -> Graph:
    """Return the graph of roles, judged as in prod."""
    rules = read_rules(Environment.PROD, {})
    return graph_of("Roles", [(one, audit_subject(one, rules)) for one in roles])


def node(*statements: dict[str, Any], **more: Any) -> Node:
    """Return the node of one role with these statements."""
    return graph(role("R", *statements, **more)).nodes[0]
