"""Recommend the next step for an adjustment or a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import TypeAlias

from sequestration._checking.findings import Finding, OwedTo, Verdict
from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc
from sequestration._codes.groups import GroupCode
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.shipped import carcs, rarcs
from sequestration._codes.spelling import split_code
from sequestration._codes.step import Step
from sequestration._codes.step_rules import ActionFacts, StepQuery, StepTable, action_facts, shipped_steps
from sequestration._data import shipped_rows
from sequestration._dates import Day
from sequestration._errors import InvalidArgument, InvalidArgumentType
from sequestration._flags import as_bool_or_none
from sequestration._messages import shorten_repr
from sequestration._provenance import Authority
from sequestration._worklist.clocks import KnownDates, Starts, clocks_from
from sequestration._worklist.code_steps import own_clock, sentences, step_of_code
from sequestration._x12.model import Adjustment

__all__ = ["StepSubject", "next_step", "step_of_verdict"]

StepSubject: TypeAlias = str | int | Carc | AdjustmentCode | Adjustment | Finding
"""Subject of a step: a code as people write it, an entry, a pair, an adjustment, or a finding."""


def next_step(
    subject: StepSubject,
    *,
    remark: str | Iterable[str] | None = None,
    payer: str | None = None,
    institutional: bool | None = None,
    assigned: bool | None = None,
    service_date: Day | None = None,
    through_date: Day | None = None,
    remittance_date: Day | None = None,
    identified_on: Day | None = None,
    steps: StepTable | None = None,
) -> Step:
    """Recommend the next step for an adjustment or a finding.

    For Medicare, the remark comes first: a claim with remark MA130 could not be processed and is sent as a new
    claim. Any other denied or reduced claim was decided. It is corrected by a reopening, by an adjustment claim
    (bill type xx7) of an institution, or by an appeal, because a new claim would be a duplicate (CARC 18).

    The group code takes precedence over the reason code: under PR, the patient or the next payer is billed, unless the
    denial is about eligibility, data, documentation or the like; under any other group the patient is not. Under PI and
    for a plan, no Medicare deadline applies. A code newer than the table gets the step "review".

    Args:
        subject: A code as people write it ("CO-253"), a `Carc`, an `AdjustmentCode`, an `Adjustment` or a
            `Finding`.
        remark: Remark code or codes of the adjustment.
        payer: "ffs" for fee-for-service Medicare, "plan" for any other payer; None is read as Medicare.
        institutional: Whether it is an institutional claim; None if unknown.
        assigned: Whether the provider accepted assignment; None if unknown.
        service_date: Date of service, from which timely filing counts.
        through_date: Last day of an institutional bill, from which its timely filing counts.
        remittance_date: Date of the remittance, from which appeals and reopenings count.
        identified_on: Day on which an overpayment was identified.
        steps: The practice's own table (`STEPS.with_rules`); None for `STEPS`.

    Raises:
        UnknownCode: The subject is not a code.
        InvalidDate: A date is not valid, or the through date is before the service date.
        InvalidArgument: The payer is not one of those named above.

    >>> next_step("CO-253").action, next_step("PR-204").action, next_step("CO-204").action
    (<Action.WRITE_OFF: 'write off'>, <Action.BILL_PATIENT: 'bill patient'>, <Action.WRITE_OFF: 'write off'>)
    >>> next_step("CO-16", remark="MA130").action, next_step("CO-16", remark="MA01").action
    (<Action.CORRECT_AND_RESUBMIT: 'correct and resubmit'>, <Action.REQUEST_REOPENING: 'request reopening'>)
    >>> print(next_step("CO-50", remittance_date="2026-06-01").deadline.last_day)
    2026-10-04
    """
    dates = KnownDates.of(service_date, through_date, remittance_date, identified_on)
    is_medicare = _is_medicare(payer)
    if isinstance(subject, Finding):
        verdict = subject.verdict if is_medicare else Verdict.NOT_APPLICABLE
        return step_of_verdict(verdict, subject.owed_to, subject.reason, dates)
    remarks = [remark] if isinstance(remark, str) else remark or ()
    code, group, entry = _code_of(subject)
    query = StepQuery(
        code,
        group,
        frozenset(rarcs().canonical(each) for each in remarks),
        entry,
        as_bool_or_none(assigned, "assigned"),
        is_medicare and group is not GroupCode.PI,
        as_bool_or_none(institutional, "institutional"),
    )
    return step_of_code(query, dates, shipped_steps() if steps is None else steps)


_PAYERS: Mapping[str | None, bool] = {None: True, "ffs": True, "plan": False, "contract": False}


def _is_medicare(payer: str | None) -> bool:
    """Whether the caller's payer is fee-for-service Medicare."""
    if payer is not None and not isinstance(payer, str):
        raise InvalidArgumentType(f"payer must be 'ffs' or 'plan', not {type(payer).__name__}")
    if payer not in _PAYERS:
        raise InvalidArgument(f"payer must be 'ffs' or 'plan', not {shorten_repr(payer)}")
    return _PAYERS[payer]


def _code_of(
    subject: str | int | Carc | AdjustmentCode | Adjustment,
) -> tuple[str, GroupCode | None, Carc | None]:
    """The reason code of a subject, its group and its entry, each if it has one."""
    if isinstance(subject, Carc):
        return subject.code, None, subject
    if isinstance(subject, AdjustmentCode):
        return subject.carc.code, subject.group, subject.carc
    if isinstance(subject, Adjustment):
        code = carcs().canonical(subject.reason)
        return code, _GROUPS.get(subject.group.upper()), carcs().get(code)
    code = carcs().canonical(subject)
    return code, split_code(subject)[0], carcs().get(code)


_GROUPS: Mapping[str, GroupCode] = {group.value: group for group in GroupCode}


def step_of_verdict(verdict: Verdict, owed_to: OwedTo | None, reason: str, dates: KnownDates) -> Step:
    """Choose the step of a finding by the verdict, then by who is owed.

    Money that does not belong to the provider is never kept.

    Args:
        verdict: Verdict of the finding.
        owed_to: Party that is owed money.
        reason: Reason of the finding.
        dates: Days that its deadlines may run from.
    """
    key: Verdict | OwedTo | None = verdict if verdict in _advice() else owed_to
    return _step_of_advice(key, reason, dates.starts(_facts_of(key).deadlines))


@lru_cache  # The findings of a remittance share their steps.
def _step_of_advice(key: Verdict | OwedTo | None, reason: str, starts: Starts) -> Step:
    action, why, authority = _advice()[key]
    facts = _facts_of(key)
    clocks = clocks_from(starts)
    own = own_clock(facts, clocks)
    why = sentences(why, facts.note, reason)
    return Step(action, why, clocks, authority, task=facts.instruction, clock=own.rule if own else "")


@cache
def _facts_of(key: Verdict | OwedTo | None) -> ActionFacts:
    action, _, _ = _advice()[key]
    return action_facts()[action]


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
