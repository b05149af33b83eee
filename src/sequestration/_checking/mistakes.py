"""Explain a wrong amount by computing each known mistake.

`ExplanationCode` is the registry of mistakes: each member has the formula of its mistake. The explanations, their
order, the list in the documentation and the mistakes that `strategies` plants all come from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from math import lcm
from typing import Self, TypeAlias

import attrs
from dateutil.relativedelta import relativedelta

from sequestration._dates import for_readers
from sequestration._law.periods import RatePeriod, days_by_period, percent
from sequestration._law.reduction import cut_cents
from sequestration._law.schedule import RateSchedule
from sequestration._money import format_cents, round_to_nearest
from sequestration._plain.result import Result

__all__ = ["Evidence", "Explanation", "ExplanationCode", "Formula", "explain", "other_rates"]


@attrs.define(kw_only=True)  # Not frozen, because one is made for each wrong line.
class Evidence:
    """Facts about a claim or line whose amount is wrong, in whole cents.

    `other_days` are dates of the claim that did not set the rate, each with its meaning. `span` is the first and last
    day of the services, where both are known. `before` are the other adjustments that lower the payable amount, as
    group and code with their sum. `remittance_date` is the day on which the payer computed the amount; None if it is
    not known.
    """

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
    span: tuple[date, date] | None = None
    before: tuple[tuple[str, int], ...] = ()
    remittance_date: date | None = None


WrongCuts: TypeAlias = Iterable[tuple[int, Callable[[], str]]]
"""Amounts that a mistake leads to, in whole cents, each with its explanation, which is written only if it fits."""

Formula: TypeAlias = Callable[[Evidence], WrongCuts]


def _tie(at: Evidence) -> WrongCuts:
    whole, rest, denominator = _share(at)
    if rest * 2 != denominator:
        return ()
    why = "is halfway between two cents: rounding half to even, or rounding the payment, gives this amount"
    return [(whole, lambda: f"{_exact_share(at)} {why}")]


def _cut_off(at: Evidence) -> WrongCuts:
    whole, rest, _ = _share(at)
    return [(whole, lambda: f"{_exact_share(at)} is truncated to the cent instead of rounded")] if rest else ()


def _one_cent(at: Evidence) -> WrongCuts:
    return [(at.expected + cent, lambda: f"one cent off from {_exact_share(at)}") for cent in (1, -1)]


def _other_date(at: Evidence) -> WrongCuts:
    for day, words in _first_words(at.other_days):
        period = at.schedule.period_on(day)
        if period.rate != at.period.rate:
            yield cut_cents(at.payable, period), partial(_day_in_words, period.rate, day, words)


def _day_in_words(rate: Decimal, day: date, words: str) -> str:
    return f"{percent(rate)} is the rate on {for_readers(day)}, {words}"


def _prorated(at: Evidence) -> WrongCuts:
    """Mistake that applies each rate to its share of the days.

    The last day of a stay may be counted or not.
    """
    if at.span is None:
        return
    first, last = at.span
    seen: set[int] = set()
    for end, words in ((last, ""), (last - timedelta(days=1), " before the last day")):
        shares = days_by_period(at.schedule.periods, first, end)
        if len({period.rate for period, _ in shares}) < 2:
            continue
        numerator, denominator = _mean_rate(shares)
        cut = round_to_nearest(at.payable * numerator, denominator)
        if cut not in seen:
            seen.add(cut)
            yield cut, partial(_shares_in_words, shares, words)


def _shares_in_words(shares: list[tuple[RatePeriod, int]], words: str) -> str:
    parts = " and ".join(f"{count:,} at {percent(period.rate)}" for period, count in shares)
    return f"each rate is applied to its share of the days{words}: {parts}"


def _mean_rate(shares: list[tuple[RatePeriod, int]]) -> tuple[int, int]:
    """The rate of periods, weighted by their days, as numerator and denominator."""
    common = lcm(*(period.ratio[1] for period, _ in shares))
    total = sum(count * period.ratio[0] * (common // period.ratio[1]) for period, count in shares)
    return total, common * sum(count for _, count in shares)


def _other_rate(at: Evidence) -> WrongCuts:
    """Mistake that applies the rate of another period."""
    begun = _begun_periods(at)
    for period in _other_rates(at, begun):
        yield cut_cents(at.payable, period), partial(_spans_in_words, period.rate, begun)


def other_rates(at: Evidence) -> list[RatePeriod]:
    """The nearest period of each other rate above zero, the nearest to the date first.

    A payer can only apply a rate that had begun when it made the remittance.
    """
    return _other_rates(at, _begun_periods(at))


def _other_rates(at: Evidence, begun: list[RatePeriod]) -> list[RatePeriod]:
    nearest: dict[tuple[int, int], RatePeriod] = {}
    others = [period for period in begun if period.ratio != at.period.ratio]
    if len(others) > 1:
        others.sort(key=lambda period: _distance(period, at.on))
    for period in others:
        nearest.setdefault(period.ratio, period)
    return list(nearest.values())


def _begun_periods(at: Evidence) -> list[RatePeriod]:
    """The periods above zero that had begun when the payer computed the amount."""
    begun_by = at.remittance_date or _a_year_after(at.on)
    return [
        period
        for period in at.schedule.periods
        if period.rate and not period.projected and (period.first_day is None or period.first_day <= begun_by)
    ]


def _spans_in_words(rate: Decimal, begun: list[RatePeriod]) -> str:
    return f"{percent(rate)} is the rate {' and '.join(period.span for period in begun if period.rate == rate)}"


def _echo_of_primary(at: Evidence) -> WrongCuts:
    primary = at.primary or 0
    if primary <= 0 or at.reported <= 0 or cut_cents(primary + at.reported, at.period) != at.reported:
        return ()
    words = "repeats the primary payer's own sequestration on its payment of"
    return [(at.reported, lambda: f"{words} {format_cents(primary)}")]


def _before_other_adjustment(at: Evidence) -> WrongCuts:
    return [
        (cut_cents(at.payable + cents, at.period), partial(_adjustment_in_words, at, name, cents))
        for name, cents in at.before
    ]


def _adjustment_in_words(at: Evidence, name: str, cents: int) -> str:
    base = format_cents(at.payable + cents)
    return f"{percent(at.period.rate)} of the amount before {name} of {format_cents(cents)} ({base})"


def _doubled(at: Evidence) -> WrongCuts:
    return [(2 * at.expected, lambda: f"twice the expected {format_cents(at.expected)}")] if at.expected else ()


def _wrong_sign(at: Evidence) -> WrongCuts:
    if at.expected:
        yield -at.expected, lambda: "the correct amount with the wrong sign"
    if at.reported == -at.expected:
        return
    before = at.payable - 2 * at.reported
    if at.reported < 0 < at.payable and cut_cents(before, at.period) == -at.reported:
        yield at.reported, lambda: f"the correct amount for a payment of {format_cents(before)}, with the wrong sign"


def _on(words: str, base_of: Callable[[Evidence], int | None]) -> Formula:
    """Build the mistake of applying the rate to another amount than the payable one."""

    def formula(at: Evidence) -> WrongCuts:
        base = base_of(at)
        if base is None or base == at.payable:
            return ()
        return [(cut_cents(base, at.period), lambda: f"{percent(at.period.rate)} of {words} ({format_cents(base)})")]

    return formula


def _allowed(at: Evidence) -> int:
    return at.payable + at.deductible + at.coinsurance if at.allowed is None else at.allowed


class ExplanationCode(StrEnum):
    """Known mistakes, the most likely first, and plain facts that affect a verdict."""

    formula: Formula | None
    """Formula of the mistake; None for a plain fact."""

    def __new__(cls, value: str, formula: Formula | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.formula = formula
        return member

    TIE = "tie", _tie
    CUT_OFF = "cut_off", _cut_off
    ONE_CENT = "one_cent", _one_cent
    OTHER_DATE = "other_date", _other_date
    PRORATED = "prorated", _prorated
    OTHER_RATE = "other_rate", _other_rate
    ECHO_OF_PRIMARY = "echo_of_primary", _echo_of_primary
    BEFORE_OTHER_ADJUSTMENT = "before_other_adjustment", _before_other_adjustment
    DOUBLED = "doubled", _doubled
    WRONG_SIGN = "wrong_sign", _wrong_sign
    ON_ALLOWED = "on_allowed", _on("the allowed amount", _allowed)
    BEFORE_COINSURANCE = (
        "before_coinsurance",
        _on("the amount before coinsurance", lambda at: at.payable + at.coinsurance),
    )
    BEFORE_DEDUCTIBLE = (
        "before_deductible",
        _on("the amount before the deductible", lambda at: at.payable + at.deductible),
    )
    BEFORE_PRIMARY_PAYMENT = (
        "before_primary_payment",
        _on(
            "the amount before the primary payment",
            lambda at: None if at.primary is None else at.payable + at.primary,
        ),
    )
    ON_PRIMARY_PAYMENT = "on_primary_payment", _on("the primary payer's amount", lambda at: at.primary)
    ON_CHARGE = "on_charge", _on("the billed charge", lambda at: at.charge)
    # Plain facts.
    WRONG_GROUP = "wrong_group"
    UNASSIGNED = "unassigned"
    TAKEN_UNREPORTED = "taken_unreported"
    NOT_BALANCED = "not_balanced"
    CODE_223 = "code_223"

    @property
    def words(self) -> str:
        """The code in plain words."""
        return _WORDS[self]

    @property
    def is_mistake(self) -> bool:
        """Whether the code is a mistake that yields the reported amount, not a plain fact."""
        return self.formula is not None


_WORDS: Mapping[ExplanationCode, str] = {
    ExplanationCode.TIE: "rounding of half a cent",
    ExplanationCode.CUT_OFF: "truncated to the cent",
    ExplanationCode.ONE_CENT: "one cent off",
    ExplanationCode.OTHER_DATE: "rate of another date on the claim",
    ExplanationCode.PRORATED: "rates prorated over the days",
    ExplanationCode.OTHER_RATE: "rate of another period",
    ExplanationCode.ECHO_OF_PRIMARY: "primary payer's sequestration repeated",
    ExplanationCode.BEFORE_OTHER_ADJUSTMENT: "calculated before another adjustment",
    ExplanationCode.DOUBLED: "doubled",
    ExplanationCode.WRONG_SIGN: "wrong sign",
    ExplanationCode.ON_ALLOWED: "calculated on the allowed amount",
    ExplanationCode.BEFORE_COINSURANCE: "calculated before coinsurance",
    ExplanationCode.BEFORE_DEDUCTIBLE: "calculated before the deductible",
    ExplanationCode.BEFORE_PRIMARY_PAYMENT: "calculated before the primary payment",
    ExplanationCode.ON_PRIMARY_PAYMENT: "calculated on the primary payment",
    ExplanationCode.ON_CHARGE: "calculated on the billed charge",
    ExplanationCode.WRONG_GROUP: "wrong group code",
    ExplanationCode.UNASSIGNED: "unassigned claim",
    ExplanationCode.TAKEN_UNREPORTED: "withheld but not reported",
    ExplanationCode.NOT_BALANCED: "out of balance",
    ExplanationCode.CODE_223: "reported as CARC 223",
}


@attrs.frozen
class Explanation(Result):
    """A mistake that yields the reported amount to the cent, or a plain fact."""

    code: ExplanationCode
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        from sequestration._html import element, notebook

        return notebook(element("p", self.text, f" ({self.code})"))


def explain(evidence: Evidence) -> tuple[Explanation, ...]:
    """Find the mistakes that yield the reported amount to the cent, most likely first."""
    return tuple(
        Explanation(code, words())
        for code, formula in _MISTAKES
        for cut, words in formula(evidence)
        if cut == evidence.reported
    )


_MISTAKES = tuple((code, code.formula) for code in ExplanationCode if code.formula is not None)


def _share(at: Evidence) -> tuple[int, int, int]:
    """The exact product of rate and payable amount.

    It is given as signed whole cents, an unsigned remainder, and the divisor of the remainder.
    """
    numerator, denominator = at.period.ratio
    whole, rest = divmod(abs(at.payable) * numerator, denominator)
    return (whole if at.payable >= 0 else -whole), rest, denominator


def _exact_share(at: Evidence) -> str:
    return f"{percent(at.period.rate)} of {format_cents(at.payable)}"


def _first_words(days: tuple[tuple[date, str], ...]) -> Iterator[tuple[date, str]]:
    """Each day once, with its first name."""
    seen: set[date] = set()
    for day, words in days:
        if day not in seen:
            seen.add(day)
            yield day, words


def _a_year_after(day: date) -> date:
    """The same day of the next year, or the last day that there is."""
    return date.max if day.year == date.max.year else day + relativedelta(years=1)


def _distance(period: RatePeriod, day: date) -> int:
    """Number of days from a period to a day outside it."""
    if period.first_day is not None and day < period.first_day:
        return (period.first_day - day).days
    if period.last_day is not None and day > period.last_day:
        return (day - period.last_day).days
    return 0
