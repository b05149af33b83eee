"""Dollars that reconcile: outcome, cards, statement, lines by result, months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from sequestration._audit.result import Audit
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.text import AuditStatus
from sequestration._audit.totals import NOT_CHECKED, Totals
from sequestration._checking.findings import Verdict
from sequestration._dates import month_for_readers
from sequestration._export.report.claims import ReviewedClaim
from sequestration._export.report.labels import VERDICTS, signed_dollars, verdict_title
from sequestration._export.report.layout import bar, data_table, section, wide
from sequestration._html import Piece, element, join_pieces
from sequestration._messages import counted
from sequestration._money import as_cents, format_dollars
from sequestration._x12.problems import Severity

__all__ = ["summary_section"]

_OVER = (Verdict.CUT_TOO_LARGE, Verdict.CUT_NOT_DUE)
_UNDER = (Verdict.CUT_TOO_SMALL, Verdict.MISSING)
_RIGHT = (Verdict.CORRECT, Verdict.NOTHING_DUE, Verdict.ROUNDING)
_OPEN_MONTHS = 24
"""Number of months shown unfolded: two years."""
_STATUS = {
    AuditStatus.NEEDS_REVIEW: "Needs review",
    AuditStatus.INCOMPLETE: "Incomplete",
    AuditStatus.NOT_CHECKED: "Not checked",
    AuditStatus.NO_ISSUES: "No issues found",
}


def summary_section(audit: Audit, claims: Sequence[ReviewedClaim], reversed_since: ReversedSince) -> Iterator[str]:
    """Yield the outcome and the section of dollars.

    Args:
        audit: The audit.
        claims: Its claims on the page.
        reversed_since: Dollars in question that reversals took back.
    """
    yield _outcome(audit, claims, reversed_since)
    yield section(
        "dollars",
        "Dollars",
        _cards(audit, claims),
        element("div", _statement(audit.totals), _results(audit), class_="pair"),
        _months(audit),
    )


def _outcome(audit: Audit, claims: Sequence[ReviewedClaim], reversed_since: ReversedSince) -> Piece:
    status = audit.status
    sentences = [element("p", audit.headline, class_="headline"), _reasons_not_checked(audit)]
    told = _sentence(audit, claims)
    if told:
        sentences.append(element("p", told))
    if told := str(reversed_since):
        sentences.append(element("p", f"Reversed since in these files, so nothing is left to do: {told}."))
    if audit.projected:
        text = f"{counted(audit.projected, 'line')} under a projected rate, which may still change."
        sentences.append(element("p", text))
    if audit.problems:
        sentences.append(element("p", element("a", _count_problems(audit), href="#problems")))
    return element(
        "div", element("p", _STATUS[status], class_="status"), *sentences, class_="outcome", data_status=status.value
    )


def _reasons_not_checked(audit: Audit) -> Piece:
    """Say where the reasons are if nothing was checked; empty if something was."""
    if audit.status is not AuditStatus.NOT_CHECKED or not audit.places:
        return Piece()
    if audit.findings:
        return element("p", "The ", element("a", "findings", href="#findings"), " give the reasons.")
    return element("p", "This page does not list these lines. To see the reasons, create the report with all findings.")


def _sentence(audit: Audit, claims: Sequence[ReviewedClaim]) -> str:
    """Dollars to recover and to verify, and the share of lines that are correct."""
    totals = audit.totals
    parts = [
        f"{format_dollars(amount)} {purpose} on {_places(audit, claims, verdicts)}"
        for amount, purpose, verdicts in (
            (totals.over_withheld, "to recover", _OVER),
            (totals.under_withheld, "to verify", _UNDER),
        )
        if amount
    ]
    checked = sum(count for verdict, count in audit.counts.items() if verdict not in NOT_CHECKED)
    if checked:
        # Rounded down, so that no share of lines is called all of them.
        tenths = 1000 * sum(audit.counts[verdict] for verdict in _RIGHT) // checked
        whole, rest = divmod(tenths, 10)
        parts.append(f"{whole}{f'.{rest}' if rest else ''}% of {counted(checked, 'checked line')} correct")
    return f"{'; '.join(parts)}." if parts else ""


def _places(audit: Audit, claims: Iterable[ReviewedClaim], verdicts: Sequence[Verdict]) -> str:
    """Number of claims with some verdicts, or of lines if not every finding was kept."""
    if any(audit.findings_dropped[verdict] for verdict in verdicts):
        return counted(sum(audit.counts[verdict] for verdict in verdicts), "line")
    number = sum(any(found.verdict in verdicts for found in claim.findings) for claim in claims)
    return counted(number, "claim")


def _count_problems(audit: Audit) -> str:
    number = len(audit.problems) + audit.problems_dropped
    errors = sum(problem.level is Severity.ERROR for problem in audit.problems)
    if errors == number:
        return counted(errors, "read error")
    told = counted(number, "file problem")
    return f"{told}, {counted(errors, 'read error')} among them" if errors else told


def _cards(audit: Audit, claims: Sequence[ReviewedClaim]) -> Piece:
    totals = audit.totals
    cards: list[tuple[str, Decimal, str, str]] = [
        ("To recover", totals.over_withheld, f"over-withheld, {_places(audit, claims, _OVER)}", "over"),
        ("To verify", totals.under_withheld, f"under-withheld, {_places(audit, claims, _UNDER)}", "under"),
        ("Withheld on lines checked", totals.reported, f"expected {format_dollars(totals.expected)}", ""),
        ("Not checked", totals.not_checked, counted(audit.counts[Verdict.UNDETERMINED], "line"), ""),
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
