"""Columns of the tables as Spark names their types."""

from __future__ import annotations

from collections.abc import Mapping

from sequestration.frames._engines.question import Unit
from sequestration.frames._files.build_table import DIGITS, PLACES_OF_RATES
from sequestration.frames._files.schemas import ColumnType, columns_of

__all__ = ["spark_schema", "spark_types"]


def spark_types(table: str, unit: Unit) -> Mapping[str, str]:
    """Types of the columns of a table by name, in order."""
    types = {
        ColumnType.TEXT: "string",
        ColumnType.WHOLE: "bigint",
        ColumnType.DATE: "date",
        ColumnType.MONEY: "bigint" if unit == "cents" else f"decimal({DIGITS},2)",
        ColumnType.RATE: f"decimal({PLACES_OF_RATES + 1},{PLACES_OF_RATES})",
        ColumnType.FLAG: "boolean",
    }
    return {name: types[kind] for name, kind in columns_of(table).items()}


def spark_schema(table: str, unit: Unit) -> str:
    """A table's columns as Spark takes a schema in text."""
    return ", ".join(f"`{name}` {kind}" for name, kind in spark_types(table, unit).items())
