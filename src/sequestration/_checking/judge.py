"""Judge a case: compare the facts about one claim or line with the law.

Every rule errs on the side of silence: a hard verdict needs proof, because a false one accuses a payer or makes a
provider pay money back. All amounts here are whole cents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import attrs

from sequestration._checking.amounts import CARC_23, CARC_223, CARC_253, MEANING_KNOWN, MOVED_AFTER_CUT
from sequestration._checking.case import Case
from sequestration._checking.deciding_date import CandidateDate
from sequestration._checking.doubts import find_doubt
from sequestration._checking.findings import Verdict
from sequestration._checking.judgment import AGREEING, Judgment
from sequestration._checking.mistakes import Explanation, ExplanationCode
from sequestration._checking.payer import PayerStanding
from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._law.periods import RatePeriod
from sequestration._law.reduction import cut_cents
from sequestration._law.rules import rules
from sequestration._money import as_dollars, format_cents

__all__ = ["REMARK_PAYMENT_MODEL", "judge", "judge_as_wrong"]

# CLP02: denied, not ours and forwarded, pricing estimate only.
_STATUSES_WITHOUT_PAYMENT = frozenset(("4", "23", "25"))
REMARK_PAYMENT_MODEL = "N83"
_AFTER_OR_BESIDE_THE_CUT = {
    **dict.fromkeys(MOVED_AFTER_CUT, ReasonCode.MOVED_AFTER_CUT),
    "144": ReasonCode.BASE_BEFORE_BONUS,
    "161": ReasonCode.BASE_BEFORE_BONUS,
}
"""Money that moves after sequestration, and bonuses that may be before or after it unless a remark says which."""


def judge(case: Case) -> Judgment:
    """Judge a case: first the payer, then reversals, then the amounts."""
    payer = case.payer
    if not payer.is_medicare and payer.standing is PayerStanding.OTHER:
        return _judge_other_payer(case)
    if case.claim.is_reversal:
        return Judgment(case, Verdict.REVERSAL, case.dates[0])
    judgment = _judge_by_law(case)
    if not payer.is_medicare and payer.reason is not None:  # It may be another payer.
        return judgment.withdraw(payer.reason)
    if not case.claim.source.complete:
        return judgment.withdraw(Reason(ReasonCode.CLAIM_CUT_OFF))
    if judgment.verdict.needs_review or judgment.pending:
        doubt = find_doubt(judgment)
        if doubt is not None and doubt.code is ReasonCode.DATE_TOO_OLD:
            return attrs.evolve(judgment, doubt_if_alone=doubt)
        return judgment if doubt is None else judgment.withdraw(doubt)
    if judgment.agrees and case.amounts.cut and case.line is not None and case.claim.is_adjusted:
        return judgment.withdraw(Reason(ReasonCode.ADJUSTED_AT_CLAIM))
    return judgment


def judge_as_wrong(judgment: Judgment) -> Judgment | None:
    """Judge a rounding difference as a wrong amount; None if there is a doubt.

    The rest of the transaction shows whether it is a rounding. The doubts are those of any other wrong amount, and that
    nothing was withheld, but not that of an old date, which the other lines of that rate remove.
    """
    case, period, cut = judgment.case, judgment.period, judgment.reported
    payable, expected = judgment.payable, judgment.expected
    assert period is not None
    assert payable is not None
    assert expected is not None
    assert cut is not None
    if cut <= 0:
        return None
    trial = _Trial(case, judgment.date, period, payable, expected)
    rates = {_rate_on(case, candidate.on) for candidate in case.dates}
    if rates != {period.rate} or _doubt_of_lines(case) is not None:
        return None
    if _judge_moved(trial, cut) is not None or _doubt_cut(trial, cut) is not None:
        return None
    verdict = Verdict.CUT_TOO_LARGE if cut > trial.expected else Verdict.CUT_TOO_SMALL
    wrong = attrs.evolve(judgment, verdict=verdict, by_other_rate=True)
    doubt = find_doubt(wrong)
    return wrong if doubt is None or doubt.code is ReasonCode.DATE_TOO_OLD else None


def _judge_other_payer(case: Case) -> Judgment:
    """Judge a payer other than Medicare: not applicable.

    If it withheld something, the amount that the law would require is reported, too.
    """
    judgment = Judgment(case, Verdict.NOT_APPLICABLE, case.dates[0], reason=case.payer.reason)
    if not case.amounts.cut or case.claim.is_reversal or case.payable is None:
        return judgment
    for candidate in case.dates:
        if candidate.on is not None:
            period = case.schedule.period_on(candidate.on)
            expected = cut_cents(case.payable, period)
            return attrs.evolve(judgment, date=candidate, period=period, payable=case.payable, expected=expected)
    return judgment


def _judge_by_law(case: Case) -> Judgment:
    """Judge by the first date that agrees with the amount, or by the preferred date."""
    first = _judge_on(case, case.dates[0])
    if first.verdict in AGREEING:
        return first
    trials = [first, *[_judge_on(case, date) for date in case.dates[1:] if _may_decide(case, date)]]
    for wanted in (AGREEING, (Verdict.ROUNDING,)):
        for judgment in trials:
            if judgment.verdict in wanted:
                return judgment
    doubt = _doubt_of_lines(case)
    return first if doubt is None else first.withdraw(Reason(doubt))


# Claims judged as a whole, and the dates of their lines.


def _may_decide(case: Case, candidate: CandidateDate) -> bool:
    """Whether a doubtful date may set the rate of a whole claim.

    Every line must be able to have the rate of that date.
    """
    rate = _rate_on(case, candidate.on)
    return all(rate in (_rate_on(case, day) for day in days) for days in case.line_days if any(days))


def _doubt_of_lines(case: Case) -> ReasonCode | None:
    """Reason why a professional claim has no single certain rate; None if it has one."""
    of_lines = [known for days in case.line_days if (known := [day for day in days if day is not None])]
    if not of_lines:
        return None
    # Each day of a range may set the rate, but no single line is reduced at two rates.
    days = {case.dates[0].on, *(day for known in of_lines for day in (known if len(case.lines) > 1 else known[:1]))}
    if len(of_lines) < len(case.lines):
        if case.claim.claim_days is None:
            return ReasonCode.LINE_WITHOUT_DATE
        days.add(case.claim.claim_days[1])
    rates = {_rate_on(case, day) for day in days if day is not None}
    return ReasonCode.LINES_UNDER_TWO_RATES if len(rates) > 1 else None


def _rate_on(case: Case, day: date | None) -> Decimal | None:
    return None if day is None else case.schedule.rate_on(day)


# Amounts by the rate of one date.


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class _Trial:
    """A case by one of its dates.

    Its base may turn out to be something other than the payable amount at first sight.
    """

    case: Case
    date: CandidateDate
    period: RatePeriod
    payable: int
    expected: int

    def conclude(self, verdict: Verdict, reason: Reason | None = None, *facts: Explanation) -> Judgment:
        """Build the judgment with a verdict."""
        return Judgment(self.case, verdict, self.date, self.period, self.payable, self.expected, reason, facts)

    def doubt(self, code: ReasonCode, *facts: Explanation) -> Judgment:
        """Build the undetermined judgment with a reason."""
        return self.conclude(Verdict.UNDETERMINED, Reason(code), *facts)


def _judge_on(case: Case, date: CandidateDate) -> Judgment:
    """Judge by one date; the payer is Medicare."""
    unusable = _reason_without_rate(date)
    period = None if date.on is None or unusable is not None else case.schedule.period_on(date.on)
    payable = case.payable
    if payable is None:
        return Judgment(case, Verdict.UNDETERMINED, date, reason=Reason(ReasonCode.AMOUNT_UNKNOWN))
    if not case.amounts.cut and (payable <= 0 or case.claim.source.status in _STATUSES_WITHOUT_PAYMENT):
        return Judgment(case, Verdict.NOTHING_DUE, date, period, payable, 0)
    if period is None:
        return Judgment(case, Verdict.UNDETERMINED, date, payable=payable, reason=unusable)
    trial = _Trial(case, date, period, payable, cut_cents(payable, period))
    return _judge_cut(trial, case.amounts.cut) if case.amounts.cut else _judge_without_cut(trial)


def _reason_without_rate(date: CandidateDate) -> Reason | None:
    """Reason why a date has no rate, or None if it has one."""
    if date.on is None:
        return Reason(ReasonCode.NO_DATE, {"rule": date.rule})
    known = rules()
    if date.on in known.null_dates:
        return Reason(ReasonCode.NULL_DATE, {"date": date.on})
    if date.on < known.medicare_first_day:
        return Reason(ReasonCode.BEFORE_MEDICARE, {"date": date.on, "first_day": known.medicare_first_day})
    return None


def _judge_cut(trial: _Trial, cut: int) -> Judgment:
    """Judge sequestration that was reported."""
    case, payable, expected, period = trial.case, trial.payable, trial.expected, trial.period
    if case.amounts.cut_code == CARC_223:
        return _judge_code_223(trial, cut)
    if _was_not_taken(trial, cut):
        return trial.doubt(ReasonCode.REPORTED_NOT_TAKEN)
    if cut < 0 < payable - cut:
        return trial.doubt(ReasonCode.CUT_RETURNED)
    if not period.rate:
        if cut < 0:
            return trial.doubt(ReasonCode.CUT_RETURNED)
        return trial.conclude(Verdict.CUT_NOT_DUE)
    if case.amounts.model == 0 and case.has_remark(REMARK_PAYMENT_MODEL):
        return trial.doubt(ReasonCode.PAYMENT_MODEL_HIDDEN)
    if payable == cut and cut > 0:
        return _judge_cut_of_nothing(trial, cut)
    if cut == expected:
        return _conclude_right_amount(trial, Verdict.CORRECT)
    if case.amounts.model and cut == cut_cents(payable + case.amounts.model, period):
        before_model = attrs.evolve(trial, payable=payable + case.amounts.model, expected=cut)
        return _conclude_right_amount(before_model, Verdict.CORRECT, Reason(ReasonCode.BASE_BEFORE_MODEL))
    if abs(cut - expected) <= case.tolerance:
        return _conclude_right_amount(trial, Verdict.ROUNDING)
    moved = _judge_moved(trial, cut)
    if moved is not None:
        return moved
    return _doubt_cut(trial, cut) or trial.conclude(Verdict.CUT_TOO_LARGE if cut > expected else Verdict.CUT_TOO_SMALL)


def _judge_moved(trial: _Trial, cut: int) -> Judgment | None:
    """Judge by a base without money that moves after the cut; None if none fits."""
    for code, cents, note in _moved_amounts(trial.case):
        if cents and cut == cut_cents(trial.payable + cents, trial.period):
            other = attrs.evolve(trial, payable=trial.payable + cents, expected=cut)
            found = {"code": code, "amount": as_dollars(cents)}
            return _conclude_right_amount(other, Verdict.CORRECT, Reason(note, found))
    return None


def _moved_amounts(case: Case) -> Iterator[tuple[str, int, ReasonCode]]:
    """Each amount that may be outside the base, and the sum of those that moved."""
    names: list[str] = []
    for adjustment in case.amounts.adjustments:
        note = _AFTER_OR_BESIDE_THE_CUT.get(adjustment.reason)
        if note is not None:
            name = f"{adjustment.group} {adjustment.reason}"
            yield name, adjustment.amount_cents or 0, note
            names += [name] if note is ReasonCode.MOVED_AFTER_CUT else []
    if len(names) > 1:
        yield " and ".join(dict.fromkeys(names)), case.amounts.moved, ReasonCode.MOVED_AFTER_CUT


def _was_not_taken(trial: _Trial, cut: int) -> bool:
    """Whether the charge and the allowed amount both say that nothing was withheld."""
    taken = trial.payable - cut
    return bool(cut) and trial.case.by_allowed == taken and trial.case.by_charge == taken


def _conclude_right_amount(
    trial: _Trial, verdict: Verdict, reason: Reason | None = None, *facts: Explanation
) -> Judgment:
    """Judge a right amount, whose group code may be wrong or missing."""
    if "" in trial.case.amounts.groups:
        return trial.doubt(ReasonCode.GROUP_MISSING)
    return trial.conclude(Verdict.WRONG_GROUP if trial.case.wrong_groups else verdict, reason, *facts)


def _judge_code_223(trial: _Trial, cut: int) -> Judgment:
    """Judge a CARC 223 of the months before 253 was in use, which must be exact."""
    if cut != trial.expected:
        return trial.doubt(ReasonCode.OTHER_CODE_223)
    fact = Explanation(ExplanationCode.CODE_223, "sequestration is reported under CARC 223, used before CARC 253")
    return _conclude_right_amount(trial, Verdict.CORRECT, None, fact)


def _judge_cut_of_nothing(trial: _Trial, cut: int) -> Judgment:
    """Look for the withheld money among the other adjustments where nothing was paid."""
    for adjustment in trial.case.amounts.adjustments:
        cents = adjustment.amount_cents
        if adjustment.reason != CARC_253 and cents and cut_cents(cut + cents, trial.period) == cut:
            if adjustment.reason == CARC_23:  # The money is that of the primary payer, and so is the sequestration.
                reason = Reason(ReasonCode.ECHO_OF_PRIMARY)
                return Judgment(trial.case, Verdict.UNDETERMINED, trial.date, trial.period, reason=reason)
            found = {"code": f"{adjustment.group} {adjustment.reason}", "amount": as_dollars(cents)}
            elsewhere = attrs.evolve(trial, payable=cut + cents, expected=cut)
            return _conclude_right_amount(elsewhere, Verdict.CORRECT, Reason(ReasonCode.PAID_UNDER_OTHER_CODE, found))
    return Judgment(trial.case, Verdict.UNDETERMINED, trial.date, trial.period, reason=Reason(ReasonCode.NOTHING_PAID))


def _doubt_cut(trial: _Trial, cut: int) -> Judgment | None:
    """Reason why an amount that does not fit its base proves nothing, or None."""
    case, payable, period = trial.case, trial.payable, trial.period
    if payable < 0 or (payable == 0 and case.by_allowed != 0):
        return trial.doubt(ReasonCode.PAYMENT_NOT_POSITIVE)
    if _is_anticipated_payment(trial):
        return trial.doubt(ReasonCode.ANTICIPATED_PAYMENT)
    if _is_dialysis(case) and abs(cut - trial.expected) <= max(len(case.lines), case.treatments):
        return trial.doubt(ReasonCode.DIALYSIS_NETWORK_FEE)
    if case.amounts.model != 0:
        return trial.doubt(ReasonCode.PAYMENT_MODEL_ORDER)
    for base in case.other_bases:
        due = cut_cents(base, period)
        if due == cut or base - due == payable - cut:
            right = "sequestration is correct" if due == cut else "the payment is correct but sequestration is not"
            text = f"if the payment before sequestration was {format_cents(base)}, {right}"
            return trial.doubt(ReasonCode.NOT_BALANCED, Explanation(ExplanationCode.NOT_BALANCED, text))
    return None


def _judge_without_cut(trial: _Trial) -> Judgment:
    """Judge a case without reported sequestration.

    Money that moves after sequestration, such as interest, is outside the base.
    """
    case = trial.case
    if case.amounts.moved:
        payable = trial.payable + case.amounts.moved
        trial = attrs.evolve(trial, payable=payable, expected=cut_cents(max(payable, 0), trial.period))
    expected = trial.expected
    if not expected:
        return trial.conclude(Verdict.NOTHING_DUE)
    for code, cents, note in _moved_amounts(case):
        if note is ReasonCode.BASE_BEFORE_BONUS and not cut_cents(max(trial.payable + cents, 0), trial.period):
            return trial.conclude(Verdict.NOTHING_DUE, Reason(note, {"code": code, "amount": as_dollars(cents)}))
    if expected <= case.tolerance:
        return trial.conclude(Verdict.ROUNDING)
    if _is_anticipated_payment(trial):
        return trial.doubt(ReasonCode.ANTICIPATED_PAYMENT)
    if case.amounts.model != 0 or case.has_remark(REMARK_PAYMENT_MODEL):
        return trial.doubt(ReasonCode.PAYMENT_MODEL)
    taken = _find_unreported_cut(trial)
    if taken is not None:
        return trial.doubt(ReasonCode.TAKEN_UNREPORTED, Explanation(ExplanationCode.TAKEN_UNREPORTED, taken))
    if case.vouched or (case.payer.standing is PayerStanding.VOUCHED_MEDICARE and case.by_allowed == trial.payable):
        return trial.conclude(Verdict.MISSING)
    return attrs.evolve(trial.conclude(Verdict.UNDETERMINED), pending=True)


def _find_unreported_cut(trial: _Trial) -> str | None:
    """Evidence that the payment is already reduced; None without any."""
    for base in trial.case.other_bases:
        if base - trial.payable == cut_cents(base, trial.period):
            return f"the payment is {format_cents(base)} minus sequestration of {format_cents(base - trial.payable)}"
    for adjustment in trial.case.amounts.adjustments:
        cents = adjustment.amount_cents
        known = adjustment.group == "PR" or adjustment.reason in MEANING_KNOWN
        if cents and not known and cut_cents(trial.payable + cents, trial.period) == cents:
            return f"{adjustment.group} {adjustment.reason} ({format_cents(cents)}) equals the sequestration amount"
    return None


# Type of the claim.


def _is_dialysis(case: Case) -> bool:
    return case.claim.institutional and case.claim.bill_type[0] in rules().dialysis_facilities


def _is_anticipated_payment(trial: _Trial) -> bool:
    """Whether the claim is a home health request for anticipated payment (RAP)."""
    on, known = trial.date.on, rules()
    if on is None or on > known.anticipated_payment_last_day:
        return False
    facility, frequency = trial.case.claim.bill_type
    return facility in known.anticipated_payment_facilities and frequency == known.anticipated_payment_frequency
