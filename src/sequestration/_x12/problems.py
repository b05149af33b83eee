"""`Problem` and its catalogue: coded facts about unusual parts of a file.

The text is built on demand. A problem never stops the read. It holds the number and the tag of a segment, never
its text, because a segment may name a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from sequestration._printable import make_printable

__all__ = [
    "PROBLEM_KINDS",
    "WHOLE_FILE_CODES",
    "Excerpt",
    "Problem",
    "ProblemCode",
    "Severity",
    "error_text",
    "most_severe_first",
]


class Severity(StrEnum):
    """Severity of a problem."""

    ERROR = "error"
    """Something could not be read, so its content is unknown."""
    NOTE = "note"
    """Something is unusual, but all of its content was read."""


class ProblemCode(StrEnum):
    """Code of a problem. The codes are stable; the page on problems explains each one."""

    NOT_AN_835 = "not_an_835"
    NOTHING_READ = "nothing_read"
    OTHER_FILES_SKIPPED = "other_files_skipped"
    UNREADABLE = "unreadable"
    WORKER_LOST = "worker_lost"
    INTERRUPTED = "interrupted"
    CUT_OFF = "cut_off"
    SEGMENT_TOO_LONG = "segment_too_long"
    CLAIM_TOO_LONG = "claim_too_long"
    TRANSACTION_TOO_LONG = "transaction_too_long"
    BAD_AMOUNT = "bad_amount"
    MISSING_AMOUNT = "missing_amount"
    BAD_DATE = "bad_date"
    ODD_AMOUNT = "odd_amount"
    UNUSUAL_DATE = "unusual_date"
    REPEATED_DATE = "repeated_date"
    DOUBTFUL_DATES = "doubtful_dates"
    LONG_NUMBER = "long_number"
    NO_ENVELOPE = "no_envelope"
    MISSING_TRAILER = "missing_trailer"
    MISSING_TERMINATOR = "missing_terminator"
    WRONG_COUNT = "wrong_count"
    WRONG_CONTROL_NUMBER = "wrong_control_number"
    OTHER_TRANSACTION = "other_transaction"
    MISPLACED_SEGMENT = "misplaced_segment"
    UNKNOWN_SEGMENT = "unknown_segment"
    MISSING_REASON = "missing_reason"
    LINE_OUT_OF_BALANCE = "line_out_of_balance"
    CLAIM_OUT_OF_BALANCE = "claim_out_of_balance"
    TRANSACTION_OUT_OF_BALANCE = "transaction_out_of_balance"
    ADJUSTMENTS_REPEATED = "adjustments_repeated"
    NOT_MIRRORED = "not_mirrored"
    STATUS_CONTRADICTS_AMOUNTS = "status_contradicts_amounts"
    REPEATED_REMITTANCE = "repeated_remittance"
    PAYER_CUTS_NOBODY = "payer_cuts_nobody"
    PAYER_CUTS_SOME = "payer_cuts_some"
    PAYER_NAME_AGAINST = "payer_name_against"
    PLAN_MISSING = "plan_missing"
    PLAN_CUTS_OTHERWISE = "plan_cuts_otherwise"
    ONE_SIDED_ROUNDING = "one_sided_rounding"


@attrs.frozen
class Kind:
    """Entry of the catalogue: the level, and a text with placeholders for the facts."""

    level: Severity
    text: str


PROBLEM_KINDS: Mapping[ProblemCode, Kind] = {
    ProblemCode.NOT_AN_835: Kind(Severity.ERROR, "this is no 835: {found}"),
    ProblemCode.NOTHING_READ: Kind(Severity.ERROR, "there are no files to check"),
    ProblemCode.OTHER_FILES_SKIPPED: Kind(Severity.NOTE, "skipped {files}: {kinds}"),
    ProblemCode.UNREADABLE: Kind(Severity.ERROR, "this cannot be read: {error}"),
    ProblemCode.WORKER_LOST: Kind(
        Severity.ERROR, "the process that read this file was lost, and was lost again on a second try"
    ),
    ProblemCode.INTERRUPTED: Kind(
        Severity.ERROR, "the check was interrupted before this was read to its end; what follows is not in the result"
    ),
    ProblemCode.CUT_OFF: Kind(
        Severity.ERROR, "the file breaks off here; what stands before was read, the claim in progress is not judged"
    ),
    ProblemCode.SEGMENT_TOO_LONG: Kind(
        Severity.ERROR, "a segment runs on for more than {limit} bytes without its terminator; it was passed over"
    ),
    ProblemCode.CLAIM_TOO_LONG: Kind(
        Severity.ERROR,
        "a claim runs on for more than {limit} bytes or {lines} lines; the rest was passed over and it is not judged",
    ),
    ProblemCode.TRANSACTION_TOO_LONG: Kind(
        Severity.ERROR,
        "a transaction has more than {limit} provider adjustments; the rest was left out, its balance is not known",
    ),
    ProblemCode.BAD_AMOUNT: Kind(
        Severity.ERROR, "{element} is {text}, no amount of whole cents; the amount counts as unknown"
    ),
    ProblemCode.MISSING_AMOUNT: Kind(Severity.ERROR, "{element} is empty; the amount counts as unknown"),
    ProblemCode.BAD_DATE: Kind(Severity.ERROR, "{element} is {text}, no date; the date counts as unknown"),
    ProblemCode.ODD_AMOUNT: Kind(Severity.NOTE, "{element} is {text}, read as {amount}"),
    ProblemCode.UNUSUAL_DATE: Kind(Severity.NOTE, "{element} is {form}, read as {day}"),
    ProblemCode.REPEATED_DATE: Kind(
        Severity.NOTE, "this is a second date {kind} of the same line or claim; the last one was used"
    ),
    ProblemCode.DOUBTFUL_DATES: Kind(Severity.NOTE, "the claim was not checked by its dates: {reason}"),
    ProblemCode.LONG_NUMBER: Kind(Severity.NOTE, "{element} has {length} characters; the first {limit} were kept"),
    ProblemCode.NO_ENVELOPE: Kind(Severity.NOTE, "there is no ISA segment; the usual separators were assumed"),
    ProblemCode.MISSING_TRAILER: Kind(Severity.NOTE, "the closing {missing} is missing; everything was read"),
    ProblemCode.MISSING_TERMINATOR: Kind(Severity.NOTE, "the last segment has no terminator; it was read"),
    ProblemCode.WRONG_COUNT: Kind(Severity.NOTE, "{element} says {said}, there are {counted} {things}"),
    ProblemCode.WRONG_CONTROL_NUMBER: Kind(Severity.NOTE, "{element} differs from the control number at the start"),
    ProblemCode.OTHER_TRANSACTION: Kind(Severity.NOTE, "a transaction {kind} is no 835 and was passed over"),
    ProblemCode.MISPLACED_SEGMENT: Kind(
        Severity.NOTE, "this segment stands where it belongs to nothing; it was left out"
    ),
    ProblemCode.UNKNOWN_SEGMENT: Kind(Severity.NOTE, "unknown segment tag {tag}; the segment was skipped"),
    ProblemCode.MISSING_REASON: Kind(Severity.NOTE, "an adjustment of {amount} has no reason code"),
    ProblemCode.LINE_OUT_OF_BALANCE: Kind(
        Severity.NOTE, "line {line}: charge less payment and adjustments leaves {gap}, not 0.00"
    ),
    ProblemCode.CLAIM_OUT_OF_BALANCE: Kind(
        Severity.NOTE, "the claim's charge less its payment and all adjustments leaves {gap}, not 0.00"
    ),
    ProblemCode.TRANSACTION_OUT_OF_BALANCE: Kind(
        Severity.NOTE, "the payment is {paid}; the claims less the provider adjustments come to {sum}, {gap} apart"
    ),
    ProblemCode.ADJUSTMENTS_REPEATED: Kind(
        Severity.NOTE,
        "adjustments of this claim are reported twice; the claim balances with one set, so each was counted once",
    ),
    ProblemCode.NOT_MIRRORED: Kind(
        Severity.NOTE,
        "this reversal does not repeat the adjustments of its original with the sign turned: {difference}",
    ),
    ProblemCode.STATUS_CONTRADICTS_AMOUNTS: Kind(
        Severity.NOTE,
        "this claim has the status of a reversal (22), but its amounts are positive; it takes nothing back and was "
        "checked like any other claim",
    ),
    ProblemCode.REPEATED_REMITTANCE: Kind(
        Severity.NOTE,
        "the remittance with trace number {trace} of {date} for {amount} was already read from {first}; its dollars "
        "are counted once",
    ),
    ProblemCode.PAYER_CUTS_NOBODY: Kind(
        Severity.NOTE,
        "{payer} paid {places} places where sequestration was due and cut none of them, so it may not be "
        "fee-for-service Medicare; nothing of it is judged (say who {number} is with payers or --payer)",
    ),
    ProblemCode.PAYER_CUTS_SOME: Kind(
        Severity.NOTE,
        "{payer} withheld sequestration on {cuts} lines and none on {uncut} others where {dollars} was due, so the "
        "others prove nothing (say who {number} is with payers or --payer)",
    ),
    ProblemCode.PAYER_NAME_AGAINST: Kind(
        Severity.NOTE,
        "{payer} sends plan code {plan}, but its name speaks against fee-for-service Medicare; nothing of it is "
        "judged (say who {number} is with payers or --payer)",
    ),
    ProblemCode.PLAN_MISSING: Kind(
        Severity.NOTE,
        "{payer} sends claims without a plan code (CLP06); they are not judged (say who {number} is with payers or "
        "--payer)",
    ),
    ProblemCode.PLAN_CUTS_OTHERWISE: Kind(
        Severity.NOTE,
        "{payer}, a plan, withheld sequestration on {places} lines that Medicare's rate of the date does not explain: "
        "${more} above and ${less} below Medicare's amount; see your contract or, without one, 42 CFR 422.214",
    ),
    ProblemCode.ONE_SIDED_ROUNDING: Kind(
        Severity.NOTE, "{places} cuts of this remittance are off by a rounding, all of them too {side}, by {sum} in all"
    ),
}


WHOLE_FILE_CODES = frozenset(
    (
        ProblemCode.NOT_AN_835,
        ProblemCode.UNREADABLE,
        ProblemCode.WORKER_LOST,
        ProblemCode.INTERRUPTED,
        ProblemCode.CUT_OFF,
    )
)
"""Problems that are reported once for a file and always kept: the file, or the rest of it, is not in the result."""


@attrs.frozen
class Excerpt:
    """A bad value as a problem shows it; masked, only its kind and length are left."""

    shown: str
    kind: str

    def __str__(self) -> str:
        return self.shown


@attrs.frozen
class Problem:
    """Something unusual in a file, with its position.

    Attributes:
        code: Code of the problem.
        file: Name of the file, or None.
        offset: Offset in bytes from the start of the file, or None.
        segment_number: Number of the segment, where 1 is the first, or None.
        tag: Segment tag, or None.
        claim: Patient control number of the claim, or None.
        facts: Facts that the text of the problem states.
    """

    code: ProblemCode
    file: str | None = None
    offset: int | None = None
    segment_number: int | None = None
    tag: str | None = None
    claim: str | None = None
    facts: Mapping[str, Any] = attrs.field(factory=dict[str, Any], hash=False)

    @property
    def level(self) -> Severity:
        """Level of the problem: `error` if something could not be read, else `note`."""
        return PROBLEM_KINDS[self.code].level

    @property
    def text(self) -> str:
        """Description of the problem."""
        return PROBLEM_KINDS[self.code].text.format_map(self.facts)

    @property
    def place(self) -> str:
        """Position of the problem in words."""
        parts = [self.file] if self.file else []
        if self.segment_number is not None:
            parts.append(f"segment {self.segment_number}" + (f" ({self.tag})" if self.tag else ""))
        if self.offset is not None:
            parts.append(f"byte {self.offset}")
        if self.claim is not None:
            parts.append(f"claim {self.claim}")
        return ", ".join(parts)

    def masked(self, mask: Callable[[str], str]) -> Problem:
        """Copy with another number of the claim, and without excerpts of the file."""
        facts = {name: fact.kind if isinstance(fact, Excerpt) else fact for name, fact in self.facts.items()}
        return attrs.evolve(self, claim=mask(self.claim or "") or None, facts=facts)

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON."""
        return {
            "code": self.code.value,
            "level": self.level.value,
            "text": self.text,
            "file": self.file,
            "offset": self.offset,
            "segment_number": self.segment_number,
            "tag": self.tag,
            "claim": self.claim,
        }

    def __str__(self) -> str:
        place = self.place
        return make_printable(f"{place}: {self.text}" if place else self.text)

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(f"{self.level}: {self.code}", [("what", self.text), ("where", self.place)]))


def most_severe_first(problems: Iterable[Problem]) -> list[Problem]:
    """Sort errors before notes; problems of one level keep their order."""
    return sorted(problems, key=lambda problem: problem.level is not Severity.ERROR)


def error_text(error: OSError) -> str:
    """Reason why something cannot be read, as the system states it."""
    return error.strerror or type(error).__name__
