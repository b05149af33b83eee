"""Remittances as tables: adjustments, findings and problems, in memory or as Parquet of any size."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

from sequestration._audit import Audit
from sequestration._file_audit import Keep
from sequestration._payer import PayerKind
from sequestration._schedule import RateSchedule
from sequestration._whole_files import replace_file
from sequestration.frames._asking import Unit, known_unit
from sequestration.frames._file_rows import FileRows, Judging, Origin, TableName
from sequestration.frames._made import Backend, arrow_batch, arrow_schema, known_backend, made, needed

__all__ = ["adjustments", "findings", "problems", "to_parquet"]

_ROWS_AT_A_TIME = 100_000


def adjustments(source: Origin, *, backend: Backend | str, unit: Unit = "dollars") -> Any:
    """All adjustments of remittances, one a row, in the order of the files.

    `source` is what `check_835` takes: a path, bytes, a binary file, a folder (its files in name order), or several of
    these. Columns: `file`, `payer`, `claim` (the patient control number), `line` (1, 2, ... or null at the claim),
    `procedure`, `service_date` and `through_date` (the line's first and last day, or else the claim's; null where
    the file says none), `group`, `reason`, `amount`, `quantity` (as sent), `level` ("claim" or "line").

    Amounts are decimals of dollars, or with `unit="cents"` whole cents; null where the file's amount could not be
    read. One file alone that is no 835 raises `X12Error`, or the `OSError` that it is; among several, such files are
    left out. A warning says how many files could not be read in whole, and `problems` says where and why.
    Raises `MissingExtra` where the engine is not installed.

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
    """What a check finds, one finding a row: those of an audit, or all of the files it would check.

    Columns are those of the CSV of findings; `rate` is a decimal. `keep`, `payers` and `schedule` are those of
    `check_835` and count only for files; there is no limit. All else is as for `adjustments`.

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
    """What is odd in remittances, one problem a row: those of an audit, or of files as `check_835` tells them.

    Columns: `file`, `code`, `level` ("error" or "note"), `text`, `offset` (bytes), `segment_number`, `tag`, `claim`.
    Of several files, one that cannot be read is a row. All else is as for `findings`.

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
    """Write a table of remittances ("adjustments", "findings" or "problems") to a Parquet file; how many rows it has.

    The rows are those of the function of that name. They are written as they are read: memory does not grow with the
    files, but with the findings or problems of one file. The file at `path` is put there when it is whole; until
    then, and if anything fails, the one that was there stays as it was. Raises `MissingExtra` without pyarrow, the
    `OSError` that it is where `path` cannot be written, and `FileExistsError` where it is one of the remittances.
    """
    known_unit(unit)
    needed("pyarrow", "Parquet is written by it")
    rows = FileRows(source, table, Judging(keep, payers, schedule), path)
    writer = _Parquet(rows, unit)
    replace_file(path, writer.parts())
    return writer.rows


def _table(rows: FileRows, unit: Unit, backend: Backend | str) -> Any:
    known_unit(unit)
    known_backend(backend)
    return made(rows.batches(_ROWS_AT_A_TIME), rows.columns, unit=unit, backend=backend)


class _Parquet:
    """A Parquet file in parts, each a group of rows as large as a batch."""

    def __init__(self, source: FileRows, unit: Unit) -> None:
        self.rows = 0
        self._source = source
        self._unit: Unit = unit

    def parts(self) -> Iterator[bytes]:
        """The bytes of the file, one part after the other."""
        parquet = needed("pyarrow.parquet")
        columns, sink = self._source.columns, _Sink()
        with parquet.ParquetWriter(sink, arrow_schema(columns, self._unit), compression="zstd") as writer:
            for rows in self._source.batches(_ROWS_AT_A_TIME):
                self.rows += len(rows)
                writer.write_batch(arrow_batch(rows, columns, self._unit))
                yield sink.taken()
        yield sink.taken()


class _Sink(io.RawIOBase):
    """A binary file that is written to and emptied in turns."""

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
        """What was written since the last time."""
        part = b"".join(self._parts)
        self._parts.clear()
        return part
