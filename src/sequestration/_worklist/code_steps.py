"""Choose the next step for a code, without anything of a remittance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc, CodeKind
from sequestration._codes.groups import GroupCode
from sequestration._codes.pairs import AdjustmentCode
from sequestration._codes.step import Step
from sequestration._codes.step_rules import (
    ActionFacts,
    StepQuery,
    StepRule,
    StepTable,
    action_facts,
    shipped_steps,
)
from sequestration._dates import for_readers
from sequestration._law.deadline import Deadline
from sequestration._worklist.clocks import KnownDates

if TYPE_CHECKING:
    from sequestration._codes.remark_notes import RemarkNote

__all__ = ["own_clock", "sentences", "step_of_code", "step_of_pair"]


def step_of_pair(pair: AdjustmentCode) -> Step:
    """Choose the step of a code of which nothing else is known."""
    query = StepQuery(pair.carc.code, pair.group, entry=pair.carc, is_medicare=pair.group is not GroupCode.PI)
    return step_of_code(query, KnownDates(), shipped_steps())


def step_of_code(query: StepQuery, dates: KnownDates, steps: StepTable) -> Step:
    """Choose the step by the rules of a table, the group code and the remarks."""
    rule = _rule_for(query, steps)
    notes = _notes_of(query.remarks) if query.remarks else []
    rules = rule.deadlines or action_facts()[rule.step].deadlines
    clocks = dates.clocks(_running(rules, notes)) if query.is_medicare else ()
    action, late = _held_against_filing(rule.step, query, clocks, dates)
    facts = action_facts()[action]
    own = own_clock(facts, clocks)
    authority = rule.authority or (own or clocks[0]).authority if clocks else rule.authority
    return Step(
        action,
        _why(query, rule, notes, facts, late),
        clocks,
        authority if query.is_medicare else None,
        "guard" if rule.guard else rule.origin,
        facts.instruction if query.is_medicare else facts.instruction_plan,
        own.rule if own else "",
    )


def _rule_for(query: StepQuery, steps: StepTable) -> StepRule:
    """The row of a table that decides once the group code was applied to it.

    A guard has the last word.
    """
    rule = steps.rule_for(query)
    if rule.guard:
        return rule
    rule = _by_group(rule, query)
    if rule.origin in _OURS:
        rule = steps.instead_of(rule.step, query) or rule
    return steps.guard_against(rule.step, query) or rule


def _why(query: StepQuery, rule: StepRule, notes: Iterable[RemarkNote], facts: ActionFacts, late: str) -> str:
    """Title of the code, what its remarks add, and the reasons for the step."""
    entry = query.entry
    unusual = AdjustmentCode(query.group, entry).unusual if entry and not rule.guard else ""
    # A guard for a code, and a row for a remark, say themselves what the remark would add.
    remarks = [] if rule.guard and rule.code else [note for note in notes if note.remark != rule.remark]
    return sentences(
        entry.title if entry else "",
        *(f"{note.remark}: {note.says}" for note in remarks),
        rule.why or facts.why,
        late,
        facts.note if query.is_medicare else "",
        f"unusual: {unusual}" if unusual else "",
    )


def _notes_of(remarks: Iterable[str]) -> list[RemarkNote]:
    """The notes of some remarks, in the order of their codes."""
    from sequestration._codes.remark_notes import remark_notes  # Imported here because most codes have no remark.

    return [remark_notes()[code] for code in sorted(remarks) if code in remark_notes()]


def _running(rules: Iterable[str], notes: Iterable[RemarkNote]) -> list[str]:
    """The clocks that run: without the appeal where a remark says that there is none."""
    appealable = all(note.allows_appeal for note in notes)
    return [rule for rule in rules if appealable or rule != "redetermination"]


def own_clock(facts: ActionFacts, clocks: Iterable[Deadline]) -> Deadline | None:
    """The clock of the action itself; the others run beside it."""
    by_rule = {clock.rule: clock for clock in clocks}
    return next((by_rule[rule] for rule in facts.own if rule in by_rule), None)


def sentences(*parts: str) -> str:
    """Join the non-empty parts, which have no period at the end, as sentences."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _by_group(rule: StepRule, query: StepQuery) -> StepRule:
    """Apply the group code to a rule: CO never bills the patient, PR does.

    PR does not make a denial the patient's that is about coverage on the day, the claim's data, its documentation, the
    provider's enrollment, or another payer: something can be corrected first.
    """
    group, entry = query.group, query.entry
    if group is None:
        return rule
    if group.instead_of_patient is not None:
        if rule.step is not Action.BILL_PATIENT:
            return rule
        return attrs.evolve(rule, step=group.instead_of_patient, why=group.why, deadlines=(), authority=None)
    decided = rule.group is group or rule.origin not in _OURS or rule.step in _PATIENT_OR_NEXT_PAYER
    if entry is None or decided or not _is_owed(entry, rule):
        return rule
    why = f"{group.why} (without its group code: {rule.step})"
    return attrs.evolve(rule, step=Action.BILL_PATIENT, why=why, deadlines=(), authority=None)


_NOT_THE_PATIENTS = frozenset(
    {
        "bundling",
        "coding",
        "coordination_of_benefits",
        "documentation",
        "duplicate",
        "eligibility",
        "mandated_reduction",
        "provider_enrollment",
        "timely_filing",
    }
)
"""Categories that are corrected, or borne by the provider, before the patient may be billed."""
_OURS = ("library", "default")
_PATIENT_OR_NEXT_PAYER = (Action.BILL_PATIENT, Action.BILL_OTHER_PAYER)
_CAN_BE_CORRECTED = (Action.CORRECT_AND_RESUBMIT, Action.SEND_DOCUMENTATION, Action.VERIFY_ELIGIBILITY)


def _is_owed(entry: Carc, rule: StepRule) -> bool:
    """Whether a PR amount is really owed.

    Not information, a credit or a repeat, nor what can be corrected first.
    """
    if entry.kind is CodeKind.PATIENT_SHARE:
        return True
    if entry.category in _NOT_THE_PATIENTS or entry.step in _CAN_BE_CORRECTED:
        return False
    return entry.kind is CodeKind.REDUCTION or (entry.kind is CodeKind.DENIAL and rule.step is not Action.NONE)


def _held_against_filing(
    step: Action, query: StepQuery, clocks: Iterable[Deadline], dates: KnownDates
) -> tuple[Action, str]:
    """The action, and what the date of the remittance says about the filing deadline."""
    filing = next((clock for clock in clocks if clock.rule in ("timely_filing", "adjustment")), None)
    if filing is None or dates.remittance is None:
        return step, ""
    past, last_day = filing.is_passed(dates.remittance), for_readers(filing.last_day)
    if step is Action.CORRECT_AND_RESUBMIT and past:
        return step, (
            f"the last day to file, {last_day}, had passed when the remittance came. A new claim is late, so ask "
            "your MAC about a reopening"
        )
    if step is Action.ADJUST_CLAIM and past:
        return (
            Action.REQUEST_REOPENING,
            f"the last day for an adjustment claim, {last_day}, has passed: request a reopening",
        )
    if query.code == "29" and not past:
        return Action.REVIEW, (
            f"the remittance is not later than the last day to file, {last_day}. The claim can't have been late, so "
            "ask your MAC"
        )
    return step, ""
