"""Where commands that look at many roles get them: files, a stack's file, a live account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rolewright.audit import InvalidDetail, OpenDump, keep_pages
from rolewright.cli.audit_inputs import Found, Skipped, files_of, read_found
from rolewright.cli.inputs import BadInput
from rolewright.grants import ConfigError, Environment, Target, plan_stack
from rolewright.roles import Role
from rolewright.roles.planned import roles_of_plans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ANY_ACCOUNT = "123456789012"
"""The account of roles that are not in any yet, as AWS's documentation writes it."""


class Inputs:
    """Files that are read; one that can't be does not keep the others from being audited."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.failed = False

    def files(self, paths: Sequence[str]) -> Iterator[Found]:
        """Yield what is in files."""
        for path, named in files_of(paths):
            try:
                yield read_found(path, self._folder, named=named)
            except BadInput as error:
                error.show()
                self.failed = True
            except Skipped as said:
                click.echo(f"skipped: {said}", err=True)


def planned_roles(path: str, account: str, said: str | None = None) -> tuple[Found, Environment]:
    """Return the roles that a stack's file asks for, and its environment. Raises BadInput.

    `said` is what people know the file by, where it isn't its path.
    """
    said = said or path
    # It alone needs a YAML parser.
    from rolewright.grants.stack_file import (  # noqa: PLC0415
        InvalidStackFile,
        draft_of_config,
        read_config,
    )

    try:
        config = read_config(Path(path))
        draft = draft_of_config(config)
        region = str(config.get("aws:region") or "")
        target = Target(
            partition=_partition(region),
            account=account,
            region=region,
            environment=draft.config.environment.value,
        )
        roles = roles_of_plans(plan_stack(draft, target))
    except OSError as error:
        raise BadInput(f"{said}: can't be read: {(error.strerror or '').lower()}") from None
    except InvalidStackFile as error:
        raise BadInput(str(error)) from None
    except ConfigError as error:
        raise BadInput(f"{said}\n  {str(error).replace(chr(10), chr(10) + '  ')}") from None
    return Found(source=said, roles=roles), draft.config.environment


def _partition(region: str) -> str:
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"


def live_roles(folder: Path) -> Found:
    """Return the roles of the account of the caller's credentials, kept in a folder. Raises BadInput."""
    return Found(source=None, dump=keep_pages(_pages(), folder))


def _pages() -> Iterator[Mapping[str, Any]]:
    """Yield the pages of the account's roles and managed policies. Raises BadInput."""
    try:
        import boto3  # noqa: PLC0415  # nobody else needs it
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
    except ImportError:
        raise BadInput("--live needs boto3; install `rolewright[live]`") from None
    session: Any = boto3
    try:
        paginator = session.client("iam").get_paginator("get_account_authorization_details")
        yield from paginator.paginate(Filter=["Role", "LocalManagedPolicy", "AWSManagedPolicy"])
    except (BotoCoreError, ClientError) as error:
        raise BadInput(f"live: {error}") from None


def roles_in(found: Found) -> Iterator[Role]:
    """Yield the roles that were found, those of a dump one after the other. Raises BadInput."""
    yield from (one for one in found.roles if isinstance(one, Role))
    if found.dump is not None:
        opened = OpenDump(found.dump)
        try:
            for batch in found.dump.batches:
                yield from map(opened.account.role, opened.details(batch))
        except InvalidDetail as error:
            raise BadInput(f"{found.source or 'live'}: {error}") from None
        finally:
            opened.close()


def others_in(found: Found) -> int:
    """Return how many things were found that run as a role and are none."""
    return len(found.unread) + sum(not isinstance(one, Role) for one in found.roles)
