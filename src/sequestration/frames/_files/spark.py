"""Spark data source for remittances, with a task for one or more files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sequestration._errors import MissingExtra
from sequestration.frames._files.build_table import import_package
from sequestration.frames._files.landing_folder import NOTHING_READ_YET, Offset
from sequestration.frames._files.spark_options import SourceOptions, Task

__all__ = ["era835"]

_PUSHING = "spark.sql.python.filterPushdown.enabled"


def era835() -> Any:
    """The data source "era835", for `spark.dataSource.register(frames.era835())`.

    `spark.read.format("era835").load(folder)` reads what `adjustments` reads, in the same columns; a file or
    several paths may be given instead of the folder. Options: `table` (a name in `TABLES`; "adjustments" if none is
    given), `unit` and `keep` as for `findings`, `payers` (the mapping as JSON), `schedule` (a schedule as a TOML
    file, read where the job starts), `files_per_task`, `bytes_per_task`, `recursive` (true to read subfolders, too). A
    file that cannot be read has rows in the table of problems and does not fail the job. An empty folder is an empty
    table.

    `.schema(...)` with some of the columns reads only those. From Spark 5 on, filters that compare a text column with
    texts, such as `reason = '253'`, are applied before rows go to Spark, if `spark.sql.python.filterPushdown.enabled`
    is true in the active session when this function is called.

    `spark.readStream.format("era835").load(folder)` reads each new file of a folder once, over restarts from a
    checkpoint, too (Spark 4.2). Options of it: `min_age` (seconds since a file was last written to before it is
    read; 60 if none are given) and `files_per_batch`.

    Files are put into tasks by their size: about 32 MB (or `bytes_per_task`) a task, where each file counts as 100 KB
    more; with `files_per_task`, by their number. A file of more than twice that is divided between its transactions if
    it is more than a sixteenth of the load, with `bytes_per_task` in any case. Python opens the paths on every worker,
    which needs this library and pyarrow.
    Raises `MissingExtra` if pyspark 4 or pyarrow is not installed.
    """
    try:
        from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
    except ImportError:
        raise MissingExtra('The data source needs Spark 4. Run: pip install "pyspark>=4"') from None
    import_package("pyarrow", "the Spark data source needs it")

    class Reader(DataSourceReader):  # type: ignore[misc]
        """Reader of a load."""

        def __init__(self, task: Task) -> None:
            self._task = task

        def partitions(self) -> list[Any]:
            options = self._task.options
            tasks = options.tasks(options.files()) or [[]]  # Spark makes no table of no task.
            return [InputPartition(work) for work in tasks]

        def read(self, partition: Any) -> Iterator[Any]:
            return self._task.read(partition.value)

    class FilteringReader(Reader):
        """Reader that applies filters; Spark refuses it where they are off."""

        def pushFilters(self, filters: Sequence[Any]) -> Iterable[Any]:  # noqa: N802 - a name of Spark
            self._task, left = self._task.with_filters(filters)
            return left

    reader_class = FilteringReader if _keeps_filters_apart(DataSourceReader) and _are_filters_pushed() else Reader

    class Era835(DataSource):  # type: ignore[misc]
        """X12 835 remittances."""

        @classmethod
        def name(cls) -> str:
            return "era835"

        def schema(self) -> str:
            return SourceOptions.of(self.options).schema

        def reader(self, schema: Any) -> Any:
            return reader_class(Task.of(SourceOptions.of(self.options), schema))

        def streamReader(self, schema: Any) -> Any:  # noqa: N802 - a name of Spark
            return _stream_reader(Task.of(SourceOptions.of(self.options), schema))

    return Era835


def _keeps_filters_apart(reader: Any) -> bool:
    """Whether a filter is pushed for one query only.

    Up to Spark 4.3 it stays with the loaded frame, so other queries of the frame silently lack rows. Spark stopped that
    when it began to push limits.
    """
    return hasattr(reader, "pushLimit")


def _are_filters_pushed() -> bool:
    """Whether the active session pushes filters to Python sources."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    return session is not None and session.conf.get(_PUSHING, "false") == "true"


def _stream_reader(task: Task) -> Any:
    """A reader of a stream."""
    from pyspark.sql.datasource import DataSourceStreamReader, InputPartition

    try:
        from pyspark.sql.streaming.datasource import ReadAllAvailable, ReadMaxFiles, SupportsTriggerAvailableNow
    except ImportError:
        raise MissingExtra('Streams need Spark 4.2. Run: pip install "pyspark>=4.2"') from None

    class StreamReader(DataSourceStreamReader, SupportsTriggerAvailableNow):  # type: ignore[misc]
        """Reader of a stream."""

        def __init__(self) -> None:
            self._folder = task.options.landing_folder()

        def initialOffset(self) -> Offset:  # noqa: N802 - a name of Spark, like those below
            return dict(NOTHING_READ_YET)

        def getDefaultReadLimit(self) -> Any:  # noqa: N802
            number = task.options.files_per_batch
            return ReadAllAvailable() if number is None else ReadMaxFiles(number)

        def prepareForTriggerAvailableNow(self) -> None:  # noqa: N802
            self._folder.end_with_present()

        def latestOffset(self, start: Offset, limit: Any) -> Offset:  # noqa: N802
            return self._folder.offset_after(start, getattr(limit, "max_files", None))

        def partitions(self, start: Offset, end: Offset) -> list[Any]:
            return [InputPartition(work) for work in task.options.tasks(self._folder.files_between(start, end))]

        def read(self, partition: Any) -> Iterator[Any]:
            return task.read(partition.value)

    return StreamReader()
