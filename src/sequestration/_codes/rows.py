"""Strict reader of the rows of code tables, shipped or of a caller's file.

An unknown value raises `InvalidTable`, which names the file and the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import attrs

from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc, CodeKind, Plb, Rarc
from sequestration._codes.groups import GroupCode
from sequestration._data import Row, shipped_rows
from sequestration._messages import quote
from sequestration._provenance import Confidence

__all__ = ["COLUMNS", "EntriesOfRows", "carc_of_row", "categories", "lay_over", "plb_of_row", "rarc_of_row"]

C = TypeVar("C", Carc, Rarc, Plb)

_DATES = ("start", "last_modified", "stop")
_CARC = ("code", *_DATES, "remark_required", "groups", "scope", "title", "category", "kind", "step", "confidence")
_RARC = ("code", *_DATES, "alert", "title", "category", "confidence")
_PLB = ("code", "title", "plus", "minus", "note", "confidence")
_GROUPS: Mapping[str, GroupCode] = {group.value: group for group in GroupCode}
COLUMNS = {"CARC": _CARC, "RARC": _RARC, "PLB": _PLB}


class EntriesOfRows(Mapping[str, C]):
    """Entries by code, each read from its row when it is first asked for.

    Most callers need a few of hundreds.

    Args:
        rows: Rows of a table, in order.
        read: Function that reads an entry.
    """

    def __init__(self, rows: Iterable[Row], read: Callable[[Row], C]) -> None:
        self._rows = {row.filled("code"): row for row in rows}
        self._read: Callable[[Row], C] = read
        self._known: dict[str, C] = {}

    def __getitem__(self, code: str) -> C:
        known = self._known.get(code)
        # If several threads ask at once, all of them get the entry of the fastest.
        return self._known.setdefault(code, self._read(self._rows[code])) if known is None else known

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@cache
def categories(name: str) -> Mapping[str, str]:
    """The categories of a table, each with its title."""
    rows = shipped_rows("codes/categories.csv", ("list", "category", "title"))
    return {row.filled("category"): row.filled("title") for row in rows if row.filled("list") == name}


def carc_of_row(row: Row, known: Mapping[str, str]) -> Carc:
    """Read a reason code; `known` are the categories it may have."""
    return Carc(
        code=row.filled("code"),
        title=row.filled("title"),
        category=_category(row, known),
        kind=row.member("kind", CodeKind),
        step=row.member("step", Action),
        groups=tuple(_group(row, group) for group in row.words("groups")),
        remark_required=row.flag("remark_required"),
        scope=row.text("scope"),
        confidence=row.member("confidence", Confidence),
        **_dates(row),
    )


def rarc_of_row(row: Row, known: Mapping[str, str]) -> Rarc:
    """Read a remark code; `known` are the categories it may have."""
    return Rarc(
        code=row.filled("code"),
        title=row.text("title"),
        category=_category(row, known) if row.text("category") else "",
        alert=row.flag("alert"),
        confidence=row.member("confidence", Confidence),
        **_dates(row),
    )


def plb_of_row(row: Row) -> Plb:
    """Read a provider-level code."""
    return Plb(
        code=row.filled("code"),
        title=row.filled("title"),
        plus=row.filled("plus"),
        minus=row.filled("minus"),
        note=row.text("note"),
        confidence=row.member("confidence", Confidence),
    )


def _group(row: Row, group: str) -> GroupCode:
    found = _GROUPS.get(group)
    if found is None:
        row.refuse(f"groups must be from {', '.join(GroupCode)}, not {quote(group)}")
    return found


def _category(row: Row, known: Mapping[str, str]) -> str:
    category = row.filled("category")
    if category not in known:
        row.refuse(f"unknown category {quote(category)}; use one of: {', '.join(known)}")
    return category


def _dates(row: Row) -> dict[str, Any]:
    start, start_between = row.day("start")
    last_modified, modified_between = row.day("last_modified")
    stop, stop_between = row.day("stop")
    if start and stop and stop < start:
        row.refuse(f"stop: {stop} is before the start, {start}")
    return {
        "start": start,
        "last_modified": last_modified,
        "stop": stop,
        "start_between": start_between,
        "modified_between": modified_between,
        "stop_between": stop_between,
    }


_READ: Mapping[str, Callable[[Row], Any]] = {
    "CARC": lambda row: carc_of_row(row, categories("CARC")),
    "RARC": lambda row: rarc_of_row(row, categories("RARC")),
    "PLB": plb_of_row,
}
_OF_A_NEW_CODE = {"remark_required": "no", "alert": "no", "confidence": Confidence.MEDIUM.value}


def lay_over(name: str, code: str, entry: C | None, row: Row) -> C:
    """Apply a caller's row to the entry of a code; other columns stay the same."""
    kept = _OF_A_NEW_CODE if entry is None else _cells(name, entry)
    read: C = _READ[name](Row(row.file, row.number, {**kept, **row.cells, "code": code}))
    return read if entry is None else attrs.evolve(read, text=entry.text)


def _cells(name: str, entry: Carc | Rarc | Plb) -> dict[str, str]:
    """The cells of an entry as the table file has them."""
    bounds = {"start": "start_between", "last_modified": "modified_between", "stop": "stop_between"}
    return {
        column: _cell(getattr(entry, bounds.get(column, ""), None) or getattr(entry, column))
        for column in COLUMNS[name]
    }


def _cell(value: str | bool | date | tuple[str | date, ...] | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):  # The value is the bounds of a date, or group codes.
        return ("/" if value and isinstance(value[0], date) else " ").join(map(str, value))
    return "" if value is None else str(value)
