"""Outcome of an audit: what needs review and how many dollars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sequestration._audit.result import Audit
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.text import AuditStatus
from sequestration._audit.totals import OVER, UNDER, count_checked
from sequestration._checking.findings import Verdict
from sequestration._export.report.claims import ReviewedClaim
from sequestration._html import Piece, element, join_pieces
from sequestration._messages import counted
from sequestration._money import format_dollars

__all__ = ["count_places", "outcome"]

_RIGHT = (Verdict.CORRECT, Verdict.NOTHING_DUE, Verdict.ROUNDING)
_STATUS = {
    AuditStatus.NEEDS_REVIEW: "Needs review",
    AuditStatus.INCOMPLETE: "Incomplete",
    AuditStatus.NOT_CHECKED: "Not checked",
    AuditStatus.NO_ISSUES: "No issues found",
}


def outcome(audit: Audit, claims: Sequence[ReviewedClaim], reversed_since: ReversedSince) -> Piece:
    """Build the outcome of an audit.

    Args:
        audit: The audit.
        claims: Its claims on the page.
        reversed_since: Dollars in question that reversals took back.
    """
    status = audit.status
    sentences = [element("p", audit.headline, class_="headline"), _reasons_not_checked(audit)]
    if dollars := _sentence(audit, claims):
        sentences.append(element("p", dollars))
    if dollars := str(reversed_since):
        sentences.append(element("p", f"Reversed since in these files, so nothing is left to do: {dollars}."))
    if audit.projected:
        text = f"{counted(audit.projected, 'line')} under a projected rate, which may still change."
        sentences.append(element("p", text))
    return element(
        "div",
        element("p", _STATUS[status], class_="status"),
        *sentences,
        _links(audit),
        class_="outcome",
        data_status=status.value,
    )


def count_places(audit: Audit, claims: Iterable[ReviewedClaim], verdicts: Sequence[Verdict]) -> str:
    """Number of claims with some verdicts, or of lines if not every finding was kept."""
    if any(audit.findings_dropped[verdict] for verdict in verdicts):
        return counted(sum(audit.counts[verdict] for verdict in verdicts), "line")
    number = sum(any(found.verdict in verdicts for found in claim.findings) for claim in claims)
    return counted(number, "claim")


def _links(audit: Audit) -> Piece:
    """Link to the findings, many screens below on a phone, and the problems."""
    links = list[Piece]()
    if audit.findings:
        named = "finding" if len(audit.findings) == 1 else "findings"
        links.append(element("a", f"Go to the {named}", href="#findings", class_="jump"))
    if audit.problems:
        links.append(element("a", _count_problems(audit), href="#problems"))
    return element("p", join_pieces(links, " "), class_="links") if links else Piece()


def _reasons_not_checked(audit: Audit) -> Piece:
    """Say where the reasons are if nothing was checked; empty if something was."""
    if audit.status is not AuditStatus.NOT_CHECKED or not audit.places:
        return Piece()
    if audit.findings:
        return element("p", "The ", element("a", "findings", href="#findings"), " give the reasons.")
    return element("p", "This page does not list these lines. To see the reasons, create the report with all findings.")


def _sentence(audit: Audit, claims: Sequence[ReviewedClaim]) -> str:
    """Dollars to recover and to verify, and the share of lines without issues."""
    totals = audit.totals
    parts = [
        f"{format_dollars(amount)} {purpose} on {count_places(audit, claims, verdicts)}"
        for amount, purpose, verdicts in (
            (totals.over_withheld, "to recover", OVER),
            (totals.under_withheld, "to verify", UNDER),
        )
        if amount
    ]
    checked = count_checked(audit.counts)
    if checked:
        # Rounded down, so that no share of lines is called all of them.
        tenths = 1000 * sum(audit.counts[verdict] for verdict in _RIGHT) // checked
        whole, rest = divmod(tenths, 10)
        parts.append(f"{whole}{f'.{rest}' if rest else ''}% of {counted(checked, 'checked line')} without issues")
    return f"{'; '.join(parts)}." if parts else ""


def _count_problems(audit: Audit) -> str:
    number = len(audit.problems) + audit.problems_dropped
    errors = audit._errors
    if errors == number:
        return counted(errors, "read error")
    every = counted(number, "file problem")
    return f"{every}, {counted(errors, 'read error')} among them" if errors else every
