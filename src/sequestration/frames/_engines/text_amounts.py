"""Read amounts in text with expressions of any engine, as `as_cents` does.

Engines differ in the numbers that a cast takes, so regular expressions decide, in the part of their language that all
engines share, and only digits are cast.
"""

from __future__ import annotations

from typing import Any, Protocol

import narwhals.stable.v2 as nw

from sequestration._money import MAX_TEXT_LENGTH
from sequestration.frames._engines.schedule_arrays import MAX_CENTS

__all__ = ["cents_in_text"]

_OTHER_CHARACTER = "[^0-9.+-]"  # A line break, too, before which $ may match.
_DOLLARS = "^[+-]?([0-9]{1,18}([.][0-9]{0,2}0*)?|[.][0-9]{1,2}0*)$"
_CENTS = "^[+-]?([0-9]{1,18}([.]0*)?|[.]0+)$"


class _Holder(Protocol):
    def hold(self, value: Any) -> Any: ...


def cents_in_text(engine: _Holder, column: nw.Expr, cents_a_unit: int) -> Any:
    """Whole cents of text; null where it is not such an amount, or too large.

    Args:
        engine: Engine that keeps values which are used more than once.
        column: The text, with an optional sign and at most one decimal point.
        cents_a_unit: Cents in one unit of the text: 100 for dollars.
    """
    form = _CENTS if cents_a_unit == 1 else _DOLLARS
    fits = column.str.contains(form) & ~column.str.contains(_OTHER_CHARACTER)
    fits = fits & (column.str.len_chars() <= MAX_TEXT_LENGTH)
    text = engine.hold(nw.when(fits).then(column).otherwise(nw.lit("0")))
    unsigned = engine.hold(text.str.replace_all("[+-]", "").str.replace_all("^[.]", "0."))
    whole = engine.hold(unsigned.str.replace_all("[.].*$", "").cast(nw.Int64))
    most = MAX_CENTS // cents_a_unit
    cents = nw.when(whole <= most).then(whole).otherwise(None) * cents_a_unit  # A larger one would overflow.
    if cents_a_unit != 1:
        cents = cents + _hundredths(engine, unsigned)
    cents = engine.hold(cents)
    signed = nw.when(text.str.starts_with("-")).then(-cents).otherwise(cents)
    return nw.when(fits & (cents <= MAX_CENTS)).then(signed).otherwise(None)


def _hundredths(engine: _Holder, unsigned: nw.Expr) -> Any:
    """The number of the first two digits after the decimal point."""
    digits = engine.hold(unsigned.str.replace_all("^[0-9]+[.]?", "").str.slice(0, 2))
    number = nw.when(digits == "").then(nw.lit("0")).otherwise(digits).cast(nw.Int64)
    return nw.when(digits.str.len_chars() == 1).then(number * 10).otherwise(number)
