"""Last days to act: dollars that expire soon, and those whose day has passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from sequestration._dates import for_readers
from sequestration._export.report.claims import ReviewedClaim, in_question_cents
from sequestration._export.report.labels import counted, start_sentence
from sequestration._export.report.layout import data_table, section, wide
from sequestration._html import Piece, element, join_pieces
from sequestration._money import as_dollars, format_dollars
from sequestration.deadlines import Deadline

__all__ = ["last_days_section"]

_SPANS = (("Within 30 days", 30), ("31 to 60 days", 60), ("61 to 90 days", 90))
_LATER, _PASSED = "Later", "Passed"
_MAX_DAYS = 40


@attrs.define
class _Expiring:
    """Claims that share a right and its last day."""

    deadline: Deadline
    claims: int = 0
    cents: int = 0

    def add(self, other: _Expiring) -> None:
        self.claims += other.claims
        self.cents += other.cents


def last_days_section(claims: Iterable[ReviewedClaim], as_of: date) -> Piece:
    """Build the section of last days; empty if no clock runs."""
    days = _days(claims)
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
        wide(_by_right(days, as_of), "Dollars by days left"),
        _by_day(days, as_of),
    )


def _days(claims: Iterable[ReviewedClaim]) -> list[_Expiring]:
    """Every right with its last day, the soonest first."""
    found: dict[tuple[str, date], _Expiring] = {}
    for claim in claims:
        of_claim: dict[tuple[str, date], _Expiring] = {}
        for finding in claim.findings:
            if finding.step is None or not finding.verdict.needs_review:
                continue
            cents = in_question_cents(finding)
            for deadline in finding.step.deadlines:
                entry = of_claim.setdefault((deadline.rule, deadline.last_day), _Expiring(deadline, claims=1))
                entry.cents += cents
        for key, entry in of_claim.items():
            found.setdefault(key, _Expiring(entry.deadline)).add(entry)
    return sorted(found.values(), key=lambda each: (each.deadline.last_day, each.deadline.rule))


def _by_right(days: Iterable[_Expiring], as_of: date) -> Piece:
    names = [*(name for name, _ in _SPANS), _LATER, _PASSED]
    rights: dict[str, dict[str, _Expiring]] = {}
    titles: dict[str, str] = {}
    for each in days:
        rule = each.deadline.rule
        titles.setdefault(rule, each.deadline.title)
        spans = rights.setdefault(rule, {name: _Expiring(each.deadline) for name in names})
        spans[_span(each.deadline, as_of)].add(each)
    rows = [(start_sentence(titles[rule]), *(_cell(spans[name]) for name in names)) for rule, spans in rights.items()]
    return element("div", data_table("", ("Right", *names), rows), class_="spans")


def _span(deadline: Deadline, as_of: date) -> str:
    left = deadline.days_left(as_of)
    if left < 0:
        return _PASSED
    return next((name for name, last in _SPANS if left <= last), _LATER)


def _cell(sums: _Expiring) -> object:
    if not sums.claims:
        return Piece('<span class="none">none</span>')
    amount = element("b", format_dollars(as_dollars(sums.cents)))
    return join_pieces([amount, element("br"), element("span", counted(sums.claims, "claim"), class_="soft")])


def _by_day(days: list[_Expiring], as_of: date) -> Piece:
    """Each last day: the open ones first, the soonest on top, then those passed."""
    in_order = [each for each in days if not each.deadline.is_passed(as_of)]
    in_order += [each for each in reversed(days) if each.deadline.is_passed(as_of)]
    rows = [
        (
            for_readers(each.deadline.last_day),
            _status(each.deadline, as_of),
            start_sentence(each.deadline.title),
            each.claims,
            as_dollars(each.cents),
        )
        for each in in_order[:_MAX_DAYS]
    ]
    more = len(in_order) - len(rows)
    table = data_table("", ("Last day", "Days left", "Right", "Claims", "In question"), rows)
    return element(
        "details",
        element("summary", f"Each last day ({len(in_order):,})"),
        wide(table, "Each last day"),
        element("p", f"and {more:,} more") if more else "",
    )


def _status(deadline: Deadline, as_of: date) -> Piece:
    text = _PASSED.lower() if deadline.is_passed(as_of) else deadline.status(as_of)
    return element("span", text, class_="gone" if deadline.is_passed(as_of) else None)
