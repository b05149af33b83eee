"""Last days to act: dollars that expire soon, and those whose day has passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sequestration._checking.findings import Finding
from sequestration._dates import for_readers
from sequestration._export.report.labels import start_sentence
from sequestration._export.report.layout import and_more, data_table, section, wide
from sequestration._html import Piece, element, join_pieces
from sequestration._messages import counted
from sequestration._money import format_dollars
from sequestration._worklist.expiry import Expiring, LastDay, TimeLeft, expiring, last_days
from sequestration.deadlines import Deadline

__all__ = ["last_days_section"]

_MAX_DAYS = 40


def last_days_section(findings: Iterable[Finding], as_of: date) -> Piece:
    """Build the section of last days; empty if no clock runs."""
    days = last_days(findings)
    if not days:
        return Piece()
    text = (
        f"Days left as of {for_readers(as_of)}. A claim may have several rights, each with its own last day. "
        "So the rows do not add up."
    )
    return section(
        "last-days",
        "Last days to act",
        element("p", text, class_="soft"),
        wide(_by_right(expiring(days, as_of)), "Dollars by days left"),
        _by_day(days, as_of),
    )


def _by_right(rights: Iterable[Expiring]) -> Piece:
    names = [start_sentence(time.words) for time in TimeLeft]
    rows = [(start_sentence(right.title), *(_cell(right, time) for time in TimeLeft)) for right in rights]
    return element("div", data_table("", ("Right", *names), rows), class_="spans")


def _cell(right: Expiring, time: TimeLeft) -> Piece:
    if not right.claims[time]:
        return Piece('<span class="none">none</span>')
    amount = element("b", format_dollars(right.amounts[time]))
    return join_pieces([amount, element("br"), element("span", counted(right.claims[time], "claim"), class_="soft")])


def _by_day(days: Sequence[LastDay], as_of: date) -> Piece:
    """Each last day: the open ones first, the soonest on top, then those passed."""
    in_order = [each for each in days if not each.deadline.is_passed(as_of)]
    in_order += [each for each in reversed(days) if each.deadline.is_passed(as_of)]
    rows = [
        (
            for_readers(each.deadline.last_day),
            _status(each.deadline, as_of),
            start_sentence(each.deadline.title),
            each.claims,
            each.amount,
        )
        for each in in_order[:_MAX_DAYS]
    ]
    table = data_table("", ("Last day", "Days left", "Right", "Claims", "In question"), rows)
    return element(
        "details",
        element("summary", f"Each last day ({len(in_order):,})"),
        wide(table, "Each last day"),
        and_more(len(in_order) - len(rows)),
    )


def _status(deadline: Deadline, as_of: date) -> Piece:
    is_passed = deadline.is_passed(as_of)
    text = TimeLeft.PASSED.words if is_passed else deadline.status(as_of)
    return element("span", text, class_="gone" if is_passed else None)
