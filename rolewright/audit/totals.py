"""What an audit came to, counted while its roles go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolewright.guardrails import Level, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rolewright.audit.judging import Audited, Rules


class Totals:
    """Counts of roles and findings; `known` are fingerprints that a baseline has."""

    def __init__(self, rules: Rules, known: frozenset[str] | None = None) -> None:
        self._rules = rules
        self._known = known
        self._used: set[tuple[str, Waiver]] = set()
        self.roles = self.violations = self.advisories = self.waived = 0
        self.before = 0
        self.service_linked = 0

    def counted(self, audited: Iterable[Audited]) -> Iterator[Audited]:
        """Yield each role with its findings that no baseline has."""
        known = self._known
        for role in audited:
            self.roles += 1
            self._used |= role.waivers
            new = (
                role.only(f for f in role.findings if f.fingerprint not in known) if known else role
            )
            self.before += len(role.findings) - len(new.findings)
            for finding in new.findings:
                self.violations += finding.level is Level.MANDATORY
                self.advisories += finding.level is Level.ADVISORY
                self.waived += finding.waived
            yield new

    def notes(self) -> tuple[str, ...]:
        """Return what else there is to know, in words, once all roles have gone by."""
        notes = [*self._rules.unused(frozenset(self._used))]
        if self.service_linked:
            count = self.service_linked
            noun = "role" if count == 1 else "roles"
            notes.append(f"{count} service-linked {noun} left out: AWS alone writes those")
        return tuple(notes)

    def verdict(self) -> str:
        """Return the answer in a word or two."""
        if self.violations:
            return f"{_counted(self.violations, 'violation')}"
        return "no violations"

    def __str__(self) -> str:
        said = f"{_counted(self.roles, 'role')}: {_counted(self.violations, 'violation')}, "
        said += _counted(self.advisories, "advisory", "advisories")
        if self.waived:
            said += f", {self.waived} of them waived"
        return said if self._known is None else f"{said}; {self.before} in the baseline not shown"


def _counted(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
