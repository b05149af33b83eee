"""Read remittances as tables of adjustments, findings and problems.

The tables are in memory, or Parquet files of any size.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

from sequestration._audit.file_audit import Keep
from sequestration._audit.result import Audit
from sequestration._checking.payer import PayerKind
from sequestration._law.schedule import RateSchedule
from sequestration._runtime.atomic_write import replace_atomically
from sequestration.frames._engines.question import Unit, known_unit
from sequestration.frames._files.build_table import Backend, arrow_batch, arrow_schema, known_backend, made, needed
from sequestration.frames._files.remittance_rows import FileRows, Judging, Origin, TableName

__all__ = ["adjustments", "findings", "problems", "to_parquet"]

_ROWS_AT_A_TIME = 100_000


def adjustments(source: Origin, *, backend: Backend | str, unit: Unit = "dollars") -> Any:
    """Read all adjustments of remittances, one per row, in the order of the files.

    Columns: `file`, `payer`, `claim` (patient control number), `line` (1, 2, ... or null at claim level),
    `procedure`, `payer_claim_number`, `line_control_number`, `transaction`, `claim_position`, `trace_number`,
    `payment_date`, `payee_npi` (as in the findings, so that the two tables can be joined), `service_date` and
    `through_date` (first and last day of the line, or else of the claim; null if there is none), `group`, `reason`,
    `amount`, `quantity` (as sent), `level` ("claim" or "line"). An amount that could not be read is null.

    Among several files, those that are not an 835 or cannot be read are left out. A warning says how many could not
    be read completely; `problems` says where and why.

    Args:
        source: A path, bytes, a binary file, a folder (its files in name order), or several of these.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: `backend` or `unit` is unknown.

    >>> table = adjustments(EXAMPLE, backend="pyarrow")
    >>> [(row["group"], row["reason"], str(row["amount"])) for row in table.to_pylist()]
    [('CO', '45', '50.00'), ('CO', '253', '1.60'), ('PR', '2', '20.00')]
    """
    return _table(FileRows(source, "adjustments"), unit, backend)


def findings(
    source: Origin | Audit,
    *,
    backend: Backend | str,
    unit: Unit = "dollars",
    keep: Keep | str = Keep.WRONG,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
) -> Any:
    """Read the findings of an audit, or check files and read theirs, one per row.

    The columns are those of the CSV of findings; `rate` is a decimal. There is no limit on the number of findings.

    Args:
        source: An audit, or a source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        keep: "wrong" or "all" as for `check_835`; only for files.
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: An option is unknown.

    >>> findings(EXAMPLE, keep="all", backend="pyarrow").select(["verdict", "expected"]).to_pylist()
    [{'verdict': 'correct', 'expected': Decimal('1.60')}]
    """
    return _table(FileRows(source, "findings", Judging(keep, payers, schedule)), unit, backend)


def problems(
    source: Origin | Audit,
    *,
    backend: Backend | str,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
) -> Any:
    """Read the problems of an audit, or check files and read theirs, one per row.

    Columns: `file`, `code`, `level` ("error" or "note"), `text`, `offset` (bytes), `segment_number`, `tag`,
    `claim`. Among several files, one that cannot be read has a row.

    Args:
        source: An audit, or a source of files as for `adjustments`.
        backend: Engine of the table: "pandas", "polars", "pyarrow" or "duckdb".
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        MissingExtra: The engine is not installed.
        InvalidArgument: An option is unknown.

    >>> problems([EXAMPLE, b"no remittance"], backend="pyarrow").select(["code", "level"]).to_pylist()
    [{'code': 'not_an_835', 'level': 'error'}]
    """
    return _table(FileRows(source, "problems", Judging(Keep.WRONG, payers, schedule)), "dollars", backend)


def to_parquet(
    source: Origin | Audit,
    path: str | PathLike[str],
    *,
    table: TableName | str = "adjustments",
    unit: Unit = "dollars",
    keep: Keep | str = Keep.WRONG,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
) -> int:
    """Write a table of remittances to a Parquet file, and return its number of rows.

    The rows are those of the function with the table's name. They are written as they are read: memory grows with
    the findings or problems of one file only. The file appears at `path` when it is complete; until then, and after
    any error, an existing file stays unchanged.

    Args:
        source: A source of files as for `adjustments`; also an audit for "findings" or "problems".
        path: File to write.
        table: "adjustments", "findings" or "problems".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        keep: "wrong" or "all" as for `check_835`; only for files.
        payers: Kinds of payers as for `check_835`; only for files.
        schedule: Rates to apply as for `check_835`; only for files.

    Raises:
        MissingExtra: pyarrow is not installed.
        OSError: `path` cannot be written, or the only file cannot be read.
        FileExistsError: `path` is one of the remittances.
        X12Error: The only file is not an 835.
        InvalidArgumentType: The source is an audit and the table is "adjustments".
        InvalidArgument: An option is unknown.
    """
    known_unit(unit)
    needed("pyarrow", "Parquet is written by it")
    rows = FileRows(source, table, Judging(keep, payers, schedule), path)
    writer = _Parquet(rows, unit)
    replace_atomically(path, writer.parts())
    return writer.rows


def _table(rows: FileRows, unit: Unit, backend: Backend | str) -> Any:
    known_unit(unit)
    known_backend(backend)
    return made(rows.batches(_ROWS_AT_A_TIME), rows.columns, unit=unit, backend=backend)


class _Parquet:
    """A Parquet file in parts, each of them a row group of one batch."""

    def __init__(self, source: FileRows, unit: Unit) -> None:
        self.rows = 0
        self._source = source
        self._unit: Unit = unit

    def parts(self) -> Iterator[bytes]:
        """Yield the bytes of the file, part by part."""
        parquet = needed("pyarrow.parquet")
        columns, sink = self._source.columns, _Sink()
        with parquet.ParquetWriter(sink, arrow_schema(columns, self._unit), compression="zstd") as writer:
            for rows in self._source.batches(_ROWS_AT_A_TIME):
                self.rows += len(rows)
                writer.write_batch(arrow_batch(rows, columns, self._unit))
                yield sink.taken()
        yield sink.taken()


class _Sink(io.RawIOBase):
    """A binary file that is written and emptied in turns."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._length += len(part)
        return len(part)

    def tell(self) -> int:
        return self._length

    def taken(self) -> bytes:
        """The bytes written since the last call."""
        part = b"".join(self._parts)
        self._parts.clear()
        return part
