"""Convert input to calendar dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeAlias

from sequestration._errors import InvalidDate, InvalidDateType
from sequestration._messages import quote

__all__ = ["Day", "as_date", "day_or_today", "days_in_words", "for_readers", "month_for_readers", "today"]

Day: TypeAlias = date | str
"""A calendar date as callers may write it: `date`, a midnight `datetime`, or text as YYYY-MM-DD."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)


def as_date(value: Day) -> date:
    """Convert to a calendar date.

    Accepts a `date`, a midnight `datetime` without a time zone, or text as YYYY-MM-DD or YYYYMMDD. Raises
    `InvalidDate` for any other value, and `InvalidDateType` (a `TypeError` too) for other types.

    >>> as_date("2022-05-10")
    datetime.date(2022, 5, 10)
    """
    if type(value) is date:  # As almost always. A datetime is a date, too.
        return value
    if isinstance(value, str):
        return _date_of_text(value)
    if isinstance(value, datetime):
        return _date_of_datetime(value)
    if isinstance(value, date):
        return value
    raise InvalidDateType(f"a date must be a datetime.date or text as YYYY-MM-DD, not {type(value).__name__}")


def for_readers(day: date) -> str:
    """Write a date as people in American offices do; JSON and CSV keep the ISO format.

    The months are listed here because strftime would write them in the language of the computer.

    >>> for_readers(date(2025, 3, 15))
    'Mar 15, 2025'
    """
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def month_for_readers(month: str) -> str:
    """Write a month (YYYY-MM) for readers.

    >>> month_for_readers("2025-03")
    'Mar 2025'
    """
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def days_in_words(first: date, last: date) -> str:
    """Write a span of days for readers, whatever the locale.

    >>> days_in_words(date(2022, 7, 1), date(2022, 7, 15)), days_in_words(date(2021, 12, 31), date(2022, 1, 2))
    ('Jul 1 to Jul 15, 2022', 'Dec 31, 2021 to Jan 2, 2022')
    """
    end = for_readers(last)
    if first == last:
        return end
    year = "" if first.year == last.year else f", {first.year}"
    return f"{_MONTHS[first.month - 1]} {first.day}{year} to {end}"


def today() -> date:
    """Today by the clock and time zone of the computer."""
    return datetime.now().astimezone().date()


def day_or_today(value: Day | None) -> date:
    """Convert to a calendar date as `as_date` does; None is today."""
    return today() if value is None else as_date(value)


def _date_of_text(text: str) -> date:
    if _DAY.fullmatch(text) is None:  # The pattern comes first because date.fromisoformat also accepts ISO weeks.
        raise InvalidDate(f"{quote(text)} is not a valid date. Use YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDate(f"{quote(text)} is not a valid date. No such day exists.") from None


def _date_of_datetime(moment: datetime) -> date:
    if moment != moment:  # noqa: PLR0124 - pandas' NaT is a datetime that equals nothing, itself included
        raise InvalidDate("The date is missing (NaT).")
    if moment.tzinfo is not None:
        raise InvalidDate(f"{moment} has a time zone, which could change the day. Pass the date only.")
    if moment.time() != datetime.min.time() or getattr(moment, "nanosecond", None):
        raise InvalidDate(f"{moment} has a time of day. Pass the date only.")
    return moment.date()
