"""State of a read: current segment, open loops, finished items and problems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import length_hint
from typing import TypeAlias

import attrs

from sequestration._dates import days_in_words
from sequestration._x12.batch import Batch
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.elements import (
    SERVICE_DATES,
    describe_odd_cents,
    excerpt,
    get_element,
    parse_amount,
    parse_date,
    parse_unusual_date,
    parse_unusual_days,
)
from sequestration._x12.model import Claim, ServiceLine
from sequestration._x12.problems import PROBLEM_KINDS, WHOLE_FILE_CODES, Problem, ProblemCode, Severity
from sequestration._x12.remittance import ProviderAdjustment, Remittance

__all__ = [
    "MAX_PROVIDER_ADJUSTMENTS",
    "FileLog",
    "OpenEnvelope",
    "ParserState",
    "ProblemLimit",
    "SegmentPosition",
]

MAX_PROBLEMS = 10_000
"""At most this many errors and this many notes are kept for a file."""
MAX_PROVIDER_ADJUSTMENTS = 10_000

# The qualifiers of the first and the last day of a period, by the qualifier that the period came with.
_PERIODS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("472", "150", "151"), ("150", "151")),
    **dict.fromkeys(("232", "233"), ("232", "233")),
}

SegmentPosition: TypeAlias = tuple[Batch, int]
"""Position of a segment: its batch and its index in the batch."""


@attrs.define
class ProblemLimit:
    """Room for the problems of a file, or of several together.

    Errors and notes have their own room, so that a thousand notes do not hide an error.
    """

    _kept: dict[Severity, int] = attrs.field(factory=lambda: dict.fromkeys(Severity, 0))

    def try_keep(self, code: ProblemCode) -> bool:
        """Take room for a problem; False if there is none left."""
        level = PROBLEM_KINDS[code].level
        if self._kept[level] >= MAX_PROBLEMS and code not in WHOLE_FILE_CODES:
            return False
        self._kept[level] += 1
        return True


@attrs.define
class FileLog:
    """Contents of a file besides its claims."""

    file: str | None
    problems: list[Problem] = attrs.field(factory=list[Problem])
    dropped: int = 0
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=list[ProviderAdjustment])
    provider_adjustments_dropped: int = 0
    _limit: ProblemLimit = attrs.field(factory=ProblemLimit)

    def add_provider_adjustment(self, adjustment: ProviderAdjustment) -> None:
        """Keep a provider-level adjustment, or only count it once very many are kept."""
        if len(self.provider_adjustments) < MAX_PROVIDER_ADJUSTMENTS:
            self.provider_adjustments.append(adjustment)
        else:
            self.provider_adjustments_dropped += 1

    def add(self, code: ProblemCode, at: SegmentPosition | None, claim: str | None, facts: dict[str, object]) -> None:
        """Keep a problem, or only count it once very many of its level are kept."""
        if not self._try_keep(code):
            return
        offset = number = tag = None
        if at is not None:
            batch, index = at
            offset, number = batch.place(index)
            tag = batch.tag(index)
        self.problems.append(Problem(code, self.file, offset, number, tag, claim, facts))

    def add_again(self, problem: Problem) -> None:
        """Keep a problem that another log kept, or only count it, as `add` does."""
        if self._try_keep(problem.code):
            self.problems.append(problem)

    def _try_keep(self, code: ProblemCode) -> bool:
        """Count a problem as kept, or as dropped and return False."""
        if self._limit.try_keep(code):
            return True
        self.dropped += 1
        return False


@attrs.define
class OpenEnvelope:
    """Interchange and group that are open between two transactions.

    Attributes:
        interchange: Control number of the open interchange (ISA13), or None.
        group: Control number of the open functional group (GS06), or None.
        groups: Number of functional groups in the interchange.
        transactions: Number of transactions in the group.
        version: Version of the standard (GS08) of the last group.
        group_date: Date of the last group (GS04).
    """

    interchange: str | None = None
    group: str | None = None
    groups: int = 0
    transactions: int = 0
    version: str = ""
    group_date: date | None = None

    @classmethod
    def begin_interchange(cls, isa: list[str]) -> OpenEnvelope:
        """The interchange that an ISA opens, from its elements."""
        return cls(get_element(isa, 13).strip())

    def begin_group(self, gs: list[str]) -> None:
        """Open the group of a GS, from its elements."""
        self.group = get_element(gs, 6).strip()
        self.version = get_element(gs, 8)
        self.group_date = parse_date(get_element(gs, 4))
        self.transactions = 0
        self.groups += 1

    def end_group(self) -> None:
        """Close the group."""
        self.group = None
        self.transactions = 0

    def end_interchange(self) -> None:
        """Close the interchange."""
        self.interchange = None
        self.groups = 0


@attrs.define(eq=False)
class ParserState:
    """State of the read of a file.

    `rest` holds the segments of the batch that are still to be read. At most one transaction is open, whose
    `remittance` is None if it is not an 835, with at most one claim and one line in it. While the reader hands out
    an item, `finished_items` is the position where the item began.
    """

    log: FileLog
    batch: Batch | None = None
    rest: Iterator[str] = attrs.field(factory=lambda: iter(()))
    delimiters: Delimiters = attrs.field(factory=lambda: Delimiters("*", ":", "~"))
    transaction: str | None = None
    remittance: Remittance | None = None
    party: str = ""
    """The party that segments before the claims describe: PR is the payer, PE the payee."""
    in_claims: bool = False
    institutional_group: bool = False
    claim: Claim | None = None
    claim_start: SegmentPosition | None = None
    line: ServiceLine | None = None
    dropping: bool = False
    """Whether the rest of an endless claim is being skipped."""
    ready: list[tuple[Claim | Remittance, SegmentPosition | None]] = attrs.field(
        factory=list[tuple[Claim | Remittance, SegmentPosition | None]]
    )
    finished_items: SegmentPosition | None = None

    # Open and finished items.

    @property
    def is_between_transactions(self) -> bool:
        """Whether no transaction is open, and all that was read is handed out."""
        return self.transaction is None and self.claim is None and not self.ready and not self.dropping

    def begin_transaction(self, number: str, remittance: Remittance | None) -> None:
        """Begin a transaction with empty state."""
        self.transaction = number
        self.remittance = remittance
        self.party = ""
        self.in_claims = self.institutional_group = self.dropping = False

    def finish_transaction(self) -> None:
        """Finish the transaction, complete or not."""
        if self.transaction is None:
            return
        self.finish_claim()
        if self.remittance is not None:
            self.ready.append((self.remittance, self.last()))
        self.transaction = self.remittance = None

    def finish_claim(self) -> None:
        """Finish the open claim, if any."""
        if self.claim is not None:
            self.ready.append((self.claim, self.claim_start))
            self.claim = self.line = None

    def hand_out(self) -> Iterator[Claim | Remittance]:
        """Yield the finished claims and transactions."""
        for item, place in self.ready:
            self.finished_items = place
            yield item
        self.ready.clear()

    # The text of the current segment.

    def split(self, segment: str) -> list[str]:
        """Split a segment into its elements."""
        return segment.split(self.delimiters.element)

    def amount(self, element: str, text: str) -> int | None:
        """Parse whole cents; report a problem that names the element on failure."""
        cents, odd = parse_amount(text)
        if odd is ProblemCode.MISSING_AMOUNT:
            self.report(odd, element=element)
        elif odd is ProblemCode.BAD_AMOUNT:
            self.report(odd, element=element, text=excerpt(text))
        elif odd is not None:
            self.report(odd, element=element, text=excerpt(text), amount=describe_odd_cents(cents))
        return cents

    def day(self, element: str, text: str) -> date | None:
        """Parse a date; report a problem on failure."""
        found = parse_date(text)
        if found is None:
            unusual = parse_unusual_date(text)
            if unusual is None:
                self.report(ProblemCode.BAD_DATE, element=element, text=excerpt(text))
            else:
                found, form = unusual
                self.report(ProblemCode.UNUSUAL_DATE, element=element, form=form, day=found)
        return found

    def days_of_dtm(self, parts: list[str], *, may_be_period: bool = False) -> tuple[date | None, ...]:
        """Parse the date of a DTM, or the two dates of a period if it may be one.

        Unusual forms are reported. None is a date that could not be read.
        """
        text = get_element(parts, 2)
        unusual = parse_unusual_days(parts) if parse_date(text) is None else None
        if unusual is None:
            return (self.day("DTM02", text),)
        element, form, days = unusual
        if len(days) > 1 and not may_be_period:
            self.report(ProblemCode.BAD_DATE, element=element, text="a period")
            return (None,)
        self.report(ProblemCode.UNUSUAL_DATE, element=element, form=form, day=days_in_words(min(days), max(days)))
        return days

    def add_dates(self, name: str, parts: list[str], dates: dict[str, date | None]) -> None:
        """Add the date of a DTM to those of its line or claim.

        A second date of one kind is reported. The last one counts, as it would without the report, and the claim keeps
        another date of service that it replaces.
        """
        names = _PERIODS.get(name)
        days = self.days_of_dtm(parts, may_be_period=names is not None)
        for kind, day in zip(names if names and len(days) > 1 else (name,), days, strict=True):
            if kind in dates:
                self.report(ProblemCode.REPEATED_DATE, kind=kind)
                if self.claim is not None and kind in SERVICE_DATES and dates[kind] != day:
                    self.claim.replaced_dates += (dates[kind],)
            dates[kind] = day

    # Problems and their positions.

    def here(self) -> SegmentPosition:
        """Position of the current segment, counted from the end of its batch."""
        assert self.batch is not None
        return self.batch, ~length_hint(self.rest)

    def number(self) -> int:
        """The number of the current segment."""
        batch, index = self.here()
        return batch.number(index)

    def last(self) -> SegmentPosition:
        """Position of the current segment or, at the end of the file, of the last one."""
        batch, index = self.here()
        return (batch, index) if batch.segments[index] else (batch, batch.last)

    def misplaced(self) -> None:
        """Report a misplaced segment, unless its transaction or claim is being skipped."""
        if not self.dropping and (self.remittance is not None or self.transaction is None):
            self.report(ProblemCode.MISPLACED_SEGMENT)

    def report(self, code: ProblemCode, at: SegmentPosition | None = None, **facts: object) -> None:
        """Report a problem at a position, by default at the current segment."""
        claim = None if self.claim is None else self.claim.control_number
        self.log.add(code, self.here() if at is None else at, claim, facts)
