"""Net payments, reversals and corrections by the payer's claim number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._money import as_dollars, format_dollars, total_if_known
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

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON; amounts are text."""
        return {
            "payer_claim_number": self.payer_claim_number,
            "claim": self.claim,
            "payments": self.payments,
            "reversals": self.reversals,
            "unpaired": self.unpaired,
            "reported": str(self.reported),
            "expected": None if self.expected is None else str(self.expected),
            "taken_back": str(self.taken_back),
            "still_open": str(self.still_open),
            "given_back": str(self.given_back),
            "taken_twice": str(self.taken_twice),
        }

    def __str__(self) -> str:
        amounts = (
            ("reported", self.reported),
            ("reversed", self.taken_back),
            ("expected", self.expected),
            ("still open", self.still_open),
            ("returned", self.given_back),
            ("withheld twice", self.taken_twice),
        )
        shown = ", ".join(f"{name} {'unknown' if each is None else format_dollars(each)}" for name, each in amounts)
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

    That is a reversal, a correction, a finding that needs review, or several payments. Rows are in the order of the
    payer's claim numbers.
    """
    rows = [_total(number, group) for number, group in _groups(events) if _is_notable(group)]
    return sorted(rows, key=lambda row: (row.payer_claim_number, row.claim))


def _is_notable(group: Sequence[ClaimEvent]) -> bool:
    return len(group) > 1 or group[0].is_reversal or group[0].needs_review or bool(group[0].original)


def _groups(events: Iterable[ClaimEvent]) -> Iterator[tuple[str, list[ClaimEvent]]]:
    """Group by the payer and its first claim number, to which REF F8 leads."""
    kept = [event for event in events if event.number or event.original]
    before: dict[tuple[str, str], str] = {}
    for event in kept:
        if event.number and event.original and event.number != event.original:
            before.setdefault((event.payer, event.number), event.original)
    found: dict[tuple[str, str], list[ClaimEvent]] = {}
    for event in kept:
        payer, number = event.payer, event.number or event.original
        passed = {number}
        while (earlier := before.get((payer, number))) is not None and earlier not in passed:
            passed.add(earlier)
            number = earlier
        found.setdefault((payer, number), []).append(event)
    return ((number, group) for (_, number), group in found.items())


def _total(number: str, group: Sequence[ClaimEvent]) -> ClaimTotal:
    payments = [event for event in group if not event.is_reversal]
    reversals = [event for event in group if event.is_reversal]
    standing, reversed_ = list(payments), list[ClaimEvent]()
    for reversal in reversals:
        original = _original_of(reversal, standing)
        if original is not None:
            standing.remove(original)
            reversed_.append(original)
    expected = total_if_known(event.expected for event in standing)
    return ClaimTotal(
        payer_claim_number=number,
        claim=group[0].claim,
        payments=len(payments),
        reversals=len(reversals),
        unpaired=len(reversals) - len(reversed_),
        reported=as_dollars(sum(event.reported for event in payments)),
        expected=None if expected is None else as_dollars(expected),
        taken_back=as_dollars(-sum(event.reported for event in reversals)),
        still_open=as_dollars(sum(event.difference for event in standing)),
        given_back=as_dollars(sum(event.difference for event in reversed_)),
        taken_twice=as_dollars(_taken_twice(standing)),
    )


def _original_of(reversal: ClaimEvent, standing: Sequence[ClaimEvent]) -> ClaimEvent | None:
    """The payment that a reversal takes back: its number or its amounts say so."""
    if reversal.charge is None:
        return None
    same = [event for event in standing if event.charge == -reversal.charge]
    numbers = {reversal.number, reversal.original} - {""}
    ranked = sorted(same, key=lambda event: (event.reported != -reversal.reported, event.number not in numbers))
    return ranked[0] if ranked else None


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
