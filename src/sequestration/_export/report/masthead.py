"""Head of the report: outcome, payers, checks, dates, versions of law and codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import PurePath

import attrs

from sequestration._audit.result import Audit
from sequestration._audit.summaries.patterns import Pattern
from sequestration._codes.shipped import carcs
from sequestration._dates import days_in_words, for_readers
from sequestration._export.report.layout import and_more, data_table, section, wide
from sequestration._html import Piece, element, join_pieces
from sequestration._law.freshness import how_checked
from sequestration._law.schedule import medicare_ffs
from sequestration._messages import counted
from sequestration._money import as_dollars
from sequestration._version import installed_version
from sequestration._x12.problems import ProblemCode

__all__ = ["TITLE", "masthead", "remittances_section", "subject"]

TITLE = "Medicare sequestration check"
_MAX_NAMED = 4
_MAX_ROWS = 500


@attrs.frozen
class _Payment:
    """A remittance as far as it is known: its payer by name or number."""

    trace: str
    on: date | None
    payer: str
    amount: Decimal | None = None
    claims: int | None = None


def subject(audit: Audit) -> str:
    """Name what was checked: one file by its name, several by their number."""
    if len(audit.files) == 1:
        name = audit.files[0].name
        return PurePath(name).name if name else "an 835"
    return f"{len(audit.files):,} files"


def masthead(audit: Audit, as_of: date, outcome: Piece, patterns: Sequence[Pattern]) -> Piece:
    """Build the head of the page: the outcome, then what was checked.

    Args:
        audit: The audit.
        as_of: Day from which the days left are counted.
        outcome: The outcome of the audit.
        patterns: The patterns of the audit, which know the payers of findings that were not kept.
    """
    payments = _payments(audit)
    days = sorted(payment.on for payment in payments if payment.on is not None)
    facts: list[tuple[str, object]] = [
        ("Payer", _named(_payers(audit, payments, patterns))),
        ("Payee NPI", _named(dict.fromkeys(found.payee_npi for found in audit.findings))),
        ("Checks and EFTs", _named(dict.fromkeys(payment.trace for payment in payments))),
        ("Payment dates", days_in_words(days[0], days[-1]) if days else ""),
    ]
    repeated = audit._count_problems(ProblemCode.REPEATED_REMITTANCE)
    checked = (
        subject(audit),
        counted(audit.claims, "claim"),
        *([f"{counted(repeated, 'repeated remittance')} counted once"] if repeated else []),
        counted(audit.places, "line"),
        f"as of {for_readers(as_of)}",
    )
    made = (
        f"sequestration {installed_version()}; law {how_checked(medicare_ffs().periods)}; "
        f"codes of {for_readers(carcs().release)}, verified {for_readers(carcs().verified_on)}"
    )
    return element(
        "header",
        element("h1", TITLE),
        element("p", " \N{MIDDLE DOT} ".join(checked), class_="checked"),
        outcome,
        element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in facts if value)),
        element("p", f"Made by {made}.", class_="soft"),
    )


def remittances_section(audit: Audit) -> Piece:
    """Build the table of all checks and EFTs; empty if there is one or none."""
    payments = _payments(audit)
    if len(payments) <= 1:  # The head names a single one.
        return Piece()
    rows = [
        (
            payment.trace or "no number",
            for_readers(payment.on) if payment.on else "unknown",
            payment.payer,
            "" if payment.claims is None else payment.claims,
            "" if payment.amount is None else payment.amount,
        )
        for payment in payments[:_MAX_ROWS]
    ]
    columns = ("Check or EFT", "Payment date", "Payer", "Claims", "Payment")
    return section(
        "remittances",
        "Checks and EFTs",
        wide(data_table("", columns, rows), "Table of checks and EFTs"),
        and_more(len(payments) - len(rows)),
    )


def _payers(audit: Audit, payments: Iterable[_Payment], patterns: Iterable[Pattern]) -> Iterable[str]:
    """Names of the payers; a payer without any finding is known by its number alone."""
    names = dict.fromkeys(
        name
        for name in (
            *(found.payer for found in audit.findings),
            *(pattern.payer for pattern in patterns),
            *(plan.payer for plan in audit.plans()),
        )
        if name
    )
    return names or dict.fromkeys(f"number {payment.payer}" for payment in payments if payment.payer)


def _payments(audit: Audit) -> Sequence[_Payment]:
    """Remittances that the audit remembers or its findings name, by date."""
    known = [
        _Payment(trace, on, payer, as_dollars(cents), claims)
        for payer, trace, cents, on, claims, *_ in audit.remittances
    ]
    keys = {(payment.trace, payment.on) for payment in known}
    for found in audit.findings:
        key = (found.trace_number, found.payment_date)
        if any(key) and key not in keys:
            keys.add(key)
            known.append(_Payment(*key, found.payer))
    return sorted(known, key=lambda payment: (payment.on or date.max, payment.trace))


def _named(texts: Iterable[str]) -> object:
    """A few texts, and how many more there are."""
    every = [text for text in texts if text]
    shown = every[:_MAX_NAMED]
    more = [f"and {len(every) - len(shown):,} more"] if len(every) > len(shown) else []
    return join_pieces([element("span", text) for text in (*shown, *more)], " ") if every else ""
