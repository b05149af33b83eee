"""Fast path: recognize claims whose sequestration is clearly correct.

It builds no cases. A claim is plain if each of its lines has one date, balances, has no code that affects the
base, and shows exactly the amount due. Every other claim goes to the judge, which reaches the same verdicts for
plain claims; a test compares the two.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import attrs

from sequestration._audit.ledger import EnteredClaim
from sequestration._checking.deciding_date import has_drg
from sequestration._checking.judge import REMARK_PAYMENT_MODEL
from sequestration._law.rules import is_before_medicare, is_null_date, rules
from sequestration._law.schedule import RateSchedule
from sequestration._x12.model import Claim

__all__ = ["FastPath"]


_MAX_DAYS = 20_000  # More than fifty years.


class FastPath:
    """Counts of the plain claims of a transaction, and their sequestration by month."""

    def __init__(self, schedule: RateSchedule) -> None:
        self._correct = 0
        self._nothing_due = 0
        self._days = _Days(schedule)

    def take(self, claim: Claim, entered: EnteredClaim) -> tuple[int, int] | None:
        """Count a Medicare claim if it is plain.

        Return the number of its 253s and their sum in whole cents, or None if the claim is not plain; then nothing
        is counted.
        """
        if claim.status == "22" or not claim.complete or REMARK_PAYMENT_MODEL in claim.remarks:
            return None
        cuts = _at_lines(claim, entered, self._days) if claim.lines else _at_claim(claim, entered, self._days)
        if cuts is None:
            return None
        total = 0
        for day, cents in cuts:
            day.month.cents += cents
            total += cents
        count = len(cuts)
        self._correct += count
        self._nothing_due += (len(claim.lines) or 1) - count
        return count, total

    def close(self) -> tuple[int, int, dict[str, int]]:
        """End a transaction and return its counts and sums.

        They are the numbers of correct lines and of lines with none due, and whole cents by month.
        """
        closed = self._correct, self._nothing_due, self._days.close()
        self._correct = self._nothing_due = 0
        return closed


@attrs.define(eq=False)
class _Month:
    """A month (YYYY-MM) and the sequestration of its days in the open transaction."""

    name: str
    cents: int = 0


@attrs.define(eq=False)
class _Day:
    """A day with its month and its rate as a fraction.

    The denominator is even, so that half of it is whole. The nearest cent of an amount's share is
    ``(amount * numerator + half) // denominator``.
    """

    month: _Month
    numerator: int
    denominator: int
    half: int


class _Days(dict[date, _Day | None]):
    """Days of a file, each with its rate looked up once.

    None for a projected rate, and for a day after very many others: the judge, which sums by month, takes such a
    claim.
    """

    def __init__(self, schedule: RateSchedule) -> None:
        super().__init__()
        self._schedule = schedule
        self._months: dict[str, _Month] = {}

    def close(self) -> dict[str, int]:
        """Sequestration of each month in whole cents, which begins again at zero."""
        sums: dict[str, int] = {}
        for name, month in self._months.items():
            if month.cents:
                sums[name], month.cents = month.cents, 0
        return sums

    def __missing__(self, on: date) -> _Day | None:
        if len(self) >= _MAX_DAYS:
            return None
        period = self._schedule.period_on(on)
        numerator, denominator = period.ratio
        name = f"{on:%Y-%m}"
        month = self._months.setdefault(name, _Month(name))
        found = None
        if not (period.projected or is_null_date(on) or is_before_medicare(on)):
            found = _Day(month, 2 * numerator, 2 * denominator, denominator)
        self[on] = found
        return found


_RightCuts: TypeAlias = list[tuple[_Day, int]]
"""The correct sequestration amounts of a claim with their days; empty if nothing was due."""


def _at_lines(claim: Claim, entered: EnteredClaim, days: _Days) -> _RightCuts | None:
    """A professional claim with all adjustments at its lines."""
    if claim.adjustments or claim.inpatient_segment or claim.institutional_group or claim.drg or claim.plan == "MA":
        return None
    cuts: _RightCuts = []
    charges = payments = 0
    for place, line in enumerate(claim.lines, 1):
        total, cut, plain, _ = entered[place]
        on = line.dates.get("472")
        charge, paid = line.charge_cents, line.paid_cents
        if not plain or on is None or charge is None or paid is None or charge != paid + total:
            return None
        # Revenue codes and other types of procedure code may be those of an institution.
        if line.revenue_code or line.qualifier != "HC" or (line.remarks and REMARK_PAYMENT_MODEL in line.remarks):
            return None
        if cut or paid > 0:  # The one rounding rule, written out because this is the hot path.
            day = days[on]
            if day is None or paid <= 0 or cut < 0:
                return None
            if ((paid + cut) * day.numerator + day.half) // day.denominator != cut:
                return None
            if cut:
                cuts.append((day, cut))
        charges += charge
        payments += paid
    return cuts if charges == claim.charge_cents and payments == claim.paid_cents else None


def _at_claim(claim: Claim, entered: EnteredClaim, days: _Days) -> _RightCuts | None:
    """An institutional claim without lines, by its through date."""
    on, charge, paid = claim.dates.get("233"), claim.charge_cents, claim.paid_cents
    total, cut, plain, _ = entered[0]
    if not plain or on is None or charge is None or paid is None or charge != paid + total:
        return None
    if not (claim.plan == "MA" or claim.inpatient_segment or claim.institutional_group or has_drg(claim)):
        return None
    if claim.facility_code in rules().doubtful_stay_facilities:
        return None
    if not cut and paid <= 0:
        return []
    day = days[on]
    if day is None or paid <= 0 or cut < 0:
        return None
    if ((paid + cut) * day.numerator + day.half) // day.denominator != cut:
        return None
    return [(day, cut)] if cut else []
