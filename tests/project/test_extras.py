"""Each extra is optional: its module works with it, and without it says what to install; all else works."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

NO_FRAME = """try:
        seq.frames.add_reduction('no frame', payable='payable', on='day', into='cut')
    except TypeError:
        print('asked')
"""
# What an extra brings, and what its module does alone, with no other library beside it.
EXTRAS = {
    "excel": ("xlsxwriter", "seq.write_workbook(seq.Audit(), '/dev/null'); print('written')", "written"),
    "frames": ("narwhals", NO_FRAME, "asked"),
    "plot": ("matplotlib", "print(seq.plot.schedule(seq.MEDICARE_FFS).get_title()[:8])", "Medicare"),
    "strategies": ("hypothesis", "print(seq.strategies.MISTAKES['doubled'] is not None)", "True"),
}
CORE = (
    "seq.check_835('examples/part_a.835').ok, seq.carc('253').code, str(seq.deadlines.reopening('2026-06-01').last_day)"
)


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.parametrize("hidden", [False, True])
def test_a_room_works_with_its_extra_and_says_so_without(extra: str, hidden: bool) -> None:
    library, code, wanted = EXTRAS[extra]
    done = python(code, hide=[library] if hidden else [])

    if hidden or importlib.util.find_spec(library) is None:
        assert done == f'{library} is not installed. Run: pip install "sequestration[{extra}]"'
    else:
        assert done == wanted


def test_the_core_needs_no_extra() -> None:
    libraries = [library for library, *_ in EXTRAS.values()]

    assert python(f"print({CORE})", hide=[*libraries, "rich", "pandas", "numpy"]) == "True 253 2027-06-01"


def python(code: str, hide: list[str]) -> str:
    """What code prints, or which library it lacks and what to install, where some cannot be imported."""
    program = (
        "import re, sys\n"
        f"for name in {hide}:\n    sys.modules[name] = None\n"
        "import sequestration as seq\n"
        f"try:\n    {code}\n"
        "except seq.MissingExtra as error:\n"
        "    print(re.sub(r'^.* needs? (\\w+): ', r'\\1: ', str(error)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()
