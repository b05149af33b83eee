"""Build the cases of a claim: one for each service line, or one for the claim."""

from __future__ import annotations

from sequestration._checking.amounts import CARC_132, CARC_223, CARC_253, Amounts, has_code, sum_adjustments
from sequestration._checking.case import Case, ClaimFacts, all_adjustments, payments_add_up
from sequestration._checking.deciding_date import Dates
from sequestration._checking.payer import Payer, PayerStanding
from sequestration._law.reduction import cut_cents
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule
from sequestration._money import total_if_known
from sequestration._x12.model import Adjustment, Claim, ServiceLine

__all__ = ["build_cases"]


def build_cases(claim: Claim, payer: Payer, schedule: RateSchedule, position: int | None = None) -> list[Case]:
    """Build the cases of a claim, at the level where the payer reported sequestration.

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
    if claim.lines and not has_code(claim.adjustments, code):
        at_lines = any(has_code(line.adjustments, code) for line in claim.lines)
        if at_lines or payments_add_up(claim):
            return [builder.line_case(line) for line in claim.lines]
    return [builder.claim_case()]


class _Builder:
    """Builder of the cases of one claim, which finds once what they share.

    No line means the claim as a whole.
    """

    def __init__(self, claim: Claim, payer: Payer, schedule: RateSchedule, position: int | None) -> None:
        remitted, known = claim.remittance.dated, rules()
        in_days_of_223 = remitted is not None and known.code_223_first_day <= remitted <= known.code_223_last_day
        self._claim = claim
        self._payer = payer
        self._schedule = schedule
        self._dates = Dates(claim)
        self._facts = ClaimFacts(claim, position, self._dates.institutional, claim.is_reversal, in_days_of_223)
        self._has_model = has_code(claim.adjustments, CARC_132)

    def line_case(self, line: ServiceLine) -> Case:
        """Build the case of a line."""
        amounts = self._amounts(line)
        if self._has_model:
            amounts.model = None  # Nothing shows each line's share of this amount.
        return self._case(line, line, amounts, line.amounts_cents.get("B6"))

    def claim_case(self) -> Case:
        """Build the case of the claim as a whole, with the adjustments of its lines."""
        lines = self._claim.lines
        allowed = total_if_known(line.amounts_cents.get("B6") for line in lines) if lines else None
        return self._case(self._claim, None, self._amounts(None), allowed)

    def _case(
        self, source: Claim | ServiceLine, line: ServiceLine | None, amounts: Amounts, allowed: int | None
    ) -> Case:
        """Build a case: charge and payment of its source, and what its lines report."""
        charge = source.charge_cents
        return Case(
            amounts,
            source.paid_cents,
            charge,
            allowed,
            _by_allowed(allowed, amounts),
            _by_charge(charge, amounts),
            self._dates.of(line),
            self._schedule,
            self._payer,
            self._facts,
            line,
        )

    def cut_code(self, line: ServiceLine | None) -> str:
        """Return the reason code for sequestration: 253, or 223 in the months before it.

        A 223 counts only without a 253 beside it. A later reversal of a claim of those months repeats its 223.
        """
        facts = self._facts
        if not (facts.in_days_of_223 or (facts.is_reversal and self._is_of_days_of_223(line))):
            return CARC_253
        return CARC_253 if has_code(self._adjustments(line), CARC_253) else CARC_223

    def _is_of_days_of_223(self, line: ServiceLine | None) -> bool:
        """Whether services are old enough for a first remittance of the months of 223."""
        days = [candidate.on for candidate in self._dates.of(line)]
        return any(day is not None and day <= rules().code_223_last_day for day in days)

    def _adjustments(self, line: ServiceLine | None) -> list[Adjustment]:
        return all_adjustments(self._claim) if line is None else line.adjustments

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
