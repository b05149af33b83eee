"""An audit in words, for somebody who posts remittances: a summary, then one block a finding to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sequestration._findings import Finding, OwedTo, Verdict
from sequestration._periods import percent
from sequestration._problems import Level, Problem
from sequestration._remittance import ProviderAdjustment
from sequestration._totals import Totals

__all__ = ["audit_in_words", "finding_in_words"]

_MOST_PROBLEMS = 20
_WHO = {OwedTo.PROVIDER: "the provider", OwedTo.MEDICARE: "Medicare"}


def audit_in_words(
    *,
    files: int,
    unreadable: int,
    claims: int,
    counts: Mapping[Verdict, int],
    totals: Totals,
    findings: Sequence[Finding],
    dropped: Mapping[Verdict, int],
    problems: Sequence[Problem],
    problems_dropped: int,
    projected: int,
    provider_adjustments: Sequence[ProviderAdjustment],
) -> str:
    """The whole audit as text: summary, findings to look at and others that were kept, problems."""
    blocks = ["\n".join(_summary(files, unreadable, claims, counts, totals, projected))]
    blocks += [finding_in_words(finding) for finding in findings]
    left_out = [f"{count} {verdict.words}" for verdict, count in dropped.items() if count]
    if left_out:
        blocks.append(f"Not listed here, but counted above: {', '.join(left_out)}.")
    if provider_adjustments:
        blocks.append("\n".join(_provider_adjustments_in_words(provider_adjustments)))
    if problems:
        blocks.append("\n".join(_problems_in_words(problems, problems_dropped)))
    return "\n\n".join(blocks)


def finding_in_words(finding: Finding) -> str:
    """One finding as a block of lines: where, when, from what, how much, why."""
    rows = [
        ("date", f"{finding.on or 'unknown'}: {finding.date_rule}"),
        ("kind of claim", finding.claim_type or ""),
        ("payable before sequestration", _amount(finding.payable)),
        ("rate", _rate(finding)),
        ("expected", _amount(finding.expected)),
        ("reported", f"{_amount(finding.reported)}{_group(finding)}" if finding.reported is not None else "unknown"),
        ("difference", _difference(finding)),
        *_why(finding),
        ("note", finding.reason),
        *_step(finding),
    ]
    head = f"{finding.verdict.words.upper()}  {finding.place}"
    source = [finding.file] if finding.file else []
    return "\n".join([head, *(f"  {'file':<29} {name}" for name in source), *(f"  {n:<29} {t}" for n, t in rows if t)])


def _summary(
    files: int, unreadable: int, claims: int, counts: Mapping[Verdict, int], totals: Totals, projected: int
) -> list[str]:
    looks = sum(count for verdict, count in counts.items() if verdict.needs_a_look)
    places = sum(counts.values())
    left_out = f" ({unreadable} of them could not be read)" if unreadable else ""
    lines = [
        f"{_count(files, 'file')}{left_out}, {_count(claims, 'claim')}, {_count(places, 'place')} checked",
        f"sequestration taken {totals.reported}",
    ]
    if looks:
        owed = [f"{amount} to {_WHO[whom]}" for whom, amount in totals.by_owed_to.items() if amount]
        tail = f", owed: {', '.join(owed)}" if owed else ""
        lines.append(f"in question {totals.in_question} in {_count(looks, 'place')}{tail}")
    else:
        lines.append("nothing to look at")
    lines.append(", ".join(f"{count} {verdict.words}" for verdict, count in counts.items() if count) or "no places")
    if projected:
        lines.append(f"{_count(projected, 'place')} judged by a projected rate, which may turn out otherwise")
    return lines


def _problems_in_words(problems: Sequence[Problem], dropped: int) -> list[str]:
    errors = [problem for problem in problems if problem.level is Level.ERROR]
    notes = [problem for problem in problems if problem.level is Level.NOTE]
    shown = [*errors, *notes][:_MOST_PROBLEMS]
    more = len(problems) - len(shown) + dropped
    lines = ["Problems of the input:"]
    lines += [f"  {problem.level}: {problem}" for problem in shown]
    if more:
        lines.append(f"  and {more} more")
    return lines


def _why(finding: Finding) -> list[tuple[str, str]]:
    """Why the amount may be what it is: first the mistakes that give it, then the plain facts."""
    texts = [explanation.text for explanation in finding.explanations]
    mistakes = sum(explanation.code.is_mistake for explanation in finding.explanations)
    rows = [("why" if place == 0 or place >= mistakes else "or", text) for place, text in enumerate(texts)]
    if mistakes > 1:
        rows.insert(mistakes, ("", "(each of these gives the same amount; the file cannot tell them apart)"))
    return rows


def _step(finding: Finding) -> list[tuple[str, str]]:
    """What to do next, for what needs a look."""
    step = finding.step
    if step is None or not finding.verdict.needs_a_look:
        return []
    return [
        ("next step", f"{step.action}: {step.why}"),
        ("", f"{step.authority}" if step.authority else ""),
        ("last day", str(step.deadline) if step.deadline else ""),
    ]


def _provider_adjustments_in_words(adjustments: Sequence[ProviderAdjustment]) -> list[str]:
    shown = adjustments[:_MOST_PROBLEMS]
    lines = ["Provider adjustments (above zero lowers the payment):"]
    for item in shown:
        amount = "unknown" if item.amount is None else str(item.amount)
        lines.append(f"  {item.reason:<3} {amount:>14}  {item.meaning or 'a code that is not in the table'}")
    if len(adjustments) > len(shown):
        lines.append(f"  and {len(adjustments) - len(shown)} more")
    return lines


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def _rate(finding: Finding) -> str:
    if finding.rate is None or finding.period is None:
        return ""
    note = " (projected: it may turn out otherwise)" if finding.projected else ""
    return f"{percent(finding.rate)} {finding.period.span}{note}"


def _group(finding: Finding) -> str:
    return f" under group {finding.group}" if finding.group not in ("", "CO") else ""


def _difference(finding: Finding) -> str:
    if not finding.difference or finding.verdict is Verdict.UNDETERMINED:
        return ""
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return f"{abs(finding.difference)} {'more' if finding.difference > 0 else 'less'} than Medicare's own cut"
    owed = f", owed to {_WHO[finding.owed_to]}" if finding.owed_to is not None else ""
    size = abs(finding.difference)
    return f"{size} {'too much' if finding.difference > 0 else 'too little'} was taken{owed}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
