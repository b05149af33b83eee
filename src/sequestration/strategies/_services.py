"""What is paid for, before it is written down: a service line, or a stay in a hospital."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

import attrs

from sequestration._remittance import Adjustment

__all__ = ["Service", "Stay"]

_NOTHING = Decimal("0.00")


@attrs.frozen(kw_only=True)
class Service:
    """A service line that Medicare pays, before it is written down; amounts in dollars.

    `penalty` is a quality program's (CARC 237), `earlier` what an earlier payer paid (OA 23); both go off before the
    cut. `cut` is what is reported as the 253 and taken, under the group code `group`; `due` what the law takes.
    """

    on: date
    charge: Decimal
    allowed: Decimal
    deductible: Decimal
    coinsurance: Decimal
    penalty: Decimal
    cut: Decimal
    due: Decimal
    rate: Decimal
    group: str = "CO"
    earlier: Decimal = _NOTHING

    @property
    def payable(self) -> Decimal:
        """What Medicare pays before the cut."""
        return self.allowed - self.deductible - self.coinsurance - self.penalty - self.earlier

    @property
    def paid(self) -> Decimal:
        """What Medicare pays."""
        return self.payable - self.cut

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What explains that less was paid than charged; none of 0.00."""
        every = (
            ("CO", "45", self.charge - self.allowed),
            ("CO", "237", self.penalty),
            (self.group, "253", self.cut),
            ("OA", "23", self.earlier),
            ("PR", "1", self.deductible),
            ("PR", "2", self.coinsurance),
        )
        return tuple(Adjustment(group, reason, amount) for group, reason, amount in every if amount)

    @property
    def is_reversal(self) -> bool:
        """Whether it takes back what was paid before."""
        return self.charge < 0

    @property
    def reversed(self) -> Self:
        """The same with the sign of every amount turned, as a reversal has it."""
        names = ("charge", "allowed", "deductible", "coinsurance", "penalty", "earlier", "cut", "due")
        return attrs.evolve(self, **{name: -getattr(self, name) for name in names})


@attrs.frozen(kw_only=True)
class Stay(Service):
    """A stay in a hospital, a claim of its own: Part A cuts it as a whole, by the day of discharge, which is `on`."""

    first_day: date
