"""Distribute the files of an audit among processes, in tasks of about a megabyte."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain, islice
from os import PathLike, fspath
from typing import TypeAlias, cast

import attrs

from sequestration._audit.file_audit import CheckOptions
from sequestration._audit.jobs.files import ProgressCounter, audit_file, audit_or_problem, size_of, unreadable
from sequestration._audit.jobs.folder import FileRun
from sequestration._audit.jobs.pieces import FilePiece, PieceAudit, audit_piece, join_pieces
from sequestration._audit.jobs.sink import FindingsSink
from sequestration._audit.result import Audit
from sequestration._runtime.workers import LostItem, run_in_processes
from sequestration._x12.borders import MIN_BYTES_TO_DIVIDE, Piece, divide_file
from sequestration._x12.problems import Problem, ProblemCode
from sequestration._x12.reader import Source

__all__ = ["audit_files", "audit_one_file"]

_MIN_BYTES_FOR_JOBS = 2_000_000  # Bytes. Below this, starting processes costs more than it saves.
_MIN_BYTES_TO_DIVIDE_OF_SEVERAL = 4_000_000  # The processes start anyway, and small tasks end together.
_BYTES_OF_A_PACK = 1_000_000
_MAX_FILES_OF_A_PACK = 500  # Even a tiny file takes some time.

_Path: TypeAlias = str | PathLike[str]


@attrs.frozen
class _File:
    """A source with its size in bytes.

    `waits` means that it is a pipe or a device, so that reading may wait.
    """

    source: Source
    size: int = 0
    waits: bool = False

    @classmethod
    def of(cls, source: Source) -> _File:
        """Look a source up."""
        if not isinstance(source, (str, PathLike)):
            return cls(source)
        try:
            found = os.stat(source)  # noqa: PTH116 - a Path takes longer to make than this
        except (OSError, ValueError):  # A file in an archive, or a missing file.
            return cls(source, size_of(source))
        return cls(source, found.st_size, not stat.S_ISREG(found.st_mode))


@attrs.frozen
class _Pack:
    """Files that one task reads."""

    files: tuple[_Path, ...]


@attrs.define
class _DividedFile:
    """A file that several tasks read.

    Its pieces are complete once all of its tasks are made.
    """

    path: _Path
    pieces: list[Piece]
    _more: Iterator[Piece]

    def tasks(self) -> Iterator[FilePiece]:
        """Yield a task for each piece; later ones are found when they are needed."""
        yield from (FilePiece(self.path, piece) for piece in self.pieces)
        for piece in self._more:
            self.pieces.append(piece)
            yield FilePiece(self.path, piece)


_Task: TypeAlias = _Pack | FilePiece
_Result: TypeAlias = list[FileRun] | PieceAudit | LostItem[_Task]


def audit_one_file(
    source: Source, options: CheckOptions, jobs: int, counter: ProgressCounter | None, sink: FindingsSink | None = None
) -> Audit:
    """Audit a file; raises the errors of reading it."""
    if jobs > 1 and isinstance(source, (str, PathLike)):
        divided = _divide(source, size_of(source), MIN_BYTES_TO_DIVIDE)
        if divided is not None:
            with closing(_run(divided.tasks(), options, jobs, helps=True)) as results:
                audit = _join(divided, results, options, counter)
            if audit is not None:
                if sink is not None:  # Not earlier, because the pieces might not join.
                    sink.take_all(audit)
                return audit
    return audit_file(source, options, counter, None if sink is None else sink.take)


def audit_files(
    sources: Sequence[Source], options: CheckOptions, jobs: int, counter: ProgressCounter | None
) -> Iterator[FileRun]:
    """Yield the audits of several files in order, from one or more processes."""
    plan: list[_Pack | _DividedFile | Source] = []
    files = list(map(_File.of, sources)) if jobs > 1 else []
    is_shared = sum(file.size for file in files) >= _MIN_BYTES_FOR_JOBS
    tasks = _tasks(files, plan) if is_shared else iter(())
    first = list(islice(tasks, jobs))
    if len(first) < 2:
        for source in sources:
            yield FileRun.of(audit_or_problem(source, options, counter))
        return
    may_wait = any(file.waits for file in files)
    audits = _run(chain(first, tasks), options, len(first), helps=not may_wait)
    results = chain([next(audits)], audits)  # All tasks are made before the first result, so the plan is complete.
    for step in plan:
        if isinstance(step, _Pack):
            yield from _runs_of(step, next(results), options)
            if counter is not None:
                counter.add(sum(map(size_of, step.files)))
        elif isinstance(step, _DividedFile):
            own = islice(results, len(step.pieces))
            audit = _join(step, own, options, counter)
            deque(own, maxlen=0)  # If the pieces do not join, some are left.
            yield FileRun.of(audit_or_problem(step.path, options, counter) if audit is None else audit)
        else:
            yield FileRun.of(audit_or_problem(step, options))


def _tasks(files: Iterable[_File], plan: list[_Pack | _DividedFile | Source]) -> Iterator[_Task]:
    """Yield the tasks of several files, and add what they are of to a plan."""
    for step in _plan(files):
        plan.append(step)
        if isinstance(step, _Pack):
            yield step
        elif isinstance(step, _DividedFile):
            yield from step.tasks()


def _plan(files: Iterable[_File]) -> Iterator[_Pack | _DividedFile | Source]:
    """Put small files together and divide large ones, in order.

    A source without a path is left as it is, for this process.
    """
    pack: list[_Path] = []
    size = 0
    for file in files:
        source = file.source
        alone: _Pack | _DividedFile | Source | None = source
        if isinstance(source, (str, PathLike)):
            alone = _divide(source, file.size, _MIN_BYTES_TO_DIVIDE_OF_SEVERAL) or (
                _Pack((source,)) if file.waits else None
            )
        if pack and (alone is not None or size + file.size > _BYTES_OF_A_PACK or len(pack) == _MAX_FILES_OF_A_PACK):
            yield _Pack(tuple(pack))
            pack, size = [], 0
        if alone is not None:
            yield alone
        elif isinstance(source, (str, PathLike)):
            pack.append(source)
            size += file.size
    if pack:
        yield _Pack(tuple(pack))


def _divide(path: _Path, size: int, least: int) -> _DividedFile | None:
    """Pieces of a file; None if it has less than so many bytes, or cannot be divided."""
    if size < least:
        return None
    pieces = divide_file(path)
    first = list(islice(pieces, 2))
    return _DividedFile(path, first, pieces) if len(first) > 1 else None


def _run(tasks: Iterable[_Task], options: CheckOptions, jobs: int, *, helps: bool) -> Generator[_Result]:
    return run_in_processes(partial(_run_task, options=options), tasks, jobs, helps=helps)


def _run_task(task: _Task, options: CheckOptions) -> list[FileRun] | PieceAudit:
    """Do a task, in a worker process."""
    if isinstance(task, FilePiece):
        return audit_piece(task, options)
    runs: list[FileRun] = []
    for file in task.files:
        audit = audit_or_problem(file, options)
        if not runs or not runs[-1].try_add(audit):
            runs.append(FileRun.of(audit))
    return runs


def _runs_of(pack: _Pack, result: _Result, options: CheckOptions) -> Iterator[FileRun]:
    """Yield the runs of a pack; if its worker was lost, try each file again alone."""
    if isinstance(result, list):
        yield from result
    elif len(pack.files) == 1:
        name = str(fspath(pack.files[0]))
        yield FileRun.of(unreadable(name, Problem(ProblemCode.WORKER_LOST, name)))
    else:
        packs = [_Pack((file,)) for file in pack.files]
        for each, again in zip(packs, _run(packs, options, 1, helps=False), strict=True):
            yield from _runs_of(each, again, options)


def _join(
    file: _DividedFile, results: Iterable[_Result], options: CheckOptions, counter: ProgressCounter | None
) -> Audit | None:
    """Join the pieces of a file, or return None if one process must read it."""
    done = 0

    def joined(piece: Piece) -> None:
        nonlocal done
        length = (size_of(file.path) if piece.end is None else piece.end) - piece.offset
        done += length
        if counter is not None:
            counter.add(length)

    audits = cast("Iterable[PieceAudit | LostItem[FilePiece]]", results)
    audit = join_pieces(file.pieces, audits, options, joined)
    if audit is None and counter is not None:
        counter.repeat(done)
    return audit
