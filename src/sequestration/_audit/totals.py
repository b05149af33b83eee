"""Sums of an audit: withheld, expected, in question, and owed to whom."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from sequestration._checking.findings import OwedTo, Verdict
from sequestration._money import as_dollars

__all__ = ["Sums", "Totals"]


@attrs.define(repr=False)
class Sums:
    """Sums in whole cents; the properties give dollars.

    Attributes:
        reported_cents: Sequestration as reported, in whole cents.
        expected_cents: Sequestration that the law requires, in whole cents.
        in_question_cents: Absolute differences of what needs review, in whole cents.
    """

    reported_cents: int = 0
    expected_cents: int = 0
    in_question_cents: int = 0

    @property
    def reported(self) -> Decimal:
        """Dollars withheld as sequestration, net of reversals."""
        return as_dollars(self.reported_cents)

    @property
    def expected(self) -> Decimal:
        """Dollars that the law requires for what could be judged."""
        return as_dollars(self.expected_cents)

    @property
    def in_question(self) -> Decimal:
        """Dollars by which what needs review differs from the law, either way."""
        return as_dollars(self.in_question_cents)

    def add(self, other: Sums) -> None:
        """Add other sums to these."""
        self.reported_cents += other.reported_cents
        self.expected_cents += other.expected_cents
        self.in_question_cents += other.in_question_cents

    def negated(self) -> Sums:
        """The same sums with the other sign."""
        return Sums(-self.reported_cents, -self.expected_cents, -self.in_question_cents)

    def to_dict(self) -> dict[str, str]:
        """Convert to dollars as text."""
        return {
            "reported": str(self.reported),
            "expected": str(self.expected),
            "in_question": str(self.in_question),
        }

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __str__(self) -> str:
        return f"reported {self.reported}, expected {self.expected}, in question {self.in_question}"

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        return notebook(table("Dollars", _COLUMNS, [self._cells]))

    @property
    def _cells(self) -> tuple[Decimal, Decimal, Decimal]:
        """The sums as cells of a table."""
        return self.reported, self.expected, self.in_question


_COLUMNS = ("reported", "expected", "in question")


@attrs.define(repr=False)
class Totals(Sums):
    """Sums of an audit: overall, by month and verdict, and by party that is owed.

    They cover what is judged by Medicare fee-for-service law and leave out other payers. Claims and lines without a
    date are in the overall sums, but in no month.

    Attributes:
        reported_cents: Sequestration as reported, in whole cents.
        expected_cents: Sequestration that the law requires, in whole cents.
        in_question_cents: Absolute differences of what needs review, in whole cents.
        by_month_and_verdict: Sums by month of the deciding date (YYYY-MM) and verdict.
        owed_cents: Whole cents in question, by the party that is owed.
    """

    by_month_and_verdict: dict[str, dict[Verdict, Sums]] = attrs.field(factory=dict[str, dict[Verdict, Sums]])
    owed_cents: dict[OwedTo, int] = attrs.field(factory=lambda: dict.fromkeys(OwedTo, 0))

    @property
    def by_month(self) -> dict[str, Sums]:
        """Sums of each month over all verdicts."""
        found: dict[str, Sums] = {}
        for month, by_verdict in self.by_month_and_verdict.items():
            found[month] = Sums()
            for sums in by_verdict.values():
                found[month].add(sums)
        return found

    @property
    def by_owed_to(self) -> dict[OwedTo, Decimal]:
        """Dollars in question by the party that is owed."""
        return {whom: as_dollars(cents) for whom, cents in self.owed_cents.items()}

    def enter(self, sums: Sums, month: str, verdict: Verdict) -> None:
        """Add sums of one verdict in one month; without a date, only to the overall sums.

        Args:
            sums: Sums to add, in whole cents.
            month: Month of the deciding date as YYYY-MM; empty without a date.
            verdict: Verdict of the claims or lines.
        """
        self.add(sums)
        if month and sums != Sums():
            self.by_month_and_verdict.setdefault(month, {}).setdefault(verdict, Sums()).add(sums)

    def leave(self, sums: Sums, month: str, verdict: Verdict) -> None:
        """Take back sums that were entered.

        Args:
            sums: Sums to take back, in whole cents.
            month: Month of the deciding date as YYYY-MM; empty without a date.
            verdict: Verdict of the claims or lines.
        """
        self.enter(sums.negated(), month, verdict)
        by_verdict = self.by_month_and_verdict.get(month, {})
        if by_verdict.get(verdict) == Sums():
            del by_verdict[verdict]
            if not by_verdict:
                del self.by_month_and_verdict[month]

    def merge(self, other: Totals) -> None:
        """Add the totals of another audit to these."""
        self.add(other)
        for month, by_verdict in other.by_month_and_verdict.items():
            own = self.by_month_and_verdict.setdefault(month, {})
            for verdict, sums in by_verdict.items():
                own.setdefault(verdict, Sums()).add(sums)
        for whom, cents in other.owed_cents.items():
            self.owed_cents[whom] += cents

    def to_dict(self) -> dict[str, Any]:
        """Convert to dollars as text; months are in order."""
        by_month = self.by_month
        return {
            **Sums.to_dict(self),
            "by_owed_to": {whom.value: str(amount) for whom, amount in self.by_owed_to.items()},
            "by_month": {
                month: {
                    **by_month[month].to_dict(),
                    "by_verdict": {
                        verdict.value: self.by_month_and_verdict[month][verdict].to_dict()
                        for verdict in Verdict
                        if verdict in self.by_month_and_verdict[month]
                    },
                }
                for month in sorted(by_month)
            },
        }

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook, table

        months = [(month, *self.by_month[month]._cells) for month in sorted(self.by_month)]
        owed = [(f"owed to {whom.words}", amount) for whom, amount in self.by_owed_to.items() if amount]
        return notebook(
            facts("In question", owed) if owed else "",
            table("Dollars by month", ("month", *_COLUMNS), [("all", *self._cells), *months]),
        )
