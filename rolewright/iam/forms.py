"""What actions and resources there are, whatever a document's patterns match besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rolewright.iam.automata import ANY_IN_SEGMENT, ONE_IN_SEGMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SOME = f"{ONE_IN_SEGMENT}{ANY_IN_SEGMENT}"

ANY_ACTION = f"{_SOME}:{_SOME}"
"""Every action: a service and a name, with one colon."""
ANY_ARN = f"arn:{_SOME}:{_SOME}:{ANY_IN_SEGMENT}:{ANY_IN_SEGMENT}:?*"
"""Every ARN: partition, service and resource are never empty."""
ANY_TEXT = "?*"
"""Every text: for documents with actions or resources of a form that AWS would refuse."""

_ACTION = re.compile(r"[^:]+:[^:]+")
_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_TESTS: Mapping[str, Callable[[str], object]] = {
    ANY_ACTION: _ACTION.fullmatch,
    ANY_ARN: _ARN.fullmatch,
    ANY_TEXT: bool,
}


def has_form(form: str, text: str) -> bool:
    """Whether a text is of one of these forms."""
    return bool(_TESTS[form](text))
