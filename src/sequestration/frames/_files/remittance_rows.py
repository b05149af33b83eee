"""Stream remittances as rows of a table.

A row holds only data of the library's own objects, so it has no name, member number, address or birth date of a
patient.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from os import PathLike
from typing import Any, Literal, TypeAlias, TypeGuard, cast, get_args

import attrs

from sequestration._audit.check_835 import check_835, parse_keep
from sequestration._audit.file_audit import CheckOptions, Keep
from sequestration._audit.jobs.planned_pieces import PlannedPiece, audit_planned, open_planned
from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._checking.payer import PayerKind, parse_payer_kinds
from sequestration._errors import InvalidArgument, InvalidArgumentType, InvalidSchedule, SequestrationWarning, X12Error
from sequestration._export.csv import COLUMNS as OF_A_FINDING
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._messages import counted, shorten_repr
from sequestration._money import EXACT
from sequestration._plain.rows import Rows
from sequestration._runtime.atomic_write import refuse_to_replace
from sequestration._x12.inputs import Inputs, is_one_file
from sequestration._x12.problems import Problem, ProblemCode, Severity
from sequestration._x12.reader import Source, read_835
from sequestration.frames._files.build_table import PLACES_OF_RATES, Row, encodable
from sequestration.frames._files.claim_rows import read_rows
from sequestration.frames._files.schemas import TABLES, Columns, ColumnType, columns_of

__all__ = ["FileRows", "Judging", "Origin", "TableName"]

TableName: TypeAlias = Literal[
    "adjustments", "claims", "service_lines", "remittances", "provider_adjustments", "findings", "problems"
]
"""Tables that files can be read as."""

Origin: TypeAlias = Source | Iterable[Source]
"""Sources that `check_835` accepts: a path, bytes, a binary file, a folder, or several of these."""

_FINDINGS = columns_of("findings")
_PROBLEMS = columns_of("problems")
_OF_AUDITS = ("findings", "problems")

_FINDINGS_TO_TURN = 500


@attrs.frozen
class Judging:
    """Options for `check_835`."""

    keep: Keep | str = Keep.WRONG
    payers: Mapping[str, PayerKind | str] | None = None
    schedule: RateSchedule | None = None

    def with_limit(self, limit: int) -> CheckOptions:
        """The options for a part of a file, with a limit of findings."""
        return CheckOptions(
            parse_keep(self.keep), limit, parse_payer_kinds(self.payers), default_schedule(self.schedule)
        )


@attrs.define
class FileRows:
    """Rows of one table of files or an audit, with counts of unreadable files.

    One file alone that cannot be read raises what `check_835` raises; among several it is left out and reported. If
    the rows are written to `path`, a remittance of that name raises an error before it is replaced. Findings and
    problems come when their file is done; all other rows stream within a file. `recursive` reads subfolders, too.
    """

    source: Origin | Audit | Sequence[Finding] | PlannedPiece
    table: TableName | str
    judging: Judging = Judging()
    path: str | PathLike[str] | None = None
    recursive: bool = False
    _files: int = attrs.field(default=0, init=False)
    _incomplete: int = attrs.field(default=0, init=False)
    _subfolders: int = attrs.field(default=0, init=False)
    _dropped: int = attrs.field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.recursive, bool):
            raise InvalidArgumentType(f"recursive must be True or False, not {shorten_repr(self.recursive)}")
        if self.table not in TABLES:
            raise InvalidArgument(f"table must be one of {', '.join(get_args(TableName))}, not {self.table!r}")
        if isinstance(self.source, Audit) and self.table not in _OF_AUDITS:
            raise InvalidArgumentType(f"An audit has no {self.table}. Pass the files instead.")
        if _are_findings(self.source) and self.table != "findings":
            raise InvalidArgumentType(f"A list of findings has no {self.table}. Pass the files instead.")

    @property
    def columns(self) -> Columns:
        """Columns of the table."""
        return columns_of(self.table)

    def batches(self, size: int) -> Iterator[list[Row]]:
        """Yield batches of rows; warn at the end if something is not in the table."""
        rows = self._rows()
        while batch := list(islice(rows, size)):
            yield batch
        self._warn()

    def _rows(self) -> Iterator[Row]:
        if isinstance(self.source, Audit):
            yield from self._of_audit(self.source)
            return
        if _are_findings(self.source):
            for name in {found.file for found in self.source}:
                self._spare(name)
            yield from _rows_of_findings(self.source)
            return
        if isinstance(self.source, PlannedPiece):
            self._files += 1
            yield from self._of_piece(self.source)
            return
        read = self._judge if self.table in _OF_AUDITS else self._read
        alone = is_one_file(self.source)
        inputs = Inputs(self.source, recursive=self.recursive)
        files: Iterable[Source] = inputs
        if self.table == "problems":  # Skipped files come first, as in an audit.
            files = list(inputs)
            skipped = [found for found in inputs.problems if found.code is not ProblemCode.NOTHING_READ]
            yield from map(_problem, skipped)
        for file in files:
            self._files += 1
            yield from read(file, alone)
        self._subfolders = sum(
            found.facts["folders"] for found in inputs.problems if found.code is ProblemCode.SUBFOLDERS_SKIPPED
        )

    def _read(self, file: Source, alone: bool) -> Iterator[Row]:
        try:
            with read_835(file) as reader:
                self._spare(reader.file)
                yield from read_rows(reader.claims_and_ends(), self.table)
                self._look_for_errors(reader.problems)
        except FileExistsError:
            raise
        except (X12Error, OSError):
            if alone:
                raise
            self._incomplete += 1

    def _judge(self, file: Source, alone: bool) -> Iterator[Row]:
        given = attrs.asdict(self.judging, recurse=False)
        rows: list[Row] = []

        def take(findings: list[Finding]) -> None:
            """Keep the rows of a transaction in place of its findings, which take more memory."""
            rows.extend(_rows_of_findings(findings))

        audit = check_835(
            file if alone else [file],
            limit=self._limit,
            findings_to=take if self.table == "findings" else None,
            **given,
        )
        self._look_for_errors(audit.problems)
        yield from rows
        yield from self._of_audit(audit)

    @property
    def _limit(self) -> int:
        """Number of findings to keep."""
        return sys.maxsize if self.table == "findings" else 0

    def _of_piece(self, planned: PlannedPiece) -> Iterator[Row]:
        before = planned.before
        if self.table in _OF_AUDITS:
            audit = audit_planned(planned, self.judging.with_limit(self._limit))
            self._look_for_errors(audit.problems)
            yield from self._of_audit(audit)
            return
        try:
            with open_planned(planned) as reader:
                yield from read_rows(
                    reader.claims_and_ends(),
                    self.table,
                    claims_before=before.claims,
                    transactions_before=before.transactions,
                )
                self._look_for_errors(reader.problems)
        except OSError:
            self._incomplete += 1

    def _of_audit(self, audit: Audit) -> Iterator[Row]:
        for file in audit.files:
            if file.readable:
                self._spare(file.name)
        if self.table == "problems":
            self._dropped += audit.problems_dropped
            return map(_problem, audit.problems)
        self._dropped += sum(audit.findings_dropped.values())
        return _rows_of_findings(audit.findings)

    def _look_for_errors(self, problems: Iterable[Problem]) -> None:
        self._incomplete += any(problem.level is Severity.ERROR for problem in problems)

    def _spare(self, file: str | None) -> None:
        """Refuse to overwrite a file that was read."""
        if self.path is not None:
            refuse_to_replace(self.path, file)

    def _warn(self) -> None:
        if self._incomplete and self.table != "problems":
            _warn_of(
                f"{self._incomplete} of {self._files} files could not be read completely. "
                "frames.problems of the same files says where and why"
            )
        if self._subfolders and not self._files and self.table != "problems":
            _warn_of(f"no files, but {counted(self._subfolders, 'subfolder')}. Read subfolders with recursive=True")
        if self._dropped:
            _warn_of(f"{self._dropped} more {self.table} were counted and not kept, so they are not in the table")


def _are_findings(source: object) -> TypeGuard[Sequence[Finding]]:
    """Whether a source is a list of findings; an empty one is a list of results."""
    if not isinstance(source, (list, tuple)):
        return False
    items = cast("Sequence[object]", source)
    return isinstance(source, Rows) if not items else isinstance(items[0], Finding)


def _warn_of(text: str) -> None:
    warnings.warn(text, SequestrationWarning, stacklevel=2)


def _rows_of_findings(findings: Sequence[Finding]) -> Iterator[Row]:
    """The columns of the findings CSV that need no day, with amounts in cents.

    A few hundred findings are turned at a time, column by column. One after the other, they would take twice as long.
    """
    for start in range(0, len(findings), _FINDINGS_TO_TURN):
        part = findings[start : start + _FINDINGS_TO_TURN]
        columns = [_column([value(found) for found in part], _FINDINGS[name]) for name, value in OF_A_FINDING.items()]
        yield from zip(*columns, strict=True)


def _column(values: list[Any], kind: ColumnType) -> list[Any]:
    """The values of a column as a table holds them."""
    if kind is ColumnType.MONEY:
        return [None if value is None else int(EXACT.scaleb(value, 2)) for value in values]
    if kind is ColumnType.RATE:
        for rate in set(values):
            _refuse_more_places(rate)
    elif kind is ColumnType.TEXT:
        return [text if text is None or text.isascii() else encodable(text) for text in values]
    return values


def _problem(found: Problem) -> Row:
    values = found.to_dict()
    return tuple(
        [encodable(values[name]) if kind is ColumnType.TEXT else values[name] for name, kind in _PROBLEMS.items()]
    )


def _refuse_more_places(rate: Decimal | None) -> None:
    if rate is not None and 10**PLACES_OF_RATES % rate.as_integer_ratio()[1]:
        raise InvalidSchedule(f"The rate {rate} has more than nine decimal places, which is too many for a table.")
