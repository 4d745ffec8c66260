"""For all tests: a small budget for properties, a larger one on request, and no skips in CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _pytest.terminal import TerminalReporter

# A deadline would make a test fail because the machine is busy.
settings.register_profile(
    "quick", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=5_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch for the larger budget."""
    parser.addoption(
        "--thorough", action="store_true", help="try each property on many more examples"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose the budget."""
    settings.load_profile("thorough" if config.getoption("--thorough") else "quick")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in CI that skipped anything: what CI doesn't run, nobody knows to work."""
    reporter: TerminalReporter | None = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say why a run in CI failed though no test did."""
    skipped = len(terminalreporter.stats.get("skipped", ()))
    if os.environ.get("CI") and skipped:
        terminalreporter.write_line(f"{skipped} skipped, which in CI is a failure", red=True)


@pytest.fixture(autouse=True)
def environment_as_it_was() -> Iterator[None]:
    """Leave the environment to the next test as it was: a run of the engine sets its own."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)
