"""State of one transaction while it is read."""

from __future__ import annotations

from collections import Counter

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._audit.groups import GroupKey, Groups, GroupSums, group_key
from sequestration._audit.repeats import TransactionPart
from sequestration._audit.reversals import ReversalMatcher
from sequestration._audit.roundings import HeldJudgment, Roundings
from sequestration._checking.findings import Finding, Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.payer import Payer
from sequestration._checking.settle import PayerConduct

__all__ = ["Transaction"]

_MAX_SUMS = 10_000


@attrs.define
class Transaction:
    """State that is kept until a transaction ends."""

    number: int = 0
    claims_before: int = 0
    last_claim: str = ""
    reversals: ReversalMatcher = attrs.field(factory=ReversalMatcher)
    part: TransactionPart = attrs.field(factory=TransactionPart)
    kept: list[tuple[int, Finding]] = attrs.field(factory=list[tuple[int, Finding]])
    paid: int | None = 0
    cuts: int = 0  # lines or claims with sequestration, where some was due
    uncut_cents: int = 0
    vouched_for: bool = False
    held: list[HeldJudgment] = attrs.field(factory=list[HeldJudgment])
    events: list[ClaimEvent] = attrs.field(factory=list[ClaimEvent])
    held_of: Counter[Verdict] = attrs.field(factory=Counter[Verdict])
    held_sums: dict[tuple[bool, str, GroupKey], GroupSums] = attrs.field(
        factory=dict[tuple[bool, str, GroupKey], GroupSums]
    )
    """What is too much to hold, by whether it is pending, month and group."""
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
        return PayerConduct(cuts=self.cuts, vouched_for=self.vouched_for, uncut=self.uncut)

    def add_rounding(self, difference: int, count: int = 1) -> None:
        """Add cases that are off by rounding, too large (positive) or too small."""
        large, small = self.rounded
        self.rounded = (large + count, small) if difference > 0 else (large, small + count)
        self.rounded_cents += difference

    def add_held_sums(self, judgment: Judgment) -> None:
        """Sum a case that is too much to hold, by the verdict it has unless withdrawn."""
        key = group_key(judgment, Verdict.MISSING if judgment.pending else None)
        if len(self.held_sums) >= _MAX_SUMS:
            key = GroupKey(key.verdict)
        place = judgment.pending, judgment.month, key
        self.held_sums.setdefault(place, GroupSums()).add(GroupSums.of(judgment))

    def add_paid(self, cents: int | None) -> None:
        """Add a claim's payment; an unreadable payment makes the sum unknown."""
        self.paid = None if self.paid is None or cents is None else self.paid + cents
