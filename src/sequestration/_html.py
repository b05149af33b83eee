"""Escape values and lay them out as HTML for notebooks and the report.

Everything that is not a `Piece` is escaped, so that nothing in a file can become markup. A piece sets no color
of its own: in a notebook it takes the colors around it, light or dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from sequestration._printable import UNPRINTABLE

__all__ = [
    "MAX_ROWS",
    "NOTEBOOK_STYLE",
    "Piece",
    "authorities",
    "authority",
    "element",
    "escape",
    "facts",
    "is_number",
    "join_pieces",
    "notebook",
    "table",
]

MAX_ROWS = 20
"""Rows of a long table that a notebook shows."""
NOTEBOOK_STYLE = (
    ".sequestration ul{margin:0;padding-left:1.1em}.sequestration a{color:inherit}.sequestration p{margin:.2em 0}"
)
"""Style of what a notebook shows."""

_DATE = re.compile(r"([A-Z][a-z]{2} \d{1,2}, \d{4})")
_NO_WRAP = "white-space:nowrap"
_MAX_LINE_LENGTH = 24  # Characters of a text that does not wrap.
_REPLACED = "\ufffd"
_ESCAPES: Mapping[int, str] = {
    # Control characters, surrogates and characters that change the text direction may come from a file or its name.
    **dict.fromkeys(UNPRINTABLE, _REPLACED),
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
    ord("'"): "&#39;",
}
# Inline, because notebooks remove style elements from what they do not trust, and JupyterLab and VS Code align cells by
# rules of their own. Each property is one that JupyterLab lets through.
_TABLE = "border-collapse:collapse;margin:.4em 0"
_CAPTION = "caption-side:top;text-align:left;font-weight:bold;padding:0 0 .2em"
_CELL = "vertical-align:top;padding:.2em 1em .2em 0;border-bottom:1px solid #88888866;max-width:40em"
_TEXT = f"text-align:left;white-space:nowrap;{_CELL}"
_LONG = f"text-align:left;white-space:normal;min-width:16em;{_CELL}"
_NUMBER = f"text-align:right;white-space:nowrap;{_CELL}"
_VOID = frozenset({"br", "hr", "input", "link", "meta"})
_CLASSES = (
    "sequestration tex2jax_ignore mathjax_ignore"  # Notebooks take what is between two dollar signs as a formula.
)


class Piece(str):
    """Finished HTML, in which nothing is escaped again."""

    __slots__ = ()


class Cited(Protocol):
    """Source of a rate or a rule: see `Authority`."""

    @property
    def label(self) -> str:
        """Short name of the source, marked if it was not read."""
        ...

    @property
    def says(self) -> str:
        """Content of the source, in this project's own words."""
        ...

    @property
    def url(self) -> str:
        """Address of the source; may be empty."""
        ...


def escape(value: object) -> Piece:
    """Convert a value to HTML.

    A piece stays as it is, None becomes empty, numbers get thousands separators, and everything else is text.
    """
    if isinstance(value, Piece):
        return value
    if isinstance(value, str):
        return Piece(value.translate(_ESCAPES))
    if value is None:
        return Piece()
    if isinstance(value, bool):
        return Piece("yes" if value else "no")
    text = f"{value:,}" if is_number(value) else str(value)
    return Piece(text.translate(_ESCAPES))


def is_number(value: object) -> bool:
    """Whether a value is shown as a number: right-aligned, with thousands separators."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def element(name: str, /, *content: object, **attributes: object) -> Piece:
    """Build an element around its content; everything that is not a piece is escaped.

    An attribute that is None or False is left out, and True becomes its name alone. `class_` becomes class and
    `aria_label` becomes aria-label.

    >>> element("td", "A & B", class_="n", hidden=True)
    '<td class="n" hidden>A &amp; B</td>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    closing = "" if name in _VOID else f"</{name}>"
    return Piece(f"<{name}{written}>{''.join(map(escape, content))}{closing}")


def join_pieces(pieces: Iterable[object], between: str = "") -> Piece:
    """Join values with a text between them; values that are not pieces are escaped."""
    return Piece(escape(between).join(map(escape, pieces)))


def table(
    caption: object,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    note: object = "",
    most: int | None = MAX_ROWS,
    more: int = 0,
) -> Piece:
    """Build a table with a caption; columns with numbers are right-aligned.

    Rows beyond `most` are only counted, together with `more`, the number the caller left out. None shows all rows.
    """
    every = list(rows)
    shown = every[:most]
    numeric = [any(is_number(row[place]) for row in shown) for place in range(len(columns))]
    head = [
        element("th", name, scope="col", style=_NUMBER if right else _TEXT)
        for name, right in zip(columns, numeric, strict=True)
    ]
    body = [
        element("tr", *(_cell(cell, right=right) for cell, right in zip(row, numeric, strict=True))) for row in shown
    ]
    left_out = len(every) - len(shown) + more
    below = [*([f"and {left_out:,} more"] if left_out else []), *([note] if note else [])]
    return join_pieces(
        [
            element(
                "table",
                element("caption", caption, style=_CAPTION) if caption else "",
                element("thead", element("tr", *head)),
                element("tbody", *body),
                style=_TABLE,
            ),
            *(element("p", text) for text in below),
        ]
    )


def facts(caption: object, rows: Iterable[tuple[str, object]]) -> Piece:
    """Build a table of names and values; rows without a value are left out.

    A row without a name continues the row above it.
    """
    found: list[tuple[str, list[object]]] = []
    for name, value in rows:
        if value is None or value == "":
            continue
        if name or not found:
            found.append((name, [value]))
        else:
            found[-1][1].append(value)
    body = [
        element(
            "tr",
            element("th", name, scope="row", style=_TEXT),
            _cell(values[0] if len(values) == 1 else join_pieces(map(_keep_dates, values), element("br"))),
        )
        for name, values in found
    ]
    head = element("caption", caption, style=_CAPTION) if caption else ""
    return element("table", head, element("tbody", *body), style=_TABLE)


def authority(cited: Cited) -> Piece:
    """A citation with what it says, linked where it can be read on the web."""
    name = escape(cited.label)
    if cited.url.startswith(("https://", "http://")):
        name = element("a", name, href=cited.url, rel="noreferrer")
    return join_pieces([name, f": {cited.says}"])


def authorities(cited: Iterable[Cited]) -> Piece:
    """Several citations as a list."""
    return element("ul", *(element("li", authority(each)) for each in cited))


def notebook(*content: object) -> str:
    """Pieces for a notebook, with the few style rules they need."""
    return str(element("div", element("style", Piece(NOTEBOOK_STYLE)), *content, class_=_CLASSES))


def _keep_dates(value: object) -> object:
    """Keep each date of a text, such as Mar 15, 2025, on one line."""
    if not isinstance(value, str) or isinstance(value, Piece):
        return value
    parts = _DATE.split(value)
    return join_pieces(element("span", part, style=_NO_WRAP) if at % 2 else part for at, part in enumerate(parts))


def _cell(value: object, *, right: bool = False) -> Piece:
    """Build a table cell.

    Numbers are right-aligned, and long texts may wrap. Other cells do not.
    """
    wide = isinstance(value, Piece) or (isinstance(value, str) and len(value) > _MAX_LINE_LENGTH)
    return element("td", _keep_dates(value), style=_NUMBER if right else _LONG if wide else _TEXT)
