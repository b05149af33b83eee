"""Lay out an audit for a notebook: head, dollars, findings, patterns, problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Protocol

from sequestration._audit.summaries.patterns import Pattern
from sequestration._audit.summaries.plans import PlanTotal
from sequestration._audit.totals import AuditTotals, count_to_review
from sequestration._checking.findings import Finding, OwedTo, Verdict, heaviest_first
from sequestration._dates import days_in_words
from sequestration._html import Piece, element, facts, join_pieces, notebook, table
from sequestration._messages import counted
from sequestration._x12.problems import Problem, ProblemCode, most_severe_first

__all__ = ["audit_in_html"]

_MAX_FINDINGS, _MAX_GROUPS, _MAX_PROBLEMS, _MAX_NAMED = 10, 5, 5, 4


class _Audit(Protocol):
    """The parts of an `Audit` that a notebook shows."""

    counts: dict[Verdict, int]
    findings: list[Finding]
    problems: list[Problem]
    problems_dropped: int
    files: Any
    totals: AuditTotals
    remittances: Any

    @property
    def headline(self) -> str: ...

    @property
    def claims(self) -> int: ...

    @property
    def reversed_since(self) -> dict[OwedTo, Decimal]: ...

    @property
    def places(self) -> int: ...

    def open_findings(self) -> list[Finding]: ...

    def patterns(self) -> list[Pattern]: ...

    def plans(self) -> list[PlanTotal]: ...


def audit_in_html(audit: _Audit, dollars: Sequence[tuple[str, Decimal]]) -> str:
    """Lay out an audit as HTML, with the dollars that reconcile."""
    patterns = audit.patterns()
    return notebook(
        facts("Medicare sequestration check", _head(audit, patterns)),
        element("p", element("strong", audit.headline)),
        table("", ("Dollars", ""), [*dollars, *_owed(audit)]),
        _findings(audit),
        _groups("Patterns", [pattern for pattern in patterns if pattern.lines > 1]),
        _groups("Plans, not included in the totals above", audit.plans()),
        _problems(audit),
    )


def _head(audit: _Audit, patterns: Iterable[Pattern]) -> list[tuple[str, object]]:
    """Files, payers and remittances as far as they are known."""
    days = sorted(on for _, _, _, on, *_ in audit.remittances if on is not None)
    payers = (
        *(found.payer for found in audit.findings),
        *(pattern.payer for pattern in patterns),
        *(plan.payer for plan in audit.plans()),
    )
    repeated = sum(problem.code is ProblemCode.REPEATED_REMITTANCE for problem in audit.problems)
    files = [PurePath(file.name).name for file in audit.files if file.name]
    return [
        ("File" if len(files) == 1 else "Files", _named(files)),
        ("Payer", _named(payers)),
        ("Check or EFT", _named(trace for _, trace, *_ in audit.remittances)),
        ("Payment dates", days_in_words(days[0], days[-1]) if days else ""),
        ("Read", f"{counted(audit.claims, 'claim')}, {counted(audit.places, 'line')}"),
        ("Counted once", counted(repeated, "repeated remittance") if repeated else ""),
    ]


def _owed(audit: _Audit) -> list[tuple[str, Decimal]]:
    named = (("In question", audit.totals.by_owed_to), ("Reversed since", audit.reversed_since))
    rows = ((name, whom, amount) for name, owed in named for whom, amount in owed.items())
    return [(f"{name}, owed to {whom.words}", amount) for name, whom, amount in rows if amount]


def _named(texts: Iterable[str]) -> object:
    """A few different texts, and how many more there are."""
    every = list(dict.fromkeys(text for text in texts if text))
    more = [f"and {len(every) - _MAX_NAMED:,} more"] if len(every) > _MAX_NAMED else []
    return join_pieces([*every[:_MAX_NAMED], *more], element("br")) if every else ""


def _findings(audit: _Audit) -> Piece:
    """Findings that are left to do, and how many were reversed since."""
    review = count_to_review(audit.counts)
    if not review:
        return Piece()
    left = audit.open_findings()
    gone = sum(found.verdict.needs_review for found in audit.findings) - len(left)
    rows = [found._cells for found in heaviest_first(left)[:_MAX_FINDINGS]]
    caption = "Needs review, largest amounts first"
    pieces = [table(caption, Finding._columns, rows, more=review - gone - len(rows))] if review > gone else []
    if gone:
        told = f"Reversed since in these files, so nothing is left to do: {counted(gone, 'finding')}"
        pieces.append(element("p", told))
    return join_pieces(pieces)


def _groups(caption: str, groups: Sequence[Pattern] | Sequence[PlanTotal]) -> Piece:
    """Patterns or plans as a table of sentences; empty if there are none."""
    shown = [(group.text,) for group in groups[:_MAX_GROUPS]]
    return table(caption, ("lines and dollars",), shown, more=len(groups) - len(shown)) if shown else Piece()


def _problems(audit: _Audit) -> Piece:
    every = most_severe_first(audit.problems)
    shown = [problem._cells for problem in every[:_MAX_PROBLEMS]]
    more = len(every) - len(shown) + audit.problems_dropped
    return table("File problems", Problem._columns, shown, more=more) if shown else Piece()
