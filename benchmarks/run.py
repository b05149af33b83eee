"""Measure every figure of docs/figures.md: the library against the least possible work and the fastest peer.

    pip install ".[benchmarks]" && python benchmarks/run.py            # a quarter of an hour, 1.2 GB of disk
    python benchmarks/run.py --quick                                   # small files, one turn: about a minute
    python benchmarks/run.py --markdown > tables.md                    # the tables as the page has them
    python benchmarks/run.py --only one-file wrong-lines               # some of the sections
    python benchmarks/run.py --instructions --only one-file            # instruction counts, too (needs valgrind)
    python benchmarks/run.py --generator mine.py                       # files by another generator
    python benchmarks/run.py --file ours.835                           # a file of your own in place of the 10 MB

Each program runs in a process of its own, which imports what it needs and makes a whole first call before the clock
starts; of its timed calls the fastest counts. Programs take turns over the same file, and a ratio is the median of the
ratios of each turn. Ratios of one process are of processor time, those of several of elapsed time. Whatever a program
counts must be the truth about the file, or the run ends.
"""

from __future__ import annotations

import argparse
import compileall
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import calls
from comparison import HERE, Comparison, Program, Tables
from make import write

PROFILE_GUIDED = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
MOST_TO_PEER = 1.4 if PROFILE_GUIDED else 1.5
WANTED_TO_PEER = "at most 1.5; 1.4 with profile-guided optimization"
MOST_MEGABYTES = 45
SMALL_FILE_CLAIMS = 50
"""Claims of a file of about 20 KB."""

Write = Callable[[Path, float, int], Mapping[str, int]]


@dataclass
class Measurement:
    """What the sections share: where files go, who writes them, how large, and how often programs run."""

    folder: Path
    tables: Tables
    write: Write
    file: Path | None
    scale: float
    turns: int
    calls: int

    def made(self, megabytes: int) -> Program:
        """A file with everything right; the reader is still to be chosen."""
        path = self.folder / "made.835"
        truth = {"wrong": 0, **self.write(path, megabytes * self.scale, 1)}
        return Program("", path, truth, f"{megabytes} MB" if megabytes < 1_000 else "1 GB")

    def compare(self, *programs: Program, few: bool = False) -> Comparison:
        """Programs in turns; few turns for what takes long and has little noise."""
        turns, calls = (min(self.turns, 5), 1) if few else (self.turns, self.calls)
        return Comparison(self.tables, programs, turns, calls)


def using(file: Program, *readers: str) -> list[Program]:
    return [Program(reader, file.path, file.truth, file.file) for reader in readers]


def one_file(run: Measurement) -> None:
    """A file of 10 MB with everything right"""
    file = own_file(run.file) if run.file else run.made(10)
    floor, peer, read, check = range(4)
    found = run.compare(*using(file, "floor", "peer", "read", "check"))
    ratio = found.ratio(check, peer)
    met = ratio.median <= MOST_TO_PEER
    run.tables.add(f"`check_835`, to peer, {file.file}", str(ratio), WANTED_TO_PEER, met=met)
    for name, ours, to, most in (
        ("`check_835`, to floor", check, floor, None),
        ("`read_835`, to floor", read, floor, 2.2),
        ("`read_835`, to peer", read, peer, None),
        ("peer, to floor", peer, floor, None),
    ):
        ratio = found.ratio(ours, to)
        run.tables.at_most(f"{name}, {file.file}", ratio.median, most, str(ratio))
    for program in using(file, "read", "check"):
        add_memory(run, program)


def own_file(path: Path) -> Program:
    """A file of the caller's; what is counted is compared only if the truth is beside it."""
    beside = Path(f"{path}.json")
    truth = json.loads(beside.read_text()) if beside.exists() else {}
    return Program("", path, truth, path.name)


def add_memory(run: Measurement, program: Program) -> None:
    """The peak of one call in a process of its own, and of its largest worker."""
    result = program.run("--cold", "--calls=1")
    measured = f"peak memory of `{program.reader}`, {program.file}"
    peak = result["megabytes"]
    run.tables.at_most(measured, peak, MOST_MEGABYTES, f"{peak:.0f} MB", " MB", exact=True)
    if "jobs" in program.reader:
        worker = result["worker_megabytes"]
        run.tables.at_most(
            f"{measured}, the largest worker", worker, MOST_MEGABYTES, f"{worker:.0f} MB", " MB", exact=True
        )


def parts(run: Measurement) -> None:
    """Part A alone and Part B alone"""
    programs = []
    for part in "AB":
        path = run.folder / f"part_{part}.835"
        truth = write(path, 10 * run.scale, parts=part)
        programs.append(Program("check", path, {"wrong": 0, **truth}, f"10 MB, Part {part}"))
    part_a, part_b = programs
    ratio = run.compare(*programs).paired("cpu", lambda a, b: (a / part_a.size) / (b / part_b.size), 0, 1)
    run.tables.at_most("`check_835`, Part A to Part B, by bytes", ratio.median, 1.1, str(ratio))


def wrong_lines(run: Measurement) -> None:
    """Five lines in a hundred wrong"""
    right, wrong = run.folder / "right.835", run.folder / "wrong.835"
    of_right = Program("check", right, {"wrong": 0, **write(right, 10 * run.scale)}, "10 MB, no line wrong")
    name = "10 MB, 5% of lines wrong"
    of_wrong = Program("", wrong, write(wrong, 10 * run.scale, wrong=5), name)
    found = run.compare(of_right, *using(of_wrong, "check", "peer"))
    count, longer = of_wrong.truth["wrong"], of_wrong.size / of_right.size
    cost = found.paired("cpu", lambda a, b: (b - a * longer) / count * 1e6, 0, 1).median
    run.tables.at_most("one wrong line adds to `check_835`", cost, 60, f"{cost:.0f} µs", " µs")
    run.tables.add(f"`check_835`, to peer, {name}", str(found.ratio(1, 2)))


def all_findings(run: Measurement) -> None:
    """A finding of every line"""
    found = run.compare(*using(run.made(10), "check", 'check, keep="all"'), few=True)
    count = found.counted(1, "findings")
    each = found.paired("cpu", lambda a, b: (b - a) / count * 1e6, 0, 1)
    run.tables.add('`check_835`, `keep="all"`, to the same without', str(found.ratio(1, 0)))
    run.tables.add('one finding that `keep="all"` adds', f"{each.median:.0f} µs")


def small_files(run: Measurement) -> None:
    """Many files of 20 KB, every fifth of Part A"""
    count = max(10, round(5_000 * run.scale))
    folder = run.folder / "small"
    truth = write_folder(
        folder, count, lambda path, n: write(path, 0.001, n, parts="BBBBA"[n % 5], claims=SMALL_FILE_CLAIMS)
    )
    add_two_processes(run, Program("", folder, truth, "5,000 files of 20 KB"))
    shutil.rmtree(folder)


def write_folder(folder: Path, count: int, write_one: Callable[[Path, int], Mapping[str, int]]) -> dict[str, int]:
    """Write files that differ in all their numbers, and return the truth about all of them."""
    folder.mkdir()
    truth = {"wrong": 0}
    for number in range(count):
        path = folder / f"{number:06}.835"
        for key, figure in write_one(path, number).items():
            truth[key] = truth.get(key, 0) + figure
        Path(f"{path}.json").unlink(missing_ok=True)
    return truth


def large_file(run: Measurement) -> None:
    """One file of 100 MB"""
    add_two_processes(run, run.made(100))


def add_two_processes(run: Measurement, files: Program) -> None:
    peer, one, two = range(3)
    found = run.compare(*using(files, "peer", "check", "check, jobs=2"), few=True)
    to_peer, gain = found.ratio(two, peer, "wall"), found.ratio(one, two, "wall")
    run.tables.at_most(f"`check_835`, `jobs=2`, to peer, elapsed, {files.file}", to_peer.median, 0.8, str(to_peer))
    run.tables.add(f"`check_835`, to peer, elapsed, {files.file}", str(found.ratio(one, peer, "wall")))
    run.tables.add(f"`check_835`, `jobs=1` to `jobs=2`, elapsed, {files.file}", str(gain))


def sixteen_files(run: Measurement) -> None:
    """Sixteen files of 10 MB"""
    folder = run.folder / "sixteen"
    truth = write_folder(folder, 16, lambda path, number: run.write(path, 10 * run.scale, number))
    files = Program("", folder, truth, "16 files of 10 MB")
    gain = run.compare(*using(files, "check", "check, jobs=2"), few=True).ratio(0, 1, "wall")
    run.tables.at_least(f"`check_835`, `jobs=1` to `jobs=2`, elapsed, {files.file}", gain.median, 1.7, str(gain))
    shutil.rmtree(folder)


def memory(run: Measurement) -> None:
    """Memory for a file of 1 GB"""
    file = run.made(1_000)
    for program in using(file, "read", "check", "check, jobs=2"):
        add_memory(run, program)
    file.path.unlink()


def report(run: Measurement) -> None:
    """The report of 10,000 findings"""
    path = run.folder / "findings.835"
    truth = write(path, 10 * run.scale, wrong=50, most_wrong=round(10_000 * run.scale))
    program = Program("report", path, truth, "10,000 findings")
    found = run.compare(program, few=True)
    cpu = found.paired("cpu", lambda seconds: seconds, 0).median
    megabytes = found.counted(0, "page_bytes") / 1e6
    run.tables.at_most(f"`report_html`, {program.file}", cpu, 0.7, f"{cpu:.2f} s", " s")
    run.tables.at_most("size of that page", megabytes, 8, f"{megabytes:.1f} MB", " MB", exact=True)


def parquet(run: Measurement) -> None:
    """Tables to Parquet"""
    path = run.folder / "tables.835"
    file = Program("read", path, write(path, 10 * run.scale), "10 MB")
    found = run.compare(*using(file, "read", "adjustments to Parquet", "findings to Parquet"), few=True)
    for place, table, most in ((1, "adjustments", 1.6), (2, 'findings, `keep="all"`', 2.5)):
        ratio = found.ratio(place, 0)
        run.tables.at_most(f"`frames.to_parquet`, {table}, to `read_835`", ratio.median, most, str(ratio))


def shell(run: Measurement) -> None:
    """Commands at the shell"""
    calls.add_commands(run.tables, 2 * run.turns)


def python(run: Measurement) -> None:
    """One call, and the import"""
    calls.add_calls(run.tables, run.turns)
    calls.add_imports(run.tables, 2 * run.turns)


SECTIONS: dict[str, Callable[[Measurement], None]] = {
    "one-file": one_file,
    "parts": parts,
    "wrong-lines": wrong_lines,
    "all-findings": all_findings,
    "small-files": small_files,
    "large-file": large_file,
    "sixteen-files": sixteen_files,
    "memory": memory,
    "report": report,
    "parquet": parquet,
    "shell": shell,
    "python": python,
}


def instructions(run: Measurement) -> None:
    """Instructions of 3 MB: those of a file of 4 MB less those of 1 MB, which leaves out the start"""
    counts: dict[str, float] = {}
    for reader in ("floor", "read", "check"):
        large, small = (count_instructions(run, reader, megabytes) for megabytes in (4, 1))
        counts[reader] = large - small
        to_floor = f", {counts[reader] / counts['floor']:.2f} times floor" if reader != "floor" else ""
        run.tables.add(
            f"instructions of `{reader}`, 3 MB", f"{counts[reader] / 1e6:,.0f} million{to_floor}", exact=True
        )


def count_instructions(run: Measurement, reader: str, megabytes: int) -> int:
    file = run.made(megabytes)
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable]
    command += [str(HERE / "readers.py"), reader, str(file.path), "--cold", "--calls=1"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "0"}
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None:
        raise SystemExit(f"valgrind has counted nothing:\n{done.stderr}")
    return int(found[1])


def machine() -> str:
    built = "with" if PROFILE_GUIDED else "without"  # Debian's own has profile-guided optimization without the option.
    return (
        f"{platform.python_implementation()} {platform.python_version()}, built {built} --enable-optimizations; "
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    )


def compile_modules() -> None:
    """Compile the modules of the library, as pip does when it installs them.

    Else, in a source tree, each new process might compile them again.
    """
    found = importlib.util.find_spec("sequestration")
    for folder in found.submodule_search_locations or () if found else ():
        compileall.compile_dir(folder, quiet=2)


def generator(path: Path) -> Write:
    """The function `write(path, megabytes, seed)` of a Python file: it takes the path as text and returns the truth."""
    spec = importlib.util.spec_from_file_location("generator", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def write_text_path(path: Path, megabytes: float, seed: int) -> Mapping[str, int]:
        truth: Mapping[str, int] = module.write(str(path), megabytes, seed)
        return truth

    return write_text_path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, help="turns of the programs (9; with --quick 1)")
    parser.add_argument("--calls", type=int, default=3, help="timed calls of a turn, the fastest of which counts")
    parser.add_argument("--scale", type=float, help="factor of all sizes (1; with --quick 0.05); the targets are for 1")
    parser.add_argument("--quick", action="store_true", help="a smoke test: its figures mean little")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--instructions", action="store_true", help="count instructions, too, with valgrind")
    parser.add_argument("--markdown", action="store_true", help="print the tables in Markdown")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--generator", type=Path, help="Python file with write(path, megabytes, seed), for make.py")
    source.add_argument("--file", type=Path, help="file for the section one-file; the truth may be in PATH.json")
    asked = parser.parse_args()
    scale = asked.scale or (0.05 if asked.quick else 1)
    tables = Tables(judged=scale == 1)
    compile_modules()
    with tempfile.TemporaryDirectory() as folder:
        run = Measurement(
            folder=Path(folder),
            tables=tables,
            write=generator(asked.generator) if asked.generator else write,
            file=asked.file,
            scale=scale,
            turns=asked.turns or (1 if asked.quick else 9),
            calls=asked.calls,
        )
        sections = [SECTIONS[name] for name in SECTIONS if name in asked.only]
        for section in [*sections, *[instructions] * asked.instructions]:
            with tables.watched(section.__doc__ or ""):
                section(run)
    if scale != 1:
        print(f"All sizes and counts are {scale:g} times those named, so the targets do not apply.")
    print(f"{machine()}\n\n{tables.as_markdown() if asked.markdown else tables.as_text()}")


if __name__ == "__main__":
    main()
