"""Files to Parquet, one task a file: how long it takes by size and workers, and the most memory a worker needs.

    mkdir remits && for n in $(seq 16); do python benchmarks/make.py remits/$n.835 62.5 --seed $n --wrong 1; done
    python benchmarks/cluster.py remits --megabytes 1000 --workers 1 2
    python benchmarks/cluster.py remits --megabytes 1000 --workers 1 2 --spark
    python benchmarks/cluster.py remits --megabytes 1000 --whole            # one Parquet file of all, in one process

Files of the folder are read again, as files of their own, where more megabytes are asked for than it has.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from sequestration import frames


def enough(folder: Path, megabytes: float) -> list[Path]:
    """Files of so many megabytes in all, in turns."""
    files = sorted(folder.glob("*.835"))
    chosen: list[Path] = []
    size = 0
    while size < megabytes * 1_000_000 * 0.999:
        chosen.append(files[len(chosen) % len(files)])
        size += chosen[-1].stat().st_size
    return chosen


def one(task: tuple[Path, Path, dict[str, str]]) -> tuple[int, int]:
    """Rows of one file, and the most memory (kilobytes) that this worker has needed."""
    source, target, options = task
    rows = frames.to_parquet(source, target, **options)
    return rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def busy_seconds() -> float:
    """Seconds of processors that this process and those it has waited for have used; Spark's are not among them."""
    own, children = os.times()[:2], os.times()[2:4]
    return sum(own) + sum(children)


def run_in_processes(files: list[Path], out: Path, workers: int, options: dict[str, str]) -> tuple[int, int]:
    tasks = [(file, out / f"{number}.parquet", options) for number, file in enumerate(files)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        done = list(pool.map(one, tasks))
    return sum(rows for rows, _ in done), max(memory for _, memory in done)


def local_spark(workers: int) -> Any:
    """A session of this machine with the data source, whose workers run this interpreter."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master(f"local[{workers}]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    spark.dataSource.register(frames.era835())
    return spark


def on_spark(files: list[Path], out: Path, workers: int, options: dict[str, str]) -> tuple[int, int]:
    spark = local_spark(workers)
    started = time.perf_counter()
    frame = spark.read.format("era835").options(**options).load([str(file) for file in files])
    frame.write.parquet(str(out / "spark"))
    print(f"  of which Spark's own work {time.perf_counter() - started:.1f} s", flush=True)
    rows = spark.read.parquet(str(out / "spark")).count()
    spark.stop()
    return rows, 0


def in_one(files: list[Path], out: Path, _workers: int, options: dict[str, str]) -> tuple[int, int]:
    rows = frames.to_parquet(files, out / "all.parquet", **options)
    return rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, nargs="+", default=[1000])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--table", default="adjustments", choices=["adjustments", "findings", "problems"])
    parser.add_argument("--keep", default="wrong", choices=["wrong", "all"])
    parser.add_argument("--repeat", type=int, default=1)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--spark", action="store_true")
    way.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    run = on_spark if asked.spark else in_one if asked.whole else run_in_processes
    for megabytes in asked.megabytes:
        files = enough(asked.folder, megabytes)
        size = sum(file.stat().st_size for file in files) / 1e6
        for _ in range(asked.repeat):
            for workers in [1] if asked.whole else asked.workers:
                out = Path(tempfile.mkdtemp(dir=asked.folder.parent))
                started, busy = time.perf_counter(), busy_seconds()
                rows, memory = run(files, out, workers, {"table": asked.table, "keep": asked.keep})
                took, busy = time.perf_counter() - started, busy_seconds() - busy
                written = sum(file.stat().st_size for file in out.rglob("*.parquet")) / 1e6
                shutil.rmtree(out)
                print(
                    f"{asked.table} {asked.keep}: {size:,.0f} MB in {len(files)} files, {workers} workers: "
                    f"{took:.1f} s, {size / took:.1f} MB/s, {busy:.1f} s of processors, "
                    f"{rows:,} rows, {written:,.0f} MB of Parquet, "
                    f"most memory of a worker {memory / 1e3:,.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
