"""The tests on every Python and every set of libraries: `pip install nox && nox` runs what the machine has.

Sessions: tests (every Python), lowest (the oldest libraries allowed), bare (no extra), extra (each alone), types.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import nox

PROJECT = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text("utf-8"))["project"]

nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]
USERS_EXTRAS = ["cli", "excel", "frames", "plot", "strategies"]
NEED_EXTRAS = [
    "tests/frames",
    "tests/plot",
    "tests/project/test_documents.py",
    "tests/project/test_project.py",
    "tests/property/test_frames.py",
]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests with the newest libraries."""
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11")
def lowest(session: nox.Session) -> None:
    """All tests with the oldest libraries that pyproject.toml allows at run time."""
    session.install(".[test]", *lowest_bounds(), "pyparsing<3.3")  # of which an old matplotlib uses old names
    session.run("pytest", "--deselect", "tests/project/test_project.py::test_types", *session.posargs)


@nox.session(python=["3.11", "3.13"])
def bare(session: nox.Session) -> None:
    """The core without any extra: what needs one is left out by name, all else must run."""
    session.install(".", "pytest", "hypothesis")
    left_out = [f"--ignore={path}" for path in NEED_EXTRAS]
    session.run("pytest", *left_out, *session.posargs)


@nox.session(python="3.13")
@nox.parametrize("extra", USERS_EXTRAS)
def extra(session: nox.Session, extra: str) -> None:
    """Each extra alone: its module works, the others say what to install."""
    session.install(f".[{extra}]", "pytest", "hypothesis")
    session.run("pytest", "tests/project/test_extras.py", "tests/cli/test_main.py", *session.posargs)


@nox.session(python="3.11")
def types(session: nox.Session) -> None:
    """Strict types by two checkers, and whether every public name has a type that needs no inference."""
    session.install(".[test-all]")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "sequestration", "--ignoreexternal")


def lowest_bounds() -> list[str]:
    """The oldest version of each library that users may have: what pyproject.toml asks for, and no later one."""
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(bound for extra in USERS_EXTRAS for bound in extras[extra])]
    return [bound.replace(">=", "==") for bound in asked]
