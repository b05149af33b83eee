"""Split a claim into the rows that a posting system books.

The rows always sum to the claim's charge (CLP03), and the payments among them to its payment (CLP04). Where the
remittance does not add up, a row that says so holds the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from sequestration._errors import InvalidAmount
from sequestration._money import as_dollars, format_dollars, total_if_known
from sequestration._plain.result import Result
from sequestration._printable import make_printable

if TYPE_CHECKING:
    # The model imports this module, so its classes are described here by what is posted of them.
    class _Adjustment(Protocol):
        group: str
        reason: str
        amount_cents: int | None

    class _Line(Protocol):
        number: int
        procedure: str
        control_number: str
        charge_cents: int | None
        paid_cents: int | None

        @property
        def adjustments(self) -> Sequence[_Adjustment]: ...

    class _Remittance(Protocol):
        trace_number: str

        @property
        def paid_on(self) -> date | None: ...

    class _Claim(Protocol):
        control_number: str
        payer_control_number: str
        charge_cents: int | None
        paid_cents: int | None

        @property
        def remittance(self) -> _Remittance: ...

        @property
        def adjustments(self) -> Sequence[_Adjustment]: ...

        @property
        def lines(self) -> Sequence[_Line]: ...


__all__ = ["Posting", "PostingKind", "postings_of"]


class PostingKind(StrEnum):
    """Side of a claim that a posting belongs to: what was paid, or what was not."""

    PAYMENT = "payment"
    ADJUSTMENT = "adjustment"


@attrs.frozen(kw_only=True)
class Posting(Result):
    """One amount of a claim to post.

    Attributes:
        claim: Patient control number (CLP01).
        payer_claim_number: The payer's claim number (CLP07), also called ICN or DCN.
        trace_number: Check or EFT trace number (TRN02).
        payment_date: Payment date (BPR16); None if unknown.
        line: Number of the service line, from 1; None for an amount of the claim as a whole.
        line_control_number: The practice's own number of the line (REF 6R).
        procedure: Procedure code without modifiers.
        kind: Payment or adjustment.
        group: Group code of an adjustment; empty for a payment and for a difference.
        reason: Reason code of an adjustment; empty for a payment and for a difference.
        amount: Dollars. An adjustment above zero lowers what is left to pay. In a reversal the signs are turned.
        unexplained: Whether the row is a difference that the remittance does not explain.
        note: Reason for a row that is not an amount of the remittance itself; else empty.
    """

    claim: str
    payer_claim_number: str = ""
    trace_number: str = ""
    payment_date: date | None = None
    line: int | None = None
    line_control_number: str = ""
    procedure: str = ""
    kind: PostingKind = attrs.field(converter=PostingKind)
    group: str = ""
    reason: str = ""
    amount: Decimal
    unexplained: bool = False
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: the amount as text with two places, ISO dates."""
        return {
            "claim": self.claim,
            "payer_claim_number": self.payer_claim_number,
            "trace_number": self.trace_number,
            "payment_date": self.payment_date.isoformat() if self.payment_date else None,
            "line": self.line,
            "line_control_number": self.line_control_number,
            "procedure": self.procedure,
            "kind": self.kind.value,
            "group": self.group,
            "reason": self.reason,
            "amount": str(self.amount),
            "unexplained": self.unexplained,
            "note": self.note,
        }

    def __str__(self) -> str:
        place = "" if self.line is None else f", line {self.line}"
        note = f" ({self.note})" if self.note else ""
        return make_printable(f"claim {self.claim}{place}: {self._name} {format_dollars(self.amount)}{note}")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows: list[tuple[str, object]] = [
            ("payer's claim number", self.payer_claim_number),
            ("line", self.line),
            ("procedure", self.procedure),
            (self._name, self.amount),
            ("note", self.note),
        ]
        return notebook(facts(f"Claim {self.claim}", rows))

    @property
    def _name(self) -> str:
        """The side, or the codes of an adjustment that has them."""
        codes = f"{self.group}-{self.reason}" if self.group or self.reason else ""
        return f"unexplained {self.kind}" if self.unexplained else codes or self.kind.value


def postings_of(claim: _Claim) -> tuple[Posting, ...]:
    """Build the postings of a claim: each line's, then those of the claim as a whole.

    Raises `InvalidAmount` if the claim's charge or payment could not be read, because then nothing proves the rows.
    """
    return tuple(_Postings(claim).rows())


class _Postings:
    """The postings of one claim, with its sums in whole cents."""

    def __init__(self, claim: _Claim) -> None:
        self._claim = claim
        self._charge = _known(claim.charge_cents, "charge", claim)
        self._paid = _known(claim.paid_cents, "payment", claim)
        self._unread = _unread_amounts(claim)

    def rows(self) -> Iterator[Posting]:
        gaps = self._line_gaps()
        for line, gap in zip(self._claim.lines, gaps, strict=True):
            yield from self._payment(line.paid_cents, line)
            yield from self._adjustments(line.adjustments, line)
            yield from self._difference(PostingKind.ADJUSTMENT, gap, line)
        yield from self._payment_of_claim()
        yield from self._adjustments(self._claim.adjustments)
        yield from self._difference(PostingKind.ADJUSTMENT, self._gap() - sum(gaps))

    def _payment(self, cents: int | None, line: _Line | None = None, note: str = "") -> Iterator[Posting]:
        if cents:
            yield self._row(PostingKind.PAYMENT, cents, line, note=note)

    def _payment_of_claim(self) -> Iterator[Posting]:
        """Rest of the claim's payment beside the lines' payments."""
        by_lines = [line.paid_cents for line in self._claim.lines]
        rest = self._paid - sum(cents or 0 for cents in by_lines)
        if not any(cents != 0 for cents in by_lines):
            yield from self._payment(rest)
        elif total_if_known(by_lines) is not None and rest == -_sum(self._claim.adjustments):
            yield from self._payment(rest, note="claim-level adjustments change what the service lines were paid")
        else:
            yield from self._difference(PostingKind.PAYMENT, rest)

    def _adjustments(self, items: Sequence[_Adjustment], line: _Line | None = None) -> Iterator[Posting]:
        for item in items:
            if item.amount_cents:
                yield self._row(PostingKind.ADJUSTMENT, item.amount_cents, line, group=item.group, reason=item.reason)

    def _difference(self, kind: PostingKind, cents: int, line: _Line | None = None) -> Iterator[Posting]:
        if cents:
            yield self._row(kind, cents, line, unexplained=True, note=self._note(kind, line))

    def _note(self, kind: PostingKind, line: _Line | None) -> str:
        if self._unread:
            return f"could not be read: {', '.join(self._unread)}"
        if kind is PostingKind.PAYMENT:
            return "the claim's payment is not the sum of its service lines' payments"
        place = "claim" if line is None else "service line"
        return f"charge minus payment and adjustments of the {place} is not zero"

    def _gap(self) -> int:
        """Rest of the claim's charge beside its payment and the adjustments of all levels."""
        claim = self._claim
        return self._charge - self._paid - _sum(claim.adjustments) - sum(_sum(line.adjustments) for line in claim.lines)

    def _line_gaps(self) -> list[int]:
        """Rest of each line's charge; zeros where these are not the claim's own gap.

        So lines that are not paid one by one, or whose gap a claim-level adjustment explains, have no gap of theirs.
        """
        gaps = [
            (line.charge_cents or 0) - (line.paid_cents or 0) - _sum(line.adjustments) for line in self._claim.lines
        ]
        return gaps if not self._unread and sum(gaps) == self._gap() else [0] * len(gaps)

    def _row(
        self,
        kind: PostingKind,
        cents: int,
        line: _Line | None,
        *,
        group: str = "",
        reason: str = "",
        unexplained: bool = False,
        note: str = "",
    ) -> Posting:
        claim, remittance = self._claim, self._claim.remittance
        return Posting(
            claim=claim.control_number,
            payer_claim_number=claim.payer_control_number,
            trace_number=remittance.trace_number,
            payment_date=remittance.paid_on,
            line=None if line is None else line.number,
            line_control_number="" if line is None else line.control_number,
            procedure="" if line is None else line.procedure,
            kind=kind,
            group=group,
            reason=reason,
            amount=as_dollars(cents),
            unexplained=unexplained,
            note=note,
        )


def _unread_amounts(claim: _Claim) -> list[str]:
    """Amounts below the claim's own that could not be read, in words."""
    found = [f"{item.group}-{item.reason} of the claim" for item in claim.adjustments if item.amount_cents is None]
    for line in claim.lines:
        amounts = [("charge", line.charge_cents), ("payment", line.paid_cents)]
        amounts += [(f"{item.group}-{item.reason}", item.amount_cents) for item in line.adjustments]
        found += [f"{name} of line {line.number}" for name, cents in amounts if cents is None]
    return found


def _known(cents: int | None, name: str, claim: _Claim) -> int:
    if cents is None:
        raise InvalidAmount(
            f"claim {make_printable(claim.control_number)}: the {name} could not be read, so it can't be posted"
        )
    return cents


def _sum(items: Sequence[_Adjustment]) -> int:
    return sum(item.amount_cents or 0 for item in items)
