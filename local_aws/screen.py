"""What a run prints: calm lines in 80 columns, colour for the verdict alone."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from rich.status import Status

    from local_aws.proof import Row
    from local_aws.workspace import PolicyReport

_LABEL = 12
_WIDTH = 80
BESIDE_LABEL = _WIDTH - _LABEL
"""How much fits on a labelled line."""


class Screen:
    """Prints to standard output; progress to a terminal only, on standard error."""

    def __init__(self) -> None:
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)
        self._status: Status | None = None

    @contextmanager
    def working(self, label: str) -> Generator[None]:
        """Show on a terminal that something takes a while; `progress` says what."""
        if not self._err.is_terminal:
            yield
            return
        with self._err.status(label) as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def progress(self, said: str) -> None:
        """Say what is going on while `working`."""
        if self._status is not None:
            self._status.update(said)

    def line(self, label: str, said: str, style: str = "") -> None:
        """Print a labelled line."""
        self._out.print(Text(f"{label:<{_LABEL}}").append(said, style=style))

    def blank(self) -> None:
        """Print an empty line."""
        self._out.print()

    def problems(self, where: str | None, lines: Iterable[str]) -> None:
        """Print what is wrong, to standard error."""
        if where:
            self._err.print(Text(where, style="bold"))
        for line in lines:
            self._err.print(Text(f"  {line}" if where else line, style="red"))

    def reports(self, reports: Sequence[PolicyReport]) -> None:
        """Print what guardrails said, those that stop a run last, where the eye ends."""
        for report in sorted(
            reports, key=lambda said: (said.mandatory, said.guardrail, said.message)
        ):
            level = "mandatory" if report.mandatory else "advisory"
            _, _, message = report.message.partition("\n")
            message = message or report.message
            name = report.guardrail
            first, colon, rest = message.partition(": ")
            if not report.mandatory and colon and first.replace("-", "").isalpha():
                name, message = first, rest
            self.blank()
            title = Text(name, style="bold")
            title.append(f"   {level}", style="bold red" if report.mandatory else "yellow")
            self._out.print(title)
            for line in message.splitlines():
                self._wrapped(line)

    def _wrapped(self, line: str) -> None:
        indent = len(line) - len(line.lstrip())
        hang = indent + 8 if indent else 2
        width = min(_WIDTH, self._out.width)
        words, current = line.split(" "), ""
        first = True
        for word in words:
            candidate = f"{current} {word}" if current or not first else word
            if len(candidate) + 2 > width and current.strip():
                self._out.print(Text(f"  {current}"))
                current, first = " " * hang + word, False
            else:
                current, first = candidate, False
        self._out.print(Text(f"  {current}"))

    def proof(self, rows: Sequence[Row]) -> None:
        """Print the calls that were made as each role; a role's name has a line where it is wide."""
        role = max(map(len, ("ROLE", *(row.role for row in rows)))) + 2
        call = max(map(len, ("CALL", *(str(row.call) for row in rows)))) + 2
        width = role + call + max(map(len, ("RESULT", *(_result(row).plain for row in rows))))
        # No table of rich: it cuts names and verdicts off where they don't fit.
        if width <= min(_WIDTH, self._out.width):
            self._out.print(Text(f"{'ROLE':<{role}}{'CALL':<{call}}RESULT", style="bold"))
            for row in rows:
                self._out.print(
                    Text(f"{row.role:<{role}}{row.call!s:<{call}}").append_text(_result(row))
                )
            return
        self._out.print(Text(f"{'ROLE, CALL':<{call + 2}}RESULT", style="bold"))
        for name, held in itertools.groupby(rows, key=lambda row: row.role):
            self._out.print(Text(name))
            for row in held:
                self._out.print(Text(f"  {row.call!s:<{call}}").append_text(_result(row)))


def _result(row: Row) -> Text:
    wanted = "allowed" if row.intended else "AccessDenied"
    if row.result is None:
        return Text(f"{wanted} (judged)", style="dim")
    if not row.as_intended:
        return Text(f"{row.result}, not {wanted}", style="bold red")
    return Text(row.result, style="green" if row.intended else "")
