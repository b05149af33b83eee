"""Carry Medicare's adjustments over to the claim for the secondary payer.

A secondary claim (X12 837) carries the payment and the adjustments of the primary payer: those of the claim in loop
2320, those of its service lines in loop 2430. A payer rejects the claim if the 253 is left out, reported at the
other level, or rounded so that nothing balances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from sequestration._checking.amounts import CARC_253
from sequestration._dates import for_readers
from sequestration._errors import InvalidAmount, InvalidArgument, InvalidArgumentType
from sequestration._law.holidays import next_working_day
from sequestration._law.rules import rules
from sequestration._money import as_cents, as_dollars, dollars_if_known, format_dollars, total_if_known
from sequestration._plain.result import Result
from sequestration._printable import make_printable
from sequestration._x12.layouts.claim_text import adjustments_in_html
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.repeated_adjustments import count_once

if TYPE_CHECKING:
    from sequestration._html import Piece

__all__ = ["Imbalance", "SecondaryAdjustments", "SecondaryLine", "secondary_adjustments"]


@attrs.frozen(kw_only=True)
class Imbalance(Result):
    """Amount in dollars that is charged but not explained.

    `line` is the number of a service line; None is the claim.
    """

    line: int | None
    amount: Decimal

    def __str__(self) -> str:
        place = "the claim" if self.line is None else f"line {self.line}"
        return f"{place} is out of balance by {format_dollars(self.amount)}"

    def _repr_html_(self) -> str:
        from sequestration._html import element, notebook

        return notebook(element("p", str(self)))


@attrs.frozen(kw_only=True)
class SecondaryLine(Result):
    """Contents of loop 2430 for one service line, in dollars.

    `charge` = `paid` + the sum of `adjustments`, unless an `Imbalance` reports otherwise.

    Attributes:
        number: Number of the line, from 1.
        procedure: Procedure code without modifiers.
        modifiers: Modifiers of the procedure code.
        revenue_code: Revenue code.
        units: Units as sent.
        charge: Billed charge.
        paid: Medicare's payment.
        adjustments: Adjustments of the line.
        control_number: The practice's own number of the line.
    """

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    revenue_code: str
    units: str
    charge: Decimal
    paid: Decimal
    adjustments: tuple[Adjustment, ...] = attrs.field(hash=False)
    control_number: str

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON; amounts are text."""
        return {
            "line": self.number,
            "procedure": self.procedure,
            "modifiers": list(self.modifiers),
            "revenue_code": self.revenue_code,
            "units": self.units,
            "charge": str(self.charge),
            "paid": str(self.paid),
            "adjustments": [adjustment.to_dict() for adjustment in self.adjustments],
            "control_number": self.control_number,
        }

    def __str__(self) -> str:
        head = f"line {self.number} {_line_text(self)}"
        return "\n".join([head, *(f"  {_adjustment_text(adjustment)}" for adjustment in self.adjustments)])

    def _repr_html_(self) -> str:
        from sequestration._html import notebook

        return notebook(_line_in_html(self))


@attrs.frozen(kw_only=True)
class SecondaryAdjustments(Result):
    """Medicare's decision as the secondary claim must report it, in dollars.

    A forwarded claim (crossover) needs no claim of your own, which would be a duplicate. Send one only if the
    secondary payer does not have it.

    Attributes:
        claim: Patient control number.
        forwarded: Whether Medicare forwarded the claim itself.
        signs: Evidence in the remittance that the claim was forwarded.
        wait_until: First day to check with the secondary payer; None without a date to count from.
        charge: Billed charge.
        paid: Medicare's payment of the claim.
        adjudicated_on: Payment date, or else the remittance date.
        adjustments: Claim-level adjustments (loop 2320).
        lines: Service lines with their adjustments (loop 2430).
        sequestration: Sum of the 253s.
        gaps: Amounts that are not explained; empty if everything balances.
    """

    claim: str
    forwarded: bool
    signs: tuple[str, ...]
    wait_until: date | None
    charge: Decimal
    paid: Decimal
    adjudicated_on: date | None
    adjustments: tuple[Adjustment, ...] = attrs.field(hash=False)
    lines: tuple[SecondaryLine, ...]
    sequestration: Decimal
    gaps: tuple[Imbalance, ...]

    @property
    def balances(self) -> bool:
        """Whether the claim and its lines balance to the cent."""
        return not self.gaps

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text with two places, ISO dates."""
        return {
            "claim": self.claim,
            "forwarded": self.forwarded,
            "signs": list(self.signs),
            "wait_until": _iso(self.wait_until),
            "charge": str(self.charge),
            "paid": str(self.paid),
            "adjudicated_on": _iso(self.adjudicated_on),
            "adjustments": [adjustment.to_dict() for adjustment in self.adjustments],
            "lines": [line.to_dict() for line in self.lines],
            "sequestration": str(self.sequestration),
            "balances": self.balances,
            "gaps": [gap.to_dict() for gap in self.gaps],
        }

    def __str__(self) -> str:
        charge, paid = format_dollars(self.charge), format_dollars(self.paid)
        rows = [f"claim {self.claim}: charge {charge}, Medicare paid {paid}{_on(self.adjudicated_on)}"]
        if self.forwarded:
            wait = f"Wait until {for_readers(self.wait_until)}, then check" if self.wait_until else "Check"
            rows.append(f"  Medicare forwarded this claim ({', '.join(self.signs)}). {wait} with the next payer")
            rows.append("  first: a second claim would be a duplicate. If the payer has no claim, send this:")
        if self.adjustments:
            rows.append("  claim level (loop 2320):")
            rows += [f"    {_adjustment_text(adjustment)}" for adjustment in self.adjustments]
        for line in self.lines:
            first, *others = str(line).splitlines()
            rows += [f"  {first}", *(f"  {other}" for other in others)]
        return make_printable("\n".join([*rows, *(f"  {text}" for text in self._balance)]))

    def _repr_html_(self) -> str:
        from sequestration._html import element, facts, notebook

        wait = f"yes ({', '.join(self.signs)}); check with the next payer first" if self.forwarded else "not reported"
        rows = [
            ("forwarded by Medicare", wait),
            ("wait until", for_readers(self.wait_until) if self.wait_until else None),
            ("charge", self.charge),
            ("Medicare paid", self.paid),
            ("adjudicated on", for_readers(self.adjudicated_on) if self.adjudicated_on else None),
            ("sequestration included", self.sequestration),
            ("balance", "; ".join(self._balance)),
        ]
        return notebook(
            facts(f"Claim {self.claim}: adjustments for the secondary claim", rows),
            element("p", element("strong", "Claim level (loop 2320)")) if self.adjustments else "",
            adjustments_in_html(self.adjustments),
            *(_line_in_html(line) for line in self.lines),
        )

    @property
    def _balance(self) -> list[str]:
        return [str(gap) for gap in self.gaps] or ["In balance."]


def secondary_adjustments(claim: Claim, *, spread: bool = False) -> SecondaryAdjustments:
    """Build the adjustments that the claim to the secondary payer must repeat.

    Check `forwarded` first. Every adjustment stays at the level where Medicare reported it; adjustments of 0.00 are
    left out because there is nothing to repeat. `spread` distributes a claim-level 253 over the lines in proportion
    to their payments, to the cent (largest remainder, earlier lines first), for payers that accept it only on lines.

    Raises `InvalidArgument` for a reversal, for a claim in which the file ends, and if there is no paid line to
    spread over; `InvalidAmount` if an amount could not be read; `InvalidArgumentType` if `claim` is not a `Claim`.
    Sources: X12 837, loops 2320 and 2430; CMS on crossover claims (see the page on secondary claims).

    >>> from sequestration import read_835
    >>> with read_835(EXAMPLE) as reader:
    ...     print(secondary_adjustments(next(reader)))
    claim A-1: charge $150.00, Medicare paid $78.40 on Mar 15, 2024
      line 1 (loop 2430), 99213: charge $150.00, paid $78.40
        CO-45  $50.00
        CO-253  $1.60
        PR-2  $20.00
      In balance.
    """
    if not isinstance(claim, Claim):
        raise InvalidArgumentType(f"secondary_adjustments takes a Claim, not {type(claim).__name__}")
    _refuse_what_cannot_be_sent(claim)
    claim = count_once(claim)
    charge, paid = _known(claim.charge_cents, "charge", claim, None), _known(claim.paid_cents, "payment", claim, None)
    of_claim = [item for item in claim.adjustments if _cents(item, claim, None)]
    lines = [_line_of(line, claim) for line in claim.lines] if _has_line_decisions(claim, paid) else []
    if spread:
        of_claim, lines = _spread(of_claim, lines, claim, paid)
    signs = _signs_of_forwarding(claim)
    remittance = claim.remittance
    return SecondaryAdjustments(
        claim=claim.control_number,
        forwarded=bool(signs),
        signs=tuple(signs),
        wait_until=_after_working_days(remittance.dated, rules().forwarded_working_days) if signs else None,
        charge=as_dollars(charge),
        paid=as_dollars(paid),
        adjudicated_on=remittance.paid_on or remittance.dated,
        adjustments=tuple(of_claim),
        lines=tuple(lines),
        sequestration=as_dollars(
            sum(_total(_cuts(items)) for items in [of_claim, *(line.adjustments for line in lines)])
        ),
        gaps=tuple(_gaps(charge, paid, of_claim, lines)),
    )


def _refuse_what_cannot_be_sent(claim: Claim) -> None:
    if claim.is_reversal:
        raise InvalidArgument(
            f"claim {make_printable(claim.control_number)} is a reversal (status 22). Use the corrected claim for "
            "the secondary payer."
        )
    if not claim.complete:
        raise InvalidArgument(
            f"claim {make_printable(claim.control_number)} is incomplete because the file ends in it."
        )


# Crossover: whether Medicare forwarded the claim.


def _signs_of_forwarding(claim: Claim) -> list[str]:
    found: list[str] = []
    if claim.status in rules().forwarded_statuses:
        found.append(f"status {claim.status}")
    remarks = {*claim.remarks, *(remark for line in claim.lines for remark in line.remarks)}
    found += [f"remark {remark}" for remark in rules().forwarded_remarks if remark in remarks]
    if claim.crossover_carrier:
        found.append(f"crossover carrier {claim.crossover_carrier}")
    return found


def _after_working_days(day: date | None, count: int) -> date | None:
    """The working day that is `count` working days after a day; None without one."""
    if day is None:
        return None
    try:
        for _ in range(count):
            day = next_working_day(day + timedelta(days=1))
    except OverflowError:  # A file may say 9999-12-31, the last day of the calendar.
        return None
    return day


# Medicare's decision, at the level where Medicare reported it.


def _has_line_decisions(claim: Claim, paid: int) -> bool:
    """Whether the lines were decided individually.

    Such lines carry adjustments, or their payments add up to the claim's.
    """
    if any(line.adjustments for line in claim.lines):
        return True
    if not any(line.paid_cents for line in claim.lines):
        return False
    return total_if_known(line.paid_cents for line in claim.lines) == paid + _total(claim.adjustments)


def _line_of(line: ServiceLine, claim: Claim) -> SecondaryLine:
    return SecondaryLine(
        number=line.number,
        procedure=line.procedure,
        modifiers=line.modifiers,
        revenue_code=line.revenue_code,
        units=line.units,
        charge=as_dollars(_known(line.charge_cents, "charge", claim, line)),
        paid=as_dollars(_known(line.paid_cents, "payment", claim, line)),
        adjustments=tuple(item for item in line.adjustments if _cents(item, claim, line)),
        control_number=line.control_number,
    )


def _cents(item: Adjustment, claim: Claim, line: ServiceLine | None) -> int:
    return _known(item.amount_cents, f"amount of {item.group}-{item.reason}", claim, line)


def _known(cents: int | None, what: str, claim: Claim, line: ServiceLine | None) -> int:
    if cents is None:
        place = f"claim {make_printable(claim.control_number)}" + ("" if line is None else f", line {line.number}")
        raise InvalidAmount(
            f"{place}: the {make_printable(what)} could not be read, so the secondary claim can't be built."
        )
    return cents


def _gaps(
    charge: int, paid: int, of_claim: Sequence[Adjustment], lines: Sequence[SecondaryLine]
) -> Iterable[Imbalance]:
    """Gaps of the lines and of the claim.

    Lines: charge = paid + adjustments. Claim: the same with all adjustments, and its payment is the sum of its lines'.
    """
    for line in lines:
        if gap := as_cents(line.charge) - as_cents(line.paid) - _total(line.adjustments):
            yield Imbalance(line=line.number, amount=as_dollars(gap))
    paid_by_lines = paid + _total(of_claim)
    adjusted = sum(_total(line.adjustments) for line in lines)
    not_explained = charge - paid_by_lines - adjusted
    not_paid = sum(_paid(lines)) - paid_by_lines if lines else 0
    if not_explained or not_paid:
        yield Imbalance(line=None, amount=as_dollars(not_explained or not_paid))


# A claim-level 253, spread over the lines.


def _spread(
    of_claim: list[Adjustment], lines: list[SecondaryLine], claim: Claim, paid: int
) -> tuple[list[Adjustment], list[SecondaryLine]]:
    """The claim's adjustments without the 253, and the lines with their shares of it.

    A line's payment decreases by its share, unless the lines' payments already add up to the claim's: then the amount
    has been withheld from them already.
    """
    cuts = _cuts(of_claim)
    if not cuts:
        return of_claim, lines
    rest = [item for item in of_claim if item.reason != CARC_253]
    taken_already = sum(_paid(lines)) == paid + _total(rest)
    for cut in cuts:
        shares = _shares(_cents(cut, claim, None), _paid(lines), claim)
        lines = [
            _with_share(line, cut, share, lowered=not taken_already) for line, share in zip(lines, shares, strict=True)
        ]
    return rest, lines


def _shares(cut: int, paid: Sequence[int], claim: Claim) -> list[int]:
    """Whole cents of the 253 for each line, in proportion to its payment."""
    sign = -1 if cut < 0 else 1
    weights = [max(0, sign * cents) for cents in paid]
    whole = sum(weights)
    if not whole:
        raise InvalidArgument(
            f"claim {make_printable(claim.control_number)}: nothing was paid on any line, so its CARC 253 amount "
            "can't be divided among the lines."
        )
    shares, remainders = zip(*(divmod(abs(cut) * weight, whole) for weight in weights), strict=True)
    missing = abs(cut) - sum(shares)
    largest = sorted(range(len(weights)), key=lambda place: -remainders[place])[:missing]
    return [sign * (share + (place in largest)) for place, share in enumerate(shares)]


def _with_share(line: SecondaryLine, cut: Adjustment, share: int, *, lowered: bool) -> SecondaryLine:
    if not share:
        return line
    return attrs.evolve(
        line,
        paid=as_dollars(as_cents(line.paid) - share) if lowered else line.paid,
        adjustments=(*line.adjustments, Adjustment(cut.group, cut.reason, as_dollars(share))),
    )


def _paid(lines: Iterable[SecondaryLine]) -> list[int]:
    return [as_cents(line.paid) for line in lines]


def _cuts(items: Iterable[Adjustment]) -> list[Adjustment]:
    return [item for item in items if item.reason == CARC_253]


def _total(items: Iterable[Adjustment]) -> int:
    return sum(item.amount_cents or 0 for item in items)


# Text output.


def _line_in_html(line: SecondaryLine) -> Piece:
    from sequestration._html import element, join_pieces

    head = f"Line {line.number} {_line_text(line)}"
    return join_pieces([element("p", element("strong", head)), adjustments_in_html(line.adjustments)])


def _adjustment_text(item: Adjustment) -> str:
    quantity = f"  quantity {item.quantity}" if item.quantity else ""
    return f"{item.group}-{item.reason}  {dollars_if_known(item.amount)}{quantity}"


def _line_text(line: SecondaryLine) -> str:
    """Loop, procedure and amounts of a line."""
    code = " ".join([line.procedure or line.revenue_code, *line.modifiers])
    return f"(loop 2430), {code}: charge {format_dollars(line.charge)}, paid {format_dollars(line.paid)}"


def _on(day: date | None) -> str:
    return f" on {for_readers(day)}" if day else ""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
