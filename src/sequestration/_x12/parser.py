"""Build claims from segments.

The most common segments are handled in one loop, which determines how fast a file is read. Every segment that
names a person is dropped at once: NM1 (except the crossover carrier), N3, N4, DMG, PER.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from operator import length_hint
from typing import TypeAlias, TypeVar

from sequestration._x12.batch import Batch
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.elements import (
    CLAIM_DATES,
    CODES_OF_CAS,
    CODES_OF_CLP,
    LINE_DATES,
    MAX_CLP_LENGTH,
    PART_CENTS,
    WHOLE_CENTS,
    describe_cents,
    get_code,
    get_element,
    parse_date,
    parse_days,
    parse_procedure,
    remark_codes,
    strip_codes,
)
from sequestration._x12.envelope import Envelope
from sequestration._x12.header import HeaderParser
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.problems import ProblemCode
from sequestration._x12.remittance import Remittance
from sequestration._x12.segments import MAX_SEGMENT_LENGTH, Handlers, SegmentStream
from sequestration._x12.state import FileLog, ParserState

__all__ = ["MAX_CLAIM_LENGTH", "MAX_LINES", "Parser"]

MAX_CLAIM_LENGTH = 1 << 20  # Bytes. The standard's maximum of 999 lines takes half of this.
MAX_LINES = 10_000  # Checked once for each batch, which may add some thousands of short lines.

V = TypeVar("V")
_Days: TypeAlias = dict[str, tuple[str, date]]

_LINE_NUMBER = "6R"
_CLAIM_ELEMENTS = 10
_LINE_ELEMENTS = 6
_DRG = 11
_MAX_NUMBER_LENGTH = 80  # Characters. The standard allows 50.
_NAMELESS_TAG = re.compile(r"[A-Z]{1,2}[0-9]", re.ASCII)  # Three capitals may be a name, as where a name was cut apart.
_NUMBERS_OF_CLP = (1, 7)  # Elements in which a blank may be significant.
_MAX_CACHED = 20_000
_MAX_CACHED_LENGTH = 64


class Parser:
    """Builder of the model from segments."""

    def __init__(self, log: FileLog) -> None:
        self.state = state = ParserState(log)
        self.envelope = Envelope(state)
        self._header = HeaderParser(state)
        self._others = Handlers(
            {
                **self.envelope.handlers(),
                **self._header.handlers(),
                "LX": self._lx,
                "TS3": self._ts3,
                "LQ": self._lq,
                "MOA": self._moa,
                "MIA": self._mia,
                "QTY": self._qty,
                "NM1": self._nm1,
            },
            self._unknown,
        )
        self._line_days: _Days = {}
        self._claim_days: _Days = {}
        self._procedures: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        self._remarks: dict[str, list[str]] = {}
        self._use(state.delimiters)

    def segment_too_long(self, beginning: Batch) -> None:
        """Report an endless segment, which may have belonged to the claim in progress."""
        self.state.report(ProblemCode.SEGMENT_TOO_LONG, (beginning, 0), limit=MAX_SEGMENT_LENGTH)
        if self.state.claim is not None:
            self.state.claim.complete = False

    def begin(self, segments: SegmentStream) -> None:
        """Report how the file begins, if unusual."""
        self.envelope.begin(segments)

    def read(self, batches: Iterable[Batch]) -> Iterator[Claim | Remittance]:
        """Yield claims, and remittances at the ends of transactions.

        The most common segments are handled in one loop with local variables: a method call for each would double the
        parse time. All other segments, and amounts or dates in unusual forms, have methods. `state` always knows what
        is open, and the local variables are refreshed after a method call.
        """
        state = self.state
        whole_cents, part_cents = WHOLE_CENTS, PART_CENTS
        new_claim, new_line, new_adjustment = Claim.__new__, ServiceLine.__new__, Adjustment.__new__
        procedures, line_days, claim_days = self._procedures, self._line_days, self._claim_days
        others, ready = self._others, state.ready
        claim: Claim | None = None
        line: ServiceLine | None = None
        # These belong to the open line, or else to the claim.
        adjustments: list[Adjustment] | None = None
        amounts: dict[str, int | None] = {}
        dates: dict[str, date | None] = {}
        days: _Days = {}

        for batch in batches:
            state.batch = batch
            state.rest = rest = iter(batch.segments)
            if batch.delimiters != state.delimiters:
                self._use(batch.delimiters)
            element = batch.delimiters.element
            cas, ref, dtm, amt, svc, clp, line_reference = self._tags

            for segment in rest:
                tag = segment[:4]
                if tag == cas:
                    if adjustments is None:
                        state.misplaced()
                        continue
                    parts = segment.split(element)
                    if " " in segment:
                        strip_codes(parts, CODES_OF_CAS)
                    group = parts[1].upper()
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
                            continue  # Some senders leave empty triples in the middle.
                        adjustments.append(adjustment)
                elif tag == ref:
                    if line is not None and segment[4:7] == line_reference:
                        line.control_number = segment.split(element)[2]
                    elif line is None or " " in segment:
                        self._ref(segment)
                elif tag == dtm:
                    known = days.get(segment)
                    if known is not None and known[0] not in dates:
                        dates[known[0]] = known[1]
                    else:
                        self._dtm(segment)
                elif tag == amt:
                    if adjustments is None:
                        state.misplaced()
                        continue
                    parts = segment.split(element)
                    if " " in segment:
                        strip_codes(parts, (1,))
                    try:
                        whole, _, part = parts[2].partition(".")
                        cents = whole_cents[whole] + part_cents[part]
                    except (KeyError, IndexError):
                        cents = 0
                    amounts[parts[1]] = cents or state.amount("AMT02", get_element(parts, 2))
                elif tag == svc:
                    if claim is None:
                        state.misplaced()
                        continue
                    parts = segment.split(element)
                    if len(parts) < _LINE_ELEMENTS:
                        parts += [""] * (_LINE_ELEMENTS - len(parts))
                    state.line = line = new_line(ServiceLine)
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
                    line.charge_cents = charge or state.amount("SVC02", parts[2])
                    line.paid_cents = paid or state.amount("SVC03", parts[3])
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
                        state.finished_items = state.claim_start
                        yield claim
                    state.line = line = None
                    claim = self._new_claim(segment, new_claim(Claim))
                    if claim is None:
                        adjustments = None
                        days = {}
                    else:
                        adjustments, amounts, dates = claim.adjustments, claim.amounts_cents, claim.dates
                        days = claim_days
                elif (other := others[tag]) is not None:
                    other(segment)
                    if state.claim is not claim:  # The segment ended the claim.
                        claim = line = adjustments = None
                        days = {}
                    if ready:
                        yield from state.hand_out()
            if batch.before_claim:
                state.finish_claim()
            if ready or self._limit_claim(batch):
                claim = line = adjustments = None
                days = {}
                yield from state.hand_out()

    def end(self, segments: SegmentStream) -> Iterator[Claim | Remittance]:
        """Close what is still open at the end of the file, and report what is missing.

        Raises `X12Error` if the whole file was read and contained no 835, and the `OSError` that cut the read short.
        """
        self.envelope.end(segments)
        yield from self.state.hand_out()
        if segments.failure is not None:
            raise segments.failure
        self.envelope.require_an_835()

    def _use(self, delimiters: Delimiters) -> None:
        """Set the delimiters of an interchange."""
        element = delimiters.element
        self.state.delimiters = delimiters
        self._line_days.clear()
        self._claim_days.clear()
        self._procedures.clear()
        self._remarks.clear()
        self._others.use(element)
        self._tags = tuple(tag + element for tag in ("CAS", "REF", "DTM", "AMT", "SVC", "CLP", _LINE_NUMBER))

    # Claims and lines.

    def _lx(self, _segment: str) -> None:
        self.state.finish_claim()
        self.state.in_claims = True
        self.state.institutional_group = False

    def _ts3(self, _segment: str) -> None:
        self.state.institutional_group = True

    def _new_claim(self, segment: str, claim: Claim) -> Claim | None:
        """Begin the claim of a CLP; None, and a problem, if it is outside a transaction."""
        state = self.state
        state.claim = None
        if state.remittance is None or state.batch is None:
            state.misplaced()
            return None
        state.claim = claim
        state.claim_start = state.batch, ~length_hint(state.rest)  # The same as `here`, without a method call.
        state.dropping = False
        state.in_claims = True
        parts = segment.split(state.delimiters.element)
        if " " in segment:
            strip_codes(parts, CODES_OF_CLP)
        if len(parts) < _CLAIM_ELEMENTS:
            parts += [""] * (_CLAIM_ELEMENTS - len(parts))
        if len(segment) > MAX_CLP_LENGTH:
            self._shorten_numbers(claim, parts)
        claim.control_number = parts[1]
        claim.status = parts[2]
        try:
            whole, _, part = parts[3].partition(".")
            charge = WHOLE_CENTS[whole] + PART_CENTS[part]
            whole, _, part = parts[4].partition(".")
            paid = WHOLE_CENTS[whole] + PART_CENTS[part]
            whole, _, part = parts[5].partition(".")
            share = WHOLE_CENTS[whole] + PART_CENTS[part]
        except KeyError:
            charge = paid = share = 0
        claim.charge_cents = charge or state.amount("CLP03", parts[3])
        claim.paid_cents = paid or state.amount("CLP04", parts[4])
        given = share or get_code(parts, 5)
        claim.patient_responsibility_cents = share or (state.amount("CLP05", parts[5]) if given else None)
        claim.plan = parts[6]
        claim.payer_control_number = parts[7]
        claim.facility_code = parts[8]
        claim.frequency = parts[9]
        claim.adjustments = []
        claim.lines = []
        claim.dates = {}
        claim.replaced_dates = ()
        claim.amounts_cents = {}
        claim.remarks = []
        claim.original_control_number = claim.crossover_carrier = ""
        claim.drg = get_code(parts, _DRG)
        claim.inpatient_segment = False
        claim.institutional_group = state.institutional_group
        claim.covered_days = None
        claim.complete = True
        claim.damaged = False
        claim.remittance = state.remittance
        return claim

    def _shorten_numbers(self, claim: Claim, parts: list[str]) -> None:
        """Shorten endless numbers, because findings and problems repeat them."""
        claim.control_number = parts[1][:_MAX_NUMBER_LENGTH]
        for place in (*_NUMBERS_OF_CLP, *CODES_OF_CLP):
            length = len(parts[place])
            if length > _MAX_NUMBER_LENGTH:
                parts[place] = parts[place][:_MAX_NUMBER_LENGTH]
                self.state.report(
                    ProblemCode.LONG_NUMBER, element=f"CLP{place:02d}", length=length, limit=_MAX_NUMBER_LENGTH
                )

    def _unknown(self, segment: str) -> None:
        """Report a segment with an unknown tag, and mark the claim in progress."""
        state = self.state
        if state.dropping or (state.transaction is not None and state.remittance is None):
            return
        tag, _, _ = segment.partition(state.delimiters.element)
        state.report(ProblemCode.UNKNOWN_SEGMENT, tag=tag if _NAMELESS_TAG.fullmatch(tag) else "(not shown)")
        if state.claim is not None:
            state.claim.damaged = True

    def _limit_claim(self, batch: Batch) -> bool:
        """Drop an endless claim before it fills the memory; True if this was one."""
        state = self.state
        if state.claim is None or state.claim_start is None:
            return False
        length = batch.offset - state.claim_start[0].offset
        if length < MAX_CLAIM_LENGTH and len(state.claim.lines) < MAX_LINES:
            return False
        state.report(ProblemCode.CLAIM_TOO_LONG, state.claim_start, limit=MAX_CLAIM_LENGTH, lines=MAX_LINES)
        state.claim.complete = False
        state.finish_claim()
        state.dropping = True
        return True

    def _procedure(self, composite: str) -> tuple[str, str, tuple[str, ...]]:
        """Qualifier, code and modifiers of a composite, cached because most recur."""
        found = parse_procedure(composite, self.state.delimiters.component)
        _remember(self._procedures, composite, found)
        return found

    def _complete(self, adjustment: Adjustment, parts: list[str], place: int) -> bool:
        """Finish an adjustment in an unusual form; False if its triple is empty."""
        if not adjustment.reason and not get_code(parts, place + 1):
            return False
        adjustment.amount_cents = cents = self.state.amount(f"CAS{place + 1:02d}", get_element(parts, place + 1))
        if not adjustment.reason:
            self.state.report(ProblemCode.MISSING_REASON, amount=describe_cents(cents))
        return True

    def _dtm(self, segment: str) -> None:
        """Handle a new date of the line, the claim or the remittance."""
        state = self.state
        if state.line is not None:
            self._add_day(segment, LINE_DATES, state.line.dates, self._line_days)
        elif state.claim is not None:
            self._add_day(segment, CLAIM_DATES, state.claim.dates, self._claim_days)
        else:
            self._header.dtm(segment)

    def _add_day(self, segment: str, wanted: frozenset[str], dates: dict[str, date | None], known: _Days) -> None:
        """Add a date if it is wanted, and cache it for the same segment."""
        parts = self.state.split(segment)
        name = get_code(parts, 1)
        if name not in wanted:
            return
        day = parse_date(get_element(parts, 2))
        if day is None or name in dates:
            self.state.add_dates(name, parts, dates)
            return
        dates[name] = day
        _remember(known, segment, (name, day))

    def _ref(self, segment: str) -> None:
        """Handle a number of the payer, the claim or, if padded, a line.

        The loop handles the other numbers of a line.
        """
        claim, line = self.state.claim, self.state.line
        if claim is None:
            self._header.ref(segment)
            return
        parts = self.state.split(segment)
        name = get_code(parts, 1)
        if line is not None and name == _LINE_NUMBER:
            line.control_number = get_element(parts, 2)
        elif line is None and name == "F8":
            claim.original_control_number = get_element(parts, 2)

    def _nm1(self, segment: str) -> None:
        """Keep the crossover carrier; all other names are persons' names and are skipped."""
        claim = self.state.claim
        if "TT" in segment[4:8] and claim is not None:
            parts = self.state.split(segment)
            if get_code(parts, 1) == "TT" and get_code(parts, 2) == "2":
                claim.crossover_carrier = get_element(parts, 3).strip()

    def _lq(self, segment: str) -> None:
        line = self.state.line
        if line is not None:
            line.remarks += self._remarks.get(segment) or self._remarks_of(segment)

    def _moa(self, segment: str) -> None:
        claim = self.state.claim
        if claim is not None:
            claim.remarks += self._remarks.get(segment) or self._remarks_of(segment)

    def _mia(self, segment: str) -> None:
        claim = self.state.claim
        if claim is not None:
            claim.inpatient_segment = True
            self._add_covered_days(claim, 1, segment)
            claim.remarks += self._remarks.get(segment) or self._remarks_of(segment)

    def _qty(self, segment: str) -> None:
        claim = self.state.claim
        if claim is not None and self.state.line is None and segment[4:6] == "CA":
            self._add_covered_days(claim, 2, segment)

    def _add_covered_days(self, claim: Claim, place: int, segment: str) -> None:
        days = parse_days(get_element(self.state.split(segment), place))
        claim.covered_days = days if claim.covered_days is None else max(claim.covered_days, days or 0)

    def _remarks_of(self, segment: str) -> list[str]:
        """The remark codes of an LQ, MOA or MIA segment."""
        found = remark_codes(self.state.split(segment))
        _remember(self._remarks, segment, found)
        return found


def _remember(known: dict[str, V], text: str, meaning: V) -> None:
    """Keep the meaning of a text, unless it is long or very many are kept."""
    if len(known) < _MAX_CACHED and len(text) <= _MAX_CACHED_LENGTH:
        known[text] = meaning
