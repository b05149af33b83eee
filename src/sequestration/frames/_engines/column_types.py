"""Convert pandas columns of any type to arrays of whole numbers, and back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
import pandas as pd

from sequestration._errors import InvalidAmountType, InvalidDate, InvalidDateType
from sequestration._money import EXACT, cents_and_rest, number_in_text
from sequestration.frames._engines.question import LAST_WHOLE_NUMBER, WHOLE_NUMBER_FORMAT, bad_date, date_hint
from sequestration.frames._engines.schedule_arrays import MAX_CENTS

__all__ = ["DayColumn", "MoneyColumn", "as_days", "as_money", "money_like", "numbers_like", "text"]

Array: TypeAlias = Any
_MAX_EXPONENT = 18  # Decimal exponent of amounts that fit into 64 bits as cents.
_TICKS = {"s": 86_400, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}


@attrs.frozen(eq=False)
class MoneyColumn:
    """Amounts as int64 or float64, and where they are missing or not whole cents.

    None means nowhere. Decimals are cents already; other numbers are `in_units` of the column. `storage` is the
    library whose types they are.
    """

    numbers: Array
    missing: Array | None
    odd: Array | None
    kind: Literal["whole", "float", "decimal"]
    storage: Literal["numpy", "masked", "arrow"]

    @property
    def in_units(self) -> bool:
        """Whether the numbers are the column's own values rather than cents."""
        return self.kind != "decimal"


@attrs.frozen(eq=False)
class DayColumn:
    """Days as int64, with `ticks` units a day, from the start of 1970."""

    numbers: Array
    ticks: int


def as_money(series: Any, cents_a_unit: int) -> MoneyColumn:
    """Convert a column of numbers or text; raises `InvalidAmountType` for other types.

    Amounts in text become decimals.
    """
    kinds, storage = pd.api.types, _storage(series.dtype)
    if kinds.is_integer_dtype(series.dtype):
        return _whole_numbers(series, cents_a_unit, storage)
    if kinds.is_float_dtype(series.dtype):
        values = series.to_numpy(np.float64, na_value=np.nan) if storage != "numpy" else series.to_numpy(np.float64)
        return MoneyColumn(values, None, None, "float", storage)
    if series.dtype.kind in "OU" and kinds.infer_dtype(series, skipna=True) in ("decimal", "string", "empty"):
        return _decimals(series, cents_a_unit, storage)
    raise InvalidAmountType(
        f"column {series.name} has type {series.dtype}. Amounts must be integers, floats, decimals or text. "
        "Cast it first."
    )


def as_days(series: Any, date_format: str | None) -> DayColumn:
    """Convert a column of dates, timestamps or text in a format.

    Raises `InvalidDateType` for other types and `InvalidDate` for bad text.
    """
    try:
        moments = _moments(series, date_format)
    except (ValueError, OverflowError) as error:
        if isinstance(error, InvalidDate):
            raise
        raise bad_date(series.name, error) from error
    unit = np.datetime_data(moments.dtype)[0]
    return DayColumn(moments.view(np.int64), _TICKS[unit])


def money_like(source: MoneyColumn, cents: Array, missing: Array | None, cents_a_unit: int) -> Any:
    """Cents as a column of the source's kind.

    The kinds are whole cents, decimals, or nearest doubles. NumPy's whole numbers have no null; if there is one,
    pandas' own Int64 is used.
    """
    if source.kind == "decimal":
        return _as_decimals(source, cents, missing, 0 if cents_a_unit == 1 else 2)
    if source.kind == "float" or cents_a_unit != 1:
        return numbers_like(source, cents / cents_a_unit, missing)
    if source.storage == "numpy" and missing is None:
        return cents
    found = pd.arrays.IntegerArray(cents, _mask(cents, missing))
    return found.astype("int64[pyarrow]") if source.storage == "arrow" else found


def numbers_like(source: MoneyColumn, numbers: Array, missing: Array | None) -> Any:
    """Doubles as a column of the source's library."""
    if source.storage == "numpy":
        return numbers if missing is None else np.where(missing, np.nan, numbers)
    found = pd.arrays.FloatingArray(numbers, _mask(numbers, missing))
    return found.astype("double[pyarrow]") if source.storage == "arrow" else found


def text(words: Sequence[str], codes: Array, missing: Array | None) -> Any:
    """A column of some words, by their indexes, in pandas' own type for text."""
    dtype = pd.Series(["text"]).dtype
    if isinstance(dtype, np.dtype):  # pandas before its third version
        found = np.array(words, object)[codes]
        found[False if missing is None else missing] = None
        return found
    places = codes if missing is None else np.where(missing, -1, codes)
    return pd.array(list(words), dtype=dtype).take(places, allow_fill=True)


def _storage(dtype: Any) -> Literal["numpy", "masked", "arrow"]:
    if isinstance(dtype, np.dtype):
        return "numpy"
    return "arrow" if isinstance(dtype, pd.ArrowDtype) else "masked"


def _mask(values: Array, missing: Array | None) -> Array:
    return np.zeros(len(values), np.bool_) if missing is None else missing


def _whole_numbers(series: Any, cents_a_unit: int, storage: Literal["numpy", "masked", "arrow"]) -> MoneyColumn:
    missing = series.isna().to_numpy() if storage != "numpy" else None
    too_large = None
    if pd.api.types.is_unsigned_integer_dtype(series.dtype):  # The largest unsigned numbers would become negative.
        too_large = (series.fillna(0) > np.iinfo(np.int64).max).to_numpy(np.bool_)
        series = series.mask(too_large, 0)
    values = series.to_numpy(np.int64, na_value=0) if storage != "numpy" else series.to_numpy().astype(np.int64)
    limit = MAX_CENTS // cents_a_unit
    if values.size and (values.max() > limit or values.min() < -limit):
        beyond = (values > limit) | (values < -limit)
        values = np.where(beyond, 0, values)
        too_large = beyond if too_large is None else beyond | too_large
    if too_large is not None and too_large.any():
        missing = too_large if missing is None else missing | too_large
    return MoneyColumn(values, missing, too_large, "whole", storage)


def _decimals(series: Any, cents_a_unit: int, storage: Literal["numpy", "masked", "arrow"]) -> MoneyColumn:
    missing = series.isna().to_numpy()
    odd = np.zeros(len(series), np.bool_)
    cents = np.zeros(len(series), np.int64)
    for place, value in enumerate(series.array):
        if not missing[place]:
            number = number_in_text(value) if isinstance(value, str) else value
            whole = None if number is None else _cents(number, cents_a_unit)
            odd[place] = whole is None
            cents[place] = whole or 0
    return MoneyColumn(cents, missing | odd, odd, "decimal", storage)


def _cents(value: Decimal, cents_a_unit: int) -> int | None:
    """Whole cents of a decimal; None if it is not whole cents."""
    if not value.is_finite() or (value and value.adjusted() > _MAX_EXPONENT):
        return None
    cents, rest = cents_and_rest(value, cents_a_unit)
    return None if rest or abs(cents) > MAX_CENTS else cents


def _as_decimals(source: MoneyColumn, cents: Array, missing: Array | None, places: int) -> Any:
    found = np.empty(len(cents), object)
    found[:] = [EXACT.scaleb(Decimal(amount), -places) for amount in cents.tolist()]
    if missing is not None:
        found[missing] = None
    if source.storage != "arrow":
        return found
    import pyarrow as pa  # pyarrow is loaded already if the column uses it.

    return pd.array(found, dtype=pd.ArrowDtype(pa.decimal128(38, places)))


def _moments(series: Any, date_format: str | None) -> Array:
    """The column as datetime64."""
    kinds = pd.api.types
    if kinds.is_datetime64_any_dtype(series.dtype):
        zone = getattr(getattr(series.dtype, "pyarrow_dtype", series.dtype), "tz", None)
        if zone is not None:
            raise InvalidDateType(
                f"column {series.name} has a time zone ({zone}), which could change the day. Cast it to a date first."
            )
        return series.to_numpy() if _storage(series.dtype) == "numpy" else series.astype("datetime64[us]").to_numpy()
    if series.isna().all():  # A column without values may have any type.
        return np.full(len(series), np.datetime64("NaT", "us"))
    if kinds.is_any_real_numeric_dtype(series.dtype) and date_format == WHOLE_NUMBER_FORMAT:
        return _moments_of_numbers(series)
    holds = kinds.infer_dtype(series, skipna=True)
    if holds in ("date", "datetime", "empty"):
        return series.astype("datetime64[us]").to_numpy()
    if holds == "string" and date_format is not None:
        return pd.to_datetime(series, format=date_format).to_numpy()
    hint = date_hint(text=holds == "string", whole=kinds.is_any_real_numeric_dtype(series.dtype))
    raise InvalidDateType(f"column {series.name} holds {holds} ({series.dtype}), which is not a date. {hint}")


def _moments_of_numbers(series: Any) -> Array:
    """Whole numbers (YYYYMMDD), also in floats, as datetime64.

    Raises `InvalidDate` for a wrong one.
    """
    missing = series.isna().to_numpy(np.bool_)
    if pd.api.types.is_float_dtype(series.dtype):
        floats = series.to_numpy(np.float64, na_value=np.nan)
        missing = missing | np.isnan(floats)  # pyarrow's floats may be NaN without being null.
        wrong = ~missing & ((floats != np.floor(floats)) | (np.abs(floats) > LAST_WHOLE_NUMBER))
        if wrong.any():
            raise InvalidDate(f"column {series.name}: {floats[wrong][0]} is not a date as YYYYMMDD")
        series = pd.Series(np.where(missing, 0, floats).astype(np.int64), name=series.name)
    numbers = series.to_numpy(np.int64, na_value=0) if missing.any() else series.to_numpy(np.int64)
    months = numbers // 10_000 * 12 + numbers // 100 % 100 - 1 - 1970 * 12
    first, day = months.view("datetime64[M]").astype("datetime64[D]"), numbers % 100
    last = ((months + 1).view("datetime64[M]").astype("datetime64[D]") - first).astype(np.int64)
    of_a_year = (numbers // 10_000 >= 1000) & (numbers // 10_000 <= 9999) & (numbers // 100 % 100 >= 1)
    right = missing | (of_a_year & (numbers // 100 % 100 <= 12) & (day >= 1) & (day <= last))
    if not right.all():
        raise InvalidDate(f"column {series.name}: {numbers[~right][0]} is not a date as YYYYMMDD")
    found = (first + (day - 1).view("timedelta64[D]")).astype("datetime64[s]")
    found[missing] = np.datetime64("NaT", "s")
    return found
