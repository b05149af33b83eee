"""Time one call of `expected_reduction` and the import of the library against the least there is; print the ratios.

    pip install ".[benchmarks]" && python benchmarks/calls.py            # about half a minute

A call is held against a bare `Decimal.quantize` of a product, which looks up no rate and checks no input; the import
against the import of what the library stands on. All take turns, and each ratio is a median.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

import sequestration as seq

VALUES = {
    "expected_reduction": seq.expected_reduction,
    "payable": Decimal("40.00"),
    "rate": Decimal("0.02"),
    "cent": Decimal("0.01"),
    "half_up": ROUND_HALF_UP,
    "day": date(2019, 3, 1),
}
QUANTIZE = "(payable * rate).quantize(cent, rounding=half_up)"
WITH_VALUES = "expected_reduction(payable, on=day)"
WITH_TEXTS = "expected_reduction('40.00', on='2019-03-01')"
CALLS = 20_000
NOTHING = "pass"
NEEDED = "import attrs, dateutil.relativedelta"
LIBRARY = "import sequestration"
ROOM = "from sequestration import expected_reduction"


def of_call(code: str) -> float:
    """Seconds of one call."""
    return timeit.timeit(code, globals=VALUES, number=CALLS) / CALLS


def of_import(code: str) -> float:
    """Seconds of a new interpreter that runs the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def in_turns(measure: Callable[[str], float], codes: Sequence[str], runs: int) -> list[list[float]]:
    """The seconds of each code, all taking turns."""
    rounds = [[measure(code) for code in codes] for _ in range(runs)]
    return [list(seconds) for seconds in zip(*rounds, strict=True)]


def report(name: str, ours: list[float], other: list[float], wanted: float | None) -> None:
    ratio = median(a / b for a, b in zip(ours, other, strict=True))
    wish = "" if wanted is None else f" (wanted: at most {wanted})"
    print(f"{name}: {ratio:.2f}{wish}; {median(ours) * 1e6:,.1f} µs against {median(other) * 1e6:,.1f} µs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    bare, values, texts = in_turns(of_call, (QUANTIZE, WITH_VALUES, WITH_TEXTS), options.runs)
    report("expected_reduction, Decimal and date / quantize", values, bare, 10)
    report("expected_reduction, texts / quantize", texts, bare, 15)
    start, needed, library, room = in_turns(of_import, (NOTHING, NEEDED, LIBRARY, ROOM), options.runs)
    print(f"an interpreter that imports nothing, which is in the figures below: {median(start) * 1e6:,.1f} µs")
    report("import sequestration / import attrs, dateutil.relativedelta", library, needed, 1.5)
    report("from sequestration import expected_reduction / the same", room, needed, None)


if __name__ == "__main__":
    main()
