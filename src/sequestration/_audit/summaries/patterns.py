"""Group findings that need review and share a cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from sequestration._messages import counted
from sequestration._money import as_dollars, format_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable

__all__ = ["Pattern", "left_in_words", "lines_in_words", "patterns_of"]

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
        open_lines: Number of these whose payment was not reversed in the same files.
        open_dollars: Their part of the dollars.
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
    open_lines: int
    open_dollars: Decimal

    _columns: ClassVar[tuple[str, ...]] = (
        "payer",
        "verdict",
        "lines",
        "dollars",
        "owed to",
        "reversed since",
        "mistake",
        "dates of service",
        "claim type",
    )

    @property
    def _cells(self) -> tuple[object, ...]:
        return (
            self.payer or "other payers",
            self.verdict.words,
            self.lines,
            self.dollars,
            self.owed_to.words if self.owed_to else None,
            self._reversed,
            self.explanation.words if self.explanation else None,
            days_in_words(self.first_day, self.last_day) if self.first_day and self.last_day else None,
            self.claim_type,
        )

    @property
    def _reversed(self) -> str | None:
        """The part that was reversed since, in words; None if nothing was."""
        if self.open_lines == self.lines:
            return None
        if not self.open_lines:
            return "all"
        return f"{self.lines - self.open_lines:,}, {left_in_words(self)} left"

    @property
    def text(self) -> str:
        """The pattern in words, with what to do about it."""
        head = lines_in_words(self.payer, self.lines, self.claim_type, self.period, self.first_day, self.last_day)
        cause = f" ({self.explanation.words})" if self.explanation is not None else ""
        if self.owed_to is None:
            return f"{head}: wrong group code; {self._advice('ask the MAC to correct it')}"
        words = "due but not withheld" if self.verdict is Verdict.MISSING else self.verdict.words
        outcome = f"{format_dollars(self.dollars.copy_abs())} {words}{cause}"
        return f"{head}: {outcome}; {self._advice(_ADVICE[self.owed_to][self.open_lines >= _MIN_LINES_OF_MANY])}"

    def _advice(self, advice: str) -> str:
        """Advice on the lines that are still open, after what was reversed."""
        gone = self.lines - self.open_lines
        if not gone:
            return advice
        if not self.open_lines:
            return f"{'' if gone == 1 else 'all '}reversed since, so nothing is left to do"
        were, are = "was" if gone == 1 else "were", "is" if self.open_lines == 1 else "are"
        return f"{gone:,} of these {were} reversed since, {left_in_words(self)} {are} left: {advice}"

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
            "open_lines": self.open_lines,
            "open_dollars": str(self.open_dollars),
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
            ("reversed since", self._reversed),
            ("summary", self.text),
        ]
        return notebook(facts(self.payer or "Other payers", rows))


def patterns_of(groups: Groups, reversed_lines: Iterable[tuple[GroupKey, int]]) -> list[Pattern]:
    """Build the patterns of groups, those with the most dollars left first.

    `reversed_lines` has the group and the difference, in whole cents, of each line that was reversed since.
    """
    reversed_of = dict[GroupKey, list[int]]()
    for key, cents in reversed_lines:
        reversed_of.setdefault(groups.find(key), []).append(cents)
    found = [_pattern(key, sums, reversed_of.get(key, ())) for key, sums in groups]
    return sorted(found, key=_order)


def left_in_words(pattern: Pattern) -> str:
    """Count what was not reversed since: `4 lines ($10.00)`."""
    dollars = f" ({format_dollars(pattern.open_dollars.copy_abs())})" if pattern.owed_to else ""
    return f"{counted(pattern.open_lines, 'line')}{dollars}"


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
    return f"{payer or 'other payers'}, {counted(lines, f'{kind}line')}{days}{rate}"


def _pattern(key: GroupKey, sums: GroupSums, reversed_cents: Sequence[int]) -> Pattern:
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
        open_lines=sums.lines - len(reversed_cents),
        open_dollars=as_dollars(sums.difference_cents - sum(reversed_cents)),
    )


def _order(pattern: Pattern) -> tuple[Decimal, Decimal, int, str, date, str, str, str]:
    first = pattern.first_day or date.max
    mistake = pattern.explanation or ""
    left, size = (dollars.copy_abs().copy_negate() for dollars in (pattern.open_dollars, pattern.dollars))
    return left, size, -pattern.lines, pattern.payer, first, pattern.verdict, mistake, pattern.claim_type
