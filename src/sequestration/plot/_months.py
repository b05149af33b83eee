"""Number months for an axis, and format that axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from matplotlib.axes import Axes

__all__ = ["month_name", "month_number", "scale_months"]

_MAX_TICKS = 9
_MONTHS_BETWEEN_TICKS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)


def month_number(month: str) -> int:
    """Count of months since the year 0, so that Januaries are multiples of twelve.

    >>> month_number("2024-03") % 12
    2
    """
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def scale_months(ax: Axes, months: Collection[int]) -> None:
    """Format the horizontal axis as months."""
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    span = max(months) - min(months) if months else 0
    step = next((step for step in _MONTHS_BETWEEN_TICKS if span < step * _MAX_TICKS), _MONTHS_BETWEEN_TICKS[-1])
    ax.xaxis.set_major_locator(MultipleLocator(step))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda at, _: str(round(at) // 12) if step % 12 == 0 else month_name(round(at)))
    )
    if months:
        ax.set_xlim(min(months) - 1, max(months) + 1)
    ax.set_xlabel("Service month")


def month_name(number: int) -> str:
    """Name of the month with a number.

    >>> month_name(month_number("2024-03"))
    '2024-03'
    """
    return f"{number // 12}-{number % 12 + 1:02}"
