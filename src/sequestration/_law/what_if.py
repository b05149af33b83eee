"""Assume another rate for some days of a schedule (what-if)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import attrs

from sequestration._law.periods import RatePeriod, RateStatus, percent, rate_of
from sequestration._money import EXACT
from sequestration._provenance import Authority

__all__ = ["Assumption", "Stacking"]

_ONE_DAY = timedelta(days=1)
_WHOLE = Decimal(1)


class Stacking(StrEnum):
    """Ways to combine the rate of a what-if with the rate of the law."""

    ADD = "add"
    """Both rates apply to the same payable amount: 2% and 4% make 6%."""
    COMPOUND = "compound"
    """One rate applies to what the other leaves: 2% and 4% make 5.92%."""
    REPLACE = "replace"
    """Only the new rate applies."""


@attrs.frozen(kw_only=True)
class Assumption:
    """A rate that is assumed for some days.

    `where` names the schedule in errors.
    """

    first_day: date
    last_day: date | None
    rate: Decimal
    stacking: Stacking
    note: str
    where: str

    def apply(self, periods: Iterable[RatePeriod]) -> list[RatePeriod]:
        """The periods with the assumed rate on its days; raises `InvalidSchedule`."""
        return [part for period in periods for part in self._split(period)]

    def _split(self, period: RatePeriod) -> list[RatePeriod]:
        """The parts of a period before, within and after the days."""
        first, last, start, end = self.first_day, self.last_day, period.first_day, period.last_day
        if (end is not None and end < first) or (last is not None and start is not None and start > last):
            return [period]
        begins_before = first > (start or date.min)
        parts = [attrs.evolve(period, last_day=first - _ONE_DAY)] if begins_before else []
        ends_after = last is not None and (end is None or end > last)
        within = attrs.evolve(period, first_day=first if begins_before else start, last_day=last if ends_after else end)
        parts.append(self._change(within))
        if last is not None and ends_after:
            parts.append(attrs.evolve(period, first_day=last + _ONE_DAY))
        return parts

    def _change(self, period: RatePeriod) -> RatePeriod:
        """A period with the assumed rate, and what it rests on."""
        authority = Authority("what-if", f"assumed rate: {percent(self.rate)}, stacking {self.stacking}")
        projected = "the law's own rate for these days is projected" if period.projected else ""
        return attrs.evolve(
            period,
            rate=rate_of(self._stacked_on(period.rate), self.where),
            status=RateStatus.WHAT_IF,
            authorities=(*period.authorities, authority),
            note="; ".join(part for part in (self.note, projected) if part),
        )

    def _stacked_on(self, rate: Decimal) -> Decimal:
        if self.stacking is Stacking.ADD:
            return EXACT.add(rate, self.rate)
        if self.stacking is Stacking.COMPOUND:
            left = EXACT.multiply(EXACT.subtract(_WHOLE, rate), EXACT.subtract(_WHOLE, self.rate))
            return EXACT.subtract(_WHOLE, left)
        return self.rate
