"""Clocks of a step: the deadlines that run, from the dates the caller knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial

import attrs

from sequestration import deadlines
from sequestration._dates import Day, as_date
from sequestration._errors import InvalidDate
from sequestration.deadlines import Deadline

__all__ = ["KnownDates"]


@attrs.frozen
class KnownDates:
    """Days that a deadline may run from, as far as the caller knows them."""

    service: date | None
    through: date | None
    remittance: date | None
    identified: date | None

    @classmethod
    def of(cls, service: Day | None, through: Day | None, remittance: Day | None, identified: Day | None) -> KnownDates:
        """Convert the caller's dates; raises `InvalidDate`."""
        dates = cls(*(None if day is None else as_date(day) for day in (service, through, remittance, identified)))
        if dates.service and dates.through and dates.through < dates.service:
            raise InvalidDate(f"the through date {dates.through} is before the service date {dates.service}")
        return dates

    def clocks(self, rules: Iterable[str]) -> tuple[Deadline, ...]:
        """The deadlines of some rules, the earliest first.

        Without those whose starting day is unknown, or whose rule did not apply yet on that day.
        """
        found = (self._deadline(rule) for rule in rules)
        return tuple(sorted((each for each in found if each is not None), key=lambda each: each.last_day))

    def _deadline(self, rule: str) -> Deadline | None:
        count, start = self._counted()[rule]  # A rule that is missing here is a mistake in our data and must raise.
        if start is None:
            return None
        try:
            return count(start)
        except InvalidDate:
            return None

    def _counted(self) -> Mapping[str, tuple[Callable[[Day], Deadline], date | None]]:
        """The function and the starting day of each rule."""
        return {
            "timely_filing": (
                partial(deadlines.timely_filing, through_date=self.through),
                self.service or self.through,
            ),
            "redetermination": (deadlines.redetermination, self.remittance),
            "reopening": (deadlines.reopening, self.remittance),
            "reopening_for_good_cause": (partial(deadlines.reopening, good_cause=True), self.remittance),
            "documents": (deadlines.documents, self.remittance),
            "overpayment": (deadlines.overpayment, self.identified),
        }
