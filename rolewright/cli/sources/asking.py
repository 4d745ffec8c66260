"""A role that is asked for something, with what its stack config says of it, from any one source."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rolewright.cli.inputs import STDIN, BadInput, decoded, is_there, parse_json, read_text
from rolewright.cli.names import index_of, key_of, names_of, unknown_role
from rolewright.cli.sources.config import read_stack_file
from rolewright.cli.sources.documents import document_of_file, role_of_files
from rolewright.explain import Asking
from rolewright.grants import ANY_ACCOUNT, Target, partition_of
from rolewright.roles import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.cli.names import Names
    from rolewright.roles import Role

_ANY_REGION = "us-east-1"
_ACCOUNT = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")


def asking_of_config(path: str, name: str, account: str | None, resource: str) -> Asking:
    """Return a role that a stack's file asks for, by its key or its name in IAM.

    The account is the one given, that of the boundary or of a key in the config, or of the resource
    that is asked for: the role will be in one of them.
    """
    file = read_stack_file(path)
    written = json.dumps(file.settings, default=str)
    account = account or _account_in(written) or _account_in(resource) or ANY_ACCOUNT
    stack = file.roles(account, _region_in(resource))
    names = [names_of(role) for role in stack.roles.values()]
    key = list(stack.roles)[_index(name, names, path)]
    return Asking(role=stack.roles[key], key=key, args=stack.args[key], target=stack.target)


def with_config(asking: Asking, path: str, name: str) -> Asking:
    """Return the same role with what a stack's file says of it: its fix is a change of that."""
    roles = read_stack_file(path).draft().config.roles
    keys = list(roles)
    key = asking.key if asking.key in keys else keys[_index(name, [(one,) for one in keys], path)]
    return replace(asking, key=key, args=roles[key])


def asking_of_documents(
    name: str, identity: Sequence[str], trust: str | None, account: str | None, resource: str
) -> Asking:
    """Return a role of documents in files; its name is whatever the caller says."""
    role = role_of_files(name.rpartition("/")[2], identity, trust)
    return asking_of_role(role, account, resource)


def with_boundary(asking: Asking, path: str) -> Asking:
    """Return the same role bounded by a document in a file."""
    bound = document_of_file(path, PolicyKind.BOUNDARY)
    return replace(asking, role=replace(asking.role, boundary=bound))


def asking_of_stack(stack: str, name: str, account: str | None, resource: str) -> Asking:
    """Return a role of a stack: of a file of `pulumi stack export` or `preview --json`, or by name."""
    # They take their time, and only this source needs them.
    from rolewright.cli.sources.programs import stack_export  # noqa: PLC0415
    from rolewright.stack import InvalidExport, roles_of_export  # noqa: PLC0415

    if stack == STDIN or is_there(stack):
        text = read_text(stack)
    else:
        text = decoded(stack_export(stack), stack)
    try:
        roles = roles_of_export(parse_json(text, stack))
    except InvalidExport as error:
        raise BadInput(f"{stack}: {error}") from None
    role = roles[_index(name, [names_of(role) for role in roles], f"stack {stack}")]
    asking = asking_of_role(role, account, resource)
    key = key_of(role)
    return replace(asking, key=key) if key else asking


def asking_of_role(role: Role, account: str | None, resource: str) -> Asking:
    """Return a role as the stack config would add to it, where it is no part of one."""
    region = _region_in(resource)
    target = Target(
        partition=partition_of(region),
        account=account or role.account or _account_in(resource) or ANY_ACCOUNT,
        region=region,
    )
    return Asking(role=role, key=role.name, args={"existing": True}, target=target)


def _account_in(text: str) -> str | None:
    found = _ACCOUNT.search(text)
    return found[1] if found else None


def _region_in(arn: str) -> str:
    parts = arn.split(":")
    return (parts[3] if len(parts) > 3 else "") or _ANY_REGION  # noqa: PLR2004  # an ARN's fourth part


def _index(name: str, names: Sequence[Names], where: str) -> int:
    """Return the place of a role's name. Raises BadInput."""
    place = index_of(name, names)
    if place is None:
        raise unknown_role(name, names, where)
    return place
