"""Handle interchange, group and transaction envelopes, and the end of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from sequestration._errors import X12Error
from sequestration._runtime.interrupts import Interrupted
from sequestration._x12.elements import excerpt, get_element
from sequestration._x12.problems import ProblemCode, error_text
from sequestration._x12.remittance import Remittance
from sequestration._x12.segments import SegmentStream
from sequestration._x12.state import OpenEnvelope, ParserState, SegmentPosition

__all__ = ["Envelope"]

_DESCRIPTIONS = {
    "270": "a 270 (eligibility inquiry)",
    "271": "a 271 (eligibility response)",
    "276": "a 276 (claim status request)",
    "277": "a 277 (claim status response)",
    "278": "a 278 (authorization)",
    "820": "an 820 (premium payment)",
    "834": "an 834 (enrollment)",
    "837": "an 837 (claim submission)",
    "997": "a 997 (acknowledgment)",
    "999": "a 999 (acknowledgment)",
}
_MAX_KIND_LENGTH = 3  # Transaction types such as 837 or 277; a longer text may be part of a name.
_MAX_DIGITS = 18


class Envelope:
    """State of the open interchange, group and transaction.

    Missing or wrong parts are reported as problems.
    """

    def __init__(self, state: ParserState) -> None:
        self._state = state
        self._open = OpenEnvelope()
        self._transaction_start = 0
        self._found_835 = False
        self._unseen: set[str] = set()  # What was opened before a file that begins within a transaction.
        self._other_transaction: X12Error | None = None
        self._cut_off = False
        self._interrupted = False

    def handlers(self) -> Mapping[str, Callable[[str], None]]:
        """The handler of each envelope segment."""
        return {"ISA": self._isa, "IEA": self._iea, "GS": self._gs, "GE": self._ge, "ST": self._st, "SE": self._se}

    def resume(self, envelope: OpenEnvelope) -> None:
        """Go on between two transactions of a file that holds an 835 before them."""
        self._open = attrs.evolve(envelope)
        self._found_835 = True

    def between_transactions(self) -> OpenEnvelope | None:
        """The open envelope after a transaction; None within one or before an 835."""
        is_between = self._found_835 and self._state.is_between_transactions and not self._unseen
        return attrs.evolve(self._open) if is_between else None

    def begin(self, segments: SegmentStream) -> None:
        """Report a missing ISA, and open the transaction of a file that begins within one."""
        state, beginning = self._state, segments.beginning()
        if not segments.has_envelope:
            state.report(ProblemCode.NO_ENVELOPE, (beginning, 0))
        if segments.begins_inside:
            state.batch = beginning
            state.begin_transaction("", Remittance(file=state.log.file))
            self._found_835 = True
            self._unseen = {"ISA", "GS", "ST"}

    def end(self, segments: SegmentStream) -> None:
        """Close what is still open at the end of the file, and report what is missing."""
        state, tail = self._state, segments.tail
        at = segments.beginning(), 0
        if segments.failure is not None:
            self._fail(segments.failure, at)
        name, separator, _ = tail.partition(state.delimiters.element)
        is_open = bool(self._open_trailers())
        if state.transaction is not None:
            if name == "SE" and separator:
                state.finish_transaction()
                state.report(ProblemCode.MISSING_TERMINATOR, at)
            elif "ST" in self._unseen and not tail and segments.failure is None:
                self._end_piece()
            else:
                self._break_off(at, tail)
        elif is_open and not self._found_835 and self._other_transaction is None:
            self._break_off(at, tail)
        elif name in ("GE", "IEA") and separator:
            state.report(ProblemCode.MISSING_TERMINATOR, at)
        elif is_open and any(tag.startswith(tail) for tag in ("GE", "IEA")):
            # The tail is empty or the beginning of one of these tags.
            state.report(ProblemCode.MISSING_TRAILER, state.last(), missing=self._open_trailers())
        elif tail and (is_open or any(tag.startswith(tail[: len(tag)]) for tag in ("ISA", "GS", "ST"))):
            self._break_off(at, tail)
        elif tail:
            state.report(ProblemCode.MISPLACED_SEGMENT, at)

    def require_an_835(self) -> None:
        """Raise `X12Error` if the whole file was read and contained no 835."""
        if self._found_835:
            return
        if self._other_transaction is not None:
            raise self._other_transaction
        if not self._cut_off:
            raise X12Error("the file has no transaction set (ST)", self._state.log.file)

    def _isa(self, segment: str) -> None:
        """Begin an interchange; whatever is still open lacks its trailer."""
        missing = self._open_trailers()
        self._unseen.clear()
        self._state.finish_transaction()
        if missing:
            self._state.report(ProblemCode.MISSING_TRAILER, missing=missing)
        self._open = OpenEnvelope.begin_interchange(self._state.split(segment))

    def _iea(self, segment: str) -> None:
        self._close_group()
        parts = self._state.split(segment)
        if "ISA" not in self._unseen:
            self._check_count("IEA01", get_element(parts, 1), self._open.groups, "group")
        if self._open.interchange is not None and get_element(parts, 2).strip() != self._open.interchange:
            self._state.report(ProblemCode.WRONG_CONTROL_NUMBER, element="IEA02")
        self._open.end_interchange()

    def _gs(self, segment: str) -> None:
        self._close_group()
        self._unseen -= {"GS", "ST"}
        self._open.begin_group(self._state.split(segment))

    def _ge(self, segment: str) -> None:
        self._close_transaction_without_end()
        parts = self._state.split(segment)
        if "GS" not in self._unseen:
            self._check_count("GE01", get_element(parts, 1), self._open.transactions, "transaction")
        if self._open.group is not None and get_element(parts, 2).strip() != self._open.group:
            self._state.report(ProblemCode.WRONG_CONTROL_NUMBER, element="GE02")
        self._open.end_group()

    def _st(self, segment: str) -> None:
        self._close_transaction_without_end()
        self._unseen.discard("ST")
        state = self._state
        parts = state.split(segment)
        kind, number = get_element(parts, 1).strip(), get_element(parts, 2).strip()
        self._transaction_start = state.number()
        self._open.transactions += 1
        if kind == "835":
            self._found_835 = True
            version, group_date = self._open.version, self._open.group_date
            remittance = Remittance(control_number=number, version=version, group_date=group_date, file=state.log.file)
            state.begin_transaction(number, remittance)
            return
        state.begin_transaction(number, None)
        shown = kind if kind.isalnum() and len(kind) <= _MAX_KIND_LENGTH else "another transaction set"
        state.report(ProblemCode.OTHER_TRANSACTION, kind=shown)
        if self._other_transaction is None:
            batch, index = state.here()
            self._other_transaction = X12Error(
                f"this file is {_DESCRIPTIONS.get(kind, shown)}", state.log.file, *batch.place(index), "ST"
            )

    def _se(self, segment: str) -> None:
        state = self._state
        if state.transaction is None:
            state.report(ProblemCode.MISPLACED_SEGMENT)
            return
        state.finish_claim()
        if "ST" in self._unseen:
            state.finish_transaction()
            return
        parts = state.split(segment)
        counted = state.number() - self._transaction_start + 1
        self._check_count("SE01", get_element(parts, 1), counted, "segment")
        if get_element(parts, 2).strip() != state.transaction:
            state.report(ProblemCode.WRONG_CONTROL_NUMBER, element="SE02")
        state.finish_transaction()

    def _close_transaction_without_end(self) -> None:
        state = self._state
        if state.transaction is not None:
            state.finish_claim()
            state.report(ProblemCode.MISSING_TRAILER, missing="SE")
            state.finish_transaction()

    def _close_group(self) -> None:
        self._close_transaction_without_end()
        if self._open.group is not None:
            self._state.report(ProblemCode.MISSING_TRAILER, missing="GE")
            self._open.group = None

    def _open_trailers(self) -> str:
        """The trailers that would close what is open."""
        opened = (("SE", self._state.transaction), ("GE", self._open.group), ("IEA", self._open.interchange))
        return ", ".join(tag for tag, number in opened if number is not None)

    def _break_off(self, at: SegmentPosition, tail: str) -> None:
        """Report that the file ends too early; the claim in progress is incomplete."""
        state = self._state
        self._cut_off = True
        if state.claim is not None and not tail.startswith(("CLP", "PLB", "LX" + state.delimiters.element)):
            state.claim.complete = False
        if state.remittance is not None:
            state.remittance.complete = False
        if not self._interrupted:  # After an interrupt, the file itself is not cut off.
            state.report(ProblemCode.CUT_OFF, at)
        state.finish_transaction()

    def _end_piece(self) -> None:
        """Close a transaction that was cut out of a file by hand, where a segment ends.

        Whether its last claim is complete shows in whether the claim balances.
        """
        state = self._state
        state.report(ProblemCode.MISSING_TRAILER, state.last(), missing="SE")
        if state.remittance is not None:
            state.remittance.complete = False
        state.finish_transaction()

    def _fail(self, failure: OSError, at: SegmentPosition) -> None:
        """Report why no more could be read."""
        self._interrupted = isinstance(failure, Interrupted)
        if self._interrupted:
            self._state.report(ProblemCode.INTERRUPTED, at)
        else:
            self._state.report(ProblemCode.UNREADABLE, at, error=error_text(failure))

    def _check_count(self, element: str, said: str, counted: int, thing: str) -> None:
        said = said.strip()
        if not (said.isascii() and said.isdigit() and len(said) <= _MAX_DIGITS and int(said) == counted):
            self._state.report(
                ProblemCode.WRONG_COUNT, element=element, said=excerpt(said), counted=counted, thing=thing
            )
