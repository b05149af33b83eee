"""Periods of a rate schedule, their status and their rate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import attrs

from sequestration._dates import days_in_words, for_readers
from sequestration._errors import InvalidSchedule
from sequestration._messages import quote, shorten_repr, to_text
from sequestration._money import EXACT
from sequestration._plain.result import Result
from sequestration._provenance import Authority

__all__ = ["RatePeriod", "RateStatus", "days_by_period", "format_span", "percent", "rate_of"]

_PLACES = 28  # Two rates of this many places compound within the precision of EXACT.
_RATE = re.compile(rf"\d?\.\d{{1,{_PLACES}}}|[01]\.?", re.ASCII)


class RateStatus(StrEnum):
    """Certainty of a period: settled law, or an assumption."""

    ORDERED = "ordered"
    """In force or past: settled by the law and the orders issued under it."""
    ENACTED = "enacted"
    """In the law, but the yearly order that carries it out has not been issued yet."""
    PROJECTED = "projected"
    """A reading of the law that may turn out to be wrong."""
    WHAT_IF = "what-if"
    """An assumption made by the caller."""


_PROJECTED = RateStatus.PROJECTED  # Every line asks, and in Python 3.11 a member takes long to look up.


@attrs.frozen(cache_hash=True)  # Sums are kept by period.
class RatePeriod(Result):
    """Days that share one rate, one status and one set of authorities.

    Attributes:
        first_day: First day of the period (included); None means no lower bound.
        last_day: Last day of the period (included); None means no upper bound.
        rate: Share of the payable amount that is withheld (0.02 is 2%).
        status: Certainty of the period.
        authorities: Sources of the rate and of its dates.
        verified_on: Day on which the period was last checked against its authorities.
        note: Remark on what is uncertain about the period; empty where nothing is.
        newest_source: Date of the newest source on the law found by then; None if not given.
    """

    first_day: date | None
    last_day: date | None
    rate: Decimal
    status: RateStatus = attrs.field(repr=lambda status: repr(status.value))
    authorities: tuple[Authority, ...] = attrs.field(repr=lambda found: f"<{len(found)} authorities>")
    verified_on: date
    note: str = ""
    newest_source: date | None = None
    ratio: tuple[int, int] = attrs.field(init=False, repr=False)
    """The rate as numerator and denominator, for arithmetic in whole cents."""

    def __attrs_post_init__(self) -> None:
        # Limits the digits: converting a longer number to a fraction may take hours.
        rate = rate_of(self.rate, "a period")
        object.__setattr__(self, "ratio", rate.as_integer_ratio())

    @property
    def projected(self) -> bool:
        """Whether the period is a projection; a result based on one must say so."""
        return self.status is _PROJECTED

    def covers(self, day: date) -> bool:
        """Whether `day` falls within the period."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)

    def __str__(self) -> str:
        return f"{percent(self.rate)} {self.span} ({self.status})"

    def _repr_html_(self) -> str:
        from sequestration._html import authorities, facts, notebook

        rows = [
            ("status", self.status),
            ("note", self.note),
            ("authorities", authorities(self.authorities)),
            ("verified on", for_readers(self.verified_on)),
            ("newest source", for_readers(self.newest_source) if self.newest_source else ""),
        ]
        return notebook(facts(f"{percent(self.rate)} {self.span}", rows))

    @property
    def span(self) -> str:
        """The first and last day for readers."""
        if self.first_day is None:
            return f"through {for_readers(self.last_day)}" if self.last_day else "on every day"
        if self.last_day is None:
            return f"from {for_readers(self.first_day)}"
        return f"from {days_in_words(self.first_day, self.last_day)}"


def days_by_period(periods: Iterable[RatePeriod], first: date, last: date) -> list[tuple[RatePeriod, int]]:
    """Count the days from `first` to `last` in each period that has any."""
    found: list[tuple[RatePeriod, int]] = []
    for period in periods:
        start = max(first, period.first_day or first)
        end = min(last, period.last_day or last)
        if start <= end:
            found.append((period, (end - start).days + 1))
    return found


@lru_cache  # A file has few rates, and every explanation of an amount writes one.
def percent(rate: Decimal) -> str:
    """Format a rate as a percentage.

    >>> percent(Decimal("0.0592")), percent(Decimal("0.020")), percent(Decimal(0))
    ('5.92%', '2%', '0%')
    """
    return f"{EXACT.scaleb(rate, 2).normalize(EXACT):f}%"


def format_span(period: RatePeriod) -> str:
    """Write the first and last day of a period for readers."""
    first = for_readers(period.first_day) if period.first_day else "the beginning"
    return f"{first} to {for_readers(period.last_day)}" if period.last_day else f"from {first}"


def rate_of(value: object, where: str) -> Decimal:
    """A rate between 0 and 1; raises `InvalidSchedule` for anything else.

    Floats are refused, too.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise InvalidSchedule(f'{where}: rate must be a number in quotes, such as "0.02", not {shorten_repr(value)}')
    if isinstance(value, str):
        plain = _RATE.fullmatch(value) is not None
    else:
        plain = isinstance(value, Decimal) or value in (0, 1)
    rate = Decimal(value) if plain else Decimal("nan")
    if not rate.is_finite() or not 0 <= rate <= 1:
        raise InvalidSchedule(f"{where}: rate must be a share between 0 and 1, not {quote(to_text(value))}")
    if not -_PLACES <= int(rate.as_tuple().exponent) <= 0:
        raise InvalidSchedule(f"{where}: rate has more than {_PLACES} decimal places")
    return rate
