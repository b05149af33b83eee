"""Draw a payment as a waterfall.

It goes from the charge, the allowed or the payable amount to the payment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeAlias

import attrs

from sequestration._checking.amounts import CARC_100, CARC_253, CARC_B13
from sequestration._checking.findings import Finding
from sequestration._dates import Day
from sequestration._errors import InvalidAmount, InvalidArgumentType
from sequestration._law.payments import MedicarePayment
from sequestration._law.reduction import Reduction, expected_reduction
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_cents, as_dollars
from sequestration._printable import make_printable
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.repeated_adjustments import count_once
from sequestration.plot._style import (
    BLACK,
    BLUE,
    EDGE,
    GRAY,
    ORANGE,
    PURPLE,
    SKY,
    THIN,
    VERMILION,
    YELLOW,
    Axes,
    Look,
    dollars,
    height,
    ink,
    make_room,
    picture_axes,
    scale_dollars,
    set_title,
)

__all__ = ["Payment", "payment"]

Payment: TypeAlias = ServiceLine | Claim | Finding | Reduction | MedicarePayment
"""Payment that can be drawn."""


class _Kind(Enum):
    """Kind of a bar, which sets its look."""

    SUM = Look(BLUE)
    CONTRACTUAL = Look(GRAY, "//")
    OTHER = Look(SKY, "..")
    PATIENT = Look(ORANGE, "\\\\")
    CARC_253 = Look(VERMILION, "xx")
    WRONG = Look(YELLOW, "++")
    ELSEWHERE = Look(PURPLE, "--")


@attrs.frozen
class _Bar:
    """A total that starts at zero, or a change from the last bar; in whole cents."""

    name: str
    cents: int
    kind: _Kind


_MAX_OTHERS = 6
_MAX_LEVEL_NAMES = 7
_MAX_LEVEL_LETTERS = 84  # Horizontal amounts may take this many letters in all; with more they are vertical.
_CONTRACTUAL = ("CO", "45")
_OF_THE_PATIENT = {"1": "deductible", "2": "coinsurance", "3": "copayment"}
_PAID_ELSEWHERE = {CARC_100: "paid to patient", CARC_B13: "paid before"}


def payment(
    payment: Payment,
    *,
    on: Day | None = None,
    schedule: RateSchedule | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a payment as a waterfall, with exact dollars on each bar.

    - A `ServiceLine` or `Claim` goes from the charge over contractual and other adjustments, deductible, coinsurance
      and sequestration to the payment. Whatever its adjustments do not explain has a bar, too.
    - A `Finding` goes from the payable amount over the expected sequestration, and over what was withheld too much or
      too little, to the payment.
    - A `Reduction` goes from the payable amount over sequestration to the payment.
    - A `MedicarePayment` goes from the allowed amount over deductible and coinsurance to the payable amount and, if
      `on` is given, over sequestration to the payment.

    Args:
        payment: Payment to draw.
        on: Date that sets the rate; only for a `MedicarePayment`.
        schedule: Rates to apply with `on`; None for `MEDICARE_FFS`.
        ax: Axes to draw on; None for new ones.

    Returns:
        The axes drawn on.

    Raises:
        InvalidAmount: An amount is not known.
        InvalidArgumentType: `payment` is not a payment, or `on` or `schedule` is given for any payment but a
            `MedicarePayment`.
        MissingExtra: matplotlib is not installed.

    >>> from sequestration import expected_reduction
    >>> [label.get_text() for label in payment(expected_reduction("40", on="2019-03-01")).get_xticklabels()]
    ['payable', 'sequestration', 'paid']
    """
    ax = picture_axes(ax)
    if not isinstance(payment, MedicarePayment) and (on is not None or schedule is not None):
        raise InvalidArgumentType(
            "Pass on and schedule only with a MedicarePayment. Any other payment has its sequestration already."
        )
    title, bars = _bars_of(payment, on, schedule)
    _draw(ax, bars)
    _finish(ax, title, bars)
    return ax


def _bars_of(payment: Payment, on: Day | None, schedule: RateSchedule | None) -> tuple[str, list[_Bar]]:
    if isinstance(payment, ServiceLine):
        title = ", ".join(
            part for part in (f"line {payment.number}" if payment.number else "", payment.procedure) if part
        )
        return _titled(title), _bars_of_place(payment, payment.adjustments, title)
    if isinstance(payment, Claim):
        payment = count_once(payment)
        adjustments = [*payment.adjustments, *(one for line in payment.lines for one in line.adjustments)]
        title = make_printable(f"claim {payment.control_number}".strip())
        return _titled(title), _bars_of_place(payment, adjustments, title)
    if isinstance(payment, Finding):
        return _titled(f"{payment.place or 'Amount'}: {payment.verdict.words}"), _bars_of_finding(payment)
    if isinstance(payment, Reduction):
        return f"Payment at {payment.period}", _bars_of_reduction(payment)
    if isinstance(payment, MedicarePayment):
        bars = [
            _sum("allowed", as_cents(payment.allowed)),
            _Bar("deductible", -as_cents(payment.deductible), _Kind.PATIENT),
            _Bar("coinsurance", -as_cents(payment.coinsurance), _Kind.PATIENT),
        ]
        if on is None:
            return "Payment before sequestration", [*bars, _sum("payable", as_cents(payment.payable))]
        reduction = expected_reduction(payment.payable, on=on, schedule=schedule)
        return f"Payment at {reduction.period}", [*bars, *_bars_of_reduction(reduction)]
    raise InvalidArgumentType(
        "payment must be a ServiceLine, Claim, Finding, Reduction or MedicarePayment, not "
        f"{type(payment).__name__}. For a payable amount, pass expected_reduction(amount, on=date)."
    )


def _titled(place: str) -> str:
    return f"Payment of {place}"


def _sum(name: str, cents: int) -> _Bar:
    return _Bar(name, cents, _Kind.SUM)


def _bars_of_reduction(reduction: Reduction) -> list[_Bar]:
    return [
        _sum("payable", as_cents(reduction.payable)),
        _Bar("sequestration", -as_cents(reduction.amount), _Kind.CARC_253),
        _sum("paid", as_cents(reduction.payment)),
    ]


def _bars_of_finding(finding: Finding) -> list[_Bar]:
    """Bars from the payable amount to the payment of a finding.

    They show what was expected, what is wrong, and what was paid elsewhere.
    """
    if finding.payable is None or finding.paid is None:
        raise InvalidAmount(f"{finding}: the payable or paid amount is unknown, so it can't be drawn")
    payable, paid = as_cents(finding.payable), as_cents(finding.paid)
    reported = 0 if finding.reported is None else as_cents(finding.reported)
    bars = [_sum("payable", payable)]
    if finding.expected is None:
        bars.append(_Bar("sequestration", -reported, _Kind.CARC_253))
    else:
        expected = as_cents(finding.expected)
        bars.append(_Bar("expected\nsequestration", -expected, _Kind.CARC_253))
        if reported != expected:
            name = "over-withheld" if reported > expected else "under-withheld"
            bars.append(_Bar(name, expected - reported, _Kind.WRONG))
    elsewhere = payable - reported - paid
    if elsewhere:
        bars.append(_Bar("paid elsewhere", -elsewhere, _Kind.ELSEWHERE))
    return [*bars, _sum("paid", paid)]


def _bars_of_place(place: ServiceLine | Claim, adjustments: Iterable[Adjustment], name: str) -> list[_Bar]:
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
        raise InvalidAmount(f"{name}: an amount could not be read, so the payment can't be drawn")
    steps = _in_order({key: cents for key, cents in sums.items() if cents})
    gap = charge - sum(sums.values()) - paid
    if gap:
        steps.append(_Bar("unexplained", -gap, _Kind.WRONG))
    return [_sum("charge", charge), *steps, _sum("paid", paid)]


def _in_order(sums: dict[tuple[str, str], int]) -> list[_Bar]:
    """Bars of the codes: contractual, other, patient, sequestration, paid elsewhere."""
    placed: dict[_Kind, list[_Bar]] = {kind: [] for kind in _Kind}
    for (group, reason), cents in sums.items():
        name, kind = _what(group, reason)
        placed[kind].append(_Bar(f"{name}\n{group}-{reason}".lstrip(), -cents, kind))
    others = placed[_Kind.OTHER]
    if len(others) > _MAX_OTHERS:
        others.sort(key=lambda bar: -abs(bar.cents))
        rest = others[_MAX_OTHERS - 1 :]
        merged = _Bar(f"{len(rest)} other\ncodes", sum(bar.cents for bar in rest), _Kind.OTHER)
        placed[_Kind.OTHER] = [*others[: _MAX_OTHERS - 1], merged]
    order = (_Kind.CONTRACTUAL, _Kind.OTHER, _Kind.PATIENT, _Kind.CARC_253, _Kind.ELSEWHERE)
    return [bar for kind in order for bar in sorted(placed[kind], key=lambda bar: _PLACES.get(bar.name, 0))]


def _what(group: str, reason: str) -> tuple[str, _Kind]:
    """The name and the kind of an adjustment."""
    if reason == CARC_253:
        return "sequestration", _Kind.CARC_253
    if reason in _PAID_ELSEWHERE:
        return _PAID_ELSEWHERE[reason], _Kind.ELSEWHERE
    if (group, reason) == _CONTRACTUAL:
        return "contractual", _Kind.CONTRACTUAL
    if group == "PR" and reason in _OF_THE_PATIENT:
        return _OF_THE_PATIENT[reason], _Kind.PATIENT
    return "", _Kind.OTHER


_PLACES = {f"{name}\nPR-{reason}": int(reason) for reason, name in _OF_THE_PATIENT.items()}


def _draw(ax: Axes, bars: Sequence[_Bar]) -> None:
    """Draw the bars side by side, connected by thin lines."""
    upright = bool(_upright(bars))
    level = 0
    for at, bar in enumerate(bars):
        start = 0 if bar.kind is _Kind.SUM else level
        level = start + bar.cents
        low, high = (height(as_dollars(cents)) for cents in sorted((start, level)))
        ax.bar(
            at,
            high - low,
            bottom=low,
            color=bar.kind.value.color,
            hatch=bar.kind.value.hatch,
            edgecolor=BLACK,
            linewidth=EDGE,
        )
        below = bar.cents < 0 and bar.kind is _Kind.SUM
        ax.annotate(
            dollars(as_dollars(bar.cents)),
            (at, low if below else high),
            xytext=(0, -3 if below else 3),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            rotation=90 if upright else 0,
            color=ink(ax),
            fontsize="small",
        )
        if at + 1 < len(bars):
            ax.plot([at, at + 1], [height(as_dollars(level))] * 2, color=ink(ax), linewidth=EDGE, zorder=0)
    ax.axhline(0, color=ink(ax), linewidth=THIN)


def _upright(bars: Sequence[_Bar]) -> int:
    """Letters of the longest amount if amounts must be vertical to fit, else 0."""
    longest = max(len(dollars(as_dollars(bar.cents))) for bar in bars)
    return longest if longest * len(bars) > _MAX_LEVEL_LETTERS else 0


def _finish(ax: Axes, title: str, bars: Sequence[_Bar]) -> None:
    crowded = len(bars) > _MAX_LEVEL_NAMES
    ax.set_xticks(range(len(bars)))
    ax.set_xticklabels(
        [make_printable(bar.name) for bar in bars],
        parse_math=False,
        fontsize="small",
        rotation=40 if crowded else 0,
        ha="right" if crowded else "center",
        rotation_mode="anchor" if crowded else "default",
    )
    ax.set_xlabel(f"From {bars[0].name} to {bars[-1].name}")
    scale_dollars(ax, as_dollars(max(abs(bar.cents) for bar in bars)))
    make_room(ax, upright=_upright(bars))
    set_title(ax, title)
