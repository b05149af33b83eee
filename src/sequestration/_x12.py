"""The reader of remittances, as its users see it: `read_835`.

The 835 (Health Care Claim Payment/Advice), versions 004010 and 005010. Below it are the rooms of the parser.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from os import PathLike, fspath
from typing import BinaryIO, NoReturn, Self, TypeAlias

from sequestration._parser import Parser
from sequestration._problems import Problem, ProblemCode
from sequestration._reading import Log
from sequestration._remittance import Claim, ProviderAdjustment, Remittance
from sequestration._segments import SegmentStream

__all__ = ["RemittanceReader", "Source", "read_835"]

Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""A remittance: a path, its bytes, or a binary file."""


def read_835(source: Source) -> RemittanceReader:
    """Open a remittance (path, bytes or binary file) and read its claims one after the other.

    The reader is an iterator over `Claim`, and a context manager that closes what it opened. It reads the
    first segment at once and streams the rest: memory does not grow with the file. What is odd stands in
    `reader.problems`, and the rest is still read. Raises `X12Error` where the input is no 835 at all (at
    once where it does not begin as X12, at its end where it holds other transactions only) and the
    `OSError` that it is where a path cannot be read.

    >>> with read_835(EXAMPLE) as reader:
    ...     for claim in reader:
    ...         print(claim.control_number, claim.charge, claim.paid, claim.lines[0].procedure)
    A-1 150.00 78.40 99213
    """
    return RemittanceReader(source)


class RemittanceReader:
    """The claims of one remittance file; made by `read_835`.

    `problems` and `provider_adjustments` grow while the file is read. Of more than 10,000 errors, notes or provider
    adjustments the rest are counted in `problems_dropped` and `provider_adjustments_dropped`. A file that the reader
    opened is closed at its end, or when nobody reads on.
    """

    def __init__(self, source: Source) -> None:
        file, stream, self._owned = _opened(source)
        self._log = Log(file)
        self._parser = Parser(self._log)
        try:
            self._segments = SegmentStream(stream, file, self._parser.segment_too_long)
        except BaseException:
            self.close()
            raise
        # The generators hold nothing of the reader: with the last user of either, the file goes too.
        self._items = _parse(self._segments, self._parser, self._owned)
        self._claims = (item for item in self._items if type(item) is Claim)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Claim]:
        self._check_open()
        return self._claims

    def __next__(self) -> Claim:
        self._check_open()
        return next(self._claims)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a reader cannot be copied or pickled: list(reader) gives its claims, which can")

    def __repr__(self) -> str:
        name = f" of {self.file}" if self.file else ""
        problems = len(self.problems) + self.problems_dropped
        return f"<RemittanceReader{name}: {self.bytes_read:,} bytes read, {problems:,} problems>"

    def close(self) -> None:
        """Close the file, if this reader opened it; no more is read."""
        self._closed = True
        self._owned.close()

    @property
    def file(self) -> str | None:
        """The name of the file, where it has one."""
        return self._log.file

    @property
    def problems(self) -> list[Problem]:
        """What was odd so far."""
        return self._log.problems

    @property
    def problems_dropped(self) -> int:
        """How many problems more there were than are kept."""
        return self._log.dropped

    @property
    def provider_adjustments(self) -> list[ProviderAdjustment]:
        """The provider adjustments (PLB) so far, which stand behind the claims of their transaction."""
        return self._log.provider_adjustments

    @property
    def provider_adjustments_dropped(self) -> int:
        """How many provider adjustments more there were than are kept."""
        return self._log.provider_adjustments_dropped

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file have been read so far."""
        return self._segments.bytes_read if hasattr(self, "_segments") else 0  # an error of opening may show the reader

    def claims_and_ends(self) -> Iterator[Claim | Remittance]:
        """Claims as they come, and after the last claim of a transaction its `Remittance`."""
        self._check_open()
        return self._items

    def report(self, code: ProblemCode, *, claim: str | None = None, **facts: object) -> None:
        """Add a problem that stands at the segment, or about the claim, that was handed out last."""
        self._log.add(code, self._parser.handed_out, claim, facts)

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this reader is closed")


class _Owned:
    """The file that a reader opened itself, if it did; closed with whoever holds this last."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def close(self) -> None:
        """Close it, if there is one."""
        if self._file is not None:
            self._file.close()

    def __del__(self) -> None:
        self.close()


def _parse(segments: SegmentStream, parser: Parser, owned: _Owned) -> Iterator[Claim | Remittance]:
    """Claims and ends of transactions, as the segments come."""
    yield from parser.read(segments)
    owned.close()
    yield from parser.end(segments)


def _opened(source: Source) -> tuple[str | None, BinaryIO, _Owned]:
    """The name of a source, its stream, and what of it is ours to close."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return None, io.BytesIO(source), _Owned(None)
    if isinstance(source, (str, PathLike)):
        stream = open(source, "rb")  # noqa: SIM115 - the reader closes it
        return str(fspath(source)), stream, _Owned(stream)
    if not hasattr(source, "read"):
        raise TypeError(f"a remittance is a path, bytes or a binary file, not {type(source).__name__}")
    if isinstance(source, io.TextIOBase):
        raise TypeError("the file is open as text: open it in binary mode ('rb')")
    name = getattr(source, "name", None)
    return (name if isinstance(name, str) else None), source, _Owned(None)
