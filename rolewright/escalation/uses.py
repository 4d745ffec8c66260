"""Which grants of a role allow the actions of a path, together on one resource where it must be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam.records import record
from rolewright.reference import action_set
from rolewright.roles import narrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolewright.roles import Effective, Grant

_NEVER_A_ROLES = "${aws:username}"
"""A role's session has no user name, so a statement with it never applies to one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""


@record()
class Use:
    """An action, the grant that allows it, and on which of the grant's resources."""

    action: str
    grant: Grant
    resource: str


@record()
class Option:
    """A resource, or a pattern of some, on which all actions of a group are allowed."""

    resource: str
    uses: tuple[Use, ...]


class Allowed:
    """What a role's grants allow, action by action; each is looked up once."""

    def __init__(self, effective: Effective) -> None:
        self._effective = effective
        self._found: dict[tuple[str, bool], tuple[Use, ...]] = {}

    def uses(self, action: str, *, user: bool = False) -> tuple[Use, ...]:
        """Return each grant and resource for an action, of a role's session or of a user."""
        key = (action, user)
        if key not in self._found:
            self._found[key] = tuple(
                [
                    Use(action=action, grant=grant, resource=resource)
                    for grant in self._effective.of(action_set(action))
                    for resource in grant.resources_for(action)
                    if user or _NEVER_A_ROLES not in resource.lower()
                ]
            )
        return self._found[key]

    def together(self, actions: Sequence[str], *, user: bool = False) -> tuple[Option, ...]:
        """Return the resources on which every one of the actions is allowed."""
        first, *others = actions
        found: dict[str, tuple[Use, ...]] = {}
        for use in self.uses(first, user=user):
            found.setdefault(use.resource, (use,))
        for action in others:
            common: dict[str, tuple[Use, ...]] = {}
            for resource, uses in found.items():
                for use in self.uses(action, user=user):
                    for both in narrow((resource,), (use.resource,)):
                        if both not in common and all(
                            one.grant.reaches(both) for one in (*uses, use)
                        ):
                            common[both] = (*uses, use)
            found = common
        return tuple(Option(resource=resource, uses=uses) for resource, uses in found.items())
