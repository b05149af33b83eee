"""Bytes to claims, streaming: batches of segments, then the model; oddities become problems with their place.

The 835 (Health Care Claim Payment/Advice), versions 004010 and 005010. Dropped at the first look: every
segment that names a patient (NM1, N3, N4, DMG, PER).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from operator import length_hint
from os import PathLike, fspath
from typing import BinaryIO, Self, TypeAlias

import attrs

from sequestration._errors import X12Error
from sequestration._problems import Problem, ProblemCode
from sequestration._remittance import Adjustment, Claim, ProviderAdjustment, Remittance, ServiceLine
from sequestration._segments import LONGEST_SEGMENT, Batch, SegmentStream, Separators
from sequestration._values import as_dollars, quoted

__all__ = ["LONGEST_CLAIM", "MOST_PROBLEMS", "RemittanceReader", "Source", "read_835"]

Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO
"""A remittance: a path, its bytes, or a binary file."""

LONGEST_CLAIM = 1 << 20  # bytes; 999 lines, the most that the standard allows, take half of it
MOST_PROBLEMS = 10_000

# The cents of the digits before and behind the point, for the amounts that come most.
_WHOLE_CENTS = {str(number): number * 100 for number in range(5000)} | {"": 0}
_PART_CENTS = {"": 0} | {f"{n}": n * 10 for n in range(10)} | {f"{n:02d}": n for n in range(100)}
_MOST_DIGITS = 18
_DIGITS_OF_DAY = 8
_LONGEST_SHOWN = 12  # characters of a bad amount or date that a problem may show
_AMOUNT = re.compile(r"(-?)(\d{0,18})(?:\.(\d{0,2})0*)?", re.ASCII)
_ODD_AMOUNT = re.compile(r"\s*([+-]?)\s*\$?(\d{1,3}(?:,\d{3})+|\d{0,18})(?:\.(\d{0,2})0*)?\s*", re.ASCII)
_CLAIM_DATES = frozenset(("232", "233", "036", "050"))
_LINE_DATES = frozenset(("472", "150", "151"))
_CLAIM_ELEMENTS = 10
_LINE_ELEMENTS = 6
_MOST_CACHED = 20_000
_LONGEST_CACHED = 64
_MOST_PAYER_IDS = 20


def read_835(source: Source) -> RemittanceReader:
    """Open a remittance (path, bytes or binary file) and read its claims one after the other.

    The reader is an iterator over `Claim`, and a context manager that closes what it opened. It reads the
    first segment at once and streams the rest: memory does not grow with the file. What is odd stands in
    `reader.problems`, and the rest is still read. Raises `X12Error` where the input is no 835 at all (at
    once where it does not begin as X12, at its end where it holds other transactions only) and the
    `OSError` that it is where a path cannot be read.

    >>> with read_835(EXAMPLE) as reader:
    ...     for claim in reader:
    ...         print(claim.control_number, claim.charge, claim.paid, claim.lines[0].procedure)
    A-1 150.00 78.40 99213
    """
    return RemittanceReader(source)


class RemittanceReader:
    """The claims of one remittance file; made by `read_835`.

    `problems` and `provider_adjustments` grow while the file is read. Of more than 10,000 problems the
    rest are counted in `problems_dropped`. A file that the reader opened is closed at its end, or when
    nobody reads on.
    """

    def __init__(self, source: Source) -> None:
        file, stream, self._owned = _opened(source)
        self._log = _Log(file)
        self._parser = _Parser(self._log)
        try:
            self._segments = SegmentStream(stream, file, self._parser.segment_too_long)
        except BaseException:
            self.close()
            raise
        # The generators hold nothing of the reader: with the last user of either, the file goes too.
        self._items = _parse(self._segments, self._parser, self._owned)
        self._claims = (item for item in self._items if type(item) is Claim)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Claim]:
        self._check_open()
        return self._claims

    def __next__(self) -> Claim:
        self._check_open()
        return next(self._claims)

    def close(self) -> None:
        """Close the file, if this reader opened it; no more is read."""
        self._closed = True
        self._owned.close()

    @property
    def file(self) -> str | None:
        """The name of the file, where it has one."""
        return self._log.file

    @property
    def problems(self) -> list[Problem]:
        """What was odd so far."""
        return self._log.problems

    @property
    def problems_dropped(self) -> int:
        """How many problems more there were than are kept."""
        return self._log.dropped

    @property
    def provider_adjustments(self) -> list[ProviderAdjustment]:
        """The provider adjustments (PLB) so far, which stand behind the claims of their transaction."""
        return self._log.provider_adjustments

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file have been read so far."""
        return self._segments.bytes_read

    def claims_and_ends(self) -> Iterator[Claim | Remittance]:
        """Claims as they come, and after the last claim of a transaction its `Remittance`."""
        self._check_open()
        return self._items

    def report(self, code: ProblemCode, *, claim: str | None = None, **facts: object) -> None:
        """Add a problem that stands at the segment, or about the claim, that was handed out last."""
        self._log.add(code, self._parser.handed_out, claim, facts)

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this reader is closed")


class _Owned:
    """The file that a reader opened itself, if it did; closed with whoever holds this last."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def close(self) -> None:
        """Close it, if there is one."""
        if self._file is not None:
            self._file.close()

    def __del__(self) -> None:
        self.close()


def _parse(segments: SegmentStream, parser: _Parser, owned: _Owned) -> Iterator[Claim | Remittance]:
    """Claims and ends of transactions, as the segments come."""
    yield from parser.read(segments)
    owned.close()
    yield from parser.end(segments)


Place: TypeAlias = tuple[Batch, int]
"""A segment: its batch, and its index there."""


@attrs.define
class _Log:
    """What a file has beside its claims."""

    file: str | None
    problems: list[Problem] = attrs.field(factory=list)
    dropped: int = 0
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=list)

    def add(self, code: ProblemCode, at: Place | None, claim: str | None, facts: dict[str, object]) -> None:
        """Keep a problem, or count it where very many are kept already."""
        if len(self.problems) >= MOST_PROBLEMS:
            self.dropped += 1
            return
        offset = number = tag = None
        if at is not None:
            batch, index = at
            offset, number = batch.place(index)
            tag = batch.tag(index)
        self.problems.append(Problem(code, self.file, offset, number, tag, claim, facts))


class _Handlers(dict[str, "Callable[[str], None] | None"]):
    """What reads a segment, by its first four characters; None for one that nobody needs.

    Filled as segments come, for of a tag of two letters the fourth character is data already.
    """

    def __init__(self, handlers: dict[str, Callable[[str], None]]) -> None:
        super().__init__()
        self._of_tag = handlers
        self._element = "*"

    def use(self, element: str) -> None:
        """Take up the separator of elements."""
        self.clear()
        self._element = element

    def __missing__(self, start: str) -> Callable[[str], None] | None:
        tag, separator, _ = start.partition(self._element)
        handler = self._of_tag.get(tag) if separator else None
        if len(self) < _MOST_CACHED:
            self[start] = handler
        return handler


class _Parser:
    """Segments to the model: what is open now, and what is done and waits to be handed out."""

    def __init__(self, log: _Log) -> None:
        self._log = log
        self._ready: list[tuple[Claim | Remittance, Place | None]] = []
        self.handed_out: Place | None = None
        self._batch: Batch | None = None
        self._rest: Iterator[str] = iter(())  # the segments of the batch that are still to be read
        self._separators: Separators | None = None
        self._element = "*"
        self._component = ":"
        self._tags: tuple[str, ...] = ()
        self._others = _Handlers(
            {
                "LQ": self._lq,
                "MOA": self._moa,
                "MIA": self._mia,
                "LX": self._lx,
                "TS3": self._ts3,
                "PLB": self._plb,
                "BPR": self._bpr,
                "TRN": self._trn,
                "N1": self._n1,
                "ISA": self._isa,
                "IEA": self._iea,
                "GS": self._gs,
                "GE": self._ge,
                "ST": self._st,
                "SE": self._se,
            }
        )
        self._line_days: dict[str, tuple[str, date]] = {}
        self._claim_days: dict[str, tuple[str, date]] = {}
        self._procedures: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        self._remarks: dict[str, list[str]] = {}
        # What is open: interchange, group, transaction, claim, line.
        self._interchange: str | None = None
        self._group: str | None = None
        self._transaction: str | None = None
        self._transaction_start = 0
        self._groups = 0
        self._transactions = 0
        self._remittance: Remittance | None = None
        self._party = ""
        self._version = ""
        self._group_date: date | None = None
        self._in_claims = False
        self._institutional_group = False
        self._claim: Claim | None = None
        self._claim_start: Place | None = None
        self._line: ServiceLine | None = None
        self._dropping = False
        self._found_835 = False
        self._other_transaction: X12Error | None = None
        self._cut_off = False

    # Segments in, claims out.

    def read(self, segments: SegmentStream) -> Iterator[Claim | Remittance]:
        """Claims and ends of transactions.

        The commonest segments are read here in one loop, with what is open in local variables, for a call
        each would cost as much again as the reading; the others have a method each. An amount or a date
        that is not of the plain kind is left to a method too. `self` always knows what is open, and after a
        method the local variables follow it.
        """
        if not segments.has_envelope:
            self._report(ProblemCode.NO_ENVELOPE, (segments.beginning(), 0))
        whole_cents, part_cents = _WHOLE_CENTS, _PART_CENTS
        new_claim, new_line, new_adjustment = Claim.__new__, ServiceLine.__new__, Adjustment.__new__
        procedures, line_days, claim_days = self._procedures, self._line_days, self._claim_days
        others, ready = self._others, self._ready
        claim: Claim | None = None
        line: ServiceLine | None = None
        # Of the line that is open, or else of the claim:
        adjustments: list[Adjustment] | None = None
        amounts: dict[str, int | None] = {}
        dates: dict[str, date | None] = {}
        days: dict[str, tuple[str, date]] = {}

        for batch in segments:
            self._batch = batch
            self._rest = rest = iter(batch.segments)
            if batch.separators != self._separators:
                self._use(batch.separators)
            element = self._element
            cas, ref, dtm, amt, svc, clp, line_reference = self._tags

            for segment in rest:
                tag = segment[:4]
                if tag == cas:
                    if adjustments is None:
                        self._misplaced()
                        continue
                    parts = segment.split(element)
                    group = parts[1]
                    end = len(parts)
                    place = -1
                    while (place := place + 3) < end:
                        adjustment = new_adjustment(Adjustment)
                        adjustment.group = group
                        adjustment.reason = reason = parts[place]
                        adjustment.quantity = parts[place + 2] or None if place + 2 < end else None
                        try:
                            whole, _, part = parts[place + 1].partition(".")
                            cents = whole_cents[whole] + part_cents[part]
                        except (KeyError, IndexError):
                            cents = 0
                        adjustment.amount_cents = cents
                        if not (cents and reason) and not self._complete(adjustment, parts, place):
                            continue  # an empty triple: some senders leave them in the middle
                        adjustments.append(adjustment)
                elif tag == ref:
                    if line is None:
                        self._ref(segment)
                    elif segment[4:7] == line_reference:
                        line.control_number = segment.split(element)[2]
                elif tag == dtm:
                    known = days.get(segment)
                    if known is not None:
                        dates[known[0]] = known[1]
                    else:
                        self._dtm(segment)
                elif tag == amt:
                    if adjustments is None:
                        self._misplaced()
                        continue
                    parts = segment.split(element)
                    try:
                        whole, _, part = parts[2].partition(".")
                        cents = whole_cents[whole] + part_cents[part]
                    except (KeyError, IndexError):
                        cents = 0
                    amounts[parts[1]] = cents or self._amount("AMT02", _get(parts, 2))
                elif tag == svc:
                    if claim is None:
                        self._misplaced()
                        continue
                    parts = segment.split(element)
                    if len(parts) < _LINE_ELEMENTS:
                        parts += [""] * (_LINE_ELEMENTS - len(parts))
                    self._line = line = new_line(ServiceLine)
                    composite = parts[1]
                    procedure = procedures.get(composite) or self._procedure(composite)
                    line.qualifier, line.procedure, line.modifiers = procedure
                    try:
                        whole, _, part = parts[2].partition(".")
                        charge = whole_cents[whole] + part_cents[part]
                        whole, _, part = parts[3].partition(".")
                        paid = whole_cents[whole] + part_cents[part]
                    except KeyError:
                        charge = paid = 0
                    line.charge_cents = charge or self._amount("SVC02", parts[2])
                    line.paid_cents = paid or self._amount("SVC03", parts[3])
                    line.revenue_code = parts[4]
                    line.units = parts[5]
                    line.adjustments = adjustments = []
                    line.amounts_cents = amounts = {}
                    line.dates = dates = {}
                    line.remarks = []
                    line.control_number = ""
                    claim.lines.append(line)
                    line.number = len(claim.lines)
                    days = line_days
                elif tag == clp:
                    if claim is not None:
                        self.handed_out = self._claim_start
                        yield claim
                    self._line = line = None
                    self._claim = claim = self._new_claim(segment, new_claim(Claim))
                    if claim is None:
                        adjustments = None
                        days = {}
                    else:
                        adjustments, amounts, dates = claim.adjustments, claim.amounts_cents, claim.dates
                        days = claim_days
                elif (other := others[tag]) is not None:
                    other(segment)
                    if self._claim is not claim:  # the segment ended it
                        claim = line = adjustments = None
                        days = {}
                    if ready:
                        yield from self._hand_out()
            if self._limit_claim(batch):
                claim = line = adjustments = None
                days = {}
                yield from self._hand_out()

    def _hand_out(self) -> Iterator[Claim | Remittance]:
        """What has been finished; while an item is out, `handed_out` is where it began."""
        for item, place in self._ready:
            self.handed_out = place
            yield item
        self._ready.clear()

    def end(self, segments: SegmentStream) -> Iterator[Claim | Remittance]:
        """The file has ended: close what is open, and say what is missing.

        Raises `X12Error` where the whole file was read and held no 835.
        """
        self._end(segments)
        yield from self._hand_out()
        if self._found_835:
            return
        if self._other_transaction is not None:
            raise self._other_transaction
        if not self._cut_off:
            raise X12Error("this is no 835: it holds no transaction", self._log.file)

    def _end(self, segments: SegmentStream) -> None:
        tail = segments.tail
        at = segments.beginning(), 0
        name, separator, _ = tail.partition(self._element)
        is_open = bool(self._open_trailers())
        if self._transaction is not None:
            if name == "SE" and separator:
                self._close_transaction()
                self._report(ProblemCode.MISSING_TERMINATOR, at)
            else:
                self._break_off(at, tail)
        elif is_open and not self._found_835 and self._other_transaction is None:
            self._break_off(at, tail)
        elif name in ("GE", "IEA") and separator:
            self._report(ProblemCode.MISSING_TERMINATOR, at)
        elif is_open and any(tag.startswith(tail) for tag in ("GE", "IEA")):
            self._report(ProblemCode.MISSING_TRAILER, self._last(), missing=self._open_trailers())
        elif tail and (is_open or any(tag.startswith(tail[: len(tag)]) for tag in ("ISA", "GS", "ST"))):
            self._break_off(at, tail)
        elif tail:
            self._report(ProblemCode.MISPLACED_SEGMENT, at)

    def segment_too_long(self, beginning: Batch) -> None:
        """A segment has no end in sight; it may have told of the claim in progress."""
        self._report(ProblemCode.SEGMENT_TOO_LONG, (beginning, 0), limit=LONGEST_SEGMENT)
        if self._claim is not None:
            self._claim.complete = False

    def _use(self, separators: Separators) -> None:
        """Take up the separators of an interchange."""
        self._separators = separators
        self._element = element = separators.element
        self._component = separators.component
        self._line_days.clear()
        self._claim_days.clear()
        self._procedures.clear()
        self._remarks.clear()
        self._others.use(element)
        self._tags = tuple(tag + element for tag in ("CAS", "REF", "DTM", "AMT", "SVC", "CLP", "6R"))

    # Envelope: interchange, group, transaction.

    def _isa(self, segment: str) -> None:
        """A new interchange; what is still open lacks its end."""
        missing = self._open_trailers()
        self._close_transaction()
        if missing:
            self._report(ProblemCode.MISSING_TRAILER, missing=missing)
        self._group = None
        self._interchange = _get(segment.split(self._element), 13).strip()
        self._groups = 0

    def _iea(self, segment: str) -> None:
        self._close_group()
        parts = segment.split(self._element)
        self._check_count("IEA01", _get(parts, 1), self._groups, "groups")
        if self._interchange is not None and _get(parts, 2).strip() != self._interchange:
            self._report(ProblemCode.WRONG_CONTROL_NUMBER, element="IEA02")
        self._interchange = None
        self._groups = 0

    def _gs(self, segment: str) -> None:
        self._close_group()
        parts = segment.split(self._element)
        self._group = _get(parts, 6).strip()
        self._version = _get(parts, 8)
        self._group_date = _date_of(_get(parts, 4))
        self._transactions = 0
        self._groups += 1

    def _ge(self, segment: str) -> None:
        self._close_transaction_without_end()
        parts = segment.split(self._element)
        self._check_count("GE01", _get(parts, 1), self._transactions, "transactions")
        if self._group is not None and _get(parts, 2).strip() != self._group:
            self._report(ProblemCode.WRONG_CONTROL_NUMBER, element="GE02")
        self._group = None
        self._transactions = 0

    def _st(self, segment: str) -> None:
        self._close_transaction_without_end()
        parts = segment.split(self._element)
        kind = _get(parts, 1).strip()
        self._transaction = _get(parts, 2).strip()
        self._transaction_start = self._number()
        self._transactions += 1
        self._party = ""
        self._in_claims = self._institutional_group = self._dropping = False
        if kind == "835":
            self._found_835 = True
            self._remittance = Remittance(
                control_number=self._transaction,
                version=self._version,
                group_date=self._group_date,
                file=self._log.file,
            )
            return
        shown = kind[:8] if kind.isalnum() else quoted(kind, 8)
        self._report(ProblemCode.OTHER_TRANSACTION, kind=shown)
        if self._other_transaction is None:
            batch, index = self._here()
            self._other_transaction = X12Error(
                f"this is no 835: it holds a transaction {shown}", self._log.file, *batch.place(index), "ST"
            )

    def _se(self, segment: str) -> None:
        if self._transaction is None:
            self._report(ProblemCode.MISPLACED_SEGMENT)
            return
        self._finish_claim()
        parts = segment.split(self._element)
        self._check_count("SE01", _get(parts, 1), self._number() - self._transaction_start + 1, "segments")
        if _get(parts, 2).strip() != self._transaction:
            self._report(ProblemCode.WRONG_CONTROL_NUMBER, element="SE02")
        self._close_transaction()

    def _close_transaction(self) -> None:
        if self._transaction is None:
            return
        self._finish_claim()
        if self._remittance is not None:
            self._ready.append((self._remittance, self._last()))
        self._transaction = self._remittance = None

    def _close_transaction_without_end(self) -> None:
        if self._transaction is not None:
            self._finish_claim()
            self._report(ProblemCode.MISSING_TRAILER, missing="SE")
            self._close_transaction()

    def _close_group(self) -> None:
        self._close_transaction_without_end()
        if self._group is not None:
            self._report(ProblemCode.MISSING_TRAILER, missing="GE")
            self._group = None

    def _open_trailers(self) -> str:
        """The segments that would end what is open."""
        opened = (("SE", self._transaction), ("GE", self._group), ("IEA", self._interchange))
        return ", ".join(tag for tag, number in opened if number is not None)

    def _break_off(self, at: Place, tail: str) -> None:
        """The file ends where more must follow: the claim in progress is not whole."""
        self._cut_off = True
        if self._claim is not None and not tail.startswith(("CLP", "PLB", "LX" + self._element)):
            self._claim.complete = False
        if self._remittance is not None:
            self._remittance.complete = False
        self._report(ProblemCode.CUT_OFF, at)
        self._close_transaction()

    def _check_count(self, element: str, said: str, counted: int, things: str) -> None:
        said = said.strip()
        if not (said.isascii() and said.isdigit() and len(said) < 19 and int(said) == counted):
            shown = quoted(said, _LONGEST_SHOWN)
            self._report(ProblemCode.WRONG_COUNT, element=element, said=shown, counted=counted, things=things)

    # What stands before the claims.

    def _bpr(self, segment: str) -> None:
        if self._remittance is None:
            return
        parts = segment.split(self._element)
        amount = self._amount("BPR02", _get(parts, 2))
        if amount is not None and _get(parts, 3) == "D":
            amount = -amount
        self._remittance.payment_cents = amount
        self._remittance.method = _get(parts, 4)
        text = _get(parts, 16)
        if text:
            self._remittance.paid_on = self._date("BPR16", text)

    def _trn(self, segment: str) -> None:
        if self._remittance is None or self._in_claims:
            return
        parts = segment.split(self._element)
        self._remittance.trace_number = _get(parts, 2)
        self._add_payer_id(_get(parts, 3))

    def _n1(self, segment: str) -> None:
        if self._remittance is None or self._in_claims:
            return
        parts = segment.split(self._element)
        self._party = _get(parts, 1)
        if self._party == "PR":
            self._remittance.payer = _readable(_get(parts, 2))
            self._add_payer_id(_get(parts, 4))
        elif self._party == "PE":
            self._remittance.payee = _readable(_get(parts, 2))
            self._remittance.payee_id = _get(parts, 4)

    def _add_payer_id(self, number: str) -> None:
        number = number.strip()
        ids = () if self._remittance is None else self._remittance.payer_ids
        if self._remittance is not None and number and number not in ids and len(ids) < _MOST_PAYER_IDS:
            self._remittance.payer_ids = (*ids, number)

    def _lx(self, _segment: str) -> None:
        self._finish_claim()
        self._in_claims = True
        self._institutional_group = False

    def _ts3(self, _segment: str) -> None:
        self._institutional_group = True

    # Claims and lines.

    def _new_claim(self, segment: str, claim: Claim) -> Claim | None:
        """The claim that a CLP begins; None, and a problem, where it stands in no transaction."""
        self._claim = None
        if self._remittance is None:
            self._misplaced()
            return None
        self._claim = claim
        self._claim_start = self._here()
        self._dropping = False
        self._in_claims = True
        parts = segment.split(self._element)
        if len(parts) < _CLAIM_ELEMENTS:
            parts += [""] * (_CLAIM_ELEMENTS - len(parts))
        claim.control_number = parts[1]
        claim.status = parts[2]
        try:
            whole, _, part = parts[3].partition(".")
            charge = _WHOLE_CENTS[whole] + _PART_CENTS[part]
            whole, _, part = parts[4].partition(".")
            paid = _WHOLE_CENTS[whole] + _PART_CENTS[part]
            whole, _, part = parts[5].partition(".")
            share = _WHOLE_CENTS[whole] + _PART_CENTS[part]
        except KeyError:
            charge = paid = share = 0
        claim.charge_cents = charge or self._amount("CLP03", parts[3])
        claim.paid_cents = paid or self._amount("CLP04", parts[4])
        claim.patient_responsibility_cents = share or (self._amount("CLP05", parts[5]) if parts[5] else None)
        claim.plan = parts[6]
        claim.payer_control_number = parts[7]
        claim.facility_code = parts[8]
        claim.frequency = parts[9]
        claim.adjustments = []
        claim.lines = []
        claim.dates = {}
        claim.amounts_cents = {}
        claim.remarks = []
        claim.original_control_number = ""
        claim.inpatient_segment = False
        claim.institutional_group = self._institutional_group
        claim.complete = True
        claim.remittance = self._remittance
        return claim

    def _finish_claim(self) -> None:
        if self._claim is not None:
            self._ready.append((self._claim, self._claim_start))
            self._claim = self._line = None

    def _limit_claim(self, batch: Batch) -> bool:
        """Give up a claim without an end before it fills the memory; whether this was one."""
        if self._claim is None or self._claim_start is None:
            return False
        if batch.offset - self._claim_start[0].offset < LONGEST_CLAIM:
            return False
        self._report(ProblemCode.CLAIM_TOO_LONG, self._claim_start, limit=LONGEST_CLAIM)
        self._claim.complete = False
        self._finish_claim()
        self._dropping = True
        return True

    def _procedure(self, composite: str) -> tuple[str, str, tuple[str, ...]]:
        """Qualifier, code and modifiers of a composite; most composites come again and again."""
        qualifier, _, rest = composite.partition(self._component)
        if not rest:
            qualifier, rest = "", qualifier
        code, *modifiers = rest.split(self._component)
        found = qualifier, code, tuple(modifier for modifier in modifiers[:4] if modifier)
        if len(self._procedures) < _MOST_CACHED and len(composite) <= _LONGEST_CACHED:
            self._procedures[composite] = found
        return found

    def _complete(self, adjustment: Adjustment, parts: list[str], place: int) -> bool:
        """Finish, with care, an adjustment that is not of the plain kind; False where its triple is empty."""
        text = _get(parts, place + 1)
        if not adjustment.reason and not text:
            return False
        adjustment.amount_cents = cents = self._amount(f"CAS{place + 1:02d}", text)
        if not adjustment.reason:
            self._report(ProblemCode.MISSING_REASON, amount=_shown(cents))
        return True

    def _dtm(self, segment: str) -> None:
        """A date that was not met before: of the line, the claim or the remittance."""
        if self._line is not None:
            self._add_day(segment, _LINE_DATES, self._line.dates, self._line_days)
        elif self._claim is not None:
            self._add_day(segment, _CLAIM_DATES, self._claim.dates, self._claim_days)
        elif self._remittance is not None and segment[4:7] == "405":
            self._remittance.produced_on = self._date("DTM02", _get(segment.split(self._element), 2))

    def _add_day(
        self,
        segment: str,
        wanted: frozenset[str],
        dates: dict[str, date | None],
        known: dict[str, tuple[str, date]],
    ) -> None:
        """Add a date, if it is a wanted one, and know it when the same segment comes again."""
        parts = segment.split(self._element)
        name = parts[1]
        if name not in wanted or len(parts) < 3:
            return
        dates[name] = day = self._date("DTM02", parts[2])
        if day is not None and len(known) < _MOST_CACHED and len(segment) <= _LONGEST_CACHED:
            known[segment] = name, day

    def _ref(self, segment: str) -> None:
        """A number of the claim or of the payer; those of a line are read in the loop."""
        parts = segment.split(self._element)
        name, number = parts[1], _get(parts, 2)
        if self._claim is not None:
            if name == "F8":
                self._claim.original_control_number = number
        elif name == "2U" and self._party == "PR":
            self._add_payer_id(number)

    def _lq(self, segment: str) -> None:
        if self._line is not None:
            self._line.remarks += self._remarks.get(segment) or self._remarks_of(segment)

    def _moa(self, segment: str) -> None:
        if self._claim is not None:
            self._claim.remarks += self._remarks.get(segment) or self._remarks_of(segment)

    def _mia(self, segment: str) -> None:
        if self._claim is not None:
            self._claim.inpatient_segment = True
            self._claim.remarks += self._remarks_of(segment)

    def _remarks_of(self, segment: str) -> list[str]:
        """The remark codes of an LQ, MOA or MIA."""
        parts = segment.split(self._element)
        if parts[0] == "LQ":
            codes = parts[2:3] if parts[1] == "HE" else []
        else:
            codes = parts[3:8] if parts[0] == "MOA" else parts[5:6] + parts[20:24]
        found = [code.strip().upper() for code in codes if code.strip()]
        if len(self._remarks) < _MOST_CACHED and len(segment) <= _LONGEST_CACHED:
            self._remarks[segment] = found
        return found

    def _plb(self, segment: str) -> None:
        self._finish_claim()
        if self._remittance is None:
            self._misplaced()
            return
        parts = segment.split(self._element)
        for place in range(3, len(parts), 2):
            text = _get(parts, place + 1)
            if not parts[place] and not text:
                continue
            reason, _, reference = parts[place].partition(self._component)
            found = ProviderAdjustment(_get(parts, 1), reason, reference, None)
            found.amount_cents = self._amount(f"PLB{place + 1:02d}", text)
            self._remittance.provider_adjustments.append(found)
            self._log.provider_adjustments.append(found)

    # Amounts and dates: a quick path for what is plain, a careful one for all else.

    def _amount(self, element: str, text: str) -> int | None:
        """Whole cents; None, and a problem that names the element, where the text is no amount."""
        if text == "0":
            return 0
        whole, _, part = text.partition(".")
        if part in _PART_CENTS and whole.isdecimal() and len(whole) <= _MOST_DIGITS:
            return int(whole) * 100 + _PART_CENTS[part]
        if not text.strip():
            self._report(ProblemCode.MISSING_AMOUNT, element=element)
            return None
        plain = _AMOUNT.fullmatch(text)
        match = plain or _ODD_AMOUNT.fullmatch(text)
        if match is None or not (match[2] or match[3]):
            self._report(ProblemCode.BAD_AMOUNT, element=element, text=quoted(text, _LONGEST_SHOWN))
            return None
        sign, whole, part = match.groups()
        cents = int(whole.replace(",", "") or 0) * 100 + int(((part or "") + "00")[:2])
        cents = -cents if sign == "-" else cents
        if plain is None:
            shown = quoted(text, _LONGEST_SHOWN)
            self._report(ProblemCode.ODD_AMOUNT, element=element, text=shown, amount=_shown(cents))
        return cents

    def _date(self, element: str, text: str) -> date | None:
        """A day; None, and a problem, where the text is none."""
        day = _date_of(text)
        if day is None:
            self._report(ProblemCode.BAD_DATE, element=element, text=quoted(text, _LONGEST_SHOWN))
        return day

    # Problems with their place.

    def _here(self) -> Place:
        """The segment that is being read, counted from the end: it stands before those that are still to be read."""
        assert self._batch is not None
        return self._batch, ~length_hint(self._rest)

    def _number(self) -> int:
        batch, index = self._here()
        return batch.number(index)

    def _last(self) -> Place | None:
        """The segment that is being read or, at the end of the file, the last one."""
        if self._batch is None:
            return None
        batch, index = self._here()
        return (batch, index) if batch.segments[index] else (batch, batch.last)

    def _misplaced(self) -> None:
        """A segment belongs to nothing, unless its transaction or its claim is being passed over."""
        if not self._dropping and (self._remittance is not None or self._transaction is None):
            self._report(ProblemCode.MISPLACED_SEGMENT)

    def _report(self, code: ProblemCode, at: Place | None = None, **facts: object) -> None:
        """A problem at a place or else at the segment that is being read."""
        claim = None if self._claim is None else self._claim.control_number
        self._log.add(code, self._here() if at is None else at, claim, facts)


def _opened(source: Source) -> tuple[str | None, BinaryIO, _Owned]:
    """The name of a source, its stream, and what of it is ours to close."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return None, io.BytesIO(source), _Owned(None)
    if isinstance(source, (str, PathLike)):
        stream = open(source, "rb")  # noqa: SIM115 - the reader closes it
        return str(fspath(source)), stream, _Owned(stream)
    if not hasattr(source, "read"):
        raise TypeError(f"a remittance is a path, bytes or a binary file, not {type(source).__name__}")
    if isinstance(source, io.TextIOBase):
        raise TypeError("the file is open as text: open it in binary mode ('rb')")
    name = getattr(source, "name", None)
    return (name if isinstance(name, str) else None), source, _Owned(None)


def _get(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""


def _readable(name: str) -> str:
    """A name of payer or payee, which may be UTF-8 though the file is taken as Latin-1."""
    try:
        return name.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return name.strip()


def _date_of(text: str) -> date | None:
    text = text.strip(" ")
    if len(text) != _DIGITS_OF_DAY or not text.isdecimal():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _shown(cents: int | None) -> str:
    return "unknown" if cents is None else str(as_dollars(cents))
