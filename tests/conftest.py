"""What all tests share."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from sequestration._law import deadline_rules
from tests.processes import forget_the_machine

UNHEALTHY_AND_WANTED = [HealthCheck.too_slow]
if "mutmut" in sys.modules:  # which runs the tests again and again in one process
    UNHEALTHY_AND_WANTED.append(HealthCheck.differing_executors)
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=UNHEALTHY_AND_WANTED)
settings.load_profile("steady")

if sys.platform == "emscripten":  # a Python in a browser, which starts no processes

    def no_process(*_: object, **__: object) -> NoReturn:
        pytest.skip("no process can be started here")

    subprocess.Popen = no_process  # type: ignore[assignment,misc]

_home = tempfile.TemporaryDirectory(prefix="home-of-the-tests-")
atexit.register(_home.cleanup)
forget_the_machine(Path(_home.name))

_OF_SAMPLES = frozenset({"tests/audit/test_fast_path.py", "tests/audit/test_jobs.py", "tests/x12/test_samples.py"})
EXPECTED_SKIPS = frozenset() if os.environ.get("SEQUESTRATION_SAMPLES") else _OF_SAMPLES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skip that is not expected is a failure")
    parser.addoption("--built", action="store_true", help="the tests must run on the built package, not on src")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --built leave out what an editable install cannot pass. A skip would be a failure for --no-skips."""
    if not config.getoption("--built"):
        left_out = [item for item in items if item.get_closest_marker("built")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("--no-skips") and report.skipped and report.location[0] not in EXPECTED_SKIPS:
        report.outcome = "failed"
        report.longrepr = f"skipped, which was not expected: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _no_rules_cached() -> None:
    """Under mutation every test reads the deadlines' rules anew: the cache would hide their mutants."""
    if "mutmut" in sys.modules:
        deadline_rules.deadline_rules.cache_clear()
