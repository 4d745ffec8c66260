"""The role that a denial is about: of a stack's file, of documents, or of a batch line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rolewright.cli.audit_roles import role_of_json
from rolewright.cli.batch import BadLine
from rolewright.cli.inputs import STDIN, BadInput, read_text
from rolewright.cli.stack_roles import ANY_ACCOUNT, partition_of, read_stack_roles
from rolewright.explain import Asking
from rolewright.explain.diagnosis import DeniedBy, role_name
from rolewright.grants import Target
from rolewright.reference import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolewright.explain.diagnosis import Denial
    from rolewright.roles import Role

_ARN = re.compile(r"arn:(?P<partition>[^:]*):[^:]*:(?P<region>[^:]*):(?P<account>\d{12}):")
_ACCOUNT = re.compile(r"arn:[^:\s]*:(?:iam|sts)::(\d{12}):")


def text_of(words: Sequence[str]) -> str:
    """Return what was pasted: words, standard input for `-`, or a file that is named alone."""
    if not words:
        raise BadInput("paste a message in quotes, or name `-` for standard input")
    text = " ".join(words)
    if text == STDIN or (len(words) == 1 and _is_file(text)):
        return read_text(text)
    return text


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        # A message may be too long for a name, or have signs that none has.
        return False


def asking_of_stack(path: str, text: str, role: str | None) -> Callable[[Denial], Asking | None]:
    """Return who is asked for a denial: the stack's role of that name. Raises BadInput.

    Its account is the one that the text names. `role` is for a text that names none.
    """
    found = _ACCOUNT.search(text)
    stack = read_stack_roles(path, found[1] if found else ANY_ACCOUNT)
    if role is not None and stack.key_of(role) is None:
        known = [*stack.roles, *(one.name for one in stack.roles.values())]
        meant = nearest(role, known)
        hint = f"did you mean `{meant}`?" if meant else f"it has {', '.join(stack.roles)}"
        raise BadInput(f"{path}: has no role `{role}`; {hint}")

    def asking(denial: Denial) -> Asking | None:
        name = role or _name(denial)
        key = stack.key_of(name) if name else None
        if key is None:
            return None
        return Asking(role=stack.roles[key], key=key, args=stack.args[key], target=stack.target)

    return asking


def asking_of_documents(
    documents: Sequence[str], trust: str | None, boundary: str | None
) -> Callable[[Denial], Asking | None]:
    """Return who is asked for a denial: a role of these documents. Raises BadInput."""
    given: dict[str, Any] = {"identityPolicies": [read_text(path) for path in documents]}
    if trust is not None:
        given["trust"] = read_text(trust)
    if boundary is not None:
        given["permissionsBoundaries"] = [read_text(boundary)]
    try:
        return asking_of_role(role_of_json(given))
    except BadLine as error:
        raise BadInput(_named(str(error), documents, trust, boundary)) from None


def _named(said: str, documents: Sequence[str], trust: str | None, boundary: str | None) -> str:
    """Return an error with the name of the file in place of the path to it."""
    files = {f"identityPolicies[{place}]": path for place, path in enumerate(documents)}
    files |= {"trust": str(trust), "permissionsBoundaries[0]": str(boundary)}
    path = next(path for path in files if said.startswith(path))
    return f"{files[path]}: {said.removeprefix(path).lstrip('.: ')}"


def asking_of_role(role: Role) -> Callable[[Denial], Asking | None]:
    """Return who is asked for a denial: a role of no stack, whatever its name."""

    def asking(denial: Denial) -> Asking | None:
        name = _name(denial) or role.name
        return Asking(role=role, key=name, args={"existing": True}, target=_target(denial))

    return asking


def _name(denial: Denial) -> str | None:
    """Return the role that a denial is about: the one that was to be assumed, or that called."""
    if denial.denied_by is DeniedBy.TRUST:
        return role_name(denial.resource)
    return role_name(denial.principal) or denial.details.get("name")


def _target(denial: Denial) -> Target:
    """Return where a denial happened, as far as its ARNs say."""
    found = [
        match for arn in (denial.principal, denial.resource) if (match := _ARN.match(arn or ""))
    ]
    region = next((one["region"] for one in found if one["region"]), "")
    partition = found[0]["partition"] if found else partition_of(region)
    account = found[0]["account"] if found else ANY_ACCOUNT
    return Target(partition=partition, account=account, region=region)
