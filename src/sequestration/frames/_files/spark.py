"""Spark data source for remittances, with a task for one or more files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import attrs

from sequestration._audit.file_audit import Keep
from sequestration._checking.payer import PayerKind, parse_payer_kinds
from sequestration._errors import InvalidArgument, MissingExtra
from sequestration._law.schedule import RateSchedule
from sequestration._sources.archives import split_path
from sequestration._sources.paths import refuse_text
from sequestration._x12.inputs import Inputs
from sequestration.frames._engines.question import known_unit
from sequestration.frames._files.build_table import DIGITS, PLACES_OF_RATES, arrow_batch, needed
from sequestration.frames._files.remittance_rows import FileRows, Judging
from sequestration.frames._files.schemas import TABLES, ColumnType, columns_of

__all__ = ["era835"]

_ROWS_AT_A_TIME = 20_000
_BYTES_OF_A_TASK = 32_000_000  # A core reads these in about three seconds, which a task is worth.
_BYTES_OF_OPENING = 100_000  # A file takes some time however small it is, and most of all on a mount.
_OPTIONS = ("path", "paths", "table", "unit", "keep", "payers", "schedule", "files_per_task")


def era835() -> Any:
    """The data source "era835", for `spark.dataSource.register(frames.era835())`.

    `spark.read.format("era835").load(folder)` reads what `adjustments` reads, in the same columns; a file or
    several paths may be given instead of the folder. Options: `table` (a name in `TABLES`; "adjustments" if none is
    given), `unit` and `keep` as for `findings`, `payers` (the mapping as JSON), `schedule` (a schedule as a TOML
    file, read where the job starts), `files_per_task`. A file that cannot be read has rows in the table of
    problems and does not fail the job. An empty folder is an empty table.

    Files are put into tasks by their size: about 32 MB a task, where each file counts as 100 KB more; with
    `files_per_task`, by their number. Python opens the paths on every worker, which needs this library and pyarrow.
    Raises `MissingExtra` if pyspark 4 or pyarrow is not installed.
    """
    try:
        from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
    except ImportError:
        raise MissingExtra('The data source needs Spark 4. Run: pip install "pyspark>=4"') from None
    needed("pyarrow", "the Spark data source needs it")

    class Reader(DataSourceReader):  # type: ignore[misc]
        """Reader of some files in one task."""

        def __init__(self, options: _SourceOptions) -> None:
            self._options = options

        def partitions(self) -> list[Any]:
            return [InputPartition(files) for files in self._options.tasks()]

        def read(self, partition: Any) -> Iterator[Any]:
            return self._options.read(partition.value)

    class Era835(DataSource):  # type: ignore[misc]
        """X12 835 remittances."""

        @classmethod
        def name(cls) -> str:
            return "era835"

        def schema(self) -> str:
            return _SourceOptions.of(self.options).ddl

        def reader(self, schema: Any) -> Reader:  # noqa: ARG002 - it is our own
            return Reader(_SourceOptions.of(self.options))

    return Era835


@attrs.frozen
class _SourceOptions:
    """Options of a read."""

    paths: Sequence[str]
    table: str
    unit: Any
    judging: Judging
    files_per_task: int | None

    @classmethod
    def of(cls, options: Mapping[str, str]) -> _SourceOptions:
        """Parse the options of a `spark.read`; raises `ValueError` for unknown ones."""
        given = {name.lower(): value for name, value in options.items()}
        unknown = sorted(set(given) - set(_OPTIONS))
        if unknown:
            raise InvalidArgument(f"Unknown option {', '.join(unknown)}. Use: {', '.join(_OPTIONS)}.")
        table, unit = given.get("table", "adjustments"), given.get("unit", "dollars")
        if table not in TABLES:
            raise InvalidArgument(f"table must be one of {', '.join(TABLES)}, not {table!r}")
        known_unit(unit)
        schedule = given.get("schedule")
        judging = Judging(
            _keep(given.get("keep", "wrong")),
            _payers(given.get("payers", "{}")),
            None if schedule is None else RateSchedule.from_toml(_local(schedule)),
        )
        paths = [given["path"]] if "path" in given else json.loads(given.get("paths", "[]"))
        number = given.get("files_per_task")
        per_task = None if number is None else _number(number)
        return cls([_local(path) for path in paths], table, unit, judging, per_task)

    @property
    def ddl(self) -> str:
        """The columns as a Spark schema."""
        types = {
            ColumnType.TEXT: "STRING",
            ColumnType.WHOLE: "BIGINT",
            ColumnType.DATE: "DATE",
            ColumnType.MONEY: "BIGINT" if self.unit == "cents" else f"DECIMAL({DIGITS}, 2)",
            ColumnType.RATE: f"DECIMAL({PLACES_OF_RATES + 1}, {PLACES_OF_RATES})",
            ColumnType.FLAG: "BOOLEAN",
        }
        return ", ".join(f"`{name}` {types[kind]}" for name, kind in columns_of(self.table).items())

    def tasks(self) -> list[list[str]]:
        """The files of each task, in order; raises `FileNotFoundError` for a missing path.

        There is at least one task, because Spark makes no table of none.
        """
        if not self.paths:
            raise InvalidArgument("Nothing to load. Pass a folder, a file or a list of them to load.")
        for path in self.paths:
            refuse_text(path)
            if not Path(path).exists():
                raise FileNotFoundError(f"{path} was not found. Python opens the paths, so mount remote storage first.")
        files = [str(file) for file in Inputs(self.paths)]
        number = self.files_per_task
        if number is None:
            return _by_size(files) or [[]]
        return [files[start : start + number] for start in range(0, len(files), number)] or [[]]

    def read(self, files: Sequence[str]) -> Iterator[Any]:
        """The rows of some files as pyarrow record batches."""
        rows = FileRows(files, self.table, self.judging)
        for batch in rows.batches(_ROWS_AT_A_TIME):
            yield arrow_batch(batch, rows.columns, self.unit)


def _by_size(files: Sequence[str]) -> list[list[str]]:
    """Split files into tasks of about as many bytes, in order."""
    tasks: list[list[str]] = []
    room = 0
    for file in files:
        size = _size(file) + _BYTES_OF_OPENING
        if size > room:
            tasks.append([])
            room = _BYTES_OF_A_TASK
        tasks[-1].append(file)
        room -= size
    return tasks


def _size(file: str) -> int:
    """Bytes of a file; of a file in an archive, those of the archive.

    A file that is gone, or a broken link, has none: it is reported when it is read.
    """
    archive = split_path(file)
    try:
        return Path(file if archive is None else archive[0]).stat().st_size
    except OSError:
        return 0


def _keep(text: str) -> Keep:
    if text not in tuple(Keep):
        raise InvalidArgument(f"keep must be 'wrong' or 'all', not {text!r}")
    return Keep(text)


def _payers(text: str) -> Mapping[str, PayerKind]:
    try:
        said = dict(json.loads(text))
    except (TypeError, ValueError):
        raise InvalidArgument(f'payers must be a JSON object such as {{"00123": "ffs"}}, not {text!r}') from None
    return parse_payer_kinds(said)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not int(text):
        raise InvalidArgument(f"files_per_task must be a positive whole number, not {text!r}")
    return int(text)


def _local(path: str) -> str:
    """A path, which may be given as a file URL."""
    return url2pathname(urlsplit(path).path) if path.startswith("file:") else path
