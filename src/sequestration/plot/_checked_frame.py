"""Sum a checked frame by month and verdict, in whole cents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

from sequestration._audit.totals import NOT_CHECKED, AuditTotals, Sums
from sequestration._checking.findings import Verdict
from sequestration._dates import as_date
from sequestration._errors import InvalidAmountType, InvalidArgument
from sequestration._money import as_cents
from sequestration.plot._rows import is_null, read_rows

__all__ = ["sum_checked_rows"]

_NEEDS = (
    "plot.audit draws an audit, such as check_835(path), or a frame that frames.check returned, with its columns: "
    "plot.audit(checked, reported='co253', on='service_date')."
)
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def sum_checked_rows(
    table: Any, *, reported: str, on: str, prefix: str = "", unit_cents: int = 100
) -> tuple[AuditTotals, int]:
    """Totals of a checked frame, and the number of its rows without a verdict.

    Args:
        table: Frame of any engine that `frames.check` returned.
        reported: Column of the reported 253.
        on: Column of the dates.
        prefix: Text before the names of the columns that the check added.
        unit_cents: Cents in one unit of the amounts, as in the check.

    Raises:
        InvalidArgument: A verdict is unknown.
        InvalidAmountType: An amount is not a number.
        UnknownColumn: The frame lacks a column.
        InvalidArgumentType: `table` is not a frame.
    """
    columns = (on, f"{prefix}verdict", reported, f"{prefix}expected")
    totals, without = AuditTotals(), 0
    months: dict[Any, str] = {}
    for day, value, amount, due in read_rows(table, columns, _NEEDS):
        if is_null(value):
            without += 1
            continue
        verdict = _verdict(value)
        if verdict is Verdict.NOT_APPLICABLE:
            continue
        if day not in months:
            months[day] = _month(day)
        totals.enter_month(_sums(verdict, _cents(amount, unit_cents), _cents(due, unit_cents)), months[day], verdict)
    return totals, without


def _verdict(value: str) -> Verdict:
    try:
        return _VERDICTS[value]
    except KeyError:
        raise InvalidArgument(f"{value!r} is not a verdict of frames.check.") from None


def _sums(verdict: Verdict, reported: int, expected: int) -> Sums:
    if verdict in NOT_CHECKED:
        return Sums(reported)
    return Sums(reported, expected, abs(reported - expected) if verdict.is_wrong_amount else 0)


def _month(day: object) -> str:
    """Month of a date as YYYY-MM; empty without one."""
    if is_null(day):
        return ""
    if isinstance(day, datetime):
        return f"{day:%Y-%m}"
    if isinstance(day, (str, Integral)):
        day = as_date(str(day))
    return f"{day:%Y-%m}" if isinstance(day, date) else ""


def _cents(amount: object, unit_cents: int) -> int:
    """Whole cents of an amount; null counts as zero, a float as its nearest cent."""
    if is_null(amount):
        return 0
    if isinstance(amount, str):
        return int(amount) if unit_cents == 1 else as_cents(amount)
    if not isinstance(amount, (Real, Decimal)):
        raise InvalidAmountType(f"An amount must be a number, not {type(amount).__name__}.")
    number: Any = int(amount) if isinstance(amount, Integral) else amount  # Whole numbers of numpy may overflow.
    cents: int = round(number * unit_cents)
    return cents
