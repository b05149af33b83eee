"""Write an audit as text for people who post remittances.

A summary comes first, then one block for each finding that needs review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from sequestration._audit.summaries.patterns import Pattern
from sequestration._audit.summaries.plans import PlanTotal
from sequestration._audit.summaries.reversed_since import ReversedSince
from sequestration._audit.totals import AuditTotals, count_checked, count_to_review
from sequestration._checking.findings import Finding, Verdict
from sequestration._dates import Day, as_date, for_readers
from sequestration._messages import counted
from sequestration._money import as_cents, as_dollars, dollars_if_known, format_dollars
from sequestration._worklist.expiry import expiring, last_days
from sequestration._worklist.step_list import StepList
from sequestration._x12.problems import Problem, ProblemCode, most_severe_first
from sequestration._x12.remittance import ProviderAdjustment

__all__ = [
    "AuditStatus",
    "audit_status",
    "dollar_rows",
    "format_audit",
    "format_dropped",
    "format_expiring",
    "format_headline",
    "format_summary",
    "payers_in_doubt",
]

_MAX_PROBLEMS = 20
_MAX_PATTERNS = 10


def format_audit(
    *,
    summary: str,
    patterns: Sequence[Pattern],
    plans: Sequence[PlanTotal],
    findings: Sequence[Finding],
    reversed_since: ReversedSince,
    dropped: Mapping[Verdict, int],
    problems: Sequence[Problem],
    problems_dropped: int,
    provider_adjustments: Sequence[ProviderAdjustment],
    provider_adjustments_dropped: int,
    as_of: Day | None = None,
) -> str:
    """The whole audit as text: summary, findings, next steps, problems.

    With `as_of`, the last days say what is left of them.
    """
    blocks = [summary]
    if as_of is not None:
        still_open = [finding for finding in findings if not reversed_since.has_settled(finding)]
        blocks += filter(None, [format_expiring(still_open, dropped, as_of)])
    several = [pattern for pattern in patterns if pattern.lines > 1]
    if several:
        blocks.append(_format_list("Patterns:", several[:_MAX_PATTERNS], of=len(several)))
    if plans:
        blocks.append(_format_list("Plans (not included in the totals above):", plans[:_MAX_PATTERNS], of=len(plans)))
    steps = StepList(findings, as_of, reversed_since.has_settled)
    blocks += [_format_finding(finding, steps) for finding in findings]
    if any(dropped.values()):
        blocks.append(format_dropped(dropped))
    blocks += filter(None, [steps.to_text()])
    if provider_adjustments:
        blocks.append(_format_provider_adjustments(provider_adjustments, provider_adjustments_dropped))
    if problems:
        blocks.append(_format_problems(problems, problems_dropped))
    return "\n\n".join(blocks)


def _format_finding(finding: Finding, steps: StepList) -> str:
    """One finding as a block of lines: location, date, amounts, reasons, step."""
    head = f"{finding.verdict.words.upper()}  {finding.place}"
    rows = [*finding._fact_rows(), *steps.rows(finding)]
    return "\n".join([head, *(f"  {name:<29} {text}" for name, text in rows)])


def format_expiring(findings: Sequence[Finding], dropped: Mapping[Verdict, int], as_of: Day) -> str:
    """Dollars in question by the days that are left to act; empty if no clock runs."""
    rows = expiring(last_days(findings), as_of)
    if not rows:
        return ""
    lines = [f"Last days to act, as of {for_readers(as_date(as_of))}:", *(f"  {row}" for row in rows)]
    if more := count_to_review(dropped):
        lines.append(f"  without {counted(more, 'line')} that are not listed")
    return "\n".join(lines)


def format_dropped(dropped: Mapping[Verdict, int]) -> str:
    """Number of findings that are counted but not kept, in words."""
    counts = ", ".join(f"{count:,} {verdict.words}" for verdict, count in dropped.items() if count)
    return f"Counted above but not listed: {counts}."


class AuditStatus(StrEnum):
    """Outcome of an audit in one word."""

    NEEDS_REVIEW = "needs_review"
    """A line or claim needs review, or a plan's sequestration does."""
    INCOMPLETE = "incomplete"
    """Something could not be read, so an issue may be missing."""
    NOT_CHECKED = "not_checked"
    """No line or claim could be checked."""
    NO_ISSUES = "no_issues"
    """All that was checked is right, and everything was read."""


def audit_status(counts: Mapping[Verdict, int], plans: Sequence[PlanTotal], *, errors: int) -> AuditStatus:
    """The status of an audit from its counts, its plans and its number of read errors."""
    if count_to_review(counts) or any(plan.is_unexplained for plan in plans):
        return AuditStatus.NEEDS_REVIEW
    if errors:
        return AuditStatus.INCOMPLETE
    return AuditStatus.NO_ISSUES if count_checked(counts) else AuditStatus.NOT_CHECKED


def format_headline(
    counts: Mapping[Verdict, int],
    plans: Sequence[PlanTotal],
    problems: Sequence[Problem],
    *,
    errors: int,
    problems_dropped: int,
) -> list[str]:
    """The outcome in a sentence, and what restricts it in others.

    Args:
        counts: Number of claims or lines for every verdict.
        plans: Totals of plans, which no verdict of a line covers.
        problems: File problems, which say what was not read and who the payer is.
        errors: Number of problems that are errors.
        problems_dropped: Number of problems beyond those that are kept.
    """
    checked, review = counted(count_checked(counts), "line"), count_to_review(counts)
    status = audit_status(counts, plans, errors=errors)
    sentences = [f"Results are incomplete: {_incomplete(problems, errors, problems_dropped)}."] if errors else []
    if review:
        sentences.append(f"{review:,} of {checked} checked {'needs' if review == 1 else 'need'} review.")
    sentences += _plan_sentences(plans)
    if status is AuditStatus.NOT_CHECKED:
        sentences.append("Not checked: " + _why_not_checked(counts, problems))
    elif not review:
        sentences.append(f"No issues found in {checked} checked." if count_checked(counts) else _NOTHING_CHECKED)
    return sentences


def _plan_sentences(plans: Sequence[PlanTotal]) -> list[str]:
    """A sentence on the amounts of plans that no rate of Medicare explains."""
    unexplained = [plan for plan in plans if plan.is_unexplained]
    if not unexplained:
        return []
    # The built-in sum would round by the caller's decimal context.
    cents = sum(as_cents(plan.difference or 0) for plan in unexplained)
    amount, side = format_dollars(as_dollars(abs(cents))), "more" if cents > 0 else "less"
    lines = counted(sum(plan.lines for plan in unexplained), "line")
    return [f"Plans withheld {amount} {side} than Medicare's rates explain, on {lines}."]


_NOTHING_CHECKED = "No line was checked."
_PAYER_PROBLEMS = (
    ProblemCode.PAYER_CUTS_NOBODY,
    ProblemCode.PAYER_CUTS_SOME,
    ProblemCode.PAYER_NAME_AGAINST,
    ProblemCode.PLAN_MISSING,
)
_MAX_PAYERS_SHOWN = 3


def _incomplete(problems: Sequence[Problem], errors: int, dropped: int) -> str:
    interrupted = sum(problem.code is ProblemCode.INTERRUPTED for problem in problems)
    least = "at least " if dropped else ""
    text = f"{least}{counted(errors, 'read error')}"
    return f"interrupted before the end of {counted(interrupted, 'file')}, {text}" if interrupted else text


def _why_not_checked(counts: Mapping[Verdict, int], problems: Sequence[Problem]) -> str:
    """Explain that nothing was checked, in words that fit wherever they are read."""
    if not sum(counts.values()):
        return "there are no claims."
    doubted = payers_in_doubt(problems)
    if not doubted:
        return "no line is subject to fee-for-service Medicare sequestration."
    shown = list(doubted.items())[:_MAX_PAYERS_SHOWN]
    names = ", ".join(payer for _, payer in shown) + (" and others" if len(doubted) > len(shown) else "")
    numbers = " and ".join(number for number, _ in shown)
    return (
        f"nothing shows that {names} is fee-for-service Medicare. If it is, check again and identify {numbers} as "
        "fee-for-service."
    )


def payers_in_doubt(problems: Iterable[Problem]) -> dict[str, str]:
    """Names of payers that may be fee-for-service Medicare, by their number."""
    return {
        str(problem.facts["number"]): str(problem.facts["payer"])
        for problem in problems
        if problem.code in _PAYER_PROBLEMS
    }


def format_summary(
    *,
    headline: Sequence[str],
    files: int,
    unread: int,
    claims: int,
    repeated: int,
    counts: Mapping[Verdict, int],
    totals: AuditTotals,
    reversed_since: ReversedSince,
    projected: int,
) -> str:
    """Summary lines: the outcome, what was checked, and dollars that reconcile."""
    lines = list(headline)
    if totals.in_question:
        owed = [(whom.words, amount) for whom, amount in totals.by_owed_to.items() if amount]
        parts = ", ".join(f"{format_dollars(amount)} owed to {whom}" for whom, amount in owed)
        lines.append(f"{format_dollars(totals.in_question)} in question: {parts}")
    if dollars := str(reversed_since):
        lines.append(f"Reversed since in these files, so nothing is left to do: {dollars}")
    left_out = f" ({unread:,} not read)" if unread else ""
    places = sum(counts.values())
    checked = count_checked(counts)
    lines.append(
        f"{counted(files, 'file')}{left_out}, {counted(claims, 'claim')}, {counted(checked, 'line')} checked"
        + (f", {places - checked:,} not checked" if places > checked else "")
    )
    if repeated:
        lines.append(f"{counted(repeated, 'repeated remittance')} counted once")
    lines += [f"{name:<32}{format_dollars(amount):>14}" for name, amount in dollar_rows(totals)]
    lines.append(", ".join(f"{count:,} {verdict.words}" for verdict, count in counts.items() if count) or "no lines")
    if projected:
        lines.append(f"{counted(projected, 'line')} with a projected rate, which may change")
    return "\n".join(lines)


def _format_list(head: str, shown: Sequence[object], *, of: int) -> str:
    """The first of some items as lines below a head, and the number of the others."""
    more = of - len(shown)
    return "\n".join([head, *(f"  {item}" for item in shown), *([f"  and {more:,} more"] if more else [])])


def dollar_rows(totals: AuditTotals) -> list[tuple[str, Decimal]]:
    """The figures that reconcile, without those that are zero after the first two."""
    rows = [
        ("Over-withheld", totals.over_withheld),
        ("Under-withheld", totals.under_withheld.copy_negate()),
        ("Rounding", totals.rounding),
        ("Withheld on lines not checked", totals.not_checked),
        ("Taken back by reversals", totals.taken_back),
        ("Total withheld", totals.withheld if totals.withheld != totals.reported else Decimal(0)),
    ]
    always = [("Withheld on lines checked", totals.reported), ("Expected sequestration", totals.expected)]
    return always + [(name, amount) for name, amount in rows if amount]


def _format_problems(problems: Sequence[Problem], dropped: int) -> str:
    shown = [f"{problem.level}: {problem}" for problem in most_severe_first(problems)[:_MAX_PROBLEMS]]
    return _format_list("File problems:", shown, of=len(problems) + dropped)


def _format_provider_adjustments(adjustments: Sequence[ProviderAdjustment], dropped: int) -> str:
    shown = [
        f"{item.reason:<3} {dollars_if_known(item.amount):>14}  {item.meaning or 'unknown code'}"
        for item in adjustments[:_MAX_PROBLEMS]
    ]
    head = "Provider-level adjustments (PLB); positive amounts lower the payment:"
    return _format_list(head, shown, of=len(adjustments) + dropped)
