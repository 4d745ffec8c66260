"""Where a role is read from: a stack config, documents, a stack, or AWS. Raises BadInput."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rolewright.cli.inputs import BadInput, read_text
from rolewright.explain import Asking
from rolewright.grants import ConfigError, Target, plan_stack
from rolewright.iam import InvalidDocument, parse_document
from rolewright.reference import nearest
from rolewright.roles import AttachedPolicy, PolicyKind, Role
from rolewright.roles.planned import roles_of_plans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rolewright.grants import StackDraft

ANY_ACCOUNT = "123456789012"
"""The account of a role that is in none yet, as AWS's documentation writes it."""
_ANY_REGION = "us-east-1"
_ACCOUNT = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


def partition_of(region: str) -> str:
    """Return the partition of a region."""
    return next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")


def asking_of_config(path: str, name: str, account: str | None, resource: str) -> Asking:
    """Return a role that a stack's file asks for, by its key or its name in IAM.

    The account is the one given, that of the boundary or of a key in the config, or of the resource
    that is asked for: the role will be in one of them.
    """
    settings, draft = _draft(path)
    region = str(settings.get("aws:region") or "") or _region_in(resource)
    written = json.dumps(settings, default=str)
    target = Target(
        partition=partition_of(region),
        account=account or _account_in(written) or _account_in(resource) or ANY_ACCOUNT,
        region=region,
        environment=draft.config.environment.value,
    )
    try:
        plans = plan_stack(draft, target)
    except ConfigError as error:
        raise BadInput(f"{path}\n  {str(error).replace(chr(10), chr(10) + '  ')}") from None
    roles = roles_of_plans(plans)
    names = [spelling for plan in plans for spelling in (plan.key, plan.name)]
    place = _index(name, names, path) // 2
    key = plans[place].key
    return Asking(role=roles[place], key=key, args=draft.config.roles[key], target=target)


def with_config(asking: Asking, path: str, name: str) -> Asking:
    """Return the same role with what a stack's file says of it: its fix is a change of that."""
    _, draft = _draft(path)
    keys = list(draft.config.roles)
    key = asking.key if asking.key in keys else keys[_index(name, keys, path)]
    return replace(asking, key=key, args=draft.config.roles[key])


def _draft(path: str) -> tuple[Mapping[str, Any], StackDraft]:
    # It alone needs a YAML parser.
    from rolewright.grants.stack_file import (  # noqa: PLC0415
        InvalidStackFile,
        draft_of_config,
        read_config,
    )

    try:
        settings = read_config(Path(path))
        return settings, draft_of_config(settings)
    except OSError as error:
        raise BadInput(f"{path}: can't be read: {(error.strerror or '').lower()}") from None
    except InvalidStackFile as error:
        raise BadInput(str(error)) from None


def asking_of_documents(
    name: str, identity: Sequence[str], trust: str | None, account: str | None, resource: str
) -> Asking:
    """Return a role of documents in files; its name is whatever the caller says."""
    role = Role(
        name=name.rpartition("/")[2],
        urn="",
        created=False,
        policies=tuple(_document(path, PolicyKind.INLINE) for path in identity),
        trust=_document(trust, PolicyKind.TRUST) if trust else None,
    )
    return asking_of_role(role, account, resource)


def with_boundary(asking: Asking, path: str) -> Asking:
    """Return the same role bounded by a document in a file."""
    bound = _document(path, PolicyKind.BOUNDARY)
    return replace(asking, role=replace(asking.role, boundary=bound))


def _document(path: str, kind: PolicyKind) -> AttachedPolicy:
    text = read_text(path)
    try:
        document = parse_document(text)
    except InvalidDocument as error:
        raise BadInput(f"{path}: {error}") from None
    return AttachedPolicy(
        name=Path(path).name.removesuffix(".json"), kind=kind, document=document, urn="", text=text
    )


def asking_of_stack(stack: str, name: str, account: str | None, resource: str) -> Asking:
    """Return a role of a stack: of a file of `pulumi stack export` or `preview --json`, or by name."""
    # It takes its time, and only this source needs it.
    from rolewright.stack import InvalidExport, resources_of_export, whole_view  # noqa: PLC0415

    text = read_text(stack) if stack == "-" or Path(stack).is_file() else _exported(stack)
    try:
        roles = tuple(whole_view(resources_of_export(_deployment(json.loads(text)))).roles())
    except InvalidExport as error:
        raise BadInput(f"{stack}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{stack}: not JSON: {error}") from None
    role = roles[_index(name, [role.name for role in roles], f"stack {stack}")]
    asking = asking_of_role(role, account, resource)
    key = (role.config_key or "").removeprefix("roles").strip('.[]"')
    return replace(asking, key=key) if key else asking


def _exported(stack: str) -> str:
    if shutil.which("pulumi") is None:
        raise BadInput(
            f"{stack}: is no file, and there is no `pulumi` to ask; give the output of `pulumi "
            "stack export`"
        )
    done = subprocess.run(
        ["pulumi", "stack", "export", "--stack", stack], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip() or "no message").splitlines()[0]
        raise BadInput(f"{stack}: `pulumi stack export` says: {said}")
    return done.stdout


def _deployment(content: Any) -> Any:
    """Return what a preview will leave as `pulumi stack export` would tell of it."""
    if not isinstance(content, dict) or "steps" not in content:
        return cast("Any", content)
    steps: list[dict[str, Any]] = cast("dict[str, Any]", content)["steps"]
    states = [step["newState"] for step in steps if step.get("newState")]
    return {"deployment": {"resources": states}}


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


def _index(name: str, names: Sequence[str], where: str) -> int:
    """Return the place of a role's name, whatever path stands before it."""
    bare = name.rpartition("/")[2]
    if bare in names:
        return names.index(bare)
    known = list(dict.fromkeys(names))
    meant = nearest(bare, known)
    hint = f"; did you mean `{meant}`?" if meant else ""
    raise BadInput(f"{where}: has no role `{name}`{hint} ({', '.join(known) or 'it has none'})")
