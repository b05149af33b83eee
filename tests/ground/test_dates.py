"""Calendar dates out of honest input, and a clear error for all else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

import sequestration as seq
from sequestration._dates import as_date, for_readers

MIDNIGHT = datetime.fromisoformat("2022-05-10T00:00:00")


@pytest.mark.parametrize("day", ["2022-05-10", "20220510", date(2022, 5, 10), MIDNIGHT])
def test_dates_are_read(day: date | str) -> None:
    found = as_date(day)

    assert found == date(2022, 5, 10)
    assert type(found) is date


class _NotATime(datetime):
    """Like pandas' NaT: a datetime that equals nothing, itself included."""

    __hash__ = datetime.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True


class _Timestamp(datetime):
    """Like pandas' Timestamp: it knows nanoseconds besides."""

    nanosecond = 1


def rate_on(day: object) -> object:
    return seq.MEDICARE_FFS.rate_on(day)  # type: ignore[arg-type]


def reduced_on(day: object) -> object:
    return seq.expected_reduction("40", on=day)  # type: ignore[arg-type]


def decided_by(day: object) -> object:
    return seq.deciding_date("inpatient", through_date=day)  # type: ignore[arg-type]


def checked_on(day: object) -> object:
    return seq.check_adjustment(reported="0.80", paid="39.20", on=day)  # type: ignore[arg-type]


def assumed_from(day: object) -> object:
    return seq.MEDICARE_FFS.what_if(first_day=day, rate="0.04")  # type: ignore[arg-type]


TAKE_A_DAY = [rate_on, reduced_on, decided_by, checked_on, assumed_from]


@pytest.mark.parametrize("take", TAKE_A_DAY)
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("2022-13-01", "No such day exists"),
        ("2022-02-30", "No such day exists"),
        ("2021-02-29", "No such day exists"),
        ("0000-01-01", "No such day exists"),
        ("20221301", "No such day exists"),
        ("", "YYYY-MM-DD"),
        (" ", "YYYY-MM-DD"),
        ("2022-5-1", "YYYY-MM-DD"),
        ("05/10/2022", "YYYY-MM-DD"),
        ("220510", "YYYY-MM-DD"),
        ("2022-0510", "YYYY-MM-DD"),
        ("2022-05-10T00:00:00", "YYYY-MM-DD"),
        ("2022-05-10\n", "YYYY-MM-DD"),
        ("2022_05_10", "YYYY-MM-DD"),
        ("\uff12\uff10\uff12\uff12-05-10", "YYYY-MM-DD"),
        pytest.param("2" * 1000, "YYYY-MM-DD", id="a thousand digits"),
        (MIDNIGHT.replace(tzinfo=UTC), "time zone"),
        (MIDNIGHT + timedelta(hours=9), "has a time of day"),
        (MIDNIGHT + timedelta(microseconds=1), "has a time of day"),
        (_Timestamp.fromisoformat("2022-05-10T00:00:00"), "has a time of day"),
        (_NotATime.fromisoformat("2022-05-10T00:00:00"), r"^The date is missing \(NaT\)\.$"),
    ],
)
def test_what_is_no_day_is_refused(take: Callable[[object], object], wrong: object, says: str) -> None:
    with pytest.raises(seq.InvalidDate, match=says) as caught:
        take(wrong)

    assert not isinstance(caught.value, TypeError)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("take", [rate_on, reduced_on, checked_on, assumed_from])
@pytest.mark.parametrize("wrong", [None, 20220510, 20220510.0, True, b"2022-05-10", ("2022", "05", "10"), timedelta(1)])
def test_another_type_is_no_day(take: Callable[[object], object], wrong: object) -> None:
    with pytest.raises(seq.InvalidDateType, match=f"not {type(wrong).__name__}") as caught:
        take(wrong)

    assert isinstance(caught.value, TypeError)


def test_the_months_for_readers() -> None:
    months = [for_readers(date(2025, month, 5)) for month in range(1, 13)]

    assert months == [f"{day:%b} 5, 2025" for day in (date(2025, month, 1) for month in range(1, 13))]
    assert months[0] == "Jan 5, 2025"
