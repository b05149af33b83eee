"""Find what needed review and was reversed since, so that it is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._audit.groups import GroupKey
from sequestration._audit.summaries.netted_claims import net_claims
from sequestration._checking.findings import Finding, OwedTo
from sequestration._checking.wording import OWED_TO
from sequestration._money import as_dollars, format_dollars

__all__ = ["ReversedSince"]


_Issue: TypeAlias = tuple[str, str, "OwedTo | None"]
"""Payer's claim number and patient control number of a payment, and whom its wrong amount is owed to."""


@attrs.frozen
class ReversedSince:
    """Lines that need review and that reversals took back.

    Attributes:
        lines: Group and difference, in whole cents, of each line.
        settled: Claims of whose own numbers nothing else is open, with whom the reversed amount was owed to.
    """

    lines: list[tuple[GroupKey, int]]
    settled: frozenset[_Issue]

    @classmethod
    def of(cls, events: Iterable[ClaimEvent]) -> ReversedSince:
        """Find what was reversed of payments and reversals."""
        lines = list[tuple[GroupKey, int]]()
        settled = set[_Issue]()
        for claim in net_claims(events):
            still_open = {issue for event in claim.standing for issue in _issues(event)}
            for event in claim.reversed:
                lines += event.reviewed
                settled |= _issues(event) - still_open
        return cls(lines, frozenset(settled))

    @property
    def amounts(self) -> dict[OwedTo, Decimal]:
        """Dollars by whom they were owed to."""
        cents = dict.fromkeys(OwedTo, 0)
        for key, difference in self.lines:
            owed_to = _owed_to(key)
            if owed_to is not None:
                cents[owed_to] += abs(difference)
        return {owed_to: as_dollars(amount) for owed_to, amount in cents.items()}

    def has_settled(self, finding: Finding) -> bool:
        """Whether a finding's payment was reversed and none with its issue is left."""
        if not finding.verdict.needs_review:
            return False
        return (finding.payer_claim_number, finding.claim, finding.owed_to) in self.settled

    def mark(self, finding: Finding) -> bool | None:
        """Whether `has_settled`; None for a finding that does not need review."""
        return self.has_settled(finding) if finding.verdict.needs_review else None

    def plain_finding(self, finding: Finding, as_of: date | None) -> dict[str, Any]:
        """Convert a finding to plain values with its mark, and without a step if settled."""
        values = finding.to_dict(as_of) | {"reversed_since": self.mark(finding)}
        return values | {"step": None} if values["reversed_since"] else values

    def __str__(self) -> str:
        return ", ".join(
            f"{format_dollars(amount)} owed to {owed_to.words}" for owed_to, amount in self.amounts.items() if amount
        )


def _issues(event: ClaimEvent) -> set[_Issue]:
    """Issues of a payment that need review."""
    return {(event.number, event.claim, _owed_to(key)) for key, _ in event.reviewed}


def _owed_to(key: GroupKey) -> OwedTo | None:
    return OWED_TO.get(key.verdict)
