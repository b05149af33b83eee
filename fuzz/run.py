"""Fuzz a target, led by coverage, from the examples on; the first exception that is not the library's own ends it.

    pip install . atheris && python fuzz/run.py read -runs=1000000
    python fuzz/run.py --all           # what docs/trust.md has on record: thirteen million executions

What follows the name goes to libFuzzer as it is. A run that takes longer than ten seconds or more than 1 GB is a
finding too; the bytes that cause one are left in the folder as crash-..., timeout-... or oom-....
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sequestration"]):
    import sequestration

    for public in sequestration.__all__:  # load every lazy module now, so that its coverage counts
        getattr(sequestration, public)
    from targets import TARGETS, survives

ON_RECORD = {
    "amount": 8_000_000,
    "day": 4_000_000,
    "schedule": 1_000_000,
    "code": 150_000,
    "carry_over": 150_000,
    "read": 50_000,
    "check": 30_000,
    "grammar": 5_000,
}


def run_all() -> None:
    """Every target in a process of its own, one after the other."""
    for name, runs in ON_RECORD.items():
        command = [sys.executable, __file__, name, f"-runs={runs}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        last = [line for line in done.stderr.splitlines() if "runs" in line or "exec/s" in line][-1:]
        print(f"{name}: {'fine' if done.returncode == 0 else 'FOUND'}; {''.join(last)}", flush=True)
        if done.returncode:
            sys.exit(done.stderr[-5000:])


def run(name: str, options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(TARGETS[name][1]):
            (Path(corpus) / str(number)).write_bytes(seed)
        limits = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=8192"]
        atheris.Setup([sys.argv[0], *limits, *options, corpus], lambda data: survives(name, data))
        atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:] == ["--all"]:
        run_all()
    elif len(sys.argv) > 1 and sys.argv[1] in TARGETS:
        run(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(f"usage: run.py --all | {' | '.join(TARGETS)} [libFuzzer's options]")
