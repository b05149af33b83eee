"""Columns of the tables that remittances can be read as: names, types, meanings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

__all__ = ["TABLES", "Column", "ColumnType", "Columns", "columns_of"]


class ColumnType(StrEnum):
    """Type of a column."""

    TEXT = "text"
    WHOLE = "whole number"
    DATE = "date"
    MONEY = "money"
    """Decimal of dollars with two places or, with `unit="cents"`, a whole number of cents."""
    RATE = "rate"
    """Decimal with nine places; 0.02 is two percent."""
    FLAG = "true or false"


@attrs.frozen
class Column:
    """Column of a table.

    Attributes:
        name: Name, the same in every engine.
        type: Type of its values.
        meaning: Meaning of its values, and of null where there may be one.
    """

    name: str
    type: ColumnType
    meaning: str


Columns = Mapping[str, ColumnType]
"""Types of the columns of a table by name, in order."""

_TEXT, _WHOLE, _DATE = ColumnType.TEXT, ColumnType.WHOLE, ColumnType.DATE
_MONEY, _RATE, _FLAG = ColumnType.MONEY, ColumnType.RATE, ColumnType.FLAG

_FILE = Column("file", _TEXT, "File that was read; null if it has no name (bytes).")
_PAYER = Column("payer", _TEXT, "Name of the payer (N102 of the payer).")
_CLAIM = Column("claim", _TEXT, "Patient control number (CLP01): your own account number.")
_LINE = Column("line", _WHOLE, "Service line of the claim (1, 2, ...); null at claim level.")
_ITS_LINE = Column("line", _WHOLE, "Service line of the claim (1, 2, ...).")
_PROCEDURE = Column("procedure", _TEXT, "Procedure code without modifiers; empty if there is none.")
_PAYER_CLAIM_NUMBER = Column("payer_claim_number", _TEXT, "The payer's claim number (CLP07), also called ICN or DCN.")
_LINE_CONTROL_NUMBER = Column("line_control_number", _TEXT, "Your own number of the line (REF 6R).")
_TRANSACTION = Column("transaction", _TEXT, "Control number of the transaction set (ST02).")
_TRANSACTION_POSITION = Column(
    "transaction_position", _WHOLE, "Position of the remittance in the file (1, 2, ...), because an ST02 may recur."
)
_CLAIM_POSITION = Column("claim_position", _WHOLE, "Position of the claim in the file (1, 2, ...).")
_TRACE_NUMBER = Column("trace_number", _TEXT, "Check or EFT trace number (TRN02).")
_PAYMENT_DATE = Column("payment_date", _DATE, "Payment date (BPR16); null if missing or unreadable.")
_PAYEE_NPI = Column("payee_npi", _TEXT, "NPI of the payee; empty if its number is of another kind.")

_OF_REMITTANCE = (_TRANSACTION, _TRANSACTION_POSITION)
_OF_PAYMENT = (_TRACE_NUMBER, _PAYMENT_DATE, _PAYEE_NPI)
_OF_CLAIM = (*_OF_REMITTANCE, _CLAIM_POSITION, *_OF_PAYMENT)

_SERVICE_DATE = Column(
    "service_date", _DATE, "First day of the line (DTM 472 or 150), or else of the claim (232); null if there is none."
)
_THROUGH_DATE = Column(
    "through_date", _DATE, "Last day of the line (DTM 472 or 151), or else of the claim (233); null if there is none."
)
_STATUS = Column("status", _TEXT, "Claim status (CLP02), such as 1 (primary) or 22 (reversal).")
_REVERSAL = Column("reversal", _FLAG, "Whether the claim takes back an earlier payment (status 22, not positive).")

_ADJUSTMENTS = (
    _FILE,
    _PAYER,
    _CLAIM,
    _LINE,
    _PROCEDURE,
    _PAYER_CLAIM_NUMBER,
    _LINE_CONTROL_NUMBER,
    *_OF_CLAIM,
    _SERVICE_DATE,
    _THROUGH_DATE,
    Column("group", _TEXT, "Group code, such as CO (CAS01)."),
    Column("reason", _TEXT, "Reason code (CARC), such as 253."),
    Column("amount", _MONEY, "Amount; positive if it lowers the payment. Null if it could not be read."),
    Column("quantity", _TEXT, "Quantity as sent; null if there is none."),
    Column("level", _TEXT, "Level of the adjustment: claim or line."),
)

_CLAIMS = (
    _FILE,
    _PAYER,
    _CLAIM,
    _PAYER_CLAIM_NUMBER,
    *_OF_CLAIM,
    Column(
        "original_claim_number", _TEXT, "The payer's number of the claim that this one reverses or replaces (REF F8)."
    ),
    _STATUS,
    _REVERSAL,
    Column("plan", _TEXT, "Claim filing indicator (CLP06), such as MA or MB."),
    Column("facility_code", _TEXT, "Place of service or bill type (CLP08)."),
    Column("frequency", _TEXT, "Claim frequency (CLP09)."),
    Column("drg", _TEXT, "Diagnosis related group (CLP11)."),
    Column("service_date", _DATE, "First day of the claim (DTM 232), or else of its lines; null if there is none."),
    Column("through_date", _DATE, "Last day of the claim (DTM 233), or else of its lines; null if there is none."),
    Column("received_date", _DATE, "Day the payer received the claim (DTM 050); null if there is none."),
    Column("lines", _WHOLE, "Number of service lines."),
    Column("charge", _MONEY, "Billed charge (CLP03); null if it could not be read."),
    Column("paid", _MONEY, "Payment (CLP04); null if it could not be read."),
    Column("patient_responsibility", _MONEY, "Patient responsibility (CLP05); null if missing or unreadable."),
    Column(
        "sequestration",
        _MONEY,
        "Sum of CARC 253 at the claim and its lines; null if one of them could not be read.",
    ),
    Column("remarks", _TEXT, "Remark codes of the claim, separated by spaces."),
    Column("complete", _FLAG, "Whether the claim was read to its end."),
)

_SERVICE_LINES = (
    _FILE,
    _PAYER,
    _CLAIM,
    _ITS_LINE,
    _PROCEDURE,
    _PAYER_CLAIM_NUMBER,
    _LINE_CONTROL_NUMBER,
    *_OF_CLAIM,
    _STATUS,
    _REVERSAL,
    _SERVICE_DATE,
    _THROUGH_DATE,
    Column("qualifier", _TEXT, "Type of the procedure code, such as HC."),
    Column("modifiers", _TEXT, "Modifiers of the procedure code, separated by spaces."),
    Column("revenue_code", _TEXT, "Revenue code (SVC04)."),
    Column("units", _TEXT, "Units as sent (SVC05)."),
    Column("charge", _MONEY, "Billed charge (SVC02); null if it could not be read."),
    Column("paid", _MONEY, "Payment (SVC03); null if it could not be read."),
    Column("allowed", _MONEY, "Allowed amount (AMT B6); null if missing or unreadable."),
    Column("sequestration", _MONEY, "Sum of CARC 253 at the line; null if one of them could not be read."),
    Column("remarks", _TEXT, "Remark codes of the line, separated by spaces."),
)

_REMITTANCES = (
    _FILE,
    _PAYER,
    *_OF_REMITTANCE,
    *_OF_PAYMENT,
    Column("payer_ids", _TEXT, "The payer's numbers (N104, REF 2U, TRN03), separated by spaces."),
    Column("payee", _TEXT, "Name of the payee."),
    Column("method", _TEXT, "Payment method (BPR04), such as ACH, CHK or NON."),
    Column("remitted_on", _DATE, "Remittance date: production date, or else payment date or group date."),
    Column("version", _TEXT, "Version of the standard (GS08)."),
    Column("claims", _WHOLE, "Number of claims that were read."),
    Column("charge", _MONEY, "Sum of the claims' charges; null if one of them could not be read."),
    Column("paid", _MONEY, "Sum of the claims' payments; null if one of them could not be read."),
    Column("sequestration", _MONEY, "Sum of the claims' CARC 253; null if one of them could not be read."),
    Column(
        "provider_adjustments",
        _MONEY,
        "Sum of the provider-level adjustments; positive if it lowers the payment. Null if one could not be read.",
    ),
    Column(
        "payment",
        _MONEY,
        "Amount of the check or EFT (BPR02): paid less provider_adjustments. Null if it could not be read.",
    ),
    Column("complete", _FLAG, "Whether the remittance was read to its end."),
)

_PROVIDER_ADJUSTMENTS = (
    _FILE,
    _PAYER,
    *_OF_REMITTANCE,
    *_OF_PAYMENT,
    Column("position", _WHOLE, "Position of the adjustment in the remittance (1, 2, ...)."),
    Column("provider", _TEXT, "Provider number (PLB01)."),
    Column("reason", _TEXT, "Provider-level adjustment code, such as WO."),
    Column("reference", _TEXT, "First 17 characters of the reference; a member number may follow them."),
    Column("amount", _MONEY, "Amount; positive if it lowers the payment. Null if it could not be read."),
    Column("meaning", _TEXT, "Meaning of the code with this sign; empty for an unknown code."),
)

_FINDINGS = (
    Column("verdict", _TEXT, "Verdict, such as correct or cut_too_large."),
    _FILE,
    _PAYER,
    _CLAIM,
    _LINE,
    _PROCEDURE,
    _PAYER_CLAIM_NUMBER,
    _LINE_CONTROL_NUMBER,
    *_OF_CLAIM,
    Column("on", _DATE, "Date that sets the rate; null if there is none."),
    Column("date_rule", _TEXT, "Rule that chose the date."),
    Column("claim_type", _TEXT, "Type of claim that the rule is for."),
    Column("paid", _MONEY, "Payment of the line or claim; null if it could not be read."),
    Column("payable", _MONEY, "Payment before sequestration; null if unknown."),
    Column("rate", _RATE, "Rate on the date; null if unknown."),
    Column("rate_status", _TEXT, "Status of the rate's period, such as ordered; null if there is no rate."),
    Column("group", _TEXT, "Group code of the reported sequestration; null if there is none."),
    Column("reported", _MONEY, "Sequestration that was reported; null if none, or if it could not be read."),
    Column("expected", _MONEY, "Expected sequestration; null if unknown."),
    Column("difference", _MONEY, "Reported less expected; positive if too much was withheld. Null if unknown."),
    Column("owed_to", _TEXT, "Party that is owed the difference: provider or medicare; null if neither."),
    Column("explanation_codes", _TEXT, "Codes of mistakes that reproduce the amount, separated by spaces."),
    Column("explanations", _TEXT, "Texts of these mistakes."),
    Column("reason", _TEXT, "Reason for a verdict of undetermined or not applicable; null for the others."),
    Column("reason_code", _TEXT, "Code of this reason."),
    Column("remitted_on", _DATE, "Remittance date."),
    Column("step", _TEXT, "Next step; null if there is none."),
    Column("step_why", _TEXT, "Reason for the next step."),
    Column("last_day", _DATE, "Last day for the next step; null if there is no deadline."),
    Column("authority", _TEXT, "Authority for the next step."),
)

_PROBLEMS = (
    _FILE,
    Column("code", _TEXT, "Code of the problem."),
    Column("level", _TEXT, "Level: error or note."),
    Column("text", _TEXT, "Description in words."),
    Column("offset", _WHOLE, "Byte of the file where the segment begins; null for the file as a whole."),
    Column("segment_number", _WHOLE, "Number of the segment in the file."),
    Column("tag", _TEXT, "Tag of the segment."),
    Column("claim", _TEXT, "Patient control number of the claim; null if the problem belongs to none."),
)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "adjustments": _ADJUSTMENTS,
    "claims": _CLAIMS,
    "service_lines": _SERVICE_LINES,
    "remittances": _REMITTANCES,
    "provider_adjustments": _PROVIDER_ADJUSTMENTS,
    "findings": _FINDINGS,
    "problems": _PROBLEMS,
}
"""Columns of each table, in order."""


def columns_of(table: str) -> Columns:
    """Types of the columns of a table by name."""
    return {column.name: column.type for column in TABLES[table]}
