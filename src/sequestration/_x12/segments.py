"""Split a byte stream into X12 segments.

Segments come in batches. Bytes are decoded as Latin-1, one character for each byte, so that an offset in the text is
an offset in the file. A batch is the whole claims, or else the whole segments, of about 64 KB; nothing longer is kept.

A file has one encoding. It is UTF-8 if the first 64 KB from its first segment are valid UTF-8, else Latin-1. While they
are ASCII, which is both, the first segment that is not ASCII decides. It is never decided again, because claims were
handed out by then: a later segment that is not valid UTF-8 is read as Latin-1, alone. So the encoding depends neither
on the size of chunks nor on the end of the file, and nothing is read twice.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

import attrs

from sequestration._errors import InvalidArgumentType, X12Error
from sequestration._sources.kinds import begins_like_office
from sequestration._x12.batch import MAX_TAG_LENGTH, Batch
from sequestration._x12.delimiters import (
    HEADER_AND_NEXT,
    HEADER_ELEMENTS,
    LINE_BREAKS,
    MAX_HEADER_LENGTH,
    PADDING,
    TAGS,
    Delimiters,
    detect_delimiters,
    guess_delimiters,
    guess_delimiters_inside,
    is_header,
    may_separate,
)

__all__ = [
    "CHUNK",
    "MAX_SEGMENT_LENGTH",
    "Handlers",
    "SegmentStream",
    "StreamState",
]

CHUNK = 1 << 16
MAX_SEGMENT_LENGTH = 1 << 20
_FIRST_LOOK = 1 << 16  # Bytes that are searched for the delimiters of a file without an ISA.
# Characters, besides a blank, that show that the segments of a batch need stripping. They are all of the padding: else
# other bytes of a batch would decide whether one is stripped.
_RARE_PADDING = "".join(sorted(set(PADDING) - set(" " + LINE_BREAKS)))
_RARE_ASCII_PADDING = "".join(filter(str.isascii, _RARE_PADDING))
_MAX_HANDLED_TAGS = 20_000
_STARTS = ("GS", "ST")  # Segments that a file without an ISA may begin with.


class Handlers(dict[str, "Callable[[str], None] | None"]):
    """Map of the first four characters of a segment to its handler, or to None.

    It is filled as segments come, because the fourth character after a two-letter tag is already data. `unknown`
    handles segments whose tag no 835 has.
    """

    def __init__(self, handlers: dict[str, Callable[[str], None]], unknown: Callable[[str], None]) -> None:
        super().__init__()
        self._of_tag = dict.fromkeys(TAGS) | handlers
        self._unknown = unknown
        self._element = "*"

    def use(self, element: str) -> None:
        """Set the element separator."""
        self.clear()
        self._element = element

    def __missing__(self, start: str) -> Callable[[str], None] | None:
        tag, separator, _ = start.partition(self._element)
        handler = self._of_tag.get(tag, self._unknown) if separator else self._unknown
        if not start:  # A blank segment is nothing.
            handler = None
        if len(self) < _MAX_HANDLED_TAGS:
            self[start] = handler
        return handler


@attrs.frozen
class StreamState:
    """State between two segments; delimiters are None before an ISA."""

    offset: int
    delimiters: Delimiters | None
    is_utf8: bool | None


class SegmentStream:
    """The segments of a binary file, in batches.

    `too_long` is called with the beginning of a segment without an end, which is skipped. After the last batch,
    `tail` is whatever follows the last terminator. Raises `X12Error` if the file does not begin like X12. With a
    state, the stream begins there and not at the beginning of a file.
    """

    def __init__(
        self, stream: BinaryIO, file: str | None, too_long: Callable[[Batch], None], state: StreamState | None = None
    ) -> None:
        self._stream = stream
        self._file = file
        self._too_long = too_long
        self._text = ""
        self._start = 0  # Position in _text of the first character that is not handed out yet.
        self._offset = 0  # Offset in the file of the first character of _text.
        self._ended = False
        self._searched = 0  # _text was searched for the next ISA up to this position.
        self.number = 1  # Number of the next segment.
        self.bytes_read = 0
        self.failure: OSError | None = None
        self.tail = ""
        self.has_envelope = True
        self._is_utf8: bool | None = None  # None while all of the file is ASCII.
        self.begins_inside = False  # Whether the file begins within a transaction.
        self.delimiters: Delimiters | None = None
        if state is None:
            self._open()
        else:
            self._resume(state)

    def __iter__(self) -> Iterator[Batch]:
        while self.delimiters is not None:
            self._fill(CHUNK)
            self._skip(self.delimiters.padding)
            following = self._next_header()
            end = self._text.rfind(self.delimiters.terminator, self._start) if following is None else following
            if end >= 0:
                claim = self._last_claim(end) if following is None else None
                yield self._batch(end if claim is None else claim, before_claim=claim is not None)
            elif self._left() > MAX_SEGMENT_LENGTH:
                self._pass_over()
            elif not self._ended:
                self._fill(self._left() + CHUNK)
            if following is not None:
                self._begin()
            elif self._ended and self._text.find(self.delimiters.terminator, self._start) < 0:
                self._end()
                return

    @property
    def offset(self) -> int:
        """Position in the file of the next segment."""
        return self._offset + self._start

    @property
    def state(self) -> StreamState:
        """State before the next segment, from which another stream can go on."""
        return StreamState(self.offset, self.delimiters, self._is_utf8)

    def beginning(self) -> Batch:
        """The next characters as a batch of their own, for reporting their position."""
        text = self._text[self._start : self._start + MAX_TAG_LENGTH]
        delimiters = self.delimiters or Delimiters(text[3:4] or "*", ":", "~")
        return Batch(text, text, delimiters, self.offset, self.number)

    # The beginning of the file.

    def _open(self) -> None:
        self._fill(CHUNK)
        while self._skip(PADDING) and not self._ended:
            self._fill(CHUNK)
        self._fill(_FIRST_LOOK)
        text = self._text[self._start :]
        if is_header(text) or (self._ended and text and "ISA".startswith(text)):
            self._begin()
        elif text[:2] in _STARTS and len(text) > 2 and may_separate(text[2]):
            self.has_envelope = False
            self.delimiters = guess_delimiters(self._text[self._start : self._start + _FIRST_LOOK])
        elif (inside := guess_delimiters_inside(text[:_FIRST_LOOK])) is not None:
            self.has_envelope = False
            self.begins_inside = True
            self.delimiters = inside
        else:
            found = _looks_like(text)
            del text  # Error trackers may show local variables.
            raise X12Error(found, self._file, self.offset, 1)
        self._detect_encoding()

    def _resume(self, state: StreamState) -> None:
        """Go on where another stream was."""
        self._offset, self.delimiters, self._is_utf8 = state.offset, state.delimiters, state.is_utf8
        if self.delimiters is None:
            self._begin()

    def _detect_encoding(self) -> None:
        """Decide the encoding, unless the first 64 KB are ASCII."""
        beginning = self._text[self._start : self._start + _FIRST_LOOK]
        if self.delimiters is not None and not beginning.isascii():
            # A character may be cut in two by a line break, and the last one by the end of the text.
            self._is_utf8 = _decode_utf8(_clean(beginning, self.delimiters), is_whole=False) is not None

    def _begin(self) -> None:
        """Start the interchange whose ISA comes next."""
        self.delimiters = self._header(self._start)
        self._searched = self._start + 1
        if self.delimiters is not None:
            return
        left = self._text[self._start :]
        if not self._ended or len(left) >= MAX_HEADER_LENGTH or left.count(left[3:4] or " ") > HEADER_ELEMENTS:
            del left  # Error trackers may show local variables.
            raise X12Error(
                "the ISA segment does not define its delimiters",
                self._file,
                self.offset,
                self.number,
                "ISA",
            )
        self.tail = left.rstrip(PADDING)  # The file ends inside the ISA.

    def _header(self, index: int) -> Delimiters | None:
        """The delimiters of the ISA at `index`; reads ahead to see what follows it."""
        before = index - self._start
        self._fill(before + HEADER_AND_NEXT)
        index = self._start + before  # Reading ahead moves the text.
        return detect_delimiters(self._text[index : index + HEADER_AND_NEXT])

    # The ends of segments and interchanges.

    def _next_header(self) -> int | None:
        """Position in the text where the next interchange begins; None if there is none."""
        index = max(self._start, self._searched)
        while (index := self._text.find("ISA", index)) >= 0:
            if self._starts_segment(index):
                before = index - self._start
                found = self._header(index)
                index = self._start + before
                if found is not None:
                    return index
            index += 1
        # The end of the text may hold the first part of an ISA.
        self._searched = max(self._searched, len(self._text) - MAX_TAG_LENGTH)
        return None

    def _starts_segment(self, index: int) -> bool:
        """Whether the ISA at `index` starts a segment and is not part of a name."""
        assert self.delimiters is not None
        if not is_header(self._text[index : index + 4]):
            return False
        padding, terminator = self.delimiters.padding, self.delimiters.terminator
        start = max(self._start, index - MAX_HEADER_LENGTH)
        before = self._text[start:index].rstrip(padding.replace(terminator, ""))
        last = before.rpartition(terminator)[2].lstrip(padding)
        return not last or last.startswith("IEA")  # An IEA may lack its terminator.

    def _last_claim(self, end: int) -> int | None:
        """Position of the terminator before the last CLP; None if there is none.

        All but the last claim before `end` are whole.
        """
        assert self.delimiters is not None
        padding, terminator = self.delimiters.padding, self.delimiters.terminator
        tag = "CLP" + self.delimiters.element
        index = end
        while (index := self._text.rfind(tag, self._start + 1, index)) >= 0:
            before = index - 1
            while before > self._start and self._text[before] in padding and self._text[before] != terminator:
                before -= 1
            if self._text[before] == terminator:
                return before
        return None

    def _batch(self, end: int, *, before_claim: bool) -> Batch:
        """The segments up to `end`, where a terminator is or a header begins."""
        assert self.delimiters is not None
        raw = self._text[self._start : end]
        width = 1 if self._text[end] == self.delimiters.terminator else 0
        if not width:  # The last segment may lack its terminator.
            raw = raw.rstrip(self.delimiters.padding.replace(self.delimiters.terminator, ""))
        text = _without_padding(_clean(raw, self.delimiters), self.delimiters)
        if not text.isascii():
            segments = text.split(self.delimiters.terminator)
            decoded = (segment if segment.isascii() else self._decode(segment) for segment in segments)
            text = self.delimiters.terminator.join(decoded)
        batch = Batch(raw, text, self.delimiters, self.offset, self.number, before_claim)
        self.number = batch.next_number
        self._start = end + width
        return batch

    def _decode(self, segment: str) -> str:
        """Decode a segment that is not ASCII."""
        assert self.delimiters is not None
        if self._is_utf8 is False or not self.delimiters.are_ascii:
            return segment
        decoded = _decode_utf8(segment)
        if self._is_utf8 is None:
            self._is_utf8 = decoded is not None
        return segment if decoded is None else decoded

    def _pass_over(self) -> None:
        """Skip an endless segment up to its terminator."""
        assert self.delimiters is not None
        self._too_long(self.beginning())
        while (end := self._text.find(self.delimiters.terminator, self._start)) < 0 and not self._ended:
            self._start = len(self._text)
            self._fill(CHUNK)
        self._start = end + 1 if end >= 0 else len(self._text)
        self.number += 1

    def _end(self) -> None:
        """The text after the last terminator."""
        assert self.delimiters is not None
        self._skip(self.delimiters.padding)
        self.tail = _clean(self._text[self._start :], self.delimiters).rstrip(self.delimiters.padding)

    # The buffered text.

    def _left(self) -> int:
        return len(self._text) - self._start

    def _fill(self, wanted: int) -> None:
        """Read until enough characters are buffered or the file ends; drop used text."""
        if self._ended or self._left() >= wanted:
            return
        fresh = self._read(wanted - self._left())
        self._text = "".join([self._text[self._start :], *fresh])
        self._offset += self._start
        self._searched = max(0, self._searched - self._start)
        self._start = 0

    def _read(self, missing: int) -> list[str]:
        """Read as many more characters, in pieces.

        They are kept apart from the buffered text, which a failure must not show.
        """
        pieces: list[str] = []
        while missing > 0 and not self._ended:
            chunk = self._next_chunk()
            self._ended = not chunk
            self.bytes_read += len(chunk)
            missing -= len(chunk)
            pieces.append(chunk.decode("latin-1"))
        return pieces

    def _next_chunk(self) -> bytes:
        """The next bytes.

        A stream that fails after some bytes were read counts as ended; `failure` holds the error.
        """
        try:
            chunk = self._stream.read(CHUNK)
        except OSError as error:
            if not self.bytes_read:
                raise
            self.failure = error
            return b""
        if not isinstance(chunk, bytes):
            given = type(chunk).__name__
            raise InvalidArgumentType(
                f"a remittance is read from a binary file that waits for its data; this one gave {given}"
            )
        return chunk

    def _skip(self, padding: str) -> bool:
        """Skip padding; True if nothing is left."""
        text = self._text
        while self._start < len(text) and text[self._start] in padding:
            self._start += 1
        return self._start == len(text)


def _without_padding(text: str, delimiters: Delimiters) -> str:
    """A text without the padding before its segments."""
    rare = _RARE_PADDING if not text.isascii() else _RARE_ASCII_PADDING
    if delimiters.terminator + " " in text or any(mark in text for mark in rare):
        padding = delimiters.padding
        return delimiters.terminator.join(segment.lstrip(padding) for segment in text.split(delimiters.terminator))
    return text


def _decode_utf8(text: str, *, is_whole: bool = True) -> str | None:
    """Decode the bytes of a text as UTF-8; None if they are not valid UTF-8."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(text.encode("latin-1"), final=is_whole)
    except UnicodeDecodeError:
        return None


def _clean(raw: str, delimiters: Delimiters) -> str:
    """Remove line breaks, which are not data: a file may be wrapped at any column."""
    for line_break in LINE_BREAKS:
        if line_break in raw and line_break not in (delimiters.terminator, delimiters.element):
            raw = raw.replace(line_break, "")
    return raw


def _looks_like(text: str) -> str:
    """Describe a file that is not X12, in words that show nothing of it."""
    if not text:
        return "the file is empty"
    if begins_like_office(text[:_FIRST_LOOK].encode("latin-1")):
        return "this file is an Office document, such as an Excel workbook"
    known = {
        "\x89PNG": "this file is a PNG image",
        "%PDF": "this file is a PDF",
        "PK\x03\x04": "this is a ZIP archive; pass its path, or unzip it first",
        "\x1f\x8b": "this file is gzipped twice; decompress it first",
        "\xff\xfe": "this file is UTF-16 text; save it as ASCII or UTF-8",
        "\xfe\xff": "this file is UTF-16 text; save it as ASCII or UTF-8",
        "<": "this file is XML or HTML",
        "{": "this file is JSON",
        "[": "this file is JSON",
    }
    for mark, name in known.items():
        if text.startswith(mark):
            return name
    return "the file does not begin with an ISA, GS or ST segment"
