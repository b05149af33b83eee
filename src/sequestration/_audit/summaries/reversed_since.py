"""Find what needed review and was reversed since, so that no one acts on it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._audit.summaries.netted_claims import net_claims
from sequestration._checking.findings import Finding, OwedTo
from sequestration._money import as_dollars, format_dollars

__all__ = ["ReversedSince"]


@attrs.frozen
class ReversedSince:
    """Dollars in question that reversals took back.

    Attributes:
        amounts: Dollars by whom they were owed to.
        settled: Claims of which nothing else is open: payer's claim number, patient control number, and whom the
            reversed amount was owed to.
    """

    amounts: dict[OwedTo, Decimal]
    settled: frozenset[tuple[str, str, OwedTo]]

    @classmethod
    def of(cls, events: Iterable[ClaimEvent]) -> ReversedSince:
        """Sum what was reversed of payments and reversals."""
        cents = dict.fromkeys(OwedTo, 0)
        settled: set[tuple[str, str, OwedTo]] = set()
        for claim in net_claims(events):
            still_open = {_owed_to(event) for event in claim.standing if event.difference}
            for event in claim.reversed:
                if event.difference:
                    owed_to = _owed_to(event)
                    cents[owed_to] += abs(event.difference)
                    if owed_to not in still_open:
                        settled.add((event.number, event.claim, owed_to))
        return cls({owed_to: as_dollars(amount) for owed_to, amount in cents.items()}, frozenset(settled))

    def has_settled(self, finding: Finding) -> bool:
        """Whether a finding's payment was reversed and none with its issue is left."""
        owed_to = finding.owed_to
        return owed_to is not None and (finding.payer_claim_number, finding.claim, owed_to) in self.settled

    def __str__(self) -> str:
        return ", ".join(
            f"{format_dollars(amount)} owed to {owed_to.words}" for owed_to, amount in self.amounts.items() if amount
        )


def _owed_to(event: ClaimEvent) -> OwedTo:
    return OwedTo.PROVIDER if event.difference > 0 else OwedTo.MEDICARE
