"""Write the result of a check to files: report, workbook, calendar."""

from __future__ import annotations

import argparse
import errno
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import attrs

from sequestration._audit.result import Audit
from sequestration._cli.exit_codes import fail, text_of_error
from sequestration._cli.paths import refuse_input_as_output
from sequestration._dates import for_readers
from sequestration._runtime.atomic_write import refuse_to_replace, replace_atomically

__all__ = ["SavedFiles", "refuse_files", "requested_files", "save_files"]


@attrs.frozen
class SavedFiles:
    """Outcome of writing the files.

    Attributes:
        complete: Whether every file that was requested could be written.
        have_findings: Whether a file has the findings, so that the terminal need not show them.
        lines: Lines that name what was written.
    """

    complete: bool = True
    have_findings: bool = False
    lines: tuple[str, ...] = ()


def requested_files(options: argparse.Namespace) -> list[str]:
    """Names of the files that the options ask for."""
    return [name for name, (option, _) in _FILES.items() if getattr(options, option) is not None]


def refuse_files(options: argparse.Namespace, inputs: Iterable[str]) -> None:
    """Raise what is known to keep a requested file from being written.

    This is before the check, which may take long. `inputs` are paths, with a dash for standard input. Raises `OSError`
    or `MissingExtra`.
    """
    for name in requested_files(options):
        path: str = getattr(options, _FILES[name][0])
        refuse_input_as_output(inputs, path)
        folder = Path(path).parent
        if Path(path).is_dir():
            raise IsADirectoryError(errno.EISDIR, f"this is a folder; name a file for the {name}", path)
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, f"there is no folder {folder}", path)
        if not os.path.lexists(path) and not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, f"you may not write to the folder {folder}", path)
    if options.xlsx is not None:
        from sequestration._export.workbook import import_xlsxwriter

        import_xlsxwriter()


def save_files(audit: Audit, options: argparse.Namespace, inputs: Iterable[str]) -> SavedFiles:
    """Write the requested files; print any error, for the check itself is done.

    A file never replaces one of the inputs, which are paths, with a dash for standard input.
    """
    lines: dict[str, str] = {}
    requested = requested_files(options)
    for name in requested:
        option, write = _FILES[name]
        path: str = getattr(options, option)
        try:
            refuse_input_as_output(inputs, path)
            lines[name] = f"{name}: {path}{write(audit, path, options.as_of)}"
        except OSError as error:
            fail(text_of_error(error))
    have_findings = "report" in lines or "workbook" in lines
    return SavedFiles(len(lines) == len(requested), have_findings, tuple(lines.values()))


def _save_report(audit: Audit, path: str, as_of: date) -> str:
    from sequestration._export.report.page import write_report

    write_report(audit, path, as_of=as_of)
    return ""


def _save_workbook(audit: Audit, path: str, as_of: date) -> str:
    from sequestration._export.workbook import write_workbook

    write_workbook(audit, path, as_of=as_of)
    return ""


def _save_calendar(audit: Audit, path: str, as_of: date) -> str:
    refuse_to_replace(path, *(file.name for file in audit.files if file.readable))
    replace_atomically(path, [audit.to_ics(as_of=as_of).encode("utf-8")])
    return f" (last days from {for_readers(as_of)})"


_FILES: Mapping[str, tuple[str, Callable[[Audit, str, date], str]]] = {
    "report": ("html", _save_report),
    "workbook": ("xlsx", _save_workbook),
    "calendar": ("ics", _save_calendar),
}
"""Each file by its name in messages: its option, and the function that writes it and returns what to add."""
