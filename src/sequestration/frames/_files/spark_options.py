"""Options of the Spark data source, and what a task of it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import url2pathname

import attrs

from sequestration._audit.check_835 import parse_keep
from sequestration._audit.jobs.planned_pieces import MIN_PIECE, PlannedPiece, plan_pieces
from sequestration._checking.payer import PayerKind, parse_payer_kinds
from sequestration._errors import InvalidArgument
from sequestration._law.schedule import RateSchedule
from sequestration._sources.archives import split_path
from sequestration._sources.paths import refuse_text
from sequestration._x12.inputs import Inputs
from sequestration.frames._engines.question import require_unit
from sequestration.frames._files.build_table import Row, arrow_batch
from sequestration.frames._files.landing_folder import LandingFolder
from sequestration.frames._files.remittance_rows import FileRows, Judging
from sequestration.frames._files.schemas import TABLES, Columns, columns_of
from sequestration.frames._files.spark_types import spark_schema, spark_types
from sequestration.frames._files.text_filters import TextFilter, filter_rows

__all__ = ["SourceOptions", "Task", "Work"]

Work: TypeAlias = list[str] | PlannedPiece
"""What a task of Spark reads: files, or a piece of a file."""

_ROWS_AT_A_TIME = 20_000
_BYTES_OF_A_TASK = 32_000_000  # A core reads these in about three seconds, which a task is worth.
_MIN_SHARE = 16  # A file that is a smaller part of a load holds no other task up, so it is not divided unless asked.
_BYTES_OF_OPENING = 100_000  # A file takes some time however small it is, and most of all on a mount.
_MIN_AGE = 60  # Seconds. A program that writes a file seldom pauses for longer.
_OPTIONS = (
    "path",
    "paths",
    "table",
    "unit",
    "keep",
    "payers",
    "schedule",
    "files_per_task",
    "bytes_per_task",
    "recursive",
)
_OF_STREAMS = ("files_per_batch", "min_age")


@attrs.frozen
class SourceOptions:
    """Options of a load."""

    paths: Sequence[str]
    table: str
    unit: Any
    judging: Judging
    files_per_task: int | None
    bytes_per_task: int | None
    files_per_batch: int | None
    min_age: int | None
    recursive: bool = False

    @classmethod
    def of(cls, options: Mapping[str, str]) -> SourceOptions:
        """Parse the options of a load; raises `InvalidArgument` for unknown ones."""
        given = {name.lower(): value for name, value in options.items()}
        unknown = sorted(set(given) - set(_OPTIONS) - set(_OF_STREAMS))
        if unknown:
            known = ", ".join(_OPTIONS)
            raise InvalidArgument(
                f"Unknown option {', '.join(unknown)}. Use: {known}; streams: {', '.join(_OF_STREAMS)}."
            )
        table, unit = given.get("table", "adjustments"), given.get("unit", "dollars")
        if table not in TABLES:
            raise InvalidArgument(f"table must be one of {', '.join(TABLES)}, not {table!r}")
        require_unit(unit)
        schedule = given.get("schedule")
        judging = Judging(
            parse_keep(given.get("keep", "wrong")),
            _payers(given.get("payers", "{}")),
            None if schedule is None else RateSchedule.from_toml(_local(schedule)),
        )
        paths = [given["path"]] if "path" in given else json.loads(given.get("paths", "[]"))
        return cls(
            [_local(path) for path in paths],
            table,
            unit,
            judging,
            _positive(given, "files_per_task"),
            _bytes(given),
            _positive(given, "files_per_batch"),
            _whole(given, "min_age"),
            _flag(given, "recursive"),
        )

    @property
    def schema(self) -> str:
        """The columns as a Spark schema."""
        return spark_schema(self.table, self.unit)

    def files(self) -> list[str]:
        """The files to load, in order; raises `FileNotFoundError` for a missing path."""
        self._refuse_what_only_streams_take()
        if not self.paths:
            raise InvalidArgument("Nothing to load. Pass load a folder, a file or a list of them.")
        for path in self.paths:
            refuse_text(path)
            if not Path(path).exists():
                raise FileNotFoundError(f"{path} was not found. Python opens the paths, so mount remote storage first.")
        return [str(file) for file in Inputs(self.paths, recursive=self.recursive)]

    def landing_folder(self) -> LandingFolder:
        """The folder that a stream reads; raises `FileNotFoundError` if it is missing."""
        if len(self.paths) != 1:
            raise InvalidArgument("Nothing to load. Pass load the folder that the files land in.")
        if self.recursive:
            raise InvalidArgument("A stream reads one folder without its subfolders. Leave out the option recursive.")
        (path,) = self.paths
        refuse_text(path)
        return LandingFolder(path, _MIN_AGE if self.min_age is None else self.min_age)

    def tasks(self, files: Sequence[str]) -> list[Work]:
        """The files of each task, or the piece of a large file, in order.

        A number of files for each task leaves files whole.
        """
        number = self.files_per_task
        if number is not None:
            return [list(files[start : start + number]) for start in range(0, len(files), number)]
        room = self.bytes_per_task or _BYTES_OF_A_TASK
        least = 2 * room
        if self.bytes_per_task is None:
            least = max(least, sum(map(_size, files)) // _MIN_SHARE)
        tasks: list[Work] = []
        for pack in _by_size(files, room):
            pieces = plan_pieces(pack[0], room) if len(pack) == 1 and _size(pack[0]) > least else []
            tasks += pieces or [pack]
        return tasks

    def _refuse_what_only_streams_take(self) -> None:
        given = [name for name in _OF_STREAMS if getattr(self, name) is not None]
        if given:
            raise InvalidArgument(f"The option {', '.join(given)} is for streams. Use spark.readStream.")


@attrs.frozen
class Task:
    """Work of each task of a load: rows of its files.

    Attributes:
        options: Options of the load.
        names: Columns to give, in order.
        filters: Filters that rows must pass.
    """

    options: SourceOptions
    names: Sequence[str]
    filters: Sequence[TextFilter] = ()

    @classmethod
    def of(cls, options: SourceOptions, schema: Any) -> Task:
        """Build a task that gives the columns of a `StructType`.

        Raises `InvalidArgument` if one of them is not a column of the table.
        """
        types = spark_types(options.table, options.unit)
        for field in schema.fields:
            kind = field.dataType.simpleString()
            if types.get(field.name) != kind:
                raise InvalidArgument(
                    f"{field.name} {kind} is not a column of {options.table}. Its columns are: {options.schema}."
                )
        return cls(options, [field.name for field in schema.fields])

    @property
    def columns(self) -> Columns:
        """All columns of the table."""
        return columns_of(self.options.table)

    def with_filters(self, pushed: Sequence[Any]) -> tuple[Task, list[Any]]:
        """This task with the filters that it can apply, and the other filters."""
        parsed = [TextFilter.of(each, self.columns) for each in pushed]
        left = [each for each, taken in zip(pushed, parsed, strict=True) if taken is None]
        return attrs.evolve(self, filters=[taken for taken in parsed if taken is not None]), left

    def read(self, work: Work) -> Iterator[Any]:
        """The rows of some files or of a piece as pyarrow record batches."""
        columns = self.columns
        given = {name: columns[name] for name in self.names}
        places = [list(columns).index(name) for name in self.names]
        rows = FileRows(work, self.options.table, self.options.judging)
        for batch in rows.batches(_ROWS_AT_A_TIME):
            kept = filter_rows(batch, columns, self.filters)
            yield arrow_batch(_select_places(kept, places), given, self.options.unit)


def _select_places(rows: Sequence[Row], places: Sequence[int]) -> Sequence[Row]:
    """Rows with the values at some places only."""
    if len(places) == 1:
        return [(row[places[0]],) for row in rows]
    narrow = itemgetter(*places)
    return [narrow(row) for row in rows]


def _by_size(files: Sequence[str], bytes_of_a_task: int = _BYTES_OF_A_TASK) -> list[list[str]]:
    """Split files into tasks of about as many bytes, in order."""
    tasks: list[list[str]] = []
    room = 0
    for file in files:
        size = _size(file) + _BYTES_OF_OPENING
        if size > room:
            tasks.append([])
            room = bytes_of_a_task
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


def _payers(text: str) -> Mapping[str, PayerKind]:
    try:
        said = dict(json.loads(text))
    except (TypeError, ValueError):
        raise InvalidArgument(f'payers must be a JSON object such as {{"00123": "ffs"}}, not {text!r}') from None
    return parse_payer_kinds(said)


def _positive(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is not None and (not text.isascii() or not text.isdecimal() or not int(text)):
        raise InvalidArgument(f"{name} must be a positive whole number, not {text!r}")
    return None if text is None else int(text)


def _bytes(given: Mapping[str, str]) -> int | None:
    number = _positive(given, "bytes_per_task")
    if number is not None and number < MIN_PIECE:
        raise InvalidArgument(f"bytes_per_task must be at least {MIN_PIECE}, not {number}")
    return number


def _whole(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is not None and (not text.isascii() or not text.isdecimal()):
        raise InvalidArgument(f"{name} must be a whole number of seconds, not {text!r}")
    return None if text is None else int(text)


def _flag(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "false")
    if text.lower() not in ("true", "false"):
        raise InvalidArgument(f"{name} must be true or false, not {text!r}")
    return text.lower() == "true"


def _local(path: str) -> str:
    """A path, which may be given as a file URL."""
    return url2pathname(urlsplit(path).path) if path.startswith("file:") else path
