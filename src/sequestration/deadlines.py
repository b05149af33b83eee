"""Medicare fee-for-service deadlines: filing, appeals, reopening, overpayments.

Every rule and its regulation is in ``data/law/deadlines.toml``. The last day is the day by which the request or
claim must have been *received*. Use it to keep a calendar; it is not legal advice.

>>> print(redetermination("2026-06-01"))
2026-10-04: ask the contractor for a redetermination (120 days from receipt, presumed 2026-06-06; 42 CFR 405.942(a))
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import attrs
from dateutil.relativedelta import relativedelta

from sequestration._data import shipped_toml
from sequestration._dates import Day, as_date
from sequestration._errors import InvalidDate
from sequestration._law.holidays import federal_holidays, is_working_day, next_working_day
from sequestration._provenance import Authority, Confidence

__all__ = [
    "Deadline",
    "council",
    "court",
    "federal_holidays",
    "hearing",
    "is_working_day",
    "overpayment",
    "reconsideration",
    "redetermination",
    "reopening",
    "timely_filing",
]


@attrs.frozen(kw_only=True)
class Deadline:
    """Last day of a period set by a regulation.

    Attributes:
        last_day: Last day to act.
        rule: Name of the rule.
        authority: Regulation that sets the period.
        moved_from: Day before the move, where the rule moves a last day off a weekend or federal holiday;
            else None.
        title: Action that the rule allows.
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
    period: str = attrs.field(repr=False)
    counted_from: date
    receipt_presumed: bool = attrs.field(default=False, repr=False)
    confidence: Confidence = attrs.field(repr=lambda sure: repr(sure.value))
    note: str = attrs.field(default="", repr=False)
    moving: str = attrs.field(default="", repr=False)

    def days_left(self, on: Day) -> int:
        """Count the days left on a day: zero on the last day, negative after it.

        >>> redetermination("2026-06-01").days_left("2026-10-01")
        3
        """
        return (self.last_day - as_date(on)).days

    @property
    def on_day_off(self) -> bool:
        """Whether the last day is a weekend or federal holiday: act before it."""
        return not is_working_day(self.last_day)

    def to_text(self) -> str:
        """Lay out the deadline in several lines."""
        head = f"{self.last_day}  {self._task}"
        return "\n".join([head, *(f"  {name:<14}{text}" for name, text in self._rows if text)])

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(f"{self.last_day}: {self._task}", self._rows))

    @property
    def _task(self) -> str:
        moved = f", moved from {self.moved_from}" if self.moved_from else ""
        off = ", which is a weekend or federal holiday: act before it" if self.on_day_off else ""
        return f"last day to {self.title}{moved}{off}"

    @property
    def _rows(self) -> list[tuple[str, str]]:
        presumed = " (presumed receipt)" if self.receipt_presumed else ""
        return [
            ("counted from", f"{self.counted_from}{presumed}"),
            ("period", self.period),
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
            "authority": self.authority.citation,
            "counted_from": self.counted_from.isoformat(),
            "receipt_presumed": self.receipt_presumed,
            "moved_from": self.moved_from.isoformat() if self.moved_from else None,
            "confidence": self.confidence.value,
            "note": self.note,
        }

    def __str__(self) -> str:
        start = f"receipt, presumed {self.counted_from}" if self.receipt_presumed else str(self.counted_from)
        moved = f", moved from {self.moved_from}" if self.moved_from else ""
        return f"{self.last_day}: {self.title} ({self.period} from {start}{moved}; {self.authority.citation})"


def timely_filing(service_date: Day, *, through_date: Day | None = None) -> Deadline:
    """Last day to file a claim: one calendar year after the service.

    The last day moves to the next federal working day. Source: 42 CFR 424.44(a). `through_date` is the last
    day of an institutional bill, whose year runs from that day; a professional line's year runs from its own
    first day. Raises `InvalidDate` for a service before the rule, and for a through date before the service.

    >>> timely_filing("2024-02-29").last_day, timely_filing("2025-03-01").last_day.isoformat()
    (datetime.date(2025, 2, 28), '2026-03-02')
    """
    service = as_date(service_date)
    if through_date is None:
        return _deadline("timely_filing", service)
    through = as_date(through_date)
    if through < service:
        raise InvalidDate(f"the through date {through} is before the service date {service}")
    return _deadline("timely_filing", through)


def redetermination(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a redetermination, the first appeal: 120 days from receipt.

    Source: 42 CFR 405.942(a). `notice_date` is the date of the remittance. Receipt is presumed five days later
    unless `received_on` says otherwise. Raises `InvalidDate` if `received_on` is before `notice_date`.

    >>> redetermination("2026-06-01").last_day
    datetime.date(2026, 10, 4)
    """
    return _after_receipt("redetermination", notice_date, received_on)


def reconsideration(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a reconsideration, the second appeal: 180 days from receipt.

    A Qualified Independent Contractor (QIC) decides. Source: 42 CFR 405.962(a). `notice_date` is the date of
    the redetermination; see `redetermination` for `received_on`.

    >>> reconsideration("2026-06-01").last_day
    datetime.date(2026, 12, 3)
    """
    return _after_receipt("reconsideration", notice_date, received_on)


def hearing(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request an administrative law judge hearing: 60 days from receipt.

    Source: 42 CFR 405.1002(a). `notice_date` is the date of the reconsideration; see `redetermination` for
    `received_on`.

    >>> hearing("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("hearing", notice_date, received_on)


def council(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a Medicare Appeals Council review: 60 days from receipt.

    Source: 42 CFR 405.1102(a). `notice_date` is the date of the hearing decision; see `redetermination` for
    `received_on`.

    >>> council("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("council", notice_date, received_on)


def court(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to file in federal district court: 60 days from receipt.

    Source: 42 CFR 405.1130, 405.1136. `notice_date` is the date of the Council's decision; see
    `redetermination` for `received_on`.

    >>> court("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("court", notice_date, received_on)


def reopening(determined_on: Day, *, good_cause: bool = False) -> Deadline:
    """Last day to request a reopening: one year from the determination.

    With `good_cause` the period is four years. Source: 42 CFR 405.980(c)(1) and (2), 405.986.
    `determined_on` is the date of the determination (the remittance).

    >>> reopening("2026-06-01").last_day, reopening("2026-06-01", good_cause=True).last_day
    (datetime.date(2027, 6, 1), datetime.date(2030, 6, 1))
    """
    return _deadline("reopening_for_good_cause" if good_cause else "reopening", as_date(determined_on))


def overpayment(identified_on: Day, *, cost_report_due: Day | None = None) -> Deadline:
    """Last day to report and return an overpayment: 60 days after identifying it.

    If the overpayment affects a cost report that is due later (`cost_report_due`), that day applies.
    Source: 42 CFR 401.305(b).

    >>> overpayment("2026-06-01").last_day
    datetime.date(2026, 7, 31)
    """
    deadline = _deadline("overpayment", as_date(identified_on))
    if cost_report_due is None or as_date(cost_report_due) <= deadline.last_day:
        return deadline
    later_of = f"the later of the cost report's due date and {deadline.period}"
    return attrs.evolve(deadline, last_day=as_date(cost_report_due), period=later_of)


@attrs.frozen
class _Rule:
    """One rule of ``data/law/deadlines.toml``."""

    title: str
    period: str
    length: relativedelta
    authority: Authority
    confidence: Confidence
    moves: bool
    moving: str
    note: str
    first_day: date | None
    amounts: Mapping[str, int]

    def note_for(self, last_day: date) -> str:
        """The note, with the minimum amount in controversy for the year of the last day."""
        if not self.amounts:
            return self.note
        amount = self.amounts.get(str(last_day.year))
        known = f"{amount:,} dollars if filed in {last_day.year}" if amount else f"not known here for {last_day.year}"
        return f"{self.note}: {known}"


def _after_receipt(name: str, notice_date: Day, received_on: Day | None) -> Deadline:
    notice = as_date(notice_date)
    if received_on is None:
        return _deadline(name, _later(notice, relativedelta(days=_receipt_days())), presumed=True)
    received = as_date(received_on)
    if received < notice:
        raise InvalidDate(f"the notice cannot be received on {received}, before its date {notice}")
    return _deadline(name, received)


def _deadline(name: str, start: date, *, presumed: bool = False) -> Deadline:
    rule = _rules()[name]
    if rule.first_day is not None and start < rule.first_day:
        raise InvalidDate(f"the rule to {rule.title} holds from {rule.first_day}; {start} is before it")
    counted = _later(start, rule.length)
    last_day = next_working_day(counted) if rule.moves else counted
    return Deadline(
        last_day=last_day,
        rule=name,
        authority=rule.authority,
        moved_from=counted if last_day != counted else None,
        title=rule.title,
        period=rule.period,
        counted_from=start,
        receipt_presumed=presumed,
        confidence=rule.confidence,
        note=rule.note_for(last_day),
        moving=rule.moving,
    )


def _later(day: date, length: relativedelta) -> date:
    try:
        return day + length
    except (OverflowError, ValueError):
        raise InvalidDate(f"no deadline can be counted from {day}: the calendar ends") from None


@cache
def _table() -> dict[str, Any]:
    return shipped_toml("law/deadlines.toml")


def _receipt_days() -> int:
    days: int = _table()["receipt"]["days"]
    return days


@cache
def _rules() -> Mapping[str, _Rule]:
    return {name: _rule(entry) for name, entry in _table()["rule"].items()}


def _rule(entry: Mapping[str, Any]) -> _Rule:
    unit = "years" if "years" in entry else "days"
    number: int = entry[unit]
    sure = Confidence(entry["moves_confidence"])
    how = "gives way to the next working day" if entry["moves"] else "stays"
    return _Rule(
        title=entry["title"],
        period=f"{number} {unit if number > 1 else unit.removesuffix('s')}",
        length=relativedelta(years=number) if unit == "years" else relativedelta(days=number),
        authority=Authority(entry["citation"], entry["says"]),
        confidence=Confidence(entry["confidence"]),
        moves=entry["moves"],
        moving=f"a last day that is one {how}: {entry['moves_because']} (confidence {sure})",
        note=entry.get("note", ""),
        first_day=entry.get("first_day"),
        amounts=_table()["amounts"][entry["amount"]] if "amount" in entry else {},
    )
