"""The one judge: what is known of a place, and what the law makes of it.

A place is a service line, or a claim where the payer put the cut there. Every rule errs on the side of
silence: a hard verdict needs proof, for a false one accuses a payer or tells a provider to pay back.
All amounts here are whole cents.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from sequestration._amounts import CUT, CUT_BEFORE_253, MEANT_OTHERWISE, Amounts, weigh
from sequestration._deciding import DateReading, days_of_line
from sequestration._findings import Explanation, ExplanationCode, Verdict
from sequestration._payer import Payer, Standing
from sequestration._periods import RatePeriod
from sequestration._reduction import cut_of
from sequestration._remittance import Claim, ServiceLine
from sequestration._schedule import RateSchedule
from sequestration._settings import settings
from sequestration._values import as_dollars

__all__ = ["MODEL_REMARK", "Case", "Judgement", "forgive_spreading", "in_days_of_223"]

_NOTHING_PAID = frozenset(("4", "23", "25"))  # CLP02: denied, not ours and sent on, an estimate only
MODEL_REMARK = "N83"
_AGREES = (Verdict.CORRECT, Verdict.NOTHING_DUE)


@attrs.define(eq=False)
class Case:
    """What is known of a place; an amount is None where it could not be read or is not said.

    `by_allowed` and `by_charge` are the payable found in two other ways: the allowed amount less the
    patient's share, and the charge less every other adjustment. `vouched` says that the caller knows a
    cut to be due; `tolerance` is what rounding can explain.
    """

    amounts: Amounts
    paid: int | None
    charge: int | None
    allowed: int | None
    by_allowed: int | None
    by_charge: int | None
    readings: tuple[DateReading, ...]
    schedule: RateSchedule
    payer: Payer
    institutional: bool = False
    unassigned: bool = False
    vouched: bool = False
    tolerance: int = 1
    remarks: tuple[str, ...] = ()
    claim: Claim | None = None
    line: ServiceLine | None = None

    @property
    def payable(self) -> int | None:
        """What Medicare would have paid without the cut: paid, cut, and paid elsewhere."""
        if self.paid is None or self.amounts.cut is None or self.amounts.elsewhere is None:
            return None
        return self.paid + self.amounts.cut + self.amounts.elsewhere

    @property
    def most_treatments(self) -> int:
        """The most treatments that the place can stand for: one a line."""
        return len(self.claim.lines) if self.claim is not None and self.line is None else 1

    @property
    def other_bases(self) -> tuple[int, ...]:
        """The payable found in other ways, where it differs."""
        found = (self.by_allowed, self.by_charge)
        return tuple(base for base in found if base is not None and base != self.payable)

    def wrong_groups(self) -> tuple[str, ...]:
        """The group codes of the cut that are not right: CO is; PR where the claim is unassigned."""
        right = {"CO"}
        if self.unassigned:
            right.add("PR")
        if self.claim is not None and in_days_of_223(self.claim):
            right.add("OA")
        return tuple(group for group in self.amounts.groups if group and group not in right)

    def judge(self) -> Judgement:
        """The verdict. Who pays comes first, then whether it is a reversal, then the amounts."""
        if self.payer.standing is Standing.OTHER:
            return self._of_another_payer()
        if self.claim is not None and self.claim.is_reversal:
            return self._of_a_reversal()
        judgement = self._by_the_law()
        if self.payer.standing is Standing.UNKNOWN:
            judgement.turn_undetermined(self.payer.reason)
        elif self.claim is not None and not self.claim.complete:
            judgement.turn_undetermined("the file breaks off in this claim")
        return judgement

    def _by_the_law(self) -> Judgement:
        """The judgement by the first date that agrees with the cut, or else by the rule's own date."""
        own, *doubtful = self.readings
        trials = [_Trial(self, reading).judge() for reading in (own, *filter(self._may_decide, doubtful))]
        for wanted in (_AGREES, (Verdict.ROUNDING,)):
            for judgement in trials:
                if judgement.verdict in wanted:
                    return judgement
        first = trials[0]
        reason = self._doubt_of_lines()
        if reason:
            first.turn_undetermined(reason)
        return first

    @property
    def _lines_of_a_whole(self) -> list[ServiceLine]:
        """The lines of a professional claim that is judged as a whole: each may have a date of its own to go by."""
        if self.claim is None or self.line is not None or self.institutional:
            return []
        return self.claim.lines

    def _may_decide(self, reading: DateReading) -> bool:
        """Whether a doubtful date may be that of a whole claim: every line of it may be under that date's rate."""
        rate = self._rate_on(reading.on)
        of_lines = [days_of_line(line) for line in self._lines_of_a_whole]
        return all(rate in map(self._rate_on, days) for days in of_lines if any(days))

    def _doubt_of_lines(self) -> str:
        """Why no one rate is surely that of a professional claim judged as a whole; empty where one is."""
        lines = self._lines_of_a_whole
        of_lines = [known for line in lines if (known := [day for day in days_of_line(line) if day is not None])]
        if not of_lines or self.claim is None:
            return ""
        # Each day of a range may decide; but of a line that is alone no cut is taken at two rates.
        days = {self.readings[0].on, *(day for known in of_lines for day in (known if len(lines) > 1 else known[:1]))}
        if len(of_lines) < len(lines):
            if "232" not in self.claim.dates:
                return "one of its lines has no date"
            days.add(self.claim.dates.get("233"))
        rates = {self._rate_on(day) for day in days if day is not None}
        return "its lines lie on both sides of a change of rate" if len(rates) > 1 else ""

    def _rate_on(self, day: date | None) -> Decimal | None:
        return None if day is None else self.schedule.rate_on(day)

    def _of_a_reversal(self) -> Judgement:
        """A mirror is not judged; but a CARC 223 that it repeats is told as the cut only where it is its amount."""
        if self.amounts.cut_code == CUT_BEFORE_253:
            periods = [self.schedule.period_on(reading.on) for reading in self.readings if reading.on is not None]
            payable = self.payable
            if payable is None or all(cut_of(payable, period) != self.amounts.cut for period in periods):
                self.amounts = weigh(self.amounts.adjustments)
        return Judgement(self, Verdict.REVERSAL, self.readings[0])

    def _of_another_payer(self) -> Judgement:
        """Not Medicare's: nothing to judge, but where it took a cut the law's own figure is told."""
        judgement = Judgement(self, Verdict.NOT_APPLICABLE, self.readings[0], reason=self.payer.reason)
        reversal = self.claim is not None and self.claim.is_reversal
        if self.amounts.cut and not reversal:
            for reading in self.readings:
                if reading.on is not None and self.payable is not None:
                    judgement.reading = reading
                    judgement.period = self.schedule.period_on(reading.on)
                    judgement.payable = self.payable
                    judgement.expected = cut_of(self.payable, judgement.period)
                    break
        return judgement


@attrs.define(eq=False)
class Judgement:
    """The verdict on a case by one reading of its date, before anything is put into words.

    `pending` says that a cut is missing if this payer cuts at all, which the rest of the transaction
    may show.
    """

    case: Case
    verdict: Verdict
    reading: DateReading
    period: RatePeriod | None = None
    payable: int | None = None
    expected: int | None = None
    reason: str = ""
    facts: tuple[Explanation, ...] = ()
    pending: bool = False

    def turn_undetermined(self, reason: str) -> None:
        """Take the verdict back, for this reason."""
        self.verdict, self.reason, self.facts, self.pending = Verdict.UNDETERMINED, reason, (), False

    @property
    def settles(self) -> bool:
        """Whether it shows that this payer cuts: it took a cut on a date with a rate above zero."""
        judged = self.verdict not in (Verdict.NOT_APPLICABLE, Verdict.REVERSAL)
        taken = (self.case.amounts.cut or 0) > 0 and self.period is not None and self.period.rate > 0
        return judged and taken and not (self.case.amounts.cut_code == CUT_BEFORE_253 and not self._agrees)

    @property
    def is_off(self) -> bool:
        """Whether the amount is wrong, or missing, and the group code is not."""
        wrong = self.verdict in (Verdict.CUT_TOO_LARGE, Verdict.CUT_TOO_SMALL, Verdict.MISSING) or self.pending
        return wrong and not self.case.wrong_groups()

    @property
    def _agrees(self) -> bool:
        return self.verdict in _AGREES or self.verdict is Verdict.ROUNDING

    @property
    def reported(self) -> int | None:
        """The cut as reported; zero where none was."""
        return self.case.amounts.cut

    @property
    def difference(self) -> int | None:
        """Reported less expected; None where either is not known."""
        if self.expected is None or self.reported is None:
            return None
        return self.reported - self.expected

    @property
    def month(self) -> str:
        """The month of the deciding date as YYYY-MM; empty where there is none."""
        return f"{self.reading.on:%Y-%m}" if self.reading.on is not None else ""

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of what the law will be."""
        return self.period is not None and self.period.projected


@attrs.define(eq=False)
class _Trial:
    """A case on one reading of its date."""

    case: Case
    reading: DateReading
    period: RatePeriod | None = None
    payable: int | None = None
    expected: int | None = None

    def judge(self) -> Judgement:
        """The verdict on this date, the payer being Medicare."""
        case = self.case
        self.payable = case.payable
        if self.payable is None:
            return self._says(Verdict.UNDETERMINED, "an amount that the base rests on could not be read")
        if self.reading.on is not None:
            self.period = case.schedule.period_on(self.reading.on)
            self.expected = cut_of(self.payable, self.period)
        cut = case.amounts.cut or 0
        if not cut and (self.payable <= 0 or self._nothing_was_paid()):
            self.expected = 0
            return self._says(Verdict.NOTHING_DUE)
        if self.period is None or self.expected is None:
            return self._says(Verdict.UNDETERMINED, f"there is no date to go by: {self.reading.rule}")
        if cut:
            return self._with_a_cut(cut, self.payable, self.expected, self.period)
        return self._without_a_cut(self.payable, self.expected, self.period)

    def _says(self, verdict: Verdict, reason: str = "", *facts: Explanation, pending: bool = False) -> Judgement:
        return Judgement(
            self.case, verdict, self.reading, self.period, self.payable, self.expected, reason, facts, pending
        )

    # A cut was reported.

    def _with_a_cut(self, cut: int, payable: int, expected: int, period: RatePeriod) -> Judgement:
        case = self.case
        if case.amounts.cut_code == CUT_BEFORE_253:
            return self._with_code_223(cut, expected)
        if not period.rate:
            if cut < 0:
                return self._says(Verdict.UNDETERMINED, "a cut is given back without a reversal, where none is due")
            if period.projected and self._is_after_its_remittance():
                return self._says(
                    Verdict.UNDETERMINED, "the date is later than the remittance, so it may be misprinted"
                )
            return self._says(Verdict.CUT_NOT_DUE)
        if MODEL_REMARK in case.remarks and case.amounts.model == 0:
            return self._says(Verdict.UNDETERMINED, "a payment model cuts this claim by an amount it does not show")
        if payable == cut and cut > 0:
            return self._with_nothing_paid(cut, period)
        if cut == expected:
            return self._right_in(Verdict.CORRECT)
        if case.amounts.model and cut == cut_of(payable + case.amounts.model, period):
            self.payable, self.expected = payable + case.amounts.model, cut
            return self._right_in(Verdict.CORRECT, "the base includes what a payment model cut (CARC 132)")
        if abs(cut - expected) <= case.tolerance:
            return self._right_in(Verdict.ROUNDING)
        doubt = self._doubt(cut, payable, period)
        if doubt is not None:
            return self._says(Verdict.UNDETERMINED, *doubt)
        return self._says(Verdict.CUT_TOO_LARGE if cut > expected else Verdict.CUT_TOO_SMALL)

    def _right_in(self, verdict: Verdict, reason: str = "", *facts: Explanation) -> Judgement:
        """The verdict on a right amount, unless its group code is wrong or missing."""
        if "" in self.case.amounts.groups:
            return self._says(Verdict.UNDETERMINED, "the amount is right, and its group code is missing")
        return self._says(Verdict.WRONG_GROUP if self.case.wrong_groups() else verdict, reason, *facts)

    def _with_code_223(self, cut: int, expected: int) -> Judgement:
        """CARC 223 in the months before 253 was put to use: the cut, where it is its amount to the cent."""
        if cut != expected:
            return self._says(Verdict.UNDETERMINED, "a CARC 223 of that time that is not the cut's amount")
        fact = Explanation(ExplanationCode.CODE_223, "the cut stands under CARC 223, in use before 253")
        return self._right_in(Verdict.CORRECT, "", fact)

    def _with_nothing_paid(self, cut: int, period: RatePeriod) -> Judgement:
        """Nothing was paid here: look for the money that was cut among the other adjustments."""
        for adjustment in self.case.amounts.adjustments:
            cents = adjustment.amount_cents
            if adjustment.reason != CUT and cents and cut_of(cut + cents, period) == cut:
                self.payable, self.expected = cut + cents, cut
                where = f"{adjustment.group} {adjustment.reason} ({as_dollars(cents)})"
                return self._right_in(Verdict.CORRECT, f"the payment that was cut stands under {where}")
        self.payable = self.expected = None
        return self._says(
            Verdict.UNDETERMINED, "nothing was paid here, and no adjustment shows what the cut was taken from"
        )

    def _doubt(self, cut: int, payable: int, period: RatePeriod) -> tuple[str, *tuple[Explanation, ...]] | None:
        """Why a cut that does not fit its base proves nothing, if it does not."""
        case = self.case
        if payable < 0 or (payable == 0 and case.by_allowed != 0):
            return ("the payment is not above zero, though the claim is no reversal",)
        if self._anticipates():
            return ("a request for anticipated payment is no claim; its cut is taken on the final payment",)
        if self._is_dialysis() and abs(cut - cut_of(payable, period)) <= case.most_treatments:
            return ("the dialysis network fee may stand outside the base, by a cent a treatment",)
        if case.amounts.model != 0:
            return ("a payment model (CARC 132) cuts this claim, and whether before or after 253 is not known",)
        taken = payable - cut
        for base in case.other_bases:
            due = cut_of(base, period)
            if due == cut or base - due == taken:
                right = "the cut is right" if due == cut else "the payment is right and the cut is not"
                text = f"it does not balance: by {as_dollars(base)} {right}"
                return "the place does not balance, so it proves nothing", Explanation(
                    ExplanationCode.NOT_BALANCED, text
                )
        return None

    # No cut was reported.

    def _without_a_cut(self, payable: int, expected: int, period: RatePeriod) -> Judgement:
        case = self.case
        if not expected:
            return self._says(Verdict.NOTHING_DUE)
        if expected <= case.tolerance:
            return self._says(Verdict.ROUNDING)
        if self._anticipates():
            return self._says(Verdict.UNDETERMINED, "a request for anticipated payment is no claim")
        if case.amounts.model != 0 or MODEL_REMARK in case.remarks:
            return self._says(Verdict.UNDETERMINED, "a payment model cuts this claim")
        taken = self._taken_unreported(payable, period)
        if taken is not None:
            return self._says(
                Verdict.UNDETERMINED,
                "the payment is already cut, though no 253 says so",
                Explanation(ExplanationCode.TAKEN_UNREPORTED, taken),
            )
        if case.vouched or (case.payer.standing is Standing.SAID_MEDICARE and case.by_allowed == payable):
            return self._says(Verdict.MISSING)
        return self._says(Verdict.UNDETERMINED, pending=True)

    def _taken_unreported(self, payable: int, period: RatePeriod) -> str | None:
        """How the file shows that the payment is already cut, if it does."""
        for base in self.case.other_bases:
            if base - payable == cut_of(base, period):
                return f"the payment is {as_dollars(base)} less the cut of {as_dollars(base - payable)}"
        for adjustment in self.case.amounts.adjustments:
            cents = adjustment.amount_cents
            known = adjustment.group == "PR" or adjustment.reason in MEANT_OTHERWISE
            if cents and not known and cut_of(payable + cents, period) == cents:
                return f"{adjustment.group} {adjustment.reason} ({as_dollars(cents)}) is the cut's amount"
        return None

    # What kind of claim it is.

    def _is_after_its_remittance(self) -> bool:
        """Whether the date that decides cannot be, for it is later than the remittance."""
        claim, on = self.case.claim, self.reading.on
        remitted = None if claim is None else claim.remittance.dated
        return on is not None and remitted is not None and on > remitted

    def _is_dialysis(self) -> bool:
        case = self.case
        known = settings().dialysis_facilities
        return case.claim is not None and case.institutional and case.claim.facility_code in known

    def _nothing_was_paid(self) -> bool:
        return self.case.claim is not None and self.case.claim.status in _NOTHING_PAID

    def _anticipates(self) -> bool:
        """Whether it is a home health request for anticipated payment."""
        claim, known = self.case.claim, settings()
        return (
            claim is not None
            and self.reading.on is not None
            and self.reading.on <= known.anticipated_payment_last_day
            and claim.facility_code in known.anticipated_payment_facilities
            and claim.frequency == known.anticipated_payment_frequency
        )


def forgive_spreading(judgements: list[Judgement], most: int) -> None:
    """Turn lines that are off by at most so many cents to rounding where the claim's cut is right in all.

    So it is when the cut was figured on the claim and spread over its lines, whatever the way of spreading.
    """
    off = [judgement for judgement in judgements if judgement.is_off]
    if not off or any(abs(judgement.difference or 0) > most for judgement in off):
        return
    periods = {judgement.period.rate: judgement.period for judgement in judgements if judgement.period is not None}
    payables = [judgement.payable for judgement in judgements]
    cuts = [judgement.reported for judgement in judgements]
    if len(periods) != 1 or None in payables or None in cuts:
        return
    (period,) = periods.values()
    if sum(filter(None, cuts)) == cut_of(sum(filter(None, payables)), period):
        for judgement in off:
            judgement.verdict, judgement.pending = Verdict.ROUNDING, False


def in_days_of_223(claim: Claim) -> bool:
    """Whether a claim's remittance was produced when the cut could stand under CARC 223."""
    day, known = claim.remittance.dated, settings()
    return day is not None and known.code_223_first_day <= day <= known.code_223_last_day
