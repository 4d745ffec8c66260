"""From what a role may be asked for to what will stand in IAM: names and complete documents.

Everything here is plain text before any resource is created, so that a preview can check it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from rolewright.grants.activity_plan import (
    activity_contexts,
    activity_problems,
    default_use_problems,
    setting_use_problems,
)
from rolewright.grants.kind import Companion, Target
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.managed import managed_policy_arn
from rolewright.grants.network import encryption_problems, network_problems
from rolewright.grants.problems import ConfigError, Problem, join_paths, key_path
from rolewright.grants.renaming import renaming_problems
from rolewright.grants.settings import (
    name_problems,
    physical_name,
    setting_problems,
    sound_name,
)
from rolewright.grants.statements import document
from rolewright.grants.trimming import trim
from rolewright.grants.trust import trust_document, trust_problems
from rolewright.iam import document_size, limits, render_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rolewright.grants.role import PolicyArgs, RoleArgs
    from rolewright.grants.stack import StackDraft
    from rolewright.iam import PolicyDocument

__all__ = [
    "AttachmentPlan",
    "InlinePolicyPlan",
    "ManagedPolicyPlan",
    "RolePlan",
    "Target",
    "plan_role",
    "plan_roles",
    "plan_stack",
]

OWN_PREFIX = "rolewright-"
"""Begins the names of policies that hold grants, and of all policies added to existing roles."""

_ENTRY = re.compile(r"(\[\d+\]).*")
"""What follows the first entry of a list in a path."""
_POLICY_NAME_LENGTH = 128
_POLICY_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class InlinePolicyPlan:
    """An inline policy: its name in IAM, its document, and the config key it comes from."""

    name: str
    document: PolicyDocument
    text: str
    config_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedPolicyPlan:
    """A customer-managed policy of the role's own: `name` and `arn` are those in IAM.

    `key` is its name within the role, such as `activities/manage-jobs` or `policies/Name`.
    """

    key: str
    name: str
    path: str
    arn: str
    document: PolicyDocument
    text: str
    config_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentPlan:
    """A managed policy to attach, and the config key it comes from.

    `name` is told apart within the role: one of AWS's by its bare name, a customer's, which may
    have the same, as `policy/` with path and name.
    """

    name: str
    arn: str
    config_key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RolePlan:
    """All that will stand in IAM for one role.

    `key` is the role's name in the stack config and `config_key` its path there, such as
    `roles.TrainingRole`; `name` and `arn` are those in IAM. Where `existing`,
    only policies and `attachments` are ours: `arn` is what it is without a path, unless the real
    one was given; `trust` None.
    What it is asked for stands in `policies`, inline, but for activities and for named policies
    that are `managed`: these are customer-managed, one each, so that none moves because another
    grew. `companions` are what it needs besides.
    """

    key: str
    config_key: str
    name: str
    arn: str
    existing: bool
    path: str
    description: str | None
    trust: PolicyDocument | None
    trust_text: str | None
    policies: tuple[InlinePolicyPlan, ...]
    managed: tuple[ManagedPolicyPlan, ...]
    attachments: tuple[AttachmentPlan, ...]
    companions: tuple[Companion, ...]
    permissions_boundary: str | None
    tags: Mapping[str, str]
    max_session_duration: int | None
    exclusive: bool


def plan_stack(
    draft: StackDraft, target: Target, arns: Mapping[str, str] = MappingProxyType({})
) -> tuple[RolePlan, ...]:
    """Return the plan of every role of a stack, in the config's order.

    `arns` are the real ones of roles that exist already, by their keys.
    Raises ConfigError with every problem of the stack's config: what could not be read, and what
    IAM would refuse of the rest.
    """
    problems = list(draft.problems)
    defaults = cast("RoleArgs", draft.defaults.value)
    problems += map(draft.traced_default, _setting_problems(defaults, target))
    plans: list[RolePlan] = []
    roles = draft.config.roles
    for key, args in roles.items():
        named = key not in draft.unnamed
        plan, found = _planned(key, args, target, named=named, arn=arns.get(key))
        plans.append(plan)
        found += setting_use_problems(args, draft.own.value[key])
        problems += (draft.traced(key, problem) for problem in found)
    if not draft.problems:
        created = [args for args in roles.values() if not args.get("existing", False)]
        problems += map(draft.traced_default, default_use_problems(created, defaults))
    named = {key: args for key, args in roles.items() if key not in draft.unnamed}
    problems += _collisions(named, target)
    problems += renaming_problems(roles)
    problems += _policy_collisions(plan for plan in plans if plan.key in named)
    if problems:
        raise draft.error(problems)
    return tuple(plans)


def plan_roles(
    roles: Mapping[str, RoleArgs], target: Target, arns: Mapping[str, str] = MappingProxyType({})
) -> tuple[RolePlan, ...]:
    """Return the plan of every role, in the config's order.

    `arns` are the real ones of roles that exist already, by their keys.
    Raises ConfigError with the problems of all roles, their paths from `roles`.
    """
    problems: list[Problem] = []
    plans: list[RolePlan] = []
    for key, args in roles.items():
        plan, found = _planned(key, args, target, arn=arns.get(key))
        plans.append(plan)
        found += setting_use_problems(args, args)
        problems += (problem.under(plan.config_key) for problem in found)
    problems += _collisions(roles, target)
    problems += renaming_problems(roles)
    problems += _policy_collisions(plans)
    if problems:
        raise ConfigError(problems)
    return tuple(plans)


def plan_role(key: str, args: RoleArgs, target: Target, arn: str | None = None) -> RolePlan:
    """Return the plan of one role. Raises ConfigError, with paths from `roles`.

    `arn` is the real one of a role that exists already.
    """
    return plan_roles({key: args}, target, {key: arn} if arn else {})[0]


def _planned(
    key: str, args: RoleArgs, target: Target, *, named: bool = True, arn: str | None = None
) -> tuple[RolePlan, list[Problem]]:
    """Return a role's plan and its problems, their paths from the role.

    What has a problem is left out of the plan, so that the rest is held to IAM's limits too.
    """
    problems = list(_role_problems(args, target))
    if named:
        problems += name_problems(key, args, target)
    if problems:
        entries = {_ENTRY.sub(r"\1", problem.path) for problem in problems} - {""}
        args = trim(args, entries).content
    plan = _plan(key, args, target, arn)
    problems += _over_limits(plan)
    return plan, problems


def _plan(key: str, args: RoleArgs, target: Target, arn: str | None) -> RolePlan:
    path = key_path("roles", key)
    existing = args.get("existing", False)
    name = physical_name(key, args, target)
    role_path = args.get("path", "/")
    arn = arn or f"arn:{target.partition}:iam::{target.account}:role{role_path}{name}"
    trust = None if existing else trust_document(args.get("trust", {}), target)
    return RolePlan(
        key=key,
        config_key=path,
        name=name,
        arn=arn,
        existing=existing,
        path=role_path,
        description=args.get("description"),
        trust=trust,
        trust_text=render_document(trust) if trust else None,
        policies=tuple(_inline_policies(args, target, path)),
        managed=tuple(_managed_policies(args, target, path, name, arn)),
        attachments=tuple(_attachments(args, target, path)),
        companions=tuple(dict.fromkeys(_companions(args, target, arn))),
        permissions_boundary=args.get("permissionsBoundary"),
        tags=args.get("tags", {}),
        max_session_duration=args.get("maxSessionDuration"),
        exclusive=not existing and args.get("exclusive", True),
    )


def _setting_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    yield from setting_problems(args, target)
    for problem in trust_problems(args.get("trust", {}), target):
        yield problem.under("trust")
    if "network" in args:
        for problem in network_problems(args["network"]):
            yield problem.under("network")
    if "encryption" in args:
        for problem in encryption_problems(args["encryption"], target):
            yield problem.under("encryption")


def _role_problems(args: RoleArgs, target: Target) -> Iterator[Problem]:
    yield from _setting_problems(args, target)
    yield from _grant_problems(args, target)
    yield from activity_problems(args, target)
    first: dict[str, str] = {}
    for name, policy in args.get("policies", {}).items():
        path = key_path("policies", name)
        other = first.setdefault(name.lower(), name)
        if other != name:
            yield Problem(
                path=path, message=f"collides with the policy `{other}`; IAM ignores case"
            )
        fault = _policy_name_fault(name, existing=args.get("existing", False))
        if fault is not None:
            yield Problem(path=path, message=fault)
        if not any(policy.get(kind.key) for kind in grant_kinds()):
            kinds = ", ".join(kind.key for kind in grant_kinds())
            yield Problem(path=path, message=f"grants nothing; give it one of {kinds}")
        for problem in _grant_problems(policy, target):
            yield problem.under(path)
    for index, given in enumerate(args.get("managedPolicies", ())):
        arn = managed_policy_arn(given, target)
        if isinstance(arn, Problem):
            yield arn.under(f"managedPolicies[{index}]")


def _grant_problems(args: RoleArgs | PolicyArgs, target: Target) -> Iterator[Problem]:
    for kind in grant_kinds():
        entries = args.get(kind.key)
        if not entries:
            continue
        for index, entry in enumerate(entries):
            for problem in kind.problems(entry):
                yield problem.under(f"{kind.key}[{index}]")
        for problem in kind.problems_there(entries, target):
            yield problem.under(kind.key)


def _policy_name_fault(name: str, *, existing: bool) -> str | None:
    """Return why an inline policy can't have this name in the stack config, or None."""
    longest = _POLICY_NAME_LENGTH - (len(OWN_PREFIX) if existing else 0)
    if not _POLICY_NAME.fullmatch(name) or len(name) > longest:
        return f"is not a policy name; it takes up to {longest} letters, digits and `+=,.@-_`"
    if name.lower().startswith(OWN_PREFIX):
        return f"begins with `{OWN_PREFIX}`, which names the role's own grants"
    if existing and any(kind.key.lower() == name.lower() for kind in grant_kinds()):
        return f"names the role's own `{name}`; rename it"
    return None


def _policy_name(name: str, args: RoleArgs) -> str:
    """Return an inline policy's name in IAM: on an existing role always one of our own."""
    return f"{OWN_PREFIX}{name}" if args.get("existing", False) else name


def _inline_policies(args: RoleArgs, target: Target, path: str) -> Iterator[InlinePolicyPlan]:
    """Yield an inline policy a kind of grant, then the named ones."""
    for kind in grant_kinds():
        if entries := args.get(kind.key):
            yield _inline(
                f"{OWN_PREFIX}{kind.key}",
                document(kind.statements(entries, target)),
                join_paths(path, kind.key),
            )
    for name, policy in sorted(args.get("policies", {}).items()):
        if not policy.get("managed", False):
            yield _inline(
                _policy_name(name, args),
                _granting(policy, target),
                join_paths(path, key_path("policies", name)),
            )


def _granting(policy: PolicyArgs, target: Target) -> PolicyDocument:
    return document(
        statement
        for kind in grant_kinds()
        if (entries := policy.get(kind.key))
        for statement in kind.statements(entries, target)
    )


def _managed_policies(
    args: RoleArgs, target: Target, path: str, role_name: str, role_arn: str
) -> Iterator[ManagedPolicyPlan]:
    """Yield a customer-managed policy an activity, then the named ones that are managed."""
    prefix = f"{OWN_PREFIX}{role_name}" if args.get("existing", False) else role_name
    home = _Home(role_key=path, prefix=prefix, path=args.get("path", "/"), target=target)
    for activity, context in activity_contexts(args, target, role_arn):
        yield _managed("activities", activity.name, document(activity.statements(context)), home)
    for name, policy in sorted(args.get("policies", {}).items()):
        if policy.get("managed", False):
            yield _managed("policies", name, _granting(policy, target), home)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Home:
    """Where a role's managed policies stand, and how their names begin."""

    role_key: str
    prefix: str
    path: str
    target: Target


def _managed(section: str, key: str, content: PolicyDocument, home: _Home) -> ManagedPolicyPlan:
    name = f"{home.prefix}-{key}"
    target = home.target
    return ManagedPolicyPlan(
        key=f"{section}/{key}",
        name=name,
        path=home.path,
        arn=f"arn:{target.partition}:iam::{target.account}:policy{home.path}{name}",
        document=content,
        text=render_document(content),
        config_key=join_paths(home.role_key, key_path(section, key)),
    )


def _companions(args: RoleArgs, target: Target, role_arn: str) -> Iterator[Companion]:
    for kind in grant_kinds():
        for policy in (args, *args.get("policies", {}).values()):
            if entries := policy.get(kind.key):
                yield from kind.companions(entries, target)
    for activity, context in activity_contexts(args, target, role_arn):
        yield from activity.companions(context)


def _inline(name: str, content: PolicyDocument, config_key: str) -> InlinePolicyPlan:
    return InlinePolicyPlan(
        name=name, document=content, text=render_document(content), config_key=config_key
    )


def _attachments(args: RoleArgs, target: Target, path: str) -> Iterator[AttachmentPlan]:
    seen: set[str] = set()
    for index, given in enumerate(args.get("managedPolicies", ())):
        arn = managed_policy_arn(given, target)
        if isinstance(arn, str) and arn not in seen:
            seen.add(arn)
            yield AttachmentPlan(
                name=arn.rpartition("/" if ":iam::aws:" in arn else ":")[2],
                arn=arn,
                config_key=join_paths(path, f"managedPolicies[{index}]"),
            )


def _over_limits(plan: RolePlan) -> Iterator[Problem]:
    inline = sum(document_size(policy.text) for policy in plan.policies)
    if inline > limits.INLINE_POLICIES_TOTAL:
        sizes = ", ".join(f"{p.name} {document_size(p.text)}" for p in plan.policies)
        yield Problem(
            path="",
            message=f"its inline policies come to {inline} characters, "
            f"{inline - limits.INLINE_POLICIES_TOTAL} more than IAM's "
            f"{limits.INLINE_POLICIES_TOTAL}; grant less, make a part a policy of its own with "
            f"`managed: true`, or split the role ({sizes})",
        )
    if plan.trust_text:
        trust = document_size(plan.trust_text)
        if trust > limits.TRUST_POLICY:
            yield Problem(
                path="trust",
                message=f"the trust policy comes to {trust} characters, "
                f"{trust - limits.TRUST_POLICY} more than IAM's {limits.TRUST_POLICY}; "
                "name fewer services or source ARNs",
            )
    for policy in plan.managed:
        yield from _managed_over_limits(policy, plan.config_key)
    attached = len(plan.attachments) + len(plan.managed)
    if attached > limits.ATTACHED_POLICIES:
        own = f" ({len(plan.managed)} of them the role's own)" if plan.managed else ""
        yield Problem(
            path="managedPolicies" if plan.attachments else "",
            message=f"{attached} managed policies{own} are more than "
            f"IAM's {limits.ATTACHED_POLICIES}; attach fewer",
        )


def _managed_over_limits(policy: ManagedPolicyPlan, role_key: str) -> Iterator[Problem]:
    path = policy.config_key.removeprefix(f"{role_key}.")
    size = document_size(policy.text)
    if size > limits.MANAGED_POLICY:
        yield Problem(
            path=path,
            message=f"its policy comes to {size} characters, {size - limits.MANAGED_POLICY} more "
            f"than IAM's {limits.MANAGED_POLICY}; ask for less, or split the role",
        )
    if len(policy.name) > _POLICY_NAME_LENGTH:
        yield Problem(
            path=path,
            message=f"the name of its policy, `{policy.name}`, has {len(policy.name)} characters, "
            f"{len(policy.name) - _POLICY_NAME_LENGTH} more than IAM's {_POLICY_NAME_LENGTH}; "
            "shorten it",
        )


def _collisions(roles: Mapping[str, RoleArgs], target: Target) -> Iterator[Problem]:
    """Yield a problem for each role whose name in IAM another has; IAM ignores case."""
    first: dict[str, tuple[str, str]] = {}
    for key, args in roles.items():
        name = sound_name(key, args, target)
        if name is None:
            continue
        path = key_path("roles", key)
        other_path, other = first.setdefault(name.lower(), (path, name))
        if other_path != path:
            yield Problem(
                path=path,
                message=f"its name in IAM, `{name}`, collides with `{other}` of "
                f"{other_path} (IAM ignores case); rename one of them",
            )


def _policy_collisions(plans: Iterable[RolePlan]) -> Iterator[Problem]:
    """Yield a problem for each managed policy whose name another has, whatever their paths.

    IAM ignores case, and `A-B` with `C` makes the name that `A` with `B-C` makes.
    """
    first: dict[str, str] = {}
    for plan in plans:
        for policy in plan.managed:
            other = first.setdefault(policy.name.lower(), policy.config_key)
            if other != policy.config_key:
                yield Problem(
                    path=policy.config_key,
                    message=f"the name of its policy, `{policy.name}`, collides with that of "
                    f"{other} (IAM ignores case); rename one of them",
                )
