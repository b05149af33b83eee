"""Time the library against the least possible work and the fastest peer; print the ratios.

    pip install ".[benchmarks]" && python benchmarks/run.py            # about five minutes
    python benchmarks/run.py --runs 3 --quick                          # about one
    python benchmarks/run.py --file made.835              # a file of your own; made.835.json holds its truth

Each figure is the median of runs that take turns in processes of their own, so that a drift of the machine's
speed meets all alike. Every run's counts and cents are held against the truth about the file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from make import write

HERE = Path(__file__).parent


def run(name: str, path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(HERE / "readers.py"), name, str(path)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(names: list[str], path: Path, runs: int, truth: dict[str, int]) -> dict[str, list[dict[str, float]]]:
    """Runs of each in turn; what they count must be the truth."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            result = run(name, path)
            for key in set(result) & set(truth):
                assert result[key] == truth[key], f"{name}: {key} is {result[key]}, the truth is {truth[key]}"
            found[name].append(result)
    return found


def ratio(found: dict[str, list[dict[str, float]]], name: str, to: str) -> float:
    return statistics.median(a["seconds"] / b["seconds"] for a, b in zip(found[name], found[to], strict=True))


def seconds(results: list[dict[str, float]]) -> str:
    times = [result["seconds"] for result in results]
    return f"{statistics.median(times):.3f} s ({min(times):.3f} to {max(times):.3f})"


def report(title: str, found: dict[str, list[dict[str, float]]], wanted: list[tuple[str, str, float | None]]) -> None:
    print(f"\n{title}")
    for name, results in found.items():
        print(f"  {name:<8} {seconds(results)}, peak {max(result['megabytes'] for result in results):.0f} MB")
    for name, to, most in wanted:
        figure = ratio(found, name, to)
        wish = "" if most is None else f" (wanted: at most {most})"
        print(f"  {name} / {to}: {figure:.2f}{wish}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="leave out the large file and the several processes")
    parser.add_argument("--file", type=Path, help="time on this file; PATH.json holds the truth about it")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        measure(options.runs, options.quick, options.file, folder)
    finally:
        shutil.rmtree(folder)


def measure(runs: int, quick: bool, file: Path | None, folder: Path) -> None:
    path = file or folder / "made.835"
    truth = json.loads(Path(f"{file}.json").read_text()) if file else dict(write(path, 10))
    truth.setdefault("wrong", 0)
    wanted = [("check", "peer", 1.4), ("check", "floor", 2.1), ("read", "floor", 2.0), ("peer", "floor", None)]
    found = compare(["floor", "peer", "read", "check"], path, runs, truth)
    report("10 MB, everything right", found, wanted)

    wrong = folder / "wrong.835"
    truth = dict(write(wrong, 10, wrong=5))
    found = compare(["floor", "peer", "check"], wrong, runs, truth)
    report("10 MB, five lines in a hundred wrong", found, [("check", "peer", None), ("check", "floor", None)])
    if quick:
        return

    several = folder / "sixteen"
    several.mkdir()
    for number in range(16):
        write(several / f"{number:02d}.835", 10, seed=number)
        (several / f"{number:02d}.835.json").unlink()
    found = compare(["check", "check2"], several, 3, {})
    report("sixteen files of 10 MB, one and two processes", found, [])
    print(f"  check / check2: {ratio(found, 'check', 'check2'):.2f} (wanted: at least 1.7)")
    shutil.rmtree(several)

    large = folder / "large.835"
    truth = {"wrong": 0, **write(large, 1000)}
    found = compare(["read", "check"], large, 1, truth)
    report("1 GB (wanted: a peak of at most 60 MB)", found, [])


if __name__ == "__main__":
    main()
