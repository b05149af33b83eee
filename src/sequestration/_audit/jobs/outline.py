"""Go through the envelope of a file, to know exactly where it can be divided.

This is the reader without the contents of claims: the same segments, and the same state of interchange, group and
transaction. It takes about a tenth of the time of reading.
"""

from __future__ import annotations

from typing import BinaryIO

import attrs

from sequestration._x12.batch import Batch
from sequestration._x12.borders import Border
from sequestration._x12.delimiters import MAX_HEADER_LENGTH, Delimiters, detect_delimiters
from sequestration._x12.envelope import Envelope
from sequestration._x12.header import HeaderParser
from sequestration._x12.remittance import Remittance
from sequestration._x12.segments import CHUNK, Handlers, SegmentStream, StreamState
from sequestration._x12.state import FileLog, OpenEnvelope, ParserState, SegmentPosition

__all__ = ["CountsBefore", "Outline"]

# A reader looks at the limits of a claim at the end of each batch, and pieces have other batches. A file is divided
# only if each of its claims is far below both limits.
_MAX_BATCH = 2 * CHUNK
_MAX_CLAIM = 4 * CHUNK
_MAX_SEGMENTS = 5_000
_LOOK_AHEAD = 2 * MAX_HEADER_LENGTH  # Characters from an ISA on that may decide on its delimiters.


@attrs.frozen
class CountsBefore:
    """Segments, claims and remittances before a place in a file."""

    segments: int = 0
    claims: int = 0
    transactions: int = 0


class Outline:
    """Borders of a file, and what is before them.

    Attributes:
        borders: Borders between two transactions, in order, at least `size` bytes apart.
        counts: Counts of what is before each of them.
        is_divisible: Whether each transaction is read alike in the whole file and in a piece of it.
    """

    def __init__(self, size: int) -> None:
        self.borders: list[Border] = []
        self.counts: list[CountsBefore] = []
        self.is_divisible = True
        self._size = size
        self._state = ParserState(FileLog(None))
        self._envelope = Envelope(self._state)
        of_envelope = self._envelope.handlers()
        self._take_isa, self._take_st = of_envelope["ISA"], of_envelope["ST"]
        self._handlers = Handlers(
            {
                **of_envelope,
                "ISA": self._isa,
                "ST": self._st,
                "TRN": HeaderParser(self._state).handlers()["TRN"],
                "LX": self._lx,
                "CLP": self._clp,
            },
            _pass,
        )
        self._handlers.use(self._state.delimiters.element)
        self._before: Batch | None = None  # The batch before the current one.
        self._claims = self._transactions = self._claims_before = 0
        self._claim: SegmentPosition | None = None  # Where the open claim began.
        self._seen: set[tuple[str, int]] = set()

    def read(self, file: BinaryIO) -> None:
        """Go through a file, up to what shows that it cannot be divided."""
        self._stream = stream = SegmentStream(file, None, self.refuse)
        state, handlers = self._state, self._handlers
        self._last = stream.offset  # Of the last border.
        self._is_utf8 = stream.state.is_utf8  # Before the current batch.
        self._envelope.begin(stream)
        for batch in stream:
            state.batch = batch
            state.rest = rest = iter(batch.segments)
            if batch.delimiters != state.delimiters:
                state.delimiters = batch.delimiters
                handlers.use(batch.delimiters.element)
            for segment in rest:
                handler = handlers[segment[:4]]
                if handler is not None:
                    handler(segment)
                    if state.ready:
                        self._end_remittances()
            self._look_for_long_ones(batch)
            if not self.is_divisible:
                return
            self._is_utf8 = stream.state.is_utf8
            self._before = batch
        self.is_divisible = self.is_divisible and stream.failure is None

    def _look_for_long_ones(self, batch: Batch) -> None:
        """Refuse to divide a file with a segment or claim of unusual length."""
        is_long = len(batch.raw) > _MAX_BATCH or len(batch.segments) > _MAX_SEGMENTS
        if self._claim is not None and not is_long:
            begun, index = self._claim
            is_long = (
                self._stream.offset - begun.offset > _MAX_CLAIM
                or self._stream.number - begun.number(index) > _MAX_SEGMENTS
            )
        if is_long:
            self.refuse()

    def refuse(self, _beginning: Batch | None = None) -> None:
        """Do not divide the file."""
        self.is_divisible = False

    # Handlers of segments.

    def _isa(self, segment: str) -> None:
        envelope, before = self._envelope.between_transactions(), self._before
        is_closed = envelope is not None and envelope.interchange is None and envelope.group is None
        # The segment before it has its terminator, after which nothing is left in the batch.
        is_ended = before is not None and before.raw and not before.segments[-1]
        if before is not None and is_closed and is_ended and self._begins_interchange():
            self._offer_border(before, before.raw, None, OpenEnvelope())
        self._take_isa(segment)

    def _st(self, segment: str) -> None:
        envelope = self._envelope.between_transactions()
        if envelope is not None:
            batch, index = self._state.here()
            before = batch.raw[: batch.place(index)[0] - batch.offset] if self._is_due(batch) else ""
            self._offer_border(batch, before, batch.delimiters, envelope)
        self._take_st(segment)

    def _lx(self, _segment: str) -> None:
        self._claim = None
        self._state.in_claims = True

    def _clp(self, _segment: str) -> None:
        if self._state.remittance is not None:
            self._claims += 1
            self._claim = self._state.here()
            self._state.in_claims = True

    def _end_remittances(self) -> None:
        """Count the remittances that have ended, and look for one that is there twice."""
        self._claim = None
        for item, _ in self._state.ready:
            claims = self._claims - self._claims_before
            trace = item.trace_number.strip() if isinstance(item, Remittance) else ""
            if claims and trace:
                key = trace, claims
                if key in self._seen:
                    self.refuse()
                self._seen.add(key)
            self._transactions += 1
            self._claims_before = self._claims
        self._state.ready.clear()

    # Borders.

    def _begins_interchange(self) -> bool:
        """Whether the current segment is an ISA that has its delimiters."""
        batch, index = self._state.here()
        return index == -len(batch.segments) and detect_delimiters(batch.raw[:_LOOK_AHEAD]) == batch.delimiters

    def _is_due(self, batch: Batch) -> bool:
        return batch.offset + len(batch.raw) - self._last >= self._size

    def _offer_border(self, before: Batch, text: str, delimiters: Delimiters | None, envelope: OpenEnvelope) -> None:
        """Take the border before the current segment if it is due.

        What is before it must be read alike without what follows.

        Args:
            before: The batch before the border.
            text: Its text up to the border.
            delimiters: Delimiters of the piece; None before an ISA.
            envelope: State of the envelope.
        """
        batch, index = self._state.here()
        if not self._is_due(batch):
            return
        offset = batch.place(index)[0]
        is_decided = self._is_utf8 == self._stream.state.is_utf8  # Else it was decided within the batch.
        if offset - self._last >= self._size and is_decided and _ends_far_from_header(text, before.delimiters):
            self.borders.append(Border(StreamState(offset, delimiters, self._is_utf8), envelope))
            self.counts.append(CountsBefore(batch.number(index) - 1, self._claims, self._transactions))
            self._last = offset


def _ends_far_from_header(text: str, delimiters: Delimiters) -> bool:
    """Whether the delimiters found in a text do not depend on what follows it."""
    if "ISA" not in text[-_LOOK_AHEAD:]:
        return len(text) >= _LOOK_AHEAD
    if not text.startswith("ISA") or "ISA" in text[1:]:
        return False
    return all(detect_delimiters(text[:_LOOK_AHEAD] + end) == delimiters for end in ("", "\n"))


def _pass(_segment: str) -> None:
    """Pass over a segment whose tag no 835 has."""
