"""Turn claims and remittances into rows of tables, without a check.

Adjustments that a payer wrote twice are counted once, as in an audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

import attrs

from sequestration._checking.amounts import CARC_253
from sequestration._checking.case import ClaimKeys, all_adjustments, shorten_number
from sequestration._money import total_if_known
from sequestration._x12.model import Adjustment, Claim
from sequestration._x12.remittance import Remittance
from sequestration._x12.repeated_adjustments import count_once
from sequestration.frames._files.build_table import Row, encodable

__all__ = ["read_rows"]

_Period: TypeAlias = tuple[date | None, date | None]


@attrs.define
class _Position:
    """Position in a file, and sums of the claims of the remittance so far."""

    transaction: int = 1
    claim: int = 0
    claims_before: int = 0
    charges: int | None = 0
    paid: int | None = 0
    sequestration: int | None = 0

    @property
    def claims(self) -> int:
        """Number of claims of the remittance."""
        return self.claim - self.claims_before

    def add(self, claim: Claim) -> None:
        """Add the amounts of a claim."""
        self.charges = total_if_known((self.charges, claim.charge_cents))
        self.paid = total_if_known((self.paid, claim.paid_cents))
        self.sequestration = total_if_known((self.sequestration, _sequestration_of_claim(claim)))

    def next_transaction(self) -> None:
        """Begin another remittance."""
        self.transaction += 1
        self.claims_before = self.claim
        self.charges = self.paid = self.sequestration = 0


def read_rows(
    items: Iterable[Claim | Remittance], table: str, *, claims_before: int = 0, transactions_before: int = 0
) -> Iterator[Row]:
    """Yield the rows of a table; a remittance comes after its claims.

    Args:
        items: The claims and remittances.
        table: Name of the table.
        claims_before: Number of claims of the file before them.
        transactions_before: Number of its remittances before them.
    """
    of_claim, of_remittance = _ROWS_OF_CLAIMS.get(table), _ROWS_OF_REMITTANCES.get(table)
    position = _Position(1 + transactions_before, claims_before, claims_before)
    for item in items:
        if isinstance(item, Claim):
            position.claim += 1
            if of_claim is not None:
                yield from of_claim(count_once(item), position)
            elif table == "remittances":
                position.add(count_once(item))
        else:
            if of_remittance is not None:
                yield from of_remittance(item, position)
            position.next_transaction()


def _rows_of_adjustments(claim: Claim, position: _Position) -> Iterator[Row]:
    """Rows of the adjustments of a claim and of its lines, each with its level."""
    file, payer, of_payer, others = _claim_keys(claim, position)
    number, days = claim.control_number, _claim_days(claim)
    of_claim = file, payer, number, None, "", of_payer, "", *others, *days
    for item in claim.adjustments:
        yield (*of_claim, item.group, item.reason, item.amount_cents, item.quantity, "claim")
    for line in claim.lines:
        place = line.number, line.procedure, of_payer, shorten_number(line.control_number)
        of_line = file, payer, number, *place, *others, *(_line_days(line.dates) or days)
        for item in line.adjustments:
            yield (*of_line, item.group, item.reason, item.amount_cents, item.quantity, "line")


def _rows_of_claims(claim: Claim, position: _Position) -> Iterator[Row]:
    file, payer, of_payer, others = _claim_keys(claim, position)
    yield (
        file,
        payer,
        claim.control_number,
        of_payer,
        *others,
        shorten_number(claim.original_control_number),
        claim.status,
        claim.is_reversal,
        claim.plan,
        claim.facility_code,
        claim.frequency,
        claim.drg,
        *_days_with_lines(claim),
        claim.dates.get("050"),
        len(claim.lines),
        claim.charge_cents,
        claim.paid_cents,
        claim.patient_responsibility_cents,
        _sequestration_of_claim(claim),
        " ".join(claim.remarks),
        claim.complete,
    )


def _rows_of_service_lines(claim: Claim, position: _Position) -> Iterator[Row]:
    file, payer, of_payer, others = _claim_keys(claim, position)
    number, days, reversal = claim.control_number, _claim_days(claim), claim.is_reversal
    for line in claim.lines:
        yield (
            file,
            payer,
            number,
            line.number,
            line.procedure,
            of_payer,
            shorten_number(line.control_number),
            *others,
            claim.status,
            reversal,
            *(_line_days(line.dates) or days),
            line.qualifier,
            " ".join(line.modifiers),
            line.revenue_code,
            line.units,
            line.charge_cents,
            line.paid_cents,
            line.amounts_cents.get("B6"),
            _sequestration(line.adjustments),
            " ".join(line.remarks),
        )


def _rows_of_remittances(remittance: Remittance, position: _Position) -> Iterator[Row]:
    yield (
        *_remittance_keys(remittance, position),
        " ".join(remittance.payer_ids),
        remittance.payee,
        remittance.method,
        remittance.dated,
        remittance.version,
        position.claims,
        position.charges,
        position.paid,
        position.sequestration,
        total_if_known(item.amount_cents for item in remittance.provider_adjustments),
        remittance.payment_cents,
        remittance.complete,
    )


def _rows_of_provider_adjustments(remittance: Remittance, position: _Position) -> Iterator[Row]:
    keys = _remittance_keys(remittance, position)
    for number, item in enumerate(remittance.provider_adjustments, 1):
        yield (*keys, number, item.provider, item.reason, item.reference, item.amount_cents, item.meaning)


_ROWS_OF_CLAIMS: Mapping[str, Callable[[Claim, _Position], Iterator[Row]]] = {
    "adjustments": _rows_of_adjustments,
    "claims": _rows_of_claims,
    "service_lines": _rows_of_service_lines,
}
_ROWS_OF_REMITTANCES: Mapping[str, Callable[[Remittance, _Position], Iterator[Row]]] = {
    "remittances": _rows_of_remittances,
    "provider_adjustments": _rows_of_provider_adjustments,
}


def _claim_keys(claim: Claim, position: _Position) -> tuple[str | None, str, str, Row]:
    """File, payer, the payer's claim number, and the other keys."""
    keys = ClaimKeys.of(claim, position.claim)
    others = (
        keys.transaction,
        position.transaction,
        keys.claim_position,
        keys.trace_number,
        keys.payment_date,
        keys.payee_npi,
    )
    return encodable(claim.remittance.file), claim.remittance.payer, keys.payer_claim_number, others


def _remittance_keys(remittance: Remittance, position: _Position) -> Row:
    return (
        encodable(remittance.file),
        remittance.payer,
        shorten_number(remittance.control_number),
        position.transaction,
        shorten_number(remittance.trace_number),
        remittance.paid_on,
        remittance.payee_npi,
    )


def _sequestration_of_claim(claim: Claim) -> int | None:
    return _sequestration(all_adjustments(claim))


def _sequestration(adjustments: Iterable[Adjustment]) -> int | None:
    return total_if_known(item.amount_cents for item in adjustments if item.reason == CARC_253)


def _claim_days(claim: Claim) -> _Period:
    return claim.dates.get("232"), claim.dates.get("233")


def _line_days(dates: Mapping[str, date | None]) -> _Period | None:
    """First and last day of a line; None if it has no dates of its own."""
    if "472" in dates:
        return dates["472"], dates["472"]
    if "150" in dates:
        return dates["150"], dates.get("151")
    return None


def _days_with_lines(claim: Claim) -> _Period:
    """First and last day of a claim or, if it has none of its own, of its lines."""
    if "232" in claim.dates or "233" in claim.dates:
        return _claim_days(claim)
    days = [day for line in claim.lines for day in (_line_days(line.dates) or ()) if day is not None]
    return (min(days), max(days)) if days else (None, None)
