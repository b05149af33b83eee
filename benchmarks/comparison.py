"""Programs that take turns, and the table of what they show."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OTHERS_MAY_USE = 0.1
"""Cores. Where other programs of the machine used more, the row says so."""

Result = dict[str, Any]


@dataclass
class Row:
    """A line of the table: what was measured, what was wanted, what came out, and whether that is as wanted."""

    measured: str
    wanted: str
    result: str
    met: bool | None = None
    exact: bool = False
    """Whether other work on the machine changes nothing in it, as in memory and in counts."""
    others: float = 0

    def cells(self) -> tuple[str, str, str, str]:
        met = "" if self.met is None else "met" if self.met else "**not met**"
        if self.others > OTHERS_MAY_USE and not self.exact:
            met = f"{met} (busy: {self.others:.1f} cores)".strip()
        return self.measured, self.wanted, self.result, met


@dataclass
class Seconds:
    """A line of the second table: what one program took for one file."""

    file: str
    program: str
    cpu: float
    wall: float
    megabytes_per_second: float
    peak: float
    worker_peak: float


@dataclass
class Tables:
    """The rows so far, which are also printed as they come; only files of full size are judged."""

    judged: bool = True
    rows: list[Row] = field(default_factory=list)
    seconds: list[Seconds] = field(default_factory=list)

    def add(
        self, measured: str, result: str, wanted: str = "", *, met: bool | None = None, exact: bool = False
    ) -> None:
        self.rows.append(Row(measured, wanted, result, met if self.judged else None, exact))

    def at_most(
        self, measured: str, figure: float, most: float | None, shown: str, unit: str = "", *, exact: bool = False
    ) -> None:
        """A row whose figure is wanted to be at most so much."""
        wanted = "" if most is None else f"at most {most:g}{unit}"
        self.add(measured, shown, wanted, met=None if most is None else figure <= most, exact=exact)

    def at_least(self, measured: str, figure: float, least: float, shown: str) -> None:
        self.add(measured, shown, f"at least {least:g}", met=figure >= least)

    @contextmanager
    def watched(self, title: str) -> Iterator[None]:
        """Print what a section adds, and note in its rows how many cores other programs used meanwhile."""
        rows, seconds, before = len(self.rows), len(self.seconds), Usage.now()
        print(f"\n{title}", file=sys.stderr, flush=True)
        yield
        others = before.others_since()
        for line in self.seconds[seconds:]:
            figures = f"CPU {line.cpu:7.3f} s, elapsed {line.wall:7.3f} s, {peaks(line)} MB"
            print(f"  {line.program:<24} {figures:<55} {line.file}", file=sys.stderr)
        for row in self.rows[rows:]:
            row.others = others
            measured, wanted, result, met = row.cells()
            said = "; ".join(part for part in (result, wanted, met) if part)
            print(f"  {measured}: {said}", file=sys.stderr, flush=True)

    def as_text(self) -> str:
        lines = [row.cells() for row in self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(4)]
        padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
        return "\n".join("  ".join(line).rstrip() for line in padded)

    def as_markdown(self) -> str:
        first: dict[tuple[str, str], Seconds] = {}
        for line in self.seconds:
            first.setdefault((line.file, line.program), line)
        table = ["| Measured | Target | Result | |", "|---|---|---|---|"]
        table += [f"| {' | '.join(row.cells())} |".replace("|  |", "| |") for row in self.rows]
        if first:
            table += ["", "| File | Program | CPU s | elapsed s | MB/s | peak MB |", "|---|---|---|---|---|---|"]
        table += [
            f"| {line.file} | {line.program} | {line.cpu:.3f} | {line.wall:.3f} | "
            f"{line.megabytes_per_second:.1f} | {peaks(line)} |"
            for line in first.values()
        ]
        return "\n".join(table)


def peaks(line: Seconds) -> str:
    return f"{line.peak:.0f}" + (f" + {line.worker_peak:.0f} a worker" if line.worker_peak else "")


@dataclass
class Usage:
    """Seconds of processors: of all programs, of this one and those it has waited for, and on the clock."""

    everything: float
    ours: float
    clock: float

    @classmethod
    def now(cls) -> Usage:
        ours = sum(os.times()[:4])
        status = Path("/proc/stat")
        if not status.exists():
            return cls(ours, ours, time.monotonic())
        user, nice, system, _idle, _waiting, *interrupts = map(int, status.read_text().split("\n")[0].split()[1:9])
        ticks = user + nice + system + sum(interrupts)
        return cls(ticks / os.sysconf("SC_CLK_TCK"), ours, time.monotonic())

    def others_since(self) -> float:
        """Cores that other programs have used since; 0 where the system does not say."""
        now = Usage.now()
        busy = (now.everything - self.everything) - (now.ours - self.ours)
        return max(0.0, busy / max(now.clock - self.clock, 0.01))


@dataclass(frozen=True)
class Program:
    """A reader and the file that it reads, with the truth about it."""

    reader: str
    path: Path
    truth: Mapping[str, int]
    file: str
    """The words for the file in the table."""

    def run(self, *options: str) -> Result:
        """Run the reader in a process of its own; what it counts must be the truth."""
        command = [sys.executable, str(HERE / "readers.py"), self.reader, str(self.path), *options]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        result: Result = json.loads(done.stdout)
        compared = set(result["counted"]) & set(self.truth)
        if self.truth and not compared:
            raise SystemExit(f"{self.reader}, {self.file}: nothing to compare with the truth")
        for key in compared:
            if result["counted"][key] != self.truth[key]:
                counted = f"{key} is {result['counted'][key]}, the truth is {self.truth[key]}"
                raise SystemExit(f"{self.reader}, {self.file}: {counted}")
        return result

    @property
    def size(self) -> int:
        files = self.path.iterdir() if self.path.is_dir() else [self.path]
        return sum(file.stat().st_size for file in files)


@dataclass
class Ratio:
    """The median of paired ratios, and how far they go."""

    ratios: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    def __str__(self) -> str:
        if len(self.ratios) == 1:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})"


class Comparison:
    """Programs in turns: each pair of figures is of one turn, so that a drift of the machine meets both."""

    def __init__(self, tables: Tables, programs: Sequence[Program], turns: int, calls: int) -> None:
        self.programs = programs
        self.results: list[list[Result]] = [[] for _ in programs]
        for turn in range(turns):
            places = range(len(programs))
            for place in places if turn % 2 == 0 else reversed(places):
                self.results[place].append(programs[place].run(f"--calls={calls}"))
        for program, results in zip(programs, self.results, strict=True):
            cpu, wall = (statistics.median(result[clock] for result in results) for clock in ("cpu", "wall"))
            peak, of_worker = (max(result[of] for result in results) for of in ("megabytes", "worker_megabytes"))
            speed = program.size / wall / 1e6
            tables.seconds.append(Seconds(program.file, program.reader, cpu, wall, speed, peak, of_worker))

    def paired(self, clock: str, figure: Callable[..., float], *places: int) -> Ratio:
        """A figure of several programs, computed for each turn."""
        chosen = [[result[clock] for result in self.results[place]] for place in places]
        return Ratio([figure(*turn) for turn in zip(*chosen, strict=True)])

    def ratio(self, place: int, to: int, clock: str = "cpu") -> Ratio:
        return self.paired(clock, lambda ours, other: ours / other, place, to)

    def counted(self, place: int, key: str) -> int:
        count: int = self.results[place][0]["counted"][key]
        return count
