"""Text and HTML of claims, service lines and adjustments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from sequestration._dates import for_readers
from sequestration._money import dollars_if_known

if TYPE_CHECKING:
    from sequestration._html import Piece

    # The model imports this module, so its classes are described here by what is shown of them.
    class _Adjustment(Protocol):
        group: str
        reason: str

        @property
        def amount(self) -> Decimal | None: ...

    class _Line(Protocol):
        number: int
        procedure: str
        modifiers: tuple[str, ...]
        units: str
        dates: dict[str, date | None]
        remarks: list[str]

        @property
        def charge(self) -> Decimal | None: ...

        @property
        def allowed(self) -> Decimal | None: ...

        @property
        def paid(self) -> Decimal | None: ...

        @property
        def adjustments(self) -> Sequence[_Adjustment]: ...


__all__ = [
    "adjustments_in_html",
    "adjustments_in_text",
    "days_in_text",
    "line_in_html",
    "line_in_text",
    "status_in_words",
]

_STATUSES = {  # Titles of CLP02 in this project's own words.
    "1": "processed as primary",
    "2": "processed as secondary",
    "3": "processed as tertiary",
    "4": "denied",
    "19": "processed as primary, forwarded",
    "20": "processed as secondary, forwarded",
    "21": "processed as tertiary, forwarded",
    "22": "reversal of an earlier payment",
    "23": "not this payer's claim, forwarded",
    "25": "predetermination only, no payment",
}
_DATES = {"472": "on", "150": "from", "151": "to", "232": "from", "233": "to", "050": "received", "036": "coverage to"}


def line_in_text(line: _Line) -> list[str]:
    """Lay out a service line: its amounts, and a text line for each adjustment."""
    parts = [
        f"line {line.number}",
        " ".join([line.procedure, *line.modifiers]),
        days_in_text(line.dates),
        f"units {line.units}" if line.units else "",
        f"charge {dollars_if_known(line.charge)}",
        f"allowed {dollars_if_known(line.allowed)}" if line.allowed is not None else "",
        f"paid {dollars_if_known(line.paid)}",
        f"remarks {' '.join(line.remarks)}" if line.remarks else "",
    ]
    return ["  ".join(part for part in parts if part), *adjustments_in_text(line.adjustments)]


def line_in_html(line: _Line) -> Piece:
    """A service line as a list of facts, with a table of its adjustments."""
    from sequestration._html import escape, facts, join_pieces

    rows = [
        ("dates", days_in_text(line.dates)),
        ("units", line.units),
        ("charge", dollars_if_known(line.charge)),
        ("allowed", dollars_if_known(line.allowed, "")),
        ("paid", dollars_if_known(line.paid)),
        ("remarks", " ".join(line.remarks)),
    ]
    head = escape(f"Line {line.number}: {' '.join([line.procedure, *line.modifiers])}")
    return join_pieces([facts(head, rows), adjustments_in_html(line.adjustments)])


def adjustments_in_text(adjustments: Sequence[_Adjustment]) -> list[str]:
    """Adjustments with their titles, a text line for each."""
    return [
        f"  {f'{item.group}-{item.reason}':<8} {dollars_if_known(item.amount):>12}  {_title(item.reason)}".rstrip()
        for item in adjustments
    ]


def adjustments_in_html(adjustments: Sequence[_Adjustment]) -> Piece:
    """Adjustments as a table with their titles; empty if there are none."""
    from sequestration._html import Piece, table

    if not adjustments:
        return Piece()
    rows = [(f"{item.group}-{item.reason}", _title(item.reason), item.amount) for item in adjustments]
    return table("", ("adjustment", "title", "dollars"), rows)


def _title(reason: str) -> str:
    """Title of a reason code in this project's own words; empty for an unknown code."""
    from sequestration._codes.shipped import carcs

    entry = carcs().get(reason)
    return entry.title if entry is not None else ""


def days_in_text(dates: Mapping[str, date | None]) -> str:
    """Dates with the meaning of their qualifiers; others are left out."""
    return " ".join(
        f"{_DATES[name]} {for_readers(day) if day else 'unknown'}" for name, day in dates.items() if name in _DATES
    )


def status_in_words(status: str) -> str:
    """A claim status with its title in this project's own words."""
    return f"{status} {_STATUSES.get(status, 'unknown status')}"
