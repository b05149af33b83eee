"""Rules of ``data/law/deadlines.toml``: periods, exceptions and amounts.

Every number and date of the law is in that file; this module only counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta

from sequestration._data import shipped_toml
from sequestration._errors import InvalidDate
from sequestration._law.deadline import Deadline
from sequestration._law.holidays import next_working_day
from sequestration._provenance import Authority, Confidence

__all__ = ["DeadlineRule", "add_days", "deadline_rules", "deadline_table", "last_day_of_month", "source_of"]


@attrs.frozen
class DeadlineRule:
    """One rule of ``data/law/deadlines.toml``."""

    name: str
    title: str
    lost: str
    period: str
    length: relativedelta
    authority: Authority
    confidence: Confidence
    moves: bool
    moving: str
    note: str
    first_day: date | None
    amounts: Mapping[str, int]

    def deadline(self, start: date, *, presumed: bool = False) -> Deadline:
        """Count the deadline from a day; raises `InvalidDate` before the rule's first day."""
        if self.first_day is not None and start < self.first_day:
            raise InvalidDate(f"The rule to {self.title} took effect on {self.first_day}, after {start}.")
        counted = _later(start, self.length)
        last_day = self.moved(counted)
        return Deadline(
            last_day=last_day,
            rule=self.name,
            authority=self.authority,
            moved_from=counted if last_day != counted else None,
            title=self.title,
            lost=self.lost,
            period=self.period,
            counted_from=start,
            receipt_presumed=presumed,
            confidence=self.confidence,
            note=self._note_for(last_day),
            moving=self.moving,
        )

    def moved(self, day: date) -> date:
        """The day itself, or the next working day where the rule moves a last day."""
        return next_working_day(day) if self.moves else day

    def _note_for(self, last_day: date) -> str:
        """The note, with the minimum amount in controversy for the year of the last day."""
        if not self.amounts:
            return self.note
        amount = self.amounts.get(str(last_day.year))
        known = f"${amount:,} if filed in {last_day.year}" if amount else f"not known here for {last_day.year}"
        return f"{self.note}: {known}"


def add_days(day: date, days: int) -> date:
    """A number of days later; raises `InvalidDate` at the end of the calendar."""
    return _later(day, relativedelta(days=days))


def _later(day: date, length: relativedelta) -> date:
    """A period later; raises `InvalidDate` at the end of the calendar."""
    try:
        return day + length
    except (OverflowError, ValueError):
        raise InvalidDate(
            f"No deadline can be counted from {day}: it is too close to the end of the calendar."
        ) from None


def last_day_of_month(day: date, months: int) -> date:
    """The last day of the month that is a number of months after a day's month."""
    return _later(day.replace(day=1), relativedelta(months=months + 1, days=-1))


@cache
def deadline_table() -> Mapping[str, Any]:
    """The tables of ``data/law/deadlines.toml``."""
    return shipped_toml("law/deadlines.toml")


def source_of(entry: Mapping[str, Any]) -> tuple[Authority, Confidence]:
    """The authority of an entry, and the confidence in it."""
    return Authority(entry["citation"], entry["says"]), Confidence(entry["confidence"])


@cache
def deadline_rules() -> Mapping[str, DeadlineRule]:
    """The rules by name."""
    return {name: _rule(name, entry) for name, entry in deadline_table()["rule"].items()}


def _rule(name: str, entry: Mapping[str, Any]) -> DeadlineRule:
    unit = "years" if "years" in entry else "days"
    number: int = entry[unit]
    sure = Confidence(entry["moves_confidence"])
    authority, confidence = source_of(entry)
    how = "moves to the next federal workday" if entry["moves"] else "does not move off a weekend or holiday"
    return DeadlineRule(
        name=name,
        title=entry["title"],
        lost=entry["lost"],
        period=f"{number} {unit if number > 1 else unit.removesuffix('s')}",
        length=relativedelta(years=number) if unit == "years" else relativedelta(days=number),
        authority=authority,
        confidence=confidence,
        moves=entry["moves"],
        moving=f"the last day {how}: {entry['moves_because']} (confidence {sure})",
        note=entry.get("note", ""),
        first_day=entry.get("first_day"),
        amounts=deadline_table()["amounts"][entry["amount"]] if "amount" in entry else {},
    )
