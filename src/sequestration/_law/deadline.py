"""Deadlines: the last day of a period set by a regulation."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from sequestration._dates import Day, as_date, for_readers
from sequestration._law.holidays import is_working_day
from sequestration._messages import counted
from sequestration._plain.result import Result
from sequestration._provenance import Authority, Confidence

__all__ = ["Deadline"]


@attrs.frozen(kw_only=True)
class Deadline(Result):
    """Last day of a period set by a regulation.

    Attributes:
        last_day: Last day to act.
        rule: Name of the rule.
        authority: Regulation that sets the period.
        moved_from: Day before the move, where the rule moves a last day off a weekend, federal holiday or day closed
            by executive order; else None.
        title: Action that the rule allows.
        lost: Right that is lost after the last day.
        period: Length of the period in words.
        counted_from: Day on which the period begins: the day the caller gave, or the receipt of the notice.
        receipt_presumed: Whether the day of receipt is presumed rather than known.
        confidence: Confidence in the rule.
        note: Other facts that affect the deadline.
        moving: Source for moving or keeping a last day that is not a working day.
    """

    last_day: date
    rule: str
    authority: Authority
    moved_from: date | None = None
    title: str = attrs.field(repr=False)
    lost: str = attrs.field(default="", repr=False)
    period: str = attrs.field(repr=False)
    counted_from: date
    receipt_presumed: bool = attrs.field(default=False, repr=False)
    confidence: Confidence = attrs.field(repr=lambda sure: repr(sure.value))
    note: str = attrs.field(default="", repr=False)
    moving: str = attrs.field(default="", repr=False)

    def days_left(self, as_of: Day) -> int:
        """Count the days left on a day: zero on the last day, negative after it.

        >>> from sequestration import deadlines
        >>> deadlines.redetermination("2026-06-01").days_left("2026-10-01")
        3
        """
        return (self.last_day - as_date(as_of)).days

    def is_passed(self, as_of: Day) -> bool:
        """Whether the last day is over on a day; on the last day itself it is not."""
        return self.days_left(as_of) < 0

    def status(self, as_of: Day) -> str:
        """Say what is left of the period on a day.

        >>> from sequestration import deadlines
        >>> last = deadlines.redetermination("2026-06-01")
        >>> last.status("2026-10-01"), last.status("2026-10-05")
        ('3 days left', 'passed on Oct 4, 2026')
        """
        left = self.days_left(as_of)
        if left < 0:
            return f"passed on {for_readers(self.last_day)}"
        return "last day today" if left == 0 else f"{counted(left, 'day')} left"

    @property
    def on_day_off(self) -> bool:
        """Whether the last day is not a full federal workday: act before it."""
        return not is_working_day(self.last_day)

    def to_text(self, as_of: Day | None = None) -> str:
        """Lay out the deadline in several lines; with `as_of`, the days left come first."""
        rows = [
            *([("status", f"{self.status(as_of)} as of {for_readers(as_date(as_of))}")] if as_of is not None else []),
            *self._rows,
        ]
        return "\n".join([self._head, *(f"  {name:<14}{text}" for name, text in rows if text)])

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(self._head, self._rows))

    @property
    def _head(self) -> str:
        off = " This is not a full federal workday. Act before it." if self.on_day_off else ""
        return f"{for_readers(self.last_day)}: last day to {self.title}{self._moved}.{off}"

    @property
    def _moved(self) -> str:
        return f", moved from {for_readers(self.moved_from)}" if self.moved_from else ""

    @property
    def _rows(self) -> list[tuple[str, str]]:
        presumed = " (presumed receipt)" if self.receipt_presumed else ""
        return [
            ("counted from", f"{for_readers(self.counted_from)}{presumed}"),
            ("period", self.period),
            ("lost after it", self.lost),
            ("authority", str(self.authority)),
            ("confidence", self.confidence),
            ("note", self.note),
            ("weekends", self.moving),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON or a frame; dates are in ISO format."""
        return {
            "last_day": self.last_day.isoformat(),
            "rule": self.rule,
            "title": self.title,
            "lost": self.lost,
            "authority": self.authority.citation,
            "counted_from": self.counted_from.isoformat(),
            "receipt_presumed": self.receipt_presumed,
            "moved_from": self.moved_from.isoformat() if self.moved_from else None,
            "confidence": self.confidence.value,
            "note": self.note,
        }

    def __str__(self) -> str:
        start = for_readers(self.counted_from)
        counted = f"receipt, presumed {start}" if self.receipt_presumed else start
        period = f"{self.period} from {counted}{self._moved}"
        return f"{for_readers(self.last_day)}: {self.title} ({period}; {self.authority.citation})"
