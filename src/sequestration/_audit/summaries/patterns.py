"""Group findings that need review and share a cause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from sequestration._audit.groups import GroupKey, Groups, GroupSums
from sequestration._checking.findings import OwedTo, Verdict
from sequestration._checking.mistakes import ExplanationCode
from sequestration._checking.wording import OWED_TO
from sequestration._dates import days_in_words
from sequestration._law.periods import RatePeriod, percent
from sequestration._money import as_dollars, format_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable

__all__ = ["Pattern", "lines_in_words", "patterns_of"]

_OUTCOMES = {
    Verdict.CUT_TOO_LARGE: "over-withheld",
    Verdict.CUT_TOO_SMALL: "under-withheld",
    Verdict.CUT_NOT_DUE: "withheld while suspended",
    Verdict.MISSING: "due but not withheld",
}
_ADVICE = {
    OwedTo.PROVIDER: ("request a clerical error reopening", "look for a mass adjustment"),
    OwedTo.MEDICARE: ("check the claim before you report it", "check a few of the claims before you report them"),
}
_MIN_LINES_OF_MANY = 5


@attrs.frozen
class Pattern(Result):
    """Findings that need review and have one cause.

    They share payer, verdict, mistake, period of the law and type of claim.

    Attributes:
        payer: Name of the payer; empty where very many other groups are combined.
        verdict: Verdict of all of them.
        explanation: First explanation of all of them; None if nothing explains the amounts.
        period: Period of the law; None where very many other groups are combined.
        claim_type: Institutional or professional; empty where very many other groups are combined.
        lines: Number of claims or lines, whether their findings are kept or not.
        dollars: Reported less expected: above zero, too much was withheld.
        first_day: First deciding date.
        last_day: Last deciding date.
        owed_to: Party that is owed money if the findings are true; None if only the group code is wrong.
    """

    payer: str
    verdict: Verdict
    explanation: ExplanationCode | None
    period: RatePeriod | None
    claim_type: str
    lines: int
    dollars: Decimal
    first_day: date | None
    last_day: date | None
    owed_to: OwedTo | None

    _columns: ClassVar[tuple[str, ...]] = (
        "payer",
        "verdict",
        "mistake",
        "claim type",
        "dates of service",
        "lines",
        "dollars",
        "owed to",
    )

    @property
    def _cells(self) -> tuple[object, ...]:
        return (
            self.payer or "other payers",
            self.verdict.words,
            self.explanation.words if self.explanation else None,
            self.claim_type,
            days_in_words(self.first_day, self.last_day) if self.first_day and self.last_day else None,
            self.lines,
            self.dollars,
            self.owed_to.words if self.owed_to else None,
        )

    @property
    def text(self) -> str:
        """The pattern in words, with what to do about it."""
        head = lines_in_words(self.payer, self.lines, self.claim_type, self.period, self.first_day, self.last_day)
        cause = f" ({self.explanation.words})" if self.explanation is not None else ""
        if self.owed_to is None:
            return f"{head}: wrong group code; ask the MAC to correct it"
        outcome = f"{format_dollars(self.dollars.copy_abs())} {_OUTCOMES[self.verdict]}{cause}"
        return f"{head}: {outcome}; {_ADVICE[self.owed_to][self.lines >= _MIN_LINES_OF_MANY]}"

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: the amount as text, ISO dates."""
        return {
            "payer": self.payer,
            "verdict": self.verdict.value,
            "explanation": self.explanation.value if self.explanation else None,
            "claim_type": self.claim_type,
            "rate": str(self.period.rate) if self.period else None,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "lines": self.lines,
            "dollars": str(self.dollars),
            "owed_to": self.owed_to.value if self.owed_to else None,
            "text": self.text,
        }

    def __str__(self) -> str:
        return make_printable(self.text)

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows: list[tuple[str, object]] = [
            ("verdict", self.verdict.words),
            ("mistake", self.explanation.words if self.explanation else None),
            ("claim type", self.claim_type or None),
            ("period", self.period),
            ("lines", self.lines),
            ("dollars", self.dollars),
            ("summary", self.text),
        ]
        return notebook(facts(self.payer or "Other payers", rows))


def patterns_of(groups: Groups) -> list[Pattern]:
    """Build the patterns of groups, those with the most dollars first."""
    found = [_pattern(key, sums) for key, sums in groups]
    return sorted(found, key=_order)


def lines_in_words(
    payer: str, lines: int, claim_type: str, period: RatePeriod | None, first: date | None, last: date | None
) -> str:
    """Name lines of a payer: `NGS, 412 lines of Jul 1 to Jul 15, 2022, at 2%`.

    Args:
        payer: Name of the payer; empty for several.
        lines: Number of claims or lines.
        claim_type: Institutional or professional, or empty.
        period: Period of the law, or None.
        first: First deciding date, or None.
        last: Last deciding date, or None.
    """
    kind = f"{claim_type} " if claim_type else ""
    days = f" of {days_in_words(first, last)}" if first is not None and last is not None else ""
    rate = f", at {percent(period.rate)}" if period is not None else ""
    return f"{payer or 'other payers'}, {lines:,} {kind}{'line' if lines == 1 else 'lines'}{days}{rate}"


def _pattern(key: GroupKey, sums: GroupSums) -> Pattern:
    return Pattern(
        payer=key.payer,
        verdict=key.verdict,
        explanation=key.explanation,
        period=key.period,
        claim_type=key.claim_type,
        lines=sums.lines,
        dollars=as_dollars(sums.difference_cents),
        first_day=sums.first_day,
        last_day=sums.last_day,
        owed_to=OWED_TO.get(key.verdict),
    )


def _order(pattern: Pattern) -> tuple[Decimal, int, str, date, str, str, str]:
    first = pattern.first_day or date.max
    mistake = pattern.explanation or ""
    size = pattern.dollars.copy_abs().copy_negate()
    return size, -pattern.lines, pattern.payer, first, pattern.verdict, mistake, pattern.claim_type
