"""Days that set a rate, looked up by the text of a DTM segment."""

from __future__ import annotations

from datetime import date

import attrs

from sequestration._law.rules import is_before_medicare, is_null_date
from sequestration._law.schedule import RateSchedule
from sequestration._x12.elements import get_element, parse_date

__all__ = ["DECIDING_DATES", "DateTexts", "RatedDay", "RatedDays", "UnreadableDate"]

DECIDING_DATES = ("472", "233")
"""Qualifiers of the date of a professional line and of the through date of an institutional claim."""
_MAX_DAYS = 20_000  # More than fifty years.
_MAX_TEXTS = 20_000
_MAX_SEPARATORS = 8
_MAX_TEXT_LENGTH = 64  # Characters.


class UnreadableDate(Exception):
    """A date is not written in the usual form."""


@attrs.define(eq=False)
class RatedDay:
    """A day with its month (YYYY-MM) and its rate as a fraction.

    The denominator is even, so that half of it is whole. The nearest cent of an amount's share is
    ``(amount * numerator + half) // denominator``.
    """

    month: str
    numerator: int
    denominator: int
    half: int


class RatedDays(dict[date, RatedDay | None]):
    """Days that were looked up in a schedule, for all files of a check.

    None for a day without a certain rate. After very many days, it begins again.
    """

    def __init__(self, schedule: RateSchedule) -> None:
        super().__init__()
        self._schedule = schedule
        self._texts: dict[tuple[str, frozenset[str]], DateTexts] = {}

    def __reduce__(self) -> tuple[type[RatedDays], tuple[RateSchedule]]:
        return RatedDays, (self._schedule,)  # Another process looks up its own days.

    def texts(self, element: str, wanted: frozenset[str]) -> DateTexts:
        """DTM segments with an element separator.

        Args:
            element: The element separator.
            wanted: Qualifiers of the dates that are needed.
        """
        found = self._texts.get((element, wanted))
        if found is None:
            if len(self._texts) >= _MAX_SEPARATORS:
                self._texts.clear()
            found = self._texts[element, wanted] = DateTexts(self, element, wanted)
        return found

    def __missing__(self, on: date) -> RatedDay | None:
        if len(self) >= _MAX_DAYS:
            self.clear()
        period = self._schedule.period_on(on)
        found = None
        if not (period.projected or is_null_date(on) or is_before_medicare(on)):
            numerator, denominator = period.ratio
            found = RatedDay(on.isoformat()[: len("YYYY-MM")], 2 * numerator, 2 * denominator, denominator)
        self[on] = found
        return found


class DateTexts(dict[str, tuple[str, RatedDay | None]]):
    """DTM segments of a claim or of a line, by their text: qualifier and day.

    The qualifier is empty if nothing needs such a date. After very many texts, it begins again.
    """

    def __init__(self, days: RatedDays, element: str, wanted: frozenset[str]) -> None:
        super().__init__()
        self._days = days
        self._element = element
        self._wanted = wanted

    def __missing__(self, segment: str) -> tuple[str, RatedDay | None]:
        parts = segment.split(self._element)
        name = parts[1].strip(" ")
        found: tuple[str, RatedDay | None] = ("", None)
        if name in self._wanted:
            on = parse_date(get_element(parts, 2))
            if on is None:
                raise UnreadableDate
            found = name, self._days[on] if name in DECIDING_DATES else None
        if len(segment) <= _MAX_TEXT_LENGTH:
            if len(self) >= _MAX_TEXTS:
                self.clear()
            self[segment] = found
        return found
