"""Sums of an audit: withheld, expected, in question, and not checked.

All figures come from one table of dollars by month and verdict. So they always reconcile: what was withheld on the
lines that were checked, less what was expected, is what was over-withheld, less what was under-withheld, and rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import attrs

from sequestration._checking.findings import OwedTo, Verdict
from sequestration._money import as_dollars
from sequestration._plain.result import Result

__all__ = [
    "FIGURES",
    "NOT_CHECKED",
    "OVER",
    "UNDER",
    "AuditTotals",
    "Sums",
    "Totals",
    "count_checked",
    "count_to_review",
]

OVER = (Verdict.CUT_TOO_LARGE, Verdict.CUT_NOT_DUE)
UNDER = (Verdict.CUT_TOO_SMALL, Verdict.MISSING)
NOT_CHECKED = (Verdict.UNDETERMINED, Verdict.REVERSAL, Verdict.NOT_APPLICABLE)
"""Verdicts of claims and lines that are not checked against the law of fee-for-service Medicare."""


def count_checked(counts: Mapping[Verdict, int]) -> int:
    """Count the claims or lines that were checked, of the counts of all verdicts."""
    return sum(count for verdict, count in counts.items() if verdict not in NOT_CHECKED)


def count_to_review(counts: Mapping[Verdict, int]) -> int:
    """Count the claims or lines that need review, of the counts of all verdicts."""
    return sum(count for verdict, count in counts.items() if verdict.needs_review)


@attrs.define(repr=False)
class Sums(Result):
    """Dollars of the claims and lines with one verdict.

    Attributes:
        reported_cents: Sequestration as reported, in whole cents.
        expected_cents: Sequestration that the law requires, in whole cents; zero where it was not checked.
        in_question_cents: Absolute differences of wrong amounts, in whole cents.
    """

    reported_cents: int = 0
    expected_cents: int = 0
    in_question_cents: int = 0

    @property
    def reported(self) -> Decimal:
        """Dollars withheld as sequestration."""
        return as_dollars(self.reported_cents)

    @property
    def expected(self) -> Decimal:
        """Dollars that the law requires."""
        return as_dollars(self.expected_cents)

    @property
    def in_question(self) -> Decimal:
        """Dollars by which what needs review differs from the law."""
        return as_dollars(self.in_question_cents)

    def add(self, other: Sums) -> None:
        """Add other sums to these."""
        self.reported_cents += other.reported_cents
        self.expected_cents += other.expected_cents
        self.in_question_cents += other.in_question_cents

    def negated(self) -> Sums:
        """The same sums with the other sign."""
        return Sums(-self.reported_cents, -self.expected_cents, -self.in_question_cents)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __str__(self) -> str:
        return f"reported {self.reported}, expected {self.expected}, in question {self.in_question}"

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        row = (self.reported, self.expected, self.in_question)
        return notebook(table("Dollars", ("reported", "expected", "in question"), [row]))


_ZERO = Sums()


@attrs.define(repr=False)
class Totals(Result):
    """Dollars of claims and lines by verdict, and the figures that follow from them.

    `reported`, `expected` and `in_question` are of the same claims and lines: those that were checked against the law.
    What the file withheld beside them is in `not_checked` and `taken_back`. Other payers are left out.

    Attributes:
        by_verdict: Sums of each verdict that has any dollars.
    """

    by_verdict: dict[Verdict, Sums] = attrs.field(factory=dict[Verdict, Sums])

    @property
    def withheld(self) -> Decimal:
        """Dollars withheld in all: checked or not, less what reversals took back."""
        return as_dollars(self._cents(self.by_verdict))

    @property
    def reported(self) -> Decimal:
        """Dollars withheld on the lines that were checked."""
        return as_dollars(self._cents(self._checked))

    @property
    def expected(self) -> Decimal:
        """Dollars that the law requires for the lines that were checked."""
        return as_dollars(self._expected_cents)

    @property
    def in_question(self) -> Decimal:
        """Dollars over-withheld and under-withheld."""
        return as_dollars(self.in_question_cents)

    @property
    def over_withheld(self) -> Decimal:
        """Dollars withheld beyond what the law requires, without rounding."""
        return as_dollars(self._over_cents)

    @property
    def under_withheld(self) -> Decimal:
        """Dollars that the law requires and that were not withheld, without rounding."""
        return as_dollars(self._under_cents)

    @property
    def rounding(self) -> Decimal:
        """Dollars that rounding added to the withheld amount; below zero if it took some."""
        difference = self._cents(self._checked) - self._expected_cents
        return as_dollars(difference - self._over_cents + self._under_cents)

    @property
    def not_checked(self) -> Decimal:
        """Dollars withheld on lines that could not be checked."""
        return as_dollars(self._cents([Verdict.UNDETERMINED]))

    @property
    def taken_back(self) -> Decimal:
        """Dollars of sequestration that reversals took back; below zero."""
        return as_dollars(self._cents([Verdict.REVERSAL]))

    @property
    def by_owed_to(self) -> dict[OwedTo, Decimal]:
        """Dollars in question by the party that is owed."""
        return {OwedTo.PROVIDER: self.over_withheld, OwedTo.MEDICARE: self.under_withheld}

    @property
    def in_question_cents(self) -> int:
        """Whole cents over-withheld and under-withheld."""
        return self._over_cents + self._under_cents

    def enter(self, sums: Sums, verdict: Verdict) -> None:
        """Add sums of one verdict; a verdict whose sums become zero is left out."""
        own = self.by_verdict.get(verdict)
        if own is None:
            own = self.by_verdict[verdict] = Sums()
        own.add(sums)
        if own == _ZERO:
            del self.by_verdict[verdict]

    def to_dict(self) -> dict[str, Any]:
        """Convert to dollars as text."""
        return {
            **{name: str(getattr(self, name)) for name in FIGURES},
            "by_verdict": {
                verdict.value: self.by_verdict[verdict].to_dict() for verdict in Verdict if verdict in self.by_verdict
            },
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __str__(self) -> str:
        return f"reported {self.reported}, expected {self.expected}, in question {self.in_question}"

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        return notebook(table("Dollars", _COLUMNS, [self._cells]))

    @property
    def _cells(self) -> tuple[Decimal, ...]:
        """The figures as cells of a table."""
        return tuple(getattr(self, name) for name in FIGURES)

    @property
    def _checked(self) -> list[Verdict]:
        return [verdict for verdict in self.by_verdict if verdict not in NOT_CHECKED]

    @property
    def _expected_cents(self) -> int:
        return sum(self.by_verdict[verdict].expected_cents for verdict in self._checked)

    @property
    def _over_cents(self) -> int:
        return self._in_question_of(OVER)

    @property
    def _under_cents(self) -> int:
        return self._in_question_of(UNDER)

    def _in_question_of(self, verdicts: Iterable[Verdict]) -> int:
        return sum(self.by_verdict[verdict].in_question_cents for verdict in verdicts if verdict in self.by_verdict)

    def _cents(self, verdicts: Iterable[Verdict]) -> int:
        return sum(self.by_verdict[verdict].reported_cents for verdict in verdicts if verdict in self.by_verdict)


FIGURES = (
    "withheld",
    "reported",
    "expected",
    "in_question",
    "over_withheld",
    "under_withheld",
    "rounding",
    "not_checked",
    "taken_back",
)
"""Names of the figures, in the order of a table."""
_COLUMNS = tuple(name.replace("_", " ") for name in FIGURES)


@attrs.define(repr=False)
class AuditTotals(Totals):
    """Sums of an audit: overall, by month of the deciding date, and without a date.

    The months and `no_date` add up to the overall figures.

    Attributes:
        by_verdict: Overall sums of each verdict that has any dollars.
        by_month: Sums by month (YYYY-MM).
        no_date: Sums of the claims and lines without a date.
    """

    by_month: dict[str, Totals] = attrs.field(factory=dict[str, Totals])
    no_date: Totals = attrs.field(factory=Totals)

    def enter_month(self, sums: Sums, month: str, verdict: Verdict) -> None:
        """Add sums of one verdict in one month.

        Args:
            sums: Sums to add, in whole cents; negated ones take back what was entered.
            month: Month of the deciding date as YYYY-MM; empty without a date.
            verdict: Verdict of the claims or lines.
        """
        self.enter(sums, verdict)
        self._enter_below(sums, month, verdict)

    def enter_correct(self, months: Mapping[str, int]) -> None:
        """Add correct sequestration in whole cents by month."""
        total = sum(months.values())
        self.enter(Sums(total, total), Verdict.CORRECT)
        for month, cents in months.items():
            self._enter_below(Sums(cents, cents), month, Verdict.CORRECT)

    def merge(self, other: AuditTotals) -> None:
        """Add the totals of another audit to these."""
        for verdict, sums in other.by_verdict.items():
            self.enter(sums, verdict)
        for month, totals in (*other.by_month.items(), ("", other.no_date)):
            for verdict, sums in totals.by_verdict.items():
                self._enter_below(sums, month, verdict)

    def _enter_below(self, sums: Sums, month: str, verdict: Verdict) -> None:
        """Add sums to those of a month, or without a date."""
        if not month:
            self.no_date.enter(sums, verdict)
            return
        of_month = self.by_month.get(month)
        if of_month is None:
            of_month = self.by_month[month] = Totals()
        of_month.enter(sums, verdict)
        if not of_month.by_verdict:
            del self.by_month[month]

    def to_dict(self) -> dict[str, Any]:
        """Convert to dollars as text; months are in order."""
        return {
            **Totals.to_dict(self),
            "by_owed_to": {whom.value: str(amount) for whom, amount in self.by_owed_to.items()},
            "by_month": {month: self.by_month[month].to_dict() for month in sorted(self.by_month)},
            "no_date": self.no_date.to_dict(),
        }

    def _repr_html_(self) -> str:
        from sequestration._dates import month_for_readers
        from sequestration._html import notebook, table

        rows: list[tuple[object, ...]] = [("all", *self._cells)]
        rows += [(month_for_readers(month), *self.by_month[month]._cells) for month in sorted(self.by_month)]
        if self.no_date.by_verdict:
            rows.append(("no date", *self.no_date._cells))
        return notebook(table("Dollars by month", ("month", *_COLUMNS), rows))
