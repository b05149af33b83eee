"""State of one transaction while it is read, and the audit that its end adds to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import attrs

from sequestration._audit.claim_history import ClaimEvent, ClaimHistory
from sequestration._audit.groups import GroupKey, Groups, GroupSums, group_key
from sequestration._audit.repeats import RemittanceKey, TransactionPart, repeat_facts
from sequestration._audit.result import Audit, AuditedFile, add_part
from sequestration._audit.reversals import ReversalMatcher
from sequestration._audit.roundings import HeldJudgment, Roundings
from sequestration._checking.findings import Finding, Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.payer import Payer
from sequestration._checking.settle import PayerConduct
from sequestration._x12.problems import Problem, ProblemCode
from sequestration._x12.remittance import ProviderAdjustment

__all__ = ["AuditBuilder", "ClosedTransaction", "NumberedFindings", "Transaction"]

_MAX_SUMS = 10_000

HeldPlace: TypeAlias = tuple[bool, bool, str, GroupKey]
"""Whether judgments are pending, whether their date is in doubt because it is old, their month and group."""

NumberedFindings: TypeAlias = list[tuple[int, Finding]]
"""Findings that are kept, with the numbers of their lines or claims, in the order in which they were settled."""


@attrs.define
class Transaction:
    """State that is kept until a transaction ends."""

    number: int = 0
    claims_before: int = 0
    lines_before: int = 0
    last_claim: str = ""
    reversals: ReversalMatcher = attrs.field(factory=ReversalMatcher)
    part: TransactionPart = attrs.field(factory=TransactionPart)
    kept: NumberedFindings = attrs.field(factory=list[tuple[int, Finding]])
    paid: int | None = 0
    cuts: int = 0  # lines or claims with sequestration, where some was due
    old_claims: set[int] = attrs.field(factory=set[int])
    """Claims whose date is in doubt because it is old, by their number in the file."""
    pays_on_time: bool = False
    """Whether all other claims are recent enough to have been filed on time, which is known at the end."""
    uncut_cents: int = 0
    vouched_for: bool = False
    held: list[HeldJudgment] = attrs.field(factory=list[HeldJudgment])
    events: list[ClaimEvent] = attrs.field(factory=list[ClaimEvent])
    held_of: Counter[Verdict] = attrs.field(factory=Counter[Verdict])
    held_sums: dict[HeldPlace, GroupSums] = attrs.field(factory=dict[HeldPlace, GroupSums])
    """What is too much to hold."""
    roundings: Roundings = attrs.field(factory=Roundings)
    plan: Groups = attrs.field(factory=Groups)
    """What a plan withheld, as Medicare would judge it."""
    payers: dict[str, Payer] = attrs.field(factory=dict[str, Payer])
    rounded: tuple[int, int] = (0, 0)  # Number of cases off by rounding: too large, too small.
    rounded_cents: int = 0

    @property
    def uncut(self) -> int:
        """Number of cases with sequestration due while the payer had withheld none."""
        return self.held_of[Verdict.UNDETERMINED]

    @property
    def conduct(self) -> PayerConduct:
        """Conduct of the payer as shown by the claims so far."""
        return PayerConduct(self.cuts, self.vouched_for, self.uncut, self.pays_on_time)

    def hold(self, judgment: Judgment, event: ClaimEvent | None, limit: int) -> None:
        """Hold a judgment back; beyond a number of its verdict only its sums."""
        self.held_of[judgment.verdict] += 1
        if judgment.pending:
            self.uncut_cents += judgment.expected or 0
        if self.held_of[judgment.verdict] <= limit:
            self.held.append((self.number, judgment, event))
        else:
            if event is not None:
                event.add_expected(None)
            self._add_held_sums(judgment)

    def add_rounding(self, difference: int, count: int = 1) -> None:
        """Add cases that are off by rounding, too large (positive) or too small."""
        large, small = self.rounded
        self.rounded = (large + count, small) if difference > 0 else (large, small + count)
        self.rounded_cents += difference

    def _add_held_sums(self, judgment: Judgment) -> None:
        """Sum a case that is too much to hold, by the verdict it has unless withdrawn."""
        key = group_key(judgment, Verdict.MISSING if judgment.pending else None)
        if len(self.held_sums) >= _MAX_SUMS:
            key = GroupKey(key.verdict)
        place = judgment.pending, judgment.has_old_date, judgment.month, key
        self.held_sums.setdefault(place, GroupSums()).add(GroupSums.of(judgment))

    def add_paid(self, cents: int | None) -> None:
        """Add a claim's payment; an unreadable payment makes the sum unknown."""
        self.paid = None if self.paid is None or cents is None else self.paid + cents


@attrs.define(eq=False)
class ClosedTransaction:
    """A transaction at its end, before it is known whether it repeats an earlier one.

    Attributes:
        part: What it adds, without its findings.
        kept: Its findings with their numbers, in the order in which they were settled.
        key: Key to recognize the same remittance by, or None.
        history: Its payments and reversals.
        claims: Number of its claims.
        lines: Number of its service lines.
    """

    part: TransactionPart
    kept: NumberedFindings
    key: RemittanceKey | None
    history: ClaimHistory
    claims: int
    lines: int


class AuditBuilder:
    """Audit of one file, to which its transactions are added in order.

    Args:
        file: Name of the file.
        limit: Number of findings of each verdict to keep.
        findings_to: Takes the findings of each transaction; None to keep them.
    """

    def __init__(
        self, file: str | None, limit: int, findings_to: Callable[[list[Finding]], None] | None = None
    ) -> None:
        self.file = AuditedFile(file)
        self._limit = limit
        self._findings_to = findings_to
        self._audit = Audit(files=[self.file])
        self._plain: dict[str, int] = {}
        self._left_out: set[int] = set()  # Provider-level adjustments of repeated remittances, by identity.
        self._kept_of: dict[Verdict, int] = dict.fromkeys(Verdict, 0)

    def try_keep(self, verdict: Verdict) -> bool:
        """Count another finding of a verdict as kept; False if the limit is reached."""
        if self._kept_of[verdict] >= self._limit:
            return False
        self._kept_of[verdict] += 1
        return True

    def add(self, closed: ClosedTransaction, report: Callable[..., None]) -> None:
        """Add a transaction, or report that the same remittance was read before.

        Args:
            closed: The transaction.
            report: Function to report a problem at the end of the transaction.
        """
        part = closed.part
        part.findings = _in_order(closed.kept)
        first = None if closed.key is None else self._audit.remittances.find(closed.key)
        if closed.key is None or first is None:
            self._audit.history.merge(closed.history)
            self._add_part(part)
            if closed.key is not None:
                self._audit.remittances.remember(closed.key, part, self.file.name)
            return
        report(ProblemCode.REPEATED_REMITTANCE, **repeat_facts(closed.key, first))
        for finding in part.findings:
            self._kept_of[finding.verdict] -= 1
        self._left_out.update(map(id, part.provider_adjustments))
        self._audit.provider_adjustments_dropped -= part.provider_adjustments_dropped

    def add_unfinished(self, part: TransactionPart, kept: NumberedFindings) -> None:
        """Add what a transaction adds in which the reading failed."""
        part.findings = _in_order(kept)
        self._add_part(part)

    def finish(
        self,
        problems: list[Problem],
        problems_dropped: int,
        provider_adjustments: Sequence[ProviderAdjustment],
        provider_adjustments_dropped: int,
    ) -> Audit:
        """The audit, at the end of the file.

        Args:
            problems: Problems of the file.
            problems_dropped: Number of problems that are not kept.
            provider_adjustments: Provider-level adjustments of the file.
            provider_adjustments_dropped: Number of those that are not kept.
        """
        audit = self._audit
        audit.totals.enter_correct(self._plain)
        audit.problems = problems
        audit.problems_dropped = problems_dropped
        audit.provider_adjustments = [item for item in provider_adjustments if id(item) not in self._left_out]
        audit.provider_adjustments_dropped += provider_adjustments_dropped
        return audit

    def _add_part(self, part: TransactionPart) -> None:
        """Add sums; most of them are plain ones, which are added up first."""
        if self._findings_to is not None and part.findings:
            self._findings_to(part.findings)
            part.findings = []
        add_part(self._audit, part)
        plain = self._plain
        for month, cents in part.plain.items():
            plain[month] = plain.get(month, 0) + cents


def _in_order(kept: NumberedFindings) -> list[Finding]:
    """The findings in the order of their lines and claims."""
    return [finding for _, finding in sorted(kept, key=lambda item: item[0])]
