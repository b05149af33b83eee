"""Building blocks of the report: sections, tables of dollars, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sequestration._html import Piece, element, is_number, join_pieces
from sequestration._money import format_dollars

__all__ = ["and_more", "bar", "data_table", "section", "wide"]


def section(name: str, title: str, *content: object) -> Piece:
    """Build a section with its heading, which the contents link to."""
    return join_pieces([element("section", element("h2", title, id=name), *content, aria_labelledby=name), "\n"])


def wide(content: Piece, name: str) -> Piece:
    """Wrap a wide table so that it scrolls by itself; the keyboard reaches it by name."""
    return element("div", content, class_="wide", role="region", aria_label=name, tabindex="0")


def data_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, sums: Sequence[Sequence[object]] = ()
) -> Piece:
    """Build a table whose first column names the rows; `Decimal` are dollars.

    Args:
        caption: Caption of the table; empty for none.
        columns: Names of the columns; a column of pictures has none.
        rows: Cells, as many as columns.
        sums: Rows of sums, which end the table.
    """
    body, feet = list(rows), list(sums)
    right = [any(is_number(row[place]) for row in (*body, *feet)) for place in range(len(columns))]
    head = [
        element("th", name, scope="col", class_="n" if is_right else None) if name else element("td")
        for name, is_right in zip(columns, right, strict=True)
    ]
    return element(
        "table",
        element("caption", caption) if caption else "",
        element("thead", element("tr", *head)),
        element("tbody", *(_row(row, right) for row in body)),
        element("tbody", *(_row(row, right) for row in feet), class_="sum") if feet else "",
    )


def and_more(number: int) -> Piece:
    """Say how many rows a table leaves out; empty if it has all of them."""
    return element("p", f"and {number:,} more") if number > 0 else Piece()


def _row(row: Sequence[object], right: Sequence[bool]) -> Piece:
    first, *others = row
    cells = [element("th", first, scope="row")]
    for value, is_right in zip(others, right[1:], strict=True):
        text = format_dollars(value) if isinstance(value, Decimal) else value
        zero = " zero" if isinstance(value, Decimal) and not value else ""
        cells.append(element("td", text, class_=f"n{zero}" if is_right else None))
    return element("tr", *cells)


def bar(whole: int, *parts: tuple[int, str]) -> Piece:
    """Draw numbers as bars one after the other.

    Args:
        whole: Number that fills the width.
        parts: Each number with the class that colors it.
    """
    drawn, start = list[Piece](), 0
    for number, name in parts:
        if number and whole:
            drawn.append(element("rect", x=_share(start, whole), width=_share(number, whole), height="10", class_=name))
            start += number
    return element("svg", *drawn, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true", class_="bar")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}"  # A length of a picture, not an amount.
