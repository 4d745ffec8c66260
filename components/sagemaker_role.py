"""An IAM execution role for SageMaker, with its policies."""

# No `from __future__ import annotations`: Pulumi's component analyser reads these annotations.
from collections.abc import Iterable
from dataclasses import replace

import pulumi
import pulumi_aws as aws

from components.stack_config import run_error
from rolewright.grants import (
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

_NOT_FOUND = ("NoSuchEntity", "couldn't find resource", "empty result")


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
    """The role's own documents as JSON text: `trust`, and its inline policies by name."""

    def __init__(
        self,
        name: str,
        args: RoleArgs,
        opts: pulumi.ResourceOptions | None = None,
        plan: RolePlan | None = None,
    ) -> None:
        """Register the role; `plan` is for a caller that has planned all roles of a stack."""
        super().__init__(TYPE, name, {}, opts)
        if plan is None:
            plan = self._plan(name, args)
        if plan.existing:
            self.name, self.arn = (
                pulumi.Output.from_input(plan.name),
                pulumi.Output.from_input(plan.arn),
            )
        else:
            role = self._role(plan)
            self.name, self.arn = role.name, role.arn
        self._policies(plan)
        documents = {policy.name: policy.text for policy in plan.policies}
        if plan.trust_text is not None:
            documents["trust"] = plan.trust_text
        self.documents = pulumi.Output.from_input(documents)
        self.register_outputs({"arn": self.arn, "name": self.name, "documents": self.documents})

    def _plan(self, name: str, args: RoleArgs) -> RolePlan:
        try:
            plan = plan_role(name, parse_role_args(name, args), read_target(None, parent=self))
            return _find_existing([plan], parent=self)[0]
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

    def _policies(self, plan: RolePlan) -> None:
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
        made = [
            aws.iam.Policy(
                f"{plan.key}/{policy.key}",
                name=policy.name,
                path=policy.path,
                policy=policy.text,
                opts=child,
            )
            for policy in plan.managed
        ]
        attached += [
            aws.iam.RolePolicyAttachment(
                f"{plan.key}/{policy.key}",
                role=self.name,
                policy_arn=policy.arn,
                opts=pulumi.ResourceOptions.merge(
                    child, pulumi.ResourceOptions(depends_on=[resource])
                ),
            )
            for policy, resource in zip(plan.managed, made, strict=True)
        ]
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


def create_roles(stack: StackDraft) -> dict[str, SageMakerRole]:
    """Register every role of the stack, by its name in the stack config.

    Raises pulumi.RunError with every fault of the config before the first resource is registered.
    """
    config = stack.config
    try:
        plans = _find_existing(plan_stack(stack, _target_of(stack)))
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


def _find_existing(
    plans: Iterable[RolePlan], parent: pulumi.Resource | None = None
) -> tuple[RolePlan, ...]:
    """Return the plans with the real ARN of roles that exist already.

    Raises ConfigError for each that isn't there or can't be read.
    """
    found: list[RolePlan] = []
    problems: list[Problem] = []
    for plan in plans:
        try:
            found.append(_with_real_arn(plan, parent) if plan.existing else plan)
        except Exception as error:  # noqa: BLE001  # the SDK raises a bare Exception for an invoke
            problems.append(Problem(path=plan.config_key, message=_lookup_fault(plan, error)))
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def _with_real_arn(plan: RolePlan, parent: pulumi.Resource | None) -> RolePlan:
    role = aws.iam.get_role(name=plan.name, opts=pulumi.InvokeOptions(parent=parent))
    return replace(plan, arn=role.arn)


def _lookup_fault(plan: RolePlan, error: Exception) -> str:
    text = str(error)
    if any(sign in text for sign in _NOT_FOUND):
        return (
            f"no role `{plan.name}` exists in the account; "
            "check its name, or remove `existing` to create it"
        )
    return f"the role `{plan.name}` can't be read: {text.splitlines()[0]}"
