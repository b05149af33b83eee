"""Draw a schedule: the rate over time as steps, with projections set apart."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sequestration._dates import Day, as_date
from sequestration._errors import InvalidDate
from sequestration._law.freshness import how_checked, how_settled
from sequestration._law.periods import RatePeriod, RateStatus, percent
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration.plot._style import (
    BLUE,
    ORANGE,
    THIN,
    VERMILION,
    WIDE,
    Axes,
    height,
    ink,
    make_legend,
    make_room,
    picture_axes,
    set_title,
)

__all__ = ["schedule"]

_LINES = {  # Color and line style of each status, with its legend text.
    RateStatus.ORDERED: (BLUE, "-", "ordered"),
    RateStatus.ENACTED: (BLUE, "--", "enacted, not yet ordered"),
    RateStatus.PROJECTED: (VERMILION, ":", "projected"),
    RateStatus.WHAT_IF: (ORANGE, "-.", "what-if"),
}
_NARROWEST = 40  # A period shorter than one fortieth of the days shown has its rate next to it, not on it.
_BESIDE = timedelta(days=365)
_HIGHEST_OF_NONE = Decimal("0.01")


def schedule(
    schedule: RateSchedule | None = None,
    *,
    first_day: Day | None = None,
    last_day: Day | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate of a schedule over time, as steps.

    Each status has its own line: ordered, enacted, projected, what-if. A rate of 0.02 is shown as 2%.

    Args:
        schedule: Schedule to draw; None for `MEDICARE_FFS`.
        first_day: First day shown; None for a year before the first change.
        last_day: Last day shown; None for a year after the last change.
        ax: Axes to draw on; None for new ones.

    Returns:
        The axes drawn on.

    Raises:
        InvalidDate: A day is not a date, or the last day is not after the first.
        MissingExtra: matplotlib is not installed.

    >>> schedule().get_ylabel()
    'Sequestration rate (% of Medicare payment)'
    """
    ax = picture_axes(ax)
    drawn = default_schedule(schedule)
    first, last = _shown(drawn, first_day, last_day)
    shown = [period for period in drawn.periods if _starts(period, first) <= last and _ends(period, last) >= first]
    for number, period in enumerate(shown):
        _draw(ax, period, first, last, shown[number - 1] if number else None)
    for status in RateStatus:
        if any(period.status is status for period in shown):
            color, line, name = _LINES[status]
            ax.plot([], [], color=color, linestyle=line, linewidth=WIDE, label=name)
    _finish(ax, drawn, first, last, max(period.rate for period in shown))
    return ax


def _shown(schedule: RateSchedule, first_day: Day | None, last_day: Day | None) -> tuple[date, date]:
    """First and last day of the picture."""
    bounds = [period.first_day for period in schedule.periods if period.first_day] or [schedule.verified_on]
    first = _moved(bounds[0], -_BESIDE) if first_day is None else as_date(first_day)
    last = _moved(bounds[-1], _BESIDE) if last_day is None else as_date(last_day)
    if last <= first:
        raise InvalidDate(f"last_day {last} is not after first_day {first}. Check both dates.")
    return first, last


def _moved(day: date, by: timedelta) -> date:
    """Move a day, but not beyond the calendar."""
    try:
        return day + by
    except OverflowError:
        return date.min if by < timedelta() else date.max


def _starts(period: RatePeriod, first: date) -> date:
    return max(period.first_day or first, first)


def _ends(period: RatePeriod, last: date) -> date:
    """End of the last day of a period, which is the day after it."""
    return min(_moved(period.last_day, timedelta(days=1)) if period.last_day else last, last)


def _across(day: date) -> Any:
    """A day as a horizontal position; matplotlib's types know only numbers."""
    return day


def _draw(ax: Axes, period: RatePeriod, first: date, last: date, before: RatePeriod | None) -> None:
    """Draw one step: horizontal for its days, vertical where the rate changes."""
    color, line, _ = _LINES[period.status]
    start, end, rate = _starts(period, first), _ends(period, last), height(period.rate)
    if before is not None and before.rate != period.rate:
        ax.plot([_across(start)] * 2, [height(before.rate), rate], color=color, linestyle=line, linewidth=THIN)
    ax.plot(
        [_across(start), _across(end)], [rate, rate], color=color, linestyle=line, linewidth=WIDE, solid_capstyle="butt"
    )
    narrow = (end - start) * _NARROWEST < last - first
    if before is None or before.rate != period.rate:
        rises = before is None or period.rate > before.rate or not period.rate
        ax.annotate(
            percent(period.rate),
            (start if narrow and rises else end if narrow else start + (end - start) / 2, rate),
            xytext=((-4 if rises else 4) if narrow else 0, 0 if narrow else 4 if rises else -4),
            textcoords="offset points",
            ha=("right" if rises else "left") if narrow else "center",
            va="center" if narrow else "bottom" if rises else "top",
            color=ink(ax),
            fontsize="small",
        )


def _finish(ax: Axes, drawn: RateSchedule, first: date, last: date, highest: Decimal) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import FuncFormatter

    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate * 100:.6g}%"))
    ax.set_xlim(_across(first), _across(last))
    ax.set_xlabel("Date of service")
    ax.set_ylabel("Sequestration rate (% of Medicare payment)")
    ax.axhline(height(max(highest, _HIGHEST_OF_NONE)), linestyle="none")  # Gives a rate of zero a scale, too.
    make_room(ax, rows=2, lifted=True)
    make_legend(ax, columns=len(RateStatus))
    set_title(ax, f"{drawn.title or drawn.name}\n{how_settled(drawn.periods)}\n{how_checked(drawn.periods)}")
