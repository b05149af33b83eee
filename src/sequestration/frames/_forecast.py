"""Forecast sequestration by month under one or more schedules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, cast

from sequestration._errors import InvalidArgument, InvalidArgumentType
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration.frames._engines.dispatch import (
    IntoFrameT,
    add_columns,
    by_part,
    column_names,
    narwhals,
    unwrap,
    write_totals,
)
from sequestration.frames._engines.question import OWN_PREFIX, Question, Unit, require_column
from sequestration.frames._engines.rules import totalling
from sequestration.frames._engines.schedule_arrays import Law

__all__ = ["forecast"]

_OWN = ("month", "rows", "left_out", "payable")
_TOTALS = (*_OWN[1:], "cut", "payment")
_MONEY = ("payable", "cut", "payment")


def forecast(
    df: IntoFrameT,
    *,
    payable: str,
    on: str,
    schedules: Mapping[str, RateSchedule | None] | None = None,
    by: str | Sequence[str] | None = None,
    unit: Unit = "dollars",
    parse_dates: bool | str = False,
) -> IntoFrameT:
    """Sum payable amounts, sequestration and payments by month and schedule.

    Columns: those of `by`, `month` (its first day), `schedule`, `rows`, `left_out`, `payable`, `cut`, `payment`; one
    row per month and schedule, for each value of `by`. The rows are in this order, nulls last, with the schedules in
    the given order; the index of pandas counts them from 0. Each row's sequestration is rounded to the cent and summed
    in whole cents, so the sums are exact in every engine; amounts are of the kind of the column `payable`. A row
    whose amount or date is null or counts as null (see `add_reduction`), or whose amount is not whole cents, counts
    in `left_out` and in no sum; the month of rows without a date is null. A lazy frame stays lazy.

    Args:
        df: Frame of any engine that narwhals supports.
        payable: Column of Medicare's own payment before sequestration, in `unit`.
        on: Column of the date that sets the rate.
        schedules: Schedules by their names in the table, where None as a schedule is Medicare fee-for-service;
            None for that one alone, as "law".
        by: Column or columns to group by, such as the payer.
        unit: "dollars" or "cents", for all amounts.
        parse_dates: True if dates are text as YYYY-MM-DD, or another format such as "%Y%m%d", which also reads
            whole numbers (YYYYMMDD).

    Raises:
        UnknownColumn: The frame lacks a column.
        InvalidAmountType: The column of amounts is of another type.
        InvalidDateType: The column of dates is of another type.
        InvalidDate: A text is not a date. A lazy frame raises its engine's own error when it is collected.
        InvalidSchedule: A rate has more than nine decimal places.
        MissingExtra: narwhals is not installed.
        InvalidArgumentType: `df` is not a frame, or `schedules` is not a mapping.
        InvalidArgument: `unit` is unknown, there is no schedule, or a schedule or a column in `by` has the name of
            another column of the result.

    >>> import pandas as pd
    >>> plan = pd.DataFrame({"payable": [100.00, 50.00, 200.00], "day": ["2027-03-05", "2027-03-31", "2027-04-02"]})
    >>> doubled = default_schedule(None).what_if(first_day="2027-04-01", rate="0.02", stacking="add")
    >>> both = {"law": None, "doubled": doubled}
    >>> table = forecast(plan, payable="payable", on="day", schedules=both, parse_dates=True)
    >>> table[["schedule", "payable", "cut"]].values.tolist()
    [['law', 150.0, 3.0], ['doubled', 150.0, 3.0], ['law', 200.0, 4.0], ['doubled', 200.0, 8.0]]
    """
    native, back = unwrap(df)
    laws = _laws(schedules)
    groups = _groups(by, column_names(native), laws)
    names = [f"{OWN_PREFIX}{name}" for name in (*_OWN, *laws)]
    question = Question(
        money={"payable": payable},
        days={"on": on},
        rule=totalling(list(laws.values()), names[: len(_OWN)], names[len(_OWN) :]),
        new=names,
        kind_of="payable",
        unit=unit,
        parse_dates=parse_dates,
        overwrite=True,
    )
    totals = _totals(add_columns(native, question), list(laws), groups)
    return cast("IntoFrameT", back(write_totals(totals, _MONEY, native, payable, unit)))


def _groups(by: str | Sequence[str] | None, columns: Collection[Any], schedules: Collection[str]) -> list[str]:
    """The columns to group by.

    Raises `UnknownColumn` or `InvalidArgument` for one that cannot be grouped by.
    """
    groups = [] if by is None else [by] if isinstance(by, str) else list(by)
    for name in groups:
        require_column(name, columns)
    taken_names = {"month", "schedule", "place", *_TOTALS, *schedules}
    wrong = [name for place, name in enumerate(groups) if name in taken_names or name in groups[:place]]
    if wrong:
        raise InvalidArgument(f"by must not have the name of another column of the result: {', '.join(wrong)}")
    return groups


def _laws(schedules: Mapping[str, RateSchedule | None] | None) -> dict[str, Law]:
    if schedules is None:
        schedules = {"law": None}
    if not isinstance(schedules, Mapping):
        raise InvalidArgumentType(f"schedules must map names to schedules, not {type(schedules).__name__}")
    if not schedules:
        raise InvalidArgument("Pass at least one schedule, or None for the law.")
    taken = sorted(set(schedules) & {*_OWN, *_TOTALS, "schedule", "place"})
    if taken:
        raise InvalidArgument(f"A schedule must not have the name of a column: {', '.join(taken)}")
    return {name: Law.of(default_schedule(schedule)) for name, schedule in schedules.items()}


def _totals(answered: Any, schedules: list[str], groups: list[str]) -> Any:
    """Sums by group and month in whole cents, with a row for each schedule."""
    nw = narwhals()
    columns = {**{name: name for name in groups}, **{f"{OWN_PREFIX}{name}": name for name in (*_OWN, *schedules)}}
    if nw.dependencies.is_dask_dataframe(answered):
        ours = answered[list(columns)].rename(columns=columns)
        sums = ours.groupby([*groups, "month"], dropna=False, observed=True).sum().reset_index()
    else:
        ours = nw.from_native(answered).select(nw.col(theirs).alias(name) for theirs, name in columns.items())
        sums = ours.group_by(*groups, "month").agg(nw.col(name).sum() for name in (*_OWN[1:], *schedules)).to_native()
    return by_part(sums, partial(_by_schedule, schedules=schedules, groups=groups))


def _by_schedule(sums: Any, schedules: list[str], groups: list[str]) -> Any:
    """Repeat the sums of a group and month for each schedule, with its sequestration.

    The frame is read only once.
    """
    nw = narwhals()
    frame, own = nw.from_native(sums), [*groups, *_OWN]
    # narwhals unpivots only relations of DuckDB's default connection; sqlframe changes the names of the schedules.
    if frame.implementation.name in ("DUCKDB", "SQLFRAME"):
        parts = [frame.select(*own, nw.lit(name).alias("schedule"), nw.col(name).alias("cut")) for name in schedules]
        rows = nw.concat(parts)
    else:
        rows = frame.unpivot(schedules, index=own, variable_name="schedule", value_name="cut")
    place = nw.lit(0)
    for number, name in enumerate(schedules):
        place = nw.when(nw.col("schedule") == name).then(nw.lit(number)).otherwise(place)
    done = rows.with_columns(place=place, payment=nw.col("payable") - nw.col("cut"))
    done = done.sort(*groups, "month", "place", nulls_last=True).select(*groups, "month", "schedule", *_TOTALS)
    return done.to_native().reset_index(drop=True) if nw.dependencies.is_pandas_dataframe(sums) else done.to_native()
