"""Decide whether a payer is Medicare fee-for-service.

The file shows it, or the caller says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from typing import TypeAlias

import attrs

from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._errors import InvalidArgument, InvalidArgumentType
from sequestration._law.rules import rules
from sequestration._messages import shorten_repr, to_text
from sequestration._x12.problems import ProblemCode
from sequestration._x12.remittance import Remittance

__all__ = [
    "MEDICARE",
    "PAYER_DOUBTS",
    "Payer",
    "PayerKind",
    "PayerStanding",
    "Payers",
    "classify_payer",
    "parse_payer_kind",
    "parse_payer_kinds",
]

PAYER_DOUBTS = frozenset((ProblemCode.PLAN_MISSING, ProblemCode.PAYER_NAME_AGAINST))
"""Problems that a payer in doubt may have."""


class PayerKind(StrEnum):
    """Kind of payer, as a caller states it."""

    FFS = "ffs"
    """Fee-for-service Medicare: the law decides."""
    CONTRACT = "contract"
    """A plan: its contract decides."""


Payers: TypeAlias = Mapping[str, PayerKind | str]
"""Kinds of payers by one of their numbers (N104, REF 2U, TRN03), such as {"11502": "ffs"}."""


class PayerStanding(Enum):
    """Conclusion about a payer."""

    MEDICARE = auto()
    VOUCHED_MEDICARE = auto()
    OTHER = auto()
    UNKNOWN = auto()


_MEDICARE_PLAN = "16"  # CLP06: a health maintenance organization with a Medicare risk contract.
_MEDICARE_DECIDES = (PayerStanding.MEDICARE, PayerStanding.VOUCHED_MEDICARE)


@attrs.frozen
class Payer:
    """Conclusion about a payer, with its reason and the problem to report if in doubt."""

    standing: PayerStanding
    reason: Reason | None = None
    problem: ProblemCode | None = None
    is_plan: bool = False
    """Whether it is a Medicare plan, so that its contract decides."""
    is_medicare: bool = attrs.field(
        init=False, default=attrs.Factory(lambda payer: payer.standing in _MEDICARE_DECIDES, takes_self=True)
    )
    """Whether Medicare fee-for-service law decides. Computed once, because every claim asks."""


MEDICARE = Payer(PayerStanding.MEDICARE)
_VOUCHED_MEDICARE = Payer(PayerStanding.VOUCHED_MEDICARE)
_VOUCHED_OTHER = Payer(PayerStanding.OTHER, Reason(ReasonCode.SAID_CONTRACT), is_plan=True)


def classify_payer(
    plan: str, remittance: Remittance, vouched: PayerKind | None, payers: Mapping[str, PayerKind]
) -> Payer:
    """Decide the standing of a claim's payer.

    Without the caller's word, plan code MA or MB means Medicare unless the payer's name contradicts it. A claim without
    a plan code proves nothing, and any other code means another payer.

    Args:
        plan: Plan code of the claim (CLP06).
        remittance: Remittance of the claim.
        vouched: The caller's word about this claim.
        payers: The caller's word about any payer by one of its numbers (N104, REF 2U, TRN03).
    """
    word = vouched or next((payers[n] for n in remittance.payer_ids if n in payers), None)
    if word is PayerKind.FFS:
        return _VOUCHED_MEDICARE
    if word is PayerKind.CONTRACT:
        return _VOUCHED_OTHER
    if not plan.strip():
        return Payer(PayerStanding.UNKNOWN, Reason(ReasonCode.PLAN_MISSING), ProblemCode.PLAN_MISSING)
    if plan not in rules().fee_for_service_plans:
        reason = Reason(ReasonCode.OTHER_PLAN, {"plan": plan})
        return Payer(PayerStanding.OTHER, reason, is_plan=plan.strip() == _MEDICARE_PLAN)
    name = remittance.payer.lower()
    if rules().words_against_medicare.search(name):
        reason = Reason(ReasonCode.PAYER_NAME_AGAINST, {"plan": plan})
        return Payer(PayerStanding.UNKNOWN, reason, ProblemCode.PAYER_NAME_AGAINST)
    return MEDICARE


def parse_payer_kind(value: PayerKind | str) -> PayerKind:
    """Convert a caller's value to a kind of payer; raises `InvalidArgument`."""
    try:
        return PayerKind(to_text(value))
    except ValueError:
        raise InvalidArgument(f"payer must be 'ffs' or 'contract', not {shorten_repr(value)}") from None


def parse_payer_kinds(payers: Payers | None) -> dict[str, PayerKind]:
    """Convert a caller's mapping of payer numbers to kinds."""
    if payers is not None and not isinstance(payers, Mapping):
        raise InvalidArgumentType(
            f'payers must map payer numbers to kinds, such as {{"11502": "ffs"}}, not {type(payers).__name__}'
        )
    return {str(number): parse_payer_kind(kind) for number, kind in (payers or {}).items()}
