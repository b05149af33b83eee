"""Commands that read 835 files: check, and what the next payer needs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping

from sequestration._audit.check_835 import check_835
from sequestration._audit.file_audit import Keep
from sequestration._audit.result import serial_numbers
from sequestration._checking.findings import Finding, mask_findings
from sequestration._cli.arguments import is_one_of
from sequestration._cli.exit_codes import FAILED, OK, REVIEW, fail
from sequestration._cli.output import FindingRows, print_audit, report_interrupted
from sequestration._cli.paths import (
    STANDARD_INPUT,
    UNREADABLE,
    expand_patterns,
    fail_without_claim,
    naming_input,
    open_inputs,
    report_subfolders,
)
from sequestration._cli.progress import show_progress
from sequestration._cli.saved_files import refuse_files, requested_files, save_files
from sequestration._cli.schedules import schedule_of
from sequestration._cli.terminal import print_text
from sequestration._dates import today
from sequestration._runtime.interrupts import Interrupts
from sequestration._worklist.crossover import SecondaryAdjustments, secondary_adjustments
from sequestration._x12.reader import read_835

__all__ = ["COMMANDS"]

_MAX_FINDINGS = 10_000
"""Findings of each verdict that text and JSON list by themselves."""


def _check(options: argparse.Namespace) -> int:
    paths = expand_patterns(options.paths)
    sources = open_inputs(paths)
    refuse_files(options, paths)
    schedule = schedule_of(options)
    options.as_of = options.as_of or today()  # One day for all outputs, even if it ends while files are read.
    rows, mask = FindingRows(options.as_of), serial_numbers() if options.mask else None
    with Interrupts(), show_progress() as progress, naming_input(paths[0]):
        audit = check_835(
            sources,
            jobs=options.jobs,
            keep=Keep.ALL if options.all else Keep.WRONG,
            limit=_limit(options),
            payers=dict(options.payer),
            schedule=schedule,
            recursive=options.recursive,
            progress=progress,
            findings_to=_row_sink(rows, mask) if _streams_rows(options) else None,
        )
    if mask is not None:
        audit = audit._masked(mask)
    unreadable = [problem for problem in audit.problems if problem.code in UNREADABLE]
    for problem in unreadable:
        fail(f"{problem.file or (STANDARD_INPUT if problem.file is None else 'an empty path')}: {problem.text}")
    if options.csv or not any(file.readable for file in audit.files):  # Otherwise the output has them.
        report_subfolders(audit.problems)
    if audit.interrupted:
        return report_interrupted(audit, options, rows)
    saved = save_files(audit, options, paths)
    if unreadable or not saved.complete:
        options.code = FAILED
    elif not audit.ok:
        options.code = REVIEW
    print_audit(audit, options, saved, rows)
    return int(options.code)


def _limit(options: argparse.Namespace) -> int | None:
    """Findings of each verdict to list: CSV has every row unless a limit is given."""
    if options.limit is not None:
        return int(options.limit)
    return None if options.csv else _MAX_FINDINGS


def _streams_rows(options: argparse.Namespace) -> bool:
    """Whether rows are written as they come; a report needs all findings together."""
    return bool(options.csv) and not requested_files(options)


def _row_sink(rows: FindingRows, mask: Callable[[str], str] | None) -> Callable[[list[Finding]], None]:
    """The function that takes findings while files are checked."""
    return lambda findings: rows.add(findings if mask is None else mask_findings(findings, mask))


def _secondary(options: argparse.Namespace) -> int:
    carried: list[SecondaryAdjustments] = []
    refused: list[str] = []
    (source,) = open_inputs([options.path])
    with naming_input(options.path), read_835(source) as reader:
        for claim in reader:
            numbers = claim.control_number, claim.payer_control_number
            if options.claim is None or is_one_of(options.claim, *numbers):
                try:
                    carried.append(secondary_adjustments(claim, spread=options.spread))
                except ValueError as error:
                    refused.append(str(error))
    if not carried and not refused:
        return fail_without_claim(options.path, options.claim)
    if options.json:
        print(json.dumps([found.to_dict() for found in carried], indent=2, ensure_ascii=True))
    elif carried:
        print_text("\n\n".join(map(str, carried)))
    for text in refused:
        fail(text)
    return REVIEW if refused or not all(found.balances for found in carried) else OK


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"check": _check, "secondary": _secondary}
