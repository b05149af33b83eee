"""Whether a payer is fee-for-service Medicare, as far as a file shows it or the caller says it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from sequestration._problems import ProblemCode
from sequestration._reasons import Reason, ReasonCode
from sequestration._remittance import Claim
from sequestration._settings import settings
from sequestration._values import told, written

__all__ = ["Payer", "PayerKind", "Standing", "payer_kind", "payer_kinds", "payer_of"]


class PayerKind(StrEnum):
    """What a caller may say of a payer."""

    FFS = "ffs"
    """Fee-for-service Medicare: the law decides."""
    CONTRACT = "contract"
    """A plan: its contract decides."""


class Standing(StrEnum):
    """What a payer is taken for."""

    MEDICARE = "medicare"
    SAID_MEDICARE = "said_medicare"
    OTHER = "other"
    UNKNOWN = "unknown"


_MEDICARE_DECIDES = (Standing.MEDICARE, Standing.SAID_MEDICARE)


@attrs.frozen
class Payer:
    """A payer's standing, why, and the problem to report where it could not be told."""

    standing: Standing
    reason: Reason | None = None
    problem: ProblemCode | None = None
    is_medicare: bool = attrs.field(
        init=False, default=attrs.Factory(lambda payer: payer.standing in _MEDICARE_DECIDES, takes_self=True)
    )
    """Whether the law of fee-for-service Medicare decides; found once, for it is asked of every claim."""


_MEDICARE = Payer(Standing.MEDICARE)
_SAID_MEDICARE = Payer(Standing.SAID_MEDICARE)
_SAID_OTHER = Payer(Standing.OTHER, Reason(ReasonCode.SAID_CONTRACT))


def payer_of(claim: Claim, said: PayerKind | None, payers: Mapping[str, PayerKind]) -> Payer:
    """The standing of the payer of a claim.

    `said` is the caller's word on this claim, `payers` on any payer by one of its numbers (N104, REF 2U,
    TRN03). Else plan code MA or MB (CLP06) stands for Medicare, unless the payer's name speaks against
    it; a claim without a plan code tells nothing; every other code is another payer.
    """
    word = said or next((payers[n] for n in claim.remittance.payer_ids if n in payers), None)
    if word is PayerKind.FFS:
        return _SAID_MEDICARE
    if word is PayerKind.CONTRACT:
        return _SAID_OTHER
    if not claim.plan.strip():
        return Payer(Standing.UNKNOWN, Reason(ReasonCode.PLAN_MISSING), ProblemCode.PLAN_MISSING)
    if claim.plan not in settings().fee_for_service_plans:
        return Payer(Standing.OTHER, Reason(ReasonCode.OTHER_PLAN, {"plan": claim.plan}))
    name = claim.remittance.payer.lower()
    if any(against in name for against in settings().words_against_medicare):
        reason = Reason(ReasonCode.PAYER_NAME_AGAINST, {"plan": claim.plan})
        return Payer(Standing.UNKNOWN, reason, ProblemCode.PAYER_NAME_AGAINST)
    return _MEDICARE


def payer_kind(value: PayerKind | str) -> PayerKind:
    """The kind that a caller names. Raises `ValueError` for one that there is not."""
    try:
        return PayerKind(written(value))
    except ValueError:
        raise ValueError(f"a payer is 'ffs' or 'contract', not {told(value)}") from None


def payer_kinds(payers: Mapping[str, PayerKind | str] | None) -> dict[str, PayerKind]:
    """What a caller says of payers by number, checked."""
    if payers is not None and not isinstance(payers, Mapping):
        raise TypeError(f'payers says who each number is, such as {{"11502": "ffs"}}, not {type(payers).__name__}')
    return {str(number): payer_kind(kind) for number, kind in (payers or {}).items()}
