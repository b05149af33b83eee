"""Draw sequestration enlarged: it is 1% or 2% of the bars beside it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sequestration._money import as_dollars
from sequestration.plot._payment_bars import Bar, BarKind
from sequestration.plot._style import THIN, Axes, color_ticks, height, ink, scale_dollars
from sequestration.plot._waterfall import SEPARATION, draw_waterfall, label_bars, levels, make_slots, upright_letters

__all__ = ["CloseUp", "draw_close_up", "find_close_up"]

_CHANGES = (BarKind.CARC_253, BarKind.WRONG)
_MAX_SHARE = 0.25
"""Largest share of the picture that a step may take and be enlarged."""

_BELOW, _ABOVE = 0.8, 0.45  # Room around the step, as shares of it.
_LETTER = 0.03  # Share of the height of a vertical letter.
_SLASH = [(-1, -0.5), (1, 0.5)]


@attrs.frozen
class CloseUp:
    """The bars around sequestration, of which the first and the last are totals.

    Attributes:
        bars: Total before, the changes, total after.
        low: Lowest total in whole cents.
        high: Highest total in whole cents.
    """

    bars: Sequence[Bar]
    low: int
    high: int


def find_close_up(bars: Sequence[Bar]) -> CloseUp | None:
    """The step to enlarge; None if there is none, or if it is large enough to be seen."""
    places = [at for at, bar in enumerate(bars) if bar.kind is BarKind.CARC_253 and bar.cents]
    if not places:
        return None
    first, last = places[0], places[0]
    while last + 1 < len(bars) and bars[last + 1].kind in _CHANGES:
        last += 1
    all_levels = levels(bars)
    ends = [end for _, end in all_levels[first - 1 : last + 1]]
    low, high = min(ends), max(ends)
    tallest = max(abs(end) for _, end in all_levels)
    if not 0 < high - low <= tallest * _MAX_SHARE:
        return None
    before = bars[first - 1].name if bars[first - 1].kind is BarKind.SUM else "before\nsequestration"
    after = bars[last + 1].name if bars[last + 1].kind is BarKind.SUM else "after\nsequestration"
    parts = [Bar(before, ends[0], BarKind.SUM), *bars[first : last + 1], Bar(after, ends[-1], BarKind.SUM)]
    return CloseUp(parts, low, high)


def draw_close_up(ax: Axes, close_up: CloseUp, number: int, slot: float) -> Axes:
    """Draw a close-up to the right of a payment, within the same axes.

    Args:
        ax: Axes of the payment, with their limits.
        close_up: Step to draw.
        number: Number of bars of the payment.
        slot: Width in inches that a bar and its label have.

    Returns:
        The axes of the close-up.
    """
    left, right = ax.get_xlim()
    start = number - 0.5 + SEPARATION
    panel = ax.inset_axes(((start - left) / (right - left), 0, (right - start) / (right - left), 1))
    _take_colors(panel, ax)
    make_slots(panel, len(close_up.bars))
    draw_waterfall(panel, close_up.bars, slot)
    label_bars(panel, close_up.bars, slot)
    _scale(panel, close_up, upright_letters(close_up.bars, slot))
    _frame(ax, panel, number - 0.5)
    _connect(ax, panel, close_up, number - 0.5)
    return panel


def _take_colors(panel: Axes, ax: Axes) -> None:
    """Give the close-up the colors of the axes, whatever style is in force now."""
    panel.set_facecolor(ax.get_facecolor())
    for axis in (panel.xaxis, panel.yaxis):
        axis.label.set_color(ink(ax))
    for side, spine in panel.spines.items():
        spine.set_edgecolor(ax.spines[side].get_edgecolor())
    panel.yaxis.tick_right()
    color_ticks(panel)


def _scale(panel: Axes, close_up: CloseUp, upright: int) -> None:
    """Show the step and little else; the side towards zero is cut off, and marked so."""
    step = close_up.high - close_up.low
    above = _ABOVE * step
    if upright:
        above = max(above, _LETTER * upright * 2 * step)
    toward_zero = _BELOW * step
    positive = close_up.high > 0
    low = close_up.low - (toward_zero if positive else above)
    high = close_up.high + (above if positive else toward_zero)
    cut_off = low > 0 or high < 0
    if not cut_off:  # Zero is near: show it.
        low, high = (0, high) if close_up.low >= 0 else (low, max(high, 0))
    panel.set_ylim(low / 100, high / 100)
    scale_dollars(panel, as_dollars(step))
    panel.set_ylabel("")
    panel.set_title("enlarged", fontsize="small", color=ink(panel), y=1, pad=-12)
    if cut_off:
        panel.plot(
            [0, len(close_up.bars) - 1],
            [0 if close_up.low > 0 else 1] * 2,
            transform=panel.get_xaxis_transform(),
            linestyle="none",
            marker=_SLASH,
            markersize=12,
            color=ink(panel),
            clip_on=False,
        )


def _frame(ax: Axes, panel: Axes, end: float) -> None:
    """End the frame of the payment before its close-up begins."""
    left, _ = ax.get_xlim()
    for side in ("top", "bottom"):
        ax.spines[side].set_bounds(left, end)
    ax.spines["right"].set_position(("data", end))
    for side in ("top", "right"):
        panel.spines[side].set_visible(ax.spines[side].get_visible())


def _connect(ax: Axes, panel: Axes, close_up: CloseUp, end: float) -> None:
    """Lead the eye from the end of the payment to the same dollars in its close-up."""
    from matplotlib.patches import ConnectionPatch

    for cents in (close_up.low, close_up.high):
        level = height(as_dollars(cents))
        line = ConnectionPatch(
            (end, level),
            (0, level),
            coordsA=ax.transData,
            coordsB=panel.get_yaxis_transform(),
            linestyle=":",
            linewidth=THIN,
            color=ink(ax),
            clip_on=False,
        )
        line.set_in_layout(False)
        panel.add_artist(line)  # Not to the axes, whose patches are its bars.
