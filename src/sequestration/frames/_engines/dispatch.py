"""Choose the engine for a frame, and load only that engine."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sequestration._errors import InvalidArgumentType, MissingExtra
from sequestration.frames._engines.question import Question, Unit

if TYPE_CHECKING:
    from narwhals.stable.v2.typing import IntoFrameT
else:
    IntoFrameT = TypeVar("IntoFrameT")  # For typing.get_type_hints, because narwhals is imported on first use.

__all__ = ["IntoFrameT", "add_columns", "by_part", "column_names", "narwhals", "unwrap", "write_totals"]


_KNOWN_TO_NARWHALS = frozenset(
    {"POLARS", "PYARROW", "DUCKDB", "PYSPARK", "PYSPARK_CONNECT", "SQLFRAME", "IBIS", "CUDF"}
)
_SUPPORTED = "pandas, polars, pyarrow, DuckDB, dask, Spark, ibis, sqlframe or modin"


def narwhals() -> Any:
    """The library that identifies frames and computes with them."""
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingExtra('narwhals is not installed. Run: pip install "sequestration[frames]"') from None
    return nw


def unwrap(df: Any) -> tuple[Any, Callable[[Any], Any]]:
    """A frame as an engine takes it, and a function for the result.

    The function turns the result into the kind of frame that came in. Raises `InvalidArgumentType` for no frame.
    """
    nw = narwhals()
    if isinstance(df, (nw.DataFrame, nw.LazyFrame)):
        native, back = unwrap(df.to_native())
        return native, lambda done: nw.from_native(back(done))
    if nw.dependencies.is_pandas_dataframe(df) or nw.dependencies.is_dask_dataframe(df):
        return df, _as_it_is
    if nw.dependencies.is_modin_dataframe(df):  # Its own arithmetic is that of pandas, with a warning for most of it.
        from modin.pandas.io import from_pandas, to_pandas  # pyright: ignore[reportMissingImports]

        return to_pandas(df), from_pandas
    if type(df).__module__.partition(".")[0] == "pyarrow" and type(df).__name__ == "RecordBatch":
        import pyarrow as pa

        return pa.Table.from_batches([df]), _as_batch
    try:
        with warnings.catch_warnings(action="ignore"):  # narwhals warns of what it knows but does not support.
            frame = nw.from_native(df)
    except Exception as error:
        raise _no_frame(df) from error
    if frame.implementation.name not in _KNOWN_TO_NARWHALS:
        raise _no_frame(df)
    return df, _as_it_is


def column_names(df: Any) -> list[Any]:
    """The names of a frame's columns; `df` is one that an engine takes."""
    nw = narwhals()
    if nw.dependencies.is_pandas_dataframe(df) or nw.dependencies.is_dask_dataframe(df):
        return list(df.columns)
    return list(nw.from_native(df).collect_schema().names())


def add_columns(df: Any, question: Question) -> Any:
    """Add the columns that a question computes, with the engine of the frame."""
    nw = narwhals()
    if nw.dependencies.is_pandas_dataframe(df):
        from sequestration.frames._engines import pandas_engine

        return pandas_engine.add_columns(df, question)
    if nw.dependencies.is_dask_dataframe(df):
        from sequestration.frames._engines import pandas_engine

        question.require_columns(column_names(df))
        return by_part(df, partial(pandas_engine.add_columns, question=question, lazy=True))
    from sequestration.frames._engines import narwhals_engine

    return narwhals_engine.add_columns(nw.from_native(df), question).to_native()


def write_totals(totals: Any, columns: Sequence[str], df: Any, name: str, unit: Unit) -> Any:
    """Totals in whole cents as a frame of the engine of `df`.

    The amounts get the kind of one of its columns.
    """
    nw = narwhals()
    if nw.dependencies.is_pandas_dataframe(df) or nw.dependencies.is_dask_dataframe(df):
        from sequestration.frames._engines import pandas_engine

        source = getattr(df, "_meta", df)[name]
        return by_part(totals, partial(pandas_engine.write_totals, columns=columns, source=source, unit=unit))
    from sequestration.frames._engines import narwhals_engine

    kind = nw.from_native(df).collect_schema()[name]
    return narwhals_engine.write_totals(nw.from_native(totals), columns, kind, unit).to_native()


def by_part(df: Any, make: Callable[[Any], Any]) -> Any:
    """Apply a function to a frame or, for dask, to each pandas partition."""
    if not narwhals().dependencies.is_dask_dataframe(df):
        return make(df)
    return df.map_partitions(make, meta=make(df._meta))


def _as_it_is(done: Any) -> Any:
    return done


def _as_batch(table: Any) -> Any:
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _no_frame(df: Any) -> InvalidArgumentType:
    """Build the error for anything that is not a supported frame."""
    kind = type(df)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return InvalidArgumentType(f"{name} is not a supported frame. Use {_SUPPORTED}.")
