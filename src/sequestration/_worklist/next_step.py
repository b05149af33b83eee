"""Recommend the next step for an adjustment or a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import attrs

from sequestration._checking.findings import Finding, OwedTo, Verdict
from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc, CodeKind, split_code
from sequestration._codes.groups import GroupCode
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.step import Step
from sequestration._codes.step_rules import StepQuery, StepRule, StepTable, action_facts, shipped_steps
from sequestration._data import shipped_rows
from sequestration._dates import Day, for_readers
from sequestration._flags import as_bool_or_none
from sequestration._provenance import Authority
from sequestration._worklist.clocks import KnownDates
from sequestration._x12.model import Adjustment
from sequestration.deadlines import Deadline

__all__ = ["StepSubject", "next_step"]

StepSubject: TypeAlias = str | int | Carc | AdjustmentCode | Adjustment | Finding
"""Subject of a step: a code as people write it, an entry, a pair, an adjustment, or a finding."""


def next_step(
    subject: StepSubject,
    *,
    remark: str | Iterable[str] | None = None,
    assigned: bool | None = None,
    service_date: Day | None = None,
    through_date: Day | None = None,
    remittance_date: Day | None = None,
    identified_on: Day | None = None,
    steps: StepTable | None = None,
) -> Step:
    """Recommend the next step for an adjustment or a finding.

    The group code takes precedence over the reason code: under PR, the patient or the next payer is billed; under
    any other group the patient is not. A code newer than the table gets the step "review".

    Args:
        subject: A code as people write it ("CO-253"), a `Carc`, an `AdjustmentCode`, an `Adjustment` or a
            `Finding`.
        remark: Remark code or codes of the adjustment.
        assigned: Whether the provider accepted assignment; None if unknown.
        service_date: Date of service, from which timely filing runs.
        through_date: Last day of an institutional bill, from which its timely filing runs.
        remittance_date: Date of the remittance, from which appeals and reopenings run.
        identified_on: Day on which an overpayment was identified.
        steps: The practice's own table (`STEPS.with_rules`); None for `STEPS`.

    Raises:
        UnknownCode: The subject is not a code.
        InvalidDate: A date is not valid, or the through date is before the service date.

    >>> next_step("CO-253").action, next_step("PR-96").action, next_step("CO-96").action
    (<Action.WRITE_OFF: 'write off'>, <Action.BILL_PATIENT: 'bill patient'>, <Action.WRITE_OFF: 'write off'>)
    >>> print(next_step("CO-50", remittance_date="2026-06-01").deadline.last_day)
    2026-10-04
    """
    dates = KnownDates.of(service_date, through_date, remittance_date, identified_on)
    if isinstance(subject, Finding):
        return _step_of_finding(subject, dates)
    remarks = [remark] if isinstance(remark, str) else remark or ()
    known = frozenset(rarcs().canonical(code) for code in remarks)
    query = _query(subject, known, as_bool_or_none(assigned, "assigned"))
    return _step_of_code(query, dates, shipped_steps() if steps is None else steps)


def _query(
    subject: str | int | Carc | AdjustmentCode | Adjustment, remarks: frozenset[str], assigned: bool | None
) -> StepQuery:
    if isinstance(subject, Carc):
        return StepQuery(subject.code, None, remarks, subject, assigned)
    if isinstance(subject, AdjustmentCode):
        return StepQuery(subject.carc.code, subject.group, remarks, subject.carc, assigned)
    if isinstance(subject, Adjustment):
        code = carcs().canonical(subject.reason)
        return StepQuery(code, _GROUPS.get(subject.group.upper()), remarks, carcs().get(code), assigned)
    code = carcs().canonical(subject)
    return StepQuery(code, split_code(subject)[0], remarks, carcs().get(code), assigned)


_GROUPS: Mapping[str, GroupCode] = {group.value: group for group in GroupCode}


def _step_of_code(query: StepQuery, dates: KnownDates, steps: StepTable) -> Step:
    rule = steps.rule_for(query)
    if not rule.guard:
        rule = _by_group(rule, query)
        rule = steps.guard_against(rule.step, query) or rule
    clocks = dates.clocks(rule.deadlines or action_facts()[rule.step].deadlines)
    action, late = _held_against_filing(rule.step, query, clocks, dates)
    facts = action_facts()[action]
    title = query.entry.title if query.entry else ""
    unusual = AdjustmentCode(query.group, query.entry).unusual if query.entry else ""
    odd = f"unusual: {unusual}" if unusual and not rule.guard else ""
    why = _sentences(title, rule.why or facts.why, late, facts.note, odd)
    authority = rule.authority or _authority_of(facts.own, clocks)
    return Step(action, why, clocks, authority, "guard" if rule.guard else rule.origin, facts.instruction, facts.own)


def _authority_of(own: str, clocks: Sequence[Deadline]) -> Authority | None:
    """The source of the action's own clock, else of the first one."""
    found = next((clock for clock in clocks if clock.rule == own), clocks[0] if clocks else None)
    return found.authority if found else None


def _sentences(*parts: str) -> str:
    """Join the non-empty parts as sentences, each with a capital letter and a period."""
    texts = [part[0].upper() + part[1:] for part in parts if part]
    return " ".join(text if text.endswith((".", "?")) else f"{text}." for text in texts)


def _by_group(rule: StepRule, query: StepQuery) -> StepRule:
    """Apply the group code to a rule: CO never bills the patient, PR does."""
    group, entry = query.group, query.entry
    if group is None:
        return rule
    if group.instead_of_patient is not None:
        if rule.step is not Action.BILL_PATIENT:
            return rule
        return attrs.evolve(rule, step=group.instead_of_patient, why=group.why, deadlines=(), authority=None)
    if entry is None or rule.origin not in _OURS or rule.step in _PATIENT_OR_NEXT_PAYER or not _is_owed(entry, rule):
        return rule
    why = f"{group.why} (without its group code: {rule.step})"
    return attrs.evolve(rule, step=Action.BILL_PATIENT, why=why, deadlines=(), authority=None)


_OURS = ("library", "default")
_PATIENT_OR_NEXT_PAYER = (Action.BILL_PATIENT, Action.BILL_OTHER_PAYER)


def _is_owed(entry: Carc, rule: StepRule) -> bool:
    """Whether a PR amount is really owed: not information, a credit or a repeat."""
    if entry.kind is CodeKind.DENIAL:
        return rule.step is not Action.NONE
    return entry.kind in (CodeKind.REDUCTION, CodeKind.PATIENT_SHARE)


def _held_against_filing(
    step: Action, query: StepQuery, clocks: Iterable[Deadline], dates: KnownDates
) -> tuple[Action, str]:
    """The action, and what the date of the remittance says about the filing deadline."""
    filing = next((clock for clock in clocks if clock.rule == "timely_filing"), None)
    if filing is None or dates.remittance is None:
        return step, ""
    past, last_day = filing.is_passed(dates.remittance), for_readers(filing.last_day)
    if step is Action.CORRECT_AND_RESUBMIT and past:
        return step, (
            f"the last day to file, {last_day}, was past when the remittance came: a new claim is late, so ask "
            "your MAC about a reopening"
        )
    if query.code == "29" and not past:
        return Action.REVIEW, (
            f"the remittance is not later than the last day to file, {last_day}: the claim cannot have been late, so "
            "ask your MAC"
        )
    return step, ""


def _step_of_finding(finding: Finding, dates: KnownDates) -> Step:
    """Choose the step by the verdict, then by who is owed.

    Money that does not belong to the provider is never kept.
    """
    action, why, authority = _advice().get(finding.verdict) or _advice()[finding.owed_to]
    facts = action_facts()[action]
    clocks = dates.clocks(facts.deadlines)
    why = _sentences(why, facts.note, finding.reason)
    return Step(action, why, clocks, authority, task=facts.instruction, clock=facts.own)


@cache
def _advice() -> Mapping[Verdict | OwedTo | None, tuple[Action, str, Authority | None]]:
    """Rows of ``data/steps/findings.csv`` by verdict, or else by who is owed."""
    advice: dict[Verdict | OwedTo | None, tuple[Action, str, Authority | None]] = {}
    for row in shipped_rows("steps/findings.csv", ("verdict", "owed_to", "step", "why", "authority", "says")):
        if row.text("verdict"):
            key: Verdict | OwedTo | None = row.member("verdict", Verdict)
        else:
            key = row.member("owed_to", OwedTo) if row.text("owed_to") else None
        advice[key] = (row.member("step", Action), row.filled("why"), row.authority())
    return advice
