"""Causes: findings that share one, and plans, which are beside the totals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sequestration._audit.result import Audit
from sequestration._audit.summaries.patterns import Pattern, left_in_words
from sequestration._audit.summaries.plans import PlanTotal
from sequestration._checking.findings import OwedTo
from sequestration._checking.mistakes import ExplanationCode
from sequestration._dates import for_readers
from sequestration._export.report.labels import start_sentence, verdict_title
from sequestration._export.report.layout import and_more, data_table, section, wide
from sequestration._html import Piece, element
from sequestration._law.periods import percent

__all__ = ["causes_section", "plans_section"]

_MAX_ROWS = 50
_OWED = {OwedTo.PROVIDER: "to you", OwedTo.MEDICARE: "to Medicare", None: "no one"}


def causes_section(patterns: Sequence[Pattern]) -> Piece:
    """Build the section of causes; empty if nothing needs review."""
    if not patterns:
        return Piece()
    rows = [_pattern_row(pattern) for pattern in patterns[:_MAX_ROWS]]
    columns = ("Cause", "Payer", "Rate", "First day", "Last day", "Lines", "In question", "Owed")
    return section(
        "causes",
        "Causes",
        element(
            "p",
            "Findings with the same payer, result, mistake and rate period. Fix the cause, not each line.",
            class_="soft",
        ),
        wide(data_table("", columns, rows), "Table of causes"),
        and_more(len(patterns) - _MAX_ROWS),
    )


def plans_section(audit: Audit) -> Piece:
    """Build the section of what plans withheld; empty if there are none."""
    plans = audit.plans()
    if not plans:
        return Piece()
    rows = [_plan_row(plan) for plan in plans[:_MAX_ROWS]]
    columns = (
        "Plan",
        "Compared with Medicare",
        "First day",
        "Last day",
        "Lines",
        "Withheld",
        "Medicare would",
        "Difference",
    )
    text = (
        "Not in any total on this page. No law sets what a plan withholds from you: your contract does, or without "
        "one, what original Medicare would pay (42 CFR 422.214)."
    )
    return section(
        "plans",
        "Plans",
        element("p", text, class_="soft"),
        wide(data_table("", columns, rows), "Table of plans"),
        and_more(len(plans) - _MAX_ROWS),
    )


def _pattern_row(pattern: Pattern) -> Sequence[object]:
    return (
        _cause(verdict_title(pattern.verdict), pattern.explanation),
        pattern.payer or "Other payers",
        percent(pattern.period.rate) if pattern.period else "",
        _day(pattern.first_day),
        _day(pattern.last_day),
        pattern.lines,
        pattern.dollars.copy_abs(),
        _owed(pattern),
    )


def _owed(pattern: Pattern) -> str:
    """Name the party that is owed the dollars, and the part of them that is left."""
    if pattern.open_lines == pattern.lines:
        return _OWED[pattern.owed_to]
    left = f"{left_in_words(pattern)} left" if pattern.open_lines else "nothing left to do"
    return f"{_OWED[pattern.owed_to]}; reversed since, {left}"


def _plan_row(plan: PlanTotal) -> Sequence[object]:
    return (
        plan.payer or "Other plans",
        _compared(plan),
        _day(plan.first_day),
        _day(plan.last_day),
        plan.lines,
        plan.reported,
        "unknown" if plan.expected is None else plan.expected,
        "unknown" if plan.difference is None else plan.difference,
    )


def _compared(plan: PlanTotal) -> str:
    if plan.difference is None:
        return "Cannot be compared"
    return _cause(verdict_title(plan.verdict), plan.mistake) if plan.is_unexplained else "As Medicare would"


def _cause(title: str, mistake: ExplanationCode | None) -> str:
    """A result with its mistake, unless they say the same."""
    words = mistake.words if mistake is not None else ""
    return title if start_sentence(words) in ("", title) else f"{title}: {words}"


def _day(day: date | None) -> Piece:
    return element("span", for_readers(day), class_="d") if day else Piece()
