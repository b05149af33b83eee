"""Entries of the code tables: CARCs, RARCs and provider-level codes (PLB).

Codes and dates are facts. Titles are this project's own words. `text` is empty until a caller adds a licensed
copy of the official wording to a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from sequestration._codes.actions import Action
from sequestration._codes.groups import GroupCode
from sequestration._dates import for_readers
from sequestration._plain.result import Result
from sequestration._provenance import Confidence

__all__ = ["Between", "Carc", "CodeKind", "DatedCode", "Plb", "Rarc", "code_order"]

Between: TypeAlias = tuple[date, date] | None
"""Bounds of an unknown date: after the first, not after the second."""

_Texts: TypeAlias = tuple[tuple[str, str], ...]
"""Names with their texts; empty texts are left out."""

_ORDER = re.compile(r"(\D*)(\d*)")


def code_order(code: str) -> tuple[str, int, str]:
    """Sort key for codes in natural order: 1, 2, ... 10, ... 308, A0, ... B1, B2.

    >>> sorted(["B10", "10", "2", "B9"], key=code_order)
    ['2', '10', 'B9', 'B10']
    """
    match = _ORDER.match(code)
    letters, digits = match.groups() if match else ("", "")
    return letters, int(digits or 0), code


class CodeKind(StrEnum):
    """Effect of a reason code on the payment. Only DENIAL means a denial."""

    DENIAL = "denial"
    REDUCTION = "reduction"
    PATIENT_SHARE = "patient_share"
    INFORMATION = "information"
    CREDIT = "credit"

    @property
    def words(self) -> str:
        """The kind in plain words."""
        return self.value.replace("_", " ")


_NO_TITLE = "(no title)"


class Code(Result):
    """Base class for showing a code as text and in a notebook."""

    __slots__ = ()

    if TYPE_CHECKING:  # Each kind of code defines these itself, in the order of its own fields.
        code: str
        title: str
        confidence: Confidence
        text: str

        def _own_rows(self) -> _Texts:
            """The facts of this kind of code, as names and texts in reading order."""
            ...

        def _columns(self) -> Mapping[str, str]:
            """The code as a row of a table, by column."""
            ...

    def _rows(self) -> _Texts:
        """The code as names and texts in reading order; a text may be empty."""
        sure = "" if self.confidence is Confidence.HIGH else self.confidence
        return (*self._own_rows(), ("official", self.text), ("confidence", sure))

    def to_text(self) -> str:
        """Lay out the code in several lines."""
        head = f"{self.code}  {self.title or _NO_TITLE}"
        return "\n".join([head, *(f"  {name:<14}{value}" for name, value in self._rows() if value)])

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(f"{self.code}: {self.title or _NO_TITLE}", self._rows()))


class DatedCode(Code):
    """Base class of codes with a start date and a stop date."""

    __slots__ = ()

    if TYPE_CHECKING:
        start: date | None
        last_modified: date | None
        stop: date | None
        start_between: Between
        modified_between: Between
        stop_between: Between

    def is_active(self, on: date) -> bool:
        """Whether an original decision on a day may use the code.

        Both the start and the stop date are included. An unknown start counts from the day after its earlier bound,
        so that no valid code is refused; an unknown stop is treated the same way. A stopped code remains valid in
        reversals and in secondary claims that quote an earlier remittance.
        """
        if self.start_between is not None and on <= self.start_between[0]:
            return False
        if self.start is not None and on < self.start:
            return False
        stop = self.stop_between[0] if self.stop_between else self.stop
        return stop is None or on <= stop

    def changed(self, since: date) -> bool:
        """Whether the code started, changed or stopped on a day or later, or may have."""
        known = (self.start, self.last_modified, self.stop)
        bounds = (self.start_between, self.modified_between, self.stop_between)
        return any(day is not None and day >= since for day in known) or any(
            bound is not None and bound[1] >= since for bound in bounds
        )

    @property
    def in_use(self) -> str:
        """Start, last change and stop in words."""
        words = [
            _when("since", self.start, self.start_between),
            _when("last changed", self.last_modified, self.modified_between),
            _when("stopped", self.stop, self.stop_between),
        ]
        return ", ".join(word for word in words if word)


@attrs.frozen(kw_only=True)
class Carc(DatedCode):
    """Claim adjustment reason code (CARC).

    Attributes:
        code: The code, such as "253".
        title: Title in this project's own words.
        category: Category of the code.
        kind: Effect on the payment.
        start: Start date; None if unknown.
        last_modified: Date of the last change, or None.
        stop: Stop date; None if the code is in use or the date is unknown.
        step: Default next step. The group code takes precedence over it.
        groups: Group codes that may be used with the code; empty means any.
        remark_required: Whether a remark code must accompany the code.
        scope: Claims that the code is limited to; empty means any.
        confidence: Confidence in the entry.
        text: Official wording from the caller's own licensed copy, else empty.
        start_between: Bounds of an unknown start date.
        modified_between: Bounds of an unknown date of the last change.
        stop_between: Bounds of an unknown stop date.
    """

    code: str
    title: str
    category: str
    kind: CodeKind = attrs.field(repr=lambda kind: repr(kind.value))
    start: date | None
    last_modified: date | None
    stop: date | None
    step: Action = attrs.field(repr=lambda step: repr(step.value))
    groups: tuple[GroupCode, ...] = attrs.field(default=(), repr=lambda groups: repr(tuple(g.value for g in groups)))
    remark_required: bool = False
    scope: str = ""
    confidence: Confidence = attrs.field(default=Confidence.HIGH, repr=lambda sure: repr(sure.value))
    text: str = attrs.field(default="", repr=False)
    start_between: Between = attrs.field(default=None, repr=False)
    modified_between: Between = attrs.field(default=None, repr=False)
    stop_between: Between = attrs.field(default=None, repr=False)

    def _own_rows(self) -> _Texts:
        return (
            ("kind", f"{self.kind.words}; {self.category.replace('_', ' ')}"),
            ("in use", self.in_use),
            ("group code", " or ".join(self.groups) if self.groups else "any"),
            ("remark code", "required" if self.remark_required else ""),
            ("bound to", self.scope.replace("_", " ")),
            ("default step", f"{self.step} (any payer; group, remark and Medicare come first)"),
        )

    def _columns(self) -> Mapping[str, str]:
        """The code as a row of a table, by column."""
        return {
            "code": self.code,
            "title": self.title,
            "kind": self.kind.words,
            "category": self.category.replace("_", " "),
            "default step": self.step,
            "in use": self.in_use,
        }

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON or a frame; dates are in ISO format."""
        return {
            "code": self.code,
            "title": self.title,
            "category": self.category,
            "kind": self.kind.value,
            **_plain_dates(self),
            "remark_required": self.remark_required,
            "groups": [group.value for group in self.groups],
            "scope": self.scope,
            "step": self.step.value,
            "confidence": self.confidence.value,
            "text": self.text,
        }

    def __str__(self) -> str:
        return f"{self.code}: {self.title}{_stopped(self)}"


@attrs.frozen(kw_only=True)
class Rarc(DatedCode):
    """Remittance advice remark code (RARC).

    Every shipped code has a title and a category. A code added from a newer list may have neither.

    Attributes:
        code: The code, such as "N811".
        title: Title in this project's own words; may be empty.
        category: Category of the code; may be empty.
        alert: Whether the code only informs and does not explain an adjustment.
        start: Start date; None if unknown.
        last_modified: Date of the last change, or None.
        stop: Stop date; None if the code is in use or the date is unknown.
        confidence: Confidence in the entry.
        text: Official wording from the caller's own licensed copy, else empty.
        start_between: Bounds of an unknown start date.
        modified_between: Bounds of an unknown date of the last change.
        stop_between: Bounds of an unknown stop date.
    """

    code: str
    title: str
    category: str
    alert: bool
    start: date | None
    last_modified: date | None
    stop: date | None
    confidence: Confidence = attrs.field(default=Confidence.HIGH, repr=lambda sure: repr(sure.value))
    text: str = attrs.field(default="", repr=False)
    start_between: Between = attrs.field(default=None, repr=False)
    modified_between: Between = attrs.field(default=None, repr=False)
    stop_between: Between = attrs.field(default=None, repr=False)

    def _own_rows(self) -> _Texts:
        return (
            ("kind", "alert" if self.alert else "explains an adjustment"),
            ("about", self.category.replace("_", " ")),
            ("in use", self.in_use),
        )

    def _columns(self) -> Mapping[str, str]:
        """The code as a row of a table, by column."""
        return {
            "code": self.code,
            "title": self.title or _NO_TITLE,
            "kind": "alert" if self.alert else "explains an adjustment",
            "category": self.category.replace("_", " "),
            "in use": self.in_use,
        }

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON or a frame; dates are in ISO format."""
        return {
            "code": self.code,
            "title": self.title,
            "category": self.category,
            "alert": self.alert,
            **_plain_dates(self),
            "confidence": self.confidence.value,
            "text": self.text,
        }

    def __str__(self) -> str:
        return f"{self.code}: {self.title or _NO_TITLE}{_stopped(self)}"


@attrs.frozen(kw_only=True)
class Plb(Code):
    """Provider-level adjustment code (PLB): money that moves outside the claims.

    Attributes:
        code: The code, such as "WO".
        title: Title in this project's own words.
        plus: Meaning of a positive amount, which lowers the check.
        minus: Meaning of a negative amount, which raises the check.
        note: Remark; may be empty.
        confidence: Confidence in the entry.
        text: Official wording from the caller's own licensed copy, else empty.
    """

    code: str
    title: str
    plus: str
    minus: str
    note: str = ""
    confidence: Confidence = attrs.field(default=Confidence.HIGH, repr=lambda sure: repr(sure.value))
    text: str = attrs.field(default="", repr=False)

    def _own_rows(self) -> _Texts:
        return (
            ("above zero", f"{self.plus} (lowers the check)"),
            ("below zero", f"{self.minus} (raises the check)"),
            ("note", self.note),
        )

    def _columns(self) -> Mapping[str, str]:
        """The code as a row of a table, by column."""
        return {"code": self.code, "title": self.title, "above zero": self.plus, "below zero": self.minus}

    def __str__(self) -> str:
        return f"{self.code}: {self.title}"


def _stopped(code: DatedCode) -> str:
    stopped = _when("stopped", code.stop, code.stop_between)
    return f" ({stopped})" if stopped else ""


def _when(word: str, day: date | None, between: Between) -> str:
    if between is not None:
        return f"{word} a day after {for_readers(between[0])} and by {for_readers(between[1])}"
    return "" if day is None else f"{word} {for_readers(day)}"


def _plain_dates(code: DatedCode) -> dict[str, Any]:
    days = {"start": code.start, "last_modified": code.last_modified, "stop": code.stop}
    bounds = {
        "start_between": code.start_between,
        "modified_between": code.modified_between,
        "stop_between": code.stop_between,
    }
    return {
        **{name: day.isoformat() if day else None for name, day in days.items()},
        **{name: [day.isoformat() for day in bound] if bound else None for name, bound in bounds.items()},
    }
