"""Turn a payment into bars of whole cents.

They go from the charge, the allowed or the payable amount to the payment.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TypeAlias

import attrs

from sequestration._checking.amounts import CARC_100, CARC_253, CARC_B13
from sequestration._checking.case import all_adjustments
from sequestration._checking.findings import Finding
from sequestration._dates import Day
from sequestration._errors import InvalidAmount, InvalidArgumentType
from sequestration._law.payments import MedicarePayment
from sequestration._law.reduction import Reduction, expected_reduction
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_cents
from sequestration._printable import make_printable
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.repeated_adjustments import count_once
from sequestration.plot._style import BLUE, GRAY, ORANGE, PURPLE, SKY, VERMILION, YELLOW, Look

__all__ = ["Bar", "BarKind", "Payment", "payment_bars"]

Payment: TypeAlias = ServiceLine | Claim | Finding | Reduction | MedicarePayment
"""Payment that can be drawn."""


class BarKind(Enum):
    """Kind of a bar, which sets its look."""

    SUM = Look(BLUE)
    CONTRACTUAL = Look(GRAY, "//")
    OTHER = Look(SKY, "..")
    PATIENT = Look(ORANGE, "\\\\")
    CARC_253 = Look(VERMILION, "xx")
    WRONG = Look(YELLOW, "++")
    ELSEWHERE = Look(PURPLE, "--")


@attrs.frozen
class Bar:
    """A total that starts at zero, or a change from the last bar; in whole cents."""

    name: str
    cents: int
    kind: BarKind


_MAX_OTHERS = 6
_CONTRACTUAL = ("CO", "45")
_OF_THE_PATIENT = {"1": "deductible", "2": "coinsurance", "3": "copayment"}
_PAID_ELSEWHERE = {CARC_100: "paid to patient", CARC_B13: "paid before"}


def payment_bars(payment: Payment, on: Day | None, schedule: RateSchedule | None) -> tuple[str, list[Bar]]:
    """The title and the bars of a payment; see `plot.payment`."""
    if isinstance(payment, ServiceLine):
        title = ", ".join(
            part for part in (f"line {payment.number}" if payment.number else "", payment.procedure) if part
        )
        return _titled(title), _bars_of_place(payment, payment.adjustments, title)
    if isinstance(payment, Claim):
        payment = count_once(payment)
        title = make_printable(f"claim {payment.control_number}".strip())
        return _titled(title), _bars_of_place(payment, all_adjustments(payment), title)
    if isinstance(payment, Finding):
        return _titled(f"{payment.place or 'Amount'}: {payment.verdict.words}"), _bars_of_finding(payment)
    if isinstance(payment, Reduction):
        return f"Payment at {payment.period}", _bars_of_reduction(payment)
    if isinstance(payment, MedicarePayment):
        bars = [
            _sum("allowed", as_cents(payment.allowed)),
            Bar("deductible", -as_cents(payment.deductible), BarKind.PATIENT),
            Bar("coinsurance", -as_cents(payment.coinsurance), BarKind.PATIENT),
        ]
        if on is None:
            return "Payment before sequestration", [*bars, _sum("payable", as_cents(payment.payable))]
        reduction = expected_reduction(payment.payable, on=on, schedule=schedule)
        return f"Payment at {reduction.period}", [*bars, *_bars_of_reduction(reduction)]
    raise InvalidArgumentType(
        "payment must be a ServiceLine, Claim, Finding, Reduction or MedicarePayment, not "
        f"{type(payment).__name__}. For a payable amount, pass expected_reduction(amount, on=date); "
        "for an audit, call plot.audit."
    )


def _titled(place: str) -> str:
    return f"Payment of {place}"


def _sum(name: str, cents: int) -> Bar:
    return Bar(name, cents, BarKind.SUM)


def _bars_of_reduction(reduction: Reduction) -> list[Bar]:
    return [
        _sum("payable", as_cents(reduction.payable)),
        Bar("sequestration", -as_cents(reduction.amount), BarKind.CARC_253),
        _sum("paid", as_cents(reduction.payment)),
    ]


def _bars_of_finding(finding: Finding) -> list[Bar]:
    """Bars from the payable amount to the payment of a finding.

    They show what was expected, what is wrong, and what was paid elsewhere.
    """
    if finding.paid is None or (finding.payable is None and finding.reported is None):
        raise InvalidAmount(
            f"{finding}: the payment before sequestration is unknown, so it can't be drawn. "
            "Draw the claim or service line instead."
        )
    paid = as_cents(finding.paid)
    reported = 0 if finding.reported is None else as_cents(finding.reported)
    if finding.payable is None:  # Not checked, such as a reversal: the two amounts of the file are all that is known.
        payable, first = paid + reported, "before\nsequestration"
    else:
        payable, first = as_cents(finding.payable), "payable"
    bars = [_sum(first, payable)]
    if finding.expected is None:
        bars.append(Bar("sequestration", -reported, BarKind.CARC_253))
    else:
        expected = as_cents(finding.expected)
        bars.append(Bar("expected\nsequestration", -expected, BarKind.CARC_253))
        if reported != expected:
            name = "over-withheld" if reported > expected else "under-withheld"
            bars.append(Bar(name, expected - reported, BarKind.WRONG))
    elsewhere = payable - reported - paid
    if elsewhere:
        bars.append(Bar("paid elsewhere", -elsewhere, BarKind.ELSEWHERE))
    return [*bars, _sum("paid", paid)]


def _bars_of_place(place: ServiceLine | Claim, adjustments: Iterable[Adjustment], name: str) -> list[Bar]:
    """Bars from the charge to the payment of a claim or line.

    They show the adjustments by code and the unexplained rest.
    """
    charge, paid = place.charge_cents, place.paid_cents
    sums: dict[tuple[str, str], int] = {}
    known = charge is not None and paid is not None
    for adjustment in adjustments:
        key = (adjustment.group, adjustment.reason)
        known = known and adjustment.amount_cents is not None
        sums[key] = sums.get(key, 0) + (adjustment.amount_cents or 0)
    if not known or charge is None or paid is None:
        raise InvalidAmount(f"{name}: an amount could not be read, so the payment can't be drawn.")
    steps = _in_order({key: cents for key, cents in sums.items() if cents})
    gap = charge - sum(sums.values()) - paid
    if gap:
        steps.append(Bar("unexplained", -gap, BarKind.WRONG))
    return [_sum("charge", charge), *steps, _sum("paid", paid)]


def _in_order(sums: dict[tuple[str, str], int]) -> list[Bar]:
    """Bars of the codes: contractual, other, patient, sequestration, paid elsewhere."""
    placed: dict[BarKind, list[Bar]] = {kind: [] for kind in BarKind}
    for (group, reason), cents in sums.items():
        name, kind = _what(group, reason)
        placed[kind].append(Bar(f"{name}\n{group}-{reason}".lstrip(), -cents, kind))
    others = placed[BarKind.OTHER]
    if len(others) > _MAX_OTHERS:
        others.sort(key=lambda bar: -abs(bar.cents))
        rest = others[_MAX_OTHERS - 1 :]
        merged = Bar(f"{len(rest)} other\ncodes", sum(bar.cents for bar in rest), BarKind.OTHER)
        placed[BarKind.OTHER] = [*others[: _MAX_OTHERS - 1], merged]
    order = (BarKind.CONTRACTUAL, BarKind.OTHER, BarKind.PATIENT, BarKind.CARC_253, BarKind.ELSEWHERE)
    return [bar for kind in order for bar in sorted(placed[kind], key=lambda bar: _PLACES.get(bar.name, 0))]


def _what(group: str, reason: str) -> tuple[str, BarKind]:
    """The name and the kind of an adjustment."""
    if reason == CARC_253:
        return "sequestration", BarKind.CARC_253
    if reason in _PAID_ELSEWHERE:
        return _PAID_ELSEWHERE[reason], BarKind.ELSEWHERE
    if (group, reason) == _CONTRACTUAL:
        return "contractual", BarKind.CONTRACTUAL
    if group == "PR" and reason in _OF_THE_PATIENT:
        return _OF_THE_PATIENT[reason], BarKind.PATIENT
    return "", BarKind.OTHER


_PLACES = {f"{name}\nPR-{reason}": int(reason) for reason, name in _OF_THE_PATIENT.items()}
