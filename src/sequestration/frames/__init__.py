"""Exact sequestration arithmetic on data frames.

It runs on pandas, polars, pyarrow, DuckDB, dask, Spark, ibis, sqlframe and modin. The result is a frame of the same
kind as the input. A lazy frame stays lazy and is not collected; the index, the order of rows and all other columns stay
as they are. Remittances become tables of an engine, Parquet files, or a Spark data source. This module needs the extra
`frames` (narwhals) and the engine of your choice.
"""

from __future__ import annotations

from sequestration.frames._claims_data import ClaimsData, claims_data, claims_data_names
from sequestration.frames._columns import add_back, add_reduction, check
from sequestration.frames._engines.question import Unit
from sequestration.frames._engines.rules import Basis
from sequestration.frames._files.build_table import Backend
from sequestration.frames._files.contents import ContentsReader, from_contents
from sequestration.frames._files.remittance_rows import TableName
from sequestration.frames._files.remittance_tables import (
    PartitionBy,
    adjustments,
    claims,
    findings,
    problems,
    provider_adjustments,
    remittances,
    service_lines,
    to_parquet,
)
from sequestration.frames._files.schemas import TABLES, Column, ColumnType
from sequestration.frames._files.spark import era835
from sequestration.frames._forecast import forecast
from sequestration.frames._sql import case_sql
from sequestration.frames._tables import carcs, schedule

__all__ = [
    "TABLES",
    "Backend",
    "Basis",
    "ClaimsData",
    "Column",
    "ColumnType",
    "ContentsReader",
    "PartitionBy",
    "TableName",
    "Unit",
    "add_back",
    "add_reduction",
    "adjustments",
    "carcs",
    "case_sql",
    "check",
    "claims",
    "claims_data",
    "claims_data_names",
    "era835",
    "findings",
    "forecast",
    "from_contents",
    "problems",
    "provider_adjustments",
    "remittances",
    "schedule",
    "service_lines",
    "to_parquet",
]
