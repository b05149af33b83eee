"""Labels of the report: verdicts in its order, amounts with their sign."""

from __future__ import annotations

from decimal import Decimal

from sequestration._checking.findings import Verdict
from sequestration._money import format_dollars

__all__ = ["VERDICTS", "signed_dollars", "start_sentence", "verdict_title"]

VERDICTS = tuple(sorted(Verdict, key=lambda verdict: not verdict.needs_review))
"""Verdicts in the order of the report: what needs review comes first."""


def verdict_title(verdict: Verdict) -> str:
    """Name a verdict at the start of a cell or label.

    >>> verdict_title(Verdict.CUT_NOT_DUE)
    'Withheld while suspended'
    """
    return start_sentence(verdict.words)


def signed_dollars(amount: Decimal) -> str:
    """Write an amount that raises or lowers a sum, with its sign.

    >>> signed_dollars(Decimal("1.60")), signed_dollars(Decimal("0.00"))
    ('+$1.60', '$0.00')
    """
    return f"{'+' if amount > 0 else ''}{format_dollars(amount)}"


def start_sentence(words: str) -> str:
    """Begin a text with a capital letter."""
    return words[:1].upper() + words[1:]
