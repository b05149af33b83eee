"""Plan pieces of a large file that several machines read without each other.

A plan goes through the envelope of the whole file, as its reader does, and skips what is in the claims. So the state at
each border is known before anything is read, and with it what is counted from the beginning of the file.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from os import PathLike
from typing import TypeVar

import attrs

from sequestration._audit.file_audit import CheckOptions, FileAudit
from sequestration._audit.jobs.files import unreadable
from sequestration._audit.jobs.outline import CountsBefore, Outline
from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._errors import SequestrationError, X12Error
from sequestration._x12.borders import Border, Piece, is_plain
from sequestration._x12.model import Claim
from sequestration._x12.problems import Problem, ProblemCode, error_text
from sequestration._x12.reader import PieceReader, RemittanceReader, Selection
from sequestration._x12.remittance import Remittance

__all__ = ["MIN_PIECE", "PlannedPiece", "audit_planned", "open_planned", "plan_pieces"]

_Item = TypeVar("_Item", Finding, Problem)

MIN_PIECE = 1_000_000  # Bytes. The first 64 KB decide on the encoding of a file, so they are never divided.


@attrs.frozen
class PlannedPiece:
    """A piece of a file, and what is before and after it.

    Attributes:
        path: Path of the file.
        piece: The piece.
        before: Counts of what is before it.
        next: Start of the next piece; None at the end of the file.
        size: Size of the file.
    """

    path: str
    piece: Piece
    before: CountsBefore
    next: Border | None
    size: int


class _PlannedReader(PieceReader):
    """Reader of a planned piece; the plan has seen to the limits of claims."""

    def claims_and_ends(self, select: Selection | None = None) -> Iterator[Claim | Remittance]:
        return RemittanceReader.claims_and_ends(self, select)


def plan_pieces(path: str | PathLike[str], size: int) -> list[PlannedPiece]:
    """The pieces of a file, each of at least `size` bytes; none if it stays whole.

    A file stays whole if it is compressed, is not a regular file, cannot be read, has a claim or a segment of unusual
    length, or may have a remittance twice, of which only one counts.
    """
    try:
        with open(path, "rb") as stream:
            if not is_plain(stream):
                return []
            outline = Outline(size)
            outline.read(stream)
            length = os.fstat(stream.fileno()).st_size
    except (OSError, X12Error):  # Reported when the file is read.
        return []
    if not outline.is_divisible or not outline.borders:
        return []
    starts = [None, *outline.borders]
    counts = [CountsBefore(), *outline.counts]
    ends = [*outline.borders, None]
    return [
        PlannedPiece(os.fspath(path), Piece(start, None if end is None else end.stream.offset), before, end, length)
        for start, end, before in zip(starts, ends, counts, strict=True)
    ]


@contextmanager
def open_planned(planned: PlannedPiece) -> Generator[PieceReader]:
    """Open a piece of a file.

    Raises `SequestrationError`, at the end of the piece at the latest, if the file is not the one that was planned.
    """
    with open(planned.path, "rb") as stream:
        _require(os.fstat(stream.fileno()).st_size == planned.size, planned)
        stream.seek(planned.piece.offset)
        with _PlannedReader(stream, planned.piece) as reader:
            yield reader
            if planned.next is not None and reader.failure is None:
                _require(reader.border is not None and reader.border.is_continued_by(planned.next), planned)


def audit_planned(planned: PlannedPiece, options: CheckOptions) -> Audit:
    """Audit a piece: positions in findings and problems are those in the file."""
    try:
        with open_planned(planned) as reader:
            audit = FileAudit(reader, options).run()
    except OSError as error:
        problem = Problem(ProblemCode.UNREADABLE, planned.path, facts={"error": error_text(error)})
        return unreadable(planned.path, problem)
    before = planned.before
    audit.findings = [
        _moved(finding, claim_position=before.claims, transaction_position=before.transactions)
        for finding in audit.findings
    ]
    audit.problems = [_moved(problem, segment_number=before.segments) for problem in audit.problems]
    return audit


def _moved(item: _Item, **by: int) -> _Item:
    """Copy of a finding or problem with its number counted from the file's start."""
    numbers = {name: getattr(item, name) for name in by}
    return attrs.evolve(item, **{name: number + by[name] for name, number in numbers.items() if number is not None})


def _require(is_as_planned: bool, planned: PlannedPiece) -> None:
    if not is_as_planned:
        raise SequestrationError(f"{planned.path} was changed while it was read. Read it again.")
