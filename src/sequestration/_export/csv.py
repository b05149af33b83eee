"""Write findings as CSV (RFC 4180) that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TextIO

from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._checking.findings import Finding
from sequestration._printable import make_printable
from sequestration._worklist.step_list import REVERSED

__all__ = ["ALL_COLUMNS", "AUDIT_COLUMNS", "COLUMNS", "audit_row", "safe_cell", "write_findings"]

_STARTS_A_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # Includes the characters of East Asian keyboards.
_BLANKS_THAT_SPLIT = ("\t", "\r", "\n")
_INNER_FORMULA = re.compile(rf"([;\t\r\n]\s*)(?=[{re.escape(''.join(_STARTS_A_FORMULA))}])")
"""Positions where a spreadsheet that splits cells at semicolons or tabs would find a formula."""

COLUMNS: Mapping[str, Callable[[Finding], object]] = {
    "verdict": lambda found: found.verdict.value,
    "file": lambda found: found.file,
    "payer": lambda found: found.payer,
    "claim": lambda found: found.claim,
    "line": lambda found: found.line,
    "procedure": lambda found: found.procedure,
    "payer_claim_number": lambda found: found.payer_claim_number,
    "line_control_number": lambda found: found.line_control_number,
    "transaction": lambda found: found.transaction,
    "transaction_position": lambda found: found.transaction_position,
    "claim_position": lambda found: found.claim_position,
    "trace_number": lambda found: found.trace_number,
    "payment_date": lambda found: found.payment_date,
    "payee_npi": lambda found: found.payee_npi,
    "on": lambda found: found.on,
    "date_rule": lambda found: found.date_rule,
    "claim_type": lambda found: found.claim_type,
    "paid": lambda found: found.paid,
    "payable": lambda found: found.payable,
    "rate": lambda found: found.rate,
    "rate_status": lambda found: found.period and found.period.status.value,
    "group": lambda found: found.group,
    "reported": lambda found: found.reported,
    "expected": lambda found: found.expected,
    "difference": lambda found: found.difference,
    "owed_to": lambda found: found.owed_to and found.owed_to.value,
    "explanation_codes": lambda found: " ".join(explanation.code for explanation in found.explanations),
    "explanations": lambda found: "; ".join(explanation.text for explanation in found.explanations),
    "reason": lambda found: found.reason,
    "reason_code": lambda found: found.reason_code and found.reason_code.value,
    "remitted_on": lambda found: found.remitted_on,
    "step": lambda found: found.step and found.step.action.value,
    "step_why": lambda found: found.step and found.step.why,
    "last_day": lambda found: found.step and found.step.deadline and found.step.deadline.last_day,
    "authority": lambda found: found.step and found.step.authority and str(found.step.authority),
}
"""Columns with their values of a finding, named as in the JSON."""

_DAY_COLUMNS: Mapping[str, Callable[[Finding, date], object]] = {
    "as_of": lambda _found, as_of: as_of,
    "days_left": lambda found, as_of: (
        found.step.deadline.days_left(as_of) if found.step and found.step.deadline else None
    ),
}
"""Columns with their values of a finding on a day."""

ALL_COLUMNS = (*COLUMNS, *_DAY_COLUMNS)
"""Names of all columns of a row."""

_BEFORE = ALL_COLUMNS.index("owed_to") + 1
AUDIT_COLUMNS = (*ALL_COLUMNS[:_BEFORE], "reversed_since", *ALL_COLUMNS[_BEFORE:])
"""Names of all columns of a whole audit. Until all files are read, no row can say what was reversed since."""

_TO_DO = frozenset({"step", "last_day", "authority", "days_left"})
"""Columns of what there is to do about a finding."""


def audit_row(found: Finding, as_of: date, since: ReversedSince) -> list[object]:
    """The values of a finding of a whole audit.

    Nothing is left to do about one that was reversed since.
    """
    values = dict(zip(ALL_COLUMNS, _finding_row(found, as_of), strict=True))
    values["reversed_since"] = since.mark(found)
    if values["reversed_since"]:
        values |= dict.fromkeys(_TO_DO) | {"step_why": REVERSED}
    return [values[column] for column in AUDIT_COLUMNS]


def _finding_row(found: Finding, as_of: date) -> list[object]:
    """The values of a finding, with the days left on a day."""
    return [
        *(value(found) for value in COLUMNS.values()),
        *(value(found, as_of) for value in _DAY_COLUMNS.values()),
    ]


def write_findings(
    findings: Iterable[Finding],
    stream: TextIO,
    *,
    as_of: date,
    head: bool = True,
    since: ReversedSince | None = None,
) -> None:
    """Write a header and one row per finding.

    Amounts and line numbers are plain numbers. A text that a spreadsheet would take for a formula gets an apostrophe
    before it, and control characters become question marks.

    Args:
        findings: Findings to write.
        stream: Stream that keeps line ends.
        as_of: Day from which the days left are counted.
        head: Whether the header is written.
        since: What was reversed in the files of the whole audit, for the column `reversed_since`. None if more files
            may follow; then there is no such column.
    """
    writer = csv.writer(stream)
    if head:
        writer.writerow(ALL_COLUMNS if since is None else AUDIT_COLUMNS)
    for found in findings:
        values = _finding_row(found, as_of) if since is None else audit_row(found, as_of, since)
        writer.writerow(map(safe_cell, values))


def safe_cell(value: object) -> object:
    """A number or a date as it is, or a text that is not a formula."""
    if not isinstance(value, str):
        return value
    text = _INNER_FORMULA.sub(r"\1'", make_printable(value))
    risky = text.lstrip().startswith(_STARTS_A_FORMULA) or text.startswith(_BLANKS_THAT_SPLIT)
    return f"'{text}" if risky else text
