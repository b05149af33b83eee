"""Model of a transaction: its header, and its provider-level adjustments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from sequestration._dates import for_readers
from sequestration._money import Amount, dollars_if_known, optional_cents, optional_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable

__all__ = ["NOT_GIVEN", "ProviderAdjustment", "Remittance", "given_cents"]

NOT_GIVEN: Any = attrs.NOTHING
"""Default of an amount in dollars, which may be given in cents instead."""


@attrs.define(init=False)
class ProviderAdjustment(Result):
    """Provider-level adjustment (PLB): money that belongs to no single claim.

    Args:
        provider: Provider number (PLB01).
        reason: Provider-level adjustment code, such as WO.
        reference: Reference of the adjustment. Only the first 17 characters are kept when a file is read,
            because a member number may follow.
        amount: Dollars; positive if it lowers the payment. None if the amount could not be read.
        amount_cents: The amount in whole cents, in place of `amount`.
    """

    provider: str
    reason: str
    reference: str
    amount_cents: int | None

    def __init__(
        self,
        provider: str,
        reason: str,
        reference: str,
        amount: Amount | None = NOT_GIVEN,
        *,
        amount_cents: int | None = NOT_GIVEN,
    ) -> None:
        self.provider = provider
        self.reason = reason
        self.reference = reference[:17]
        self.amount_cents = given_cents("amount", amount, amount_cents)

    _columns: ClassVar[tuple[str, ...]] = ("provider", "code", "reference", "amount", "meaning")

    @property
    def _cells(self) -> tuple[object, ...]:
        return self.provider, self.reason, self.reference, self.amount, self.meaning

    @property
    def amount(self) -> Decimal | None:
        """Dollars; None if the amount could not be read."""
        return optional_dollars(self.amount_cents)

    @property
    def meaning(self) -> str:
        """Meaning of the code with this sign, in words; empty for an unknown code."""
        from sequestration._codes.shipped import plbs

        entry = plbs().get(self.reason)
        if entry is None:
            return ""
        sign = "" if not self.amount_cents else entry.plus if self.amount_cents > 0 else entry.minus
        return f"{entry.title}: {sign}" if sign else entry.title

    def to_dict(self) -> dict[str, str | None]:
        """Convert to plain values for JSON; the amount is text."""
        return {
            "provider": self.provider,
            "reason": self.reason,
            "reference": self.reference,
            "amount": None if self.amount is None else str(self.amount),
            "meaning": self.meaning,
        }

    def __str__(self) -> str:
        return make_printable(f"{self.reason} {dollars_if_known(self.amount)}  {self.meaning}".rstrip())

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [
            ("amount", f"{dollars_if_known(self.amount)} (positive amounts lower the payment)"),
            ("meaning", self.meaning or "unknown code"),
            ("provider", self.provider),
            ("reference", self.reference),
        ]
        return notebook(facts(f"Provider-level adjustment {self.reason}", rows))


@attrs.define(kw_only=True)
class Remittance(Result):
    """Header of one transaction: who pays whom, how much, how and when.

    Args:
        control_number: Transaction set control number (ST02).
        version: Version of the standard (GS08), such as 005010X221A1.
        payer: Name of the payer.
        payer_ids: The payer's numbers (N104, REF 2U, TRN03).
        payee: Name of the payee.
        payee_id: Number of the payee.
        payee_npi: NPI of the payee; empty if its number is of another kind.
        trace_number: Check or EFT trace number (TRN02).
        method: Payment method (BPR04): ACH, CHK, NON, ...
        payment_cents: Payment in whole cents (BPR02); None if missing or unreadable.
        paid_on: Payment date (BPR16).
        produced_on: Production date (DTM 405).
        group_date: Date of the functional group (GS04).
        file: Name of the file, if it has one.
        complete: False if the file ends inside the transaction.
        provider_adjustments: Provider-level adjustments; the list grows as the transaction is read.
    """

    control_number: str = ""
    version: str = ""
    payer: str = ""
    payer_ids: tuple[str, ...] = ()
    payee: str = ""
    payee_id: str = ""
    payee_npi: str = ""
    trace_number: str = ""
    method: str = ""
    payment_cents: int | None = None
    paid_on: date | None = None
    produced_on: date | None = None
    group_date: date | None = None
    file: str | None = None
    complete: bool = True
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=list[ProviderAdjustment])

    @property
    def payment_amount(self) -> Decimal | None:
        """Payment in dollars (BPR02); None if it is missing or could not be read."""
        return optional_dollars(self.payment_cents)

    @property
    def dated(self) -> date | None:
        """Remittance date: the production date, or else the payment or group date."""
        return self.produced_on or self.paid_on or self.group_date

    def __str__(self) -> str:
        how = f" by {self.method}" if self.method else ""
        when = f" on {for_readers(self.dated)}" if self.dated else ""
        who = f"{self.payer or 'a payer'} pays {self.payee or 'a provider'}"
        return make_printable(f"{who} {dollars_if_known(self.payment_amount)}{how}{when}")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [
            ("payer", self.payer),
            ("payer IDs", " ".join(self.payer_ids)),
            ("payee", f"{self.payee} {self.payee_id}".strip()),
            ("payment", f"{dollars_if_known(self.payment_amount)} {self.method}".strip()),
            ("trace number", self.trace_number),
            ("paid on", for_readers(self.paid_on) if self.paid_on else None),
            ("remittance date", for_readers(self.produced_on) if self.produced_on else None),
            ("provider-level adjustments", len(self.provider_adjustments) or None),
            ("file", self.file),
        ]
        return notebook(facts("Remittance", rows))


def given_cents(name: str, amount: Amount | None, cents: int | None) -> int | None:
    """Cents of an amount in dollars, or else the cents that were given.

    Raises TypeError if neither was given.
    """
    if amount is not NOT_GIVEN:
        return optional_cents(amount)
    if cents is NOT_GIVEN:
        raise TypeError(f"The argument {name} is missing.")
    return cents
