"""A schedule as whole numbers: days of change, and all rates over one denominator."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import lcm

import attrs

from sequestration._errors import InvalidSchedule
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule

__all__ = ["MAX_CENTS", "Law", "service_days"]

MAX_CENTS = 9_000_000_000_000_000
"""Every amount up to this one, in whole cents, is exact in every engine: doubles hold whole numbers up to here."""

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
        denominator = lcm(2, *(period.ratio[1] for period in schedule.periods))
        if denominator > _MAX_DENOMINATOR:
            raise InvalidSchedule(
                f"{schedule.name}: a rate has more than nine decimal places, which is too many for a frame"
            )
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

    @property
    def by_month(self) -> Law:
        """The rates for payments that go by the first day of their month."""
        return attrs.evolve(self, edges=tuple(_first_of_month(edge) for edge in self.edges))

    @property
    def fits_at_once(self) -> bool:
        """Whether the largest amount times a rate stays within 64 bits."""
        return MAX_CENTS * max(self.numerators) + self.denominator <= _MAX_AT_ONCE

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


def _first_of_month(day: date) -> date:
    """The first day of a month on or after `day`; months from then on have its rate."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=31)).replace(day=1)
