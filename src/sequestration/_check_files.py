"""Check remittances: files, folders and several of them, in one process or in several."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO, cast

from sequestration._audit import Audit, AuditedFile
from sequestration._errors import X12Error
from sequestration._file_audit import FileAudit, Keep, Wishes
from sequestration._findings import Finding, Verdict
from sequestration._inputs import files_of, is_one_file
from sequestration._interrupts import Interrupted, Interrupts
from sequestration._jobs import Lost, in_processes
from sequestration._payer import PayerKind, payer_kinds
from sequestration._problems import OF_A_WHOLE_FILE, Level, Problem, ProblemCode, reason_of
from sequestration._reading import MOST_PROBLEMS, MOST_PROVIDER_ADJUSTMENTS
from sequestration._reduction import schedule_or_default
from sequestration._schedule import RateSchedule
from sequestration._values import told, written
from sequestration._x12 import RemittanceReader, Source

__all__ = ["check_835"]

_LEAST_FOR_JOBS = 2_000_000  # bytes: below, starting processes costs more than it gains


def check_835(
    source: Source | Iterable[Source],
    *,
    jobs: int = 1,
    keep: Keep | str = Keep.WRONG,
    limit: int = 10_000,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Check every Medicare line or claim of remittances against the law.

    `source` is a path, bytes, a binary file, a folder (its files in name order, not deeper), or several of
    these. `keep` is "wrong" (findings that need a look) or "all"; at most `limit` of each verdict are kept,
    the rest counted. `payers` says who a payer is by one of its numbers (N104, REF 2U, TRN03): "ffs" is
    judged by the law, "contract" is not applicable. `jobs` is the number of processes over which several
    files are spread; under 2 MB in all one is used. The audit is the same, in the same order.

    `progress` is called with the bytes read so far and the bytes of all files named by a path; with
    several processes each time a file is done.

    One file alone that is no 835 raises `X12Error`, and one that cannot be read the `OSError` that it is;
    among several, or in a folder, either is a problem of that file and the others are read.

    >>> audit = check_835(EXAMPLE)
    >>> audit.counts[Verdict.CORRECT], audit.ok
    (1, True)
    """
    wishes = Wishes(_keep(keep), _limit(limit), payer_kinds(payers), schedule_or_default(schedule))
    workers = _positive(jobs, "jobs")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress is a function of two numbers, not {told(progress)}")
    sources = list(files_of(source))
    watch = None if progress is None else _Watch(progress, sum(map(_size, sources)))
    if is_one_file(source):
        return _audit_file(sources[0], wishes, watch)
    audit = Audit()
    room = _Room(wishes.limit)
    for part in _audits(sources, wishes, workers, watch):
        room.limit(part)
        audit.merge(part)
    return audit


class _Watch:
    """Tells how many bytes of all have been read."""

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def add(self, length: int) -> None:
        """So many more bytes have been read."""
        self._done += length
        self._progress(self._done, self._total)


class _WatchedFile(io.RawIOBase):
    """A binary file that tells how much of it is read, and is at its end when an interrupt comes."""

    def __init__(self, stream: BinaryIO, watch: _Watch | None, interrupts: Interrupts) -> None:
        # A pipe gives what it has, not what it may have later: that is read before an interrupt, and not lost by it.
        self._stream = stream
        self._read = getattr(stream, "read1", stream.read)
        self._watch = watch
        self._interrupts = interrupts
        self.name = getattr(stream, "name", None)

    def read(self, size: int = -1) -> bytes:
        with self._interrupts.end_a_wait():
            data: bytes = self._read(size)
            if not data:  # the end; or a pipe that does not wait has nothing yet, which it says only here
                data = self._stream.read(1)
        if data and self._watch is not None:
            self._watch.add(len(data))
        return data


def _audits(sources: list[Source], wishes: Wishes, jobs: int, watch: _Watch | None) -> Iterator[Audit]:
    """The audits of several files, in their order, in one process or in several."""
    paths = [source for source in sources if isinstance(source, (str, PathLike))]
    if jobs == 1 or len(paths) < 2 or sum(map(_size, paths)) < _LEAST_FOR_JOBS:
        for source in sources:
            yield _audit_or_problem(source, wishes, watch)
        return
    from_processes = in_processes(partial(_audit_or_problem, wishes=wishes), paths, min(jobs, len(paths)))
    for source in sources:
        if not isinstance(source, (str, PathLike)):
            yield _audit_or_problem(source, wishes)
            continue
        part = next(from_processes)
        if watch is not None:
            watch.add(_size(source))
        yield _lost(source) if isinstance(part, Lost) else part


def _lost(source: str | PathLike[str]) -> Audit:
    name = str(fspath(source))
    return Audit(files=[AuditedFile(name, readable=False)], problems=[Problem(ProblemCode.WORKER_LOST, name)])


def _size(source: Source) -> int:
    """The bytes of a file named by a path; of what has no size, none."""
    if not isinstance(source, (str, PathLike)):
        return 0
    try:
        return Path(source).stat().st_size
    except OSError:  # it is told when it is read
        return 0


def _audit_or_problem(source: Source, wishes: Wishes, watch: _Watch | None = None) -> Audit:
    """The audit of a file; where it cannot be read, one that says so."""
    name = str(fspath(source)) if isinstance(source, (str, PathLike)) else None
    try:
        return _audit_file(source, wishes, watch)
    except X12Error as error:
        problem = Problem(
            ProblemCode.NOT_AN_835,
            name or error.file,
            error.offset,
            error.segment_number,
            error.tag,
            None,
            {"found": error.text.removeprefix("this is no 835: ")},
        )
    except Interrupted:
        problem = Problem(ProblemCode.INTERRUPTED, name)
    except OSError as error:
        problem = Problem(ProblemCode.UNREADABLE, name, facts={"error": reason_of(error)})
    return Audit(files=[AuditedFile(name, readable=False)], problems=[problem])


def _audit_file(source: Source, wishes: Wishes, watch: _Watch | None) -> Audit:
    interrupts = Interrupts.of_this_process()
    if isinstance(source, (str, PathLike)):
        with interrupts.end_a_wait():  # to open a pipe is to wait for its other end
            stream = open(source, "rb")  # noqa: SIM115 - closed below
        with stream:
            return _audit_stream(_WatchedFile(stream, watch, interrupts), wishes)
    if interrupts.are_taken and hasattr(source, "read"):
        return _audit_stream(_WatchedFile(cast("BinaryIO", source), None, interrupts), wishes)
    return _audit_stream(source, wishes)


def _audit_stream(source: object, wishes: Wishes) -> Audit:
    with RemittanceReader(cast("Source", source)) as reader:
        return FileAudit(reader, wishes).run()


def _keep(keep: Keep | str) -> Keep:
    try:
        return Keep(written(keep))
    except ValueError:
        raise ValueError(f"keep is 'wrong' or 'all', not {told(keep)}") from None


def _limit(limit: int) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ValueError(f"limit is a number of findings, not {told(limit)}")
    return limit


def _positive(number: int, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(f"{name} is a whole number above zero, not {told(number)}")
    return number


class _Room:
    """How much of the audits of several files may still be kept: as much as of one file."""

    def __init__(self, findings: int) -> None:
        self._findings = dict.fromkeys(Verdict, findings)
        self._problems = dict.fromkeys(Level, MOST_PROBLEMS)
        self._provider_adjustments = MOST_PROVIDER_ADJUSTMENTS

    def limit(self, audit: Audit) -> None:
        """Keep what there is room for, and count the rest."""
        kept: list[Finding] = []
        for finding in audit.findings:
            if self._findings[finding.verdict]:
                self._findings[finding.verdict] -= 1
                kept.append(finding)
            else:
                audit.findings_dropped[finding.verdict] += 1
        audit.findings = kept
        self._limit_problems(audit)
        dropped = max(0, len(audit.provider_adjustments) - self._provider_adjustments)
        del audit.provider_adjustments[self._provider_adjustments :]
        self._provider_adjustments -= len(audit.provider_adjustments)
        audit.provider_adjustments_dropped += dropped

    def _limit_problems(self, audit: Audit) -> None:
        kept: list[Problem] = []
        for problem in audit.problems:
            if self._problems[problem.level] > 0 or problem.code in OF_A_WHOLE_FILE:
                self._problems[problem.level] -= 1
                kept.append(problem)
            else:
                audit.problems_dropped += 1
        audit.problems = kept
