"""A graph of roles: put together from roles and what guardrails found of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.explain.graph_model import Caller, Graph, Node, gravest
from rolewright.explain.graph_reach import reaches_of, words
from rolewright.iam import Effect
from rolewright.reference import action_set
from rolewright.roles import Uncheckable, statement_actions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit import Audited, Finding
    from rolewright.guardrails import Level
    from rolewright.iam import Principal, Statement
    from rolewright.roles import AttachedPolicy, Role


def graph_of(title: str, roles: Iterable[tuple[Role, Audited]]) -> Graph:
    """Return the graph of roles, in their order, each with what was found of it."""
    return Graph(title=title, nodes=tuple(_node(role, audited) for role, audited in roles))


def _node(role: Role, audited: Audited) -> Node:
    seen = (role.trust, *role.policies, role.boundary)
    return Node(
        name=role.name,
        arn=role.urn,
        config_key=role.config_key,
        whole=role.created,
        boundary=None if role.boundary is None else role.boundary.name,
        callers=() if role.trust is None else tuple(_callers(role.trust, audited.findings)),
        reaches=reaches_of(role, audited.findings),
        unseen=tuple(
            f"{policy}: {policy.document.reason}"
            for policy in seen
            if policy is not None and isinstance(policy.document, Uncheckable)
        ),
        findings=audited.findings,
    )


def _callers(trust: AttachedPolicy, findings: tuple[Finding, ...]) -> Iterator[Caller]:
    """Yield whom a trust policy names, each once a statement."""
    assuming = action_set("sts:AssumeRole*")
    for statement in trust.statements:
        if not statement_actions(statement) & assuming:
            continue
        risk = gravest(
            finding.level
            for finding in findings
            if finding.policy == str(trust) and finding.place in (None, statement.index)
        )
        for principal in statement.principals or ():
            kind, name = _named(principal)
            yield _caller(statement, kind, name, principal.value, risk)
        if statement.not_principals is not None:
            spared = ", ".join(one.value for one in statement.not_principals)
            yield _caller(statement, "anyone", "anyone but some", f"anyone but {spared}", risk)


def _caller(statement: Statement, kind: str, name: str, value: str, risk: Level | None) -> Caller:
    return Caller(
        kind=kind,
        name=name,
        value=value,
        statement=str(statement.sid or statement.index),
        allowed=statement.effect is Effect.ALLOW,
        conditions=tuple(words(condition) for condition in statement.conditions),
        risk=risk,
    )


def _named(principal: Principal) -> tuple[str, str]:
    """Return what kind of caller a principal is, and what to call it."""
    value = principal.value
    if value == "*":
        return "anyone", "anyone"
    if principal.kind == "Service":
        return "service", value
    if principal.kind != "AWS":
        return "federated" if principal.kind == "Federated" else "canonical user", value
    account, _, rest = value.rpartition(":")
    if rest == "root":
        return "account", account.rpartition(":")[2]
    kind, slash, name = rest.partition("/")
    return (kind, name.rpartition("/")[2]) if slash else ("account", value)
