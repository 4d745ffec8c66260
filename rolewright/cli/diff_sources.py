"""What `diff` reads: files, what a file was before, a deployed stack."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from rolewright.cli.inputs import STDIN, YAML, BadInput, read_text
from rolewright.cli.sources.programs import output_of, stack_export
from rolewright.iam import InvalidDocument, PolicyDocument, parse_document

_MARK = b"\xef\xbb\xbf"
_JSON = (b"", b"{", b"[", b'"', b"\x1f")
"""How JSON begins, packed or not."""
_LARGEST = 1 << 20
"""How many bytes a lone policy document has at most, far more than AWS takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A file to read, and what people know it by."""

    path: str
    said: str

    @property
    def is_config(self) -> bool:
        """Whether it is a stack's file."""
        return self.path.endswith(YAML)


def file_source(path: str, folder: Path) -> Source:
    """Return a file, or standard input as a file: a stack's file where it is no JSON."""
    if path != STDIN:
        return Source(path=path, said=path)
    content = sys.stdin.buffer.read()
    is_json = content.removeprefix(_MARK).lstrip()[:1] in _JSON
    kept = folder / f"stdin{'.json' if is_json else '.yaml'}"
    kept.write_bytes(content)
    return Source(path=str(kept), said=path)


def earlier_source(path: str, revision: str, folder: Path) -> Source:
    """Return a file as it was in a revision of its git repository. Raises BadInput."""
    if path == STDIN:
        raise BadInput("--since reads a file's history; standard input has none")
    if not revision or revision.startswith("-"):
        raise BadInput(f"--since: `{revision}` is no revision of git")
    place = Path(path)
    command = ["git", "-C", str(place.parent), "cat-file", "blob", f"{revision}:./{place.name}"]
    kept = folder / "since" / place.name
    kept.parent.mkdir()
    kept.write_bytes(output_of(command, "--since"))
    return Source(path=str(kept), said=f"{revision}:{path}")


def deployed_source(stack: str, folder: Path) -> Source:
    """Return what `pulumi stack export` says of a stack. Raises BadInput."""
    kept = folder / "deployed.json"
    kept.write_bytes(stack_export(stack, "name a file of its output by --deployed"))
    return Source(path=str(kept), said=f"stack {stack}")


def lone_document(source: Source) -> PolicyDocument | None:
    """Return the policy document that a file is, None where it is something else, or bad."""
    path = Path(source.path)
    try:
        if source.is_config or path.stat().st_size > _LARGEST:
            return None
        return parse_document(read_text(source.path))
    except (OSError, ValueError, InvalidDocument, BadInput):
        return None  # Whoever reads it as something else says what is wrong.
