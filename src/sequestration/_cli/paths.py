"""Files of a command: patterns that the shell left, inputs, outputs."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import BinaryIO

from sequestration._cli.exit_codes import FAILED, OK, REVIEW, fail, text_of_error
from sequestration._errors import X12Error
from sequestration._messages import quote
from sequestration._runtime.atomic_write import refuse_to_replace
from sequestration._sources.outputs import PrintedFiles
from sequestration._sources.paths import refuse_text
from sequestration._x12.inputs import Inputs
from sequestration._x12.model import Claim
from sequestration._x12.problems import Problem, ProblemCode, Severity
from sequestration._x12.reader import read_835
from sequestration._x12.remittance import Remittance

__all__ = [
    "STANDARD_INPUT",
    "UNREADABLE",
    "RemittanceFiles",
    "expand_patterns",
    "fail_without_claim",
    "naming_input",
    "open_inputs",
    "refuse_input_as_output",
    "report_errors",
    "report_subfolders",
]

STANDARD_INPUT = "standard input"
UNREADABLE = (ProblemCode.NOT_AN_835, ProblemCode.NOTHING_READ, ProblemCode.UNREADABLE)
"""Problems that leave nothing of a file to read."""
_MAX_ERRORS = 20

_PATTERN = re.compile(r"[*?\[]")


def expand_patterns(paths: Iterable[str]) -> list[str]:
    """Replace patterns such as *.835 by the paths that fit, in order of name.

    Not every shell does it. A path that is there, and a pattern that nothing fits, stays as it is.
    """
    found: list[str] = []
    for path in paths:
        refuse_text(path)
        fitting = _fitting(path) if _PATTERN.search(path) and not os.path.lexists(path) else []
        found += fitting or [path]
    return found


def refuse_input_as_output(paths: Iterable[str], out: str) -> None:
    """Raise `FileExistsError` if a report would replace what is read.

    `paths` are those of the input, with a dash for standard input.
    """
    for path in paths:
        if path != "-":
            refuse_to_replace(out, path)
        elif _is_standard_input(out):
            raise FileExistsError(errno.EEXIST, "this would overwrite a remittance that it was made from", out)


def _fitting(pattern: str) -> list[str]:
    return sorted(glob(pattern))  # noqa: PTH207 - a pattern may be absolute, which Path.glob refuses


def _is_standard_input(path: str) -> bool:
    with suppress(OSError, ValueError, io.UnsupportedOperation):  # One of them is not a file.
        found = os.fstat(sys.stdin.fileno())
        return stat.S_ISREG(found.st_mode) and os.path.samestat(found, Path(path).stat())
    return False


def open_inputs(paths: Iterable[str]) -> list[str | BinaryIO]:
    """The paths of a command as sources; a dash is standard input.

    Raises `FileExistsError` if standard output goes to one of them, which would then be overwritten or grow while it is
    read.
    """
    sources = [_standard_input() if path == "-" else path for path in paths]
    output = PrintedFiles("stdout")
    for source in sources:
        if _is_output(source, output):
            name = source if isinstance(source, str) else STANDARD_INPUT
            raise FileExistsError(
                errno.EEXIST, "standard output goes to this file, so it cannot be read as input", name
            )
    return sources


class RemittanceFiles:
    """Iterator over claims, with each transaction's remittance after its claims.

    A file that cannot be read is reported on standard error, and the others are read. `code` is the exit code that
    follows from what was read so far.
    """

    def __init__(self, paths: Iterable[str], *, recursive: bool = False) -> None:
        self.code = OK
        self._inputs = Inputs(open_inputs(paths), recursive=recursive)

    def __iter__(self) -> Iterator[Claim | Remittance]:
        for source in self._inputs:
            name = source if isinstance(source, (str, os.PathLike)) else STANDARD_INPUT
            try:
                with naming_input(os.fspath(name)), read_835(source) as reader:
                    yield from reader.claims_and_ends()
                    self._add_errors(reader.problems, reader.problems_dropped)
            except X12Error as error:
                self._fail(str(error))
            except OSError as error:
                self._fail(text_of_error(error))
        for problem in self._inputs.problems:
            if problem.code not in (ProblemCode.OTHER_FILES_SKIPPED, ProblemCode.SUBFOLDERS_SKIPPED):
                self._fail(str(problem))
        report_subfolders(self._inputs.problems)

    def _add_errors(self, problems: Iterable[Problem], dropped: int) -> None:
        if report_errors(problems, dropped):
            self.code = max(self.code, REVIEW)

    def _fail(self, text: str) -> None:
        self.code = fail(text, FAILED)


def report_errors(problems: Iterable[Problem], dropped: int) -> bool:
    """Print read errors on standard error; return whether there is one."""
    errors = [problem for problem in problems if problem.level is Severity.ERROR]
    for problem in errors[:_MAX_ERRORS]:
        fail(f"error: {problem}")
    if len(errors) > _MAX_ERRORS or dropped:
        least = "at least " if dropped else ""
        fail(f"and {least}{max(0, len(errors) - _MAX_ERRORS):,} more read errors")
    return bool(errors)


def fail_without_claim(path: str, number: str | None) -> int:
    """Report that an input lacks a claim, or all claims, and return the exit code."""
    wanted = "claim" if number is None else f"claim {quote(number, 40)}"
    return fail(f"There is no {wanted} in {STANDARD_INPUT if path == '-' else path}.")


def report_subfolders(problems: Iterable[Problem]) -> None:
    """Print on standard error which folders have subfolders that were not read."""
    for problem in problems:
        if problem.code is ProblemCode.SUBFOLDERS_SKIPPED:
            fail(str(problem))


@contextmanager
def naming_input(path: str) -> Generator[None]:
    """Context that adds a file name to read errors.

    An error without a name is then an error of the output.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = STANDARD_INPUT if path == "-" else path
        raise


def _is_output(source: str | BinaryIO, output: PrintedFiles) -> bool:
    if isinstance(source, str):
        return output.include(source)
    with suppress(OSError, ValueError, io.UnsupportedOperation):  # A replacement may have no descriptor.
        return output.include(source.fileno())
    return False


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", STANDARD_INPUT)
    return sys.stdin.buffer
