"""Compute Medicare's payment before sequestration, as primary or secondary payer.

The law sets the order: the allowed amount, less deductible and coinsurance, less earlier adjustments, is the
payable amount, to which the rate applies.
"""

from __future__ import annotations

import re
from decimal import Decimal

import attrs

from sequestration._errors import InvalidAmount, InvalidAmountType, InvalidArgumentType
from sequestration._messages import quote, to_text
from sequestration._money import Amount, as_cents, as_dollars, format_dollars, round_to_nearest
from sequestration._plain.result import Result

__all__ = ["MedicarePayment", "SecondaryPayment", "medicare_payment", "secondary_payment"]

_SHARE = re.compile(r"\d?\.\d{1,12}|[01]\.?", re.ASCII)
_MAX_PLACES = 28


@attrs.frozen
class MedicarePayment(Result):
    """Medicare's payment for a service before sequestration, in dollars.

    Attributes:
        allowed: Allowed amount.
        deductible: Part of the allowed amount that goes to the patient's deductible.
        coinsurance: The patient's coinsurance or copayment.
        payable: Allowed amount less deductible less coinsurance.
    """

    allowed: Decimal
    deductible: Decimal
    coinsurance: Decimal
    payable: Decimal

    def __str__(self) -> str:
        return (
            f"{format_dollars(self.allowed)} allowed - {format_dollars(self.deductible)} deductible - "
            f"{format_dollars(self.coinsurance)} coinsurance = {format_dollars(self.payable)} payable"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        rows = [
            ("allowed", self.allowed),
            ("\N{MINUS SIGN} deductible", self.deductible),
            ("\N{MINUS SIGN} coinsurance", self.coinsurance),
            ("= payment before sequestration", self.payable),
        ]
        return notebook(table("Medicare payment", ("step", "dollars"), rows))


@attrs.frozen
class SecondaryPayment(Result):
    """Medicare's payment as secondary payer before sequestration, in dollars.

    Attributes:
        charge: Billed charge.
        primary_allowed: Amount the primary payer allowed.
        primary_paid: Amount the primary payer paid.
        allowed: Amount Medicare allows.
        deductible: Part of Medicare's allowed amount that goes to the deductible.
        coinsurance: Medicare coinsurance.
        accept_in_full: Amount the provider must accept as payment in full; None where no limit applies.
        limits: The three amounts of 42 CFR 411.33(a), of which the lowest applies: by the charge, as if
            Medicare were the primary payer, and by the higher allowed amount.
        payable: The lowest limit, never below zero.
    """

    charge: Decimal
    primary_allowed: Decimal
    primary_paid: Decimal
    allowed: Decimal
    deductible: Decimal
    coinsurance: Decimal
    accept_in_full: Decimal | None
    limits: tuple[Decimal, Decimal, Decimal]
    payable: Decimal

    def __str__(self) -> str:
        by_charge, as_primary, by_allowed = map(format_dollars, self.limits)
        return (
            f"lowest of {by_charge} (charge minus primary payment), {as_primary} (Medicare as primary), "
            f"{by_allowed} (higher allowed amount minus primary payment) = {format_dollars(self.payable)} payable"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        by_charge, as_primary, by_allowed = self.limits
        full = self.accept_in_full
        charge, name = (
            (self.charge, "charge") if full is None or full > self.charge else (full, "amount accepted in full")
        )
        minus = "\N{MINUS SIGN}"
        rows = [
            (f"{name} {minus} primary payment", f"{charge:,} {minus} {self.primary_paid:,}", by_charge),
            (
                f"Medicare as primary payer: allowed {minus} deductible {minus} coinsurance",
                f"{self.allowed:,} {minus} {self.deductible:,} {minus} {self.coinsurance:,}",
                as_primary,
            ),
            (
                f"higher allowed amount {minus} primary payment",
                f"{max(self.allowed, self.primary_allowed):,} {minus} {self.primary_paid:,}",
                by_allowed,
            ),
            ("= payment before sequestration", "lowest of the three, not below zero", self.payable),
        ]
        return notebook(table("Medicare payment as secondary payer", ("step", "from", "dollars"), rows))


def medicare_payment(
    *,
    allowed: Amount,
    deductible: Amount = "0",
    coinsurance: Amount | None = None,
    coinsurance_rate: Decimal | str | None = None,
) -> MedicarePayment:
    """Compute Medicare's payment for a service before sequestration.

    The payable amount is the allowed amount less deductible less coinsurance. It may be negative where patient
    responsibility exceeds the allowed amount.

    Args:
        allowed: Allowed amount in dollars.
        deductible: Deductible in dollars.
        coinsurance: Coinsurance in dollars. Leave both this and `coinsurance_rate` out where there is none
            (clinical laboratory, most preventive services).
        coinsurance_rate: Coinsurance as a share of the amount after the deductible, such as "0.20";
            the result is rounded to the nearest cent.

    Raises:
        InvalidAmount: An amount is negative or not in whole cents, or the rate is not between 0 and 1.
        InvalidArgumentType: Both `coinsurance` and `coinsurance_rate` are given.

    >>> print(medicare_payment(allowed="100.00", deductible="50.00", coinsurance_rate="0.20"))
    $100.00 allowed - $50.00 deductible - $10.00 coinsurance = $40.00 payable
    """
    if coinsurance is not None and coinsurance_rate is not None:
        raise InvalidArgumentType("Pass coinsurance or coinsurance_rate, not both.")
    allowed_cents = _not_negative(allowed, "allowed")
    deductible_cents = _not_negative(deductible, "deductible")
    if coinsurance_rate is not None:
        numerator, denominator = _share(coinsurance_rate, "coinsurance_rate").as_integer_ratio()
        left = max(0, allowed_cents - deductible_cents)
        coinsurance_cents = round_to_nearest(left * numerator, denominator)
    else:
        coinsurance_cents = _not_negative(coinsurance if coinsurance is not None else "0", "coinsurance")
    return MedicarePayment(
        as_dollars(allowed_cents),
        as_dollars(deductible_cents),
        as_dollars(coinsurance_cents),
        as_dollars(allowed_cents - deductible_cents - coinsurance_cents),
    )


def secondary_payment(
    *,
    charge: Amount,
    primary_allowed: Amount,
    primary_paid: Amount,
    allowed: Amount,
    deductible: Amount = "0",
    coinsurance: Amount = "0",
    accept_in_full: Amount | None = None,
) -> SecondaryPayment:
    """Compute Medicare's secondary payment for a fee-schedule service.

    The payment is the lowest of three amounts and never below zero (42 CFR 411.33(a)): the charge less the
    primary payment; what Medicare would pay as primary payer; and the higher of both allowed amounts less the
    primary payment. Services paid on another basis follow 42 CFR 411.33(e), a minimum of four amounts, which
    this function does not compute.

    Args:
        charge: Billed charge in dollars.
        primary_allowed: Amount the primary payer allowed, in dollars.
        primary_paid: Amount the primary payer paid, in dollars.
        allowed: Amount Medicare allows, in dollars.
        deductible: Medicare deductible in dollars.
        coinsurance: Medicare coinsurance in dollars.
        accept_in_full: Amount in dollars that the provider must accept as payment in full, where it is less
            than the charge. Nothing is payable where it does not exceed the primary payment
            (42 CFR 411.32(b)).

    Raises:
        InvalidAmount: An amount is negative or not in whole cents.

    >>> secondary_payment(charge="175", primary_allowed="150", primary_paid="120", allowed="125").payable
    Decimal('30.00')
    """
    charge_cents = _not_negative(charge, "charge")
    primary_allowed_cents = _not_negative(primary_allowed, "primary_allowed")
    primary_paid_cents = _not_negative(primary_paid, "primary_paid")
    allowed_cents = _not_negative(allowed, "allowed")
    deductible_cents = _not_negative(deductible, "deductible")
    coinsurance_cents = _not_negative(coinsurance, "coinsurance")
    full = None if accept_in_full is None else _not_negative(accept_in_full, "accept_in_full")
    limits = (
        (charge_cents if full is None else min(charge_cents, full)) - primary_paid_cents,
        allowed_cents - deductible_cents - coinsurance_cents,
        max(allowed_cents, primary_allowed_cents) - primary_paid_cents,
    )
    by_charge, as_primary, by_allowed = (as_dollars(limit) for limit in limits)
    return SecondaryPayment(
        charge=as_dollars(charge_cents),
        primary_allowed=as_dollars(primary_allowed_cents),
        primary_paid=as_dollars(primary_paid_cents),
        allowed=as_dollars(allowed_cents),
        deductible=as_dollars(deductible_cents),
        coinsurance=as_dollars(coinsurance_cents),
        accept_in_full=None if full is None else as_dollars(full),
        limits=(by_charge, as_primary, by_allowed),
        payable=as_dollars(max(0, min(limits))),
    )


def _not_negative(value: Amount, name: str) -> int:
    cents = as_cents(value)
    if cents < 0:
        raise InvalidAmount(f"{name} is {quote(str(value)).strip(chr(39))}. It must not be negative.")
    return cents


def _share(value: Decimal | str, name: str) -> Decimal:
    if isinstance(value, float):
        raise InvalidAmountType(f'{name} is a float. Write it in quotes, such as "0.20".')
    if not isinstance(value, (str, Decimal, int)) or isinstance(value, bool):
        raise InvalidAmountType(f"{name} must be a Decimal or text, not {type(value).__name__}")
    if isinstance(value, str):
        plain = _SHARE.fullmatch(value) is not None
    else:
        plain = isinstance(value, Decimal) or value in (0, 1)
    share = Decimal(value) if plain else Decimal("nan")
    if not share.is_finite() or not 0 <= share <= 1:
        raise InvalidAmount(f"{name} must be a share between 0 and 1, not {quote(to_text(value))}")
    # Limits the digits: converting a longer number to a fraction may take hours.
    if not -_MAX_PLACES <= int(share.as_tuple().exponent) <= 0:
        raise InvalidAmount(f"{name} has more than {_MAX_PLACES} decimal places")
    return share
