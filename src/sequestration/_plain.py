"""Claims that are plainly right, told at a glance: most are, and the judge need not weigh them.

A claim is plain when every place of it has one date, an amount in balance, no code that bears on the base
of the cut, and just the cut that is due. Whatever is not plain goes to the judge, which finds the same
verdicts for the plain ones, too; a test holds them together.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import attrs

from sequestration._judge import MODEL_REMARK
from sequestration._ledger import EnteredClaim, EnteredPlace
from sequestration._remittance import Claim
from sequestration._schedule import RateSchedule
from sequestration._settings import settings

__all__ = ["Day", "Days", "Glance", "glance"]


@attrs.define(eq=False)
class Day:
    """A day on which something was due or not: its rate as a fraction, and the cuts taken by it in whole cents."""

    numerator: int
    denominator: int
    cents: int = 0


class Days(dict[date, Day | None]):
    """The days of a file, each with its rate found once; None where the rate is a projection."""

    def __init__(self, schedule: RateSchedule) -> None:
        super().__init__()
        self._schedule = schedule

    def __missing__(self, on: date) -> Day | None:
        period = self._schedule.period_on(on)
        found = self[on] = None if period.projected else Day(*period.ratio)
        return found


Glance: TypeAlias = list[tuple[Day, int]]
"""The right cuts of a claim, each with its day; where nothing was due there is none."""


def glance(claim: Claim, entered: EnteredClaim, days: Days) -> Glance | None:
    """The cuts of a claim of fee-for-service Medicare if all of it is plainly right; None if it is not plain."""
    if claim.status == "22" or not claim.complete or MODEL_REMARK in claim.remarks:
        return None
    if claim.lines:
        return _at_lines(claim, entered.at_lines, days)
    return _at_claim(claim, entered.at_claim, days)


def _at_lines(claim: Claim, places: list[EnteredPlace], days: Days) -> Glance | None:
    """A professional claim with all its adjustments at its lines."""
    if claim.adjustments or claim.inpatient_segment or claim.institutional_group or claim.plan == "MA":
        return None
    cuts: Glance = []
    charges = payments = 0
    for line, (total, cut, plain) in zip(claim.lines, places, strict=True):
        on = line.dates.get("472")
        charge, paid = line.charge_cents, line.paid_cents
        if not plain or on is None or charge is None or paid is None or charge != paid + total:
            return None
        if line.revenue_code or line.qualifier == "NU" or (line.remarks and MODEL_REMARK in line.remarks):
            return None
        if cut or paid > 0:  # the one rounding rule, written out: this is the hot path
            day = days[on]
            if day is None or paid <= 0 or cut < 0:
                return None
            denominator = day.denominator
            if (2 * (paid + cut) * day.numerator + denominator) // (2 * denominator) != cut:
                return None
            if cut:
                cuts.append((day, cut))
        charges += charge
        payments += paid
    return cuts if charges == claim.charge_cents and payments == claim.paid_cents else None


def _at_claim(claim: Claim, place: EnteredPlace, days: Days) -> Glance | None:
    """An institution's claim without lines, by its through date."""
    on, charge, paid = claim.dates.get("233"), claim.charge_cents, claim.paid_cents
    total, cut, plain = place
    if not plain or on is None or charge is None or paid is None or charge != paid + total:
        return None
    if not (claim.plan == "MA" or claim.inpatient_segment or claim.institutional_group):
        return None
    if claim.facility_code in settings().doubtful_stay_facilities:
        return None
    if not cut and paid <= 0:
        return []
    day = days[on]
    if day is None or paid <= 0 or cut < 0:
        return None
    if (2 * (paid + cut) * day.numerator + day.denominator) // (2 * day.denominator) != cut:
        return None
    return [(day, cut)] if cut else []
