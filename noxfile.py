"""The tests on every Python and every set of libraries: `pip install nox && nox` runs what the machine has.

Sessions: tests (every Python), lowest (the oldest libraries allowed), bare (without any extra), types.
"""

from __future__ import annotations

import nox

nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
NEED_EXTRAS = [
    "frames",
    "plot",
    "strategies",
    "progress",
    "project",
    "claims_data",
    "by_code",
    "secondary",
    "fuzz",
    "documents",
]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests with the newest libraries."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """All tests with the oldest libraries that pyproject.toml allows at run time."""
    session.install(".[test]", "attrs==23.1.0", "python-dateutil==2.8.2", "narwhals==2.28.0", "rich==13.0.0")
    session.run("pytest", "--deselect", "tests/test_project.py::test_types", *session.posargs)


@nox.session(python=["3.11", "3.13"])
def bare(session: nox.Session) -> None:
    """The core without any extra: what needs one is left out by name, all else must run."""
    session.install(".", "pytest", "hypothesis")
    left_out = [f"--ignore-glob=*test_{room}*.py" for room in NEED_EXTRAS]
    session.run("pytest", *left_out, *session.posargs)


@nox.session(python="3.11")
def types(session: nox.Session) -> None:
    """Strict types by two checkers, and whether every public name has a type that needs no inference."""
    session.install(".[test-all]")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "sequestration", "--ignoreexternal")
