"""Fill the texts of problems and reasons with their facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Formatter

from sequestration._dates import for_readers
from sequestration._messages import counted
from sequestration._money import format_dollars

__all__ = ["fill_template"]


class _ReaderFormatter(Formatter):
    """Formatter that writes dollars, dates and numbers for readers.

    So facts stay values for programs, and only the text has `$1,250.00` or `Mar 15, 2025`. A number may name what it
    counts: `{lines:line}` is `1 line` or `2 lines`.
    """

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Decimal):
            return format_dollars(value)
        if isinstance(value, date):
            return for_readers(value)
        if isinstance(value, int):
            return counted(value, format_spec) if format_spec else f"{value:,}"
        return str(super().format_field(value, format_spec))


_FORMATTER = _ReaderFormatter()


def fill_template(template: str, facts: Mapping[str, object]) -> str:
    """Fill a text with facts, written for readers.

    >>> fill_template("{amount} on {day} for {count:line}", {
    ...     "amount": Decimal("1250.00"), "day": date(2025, 3, 15), "count": 1200,
    ... })
    '$1,250.00 on Mar 15, 2025 for 1,200 lines'
    """
    return _FORMATTER.vformat(template, (), facts)
