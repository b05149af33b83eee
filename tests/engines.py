"""Data frames of every engine, made from plain columns and read back into them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

Columns = Mapping[str, Sequence[Any]]
Types = Mapping[str, str]
"""The type of each column: whole, small (32 bits), float, decimal, date, moment, text."""

ARROW = {
    "whole": pa.int64(),
    "small": pa.int32(),
    "float": pa.float64(),
    "decimal": pa.decimal128(18, 2),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
    "text": pa.string(),
}
NUMPY = {"whole": "int64", "small": "int32", "float": "float64", "moment": "datetime64[us]", "date": "datetime64[s]"}


@attrs.frozen
class Engine:
    """How to make a frame of an engine, what kind it is, and how to read it."""

    name: str
    make: Callable[[Columns, Types], Any]
    read: Callable[[Any], dict[str, list[Any]]]

    def __str__(self) -> str:
        return self.name


def arrow_table(columns: Columns, types: Types) -> pa.Table:
    return pa.table({name: pa.array(values, ARROW[types[name]]) for name, values in columns.items()})


def classic(columns: Columns, types: Types) -> pd.DataFrame:
    """pandas as most people have it; whole numbers with nulls are its Int64, decimals are objects."""
    made = {}
    for name, values in columns.items():
        kind = types[name]
        if kind in ("whole", "small") and None in values:
            made[name] = pd.Series(values, dtype=NUMPY[kind].replace("i", "I", 1))
        elif kind in NUMPY:
            made[name] = pd.Series(values, dtype=NUMPY[kind])
        elif kind == "decimal":
            made[name] = pd.Series(values, dtype=object)
        else:
            made[name] = pd.Series(values, dtype=pd.Series(["text"]).dtype)
    return pd.DataFrame(made)


def masked(columns: Columns, types: Types) -> pd.DataFrame:
    frame = classic(columns, types)
    return frame.astype(
        {name: "Int64" if types[name] == "whole" else "Float64" for name in frame if types[name] in ("whole", "float")}
    )


def duckdb_relation(columns: Columns, types: Types) -> duckdb.DuckDBPyRelation:
    table = arrow_table(columns, types)
    return duckdb.connect().from_arrow(table)


def plain(value: Any) -> Any:
    """A value of Python's own, None where there is none."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def read_pandas(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, pd.DataFrame)
    return {name: [plain(value) for value in frame[name]] for name in frame}


def read_polars(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, pl.DataFrame)
    return {name: [plain(value) for value in values] for name, values in frame.to_dict(as_series=False).items()}


def read_lazy(frame: Any) -> dict[str, list[Any]]:
    assert isinstance(frame, pl.LazyFrame)
    return read_polars(frame.collect())


def read_arrow(table: Any) -> dict[str, list[Any]]:
    assert isinstance(table, pa.Table)
    return {name: [plain(value) for value in values] for name, values in table.to_pydict().items()}


def read_duckdb(relation: Any) -> dict[str, list[Any]]:
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    names, rows = relation.columns, relation.fetchall()
    return {name: [plain(row[place]) for row in rows] for place, name in enumerate(names)}


ENGINES = [
    Engine("pandas", classic, read_pandas),
    Engine("pandas-masked", masked, read_pandas),
    Engine("pandas-arrow", lambda c, t: arrow_table(c, t).to_pandas(types_mapper=pd.ArrowDtype), read_pandas),
    Engine("polars", lambda c, t: pl.DataFrame(pl.from_arrow(arrow_table(c, t))), read_polars),
    Engine("polars-lazy", lambda c, t: pl.DataFrame(pl.from_arrow(arrow_table(c, t))).lazy(), read_lazy),
    Engine("pyarrow", arrow_table, read_arrow),
    Engine("duckdb", duckdb_relation, read_duckdb),
]


def dollars(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def amounts(cents: Sequence[int | None], kind: str) -> list[Any]:
    """Cents as they stand in a column of a type: whole cents, or dollars as decimals or floats."""
    if kind == "decimal":
        return [dollars(amount) for amount in cents]
    if kind == "float":
        return [None if amount is None else amount / 100 for amount in cents]
    return list(cents)


def unit_of(kind: str) -> Any:
    return "cents" if kind in ("whole", "small") else "dollars"
