"""Print the result of a check as text, JSON or CSV."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from sequestration._audit.result import Audit
from sequestration._audit.text import format_dropped, format_expiring
from sequestration._checking.findings import Verdict
from sequestration._cli.exit_codes import INTERRUPTED, fail
from sequestration._cli.paths import UNREADABLE, report_errors
from sequestration._cli.saved_files import SavedFiles, requested_files
from sequestration._cli.streams import csv_output
from sequestration._cli.terminal import print_text
from sequestration._dates import today
from sequestration._export.csv import write_findings
from sequestration._worklist.reopening import can_be_requested

__all__ = ["print_audit", "report_interrupted"]


def print_audit(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> None:
    """Print an audit in the format that the options ask for."""
    if options.json:
        _print_json(audit)
    elif options.csv:
        write_findings(audit.findings, csv_output())
        _print_beside_csv(audit)
    elif any(file.readable for file in audit.files):
        _print_text(audit, options, saved)
        if options.codes:
            _print_codes(audit)


def _print_text(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> None:
    """Print the audit, or its summary if a file has the findings; then hints."""
    as_of = options.as_of or today()
    if saved.have_findings:
        expiring = format_expiring(audit.findings, audit.findings_dropped, as_of)
        print_text("\n".join([audit.summary(), *filter(None, [expiring]), *saved.lines]))
    else:
        print_text("\n".join([audit.to_text(as_of=as_of), *saved.lines]))
    hints = list(_hints(audit, options, saved))
    if hints:
        print_text("\n" + "\n".join(hints))


def _hints(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> Iterator[str]:
    """Yield what an option or another command would add to this output."""
    unchecked = audit.counts[Verdict.UNDETERMINED]
    if unchecked and not options.all and not saved.have_findings:
        yield f"{unchecked:,} line{'' if unchecked == 1 else 's'} could not be checked. Add --all to see the reasons."
    if any(count and verdict.needs_review for verdict, count in audit.counts.items()) and not saved.have_findings:
        yield "Add --html report.html for a report to share, or --xlsx findings.xlsx for a workbook."
    if any(map(can_be_requested, audit.findings)):
        yield "To request reopenings of over-withheld claims: sequestration request PATH"


def report_interrupted(audit: Audit, options: argparse.Namespace) -> int:
    """Print a partial audit after an interrupt, in formats that can mark it as such."""
    options.code = INTERRUPTED
    was_read = any(file.readable for file in audit.files)
    if options.json:
        _print_json(audit)
    elif was_read:
        text = audit.to_text(as_of=options.as_of or today())
        print(text, file=sys.stderr if options.csv else sys.stdout)
    left_out = [*(["CSV"] if options.csv else []), *requested_files(options)]
    tail = f"; no {' and no '.join(left_out)} was written" if left_out else ""
    return fail(f"interrupted{tail}", INTERRUPTED)


def _print_json(audit: Audit) -> None:
    print(json.dumps(audit.to_dict(), indent=2, ensure_ascii=True))


def _print_beside_csv(audit: Audit) -> None:
    """Print on stderr what a CSV of findings cannot hold: read errors and counts."""
    report_errors((found for found in audit.problems if found.code not in UNREADABLE), audit.problems_dropped)
    if any(audit.findings_dropped.values()):
        fail(f"more than is listed: {format_dropped(audit.findings_dropped)}")


def _print_codes(audit: Audit) -> None:
    print_text(f"\n{'code':<8} {'count':>7} {'dollars':>14}  {'kind':<14} {'step':<22} title")
    for total in audit.by_code():
        print_text(str(total))
