"""Findings in the HTML report, with their arithmetic and their filter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from sequestration._audit.result import Audit
from sequestration._audit.text import format_dropped
from sequestration._checking.findings import Finding, Verdict
from sequestration._html import Piece, element, facts, join_pieces, table
from sequestration._law.periods import RatePeriod, percent
from sequestration._money import EXACT

__all__ = ["findings_section", "sentence"]

_MINUS, _TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
_HALF_A_CENT = Decimal("0.005")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d|\b[A-Z][a-z]{2} \d{1,2}, \d{4}\b)", re.ASCII)
_IN_ARITHMETIC = frozenset({"payment before sequestration", "rate", "expected", "reported", "difference"})


def findings_section(audit: Audit, findings: list[Finding], periods: Mapping[RatePeriod, str]) -> Iterator[str]:
    """Yield the section of the findings, with links to the rates in `periods`."""
    yield '<section aria-labelledby="findings">'
    yield element("h2", "Findings", id="findings", tabindex="-1")
    if findings:
        yield element("p", "What needs a look comes first, the most dollars first.", class_="soft")
        yield _filter(findings)
    else:
        yield element("p", "There are none to show.")
    for finding in findings:
        yield _finding(finding, periods)
    if any(audit.findings_dropped.values()):
        yield element("p", format_dropped(audit.findings_dropped))
    yield "</section>\n"


def _filter(findings: Iterable[Finding]) -> Piece:
    """Filter controls, which stay hidden until the script shows them."""
    counts = Counter(found.verdict for found in findings)
    boxes = [
        element(
            "label",
            element("input", type="checkbox", name="verdict", value=verdict.value, checked=True),
            f" {sentence(verdict.words)} ({counts[verdict]:,})",
        )
        for verdict in Verdict
        if counts[verdict]
    ]
    search = element(
        "div",
        element("label", "Text", for_="search"),
        element(
            "input", type="search", id="search", autocomplete="off", placeholder="claim, payer, procedure, date ..."
        ),
        element("button", "Clear", type="reset"),
        element("button", "Unfold all", type="button", id="unfold"),
        element("button", "Fold all", type="button", id="fold"),
        class_="search",
    )
    return element(
        "form",
        element("fieldset", element("legend", "Verdict"), *boxes),
        search,
        element("p", id="shown", role="status"),
        id="filter",
        role="search",
        aria_label="Filter the findings",
        hidden=True,
    )


def _finding(finding: Finding, periods: Mapping[RatePeriod, str]) -> Piece:
    place = f" {finding.place}" if finding.place else " the place checked"
    gap = element("span", f" {_gap(finding)}", class_="gap") if _gap(finding) else ""
    summary = element("summary", element("span", sentence(finding.verdict.words), class_="verdict"), place, gap)
    arithmetic = _arithmetic(finding, periods)
    rows = [("payer", finding.payer), *finding._fact_rows(), ("remitted on", str(finding.remitted_on or ""))]
    shown = [(name, _dated(text)) for name, text in rows if arithmetic is None or name not in _IN_ARITHMETIC]
    steps = [(name, _dated(text)) for name, text in finding._step_rows()]
    body = element(
        "div",
        element("div", arithmetic) if arithmetic else "",
        element("div", facts("Where and why", shown)),
        element("div", facts("What to do", steps), class_="step") if steps else "",
        class_="body",
    )
    look = "finding look" if finding.verdict.needs_review else "finding"
    return join_pieces([element("details", summary, body, class_=look, data_verdict=finding.verdict.value), "\n"])


def _dated(text: str) -> Piece:
    """Keep the dates in a text from breaking at the end of a line."""
    parts = _DATE.split(text)
    return join_pieces(element("span", part, class_="d") if place % 2 else part for place, part in enumerate(parts))


def _gap(finding: Finding) -> str:
    """The difference in dollars, for the line that stays when a finding is folded."""
    words = finding._difference_text
    return words.split(",")[0].removesuffix(" was taken") if words else ""


def _arithmetic(finding: Finding, periods: Mapping[RatePeriod, str]) -> Piece | None:
    """Steps from the payment to the expected amount; None if the payable is unknown."""
    paid, reported, payable, expected = finding.paid, finding.reported, finding.payable, finding.expected
    if payable is None:
        return None
    group = f"under group {finding.group}" if finding.group not in ("", "CO") else ""
    rows: list[tuple[object, object, object]] = []
    if paid is not None:
        rows.append(("paid", paid, ""))
        rows.append(
            ("+ cut reported (CO 253)", reported or Decimal("0.00"), group if reported else "none was reported")
        )
        other = EXACT.subtract(EXACT.subtract(payable, paid), reported or 0)
        if other:
            rows.append(("+ other amounts of the base", other, "see why"))
    rows.append(("= payable before sequestration", payable, ""))
    if finding.rate is not None and finding.period is not None:
        rows.append((f"{_TIMES} rate", percent(finding.rate), _period(finding.period, periods)))
    if expected is not None:
        rows.append(("= cut that is due", expected, _rounded(finding)))
    if finding.difference is not None and (finding._difference_text or not finding.difference):
        rows.append((f"reported {_MINUS} due", finding.difference, finding._difference_text))
    return table("Arithmetic", ("step", "dollars", "how"), rows)


def _period(period: RatePeriod, periods: Mapping[RatePeriod, str]) -> Piece:
    note = "; it may turn out otherwise" if period.projected else ""
    return element("a", _dated(f"{period.span}, {period.status}{note}"), href=f"#{periods[period]}")


def _rounded(finding: Finding) -> str:
    """The exact product, where it differs from its nearest cent."""
    assert finding.payable is not None
    assert finding.expected is not None
    exact = EXACT.multiply(finding.payable, finding.rate or Decimal(0))
    apart = abs(exact - finding.expected)
    return f"{exact:,f} to the nearest cent" if 0 < apart <= _HALF_A_CENT else ""


def sentence(words: str) -> str:
    """Begin a text with a capital letter."""
    return words[:1].upper() + words[1:]
