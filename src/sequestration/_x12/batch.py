"""`Batch`: segments that are read together, with their positions in the file."""

from __future__ import annotations

from itertools import accumulate

import attrs

from sequestration._x12.delimiters import TAGS, Delimiters

__all__ = ["MAX_TAG_LENGTH", "Batch"]

MAX_TAG_LENGTH = 4  # Characters, with the separator.


@attrs.define(eq=False)
class Batch:
    """Consecutive whole segments, with the position of the first.

    A segment is identified by its index in `segments`, from the start or (negative) from the end. Positions are
    computed on demand, because hardly any segment is ever asked about. `text` is the segments without padding, with
    one terminator between any two. `before_claim` means that the next segment begins a claim, so that no claim goes
    on after the batch. A part of a batch knows the batch and the index of its first segment there.
    """

    # Error trackers may show local variables, so patient data stays out of the repr.
    raw: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    delimiters: Delimiters
    offset: int
    first_number: int
    before_claim: bool = False
    _segments: list[str] | None = attrs.field(default=None, repr=False)
    _whole: tuple[Batch, int] | None = attrs.field(default=None, repr=False)
    _has_blank: bool = attrs.field(init=False, default=False)
    _is_measured: bool = attrs.field(init=False, default=False)
    _offsets: list[int] | None = attrs.field(init=False, default=None)

    def __attrs_post_init__(self) -> None:
        if self._whole is None:
            terminator = self.delimiters.terminator
            self._has_blank = terminator * 2 in f"{terminator}{self.text}{terminator}"

    @property
    def segments(self) -> list[str]:
        """The segments."""
        if self._segments is None:
            self._segments = self.text.split(self.delimiters.terminator)
        return self._segments

    def part(self, segments: list[str], first: int, *, before_claim: bool) -> Batch:
        """Some consecutive segments of the batch, as a batch with the same positions.

        Args:
            segments: The segments.
            first: Index of the first of them.
            before_claim: Whether the next segment begins a claim.
        """
        return Batch("", "", self.delimiters, self.offset, self.first_number, before_claim, segments, (self, first))

    def number(self, index: int) -> int:
        """The number of a segment from the start of the file; blank segments do not count."""
        if index < 0:
            index += len(self.segments)
        if self._whole is not None:
            whole, first = self._whole
            return whole.number(first + index)
        blank = self.segments[:index].count("") if self._has_blank else 0
        return self.first_number + index - blank

    def place(self, index: int) -> tuple[int, int]:
        """Byte offset in the file and number of a segment."""
        if self._whole is not None:
            whole, first = self._whole
            return whole.place(first + index % len(self.segments))
        if index < 0:
            index += len(self.segments)
        if self._offsets is None:
            if not self._is_measured:  # At the end of a transaction, one is asked about, and not another.
                self._is_measured = True
                return self._offset_of(index), self.number(index)
            self._offsets = self._measured()
        return self._offsets[index], self.number(index)

    def tag(self, index: int) -> str | None:
        """The tag of a segment; None if an 835 has no such tag, as it may be patient data."""
        tag, separator, _ = self.segments[index][:MAX_TAG_LENGTH].partition(self.delimiters.element)
        return tag if separator and tag in TAGS else None

    @property
    def last(self) -> int:
        """The index of the last segment that is not blank, or 0."""
        return next((index for index in range(len(self.segments) - 1, 0, -1) if self.segments[index]), 0)

    @property
    def next_number(self) -> int:
        """The number of the first segment after the batch."""
        blank = self.segments.count("") if self._has_blank else 0
        return self.first_number + self.text.count(self.delimiters.terminator) + 1 - blank

    def _offset_of(self, index: int) -> int:
        """The offset of one segment."""
        terminator = self.delimiters.terminator
        rest = self.raw.split(terminator, index)[-1]
        piece = rest.partition(terminator)[0]
        return self.offset + len(self.raw) - len(rest) + len(piece) - len(piece.lstrip(self.delimiters.padding))

    def _measured(self) -> list[int]:
        """The offsets of all segments."""
        padding = self.delimiters.padding
        pieces = self.raw.split(self.delimiters.terminator)
        starts = accumulate((len(piece) + 1 for piece in pieces), initial=self.offset)
        return [start + len(piece) - len(piece.lstrip(padding)) for start, piece in zip(starts, pieces, strict=False)]
