"""Tables of an audit for a workbook: names of columns, and rows of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from sequestration._audit.by_claim import ClaimTotal
from sequestration._audit.by_code import CodeTotal
from sequestration._audit.result import Audit
from sequestration._audit.totals import Sums
from sequestration._checking.findings import OwedTo, heaviest_first
from sequestration._export.csv import COLUMNS
from sequestration._x12.problems import Severity, most_severe_first

__all__ = ["RATE_COLUMN", "Table", "audit_tables"]

RATE_COLUMN = "rate"
"""Column of shares; every other `Decimal` is an amount in dollars."""
_FILES = ("name", "readable", "transactions", "claims", "lines")
_PROVIDER_ADJUSTMENTS = ("provider", "reason", "reference", "amount", "meaning")
_PROBLEMS = ("code", "level", "text", "file", "offset", "segment_number", "tag", "claim")
_SUMS = ("reported", "expected", "in_question")


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


def audit_tables(audit: Audit) -> Iterator[Table]:
    """Build the tables of an audit, in the order of the sheets."""
    yield Table("Summary", ("item", "value"), list(_summary(audit)))
    yield Table("Findings", tuple(COLUMNS), _finding_rows(audit), sum(audit.findings_dropped.values()))
    yield _fields("Claims", [field.name for field in attrs.fields(ClaimTotal)], audit.by_claim())
    yield _fields("Adjustments by code", [field.name for field in attrs.fields(CodeTotal)], audit.by_code())
    dropped = audit.provider_adjustments_dropped
    yield _fields("Provider-level (PLB)", _PROVIDER_ADJUSTMENTS, audit.provider_adjustments, dropped)
    yield Table("Months", ("month", *_SUMS), list(_month_rows(audit)))
    yield _fields("Problems", _PROBLEMS, most_severe_first(audit.problems), audit.problems_dropped)
    yield _fields("Files", _FILES, audit.files)


def _fields(name: str, columns: Sequence[str], items: Sequence[object], dropped: int = 0) -> Table:
    """A table of objects whose attributes are its columns."""
    return Table(name, columns, [[getattr(item, column) for column in columns] for item in items], dropped)


def _finding_rows(audit: Audit) -> list[list[object]]:
    return [[value(found) for value in COLUMNS.values()] for found in heaviest_first(audit.findings)]


def _summary(audit: Audit) -> Iterator[tuple[str, object]]:
    totals, owed = audit.totals, audit.totals.by_owed_to
    errors = sum(problem.level is Severity.ERROR for problem in audit.problems)
    yield "Files", len(audit.files)
    yield "Files that could not be read", sum(not file.readable for file in audit.files)
    yield "Files cut short by an interrupt", audit.interrupted
    yield "Read errors (above zero, results may be incomplete)", errors
    yield "Claims", audit.claims
    yield "Service lines and claims checked", audit.places
    yield "Needs review", sum(count for verdict, count in audit.counts.items() if verdict.needs_review)
    yield "Sequestration withheld", totals.reported
    yield "Expected sequestration", totals.expected
    yield "In question", totals.in_question
    yield "Owed to you", owed[OwedTo.PROVIDER]
    yield "Owed to Medicare", owed[OwedTo.MEDICARE]
    yield "At a projected rate", audit.projected
    for verdict, count in audit.counts.items():
        yield f"Verdict: {verdict.words}", count


def _month_rows(audit: Audit) -> Iterator[Sequence[object]]:
    """Sums of each month, of what has no date, and of all."""
    undated = Sums()
    undated.add(audit.totals)
    for month, sums in sorted(audit.totals.by_month.items()):
        undated.add(sums.negated())
        yield (month, sums.reported, sums.expected, sums.in_question)
    yield ("without a date", undated.reported, undated.expected, undated.in_question)
    yield ("all", audit.totals.reported, audit.totals.expected, audit.totals.in_question)
