"""Draw a payment as a waterfall.

It goes from the charge, the allowed or the payable amount to the payment. Sequestration, the last step, is drawn a
second time, enlarged.
"""

from __future__ import annotations

from collections.abc import Sequence

from sequestration._dates import Day
from sequestration._errors import InvalidArgumentType
from sequestration._law.payments import MedicarePayment
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_dollars
from sequestration.plot._close_up import CloseUp, draw_close_up, find_close_up
from sequestration.plot._payment_bars import Bar, Payment, payment_bars
from sequestration.plot._style import Axes, make_room, picture_axes, scale_dollars, set_title
from sequestration.plot._waterfall import draw_waterfall, label_bars, make_slots, upright_letters

__all__ = ["Payment", "payment"]

_INCHES, _INCHES_WITH_CLOSE_UP = (8, 5), (10, 5)


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
      too little, to the payment. One that was not checked, such as a reversal, has the amounts of the file.
    - A `Reduction` goes from the payable amount over sequestration to the payment.
    - A `MedicarePayment` goes from the allowed amount over deductible and coinsurance to the payable amount and, if
      `on` is given, over sequestration to the payment.

    Where sequestration is too small to be seen beside the payment, a close-up at the right shows it enlarged. It is an
    inset of the axes: `ax.child_axes[0]`.

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
            `MedicarePayment`, or `ax` is not one `Axes`.
        MissingExtra: matplotlib is not installed.

    >>> from sequestration import expected_reduction
    >>> [label.get_text() for label in payment(expected_reduction("40", on="2019-03-01")).get_xticklabels()]
    ['payable', 'sequestration', 'paid']
    """
    if not isinstance(payment, MedicarePayment) and (on is not None or schedule is not None):
        raise InvalidArgumentType(
            "Pass on and schedule only with a MedicarePayment. Any other payment has its sequestration already."
        )
    title, bars = payment_bars(payment, on, schedule)
    close_up = find_close_up(bars)
    ax = picture_axes(ax, _INCHES_WITH_CLOSE_UP if close_up else _INCHES)
    _draw(ax, bars, close_up)
    set_title(ax, title)
    return ax


def _draw(ax: Axes, bars: Sequence[Bar], close_up: CloseUp | None) -> None:
    slot = make_slots(ax, len(bars), beside=len(close_up.bars) if close_up else 0)
    draw_waterfall(ax, bars, slot)
    label_bars(ax, bars, slot)
    ends = f"From {bars[0].name} to {bars[-1].name}"
    ax.set_xlabel(f"{ends}; at the right, sequestration enlarged" if close_up else ends)
    scale_dollars(ax, as_dollars(max(abs(bar.cents) for bar in bars)))
    make_room(ax, upright=upright_letters(bars, slot))
    if close_up:
        draw_close_up(ax, close_up, len(bars), slot)
