"""Small things that run.py times: one call, the import of the package, and commands at the shell."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TypeVar

from comparison import Ratio, Tables

Code = TypeVar("Code")
QUANTIZE = "(payable * rate).quantize(cent, rounding=half_up)"
WITH_VALUES = "expected_reduction(payable, on=day)"
WITH_TEXTS = "expected_reduction('40.00', on='2019-03-01')"
CALLS = 20_000
NOTHING = "pass"
NEEDED = "import attrs, dateutil.relativedelta"
PACKAGE = "import sequestration"
FUNCTION = "from sequestration import expected_reduction"
COMMAND = "import sys; from sequestration.__main__ import main; sys.exit(main())"
"""As the script does that an installation puts on the path."""
COMMANDS = (("--version",), ("rate", "2022-05-10"), ("carc", "253"))


def add_calls(tables: Tables, turns: int) -> None:
    """A call of expected_reduction against a bare Decimal.quantize of a product, which looks up and checks nothing."""
    import sequestration as seq

    values = {
        "expected_reduction": seq.expected_reduction,
        "payable": Decimal("40.00"),
        "rate": Decimal("0.02"),
        "cent": Decimal("0.01"),
        "half_up": ROUND_HALF_UP,
        "day": date(2019, 3, 1),
    }

    def of_call(code: str) -> float:
        return timeit.timeit(code, timer=time.process_time, globals=values, number=CALLS) / CALLS

    bare, with_values, with_texts = in_turns(of_call, (QUANTIZE, WITH_VALUES, WITH_TEXTS), turns)
    measured = "`expected_reduction`, {}, to a bare `Decimal.quantize` of a product"
    for form, seconds, most in (("`Decimal` and `date`", with_values, 10), ("texts", with_texts, 15)):
        ratio = paired(seconds, bare)
        tables.at_most(measured.format(form), ratio.median, most, f"{ratio}; {median(seconds) * 1e6:.1f} µs")


def add_imports(tables: Tables, turns: int) -> None:
    """The import of the package and of a function of it against that of the libraries it stands on."""
    needed, package, function = in_turns(of_process, [("-c", code) for code in (NEEDED, PACKAGE, FUNCTION)], turns)
    for code, seconds, most in ((PACKAGE, package, 1.5), (FUNCTION, function, None)):
        ratio = paired(seconds, needed)
        tables.at_most(f"`{code}`, to `{NEEDED}`", ratio.median, most, f"{ratio}; {median(seconds) * 1e3:.0f} ms")


def add_commands(tables: Tables, turns: int) -> None:
    """Commands at the shell against a bare Python."""
    commands = [("-c", NOTHING), *(("-c", COMMAND, *arguments) for arguments in COMMANDS)]
    bare, *ours = in_turns(of_process, commands, turns)
    for arguments, seconds in zip(COMMANDS, ours, strict=True):
        ratio = paired(seconds, bare)
        shown = f"{ratio}; {median(seconds) * 1e3:.0f} ms, bare {median(bare) * 1e3:.0f} ms"
        tables.at_most(f"`sequestration {' '.join(arguments)}`, to `python -c pass`", ratio.median, 6, shown)


def of_process(arguments: Sequence[str]) -> float:
    """Processor seconds of a new interpreter."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def in_turns(measure: Callable[[Code], float], codes: Sequence[Code], turns: int) -> list[list[float]]:
    """The seconds of each code, all taking turns."""
    rounds = [[measure(code) for code in codes] for _ in range(turns)]
    return [list(seconds) for seconds in zip(*rounds, strict=True)]


def paired(ours: list[float], others: list[float]) -> Ratio:
    return Ratio([a / b for a, b in zip(ours, others, strict=True)])
