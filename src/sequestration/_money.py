"""Convert input to exact cents and calendar dates, and hold the one rounding rule.

Inside the library, money is whole cents as `int`; outside, it is `Decimal` with two places. Floats are refused
because most cent amounts, such as 1.15, have no exact float. The conversions do not depend on the caller's
decimal context.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from math import isfinite
from typing import TypeAlias

from sequestration._errors import (
    InvalidAmount,
    InvalidAmountType,
    InvalidDate,
    InvalidDateType,
)

__all__ = [
    "EXACT",
    "Amount",
    "Day",
    "as_cents",
    "as_date",
    "as_dollars",
    "as_truth",
    "cents_and_rest",
    "cents_if_known",
    "dollars_if_known",
    "nearest",
    "quoted",
    "told",
    "written",
]

Amount: TypeAlias = Decimal | int | str
"""Dollars as callers may write them: `Decimal`, whole dollars as `int`, or text such as "40.00"."""

Day: TypeAlias = date | str
"""A calendar date as callers may write it: `date`, a midnight `datetime`, or text as YYYY-MM-DD."""

EXACT = Context(prec=60, traps=[InvalidOperation, Inexact])
"""Decimal arithmetic that raises rather than rounds, whatever the caller's own context is."""

_TO_DOLLARS = Decimal(-2)  # Exponent that turns cents into dollars.
_LARGEST_EXPONENT = 17  # Amounts stay below 10**18 dollars, so that endless text never becomes a number.
_MOST_BITS = 64
_TOO_LARGE = f"an amount must stay below 10**{_LARGEST_EXPONENT + 1} dollars"
_DOLLARS = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d*)?|\.\d+)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)
_LONGEST_TEXT = 64
_TRUTHS = frozenset({"bool", "bool_"})  # NumPy named its boolean type bool_ before version 2.


def as_cents(value: Amount) -> int:
    """Convert an amount in dollars to whole cents.

    Raises `InvalidAmount` for anything that is not a number of whole cents, and `InvalidAmountType` (a
    `TypeError` too) for floats, booleans and other types.

    >>> as_cents("40"), as_cents("-.08"), as_cents(Decimal("1250.00")), as_cents(3)
    (4000, -8, 125000, 300)
    """
    if not isinstance(value, Decimal):
        value = _decimal_of(value)
    if not value.is_finite():
        raise InvalidAmount(f"{quoted(str(value))} is no amount of dollars: there must be a number")
    if value and value.adjusted() > _LARGEST_EXPONENT:
        raise InvalidAmount(_TOO_LARGE)
    cents, rest = cents_and_rest(value)
    if rest:
        raise InvalidAmount(f"{quoted(str(value))} is no whole number of cents: round it first, by a rule you choose")
    return cents


def as_dollars(cents: int) -> Decimal:
    """Convert whole cents to dollars with two decimal places.

    >>> as_dollars(-8)
    Decimal('-0.08')
    """
    return EXACT.scaleb(cents, _TO_DOLLARS)


def nearest(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator, halves away from zero.

    This is the library's only rounding rule. No CMS text states one. Every real line that could be checked
    shows the nearest cent (see the page on the rules).

    >>> nearest(49, 2), nearest(-49, 2), nearest(24, 50)
    (25, -25, 0)
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def cents_if_known(value: Amount | None) -> int | None:
    """Convert an amount to whole cents; None stays None."""
    return None if value is None else as_cents(value)


def dollars_if_known(cents: int | None) -> Decimal | None:
    """Convert whole cents to dollars; None stays None."""
    return None if cents is None else as_dollars(cents)


def as_date(value: Day) -> date:
    """Convert to a calendar date.

    Accepts a `date`, a midnight `datetime` without a time zone, or text as YYYY-MM-DD or YYYYMMDD. Raises
    `InvalidDate` for any other value, and `InvalidDateType` (a `TypeError` too) for other types.

    >>> as_date("2022-05-10")
    datetime.date(2022, 5, 10)
    """
    if isinstance(value, str):
        return _date_of_text(value)
    if isinstance(value, datetime):
        return _date_of_datetime(value)
    if isinstance(value, date):
        return value
    raise InvalidDateType(f"a date is a datetime.date or text as YYYY-MM-DD, not {type(value).__name__}")


def as_truth(value: bool | None, name: str) -> bool | None:
    """Convert to True, False or None; accepts the booleans of NumPy.

    Raises `TypeError` for anything else, such as the text "N", which Python would take for true.

    >>> as_truth(None, "assigned"), as_truth(False, "assigned")
    (None, False)
    """
    if value is None:
        return None
    if type(value).__name__ not in _TRUTHS:
        raise TypeError(f"{name} is True, False or None, not {told(value)}")
    return bool(value)


def quoted(text: str, longest: int = 20) -> str:
    """Quote text for an error message, shortened so that errors stay short."""
    return repr(text if len(text) <= longest else text[:longest] + "...")


def told(value: object, longest: int = 40) -> str:
    """Show any value in an error message as Python writes it, shortened."""
    return _cut(value, repr, longest)


def written(value: object) -> str:
    """Convert any value to text, even one that is too long for Python to write."""
    return _cut(value, str, None)


def _cut(value: object, write: Callable[[object], str], longest: int | None) -> str:
    try:
        text = write(value)
    except (ValueError, RecursionError):  # A number of over 4,300 digits, or deeply nested lists.
        return f"<{type(value).__name__} too long to show>"
    return text if longest is None or len(text) <= longest else text[:longest] + "..."


def cents_and_rest(value: Decimal, cents_a_unit: int = 100) -> tuple[int, int]:
    """Split a finite amount into whole cents and a remainder, which is zero if exact."""
    if not value:
        return 0, 0
    if value.adjusted() < -_LONGEST_TEXT:
        return 0, 1
    try:
        # Raises Inexact for a longer number: the fraction of one with a million digits takes minutes.
        value = EXACT.plus(value)
    except Inexact:
        return 0, 1
    numerator, denominator = value.as_integer_ratio()
    return divmod(numerator * cents_a_unit, denominator)


def _decimal_of(value: int | str) -> Decimal:
    """Convert an amount that is not a Decimal yet."""
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT or _DOLLARS.fullmatch(value) is None:
            raise InvalidAmount(
                f'{quoted(value)} is no amount of dollars: write digits and at most one point, such as "1250.00"'
            )
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidAmountType(_wrong_type(value))
    if value.bit_length() > _MOST_BITS:  # Converting a million digits would take minutes.
        raise InvalidAmount(_TOO_LARGE)
    return Decimal(value)


def _wrong_type(value: object) -> str:
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is no amount of dollars: there must be a number, as text or Decimal"
    if isinstance(value, float):
        return f"a float cannot hold cents exactly: write {str(value)!r} in quotes, or Decimal({str(value)!r})"
    return f"an amount is Decimal, int (whole dollars) or text, not {type(value).__name__}"


def _date_of_text(text: str) -> date:
    if _DAY.fullmatch(text) is None:  # The pattern comes first because date.fromisoformat also accepts ISO weeks.
        raise InvalidDate(f"{quoted(text)} is no date: write year, month and day as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidDate(f"{quoted(text)} is no day of the calendar") from None


def _date_of_datetime(moment: datetime) -> date:
    if moment != moment:  # noqa: PLR0124 - pandas' NaT is a datetime that equals nothing, itself included
        raise InvalidDate("a missing date (NaT) is no date")
    if moment.tzinfo is not None:
        raise InvalidDate(f"{moment} has a time zone: the day would depend on it; give the date alone")
    if moment.time() != datetime.min.time() or getattr(moment, "nanosecond", None):
        raise InvalidDate(f"{moment} is a moment, not a day: give the date alone")
    return moment.date()
