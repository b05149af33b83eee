"""Processes of tests: the same whatever machine, terminal and habits the tests are run with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

OF_THE_MACHINE = (
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "PYTHONDEVMODE",
    "PYTHONIOENCODING",
    "PYTHONOPTIMIZE",
    "PYTHONWARNINGS",
    "TERM",
)
"""Habits of whoever runs the tests that show in what a program prints."""


def forget_the_machine(home: Path) -> None:
    """Take out of this process's environment, which the processes of tests inherit, what is not asked for."""
    for name in OF_THE_MACHINE:
        os.environ.pop(name, None)
    os.environ["HOME"] = str(home)  # where matplotlib, Spark and a browser keep what they remember
    os.environ["MPLBACKEND"] = "agg"


def run_command(
    *arguments: object, given: bytes | None = None, cwd: Path | None = None, **environment: str | None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m sequestration``; a variable of its environment is set to a text, or not set where it is None."""
    done = subprocess.run(
        [sys.executable, "-m", "sequestration", *map(str, arguments)],
        input=given,
        cwd=cwd,
        capture_output=True,
        check=False,
        env=changed_environment(**environment),
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def changed_environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with some variables set, or not set where they are None."""
    found = {**os.environ, **changes}
    return {name: value for name, value in found.items() if value is not None}


def needed_program(name: str) -> str:
    """The path of a program that a test cannot do without; where it is missing, what to install is said."""
    path = shutil.which(name)
    assert path is not None, f"the tests need {name}, which is not on PATH: install it"
    return path
