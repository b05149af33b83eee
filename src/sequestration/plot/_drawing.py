"""What all pictures share: axes, looks that need no color, amounts as text and as heights, the scale of dollars.

Heights are floats, for that is what matplotlib draws; whatever is written beside them is exact. This is the one
room of pictures that holds floats.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from sequestration._errors import MissingExtra
from sequestration._visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import ColorType

__all__ = [
    "BLACK",
    "BLUE",
    "EDGE",
    "GRAY",
    "GREEN",
    "ORANGE",
    "PURPLE",
    "SKY",
    "THIN",
    "VERMILION",
    "WIDE",
    "YELLOW",
    "Look",
    "dollars",
    "height",
    "ink",
    "make_legend",
    "make_room",
    "picture_axes",
    "say_empty",
    "scale_dollars",
    "set_title",
]

# The colors of Okabe and Ito, which color-blind people can tell apart, and a gray.
BLACK, GRAY, BLUE, SKY, GREEN = "#000000", "#999999", "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILION, YELLOW, PURPLE = "#E69F00", "#D55E00", "#F0E442", "#CC79A7"

EDGE, THIN, WIDE = 0.5, 1.0, 2.5
"""Widths of lines in points."""

_SIZE = (8.0, 4.8)  # inches
_UNITS = ((10**9, "Billions of dollars"), (10**6, "Millions of dollars"), (1, "Dollars"))
_NEARLY = 1e-6
_MARGIN, _ROW, _LETTER = 0.04, 0.09, 0.022  # shares of the height: a margin, a line of writing, an upright letter


@attrs.frozen
class Look:
    """How something is filled: a color, and a hatch for those who do not see it."""

    color: str
    hatch: str = ""


def picture_axes(ax: Axes | None) -> Axes:
    """The axes given, or new ones on a figure that pyplot does not know. Raises `MissingExtra` and `TypeError`."""
    try:
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise MissingExtra('pictures need matplotlib: pip install "sequestration[plot]"') from None
    if ax is None:
        return Figure(figsize=_SIZE, layout="constrained").add_subplot()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax is one matplotlib Axes, not {type(ax).__name__}")
    return ax


def ink(ax: Axes) -> ColorType:
    """The color in which these axes write, so that what is written on them can be read on any ground."""
    return ax.xaxis.label.get_color()


def set_title(ax: Axes, text: str) -> None:
    """Set the title as it stands: a dollar sign in it begins no formula."""
    ax.set_title(visible(text), fontsize="medium", parse_math=False, wrap=True)


def dollars(amount: Decimal) -> str:
    """An amount as text, to the cent.

    >>> dollars(Decimal("-1250.00"))
    '-1,250.00'
    """
    return f"{amount:,.2f}"


def height(amount: Decimal) -> float:
    """An amount, or a rate, as a height."""
    return float(amount)


def scale_dollars(ax: Axes, largest: Decimal) -> None:
    """Make the upright axis one of dollars, in millions or billions where they are that large."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    unit, name = next((unit, name) for unit, name in _UNITS if largest >= unit or unit == 1)

    def written(value: float, _: int | None = None) -> str:
        cents = value * 100
        if unit > 1:
            return f"{value / unit:,.10g}"
        if abs(cents - round(cents)) > _NEARLY:
            return ""  # between two cents there is no amount
        return f"{value:,.0f}" if largest >= 10 and not round(cents) % 100 else f"{value:,.2f}"

    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(written))
    ax.set_ylabel(name)


def make_room(ax: Axes, rows: int = 1, upright: int = 0, *, lifted: bool = False) -> None:
    """Show the ground and all that stands on it, with room for rows of writing above, or for upright letters.

    What hangs below the ground gets one row below it; `lifted` shows the ground above the lower edge.
    """
    low, high = min(0, ax.dataLim.y0), max(0, ax.dataLim.y1)
    hangs = -low > _NEARLY * high  # a ground of zero may come back as a little less
    above = _MARGIN + max(_ROW * rows, _LETTER * upright)
    below = _MARGIN + max(_ROW, _LETTER * upright) if hangs else _MARGIN if lifted else 0
    whole = (high - low) / (1 - above - below)
    if whole:
        ax.set_ylim(low - below * whole, high + above * whole)


def make_legend(ax: Axes, columns: int = 1) -> None:
    """A legend that can be read on these axes' own ground."""
    legend = ax.legend(
        ncols=columns,
        loc="upper left",
        fontsize="small",
        facecolor=ax.get_facecolor(),
        edgecolor="none",
        labelcolor=ink(ax),
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def say_empty(ax: Axes, text: str) -> None:
    """Say in the middle of axes without scales that there is nothing to see."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.annotate(text, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", color=ink(ax))
