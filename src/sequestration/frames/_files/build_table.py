"""Build tables of pandas, polars, pyarrow or DuckDB from rows, batch by batch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any, Literal, TypeAlias, get_args

from sequestration._errors import InvalidArgument, MissingExtra, SequestrationWarning
from sequestration._money import as_dollars
from sequestration.frames._engines.question import Unit
from sequestration.frames._files.schemas import Columns, ColumnType

__all__ = [
    "DIGITS",
    "PLACES_OF_RATES",
    "Backend",
    "Row",
    "arrow_batch",
    "arrow_schema",
    "build_table",
    "encodable",
    "import_package",
    "refuse_unknown_backend",
    "require_backend",
]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow", "duckdb"]
"""Engines that tables can be built on."""

Row: TypeAlias = tuple[Any, ...]
"""Values in the order of the columns, None where there is none; amounts are in whole cents, whatever the unit."""


DIGITS = 28
"""Digits of a decimal column of dollars: enough for every amount in a file, and for their sums."""

PLACES_OF_RATES = 9
_ROWS_TO_TURN = 500
_WITHIN_64_BITS = range(-(2**63), 2**63)


def refuse_unknown_backend(backend: str) -> None:
    """Raise `InvalidArgument` for an unknown engine."""
    if backend not in get_args(Backend):
        raise InvalidArgument(f"backend must be one of {', '.join(get_args(Backend))}, not {backend!r}")


def require_backend(backend: str) -> None:
    """Raise `InvalidArgument` for an unknown engine, `MissingExtra` if it is missing."""
    refuse_unknown_backend(backend)
    if backend == "duckdb":
        import_package("pyarrow", "DuckDB tables need it")
    import_package(backend)


def import_package(package: str, why: str = "") -> Any:
    """Import a requested package; raises `MissingExtra` if it is not installed."""
    try:
        return import_module(package)
    except ModuleNotFoundError:
        raise MissingExtra(
            f"{package} is not installed{f', and {why}' if why else ''}. Run: pip install {package}"
        ) from None


def encodable(text: str | None) -> str | None:
    """A text that every engine can hold.

    A file name may have bytes that are not UTF-8.
    """
    return text if text is None or text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def build_table(batches: Iterable[Sequence[Row]], columns: Columns, *, unit: Unit, backend: Backend | str) -> Any:
    """A table of an engine, in memory."""
    return _MAKERS[backend](batches, columns, unit)


def arrow_schema(columns: Columns, unit: Unit) -> Any:
    """The columns as a pyarrow schema."""
    pa = import_package("pyarrow")
    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.WHOLE: pa.int64(),
        ColumnType.DATE: pa.date32(),
        ColumnType.MONEY: pa.int64() if unit == "cents" else pa.decimal128(DIGITS, 2),
        ColumnType.RATE: pa.decimal128(PLACES_OF_RATES + 1, PLACES_OF_RATES),
        ColumnType.FLAG: pa.bool_(),
    }
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def arrow_batch(rows: Sequence[Row], columns: Columns, unit: Unit) -> Any:
    """Rows as a pyarrow record batch."""
    pa = import_package("pyarrow")
    schema = arrow_schema(columns, unit)
    arrays = []
    for values, kind, arrow_type in zip(_by_column(rows, columns), columns.values(), schema.types, strict=True):
        if kind is ColumnType.MONEY:
            arrays.append(_arrow_money(values, arrow_type, unit))
        else:
            arrays.append(pa.array(values, arrow_type))
    return pa.record_batch(arrays, schema=schema)


def _arrow_money(cents: Sequence[int | None], kind: Any, unit: Unit) -> Any:
    """Dollars as decimals whose digits are the cents, converted as a whole array."""
    pa = import_package("pyarrow")
    if unit == "cents":
        return pa.array(_within_64_bits(cents), kind)
    try:
        digits = pa.array(cents, pa.int64()).cast(pa.decimal128(DIGITS, 0))
    except OverflowError:
        return pa.array(_dollars(cents), kind)
    return pa.Array.from_buffers(kind, len(digits), digits.buffers())


def _arrow_table(batches: Iterable[Sequence[Row]], columns: Columns, unit: Unit) -> Any:
    pa = import_package("pyarrow")
    parts = [arrow_batch(rows, columns, unit) for rows in batches]
    return pa.Table.from_batches(parts, arrow_schema(columns, unit))


def _duckdb_relation(batches: Iterable[Sequence[Row]], columns: Columns, unit: Unit) -> Any:
    return import_package("duckdb").from_arrow(_arrow_table(batches, columns, unit))


def _polars_frame(batches: Iterable[Sequence[Row]], columns: Columns, unit: Unit) -> Any:
    pl = import_package("polars")
    types = {
        ColumnType.TEXT: pl.String,
        ColumnType.WHOLE: pl.Int64,
        ColumnType.DATE: pl.Date,
        ColumnType.MONEY: pl.Int64 if unit == "cents" else pl.Decimal(DIGITS, 2),
        ColumnType.RATE: pl.Decimal(PLACES_OF_RATES + 1, PLACES_OF_RATES),
        ColumnType.FLAG: pl.Boolean,
    }
    schema = {name: types[kind] for name, kind in columns.items()}
    parts = [pl.DataFrame(_plain(rows, columns, unit), schema) for rows in batches]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _pandas_frame(batches: Iterable[Sequence[Row]], columns: Columns, unit: Unit) -> Any:
    pd = import_package("pandas")
    types = {
        ColumnType.TEXT: pd.Series(["text"]).dtype,
        ColumnType.WHOLE: "Int64",
        ColumnType.DATE: "datetime64[us]",  # The date type of pandas is a timestamp.
        ColumnType.MONEY: "Int64" if unit == "cents" else object,
        ColumnType.RATE: object,
        ColumnType.FLAG: bool,
    }
    parts = [
        pd.DataFrame({name: pd.Series(values, dtype=types[columns[name]]) for name, values in plain.items()})
        for plain in (_plain(rows, columns, unit) for rows in batches)
    ]
    return pd.concat(parts, ignore_index=True) if parts else _pandas_frame([[]], columns, unit)


_MAKERS: Mapping[str, Callable[[Iterable[Sequence[Row]], Columns, Unit], Any]] = {
    "pandas": _pandas_frame,
    "polars": _polars_frame,
    "pyarrow": _arrow_table,
    "duckdb": _duckdb_relation,
}


def _by_column(rows: Sequence[Row], columns: Columns) -> list[list[Any]]:
    """The values of each column.

    A few hundred rows are turned at a time, because they stay in the processor's cache.
    """
    values: list[list[Any]] = [[] for _ in columns]
    for start in range(0, len(rows), _ROWS_TO_TURN):
        part = zip(*rows[start : start + _ROWS_TO_TURN], strict=True)
        for of_column, more in zip(values, part, strict=True):
            of_column.extend(more)
    return values


def _plain(rows: Sequence[Row], columns: Columns, unit: Unit) -> dict[str, Sequence[Any]]:
    """The values by column, with amounts in their unit."""
    values = dict(zip(columns, _by_column(rows, columns), strict=True))
    turned = _within_64_bits if unit == "cents" else _dollars
    return {name: turned(values[name]) if kind is ColumnType.MONEY else values[name] for name, kind in columns.items()}


def _dollars(cents: Sequence[int | None]) -> list[Decimal | None]:
    return [None if amount is None else as_dollars(amount) for amount in cents]


def _within_64_bits(cents: Sequence[int | None]) -> list[int | None]:
    """Cents that fit into 64 bits; others become null, with a warning."""
    fitting = [amount if amount is None or amount in _WITHIN_64_BITS else None for amount in cents]
    lost = sum(amount is None for amount in fitting) - sum(amount is None for amount in cents)
    if lost:
        warnings.warn(
            f"{lost} amounts are too large for cents in 64 bits and are null. Pass unit='dollars'.",
            SequestrationWarning,
            stacklevel=2,
        )
    return fitting
