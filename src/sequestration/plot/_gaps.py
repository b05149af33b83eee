"""Draw the months that an axis leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sequestration._messages import counted
from sequestration.plot._months import Gap
from sequestration.plot._style import THIN, ink

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_gaps"]

_MAX_LABELED = 6
_SHADE = 0.08
_SLASH = [(-0.6, -1), (0.6, 1)]
_SLASH_SIZE = 10
_BETWEEN_SLASHES = 0.12


def draw_gaps(ax: Axes, gaps: Sequence[Gap]) -> None:
    """Break the axis at each gap.

    If the gaps are few, they are shaded and say how many months they leave out.
    """
    across = ax.get_xaxis_transform()
    for gap in gaps:
        ax.plot(
            [gap.middle - _BETWEEN_SLASHES, gap.middle + _BETWEEN_SLASHES],
            [0, 0],
            transform=across,
            linestyle="none",
            marker=_SLASH,
            markersize=_SLASH_SIZE,
            color=ink(ax),
            markeredgewidth=THIN,
            clip_on=False,
        )
        if len(gaps) <= _MAX_LABELED:
            ends = (gap.first_place, gap.last_place)
            ax.fill_between(ends, 0, 1, transform=across, color=ink(ax), alpha=_SHADE, linewidth=0, zorder=0)
            ax.annotate(
                f"{counted(gap.months, 'month')} without amounts",
                (gap.middle, 0),
                xytext=(0, 8),
                textcoords="offset points",
                rotation=90,
                ha="center",
                va="bottom",
                color=ink(ax),
                fontsize="small",
            )
