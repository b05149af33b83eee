"""Sum adjustments by their effect on the sequestration base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import attrs

from sequestration._x12.model import Adjustment

__all__ = [
    "AFFECT_BASE",
    "CARC_100",
    "CARC_132",
    "CARC_223",
    "CARC_253",
    "CARC_B13",
    "MEANING_KNOWN",
    "Amounts",
    "sum_adjustments",
]

CARC_253 = "253"
CARC_223 = "223"
"""Code for sequestration before 253, and for other mandates; only the date of the file tells them apart."""
CARC_100 = "100"
"""Payment to the patient or to somebody else."""
CARC_B13 = "B13"
"""Earlier payment."""
CARC_132 = "132"
"""Reduction by a payment model."""
CARC_23 = "23"
"""Effect of a prior payer's adjudication."""

AFFECT_BASE = frozenset((CARC_100, CARC_B13, CARC_132, CARC_223))
"""Codes that affect the base of the sequestration."""
_DEDUCTIBLE = "1"
_COINSURANCE_AND_COPAYMENT = ("2", "3")
_QMB_COST_SHARE = "209"
_BEFORE_THE_CUT = ("237", "144")  # A quality penalty, and a bonus with its negative amount.
MEANING_KNOWN = frozenset((CARC_100, CARC_B13, CARC_23, CARC_132, *_BEFORE_THE_CUT, _QMB_COST_SHARE))
"""Codes with a known meaning of their own, so that they cannot be a sequestration in disguise."""


@attrs.frozen
class Amounts:
    """Sums of adjustments in whole cents; None where one of them could not be read.

    `cut` is the reported sequestration, under the group codes in `groups`. `elsewhere` is what Medicare paid
    under another code (to the patient, or earlier); `to_patient` is the part paid to the patient. `share` is
    the patient's deductible, coinsurance and copayment. `before` is what else reduces the allowed amount before
    sequestration. `others` is every adjustment that is neither sequestration nor money paid elsewhere. `model`
    is the reduction by a payment model.
    """

    adjustments: tuple[Adjustment, ...] = ()
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
    cut_code: str = CARC_253

    @property
    def share(self) -> int:
        """The patient's deductible, coinsurance and copayment."""
        return self.deductible + self.coinsurance


def sum_adjustments(adjustments: Iterable[Adjustment], cut_code: str = CARC_253) -> Amounts:
    """Sum adjustments by meaning; `cut_code` is the code that reports sequestration."""
    every = tuple(adjustments)
    cut = elsewhere = others = model = 0
    unknown: set[str] = set()
    groups: dict[str, None] = {}  # In the order in which they occur.
    sums: defaultdict[str, int] = defaultdict(int)
    for adjustment in every:
        reason, cents = adjustment.reason, adjustment.amount_cents
        if reason == cut_code and cents != 0:
            groups[adjustment.group] = None
        if cents is None:
            unknown |= _sums_of(reason, cut_code)
        elif reason == cut_code:
            cut += cents
        elif reason in (CARC_100, CARC_B13):
            elsewhere += cents
            sums["to_patient" if reason == CARC_100 else ""] += cents
        else:
            others += cents
            if reason == CARC_132:
                model += cents
            else:
                sums[_meaning(adjustment.group, reason)] += cents
    return Amounts(
        every,
        cut=None if "cut" in unknown else cut,
        groups=tuple(groups),
        elsewhere=None if "elsewhere" in unknown else elsewhere,
        to_patient=sums["to_patient"],
        deductible=sums["deductible"],
        coinsurance=sums["coinsurance"],
        before=sums["before"],
        primary=sums.get("primary"),
        model=None if "model" in unknown else model,
        others=None if "others" in unknown else others,
        cut_code=cut_code,
    )


def _sums_of(reason: str, cut_code: str) -> set[str]:
    """The sums that an adjustment belongs to, which are unknown if its amount is."""
    if reason == cut_code:
        return {"cut"}
    if reason in (CARC_100, CARC_B13):
        return {"elsewhere"}
    return {"others", "model"} if reason == CARC_132 else {"others"}


def _meaning(group: str, reason: str) -> str:
    """The named sum that an adjustment belongs to besides `others`; empty if none."""
    if group == "PR" and reason == _DEDUCTIBLE:
        return "deductible"
    if group == "PR" and reason in _COINSURANCE_AND_COPAYMENT:
        return "coinsurance"
    if reason in _BEFORE_THE_CUT or (group == "OA" and reason == _QMB_COST_SHARE):
        return "before"
    return "primary" if group == "OA" and reason == CARC_23 else ""
