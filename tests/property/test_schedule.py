"""A rate for every day: exactly one period each, changes where the rate changes, what-if inside its window."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from tests.property.drawn import any_day, days, rates, schedules
from tests.schedules import EXAMPLE
from tests.shipped_law import MEDICARE, NONDEFENSE, Row

pytestmark = pytest.mark.slow

ONE_DAY = timedelta(days=1)
SCHEDULES = [EXAMPLE, seq.MEDICARE_FFS, seq.MEDICARE_ADVANTAGE, seq.NONDEFENSE_MANDATORY]
every_schedule = st.one_of(st.sampled_from(SCHEDULES), schedules())


@pytest.mark.parametrize(
    ("schedule", "table"),
    [(seq.MEDICARE_FFS, MEDICARE), (seq.NONDEFENSE_MANDATORY, NONDEFENSE)],
    ids=["medicare_ffs", "nondefense_mandatory"],
)
def test_every_day_from_2012_to_2035(schedule: seq.RateSchedule, table: tuple[Row, ...]) -> None:
    rates = {first or "": Decimal(rate) for first, _, rate, *_ in table}
    day, last = date.fromisoformat("2012-01-01"), date.fromisoformat("2035-12-31")
    tried = 0
    while day <= last:
        text = day.isoformat()
        rate = rates[max(first for first in rates if first <= text)]
        assert schedule.rate_on(day) == rate, day
        assert schedule.rate_on(text) == rate, day
        day += ONE_DAY
        tried += 1

    assert tried == 24 * 365 + 6


@given(every_schedule, any_day)
def test_a_day_lies_in_exactly_one_period(schedule: seq.RateSchedule, day: date) -> None:
    covering = [period for period in schedule.periods if period.covers(day)]

    assert covering == [schedule.period_on(day)]
    assert schedule.rate_on(day) == covering[0].rate
    assert 0 <= covering[0].rate <= 1


@given(every_schedule, any_day)
def test_the_rate_changes_only_on_changes(schedule: seq.RateSchedule, day: date) -> None:
    around = [day, *(first for first in schedule.changes), *(p.first_day for p in schedule.periods if p.first_day)]
    for later in around:
        if later > date.min:
            changed = schedule.rate_on(later) != schedule.rate_on(later - ONE_DAY)
            assert changed == (later in schedule.changes)
    assert list(schedule.changes) == sorted(set(schedule.changes))


@given(every_schedule)
def test_periods_follow_each_other(schedule: seq.RateSchedule) -> None:
    ends = [period.last_day for period in schedule.periods]
    firsts = [period.first_day for period in schedule.periods]

    assert firsts[0] is None
    assert ends[-1] is None
    assert [None if end is None else end + ONE_DAY for end in ends[:-1]] == firsts[1:]


@given(every_schedule)
def test_records_come_back_the_same(schedule: seq.RateSchedule) -> None:
    records = json.loads(json.dumps(schedule.to_records()))

    assert seq.RateSchedule.from_records(records).periods == schedule.periods


@given(schedules(), st.data())
def test_a_schedule_with_a_hole_or_an_overlap_is_refused(schedule: seq.RateSchedule, data: st.DataObject) -> None:
    records = schedule.to_records()
    number = data.draw(st.integers(0, len(records) - 1))
    shift = data.draw(st.sampled_from([-1, 1]))
    name = data.draw(st.sampled_from(["first_day", "last_day"]))
    bound = records[number][name]
    records[number][name] = "2020-01-01" if bound is None else str(date.fromisoformat(bound) + shift * ONE_DAY)

    with pytest.raises(seq.InvalidSchedule):
        seq.RateSchedule.from_records(records)


@given(
    every_schedule,
    st.tuples(days, days).map(sorted),
    st.booleans(),
    rates("0.5"),
    st.sampled_from(seq.Stacking),
    st.lists(any_day, max_size=20),
)
def test_what_if_changes_its_window_alone(
    schedule: seq.RateSchedule,
    window: list[date],
    open_ended: bool,
    rate: str,
    stacking: seq.Stacking,
    tried: list[date],
) -> None:
    first, last = window[0], None if open_ended else window[1]
    if stacking is seq.Stacking.ADD and any(period.rate + Decimal(rate) > 1 for period in schedule.periods):
        stacking = seq.Stacking.COMPOUND
    assumed = schedule.what_if(first_day=first, last_day=last, rate=rate, stacking=stacking)

    edges = [first - ONE_DAY, first, window[1], window[1] + ONE_DAY]
    for day in [*tried, *edges, *schedule.changes]:
        before, after = schedule.period_on(day), assumed.period_on(day)
        assert after.covers(day)
        if day < first or (last is not None and day > last):
            assert (after.rate, after.status, after.note) == (before.rate, before.status, before.note)
            assert after.authorities == before.authorities
        else:
            assert after.rate == stacked(before.rate, Decimal(rate), stacking)
            assert after.status is seq.RateStatus.WHAT_IF
            assert after.authorities[:-1] == before.authorities


def stacked(there: Decimal, new: Decimal, how: seq.Stacking) -> Decimal:
    if how is seq.Stacking.ADD:
        return there + new
    return there + new - there * new if how is seq.Stacking.COMPOUND else new
