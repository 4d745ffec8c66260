"""What a kind of grant and an activity are, and where the role they are for will live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rolewright.grants.strict import STRICT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rolewright.grants.activity_args import ActivityArgs
    from rolewright.grants.network import EncryptionArgs, NetworkArgs
    from rolewright.grants.problems import Problem
    from rolewright.iam import Request, Statement

__all__ = ["STRICT", "Activity", "ActivityContext", "Companion", "GrantKind", "Target"]

T = TypeVar("T")

ANY_ACCOUNT = "123456789012"
"""The account of roles that are in none yet, as AWS's documentation writes it."""
_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"))


def partition_of(region: str) -> str:
    """Return the partition that a region is of."""
    return next((name for start, name in _PARTITIONS if region.startswith(start)), "aws")


def _none(*_: object) -> Iterator[Any]:
    """Stand for what needs nothing besides."""
    return iter(())


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The account and region that a stack's roles are for, known at preview.

    `partition` is `aws`, `aws-cn`, `aws-us-gov`, ...; `account` twelve digits; `environment` the
    stack's, or None where nothing says which it is.
    """

    partition: str
    account: str
    region: str
    environment: str | None = None

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this account and region, such as `table/features`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def dns_suffix(self) -> str:
        """The domain of the partition's services, as kms:ViaService has it."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantKind(Generic[T]):
    """A key of the stack config that gives access, such as `buckets`.

    `problems` checks one entry beyond its types, with paths relative to the entry; `statements`
    renders all entries of one policy, in a stable order and with Sids that depend on their own
    entry alone; `companions` say what the role needs besides, which IAM alone can't give. `least`
    is the shortest entry that is fine: its values stand in for those that are missing or faulty,
    so that the rest of an entry is still checked.
    `problems_there` checks all entries of one policy against each other and against where the role
    will live, with paths such as `[0].image`.
    `propose` yields entries that might allow a request, the narrowest first, given those that are
    held already; none for what the kind can't express. They need not be sound: `proposals` sees to
    that.
    """

    key: str
    least: T
    problems: Callable[[T], Iterator[Problem]]
    statements: Callable[[Sequence[T], Target], Iterator[Statement]]
    companions: Callable[[Sequence[T], Target], Iterator[Companion]] = _none
    problems_there: Callable[[Sequence[T], Target], Iterator[Problem]] = _none
    propose: Callable[[Request, Sequence[T], Target], Iterator[T]] = _none


@dataclass(frozen=True, kw_only=True, slots=True)
class Companion:
    """Something that a role needs besides its own policies, for whoever owns it.

    `what` says it in a line, such as `key policy of arn:...`; `snippet` is JSON or a command to
    use there, `ROLE_ARN` standing for the role's ARN; `why` is one sentence.
    """

    what: str
    why: str
    snippet: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActivityContext:
    """What an activity is rendered from: its own inputs, and what the role has set."""

    target: Target
    role_arn: str
    inputs: ActivityArgs
    network: NetworkArgs | None = None
    encryption: EncryptionArgs | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """Something that a person does with SageMaker, such as `manage-jobs`.

    `takes` are the inputs that it has, `needs` those of them that it can't do without; `network`
    and `encryption` say whether it honours these settings, `keys` which of the encryption's, and
    `why_not` why it can't honour what it doesn't.
    """

    name: str
    description: str
    statements: Callable[[ActivityContext], Iterator[Statement]]
    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    network: bool = False
    keys: frozenset[str] = frozenset()
    why_not: str = ""
    companions: Callable[[ActivityContext], Iterator[Companion]] = _none

    @property
    def encryption(self) -> bool:
        """Whether it honours any keys."""
        return bool(self.keys)
