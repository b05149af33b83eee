"""Check that lines, claims and transactions balance, and report the gaps.

Line: charge = paid + its adjustments. Claim: charge = paid + all adjustments of claim and lines. Transaction:
payment = sum of the claims - sum of the provider-level adjustments (a positive one lowers the payment).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sequestration._checking.case import all_adjustments
from sequestration._money import total_if_known
from sequestration._x12.model import Adjustment, Claim
from sequestration._x12.remittance import Remittance

__all__ = ["claim_gap", "is_balanced", "line_gaps", "transaction_gap"]


def is_balanced(claim: Claim) -> bool:
    """Whether a claim and each of its lines balance.

    If so, all of their amounts are known, and nothing else in this module needs to be asked. Most claims balance.
    """
    rest = _gap(claim.charge_cents, claim.paid_cents, claim.adjustments)
    for line in claim.lines:
        of_line = total_if_known([item.amount_cents for item in line.adjustments])
        if rest is None or of_line is None or line.charge_cents is None or line.paid_cents is None:
            return False
        if line.charge_cents != line.paid_cents + of_line:
            return False
        rest -= of_line
    return rest == 0


def line_gaps(claim: Claim) -> Iterator[tuple[int, int]]:
    """Number and gap (whole cents) of each line that is out of balance.

    A gap is not reported if one adjustment of the claim, or all of them together, explain it. Lines with an amount
    that could not be read are left out, as in the other functions.
    """
    gaps = [(line.number, _gap(line.charge_cents, line.paid_cents, line.adjustments)) for line in claim.lines]
    known = [(number, gap) for number, gap in gaps if gap]
    if not known:
        return
    explained = {adjustment.amount_cents for adjustment in claim.adjustments}
    together = total_if_known(item.amount_cents for item in claim.adjustments)
    if together is not None and together == sum(gap for _, gap in known) and claim.adjustments:
        return
    for number, gap in known:
        if gap not in explained and gap != together:
            yield number, gap


def claim_gap(claim: Claim) -> int:
    """Gap of a claim in whole cents; zero if it balances or cannot be checked."""
    return _gap(claim.charge_cents, claim.paid_cents, all_adjustments(claim)) or 0


def transaction_gap(remittance: Remittance, paid_on_claims: int | None) -> tuple[int, int] | None:
    """Sum of a transaction and the gap to its payment; None if it cannot be checked."""
    adjusted = total_if_known(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    if adjusted is None or paid_on_claims is None or remittance.payment_cents is None or not remittance.complete:
        return None
    total = paid_on_claims - adjusted
    return total, remittance.payment_cents - total


def _gap(charge: int | None, paid: int | None, adjustments: Iterable[Adjustment]) -> int | None:
    total = total_if_known([adjustment.amount_cents for adjustment in adjustments])
    if charge is None or paid is None or total is None:
        return None
    return charge - paid - total
