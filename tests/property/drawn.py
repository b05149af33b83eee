"""What the properties are tried on: amounts, days, rates, schedules."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

import sequestration as seq
from tests.property import oracle

LARGEST = 10**20 - 1  # cents

cents = st.one_of(st.integers(-100_000, 100_000), st.integers(-LARGEST, LARGEST))
days = st.dates(date.fromisoformat("2012-01-01"), date.fromisoformat("2035-12-31"))
any_day = st.one_of(days, st.dates())


@st.composite
def rates(draw: st.DrawFn, most: str = "1") -> str:
    """A rate from nothing to `most`, as text with up to eight decimals."""
    places = draw(st.integers(1, 8))
    return f"{Decimal(draw(st.integers(0, int(Decimal(most).scaleb(places))))).scaleb(-places):f}"


@st.composite
def schedules(draw: st.DrawFn) -> seq.RateSchedule:
    """A schedule of one to eight periods, next ones of the same rate among them."""
    firsts = sorted(draw(st.sets(days, max_size=7)))
    few = draw(st.lists(rates(), min_size=1, max_size=3))
    records = []
    for first, after in zip([None, *firsts], [*firsts, None], strict=True):
        last = None if after is None else after - timedelta(days=1)
        records.append(record(draw(st.sampled_from(few)), first, last))
    return seq.RateSchedule.from_records(records)


def record(rate: str, first_day: date | None = None, last_day: date | None = None) -> dict[str, Any]:
    return {
        "first_day": first_day,
        "last_day": last_day,
        "rate": rate,
        "status": "ordered",
        "authorities": [{"citation": "property", "says": "made up"}],
        "verified_on": "2026-11-23",
    }


def schedule_of(rate: str) -> seq.RateSchedule:
    """One rate on every day."""
    return seq.RateSchedule.from_records([record(rate)])


def dollars(number: int) -> Decimal:
    """Dollars of whole cents, as anybody would write them."""
    return Decimal(oracle.dollars(number))
