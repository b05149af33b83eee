"""Dollars that reconcile: cards, statement, lines by result, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sequestration._audit.result import Audit
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.totals import OVER, UNDER, Totals
from sequestration._checking.findings import OwedTo, Verdict
from sequestration._dates import month_for_readers
from sequestration._export.report.claims import ReviewedClaim
from sequestration._export.report.labels import VERDICTS, signed_dollars, verdict_title
from sequestration._export.report.layout import bar, data_table, section, wide
from sequestration._export.report.outcome import count_places
from sequestration._html import Piece, element, join_pieces
from sequestration._messages import counted
from sequestration._money import as_cents, format_dollars

__all__ = ["dollars_section"]

_OPEN_MONTHS = 24
"""Number of months shown unfolded: two years."""


def dollars_section(audit: Audit, claims: Sequence[ReviewedClaim], reversed_since: ReversedSince) -> Piece:
    """Build the section of dollars.

    Args:
        audit: The audit.
        claims: Its claims on the page.
        reversed_since: Dollars in question that reversals took back.
    """
    return section(
        "dollars",
        "Dollars",
        _cards(audit, claims, reversed_since.amounts),
        element("div", _statement(audit.totals), _results(audit), class_="pair"),
        _months(audit),
    )


def _cards(audit: Audit, claims: Sequence[ReviewedClaim], gone: Mapping[OwedTo, Decimal]) -> Piece:
    totals = audit.totals
    over, under = (
        f"{count_places(audit, claims, verdicts)}{f'; {format_dollars(amount)} reversed since' if amount else ''}"
        for verdicts, amount in ((OVER, gone[OwedTo.PROVIDER]), (UNDER, gone[OwedTo.MEDICARE]))
    )
    undetermined = counted(audit.counts[Verdict.UNDETERMINED], "line")
    cards: list[tuple[str, Decimal, str, str]] = [
        ("To recover", totals.over_withheld, f"over-withheld, {over}", "over"),
        ("To verify", totals.under_withheld, f"under-withheld, {under}", "under"),
        ("Withheld on lines checked", totals.reported, f"expected {format_dollars(totals.expected)}", ""),
        ("Not checked", totals.not_checked, f"{undetermined} undetermined", ""),
    ]
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", name),
                element("dd", format_dollars(amount), class_="amount"),
                element("dd", note, class_="soft"),
                class_=f"card {color if amount else ''}".rstrip(),
            )
            for name, amount, note, color in cards
        ),
        class_="cards",
    )


def _statement(totals: Totals) -> Piece:
    """The figures one below the other, so that anyone can add them up."""
    rows: list[tuple[str, str, str]] = [
        ("Expected sequestration", format_dollars(totals.expected), ""),
        ("Over-withheld", signed_dollars(totals.over_withheld), ""),
        ("Under-withheld", signed_dollars(totals.under_withheld.copy_negate()), ""),
        ("Rounding", signed_dollars(totals.rounding), ""),
        ("Withheld on lines checked", format_dollars(totals.reported), "sum"),
        ("Not checked", signed_dollars(totals.not_checked), ""),
        ("Taken back by reversals", signed_dollars(totals.taken_back), ""),
        ("Total withheld", format_dollars(totals.withheld), "sum"),
    ]
    body = [
        element("tr", element("th", name, scope="row"), element("td", amount, class_="n"), class_=kind or None)
        for name, amount, kind in rows
    ]
    return element(
        "table",
        element("caption", "How the dollars add up"),
        element("tbody", *body),
        class_="statement",
    )


def _results(audit: Audit) -> Piece:
    """Lines by result, with bars."""
    counts = [(verdict, audit.counts[verdict]) for verdict in VERDICTS if audit.counts[verdict]]
    if not counts:
        return Piece()
    most = max(count for _, count in counts)
    rows = [
        (verdict_title(verdict), count, bar(most, (count, "over" if verdict.needs_review else "right")))
        for verdict, count in counts
    ]
    return data_table("Lines by result", ("Result", "Lines", ""), rows, sums=[("All lines", audit.places, "")])


def _months(audit: Audit) -> Piece:
    totals = audit.totals
    months: list[tuple[str, Totals]] = [
        (month_for_readers(name), totals.by_month[name]) for name in sorted(totals.by_month)
    ]
    if totals.no_date.by_verdict:
        months.append(("No date", totals.no_date))
    if not months:
        return Piece()
    most = max(each.in_question_cents for _, each in months)
    rows = [(name, *_figures(each), _in_question_bar(each, most)) for name, each in months]
    columns = (
        "Service month",
        "Expected",
        "Over-withheld",
        "Under-withheld",
        "Rounding",
        "Withheld, checked",
        "Not checked",
        "Taken back",
        "Total withheld",
        "",
    )
    table = data_table("", columns, rows, sums=[("All months", *_figures(totals), "")])
    return element(
        "details",
        element("summary", f"By service month ({len(months):,})"),
        element("p", _KEY, class_="soft") if most else "",
        wide(table, "Dollars by service month"),
        open=len(months) <= _OPEN_MONTHS,
    )


_KEY = join_pieces(
    [
        "Bars: ",
        element("span", "over-withheld", class_="key over"),
        " and ",
        element("span", "under-withheld", class_="key under"),
        ".",
    ]
)


def _figures(totals: Totals) -> tuple[Decimal, ...]:
    return (
        totals.expected,
        totals.over_withheld,
        totals.under_withheld.copy_negate(),
        totals.rounding,
        totals.reported,
        totals.not_checked,
        totals.taken_back,
        totals.withheld,
    )


def _in_question_bar(totals: Totals, most: int) -> Piece:
    return bar(most, (as_cents(totals.over_withheld), "over"), (as_cents(totals.under_withheld), "under"))
