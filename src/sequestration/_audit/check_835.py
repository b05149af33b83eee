"""Check remittances: one file, folders or several files, in one or more processes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from os import PathLike, fspath
from typing import BinaryIO, cast

from sequestration._audit.file_audit import CheckOptions, FileAudit, Keep
from sequestration._audit.result import Audit, AuditedFile, without_repeats
from sequestration._checking.findings import Finding, Verdict
from sequestration._checking.payer import PayerKind, parse_payer_kinds
from sequestration._errors import InvalidArgument, InvalidArgumentType, X12Error
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._messages import shorten_repr, to_text
from sequestration._runtime.interrupts import Interrupted, Interrupts
from sequestration._runtime.workers import LostItem, run_in_processes
from sequestration._sources.files import open_path, path_size
from sequestration._x12.inputs import Inputs, is_one_file
from sequestration._x12.problems import WHOLE_FILE_CODES, Problem, ProblemCode, Severity, error_text
from sequestration._x12.reader import RemittanceReader, Source
from sequestration._x12.state import MAX_PROBLEMS, MAX_PROVIDER_ADJUSTMENTS

__all__ = ["check_835"]

_MIN_BYTES_FOR_JOBS = 2_000_000  # Bytes. Below this, starting processes costs more than it saves.


def check_835(
    source: Source | Iterable[Source],
    *,
    jobs: int = 1,
    keep: Keep | str = Keep.WRONG,
    limit: int = 10_000,
    payers: Mapping[str, PayerKind | str] | None = None,
    schedule: RateSchedule | None = None,
    recursive: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Check every Medicare line or claim of remittances against the law.

    Only one file alone raises an error for its contents. Among several files, or in a folder, a file that is not an
    835 or cannot be read is a problem of the audit, and the other files are read. A folder without files, or an empty
    list, is a problem, too. Other kinds of files in a folder or zip archive (a PDF, a 277) are skipped and counted in
    one note. The audit is the same, in the same order, for any number of jobs.

    Args:
        source: A path, bytes, a binary file, a folder (its files in name order), a zip archive, or several of these.
        jobs: Number of processes for several files. One process is used for less than 2 MB in all.
        keep: "wrong" keeps findings that need review, "all" keeps every finding.
        limit: Maximum number of findings of each verdict to keep; the rest are only counted.
        payers: Kind of payer by one of its numbers (N104, REF 2U, TRN03): "ffs" is checked against the law,
            "contract" is not applicable.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        recursive: Whether the files of subfolders are checked, too.
        progress: Called with the bytes read so far and the bytes of all files named by a path; with several
            processes, after each file.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read.
        InvalidArgument: `keep`, `limit`, `jobs` or a kind of payer is not valid.
        InvalidArgumentType: `source` or `progress` has the wrong type.

    >>> audit = check_835(EXAMPLE)
    >>> audit.counts[Verdict.CORRECT], audit.ok
    (1, True)
    """
    options = CheckOptions(_keep(keep), _limit(limit), parse_payer_kinds(payers), default_schedule(schedule))
    workers = _positive(jobs, "jobs")
    if progress is not None and not callable(progress):
        raise InvalidArgumentType(f"progress must be a function of two numbers, not {shorten_repr(progress)}")
    if not isinstance(recursive, bool):
        raise InvalidArgumentType(f"recursive must be True or False, not {shorten_repr(recursive)}")
    inputs = Inputs(source, recursive=recursive)
    sources = list(inputs)
    counter = None if progress is None else _ProgressCounter(progress, sum(map(_size, sources)))
    if is_one_file(source):
        return _audit_file(sources[0], options, counter)
    audit = Audit(problems=inputs.problems)
    kept_limits = _KeptLimits(options.limit)
    for part in _audit_each(sources, options, workers, counter):
        new = without_repeats(part, audit)
        kept_limits.limit(new)
        audit.merge(new)
    return audit


class _ProgressCounter:
    """Reporter of the number of bytes read."""

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def add(self, length: int) -> None:
        """Add bytes that were read."""
        self._done += length
        self._progress(self._done, self._total)


class _ProgressFile(io.RawIOBase):
    """A binary file that reports how much of it was read.

    It is at its end when an interrupt comes.
    """

    def __init__(self, stream: BinaryIO, counter: _ProgressCounter | None, interrupts: Interrupts) -> None:
        # A pipe returns what it has now. That is read before an interrupt, so nothing is lost.
        self._stream = stream
        self._read = getattr(stream, "read1", stream.read)
        self._counter = counter
        self._interrupts = interrupts
        self.name = getattr(stream, "name", None)

    def read(self, size: int = -1) -> bytes:
        with self._interrupts.end_a_wait():
            data: bytes = self._read(size)
            if not data:  # This is the end, or a non-blocking pipe that has nothing yet.
                data = self._stream.read(1)
        if data and self._counter is not None:
            self._counter.add(len(data))
        return data


def _audit_each(
    sources: list[Source], options: CheckOptions, jobs: int, counter: _ProgressCounter | None
) -> Iterator[Audit]:
    """Yield the audits of several files in order, from one or more processes."""
    paths = [source for source in sources if isinstance(source, (str, PathLike))]
    if jobs == 1 or len(paths) < 2 or sum(map(_size, paths)) < _MIN_BYTES_FOR_JOBS:
        for source in sources:
            yield _audit_or_problem(source, options, counter)
        return
    from_processes = run_in_processes(partial(_audit_or_problem, options=options), paths, min(jobs, len(paths)))
    for source in sources:
        if not isinstance(source, (str, PathLike)):
            yield _audit_or_problem(source, options)
            continue
        part = next(from_processes)
        if counter is not None:
            counter.add(_size(source))
        yield _audit_of_lost_worker(source) if isinstance(part, LostItem) else part


def _audit_of_lost_worker(source: str | PathLike[str]) -> Audit:
    name = str(fspath(source))
    return Audit(files=[AuditedFile(name, readable=False)], problems=[Problem(ProblemCode.WORKER_LOST, name)])


def _size(source: Source) -> int:
    """Size in bytes of a file named by a path; zero if it has none."""
    return path_size(source) if isinstance(source, (str, PathLike)) else 0


def _audit_or_problem(source: Source, options: CheckOptions, counter: _ProgressCounter | None = None) -> Audit:
    """The audit of a file, or an audit with the problem why it cannot be read."""
    name = str(fspath(source)) if isinstance(source, (str, PathLike)) else None
    try:
        return _audit_file(source, options, counter)
    except X12Error as error:
        problem = Problem(
            ProblemCode.NOT_AN_835,
            name or error.file,
            error.offset,
            error.segment_number,
            error.tag,
            None,
            {"found": error.text},
        )
    except Interrupted:
        problem = Problem(ProblemCode.INTERRUPTED, name)
    except OSError as error:
        problem = Problem(ProblemCode.UNREADABLE, name, facts={"error": error_text(error)})
    return Audit(files=[AuditedFile(name, readable=False)], problems=[problem])


def _audit_file(source: Source, options: CheckOptions, counter: _ProgressCounter | None) -> Audit:
    interrupts = Interrupts.for_this_process()
    if isinstance(source, (str, PathLike)):
        with interrupts.end_a_wait():  # Opening a pipe waits for its other end.
            stream = open_path(source)
        with stream:
            return _audit_stream(_ProgressFile(stream, counter, interrupts), options)
    if interrupts.are_taken and hasattr(source, "read"):
        return _audit_stream(_ProgressFile(cast("BinaryIO", source), None, interrupts), options)
    return _audit_stream(source, options)


def _audit_stream(source: object, options: CheckOptions) -> Audit:
    with RemittanceReader(cast("Source", source)) as reader:
        return FileAudit(reader, options).run()


def _keep(keep: Keep | str) -> Keep:
    try:
        return Keep(to_text(keep))
    except ValueError:
        raise InvalidArgument(f"keep must be 'wrong' or 'all', not {shorten_repr(keep)}") from None


def _limit(limit: int) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise InvalidArgument(f"limit must be a number of findings, not {shorten_repr(limit)}")
    return limit


def _positive(number: int, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise InvalidArgument(f"{name} must be a positive whole number, not {shorten_repr(number)}")
    return number


class _KeptLimits:
    """Remaining limit for findings over several files, the same as for one file."""

    def __init__(self, findings: int) -> None:
        self._findings = dict.fromkeys(Verdict, findings)
        self._problems = dict.fromkeys(Severity, MAX_PROBLEMS)
        self._provider_adjustments = MAX_PROVIDER_ADJUSTMENTS

    def limit(self, audit: Audit) -> None:
        """Keep as much of an audit as the limit allows, and count the rest."""
        kept: list[Finding] = []
        not_kept: list[Finding] = []
        for finding in audit.findings:
            if self._findings[finding.verdict]:
                self._findings[finding.verdict] -= 1
                kept.append(finding)
            else:
                audit.findings_dropped[finding.verdict] += 1
                not_kept.append(finding)
        audit.findings = kept
        if not_kept:
            audit.remittances.drop_findings(not_kept)
        self._limit_problems(audit)
        dropped = max(0, len(audit.provider_adjustments) - self._provider_adjustments)
        del audit.provider_adjustments[self._provider_adjustments :]
        self._provider_adjustments -= len(audit.provider_adjustments)
        audit.provider_adjustments_dropped += dropped

    def _limit_problems(self, audit: Audit) -> None:
        kept: list[Problem] = []
        for problem in audit.problems:
            if self._problems[problem.level] > 0 or problem.code in WHOLE_FILE_CODES:
                self._problems[problem.level] -= 1
                kept.append(problem)
            else:
                audit.problems_dropped += 1
        audit.problems = kept
