"""Exceptions and warnings of the library.

Each one takes positional arguments only and passes all of them to ``Exception``, so that it survives pickling
and can return from a worker process.
"""

from __future__ import annotations

__all__ = [
    "ColumnExists",
    "InvalidAmount",
    "InvalidAmountType",
    "InvalidArgument",
    "InvalidArgumentType",
    "InvalidDate",
    "InvalidDateType",
    "InvalidSchedule",
    "InvalidTable",
    "MissingExtra",
    "SequestrationError",
    "SequestrationWarning",
    "UnknownCode",
    "UnknownColumn",
    "X12Error",
]


class SequestrationError(Exception):
    """Base class of the errors that this library raises itself."""


class SequestrationWarning(UserWarning):
    """Category of all warnings that this library gives itself."""


class InvalidAmount(SequestrationError, ValueError):
    """An amount that is not a number of whole cents."""


class InvalidAmountType(InvalidAmount, TypeError):
    """An amount of a type that cannot hold cents exactly, such as a float."""


class InvalidArgument(SequestrationError, ValueError):
    """A value that an argument does not take, such as an unknown claim type or payer."""


class InvalidArgumentType(InvalidArgument, TypeError):
    """A value of the wrong type, or arguments that exclude each other."""


class InvalidDate(SequestrationError, ValueError):
    """A value that is not a calendar date, or dates that contradict each other."""


class InvalidDateType(InvalidDate, TypeError):
    """A date of the wrong type, such as a number."""


class InvalidSchedule(SequestrationError, ValueError):
    """A rate schedule that breaks a rule of the format.

    The text names the file and the key where they are known.
    """


class InvalidTable(SequestrationError, ValueError):
    """A table of codes, texts or steps that breaks a rule of its format.

    Args:
        text: Description of the error.
        file: Name of the file; empty where it is not known.
        row: Row in the file, where row 1 holds the column names; None for the file as a whole.
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
    """A code that is not in the table, or text that is not a code at all.

    Args:
        text: Description of the error.
        code: Code that was looked up.
        nearest: Codes of the table that come closest, nearest first.
    """

    def __init__(self, text: str, code: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(text, code, nearest)
        self.text = text
        self.code = code
        self.nearest = nearest

    def __str__(self) -> str:
        return f"{self.text}. Did you mean {', '.join(self.nearest)}?" if self.nearest else self.text


class X12Error(SequestrationError, ValueError):
    """Input that is not an 835.

    Args:
        text: Description of what the input is instead, as a clause.
        file: Name of the file, or None.
        offset: Offset in bytes from the start of the file, or None.
        segment_number: Number of the segment, where 1 is the first, or None.
        tag: Segment tag, such as ISA, or None.
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
        place = "" if self.file is None else f"{self.file}: "
        return f"{place}Not an 835: {self.text}."


class MissingExtra(SequestrationError, ImportError):
    """A library that only some functions need is not installed.

    The text says how to install it.
    """


class UnknownColumn(SequestrationError, KeyError):
    """A column that a frame does not have; the text lists the columns it has."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show its text in quotes.


class ColumnExists(SequestrationError, ValueError):
    """A column that would be overwritten without `overwrite=True`."""
