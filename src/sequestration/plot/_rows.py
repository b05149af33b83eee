"""Read the rows of any frame, and the unit of their amounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sequestration._errors import InvalidArgument, InvalidArgumentType, MissingExtra, UnknownColumn

__all__ = ["cents_a_unit", "is_null", "read_rows"]

_NULLS = ("NAType", "NaTType")  # Types of pandas, which need not be installed.


def cents_a_unit(unit: str) -> int:
    """Cents in one unit of a frame; raises `InvalidArgument` if it is unknown."""
    if unit not in ("dollars", "cents"):
        raise InvalidArgument(f"unit must be 'dollars' or 'cents', not {unit!r}")
    return 1 if unit == "cents" else 100


def read_rows(table: Any, columns: Sequence[str], needs: str) -> list[tuple[Any, ...]]:
    """The rows of some columns of a frame of any engine; a lazy frame is collected.

    Args:
        table: Frame of any engine that narwhals supports.
        columns: Names of the columns, in the order of a row.
        needs: Sentence before an error, which says what to pass.

    Raises:
        MissingExtra: narwhals is not installed.
        InvalidArgumentType: `table` is not a frame.
        UnknownColumn: The frame lacks a column.
    """
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingExtra('narwhals is not installed. Run: pip install "sequestration[frames]"') from None
    if type(table).__name__ == "RecordBatch":  # Of pyarrow, and narwhals does not know it.
        table = _as_table(table)
    frame = table if nw.dependencies.is_dask_dataframe(table) else _frame(nw, table, needs)
    there = [str(name) for name in table.columns] if frame is table else frame.collect_schema().names()
    if missing := [name for name in columns if name not in there]:
        raise UnknownColumn(f"{needs} Missing: {', '.join(missing)}. Found: {', '.join(there)}.")
    different = list(dict.fromkeys(columns))
    if frame is table:  # narwhals does not collect dask.
        frame = nw.from_native(table[different].compute()).lazy()
    places = [different.index(name) for name in columns]
    return [tuple(row[place] for place in places) for row in frame.select(*different).collect().iter_rows()]


def _frame(nw: Any, table: Any, needs: str) -> Any:
    try:
        return nw.from_native(table).lazy()
    except Exception as error:
        raise InvalidArgumentType(f"{needs} {type(table).__name__} is not a supported frame.") from error


def _as_table(batch: Any) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches([batch])


def is_null(cell: object) -> bool:
    """Whether a cell has no value, in whatever way its engine says so."""
    missing = cell is None or type(cell).__name__ in _NULLS
    return missing or (isinstance(cell, (float, Decimal)) and cell != cell)  # noqa: PLR0124 - NaN differs from itself.
