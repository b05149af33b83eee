"""Rows of a claim: each line with its arithmetic, then reasons and next steps.

There may be 10,000 claims on a page, so the rows are written directly, not by `element`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from sequestration._checking.findings import Finding, Verdict
from sequestration._dates import for_readers
from sequestration._export.report.claims import ReviewedClaim, is_owed_to_provider
from sequestration._export.report.labels import signed_dollars, start_sentence, verdict_title
from sequestration._export.report.next_steps import NextSteps
from sequestration._html import escape
from sequestration._law.periods import RatePeriod, percent
from sequestration._money import EXACT, dollars_if_known, format_dollars

__all__ = ["COLUMNS", "claim_rows"]

COLUMNS = (
    "Claim",
    "Line",
    "Procedure",
    "Service date",
    "Paid",
    "+ Withheld",
    "= Payable",
    "\N{MULTIPLICATION SIGN} Rate",
    "= Expected",
    "Withheld \N{MINUS SIGN} expected",
    "Result",
)
_result = lru_cache(verdict_title)
_NO_DIFFERENCE = (Verdict.UNDETERMINED, Verdict.REVERSAL)


def claim_rows(
    claim: ReviewedClaim, periods: Mapping[RatePeriod, str], steps: NextSteps, requested: Container[int]
) -> str:
    """Write the rows of a claim as one group of the table.

    Args:
        claim: Findings of the claim.
        periods: Name of each period's row in the table of rates.
        steps: Kinds of steps, which link to their explanation.
        requested: Numbers of the claims whose request is on the page.
    """
    head = _head(claim)
    lines = ""
    for found in claim.findings:
        data = f'data-v="{found.verdict.value}" data-r="{_values(found, steps)}"'
        lines += f"<tr {data}>{head}{_cells(found, periods)}</tr>"
        head = "<td></td>"
    return (
        f'<tbody id="claim-{claim.number}">{lines}'
        f'<tr class="why"><td colspan="{len(COLUMNS)}">{_why(claim, steps, requested)}</td></tr></tbody>\n'
    )


def _head(claim: ReviewedClaim) -> str:
    first = claim.findings[0]
    icn = f"<small>{escape(first.payer_claim_number)}</small>" if first.payer_claim_number else ""
    return f'<th scope="row"><b>{escape(first.claim) or f"Claim {claim.number}"}</b>{icn}</th>'


def _values(found: Finding, steps: NextSteps) -> str:
    """Values for programs, which the page sorts and exports by."""
    numbers = (found.line, found.paid, found.reported, found.payable, found.rate, found.expected, _difference(found))
    texts = ["" if number is None else str(number) for number in numbers]
    reversed_since = str(steps.is_settled(found)) if found.verdict.needs_review else ""
    return "|".join([*texts, found.on.isoformat() if found.on else "", reversed_since])


def _cells(found: Finding, periods: Mapping[RatePeriod, str]) -> str:
    control = f"<small>{escape(found.line_control_number)}</small>" if found.line_control_number else ""
    group = f"<small>group {escape(found.group)}</small>" if found.group not in ("", "CO") else ""
    day = for_readers(found.on) if found.on else "unknown"
    difference = _difference(found)
    return (
        f"<td>{found.line or 'all'}{control}</td><td>{escape(found.procedure)}</td><td>{day}</td>"
        f"<td>{_dollars(found.paid)}</td><td>{_dollars(found.reported)}{group}</td><td>{_dollars(found.payable)}</td>"
        f"<td>{_rate(found, periods)}</td><td>{_dollars(found.expected)}</td>"
        f"<td>{'' if difference is None else signed_dollars(difference)}</td><td>{_result(found.verdict)}</td>"
    )


def _difference(found: Finding) -> Decimal | None:
    return None if found.verdict in _NO_DIFFERENCE else found.difference


@lru_cache(maxsize=4096)
def _dollars(amount: Decimal | None) -> str:
    return dollars_if_known(amount, "")


def _rate(found: Finding, periods: Mapping[RatePeriod, str]) -> str:
    if found.rate is None or found.period is None:
        return ""
    note = "<small>projected</small>" if found.projected else ""
    return f'<a href="#{periods[found.period]}">{percent(found.rate)}</a>{note}'


def _why(claim: ReviewedClaim, steps: NextSteps, requested: Container[int]) -> str:
    several = len(claim.findings) > 1
    reasons: dict[str, list[str]] = {}
    nexts: dict[str, bool] = {}
    for found in claim.findings:
        text = ". ".join(map(start_sentence, _reasons(found)))
        if text:
            reasons.setdefault(text, []).append("claim level" if found.line is None else f"line {found.line}")
        step = steps.text(found)
        if step:
            nexts[step] = nexts.get(step, False) or is_owed_to_provider(found)
    parts = list[str]()
    for text, lines in reasons.items():
        place = f"{start_sentence(', '.join(lines))}: " if several else ""
        parts.append(f"<p>{escape(f'{place}{text}')}.</p>")
    link = f' <a href="#request-{claim.number}">Request text</a>' if claim.number in requested else ""
    parts += [f'<p class="do">{step}{link if owed else ""}</p>' for step, owed in nexts.items()]
    parts.append(f"<p>{escape(_origin(claim.findings[0]))}</p>")
    return "".join(parts)


def _reasons(found: Finding) -> Iterator[str]:
    """Yield reasons for the amount, without their full stop: mistakes, facts, notes."""
    mistakes = [each.text for each in found.explanations if each.code.is_mistake]
    if mistakes:
        yield "; or ".join(mistakes)
    yield from (each.text for each in found.explanations if not each.code.is_mistake)
    if found.reason:
        yield found.reason
    if found.payable is None or found.paid is None:
        return
    other = EXACT.subtract(EXACT.subtract(found.payable, found.paid), found.reported or 0)
    if other:
        yield f"The amount before sequestration includes {format_dollars(other)} of other amounts"


def _origin(found: Finding) -> str:
    """Position of the claim in its file, and the date that set the rate."""
    parts = [found._position, f"rate by {found.date_rule}" if found.on else "", found.claim_type or ""]
    return start_sentence("; ".join(part for part in parts if part))
