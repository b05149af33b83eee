"""Clocks of a step: the deadlines that run, from the dates the caller knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from typing import TypeAlias

import attrs

from sequestration._dates import Day, as_date
from sequestration._errors import InvalidDate
from sequestration._law.deadline import Deadline

__all__ = ["KnownDates", "Starts", "clocks_from"]

Starts: TypeAlias = tuple[tuple[str, date], ...]
"""Rules with the days from which they count."""


@attrs.define  # Not frozen, because one is made for each finding.
class KnownDates:
    """Days that a deadline may run from, as far as the caller knows them."""

    service: date | None = None
    through: date | None = None
    remittance: date | None = None
    identified: date | None = None

    @classmethod
    def of(cls, service: Day | None, through: Day | None, remittance: Day | None, identified: Day | None) -> KnownDates:
        """Convert the caller's dates; raises `InvalidDate`."""
        dates = cls(*(None if day is None else as_date(day) for day in (service, through, remittance, identified)))
        if dates.service and dates.through and dates.through < dates.service:
            raise InvalidDate(f"through_date {dates.through} is before service_date {dates.service}. Check both dates.")
        return dates

    def clocks(self, rules: Iterable[str]) -> tuple[Deadline, ...]:
        """The deadlines of some rules, the earliest first.

        Leaves out those whose starting day is unknown, or whose rule did not apply yet on that day.
        """
        return clocks_from(self.starts(rules))

    def starts(self, rules: Iterable[str]) -> Starts:
        """The days from which some rules count, without those that are unknown."""
        return tuple(
            [(rule, start) for rule in rules if rule != _NO_CLOCK and (start := self._start(rule)) is not None]
        )

    def _start(self, rule: str) -> date | None:
        """The day from which a rule counts."""
        if rule in ("timely_filing", "adjustment"):
            return self.through or self.service
        return self.identified if rule == "overpayment" else self.remittance


_NO_CLOCK = "none"
"""Word of the tables for a step on which no clock of its action runs."""


def clocks_from(starts: Starts) -> tuple[Deadline, ...]:
    """The deadlines of rules with their starting days, the earliest first.

    Leaves out those whose rule did not apply yet on that day.
    """
    found = [deadline for rule, start in starts if (deadline := _deadline(rule, start)) is not None]
    return tuple(sorted(found, key=lambda each: each.last_day))


@lru_cache  # The findings of a remittance share their dates.
def _deadline(rule: str, start: date) -> Deadline | None:
    count = _counts()[rule]  # A rule that is missing here is a mistake in our data and must raise.
    try:
        return count(start)
    except InvalidDate:
        return None


@cache
def _counts() -> Mapping[str, Callable[[Day], Deadline]]:
    """The function that counts each deadline; imported for the first known date."""
    from sequestration import deadlines
    from sequestration._law.deadline_rules import deadline_rules

    return {
        "timely_filing": deadlines.timely_filing,
        "adjustment": lambda day: deadline_rules()["adjustment"].deadline(as_date(day)),
        "redetermination": deadlines.redetermination,
        "reopening": deadlines.reopening,
        "reopening_for_good_cause": partial(deadlines.reopening, good_cause=True),
        "documents": deadlines.documents,
        "overpayment": deadlines.overpayment,
    }
