"""Audit the pieces of a file separately, and join them into the audit of the file.

A piece reports everything that its transactions would add. Limits, repeated remittances and doubts about payers concern
the whole file, so they are applied when the pieces are joined, one transaction at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike, fspath
from typing import BinaryIO, cast

import attrs

from sequestration._audit.file_audit import CheckOptions, FileAudit, payer_doubt
from sequestration._audit.jobs.files import ProgressFile, unreadable
from sequestration._audit.result import Audit
from sequestration._audit.transaction import AuditBuilder, ClosedTransaction, NumberedFindings
from sequestration._checking.findings import Verdict
from sequestration._checking.payer import PAYER_DOUBTS
from sequestration._errors import X12Error
from sequestration._runtime.interrupts import Interrupted, Interrupts
from sequestration._runtime.workers import LostItem
from sequestration._x12.borders import Border, Piece
from sequestration._x12.problems import Problem, ProblemCode
from sequestration._x12.reader import PieceReader
from sequestration._x12.state import FileLog

__all__ = ["FilePiece", "PieceAudit", "audit_piece", "join_pieces"]

_MAX_PAYERS = 1_000


@attrs.frozen
class FilePiece:
    """A piece of a file."""

    path: str | PathLike[str]
    piece: Piece


@attrs.define(eq=False)
class PieceAudit:
    """Contribution of a piece to the audit of its file.

    Attributes:
        transactions: Transactions in order, each with the problems since the previous one.
        problems: Problems after the last transaction.
        segments: Number of segments.
        border: Border at its end, if known.
        is_exact: Whether it is the same as with one process.
        is_interrupted: Whether an interrupt ended it.
    """

    file: str | None = None
    transactions: list[_Step] = attrs.field(factory=list["_Step"])
    problems: list[Problem] = attrs.field(factory=list[Problem])
    segments: int = 0
    border: Border | None = None
    is_exact: bool = False
    is_interrupted: bool = False


@attrs.frozen(eq=False)
class _Step:
    """A transaction, the problems up to its end, and the position of its end."""

    closed: ClosedTransaction
    problems: list[Problem]
    position: tuple[int, int, str | None] | None


class _Recorder(AuditBuilder):
    """Recorder of transactions; each may have as many findings as a file."""

    def __init__(self, reader: PieceReader, limit: int) -> None:
        super().__init__(reader.file, limit)
        self.steps: list[_Step] = []
        self._reader = reader
        self._problems = 0

    def add(self, closed: ClosedTransaction, report: Callable[..., None]) -> None:  # noqa: ARG002 - nothing is repeated
        self.steps.append(_Step(closed, self.new_problems(), self._reader.position))
        self._kept_of = dict.fromkeys(Verdict, 0)

    def new_problems(self) -> list[Problem]:
        """The problems since the last call."""
        new = self._reader.problems[self._problems :]
        self._problems += len(new)
        return new


def audit_piece(item: FilePiece, options: CheckOptions) -> PieceAudit:
    """Audit the transactions of a piece."""
    interrupts = Interrupts.for_this_process()
    try:
        with interrupts.end_a_wait():
            stream = open(item.path, "rb")  # noqa: SIM115 - closed below
        with stream:
            stream.seek(item.piece.offset)
            with PieceReader(cast("BinaryIO", ProgressFile(stream, None, interrupts)), item.piece) as reader:
                return _audit(reader, options)
    except Interrupted:
        return PieceAudit(is_interrupted=True)
    except (OSError, X12Error):  # The error is reported for the whole file.
        return PieceAudit()


def _audit(reader: PieceReader, options: CheckOptions) -> PieceAudit:
    recorder = _Recorder(reader, options.limit)
    is_interrupted = False
    try:
        FileAudit(reader, options, recorder).run()
    except Interrupted:
        is_interrupted = True
    is_interrupted |= isinstance(reader.failure, Interrupted)
    return PieceAudit(
        reader.file,
        recorder.steps,
        recorder.new_problems(),
        reader.segments_read,
        reader.border,
        reader.is_exact,
        is_interrupted,
    )


def join_pieces(
    pieces: Iterable[Piece],
    audits: Iterable[PieceAudit | LostItem[FilePiece]],
    options: CheckOptions,
    joined: Callable[[Piece], None],
) -> Audit | None:
    """Join the pieces of a file, or return None if one process must read it.

    Args:
        pieces: The pieces in order.
        audits: Their audits.
        options: Options of the check.
        joined: Called with each joined piece.
    """
    file: _JoinedFile | None = None
    before: PieceAudit | None = None
    for audit, piece in zip(audits, pieces, strict=False):
        if isinstance(audit, LostItem):
            name = str(fspath(audit.item.path))
            return unreadable(name, Problem(ProblemCode.WORKER_LOST, name))
        is_next = piece.start is None or (
            before is not None and before.border is not None and before.border.is_continued_by(piece.start)
        )
        if not is_next or not (audit.is_exact or (audit.is_interrupted and (file is not None or audit.transactions))):
            return None
        if file is None:
            file = _JoinedFile(audit.file, options)
        if not file.add(audit):
            return None
        if audit.is_interrupted:
            file.interrupt(audit, piece)
            break
        joined(piece)
        before = audit
    return None if file is None else file.finish()


class _JoinedFile:
    """The audit of a file, to which its pieces are added in order."""

    def __init__(self, name: str | None, options: CheckOptions) -> None:
        self._log = FileLog(name)
        self._builder = AuditBuilder(name, options.limit)
        self._doubts: set[tuple[str, ...]] = set()
        self._segments = 0  # Segments and claims before the piece.
        self._claims = 0

    def add(self, audit: PieceAudit) -> bool:
        """Add a piece, or return False if more payers are in doubt than can be tracked."""
        for step in audit.transactions:
            self._add_problems(step.problems)
            self._add_transaction(step)
        self._add_problems(audit.problems)
        self._segments += audit.segments
        self._claims = self._builder.file.claims
        return len(self._doubts) < _MAX_PAYERS

    def interrupt(self, audit: PieceAudit, piece: Piece) -> None:
        """Report that reading was interrupted in a piece, unless the piece reported it."""
        if not any(problem.code is ProblemCode.INTERRUPTED for problem in audit.problems):
            self._log.add_again(Problem(ProblemCode.INTERRUPTED, self._log.file, piece.offset, self._segments + 1))

    def finish(self) -> Audit:
        """The audit of the file."""
        log = self._log
        return self._builder.finish(
            log.problems, log.dropped, log.provider_adjustments, log.provider_adjustments_dropped
        )

    def _add_problems(self, problems: Iterable[Problem]) -> None:
        """Keep problems, with segment numbers of the file, and each payer doubt once."""
        for problem in problems:
            if problem.code in PAYER_DOUBTS:
                doubt = payer_doubt(problem.code, problem.facts)
                if doubt in self._doubts:
                    continue
                self._doubts.add(doubt)
            number = problem.segment_number
            number = None if number is None else number + self._segments
            self._log.add_again(attrs.evolve(problem, segment_number=number))

    def _add_transaction(self, step: _Step) -> None:
        closed, file = step.closed, self._builder.file
        part = closed.part
        file.transactions += 1
        kept: NumberedFindings = []
        for number, finding in closed.kept:
            if self._builder.try_keep(finding.verdict):
                position = finding.claim_position
                position = None if position is None else position + self._claims
                found = attrs.evolve(finding, transaction_position=file.transactions, claim_position=position)
                kept.append((number, found))
            else:
                part.drop(finding.verdict)
        closed.kept = kept
        self._add_provider_adjustments(closed)
        file.claims += closed.claims
        file.lines += closed.lines

        def report(code: ProblemCode, **facts: object) -> None:
            offset, number, tag = step.position or (None, None, None)
            number = None if number is None else number + self._segments
            self._log.add_again(Problem(code, self._log.file, offset, number, tag, None, facts))

        self._builder.add(closed, report)

    def _add_provider_adjustments(self, closed: ClosedTransaction) -> None:
        """Keep the provider-level adjustments that the file has room for."""
        part, log = closed.part, self._log
        before = len(log.provider_adjustments)
        for adjustment in part.provider_adjustments:
            log.add_provider_adjustment(adjustment)
        dropped = before + len(part.provider_adjustments) - len(log.provider_adjustments)
        part.provider_adjustments = log.provider_adjustments[before:]
        part.provider_adjustments_dropped += dropped
