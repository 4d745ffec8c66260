"""What a pasted error says of a denied request, and why it may have been denied.

Texts are read by tables of messages, causes given by tables of rows. Nothing is guessed.
"""

from rolewright.explain.diagnosis.cause import Cause
from rolewright.explain.diagnosis.denial import Denial, DeniedBy
from rolewright.explain.diagnosis.diagnosing import Diagnosis, diagnose
from rolewright.explain.diagnosis.facts import role_name
from rolewright.explain.diagnosis.judged import Judged
from rolewright.explain.diagnosis.possible_rows import SAYS_NOTHING

__all__ = [
    "SAYS_NOTHING",
    "Cause",
    "Denial",
    "DeniedBy",
    "Diagnosis",
    "Judged",
    "diagnose",
    "role_name",
]
