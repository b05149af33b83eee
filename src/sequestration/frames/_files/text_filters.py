"""Filters on text columns that Spark leaves to its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from sequestration.frames._files.build_table import Row
from sequestration.frames._files.schemas import Columns, ColumnType

__all__ = ["TextFilter", "filter_rows"]

_ON_TEXT: Mapping[str, Callable[[str, Sequence[str]], bool]] = {
    "EqualTo": lambda text, values: text in values,
    "EqualNullSafe": lambda text, values: text in values,
    "In": lambda text, values: text in values,
    "IsNull": lambda _text, _values: False,
    "IsNotNull": lambda _text, _values: True,
    "StringStartsWith": lambda text, values: text.startswith(values[0]),
    "StringEndsWith": lambda text, values: text.endswith(values[0]),
    "StringContains": lambda text, values: values[0] in text,
}
"""Filters of Spark by the name of their class."""

# Any other filter on null is neither true nor false, and so is its negation: neither keeps the row.
_ON_NULL = {"IsNull": True, "IsNotNull": False, "EqualNullSafe": False}


@attrs.frozen
class TextFilter:
    """A filter on one column, with SQL's rules for null."""

    column: str
    operation: str
    values: tuple[str, ...]
    negated: bool

    @classmethod
    def of(cls, pushed: Any, columns: Columns) -> TextFilter | None:
        """Parse a filter of `pyspark`; None if it must stay with Spark.

        Only filters that compare a text column with texts are taken.
        """
        negated = type(pushed).__name__ == "Not"
        inner = pushed.child if negated else pushed
        operation = type(inner).__name__
        if operation not in _ON_TEXT or len(inner.attribute) != 1:
            return None
        (column,) = inner.attribute
        if columns.get(column) is not ColumnType.TEXT:
            return None
        value = getattr(inner, "value", ())
        values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        if operation == "In" and not values:
            return None
        return cls(column, operation, values, negated) if all(isinstance(item, str) for item in values) else None

    def keeps(self, text: str | None) -> bool:
        """Whether a row with this text in the column stays."""
        found = _ON_NULL.get(self.operation) if text is None else _ON_TEXT[self.operation](text, self.values)
        return found is not None and found is not self.negated


def filter_rows(rows: Sequence[Row], columns: Columns, filters: Sequence[TextFilter]) -> Sequence[Row]:
    """The rows that all filters keep, in order."""
    names = list(columns)
    for each in filters:
        place, keeps = names.index(each.column), each.keeps
        rows = [row for row in rows if keeps(row[place])]
    return rows
