"""Read remittances with `read_835`.

The reader handles the 835 (Health Care Claim Payment/Advice) in versions 004010 and 005010.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from os import PathLike, fspath
from typing import BinaryIO, NoReturn, Self, TypeAlias, cast

from sequestration._errors import InvalidArgumentType
from sequestration._sources.compressed import Uncompressed
from sequestration._sources.files import open_path
from sequestration._x12.batch import Batch
from sequestration._x12.borders import Border, Piece, PieceFile
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.model import Claim
from sequestration._x12.parser import MAX_CLAIM_LENGTH, MAX_LINES, Parser
from sequestration._x12.problems import Problem, ProblemCode
from sequestration._x12.remittance import ProviderAdjustment, Remittance
from sequestration._x12.segments import SegmentStream
from sequestration._x12.state import FileLog, ParserState

__all__ = ["PieceReader", "RemittanceReader", "Selection", "Source", "Sources", "read_835", "read_claim"]

# Half or a quarter of what a claim may have, as far as a batch may take it beyond.
_MAX_EXACT_LINES = MAX_LINES // 2
_MAX_EXACT_BYTES = MAX_CLAIM_LENGTH // 4

Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""A remittance: a path, its bytes, or a binary file; gzip data are expanded."""

Sources: TypeAlias = Source | Iterable[Source]
"""Remittances: a path, bytes, a binary file, a folder, a zip archive, or several of these."""


Selection: TypeAlias = Callable[[Iterable[Batch], ParserState], Iterator[Batch]]
"""Function from the batches of a file, and the state of the parser that reads them, to those to read."""


def read_835(source: Source) -> RemittanceReader:
    """Open a remittance (path, bytes or binary file) and iterate over its claims.

    A file may be compressed with gzip. A zip archive must contain exactly one 835; a file in it has its own path,
    such as "mail.zip!/a.835".

    The reader is an iterator over `Claim` and a context manager that closes what it opened. It reads the first
    segment at once and streams the rest, so memory does not grow with the file. Anything unusual is listed in
    `reader.problems`, and the rest is still read: even a piece that was cut from an 835 and begins within a
    transaction. Raises `OSError` if a path cannot be read or compressed data is damaged, and `X12Error` if the input
    is not an 835: at once if it does not begin like X12, at its end if it contains only other transactions.

    >>> with read_835(EXAMPLE) as reader:
    ...     for claim in reader:
    ...         print(claim.control_number, claim.charge, claim.paid, claim.lines[0].procedure)
    A-1 150.00 78.40 99213
    """
    return RemittanceReader(source)


class RemittanceReader:
    """Iterator over the claims of one remittance file, opened with `read_835`.

    `problems` and `provider_adjustments` grow while the file is read. Beyond 10,000 errors, notes or provider-level
    adjustments, the rest are only counted, in `problems_dropped` and `provider_adjustments_dropped`. A file that
    the reader opened is closed at its end, or when the reader is no longer used.
    """

    def __init__(self, source: Source) -> None:
        self._open(source, Piece())

    def _open(self, source: Source, piece: Piece) -> None:
        file, stream, self._owned = _open_source(source)
        self._log = FileLog(file)
        self._parser = Parser(self._log)
        state = None
        if piece.start is not None:
            state = piece.start.stream
            self._parser.envelope.resume(piece.start.envelope)
        try:
            self._segments = SegmentStream(stream, file, self._parser.segment_too_long, state)
        except BaseException:
            self.close()
            raise
        # The generators hold no reference to the reader, so the file closes with the last user of either.
        self._is_whole = piece.end is None
        self._items = self._parse_selected(self._segments, None)
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
        raise TypeError("a reader cannot be copied or pickled. Use list(reader), its claims, instead")

    def __repr__(self) -> str:
        name = f" of {self.file}" if self.file else ""
        problems = len(self.problems) + self.problems_dropped
        return f"<RemittanceReader{name}: {self.bytes_read:,} bytes read, {problems:,} problems>"

    def close(self) -> None:
        """Close the file if this reader opened it, and stop reading."""
        self._closed = True
        self._owned.close()

    @property
    def file(self) -> str | None:
        """Name of the file, if it has one."""
        return self._log.file

    @property
    def problems(self) -> list[Problem]:
        """Problems found so far."""
        return self._log.problems

    @property
    def problems_dropped(self) -> int:
        """Number of problems beyond those that are kept."""
        return self._log.dropped

    @property
    def provider_adjustments(self) -> list[ProviderAdjustment]:
        """Provider-level adjustments (PLB) so far; they follow a transaction's claims."""
        return self._log.provider_adjustments

    @property
    def provider_adjustments_dropped(self) -> int:
        """Number of provider-level adjustments beyond those that are kept."""
        return self._log.provider_adjustments_dropped

    @property
    def bytes_read(self) -> int:
        """Number of bytes of the file read so far."""
        # The attribute is missing if opening failed and an error report shows the reader.
        return self._segments.bytes_read if hasattr(self, "_segments") else 0

    def claims_and_ends(self, select: Selection | None = None) -> Iterator[Claim | Remittance]:
        """Yield the claims, and the `Remittance` after the last claim of each transaction.

        Args:
            select: Function that chooses the segments to read, if these are not all. It may leave out whole claims.
        """
        self._check_open()
        if select is not None:
            self._items = self._parse_selected(self._segments, select)
        return self._items

    def report(self, code: ProblemCode, *, claim: str | None = None, **facts: object) -> None:
        """Add a problem about the segment or claim that was handed out last.

        Args:
            code: Code of the problem.
            claim: Patient control number of the claim, or None.
            facts: Facts that the text of the problem states.
        """
        self._log.add(code, self._parser.state.finished_items, claim, facts)

    def _parse_selected(self, batches: Iterable[Batch], select: Selection | None) -> Iterator[Claim | Remittance]:
        if select is not None:
            batches = select(batches, self._parser.state)
        return _parse(self._segments, batches, self._parser, self._owned, is_whole=self._is_whole)

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this reader is closed")


class _OwnedFile:
    """File opened by a reader, closed together with its last user."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def __del__(self) -> None:
        self.close()


class PieceReader(RemittanceReader):
    """Reader of a piece of a file.

    Segment numbers begin at 1 again. `segments_read` and the border at the end say how the next piece goes on.
    """

    def __init__(self, source: BinaryIO, piece: Piece) -> None:
        self._piece = piece
        self._is_exact = True
        self._open(cast("BinaryIO", PieceFile(source, piece)), piece)

    def claims_and_ends(self, select: Selection | None = None) -> Iterator[Claim | Remittance]:
        """Yield claims and remittances, up to the first claim that may be near a limit.

        The limits of a claim are looked at once for each batch of segments, and a piece has other batches.
        """
        for item in self._parse_selected(self._far_from_limits(), select):
            self._is_exact &= type(item) is not Claim or len(item.lines) <= _MAX_EXACT_LINES
            if not self._is_exact:
                return
            yield item

    def _far_from_limits(self) -> Iterator[Batch]:
        for batch in self._segments:
            if len(batch.raw) > _MAX_EXACT_BYTES:
                self._is_exact = False
                return
            yield batch

    @property
    def failure(self) -> OSError | None:
        """Error that ended the reading, or None."""
        return self._segments.failure

    @property
    def segments_read(self) -> int:
        """Number of segments of the piece that were read."""
        return self._segments.number - 1

    @property
    def is_exact(self) -> bool:
        """Whether everything was read as it is read in a whole file, and no limit was met."""
        dropped = self.problems_dropped or self.provider_adjustments_dropped
        return self._is_exact and not dropped and self._segments.failure is None

    @property
    def border(self) -> Border | None:
        """The border where the piece ended; None if it is not between two transactions."""
        envelope = self._parser.envelope.between_transactions()
        if envelope is None or self._segments.tail or self._segments.offset != self._piece.end:
            return None
        return Border(self._segments.state, envelope)

    @property
    def position(self) -> tuple[int, int, str | None] | None:
        """Offset, segment number and tag of the item that was handed out last."""
        at = self._parser.state.finished_items
        return None if at is None else (*at[0].place(at[1]), at[0].tag(at[1]))


def _parse(
    segments: SegmentStream, batches: Iterable[Batch], parser: Parser, owned: _OwnedFile, *, is_whole: bool
) -> Iterator[Claim | Remittance]:
    """Yield claims, and remittances at the ends of transactions.

    A piece that is not the last one of its file does not end the file.
    """
    parser.begin(segments)
    yield from parser.read(batches)
    owned.close()
    if is_whole or segments.failure is not None:
        yield from parser.end(segments)


def read_claim(text: str, delimiters: Delimiters) -> Claim:
    """Read the claim at the start of a text, without its remittance and problems."""
    parser = Parser(FileLog(None))
    parser.state.begin_transaction("", Remittance())
    claim = next(parser.read([Batch(text, text, delimiters, 0, 1, before_claim=True)]))
    assert isinstance(claim, Claim)
    return claim


def _open_source(source: Source) -> tuple[str | None, BinaryIO, _OwnedFile]:
    """The name and the stream of a source, and the file that we must close."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return None, _expanded(io.BytesIO(source)), _OwnedFile(None)
    if isinstance(source, (str, PathLike)):
        stream = open_path(source)
        return str(getattr(stream, "name", None) or fspath(source)), _expanded(stream), _OwnedFile(stream)
    if not hasattr(source, "read"):
        raise InvalidArgumentType(f"a remittance must be a path, bytes or a binary file, not {type(source).__name__}")
    if isinstance(source, io.TextIOBase):
        raise InvalidArgumentType("the file is open as text: open it in binary mode ('rb')")
    name = getattr(source, "name", None)
    return (name if isinstance(name, str) else None), _expanded(source), _OwnedFile(None)


def _expanded(stream: BinaryIO) -> BinaryIO:
    """The stream, with its data expanded if they are gzip."""
    return cast("BinaryIO", Uncompressed(stream))
