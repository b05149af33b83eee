"""`Problem` and its catalogue: coded facts about unusual parts of a file.

The text is built on demand. A problem never stops the read. It holds the number and the tag of a segment, never
its text, because a segment may name a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar

import attrs

from sequestration._plain.result import Result
from sequestration._printable import make_printable
from sequestration._templates import fill_template

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
    SUBFOLDERS_SKIPPED = "subfolders_skipped"
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
    ProblemCode.NOT_AN_835: Kind(Severity.ERROR, "Not an 835: {found}."),
    ProblemCode.NOTHING_READ: Kind(Severity.ERROR, "No files to check."),
    ProblemCode.OTHER_FILES_SKIPPED: Kind(Severity.NOTE, "Skipped {files}: {kinds}."),
    ProblemCode.SUBFOLDERS_SKIPPED: Kind(
        Severity.NOTE, "Skipped {folders:subfolder}. Read subfolders with recursive=True or --recursive."
    ),
    ProblemCode.UNREADABLE: Kind(Severity.ERROR, "Could not be read: {error}."),
    ProblemCode.WORKER_LOST: Kind(
        Severity.ERROR, "The worker process that read this file ended unexpectedly, twice. The file was not checked."
    ),
    ProblemCode.INTERRUPTED: Kind(
        Severity.ERROR, "The check was interrupted before the end of this file. The rest of the file was not checked."
    ),
    ProblemCode.CUT_OFF: Kind(
        Severity.ERROR,
        "The file ends unexpectedly. Claims before this point were read; the incomplete claim was not checked.",
    ),
    ProblemCode.SEGMENT_TOO_LONG: Kind(
        Severity.ERROR, "A segment has more than {limit} bytes and no terminator. It was skipped."
    ),
    ProblemCode.CLAIM_TOO_LONG: Kind(
        Severity.ERROR,
        "A claim has more than {limit} bytes or {lines} lines. The rest was skipped, and the claim was not checked.",
    ),
    ProblemCode.TRANSACTION_TOO_LONG: Kind(
        Severity.ERROR,
        "A transaction has more than {limit} provider-level adjustments (PLB). The rest were skipped, so its balance "
        "is unknown.",
    ),
    ProblemCode.BAD_AMOUNT: Kind(
        Severity.ERROR, "{element} is {text}, not a dollar amount. The amount is treated as unknown."
    ),
    ProblemCode.MISSING_AMOUNT: Kind(Severity.ERROR, "{element} is empty. The amount is treated as unknown."),
    ProblemCode.BAD_DATE: Kind(Severity.ERROR, "{element} is {text}, not a date. The date is treated as unknown."),
    ProblemCode.ODD_AMOUNT: Kind(Severity.NOTE, "{element} is {text}. It was read as {amount}."),
    ProblemCode.UNUSUAL_DATE: Kind(Severity.NOTE, "{element} is {form}. It was read as {day}."),
    ProblemCode.REPEATED_DATE: Kind(
        Severity.NOTE, "The line or claim has more than one date {kind}. The last one was used."
    ),
    ProblemCode.DOUBTFUL_DATES: Kind(Severity.NOTE, "The claim was not checked because of its dates: {reason}."),
    ProblemCode.LONG_NUMBER: Kind(Severity.NOTE, "{element} has {length} characters. The first {limit} were kept."),
    ProblemCode.NO_ENVELOPE: Kind(Severity.NOTE, "The file has no ISA segment. The usual delimiters were assumed."),
    ProblemCode.MISSING_TRAILER: Kind(Severity.NOTE, "Missing trailer: {missing}. All claims were read."),
    ProblemCode.MISSING_TERMINATOR: Kind(Severity.NOTE, "The last segment has no terminator. It was read."),
    ProblemCode.WRONG_COUNT: Kind(Severity.NOTE, "{element} is {said}, but the file has {counted:{thing}}."),
    ProblemCode.WRONG_CONTROL_NUMBER: Kind(Severity.NOTE, "{element} does not match the control number in the header."),
    ProblemCode.OTHER_TRANSACTION: Kind(
        Severity.NOTE, "The file also has a transaction that is not an 835 ({kind}). It was skipped."
    ),
    ProblemCode.MISPLACED_SEGMENT: Kind(Severity.NOTE, "The segment is out of sequence. It was skipped."),
    ProblemCode.UNKNOWN_SEGMENT: Kind(Severity.NOTE, "Unknown segment {tag}. It was skipped."),
    ProblemCode.MISSING_REASON: Kind(Severity.NOTE, "An adjustment of {amount} has no reason code."),
    ProblemCode.LINE_OUT_OF_BALANCE: Kind(
        Severity.NOTE, "Line {line} is out of balance by {gap}: charge minus payment minus adjustments is not zero."
    ),
    ProblemCode.CLAIM_OUT_OF_BALANCE: Kind(
        Severity.NOTE, "The claim is out of balance by {gap}: charge minus payment minus adjustments is not zero."
    ),
    ProblemCode.TRANSACTION_OUT_OF_BALANCE: Kind(
        Severity.NOTE,
        "The remittance is out of balance by {gap}: the payment is {paid}, but claim payments minus provider-level "
        "adjustments (PLB) are {sum}.",
    ),
    ProblemCode.ADJUSTMENTS_REPEATED: Kind(
        Severity.NOTE,
        "Adjustments of this claim are reported twice. The claim balances with one set, so each was counted once.",
    ),
    ProblemCode.NOT_MIRRORED: Kind(
        Severity.NOTE, "This reversal does not match the adjustments of the original claim: {difference}."
    ),
    ProblemCode.STATUS_CONTRADICTS_AMOUNTS: Kind(
        Severity.NOTE,
        "The claim status is 22 (reversal), but the amounts are positive. It was checked like any other claim.",
    ),
    ProblemCode.REPEATED_REMITTANCE: Kind(
        Severity.NOTE,
        "The remittance with trace number {trace} ({amount}, {date}) was already read from {first}. Its dollars are "
        "counted once.",
    ),
    ProblemCode.PAYER_CUTS_NOBODY: Kind(
        Severity.NOTE,
        "{payer} withheld no sequestration where it was due ({places:line}), so it may not be fee-for-service "
        "Medicare. Its claims were not checked. Identify {number} with payers= or --payer.",
    ),
    ProblemCode.PAYER_CUTS_SOME: Kind(
        Severity.NOTE,
        "{payer} withheld sequestration on {cuts:line} but not on {uncut:other line} where {dollars} was due. The "
        "other lines were not checked. Identify {number} with payers= or --payer.",
    ),
    ProblemCode.PAYER_NAME_AGAINST: Kind(
        Severity.NOTE,
        "{payer} sends plan code {plan} (CLP06), but its name suggests that it is not fee-for-service Medicare. Its "
        "claims were not checked. Identify {number} with payers= or --payer.",
    ),
    ProblemCode.PLAN_MISSING: Kind(
        Severity.NOTE,
        "{payer} sends claims without a plan code (CLP06). They were not checked. Identify {number} with payers= or "
        "--payer.",
    ),
    ProblemCode.PLAN_CUTS_OTHERWISE: Kind(
        Severity.NOTE,
        "{payer}, a plan, withheld sequestration on {places:line} that Medicare's rate does not explain: {more} more "
        "and {less} less than Medicare would. See your contract or, without one, 42 CFR 422.214.",
    ),
    ProblemCode.ONE_SIDED_ROUNDING: Kind(
        Severity.NOTE,
        "{places} sequestration amounts in this remittance are off by rounding, all of them too {side}, for a total of "
        "{sum}.",
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
class Problem(Result):
    """Something unusual in a file, with its location.

    Attributes:
        code: Code of the problem.
        file: Name of the file, or None.
        offset: Offset in bytes from the start of the file, or None.
        segment_number: Number of the segment, where 1 is the first, or None.
        tag: Segment tag, or None.
        claim: Patient control number of the claim, or None.
        facts: Values in the text of the problem: dollars as `Decimal`, days as `date`.
    """

    code: ProblemCode
    file: str | None = None
    offset: int | None = None
    segment_number: int | None = None
    tag: str | None = None
    claim: str | None = None
    facts: Mapping[str, Any] = attrs.field(factory=dict[str, Any], hash=False)

    _columns: ClassVar[tuple[str, ...]] = ("level", "problem", "location")

    @property
    def _cells(self) -> tuple[object, ...]:
        return self.level, self.text, self.place

    @property
    def level(self) -> Severity:
        """Level of the problem: `error` if something could not be read, else `note`."""
        return PROBLEM_KINDS[self.code].level

    @property
    def text(self) -> str:
        """Description of the problem."""
        return fill_template(PROBLEM_KINDS[self.code].text, self.facts)

    @property
    def place(self) -> str:
        """Location of the problem in words."""
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

        return notebook(facts(f"{self.level}: {self.code}", [("problem", self.text), ("location", self.place)]))


def most_severe_first(problems: Iterable[Problem]) -> list[Problem]:
    """Sort errors before notes; problems of one level keep their order."""
    return sorted(problems, key=lambda problem: problem.level is not Severity.ERROR)


def error_text(error: OSError) -> str:
    """Reason why a file cannot be read, as the operating system reports it."""
    if isinstance(error, FileNotFoundError):
        return "file not found"
    return error.strerror or type(error).__name__
