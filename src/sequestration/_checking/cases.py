"""Build the cases of a claim: one for each service line, or one for the claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from sequestration._checking.amounts import CARC_100, CARC_132, CARC_223, CARC_253, Amounts, sum_adjustments
from sequestration._checking.case import Case, Subject
from sequestration._checking.dates import Dates, line_days
from sequestration._checking.payer import Payer, PayerStanding
from sequestration._law.reduction import cut_cents
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule
from sequestration._money import total_if_known
from sequestration._x12.model import Adjustment, Claim, ServiceLine

__all__ = ["build_cases", "max_rounding"]

_REMARK_UNASSIGNED = "MA28"


def build_cases(claim: Claim, payer: Payer, schedule: RateSchedule) -> Iterator[Case]:
    """Yield the cases of a claim, at the level where the payer reported sequestration.

    At the claim, or at claim and lines: the claim, with the sum. At lines only: every line. Nowhere: the lines if
    their payments add up to the claim's, else the claim.
    """
    dates, unassigned = Dates(claim), _is_unassigned(claim)
    code = _cut_code(claim, dates)
    at_claim = _has(claim.adjustments, code)
    at_lines = any(_has(line.adjustments, code) for line in claim.lines)
    if claim.lines and not at_claim and (at_lines or _lines_add_up(claim)):
        places: Sequence[ServiceLine | None] = claim.lines
    else:
        places = [None]
    for line in places:
        yield _build_case(claim, line, payer, schedule, dates, unassigned=unassigned)


def _cut_code(claim: Claim, dates: Dates, line: ServiceLine | None = None) -> str:
    """The reason code for sequestration: 253, or 223 in the months before it.

    A 223 counts only without a 253 beside it. A later reversal of a claim of those months repeats its 223.
    """
    if not (_is_in_days_of_223(claim) or (claim.is_reversal and _served_in_days_of_223(dates, line))):
        return CARC_253
    places = _adjusted_places(claim, line)
    return CARC_253 if any(_has(adjustments, CARC_253) for adjustments in places) else CARC_223


def _served_in_days_of_223(dates: Dates, line: ServiceLine | None) -> bool:
    """Whether services are old enough for a first remittance of the months of 223."""
    days = [reading.on for reading in dates.of(line)]
    return any(day is not None and day <= rules().code_223_last_day for day in days)


def _adjusted_places(claim: Claim, line: ServiceLine | None = None) -> list[list[Adjustment]]:
    """The adjustments of a line or, without one, of the claim and each of its lines."""
    return [line.adjustments] if line is not None else [claim.adjustments, *(each.adjustments for each in claim.lines)]


def _has(adjustments: list[Adjustment], code: str) -> bool:
    """Whether a code is present with a nonzero or unreadable amount."""
    return any(adjustment.reason == code and adjustment.amount_cents != 0 for adjustment in adjustments)


def _lines_add_up(claim: Claim) -> bool:
    total = total_if_known(line.paid_cents for line in claim.lines)
    return total is not None and total == claim.paid_cents


def _build_case(
    claim: Claim, line: ServiceLine | None, payer: Payer, schedule: RateSchedule, dates: Dates, *, unassigned: bool
) -> Case:
    """Build the case of a line or, without one, of the claim.

    The case of a claim has the adjustments of its lines, too.
    """
    subject, lines = (claim, claim.lines) if line is None else (line, [line])
    amounts = _amounts(claim, line, payer, schedule, dates)
    remarks = (*claim.remarks, *(remark for each in lines for remark in each.remarks))
    allowed = _allowed(lines)
    return Case(
        amounts=amounts,
        paid=subject.paid_cents,
        charge=subject.charge_cents,
        allowed=allowed,
        by_allowed=_by_allowed(allowed, amounts),
        by_charge=_by_charge(subject.charge_cents, amounts),
        dates=dates.of(line),
        schedule=schedule,
        payer=payer,
        subject=_subject(claim, line),
        is_claim=True,
        is_reversal=claim.is_reversal,
        is_complete=claim.complete,
        claim_status=claim.status,
        facility_code=claim.facility_code,
        frequency=claim.frequency,
        institutional=dates.institutional,
        unassigned=unassigned or _REMARK_UNASSIGNED in remarks,
        in_days_of_223=_is_in_days_of_223(claim),
        tolerance=max_rounding(len(lines)),
        line_count=len(lines),
        remarks=remarks,
        reported_dates=(*claim.dates.items(), *(item for each in lines for item in each.dates.items())),
        line_days=_line_days(lines) if line is None and not dates.institutional else (),
        claim_days=(claim.dates["232"], claim.dates.get("233")) if "232" in claim.dates else None,
    )


def _subject(claim: Claim, line: ServiceLine | None) -> Subject:
    remittance = claim.remittance
    return Subject(
        claim=claim.control_number,
        line=None if line is None else line.number,
        procedure="" if line is None else line.procedure,
        payer=remittance.payer,
        remittance_date=remittance.dated,
        file=remittance.file,
    )


def _line_days(lines: Sequence[ServiceLine]) -> tuple[tuple[date | None, ...], ...]:
    return tuple(days for line in lines if (days := line_days(line)))


def _amounts(claim: Claim, line: ServiceLine | None, payer: Payer, schedule: RateSchedule, dates: Dates) -> Amounts:
    """Sum the adjustments of a line, or of the claim and all its lines.

    A reversal is not judged. So a CARC 223 that it repeats is reported as sequestration only if it has that amount.
    """
    adjustments = [each for group in _adjusted_places(claim, line) for each in group]
    amounts = sum_adjustments(adjustments, _cut_code(claim, dates, line))
    judged_as_reversal = claim.is_reversal and payer.standing is not PayerStanding.OTHER
    if judged_as_reversal and amounts.cut_code == CARC_223 and not _is_a_cut(claim, line, amounts, schedule, dates):
        amounts = sum_adjustments(adjustments)
    if line is not None and _has(claim.adjustments, CARC_132):
        amounts = attrs.evolve(amounts, model=None)  # Nothing shows each line's share of this amount.
    return amounts


def _is_a_cut(claim: Claim, line: ServiceLine | None, amounts: Amounts, schedule: RateSchedule, dates: Dates) -> bool:
    """Whether an amount is the rate's share of its base, by one of the dates."""
    paid = (claim if line is None else line).paid_cents
    if paid is None or amounts.cut is None or amounts.elsewhere is None:
        return False
    payable = paid + amounts.cut + amounts.elsewhere
    days = [candidate.on for candidate in dates.of(line) if candidate.on is not None]
    return any(cut_cents(payable, schedule.period_on(day)) == amounts.cut for day in days)


def max_rounding(lines: int) -> int:
    """Cents that rounding can explain on a claim of some lines: half a cent a line."""
    return max(1, (lines + 1) // 2)


def _allowed(lines: Sequence[ServiceLine]) -> int | None:
    """Sum of the allowed amounts of lines; None if there are none or one is missing."""
    return total_if_known(line.amounts_cents.get("B6") for line in lines) if lines else None


def _by_allowed(allowed: int | None, amounts: Amounts) -> int | None:
    """Payable amount from the allowed amount; None after a primary payer.

    This amount does not depend on the sequestration.
    """
    if allowed is None or amounts.others is None or amounts.primary is not None:
        return None
    return allowed - amounts.share - amounts.before


def _by_charge(charge: int | None, amounts: Amounts) -> int | None:
    """Payable amount from the charge and all adjustments but sequestration.

    Money paid elsewhere is left out as well.
    """
    if charge is None or amounts.others is None:
        return None
    return charge - amounts.others


def _is_unassigned(claim: Claim) -> bool:
    """Signs of an unassigned claim: CARC 100 or PR 45 anywhere, remark MA28 in MOA.

    Then Medicare pays the patient and not the provider.
    """
    places = _adjusted_places(claim)
    signs = any(_has(place, CARC_100) or _has_patient_contractual(place) for place in places)
    return signs or _REMARK_UNASSIGNED in claim.remarks


def _has_patient_contractual(adjustments: list[Adjustment]) -> bool:
    return any(found.group == "PR" and found.reason == "45" and found.amount_cents != 0 for found in adjustments)


def _is_in_days_of_223(claim: Claim) -> bool:
    """Whether a claim's remittance dates from the months when CARC 223 was used."""
    day, known = claim.remittance.dated, rules()
    return day is not None and known.code_223_first_day <= day <= known.code_223_last_day
