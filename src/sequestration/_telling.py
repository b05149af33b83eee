"""A judgement put into words: the finding, its reasons, and the mistakes that explain it."""

from __future__ import annotations

from datetime import date

import attrs

from sequestration._explain import Evidence, explain
from sequestration._findings import Explanation, ExplanationCode, Finding, OwedTo, Verdict
from sequestration._judge import Judgement
from sequestration._values import as_dollars, dollars_if_known

__all__ = ["CUTS_NOBODY", "as_missing", "as_undetermined", "finding_of"]

CUTS_NOBODY = "the payer took no cut where one was due, so nothing shows that it takes any"

_NOT_SETTLED = "no cut was taken, and nothing shows that this payer takes any"

_OWED_TO = {
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
    "472": "the date of the line",
    "150": "the first day of the line",
    "151": "the last day of the line",
}


def finding_of(judgement: Judgement, *, settled: bool = False) -> Finding:
    """The judgement in full; `settled` says that the payer is known to cut."""
    case = judgement.case
    verdict, reason = judgement.verdict, judgement.reason
    if judgement.pending:
        verdict = Verdict.MISSING if settled else Verdict.UNDETERMINED
        reason = "" if settled else _NOT_SETTLED
    claim, line = case.claim, case.line
    return Finding(
        verdict=verdict,
        reported=dollars_if_known(judgement.reported),
        expected=dollars_if_known(judgement.expected),
        difference=dollars_if_known(judgement.difference),
        payable=dollars_if_known(judgement.payable),
        paid=dollars_if_known(case.paid),
        rate=judgement.period.rate if judgement.period is not None else None,
        period=judgement.period,
        on=judgement.reading.on,
        date_rule=judgement.reading.rule,
        claim_type=_claim_type(judgement),
        owed_to=_OWED_TO.get(verdict),
        explanations=_explanations(judgement, verdict),
        reason="; ".join(part for part in (reason, _gaps(judgement)) if part),
        group="+".join(case.amounts.groups),
        claim=claim.control_number if claim is not None else "",
        line=line.number if line is not None else None,
        procedure=line.procedure if line is not None else "",
        remitted_on=claim.remittance.dated if claim is not None else None,
        payer=claim.remittance.payer if claim is not None else "",
        file=claim.remittance.file if claim is not None else None,
    )


def as_missing(held: Finding) -> Finding:
    """The finding of a cut that is not there, once the payer is known to cut."""
    reason = held.reason.removeprefix(_NOT_SETTLED).removeprefix("; ")
    return attrs.evolve(held, verdict=Verdict.MISSING, owed_to=OwedTo.MEDICARE, reason=reason)


def as_undetermined(held: Finding, reason: str) -> Finding:
    """A finding whose verdict is taken back."""
    reason = "; ".join(part for part in (reason, held.reason) if part)
    return attrs.evolve(held, verdict=Verdict.UNDETERMINED, owed_to=None, explanations=(), reason=reason)


def _explanations(judgement: Judgement, verdict: Verdict) -> tuple[Explanation, ...]:
    case, period, on = judgement.case, judgement.period, judgement.reading.on
    found: tuple[Explanation, ...] = ()
    wrong = verdict in _EXPLAINED and judgement.difference and judgement.reported
    if wrong and period is not None and on is not None and judgement.payable is not None:
        found = explain(
            Evidence(
                schedule=case.schedule,
                period=period,
                on=on,
                reported=judgement.reported or 0,
                expected=judgement.expected or 0,
                payable=judgement.payable,
                allowed=case.allowed,
                charge=case.charge,
                deductible=case.amounts.deductible,
                coinsurance=case.amounts.coinsurance,
                primary=case.amounts.primary,
                other_days=_other_days(judgement),
            )
        )
    if wrong and verdict is not Verdict.NOT_APPLICABLE and case.wrong_groups():
        found += (_wrong_group(case.wrong_groups()),)
    if verdict is Verdict.WRONG_GROUP:
        found += (_wrong_group(case.wrong_groups()),)
    return found + judgement.facts + _unassigned(judgement, verdict)


def _unassigned(judgement: Judgement, verdict: Verdict) -> tuple[Explanation, ...]:
    """That a claim is unassigned is told where it bears on the verdict."""
    case = judgement.case
    if not judgement.reported or verdict in (Verdict.REVERSAL, Verdict.NOT_APPLICABLE):
        return ()
    if case.amounts.to_patient:
        paid = as_dollars(case.amounts.to_patient)
        text = f"the claim is unassigned: {paid} went to the patient (CARC 100) and belongs to the base"
    elif case.unassigned and "PR" in case.amounts.groups:
        text = "the claim is unassigned, so group PR is right"
    else:
        return ()
    return (Explanation(ExplanationCode.UNASSIGNED, text),)


def _other_days(judgement: Judgement) -> tuple[tuple[date, str], ...]:
    """Dates of the claim that did not decide, and what they are."""
    case = judgement.case
    if case.claim is None:
        return ()
    lines = [case.line] if case.line is not None else case.claim.lines
    dates = [*case.claim.dates.items(), *(item for line in lines for item in line.dates.items())]
    return tuple(
        (day, _DATES[name]) for name, day in dates if name in _DATES and day is not None and day != judgement.reading.on
    )


def _claim_type(judgement: Judgement) -> str | None:
    """Institutional or professional, told only where the claim's dates have several rates."""
    case = judgement.case
    if case.claim is None or judgement.period is None:
        return None
    rates = {case.schedule.period_on(day).rate for day, _ in _other_days(judgement)}
    if rates <= {judgement.period.rate}:
        return None
    return "institutional" if case.institutional else "professional"


def _gaps(judgement: Judgement) -> str:
    """Where another way to the payable leads elsewhere, in words."""
    case = judgement.case
    if judgement.payable is None or case.payable != judgement.payable or judgement.verdict is Verdict.REVERSAL:
        return ""
    told: list[str] = []
    if case.by_allowed is not None and case.by_allowed != judgement.payable:
        told.append(f"allowed less the patient's share is {as_dollars(case.by_allowed)}")
    if case.by_charge is not None and case.by_charge != judgement.payable:
        told.append(f"the charge less all other adjustments is {as_dollars(case.by_charge)}")
    return f"{' and '.join(told)}, payment and cut are {as_dollars(judgement.payable)}" if told else ""


def _wrong_group(groups: tuple[str, ...]) -> Explanation:
    return Explanation(ExplanationCode.WRONG_GROUP, f"group {' and '.join(groups)} instead of CO")
