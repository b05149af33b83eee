"""Why a cut may be wrong: each known mistake is computed, and told where it gives the reported amount."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from sequestration._findings import Explanation, ExplanationCode
from sequestration._periods import RatePeriod, percent
from sequestration._reduction import cut_of
from sequestration._schedule import RateSchedule
from sequestration._values import as_dollars

__all__ = ["Evidence", "explain"]


@attrs.frozen(kw_only=True)
class Evidence:
    """What is known of a place whose cut is not what it should be: reported is not expected. Amounts in whole cents."""

    schedule: RateSchedule
    period: RatePeriod
    on: date
    reported: int
    expected: int
    payable: int
    allowed: int | None = None
    charge: int | None = None
    deductible: int = 0
    coinsurance: int = 0
    primary: int | None = None
    other_days: tuple[tuple[date, str], ...] = ()


def explain(evidence: Evidence) -> tuple[Explanation, ...]:
    """The mistakes that give the reported amount to the cent, likeliest first."""
    return tuple(_mistakes(evidence))


def _mistakes(at: Evidence) -> Iterator[Explanation]:
    """Every mistake of the list that fits. The order is that of likelihood."""
    code = ExplanationCode
    rate = percent(at.period.rate)
    yield from _of_the_last_cent(at)
    yield from _of_the_date(at)
    if at.expected and at.reported == 2 * at.expected:
        yield Explanation(code.DOUBLED, f"twice the {as_dollars(at.expected)} that is due")
    if at.expected and at.reported == -at.expected:
        yield Explanation(code.WRONG_SIGN, "the right amount with the wrong sign")
    elif at.reported < 0 < at.payable and cut_of(before := at.payable - 2 * at.reported, at.period) == -at.reported:
        yield Explanation(code.WRONG_SIGN, f"without its sign it is the right amount of {as_dollars(before)}")
    share = at.deductible + at.coinsurance
    allowed = at.payable + share if at.allowed is None else at.allowed
    bases = (
        (code.ON_ALLOWED, allowed, "the allowed amount"),
        (code.BEFORE_COINSURANCE, at.payable + at.coinsurance, "the amount before coinsurance"),
        (code.BEFORE_DEDUCTIBLE, at.payable + at.deductible, "the amount before the deductible"),
        (code.BEFORE_PRIMARY_PAYMENT, _sum(at.payable, at.primary), "the amount before the primary payment"),
        (code.ON_PRIMARY_PAYMENT, at.primary, "the primary payer's amount"),
        (code.ON_CHARGE, at.charge, "the charge"),
    )
    for name, base, words in bases:
        if base is not None and base != at.payable and _gives(base, at):
            yield Explanation(name, f"{rate} of {words} ({as_dollars(base)})")


def _of_the_last_cent(at: Evidence) -> Iterator[Explanation]:
    code = ExplanationCode
    numerator, denominator = at.period.ratio
    whole, rest = divmod(abs(at.payable) * numerator, denominator)
    size = at.reported if at.payable >= 0 else -at.reported
    exact = f"{percent(at.period.rate)} of {as_dollars(at.payable)}"
    if rest * 2 == denominator and size == whole:
        yield Explanation(
            code.TIE, f"{exact} lies half way between two cents: rounding halves to even, or the payment, gives this"
        )
    if rest and size == whole:
        yield Explanation(code.CUT_OFF, f"{exact} is cut off at the cent, not rounded")
    if abs(at.reported - at.expected) == 1:
        yield Explanation(code.ONE_CENT, f"one cent from {exact}")


def _of_the_date(at: Evidence) -> Iterator[Explanation]:
    code = ExplanationCode
    told: set[date] = set()
    for day, words in at.other_days:
        period = at.schedule.period_on(day)
        if period.rate != at.period.rate and cut_of(at.payable, period) == at.reported and day not in told:
            told.add(day)
            yield Explanation(code.OTHER_DATE, f"{percent(period.rate)} is the rate of {day}, {words}")
    rates = {at.period.rate}
    for period in sorted(at.schedule.periods, key=lambda period: _distance(period, at.on)):
        if period.rate in rates or not period.rate or period.projected:
            continue
        rates.add(period.rate)
        if cut_of(at.payable, period) == at.reported:
            yield Explanation(code.OTHER_RATE, f"{percent(period.rate)} is the rate {period.span}")


def _distance(period: RatePeriod, day: date) -> int:
    """Days from a period to a day outside it."""
    if period.first_day is not None and day < period.first_day:
        return (period.first_day - day).days
    if period.last_day is not None and day > period.last_day:
        return (day - period.last_day).days
    return 0


def _gives(base: int, at: Evidence) -> bool:
    return cut_of(base, at.period) == at.reported


def _sum(first: int, second: int | None) -> int | None:
    return None if second is None else first + second
