"""Freshness of a schedule: settled and projected days, last check, newest source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import attrs

from sequestration._dates import for_readers
from sequestration._law.periods import RatePeriod

__all__ = ["how_checked", "how_current", "how_settled", "newest_source", "settled_until"]

_ONE_DAY = timedelta(days=1)


def settled_until(periods: Sequence[RatePeriod]) -> date | None:
    """The last day before the first projected period; None if nothing is projected."""
    for period in periods:
        if period.projected:
            return period.first_day - _ONE_DAY if period.first_day else None
    return None


def newest_source(periods: Sequence[RatePeriod]) -> date | None:
    """The date of the newest source of any period; None if no period has one."""
    return max((period.newest_source for period in periods if period.newest_source), default=None)


def how_current(periods: Sequence[RatePeriod], ago: str = "") -> str:
    """Currency of the periods, for readers.

    `ago` follows the day of the last check, as in ", 3 days ago".
    """
    return f"{how_settled(periods)}; {how_checked(periods, ago)}"


def how_settled(periods: Sequence[RatePeriod]) -> str:
    """The end of settled law and the projected days, for readers."""
    settled = settled_until(periods)
    text = f"settled through {for_readers(settled) if settled else 'further notice'}"
    projected = " and ".join(period.span for period in _joined(p for p in periods if p.projected))
    return f"{text}; projected {projected}" if projected else text


def how_checked(periods: Sequence[RatePeriod], ago: str = "") -> str:
    """The day of the last check and the date of the newest source, for readers."""
    newest = newest_source(periods)
    text = f"last checked {for_readers(min(period.verified_on for period in periods))}{ago}"
    return f"{text}; newest source {for_readers(newest)}" if newest else text


def _joined(periods: Iterable[RatePeriod]) -> list[RatePeriod]:
    """Merge periods that follow each other without a gap; the input is in order."""
    merged: list[RatePeriod] = []
    for period in periods:
        if merged and merged[-1].last_day and period.first_day == merged[-1].last_day + _ONE_DAY:
            merged[-1] = attrs.evolve(merged[-1], last_day=period.last_day)
        else:
            merged.append(period)
    return merged
