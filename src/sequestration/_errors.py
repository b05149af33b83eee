"""The library's exceptions.

Every one takes positional arguments only and hands them all to ``Exception``, so that it survives
pickling and can come back from a worker process.
"""

from __future__ import annotations

__all__ = [
    "ColumnExists",
    "InvalidAmount",
    "InvalidAmountType",
    "InvalidDate",
    "InvalidDateType",
    "InvalidSchedule",
    "InvalidTable",
    "MissingExtra",
    "SequestrationError",
    "UnknownCode",
    "UnknownColumn",
    "X12Error",
]


class SequestrationError(Exception):
    """The root of all errors that this library raises on its own account."""


class InvalidAmount(SequestrationError, ValueError):
    """An amount that is no number of whole cents."""


class InvalidAmountType(InvalidAmount, TypeError):
    """An amount of a type that cannot hold cents exactly, such as a float."""


class InvalidDate(SequestrationError, ValueError):
    """A text or value that is no calendar date, or dates that do not go together."""


class InvalidDateType(InvalidDate, TypeError):
    """A date of a type that is no date, such as a number."""


class InvalidSchedule(SequestrationError, ValueError):
    """A rate schedule that breaks a rule of the format, with file and key where they are known."""


class InvalidTable(SequestrationError, ValueError):
    """A table of codes, texts or steps that breaks a rule of its format.

    `file` and `row` say where; row 1 is the line of column names, and `row` is None for the file as a whole.
    """

    def __init__(self, text: str, file: str = "", row: int | None = None) -> None:
        super().__init__(text, file, row)
        self.text = text
        self.file = file
        self.row = row

    def __str__(self) -> str:
        place = ", ".join([*([self.file] if self.file else []), *([f"row {self.row}"] if self.row else [])])
        return f"{place}: {self.text}" if place else self.text


class UnknownCode(SequestrationError, KeyError):
    """A code that is not in the table, or a text that is no code at all.

    `code` is what was asked for and `nearest` the codes of the table that come closest, nearest first.
    """

    def __init__(self, text: str, code: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(text, code, nearest)
        self.text = text
        self.code = code
        self.nearest = nearest

    def __str__(self) -> str:
        return f"{self.text}; nearest are {', '.join(self.nearest)}" if self.nearest else self.text


class X12Error(SequestrationError, ValueError):
    """Input that cannot be read as an 835 at all.

    `offset` (bytes), `segment_number` (1 is the first) and `tag` say where; each may be None.
    """

    def __init__(
        self,
        text: str,
        file: str | None = None,
        offset: int | None = None,
        segment_number: int | None = None,
        tag: str | None = None,
    ) -> None:
        super().__init__(text, file, offset, segment_number, tag)
        self.text = text
        self.file = file
        self.offset = offset
        self.segment_number = segment_number
        self.tag = tag

    def __str__(self) -> str:
        return self.text if self.file is None else f"{self.file}: {self.text}"


class MissingExtra(SequestrationError, ImportError):
    """A library that only some of the functions need is not installed; the text says how to install it."""


class UnknownColumn(SequestrationError, KeyError):
    """A column that a frame does not have; the text lists those it has."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show its text in quotes


class ColumnExists(SequestrationError, ValueError):
    """A column that would be written over, which nobody asked for."""
