"""What policies let a caller do, as an exact set of requests that can be compared with another.

The set is what evaluation allows: identity policies within the boundary, less what is denied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolewright.iam.comparison import Comparison
from rolewright.iam.evaluation import Policies, evaluate
from rolewright.iam.rules import make_rule
from rolewright.iam.sides import EVERYTHING, own_side

if TYPE_CHECKING:
    from rolewright.iam.documents import PolicyDocument
    from rolewright.iam.evaluation import Request
    from rolewright.iam.witnesses import KnownActions


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What the owner of identity policies may do by them; `boundary` is None where there is none."""

    identity: tuple[PolicyDocument, ...] = ()
    boundary: tuple[PolicyDocument, ...] | None = None

    def allows(self, request: Request) -> bool:
        """Whether a request is in the set."""
        return evaluate(request, Policies(identity=self.identity, boundary=self.boundary)).allowed

    def example(self, action: str = "*", known: KnownActions | None = None) -> Request | None:
        """Return a request that is allowed, of an action that the pattern matches, or None.

        Raises Undecided.
        """
        statement = replace(EVERYTHING.statements[0], actions=(action,))
        return Comparison(
            own_side(self.identity, self.boundary),
            own_side(()),
            known=known,
            within=make_rule(statement, EVERYTHING.version),
        ).example()

    def difference(self, other: Access, known: KnownActions | None = None) -> Request | None:
        """Return a request that is allowed here and not there, or None. Raises Undecided."""
        return Comparison(
            own_side(self.identity, self.boundary),
            own_side(other.identity, other.boundary),
            known=known,
        ).example()

    def contains(self, other: Access) -> bool:
        """Whether all that is allowed there is allowed here. Raises Undecided."""
        return other.difference(self) is None
