"""Say whether a role may do something, why or why not, and what would allow it.

ROLE is read from one source: a stack's file by --config, which takes no engine; policy documents by
--documents, --trust and --boundary; a stack by --stack, its name or the output of `pulumi stack
export`; or AWS by --live. ACTION is such as `s3:GetObject`, RESOURCE an ARN or `*`.

Exits with 0 where it is allowed, 1 where it is denied or depends on what is not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from rolewright.cli.inputs import BadInput
from rolewright.cli.options import (
    account_option,
    boundary_option,
    config_option,
    documents_option,
    format_option,
    live_option,
    stack_option,
    trust_option,
)
from rolewright.cli.starting import quickly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.explain import Asking
    from rolewright.iam import Request

_ALLOWED, _DENIED = 0, 1
_SAGEMAKER = "sagemaker.amazonaws.com"
_ASSUMING = ("sts:assumerole", "sts:setsourceidentity", "sts:tagsession")


@click.command("explain", help=__doc__)
@click.argument("role")
@click.argument("action")
@click.argument("resource")
@click.option("--context", "pairs", metavar="KEY=VALUE", multiple=True, help="A context key.")
@click.option("--principal", help="Who calls, if not ROLE: a service or an ARN.")
@config_option
@account_option
@documents_option
@trust_option
@boundary_option
@stack_option
@live_option
@format_option
@click.pass_context
def COMMAND(  # noqa: N802, PLR0913  # found by this name; an option each
    context: click.Context,
    role: str,
    action: str,
    resource: str,
    *,
    pairs: Sequence[str],
    principal: str | None,
    config: str | None,
    account: str | None,
    documents: Sequence[str],
    trust: str | None,
    boundary: str | None,
    stack: str | None,
    live: bool,
    form: str,
) -> None:
    """Explain a role."""
    with quickly():
        request = _request(action, resource, pairs)
        asking = _asking(
            role,
            resource,
            config=config,
            account=account,
            documents=documents,
            trust=trust,
            boundary=boundary,
            stack=stack,
            live=live,
        )
        context.exit(_answer(request, asking, principal, form))


def _answer(request: Request, asking: Asking, principal: str | None, form: str) -> int:
    """Print the explanation and return the exit status."""
    # What it takes is loaded only now, so that help is there at once.
    from rolewright.explain import explain  # noqa: PLC0415
    from rolewright.iam import Verdict  # noqa: PLC0415

    resource, action = request.resource, request.action.lower()
    if principal or (action in _ASSUMING and asking.role.has_arn(resource)):
        request = _of_another(request, principal, asking)
        if asking.role.trust is None:
            raise BadInput(
                f"the trust policy of `{asking.role.name}` is not known; give it by --trust"
            )
    found = explain(request, asking)
    if form == "json":
        from rolewright.cli.explain_json import as_json  # noqa: PLC0415
        from rolewright.cli.output import print_json  # noqa: PLC0415

        print_json(as_json(found))
    else:
        from rolewright.cli.explain_text import show  # noqa: PLC0415
        from rolewright.cli.output import Screen  # noqa: PLC0415

        show(Screen(), found)
    return _ALLOWED if found.verdict is Verdict.YES else _DENIED


def _of_another(request: Request, principal: str | None, asking: Asking) -> Request:
    """Return a request of another principal: of SageMaker, for work of the role's account."""
    if principal is not None or "aws:sourceaccount" in request.lowered:
        return replace(request, principal=principal or _SAGEMAKER)
    context = {**request.context, "aws:SourceAccount": (asking.target.account,)}
    return replace(request, principal=_SAGEMAKER, context=context)


def _asking(  # noqa: PLR0913  # a source each
    role: str,
    resource: str,
    *,
    config: str | None,
    account: str | None,
    documents: Sequence[str],
    trust: str | None,
    boundary: str | None,
    stack: str | None,
    live: bool,
) -> Asking:
    """Return the role of the one source that is named; a stack or AWS may have a config beside."""
    from rolewright.cli.sources import asking as sources  # noqa: PLC0415  # takes its time

    others = [name for name, given in (("--stack", stack), ("--live", live)) if given]
    if documents or trust is not None:
        others.append("--documents")
    if len(others) > 1:
        raise BadInput(f"{' and '.join(others)} are different roles; leave one of them out")
    if not (others or config):
        raise BadInput("where is the role? name --config, --documents, --stack or --live")
    if stack:
        asking = sources.asking_of_stack(stack, role, account, resource)
    elif live:
        from rolewright.cli.sources.live import live_role  # noqa: PLC0415

        asking = sources.asking_of_role(live_role(role), account, resource)
    elif others:
        asking = sources.asking_of_documents(role, documents, trust, account, resource)
    else:
        asking = sources.asking_of_config(str(config), role, account, resource)
    if config and others:
        asking = sources.with_config(asking, config, role)
    return asking if boundary is None else sources.with_boundary(asking, boundary)


def _request(action: str, resource: str, pairs: Sequence[str]) -> Request:
    """Return the request that is asked about. Raises BadInput, with the nearest action there is."""
    from rolewright.iam import Request  # noqa: PLC0415

    _check_action(action)
    if resource != "*" and not resource.startswith("arn:"):
        raise BadInput(
            f"`{resource}` is not a resource; give its ARN, such as `arn:aws:s3:::bucket/key`, or "
            "`*` where the action takes none"
        )
    context: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not (key and sign):
            raise BadInput(f"--context `{pair}` is not KEY=VALUE, such as `s3:prefix=out/`")
        context[key] = (*context.get(key, ()), value)
    return Request(action=action, resource=resource, context=context)


def _check_action(action: str) -> None:
    from rolewright.reference import (  # noqa: PLC0415
        actions_of,
        find_action,
        nearest,
        services,
    )

    service, colon, name = action.partition(":")
    if not (service and colon and name) or "*" in action or "?" in action:
        raise BadInput(f"`{action}` is not one action; write it like `s3:GetObject`")
    if find_action(action) is not None:
        return
    names = [known.name for known in actions_of(service).values()]
    meant = nearest(name, names) if names else nearest(service, sorted(services()))
    hint: Any = f"{service}:{meant}" if names and meant else meant and f"{meant}:{name}"
    said = f"; did you mean `{hint}`?" if hint else ""
    raise BadInput(f"`{action}` is not an action that AWS documents{said}")
