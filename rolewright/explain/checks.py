"""What may deny a request that the role's policies allow: what is none of theirs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rolewright.grants.activity_plan import activity_contexts
from rolewright.grants.kinds import grant_kinds
from rolewright.grants.proposals import names
from rolewright.iam import SELF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.explain.fix import Asking
    from rolewright.grants import Companion
    from rolewright.iam import Request


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """Something to look at elsewhere: what, why, and JSON or a command for whoever owns it."""

    what: str
    why: str
    snippet: str | None = None


_KEY = Check(
    what="the bucket's key",
    why="what is encrypted with a KMS key takes kms:Decrypt to read and kms:GenerateDataKey to "
    "write, by the role and by the key's policy (`key` of `buckets`)",
)
_BY_SERVICE = {
    "s3": (
        Check(
            what="the bucket's own policy",
            why="it may deny the role, or demand that what is written is encrypted with a key that "
            "the call does not name; no grant helps then",
        ),
        _KEY,
    ),
    "kms": (
        Check(
            what="the key's own policy",
            why="it must let the role use the key, or leave that to IAM by naming the account",
        ),
    ),
    "glue": (
        Check(
            what="Lake Formation",
            why="where it guards the database it must let the role in as well",
        ),
    ),
    "athena": (
        Check(
            what="what a query reads",
            why="Athena reads tables, their data and results as the role: `glue` and `buckets`",
        ),
    ),
    "sts": (
        Check(
            what="the trust policy of the role that is assumed",
            why="it must name this role; a role that is new can be assumed only after some seconds",
        ),
    ),
    "iam": (
        Check(
            what="the role that is passed",
            why="it must trust the service that it is passed to, and be named with its path",
        ),
    ),
}
_OF_ACTIVITIES = ("sagemaker", "kms:", "ec2:")
"""How the actions begin that need what activities say they need besides."""
_ASSUMED = (
    Check(
        what="time",
        why="a role that is new, or whose trust has changed, is assumable only after some seconds",
    ),
)
_ALWAYS = (
    Check(
        what="the organisation's policies (SCP, RCP) and session policies",
        why="they are not seen here; the message of AWS names the type of policy that denied",
    ),
    Check(
        what="the VPC endpoint, where the call comes through one",
        why="its policy must allow the call too, and one that is missing looks like a denial",
    ),
)


def checks(request: Request, asking: Asking) -> Iterator[Check]:
    """Yield what to look at, what the stack config knows of first."""
    if request.principal != SELF:
        yield from (*_ASSUMED, *_ALWAYS[:1])
        return
    own = tuple(dict.fromkeys(_companions(request, asking)))
    for companion in own:
        yield Check(what=companion.what, why=companion.why, snippet=companion.snippet)
    service = request.action.partition(":")[0].lower()
    # What the stack config knows of the bucket's key is told already.
    yield from (check for check in _BY_SERVICE.get(service, ()) if not (own and check is _KEY))
    yield from _ALWAYS


def _companions(request: Request, asking: Asking) -> Iterator[Companion]:
    """Yield the companions of the entries and activities of a role that are for the request."""
    args, target = asking.args, asking.target
    for kind in grant_kinds():
        for policy in (args, *args.get("policies", {}).values()):
            for entry in cast("Iterable[Any]", policy.get(kind.key, ())):
                if any(names(one, request) for one in kind.statements([entry], target)):
                    yield from kind.companions([entry], target)
    if not request.action.lower().startswith(_OF_ACTIVITIES):
        return
    for activity, context in activity_contexts(args, target, asking.arn):
        if any(names(one, request) for one in activity.statements(context)):
            yield from activity.companions(context)
