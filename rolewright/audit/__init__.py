"""The guardrails over roles that exist already, wherever they are read from.

May import the rooms of the library but `cli` and `explain`; never pulumi, and boto3 nowhere.
"""

from rolewright.audit.account import InvalidDetail
from rolewright.audit.documents import role_of_identity, role_of_trust
from rolewright.audit.dump import KEYS as DUMP_KEYS
from rolewright.audit.dump import Dump, OpenDump, keep_dump, keep_pages
from rolewright.audit.json_stream import InvalidStream, Text, read_entries
from rolewright.audit.judging import Audited, Finding, Rules, audit_subject, read_rules
from rolewright.audit.markdown import markdown
from rolewright.audit.parallel import audit_dump
from rolewright.audit.sarif import FINGERPRINT, sarif
from rolewright.audit.totals import Totals

__all__ = [
    "DUMP_KEYS",
    "FINGERPRINT",
    "Audited",
    "Dump",
    "Finding",
    "InvalidDetail",
    "InvalidStream",
    "OpenDump",
    "Rules",
    "Text",
    "Totals",
    "audit_dump",
    "audit_subject",
    "keep_dump",
    "keep_pages",
    "markdown",
    "read_entries",
    "read_rules",
    "role_of_identity",
    "role_of_trust",
    "sarif",
]
