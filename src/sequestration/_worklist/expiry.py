"""Sum the dollars in question by right and by the days that are left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import attrs

from sequestration._checking.findings import Finding
from sequestration._dates import Day, as_date
from sequestration._money import as_cents, as_dollars, format_dollars
from sequestration._plain.result import Result
from sequestration._plain.rows import Rows
from sequestration.deadlines import Deadline

__all__ = ["Expiring", "LastDay", "TimeLeft", "expiring", "last_days"]


class TimeLeft(StrEnum):
    """Time until a last day. Each day belongs to exactly one of them."""

    WITHIN_30_DAYS = "within_30_days"
    WITHIN_60_DAYS = "within_60_days"
    WITHIN_90_DAYS = "within_90_days"
    LATER = "later"
    PASSED = "passed"

    @property
    def words(self) -> str:
        """The time in plain words."""
        return _WORDS[self]

    @classmethod
    def of(cls, deadline: Deadline, as_of: Day) -> TimeLeft:
        """The time left of a deadline on a day."""
        left = deadline.days_left(as_of)
        if left < 0:
            return cls.PASSED
        return next((time for time, last in _LAST.items() if left <= last), cls.LATER)


_LAST = {TimeLeft.WITHIN_30_DAYS: 30, TimeLeft.WITHIN_60_DAYS: 60, TimeLeft.WITHIN_90_DAYS: 90}
_WORDS = {
    TimeLeft.WITHIN_30_DAYS: "within 30 days",
    TimeLeft.WITHIN_60_DAYS: "in 31 to 60 days",
    TimeLeft.WITHIN_90_DAYS: "in 61 to 90 days",
    TimeLeft.LATER: "later",
    TimeLeft.PASSED: "passed",
}


@attrs.frozen
class LastDay:
    """Claims with the same right and the same last day.

    Attributes:
        deadline: The right and its last day.
        claims: Number of claims.
        amount: Dollars in question on them.
    """

    deadline: Deadline
    claims: int
    amount: Decimal


@attrs.frozen(kw_only=True)
class Expiring(Result):
    """Dollars in question with one right, by the time that is left.

    A claim may have several rights, such as an appeal and a reopening, so the dollars of several rights do not add up.

    Attributes:
        rule: Name of the rule of the deadline.
        title: Action that the right allows.
        as_of: Day from which the days are counted.
        claims: Number of claims by the time that is left.
        amounts: Dollars in question by the time that is left.
    """

    rule: str
    title: str
    as_of: date
    claims: Mapping[TimeLeft, int] = attrs.field(hash=False)
    amounts: Mapping[TimeLeft, Decimal] = attrs.field(hash=False)

    _columns: ClassVar[tuple[str, ...]] = ("last day to", *_WORDS.values())

    @property
    def _cells(self) -> tuple[object, ...]:
        return self.title, *(self.amounts[time] if self.claims[time] else None for time in TimeLeft)

    def __str__(self) -> str:
        amounts = (f"{format_dollars(self.amounts[time])} {time.words}" for time in TimeLeft if self.claims[time])
        return f"{self.title}: {', '.join(amounts)}"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [(time.words, format_dollars(self.amounts[time])) for time in TimeLeft if self.claims[time]]
        return notebook(facts(f"Last day to {self.title}", rows))


def last_days(findings: Iterable[Finding]) -> tuple[LastDay, ...]:
    """List the rights and last days of what needs review, the soonest first."""
    found: dict[tuple[str, date], _Sum] = {}
    for finding in findings:
        if finding.step is None or not finding.verdict.needs_review:
            continue
        cents = finding._in_question_cents
        for deadline in finding.step.deadlines:
            entry = found.setdefault((deadline.rule, deadline.last_day), _Sum(deadline))
            entry.cents += cents
            entry.claims.add(finding._claim_key)
    days = (LastDay(each.deadline, len(each.claims), as_dollars(each.cents)) for each in found.values())
    return tuple(sorted(days, key=lambda each: (each.deadline.last_day, each.deadline.rule)))


@attrs.define
class _Sum:
    """Claims and cents of one right and last day."""

    deadline: Deadline
    claims: set[tuple[object, ...]] = attrs.field(factory=set[tuple[object, ...]])
    cents: int = 0


def expiring(days: Iterable[LastDay], as_of: Day) -> list[Expiring]:
    """Sum last days by right and by the time that is left, in the order of `days`."""
    on = as_date(as_of)
    claims: dict[str, dict[TimeLeft, int]] = {}
    cents: dict[str, dict[TimeLeft, int]] = {}
    titles: dict[str, str] = {}
    for day in days:
        rule, time = day.deadline.rule, TimeLeft.of(day.deadline, on)
        titles.setdefault(rule, day.deadline.title)
        claims.setdefault(rule, dict.fromkeys(TimeLeft, 0))[time] += day.claims
        cents.setdefault(rule, dict.fromkeys(TimeLeft, 0))[time] += as_cents(day.amount)
    return Rows(
        Expiring(
            rule=rule,
            title=title,
            as_of=on,
            claims=claims[rule],
            amounts={time: as_dollars(total) for time, total in cents[rule].items()},
        )
        for rule, title in titles.items()
    )
