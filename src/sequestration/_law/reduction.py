"""Compute sequestration, and the payable amount behind a payment.

The law sets the order: the allowed amount, less deductible and coinsurance, less earlier adjustments, is the
payable amount. The rate applies to that amount, to the cent, and the rest is paid.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import attrs

from sequestration._dates import Day, as_date
from sequestration._errors import InvalidAmount, InvalidAmountType, InvalidDate, InvalidSchedule
from sequestration._law.periods import RatePeriod, percent
from sequestration._law.rules import settings
from sequestration._law.schedule import RateSchedule, shipped_schedule
from sequestration._messages import quoted, written
from sequestration._money import EXACT, Amount, as_cents, as_dollars, nearest

__all__ = [
    "CostReportReduction",
    "CostReportShare",
    "MedicarePayment",
    "Reduction",
    "SecondaryPayment",
    "cost_report_reduction",
    "cut_of",
    "expected_reduction",
    "medicare_payment",
    "payables_from_paid",
    "schedule_or_default",
    "secondary_payment",
]

_SHARE = re.compile(r"\d?\.\d{1,12}|[01]\.?", re.ASCII)
_MOST_PLACES = 28
_RATIO_STEPS = 10_000  # A cost report's share of days has four decimal places.


@attrs.frozen
class MedicarePayment:
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
            f"allowed {self.allowed} - deductible {self.deductible} - coinsurance {self.coinsurance}"
            f" = payable {self.payable}"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        rows = [
            ("allowed", self.allowed),
            ("\N{MINUS SIGN} deductible", self.deductible),
            ("\N{MINUS SIGN} coinsurance", self.coinsurance),
            ("= payable before sequestration", self.payable),
        ]
        return notebook(table("Medicare payment", ("step", "dollars"), rows))


@attrs.frozen
class SecondaryPayment:
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
        by_charge, as_primary, by_allowed = self.limits
        return (
            f"lowest of {by_charge} (charge less primary payment), {as_primary} (Medicare as primary), "
            f"{by_allowed} (higher allowed less primary payment) = payable {self.payable}"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        by_charge, as_primary, by_allowed = self.limits
        full = self.accept_in_full
        charge, name = (self.charge, "charge") if full is None or full > self.charge else (full, "to accept in full")
        minus = "\N{MINUS SIGN}"
        rows = [
            (f"{name} {minus} primary payment", f"{charge:,} {minus} {self.primary_paid:,}", by_charge),
            (
                f"Medicare as first payer: allowed {minus} deductible {minus} coinsurance",
                f"{self.allowed:,} {minus} {self.deductible:,} {minus} {self.coinsurance:,}",
                as_primary,
            ),
            (
                f"higher allowed amount {minus} primary payment",
                f"{max(self.allowed, self.primary_allowed):,} {minus} {self.primary_paid:,}",
                by_allowed,
            ),
            ("= payable before sequestration", "the lowest of the three, never below zero", self.payable),
        ]
        return notebook(table("Medicare payment as second payer", ("step", "from", "dollars"), rows))


@attrs.frozen
class Reduction:
    """A payable amount and its sequestration, in dollars.

    Attributes:
        payable: Medicare's payment before sequestration; the sum of `amount` and `payment`.
        rate: Share of the payable amount that is withheld.
        amount: Amount withheld (the CO 253).
        payment: Amount paid.
        period: Period of the schedule that sets the rate.
    """

    payable: Decimal
    rate: Decimal
    amount: Decimal
    payment: Decimal
    period: RatePeriod

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of future law."""
        return self.period.projected

    def __str__(self) -> str:
        return (
            f"payable {self.payable} x {percent(self.rate)} = cut {self.amount}, payment {self.payment}"
            f" ({self.period.status} {self.period.span})"
        )

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        exact = EXACT.multiply(self.payable, self.rate)
        rounded = "" if exact == self.amount else f"{exact:,f} to the nearest cent"
        rows = [
            ("payable before sequestration", self.payable, ""),
            ("\N{MULTIPLICATION SIGN} rate", percent(self.rate), f"{self.period.status} {self.period.span}"),
            ("= cut (CO 253)", self.amount, rounded),
            ("payment", self.payment, "payable less the cut"),
        ]
        return notebook(table("Sequestration of a payment", ("step", "dollars", "how"), rows))


@attrs.frozen
class CostReportShare:
    """Days of a cost report in one period with a rate, and their share of all days.

    Attributes:
        period: Period of the schedule.
        days: Days of the cost report that fall in the period.
        ratio: The days divided by all days of the cost report, to four decimal places.
    """

    period: RatePeriod
    days: int
    ratio: Decimal
    """The days divided by all days of the cost report, to four decimal places."""

    def __str__(self) -> str:
        return f"{self.days} days, {self.ratio} of all, at {self.period}"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [("days", self.days), ("share of all days", self.ratio), ("rate", str(self.period))]
        return notebook(facts("Days of a cost report under one rate", rows))


@attrs.frozen
class CostReportReduction:
    """Sequestration of a cost report settlement, in dollars.

    Attributes:
        settlement: Settlement amount before sequestration.
        first_day: First day of the cost report.
        last_day: Last day of the cost report.
        days: Days of the cost report.
        days_inside: Days that fall in a period with a rate.
        ratio: Sum of the ratios of the shares.
        amount: Settlement times rate times ratio, summed over the shares, to the nearest cent.
        shares: One share for each period with a rate.
    """

    settlement: Decimal
    first_day: date
    last_day: date
    days: int
    days_inside: int
    ratio: Decimal
    amount: Decimal
    shares: tuple[CostReportShare, ...]

    @property
    def projected(self) -> bool:
        """Whether any of the rates is a projection of future law."""
        return any(share.period.projected for share in self.shares)

    def __str__(self) -> str:
        note = " (projected)" if self.projected else ""
        return f"settlement {self.settlement}, {self.days_inside} of {self.days} days: cut {self.amount}{note}"

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        rows: list[tuple[object, ...]] = [("settlement", self.settlement, f"{self.first_day} to {self.last_day}")]
        for share in self.shares:
            how = f"{share.days:,} of {self.days:,} days are {share.ratio}; {share.period.status} {share.period.span}"
            rows.append(("\N{MULTIPLICATION SIGN} share of days and rate", percent(share.period.rate), how))
        rows.append(("= cut", self.amount, "to the nearest cent; none of a settlement below zero"))
        return notebook(table("Sequestration of a cost report", ("step", "dollars", "how"), rows))


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
        TypeError: Both `coinsurance` and `coinsurance_rate` are given.

    >>> print(medicare_payment(allowed="100.00", deductible="50.00", coinsurance_rate="0.20"))
    allowed 100.00 - deductible 50.00 - coinsurance 10.00 = payable 40.00
    """
    if coinsurance is not None and coinsurance_rate is not None:
        raise TypeError("give coinsurance or coinsurance_rate, not both")
    allowed_cents = _not_negative(allowed, "allowed")
    deductible_cents = _not_negative(deductible, "deductible")
    if coinsurance_rate is not None:
        numerator, denominator = _share(coinsurance_rate, "coinsurance_rate").as_integer_ratio()
        left = max(0, allowed_cents - deductible_cents)
        coinsurance_cents = nearest(left * numerator, denominator)
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


def expected_reduction(payable: Amount, *, on: Day, schedule: RateSchedule | None = None) -> Reduction:
    """Compute the sequestration of a payable amount.

    The amount is the nearest cent of payable x rate, with halves rounded away from zero; a negative payable
    amount has a negative sequestration. Source: 2 U.S.C. 901a(6)(A), 906(d).

    Args:
        payable: Medicare's own payment in dollars, after patient responsibility and all other adjustments.
        on: Date that sets the rate: the date of service, or the discharge date for inpatients
            (see `deciding_date`).
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `payable` is not an amount in whole cents.
        InvalidDate: `on` is not a date.

    >>> print(expected_reduction("40.00", on="2019-03-01"))
    payable 40.00 x 2 % = cut 0.80, payment 39.20 (ordered from 2013-04-01 to 2020-04-30)
    """
    cents = as_cents(payable)
    period = schedule_or_default(schedule).period_on(on)
    cut = cut_of(cents, period)
    return Reduction(as_dollars(cents), period.rate, as_dollars(cut), as_dollars(cents - cut), period)


def payables_from_paid(paid: Amount, *, on: Day, schedule: RateSchedule | None = None) -> tuple[Decimal, ...]:
    """List every payable amount that leaves `paid` after sequestration.

    The amounts are in dollars, lowest first. Most payments have one. At 2%, one paid amount in 49 has two, so
    a payment does not always determine the payable amount.

    Args:
        paid: Amount paid, in dollars.
        on: Date that sets the rate (see `deciding_date`).
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `paid` is not an amount in whole cents.
        InvalidDate: `on` is not a date.
        InvalidSchedule: The rate is 1, so every payable amount leaves nothing.

    >>> payables_from_paid("0.24", on="2024-03-01")
    (Decimal('0.24'), Decimal('0.25'))
    """
    cents = as_cents(paid)
    period = schedule_or_default(schedule).period_on(on)
    if period.rate == 1:
        raise InvalidSchedule("at a rate of 1 every payable leaves nothing: the payable cannot be told")
    size = abs(cents)
    first = _smallest_payable(size, period)
    payables = range(first, _smallest_payable(size + 1, period))
    if cents < 0:
        return tuple(as_dollars(-payable) for payable in reversed(payables))
    if cents == 0:  # Both a payable amount and its negative may leave nothing.
        payables = range(1 - payables.stop, payables.stop)
    return tuple(as_dollars(payable) for payable in payables)


def cost_report_reduction(
    settlement: Amount,
    *,
    first_day: Day,
    last_day: Day,
    schedule: RateSchedule | None = None,
    days_formula: bool = False,
) -> CostReportReduction:
    """Compute the sequestration of a cost report settlement by days.

    The amount is rate x (days in the period / all days, to four decimal places) x settlement, and nothing where
    the settlement is below zero. This formula ends with April 2020: for later days the amount comes from the
    provider's claims (the PS&R report).

    Args:
        settlement: Settlement in dollars.
        first_day: First day of the cost report.
        last_day: Last day of the cost report.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        days_formula: Use the formula for days after April 2020, too.

    Raises:
        InvalidAmount: `settlement` is not an amount in whole cents.
        InvalidDate: A day is not a date, the last day is before the first, or the cost report goes past
            April 2020 and `days_formula` is False.

    >>> print(cost_report_reduction("1000000", first_day="2013-01-01", last_day="2013-12-31"))
    settlement 1000000.00, 275 of 365 days: cut 15068.00
    """
    cents = as_cents(settlement)
    first, last = as_date(first_day), as_date(last_day)
    if last < first:
        raise InvalidDate(f"a cost report cannot end on {last}, before it begins on {first}")
    end = settings().cost_report_days_until
    if last > end and not days_formula:
        raise InvalidDate(
            f"from {end + timedelta(days=1)} on the cut of a cost report comes from the claims (PS&R), not from "
            "days; days_formula=True figures it by days all the same"
        )
    days = (last - first).days + 1
    shares = tuple(_cost_report_shares(schedule_or_default(schedule), first, last, days))
    ratio = amount = Decimal(0)
    for share in shares:
        ratio = EXACT.add(ratio, share.ratio)
        amount = EXACT.add(amount, EXACT.multiply(share.ratio, share.period.rate))
    numerator, denominator = amount.as_integer_ratio()
    return CostReportReduction(
        settlement=as_dollars(cents),
        first_day=first,
        last_day=last,
        days=days,
        days_inside=sum(share.days for share in shares),
        ratio=ratio,
        amount=as_dollars(nearest(max(0, cents) * numerator, denominator)),
        shares=shares,
    )


def cut_of(payable_cents: int, period: RatePeriod) -> int:
    """Compute the sequestration of a payable amount; both in whole cents.

    >>> cut_of(4000, shipped_schedule("medicare_ffs").period_on("2019-03-01"))
    80
    """
    numerator, denominator = period.ratio
    return nearest(payable_cents * numerator, denominator)


def schedule_or_default(schedule: RateSchedule | None) -> RateSchedule:
    """The given schedule, or Medicare fee-for-service for None."""
    if schedule is None:
        return shipped_schedule("medicare_ffs")
    if not isinstance(schedule, RateSchedule):
        raise TypeError(f"a schedule is a RateSchedule such as MEDICARE_FFS, not {type(schedule).__name__}")
    return schedule


def _smallest_payable(paid: int, period: RatePeriod) -> int:
    """The smallest non-negative payable amount (cents) that leaves at least `paid`."""
    numerator, denominator = period.ratio
    # The payment never falls as the payable amount rises, and it rises by at most one cent for each cent, so a binary
    # search finds the amount.
    low, high = 0, (paid + 1) * denominator // (denominator - numerator) + 1
    while low < high:
        middle = (low + high) // 2
        if middle - cut_of(middle, period) >= paid:
            high = middle
        else:
            low = middle + 1
    return low


def _cost_report_shares(schedule: RateSchedule, first: date, last: date, days: int) -> list[CostReportShare]:
    """The days in each period with a rate, and their share of all days.

    The shares of periods with the same rate add up to the share of their days taken together.
    """
    shares: list[CostReportShare] = []
    counted: dict[Decimal, int] = {}
    for period in schedule.periods:
        start = max(first, period.first_day or first)
        end = min(last, period.last_day or last)
        if period.rate and start <= end:
            before, inside = counted.get(period.rate, 0), (end - start).days + 1
            counted[period.rate] = before + inside
            steps = nearest((before + inside) * _RATIO_STEPS, days) - nearest(before * _RATIO_STEPS, days)
            shares.append(CostReportShare(period, inside, EXACT.scaleb(Decimal(steps), -4)))
    return shares


def _not_negative(value: Amount, name: str) -> int:
    cents = as_cents(value)
    if cents < 0:
        raise InvalidAmount(f"{name} is {quoted(str(value)).strip(chr(39))}: it cannot be negative")
    return cents


def _share(value: Decimal | str, name: str) -> Decimal:
    if isinstance(value, float):
        raise InvalidAmountType(f'{name} is a float: write it in quotes, such as "0.20"')
    if not isinstance(value, (str, Decimal, int)) or isinstance(value, bool):
        raise InvalidAmountType(f"{name} is a Decimal or text, not {type(value).__name__}")
    if isinstance(value, str):
        plain = _SHARE.fullmatch(value) is not None
    else:
        plain = isinstance(value, Decimal) or value in (0, 1)
    share = Decimal(value) if plain else Decimal("nan")
    if not share.is_finite() or not 0 <= share <= 1:
        raise InvalidAmount(f"{name} must be a share between 0 and 1, not {quoted(written(value))}")
    # Limits the digits: converting a longer number to a fraction may take hours.
    if not -_MOST_PLACES <= int(share.as_tuple().exponent) <= 0:
        raise InvalidAmount(f"{name} has more than {_MOST_PLACES} decimal places")
    return share
