"""Pictures of what frames.check returns: exact dollars of every engine, and errors that say what to pass."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import matplotlib as mpl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames, plot
from sequestration.plot._checked_frame import sum_checked_rows
from tests.paths import EXAMPLES

mpl.use("Agg")

LINES = [
    ("2024-03-01", "1.60", "78.40"),  # Right.
    ("2024-03-02", "3.20", "76.80"),  # Twice what is due.
    ("2024-02-28", "0.80", "79.20"),  # Half of it.
    ("2021-06-01", "1.60", "78.40"),  # In the suspension.
    ("2024-03-03", "0", "80.00"),  # Nothing withheld.
    (None, "1.60", "78.40"),
]
SERVICE = pl.DataFrame(
    {
        "day": [None if day is None else date.fromisoformat(day) for day, _, _ in LINES],
        "co253": [Decimal(amount) for _, amount, _ in LINES],
        "paid": [Decimal(amount) for _, _, amount in LINES],
    },
    {"day": pl.Date, "co253": pl.Decimal(12, 2), "paid": pl.Decimal(12, 2)},
)
LEGEND = {
    "withheld correctly": "$4.00",  # 1.60, of 3.20 the 1.60 that is due, and 0.80.
    "over-withheld": "$1.60",
    "withheld while suspended": "$1.60",
    "under-withheld": "$0.80",
    "not withheld": "$1.60",
    "not shown (no verdict)": "1 row",
}
ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda table: table,
    "polars lazy": pl.DataFrame.lazy,
    "pyarrow": pl.DataFrame.to_arrow,
    "pyarrow batch": lambda table: pa.RecordBatch.from_pylist(table.to_dicts()),
    "duckdb": lambda table: duckdb.from_arrow(table.to_arrow()),
    "pandas decimals": lambda table: pd.DataFrame(table.to_dicts()).assign(day=lambda own: pd.to_datetime(own["day"])),
    "pandas floats": lambda table: pd.DataFrame(
        {
            "day": pd.to_datetime(pd.Series(table["day"].to_list())),
            "co253": [float(amount) for amount in table["co253"]],
            "paid": [float(amount) for amount in table["paid"]],
        }
    ),
}


def checked(table: Any, **options: Any) -> Any:
    return frames.check(table, reported="co253", paid="paid", on="day", **options)


def legend(ax: Any) -> dict[str, str]:
    return dict(text.get_text().split(": ") for text in ax.get_legend().get_texts())


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_dollars(engine: str) -> None:
    ax = plot.audit(checked(ENGINES[engine](SERVICE)), reported="co253", on="day")

    assert legend(ax) == LEGEND
    assert ax.get_title() == "Sequestration by service month: $7.20 withheld, $5.60 in question"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["Jun 2021", "Feb 2024", "Mar 2024"]


def test_cents_a_prefix_and_dates_in_text() -> None:
    table = pd.DataFrame(
        {
            "day": ["20240301", "20240302"],
            "co253": [160, 320],
            "paid": [7840, 7680],
        }
    )
    done = checked(table, unit="cents", prefix="ours_", parse_dates="%Y%m%d")
    ax = plot.audit(done, reported="co253", on="day", prefix="ours_", unit="cents", right=False)

    assert legend(ax) == {"over-withheld": "$1.60"}


def test_amounts_in_text() -> None:
    table = pl.DataFrame({"day": [date(2024, 3, 2)], "co253": ["3.20"], "paid": ["76.80"]})

    assert legend(plot.audit(checked(table), reported="co253", on="day", right=False)) == {"over-withheld": "$1.60"}


@pytest.mark.parametrize("source", ["part_b_mistakes.835", "part_b_correct.835"])
def test_the_findings_of_an_audit_give_the_picture_of_the_audit(source: str) -> None:
    audit = seq.check_835(EXAMPLES / source)
    table = frames.findings(EXAMPLES / source, keep="all", backend="polars")
    totals, without = sum_checked_rows(table, reported="reported", on="on")

    assert without == 0
    assert totals.to_dict() == audit.totals.to_dict()
    assert legend(plot.audit(table)) == legend(plot.audit(audit))


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.dates(date(2012, 1, 1), date(2026, 1, 1)), st.integers(0, 10**7), st.integers(1, 10**9)),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=25, deadline=None)
def test_bars_are_what_the_check_of_each_row_says(rows: list[tuple[date, int, int]]) -> None:
    table = pl.DataFrame(rows, {"day": pl.Date, "co253": pl.Int64, "paid": pl.Int64}, orient="row")
    ax = plot.audit(checked(table, unit="cents"), reported="co253", on="day", unit="cents", right=False)
    expected: Counter[str] = Counter()
    for day, reported, paid in rows:
        finding = seq.check_adjustment(
            reported=Decimal(reported).scaleb(-2), paid=Decimal(paid).scaleb(-2), on=day, group="CO"
        )
        if finding.verdict.is_wrong_amount and finding.difference is not None:
            expected[f"{day:%Y-%m}"] += abs(int(finding.difference * 100))
    heights: Counter[float] = Counter()
    for bar in ax.patches:
        heights[round(bar.get_x() + bar.get_width() / 2, 4)] += round(bar.get_height() * 100)

    assert [heights[place] for place in sorted(heights)] == [expected[month] for month in sorted(expected)]


@pytest.mark.parametrize(
    ("what", "options", "error", "says"),
    [
        ("march.835", {}, TypeError, r"check_835\(path\).*str is not a supported frame"),
        (None, {}, TypeError, "NoneType is not a supported frame"),
        ([1], {}, TypeError, "list is not a supported frame"),
        (SERVICE, {}, seq.UnknownColumn, r"frames\.check returned.*Missing: on, verdict, reported, expected"),
        (SERVICE, {"reported": "co253", "on": "day"}, seq.UnknownColumn, "Missing: verdict, expected. Found: day"),
        (checked(SERVICE), {"reported": "co253"}, seq.UnknownColumn, "Missing: on. Found: day, co253"),
        (checked(SERVICE), {"unit": "euros"}, ValueError, "unit must be"),
        (seq.Audit(), {"on": "day"}, TypeError, "only with a frame"),
        (checked(SERVICE).with_columns(verdict=pl.lit("fine")), {"reported": "co253", "on": "day"}, ValueError, "fine"),
        (checked(SERVICE), {"reported": "day", "on": "day"}, TypeError, "An amount must be a number, not date"),
    ],
)
def test_errors_say_what_to_pass(what: Any, options: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        plot.audit(what, **options)


def test_a_frame_needs_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    table = checked(SERVICE)
    monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)

    with pytest.raises(seq.MissingExtra, match=r"sequestration\[frames\]"):
        plot.audit(table)


def test_what_cannot_be_a_payment_is_told_where_to_go() -> None:
    with pytest.raises(TypeError, match=r"for an audit, call plot\.audit"):
        plot.payment(seq.Audit())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["int16", "int64", "Int64", "uint32", "float32", "float64", "int64[pyarrow]"])
def test_every_kind_of_number_of_pandas(kind: str) -> None:
    table = pd.DataFrame({"day": [20240302], "reported": [320], "verdict": ["cut_too_large"], "expected": [160]})
    table = table.astype({"day": "int64", "reported": kind, "expected": kind})

    assert legend(plot.audit(table, on="day", unit="cents", right=False)) == {"over-withheld": "$1.60"}
    assert legend(plot.audit(table, on="day", right=False)) == {"over-withheld": "$160.00"}
