"""Check remittances: one file, folders or several files, in one or more processes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sequestration._audit.file_audit import CheckOptions, Keep
from sequestration._audit.jobs.files import ProgressCounter, size_of
from sequestration._audit.jobs.folder import FolderAudit
from sequestration._audit.jobs.sink import FindingsSink, SinkError
from sequestration._audit.jobs.tasks import audit_files, audit_one_file
from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._checking.payer import Payers, parse_payer_kinds
from sequestration._errors import InvalidArgument, InvalidArgumentType
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._messages import shorten_repr, to_text
from sequestration._plain.rows import Rows
from sequestration._x12.inputs import Inputs, is_one_file
from sequestration._x12.reader import Sources

__all__ = ["check_835", "parse_keep"]


def check_835(
    source: Sources,
    *,
    jobs: int = 1,
    keep: Keep | str = Keep.WRONG,
    limit: int | None = 10_000,
    payers: Payers | None = None,
    schedule: RateSchedule | None = None,
    recursive: bool = False,
    progress: Callable[[int, int], None] | None = None,
    findings_to: Callable[[list[Finding]], object] | None = None,
) -> Audit:
    """Check every Medicare line or claim of remittances against the law.

    Only one file alone raises an error for its contents. Among several files, or in a folder, a file that is not an
    835 or cannot be read is a problem of the audit, and the other files are read. A folder without files, or an empty
    list, is a problem, too. Other kinds of files in a folder or zip archive (a PDF, a 277) are skipped and counted in
    one note, and so are subfolders without `recursive`. The audit is the same, in the same order, for any number of
    jobs.

    Args:
        source: A path, bytes, a binary file, a folder (its files in name order), a zip archive, or several of these.
        jobs: Number of processes, with this one. One process is used for several files of less than 2 MB in all, and
            for one file of less than 16 MB. A larger file named by its path is split between its transactions.
        keep: "wrong" keeps findings that need review, "all" keeps every finding.
        limit: Maximum number of findings of each verdict to keep, or None for all; the rest are only counted.
        payers: Kind of payer by one of its numbers (N104, REF 2U, TRN03): "ffs" is checked against the law,
            "contract" is not applicable.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        recursive: Whether the files of subfolders are checked, too.
        progress: Called with the bytes read so far and the bytes of all files named by a path; with several
            processes, about every megabyte.
        findings_to: Called with lists of findings as soon as they are final, in file order. The audit then keeps none
            of them, so memory use does not grow with their number. Findings of a single file come at the end of each
            transaction (with several processes, at the end of the file). Findings of several files come at the end of
            each file, when it is known which remittances are repeated.

    Raises:
        X12Error: The only file is not an 835.
        OSError: The only file cannot be read, or its compressed data is damaged.
        InvalidArgument: `keep`, `limit`, `jobs` or a kind of payer is not valid.
        InvalidArgumentType: `source`, `progress` or `findings_to` has the wrong type.

    >>> audit = check_835(EXAMPLE)
    >>> audit.counts["correct"], audit.ok
    (1, True)
    """
    options = CheckOptions(parse_keep(keep), _limit(limit), parse_payer_kinds(payers), default_schedule(schedule))
    sink = None if findings_to is None else FindingsSink(findings_to)
    workers = _workers(jobs)
    if progress is not None and not callable(progress):
        raise InvalidArgumentType(f"progress must be a function of two numbers, not {shorten_repr(progress)}")
    if not isinstance(recursive, bool):
        raise InvalidArgumentType(f"recursive must be True or False, not {shorten_repr(recursive)}")
    inputs = Inputs(source, recursive=recursive)
    sources = list(inputs)
    counter = None if progress is None else ProgressCounter(progress, sum(map(size_of, sources)))
    try:
        if is_one_file(source):
            return _shown(audit_one_file(sources[0], options, workers, counter, sink))
        folder = FolderAudit(options.limit, inputs.problems, sink)
        for run in audit_files(sources, options, workers, counter):
            folder.add(run)
    except SinkError as failed:
        error = failed.error
    else:
        return _shown(folder.audit)
    raise error


def _shown(audit: Audit) -> Audit:
    """The audit with lists that a notebook shows as tables."""
    audit.findings, audit.problems = Rows(audit.findings), Rows(audit.problems)
    audit.files, audit.provider_adjustments = Rows(audit.files), Rows(audit.provider_adjustments)
    return audit


def parse_keep(keep: Keep | str) -> Keep:
    """Convert a caller's value to what is kept; raises `InvalidArgument`."""
    try:
        return Keep(to_text(keep))
    except ValueError:
        raise InvalidArgument(f"keep must be 'wrong' or 'all', not {shorten_repr(keep)}") from None


def _limit(limit: int | None) -> int:
    if limit is None:
        return sys.maxsize
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise InvalidArgument(f"limit must be a number of findings, not {shorten_repr(limit)}")
    return limit


def _workers(jobs: int) -> int:
    if isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1:
        raise InvalidArgument(f"jobs must be a positive whole number, not {shorten_repr(jobs)}")
    return jobs
