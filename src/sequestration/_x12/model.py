"""Model of a claim: claim, service line, adjustment.

Amounts are stored as whole cents (`..._cents`; None if the amount could not be read) and shown as `Decimal`
dollars. The classes have slots and are not frozen, because a file creates 200,000 objects. The model has no
field for a patient's name, member number, address or birth date.

Constructors take dollars. They also take the fields in cents by keyword, which is how `attrs.evolve` calls them; where
both are given, dollars win, so that `attrs.evolve(claim, paid="10.00")` works, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from sequestration._dates import Day, as_date
from sequestration._money import Amount, dollars_if_known, optional_cents, optional_dollars
from sequestration._plain.result import Result, plain_fields
from sequestration._printable import make_printable
from sequestration._x12.layouts.claim_text import (
    adjustments_in_html,
    adjustments_in_text,
    days_in_text,
    line_in_html,
    line_in_text,
    status_in_words,
)
from sequestration._x12.layouts.postings import Posting, postings_of
from sequestration._x12.remittance import NOT_GIVEN, Remittance, given_cents

__all__ = ["Adjustment", "Claim", "ServiceLine"]


@attrs.define(init=False, repr=False)
class Adjustment(Result):
    """Adjustment of a claim or line: why less was paid than charged.

    Args:
        group: Group code, such as CO; stored in uppercase without surrounding spaces.
        reason: Reason code as sent; stored without surrounding spaces.
        amount: Dollars; positive if it lowers the payment. None if the amount could not be read.
        quantity: Quantity as sent, or None.
        amount_cents: The amount in whole cents, in place of `amount`.
    """

    group: str
    reason: str
    amount_cents: int | None
    quantity: str | None

    def __init__(
        self,
        group: str,
        reason: str,
        amount: Amount | None = NOT_GIVEN,
        quantity: str | None = None,
        *,
        amount_cents: int | None = NOT_GIVEN,
    ) -> None:
        self.group = str(group).strip().upper()
        self.reason = str(reason).strip()
        self.amount_cents = given_cents("amount", amount, amount_cents)
        self.quantity = quantity

    @property
    def amount(self) -> Decimal | None:
        """Dollars; None if the amount could not be read."""
        return optional_dollars(self.amount_cents)

    def __repr__(self) -> str:
        return f"Adjustment({self.group!r}, {self.reason!r}, {self.amount})"

    def __str__(self) -> str:
        return make_printable(f"{self.group}-{self.reason} {dollars_if_known(self.amount)}")

    def _repr_html_(self) -> str:
        from sequestration._html import notebook

        return notebook(adjustments_in_html([self]))


@attrs.define(init=False, repr=False)
class ServiceLine(Result):
    """One service line of a claim.

    Args:
        procedure: Procedure code without modifiers.
        charge: Billed charge in dollars; None if it could not be read.
        paid: Payment in dollars; None if it could not be read.
        dates: Dates by DTM qualifier: 472 service date, 150 and 151 first and last day. None is a date that
            could not be read.
        adjustments: Adjustments of the line.
        number: Position in the claim, from 1; the claim numbers lines that have none.
        qualifier: Type of the procedure code (HC, NU, ...).
        modifiers: Modifiers of the procedure code.
        revenue_code: Revenue code (SVC04).
        units: Units as sent (SVC05).
        amounts: Dollars by AMT qualifier, such as B6 for the allowed amount. None is an amount that could
            not be read.
        remarks: Remark codes (RARC) of the line.
        control_number: The practice's own number of the line (REF 6R).
        charge_cents: The charge in whole cents, in place of `charge`.
        paid_cents: The payment in whole cents, in place of `paid`.
        amounts_cents: Whole cents by AMT qualifier, in place of `amounts`.
    """

    number: int
    procedure: str
    qualifier: str
    modifiers: tuple[str, ...]
    revenue_code: str
    charge_cents: int | None
    paid_cents: int | None
    units: str
    dates: dict[str, date | None]
    adjustments: list[Adjustment]
    amounts_cents: dict[str, int | None]
    remarks: list[str]
    control_number: str

    def __init__(
        self,
        procedure: str,
        charge: Amount | None = NOT_GIVEN,
        paid: Amount | None = NOT_GIVEN,
        dates: Mapping[str, Day | None] | None = None,
        adjustments: Sequence[Adjustment] = (),
        *,
        number: int = 0,
        qualifier: str = "HC",
        modifiers: Sequence[str] = (),
        revenue_code: str = "",
        units: str = "",
        amounts: Mapping[str, Amount | None] | None = None,
        remarks: Sequence[str] = (),
        control_number: str = "",
        charge_cents: int | None = NOT_GIVEN,
        paid_cents: int | None = NOT_GIVEN,
        amounts_cents: Mapping[str, int | None] | None = None,
    ) -> None:
        self.number = number
        self.procedure = procedure
        self.qualifier = qualifier
        self.modifiers = tuple(modifiers)
        self.revenue_code = revenue_code
        self.charge_cents = given_cents("charge", charge, charge_cents)
        self.paid_cents = given_cents("paid", paid, paid_cents)
        self.units = units
        self.dates = _days(dates)
        self.adjustments = list(adjustments)
        self.amounts_cents = _all_cents(amounts, amounts_cents)
        self.remarks = list(remarks)
        self.control_number = control_number

    @property
    def charge(self) -> Decimal | None:
        """Charge in dollars; None if it could not be read."""
        return optional_dollars(self.charge_cents)

    @property
    def paid(self) -> Decimal | None:
        """Payment in dollars; None if it could not be read."""
        return optional_dollars(self.paid_cents)

    @property
    def allowed(self) -> Decimal | None:
        """Allowed amount in dollars (AMT B6); None if it is missing or could not be read."""
        return optional_dollars(self.amounts_cents.get("B6"))

    def __repr__(self) -> str:
        return (
            f"ServiceLine({self.procedure!r}, charge={self.charge}, paid={self.paid}, adjustments={self.adjustments!r})"
        )

    def __str__(self) -> str:
        return make_printable("\n".join(line_in_text(self)))

    def _repr_html_(self) -> str:
        from sequestration._html import notebook

        return notebook(line_in_html(self))


@attrs.define(init=False, repr=False)
class Claim(Result):
    """One claim of a remittance.

    Args:
        control_number: The practice's own account number (CLP01).
        status: Claim status (CLP02); 22 with negative amounts is a reversal of an earlier payment.
        charge: Billed charge in dollars; None if it could not be read.
        paid: Payment in dollars; None if it could not be read.
        patient_responsibility: Patient responsibility in dollars (CLP05), or None.
        plan: Claim filing indicator (CLP06): MA, MB, 16, ...
        payer_control_number: The payer's claim number (CLP07), also called ICN or DCN.
        facility_code: Place of service or bill type (CLP08).
        frequency: Claim frequency (CLP09).
        adjustments: Adjustments at the claim level.
        lines: Service lines.
        dates: Dates by DTM qualifier: 232 and 233 first and last day of the statement, 050 received.
        replaced_dates: Dates of service, of the claim or of a line, that a later one of the same kind replaced.
        amounts: Dollars by AMT qualifier.
        remarks: Remark codes of the claim (MIA, MOA).
        original_control_number: The payer's number of the claim that this one reverses or replaces (REF F8).
        crossover_carrier: Payer that Medicare forwarded the claim to, if named (NM1 TT).
        inpatient_segment: Whether the claim has an MIA segment.
        institutional_group: Whether a TS3 segment precedes the claim's group.
        drg: Diagnosis related group (CLP11), which only an institutional claim has.
        covered_days: Covered days of a stay (MIA01, or QTY CA if that is more); None if not given.
        complete: False if the file ends inside the claim.
        damaged: True if a segment with an unknown tag was skipped in the claim, so that an amount may be missing.
        remittance: Remittance that the claim belongs to.
        charge_cents: The charge in whole cents, in place of `charge`.
        paid_cents: The payment in whole cents, in place of `paid`.
        patient_responsibility_cents: Patient responsibility in whole cents, in place of `patient_responsibility`.
        amounts_cents: Whole cents by AMT qualifier, in place of `amounts`.
    """

    control_number: str
    status: str
    charge_cents: int | None
    paid_cents: int | None
    patient_responsibility_cents: int | None
    plan: str
    payer_control_number: str
    facility_code: str
    frequency: str
    adjustments: list[Adjustment]
    lines: list[ServiceLine]
    dates: dict[str, date | None]
    replaced_dates: tuple[date | None, ...]
    amounts_cents: dict[str, int | None]
    remarks: list[str]
    original_control_number: str
    crossover_carrier: str
    inpatient_segment: bool
    institutional_group: bool
    drg: str
    covered_days: int | None
    complete: bool
    damaged: bool
    remittance: Remittance

    def __init__(
        self,
        control_number: str,
        status: str,
        charge: Amount | None = NOT_GIVEN,
        paid: Amount | None = NOT_GIVEN,
        patient_responsibility: Amount | None = NOT_GIVEN,
        plan: str = "",
        payer_control_number: str = "",
        *,
        facility_code: str = "",
        frequency: str = "",
        adjustments: Sequence[Adjustment] = (),
        lines: Sequence[ServiceLine] = (),
        dates: Mapping[str, Day | None] | None = None,
        replaced_dates: Sequence[date | None] = (),
        amounts: Mapping[str, Amount | None] | None = None,
        remarks: Sequence[str] = (),
        original_control_number: str = "",
        crossover_carrier: str = "",
        inpatient_segment: bool = False,
        institutional_group: bool = False,
        drg: str = "",
        covered_days: int | None = None,
        complete: bool = True,
        damaged: bool = False,
        remittance: Remittance | None = None,
        charge_cents: int | None = NOT_GIVEN,
        paid_cents: int | None = NOT_GIVEN,
        patient_responsibility_cents: int | None = None,
        amounts_cents: Mapping[str, int | None] | None = None,
    ) -> None:
        self.control_number = control_number
        self.status = str(status).strip()
        self.charge_cents = given_cents("charge", charge, charge_cents)
        self.paid_cents = given_cents("paid", paid, paid_cents)
        self.patient_responsibility_cents = (
            patient_responsibility_cents
            if patient_responsibility is NOT_GIVEN
            else optional_cents(patient_responsibility)
        )
        self.plan = str(plan or "").strip()
        self.payer_control_number = payer_control_number
        self.facility_code = str(facility_code or "").strip()
        self.frequency = str(frequency or "").strip()
        self.adjustments = list(adjustments)
        self.lines = list(lines)
        for position, line in enumerate(self.lines, 1):
            line.number = line.number or position
        self.dates = _days(dates)
        self.replaced_dates = tuple(replaced_dates)
        self.amounts_cents = _all_cents(amounts, amounts_cents)
        self.remarks = list(remarks)
        self.original_control_number = original_control_number
        self.crossover_carrier = crossover_carrier
        self.inpatient_segment = inpatient_segment
        self.institutional_group = institutional_group
        self.drg = str(drg or "").strip()
        self.covered_days = covered_days
        self.complete = complete
        self.damaged = damaged
        self.remittance = Remittance() if remittance is None else remittance

    @property
    def charge(self) -> Decimal | None:
        """Charge in dollars; None if it could not be read."""
        return optional_dollars(self.charge_cents)

    @property
    def paid(self) -> Decimal | None:
        """Payment in dollars; None if it could not be read."""
        return optional_dollars(self.paid_cents)

    @property
    def patient_responsibility(self) -> Decimal | None:
        """Patient responsibility in dollars (CLP05); None if missing or unreadable."""
        return optional_dollars(self.patient_responsibility_cents)

    @property
    def is_reversal(self) -> bool:
        """Whether the claim reverses an earlier payment: status 22, not positive.

        Some payers send the corrected claim, too, with status 22 (X12 request for interpretation 288). It takes nothing
        back.
        """
        return self.status == "22" and not self.status_contradicts_amounts

    @property
    def status_contradicts_amounts(self) -> bool:
        """Whether a claim with status 22 has positive amounts, and none below zero."""
        if self.status != "22":
            return False
        known = [cents for cents in (self.charge_cents, self.paid_cents) if cents is not None]
        return any(cents > 0 for cents in known) and not any(cents < 0 for cents in known)

    def postings(self) -> tuple[Posting, ...]:
        """Split the claim into the payments and adjustments to post.

        To the cent, all rows add up to the charge (CLP03), and the payment rows to the payment (CLP04): those of
        each line, then those of the claim as a whole. Where a 253 is reported at the claim over paid lines, a payment
        below zero at the claim takes it off. What the remittance does not explain is a row of its own (`unexplained`).
        Amounts of zero have no row. Raises `InvalidAmount` if the charge or the payment could not be read.

        >>> from sequestration import read_835
        >>> with read_835(EXAMPLE) as reader:
        ...     for posting in next(reader).postings():
        ...         print(posting)
        claim A-1, line 1: payment $78.40
        claim A-1, line 1: CO-45 $50.00
        claim A-1, line 1: CO-253 $1.60
        claim A-1, line 1: PR-2 $20.00
        """
        return postings_of(self)

    def to_text(self) -> str:
        """Lay out the claim like a paper remittance, without the patient's name.

        The text has the amounts, the lines and every adjustment with its title.
        """
        rows = [f"{name:<22}  {text}" for name, text in [("claim", self.control_number), *self._head] if text]
        rows += adjustments_in_text(self.adjustments)
        for line in self.lines:
            rows += line_in_text(line)
        return make_printable("\n".join(rows))

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text, ISO dates.

        The remittance is left out: `claim.remittance.to_dict()` has it, once for all of its claims.
        """
        return plain_fields(self, without=("remittance",))

    def __repr__(self) -> str:
        return (
            f"Claim({self.control_number!r}, status={self.status!r}, charge={self.charge}, paid={self.paid}, "
            f"plan={self.plan!r}, {len(self.lines)} lines, {len(self.adjustments)} adjustments)"
        )

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from sequestration._html import MAX_ROWS, element, facts, notebook

        lines = [line_in_html(line) for line in self.lines[:MAX_ROWS]]
        more = len(self.lines) - len(lines)
        return notebook(
            facts(f"Claim {self.control_number}", self._head),
            adjustments_in_html(self.adjustments),
            *lines,
            element("p", f"and {more:,} more lines") if more else "",
        )

    @property
    def _head(self) -> list[tuple[str, str]]:
        there = f"claim {self.payer_control_number}" if self.payer_control_number else ""
        return [
            ("status", status_in_words(self.status)),
            ("payer", ", ".join(text for text in (self.remittance.payer, there) if text)),
            ("plan", self.plan),
            ("dates", days_in_text(self.dates)),
            ("charge", dollars_if_known(self.charge)),
            ("paid", dollars_if_known(self.paid)),
            ("patient responsibility", dollars_if_known(self.patient_responsibility)),
            ("remarks", " ".join(self.remarks)),
        ]


def _days(dates: Mapping[str, Day | None] | None) -> dict[str, date | None]:
    return {name: None if day is None else as_date(day) for name, day in (dates or {}).items()}


def _all_cents(
    amounts: Mapping[str, Amount | None] | None, cents: Mapping[str, int | None] | None
) -> dict[str, int | None]:
    """Cents of amounts in dollars by qualifier, or else the cents that were given."""
    if amounts is not None:
        return {name: optional_cents(amount) for name, amount in amounts.items()}
    return dict(cents or {})
