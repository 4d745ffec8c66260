"""What a run may fail of, and what is printed of it: never a traceback of ours."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError
from pulumi.automation.errors import CommandError

from local_aws.faults import Fault
from local_aws.workspace import last_words
from rolewright.grants import ConfigError

FAILURES = (ConfigError, Fault, BotoCoreError, ClientError, CommandError, OSError)


def explained(failure: Exception, stack: str) -> tuple[str | None, list[str]]:
    """Return what a failure, one of FAILURES, of a stack's run is about, and its lines."""
    if isinstance(failure, ConfigError):
        return f"Pulumi.{stack}.yaml", str(failure).splitlines()
    if isinstance(failure, Fault):
        return failure.where, str(failure).splitlines()
    if isinstance(failure, CommandError):
        return "the engine failed", last_words(str(failure)).splitlines()
    if isinstance(failure, OSError):
        return None, [f"{failure.filename or 'the run'}: {failure.strerror or failure}"]
    return None, [f"the local AWS failed: {failure}"]
