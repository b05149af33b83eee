"""What the library knows, as tables on the engine of one's choice."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Literal, TypeAlias, get_args

from sequestration._errors import MissingExtra
from sequestration._reduction import schedule_or_default
from sequestration._schedule import RateSchedule
from sequestration.frames._engines import narwhals

__all__ = ["Backend", "schedule"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow", "duckdb"]
"""Engines that tables are made on."""

_DUCKDB_TYPES = {"Date": "DATE", "Float64": "DOUBLE", "String": "VARCHAR"}


def schedule(schedule: RateSchedule | None = None, *, backend: Backend | str) -> Any:
    """The periods of a schedule, one a row, to join or to look at; None is Medicare fee-for-service.

    `first_day` and `last_day` are both inside, null where there is no bound; `rate` is a float, `authorities`
    the citations with semicolons between them. Raises `MissingExtra` where the engine is not installed.

    >>> schedule(backend="pandas")["rate"].tolist()
    [0.0, 0.02, 0.0, 0.01, 0.02, 0.02, 0.02, 0.0]
    """
    periods = schedule_or_default(schedule).periods
    return _table(
        {
            "first_day": ("Date", [period.first_day for period in periods]),
            "last_day": ("Date", [period.last_day for period in periods]),
            "rate": ("Float64", [float(period.rate) for period in periods]),
            "status": ("String", [period.status.value for period in periods]),
            "authorities": ("String", ["; ".join(a.citation for a in period.authorities) for period in periods]),
            "verified_on": ("Date", [period.verified_on for period in periods]),
            "note": ("String", [period.note for period in periods]),
        },
        backend,
    )


def _table(columns: dict[str, tuple[str, list[Any]]], backend: str) -> Any:
    """Columns by name, each with its narwhals type and values, as a frame of the backend."""
    if backend not in get_args(Backend):
        raise ValueError(f"backend is one of {', '.join(get_args(Backend))}, not {backend!r}")
    nw = narwhals()
    try:
        if backend == "duckdb":
            return _duckdb_table(columns)
        if backend == "pandas":  # whose own dates are moments
            columns = {name: _moments(*column) for name, column in columns.items()}
        types = {name: getattr(nw, kind) for name, (kind, _) in columns.items()}
        return nw.from_dict({name: values for name, (_, values) in columns.items()}, types, backend=backend).to_native()
    except ModuleNotFoundError:
        raise MissingExtra(f"{backend} is not installed: pip install {backend}") from None


def _moments(kind: str, values: list[Any]) -> tuple[str, list[Any]]:
    if kind != "Date":
        return kind, values
    return "Datetime", [datetime.combine(day, time.min) if isinstance(day, date) else None for day in values]


def _duckdb_table(columns: dict[str, tuple[str, list[Any]]]) -> Any:
    import duckdb

    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    marks = ", ".join(f"?::{_DUCKDB_TYPES[kind]}" for kind, _ in columns.values())
    values = ", ".join([f"({marks})"] * len(rows))
    return duckdb.sql(
        f"SELECT * FROM (VALUES {values}) AS periods({', '.join(columns)})",  # noqa: S608 - names of our own
        params=[value for row in rows for value in row],
    )
