"""Build a Finding from a Judgment: dollars, reasons and explanations in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from sequestration._checking.amounts import CARC_100, CARC_223, CARC_253, CARC_B13
from sequestration._checking.case import Case, shorten_number
from sequestration._checking.findings import Finding, OwedTo, Verdict
from sequestration._checking.judgment import NOT_JUDGED, Judgment
from sequestration._checking.mistakes import Evidence, Explanation, ExplanationCode, explain
from sequestration._checking.reasons import ReasonCode
from sequestration._codes.step import Step
from sequestration._money import as_dollars, format_cents, optional_dollars
from sequestration._x12.elements import LINE_DATES

__all__ = ["OWED_TO", "build_finding", "evidence_of", "explanations_of"]

OWED_TO = {
    Verdict.CUT_TOO_LARGE: OwedTo.PROVIDER,
    Verdict.CUT_NOT_DUE: OwedTo.PROVIDER,
    Verdict.CUT_TOO_SMALL: OwedTo.MEDICARE,
    Verdict.MISSING: OwedTo.MEDICARE,
}
_EXPLAINED = frozenset(
    {
        Verdict.ROUNDING,
        Verdict.CUT_TOO_LARGE,
        Verdict.CUT_TOO_SMALL,
        Verdict.CUT_NOT_DUE,
        Verdict.NOT_APPLICABLE,
    }
)
_DATES = {
    "232": "the first day of the claim",
    "233": "the last day of the claim",
    "472": "the date of service of the line",
    "150": "the first day of the line",
    "151": "the last day of the line",
}
_NO_DOLLARS = as_dollars(0)
_OF_ROUNDING = frozenset({ExplanationCode.TIE, ExplanationCode.CUT_OFF, ExplanationCode.ONE_CENT})
_NOT_BEFORE = frozenset({CARC_253, CARC_223, CARC_100, CARC_B13, "45"})
_INTEREST = frozenset({"85", "225"})


StepOfFinding: TypeAlias = Callable[[Verdict, OwedTo | None, str, date | None, date | None], Step]
"""Chooses a step by verdict, party that is owed, reason, deciding date and remittance date."""


def build_finding(
    judgment: Judgment,
    explanations: tuple[Explanation, ...] | None = None,
    transaction_position: int | None = None,
    step_of: StepOfFinding | None = None,
) -> Finding:
    """Build the finding of a settled judgment.

    Args:
        judgment: The judgment.
        explanations: Its explanations, if they are known.
        transaction_position: Position of the remittance in its file, from 1, if known.
        step_of: Chooses the next step; None to leave it out.
    """
    case, verdict, period = judgment.case, judgment.verdict, judgment.period
    line, claim = case.line, case.claim.source
    keys, on, remitted_on = case.claim.keys, judgment.date.on, claim.remittance.dated
    owed_to, reason = OWED_TO.get(verdict), _reason(judgment)
    reported = optional_dollars(judgment.reported)
    is_as_due = judgment.expected == judgment.reported
    return Finding(
        verdict=verdict,
        reported=reported,
        expected=reported if is_as_due else optional_dollars(judgment.expected),
        difference=_difference(judgment),
        payable=optional_dollars(judgment.payable),
        paid=optional_dollars(case.paid),
        rate=None if period is None else period.rate,
        period=period,
        on=on,
        date_rule=judgment.date.rule,
        claim_type=_claim_type(judgment),
        owed_to=owed_to,
        explanations=explanations_of(judgment) if explanations is None else explanations,
        reason=reason,
        reason_code=judgment.reason.code if judgment.reason is not None else None,
        group="+".join(case.amounts.groups),
        claim=claim.control_number,
        line=None if line is None else line.number,
        procedure="" if line is None else line.procedure,
        payer_claim_number=keys.payer_claim_number,
        line_control_number="" if line is None else shorten_number(line.control_number),
        transaction=keys.transaction,
        transaction_position=transaction_position,
        claim_position=keys.claim_position,
        trace_number=keys.trace_number,
        payment_date=keys.payment_date,
        payee_npi=keys.payee_npi,
        remitted_on=remitted_on,
        payer=claim.remittance.payer,
        file=claim.remittance.file,
        step=None if step_of is None else step_of(verdict, owed_to, reason, on, remitted_on),
    )


def _difference(judgment: Judgment) -> Decimal | None:
    """Dollars reported less dollars expected; most findings share those of zero."""
    cents = judgment.difference
    return optional_dollars(cents) if cents != 0 else _NO_DOLLARS


def _reason(judgment: Judgment) -> str:
    """The reason of a judgment, and the gaps between its amounts, in words."""
    reason, gaps = judgment.reason, _gaps(judgment)
    if reason is None:
        return gaps
    return f"{reason.text}; {gaps}" if gaps else reason.text


def explanations_of(judgment: Judgment) -> tuple[Explanation, ...]:
    """Mistakes that yield the reported amount, most likely first, and plain facts."""
    case, verdict = judgment.case, judgment.verdict
    found: tuple[Explanation, ...] = ()
    returned = judgment.reason is not None and judgment.reason.code is ReasonCode.CUT_RETURNED
    wrong = (verdict in _EXPLAINED or returned) and judgment.difference and judgment.reported
    evidence = evidence_of(judgment) if wrong else None
    if evidence is not None:
        found = explain(evidence)
        if judgment.by_other_rate:  # The rest of the transaction shows that this is not rounding.
            found = tuple(each for each in found if each.code not in _OF_ROUNDING)
    if (wrong and verdict is not Verdict.NOT_APPLICABLE and case.wrong_groups) or verdict is Verdict.WRONG_GROUP:
        text = f"reported under group {' and '.join(case.wrong_groups)} instead of CO"
        found += (Explanation(ExplanationCode.WRONG_GROUP, text),)
    return found + judgment.facts + _unassigned(judgment)


def evidence_of(judgment: Judgment) -> Evidence | None:
    """The facts from which mistakes are computed; None without a date or a base."""
    case, period, on, payable = judgment.case, judgment.period, judgment.date.on, judgment.payable
    if period is None or on is None or payable is None:
        return None
    return Evidence(
        schedule=case.schedule,
        period=period,
        on=on,
        reported=judgment.reported or 0,
        expected=judgment.expected or 0,
        payable=payable,
        allowed=_allowed(case, payable),
        charge=case.charge,
        deductible=case.amounts.deductible,
        coinsurance=case.amounts.coinsurance,
        primary=case.amounts.primary,
        other_days=_other_days(judgment),
        span=_span(judgment),
        before=_before(judgment),
        remittance_date=case.claim.remittance_date,
    )


def _allowed(case: Case, payable: int) -> int | None:
    """The reported allowed amount, or the one that the other amounts lead to."""
    if case.allowed is not None or case.amounts.primary is not None:
        return case.allowed
    return payable + case.amounts.share + case.amounts.before


def _unassigned(judgment: Judgment) -> tuple[Explanation, ...]:
    """Remark that a claim is unassigned, where it affects the verdict."""
    case = judgment.case
    if not judgment.reported or judgment.verdict in NOT_JUDGED:
        return ()
    if case.amounts.to_patient:
        paid = format_cents(case.amounts.to_patient)
        unassigned = "the claim is unassigned: " if case.unassigned else ""
        text = f"{unassigned}{paid} was paid to the patient (CARC 100) and is part of the payment before sequestration"
    elif "PR" in case.amounts.groups and case.unassigned:
        text = "the claim is unassigned, so group PR is correct"
    else:
        return ()
    return (Explanation(ExplanationCode.UNASSIGNED, text),)


def _other_days(judgment: Judgment) -> tuple[tuple[date, str], ...]:
    """Dates of the claim that did not set the rate, with their meaning."""
    return tuple([(day, _DATES[name]) for name, day in _days_beside(judgment)])


def _days_beside(judgment: Judgment) -> Iterator[tuple[str, date]]:
    """Dates that did not set the rate, each after its qualifier.

    They are those of the claim and of the lines that the case is about.
    """
    case, on = judgment.case, judgment.date.on
    lines = [line.dates for line in case.lines] if case.line is None else [case.line.dates]
    for dates in (case.claim.source.dates, *lines):
        for name, day in dates.items():
            if day != on and day is not None and name in _DATES:
                yield name, day


def _span(judgment: Judgment) -> tuple[date, date] | None:
    """First and last day of the line where it has its own, else of the claim."""
    case, line = judgment.case, judgment.case.line
    if line is not None and not case.claim.institutional and not LINE_DATES.isdisjoint(line.dates):
        first, last = line.dates.get("150"), line.dates.get("151")
    else:
        first, last = case.claim.claim_days or (None, None)
    return None if first is None or last is None else (first, last)


def _before(judgment: Judgment) -> tuple[tuple[str, int], ...]:
    """Sums of the other adjustments that lower the payable amount, as group and code.

    These are contractual obligations, but for the price difference (45), and interest under any group.
    """
    sums: dict[str, int] = {}
    for item in judgment.case.amounts.adjustments:
        counts = (item.group == "CO" and item.reason not in _NOT_BEFORE) or item.reason in _INTEREST
        if counts and item.amount_cents:
            name = f"{item.group} {item.reason}"
            sums[name] = sums.get(name, 0) + item.amount_cents
    return tuple((name, cents) for name, cents in sums.items() if cents)


def _claim_type(judgment: Judgment) -> str | None:
    """Institutional or professional, only where the claim's dates have several rates."""
    case, period = judgment.case, judgment.period
    if period is None or not case.claim.is_read:
        return None
    for _, day in _days_beside(judgment):
        if case.schedule.rate_on(day) != period.rate:
            return "institutional" if case.claim.institutional else "professional"
    return None


def _gaps(judgment: Judgment) -> str:
    """Differences from the payable amount found in other ways, in words."""
    case = judgment.case
    if judgment.payable is None or case.payable != judgment.payable or judgment.verdict is Verdict.REVERSAL:
        return ""
    gaps: list[str] = []
    if case.by_allowed is not None and case.by_allowed != judgment.payable:
        gaps.append(f"allowed minus patient responsibility is {format_cents(case.by_allowed)}")
    if case.by_charge is not None and case.by_charge != judgment.payable:
        gaps.append(f"charge minus all other adjustments is {format_cents(case.by_charge)}")
    return f"{' and '.join(gaps)}, but payment plus sequestration is {format_cents(judgment.payable)}" if gaps else ""
