"""Command that writes the requests to reopen over-withheld claims."""

from __future__ import annotations

import argparse
import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from sequestration._audit.check_835 import check_835
from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._cli.arguments import is_one_of
from sequestration._cli.exit_codes import FAILED, OK, REVIEW, fail, text_of_error
from sequestration._cli.paths import (
    UNREADABLE,
    expand_patterns,
    naming_input,
    open_inputs,
    report_errors,
    report_subfolders,
)
from sequestration._cli.schedules import schedule_of
from sequestration._messages import quote
from sequestration._runtime.atomic_write import replace_atomically
from sequestration._worklist.reopening import can_be_requested, reopening_request
from sequestration._x12.model import Claim
from sequestration._x12.reader import read_835

__all__ = ["COMMANDS"]

_BETWEEN = f"\n\n{'=' * 80}\n\n"
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_MAX_NAME = 60


@attrs.frozen
class _Request:
    """A request and the claim that it is about."""

    claim: str
    text: str


def _request(options: argparse.Namespace) -> int:
    paths, wanted = _split_claim(options)
    schedule = schedule_of(options)
    with naming_input(paths[0]):
        audit = check_835(
            open_inputs(paths),
            limit=None,
            payers=dict(options.payer),
            schedule=schedule,
            recursive=options.recursive,
        )
    unread = report_errors(audit.problems, audit.problems_dropped)
    report_subfolders(audit.problems)
    code = FAILED if any(problem.code in UNREADABLE for problem in audit.problems) else REVIEW if unread else OK
    groups = [group for group in _over_withheld(audit) if wanted is None or _is_about(group[0], wanted)]
    requests = _write_requests(_still_open(groups, audit))
    if not requests:
        about = f" of claim {quote(wanted, 40)}" if wanted is not None else ""
        print(f"No over-withheld line{about} to request a reopening for.")
    elif options.out is None:
        print(_BETWEEN.join(request.text for request in requests))
    else:
        code = max(code, _save(requests, Path(options.out)))
    return code


def _split_claim(options: argparse.Namespace) -> tuple[list[str], str | None]:
    """The paths, and the claim: that of --claim, or a last argument that is no path."""
    *paths, last = options.paths
    if options.claim is None and paths and last != "-" and not os.path.lexists(last.partition("!")[0]):
        expanded = expand_patterns([last])
        if expanded == [last]:
            return expand_patterns(paths), last
    return expand_patterns(options.paths), options.claim


def _is_about(finding: Finding, number: str) -> bool:
    return is_one_of(number, finding.claim, finding.payer_claim_number)


def _over_withheld(audit: Audit) -> list[list[Finding]]:
    """Findings to request a reopening for, by claim, in the order of the files."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in audit.findings:
        if can_be_requested(finding):
            groups.setdefault(finding._claim_key, []).append(finding)
    return list(groups.values())


def _still_open(groups: Iterable[list[Finding]], audit: Audit) -> Iterator[list[Finding]]:
    """Leave out claims whose payment was reversed in these files."""
    still_open = {finding._claim_key for finding in audit.open_findings()}
    for group in groups:
        first = group[0]
        if first._claim_key in still_open:
            yield group
        else:
            fail(f"claim {first.claim}: reversed in these files, so nothing is left to request")


def _write_requests(groups: Iterable[list[Finding]]) -> list[_Request]:
    kept = list(groups)
    claims = _claims_of(kept)
    return [_Request(group[0].claim, reopening_request(group, claim=claims.get(group[0]._claim_key))) for group in kept]


def _claims_of(groups: Sequence[list[Finding]]) -> dict[tuple[object, ...], Claim]:
    """Read the claims of the findings again, for their charges.

    Standard input cannot be read again.
    """
    wanted: dict[str, dict[int, Finding]] = {}
    for first, *_ in groups:
        if first.file is not None and first.claim_position is not None and Path(first.file.partition("!")[0]).is_file():
            wanted.setdefault(first.file, {})[first.claim_position] = first
    found: dict[tuple[object, ...], Claim] = {}
    for file, positions in wanted.items():
        with read_835(file) as reader:
            for position, claim in enumerate(reader, 1):
                finding = positions.get(position)
                if finding is not None and _is_about(finding, claim.control_number):
                    found[finding._claim_key] = claim
    return found


def _save(requests: Iterable[_Request], folder: Path) -> int:
    """Write a text file for each request.

    A file that is there and says something else is not replaced.
    """
    code, names = OK, set[str]()
    folder.mkdir(parents=True, exist_ok=True)
    for request in requests:
        path = folder / _file_name(request.claim, names)
        content = f"{request.text}\n".encode()
        try:
            if not _is_there(path, content):
                replace_atomically(path, [content])
        except OSError as error:
            code = fail(text_of_error(error), FAILED)
        else:
            print(f"request: {path}")
    return code


def _file_name(claim: str, taken: set[str]) -> str:
    """Make a file name from an account number, for every system.

    No two names are alike where case does not count.
    """
    stem = f"request_{_UNSAFE.sub('_', claim)[:_MAX_NAME].strip('_') or 'claim'}"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name.casefold())
    return f"{name}.txt"


def _is_there(path: Path, content: bytes) -> bool:
    """Whether a file has this content; raises `FileExistsError` if it has another."""
    try:
        if path.read_bytes() == content:
            return True
    except FileNotFoundError:
        return False
    raise FileExistsError(errno.EEXIST, "this file has other text and is not replaced", os.fspath(path))


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {"request": _request}
