"""Write an audit as text for people who post remittances.

A summary comes first, then one block for each finding that needs review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sequestration._audit.summaries.patterns import Pattern
from sequestration._audit.summaries.plans import PlanTotal
from sequestration._audit.totals import Totals
from sequestration._checking.findings import Finding, Verdict
from sequestration._money import as_cents, as_dollars
from sequestration._x12.problems import Problem, most_severe_first
from sequestration._x12.remittance import ProviderAdjustment

__all__ = ["format_audit", "format_dropped", "format_summary"]

_MAX_PROBLEMS = 20
_MAX_PATTERNS = 10


def format_audit(
    *,
    summary: str,
    patterns: Sequence[Pattern],
    plans: Sequence[PlanTotal],
    findings: Sequence[Finding],
    dropped: Mapping[Verdict, int],
    problems: Sequence[Problem],
    problems_dropped: int,
    provider_adjustments: Sequence[ProviderAdjustment],
    provider_adjustments_dropped: int,
) -> str:
    """The whole audit as text: summary, findings, problems."""
    blocks = [summary]
    several = [pattern for pattern in patterns if pattern.lines > 1]
    if several:
        blocks.append("\n".join(_format_list("Patterns:", several, _MAX_PATTERNS)))
    if plans:
        blocks.append("\n".join(_format_list("Plans (not in the sums above):", plans, _MAX_PATTERNS)))
    blocks += [*(_format_finding(finding) for finding in findings)]
    if any(dropped.values()):
        blocks.append(format_dropped(dropped))
    if provider_adjustments:
        blocks.append("\n".join(_format_provider_adjustments(provider_adjustments, provider_adjustments_dropped)))
    if problems:
        blocks.append("\n".join(_format_problems(problems, problems_dropped)))
    return "\n\n".join(blocks)


def _format_finding(finding: Finding) -> str:
    """One finding as a block of lines: location, date, base, amounts, reasons."""
    head = f"{finding.verdict.words.upper()}  {finding.place}"
    return "\n".join([head, *(f"  {name:<29} {text}" for name, text in finding._rows())])


def format_dropped(dropped: Mapping[Verdict, int]) -> str:
    """Number of findings that are counted but not kept, in words."""
    counts = ", ".join(f"{count:,} {verdict.words}" for verdict, count in dropped.items() if count)
    return f"Not listed here, but counted above: {counts}."


def format_summary(
    *,
    files: int,
    unread: int,
    interrupted: int,
    claims: int,
    counts: Mapping[Verdict, int],
    totals: Totals,
    plans: Sequence[PlanTotal],
    projected: int,
    errors: int,
    problems_dropped: int,
) -> str:
    """Summary lines: what was checked, withheld and in question, and all counts."""
    looks = sum(count for verdict, count in counts.items() if verdict.needs_review)
    places = sum(counts.values())
    left_out = f" ({unread} of them not read)" if unread else ""
    lines = [f"ONLY A PART: interrupted before {_count(interrupted, 'file')} came to an end"] if interrupted else []
    lines += [
        f"{_count(files, 'file')}{left_out}, {_count(claims, 'claim')}, {_count(places, 'place')} checked",
        f"sequestration taken {totals.reported}",
    ]
    if looks:
        owed = [f"{amount} to {whom.words}" for whom, amount in totals.by_owed_to.items() if amount]
        tail = f", owed: {', '.join(owed)}" if owed else ""
        lines.append(f"in question {totals.in_question} in {_count(looks, 'place')}{tail}")
    else:
        is_all = not errors and not any(plan.is_unexplained for plan in plans)
        lines.append("nothing to look at" if is_all else "no cut to look at")
    if errors:
        least = "at least " if problems_dropped else ""
        lines.append(f"{least}{_count(errors, 'error')} of the input, so that something may be missing")
    lines.append(", ".join(f"{count:,} {verdict.words}" for verdict, count in counts.items() if count) or "no places")
    unexplained = [plan for plan in plans if plan.is_unexplained]
    if unexplained:
        # The built-in sum would round by the caller's decimal context.
        cents = sum(as_cents(plan.difference or 0) for plan in unexplained)
        lines.append(
            f"plans withheld {as_dollars(abs(cents))} {'more' if cents > 0 else 'less'} than Medicare's rates explain "
            f"in {_count(sum(plan.lines for plan in unexplained), 'place')}"
        )
    if projected:
        lines.append(f"{_count(projected, 'place')} judged by a projected rate, which may turn out otherwise")
    return "\n".join(lines)


def _format_list(head: str, items: Sequence[object], most: int) -> list[str]:
    lines = [head, *(f"  {item}" for item in items[:most])]
    if len(items) > most:
        lines.append(f"  and {len(items) - most:,} more")
    return lines


def _format_problems(problems: Sequence[Problem], dropped: int) -> list[str]:
    shown = most_severe_first(problems)[:_MAX_PROBLEMS]
    more = len(problems) - len(shown) + dropped
    lines = ["Problems of the input:"]
    lines += [f"  {problem.level}: {problem}" for problem in shown]
    if more:
        lines.append(f"  and {more} more")
    return lines


def _format_provider_adjustments(adjustments: Sequence[ProviderAdjustment], dropped: int) -> list[str]:
    shown = adjustments[:_MAX_PROBLEMS]
    lines = ["Provider adjustments (above zero lowers the payment):"]
    for item in shown:
        amount = "unknown" if item.amount is None else str(item.amount)
        lines.append(f"  {item.reason:<3} {amount:>14}  {item.meaning or 'a code that is not in the table'}")
    more = len(adjustments) - len(shown) + dropped
    if more:
        lines.append(f"  and {more} more")
    return lines


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
