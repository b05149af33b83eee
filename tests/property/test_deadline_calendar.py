"""Every deadline of every day from 2010 to 2040, against a calendar that is counted on the fingers.

The oracle shares nothing with the library: it walks from day to day, and its days off are written out or found by
walking through the month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from sequestration import deadlines
from tests.shipped_law import CLOSED_DAYS

pytestmark = pytest.mark.slow

ONE = timedelta(days=1)
YEARS = range(2010, 2041)
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE


def after(day: date, days: int) -> date:
    for _ in range(days):
        day += ONE
    return day


def is_leap(year: int) -> bool:
    return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)


def years_after(day: date, years: int) -> date:
    """The same month and day of a later year; of Feb 29 in a common year, Feb 28."""
    year = day.year + years
    return (
        date(year, 2, 28) if (day.month, day.day) == (2, 29) and not is_leap(year) else date(year, day.month, day.day)
    )


def end_of_sixth_month(day: date) -> date:
    year, month = day.year, day.month
    for _ in range(6):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, 29 if month == 2 and is_leap(year) else MONTH_LENGTHS[month - 1])


@cache
def days_off(year: int) -> frozenset[date]:
    """The holidays of a year and of New Year's Day after it, on the days on which offices close for them."""
    named = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25), date(year + 1, 1, 1)]
    named += [date(year, 6, 19)] if year >= 2021 else []
    moved = [day - ONE if day.weekday() == 5 else day + ONE if day.weekday() == 6 else day for day in named]
    mondays = {month: [d for d in days_of(year) if d.month == month and d.weekday() == 0] for month in (1, 2, 5, 9, 10)}
    thursdays = [d for d in days_of(year) if d.month == 11 and d.weekday() == 3]
    floating = [mondays[1][2], mondays[2][2], mondays[5][-1], mondays[9][0], mondays[10][1], thursdays[3]]
    return frozenset([*moved, *floating, *CLOSED_DAYS])


def workday_from(day: date) -> date:
    while day.weekday() > 4 or day in days_off(day.year):
        day += ONE
    return day


@pytest.mark.parametrize("year", YEARS)
def test_days_counted_from_receipt(year: int) -> None:
    """42 CFR 405.942, 405.962, 405.1002, 405.1102, 405.1130: five days for the mail, then the period."""
    periods: dict[Callable[..., deadlines.Deadline], int] = {
        deadlines.redetermination: 120,
        deadlines.reconsideration: 180,
        deadlines.hearing: 60,
        deadlines.council: 60,
        deadlines.court: 60,
    }
    for day in days_of(year):
        for rule, period in periods.items():
            assert rule(day).last_day == after(day, 5 + period)
            assert rule(day, received_on=day).last_day == after(day, period)


@pytest.mark.parametrize("year", YEARS)
def test_days_and_years_counted_from_the_day_itself(year: int) -> None:
    """42 CFR 401.305(b), 405.980(c); contractors' 120 days for documents."""
    for day in days_of(year):
        assert deadlines.overpayment(day).last_day == after(day, 60)
        assert deadlines.documents(day).last_day == after(day, 120)
        assert deadlines.reopening(day).last_day == years_after(day, 1)
        assert deadlines.reopening(day, good_cause=True).last_day == years_after(day, 4)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_to_file_and_then_the_next_workday(year: int) -> None:
    """42 CFR 424.44(a) with the Claims Processing Manual's next workday."""
    for day in days_of(year):
        counted = years_after(day, 1)
        found = deadlines.timely_filing(day)
        assert found.last_day == workday_from(counted), day
        assert found.moved_from == (None if found.last_day == counted else counted)
        assert not found.on_day_off


@pytest.mark.parametrize("year", YEARS)
def test_exceptions_end_with_the_sixth_month(year: int) -> None:
    """42 CFR 424.44(b), for notices that come a year and more after the service."""
    for notice in days_of(year + 1):
        found = deadlines.timely_filing(date(year, 1, 1), exception="administrative_error", notified_on=notice)
        year_to_file = workday_from(date(year + 1, 1, 1))
        assert found.last_day == max(year_to_file, workday_from(end_of_sixth_month(notice)))


@pytest.mark.parametrize("year", range(2025, 2041))
def test_an_inquiry_stops_the_sixty_days(year: int) -> None:
    """42 CFR 401.305(b)(3): to its end, at most 180 days, then 60 days."""
    for day in days_of(year):
        for length in (0, 1, 179, 180, 181, 400):
            found = deadlines.overpayment(day, inquiry_ended=after(day, length))
            assert found.last_day == after(day, min(length, 180) + 60)


@pytest.mark.parametrize("year", YEARS)
def test_days_after_a_demand_letter(year: int) -> None:
    """First Coast 165154."""
    for day in days_of(year):
        found = deadlines.recoupment(day, redetermined_on=after(day, 20))
        last_days = {each.rule: each.last_day for each in found.deadlines}
        assert last_days["rebuttal"] == after(day, 15)
        assert last_days["stop_recoupment"] == after(day, 30)
        assert last_days["stop_recoupment_again"] == after(day, 80)
        assert (found.interest_from, found.recoupment_from) == (after(day, 31), after(day, 41))


@pytest.mark.parametrize("year", YEARS)
def test_working_days(year: int) -> None:
    for day in days_of(year):
        assert deadlines.is_working_day(day) == (workday_from(day) == day), day
