"""Findings by payer, remittance and claim, with controls to sort and filter them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from sequestration._audit.result import Audit
from sequestration._dates import for_readers
from sequestration._export.report.claim_rows import COLUMNS, claim_rows
from sequestration._export.report.claims import PayerGroup, RemittanceGroup
from sequestration._export.report.labels import VERDICTS, verdict_title
from sequestration._export.report.next_steps import NextSteps
from sequestration._html import Piece, element, escape, join_pieces
from sequestration._law.periods import RatePeriod
from sequestration._messages import counted
from sequestration._money import as_dollars, format_dollars

__all__ = ["findings_section"]

_CLAIMS_OF_A_TABLE = 40
_MAX_LAID_OUT = 400
"""Findings beyond which a browser lays out only the tables that are in sight."""
_ORDERS = {"dollars": "Dollars", "date": "Service date", "claim": "Claim", "verdict": "Result"}
_HEAD = element("thead", element("tr", *(element("th", name, scope="col") for name in COLUMNS)))


def findings_section(
    audit: Audit,
    payers: Sequence[PayerGroup],
    *,
    periods: Mapping[RatePeriod, str],
    steps: NextSteps,
    requested: Container[int],
) -> Iterator[str]:
    """Yield the section of the findings.

    Args:
        audit: The audit, which counts what it did not keep.
        payers: Its findings, grouped.
        periods: Name of each period's row in the table of rates.
        steps: Kinds of steps that the findings need.
        requested: Numbers of the claims whose request is on the page.
    """
    many = len(audit.findings) > _MAX_LAID_OUT
    yield f'<section aria-labelledby="findings"{" class=many" if many else ""}>'
    yield element("h2", "Findings", id="findings", tabindex="-1")
    if payers:
        yield element("p", _INTRODUCTION, class_="soft")
        yield _controls(payers)
    else:
        yield element("p", "None to show.")
    for payer in payers:
        yield '<div class="payer">'
        yield element("h3", payer.name or "Payer without a name")
        for remittance in payer.remittances:
            yield from _remittance(remittance, periods, steps, requested)
        yield "</div>\n"
    dropped = {verdict: count for verdict, count in audit.findings_dropped.items() if count}
    if dropped:
        counts = ", ".join(f"{count:,} {verdict.words}" for verdict, count in dropped.items())
        yield element("p", f"Not listed here, but counted above: {counts}.")
    yield "</section>\n"


_INTRODUCTION = (
    "Grouped by payer, check or EFT, and claim, largest amounts first. Paid plus withheld is the payment before "
    "sequestration. That amount times the rate on the service date is the expected sequestration."
)


def _controls(payers: Sequence[PayerGroup]) -> Piece:
    """Controls, which stay hidden until the script shows them."""
    counts = Counter(found.verdict for payer in payers for claim in payer.claims for found in claim.findings)
    boxes = [
        element(
            "label",
            element("input", type="checkbox", name="verdict", value=verdict.value, checked=True),
            f" {verdict_title(verdict)} ({counts[verdict]:,})",
        )
        for verdict in VERDICTS
        if counts[verdict]
    ]
    names = [(str(number), payer.name or "Payer without a name") for number, payer in enumerate(payers)]
    fields = [
        _field(
            "search",
            "Text",
            element(
                "input", type="search", id="search", autocomplete="off", placeholder="claim, check, procedure, date"
            ),
        ),
        _select("payer", "Payer", [("", "All payers"), *names]) if len(payers) > 1 else "",
        _select("order", "Sort by", _ORDERS.items()),
        element(
            "div",
            element("button", "Clear", type="reset"),
            element("button", "Download CSV", type="button", id="csv"),
            class_="buttons",
        ),
    ]
    return element(
        "form",
        element(
            "details",
            element("summary", "Filter and sort"),
            element("fieldset", element("legend", "Result"), *boxes),
            element("div", *fields, class_="fields"),
            open=True,
        ),
        element("p", id="shown", role="status"),
        id="filter",
        role="search",
        aria_label="Filter and sort the findings",
        hidden=True,
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> Piece:
    return _field(
        name, label, element("select", *(element("option", text, value=value) for value, text in options), id=name)
    )


def _field(name: str, label: str, control: Piece) -> Piece:
    return element("div", element("label", label, for_=name), control, class_="field")


def _remittance(
    group: RemittanceGroup, periods: Mapping[RatePeriod, str], steps: NextSteps, requested: Container[int]
) -> Iterator[str]:
    first = group.first
    name = f"remittance-{group.claims[0].number}"
    day = first.payment_date or first.remitted_on
    keys = (first.trace_number, day.isoformat() if day else "", first.payee_npi, first.file or "")
    trace, paid, npi, file = map(escape, keys)
    yield f'<div class="remittance" data-trace="{trace}" data-day="{paid}" data-npi="{npi}" data-file="{file}">'
    yield element("h4", _title(group), id=name)
    yield element("p", _facts(group), class_="soft")
    for start in range(0, len(group.claims), _CLAIMS_OF_A_TABLE):
        yield f'<div class="chunk"><table aria-labelledby="{name}">{_HEAD}\n'
        for claim in group.claims[start : start + _CLAIMS_OF_A_TABLE]:
            yield claim_rows(claim, periods, steps, requested)
        yield "</table></div>\n"
    yield "</div>\n"


def _title(group: RemittanceGroup) -> str:
    first = group.first
    payment = f"Check or EFT {first.trace_number}" if first.trace_number else "No check or EFT number"
    if first.payment_date:
        return f"{payment}, paid {for_readers(first.payment_date)}"
    return f"{payment}, remittance of {for_readers(first.remitted_on)}" if first.remitted_on else payment


def _facts(group: RemittanceGroup) -> Piece:
    first = group.first
    facts = (
        counted(len(group.claims), "claim"),
        f"{format_dollars(as_dollars(group.in_question_cents))} in question",
        f"to NPI {first.payee_npi}" if first.payee_npi else "",
        first.file or "",
    )
    return join_pieces([fact for fact in facts if fact], " \N{MIDDLE DOT} ")
