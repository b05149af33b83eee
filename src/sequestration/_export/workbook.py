"""Write an audit as an Excel workbook (extra "excel").

Amounts are numbers and dates are dates, so that a spreadsheet can sum and filter them. Account numbers, codes and every
other text of a file stay text: leading zeros are kept, and nothing becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from os import PathLike
from typing import Any

from sequestration._audit.result import Audit
from sequestration._dates import Day, day_or_today
from sequestration._errors import InvalidArgumentType, MissingExtra
from sequestration._export.workbook_tables import RATE_COLUMN, Table, audit_tables
from sequestration._printable import make_printable
from sequestration._runtime.atomic_write import refuse_to_replace, replace_atomically

__all__ = ["workbook_bytes", "write_workbook"]

_MAX_ROWS = 1_048_576 - 2  # Of a sheet, without its head and the row that counts what is left out.
_MAX_CHARACTERS = 32_767  # Of a cell.
_MAX_DIGITS = 15  # Of a number: Excel replaces further digits by zeros.
_FIRST_YEAR = 1900  # Excel knows no day before it.
_FORMATS = {
    "money": {"num_format": "$#,##0.00;[Red]-$#,##0.00"},
    "rate": {"num_format": "0.00%"},
    "date": {"num_format": "mmm d, yyyy"},
    "text": {"num_format": "@"},
    "head": {"bold": True, "bottom": 1},
}
_WIDTHS = {"text": 60, "title": 60, "why": 60, "step_why": 60, "explanations": 60, "item": 50}
_WIDTH = 16
_HEADS = {
    "on": "Deciding date",
    "claim": "Account number",
    "trace_number": "Check or EFT number",
    "payee_npi": "Payee NPI",
}


def write_workbook(audit: Audit, path: str | PathLike[str], *, as_of: Day | None = None) -> None:
    """Write an audit to `path` as an Excel workbook (.xlsx).

    The sheets are a summary, the findings that the audit kept (the largest first), claims netted over their reversals
    and corrections, adjustments by code, provider-level adjustments (PLB), months, file problems, and files. Of a
    patient it has only the account number, and not even that for `audit.masked()`.

    Args:
        audit: Audit to write.
        path: File to write.
        as_of: Day from which the days left are counted, beside every finding; None for today.

    Raises:
        MissingExtra: xlsxwriter is not installed.
        OSError: The file cannot be written, which leaves an existing workbook unchanged.
        FileExistsError: `path` is a remittance that was checked.
        InvalidArgumentType: `audit` is not an `Audit`.
        InvalidDate: `as_of` is not a date.
    """
    if not isinstance(audit, Audit):
        raise InvalidArgumentType(f"write_workbook takes an Audit, not {type(audit).__name__}")
    day = day_or_today(as_of)
    refuse_to_replace(path, *(file.name for file in audit.files if file.readable))
    replace_atomically(path, [workbook_bytes(audit, day)])


def workbook_bytes(audit: Audit, as_of: date) -> bytes:
    """Return the content of the workbook.

    Raises `MissingExtra` if xlsxwriter is not installed.
    """
    content = BytesIO()
    # Without in_memory, temporary files would hold the audit.
    book: Any = import_xlsxwriter().Workbook(content, {"in_memory": True})
    formats = {name: book.add_format(options) for name, options in _FORMATS.items()}
    for table in audit_tables(audit, as_of):
        _Sheet(book.add_worksheet(table.name), formats).write(table)
    book.close()
    return content.getvalue()


def import_xlsxwriter() -> Any:
    """Import the library that writes workbooks, or raise `MissingExtra`."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra('xlsxwriter is not installed. Run: pip install "sequestration[excel]"') from None
    return xlsxwriter


class _Sheet:
    """One sheet of the workbook while it is written."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self._sheet = sheet
        self._formats = formats

    def write(self, table: Table) -> None:
        """Write a table: a frozen head with filters, then its rows."""
        rows = table.rows[:_MAX_ROWS]
        for column, name in enumerate(table.columns):
            self._sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
            self._sheet.write_string(0, column, _head(name), self._formats["head"])
        for number, row in enumerate(rows, 1):
            self._write_row(number, row, table.columns)
        self._sheet.freeze_panes(1, 0)
        self._sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
        left_out = table.dropped + len(table.rows) - len(rows)
        if left_out:
            self._sheet.write_string(len(rows) + 1, 0, f"{left_out:,} more rows are left out")

    def _write_row(self, number: int, row: Sequence[object], columns: Sequence[str]) -> None:
        for column, (name, value) in enumerate(zip(columns, row, strict=True)):
            if isinstance(value, bool):
                self._sheet.write_boolean(number, column, value)
            elif isinstance(value, int):
                self._sheet.write_number(number, column, value)
            elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= _MAX_DIGITS:
                # A cell of a workbook is a binary number, which shows these digits as they are.
                kind = "rate" if name == RATE_COLUMN else "money"
                self._sheet.write_number(number, column, value, self._formats[kind])
            elif isinstance(value, date) and value.year >= _FIRST_YEAR:
                self._sheet.write_datetime(number, column, value, self._formats["date"])
            elif value is not None and value != "":
                text = make_printable(str(value))[:_MAX_CHARACTERS]
                self._sheet.write_string(number, column, text, self._formats["text"])


def _head(name: str) -> str:
    return _HEADS.get(name) or name.replace("_", " ").capitalize()
