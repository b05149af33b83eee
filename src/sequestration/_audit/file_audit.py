"""Audit one file while it is read: findings, sums, balance, reversals.

Findings that need no review are counted and summed but not kept, so that memory grows only with what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

import attrs

from sequestration._audit.balance import claim_gap, is_balanced, line_gaps, transaction_gap
from sequestration._audit.claim_history import ClaimEvent, ClaimHistory, RemittanceMark
from sequestration._audit.fast_path.days import RatedDays
from sequestration._audit.fast_path.loop import FastPath, PlainClaims
from sequestration._audit.groups import GroupKey, GroupSums, group_key
from sequestration._audit.ledger import TransactionLedger
from sequestration._audit.repeats import TransactionPart, payer_number, remittance_key
from sequestration._audit.result import Audit
from sequestration._audit.summaries.plans import judge_plan
from sequestration._audit.totals import NOT_CHECKED, Sums
from sequestration._audit.transaction import AuditBuilder, ClosedTransaction, Transaction
from sequestration._checking.check import judge_claim
from sequestration._checking.doubts import pays_on_time
from sequestration._checking.findings import OwedTo, Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.payer import Payer, PayerKind, PayerStanding, classify_payer
from sequestration._checking.reasons import IMPOSSIBLE_DATES
from sequestration._checking.settle import is_right_in_all, settle, settled_verdict
from sequestration._checking.wording import build_finding, explanations_of
from sequestration._codes.step import Step
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_dollars
from sequestration._worklist.clocks import KnownDates
from sequestration._worklist.next_step import step_of_verdict
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.model import Claim
from sequestration._x12.problems import ProblemCode
from sequestration._x12.reader import RemittanceReader
from sequestration._x12.remittance import Remittance
from sequestration._x12.repeated_adjustments import count_once

__all__ = ["CheckOptions", "FileAudit", "Keep", "payer_doubt"]

_MAX_HELD = 10_000
_MAX_PAYERS = 1_000
_MAX_STEPS = 1_000
_MIN_ROUNDINGS_FOR_PATTERN = 5
# Every line asks for these, and in Python 3.11 a member takes long to look up.
_ROUNDING, _UNDETERMINED, _NOT_APPLICABLE = Verdict.ROUNDING, Verdict.UNDETERMINED, Verdict.NOT_APPLICABLE


class Keep(StrEnum):
    """Findings that an audit keeps."""

    WRONG = "wrong"
    ALL = "all"


@attrs.frozen
class CheckOptions:
    """Options of check_835, and the days that were looked up in the schedule."""

    keep: Keep
    limit: int
    payers: Mapping[str, PayerKind]
    schedule: RateSchedule
    days: RatedDays = attrs.field(
        default=attrs.Factory(lambda options: RatedDays(options.schedule), takes_self=True), init=False
    )


class FileAudit:
    """Audit of one file while it is read.

    Its transactions go to the builder as they end.
    """

    def __init__(self, reader: RemittanceReader, options: CheckOptions, builder: AuditBuilder | None = None) -> None:
        self._reader = reader
        self._options = options
        self._builder = AuditBuilder(reader.file, options.limit) if builder is None else builder
        self._file = self._builder.file
        self._ledger = TransactionLedger()
        self._provider_adjustments_seen = 0
        self._payers_doubted: set[tuple[str, ...]] = set()
        self._transaction = Transaction()
        self._fast_path = FastPath(options.days, self._ledger, self._is_medicare, self._add_plain)
        # Findings that are kept come from the judge, so the fast path is off if all are kept.
        self._keeps_all = options.keep is Keep.ALL
        self._select = None if self._keeps_all else self._fast_path.select

    def run(self) -> Audit:
        """Read the file to its end and return the audit."""
        try:
            for item in self._reader.claims_and_ends(self._select):
                if isinstance(item, Claim):
                    self._add_claim(item)
                else:
                    self._end_transaction(item)
        except OSError:  # What was read before is kept, and the reader has reported the error.
            if not self._file.claims:
                raise
        self._release_roundings()
        reader = self._reader
        self._builder.add_unfinished(self._close_part(None), self._transaction.kept)
        return self._builder.finish(
            reader.problems, reader.problems_dropped, reader.provider_adjustments, reader.provider_adjustments_dropped
        )

    def _add_claim(self, claim: Claim) -> None:
        file, transaction = self._file, self._transaction
        file.claims += 1
        file.lines += len(claim.lines)
        transaction.add_paid(claim.paid_cents)
        transaction.last_claim = claim.control_number
        payer = self._payer(claim)
        if not is_balanced(claim):
            claim = self._counted_once(claim)
            self._check_balance(claim)
        entered = self._ledger.enter(claim)
        if claim.status_contradicts_amounts:
            self._note(ProblemCode.STATUS_CONTRADICTS_AMOUNTS, claim)
        if claim.is_reversal:
            difference = transaction.reversals.difference(claim, entered, self._ledger)
            if difference is not None:
                self._note(ProblemCode.NOT_MIRRORED, claim, difference=difference)
        else:
            transaction.reversals.remember(claim, entered)
        judgments = list(judge_claim(claim, payer, self._options.schedule, file.claims))
        self._report_dates(claim, judgments)
        event = _event(claim, judgments)
        is_exact = _ROUNDING in [each.verdict for each in judgments] and is_right_in_all(judgments)
        are_held = [self._add_judgment(judgment, event, is_exact=is_exact) for judgment in judgments]
        if payer.is_plan:
            transaction.plan.add(judge_plan(claim, payer, judgments, self._options.schedule))
        if any(are_held):  # All of the claim is judged, so the rest of it need not be kept.
            judgments[0].case.let_go()
        if event is not None:
            self._transaction.events.append(event)

    def _report_dates(self, claim: Claim, judgments: Sequence[Judgment]) -> None:
        """Report dates that cannot be right, once for a claim."""
        for judgment in judgments:
            if judgment.reason is not None and judgment.reason.code in IMPOSSIBLE_DATES:
                self._note(ProblemCode.DOUBTFUL_DATES, claim, reason=judgment.reason.text)
                return

    def _add_plain(self, plain: PlainClaims, delimiters: Delimiters) -> None:
        """Add what the fast path took."""
        file, transaction = self._file, self._transaction
        file.claims += plain.claims
        file.lines += plain.lines
        transaction.add_paid(plain.paid)
        transaction.last_claim = plain.originals[-1][0]
        transaction.reversals.remember_plain(plain.originals, delimiters)
        if plain.cuts:
            self._settle(len(plain.cuts))

    def _payer(self, claim: Claim) -> Payer:
        """The standing of a payer, computed once per transaction for each plan code."""
        payer = self._transaction.payers.get(claim.plan)
        if payer is None:
            payer = classify_payer(claim.plan, claim.remittance, None, self._options.payers)
            if payer.problem is not None:
                self._doubt_payer(payer.problem, claim)
            self._remember_payer(claim.plan, payer)
        return payer

    def _is_medicare(self, plan: str, remittance: Remittance) -> bool:
        """Whether a payer is Medicare; a doubt is reported where its claim is judged."""
        payer = classify_payer(plan, remittance, None, self._options.payers)
        if payer.is_medicare:
            self._remember_payer(plan, payer)
        return payer.is_medicare

    def _remember_payer(self, plan: str, payer: Payer) -> None:
        transaction = self._transaction
        if payer.standing is PayerStanding.VOUCHED_MEDICARE:
            transaction.vouched_for = True
        if len(transaction.payers) < _MAX_PAYERS:  # Beyond this limit, each payer is looked up again.
            transaction.payers[plan] = payer

    def _add_judgment(self, judgment: Judgment, event: ClaimEvent | None, *, is_exact: bool) -> bool:
        """Add a judgment, or hold it back; True if it is held.

        `is_exact` means that the claim as a whole is right to the cent.
        """
        transaction = self._transaction
        transaction.number += 1
        if judgment.proves_that_payer_cuts:
            self._settle(1)
        may_be_wrong = judgment.verdict is _ROUNDING and not is_exact
        if may_be_wrong and transaction.roundings.hold(transaction.number, judgment, event):
            return True
        accuses = judgment.verdict.needs_review and not transaction.vouched_for
        is_old = judgment.doubt_if_alone is not None and judgment.has_old_date
        if is_old:
            transaction.old_claims.add(self._file.claims)
        if is_old or judgment.pending or (accuses and not transaction.cuts):
            self._hold(judgment, event)
            return True
        self._add_settled(transaction.number, judgment, event)  # No conduct of the payer changes it.
        return False

    def _add_settled(self, number: int, judgment: Judgment, event: ClaimEvent | None) -> None:
        """Count and sum a judgment, and keep its finding if the limit allows."""
        verdict = judgment.verdict
        sums = GroupSums.of(judgment)
        self._count(verdict, judgment.month, sums, projected=judgment.projected)
        if event is not None:
            event.add_expected(judgment.expected if verdict is not _UNDETERMINED else None)
        if verdict is _ROUNDING:
            self._transaction.add_rounding(judgment.difference or 0)
        if not self._keeps(verdict):
            return
        explanations = explanations_of(judgment)
        if verdict.needs_review:
            group = self._transaction.part.patterns.enter(group_key(judgment, explanations=explanations), sums)
            if event is not None:
                event.reviewed += ((group, judgment.difference or 0),)
        if self._try_keep(verdict):
            position = self._file.transactions + 1
            self._transaction.kept.append((number, build_finding(judgment, explanations, position, _step)))

    # Missing or wrong amounts are held back until the payer withholds one that is due, or until the transaction ends.

    def _settle(self, cuts: int) -> None:
        """Count lines with sequestration; the first proves that this payer withholds."""
        transaction = self._transaction
        first = not transaction.cuts
        transaction.cuts += cuts
        if first:
            self._release(at_end=False)

    def _hold(self, judgment: Judgment, event: ClaimEvent | None) -> None:
        self._transaction.hold(judgment, event, _MAX_HELD if judgment.pending else self._options.limit)

    def _release(self, *, at_end: bool) -> None:
        """Count and keep what was held back.

        Wrong amounts are released first; at the end of the transaction, what was not withheld, and what has an old
        date.
        """
        transaction = self._transaction
        conduct = transaction.conduct
        kept = [held for held in transaction.held if held[1].waits_for_end and not at_end]
        for number, held, event in transaction.held:
            if at_end or not held.waits_for_end:
                self._add_settled(number, settle(held, conduct), event)
        transaction.held = kept
        for place, sums in list(transaction.held_sums.items()):
            is_pending, is_old, month, key = place
            if at_end or not (is_pending or is_old):
                verdict = settled_verdict(key.verdict, conduct, pending=is_pending, is_old=is_old)
                self._add_sums(attrs.evolve(key, verdict=verdict), month, sums)
                del transaction.held_sums[place]

    def _release_roundings(self) -> None:
        """Count and keep small differences, whose cause the whole transaction shows."""
        transaction = self._transaction
        for number, judgment, event in transaction.roundings.settle():
            self._add_settled(number, judgment, event)
        for month, key, sums in transaction.roundings.settle_sums():
            if key.verdict is Verdict.ROUNDING:
                transaction.add_rounding(sums.difference_cents, sums.lines)
            self._add_sums(key, month, sums)

    def _add_sums(self, key: GroupKey, month: str, sums: GroupSums) -> None:
        """Count and sum what was too much to hold one by one."""
        part = self._transaction.part
        self._count(key.verdict, month, sums)
        if key.verdict.needs_review:
            part.patterns.enter(key, sums)
        if self._keeps(key.verdict):
            part.drop(key.verdict, sums.lines)

    def _end_transaction(self, remittance: Remittance) -> None:
        transaction = self._transaction
        self._release_roundings()
        if len(transaction.old_claims) == 1:
            months = {*transaction.part.months, *self._fast_path.months}
            others = self._file.claims - transaction.claims_before - 1
            transaction.pays_on_time = pays_on_time(others, months, remittance.dated)
        self._release(at_end=True)
        self._report_conduct(remittance)
        self._report_plan(remittance)
        large, small = transaction.rounded
        if large + small >= _MIN_ROUNDINGS_FOR_PATTERN and not (large and small):
            self._reader.report(
                ProblemCode.ONE_SIDED_ROUNDING,
                places=large + small,
                side="large" if large else "small",
                sum=as_dollars(abs(transaction.rounded_cents)),
            )
        found = transaction_gap(remittance, transaction.paid)
        if found is not None and found[1]:
            total, gap = found
            self._reader.report(
                ProblemCode.TRANSACTION_OUT_OF_BALANCE,
                paid=remittance.payment_amount,
                sum=as_dollars(total),
                gap=as_dollars(gap),
            )
        self._file.transactions += 1
        self._builder.add(self._close(remittance), self._reader.report)
        self._transaction = Transaction(transaction.number, self._file.claims, self._file.lines)

    def _close_part(self, remittance: Remittance | None) -> TransactionPart:
        """Close the sums of the transaction."""
        part = self._transaction.part
        self._add_fast_path(part)
        part.codes = self._ledger.close()
        part.plan.add(self._transaction.plan)
        if remittance is not None:
            part.provider_adjustments = self._reader.provider_adjustments[self._provider_adjustments_seen :]
            self._provider_adjustments_seen += len(part.provider_adjustments)
            dropped = len(remittance.provider_adjustments) - len(part.provider_adjustments)
            part.provider_adjustments_dropped = dropped
        return part

    def _close(self, remittance: Remittance) -> ClosedTransaction:
        """Close the transaction."""
        transaction = self._transaction
        claims = self._file.claims - transaction.claims_before
        key = remittance_key(remittance, claims, transaction.paid, transaction.last_claim)
        history = ClaimHistory()
        mark = RemittanceMark(payer_number(remittance), key)
        history.add(mark, transaction.events, transaction.reversals.payments())
        lines = self._file.lines - transaction.lines_before
        return ClosedTransaction(self._close_part(remittance), transaction.kept, key, history, claims, lines)

    def _report_conduct(self, remittance: Remittance) -> None:
        """Report a payer that withheld nothing, or only some of what was due."""
        transaction = self._transaction
        conduct = transaction.conduct
        if not conduct.uncut or conduct.cuts_as_due or (conduct.vouched_for and not conduct.cuts):
            return
        if not conduct.cuts:
            self._reader.report(ProblemCode.PAYER_CUTS_NOBODY, places=conduct.uncut, **_payer_facts(remittance))
            return
        self._reader.report(
            ProblemCode.PAYER_CUTS_SOME,
            cuts=conduct.cuts,
            uncut=conduct.uncut,
            dollars=as_dollars(transaction.uncut_cents),
            **_payer_facts(remittance),
        )

    def _report_plan(self, remittance: Remittance) -> None:
        """Report a plan that withheld what Medicare's rate of the date does not explain."""
        wrong = [sums for key, sums in self._transaction.plan if key.verdict.needs_review]
        differences = [sums.difference_cents for sums in wrong]
        if any(differences):
            self._reader.report(
                ProblemCode.PLAN_CUTS_OTHERWISE,
                places=sum(sums.lines for sums in wrong),
                more=as_dollars(sum(each for each in differences if each > 0)),
                less=as_dollars(-sum(each for each in differences if each < 0)),
                **_payer_facts(remittance),
            )

    # Counts, sums, problems.

    def _count(self, verdict: Verdict, month: str, sums: GroupSums, *, projected: bool = False) -> None:
        part = self._transaction.part
        part.count(verdict, sums.lines)
        if projected:
            part.projected += sums.lines
        if verdict is _NOT_APPLICABLE:
            return
        totals = Sums(sums.reported_cents, 0 if verdict in NOT_CHECKED else sums.expected_cents)
        if verdict.is_wrong_amount:
            totals.in_question_cents = abs(sums.difference_cents)
        part.enter(totals, month, verdict)

    def _add_fast_path(self, part: TransactionPart) -> None:
        """Count and sum the plain claims of the transaction."""
        correct, nothing_due, part.plain = self._fast_path.close()
        if correct or nothing_due:
            part.count(Verdict.CORRECT, correct)
            part.count(Verdict.NOTHING_DUE, nothing_due)

    def _keeps(self, verdict: Verdict) -> bool:
        return self._keeps_all or verdict.needs_review

    def _try_keep(self, verdict: Verdict) -> bool:
        if self._builder.try_keep(verdict):
            return True
        self._transaction.part.drop(verdict)
        return False

    def _counted_once(self, claim: Claim) -> Claim:
        """A claim without the adjustments that its payer wrote twice, which are reported."""
        once = count_once(claim)
        if once is not claim:
            self._note(ProblemCode.ADJUSTMENTS_REPEATED, claim)
        return once

    def _check_balance(self, claim: Claim) -> None:
        if not claim.complete:
            return
        for number, gap in line_gaps(claim):
            self._note(ProblemCode.LINE_OUT_OF_BALANCE, claim, line=number, gap=as_dollars(gap))
        gap = claim_gap(claim)
        if gap:
            self._note(ProblemCode.CLAIM_OUT_OF_BALANCE, claim, gap=as_dollars(gap))

    def _doubt_payer(self, code: ProblemCode, claim: Claim) -> None:
        """Report one problem for a payer in doubt, rather than one for each claim."""
        named = _payer_facts(claim.remittance)
        known = payer_doubt(code, named)
        if known not in self._payers_doubted:
            # Beyond this limit, a payer may be reported again, up to the limit of problems.
            if len(self._payers_doubted) < _MAX_PAYERS:
                self._payers_doubted.add(known)
            self._reader.report(code, plan=claim.plan, **named)

    def _note(self, code: ProblemCode, claim: Claim, **facts: object) -> None:
        self._reader.report(code, claim=claim.control_number, **facts)


def payer_doubt(code: ProblemCode, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Key of a doubt about a payer: two with the same key are one."""
    return code, str(facts["payer"]), str(facts["number"])


def _event(claim: Claim, judgments: Sequence[Judgment]) -> ClaimEvent | None:
    """Payment or reversal for the history; None for a payer other than Medicare."""
    has_number = claim.payer_control_number.strip() or claim.original_control_number.strip()
    if not has_number or all(judgment.verdict is _NOT_APPLICABLE for judgment in judgments):
        return None
    return ClaimEvent.of(claim, sum([judgment.reported or 0 for judgment in judgments]))


@lru_cache(_MAX_STEPS)  # The findings of a remittance share few days.
def _step(verdict: Verdict, owed_to: OwedTo | None, reason: str, on: date | None, remitted_on: date | None) -> Step:
    """The next step of a finding."""
    return step_of_verdict(verdict, owed_to, reason, KnownDates(service=on, remittance=remitted_on))


def _payer_facts(remittance: Remittance) -> dict[str, str]:
    """The payer's name, and a number to identify it by: REF 2U rather than TRN03."""
    return {"payer": remittance.payer or "the payer", "number": (remittance.payer_ids or ("it",))[-1]}
