"""Build the cases of a claim: one for each service line, or one for the claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from sequestration._checking.amounts import (
    CARC_100,
    CARC_132,
    CARC_223,
    CARC_253,
    OUTSIDE_THE_BASE,
    Amounts,
    sum_adjustments,
)
from sequestration._checking.case import Case, ClaimFacts, ClaimKeys, cut_key
from sequestration._checking.deciding_date import Dates, bill_type, count_days_of_stay, count_treatments, line_days
from sequestration._checking.payer import Payer, PayerStanding
from sequestration._law.reduction import cut_cents
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule
from sequestration._money import total_if_known
from sequestration._x12.model import Adjustment, Claim, ServiceLine

__all__ = ["build_cases", "max_rounding"]

_REMARK_UNASSIGNED = "MA28"


def build_cases(claim: Claim, payer: Payer, schedule: RateSchedule, position: int | None = None) -> Iterator[Case]:
    """Yield the cases of a claim, at the level where the payer reported sequestration.

    At the claim, or at claim and lines: the claim, with the sum. At lines only: every line. Nowhere: the lines if
    their payments add up to the claim's, else the claim.

    Args:
        claim: The claim.
        payer: Its payer.
        schedule: Rates to apply.
        position: Position of the claim in its file, from 1, if known.
    """
    builder = _Builder(claim, payer, schedule, position)
    code = builder.cut_code(None)
    at_lines = any(_has(line.adjustments, code) for line in claim.lines)
    if claim.lines and not _has(claim.adjustments, code) and (at_lines or _lines_add_up(claim)):
        for line in claim.lines:
            yield builder.line_case(line)
    else:
        yield builder.claim_case()


class _Builder:
    """Builder of the cases of one claim, which finds once what they share.

    No line means the claim as a whole.
    """

    def __init__(self, claim: Claim, payer: Payer, schedule: RateSchedule, position: int | None) -> None:
        self._claim = claim
        self._payer = payer
        self._schedule = schedule
        self._dates = Dates(claim)
        self._facts = _claim_facts(claim, position, institutional=self._dates.institutional)
        self._has_model = _has(claim.adjustments, CARC_132)

    def line_case(self, line: ServiceLine) -> Case:
        """Build the case of a line."""
        amounts = self._amounts(line)
        if self._has_model:
            amounts = attrs.evolve(amounts, model=None)  # Nothing shows each line's share of this amount.
        return self._case(line, line, amounts, line.amounts_cents.get("B6"), line.remarks, line.dates.items())

    def claim_case(self) -> Case:
        """Build the case of the claim as a whole, with the adjustments of its lines."""
        lines = self._claim.lines
        allowed = total_if_known(line.amounts_cents.get("B6") for line in lines) if lines else None
        remarks = [remark for line in lines for remark in line.remarks]
        dates = [item for line in lines for item in line.dates.items()]
        return self._case(self._claim, None, self._amounts(None), allowed, remarks, dates)

    def _case(
        self,
        source: Claim | ServiceLine,
        line: ServiceLine | None,
        amounts: Amounts,
        allowed: int | None,
        remarks: Sequence[str],
        dates: Iterable[tuple[str, date | None]],
    ) -> Case:
        """Build a case: charge and payment of its source, and what its lines report."""
        lines = self._claim.lines if line is None else [line]
        every_remark = (*self._claim.remarks, *remarks)
        is_whole = line is None and not self._facts.institutional
        return Case(
            amounts=amounts,
            paid=source.paid_cents,
            charge=source.charge_cents,
            allowed=allowed,
            by_allowed=_by_allowed(allowed, amounts),
            by_charge=_by_charge(source.charge_cents, amounts),
            dates=self._dates.of(line),
            schedule=self._schedule,
            payer=self._payer,
            claim=self._facts,
            line=None if line is None else line.number,
            procedure="" if line is None else line.procedure,
            line_control_number="" if line is None else cut_key(line.control_number),
            unassigned=self._facts.unassigned
            or _REMARK_UNASSIGNED in every_remark
            or (source.paid_cents == 0 and _has(source.adjustments, CARC_100)),
            tolerance=max_rounding(len(lines)),
            line_count=len(lines),
            treatments=count_treatments(lines) if self._facts.facility_code in rules().dialysis_facilities else 0,
            remarks=every_remark,
            line_dates=tuple(dates),
            line_days=tuple(days for each in lines if (days := line_days(each))) if is_whole else (),
        )

    def cut_code(self, line: ServiceLine | None) -> str:
        """Return the reason code for sequestration: 253, or 223 in the months before it.

        A 223 counts only without a 253 beside it. A later reversal of a claim of those months repeats its 223.
        """
        facts = self._facts
        if not (facts.in_days_of_223 or (facts.is_reversal and self._is_of_days_of_223(line))):
            return CARC_253
        return CARC_253 if _has(self._adjustments(line), CARC_253) else CARC_223

    def _is_of_days_of_223(self, line: ServiceLine | None) -> bool:
        """Whether services are old enough for a first remittance of the months of 223."""
        days = [candidate.on for candidate in self._dates.of(line)]
        return any(day is not None and day <= rules().code_223_last_day for day in days)

    def _adjustments(self, line: ServiceLine | None) -> list[Adjustment]:
        return _all_adjustments(self._claim) if line is None else line.adjustments

    def _amounts(self, line: ServiceLine | None) -> Amounts:
        """Sum the adjustments.

        A reversal is not judged. So a CARC 223 that it repeats is reported as sequestration only if it has that amount.
        """
        adjustments = self._adjustments(line)
        amounts = sum_adjustments(adjustments, self.cut_code(line))
        if amounts.cut_code == CARC_223 and self._facts.is_reversal and self._payer.standing is not PayerStanding.OTHER:
            paid = (self._claim if line is None else line).paid_cents
            return amounts if self._is_cut_of(paid, amounts, line) else sum_adjustments(adjustments)
        return amounts

    def _is_cut_of(self, paid: int | None, amounts: Amounts, line: ServiceLine | None) -> bool:
        """Whether an amount is the rate's share of its base, by one of the dates."""
        if paid is None or amounts.cut is None or amounts.elsewhere is None:
            return False
        payable = paid + amounts.cut + amounts.elsewhere
        days = [candidate.on for candidate in self._dates.of(line) if candidate.on is not None]
        return any(cut_cents(payable, self._schedule.period_on(day)) == amounts.cut for day in days)


def _claim_facts(claim: Claim, position: int | None, *, institutional: bool) -> ClaimFacts:
    remittance = claim.remittance
    remitted, known = remittance.dated, rules()
    adjustments = tuple(_all_adjustments(claim))
    facility, frequency = bill_type(claim.facility_code, claim.frequency)
    return ClaimFacts(
        number=claim.control_number,
        keys=ClaimKeys.of(claim, position),
        payer=remittance.payer,
        file=remittance.file,
        remittance_date=remitted,
        is_read=True,
        is_reversal=claim.is_reversal,
        is_complete=claim.complete,
        is_damaged=claim.damaged,
        status=claim.status,
        facility_code=facility,
        frequency=frequency,
        institutional=institutional,
        unassigned=_is_unassigned(claim, adjustments),
        in_days_of_223=remitted is not None and known.code_223_first_day <= remitted <= known.code_223_last_day,
        claim_days=(claim.dates["232"], claim.dates.get("233")) if "232" in claim.dates else None,
        dates=tuple(claim.dates.items()),
        line_days=tuple([day for line in claim.lines for day in line.dates.values() if day is not None]),
        replaced_dates=claim.replaced_dates,
        days_of_stay=count_days_of_stay(claim) if institutional else 0,
        adjustments=adjustments,
        lines_add_up=_add_up(claim),
        is_adjusted=_is_adjusted(claim),
    )


def _add_up(claim: Claim) -> bool:
    """Whether charges and payments of the lines add up to those of the claim."""
    if not claim.lines:
        return True
    charged = total_if_known(line.charge_cents for line in claim.lines)
    paid = total_if_known(line.paid_cents for line in claim.lines)
    adjusted = total_if_known(item.amount_cents for item in claim.adjustments)
    if None in (charged, paid, adjusted, claim.paid_cents):
        return False
    return charged == claim.charge_cents and paid in (claim.paid_cents, (claim.paid_cents or 0) + (adjusted or 0))


def _all_adjustments(claim: Claim) -> list[Adjustment]:
    return [*claim.adjustments, *[adjustment for line in claim.lines for adjustment in line.adjustments]]


def _has(adjustments: Sequence[Adjustment], code: str) -> bool:
    """Whether a code is present with a nonzero or unreadable amount."""
    return code in [adjustment.reason for adjustment in adjustments if adjustment.amount_cents != 0]


def _lines_add_up(claim: Claim) -> bool:
    total = total_if_known(line.paid_cents for line in claim.lines)
    return total is not None and total == claim.paid_cents


def _is_adjusted(claim: Claim) -> bool:
    """Whether adjustments of the claim itself change what was payable for its lines."""
    own = [item for item in claim.adjustments if item.amount_cents and item.reason not in OUTSIDE_THE_BASE]
    return bool(own) and not _lines_add_up(claim)


def max_rounding(lines: int) -> int:
    """Cents that rounding can explain on a claim of some lines: half a cent a line."""
    return max(1, (lines + 1) // 2)


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


def _is_unassigned(claim: Claim, adjustments: Sequence[Adjustment]) -> bool:
    """Whether the claim shows that the patient is paid, not the provider.

    The signs are PR 45 anywhere in the claim, remark MA28 in MOA, and CARC 100 if the provider is paid nothing.
    """
    if _REMARK_UNASSIGNED in claim.remarks or (claim.paid_cents == 0 and _has(adjustments, CARC_100)):
        return True
    return _has([adjustment for adjustment in adjustments if adjustment.group == "PR"], "45")
