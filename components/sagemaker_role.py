"""An IAM execution role for SageMaker, with its policies."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from collections.abc import Iterable
from functools import partial
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.stack_config import run_error
from rolewright.grants import (
    Companion,
    ConfigError,
    Problem,
    RoleArgs,
    RolePlan,
    StackDraft,
    Target,
    parse_role_args,
    plan_role,
    plan_stack,
)

TYPE = "rolewright:index:SageMakerRole"

_ROLE_ARN = "ROLE_ARN"
_NOT_FOUND = ("NoSuchEntity", "couldn't find resource", "empty result")


class ChecklistItem(TypedDict):
    """Something that the role needs besides its own policies, for whoever owns it."""

    what: str
    """What to see to, such as `key policy of arn:...`."""
    why: str
    """What the role is denied as long as nobody has."""
    snippet: NotRequired[str]
    """JSON or a command to use there, with the role's own ARN in it."""


class SageMakerRole(pulumi.ComponentResource):
    """A role that SageMaker can assume, or grants added to a role that exists already.

    Every policy document is complete before a resource is registered, so that a preview shows it
    and the guardrails can judge it. Raises pulumi.RunError for arguments that can't be honoured.
    """

    arn: pulumi.Output[str]
    """The role's ARN."""
    name: pulumi.Output[str]
    """The role's name in IAM."""
    documents: pulumi.Output[dict[str, str]]
    """The role's own documents as JSON text: `trust`, and its policies by their names in IAM.

    Inline or managed, but for what is attached by ARN.
    """
    checklist: pulumi.Output[list[ChecklistItem]]
    """What the role needs besides its own policies; often nothing."""

    def __init__(
        self,
        name: str,
        args: RoleArgs,
        opts: pulumi.ResourceOptions | None = None,
        plan: RolePlan | None = None,
    ) -> None:
        """Register the role; `plan` is for a caller that has planned all roles of a stack."""
        checked = _checked(name, args) if plan is None else args
        super().__init__(TYPE, name, {}, _with_former_name(opts, checked))
        if plan is None:
            plan = self._plan(name, checked)
        role = None
        if plan.existing:
            self.name, self.arn = (
                pulumi.Output.from_input(plan.name),
                pulumi.Output.from_input(plan.arn),
            )
        else:
            role = self._role(plan)
            self.name, self.arn = role.name, role.arn
        self._policies(plan, role)
        self.documents = pulumi.Output.from_input(_documents(plan))
        self.checklist = pulumi.Output.from_input(_checklist(plan))
        asked: dict[str, pulumi.Output[Any]] = {"checklist": self.checklist}
        self.exports = {
            "arn": self.arn,
            "name": self.name,
            **(asked if plan.companions else {}),
        }
        """What a stack exports of the role: the checklist only where there is one."""
        self.register_outputs({**self.exports, **asked, "documents": self.documents})

    def _plan(self, name: str, args: RoleArgs) -> RolePlan:
        target = read_target(None, parent=self)
        try:
            plan = plan_role(name, args, target)
            arns = _arns_of_existing([plan], parent=self)
            return plan_role(name, args, target, arns[name]) if arns else plan
        except ConfigError as error:
            raise run_error(error) from None

    def _role(self, plan: RolePlan) -> aws.iam.Role:
        return aws.iam.Role(
            plan.key,
            name=plan.name,
            path=plan.path,
            description=plan.description,
            assume_role_policy=plan.trust_text,
            permissions_boundary=plan.permissions_boundary,
            max_session_duration=plan.max_session_duration,
            tags=dict(plan.tags) or None,
            # The name is ours, so a new role can't stand beside the old one.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _policies(self, plan: RolePlan, role: aws.iam.Role | None) -> None:
        """Register what the role may do, and last what keeps it to that.

        No name in IAM has a slash, so that `A-B` with policy `C` and `A` with `B-C` stay apart.
        """
        child = pulumi.ResourceOptions(parent=self, delete_before_replace=True)
        inline = [
            aws.iam.RolePolicy(
                f"{plan.key}/{policy.name}",
                name=policy.name,
                role=self.name,
                policy=policy.text,
                opts=child,
            )
            for policy in plan.policies
        ]
        attached = [
            aws.iam.RolePolicyAttachment(
                f"{plan.key}/{attachment.name}",
                role=self.name,
                policy_arn=attachment.arn,
                opts=child,
            )
            for attachment in plan.attachments
        ]
        attached += self._own_managed(plan, role, child)
        if not plan.exclusive:
            return
        aws.iam.RolePoliciesExclusive(
            plan.key,
            role_name=self.name,
            policy_names=[policy.name for policy in plan.policies],
            opts=pulumi.ResourceOptions(parent=self, depends_on=inline),
        )
        aws.iam.RolePolicyAttachmentsExclusive(
            plan.key,
            role_name=self.name,
            policy_arns=[
                *(attachment.arn for attachment in plan.attachments),
                *(policy.arn for policy in plan.managed),
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=attached),
        )

    def _own_managed(
        self, plan: RolePlan, role: aws.iam.Role | None, child: pulumi.ResourceOptions
    ) -> list[aws.iam.RolePolicyAttachment]:
        """Register the role's own managed policies and return their attachments."""
        made = [
            aws.iam.Policy(
                f"{plan.key}/{policy.key}",
                name=policy.name,
                path=policy.path,
                policy=policy.text,
                tags=dict(plan.tags) or None,
                # Where name or path change, role and policy are both replaced, and it is the
                # role's replacement that takes the attachments away first.
                opts=pulumi.ResourceOptions.merge(
                    child, pulumi.ResourceOptions(depends_on=[role] if role else [])
                ),
            )
            for policy in plan.managed
        ]
        return [
            aws.iam.RolePolicyAttachment(
                f"{plan.key}/{policy.key}",
                role=self.name,
                # Plain at preview as the policy's own `arn` is not, and yet a dependency of the
                # property: a policy that is replaced is detached before it is deleted.
                policy_arn=resource.urn.apply(partial(_instead, policy.arn)),
                opts=child,
            )
            for policy, resource in zip(plan.managed, made, strict=True)
        ]


def create_roles(stack: StackDraft) -> dict[str, SageMakerRole]:
    """Register every role of the stack, by its name in the stack config.

    Raises pulumi.RunError with every fault of the config before the first resource is registered.
    """
    config = stack.config
    try:
        target = _target_of(stack)
        plans = plan_stack(stack, target)
        arns = _arns_of_existing(plans)
        if arns:
            plans = plan_stack(stack, target, arns)
    except ConfigError as error:
        raise run_error(error) from None
    return {plan.key: SageMakerRole(plan.key, config.roles[plan.key], plan=plan) for plan in plans}


def _target_of(stack: StackDraft) -> Target:
    """Return the stack's target. Raises ConfigError where AWS is silent and faults are known."""
    try:
        return read_target(stack.config.environment.value)
    except pulumi.RunError:
        if stack.problems:
            raise stack.error(stack.problems) from None
        raise


def read_target(environment: str | None, parent: pulumi.Resource | None = None) -> Target:
    """Return the account and region of the AWS provider, which is asked once a call.

    Raises pulumi.RunError where it does not answer.
    """
    options = pulumi.InvokeOptions(parent=parent)
    try:
        return Target(
            partition=aws.get_partition(opts=options).partition,
            account=aws.get_caller_identity(opts=options).account_id,
            region=aws.get_region(opts=options).region,
            environment=environment,
        )
    except Exception as error:  # noqa: BLE001  # the SDK raises a bare one for an invoke that fails
        raise pulumi.RunError(f"AWS can't be asked for account and region: {error}") from None


def _arns_of_existing(
    plans: Iterable[RolePlan], parent: pulumi.Resource | None = None
) -> dict[str, str]:
    """Return the real ARN of each role that exists already: its path is its own.

    Not tried again where there is none: most such names are misspelled, and should be told at once.
    Raises ConfigError for each that isn't there or can't be read.
    """
    options = pulumi.InvokeOptions(parent=parent)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for plan in plans:
        if not plan.existing:
            continue
        try:
            found[plan.key] = aws.iam.get_role(name=plan.name, opts=options).arn
        except Exception as error:  # noqa: BLE001  # the SDK raises a bare Exception for an invoke
            problems.append(Problem(path=plan.config_key, message=_lookup_fault(plan, error)))
    if problems:
        raise ConfigError(problems)
    return found


def _checked(name: str, args: RoleArgs) -> RoleArgs:
    try:
        return parse_role_args(name, args)
    except ConfigError as error:
        raise run_error(error) from None


def _with_former_name(
    opts: pulumi.ResourceOptions | None, args: RoleArgs
) -> pulumi.ResourceOptions | None:
    """Return the options with the name that the component was deployed under.

    The engine derives the former names of the children, which all begin with the component's.
    """
    if "formerly" not in args:
        return opts
    former = pulumi.ResourceOptions(aliases=[pulumi.Alias(name=args["formerly"])])
    return pulumi.ResourceOptions.merge(opts, former)


def _instead(value: str, other: object) -> str:
    """Return the value, of an output that depends on what another does."""
    del other
    return value


def _documents(plan: RolePlan) -> dict[str, str]:
    documents = {policy.name: policy.text for policy in (*plan.policies, *plan.managed)}
    if plan.trust_text is not None:
        documents["trust"] = plan.trust_text
    return documents


def _checklist(plan: RolePlan) -> list[ChecklistItem]:
    return [_checklist_item(companion, plan.arn) for companion in plan.companions]


def _checklist_item(companion: Companion, arn: str) -> ChecklistItem:
    item = ChecklistItem(what=companion.what, why=companion.why)
    if companion.snippet is not None:
        item["snippet"] = companion.snippet.replace(_ROLE_ARN, arn)
    return item


def _lookup_fault(plan: RolePlan, error: Exception) -> str:
    text = str(error)
    if any(sign in text for sign in _NOT_FOUND):
        return (
            f"no role `{plan.name}` exists in the account; "
            "check its name, or remove `existing` to create it"
        )
    return f"the role `{plan.name}` can't be read: {text.splitlines()[0]}"
