"""Schedules of the tests' own: EXAMPLE is invented and never changes, unlike the law that the library ships."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import sequestration as seq

EXAMPLE_FILE = Path(__file__).parent / "example.toml"
EXAMPLE = seq.RateSchedule.from_toml(EXAMPLE_FILE)

PeriodRow: TypeAlias = tuple[str | None, str | None, str, str]
"""First day, last day, rate, status."""


def rows_of(schedule: seq.RateSchedule) -> list[PeriodRow]:
    """The periods of a schedule as plain text, to compare them with those of a table."""
    return [
        (
            None if period.first_day is None else str(period.first_day),
            None if period.last_day is None else str(period.last_day),
            str(period.rate),
            period.status.value,
        )
        for period in schedule.periods
    ]
