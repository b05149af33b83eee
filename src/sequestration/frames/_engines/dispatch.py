"""Choose the engine for a frame, and load only that engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sequestration._errors import InvalidArgumentType, MissingExtra
from sequestration.frames._engines.question import Question, Unit

if TYPE_CHECKING:
    from narwhals.stable.v2.typing import IntoFrameT
else:
    IntoFrameT = TypeVar("IntoFrameT")  # For typing.get_type_hints, because narwhals is imported on first use.

__all__ = ["IntoFrameT", "answer", "by_part", "columns_of", "narwhals", "written_like"]


def narwhals() -> Any:
    """The library that identifies frames and computes with them."""
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingExtra('narwhals is not installed. Run: pip install "sequestration[frames]"') from None
    return nw


def columns_of(df: Any) -> list[Any]:
    """The names of a frame's columns; raises `TypeError` if it is not a frame."""
    nw = narwhals()
    if isinstance(df, (nw.DataFrame, nw.LazyFrame)):
        return list(df.collect_schema().names())
    if nw.dependencies.is_pandas_dataframe(df) or nw.dependencies.is_dask_dataframe(df):
        return list(df.columns)
    try:
        return list(nw.from_native(df).collect_schema().names())
    except TypeError:
        raise InvalidArgumentType(
            f"{type(df).__name__} is not a supported frame. Use pandas, polars, pyarrow, DuckDB, dask or Spark."
        ) from None


def answer(df: Any, question: Question) -> Any:
    """The frame with the new columns."""
    nw = narwhals()
    # The caller uses narwhals, so the result is a narwhals frame, too.
    if isinstance(df, (nw.DataFrame, nw.LazyFrame)):
        return nw.from_native(answer(df.to_native(), question))
    if nw.dependencies.is_pandas_dataframe(df):
        from sequestration.frames._engines.pandas_engine import answered

        return answered(df, question)
    if nw.dependencies.is_dask_dataframe(df):
        from sequestration.frames._engines.pandas_engine import answered

        question.look_for_columns(columns_of(df))
        return by_part(df, partial(answered, question=question, lazy=True))
    from sequestration.frames._engines import narwhals_engine

    return narwhals_engine.answered(nw.from_native(df), question).to_native()


def written_like(totals: Any, columns: Sequence[str], df: Any, name: str, unit: Unit) -> Any:
    """Totals in whole cents as a frame of the engine of `df`.

    The amounts get the kind of one of its columns.
    """
    nw = narwhals()
    if nw.dependencies.is_pandas_dataframe(df) or nw.dependencies.is_dask_dataframe(df):
        from sequestration.frames._engines import pandas_engine

        source = getattr(df, "_meta", df)[name]
        return by_part(totals, partial(pandas_engine.written_like, columns=columns, source=source, unit=unit))
    from sequestration.frames._engines import narwhals_engine

    kind = nw.from_native(df).collect_schema()[name]
    return narwhals_engine.written_like(nw.from_native(totals), columns, kind, unit).to_native()


def by_part(df: Any, make: Callable[[Any], Any]) -> Any:
    """Apply a function to a frame or, for dask, to each pandas partition."""
    if not narwhals().dependencies.is_dask_dataframe(df):
        return make(df)
    return df.map_partitions(make, meta=make(df._meta))
