"""Hold back small differences that one other rate may explain all together.

A cent on one line is a rounding. But where a payer takes 2% in a month of 1%, every line under a dollar or two is
off by a cent only, and all of them follow from the one wrong rate.

A rate is such a rate if, of one period of law in one remittance, it gives every amount that is off by more than half
a cent, these are five or more, and at least two of them are off by a whole cent or more. No way of rounding goes that
far: halves move half a cent, cutting off the fraction less than a whole one. At a claim of several lines, each line may
have been rounded, so that each has its half cent and its whole cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import attrs

from sequestration._audit.claim_history import ClaimEvent
from sequestration._audit.groups import GroupKey, GroupSums, group_key
from sequestration._checking.findings import Verdict
from sequestration._checking.judge import judge_as_wrong
from sequestration._checking.judgment import Judgment
from sequestration._checking.mistakes import other_rates
from sequestration._checking.wording import evidence_of
from sequestration._law.periods import RatePeriod
from sequestration._law.reduction import cut_cents

__all__ = ["HeldJudgment", "Roundings", "SettledSums"]

_MIN_LINES = 5
_MIN_PROOFS = 2
_MAX_HELD = 10_000
_HALF_A_CENT, _A_CENT = Fraction(1, 2), Fraction(1)

HeldJudgment: TypeAlias = tuple[int, Judgment, "ClaimEvent | None"]
"""Number of the line or claim, its judgment, and the event of its claim."""

SettledSums: TypeAlias = tuple[str, GroupKey, GroupSums]
"""Month (YYYY-MM), group and sums of judgments that were too many to hold."""

_Rates: TypeAlias = frozenset[Decimal]


@attrs.define(eq=False)
class _Period:
    """Number of differences of a period of law that are beyond half a cent."""

    beyond: int = 0
    given_by: Counter[Decimal] = attrs.field(factory=Counter[Decimal])
    """Number of these that a rate gives."""
    proofs: Counter[Decimal] = attrs.field(factory=Counter[Decimal])
    """Number of these that no way of rounding gives."""

    @property
    def wrong_rate(self) -> Decimal | None:
        """The one other rate that explains them all, if there is one."""
        for rate, proofs in self.proofs.most_common():
            if proofs >= _MIN_PROOFS and self.given_by[rate] == self.beyond >= _MIN_LINES:
                return rate
        return None


class Roundings:
    """Rounding differences of a transaction that another rate may explain."""

    def __init__(self) -> None:
        self._periods: dict[RatePeriod, _Period] = {}
        self._held: list[tuple[HeldJudgment, Judgment, _Rates]] = []
        self._more: dict[tuple[str, GroupKey, _Rates], GroupSums] = {}

    def hold(self, number: int, judgment: Judgment, event: ClaimEvent | None) -> bool:
        """Hold back a rounding difference; False if it is one in any case.

        Args:
            number: Number of the line or claim in the file.
            judgment: The judgment.
            event: Event of its claim, or None.
        """
        period = judgment.period
        assert period is not None
        distance = _distance(judgment, period)
        if distance <= _HALF_A_CENT:
            return False
        rates = _rates(judgment)
        found = self._periods.setdefault(period, _Period())
        found.beyond += 1
        found.given_by.update(rates)
        wrong = judge_as_wrong(judgment) if rates else None
        if wrong is None:
            return False
        if distance >= _A_CENT:
            found.proofs.update(rates)
        if len(self._held) < _MAX_HELD:
            self._held.append(((number, judgment, event), wrong, rates))
            return True
        if event is not None:
            event.add_expected(None)
        key = judgment.month, group_key(wrong), rates
        self._more.setdefault(key, GroupSums()).add(GroupSums.of(wrong))
        return True

    def settle(self) -> Iterator[HeldJudgment]:
        """Yield what was held: wrong amounts where one other rate explains all."""
        for (number, judgment, event), wrong, rates in self._held:
            yield number, wrong if self._is_wrong(judgment.period, rates) else judgment, event

    def settle_sums(self) -> Iterator[SettledSums]:
        """Yield the sums of what was too much to hold, in the same way."""
        for (month, key, rates), sums in self._more.items():
            is_wrong = self._is_wrong(key.period, rates)
            yield month, key if is_wrong else attrs.evolve(key, verdict=Verdict.ROUNDING), sums

    def _is_wrong(self, period: RatePeriod | None, rates: _Rates) -> bool:
        assert period is not None
        return self._periods[period].wrong_rate in rates


def _distance(judgment: Judgment, period: RatePeriod) -> Fraction:
    """Cents between the reported and the exact amount, for each line."""
    numerator, denominator = period.ratio
    off = (judgment.reported or 0) * denominator - (judgment.payable or 0) * numerator
    return Fraction(abs(off), denominator * max(1, len(judgment.case.lines)))


def _rates(judgment: Judgment) -> _Rates:
    """The other rates that give the reported amount to the cent."""
    evidence = evidence_of(judgment)
    if evidence is None:
        return frozenset()
    every = other_rates(evidence)
    return frozenset(period.rate for period in every if cut_cents(evidence.payable, period) == evidence.reported)
