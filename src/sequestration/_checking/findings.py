"""Results of a check: verdicts, explanations, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from pathlib import PurePath
from typing import Any, ClassVar

import attrs

from sequestration._checking.mistakes import Explanation
from sequestration._checking.reasons import ReasonCode
from sequestration._codes.step import Step
from sequestration._dates import Day, for_readers
from sequestration._law.periods import RatePeriod, percent
from sequestration._money import as_cents, dollars_if_known, format_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable

__all__ = ["Finding", "OwedTo", "Verdict", "heaviest_first", "mask_findings"]


class Verdict(StrEnum):
    """Result of checking the sequestration of one claim or line."""

    CORRECT = "correct"
    NOTHING_DUE = "nothing_due"
    ROUNDING = "rounding"
    CUT_TOO_LARGE = "cut_too_large"
    CUT_TOO_SMALL = "cut_too_small"
    CUT_NOT_DUE = "cut_not_due"
    MISSING = "missing"
    WRONG_GROUP = "wrong_group"
    REVERSAL = "reversal"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"

    @property
    def needs_review(self) -> bool:
        """Whether the verdict needs review."""
        return self in _NEEDS_REVIEW

    @property
    def is_wrong_amount(self) -> bool:
        """Whether the amount is wrong, so that the difference is in question.

        Under a wrong group code, the right amount was withheld; only the responsible party is wrong.
        """
        return self in _AMOUNT_IN_QUESTION

    @property
    def words(self) -> str:
        """The verdict in plain words."""
        return _WORDS[self]


_WORDS: Mapping[Verdict, str] = {
    Verdict.CORRECT: "correct",
    Verdict.NOTHING_DUE: "none due",
    Verdict.ROUNDING: "off by rounding",
    Verdict.CUT_TOO_LARGE: "over-withheld",
    Verdict.CUT_TOO_SMALL: "under-withheld",
    Verdict.CUT_NOT_DUE: "withheld while suspended",
    Verdict.MISSING: "not withheld",
    Verdict.WRONG_GROUP: "wrong group code",
    Verdict.REVERSAL: "reversal",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.UNDETERMINED: "undetermined",
}
_NEEDS_REVIEW = frozenset(
    {
        Verdict.CUT_TOO_LARGE,
        Verdict.CUT_TOO_SMALL,
        Verdict.CUT_NOT_DUE,
        Verdict.MISSING,
        Verdict.WRONG_GROUP,
    }
)
_AMOUNT_IN_QUESTION = _NEEDS_REVIEW - {Verdict.WRONG_GROUP}


class OwedTo(StrEnum):
    """Party that is owed money if a finding is true."""

    PROVIDER = "provider"
    MEDICARE = "medicare"

    @property
    def words(self) -> str:
        """The party in plain words; the reader of a finding is the provider."""
        return "Medicare" if self is OwedTo.MEDICARE else "you"


@attrs.frozen(kw_only=True, repr=False)
class Finding(Result):
    """Verdict on one service line, or on a claim with claim-level sequestration.

    Every amount is in dollars and None where it is not known.

    Attributes:
        verdict: The verdict.
        reported: Sequestration as reported, the sum where there are several; zero where there is none.
        expected: Expected sequestration.
        difference: Reported less expected: above zero, too much was withheld.
        payable: Medicare's payment before sequestration.
        paid: Payment as reported.
        rate: Rate on that date, such as `Decimal("0.02")` for 2%.
        period: Period of the schedule that has this rate, with its authorities.
        on: The date that sets the rate.
        date_rule: Rule by which that date sets the rate.
        claim_type: Institutional or professional, named only where it changes the rate.
        owed_to: Party that is owed money if the finding is true.
        explanations: Mistakes that reproduce the reported amount to the cent, most likely first, and plain facts.
        reason: Reason for the verdict undetermined or not applicable, and other remarks.
        reason_code: Code of the reason; always there with these two verdicts.
        group: Group code of the reported sequestration.
        claim: Patient control number (CLP01).
        line: Number of the service line, counted from 1; None for the claim as a whole.
        procedure: Procedure code alone, without modifiers.
        payer_claim_number: The payer's claim number (CLP07), also called ICN or DCN.
        line_control_number: The practice's own number of the line (REF 6R).
        transaction: Number of the transaction in the file (ST02).
        transaction_position: Position of the remittance in its file, counted from 1; None outside an audit.
        claim_position: Position of the claim in its file, counted from 1; None outside an audit.
        trace_number: Number of the check or EFT (TRN02).
        payment_date: Date of the payment (BPR16).
        payee_npi: NPI of the payee (N104).
        payer: Name of the payer.
        remitted_on: Remittance date.
        file: Name of the file.
        step: What to do next; only in an audit.
    """

    verdict: Verdict
    reported: Decimal | None = None
    expected: Decimal | None = None
    difference: Decimal | None = None
    payable: Decimal | None = None
    paid: Decimal | None = None
    rate: Decimal | None = None
    period: RatePeriod | None = None
    on: date | None = None
    date_rule: str = ""
    claim_type: str | None = None
    owed_to: OwedTo | None = None
    explanations: tuple[Explanation, ...] = ()
    reason: str = ""
    reason_code: ReasonCode | None = None
    group: str = ""
    claim: str = ""
    line: int | None = None
    procedure: str = ""
    payer_claim_number: str = ""
    line_control_number: str = ""
    transaction: str = ""
    transaction_position: int | None = None
    claim_position: int | None = None
    trace_number: str = ""
    payment_date: date | None = None
    payee_npi: str = ""
    payer: str = ""
    remitted_on: date | None = None
    file: str | None = None
    step: Step | None = None

    # In a narrow notebook the last columns are out of sight: the dollars come before the numbers that find the payment.
    _columns: ClassVar[tuple[str, ...]] = (
        "verdict",
        "claim or line",
        "date of service",
        "reported",
        "expected",
        "difference",
        "why",
        "file",
        "check or EFT",
        "paid on",
        "payer claim",
    )

    @property
    def _cells(self) -> tuple[object, ...]:
        return (
            self.verdict.words,
            self.place,
            for_readers(self.on) if self.on else None,
            self.reported,
            self.expected,
            self.difference,
            "; ".join(map(str, self.explanations)) or self.reason,
            PurePath(self.file).name if self.file else None,
            self.trace_number,
            for_readers(self.payment_date) if self.payment_date else None,
            self.payer_claim_number,
        )

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of future law."""
        return self.period is not None and self.period.projected

    @property
    def _in_question_cents(self) -> int:
        """Whole cents in question, as the totals count them."""
        return abs(as_cents(self.difference or 0)) if self.verdict.is_wrong_amount else 0

    @property
    def place(self) -> str:
        """Claim, line and procedure in words."""
        parts = [f"claim {self.claim}"] if self.claim else []
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.procedure:
            parts.append(self.procedure)
        return ", ".join(parts)

    @property
    def _claim_key(self) -> tuple[object, ...]:
        """Values that tell a claim from every other."""
        return (
            self.file,
            self.payer,
            self.trace_number,
            self.transaction,
            self.claim_position,
            self.payer_claim_number,
            self.claim,
        )

    @property
    def _position(self) -> str:
        """Position of the claim in its file, in words."""
        parts = [f"claim {self.claim_position:,} in the file"] if self.claim_position is not None else []
        if self.transaction:
            parts.append(f"transaction {self.transaction}")
        return ", ".join(parts)

    @property
    def _payment(self) -> str:
        """Check or EFT number, payment date and payee in words."""
        day = for_readers(self.payment_date) if self.payment_date else ""
        payee = f"to NPI {self.payee_npi}" if self.payee_npi else ""
        paid = " ".join(part for part in (day, payee) if part)
        return ", ".join(part for part in (self.trace_number, f"paid {paid}" if paid else "") if part)

    @property
    def _keys(self) -> str:
        """The keys of the claim for one line of text; empty for a single check."""
        named = (
            ("payer claim ", self.payer_claim_number),
            ("line control number ", self.line_control_number),
            ("check or EFT " if self.trace_number else "", self._payment),
            ("", self._position),
        )
        return ", ".join(f"{name}{text}" for name, text in named if text)

    def to_dict(self, as_of: Day | None = None) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text with two places, ISO dates.

        With `as_of`, the clocks of the step have the days left on that day. `reversed_since` is None: only the whole
        audit knows.
        """
        return {
            "verdict": self.verdict.value,
            "file": self.file,
            "payer": self.payer,
            "claim": self.claim,
            "line": self.line,
            "procedure": self.procedure,
            "payer_claim_number": self.payer_claim_number,
            "line_control_number": self.line_control_number,
            "transaction": self.transaction,
            "transaction_position": self.transaction_position,
            "claim_position": self.claim_position,
            "trace_number": self.trace_number,
            "payment_date": self.payment_date.isoformat() if self.payment_date else None,
            "payee_npi": self.payee_npi,
            "on": self.on.isoformat() if self.on else None,
            "date_rule": self.date_rule,
            "claim_type": self.claim_type,
            "paid": _text(self.paid),
            "payable": _text(self.payable),
            "rate": _text(self.rate),
            "rate_status": self.period.status.value if self.period else None,
            "group": self.group,
            "reported": _text(self.reported),
            "expected": _text(self.expected),
            "difference": _text(self.difference),
            "owed_to": self.owed_to.value if self.owed_to else None,
            "reversed_since": None,
            "explanations": [{"code": e.code.value, "text": e.text} for e in self.explanations],
            "reason": self.reason,
            "reason_code": self.reason_code.value if self.reason_code else None,
            "remitted_on": self.remitted_on.isoformat() if self.remitted_on else None,
            "step": self.step.to_dict(as_of) if self.step else None,
        }

    def __str__(self) -> str:
        place = " ".join(text for text in (self.place, f"({self._keys})" if self._keys else "") if text)
        parts = [f"{place}: {self.verdict.words}" if place else self.verdict.words]
        if self.reported is not None:
            parts.append(f"reported {format_dollars(self.reported)}")
        if self.expected is not None and self.rate is not None:
            parts.append(f"expected {format_dollars(self.expected)} ({self._formula})")
        if self.projected:
            parts.append("projected rate")
        parts += [str(explanation) for explanation in self.explanations]
        if self.reason:
            parts.append(self.reason)
        return make_printable("; ".join(parts))

    @property
    def _formula(self) -> str:
        """Rate, payment before sequestration and date, as far as they are known."""
        rate = percent(self.rate) if self.rate is not None else "unknown rate"
        return f"{rate} of {dollars_if_known(self.payable, '')}" + (f" on {for_readers(self.on)}" if self.on else "")

    def __repr__(self) -> str:
        return f"<Finding {self}>"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        place = f": {self.place}" if self.place else ""
        head = f"{self.verdict.words.capitalize()}{place}"
        return notebook(facts(head, self._rows()))

    def _rows(self) -> list[tuple[str, str]]:
        """The finding as names and texts: date, amounts, reasons, next step.

        A row without a name continues the row above it.
        """
        return [*self._fact_rows(), *self._step_rows()]

    def _fact_rows(self) -> list[tuple[str, str]]:
        """The facts as names and texts in reading order."""
        rows = [
            ("file", ", ".join(text for text in (self.file, self._position) if text)),
            ("payer claim number", self.payer_claim_number),
            ("line control number", self.line_control_number),
            ("check or EFT", self._payment),
            ("date of service", self._date_text),
            ("claim type", self.claim_type or ""),
            ("payment before sequestration", dollars_if_known(self.payable, "")),
            ("rate", self._rate_text),
            ("expected", dollars_if_known(self.expected, "")),
            (
                "reported",
                f"{format_dollars(self.reported)}{self._group_text}" if self.reported is not None else "unknown",
            ),
            ("difference", self._difference_text),
            *self._reasons(),
            ("note", self.reason),
        ]
        return [(name, text) for name, text in rows if text]

    @property
    def _date_text(self) -> str:
        day = for_readers(self.on) if self.on else "unknown"
        return f"{day}: {self.date_rule}" if self.date_rule else day

    @property
    def _difference_text(self) -> str:
        """The difference and the party that is owed; empty where neither is known."""
        if not self.difference or self.verdict is Verdict.UNDETERMINED:
            return ""
        # The built-in abs would round by the caller's decimal context.
        size, above = format_dollars(self.difference.copy_abs()), self.difference > 0
        if self.verdict is Verdict.NOT_APPLICABLE:
            return f"{size} {'more' if above else 'less'} than Medicare would withhold"
        owed = f", owed to {self.owed_to.words}" if self.owed_to is not None else ""
        return f"{size} {'over' if above else 'under'}-withheld{owed}"

    @property
    def _rate_text(self) -> str:
        if self.rate is None or self.period is None:
            return ""
        note = " (projected; may change)" if self.projected else ""
        return f"{percent(self.rate)} {self.period.span}{note}"

    @property
    def _group_text(self) -> str:
        return f" under group {self.group}" if self.group not in ("", "CO") else ""

    def _reasons(self) -> list[tuple[str, str]]:
        """Reasons for the amount: first the mistakes that yield it, then plain facts."""
        texts = [explanation.text for explanation in self.explanations]
        mistakes = sum(explanation.code.is_mistake for explanation in self.explanations)
        rows = [("why" if place == 0 or place >= mistakes else "or", text) for place, text in enumerate(texts)]
        if mistakes > 1:
            rows.insert(
                mistakes, ("", "(Each of these gives the same amount. The file does not show which one applies.)")
            )
        return rows

    def _step_rows(self) -> list[tuple[str, str]]:
        """The next step of a finding that needs review, as names and texts."""
        step = self.step
        if step is None or not self.verdict.needs_review:
            return []
        rows = [
            ("next step", str(step)),
            ("", str(step.authority or "")),
            *(("" if place else "last day", str(deadline)) for place, deadline in enumerate(step.deadlines)),
        ]
        return [(name, text) for name, text in rows if text]


def mask_findings(findings: Iterable[Finding], mask: Callable[[str], str]) -> list[Finding]:
    """Copy findings with other numbers of accounts, claims and lines.

    `mask` gets the accounts of a remittance before its other numbers.
    """
    masked: list[Finding] = []
    for _, group in groupby(findings, lambda finding: (finding.file, finding.transaction, finding.trace_number)):
        of_remittance = list(group)
        for finding in of_remittance:
            mask(finding.claim)
        masked += [
            attrs.evolve(
                finding,
                claim=mask(finding.claim),
                payer_claim_number=mask(finding.payer_claim_number),
                line_control_number=mask(finding.line_control_number),
            )
            for finding in of_remittance
        ]
    return masked


def heaviest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings: those that need review first, then by dollars, otherwise stable."""
    return sorted(findings, key=_weight, reverse=True)


def _weight(finding: Finding) -> tuple[bool, Decimal]:
    return finding.verdict.needs_review, (finding.difference or Decimal(0)).copy_abs()


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
