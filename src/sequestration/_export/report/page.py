"""Write an audit as one self-contained HTML page.

The page needs no network and no other file, and it is readable with and without its script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from os import PathLike
from typing import Protocol

from sequestration._audit.result import Audit
from sequestration._checking.findings import Finding
from sequestration._dates import Day, day_or_today
from sequestration._errors import InvalidArgumentType
from sequestration._export.report.appendix import (
    codes_section,
    files_section,
    problems_section,
    provider_adjustments_section,
    rates_section,
)
from sequestration._export.report.causes import causes_section, plans_section
from sequestration._export.report.claims import group_findings
from sequestration._export.report.dollars import dollars_section
from sequestration._export.report.findings import findings_section
from sequestration._export.report.last_days import last_days_section
from sequestration._export.report.masthead import TITLE, masthead, remittances_section, subject
from sequestration._export.report.next_steps import NextSteps, requested_claims, requests_section
from sequestration._export.report.outcome import outcome
from sequestration._html import Piece, element
from sequestration._law.periods import RatePeriod
from sequestration._runtime.atomic_write import refuse_to_replace, replace_atomically

__all__ = ["policy_hash", "report_hashes", "report_html", "write_report"]

_CONTENTS = {
    "dollars": "Dollars",
    "causes": "Causes",
    "plans": "Plans",
    "last-days": "Last days",
    "findings": "Findings",
    "steps": "Next steps",
    "codes": "Codes",
    "problems": "File problems",
    "requests": "Requests",
}
"""Sections that the contents link to, if they are there."""


class TextStream(Protocol):
    """Stream that takes text, such as a file opened for writing."""

    def write(self, text: str, /) -> object:
        """Write a text."""
        ...


def write_report(audit: Audit, path: str | PathLike[str] | TextStream, *, as_of: Day | None = None) -> None:
    """Write an audit as one HTML file that opens in any browser.

    The file needs no network. It has the dollars and how they add up, causes, last days to act, the findings that the
    audit kept by payer, check and claim, all adjustments by code, file problems, and the requests for reopening. Of a
    patient it contains only the account number, and not even that for `audit.masked()`.

    Args:
        audit: Audit to write.
        path: File to write, or a text stream, such as an open file or `io.StringIO`.
        as_of: Day from which the days left are counted, printed on the page; None for today.

    Raises:
        OSError: The file cannot be written, which leaves an existing report unchanged.
        FileExistsError: `path` is a remittance that was checked.
        InvalidArgumentType: `audit` is not an `Audit`, or `path` is neither a path nor a stream.
        InvalidDate: `as_of` is not a date.
    """
    _refuse_other(audit)
    day = day_or_today(as_of)
    if not isinstance(path, (str, PathLike)):
        if not hasattr(path, "write"):
            raise InvalidArgumentType(f"path must be a file name or a text stream, not {type(path).__name__}")
        for part in _page(audit, day):
            path.write(part)
        return
    refuse_to_replace(path, *(file.name for file in audit.files if file.readable))
    replace_atomically(path, (part.encode("utf-8") for part in _page(audit, day)))


def report_html(audit: Audit, *, as_of: Day | None = None) -> str:
    """Return an audit as the text of the HTML page that `write_report` writes.

    Raises `InvalidDate` if `as_of` is not a date, and `InvalidArgumentType` if `audit` is not an `Audit`.

    >>> import sequestration as seq
    >>> page = seq.report_html(seq.Audit(), as_of="2026-06-01")
    >>> page.splitlines()[0], "Jun 1, 2026" in page
    ('<!doctype html>', True)
    """
    _refuse_other(audit)
    return "".join(_page(audit, day_or_today(as_of)))


def report_hashes() -> tuple[str, str]:
    """Return the hashes by which a policy allows the report's style and script."""
    return policy_hash(_data("report.css")), policy_hash(_data("report.js"))


def policy_hash(text: str) -> str:
    """Hash of an inline style or script for a Content-Security-Policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _refuse_other(audit: object) -> None:
    if not isinstance(audit, Audit):
        raise InvalidArgumentType(f"a report needs an Audit, not {type(audit).__name__}")


def _page(audit: Audit, as_of: date) -> Iterator[str]:
    payers = group_findings(audit.findings)
    claims = [claim for payer in payers for claim in payer.claims]
    reversed_since = audit._reversed_since
    patterns = audit._patterns(reversed_since)
    is_settled = reversed_since.has_settled
    owed = [claim for claim in claims if not all(map(is_settled, claim.owed_to_provider))]
    requested = requested_claims(owed)
    periods = _name_periods(audit.findings)
    steps = NextSteps(as_of, is_settled)
    parts = [
        dollars_section(audit, claims, reversed_since),
        causes_section(patterns),
        plans_section(audit),
        last_days_section((found for found in audit.findings if not is_settled(found)), as_of),
        *findings_section(audit, payers, periods=periods, steps=steps, requested=requested),
        steps.section(),
        codes_section(audit, claims),
        provider_adjustments_section(audit),
        problems_section(audit),
        remittances_section(audit),
        rates_section(periods),
        files_section(audit),
        *requests_section(requested, all_owed=len(owed)),
    ]
    yield "<!doctype html>\n"
    yield '<html lang="en">\n'
    yield _head(audit)
    yield "<body>\n"
    yield element("a", "Skip to the findings", href="#findings", class_="skip")
    yield masthead(audit, as_of, outcome(audit, claims, reversed_since), patterns)
    yield _contents(parts)
    yield "<main>\n"
    yield from parts
    yield "</main>\n"
    yield _footer()
    yield element("script", Piece(_data("report.js")))
    yield "</body>\n</html>\n"


def _name_periods(findings: list[Finding]) -> dict[RatePeriod, str]:
    """Name the row of each period that a finding was checked by."""
    used = {id(found.period): found.period for found in findings if found.period is not None}
    in_order = sorted(set(used.values()), key=lambda period: (str(period.first_day or ""), str(period)))
    return {period: f"rate-{number}" for number, period in enumerate(in_order, 1)}


def _contents(parts: list[str]) -> Piece:
    """Build the links to the sections that are on the page."""
    heads = {name for part in parts for name in _CONTENTS if f'<h2 id="{name}"' in part[:400]}
    links = [element("li", element("a", title, href=f"#{name}")) for name, title in _CONTENTS.items() if name in heads]
    return element("nav", element("ul", *links), aria_label="Contents")


def _head(audit: Audit) -> Piece:
    style, script = report_hashes()
    policy = (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{subject(audit)}: {TITLE}"),
        element("style", Piece(_data("report.css"))),
    )


def _footer() -> Piece:
    return element(
        "footer",
        element("p", "This page loads nothing and sends nothing. It may contain account numbers: share it with care."),
        element(
            "p", "CO 253 is not a denial: do not appeal it, and do not bill it to the patient of an assigned claim."
        ),
    )


@cache
def _data(name: str) -> str:
    return (resources.files("sequestration") / "_export" / "report" / name).read_text("utf-8")
