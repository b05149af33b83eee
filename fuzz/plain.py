"""Run a target without atheris: inputs come from a counter, so that anyone can run the same ones again."""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from fuzz.targets import TARGETS, survives

_MAX_BYTES = 48
_REPORTED_AT_ONCE = 100_000


def run_plain(name: str, runs: int, first: int = 0) -> None:
    """Run a target on made inputs; the first exception that is not the library's own ends it, with its number.

    Args:
        name: Name of the target.
        runs: Number of inputs.
        first: Number of the first input.
    """
    for begin in range(first, first + runs, _REPORTED_AT_ONCE):
        start = time.process_time()
        numbers = range(begin, min(begin + _REPORTED_AT_ONCE, first + runs))
        taken = sum(_run(name, number) for number in numbers)
        seconds = time.process_time() - start
        print(
            f"{name}: {len(numbers):,} executions from number {begin:,} in {seconds:,.0f} s of the processor, "
            f"{taken:,} of them without an error of the library: fine",
            flush=True,
        )


def _run(name: str, number: int) -> bool:
    data = made_input(number)
    try:
        return survives(name, data)
    except BaseException:
        print(f"{name}: input {number}: {data.hex()}", file=sys.stderr)
        raise


def made_input(number: int) -> bytes:
    """Bytes that a number stands for."""
    made = hashlib.shake_256(str(number).encode()).digest(_MAX_BYTES + 1)
    return made[1 : 2 + made[0] % _MAX_BYTES]


if __name__ == "__main__":
    if len(sys.argv) in (3, 4) and sys.argv[1] in TARGETS and all(text.isdigit() for text in sys.argv[2:]):
        run_plain(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        sys.exit(f"usage: plain.py {' | '.join(TARGETS)} EXECUTIONS [NUMBER OF THE FIRST]")
