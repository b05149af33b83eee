"""Print the result of a check as text, JSON or CSV."""

from __future__ import annotations

import argparse
import json
import sys

from sequestration._audit.result import Audit
from sequestration._audit.text import format_dropped
from sequestration._cli.exit_codes import INTERRUPTED, fail
from sequestration._cli.saved_files import SavedFiles, requested_files
from sequestration._export.csv import write_findings
from sequestration._x12.problems import ProblemCode, Severity

__all__ = ["UNREADABLE", "print_audit", "report_interrupted"]

UNREADABLE = (ProblemCode.NOT_AN_835, ProblemCode.NOTHING_READ, ProblemCode.UNREADABLE)
"""Problems that leave nothing of a file to check."""
_MAX_ERRORS = 20


def print_audit(audit: Audit, options: argparse.Namespace, saved: SavedFiles) -> None:
    """Print an audit in the format that the options ask for."""
    if options.json:
        _print_json(audit)
    elif options.csv:
        _print_csv(audit)
        _print_beside_csv(audit)
    elif any(file.readable for file in audit.files):
        print(audit.summary() if saved.have_findings else audit, *saved.lines, sep="\n")
        if options.codes:
            _print_codes(audit)


def report_interrupted(audit: Audit, options: argparse.Namespace) -> int:
    """Print a partial audit after an interrupt, in formats that can mark it as such."""
    options.code = INTERRUPTED
    was_read = any(file.readable for file in audit.files)
    if options.json:
        _print_json(audit)
    elif was_read:
        print(audit, file=sys.stderr if options.csv else sys.stdout)
    left_out = [*(["CSV"] if options.csv else []), *requested_files(options)]
    tail = f"; no {' and no '.join(left_out)} was written" if left_out else ""
    return fail(f"interrupted{tail}", INTERRUPTED)


def _print_json(audit: Audit) -> None:
    print(json.dumps(audit.to_dict(), indent=2, ensure_ascii=True))


def _print_csv(audit: Audit) -> None:
    """Print CSV in UTF-8 with the format's line ends, whatever encoding is in use."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # A replacement for the terminal may not have this method.
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    write_findings(audit.findings, sys.stdout)


def _print_beside_csv(audit: Audit) -> None:
    """Print on stderr what a CSV of findings cannot hold: read errors and counts."""
    errors = [found for found in audit.problems if found.level is Severity.ERROR and found.code not in UNREADABLE]
    for problem in errors[:_MAX_ERRORS]:
        fail(f"error: {problem}")
    if len(errors) > _MAX_ERRORS or audit.problems_dropped:
        least = "at least " if audit.problems_dropped else ""
        fail(f"and {least}{max(0, len(errors) - _MAX_ERRORS):,} more errors of the input")
    if any(audit.findings_dropped.values()):
        fail(f"more than is listed: {format_dropped(audit.findings_dropped)}")


def _print_codes(audit: Audit) -> None:
    print(f"\n{'code':<8} {'count':>7} {'dollars':>14}  {'kind':<14} {'step':<22} title")
    for total in audit.by_code():
        print(total)
