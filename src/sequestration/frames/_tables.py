"""Schedules and codes as tables in the engine of your choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sequestration._codes.entries import Carc
from sequestration._codes.shipped import carcs as shipped_carcs
from sequestration._errors import MissingExtra
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration.frames._engines.dispatch import narwhals
from sequestration.frames._files.build_table import Backend, refuse_unknown_backend

__all__ = ["carcs", "schedule"]

_DUCKDB_TYPES = {"Boolean": "BOOLEAN", "Date": "DATE", "Float64": "DOUBLE", "String": "VARCHAR"}


def schedule(schedule: RateSchedule | None = None, *, backend: Backend | str) -> Any:
    """Build a table of the periods of a schedule, one per row.

    `first_day` and `last_day` are included in a period, and null if there is no bound; `rate` is a float;
    `authorities` are the citations, separated by semicolons. None is Medicare fee-for-service. Raises
    `MissingExtra` if the engine is not installed, and `InvalidArgument` for an unknown one.

    >>> schedule(backend="pandas")["rate"].head(5).tolist()
    [0.0, 0.02, 0.0, 0.01, 0.02]
    """
    periods = default_schedule(schedule).periods
    return _table(
        {
            "first_day": ("Date", [period.first_day for period in periods]),
            "last_day": ("Date", [period.last_day for period in periods]),
            "rate": ("Float64", [float(period.rate) for period in periods]),
            "status": ("String", [period.status.value for period in periods]),
            "authorities": ("String", ["; ".join(a.citation for a in period.authorities) for period in periods]),
            "verified_on": ("Date", [period.verified_on for period in periods]),
            "newest_source": ("Date", [period.newest_source for period in periods]),
            "note": ("String", [period.note for period in periods]),
        },
        backend,
    )


def carcs(codes: Mapping[str, Carc] | None = None, *, backend: Backend | str) -> Any:
    """Build a table of reason codes, one per row, to join to adjustments by `code`.

    The columns are those of a `Carc`: `start`, `last_modified` and `stop` are null if there is none or it is
    unknown; `groups` are the group codes, separated by spaces (empty: any); `text` is the official wording if the
    table has it. None is all of `CARCS`, in code order. Raises `MissingExtra` if the engine is not installed, and
    `InvalidArgument` for an unknown one.

    >>> table = carcs(backend="pandas").set_index("code")
    >>> table.loc["253", ["title", "kind", "step"]].tolist()
    ['Federal sequestration adjustment', 'reduction', 'write off']
    """
    found = list((shipped_carcs() if codes is None else codes).values())
    return _table(
        {
            "code": ("String", [code.code for code in found]),
            "title": ("String", [code.title for code in found]),
            "category": ("String", [code.category for code in found]),
            "kind": ("String", [code.kind.value for code in found]),
            "step": ("String", [code.step.value for code in found]),
            "start": ("Date", [code.start for code in found]),
            "last_modified": ("Date", [code.last_modified for code in found]),
            "stop": ("Date", [code.stop for code in found]),
            "groups": ("String", [" ".join(code.groups) for code in found]),
            "remark_required": ("Boolean", [code.remark_required for code in found]),
            "scope": ("String", [code.scope for code in found]),
            "confidence": ("String", [code.confidence.value for code in found]),
            "text": ("String", [code.text for code in found]),
        },
        backend,
    )


def _table(columns: dict[str, tuple[str, list[Any]]], backend: str) -> Any:
    """A frame of the backend from columns, each with its narwhals type and values."""
    refuse_unknown_backend(backend)
    nw = narwhals()
    try:
        if backend == "duckdb":
            return _duckdb_table(columns)
        if backend == "pandas":  # The date type of pandas is a timestamp.
            columns = {name: _moments(*column) for name, column in columns.items()}
        types = {name: getattr(nw, kind) for name, (kind, _) in columns.items()}
        return nw.from_dict({name: values for name, (_, values) in columns.items()}, types, backend=backend).to_native()
    except ModuleNotFoundError:
        raise MissingExtra(f"{backend} is not installed. Run: pip install {backend}") from None


def _moments(kind: str, values: list[Any]) -> tuple[str, list[Any]]:
    if kind != "Date":
        return kind, values
    return "Datetime", [datetime.combine(day, time.min) if isinstance(day, date) else None for day in values]


def _duckdb_table(columns: dict[str, tuple[str, list[Any]]]) -> Any:
    import duckdb

    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    shown = "" if rows else " WHERE false"  # A table needs a row of values, if only to have types.
    rows = rows or [(None,) * len(columns)]
    marks = ", ".join(f"?::{_DUCKDB_TYPES[kind]}" for kind, _ in columns.values())
    values = ", ".join([f"({marks})"] * len(rows))
    return duckdb.sql(
        f"SELECT * FROM (VALUES {values}) AS made({', '.join(columns)}){shown}",  # noqa: S608 - names of our own
        params=[value for row in rows for value in row],
    )
