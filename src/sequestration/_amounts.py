"""What the adjustments of a place add up to, by what they mean for the base of the cut."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from sequestration._remittance import Adjustment

__all__ = [
    "CUT",
    "CUT_BEFORE_253",
    "MEANT_OTHERWISE",
    "OF_THE_BASE",
    "PAID_BEFORE",
    "PAID_TO_PATIENT",
    "PAYMENT_MODEL",
    "Amounts",
    "weigh",
]

CUT = "253"
CUT_BEFORE_253 = "223"  # another mandate, too: only the era's data says which
PAID_TO_PATIENT = "100"
PAID_BEFORE = "B13"
PRIMARY_PAYER = "23"
PAYMENT_MODEL = "132"
OF_THE_BASE = frozenset((PAID_TO_PATIENT, PAID_BEFORE, PAYMENT_MODEL, CUT_BEFORE_253))
"""Codes that bear on what the cut was taken from."""
_DEDUCTIBLE = "1"
_COINSURANCE = ("2", "3")
_QMB_SHARE = "209"
_BEFORE_THE_CUT = ("237", "144")  # quality penalty, and bonus with its negative amount
MEANT_OTHERWISE = frozenset((PAID_TO_PATIENT, PAID_BEFORE, PRIMARY_PAYER, PAYMENT_MODEL, *_BEFORE_THE_CUT, _QMB_SHARE))
"""Codes whose meaning is known, so that no cut hides under them."""
_PATIENT = "PR"
_OTHER = "OA"


@attrs.define
class Amounts:
    """Sums in whole cents over the adjustments of a place; None where one of them could not be read.

    `cut` is what was reported as the cut, in the `groups` given; `elsewhere` what Medicare paid under
    another code (to the patient, or before), `to_patient` the first of them. `share` is the patient's
    deductible, coinsurance and copayment; `before` what else goes off the allowed amount before the cut.
    `others` is every adjustment that is neither the cut nor money paid elsewhere; `model` what a payment model cut.
    """

    adjustments: list[Adjustment]
    cut: int | None = 0
    groups: tuple[str, ...] = ()
    elsewhere: int | None = 0
    to_patient: int = 0
    deductible: int = 0
    coinsurance: int = 0
    before: int = 0
    primary: int | None = None
    model: int | None = 0
    others: int | None = 0
    cut_code: str = CUT

    @property
    def share(self) -> int:
        """The patient's deductible, coinsurance and copayment."""
        return self.deductible + self.coinsurance


def weigh(adjustments: Iterable[Adjustment], cut_code: str = CUT) -> Amounts:
    """The sums over some adjustments; `cut_code` is the reason code that stands for the cut."""
    found = Amounts(list(adjustments), cut_code=cut_code)
    groups: list[str] = []
    for adjustment in found.adjustments:
        reason, cents = adjustment.reason, adjustment.amount_cents
        if reason == cut_code:
            found.cut = _plus(found.cut, cents)
            if cents != 0 and adjustment.group not in groups:
                groups.append(adjustment.group)
        elif reason in (PAID_TO_PATIENT, PAID_BEFORE):
            found.elsewhere = _plus(found.elsewhere, cents)
            if reason == PAID_TO_PATIENT and cents is not None:
                found.to_patient += cents
        else:
            found.others = _plus(found.others, cents)
            if reason == PAYMENT_MODEL:
                found.model = _plus(found.model, cents)
            elif cents is not None:
                _sort_in(found, adjustment, cents)
    found.groups = tuple(groups)
    return found


def _sort_in(found: Amounts, adjustment: Adjustment, cents: int) -> None:
    """Add an adjustment that is not the cut to the sums it belongs to."""
    group, reason = adjustment.group, adjustment.reason
    if group == _PATIENT and reason == _DEDUCTIBLE:
        found.deductible += cents
    elif group == _PATIENT and reason in _COINSURANCE:
        found.coinsurance += cents
    elif reason in _BEFORE_THE_CUT or (group == _OTHER and reason == _QMB_SHARE):
        found.before += cents
    elif group == _OTHER and reason == PRIMARY_PAYER:
        found.primary = (found.primary or 0) + cents


def _plus(total: int | None, cents: int | None) -> int | None:
    return None if total is None or cents is None else total + cents
