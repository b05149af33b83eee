"""Model of a service line or hospital stay before it is written as an 835."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self

import attrs

from sequestration._x12.model import Adjustment

__all__ = ["Service", "Stay"]

_NOTHING = Decimal("0.00")


@attrs.frozen(kw_only=True)
class Service:
    """A service line that Medicare pays, before it is written as an 835.

    Attributes:
        on: Date of service.
        charge: Billed charge in dollars.
        allowed: Allowed amount in dollars.
        deductible: Deductible in dollars.
        coinsurance: Coinsurance in dollars.
        penalty: Penalty of a quality program (CARC 237) in dollars, taken before sequestration.
        cut: Sequestration in dollars as withheld and reported (253).
        due: Sequestration in dollars that the law requires.
        rate: Rate as a share of the payable amount.
        group: Group code of the 253.
        earlier: Payment of a primary payer (OA 23) in dollars, taken before sequestration.
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
        """Medicare's payment before sequestration."""
        return self.allowed - self.deductible - self.coinsurance - self.penalty - self.earlier

    @property
    def paid(self) -> Decimal:
        """Medicare's payment."""
        return self.payable - self.cut

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Adjustments that explain the payment, without amounts of 0.00."""
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
        """Whether the service reverses an earlier payment."""
        return self.charge < 0

    @property
    def reversed(self) -> Self:
        """The same service with the sign of every amount reversed."""
        names = ("charge", "allowed", "deductible", "coinsurance", "penalty", "earlier", "cut", "due")
        return attrs.evolve(self, **{name: -getattr(self, name) for name in names})


@attrs.frozen(kw_only=True)
class Stay(Service):
    """A hospital stay, which is a claim of its own.

    Part A applies sequestration to the whole claim.

    Attributes:
        on: Discharge date, which sets the rate.
        first_day: Day of admission.
        charge: Billed charge in dollars.
        allowed: Allowed amount in dollars.
        deductible: Deductible in dollars.
        coinsurance: Coinsurance in dollars.
        penalty: Penalty of a quality program (CARC 237) in dollars.
        cut: Sequestration in dollars as withheld and reported (253).
        due: Sequestration in dollars that the law requires.
        rate: Rate as a share of the payable amount.
        group: Group code of the 253.
        earlier: Payment of a primary payer (OA 23) in dollars.
    """

    first_day: date
