"""The role that a denial is about: of a stack's file, of documents, or of a batch line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.cli.inputs import STDIN, BadInput, is_there, read_text
from rolewright.cli.names import index_of, names_of, unknown_role
from rolewright.cli.sources.config import read_stack_file
from rolewright.cli.sources.documents import role_of_files
from rolewright.explain import Asking
from rolewright.explain.diagnosis import DeniedBy, role_name
from rolewright.grants import ANY_ACCOUNT, Target, partition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rolewright.explain.diagnosis import Denial
    from rolewright.roles import Role

_ARN = re.compile(r"arn:(?P<partition>[^:]*):[^:]*:(?P<region>[^:]*):(?P<account>\d{12}):")
_ACCOUNT = re.compile(r"arn:[^:\s]*:(?:iam|sts)::(\d{12}):")
_NO_NAME = re.compile(r"""[\s:"'{}<>=]""")
"""What stands in messages and not in the names of files."""
_SUFFIXES = (".txt", ".log", ".out", ".err", ".json", ".jsonl", ".csv", ".yaml", ".yml", ".gz")


def text_of(words: Sequence[str]) -> str:
    """Return what was pasted: words, standard input for `-`, or a file that is named alone.

    Raises BadInput, also for what can only be the name of a file that isn't there.
    """
    if not words:
        raise BadInput("paste a message in quotes, or name `-` for standard input")
    text = " ".join(words)
    if text == STDIN or (len(words) == 1 and is_there(text)):
        return read_text(text)
    if _names_file(text):
        raise BadInput(
            f"{text}: there is no such file; name one, paste the message itself in quotes, or give "
            "it on standard input as `-`"
        )
    return text


def _names_file(text: str) -> bool:
    return not _NO_NAME.search(text) and ("/" in text or text.endswith(_SUFFIXES))


def asking_of_config(
    path: str, text: str, role: str | None, account: str | None
) -> Callable[[Denial], Asking | None]:
    """Return who is asked for a denial: the role of that name in a stack's file. Raises BadInput.

    The account is the one given, or that the text names. `role` is for a text that names none.
    """
    found = _ACCOUNT.search(text)
    stack = read_stack_file(path).roles(account or (found[1] if found else ANY_ACCOUNT))
    names = [names_of(one) for one in stack.roles.values()]
    if role is not None and index_of(role, names) is None:
        raise unknown_role(role, names, path)

    def asking(denial: Denial) -> Asking | None:
        name = role or _name(denial)
        place = index_of(name, names) if name else None
        if place is None:
            return None
        key = list(stack.roles)[place]
        return Asking(role=stack.roles[key], key=key, args=stack.args[key], target=stack.target)

    return asking


def asking_of_documents(
    documents: Sequence[str], trust: str | None, boundary: str | None
) -> Callable[[Denial], Asking | None]:
    """Return who is asked for a denial: a role of these documents. Raises BadInput."""
    return asking_of_role(role_of_files("role", documents, trust, boundary))


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
