"""Draw a forecast: sequestration by month, one line per schedule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import attrs

from sequestration._messages import counted
from sequestration._money import as_dollars, format_dollars
from sequestration.plot._months import month_name, month_number, place_months, scale_months
from sequestration.plot._rows import cents_a_unit, is_null, read_rows
from sequestration.plot._style import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    THIN,
    VERMILION,
    WIDE,
    Axes,
    height,
    ink,
    make_legend,
    make_room,
    picture_axes,
    say_empty,
    scale_dollars,
    set_title,
)

__all__ = ["forecast"]

# Line styles and markers that the schedules take in turn: no two of the first forty-four share both.
_COLORS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE)
_STYLES = ("-", "--", "-.", ":")
_MARKS = ("o", "s", "^", "D", "v", "<", ">", "P", "X", "*", "p")
_COLUMNS = ("month", "schedule", "left_out", "cut")
_NEEDS = "plot.forecast draws what frames.forecast returns."


def forecast(table: Any, *, unit: Literal["dollars", "cents"] = "dollars", ax: Axes | None = None) -> Axes:
    """Draw the result of `frames.forecast`: sequestration by month and schedule.

    Each schedule has its own line and markers. A month without payable amounts has a sequestration of zero. The legend
    has the sum of each schedule, and the number of rows without a known amount or date, which are in no month.

    Args:
        table: Result of `frames.forecast` in any engine; a lazy frame is collected.
        unit: "dollars" or "cents", as in the forecast.
        ax: Axes to draw on; None for new ones.

    Returns:
        The axes drawn on.

    Raises:
        MissingExtra: matplotlib or narwhals is not installed.
        UnknownColumn: The frame lacks a column of a forecast.
        InvalidArgumentType: `table` is not a frame, or `ax` is not one `Axes`.
        InvalidArgument: `unit` is unknown.

    >>> import pandas as pd
    >>> from sequestration import frames
    >>> plan = pd.DataFrame({"payable": [10000, 5000], "day": pd.to_datetime(["2027-03-05", "2027-04-02"])})
    >>> forecast(frames.forecast(plan, payable="payable", on="day", unit="cents"), unit="cents").get_title()
    'Sequestration by service month, Mar 2027 to Apr 2027'
    """
    cents = cents_a_unit(unit)
    ax = picture_axes(ax)
    lines, left_out = _lines(table, cents)
    months = _months(lines)
    for number, (name, line) in enumerate(lines.items()):
        _draw(ax, name, line, months, number)
    if left_out:
        ax.plot([], [], linestyle="none", label=f"not shown (no amount or date): {counted(left_out, 'row')}")
    _finish(ax, lines, months, entries=len(lines) + bool(left_out))
    return ax


@attrs.define
class _Line:
    """Sequestration under one schedule: whole cents by month."""

    cents: dict[int, int] = attrs.field(factory=dict)

    @property
    def sum(self) -> Decimal:
        """Dollars of all months."""
        return as_dollars(sum(self.cents.values()))


def _lines(table: Any, unit_cents: int) -> tuple[dict[str, _Line], int]:
    """The amounts by schedule, and the number of rows that are in no month."""
    lines: dict[str, _Line] = {}
    left_out: dict[str, int] = {}
    for month, name, without, cut in read_rows(table, _COLUMNS, _NEEDS):
        line = lines.setdefault(name, _Line())
        left_out[name] = left_out.get(name, 0) + int(without)
        if isinstance(month, date) and not is_null(month):
            number = month_number(f"{month:%Y-%m}")
            line.cents[number] = line.cents.get(number, 0) + round(cut * unit_cents)
    return lines, max(left_out.values(), default=0)


def _months(lines: Mapping[str, _Line]) -> range:
    """All months from the first to the last."""
    months = [month for line in lines.values() for month in line.cents]
    return range(min(months), max(months) + 1) if months else range(0)


def _draw(ax: Axes, name: str, line: _Line, months: range, number: int) -> None:
    ax.plot(
        [month - months[0] for month in months],
        [height(as_dollars(line.cents.get(month, 0))) for month in months],
        color=_COLORS[number % len(_COLORS)],
        linestyle=_STYLES[number % len(_STYLES)],
        linewidth=THIN if number else WIDE,
        marker=_MARKS[number % len(_MARKS)],
        markeredgecolor=BLACK,
        markeredgewidth=THIN / 2,
        label=f"{name}: {format_dollars(line.sum)}",
    )


def _span(months: range) -> str:
    first, last = month_name(months[0]), month_name(months[-1])
    return first if first == last else f"{first} to {last}"


def _finish(ax: Axes, lines: Mapping[str, _Line], months: range, *, entries: int) -> None:
    ax.axhline(0, color=ink(ax), linewidth=THIN)
    scale_months(ax, place_months(months))
    largest = max((abs(cents) for line in lines.values() for cents in line.cents.values()), default=0)
    scale_dollars(ax, as_dollars(largest))
    if months:
        make_room(ax, rows=(entries + 1) // 2)
        set_title(ax, f"Sequestration by service month, {_span(months)}")
    else:
        say_empty(ax, "no dollars to draw")
        set_title(ax, "Sequestration by service month")
    if entries:
        make_legend(ax, columns=2)
