"""Tables of an audit for a workbook: names of columns, and rows of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from sequestration._audit.result import Audit
from sequestration._audit.summaries.by_claim import ClaimTotal
from sequestration._audit.summaries.by_code import CodeTotal
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.totals import FIGURES, count_to_review
from sequestration._checking.findings import heaviest_first
from sequestration._export.csv import AUDIT_COLUMNS, audit_row
from sequestration._x12.problems import ProblemCode, most_severe_first

__all__ = ["RATE_COLUMN", "Table", "audit_tables"]

RATE_COLUMN = "rate"
"""Column of shares; every other `Decimal` is an amount in dollars."""
_FILES = ("name", "readable", "transactions", "claims", "lines")
_PROVIDER_ADJUSTMENTS = ("provider", "reason", "reference", "amount", "meaning")
_PROBLEMS = ("code", "level", "text", "file", "offset", "segment_number", "tag", "claim")
_PATTERNS = (
    "payer",
    "verdict",
    "explanation",
    "claim_type",
    "first_day",
    "last_day",
    "lines",
    "dollars",
    "owed_to",
    "open_lines",
    "open_dollars",
    "text",
)
_PLANS = ("payer", "verdict", "mistake", "first_day", "last_day", "lines", "reported", "expected", "difference", "text")


@attrs.frozen
class Table:
    """One sheet of a workbook.

    Attributes:
        name: Name of the sheet.
        columns: Names of the columns, as in the JSON.
        rows: Rows of text, whole numbers, truth values, dates, None, and `Decimal` dollars (in the column "rate":
            shares).
        dropped: Number of rows that the audit did not keep.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    dropped: int = 0


def audit_tables(audit: Audit, as_of: date) -> Iterator[Table]:
    """Build the tables of an audit on a day, in the order of the sheets."""
    since = audit._reversed_since
    findings = [audit_row(found, as_of, since) for found in heaviest_first(audit.findings)]
    yield Table("Summary", ("item", "value"), list(_summary(audit, since)))
    yield Table("Findings", AUDIT_COLUMNS, findings, sum(audit.findings_dropped.values()))
    yield _fields("Patterns", _PATTERNS, audit._patterns(since))
    yield _fields("Plans", _PLANS, audit.plans())
    yield _fields("Claims", [field.name for field in attrs.fields(ClaimTotal)], audit.by_claim())
    yield _fields("Adjustments by code", [field.name for field in attrs.fields(CodeTotal)], audit.by_code())
    dropped = audit.provider_adjustments_dropped
    yield _fields("Provider-level (PLB)", _PROVIDER_ADJUSTMENTS, audit.provider_adjustments, dropped)
    yield Table("Months", ("month", *FIGURES), list(_month_rows(audit)))
    yield _fields("Problems", _PROBLEMS, most_severe_first(audit.problems), audit.problems_dropped)
    yield _fields("Files", _FILES, audit.files)


def _fields(name: str, columns: Sequence[str], items: Sequence[object], dropped: int = 0) -> Table:
    """A table of objects whose attributes are its columns."""
    return Table(name, columns, [[getattr(item, column) for column in columns] for item in items], dropped)


def _summary(audit: Audit, since: ReversedSince) -> Iterator[tuple[str, object]]:
    yield "Outcome", audit.headline
    yield "Files", len(audit.files)
    yield "Files that could not be read", sum(not file.readable for file in audit.files)
    yield "Files cut short by an interrupt", audit.interrupted
    yield "Read errors (above zero, results may be incomplete)", audit._errors
    yield "Claims", audit.claims
    yield "Repeated remittances, counted once", audit._count_problems(ProblemCode.REPEATED_REMITTANCE)
    yield "Needs review", count_to_review(audit.counts)
    for name, label in _LABELS.items():
        yield label, getattr(audit.totals, name)
    for owed_to, amount in since.amounts.items():
        yield f"Reversed since, owed to {owed_to.words}", amount
    yield "At a projected rate", audit.projected
    for verdict, count in audit.counts.items():
        yield f"Verdict: {verdict.words}", count


_LABELS = {
    "withheld": "Total withheld",
    "not_checked": "Withheld on lines not checked",
    "taken_back": "Taken back by reversals",
    "reported": "Withheld on lines checked",
    "expected": "Expected sequestration",
    "over_withheld": "Over-withheld (owed to you)",
    "under_withheld": "Under-withheld (owed to Medicare)",
    "rounding": "Rounding",
    "in_question": "In question",
}


def _month_rows(audit: Audit) -> Iterator[Sequence[object]]:
    """Figures of each month, of what has no date, and of all."""
    totals = audit.totals
    months = [(month, totals.by_month[month]) for month in sorted(totals.by_month)]
    for name, each in (*months, ("without a date", totals.no_date), ("all", totals)):
        yield (name, *(getattr(each, figure) for figure in FIGURES))
