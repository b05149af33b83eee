"""What the law takes, by a table and fractions of the tests' own, and cents as X12 writes dollars."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

RATES = (
    (date(2013, 4, 1), "2"),
    (date(2020, 5, 1), "0"),
    (date(2022, 4, 1), "1"),
    (date(2022, 7, 1), "2"),
    (date(2033, 3, 1), "0"),
)
"""The first day of each rate of Medicare, and the rate in percent."""


def percent_on(day: date) -> Fraction:
    """The rate of a day in percent."""
    return Fraction((["0"] + [percent for first, percent in RATES if first <= day])[-1])


def cut_by_fractions(cents: int, rate: Fraction) -> int:
    """The cut in cents by exact fractions: floor(x + 1/2) of its size, with its sign."""
    size = floor(abs(cents) * rate + Fraction(1, 2))
    return -size if cents < 0 else size


def share(cents: int, percent: int | Fraction) -> int:
    """So many percent of an amount, to the nearest cent."""
    return cut_by_fractions(cents, Fraction(percent) / 100)


def dollars(cents: int) -> str:
    """Cents as X12 writes dollars."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
