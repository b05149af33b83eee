"""Check the files chosen on the page, and create the files that it saves."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Any, cast

import attrs

from sequestration._audit.check_835 import check_835
from sequestration._audit.file_audit import Keep
from sequestration._audit.result import Audit
from sequestration._dates import today
from sequestration._errors import InvalidArgument, SequestrationError
from sequestration._export.csv import write_findings
from sequestration._export.report.page import report_html
from sequestration._export.workbook import workbook_bytes
from sequestration._x12.problems import error_text

__all__ = ["FILE_TYPES", "PageCheck", "PageOptions", "check_folder"]

_HERE = os.curdir
_CHOSEN = "the files you chose"


@attrs.frozen
class PageOptions:
    """Options of the page.

    Attributes:
        all_lines: Whether the report lists every line, not only those that need review.
        mask: Whether account and claim numbers are replaced with serial numbers.
        payers: Kind of payer ("ffs" or "contract") by its number.
    """

    all_lines: bool = False
    mask: bool = False
    payers: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> PageOptions:
        """Build options from the values that the page sends; unknown keys are ignored."""
        payers = cast("dict[str, str]", values.get("payers") or {})
        return cls(
            all_lines=bool(values.get("all_lines")),
            mask=bool(values.get("mask")),
            payers={str(number): str(kind) for number, kind in dict(payers).items()},
        )


@attrs.frozen
class PageCheck:
    """Result of a check: an audit, or the text of the error that prevented it."""

    audit: Audit | None = None
    error: str = ""

    def to_dict(self) -> dict[str, object]:
        """Values that the page shows beside the report."""
        if self.audit is None:
            return {"error": self.error}
        return {"status": self.audit.status.value, "headline": self.audit.headline}

    def file(self, name: str) -> bytes:
        """A file to show or save: one of `FILE_TYPES`.

        Raises `InvalidArgument` for another name, and `MissingExtra` if the workbook's library is not installed.
        """
        if self.audit is None or name not in _FILES:
            raise InvalidArgument(f"This check has no file {name!r}")
        return _FILES[name](self.audit, today())


def check_folder(
    folder: str | os.PathLike[str], options: PageOptions, progress: Callable[[int, int], None] | None = None
) -> PageCheck:
    """Check a folder that holds the files chosen on the page, with its subfolders.

    A single file that cannot be read (it is not an 835, or it is damaged) is the error of the check. Among several,
    such files are problems of the audit. The folder is the current folder of this process while it is read, so files
    have the names under which they were chosen.

    Args:
        folder: Folder that holds nothing else.
        options: Options of the page.
        progress: Called with the bytes read so far and the bytes of all files.
    """
    with chdir(folder):
        names = sorted(path.name for path in Path(_HERE).iterdir())
        try:
            audit = check_835(
                names[0] if len(names) == 1 else _HERE,
                keep=Keep.ALL if options.all_lines else Keep.WRONG,
                payers=options.payers,
                recursive=True,
                progress=progress,
            )
        except SequestrationError as error:
            return PageCheck(error=str(error))
        except OSError as error:
            name = error.filename or (names[0] if names else _CHOSEN)
            return PageCheck(error=f"{name}: {error_text(error)}")
    audit.problems = [
        attrs.evolve(problem, file=_CHOSEN) if problem.file == _HERE else problem for problem in audit.problems
    ]
    return PageCheck(audit.masked() if options.mask else audit)


def _report(audit: Audit, as_of: date) -> bytes:
    return report_html(audit, as_of=as_of).encode("utf-8")


def _findings_csv(audit: Audit, as_of: date) -> bytes:
    """The findings as CSV, with the byte order mark by which Excel recognizes UTF-8."""
    stream = io.StringIO(newline="")
    write_findings(audit.findings, stream, as_of=as_of, since=audit._reversed_since)
    return stream.getvalue().encode("utf-8-sig")


_FILES: Mapping[str, Callable[[Audit, date], bytes]] = {
    "sequestration-report.html": _report,
    "sequestration-findings.csv": _findings_csv,
    "sequestration-findings.xlsx": workbook_bytes,
}

FILE_TYPES: Mapping[str, str] = {
    "sequestration-report.html": "text/html; charset=utf-8",
    "sequestration-findings.csv": "text/csv; charset=utf-8",
    "sequestration-findings.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Files of a check by name, with their media types."""
