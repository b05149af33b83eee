"""Write a schedule as SQL for a data warehouse."""

from __future__ import annotations

from sequestration._law.schedule import RateSchedule
from sequestration.frames._engines.schedule_arrays import Law

__all__ = ["case_sql"]


def case_sql(schedule: RateSchedule, date: str, *, cents: str | None = None) -> str:
    """Write the rate of a date, or its sequestration, as an ANSI SQL CASE expression.

    The sequestration is in whole cents, exact up to 90 trillion dollars with halves away from zero, both on
    databases with integer division and on those that divide as doubles. Null gives null.

    Args:
        schedule: Rates to apply.
        date: Column or SQL expression of the date, inserted as it is.
        cents: Column or SQL expression of the payable amount in whole cents; None for the rate.

    Raises:
        InvalidSchedule: A rate has more than nine decimal places.

    >>> import sequestration as seq
    >>> print(case_sql(seq.MEDICARE_FFS, "service_date").splitlines()[2])
      WHEN service_date < DATE '2020-05-01' THEN 0.02
    """
    law = Law.of(schedule)
    first_days = [None, *(period.first_day for period in schedule.periods[1:])]
    rates = {period.first_day: period for period in schedule.periods}
    periods = [rates[day] for day in first_days if day is None or day in law.edges]
    if cents is None:
        places = max(0, *(-int(period.rate.normalize().as_tuple().exponent) for period in periods))
        values = [f"{period.rate:.{places}f}" for period in periods]
    else:
        values = [_cut(cents, *period.ratio) for period in periods]
    lines = [
        f"  WHEN {date} < DATE '{edge.isoformat()}' THEN {value}"
        for edge, value in zip(law.edges, values[:-1], strict=True)
    ]
    last = f"{date} >= DATE '{law.edges[-1].isoformat()}'" if law.edges else f"{date} IS NOT NULL"
    return "\n".join(["CASE", *lines, f"  WHEN {last} THEN {values[-1]}", "END"])


def _cut(cents: str, numerator: int, denominator: int) -> str:
    """The nearest cent as SQL.

    It uses absolute values and restores the sign, and every division is exact.
    """
    if not numerator:
        return f"0 * CAST({cents} AS BIGINT)"
    size = f"ABS(CAST({cents} AS BIGINT))"
    sign = f"CASE WHEN {cents} < 0 THEN -1 ELSE 1 END"
    if numerator == 1 and denominator % 2 == 0:
        return f"({sign}) * {_quotient(f'({size} + {denominator // 2})', denominator)}"
    rest = f"MOD({size}, {denominator})"
    half = f"({rest} * {2 * numerator} + {denominator})"
    return f"({sign}) * ({_quotient(size, denominator)} * {numerator} + {_quotient(half, 2 * denominator)})"


def _quotient(above: str, below: int) -> str:
    return f"CAST(({above} - MOD({above}, {below})) / {below} AS BIGINT)"
