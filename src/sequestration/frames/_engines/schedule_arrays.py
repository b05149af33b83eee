"""A schedule as whole numbers: days of change, and all rates over one denominator."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import lcm

import attrs
from dateutil.relativedelta import relativedelta

from sequestration._checking.mistakes import Evidence, other_rates
from sequestration._errors import InvalidSchedule
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule

__all__ = ["MAX_CENTS", "Law", "service_days"]

MAX_CENTS = 2**53 - 1
"""The largest amount in whole cents, in every engine and of every kind: doubles hold each whole number up to here.

A larger number, such as the largest of 64 bits, is taken for a sign of something else and not for an amount.
"""

_MAX_DENOMINATOR = 10**9  # With this limit, the products of a remainder stay within 64 bits.
_MAX_AT_ONCE = 2**63 - 1


@attrs.frozen
class Law:
    """Rates by day.

    `numerators[0]` applies before the first of `edges`, `numerators[1]` from that day on, and so on. The
    denominator is even, so that half of it is a whole number.
    """

    edges: tuple[date, ...]
    numerators: tuple[int, ...]
    denominator: int

    @classmethod
    def of(cls, schedule: RateSchedule) -> Law:
        """The rates of a schedule; periods that differ only in status are merged.

        Raises `InvalidSchedule` for rates with more places than 64-bit arithmetic allows.
        """
        denominator = _denominator(schedule)
        steps = [
            (later.first_day, later.ratio)
            for earlier, later in pairwise(schedule.periods)
            if later.rate != earlier.rate and later.first_day is not None
        ]
        ratios = [schedule.periods[0].ratio, *(ratio for _, ratio in steps)]
        return cls(
            tuple(day for day, _ in steps),
            tuple(numerator * (denominator // own) for numerator, own in ratios),
            denominator,
        )

    @classmethod
    def of_projection(cls, schedule: RateSchedule) -> Law:
        """One where a schedule is only projected, and zero elsewhere."""
        steps = [
            (later.first_day, int(later.projected))
            for earlier, later in pairwise(schedule.periods)
            if later.projected != earlier.projected and later.first_day is not None
        ]
        numerators = (int(schedule.periods[0].projected), *(numerator for _, numerator in steps))
        return cls(tuple(day for day, _ in steps), numerators, 2)

    @classmethod
    def of_other_rates(cls, schedule: RateSchedule) -> tuple[Law, ...]:
        """Each rate where it may be mistaken for the rate of a day, and zero elsewhere.

        The days are those of `other_rates`, which explains one amount.
        """
        starts = _days_of_new_mistakes(schedule)
        days = [starts[0] - timedelta(1), *starts] if starts else [service_days()[0]]
        mistaken = [_mistaken_rates(schedule, day) for day in days]
        denominator = _denominator(schedule)
        laws = []
        for numerator, own in sorted({ratio for ratios in mistaken for ratio in ratios}):
            there = numerator * (denominator // own)
            numerators = [there if (numerator, own) in ratios else 0 for ratios in mistaken]
            changes = [place for place in range(1, len(days)) if numerators[place] != numerators[place - 1]]
            edges, then = [days[place] for place in changes], [numerators[place] for place in changes]
            laws.append(cls(tuple(edges), (numerators[0], *then), denominator))
        return tuple(laws)

    @property
    def by_month(self) -> Law:
        """The rates for payments that go by the first day of their month."""
        return attrs.evolve(self, edges=tuple(_first_of_month(edge) for edge in self.edges))

    @property
    def fits_at_once(self) -> bool:
        """Whether the largest amount times a rate stays within 64 bits."""
        return MAX_CENTS * max(self.numerators) + self.denominator <= _MAX_AT_ONCE

    @property
    def compares_at_once(self) -> bool:
        """Whether amounts can be compared with a rate's share of others in 64 bits.

        Twice the products are compared, and the other amount is a sum of up to four.
        """
        return 2 * MAX_CENTS * (4 * max(self.numerators) + self.denominator) <= _MAX_AT_ONCE

    @property
    def takes_all(self) -> bool:
        """Whether some rate is 1, so that a payment says nothing about the payable amount."""
        return self.denominator in self.numerators


@cache
def service_days() -> tuple[date, tuple[date, ...]]:
    """The first day of Medicare, and later days that are null dates.

    A null date is one that CMS writes for a missing date.
    """
    known = rules()
    return known.medicare_first_day, tuple(sorted(day for day in known.null_dates if day >= known.medicare_first_day))


def _denominator(schedule: RateSchedule) -> int:
    """The even denominator of all rates; raises `InvalidSchedule` if it is too large."""
    found = lcm(2, *(period.ratio[1] for period in schedule.periods))
    if found > _MAX_DENOMINATOR:
        raise InvalidSchedule(
            f"{schedule.name}: a rate has more than nine decimal places, which is too many for a frame"
        )
    return found


def _days_of_new_mistakes(schedule: RateSchedule) -> list[date]:
    """Days from which other rates may be mistaken for the day's own.

    They are those on which the rate changes, and those a year before; a year from February 28 and 29 is one day.
    """
    changes = [period.first_day for period in schedule.periods if period.first_day is not None]
    a_year_before = [day - relativedelta(years=1) for day in changes if day.year > 1]
    return sorted({*changes, *a_year_before, *(day + timedelta(1) for day in a_year_before)})


def _mistaken_rates(schedule: RateSchedule, day: date) -> set[tuple[int, int]]:
    """Rates, as numerator and denominator, that may be mistaken for that of a day."""
    period = schedule.period_on(day)
    facts = Evidence(schedule=schedule, period=period, on=day, reported=0, expected=0, payable=0)
    return {other.ratio for other in other_rates(facts)}


def _first_of_month(day: date) -> date:
    """The first day of a month on or after `day`; months from then on have its rate."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=31)).replace(day=1)
