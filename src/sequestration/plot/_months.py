"""Number months, give them places on an axis, and format that axis."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from sequestration._dates import month_for_readers
from sequestration.plot._style import width_in_inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Gap", "MonthAxis", "month_name", "month_number", "place_months", "scale_months"]

_INCHES_BETWEEN_TICKS = 0.62
_MONTHS_BETWEEN_TICKS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
_MAX_EMPTY = 5
"""Most months without amounts that keep their places; a longer run becomes a gap."""
_MIN_SPAN = 6  # Places that an axis shows at least, so that a single month is not one wide block.
_GAP, _SHARE_OF_GAP = 2, 0.04  # Places of a gap: at least so many, and so much of an axis of many months.


@attrs.frozen
class Gap:
    """Run of months without amounts that an axis leaves out.

    Attributes:
        first_place: Where the gap begins, half a place after the last month before it.
        last_place: Where it ends.
        months: Number of months left out.
    """

    first_place: float
    last_place: float
    months: int

    @property
    def middle(self) -> float:
        """Place of the middle."""
        return (self.first_place + self.last_place) / 2


@attrs.frozen
class MonthAxis:
    """Places of months: neighbors are one apart, and long gaps are cut short.

    Attributes:
        places: Place of each month by its number, in order; short runs without amounts are included.
        gaps: Runs that are left out.
    """

    places: Mapping[int, float]
    gaps: Sequence[Gap]


def month_number(month: str) -> int:
    """Count of months since the year 0, so that Januaries are multiples of twelve.

    >>> month_number("2024-03") % 12
    2
    """
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """Name of the month with a number.

    >>> month_name(month_number("2024-03"))
    'Mar 2024'
    """
    return month_for_readers(f"{number // 12:04}-{number % 12 + 1:02}")


def place_months(months: Collection[int]) -> MonthAxis:
    """Give months their places, so that a bar stays visible beside a far one.

    >>> place_months([month_number("2013-06"), month_number("2026-01")]).gaps[0].months
    150
    """
    ordered = sorted(set(months))
    runs = [other - one - 1 for one, other in pairwise(ordered)]
    width = max(_GAP, _SHARE_OF_GAP * (len(ordered) + sum(run for run in runs if run <= _MAX_EMPTY)))
    places: dict[int, float] = dict.fromkeys(ordered[:1], 0.0)
    gaps: list[Gap] = []
    for month, run in zip(ordered[1:], runs, strict=True):
        at = places[month - run - 1]
        if run > _MAX_EMPTY:
            places[month] = at + width + 1
            gaps.append(Gap(at + 0.5, at + width + 0.5, run))
        else:
            places.update({month - run + number: at + 1 + number for number in range(run + 1)})
    return MonthAxis(places, gaps)


def scale_months(ax: Axes, axis: MonthAxis) -> None:
    """Format the horizontal axis as months."""
    ticks = _ticks(axis, max(2, int(width_in_inches(ax) / _INCHES_BETWEEN_TICKS)))
    ax.set_xticks([axis.places[month] for month in ticks])
    ax.set_xticklabels([month_name(month) for month in ticks], fontsize="small")
    if axis.places:
        first, last = min(axis.places.values()), max(axis.places.values())
        more = max(1.0, (_MIN_SPAN - (last - first)) / 2)
        ax.set_xlim(first - more, last + more)
    ax.set_xlabel("Service month")


def _ticks(axis: MonthAxis, most: int) -> list[int]:
    """Choose the months to name: round ones, and the first after each gap."""
    months = list(axis.places)
    if not months:
        return []
    after_gaps = {other for one, other in pairwise(months) if other - one > 1}
    span = axis.places[months[-1]] - axis.places[months[0]]
    shown = max(span + 2, _MIN_SPAN)  # With the room at both ends.
    step = next((step for step in _MONTHS_BETWEEN_TICKS if shown <= step * most), _MONTHS_BETWEEN_TICKS[-1])
    taken: list[int] = []
    # Months at the edges of gaps come first, because nothing else shows what is left out.
    wanted = sorted(months, key=lambda month: (month not in after_gaps, month % step != 0, month))
    for month in wanted:
        round_enough = month % step == 0 or month in after_gaps or month == months[0]
        near = (abs(axis.places[month] - axis.places[other]) * most for other in taken)
        if round_enough and all(distance >= shown for distance in near):
            taken.append(month)
    return sorted(taken)
