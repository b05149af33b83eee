"""Helpers that all pictures share: axes, looks, amounts as text and as heights.

Heights are floats because matplotlib draws floats; every amount written next to them is exact. No other module turns
an amount into a float.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from sequestration._errors import InvalidArgumentType, MissingExtra
from sequestration._printable import make_printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import ColorType
else:
    Axes = Any  # For typing.get_type_hints, because matplotlib is imported on the first drawing.

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
    "Axes",
    "Look",
    "color_ticks",
    "height",
    "ink",
    "make_legend",
    "make_room",
    "picture_axes",
    "say_empty",
    "scale_dollars",
    "set_title",
    "width_in_inches",
]

# The colors of Okabe and Ito, which color-blind people can tell apart, and a gray.
BLACK, GRAY, BLUE, SKY, GREEN = "#000000", "#999999", "#0072B2", "#56B4E9", "#009E73"
ORANGE, VERMILION, YELLOW, PURPLE = "#E69F00", "#D55E00", "#F0E442", "#CC79A7"

EDGE, THIN, WIDE = 0.5, 1.0, 2.5
"""Line widths in points."""

_UNITS = ((10**9, "Billions of dollars"), (10**6, "Millions of dollars"), (1, "Dollars"))
_NEARLY = 1e-6
_MARGIN, _ROW, _LETTER = 0.04, 0.09, 0.022  # Shares of the height: a margin, a line of text, a vertical letter.


@attrs.frozen
class Look:
    """Fill of an area: a color, and a hatch for readers who cannot see the color."""

    color: str
    hatch: str = ""


def picture_axes(ax: Axes | None, inches: tuple[float, float] = (8, 5)) -> Axes:
    """The given axes, or new ones on a figure that pyplot does not know.

    `inches` is the size of a new figure. Raises `MissingExtra` without matplotlib, and `InvalidArgumentType` if
    `ax` is not one `Axes`.
    """
    try:
        from matplotlib.axes import Axes

        from sequestration.plot._picture import new_picture
    except ModuleNotFoundError:
        raise MissingExtra('matplotlib is not installed. Run: pip install "sequestration[plot]"') from None
    if ax is None:
        ax = new_picture(inches)
    if not isinstance(ax, Axes):
        raise InvalidArgumentType(f"ax must be a matplotlib Axes, not {type(ax).__name__}")
    color_ticks(ax)
    return ax


def color_ticks(ax: Axes) -> None:
    """Color the ticks like the other text.

    Otherwise matplotlib colors them when it draws, maybe after the style of the axes has ended.
    """
    for axis in (ax.xaxis, ax.yaxis):
        missing: dict[str, Any] = dict.fromkeys({"color", "labelcolor"} - set(axis.get_tick_params()), ink(ax))
        axis.set_tick_params(**missing)


def width_in_inches(ax: Axes) -> float:
    """Width of the axes, before a layout moves them."""
    return float(ax.get_position().width * ax.figure.figure.get_figwidth())


def ink(ax: Axes) -> ColorType:
    """Text color of the axes, so that labels are readable on any background."""
    return ax.xaxis.label.get_color()


def set_title(ax: Axes, text: str) -> None:
    """Set the title literally: a dollar sign does not begin a formula."""
    ax.set_title(make_printable(text), fontsize="medium", parse_math=False, wrap=True)


def height(amount: Decimal) -> float:
    """An amount or a rate as a height."""
    return float(amount)


def scale_dollars(ax: Axes, largest: Decimal) -> None:
    """Format the vertical axis as dollars, in millions or billions for large amounts."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    unit, name = next((unit, name) for unit, name in _UNITS if largest >= unit or unit == 1)

    def written(value: float, _: int | None = None) -> str:
        cents = value * 100
        sign, size = ("-$" if round(cents) < 0 else "$"), abs(value)
        if unit > 1:
            return f"{sign}{size / unit:,.10g}"
        if abs(cents - round(cents)) > _NEARLY:
            return ""  # No amount lies between two cents.
        return f"{sign}{size:,.0f}" if largest >= 10 and not round(cents) % 100 else f"{sign}{size:,.2f}"

    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(written))
    ax.set_ylabel(name)


def make_room(ax: Axes, rows: int = 1, upright: int = 0, *, lifted: bool = False) -> None:
    """Fit the vertical limits to the data, with room for labels above it.

    The zero line is always shown. `rows` are rows of labels, `upright` the letters of a vertical label. What is below
    zero gets one row below it. `lifted` keeps the zero line above the lower edge.
    """
    low, high = min(0, ax.dataLim.y0), max(0, ax.dataLim.y1)
    hangs = -low > _NEARLY * high  # A lower limit of zero may come back as slightly less.
    above = _MARGIN + max(_ROW * rows, _LETTER * upright)
    below = _MARGIN + max(_ROW, _LETTER * upright) if hangs else _MARGIN if lifted else 0
    whole = (high - low) / (1 - above - below)
    ax.set_ylim(low - below * whole, high + above * whole if whole else 1)


def make_legend(ax: Axes, columns: int = 1) -> None:
    """Add a legend that is readable on the background of these axes."""
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
    """Write in the middle of axes without scales that there is nothing to show."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.annotate(text, (0.5, 0.5), xycoords="axes fraction", ha="center", va="center", color=ink(ax))
