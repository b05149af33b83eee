"""What holds of every deadline, whatever the day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import deadlines
from tests.shipped_law import CLOSED_DAYS

pytestmark = pytest.mark.slow

days = st.dates(date(2010, 1, 1), date(2090, 12, 31))
rules = st.sampled_from(
    [
        deadlines.timely_filing,
        deadlines.redetermination,
        deadlines.reconsideration,
        deadlines.hearing,
        deadlines.council,
        deadlines.court,
        deadlines.reopening,
        deadlines.overpayment,
    ]
)
FIXED = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}


@given(rules, days)
def test_no_deadline_is_before_its_start(rule: Any, day: date) -> None:
    found = rule(day)
    assert found.last_day > found.counted_from >= day
    assert found.moved_from is None or found.moved_from < found.last_day


@given(rules, days)
def test_a_moved_deadline_is_on_a_working_day_and_was_on_none(rule: Any, day: date) -> None:
    found = rule(day)
    if found.moved_from is None:
        assert rule is not deadlines.timely_filing or _is_open(found.last_day)
        return
    assert _is_open(found.last_day)
    between = [found.moved_from + timedelta(days=n) for n in range((found.last_day - found.moved_from).days)]
    assert between
    assert not any(deadlines.is_working_day(each) for each in between)
    assert len(between) <= 5


@given(days)
def test_filing_never_ends_on_a_day_off(day: date) -> None:
    assert _is_open(deadlines.timely_filing(day).last_day)


@given(rules, days)
def test_a_later_start_never_ends_earlier(rule: Any, day: date) -> None:
    assert rule(day).last_day <= rule(day + timedelta(days=1)).last_day


@given(days)
def test_a_year_is_a_year(day: date) -> None:
    found = deadlines.reopening(day).last_day
    assert found.year == day.year + 1
    assert (found.month, found.day) == ((2, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day))


@given(days, st.integers(0, 400))
def test_known_receipt_counts_like_a_notice_of_five_days_before(day: date, later: int) -> None:
    received = day + timedelta(days=later)
    assert deadlines.hearing(day, received_on=received).last_day == received + timedelta(days=60)


@given(days, days)
def test_overpayment_is_the_later_of_two_days(identified: date, due: date) -> None:
    assert deadlines.overpayment(identified, cost_report_due=due).last_day == max(identified + timedelta(days=60), due)


@given(st.dates())
def test_any_day_gives_a_deadline_or_an_error_of_ours(day: date) -> None:
    for rule in (deadlines.timely_filing, deadlines.redetermination, deadlines.reopening):
        with suppress(seq.InvalidDate):
            assert rule(day).last_day > day


@pytest.mark.parametrize("year", range(2010, 2091, 7))
def test_eleven_holidays_a_year_give_or_take_a_new_year(year: int) -> None:
    observed = deadlines.federal_holidays(year)
    expected = 10 + (year >= 2021)
    assert abs(len(observed) - expected) <= 1
    assert all(day.year == year and day.weekday() < 5 for day in observed)


def _is_open(day: date) -> bool:
    """A working day, told in another way: by what each holiday's day of the month and week can be."""
    if day.weekday() >= 5 or day in CLOSED_DAYS:
        return False
    neighbors = [day] + ([day + timedelta(days=1)] if day.weekday() == 4 else [])
    neighbors += [day - timedelta(days=1)] if day.weekday() == 0 else []
    if any((d.month, d.day) in FIXED and not ((d.month, d.day) == (6, 19) and d.year < 2021) for d in neighbors):
        return False
    week = (day.day - 1) // 7 + 1
    mondays = {(1, 3), (2, 3), (9, 1), (10, 2)}
    if day.weekday() == 0 and ((day.month, week) in mondays or (day.month == 5 and day.day > 24)):
        return False
    return not (day.month == 11 and day.weekday() == 3 and week == 4)
