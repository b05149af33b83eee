"""Words of the report for verdicts, mistakes and amounts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sequestration._checking.findings import Verdict
from sequestration._checking.mistakes import ExplanationCode
from sequestration._money import format_dollars

__all__ = ["CAUSES", "VERDICTS", "signed_dollars", "start_sentence"]

VERDICTS: Mapping[Verdict, str] = {
    Verdict.CUT_TOO_LARGE: "Over-withheld",
    Verdict.CUT_NOT_DUE: "Withheld while suspended",
    Verdict.CUT_TOO_SMALL: "Under-withheld",
    Verdict.MISSING: "Due but not withheld",
    Verdict.WRONG_GROUP: "Wrong group code",
    Verdict.UNDETERMINED: "Could not be checked",
    Verdict.ROUNDING: "Rounding",
    Verdict.CORRECT: "Correct",
    Verdict.NOTHING_DUE: "Nothing due",
    Verdict.REVERSAL: "Reversal",
    Verdict.NOT_APPLICABLE: "Other payer",
}
"""Each verdict for readers, in the order of the report: what needs review comes first."""

CAUSES: Mapping[ExplanationCode, str] = {
    ExplanationCode.TIE: "half a cent rounded down",
    ExplanationCode.CUT_OFF: "truncated to the cent",
    ExplanationCode.ONE_CENT: "one cent off",
    ExplanationCode.OTHER_DATE: "rate of another date of the claim",
    ExplanationCode.PRORATED: "rates prorated over the days of the claim",
    ExplanationCode.OTHER_RATE: "rate of another period",
    ExplanationCode.ECHO_OF_PRIMARY: "primary payer's sequestration repeated",
    ExplanationCode.BEFORE_OTHER_ADJUSTMENT: "calculated before another adjustment",
    ExplanationCode.DOUBLED: "twice the amount due",
    ExplanationCode.WRONG_SIGN: "wrong sign",
    ExplanationCode.ON_ALLOWED: "calculated on the allowed amount",
    ExplanationCode.BEFORE_COINSURANCE: "calculated before coinsurance",
    ExplanationCode.BEFORE_DEDUCTIBLE: "calculated before the deductible",
    ExplanationCode.BEFORE_PRIMARY_PAYMENT: "calculated before the primary payment",
    ExplanationCode.ON_PRIMARY_PAYMENT: "calculated on the primary payment",
    ExplanationCode.ON_CHARGE: "calculated on the billed charge",
    ExplanationCode.WRONG_GROUP: "wrong group code",
    ExplanationCode.UNASSIGNED: "unassigned claim",
    ExplanationCode.TAKEN_UNREPORTED: "withheld but not reported",
    ExplanationCode.NOT_BALANCED: "line out of balance",
    ExplanationCode.CODE_223: "reported as CARC 223",
}
"""Each mistake or fact as a cause that many lines may share."""


def signed_dollars(amount: Decimal) -> str:
    """Write an amount that raises or lowers a sum, with its sign.

    >>> signed_dollars(Decimal("1.60")), signed_dollars(Decimal("0.00"))
    ('+$1.60', '$0.00')
    """
    return f"{'+' if amount > 0 else ''}{format_dollars(amount)}"


def start_sentence(words: str) -> str:
    """Begin a text with a capital letter."""
    return words[:1].upper() + words[1:]
