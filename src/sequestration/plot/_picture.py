"""Axes on a figure of their own, which show themselves in a notebook."""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["Picture", "new_picture"]

_DPI = 110


class Picture(Axes):  # type: ignore[misc, unused-ignore]
    """Axes that a notebook shows as a picture when they are the last value of a cell."""

    def _repr_png_(self) -> bytes | None:
        figure = self.get_figure()
        if figure is None:  # It was removed from its figure.
            return None
        stream = BytesIO()
        figure.figure.savefig(stream, format="png", dpi=_DPI)
        return stream.getvalue()


def new_picture(inches: tuple[float, float]) -> Axes:
    """New axes on a figure that pyplot does not know."""
    figure = Figure(figsize=inches, layout="constrained")
    return figure.add_subplot(axes_class=Picture)
