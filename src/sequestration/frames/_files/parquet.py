"""Write rows to Parquet as they are read.

They go to one file, or to a folder with a subfolder for each month of payment.
"""

from __future__ import annotations

import io
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, Self

from sequestration._errors import InvalidArgument
from sequestration._runtime.atomic_write import replace_atomically, write_new_folder
from sequestration.frames._engines.question import Unit
from sequestration.frames._files.build_table import Row, arrow_batch, arrow_schema, import_package
from sequestration.frames._files.remittance_rows import FileRows

__all__ = ["ROWS_AT_A_TIME", "write_file", "write_months"]

ROWS_AT_A_TIME = 100_000
_MAX_OPEN_FILES = 24  # Two years; a source of more months in wild order has several files for a month.
_UNKNOWN_MONTH = "__HIVE_DEFAULT_PARTITION__"  # Readers of such folders take this for null.


def write_file(source: FileRows, path: str | PathLike[str], unit: Unit) -> int:
    """Write rows to one file; return their number."""
    writer = _Parts(source, unit)
    replace_atomically(path, writer.parts())
    return writer.rows


def write_months(source: FileRows, path: str | PathLike[str], unit: Unit) -> int:
    """Write rows to a new folder by month of payment; return their number.

    Raises `InvalidArgument` if the table has no date of payment, and `FileExistsError` if `path` exists.
    """
    names = [*source.columns]
    if "payment_date" not in names:
        raise InvalidArgument(f"the table {source.table} has no payment date, so it can't be partitioned by month")
    place, count = names.index("payment_date"), 0
    with write_new_folder(path) as folder, _Months(folder, source, unit) as months:
        for rows in source.batches(ROWS_AT_A_TIME):
            count += len(rows)
            by_month: defaultdict[str, list[Row]] = defaultdict(list)
            for row in rows:
                by_month[_month(row[place])].append(row)
            for month, of_month in by_month.items():
                months.write(month, of_month)
    return count


def _month(day: date | None) -> str:
    return _UNKNOWN_MONTH if day is None else f"{day.year:04}-{day.month:02}"


class _Months:
    """Open Parquet files, one for each month written lately."""

    def __init__(self, folder: Path, source: FileRows, unit: Unit) -> None:
        self._folder = folder
        self._columns = source.columns
        self._unit: Unit = unit
        self._open: OrderedDict[str, Any] = OrderedDict()
        self._files: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        with ExitStack() as stack:  # Each is closed, also after an error in closing another.
            for writer in self._open.values():
                stack.callback(writer.close)

    def write(self, month: str, rows: Sequence[Row]) -> None:
        """Write rows of a month."""
        if month not in self._open:
            if len(self._open) == _MAX_OPEN_FILES:
                self._open.popitem(last=False)[1].close()
            self._open[month] = self._new_file(month)
        self._open.move_to_end(month)
        self._open[month].write_batch(arrow_batch(rows, self._columns, self._unit))

    def _new_file(self, month: str) -> Any:
        folder = self._folder / f"payment_month={month}"
        folder.mkdir(exist_ok=True)
        path = folder / f"part-{self._files[month]}.parquet"
        self._files[month] += 1
        return _writer(str(path), self._columns, self._unit)


class _Parts:
    """A Parquet file in parts, each of them a row group of one batch."""

    def __init__(self, source: FileRows, unit: Unit) -> None:
        self.rows = 0
        self._source = source
        self._unit: Unit = unit

    def parts(self) -> Iterator[bytes]:
        """Yield the bytes of the file, part by part."""
        columns, sink = self._source.columns, _Sink()
        with _writer(sink, columns, self._unit) as writer:
            for rows in self._source.batches(ROWS_AT_A_TIME):
                self.rows += len(rows)
                writer.write_batch(arrow_batch(rows, columns, self._unit))
                yield sink.taken()
        yield sink.taken()


def _writer(target: Any, columns: Any, unit: Unit) -> Any:
    return import_package("pyarrow.parquet").ParquetWriter(target, arrow_schema(columns, unit), compression="zstd")


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
