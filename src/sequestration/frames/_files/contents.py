"""Read contents of files that another engine has fetched."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from sequestration._audit.check_835 import check_835
from sequestration._audit.file_audit import Keep
from sequestration._checking.payer import PayerKind
from sequestration._errors import InvalidArgument
from sequestration._law.schedule import RateSchedule
from sequestration.frames._engines.question import Unit, require_unit
from sequestration.frames._files.build_table import arrow_batch
from sequestration.frames._files.remittance_rows import FileRows, Judging, TableName
from sequestration.frames._files.spark_types import spark_schema

__all__ = ["ContentsReader", "from_contents"]

_ROWS_AT_A_TIME = 20_000
_NEEDED = ("path", "content")


def from_contents(
    table: TableName | str = "adjustments",
    *,
    unit: Unit = "dollars",
    keep: Keep | str = Keep.WRONG,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
) -> ContentsReader:
    """Build a function from batches of `path` and `content` to the rows of a table.

    It is for Spark's `mapInArrow` on a load of "binaryFile", so that Spark's own file systems (S3, ADLS, GCS, HDFS)
    fetch the files. It takes and gives iterators of pyarrow record batches, so other engines may use it too. `file` is
    the path. A file that cannot be read has rows in the table "problems"; archives are not opened.

    Args:
        table: A name in `TABLES`, such as "claims".
        unit: "dollars" for decimals of dollars, "cents" for whole cents.
        keep: "wrong" or "all" as for `check_835`.
        payers: Kinds of payers as for `check_835`.
        schedule: Rates to apply as for `check_835`.

    Raises:
        InvalidArgument: An option is unknown, or a batch has no columns `path` and `content`.

    >>> import pathlib
    >>> import pyarrow
    >>> read = from_contents("claims")
    >>> content = pathlib.Path(EXAMPLE).read_bytes()
    >>> fetched = pyarrow.record_batch({"path": ["s3a://remits/a.835"], "content": [content]})
    >>> [(row["file"], row["paid"]) for batch in read([fetched]) for row in batch.to_pylist()]
    [('s3a://remits/a.835', Decimal('78.40'))]
    """
    require_unit(unit)
    judging = Judging(keep, payers, schedule)
    FileRows([], table, judging)  # An unknown table or option is an error here, not on a worker.
    check_835([], keep=keep, payers=payers, schedule=schedule)
    return ContentsReader(table, unit, judging)


@attrs.frozen
class ContentsReader:
    """Function from batches of contents to batches of rows.

    Attributes:
        table: Name of the table.
        unit: Unit of its amounts.
        judging: Options of the check.
    """

    table: TableName | str
    unit: Unit
    judging: Judging

    @property
    def schema(self) -> str:
        """Columns of the table, as `mapInArrow` takes a schema."""
        return spark_schema(self.table, self.unit)

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        """Yield the rows of the files in some batches."""
        for batch in batches:
            rows = FileRows(_files(batch), self.table, self.judging)
            for part in rows.batches(_ROWS_AT_A_TIME):
                yield arrow_batch(part, rows.columns, self.unit)


class _Content(io.BytesIO):
    """Content of a file, with its name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def _files(batch: Any) -> list[_Content]:
    names = batch.schema.names
    if not set(_NEEDED) <= set(names):
        raise InvalidArgument(f"The columns path and content are needed. The batch has: {', '.join(names)}.")
    paths, contents = (batch.column(names.index(name)).to_pylist() for name in _NEEDED)
    return [_Content(path, content) for path, content in zip(paths, contents, strict=True)]
