"""Mistakes that payers make, as functions of a correct service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import attrs

from sequestration._checking.mistakes import Evidence, ExplanationCode, Formula
from sequestration._errors import InvalidArgument
from sequestration._law.reduction import cut_cents
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_cents, as_dollars
from sequestration.strategies._services import Service, Stay

__all__ = ["MISTAKES", "Mistake", "known_mistake"]

_MIN_PENALTY_CENTS = 1_000

Mistake: TypeAlias = Callable[[Service, RateSchedule], Service]
"""Turns a correct service, under a schedule, into a wrong one; not every service can show every mistake."""


def _by(formula: Formula) -> Mistake:
    """Mistake with the amount that the formula of an explanation leads to.

    It is the first such amount that is not the right one.
    """

    def plant(right: Service, schedule: RateSchedule) -> Service:
        cuts = (cut for cut, _ in formula(_evidence(right, schedule)) if cut != as_cents(right.due))
        cut = next(cuts, None)
        return right if cut is None else attrs.evolve(right, cut=as_dollars(cut))

    return plant


def _evidence(right: Service, schedule: RateSchedule) -> Evidence:
    """Facts about a right service, from which the formulas compute a mistake."""
    due = as_cents(right.due)
    return Evidence(
        schedule=schedule,
        period=schedule.period_on(right.on),
        on=right.on,
        reported=due,
        expected=due,
        payable=as_cents(right.payable),
        allowed=as_cents(right.allowed),
        charge=as_cents(right.charge),
        deductible=as_cents(right.deductible),
        coinsurance=as_cents(right.coinsurance),
        primary=as_cents(right.earlier) or None,
        other_days=((right.first_day, "the first day of the stay"),) if isinstance(right, Stay) else (),
        span=(right.first_day, right.on) if isinstance(right, Stay) else None,
        before=(("CO 237", as_cents(right.penalty)),) if right.penalty else (),
        remittance_date=right.on,
    )


def _tie(right: Service, schedule: RateSchedule) -> Service:
    """Mistake that drops half a cent, on the next payable amount with half a cent."""
    numerator, denominator = right.rate.as_integer_ratio()
    if denominator % 2 or ExplanationCode.TIE.formula is None:
        return right  # At such a rate there are no half cents.
    tie = denominator // 2 * pow(numerator, -1, denominator)
    more = as_dollars((tie - as_cents(right.payable)) % denominator)
    raised = attrs.evolve(right, allowed=right.allowed + more, charge=right.charge + more)
    due = as_dollars(cut_cents(as_cents(raised.payable), schedule.period_on(right.on)))
    return _by(ExplanationCode.TIE.formula)(attrs.evolve(raised, due=due, cut=due), schedule)


def _before_other_adjustment(right: Service, schedule: RateSchedule) -> Service:
    """Mistake that leaves a penalty of at least ten dollars in the base."""
    formula = ExplanationCode.BEFORE_OTHER_ADJUSTMENT.formula
    assert formula is not None
    more = as_dollars(_MIN_PENALTY_CENTS)
    raised = attrs.evolve(right, allowed=right.allowed + more, charge=right.charge + more, penalty=right.penalty + more)
    return _by(formula)(raised, schedule)


MISTAKES: Mapping[ExplanationCode, Mistake] = MappingProxyType(
    {
        **{
            code: _by(code.formula)
            for code in ExplanationCode
            if code.formula is not None and code is not ExplanationCode.ECHO_OF_PRIMARY
        },
        ExplanationCode.TIE: _tie,
        ExplanationCode.BEFORE_OTHER_ADJUSTMENT: _before_other_adjustment,
        ExplanationCode.WRONG_GROUP: lambda right, _schedule: attrs.evolve(right, group="PI"),
    }
)
"""Mistakes that can be planted, by explanation: all that are mistakes, and the wrong group code.

An echo of the primary payer's sequestration is left out: of fee-for-service Medicare it proves nothing.
"""


def known_mistake(code: ExplanationCode | str) -> ExplanationCode:
    """The mistake with a name; raises `InvalidArgument` for any other."""
    found = next((known for known in MISTAKES if known == code), None)
    if found is None:
        raise InvalidArgument(f"{code!r} is not a mistake that can be planted. Use one of: {', '.join(MISTAKES)}.")
    return found
