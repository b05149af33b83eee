"""Mistakes that payers make: what each makes of a right service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

import attrs

from sequestration._findings import ExplanationCode
from sequestration._schedule import RateSchedule
from sequestration._values import as_cents, as_dollars, nearest
from sequestration.strategies._services import Service, Stay

__all__ = ["MISTAKES", "Mistake", "known_mistake"]

Mistake: TypeAlias = Callable[[Service, RateSchedule], Service]
"""What makes of a right service, under a schedule, a wrong one; not every service shows every mistake."""

_CENT = Decimal("0.01")


def _share(of: Decimal, rate: Decimal) -> Decimal:
    numerator, denominator = rate.as_integer_ratio()
    return as_dollars(nearest(as_cents(of) * numerator, denominator))


def _taken_from(base: Callable[[Service], Decimal]) -> Mistake:
    """The rate's share of something else than the payable."""
    return lambda right, _schedule: attrs.evolve(right, cut=_share(base(right), right.rate))


def _at_another_rate(right: Service, schedule: RateSchedule) -> Service:
    others = {period.rate for period in schedule.periods if not period.projected} - {right.rate, Decimal(0)}
    return attrs.evolve(right, cut=_share(right.payable, min(others, default=right.rate)))


def _by_another_date(right: Service, schedule: RateSchedule) -> Service:
    """A stay by its first day instead of its last."""
    on = right.first_day if isinstance(right, Stay) else right.on
    return attrs.evolve(right, cut=_share(right.payable, schedule.rate_on(on)))


def _cut_off(right: Service, _schedule: RateSchedule) -> Service:
    numerator, denominator = right.rate.as_integer_ratio()
    return attrs.evolve(right, cut=as_dollars(as_cents(right.payable) * numerator // denominator))


def _tie(right: Service, _schedule: RateSchedule) -> Service:
    """The half of a cent dropped, of the next payable whose cut has one: that is the one that it needs."""
    numerator, denominator = right.rate.as_integer_ratio()
    if denominator % 2:
        return right  # such a rate halves no cent
    tie = denominator // 2 * pow(numerator, -1, denominator)
    more = as_dollars((tie - as_cents(right.payable)) % denominator)
    raised = attrs.evolve(right, allowed=right.allowed + more, charge=right.charge + more)
    due = _share(raised.payable, right.rate)
    return attrs.evolve(raised, due=due, cut=due - _CENT)


MISTAKES: Mapping[ExplanationCode, Mistake] = MappingProxyType(
    {
        ExplanationCode.BEFORE_COINSURANCE: _taken_from(lambda right: right.payable + right.coinsurance),
        ExplanationCode.BEFORE_DEDUCTIBLE: _taken_from(lambda right: right.payable + right.deductible),
        ExplanationCode.BEFORE_PRIMARY_PAYMENT: _taken_from(lambda right: right.payable + right.earlier),
        ExplanationCode.CUT_OFF: _cut_off,
        ExplanationCode.DOUBLED: lambda right, _schedule: attrs.evolve(right, cut=2 * right.due),
        ExplanationCode.ON_ALLOWED: _taken_from(lambda right: right.allowed),
        ExplanationCode.ON_CHARGE: _taken_from(lambda right: right.charge),
        ExplanationCode.ON_PRIMARY_PAYMENT: _taken_from(lambda right: right.earlier),
        ExplanationCode.ONE_CENT: lambda right, _schedule: attrs.evolve(right, cut=right.due + _CENT),
        ExplanationCode.OTHER_DATE: _by_another_date,
        ExplanationCode.OTHER_RATE: _at_another_rate,
        ExplanationCode.TIE: _tie,
        ExplanationCode.WRONG_GROUP: lambda right, _schedule: attrs.evolve(right, group="PI"),
        ExplanationCode.WRONG_SIGN: lambda right, _schedule: attrs.evolve(right, cut=-right.due),
    }
)
"""Mistakes that can be planted, by the explanation that names each: all that are mistakes, and the wrong group."""


def known_mistake(code: ExplanationCode | str) -> ExplanationCode:
    """The mistake of that name. Raises `ValueError` for one that cannot be planted."""
    found = next((known for known in MISTAKES if known == code), None)
    if found is None:
        raise ValueError(f"{code!r} is no mistake that can be planted; there are {', '.join(MISTAKES)}")
    return found
