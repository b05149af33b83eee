"""Payments as a bank statement shows them: one row for each remittance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from sequestration._money import optional_dollars, total_if_known
from sequestration._plain.result import plain_fields
from sequestration._x12.model import Claim
from sequestration._x12.remittance import ProviderAdjustment, Remittance

__all__ = ["COLUMNS", "BankPayment", "claims_and_payments"]


@attrs.frozen(kw_only=True)
class BankPayment:
    """Payment of one remittance, and the claims and adjustments that it is made of.

    Amounts are in dollars, and None where a part could not be read.

    Attributes:
        file: Name of the file, or None.
        transaction: Transaction set control number (ST02).
        payer: Name of the payer.
        payee_npi: NPI of the payee.
        trace_number: Check or EFT trace number (TRN02).
        payment_date: Payment date (BPR16), or else the remittance date.
        method: Payment method (BPR04): ACH, CHK, NON and others.
        amount: Payment amount (BPR02), as the bank has it.
        claims: Number of claims.
        claims_paid: Sum of the claims' payments (CLP04).
        provider_adjustments: Sum of the provider-level adjustments (PLB); above zero, they lower the payment.
        difference: Claims less provider-level adjustments less payment: zero where the remittance is in balance.
        adjustments: The provider-level adjustments themselves.
    """

    file: str | None = None
    transaction: str = ""
    payer: str = ""
    payee_npi: str = ""
    trace_number: str = ""
    payment_date: date | None = None
    method: str = ""
    amount: Decimal | None
    claims: int
    claims_paid: Decimal | None
    provider_adjustments: Decimal | None
    difference: Decimal | None
    adjustments: tuple[ProviderAdjustment, ...] = attrs.field(default=(), repr=False)

    @property
    def in_balance(self) -> bool:
        """Whether claims less provider-level adjustments are the payment."""
        return self.difference is not None and not self.difference

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text with two places, ISO dates."""
        return plain_fields(self, without=("adjustments",))


COLUMNS = tuple(field.name for field in attrs.fields(BankPayment) if field.name != "adjustments")
"""Names of the plain values of a payment, in order."""


def claims_and_payments(items: Iterable[Claim | Remittance]) -> Iterator[Claim | BankPayment]:
    """Yield the claims, and the payment of each remittance after its claims.

    `items` are claims, with each transaction's remittance after them. Only sums of a transaction are held.
    """
    claims, paid = 0, list[int | None]()
    for item in items:
        if isinstance(item, Claim):
            claims += 1
            paid = [total_if_known([*paid, item.paid_cents])]
            yield item
        else:
            yield _payment(item, claims, total_if_known(paid))
            claims, paid = 0, []


def _payment(remittance: Remittance, claims: int, paid: int | None) -> BankPayment:
    adjusted = total_if_known(item.amount_cents for item in remittance.provider_adjustments)
    cents = remittance.payment_cents
    difference = None if paid is None or adjusted is None or cents is None else paid - adjusted - cents
    return BankPayment(
        file=remittance.file,
        transaction=remittance.control_number,
        payer=remittance.payer,
        payee_npi=remittance.payee_npi,
        trace_number=remittance.trace_number,
        payment_date=remittance.paid_on or remittance.dated,
        method=remittance.method,
        amount=optional_dollars(cents),
        claims=claims,
        claims_paid=optional_dollars(paid),
        provider_adjustments=optional_dollars(adjusted),
        difference=optional_dollars(difference),
        adjustments=tuple(remittance.provider_adjustments),
    )
