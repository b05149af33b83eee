"""Sections after the findings: codes, provider-level adjustments, problems, rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from sequestration._audit.result import Audit
from sequestration._audit.summaries.by_code import CodeTotal
from sequestration._dates import for_readers
from sequestration._export.report.claims import ReviewedClaim
from sequestration._export.report.layout import and_more, data_table, section, wide
from sequestration._html import Piece, authorities, element, join_pieces
from sequestration._law.periods import RatePeriod, format_span, percent
from sequestration._messages import counted
from sequestration._x12.problems import most_severe_first

__all__ = ["codes_section", "files_section", "problems_section", "provider_adjustments_section", "rates_section"]

_SEQUESTRATION = "253"
_MAX_LINKS = 60
_UNKNOWN_CODE = "a code that is not in the table"


def codes_section(audit: Audit, claims: Iterable[ReviewedClaim]) -> Piece:
    """Build the table of adjustments by code; sequestration opens to its claims."""
    totals = audit.by_code()
    if not totals:
        return Piece()
    of_group: dict[str, dict[int, ReviewedClaim]] = {}
    for claim in claims:
        for found in claim.findings:
            for group in found.group.split("+") if found.reported else ():
                of_group.setdefault(group, {}).setdefault(claim.number, claim)
    rows = [
        (
            f"{total.group}-{total.code}",
            _meaning(total, of_group),
            total.kind.words if total.kind else "",
            total.count,
            total.amount,
            total.step,
        )
        for total in totals
    ]
    text = (
        "Every adjustment of claims and lines, net of reversals. Titles are not the official wording. "
        "Sequestration (253) opens to the claims listed above. Next steps are those for fee-for-service Medicare; a "
        "remark code or another payer may change them."
    )
    columns = ("Code", "Title", "Kind", "Adjustments", "Dollars", "Next step")
    return section(
        "codes",
        "Adjustments by code",
        element("p", text, class_="soft"),
        wide(data_table("", columns, rows), "Table of adjustments"),
    )


def _meaning(total: CodeTotal, of_group: Mapping[str, Mapping[int, ReviewedClaim]]) -> Piece:
    title = element("span", total.title or _UNKNOWN_CODE)
    claims = of_group.get(total.group) if total.code == _SEQUESTRATION else None
    if not claims:
        return title
    links = [
        element("a", claim.findings[0].claim or f"claim {number}", href=f"#claim-{number}")
        for number, claim in islice(claims.items(), _MAX_LINKS)
    ]
    more = len(claims) - len(links)
    listed = join_pieces([*links, *([f"and {more:,} more"] if more else [])], ", ")
    return element(
        "details", element("summary", title, f": {counted(len(claims), 'claim')} listed"), element("p", listed)
    )


def provider_adjustments_section(audit: Audit) -> Piece:
    """Build the table of provider-level adjustments; empty if there are none."""
    if not audit.provider_adjustments:
        return Piece()
    rows = [
        (item.reason, item.meaning or _UNKNOWN_CODE, item.reference, "unknown" if item.amount is None else item.amount)
        for item in audit.provider_adjustments
    ]
    return section(
        "provider-adjustments",
        "Provider-level adjustments (PLB)",
        element("p", "An amount above zero lowers the payment.", class_="soft"),
        wide(data_table("", ("Code", "Title", "Reference", "Dollars"), rows), "Table of provider-level adjustments"),
        and_more(audit.provider_adjustments_dropped),
    )


def problems_section(audit: Audit) -> Piece:
    """Build the table of file problems."""
    if not audit.problems and not audit.problems_dropped:
        return section("problems", "File problems", element("p", "None. Every file was read completely."))
    rows = [(problem.level, problem.text, problem.place) for problem in most_severe_first(audit.problems)]
    text = "Error: something could not be read, so results may be incomplete. Note: unusual, but read completely."
    return section(
        "problems",
        "File problems",
        element("p", text, class_="soft"),
        wide(data_table("", ("Level", "Problem", "Where"), rows), "Table of file problems"),
        and_more(audit.problems_dropped),
    )


def rates_section(periods: Mapping[RatePeriod, str]) -> Piece:
    """Build the table of the rates that apply to findings; empty if there are none."""
    if not periods:
        return Piece()
    rows = [
        (
            element("span", percent(period.rate), id=name),
            _days(period),
            authorities(period.authorities),
            element("span", for_readers(period.verified_on), class_="d"),
        )
        for period, name in periods.items()
    ]
    columns = ("Rate", "Service dates", "Authorities", "Verified on")
    return section("rates", "Rates and their authorities", wide(data_table("", columns, rows), "Table of rates"))


def _days(period: RatePeriod) -> Piece:
    days = element("span", format_span(period), class_="d")
    return join_pieces([days, period.status, *([period.note] if period.note else [])], element("br"))


def files_section(audit: Audit) -> Piece:
    """Build the table of the files."""
    rows = [
        (
            file.name or "input without a name",
            "yes" if file.readable else "no",
            file.transactions,
            file.claims,
            file.lines,
        )
        for file in audit.files
    ]
    columns = ("Name", "Read", "Remittances", "Claims", "Lines")
    return section("files", "Files", wide(data_table("", columns, rows), "Table of files"))
