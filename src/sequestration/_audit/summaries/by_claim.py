"""Net payments, reversals and corrections by the payer's claim number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import ClassVar

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._audit.summaries.netted_claims import NettedClaim, net_claims
from sequestration._money import as_dollars, dollars_if_known, total_if_known
from sequestration._plain.result import Result
from sequestration._printable import make_printable

__all__ = ["ClaimTotal", "totals_by_claim"]


@attrs.frozen
class ClaimTotal(Result):
    """Sequestration of one claim, netted over its payments, reversals and corrections.

    Attributes:
        payer_claim_number: The payer's number (CLP07) of the first claim; corrections may have numbers of their own.
        claim: Patient control number (CLP01).
        payments: Number of payments, corrections included.
        reversals: Number of reversals.
        unpaired: Number of reversals whose original is not in these files.
        reported: Dollars withheld by all payments.
        expected: Dollars that the law requires for the payments that were not reversed; None if not known.
        taken_back: Dollars of sequestration that reversals took back.
        still_open: Reported less expected for what needs review and was not reversed: above zero, too much is
            withheld.
        given_back: Reported less expected for what needed review and was reversed.
        taken_twice: Dollars withheld again by payments that repeat one that was not reversed.
    """

    payer_claim_number: str
    claim: str
    payments: int
    reversals: int
    unpaired: int
    reported: Decimal
    expected: Decimal | None
    taken_back: Decimal
    still_open: Decimal
    given_back: Decimal
    taken_twice: Decimal

    _columns: ClassVar[tuple[str, ...]] = (
        "payer claim",
        "account",
        "payments",
        "reversals",
        "reported",
        "reversed",
        "expected",
        "still open",
        "returned",
        "withheld twice",
    )

    @property
    def _cells(self) -> tuple[object, ...]:
        return (
            self.payer_claim_number,
            self.claim,
            self.payments,
            self.reversals,
            self.reported,
            self.taken_back,
            self.expected,
            self.still_open,
            self.given_back,
            self.taken_twice,
        )

    def __str__(self) -> str:
        amounts = (
            ("reported", self.reported),
            ("reversed", self.taken_back),
            ("expected", self.expected),
            ("still open", self.still_open),
            ("returned", self.given_back),
            ("withheld twice", self.taken_twice),
        )
        shown = ", ".join(f"{name} {dollars_if_known(each)}" for name, each in amounts)
        return make_printable(f"claim {self.payer_claim_number} ({self.claim}): {shown}")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows: list[tuple[str, object]] = [
            ("account", self.claim),
            ("payments", self.payments),
            ("reversals", self.reversals),
            ("reversals without original", self.unpaired or None),
            ("reported", self.reported),
            ("reversed", self.taken_back),
            ("expected", "unknown" if self.expected is None else self.expected),
            ("still open", self.still_open),
            ("returned", self.given_back),
            ("withheld twice", self.taken_twice),
        ]
        return notebook(facts(f"Claim {self.payer_claim_number}", rows))


def totals_by_claim(events: Iterable[ClaimEvent]) -> list[ClaimTotal]:
    """Build the rows of all claims with more than one plain payment.

    Such a claim has a reversal, a correction, a finding that needs review, or several payments. Rows are in the order
    of the payer's claim numbers.
    """
    rows = [_total(claim) for claim in net_claims(events) if _is_notable(claim.events)]
    return sorted(rows, key=lambda row: (row.payer_claim_number, row.claim))


def _is_notable(events: Sequence[ClaimEvent]) -> bool:
    return len(events) > 1 or events[0].is_notable


def _total(claim: NettedClaim) -> ClaimTotal:
    expected = total_if_known(event.expected for event in claim.standing)
    return ClaimTotal(
        payer_claim_number=claim.number,
        claim=claim.events[0].claim,
        payments=len(claim.standing) + len(claim.reversed),
        reversals=len(claim.reversals),
        unpaired=len(claim.reversals) - len(claim.reversed),
        reported=as_dollars(sum(event.reported for event in claim.events if not event.is_reversal)),
        expected=None if expected is None else as_dollars(expected),
        taken_back=as_dollars(-sum(event.reported for event in claim.reversals)),
        still_open=as_dollars(sum(event.difference for event in claim.standing)),
        given_back=as_dollars(sum(event.difference for event in claim.reversed)),
        taken_twice=as_dollars(_taken_twice(claim.standing)),
    )


def _taken_twice(standing: Sequence[ClaimEvent]) -> int:
    """Sequestration of payments that repeat another one."""
    seen: set[tuple[object, ...]] = set()
    twice = 0
    for event in standing:
        same = (event.number, event.claim, event.charge, event.reported)
        if same in seen:
            twice += event.reported
        seen.add(same)
    return twice
