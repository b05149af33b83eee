"""Time that each of many small files adds: in one process, as a source of Spark, as contents, as a stream.

    python benchmarks/small_files.py                          # 5,000 files of one claim, two workers of Spark
    python benchmarks/small_files.py --files 1000 --claims 100

The same claims are read from so many files and from one file; the difference, by file, is the overhead of a file.
The load of the machine is printed, because others' work lengthens every time.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cluster import local_spark
from make import write

from sequestration import frames


def split(folder: Path, files: int, claims: int) -> tuple[Path, Path]:
    """A folder of so many files, each a transaction of so many claims, and a folder with all of them in one file."""
    source = folder / "made.835"
    write(source, 0.1, wrong=1)
    text = source.read_text("ascii")
    head, *of_claims = text.partition("ST*")[2].partition("SE*")[0].split("CLP*")
    transaction = "ST*" + head + "".join("CLP*" + claim for claim in of_claims[:claims])
    transaction += f"SE*{transaction.count('~') + 1}*0001~\n"
    start = text.partition("ST*")[0]
    many, one = folder / "many", folder / "one"
    for place in (many, one):
        place.mkdir()
    for number in range(files):
        path = many / f"{number:06}.835"
        path.write_text(f"{start}{transaction}GE*1*1~\nIEA*1*000000001~\n", "ascii")
        os.utime(path, (0, 0))
    (one / "all.835").write_text(f"{start}{transaction * files}GE*{files}*1~\nIEA*1*000000001~\n", "ascii")
    os.utime(one / "all.835", (0, 0))
    return many, one


def seconds(work: Callable[[], int], rows: int | None) -> tuple[float, int]:
    started = time.perf_counter()
    found = work()
    took = time.perf_counter() - started
    if rows is not None and found != rows:
        raise SystemExit(f"{found:,} rows instead of {rows:,}")
    return took, found


def ways(out: Path, workers: int) -> dict[str, Callable[[Path], int]]:
    spark = local_spark(workers)
    contents = frames.from_contents()

    def of_source(folder: Path) -> int:
        return spark.read.format("era835").load(str(folder)).count()

    def of_contents(folder: Path) -> int:
        return spark.read.format("binaryFile").load(str(folder)).mapInArrow(contents, contents.schema).count()

    def of_stream(folder: Path) -> int:
        place = Path(tempfile.mkdtemp(dir=out))
        query = (
            spark.readStream.format("era835")
            .load(str(folder))
            .writeStream.format("parquet")
            .option("checkpointLocation", str(place / "checkpoint"))
            .trigger(availableNow=True)
            .start(str(place / "rows"))
        )
        query.awaitTermination()
        return spark.read.parquet(str(place / "rows")).count()

    return {
        "one process": lambda folder: frames.adjustments(folder, backend="pyarrow").num_rows,
        "Spark, era835": of_source,
        "Spark, binaryFile": of_contents,
        "Spark, stream": of_stream,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--claims", type=int, default=1, help="claims of a file (1 to 200)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        many, one = split(Path(place), asked.files, asked.claims)
        size = sum(file.stat().st_size for file in many.iterdir()) / 1e6
        print(f"{asked.files:,} files, claims of each: {asked.claims}, {size:.1f} MB, {asked.workers} workers of Spark")
        rows = None
        for name, read in ways(Path(place), asked.workers).items():
            read(one)  # What is started on first use is no overhead of a file.
            of_many, of_one = [], []
            for _ in range(asked.repeat):
                took, rows = seconds(lambda read=read: read(many), rows)
                of_many.append(took)
                of_one.append(seconds(lambda read=read: read(one), rows)[0])
            overhead = (min(of_many) - min(of_one)) / asked.files * 1e3
            print(
                f"{name}: {min(of_many):.1f} s for the files, {min(of_one):.1f} s for one file of the same claims: "
                f"{overhead:.2f} ms a file (load {os.getloadavg()[0]:.1f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
