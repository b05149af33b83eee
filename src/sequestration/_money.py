"""Convert dollars to exact cents, and hold the one rounding rule.

Inside the library, money is whole cents as `int`; outside, it is `Decimal` with two places. Floats are refused
because most cent amounts, such as 1.15, have no exact float. The conversions do not depend on the caller's
decimal context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation
from math import isfinite
from typing import TypeAlias

from sequestration._errors import InvalidAmount, InvalidAmountType
from sequestration._messages import quote

__all__ = [
    "EXACT",
    "MAX_TEXT_LENGTH",
    "Amount",
    "as_cents",
    "as_dollars",
    "cents_and_rest",
    "dollars_if_known",
    "format_cents",
    "format_dollars",
    "number_in_text",
    "optional_cents",
    "optional_dollars",
    "round_to_nearest",
    "total_if_known",
]

Amount: TypeAlias = Decimal | int | str
"""Dollars as callers may write them: `Decimal`, whole dollars as `int`, or text such as "40.00"."""


EXACT = Context(prec=60, traps=[InvalidOperation, Inexact])
"""Decimal arithmetic that raises rather than rounds, whatever the caller's own context is."""

_scale = EXACT.scaleb
_TO_DOLLARS = Decimal(-2)  # Exponent that turns cents into dollars.
_MAX_EXPONENT = 17  # Amounts stay below 10**18 dollars, so that endless text never becomes a number.
_MAX_BITS = 64
_TOO_LARGE = f"an amount must stay below 10**{_MAX_EXPONENT + 1} dollars"
_DOLLARS = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d*)?|\.\d+)", re.ASCII)
MAX_TEXT_LENGTH = 64
"""Most characters of an amount in text."""


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
        raise InvalidAmount(f"{quote(str(value))} is not a dollar amount.")
    if value and value.adjusted() > _MAX_EXPONENT:
        raise InvalidAmount(_TOO_LARGE)
    cents, rest = cents_and_rest(value)
    if rest:
        raise InvalidAmount(f"{quote(str(value))} is not in whole cents. Round it first.")
    return cents


def as_dollars(cents: int) -> Decimal:
    """Convert whole cents to dollars with two decimal places.

    >>> as_dollars(-8)
    Decimal('-0.08')
    """
    return _scale(cents, _TO_DOLLARS)


def round_to_nearest(numerator: int, denominator: int) -> int:
    """The whole number nearest to numerator / denominator, halves away from zero.

    This is the library's only rounding rule. No CMS text states one. Every real line that could be checked
    shows the nearest cent (see the page on the rules).

    >>> round_to_nearest(49, 2), round_to_nearest(-49, 2), round_to_nearest(24, 50)
    (25, -25, 0)
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def optional_cents(value: Amount | None) -> int | None:
    """Convert an amount to whole cents; None stays None."""
    return None if value is None else as_cents(value)


def optional_dollars(cents: int | None) -> Decimal | None:
    """Convert whole cents to dollars; None stays None."""
    return None if cents is None else _scale(cents, _TO_DOLLARS)


def total_if_known(cents: Iterable[int | None]) -> int | None:
    """Sum whole cents; None if any of them is not known.

    >>> total_if_known([100, -8]), total_if_known([100, None]), total_if_known([])
    (92, None, 0)
    """
    try:
        return sum(cents)  # type: ignore[arg-type]  # None is a TypeError
    except TypeError:
        return None


def format_dollars(amount: Decimal) -> str:
    """Write an amount for readers; JSON, CSV and frames have plain numbers.

    >>> format_dollars(Decimal("1250.00")), format_dollars(Decimal("-0.08"))
    ('$1,250.00', '-$0.08')
    """
    return format_cents(as_cents(amount))  # Formatting a Decimal would round by the caller's context.


def dollars_if_known(amount: Decimal | None, unknown: str = "unknown") -> str:
    """Write an amount for readers, or another text if it is not known.

    >>> dollars_if_known(Decimal("1.60")), dollars_if_known(None), dollars_if_known(None, "")
    ('$1.60', 'unknown', '')
    """
    return unknown if amount is None else format_dollars(amount)


def format_cents(cents: int) -> str:
    """Write whole cents as dollars for readers.

    >>> format_cents(125000), format_cents(-8)
    ('$1,250.00', '-$0.08')
    """
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def cents_and_rest(value: Decimal, cents_a_unit: int = 100) -> tuple[int, int]:
    """Split a finite amount into whole cents and a remainder, which is zero if exact."""
    if not value:
        return 0, 0
    if value.adjusted() < -MAX_TEXT_LENGTH:
        return 0, 1
    try:
        # Raises Inexact for a longer number: the fraction of one with a million digits takes minutes.
        value = EXACT.plus(value)
    except Inexact:
        return 0, 1
    numerator, denominator = value.as_integer_ratio()
    return divmod(numerator * cents_a_unit, denominator)


def number_in_text(text: str) -> Decimal | None:
    """The number that a text is, as amounts are written; None for any other text.

    >>> number_in_text("-.08"), number_in_text("1,250")
    (Decimal('-0.08'), None)
    """
    return Decimal(text) if len(text) <= MAX_TEXT_LENGTH and _DOLLARS.fullmatch(text) else None


def _decimal_of(value: int | str) -> Decimal:
    """Convert an amount that is not a Decimal yet."""
    if isinstance(value, str):
        found = number_in_text(value)
        if found is None:
            raise InvalidAmount(
                f'{quote(value)} is not a dollar amount. Use digits and at most one decimal point, such as "1250.00".'
            )
        return found
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidAmountType(_wrong_type(value))
    if value.bit_length() > _MAX_BITS:  # Converting a million digits would take minutes.
        raise InvalidAmount(_TOO_LARGE)
    return Decimal(value)


def _wrong_type(value: object) -> str:
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is not a dollar amount."
    if isinstance(value, float):
        return f"A float cannot hold cents exactly. Use {str(value)!r} in quotes, or Decimal({str(value)!r})."
    return f"an amount must be a Decimal, an int (whole dollars) or text, not {type(value).__name__}"
