"""From the resources of a stack to what guardrails judge: roles and workloads."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from rolewright.guardrails import workload_types
from rolewright.roles import UNKNOWN, Workload
from rolewright.stack.properties import Resource, account_of, text
from rolewright.stack.view import ROLE, TYPES, StackView

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from rolewright.roles import Role

UNREAD = {
    "aws-native:iam:Role": "is a role made by the aws-native provider",
    "aws-native:iam:RolePolicy": "is a role's policy made by the aws-native provider",
    "aws-native:iam:ManagedPolicy": "is a managed policy made by the aws-native provider",
    "aws:cloudcontrol/resource:Resource": "is made by Cloud Control, by which it may be a role",
    "aws:cloudformation/stack:Stack": "is a CloudFormation stack, which may make roles",
    "aws:cloudformation/stackSet:StackSet": "is a CloudFormation stack set, which may make roles",
}
"""Resources that may make roles or give them access, and that aren't read."""
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How the engine marks a value as secret."""
_NOT_TOLD = ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]")
"""What `preview --json` writes for a value that isn't known yet, and for a secret."""
_NAMES = ("name", "domainName", "userProfileName", "trainingJobName")


class InvalidExport(ValueError):  # noqa: N818  # named as InvalidDocument is
    """What is not the output of `pulumi stack export`."""


def is_read(resource_type: str) -> bool:
    """Whether a resource of a type is of use to some guardrail."""
    return resource_type in TYPES or resource_type in workload_types()


def whole_subjects(resources: Iterable[Resource]) -> tuple[Role | Workload, ...]:
    """Return what guardrails judge, of a whole stack."""
    ours = [found for found in resources if is_read(found.type)]
    view = whole_view(ours)
    workloads = [workload(one, view, whole=True) for one in ours if one.type in workload_types()]
    return (*view.roles(), *workloads)


def whole_view(resources: Iterable[Resource]) -> StackView:
    """Return the view of a whole stack; roles first, so that what names them by URN finds them."""
    view = StackView(whole=True)
    ours = (resource for resource in resources if resource.type in TYPES)
    for resource in sorted(ours, key=lambda found: found.type != ROLE):
        view.add(resource)
    return view


def workload(resource: Resource, view: StackView, *, whole: bool) -> Workload:
    """Return a resource that runs as a role, beside the roles of a view."""
    named = (text(resource.props, key) for key in _NAMES)
    return Workload(
        type=resource.type,
        name=next(filter(None, named), resource.name),
        urn=resource.urn,
        properties=resource.props,
        dependencies={key: tuple(urns) for key, urns in resource.dependencies.items()},
        whole=whole,
        roles=view.roles(),
    )


def unread(resources: Iterable[Resource]) -> Iterator[tuple[Workload, str]]:
    """Yield what may have to do with roles and isn't read, and what it is, in words."""
    for resource in resources:
        if resource.type in UNREAD:
            yield (
                Workload(type=resource.type, name=resource.name, urn=resource.urn, properties={}),
                UNREAD[resource.type],
            )


def roles_of_export(export: Mapping[str, Any]) -> tuple[Role, ...]:
    """Return the roles of a stack, from what `pulumi stack export` or `preview --json` prints.

    Raises InvalidExport. https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
    """
    with _reading():
        return tuple(whole_view(_resources(export)).roles())


def subjects_of_export(
    export: Mapping[str, Any],
) -> tuple[tuple[Role | Workload, ...], tuple[tuple[Workload, str], ...]]:
    """Return what guardrails judge of a stack, and what of it isn't read. Raises InvalidExport."""
    with _reading():
        resources = _resources(export)
        return whole_subjects(resources), tuple(unread(resources))


@contextmanager
def _reading() -> Generator[None]:
    try:
        yield
    except InvalidExport:
        raise
    except (AttributeError, KeyError, TypeError, ValueError):
        # Whatever is of another type than the engine and the provider write.
        raise InvalidExport("is not what `pulumi stack export` prints") from None


def _resources(export: Mapping[str, Any]) -> tuple[Resource, ...]:
    if "steps" in export:
        steps: list[dict[str, Any]] = export["steps"]
        if not isinstance(steps, list):  # pyright: ignore[reportUnnecessaryIsInstance]  # as read
            raise TypeError("steps")
        _check_complete(export, steps)
        # What a preview will leave, as an export would tell of it.
        states = [step["newState"] for step in steps if step.get("newState")]
        return tuple(_deployed({"deployment": {"resources": states}}))
    return tuple(_deployed(export))


def _check_complete(preview: Mapping[str, Any], steps: list[dict[str, Any]]) -> None:
    """Refuse a preview that failed, or leaves out what does not change. Raises InvalidExport."""
    if any(said.get("severity") == "error" for said in preview.get("diagnostics") or ()):
        raise InvalidExport("is of a preview that failed; mend that first")
    summary: dict[str, Any] = preview.get("changeSummary") or {}
    same = summary.get("same", 0)
    if same and not any(step.get("op") == "same" for step in steps):
        raise InvalidExport(
            f"leaves out {same} unchanged resources; write it by "
            "`pulumi preview --json --show-sames`"
        )


def _deployed(export: Mapping[str, Any]) -> Iterator[Resource]:
    deployment: dict[str, Any] = export.get("deployment") or {}
    deployed: list[dict[str, Any]] = deployment.get("resources") or []
    by_urn = {found["urn"]: found for found in deployed}
    for found in deployed:
        if found.get("delete"):
            continue  # It was replaced, and only its deletion is left.
        # The URN of the provider's resource, and its id after that.
        provider = found.get("provider", "").rpartition("::")[0] or None
        config = by_urn.get(provider or "", {}).get("inputs", {})
        yield Resource(
            type=found["type"],
            urn=found["urn"],
            name=found["urn"].rpartition("::")[2],
            props=_plain(found.get("outputs") or found.get("inputs") or {}),
            parent=found.get("parent"),
            provider=provider,
            account=account_of(config),
            external=bool(found.get("external")),
            dependencies=found.get("propertyDependencies") or {},
        )


def _plain(value: Any) -> Any:
    """Return a property, `UNKNOWN` for what isn't known or is secret, at any depth.

    https://www.pulumi.com/docs/iac/concepts/secrets/
    """
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        if given.get(_SIGNATURE) != _SECRET:
            return {key: _plain(entry) for key, entry in given.items()}
        # What `--show-secrets` shows is JSON once more.
        return _plain(json.loads(given["plaintext"])) if "plaintext" in given else UNKNOWN
    if isinstance(value, list):
        return [_plain(entry) for entry in cast("list[Any]", value)]
    return UNKNOWN if value in _NOT_TOLD else value
