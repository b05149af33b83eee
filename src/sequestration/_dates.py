"""Convert input to calendar dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeAlias

from sequestration._errors import InvalidDate, InvalidDateType
from sequestration._messages import quote

__all__ = ["Day", "as_date"]

Day: TypeAlias = date | str
"""A calendar date as callers may write it: `date`, a midnight `datetime`, or text as YYYY-MM-DD."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)


def as_date(value: Day) -> date:
    """Convert to a calendar date.

    Accepts a `date`, a midnight `datetime` without a time zone, or text as YYYY-MM-DD or YYYYMMDD. Raises
    `InvalidDate` for any other value, and `InvalidDateType` (a `TypeError` too) for other types.

    >>> as_date("2022-05-10")
    datetime.date(2022, 5, 10)
    """
    if isinstance(value, str):
        return _date_of_text(value)
    if isinstance(value, datetime):
        return _date_of_datetime(value)
    if isinstance(value, date):
        return value
    raise InvalidDateType(f"a date is a datetime.date or text as YYYY-MM-DD, not {type(value).__name__}")


def _date_of_text(text: str) -> date:
    if _DAY.fullmatch(text) is None:  # The pattern comes first because date.fromisoformat also accepts ISO weeks.
        raise InvalidDate(f"{quote(text)} is no date: write year, month and day as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDate(f"{quote(text)} is no day of the calendar") from None


def _date_of_datetime(moment: datetime) -> date:
    if moment != moment:  # noqa: PLR0124 - pandas' NaT is a datetime that equals nothing, itself included
        raise InvalidDate("a missing date (NaT) is no date")
    if moment.tzinfo is not None:
        raise InvalidDate(f"{moment} has a time zone: the day would depend on it; give the date alone")
    if moment.time() != datetime.min.time() or getattr(moment, "nanosecond", None):
        raise InvalidDate(f"{moment} is a moment, not a day: give the date alone")
    return moment.date()
