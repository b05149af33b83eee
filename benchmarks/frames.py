"""Time `frames.add_reduction` on whole cents against what one would write by hand; print the ratios.

    pip install ".[benchmarks]" && python benchmarks/frames.py            # ten million rows, about two minutes
    python benchmarks/frames.py --rows 1000000 --runs 3

On polars and DuckDB the other is the integer expression written out below; on pandas
the usual arithmetic on floats, which is wrong in a few of a thousand rows. All take turns, so that a drift of
the machine's speed meets all alike, and every result is held against the truth to the cent in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl

import sequestration as seq
from sequestration import frames

EDGES = seq.MEDICARE_FFS.changes
PERCENTS = [int(seq.MEDICARE_FFS.rate_on(day) * 100) for day in (EDGES[0] - timedelta(1), *EDGES)]


def rows(count: int) -> tuple[Any, Any]:
    """Amounts from 0.01 to 999.99 and dates from 2012 to 2026, as whole cents and days."""
    rng = np.random.default_rng(253)
    first = np.datetime64("2012-01-01")
    return rng.integers(1, 100_000, count), first + rng.integers(0, 365 * 15, count)


def truth(cents: Any, days: Any) -> Any:
    percent = np.array(PERCENTS)[np.searchsorted(np.array(EDGES, "datetime64[D]"), days, side="right")]
    return (2 * cents * percent + 100) // 200


def by_hand_on_polars(frame: pl.DataFrame) -> pl.DataFrame:
    percent: Any = PERCENTS[-1]
    for edge, value in zip(reversed(EDGES), reversed(PERCENTS[:-1]), strict=True):
        percent = pl.when(pl.col("day") < edge).then(value).otherwise(percent)
    cents = pl.col("cents")
    return frame.with_columns(cut=cents.sign() * ((cents.abs() * 2 * percent + 100) // 200))


def by_hand_on_duckdb() -> str:
    cases = " ".join(f"WHEN day < DATE '{e}' THEN {p}" for e, p in zip(EDGES, PERCENTS[:-1], strict=True))
    percent = f"CASE {cases} ELSE {PERCENTS[-1]} END"
    return f"SELECT *, sign(cents) * ((abs(cents) * 2 * {percent} + 100) // 200) AS cut FROM rows"


def by_floats_on_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    conditions = [frame["day"] < np.datetime64(edge) for edge in EDGES]
    rate = np.select(conditions, [percent / 100 for percent in PERCENTS[:-1]], PERCENTS[-1] / 100)
    return frame.assign(cut=(frame["dollars"] * rate).round(2))


def turns(runs: int, ways: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            found[name].append(time.perf_counter() - start)
    return found


def report(title: str, count: int, found: dict[str, list[float]], wanted: float | None) -> None:
    print(f"\n{title}")
    for name, seconds in found.items():
        middle = statistics.median(seconds)
        spread = f"{min(seconds):.3f} to {max(seconds):.3f}"
        print(f"  {name:<10} {middle:.3f} s ({spread}), {count / middle / 1e6:.0f} million rows a second")
    ours, other = found.values()
    ratio = statistics.median(a / b for a, b in zip(ours, other, strict=True))
    print(f"  ratio {ratio:.2f}" + ("" if wanted is None else f" (wanted: at most {wanted})"))


def off_by(cuts: Any, right: Any) -> int:
    return int(np.count_nonzero(np.asarray(cuts) != right))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    cents, days = rows(options.rows)
    right = truth(cents, days)
    asked: dict[str, Any] = {"payable": "cents", "on": "day", "into": "cut", "unit": "cents"}

    table = pl.DataFrame({"cents": cents, "day": days})
    assert off_by(frames.add_reduction(table, **asked)["cut"], right) == 0
    assert off_by(by_hand_on_polars(table)["cut"], right) == 0
    ways = {"library": lambda: frames.add_reduction(table, **asked), "by hand": lambda: by_hand_on_polars(table)}
    report("polars", options.rows, turns(options.runs, ways), 1.25)
    lazy = table.lazy()
    ways = {
        "library": lambda: frames.add_reduction(lazy, **asked).collect(),
        "by hand": lambda: by_hand_on_polars(lazy).collect(),  # type: ignore[arg-type, attr-defined]
    }
    report("polars, lazy", options.rows, turns(options.runs, ways), 1.25)

    connection = duckdb.connect()
    connection.register("arrow", table.to_arrow())
    connection.execute("CREATE TABLE rows AS FROM arrow")
    relation = frames.add_reduction(connection.table("rows"), **asked)
    hand = connection.sql(by_hand_on_duckdb())
    assert off_by(relation.to_arrow_table()["cut"], right) == 0
    assert off_by(hand.to_arrow_table()["cut"], right) == 0
    report(
        "DuckDB, to an arrow table",
        options.rows,
        turns(options.runs, {"library": relation.to_arrow_table, "by hand": hand.to_arrow_table}),
        1.35,
    )
    summing = "sum(cut), sum(cents), max(day)"
    ways = {
        "library": lambda: relation.aggregate(summing).fetchall(),
        "by hand": lambda: hand.aggregate(summing).fetchall(),
    }
    report("DuckDB, summed up", options.rows, turns(options.runs, ways), 1.35)

    frame = pd.DataFrame({"cents": cents, "day": days.astype("datetime64[us]"), "dollars": cents / 100})
    assert off_by(frames.add_reduction(frame, **asked)["cut"], right) == 0
    floats = frames.add_reduction(frame, payable="dollars", on="day", into="cut")
    assert off_by(floats["cut"], right / 100) == 0
    ways = {"library": lambda: frames.add_reduction(frame, **asked), "floats": lambda: by_floats_on_pandas(frame)}
    report("pandas", options.rows, turns(options.runs, ways), 1.0)
    ways = {
        "library": lambda: frames.add_reduction(frame, payable="dollars", on="day", into="cut"),
        "floats": lambda: by_floats_on_pandas(frame),
    }
    report("pandas, dollars as floats", options.rows, turns(options.runs, ways), None)
    wrong = off_by(np.rint(by_floats_on_pandas(frame)["cut"] * 100).astype(int), right)
    print(f"\nrows one cent off in {options.rows:,}: library 0, floats {wrong:,}")


if __name__ == "__main__":
    main()
