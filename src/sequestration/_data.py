"""Read the tables that come with the library, strictly.

A value in a table that is not understood raises `InvalidTable`, which names the file and the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from io import StringIO
from os import PathLike, fspath
from typing import Any, NoReturn, TypeVar

from sequestration._dates import as_date
from sequestration._errors import InvalidDate, InvalidTable
from sequestration._messages import quote
from sequestration._provenance import Authority, Confidence, DataSource
from sequestration._sources.resources import shipped_bytes

__all__ = ["Row", "rows_of_file", "shipped_rows", "shipped_toml", "sources"]

E = TypeVar("E", bound=StrEnum)


def shipped_toml(name: str) -> dict[str, Any]:
    """The tables of a shipped TOML file."""
    import tomllib  # Imported here because importing the library must not read data.

    return tomllib.loads(shipped_bytes(name).decode("utf-8"))


@cache
def sources() -> Mapping[str, DataSource]:
    """The sources of the data files, by file name."""
    table = shipped_toml("sources.toml")
    return {
        file: DataSource(
            file,
            entry["what"],
            tuple(entry["from"]),
            entry["release"],
            entry["verified_on"],
            Confidence(entry["confidence"]),
            entry.get("note", ""),
            entry.get("newest_source"),
        )
        for file, entry in table.items()
    }


class Row:
    """One row of a table.

    Args:
        file: Name of the file.
        number: Number of the row; the header is row 1.
        cells: Cells by column name, without surrounding blanks.
    """

    __slots__ = ("cells", "file", "number")

    def __init__(self, file: str, number: int, cells: dict[str, str]) -> None:
        self.file = file
        self.number = number
        self.cells = cells

    def refuse(self, text: str) -> NoReturn:
        """Raise `InvalidTable` for this row."""
        raise InvalidTable(text, self.file, self.number)

    def text(self, column: str) -> str:
        """A cell that may be empty; also empty if the table has no such column."""
        return self.cells.get(column, "")

    def filled(self, column: str) -> str:
        """A cell that must not be empty."""
        return self.cells.get(column) or self.refuse(f"{column} is empty")

    def words(self, column: str) -> tuple[str, ...]:
        """The words of a cell, which are separated by blanks."""
        return tuple(self.text(column).split())

    def flag(self, column: str) -> bool:
        """A cell that holds yes or no."""
        word = self.text(column)
        if word not in ("yes", "no"):
            self.refuse(f"{column} must be yes or no, not {quote(word)}")
        return word == "yes"

    def member(self, column: str, kind: type[E]) -> E:
        """A cell that holds a value of an enumeration."""
        word = self.text(column)
        known: E | None = _members(kind).get(word)
        if known is not None:  # Faster than a call of the enumeration, and tables have many.
            return known
        try:
            return kind(word)
        except ValueError:
            self.refuse(f"{column} must be one of {', '.join(kind)}, not {quote(word)}")

    def day(self, column: str) -> tuple[date | None, tuple[date, date] | None]:
        """A cell that holds a date, or the bounds of an unknown date.

        The unknown date is after the first bound, and not after the second.
        """
        word = self.text(column)
        if not word:
            return None, None
        if "/" not in word:
            return self._date(column, word), None
        try:
            first, last = map(as_date, word.split("/", 1))
        except InvalidDate:
            self.refuse(f"{column}: {quote(word)} is not a date (YYYY-MM-DD) or two dates separated by a slash")
        if first >= last:
            self.refuse(f"{column}: {first} is not before {last}")
        return None, (first, last)

    def authority(self) -> Authority | None:
        """The source of the row, from its columns authority and says; None if it has none."""
        return Authority(self.text("authority"), self.filled("says")) if self.text("authority") else None

    def _date(self, column: str, word: str) -> date:
        try:
            return as_date(word)
        except InvalidDate as error:
            self.refuse(f"{column}: {error}")


@cache
def _members(kind: type[E]) -> dict[str, E]:
    """The members of an enumeration by value."""
    return {member.value: member for member in kind}


def shipped_rows(name: str, columns: Collection[str]) -> Iterator[Row]:
    """The rows of a table that comes with the library and has exactly these columns."""
    return _rows(shipped_bytes(name), name, columns, ())


def rows_of_file(path: str | PathLike[str], columns: Collection[str], optional: Collection[str] = ()) -> Iterator[Row]:
    """The rows of a caller's file; raises `OSError` if it cannot be read."""
    from pathlib import Path  # Our own tables are read without this.

    from sequestration._sources.paths import refuse_text

    refuse_text(path)
    return _rows(Path(path).read_bytes(), fspath(path), columns, optional)


def _rows(content: bytes, file: str, columns: Collection[str], optional: Collection[str]) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidTable("the file is not UTF-8 text", file) from None
    import csv  # Imported here because a schedule, which is TOML, does not need it.

    reader = csv.reader(StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    number = 0
    try:
        for cells in reader:
            number += 1
            if header is None:
                header = _header(cells, file, columns, optional)
            elif any(map(str.strip, cells)):
                yield _row(cells, header, file, number)
    except csv.Error as error:
        raise InvalidTable(f"not a CSV file: {error}", file, number + 1) from None
    if header is None:
        raise InvalidTable(f"the file is empty. The first row must name the columns {', '.join(columns)}", file)


def _header(cells: list[str], file: str, columns: Collection[str], optional: Collection[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    known = [*columns, *optional]
    for name in names:
        if name not in known:
            raise InvalidTable(f"unknown column {quote(name)}. Use: {', '.join(known)}", file, 1)
        if names.count(name) > 1:
            raise InvalidTable(f"the column {name} appears twice", file, 1)
    missing = [column for column in columns if column not in names]
    if missing:
        raise InvalidTable(f"the column {missing[0]} is missing. The first row must name the columns", file, 1)
    return names


def _row(cells: list[str], header: list[str], file: str, number: int) -> Row:
    if len(cells) != len(header):
        raise InvalidTable(f"{len(cells)} cells for {len(header)} columns", file, number)
    return Row(file, number, dict(zip(header, map(str.strip, cells), strict=True)))
