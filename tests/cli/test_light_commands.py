"""A command that looks something up imports no more than it needs, so that it starts fast."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sequestration._codes.groups import GroupCode
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.shipped import carcs
from sequestration._worklist.code_steps import step_of_pair
from sequestration._worklist.next_step import next_step

LIBRARIES = {"dateutil", "json", "pathlib", "shutil", "tempfile", "textwrap"}
TO_READ_835S = {"_audit", "_checking", "_export", "_html", "_runtime", "_x12"}
OF_LAW = {"_law.reduction", "_law.deadline_rules", "deadlines"}


def imported(*arguments: str) -> set[str]:
    """The modules that a command imports, and their packages; ours without the name of the library."""
    code = (
        "import sys\n"
        "before = {*sys.modules}\n"
        "from sequestration._cli.main import main\n"
        f"code = main({[*arguments]!r})\n"
        "print()\n"
        "print(code, *({*sys.modules} - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    code_and_modules = done.stdout.splitlines()[-1].split()
    assert code_and_modules[0] == "0", done.stdout + done.stderr
    found = {name.removeprefix("sequestration.") for name in code_and_modules[1:]}
    return found | {name.split(".")[0] for name in found}


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (("rate", "2022-05-10"), LIBRARIES | TO_READ_835S | OF_LAW | {"_codes", "_worklist", "_data", "csv"}),
        (("reduce", "100", "--on", "2022-05-10"), LIBRARIES | TO_READ_835S | {"_codes", "_worklist", "csv"}),
        (("carc", "253"), LIBRARIES | TO_READ_835S | OF_LAW | {"_law.schedule"}),
        (("rarc", "N811"), LIBRARIES | TO_READ_835S | OF_LAW | {"_law", "_worklist"}),
        (("deadline", "appeal", "2026-06-01"), TO_READ_835S | {"_codes", "_worklist", "_law.schedule", "json"}),
        (("--version",), TO_READ_835S | {"_codes", "_worklist", "_data", "_law", "attr", "attrs", "dateutil"}),
        (("check", "--help"), TO_READ_835S | {"_codes", "_worklist", "_data", "_law", "attr", "attrs", "dateutil"}),
    ],
)
def test_a_command_imports_what_it_needs(command: tuple[str, ...], unneeded: set[str]) -> None:
    assert imported(*command) & unneeded == set()


def test_the_list_of_modules_is_that_of_the_command() -> None:
    assert {"_law.schedule", "attrs", "tomllib"} <= imported("rate", "2022-05-10")


@pytest.mark.parametrize("group", [None, *GroupCode])
def test_the_command_and_the_library_recommend_the_same_step(group: GroupCode | None) -> None:
    for entry in carcs().values():
        pair = AdjustmentCode(group, entry)

        assert step_of_pair(pair) == next_step(pair)
