"""Write an audit as one self-contained HTML page.

The page needs no network and no other file, and it is readable with and without its script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from os import PathLike
from pathlib import PurePath

from sequestration._audit.result import Audit
from sequestration._checking.findings import Verdict, heaviest_first
from sequestration._errors import InvalidArgumentType
from sequestration._export.html_findings import findings_section, sentence
from sequestration._html import Piece, authorities, element, join_pieces, table
from sequestration._law.periods import RatePeriod, percent
from sequestration._runtime.atomic_write import refuse_to_replace, replace_atomically
from sequestration._version import installed_version
from sequestration._x12.problems import Severity, most_severe_first

__all__ = ["write_report"]

_TITLE = "Check of the sequestration cuts (CO 253)"
_NEEDS_REVIEW = element("span", " needs a look", class_="soft")
_OPEN_MONTHS = 24
"""Number of months shown unfolded: two years."""


def write_report(audit: Audit, path: str | PathLike[str]) -> None:
    """Write an audit to `path` as one HTML file that opens in any browser.

    The file needs no network. It has a summary with bars, the findings that the audit kept (the largest first, each
    with its arithmetic and its next step), all adjustments by code, and the file problems. Of a patient it contains
    only the account number, and not even that for `audit.masked()`. Raises `OSError` if the file cannot be written,
    which leaves an existing report unchanged, and `FileExistsError` if `path` is a remittance that was checked.
    """
    if not isinstance(audit, Audit):
        raise InvalidArgumentType(f"a report is written of an Audit, not of {type(audit).__name__}")
    refuse_to_replace(path, *(file.name for file in audit.files if file.readable))
    replace_atomically(path, (part.encode("utf-8") for part in _page(audit)))


def _page(audit: Audit) -> Iterator[str]:
    findings = heaviest_first(audit.findings)
    used = {found.period for found in findings if found.period is not None}
    in_order = sorted(used, key=lambda period: (str(period.first_day or ""), str(period)))
    periods = {period: f"rate-{number}" for number, period in enumerate(in_order, 1)}
    yield "<!doctype html>\n"
    yield '<html lang="en">\n'
    yield _head(audit)
    yield "<body>\n"
    yield element("a", "Skip to the findings", href="#findings", class_="skip")
    yield _masthead(audit)
    yield "<main>\n"
    yield from _summary(audit)
    yield from findings_section(audit, findings, periods)
    yield _codes(audit)
    yield _provider_adjustments(audit)
    yield _problems(audit)
    yield _rates(periods)
    yield _files(audit)
    yield "</main>\n"
    yield _footer()
    yield element("script", Piece(_data("report.js")))
    yield "</body>\n</html>\n"


def _head(audit: Audit) -> Piece:
    style, script = _data("report.css"), _data("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{_subject(audit)}: {_TITLE}"),
        element("style", Piece(style)),
    )


def _masthead(audit: Audit) -> Piece:
    return element("header", element("h1", _TITLE), element("p", _subject(audit), class_="soft"))


def _subject(audit: Audit) -> str:
    """Files that were checked: one by its name, several by their number."""
    if len(audit.files) == 1:
        name = audit.files[0].name
        return PurePath(name).name if name else "an 835"
    return f"{len(audit.files):,} files"


def _section(name: str, title: str, *content: object) -> Piece:
    return join_pieces([element("section", element("h2", title, id=name), *content, aria_labelledby=name), "\n"])


def _wide(content: Piece, name: str) -> Piece:
    """Wrap a wide table so that it scrolls by itself; the keyboard reaches it by name."""
    return element("div", content, class_="wide", role="region", aria_label=name, tabindex="0")


# The summary.


def _summary(audit: Audit) -> Iterator[str]:
    looks = sum(count for verdict, count in audit.counts.items() if verdict.needs_review)
    outcome = f"{looks:,} of {audit.places:,} places need a look." if looks else "Nothing to look at."
    sums = audit.totals
    tiles: list[tuple[str, object]] = [
        ("Dollars in question", sums.in_question),
        *((f"Owed to {whom.words}", amount) for whom, amount in sums.by_owed_to.items()),
        ("Cut taken", sums.reported),
        ("Cut that the law takes", sums.expected),
        ("Claims", audit.claims),
        ("Places checked", audit.places),
    ]
    many = "1 place is" if audit.projected == 1 else f"{audit.projected:,} places are"
    projected = f"{many} judged by a projected rate, which may turn out otherwise." if audit.projected else ""
    yield _section(
        "summary",
        "Summary",
        element("p", outcome, class_="outcome"),
        element("p", projected) if projected else "",
        element("p", element("a", _count_of_problems(audit), href="#problems")) if audit.problems else "",
        element(
            "dl", *(element("div", element("dt", name), element("dd", value)) for name, value in tiles), class_="tiles"
        ),
        _wide(_places_by_verdict(audit.counts), "Places by verdict"),
        _dollars_by_month(audit),
    )


def _count_of_problems(audit: Audit) -> str:
    number = len(audit.problems) + audit.problems_dropped
    errors = sum(problem.level is Severity.ERROR for problem in audit.problems)
    told = f"{number:,} {'problem' if number == 1 else 'problems'} of the input"
    return f"{told}, {errors:,} of them {'an error' if errors == 1 else 'errors'}" if errors else told


def _places_by_verdict(counts: Mapping[Verdict, int]) -> Piece:
    found = [(verdict, count) for verdict, count in counts.items() if count]
    most = max((count for _, count in found), default=0)
    rows = [
        element(
            "tr",
            element("th", sentence(verdict.words), _NEEDS_REVIEW if verdict.needs_review else "", scope="row"),
            element("td", count, class_="n"),
            element("td", _bar(count, most), class_="bar"),
            class_="look" if verdict.needs_review else None,
        )
        for verdict, count in found
    ]
    return _barred("Places by verdict", ("Verdict", "Places", ""), rows)


def _dollars_by_month(audit: Audit) -> Piece:
    months = sorted(audit.totals.by_month.items())
    if not months:
        return Piece()
    most = max(sums.in_question_cents for _, sums in months)
    rows = [
        element(
            "tr",
            element("th", month, scope="row", class_="d"),
            element("td", sums.reported, class_="n"),
            element("td", sums.expected, class_="n"),
            element("td", sums.in_question, class_="n"),
            element("td", _bar(sums.in_question_cents, most), class_="bar"),
            class_="look",
        )
        for month, sums in months
    ]
    shown = _barred(
        "Dollars by month of the deciding date", ("Month", "Cut taken", "The law takes", "In question", ""), rows
    )
    head = element("summary", f"{len(months):,} months" if len(months) > 1 else "1 month")
    return element(
        "details",
        head,
        element("div", shown, class_="body", role="region", aria_label="Dollars by month", tabindex="0"),
        open=len(months) <= _OPEN_MONTHS,
    )


def _barred(caption: str, columns: Iterable[str], rows: Iterable[Piece]) -> Piece:
    """Build a table whose numbers are also drawn as bars."""
    first, *others = columns
    head = [element("th", first, scope="col")]
    head += [element("th", name, scope="col", class_="n") if name else element("td") for name in others]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *rows),
    )


def _bar(part: int, whole: int) -> Piece:
    width = f"{100 * part / whole:.2f}" if whole else "0"  # A bar's width is part of a picture, not an amount.
    bar = element("rect", width=width, height="10")
    return element("svg", bar, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true")


# The sections after the findings.


def _codes(audit: Audit) -> Piece:
    totals = audit.by_code()
    if not totals:
        return Piece()
    rows = [
        (
            f"{total.group}-{total.code}",
            total.title or "a code that is not in the table",
            total.kind.words if total.kind else "",
            total.count,
            total.amount,
            total.step,
        )
        for total in totals
    ]
    columns = ("code", "title", "kind", "adjustments", "dollars", "next step")
    text = "Every adjustment of claims and lines; reversals are netted. Titles are not the official wording."
    return _section(
        "codes",
        "Adjustments by code",
        element("p", text, class_="soft"),
        _wide(table("", columns, rows, most=None), "Table of adjustments"),
    )


def _provider_adjustments(audit: Audit) -> Piece:
    if not audit.provider_adjustments:
        return Piece()
    rows = [
        (item.reason, item.meaning or "a code that is not in the table", item.reference, item.amount)
        for item in audit.provider_adjustments
    ]
    return _section(
        "provider-adjustments",
        "Provider adjustments",
        element("p", "Above zero lowers the payment.", class_="soft"),
        _wide(
            table(
                "",
                ("code", "meaning", "reference", "dollars"),
                rows,
                most=None,
                more=audit.provider_adjustments_dropped,
            ),
            "Table of provider adjustments",
        ),
    )


def _problems(audit: Audit) -> Piece:
    if not audit.problems and not audit.problems_dropped:
        return _section("problems", "Problems of the input", element("p", "There are none."))
    rows = [(problem.level, problem.text, problem.place) for problem in most_severe_first(audit.problems)]
    text = "An error is something that could not be read. A note is odd, and all that it says was read."
    return _section(
        "problems",
        "Problems of the input",
        element("p", text, class_="soft"),
        _wide(table("", ("level", "what", "where"), rows, most=None, more=audit.problems_dropped), "Table of problems"),
    )


def _rates(periods: Mapping[RatePeriod, str]) -> Piece:
    if not periods:
        return Piece()
    rows = [
        (
            element("span", percent(period.rate), id=name),
            join_pieces(
                [period.span, element("br"), period.status, *([element("br"), period.note] if period.note else [])]
            ),
            authorities(period.authorities),
            period.verified_on,
            period.newest_source or "",
        )
        for period, name in periods.items()
    ]
    columns = ("rate", "days", "authorities", "verified on", "newest source")
    return _section(
        "rates", "The rates and what they rest on", _wide(table("", columns, rows, most=None), "Table of rates")
    )


def _files(audit: Audit) -> Piece:
    rows = [
        (file.name or "input without a name", file.readable, file.transactions, file.claims, file.lines)
        for file in audit.files
    ]
    columns = ("name", "read", "transactions", "claims", "lines")
    return _section("files", "Files", _wide(table("", columns, rows, most=None), "Table of files"))


def _footer() -> Piece:
    return element(
        "footer",
        element("p", f"Made by sequestration {installed_version()}. This page loads nothing and sends nothing."),
        element("p", "CO 253 is not a denial: it is not appealed, and not billed to the patient of an assigned claim."),
    )


@cache
def _data(name: str) -> str:
    return (resources.files("sequestration") / "_export" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Hash of an inline style or script for a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
