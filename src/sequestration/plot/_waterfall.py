"""Draw bars side by side, each change beginning where the last bar ended."""

from __future__ import annotations

from collections.abc import Sequence

from sequestration._money import as_dollars, format_cents
from sequestration._printable import make_printable
from sequestration.plot._payment_bars import Bar, BarKind
from sequestration.plot._style import BLACK, EDGE, THIN, Axes, height, ink, width_in_inches

__all__ = ["SEPARATION", "draw_waterfall", "label_bars", "levels", "make_slots", "upright_letters"]

SEPARATION = 0.7
"""Slots between a payment and its close-up."""

_LETTER = 0.065
"""Width of a letter of small text in inches, on average."""


def levels(bars: Sequence[Bar]) -> list[tuple[int, int]]:
    """Start and end of each bar, in whole cents."""
    found, level = [], 0
    for bar in bars:
        start = 0 if bar.kind is BarKind.SUM else level
        level = start + bar.cents
        found.append((start, level))
    return found


def make_slots(ax: Axes, number: int, *, beside: int = 0) -> float:
    """Divide the width into slots for bars, and for those of a close-up at the right.

    Returns the width of a slot in inches.
    """
    slots = number + (SEPARATION + beside if beside else 0)
    ax.set_xlim(-0.5, slots - 0.5)
    return width_in_inches(ax) / slots


def draw_waterfall(ax: Axes, bars: Sequence[Bar], slot: float) -> None:
    """Draw the bars with their amounts, connected by thin lines.

    Args:
        ax: Axes to draw on, with the limits of their horizontal axis.
        bars: Bars, from the left.
        slot: Width in inches that a bar and its label have.
    """
    upright = bool(upright_letters(bars, slot))
    limits = ax.get_xlim()
    for at, (bar, (start, level)) in enumerate(zip(bars, levels(bars), strict=True)):
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
        below = bar.cents < 0 and bar.kind is BarKind.SUM
        ax.annotate(
            format_cents(bar.cents),
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
    left, right = ax.set_xlim(limits)
    ax.axhline(0, xmax=(len(bars) - 0.5 - left) / (right - left), color=ink(ax), linewidth=THIN)


def label_bars(ax: Axes, bars: Sequence[Bar], slot: float) -> None:
    """Name the bars below them, at an angle where the names are wider than a slot."""
    names = [make_printable(bar.name) for bar in bars]
    widest = max(len(part) for bar in bars for part in bar.name.split("\n"))
    crowded = widest * _LETTER > slot
    ax.set_xticks(range(len(bars)))
    ax.set_xticklabels(
        names,
        parse_math=False,
        fontsize="small",
        rotation=40 if crowded else 0,
        ha="right" if crowded else "center",
        rotation_mode="anchor" if crowded else "default",
    )


def upright_letters(bars: Sequence[Bar], slot: float) -> int:
    """Letters of the longest amount if amounts must be vertical to fit, else 0."""
    longest = max(len(format_cents(bar.cents)) for bar in bars)
    return longest if longest * _LETTER > slot else 0
