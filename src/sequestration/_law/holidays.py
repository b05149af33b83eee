"""Federal working days.

Weekends, the holidays of ``data/law/federal_holidays.toml`` and the days of ``data/law/federal_closures.toml``, which
executive orders closed in whole or in part, are not working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sequestration._data import shipped_toml

__all__ = ["federal_closures", "federal_holidays", "is_working_day", "next_working_day"]

_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


def is_working_day(day: date) -> bool:
    """Whether federal offices work all day: no weekend, observed holiday or closure.

    >>> is_working_day(date(2026, 7, 3)), is_working_day(date(2026, 7, 6)), is_working_day(date(2024, 12, 24))
    (False, True, False)
    """
    return day.weekday() < _SATURDAY and day not in federal_closures() and day not in federal_holidays(day.year)


def next_working_day(day: date) -> date:
    """The day itself if it is a federal working day, else the next working day."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


@cache
def federal_closures() -> Mapping[date, bool]:
    """The days closed by executive order: True if closed all day, False in part.

    They come on top of weekends and `federal_holidays`. A closure that is ordered after the data were last checked is
    not among them. Confidence is medium: the orders themselves were not read.

    >>> federal_closures()[date(2024, 12, 24)], federal_closures()[date(2015, 12, 24)]
    (True, False)
    """
    table = shipped_toml("law/federal_closures.toml")
    days = dict.fromkeys(table["full_days"], True) | dict.fromkeys(table["half_days"], False)
    return {day: days[day] for day in sorted(days)}


@cache
def federal_holidays(year: int) -> Mapping[date, str]:
    """The days of a year on which a federal holiday is observed, each with its name.

    A holiday on a Saturday is observed on the Friday before, a holiday on a Sunday on the Monday after. So New
    Year's Day of the next year may be observed in this year.

    >>> for day, name in federal_holidays(2021).items():
    ...     if day.month == 12:
    ...         print(day, name)
    2021-12-24 Christmas Day
    2021-12-31 New Year's Day
    """
    observed = {
        _observed(day): name
        for each in (year, year + 1)
        if each <= date.max.year
        for day, name in _legal_holidays(each)
    }
    return {day: observed[day] for day in sorted(observed) if day.year == year}


def _observed(day: date) -> date:
    """The day on which a holiday that falls on `day` is observed."""
    if day.weekday() == _SATURDAY:
        return day - _ONE_DAY
    return day + _ONE_DAY if day.weekday() == _SUNDAY else day


def _legal_holidays(year: int) -> list[tuple[date, str]]:
    """The holidays of a year on the days that the law names."""
    from dateutil.rrule import rrulestr  # Imported here because only a deadline needs it.

    start = datetime.combine(date.min.replace(year=year), time())
    return [
        (rrulestr(f"{holiday['rule']};COUNT=1", dtstart=start)[0].date(), holiday["name"])
        for holiday in _rules()
        if year >= holiday.get("first_year", year)
    ]


@cache
def _rules() -> list[dict[str, Any]]:
    holidays: list[dict[str, Any]] = shipped_toml("law/federal_holidays.toml")["holiday"]
    return holidays
