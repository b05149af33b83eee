"""Read remittances as tables, in memory or as Parquet files of any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, Literal, TypeAlias

from sequestration._audit.file_audit import Keep
from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._checking.payer import PayerKind
from sequestration._errors import InvalidArgument
from sequestration._law.schedule import RateSchedule
from sequestration.frames._engines.question import Unit, require_unit
from sequestration.frames._files.build_table import Backend, build_table, import_package, require_backend
from sequestration.frames._files.parquet import ROWS_AT_A_TIME, write_file, write_months
from sequestration.frames._files.remittance_rows import FileRows, Judging, Origin, TableName

__all__ = [
    "PartitionBy",
    "adjustments",
    "claims",
    "findings",
    "problems",
    "provider_adjustments",
    "remittances",
    "service_lines",
    "to_parquet",
]

PartitionBy: TypeAlias = Literal["payment_month"]
"""What a folder of Parquet files can be divided by."""


def adjustments(source: Origin, *, backend: Backend | str, unit: Unit = "dollars", recursive: bool = False) -> Any:
    """Read all adjustments of remittances, one per row, in the order of the files.

    `file`, `claim_position` and `line` identify the claim or line in every table. An amount that could not be read
    is null. `TABLES["adjustments"]` describes the columns.

    Among several files, those that are not an 835 or cannot be read are left out. A warning says how many could not
    be read completely; `problems` says where and why.

    Args:
        source: A path, bytes, a binary file, a folder (its files in name order), or several of these.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> table = adjustments(EXAMPLE, backend="pyarrow")
    >>> [(row["group"], row["reason"], str(row["amount"])) for row in table.to_pylist()]
    [('CO', '45', '50.00'), ('CO', '253', '1.60'), ('PR', '2', '20.00')]
    """
    return _table(FileRows(source, "adjustments", recursive=recursive), unit, backend)


def claims(source: Origin, *, backend: Backend | str, unit: Unit = "dollars", recursive: bool = False) -> Any:
    """Read all claims of remittances, one per row.

    Each claim has its row, also one paid in full and a reversal, whose amounts are negative. `file` and
    `claim_position` identify a claim in every table, `file` and `transaction_position` its remittance; the patient
    control number does not, because an account may have several claims. `TABLES["claims"]` describes the columns.

    Args:
        source: A source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> claims(EXAMPLE, backend="pyarrow").select(["claim", "charge", "paid", "sequestration"]).to_pylist()
    [{'claim': 'A-1', 'charge': Decimal('150.00'), 'paid': Decimal('78.40'), 'sequestration': Decimal('1.60')}]
    """
    return _table(FileRows(source, "claims", recursive=recursive), unit, backend)


def service_lines(source: Origin, *, backend: Backend | str, unit: Unit = "dollars", recursive: bool = False) -> Any:
    """Read all service lines of remittances, one per row.

    `file`, `claim_position` and `line` identify a line in every table. A claim without lines has no row here.
    `TABLES["service_lines"]` describes the columns.

    Args:
        source: A source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> service_lines(EXAMPLE, backend="pyarrow").select(["line", "procedure", "charge", "paid"]).to_pylist()
    [{'line': 1, 'procedure': '99213', 'charge': Decimal('150.00'), 'paid': Decimal('78.40')}]
    """
    return _table(FileRows(source, "service_lines", recursive=recursive), unit, backend)


def remittances(source: Origin, *, backend: Backend | str, unit: Unit = "dollars", recursive: bool = False) -> Any:
    """Read the remittances in files, one per row: what was paid, when and how.

    A remittance is a transaction set (ST to SE): one check or EFT. `file` and `transaction_position` identify it in
    every table that has them. If everything could be read, `payment` is `paid` less `provider_adjustments`.
    `TABLES["remittances"]` describes the columns.

    Args:
        source: A source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> remittances(EXAMPLE, backend="pyarrow").select(["method", "claims", "paid", "payment"]).to_pylist()
    [{'method': 'ACH', 'claims': 1, 'paid': Decimal('78.40'), 'payment': Decimal('78.40')}]
    """
    return _table(FileRows(source, "remittances", recursive=recursive), unit, backend)


def provider_adjustments(
    source: Origin, *, backend: Backend | str, unit: Unit = "dollars", recursive: bool = False
) -> Any:
    """Read the provider-level adjustments (PLB) of remittances, one per row.

    This is money that belongs to no single claim. `TABLES["provider_adjustments"]` describes the columns.

    Args:
        source: A source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> provider_adjustments(EXAMPLE, backend="pyarrow").num_rows
    0
    """
    return _table(FileRows(source, "provider_adjustments", recursive=recursive), unit, backend)


def findings(
    source: Origin | Audit | Sequence[Finding],
    *,
    backend: Backend | str,
    unit: Unit = "dollars",
    keep: Keep | str = Keep.WRONG,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
    recursive: bool = False,
) -> Any:
    """Read the findings of an audit, or check files and read theirs, one per row.

    The columns are those of the CSV of findings, described in `TABLES["findings"]`; `rate` is a decimal. There is no
    limit on the number of findings. A row does not say whether its payment was reversed later in the files: pass
    `audit.open_findings()` for what is left to do.

    Args:
        source: An audit, findings of one, or a source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        keep: "wrong" or "all" as for `check_835`; only for files.
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: An option is unknown.

    >>> findings(EXAMPLE, keep="all", backend="pyarrow").select(["verdict", "expected"]).to_pylist()
    [{'verdict': 'correct', 'expected': Decimal('1.60')}]
    """
    return _table(FileRows(source, "findings", Judging(keep, payers, schedule), recursive=recursive), unit, backend)


def problems(
    source: Origin | Audit,
    *,
    backend: Backend | str,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
    recursive: bool = False,
) -> Any:
    """Read the problems of an audit, or check files and read theirs, one per row.

    Among several files, one that cannot be read has a row. `TABLES["problems"]` describes the columns.

    Args:
        source: An audit, or a source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.
        recursive: Whether the files of subfolders are read, too.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: An option is unknown.

    >>> problems([EXAMPLE, b"no remittance"], backend="pyarrow").select(["code", "level"]).to_pylist()
    [{'code': 'not_an_835', 'level': 'error'}]
    """
    return _table(
        FileRows(source, "problems", Judging(Keep.WRONG, payers, schedule), recursive=recursive), "dollars", backend
    )


def to_parquet(
    source: Origin | Audit | Sequence[Finding],
    path: str | PathLike[str],
    *,
    table: TableName | str = "adjustments",
    unit: Unit = "dollars",
    keep: Keep | str = Keep.WRONG,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
    recursive: bool = False,
    partition_by: PartitionBy | str | None = None,
) -> int:
    """Write a table of remittances to Parquet, and return its number of rows.

    The rows are those of the function with the table's name. They are written as they are read: memory grows with
    the findings or problems of one file only. The file appears at `path` when it is complete; until then, and after
    any error, an existing file stays unchanged.

    With `partition_by="payment_month"`, `path` becomes a folder with a subfolder for each month of payment, such as
    "payment_month=2024-03", as other programs read and write them. It appears when it is complete. An existing folder
    is never replaced or added to, because some of its rows may come from files that are not in `source`.

    Args:
        source: A source of files as for `adjustments`; also an audit for "findings" or "problems", and a
            list of findings for "findings".
        path: File to write; with `partition_by`, the folder to create.
        table: A name in `TABLES`, such as "claims".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        keep: "wrong" or "all" as for `check_835`; only for files.
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.
        recursive: Whether the files of subfolders are read, too.
        partition_by: "payment_month" for a folder by month of payment; not for "problems", which have no such date.

    Raises:
        MissingExtra: pyarrow is not installed.
        OSError: `path` cannot be written, or the only file cannot be read.
        FileExistsError: `path` is one of the remittances or, for a folder, exists.
        X12Error: The only file is not an 835.
        InvalidArgumentType: The source is an audit, which has only the tables "findings" and "problems".
        InvalidArgument: An option is unknown.
    """
    require_unit(unit)
    import_package("pyarrow", "Parquet files need it")
    rows = FileRows(source, table, Judging(keep, payers, schedule), path, recursive)
    if partition_by is None:
        return write_file(rows, path, unit)
    if partition_by != "payment_month":
        raise InvalidArgument(f"partition_by is 'payment_month' or None, not {partition_by!r}")
    return write_months(rows, path, unit)


def _table(rows: FileRows, unit: Unit, backend: Backend | str) -> Any:
    require_unit(unit)
    require_backend(backend)
    return build_table(rows.batches(ROWS_AT_A_TIME), rows.columns, unit=unit, backend=backend)
