"""The shipped law is that of tests/shipped_law.py, and each period of it says where it comes from."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

import sequestration as seq
from sequestration._dates import for_readers
from sequestration._law.schedule import shipped_schedule, shipped_schedule_names
from tests.schedules import rows_of
from tests.shipped_law import MEDICARE, NONDEFENSE, Row

SHIPPED = [seq.MEDICARE_FFS, seq.MEDICARE_ADVANTAGE, seq.NONDEFENSE_MANDATORY]
BY_NAME = [pytest.param(schedule, id=schedule.name) for schedule in SHIPPED]


@pytest.mark.parametrize(
    ("schedule", "table"),
    [(seq.MEDICARE_FFS, MEDICARE), (seq.NONDEFENSE_MANDATORY, NONDEFENSE)],
    ids=["medicare_ffs", "nondefense_mandatory"],
)
def test_exactly_these_periods(schedule: seq.RateSchedule, table: tuple[Row, ...]) -> None:
    assert rows_of(schedule) == [row[:4] for row in table]


def test_plans_rest_on_the_same_law_and_on_their_own() -> None:
    assert rows_of(seq.MEDICARE_ADVANTAGE) == rows_of(seq.MEDICARE_FFS)
    for period, same in zip(seq.MEDICARE_ADVANTAGE.periods, seq.MEDICARE_FFS.periods, strict=True):
        assert period.authorities[: len(same.authorities)] == same.authorities
        assert any("906(d)(1)(B)" in authority.citation for authority in period.authorities)


@pytest.mark.parametrize("schedule", BY_NAME)
def test_settled_until_the_day_before_the_first_projection(schedule: seq.RateSchedule) -> None:
    first = next((period.first_day for period in schedule.periods if period.projected), None)
    last = None if first is None else first - timedelta(days=1)

    assert schedule.settled_until == last
    assert f"settled until {last or 'further notice'}" in repr(schedule)
    assert f"settled through {for_readers(last) if last else 'further notice'}" in str(schedule)


@pytest.mark.parametrize("schedule", BY_NAME)
def test_every_period_has_a_source_and_a_day_on_which_it_was_verified(schedule: seq.RateSchedule) -> None:
    for period in schedule.periods:
        assert period.authorities
        for authority in period.authorities:
            assert authority.citation.strip()
            assert authority.says.strip()
            marked = " (reported)" if authority.reported else ""
            assert str(authority) == f"{authority.citation}{marked}: {authority.says}"
        assert schedule.verified_on <= period.verified_on
    assert schedule.verified_on >= date.fromisoformat("2026-11-27")


@pytest.mark.parametrize("schedule", BY_NAME)
def test_when_somebody_looked_and_what_was_last_heard_are_two_days(schedule: seq.RateSchedule) -> None:
    heard = schedule.newest_source
    assert heard is not None
    assert date.fromisoformat("2026-04-27") <= heard <= schedule.verified_on
    assert all(period.newest_source is not None for period in schedule.periods)
    assert f"verified on {schedule.verified_on}, newest source {heard}>" in repr(schedule)
    assert str(schedule).endswith(
        f"last checked {for_readers(schedule.verified_on)}; newest source {for_readers(heard)}"
    )


@pytest.mark.parametrize("schedule", BY_NAME)
def test_an_authority_that_was_not_read_says_who_reports_it(schedule: seq.RateSchedule) -> None:
    for period in schedule.periods:
        for authority in period.authorities:
            if authority.reported:
                assert "(" in authority.says


def test_each_act_that_moved_the_end_is_an_authority_of_its_own() -> None:
    # PL 117-328 and 118-31 were read; of the later ones only trade letters tell.
    (moved,) = [period for period in seq.MEDICARE_FFS.periods if period.projected and period.rate]
    read = {"PL 117-328": "read", "PL 118-31": "read", "PL 119-4": "reported", "PL 119-37": "reported"}
    for act, status in {**read, "PL 119-75": "reported"}.items():
        (found,) = [authority for authority in moved.authorities if re.search(rf"{act}\b", authority.citation)]
        assert found.status == status, act


def test_the_rival_reading_of_the_end_is_told() -> None:
    projected = [period for period in seq.MEDICARE_FFS.periods if period.projected]

    assert all("Medicare-only order for fiscal year 2033" in period.note for period in projected)
    assert all(
        "Medicare-only order for fiscal year 2033" in str(seq.expected_reduction("1", on=day).period.note)
        for day in ("2033-02-28", "2033-03-01", "2033-04-01")
    )


@pytest.mark.parametrize("schedule", BY_NAME)
def test_what_is_not_settled_says_what_is_uncertain(schedule: seq.RateSchedule) -> None:
    for period in schedule.periods:
        assert period.projected == (period.status == "projected")
        if period.status is not seq.RateStatus.ORDERED:
            assert period.note


def test_special_rates_of_years_that_are_over_never_took_effect() -> None:
    # 4 %, 2.9 %, 2.25 % and 3 % stood in the law for fiscal years 2023 to 2031 and were struck before their time.
    day, last = date.fromisoformat("2022-07-01"), date.fromisoformat("2027-03-31")
    while day <= last:
        assert str(seq.MEDICARE_FFS.rate_on(day)) == "0.02"
        day += timedelta(days=7)


def test_names_of_what_is_shipped() -> None:
    assert shipped_schedule_names() == ("medicare_advantage", "medicare_ffs", "nondefense_mandatory")
    assert shipped_schedule("medicare_ffs") is seq.MEDICARE_FFS
    assert seq.MEDICARE_ADVANTAGE.name == "medicare_advantage"
    with pytest.raises(seq.InvalidSchedule, match=r"'medicare' is not a schedule\. Use one of: medicare_advantage, "):
        shipped_schedule("medicare")
