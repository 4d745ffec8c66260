"""Documents longer than AWS takes; a warning, since what it is attached to decides.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.iam import limits
from rolewright.lint.rule import warning
from rolewright.lint.subject import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rolewright.lint.subject import Subject

_SHORT = min(limits.TRUST_POLICY, limits.MANAGED_POLICY, limits.INLINE_POLICIES_TOTAL)
"""No document of so many characters is too long, whatever it is for."""


def _identity(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is not Kind.IDENTITY:
        return
    said = f"has {subject.size:,} characters without white space"
    if subject.size > limits.INLINE_POLICIES_TOTAL:
        yield (
            "",
            (
                f"{said}, more than a managed policy ({limits.MANAGED_POLICY:,}) or a role's inline "
                f"policies together ({limits.INLINE_POLICIES_TOTAL:,}) may have; split it over "
                "managed policies"
            ),
        )
    elif subject.size > limits.MANAGED_POLICY:
        yield (
            "",
            (
                f"{said}, more than a managed policy may have ({limits.MANAGED_POLICY:,}); keep it "
                f"inline, where a role has {limits.INLINE_POLICIES_TOTAL:,} in all, or split it"
            ),
        )


def _trust(subject: Subject) -> Iterator[tuple[str, str]]:
    if subject.kind is Kind.TRUST and subject.size > limits.TRUST_POLICY:
        yield (
            "",
            (
                f"has {subject.size:,} characters without white space, more than a trust policy may "
                f"have by default ({limits.TRUST_POLICY:,}); shorten it, or ask AWS for more"
            ),
        )


def is_quiet(subject: Subject) -> bool:
    """Whether the document is short, white space and all."""
    return isinstance(subject.source, str) and len(subject.source) <= _SHORT


RULES = (warning("too-long", _identity), warning("too-long", _trust))
