"""The cut of a payment, and the payment before the cut.

The order is the law's: what Medicare allows, less deductible and coinsurance, less what goes before it,
is payable; the rate is taken from that, to the cent; the rest is paid.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import attrs

from sequestration._errors import InvalidAmount, InvalidAmountType, InvalidDate, InvalidSchedule
from sequestration._periods import RatePeriod, percent
from sequestration._schedule import RateSchedule, shipped_schedule
from sequestration._settings import settings
from sequestration._values import (
    EXACT,
    Amount,
    Day,
    as_cents,
    as_date,
    as_dollars,
    nearest,
    quoted,
    written,
)

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
_RATIO_STEPS = 10_000  # a cost report's share of days is taken to four decimals


@attrs.frozen
class MedicarePayment:
    """What Medicare pays for a service before sequestration. All amounts in dollars."""

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
    """What Medicare pays as the second payer before sequestration. All amounts in dollars.

    `limits` are the three figures of 42 CFR 411.33(a) whose lowest decides: by the charge, as if Medicare
    were the first payer, by the higher allowed amount.
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
    """A payable amount and its cut. Amounts in dollars; `rate` a share; payable = amount + payment."""

    payable: Decimal
    rate: Decimal
    amount: Decimal
    payment: Decimal
    period: RatePeriod

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of what the law will be."""
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
    """The days of a cost report that lie in one period with a rate, and their share of all its days."""

    period: RatePeriod
    days: int
    ratio: Decimal
    """The days over all days of the cost report, to four decimals."""

    def __str__(self) -> str:
        return f"{self.days} days, {self.ratio} of all, at {self.period}"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows = [("days", self.days), ("share of all days", self.ratio), ("rate", str(self.period))]
        return notebook(facts("Days of a cost report under one rate", rows))


@attrs.frozen
class CostReportReduction:
    """The cut of a cost report's settlement. Amounts in dollars.

    `ratio` is the sum of the shares' ratios, `days_inside` of their days; `amount` is the settlement
    times rate times ratio, summed over the shares and taken to the nearest cent.
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
        """Whether any of the rates is a projection of what the law will be."""
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
    """What Medicare would pay for a service: allowed less deductible less coinsurance, in dollars.

    Give `coinsurance` in dollars, or `coinsurance_rate` as a share of what is left after the deductible
    (taken to the nearest cent), or neither where there is none (clinical laboratory, most prevention).
    The payable may be negative where the patient's share exceeds the allowed amount.
    Raises `InvalidAmount` for negative amounts, `TypeError` when both kinds of coinsurance are given.

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
    """What Medicare would pay as the second payer for a service of a fee schedule, in dollars.

    The lowest of three figures, and never below zero (42 CFR 411.33(a)): the charge less the primary
    payment; what Medicare would pay as the first payer; the higher of both allowed amounts less the
    primary payment. `accept_in_full` is what the provider must take as payment in full, where that is
    less than the charge; nothing is payable where it does not exceed the primary payment (411.32(b)).
    Services paid on another basis follow 411.33(e), a minimum of four figures, which is not here.
    Raises `InvalidAmount`.

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
    """The cut that the law takes from a payable amount (dollars) on the date that decides.

    `payable` is what Medicare itself would pay, after the patient's share and all else; `on` is the date
    of service, or of discharge for inpatients (see `deciding_date`). The cut is the nearest cent of
    payable x rate, halves away from zero; a negative payable has a negative cut.
    Raises `InvalidAmount`, `InvalidDate`. Source: 2 U.S.C. 901a(6)(A), 906(d).

    >>> print(expected_reduction("40.00", on="2019-03-01"))
    payable 40.00 x 2 % = cut 0.80, payment 39.20 (ordered from 2013-04-01 to 2020-04-30)
    """
    cents = as_cents(payable)
    period = schedule_or_default(schedule).period_on(on)
    cut = cut_of(cents, period)
    return Reduction(as_dollars(cents), period.rate, as_dollars(cut), as_dollars(cents - cut), period)


def payables_from_paid(paid: Amount, *, on: Day, schedule: RateSchedule | None = None) -> tuple[Decimal, ...]:
    """Every payable amount (dollars, lowest first) that leaves `paid` after the cut.

    Mostly one; at 2 % one paid amount in 49 has two, so that what was paid does not always tell what was
    payable. Raises `InvalidAmount`, `InvalidDate`, and `InvalidSchedule` at a rate of 1, where every
    payable leaves nothing.

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
    if cents == 0:  # a payable and its negative both leave nothing
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
    """The cut of a cost report's settlement (dollars) by the share of its days that lie under a rate.

    Rate x (days inside / days of the period, to four decimals) x settlement; nothing where the settlement
    is below zero. For a cost report that goes past the last day of that formula (April 2020) the amount
    comes from the provider's claims (the PS&R report) and not from days: such a period raises
    `InvalidDate` unless `days_formula=True` asks for the days all the same.

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
    """The cut in whole cents of a payable in whole cents.

    >>> cut_of(4000, shipped_schedule("medicare_ffs").period_on("2019-03-01"))
    80
    """
    numerator, denominator = period.ratio
    return nearest(payable_cents * numerator, denominator)


def schedule_or_default(schedule: RateSchedule | None) -> RateSchedule:
    """The schedule given, or Medicare fee-for-service where None is."""
    if schedule is None:
        return shipped_schedule("medicare_ffs")
    if not isinstance(schedule, RateSchedule):
        raise TypeError(f"a schedule is a RateSchedule such as MEDICARE_FFS, not {type(schedule).__name__}")
    return schedule


def _smallest_payable(paid: int, period: RatePeriod) -> int:
    """The smallest payable of no less than zero that leaves at least `paid` (not negative)."""
    numerator, denominator = period.ratio
    # payable - nearest(payable x rate) never falls and rises by at most one cent a cent: search it.
    low, high = 0, (paid + 1) * denominator // (denominator - numerator) + 1
    while low < high:
        middle = (low + high) // 2
        if middle - cut_of(middle, period) >= paid:
            high = middle
        else:
            low = middle + 1
    return low


def _cost_report_shares(schedule: RateSchedule, first: date, last: date, days: int) -> list[CostReportShare]:
    """The days of each period inside, and their share; of periods of one rate the shares add up to that of all."""
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
    if not -_MOST_PLACES <= int(share.as_tuple().exponent) <= 0:  # the fraction of any other may take hours
        raise InvalidAmount(f"{name} has more than {_MOST_PLACES} decimal places")
    return share
