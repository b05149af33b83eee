"""Model of a remittance: remittance, claim, service line, adjustment.

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
from typing import TYPE_CHECKING, Any

import attrs

from sequestration._dates import Day, as_date
from sequestration._money import Amount, cents_if_known, dollars_if_known
from sequestration._printable import visible

if TYPE_CHECKING:
    from sequestration._html import Piece

__all__ = ["Adjustment", "Claim", "ProviderAdjustment", "Remittance", "ServiceLine", "adjustments_in_html"]

_NOT_GIVEN: Any = attrs.NOTHING
"""The default of an amount in dollars, which may be given in cents instead."""


@attrs.define(init=False, repr=False)
class Adjustment:
    """Adjustment of a claim or line: why less was paid than charged.

    Args:
        group: Group code, such as CO; stored in capitals without surrounding blanks.
        reason: Reason code as sent; stored without surrounding blanks.
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
        amount: Amount | None = _NOT_GIVEN,
        quantity: str | None = None,
        *,
        amount_cents: int | None = _NOT_GIVEN,
    ) -> None:
        self.group = str(group).strip().upper()
        self.reason = str(reason).strip()
        self.amount_cents = _cents("amount", amount, amount_cents)
        self.quantity = quantity

    @property
    def amount(self) -> Decimal | None:
        """Dollars; None if the amount could not be read."""
        return dollars_if_known(self.amount_cents)

    def __repr__(self) -> str:
        return f"Adjustment({self.group!r}, {self.reason!r}, {self.amount})"

    def __str__(self) -> str:
        return visible(f"{self.group}-{self.reason} {_text(self.amount)}")

    def _repr_html_(self) -> str:
        from sequestration._html import notebook

        return notebook(adjustments_in_html([self]))


@attrs.define(init=False, repr=False)
class ServiceLine:
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
        charge: Amount | None = _NOT_GIVEN,
        paid: Amount | None = _NOT_GIVEN,
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
        charge_cents: int | None = _NOT_GIVEN,
        paid_cents: int | None = _NOT_GIVEN,
        amounts_cents: Mapping[str, int | None] | None = None,
    ) -> None:
        self.number = number
        self.procedure = procedure
        self.qualifier = qualifier
        self.modifiers = tuple(modifiers)
        self.revenue_code = revenue_code
        self.charge_cents = _cents("charge", charge, charge_cents)
        self.paid_cents = _cents("paid", paid, paid_cents)
        self.units = units
        self.dates = _days(dates)
        self.adjustments = list(adjustments)
        self.amounts_cents = _all_cents(amounts, amounts_cents)
        self.remarks = list(remarks)
        self.control_number = control_number

    @property
    def charge(self) -> Decimal | None:
        """Charge in dollars; None if it could not be read."""
        return dollars_if_known(self.charge_cents)

    @property
    def paid(self) -> Decimal | None:
        """Payment in dollars; None if it could not be read."""
        return dollars_if_known(self.paid_cents)

    @property
    def allowed(self) -> Decimal | None:
        """Allowed amount in dollars (AMT B6); None if it is missing or could not be read."""
        return dollars_if_known(self.amounts_cents.get("B6"))

    def __repr__(self) -> str:
        return (
            f"ServiceLine({self.procedure!r}, charge={self.charge}, paid={self.paid}, adjustments={self.adjustments!r})"
        )

    def __str__(self) -> str:
        return visible("\n".join(_line_in_text(self)))

    def _repr_html_(self) -> str:
        from sequestration._html import notebook

        return notebook(_line_in_html(self))


@attrs.define(init=False, repr=False)
class Claim:
    """One claim of a remittance.

    Args:
        control_number: The practice's own account number (CLP01).
        status: Claim status (CLP02); 22 is a reversal of an earlier payment.
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
        amounts: Dollars by AMT qualifier.
        remarks: Remark codes of the claim (MIA, MOA).
        original_control_number: The payer's number of the claim that this one reverses or replaces (REF F8).
        crossover_carrier: Payer that Medicare forwarded the claim to, if named (NM1 TT).
        inpatient_segment: Whether the claim has an MIA segment.
        institutional_group: Whether a TS3 segment precedes the claim's group.
        complete: False if the file ends inside the claim.
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
    amounts_cents: dict[str, int | None]
    remarks: list[str]
    original_control_number: str
    crossover_carrier: str
    inpatient_segment: bool
    institutional_group: bool
    complete: bool
    remittance: Remittance

    def __init__(
        self,
        control_number: str,
        status: str,
        charge: Amount | None = _NOT_GIVEN,
        paid: Amount | None = _NOT_GIVEN,
        patient_responsibility: Amount | None = _NOT_GIVEN,
        plan: str = "",
        payer_control_number: str = "",
        *,
        facility_code: str = "",
        frequency: str = "",
        adjustments: Sequence[Adjustment] = (),
        lines: Sequence[ServiceLine] = (),
        dates: Mapping[str, Day | None] | None = None,
        amounts: Mapping[str, Amount | None] | None = None,
        remarks: Sequence[str] = (),
        original_control_number: str = "",
        crossover_carrier: str = "",
        inpatient_segment: bool = False,
        institutional_group: bool = False,
        complete: bool = True,
        remittance: Remittance | None = None,
        charge_cents: int | None = _NOT_GIVEN,
        paid_cents: int | None = _NOT_GIVEN,
        patient_responsibility_cents: int | None = None,
        amounts_cents: Mapping[str, int | None] | None = None,
    ) -> None:
        self.control_number = control_number
        self.status = str(status).strip()
        self.charge_cents = _cents("charge", charge, charge_cents)
        self.paid_cents = _cents("paid", paid, paid_cents)
        self.patient_responsibility_cents = _cents(
            "patient_responsibility", patient_responsibility, patient_responsibility_cents
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
        self.amounts_cents = _all_cents(amounts, amounts_cents)
        self.remarks = list(remarks)
        self.original_control_number = original_control_number
        self.crossover_carrier = crossover_carrier
        self.inpatient_segment = inpatient_segment
        self.institutional_group = institutional_group
        self.complete = complete
        self.remittance = Remittance() if remittance is None else remittance

    @property
    def charge(self) -> Decimal | None:
        """Charge in dollars; None if it could not be read."""
        return dollars_if_known(self.charge_cents)

    @property
    def paid(self) -> Decimal | None:
        """Payment in dollars; None if it could not be read."""
        return dollars_if_known(self.paid_cents)

    @property
    def patient_responsibility(self) -> Decimal | None:
        """Patient responsibility in dollars (CLP05); None if missing or unreadable."""
        return dollars_if_known(self.patient_responsibility_cents)

    @property
    def is_reversal(self) -> bool:
        """Whether the claim reverses an earlier payment (status 22)."""
        return self.status == "22"

    def to_text(self) -> str:
        """Lay out the claim as on paper, without the patient's name.

        The text has the amounts, the lines and every adjustment with its title.
        """
        rows = [f"{name:<13} {text}" for name, text in [("claim", self.control_number), *self._head] if text]
        rows += _adjustments_in_text(self.adjustments)
        for line in self.lines:
            rows += _line_in_text(line)
        return visible("\n".join(rows))

    def __repr__(self) -> str:
        return (
            f"Claim({self.control_number!r}, status={self.status!r}, charge={self.charge}, paid={self.paid}, "
            f"plan={self.plan!r}, {len(self.lines)} lines, {len(self.adjustments)} adjustments)"
        )

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        from sequestration._html import MOST_ROWS, element, facts, notebook

        lines = [_line_in_html(line) for line in self.lines[:MOST_ROWS]]
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
            ("status", f"{self.status} {_STATUSES.get(self.status, 'a status that is not in the list')}"),
            ("payer", ", ".join(text for text in (self.remittance.payer, there) if text)),
            ("plan", self.plan),
            ("dates", _days_in_text(self.dates)),
            ("charge", _text(self.charge)),
            ("paid", _text(self.paid)),
            ("patient owes", _text(self.patient_responsibility)),
            ("remarks", " ".join(self.remarks)),
        ]


@attrs.define(init=False)
class ProviderAdjustment:
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
        amount: Amount | None = _NOT_GIVEN,
        *,
        amount_cents: int | None = _NOT_GIVEN,
    ) -> None:
        self.provider = provider
        self.reason = reason
        self.reference = reference[:17]
        self.amount_cents = _cents("amount", amount, amount_cents)

    @property
    def amount(self) -> Decimal | None:
        """Dollars; None if the amount could not be read."""
        return dollars_if_known(self.amount_cents)

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
        return visible(f"{self.reason} {_text(self.amount)}  {self.meaning}".rstrip())

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [
            ("amount", f"{_text(self.amount)} (above zero lowers the payment)"),
            ("meaning", self.meaning or "a code that is not in the table"),
            ("provider", self.provider),
            ("reference", self.reference),
        ]
        return notebook(facts(f"Provider adjustment {self.reason}", rows))


@attrs.define(kw_only=True)
class Remittance:
    """Header of one transaction: who pays whom, how much, how and when.

    Args:
        control_number: Transaction set control number (ST02).
        version: Version of the standard (GS08), such as 005010X221A1.
        payer: Name of the payer.
        payer_ids: The payer's numbers (N104, REF 2U, TRN03).
        payee: Name of the payee.
        payee_id: Number of the payee.
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
        return dollars_if_known(self.payment_cents)

    @property
    def dated(self) -> date | None:
        """Remittance date: the production date, or else the payment or group date."""
        return self.produced_on or self.paid_on or self.group_date

    def __str__(self) -> str:
        how = f" by {self.method}" if self.method else ""
        when = f" on {self.dated}" if self.dated else ""
        who = f"{self.payer or 'a payer'} pays {self.payee or 'a provider'}"
        return visible(f"{who} {_text(self.payment_amount)}{how}{when}")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [
            ("payer", self.payer),
            ("payer's numbers", " ".join(self.payer_ids)),
            ("payee", f"{self.payee} {self.payee_id}".strip()),
            ("payment", f"{_text(self.payment_amount)} {self.method}".strip()),
            ("trace number", self.trace_number),
            ("paid on", self.paid_on),
            ("produced on", self.produced_on),
            ("provider adjustments", len(self.provider_adjustments) or None),
            ("file", self.file),
        ]
        return notebook(facts("Remittance", rows))


_STATUSES = {  # Titles of CLP02 in this project's own words.
    "1": "handled as first payer",
    "2": "handled as second payer",
    "3": "handled as third payer",
    "4": "denied",
    "19": "handled as first payer and sent on",
    "20": "handled as second payer and sent on",
    "21": "handled as third payer and sent on",
    "22": "takes back an earlier payment",
    "23": "not this payer's, sent on",
    "25": "an estimate, nothing is paid",
}
_DATES = {"472": "on", "150": "from", "151": "to", "232": "from", "233": "to", "050": "received", "036": "coverage to"}


def _line_in_text(line: ServiceLine) -> list[str]:
    parts = [
        f"line {line.number}",
        " ".join([line.procedure, *line.modifiers]),
        _days_in_text(line.dates),
        f"units {line.units}" if line.units else "",
        f"charge {_text(line.charge)}",
        f"allowed {line.allowed}" if line.allowed is not None else "",
        f"paid {_text(line.paid)}",
        f"remarks {' '.join(line.remarks)}" if line.remarks else "",
    ]
    return ["  ".join(part for part in parts if part), *_adjustments_in_text(line.adjustments)]


def _adjustments_in_text(adjustments: Sequence[Adjustment]) -> list[str]:
    return [
        f"  {f'{item.group}-{item.reason}':<8} {_text(item.amount):>12}  {_title(item.reason)}".rstrip()
        for item in adjustments
    ]


def _line_in_html(line: ServiceLine) -> Piece:
    from sequestration._html import escaped, facts, joined

    rows = [
        ("dates", _days_in_text(line.dates)),
        ("units", line.units),
        ("charge", _text(line.charge)),
        ("allowed", line.allowed),
        ("paid", _text(line.paid)),
        ("remarks", " ".join(line.remarks)),
    ]
    head = escaped(f"Line {line.number}: {' '.join([line.procedure, *line.modifiers])}")
    return joined([facts(head, rows), adjustments_in_html(line.adjustments)])


def adjustments_in_html(adjustments: Sequence[Adjustment]) -> Piece:
    """Adjustments as a table with their titles; empty if there are none."""
    from sequestration._html import Piece, table

    if not adjustments:
        return Piece()
    rows = [(f"{item.group}-{item.reason}", _title(item.reason), item.amount) for item in adjustments]
    return table("", ("adjustment", "title", "dollars"), rows)


def _title(reason: str) -> str:
    """Title of a reason code in this project's own words; empty for an unknown code."""
    from sequestration._codes.shipped import carcs

    entry = carcs().get(reason)
    return entry.title if entry is not None else ""


def _days_in_text(dates: Mapping[str, date | None]) -> str:
    return " ".join(f"{_DATES[name]} {day or 'unknown'}" for name, day in dates.items() if name in _DATES)


def _text(amount: Decimal | None) -> str:
    return "unknown" if amount is None else str(amount)


def _days(dates: Mapping[str, Day | None] | None) -> dict[str, date | None]:
    return {name: None if day is None else as_date(day) for name, day in (dates or {}).items()}


def _cents(name: str, amount: Amount | None, cents: int | None) -> int | None:
    """Cents of an amount in dollars, or else the cents that were given.

    Raises TypeError if neither was given.
    """
    if amount is not _NOT_GIVEN:
        return cents_if_known(amount)
    if cents is _NOT_GIVEN:
        raise TypeError(f"the argument {name} is missing")
    return cents


def _all_cents(
    amounts: Mapping[str, Amount | None] | None, cents: Mapping[str, int | None] | None
) -> dict[str, int | None]:
    """Cents of amounts in dollars by qualifier, or else the cents that were given."""
    if amounts is not None:
        return {name: cents_if_known(amount) for name, amount in amounts.items()}
    return dict(cents or {})
