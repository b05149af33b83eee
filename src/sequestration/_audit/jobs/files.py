"""Audit one file, and report how much of it was read."""

from __future__ import annotations

import io
from collections.abc import Callable
from os import PathLike, fspath
from typing import BinaryIO, cast

from sequestration._audit.file_audit import CheckOptions, FileAudit
from sequestration._audit.result import Audit, AuditedFile
from sequestration._audit.transaction import AuditBuilder
from sequestration._checking.findings import Finding
from sequestration._errors import X12Error
from sequestration._runtime.interrupts import Interrupted, Interrupts
from sequestration._sources.files import open_path, path_size
from sequestration._x12.problems import Problem, ProblemCode, error_text
from sequestration._x12.reader import RemittanceReader, Source

__all__ = ["ProgressCounter", "ProgressFile", "audit_file", "audit_or_problem", "size_of", "unreadable"]


class ProgressCounter:
    """Reporter of the number of bytes read."""

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0
        self._known = 0

    def add(self, length: int) -> None:
        """Add bytes that were read."""
        known = min(length, self._known)
        self._known -= known
        if length > known:
            self._done += length - known
            self._progress(self._done, self._total)

    def repeat(self, length: int) -> None:
        """Do not count the next bytes, because they are read again."""
        self._known = length


class ProgressFile(io.RawIOBase):
    """A binary file that reports how much of it was read.

    An interrupt ends it.
    """

    def __init__(self, stream: BinaryIO, counter: ProgressCounter | None, interrupts: Interrupts) -> None:
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


def audit_file(
    source: Source,
    options: CheckOptions,
    counter: ProgressCounter | None = None,
    findings_to: Callable[[list[Finding]], None] | None = None,
) -> Audit:
    """Audit a file; raises the errors of reading it.

    Args:
        source: The file.
        options: Options of the check.
        counter: Counter of the bytes read.
        findings_to: Called with the findings of each transaction; None to keep them.
    """
    interrupts = Interrupts.for_this_process()
    if isinstance(source, (str, PathLike)):
        with interrupts.end_a_wait():  # Opening a pipe waits for its other end.
            stream = open_path(source)
        with stream:
            return _audit_stream(ProgressFile(stream, counter, interrupts), options, findings_to)
    if interrupts.are_taken and hasattr(source, "read"):
        return _audit_stream(ProgressFile(cast("BinaryIO", source), None, interrupts), options, findings_to)
    return _audit_stream(source, options, findings_to)


def audit_or_problem(source: Source, options: CheckOptions, counter: ProgressCounter | None = None) -> Audit:
    """Audit a file; if it cannot be read, return an audit with that problem."""
    name = str(fspath(source)) if isinstance(source, (str, PathLike)) else None
    try:
        return audit_file(source, options, counter)
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
    return unreadable(name, problem)


def unreadable(name: str | None, problem: Problem) -> Audit:
    """Build the audit of a file that could not be read."""
    return Audit(files=[AuditedFile(name, readable=False)], problems=[problem])


def size_of(source: Source) -> int:
    """Size in bytes of a file named by a path; zero if it has none."""
    return path_size(source) if isinstance(source, (str, PathLike)) else 0


def _audit_stream(source: object, options: CheckOptions, findings_to: Callable[[list[Finding]], None] | None) -> Audit:
    with RemittanceReader(cast("Source", source)) as reader:
        return FileAudit(reader, options, AuditBuilder(reader.file, options.limit, findings_to)).run()
