"""Divide a large file between transactions, into pieces to read separately.

A fast search for ISA, GS and ST proposes a border, and the border is proven later: after the piece before it is read,
the true state there is known, and the next piece counts only if it began with that state. So a name that looks like a
segment, a missing trailer or a wrong count can make a border useless, but it can never make an audit wrong.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from os import PathLike
from typing import BinaryIO

import attrs

from sequestration._errors import X12Error
from sequestration._sources.archives import ZIP
from sequestration._sources.compressed import GZIP
from sequestration._x12.batch import Batch
from sequestration._x12.delimiters import (
    BLANKS,
    HEADER_AND_NEXT,
    LINE_BREAKS,
    MAX_HEADER_LENGTH,
    Delimiters,
    detect_delimiters,
)
from sequestration._x12.segments import SegmentStream, StreamState
from sequestration._x12.state import OpenEnvelope

__all__ = ["MIN_BYTES_TO_DIVIDE", "Border", "Piece", "PieceFile", "divide_file", "is_plain"]

MIN_BYTES_TO_DIVIDE = 16_000_000  # Bytes of a file. Below this, starting processes costs about what they save.
_PIECE = 1_000_000  # Bytes. Smaller pieces keep all processes busy to the end; larger ones cost less to join.
_FIRST_LOOK = 1 << 16
_MAX_GAP = 16  # Characters of padding before a segment.
_MAX_IEA = 64  # Characters of an IEA and what follows it.
_IEA_LAST = re.compile(r"(?<![A-Za-z0-9])IEA[^A-Za-z0-9][^\r\n]*[\r\n\s]*\Z")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@attrs.frozen
class Border:
    """State of a reader between two transactions: position and open envelope."""

    stream: StreamState
    envelope: OpenEnvelope

    def is_continued_by(self, start: Border) -> bool:
        """Whether reading from `start` continues from here.

        An ISA sets everything again, so before an ISA only an open interchange matters.
        """
        if start.stream.delimiters is not None:
            return self == start
        is_open = self.envelope.interchange is not None or self.envelope.group is not None
        return not is_open and attrs.evolve(self.stream, delimiters=None) == start.stream


@attrs.frozen
class Piece:
    """Whole transactions of a file: the bytes from `start` up to `end`.

    The first piece of a file has no `start`, the last one no `end`.
    """

    start: Border | None = None
    end: int | None = None

    @property
    def offset(self) -> int:
        """Offset of the first byte."""
        return 0 if self.start is None else self.start.stream.offset


class PieceFile(io.RawIOBase):
    """Binary file of the bytes of a piece; `stream` is positioned at its start."""

    def __init__(self, stream: BinaryIO, piece: Piece) -> None:
        self._stream = stream
        self._left = None if piece.end is None else piece.end - piece.offset
        self.name = getattr(stream, "name", None)

    def read(self, size: int = -1) -> bytes:
        if self._left is None:
            return self._stream.read(size)
        if not self._left:  # A read of zero bytes could look like the end of the stream.
            return b""
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def divide_file(path: str | PathLike[str], size: int = _PIECE) -> Iterator[Piece]:
    """Yield the pieces of a file, each of about `size` bytes, in order.

    The whole file is one piece if it is compressed, is not a regular file, is wrapped at a column, begins within a
    transaction, or cannot be read.
    """
    try:
        with open(path, "rb") as stream:
            if is_plain(stream):
                yield from _divide(stream, size)
                return
    except (OSError, X12Error):  # Reported when the file is read.
        pass
    yield Piece()


def is_plain(stream: io.BufferedReader) -> bool:
    """Whether an open file is a regular one that is not compressed."""
    is_regular = stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    return is_regular and not stream.peek(len(ZIP[0])).startswith((GZIP, *ZIP))


def _divide(stream: BinaryIO, size: int) -> Iterator[Piece]:
    opened = SegmentStream(stream, None, _ignore)
    start: Border | None = None
    if not opened.begins_inside and opened.delimiters is not None:
        scan = _Scan(opened.state)
        for border in scan.borders(stream, size):
            yield Piece(start, border.stream.offset)
            start = border
    yield Piece(start)


def _ignore(_beginning: Batch) -> None:
    """Ignore a segment without an end; it is reported when it is read."""


class _Scan:
    """State of a file during the search for borders."""

    def __init__(self, state: StreamState) -> None:
        assert state.delimiters is not None
        self._offset = state.offset
        self._delimiters: Delimiters = state.delimiters
        self._is_utf8 = state.is_utf8
        self._envelope = OpenEnvelope()
        self._has_begun = False  # Whether an 835 was seen.
        self._gap = ""  # Text after a terminator: usually none, or a line break.

    def borders(self, stream: BinaryIO, size: int) -> Iterator[Border]:
        """Yield the last border in each stretch of `size` bytes."""
        stretch = self._read(stream, size)
        if _is_wrapped(stretch[:_FIRST_LOOK], self._delimiters):
            return
        while len(stretch) == size:
            header = self._last_header(stretch)
            is_closed = header is not None and _IEA_LAST.search(stretch, max(0, header - _MAX_IEA), header) is not None
            if header is not None:
                self._advance(stretch, header)
                stretch = stretch[header:]
                self._begin_interchange(stretch)
            transaction = self._last_transaction(stretch)
            if transaction is not None:
                self._advance(stretch, transaction)
                yield Border(self._state(self._delimiters), attrs.evolve(self._envelope))
            elif header and self._has_begun and is_closed:
                yield Border(self._state(None), OpenEnvelope())
            else:  # The transaction is longer than the stretch. A segment begins after the last terminator.
                end = stretch.rfind(self._delimiters.terminator)
                self._advance(stretch, end if end > 0 else len(stretch))
            stretch = self._read(stream, size)

    def _read(self, stream: BinaryIO, size: int) -> str:
        stream.seek(self._offset)
        return stream.read(size).decode("latin-1")

    def _state(self, delimiters: Delimiters | None) -> StreamState:
        return StreamState(self._offset, delimiters, self._is_utf8)

    def _begin_interchange(self, text: str) -> None:
        """Begin the interchange of the ISA at the start of a text."""
        self._delimiters = detect_delimiters(text[:HEADER_AND_NEXT]) or self._delimiters
        self._envelope = OpenEnvelope.begin_interchange(self._elements(text, 0))

    def _advance(self, text: str, end: int) -> None:
        """Move the scan to a position in a text that begins at the current offset."""
        after = text.find(self._delimiters.terminator) + 1
        gap = text[after : after + _MAX_GAP]
        self._gap = gap[: len(gap) - len(gap.lstrip(BLANKS))]
        group = self._last("GS", text, end)
        if group is not None:
            self._envelope.begin_group(self._elements(text, group))
            self._envelope.groups += self._count("GS", text, 0, end) - 1
        self._envelope.transactions += self._count("ST", text, group or 0, end)
        self._has_begun = self._has_835(text, end)
        if self._is_utf8 is None and not text.isascii() and (found := _NOT_ASCII.search(text, 0, end)):
            self._is_utf8 = self._encoding_of(text, found.start())
        self._offset += end

    def _last_header(self, text: str) -> int | None:
        """Position of the last ISA; the text before it may have other delimiters."""
        at = len(text)
        while (at := text.rfind("ISA", 0, at)) >= 0:
            begins = at == 0 or not text[at - 1].isalnum()
            if begins and detect_delimiters(text[at : at + HEADER_AND_NEXT]) is not None:
                return at
        return None

    def _last_transaction(self, text: str) -> int | None:
        """Position of the last ST after an earlier transaction; None if there is none.

        An SE or a GS comes before it, so that no transaction is open.
        """
        at = len(text)
        delimiters = self._delimiters
        padding = delimiters.padding
        while (found := self._last("ST", text, at)) is not None and found > 0:
            before = text[max(0, found - MAX_HEADER_LENGTH) : found].rstrip(padding + delimiters.terminator)
            last = before.rpartition(delimiters.terminator)[2].lstrip(padding)
            if last.startswith(("SE" + delimiters.element, "GS" + delimiters.element)):
                return found if self._has_835(text, found) else None
            at = found
        return None

    def _has_835(self, text: str, end: int) -> bool:
        """Whether an 835 begins before a position; without one, nothing can be joined."""
        return self._has_begun or text.find(f"ST{self._delimiters.element}835", 0, end) >= 0

    def _last(self, tag: str, text: str, end: int) -> int | None:
        """Position of the last segment with a tag before a position, or None."""
        padding = self._delimiters.padding.replace(self._delimiters.terminator, "")
        while (end := text.rfind(tag + self._delimiters.element, 0, end)) >= 0:
            before = text[max(0, end - _MAX_GAP) : end].rstrip(padding)
            if end == 0 or before.endswith(self._delimiters.terminator):
                return end
        return None

    def _count(self, tag: str, text: str, start: int, end: int) -> int:
        """Number of segments with a tag between two positions."""
        begins = tag + self._delimiters.element
        found = re.compile(re.escape(self._delimiters.terminator + self._gap + begins))
        return len(found.findall(text, start, end)) + text.startswith(begins, start)  # Faster than str.count.

    def _elements(self, text: str, start: int) -> list[str]:
        """Elements of the segment at a position."""
        end = text.find(self._delimiters.terminator, start)
        return text[start : end if end >= 0 else None].split(self._delimiters.element)

    def _encoding_of(self, text: str, position: int) -> bool | None:
        """The encoding that the segment at a position sets."""
        terminator = self._delimiters.terminator
        end = text.find(terminator, position)
        segment = text[text.rfind(terminator, 0, position) + 1 : end if end >= 0 else position + 1] + terminator
        state = StreamState(0, self._delimiters, None)
        stream = SegmentStream(io.BytesIO(segment.encode("latin-1")), None, _ignore, state)
        for _ in stream:
            pass
        return stream.state.is_utf8


def _is_wrapped(text: str, delimiters: Delimiters) -> bool:
    """Whether lines break within segments, so that a tag may be split."""
    terminator = delimiters.terminator
    if terminator in LINE_BREAKS:
        return False
    lines = re.sub(rf"{re.escape(terminator)}[ \t\r\n]*", "", text).rstrip(LINE_BREAKS)
    return any(mark in lines for mark in LINE_BREAKS)
