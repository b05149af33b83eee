"""Print the result of a check as text, JSON or CSV."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TextIO

from sequestration._audit.result import Audit
from sequestration._audit.text import AuditStatus, format_dropped, format_expiring, payers_in_doubt
from sequestration._audit.totals import NOT_CHECKED, count_to_review
from sequestration._checking.findings import Finding, Verdict
from sequestration._cli.exit_codes import INTERRUPTED, fail
from sequestration._cli.paths import UNREADABLE, report_errors
from sequestration._cli.saved_files import SavedFiles, requested_files
from sequestration._cli.streams import csv_output
from sequestration._cli.terminal import print_text
from sequestration._export.csv import write_findings
from sequestration._messages import counted
from sequestration._worklist.reopening import can_be_requested

__all__ = ["FindingRows", "print_audit", "report_interrupted"]


class FindingRows:
    """CSV of findings on standard output, written as the findings come.

    After an error of the output, rows are dropped and the check goes on, for the exit code is that of the whole check.
    """

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._stream: TextIO | None = None
        self._error: OSError | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was written."""
        return self._stream is not None

    def add(self, findings: Iterable[Finding]) -> None:
        """Write findings; the first of them, or none at all, come after the header."""
        if self._error is not None:
            return
        begun, self._stream = self.begun, self._stream or csv_output()
        try:
            write_findings(findings, self._stream, as_of=self._as_of, head=not begun)
        except OSError as error:
            self._error = error

    def close(self) -> None:
        """Raise the `OSError` that ended the output, if there was one."""
        if self._error is not None:
            raise self._error


def print_audit(audit: Audit, options: argparse.Namespace, saved: SavedFiles, rows: FindingRows) -> None:
    """Print an audit in the format that the options ask for.

    Args:
        audit: The audit.
        options: Arguments of the command.
        saved: Files that were written.
        rows: CSV of findings, which has those that the audit did not keep.
    """
    if options.json:
        _print_json(audit, options)
    elif options.csv:
        rows.add(audit.findings)
        rows.close()
        _print_beside_csv(audit)
    elif any(file.readable for file in audit.files):
        _print_text(audit, options, saved)
        if options.codes:
            _print_codes(audit)


def _print_text(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> None:
    """Print the audit, or its summary if a file has the findings; then hints."""
    as_of = options.as_of
    if saved.have_findings:
        expiring = format_expiring(audit.open_findings(), audit.findings_dropped, as_of)
        print_text("\n".join([audit.summary(), *filter(None, [expiring]), *saved.lines]))
    else:
        print_text("\n".join([audit.to_text(as_of=as_of), *saved.lines]))
        if len(audit.findings) > _MAX_FINDINGS_IN_VIEW:
            print_text(f"\nThe summary once more, below {counted(len(audit.findings), 'finding')}:\n{audit.summary()}")
    hints = list(_hints(audit, options, saved))
    if hints:
        print_text("\n" + "\n".join(hints))


def _hints(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> Iterator[str]:
    """Yield what an option or another command would add to this output."""
    not_checked = audit.status is AuditStatus.NOT_CHECKED
    if not_checked:
        yield from (
            f"If {payer} is fee-for-service Medicare, add --payer {number}=ffs."
            for number, payer in list(payers_in_doubt(audit.problems).items())[:_MAX_PAYERS]
        )
    # The reasons of reversals and of other payers help only if nothing was checked.
    unclear = sum(audit.counts[verdict] for verdict in (NOT_CHECKED if not_checked else (Verdict.UNDETERMINED,)))
    if unclear and not options.all and not saved.have_findings:
        said = "could not be checked" if not_checked else "is undetermined" if unclear == 1 else "are undetermined"
        yield f"{counted(unclear, 'line')} {said}. Add --all to see the reasons."
    if count_to_review(audit.counts) and not saved.have_findings:
        yield "Add --html report.html for a report to share, or --xlsx findings.xlsx for a workbook."
    if any(map(can_be_requested, audit.open_findings())):
        yield "To request reopenings of over-withheld claims: sequestration request PATH"


_MAX_PAYERS = 3
_MAX_FINDINGS_IN_VIEW = 20
"""More than these move the summary out of the reader's sight."""


def report_interrupted(audit: Audit, options: argparse.Namespace, rows: FindingRows) -> int:
    """Print a partial audit after an interrupt, in formats that can mark it as such.

    A CSV cannot, so the line on standard error says whether rows are missing or there is none.
    """
    options.code = INTERRUPTED
    was_read = any(file.readable for file in audit.files)
    if options.json:
        _print_json(audit, options)
    elif was_read:
        text = audit.to_text(as_of=options.as_of)
        print(text, file=sys.stderr if options.csv else sys.stdout)
    left_out = [*(["CSV"] if options.csv and not rows.begun else []), *requested_files(options)]
    tail = "; rows of the CSV are missing" if rows.begun else ""
    tail += f"; no {' and no '.join(left_out)} was written" if left_out else ""
    return fail(f"interrupted{tail}", INTERRUPTED)


def _print_json(audit: Audit, options: argparse.Namespace) -> None:
    print(json.dumps(audit.to_dict(as_of=options.as_of), indent=2, ensure_ascii=True))


def _print_beside_csv(audit: Audit) -> None:
    """Print on stderr what a CSV of findings cannot hold: read errors and counts."""
    report_errors((found for found in audit.problems if found.code not in UNREADABLE), audit.problems_dropped)
    if any(audit.findings_dropped.values()):
        fail(f"more than is listed: {format_dropped(audit.findings_dropped)}")


def _print_codes(audit: Audit) -> None:
    print_text(f"\n{'code':<8} {'count':>7} {'dollars':>14}  {'kind':<14} {'step':<22} title")
    for total in audit.by_code():
        print_text(str(total))
