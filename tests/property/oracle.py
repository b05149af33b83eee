"""What the law takes, by the table and fractions of the tests' own, and cents as X12 writes dollars."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import floor

from tests.shipped_law import MEDICARE


def percent_on(day: date) -> Fraction:
    """The rate of Medicare on a day in percent."""
    rates = [rate for first, _, rate, *_ in MEDICARE if first is None or first <= str(day)]
    return Fraction(rates[-1]) * 100


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
