"""Sum adjustments by their effect on the sequestration base."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import attrs

from sequestration._x12.model import Adjustment

__all__ = [
    "AFFECT_BASE",
    "CARC_23",
    "CARC_100",
    "CARC_132",
    "CARC_223",
    "CARC_253",
    "CARC_B13",
    "MEANING_KNOWN",
    "MOVED_AFTER_CUT",
    "OUTSIDE_THE_BASE",
    "Amounts",
    "sum_adjustments",
]

CARC_253 = "253"
CARC_223 = "223"
"""Code for sequestration before 253, and for other mandates; only the date of the file distinguishes them."""
CARC_100 = "100"
"""Payment to the patient or to someone else."""
CARC_B13 = "B13"
"""Earlier payment."""
CARC_132 = "132"
"""Reduction by a payment model."""
CARC_23 = "23"
"""Effect of a prior payer's adjudication."""

MOVED_AFTER_CUT = frozenset(("85", "225", "104", "105"))
"""Interest (twice), and what a plan or the tax office withholds: money that moves after the sequestration."""

AFFECT_BASE = frozenset((CARC_100, CARC_B13, CARC_132, CARC_223, *MOVED_AFTER_CUT))
"""Codes that affect the base of the sequestration."""
OUTSIDE_THE_BASE = frozenset((CARC_100, CARC_B13, CARC_132, *MOVED_AFTER_CUT))
"""Codes of money that is paid elsewhere or moves after the sequestration, or may do so."""
_DEDUCTIBLE = "1"
_COINSURANCE_AND_COPAYMENT = ("2", "3")
_QMB_COST_SHARE = "209"
_BEFORE_THE_CUT = ("237", "144")  # A quality penalty, and a bonus with its negative amount.
MEANING_KNOWN = frozenset((CARC_100, CARC_B13, CARC_132, *_BEFORE_THE_CUT, _QMB_COST_SHARE))
"""Codes with a known meaning of their own, so that they cannot be a sequestration in disguise."""


@attrs.define  # Not frozen, because one is made for each line, and a frozen class takes three times as long.
class Amounts:
    """Sums of adjustments in whole cents; None where one of them could not be read.

    `cut` is the reported sequestration, under the group codes in `groups`. `elsewhere` is what Medicare paid
    under another code (to the patient, or earlier); `to_patient` is the part paid to the patient. `share` is
    the patient's deductible, coinsurance and copayment. `before` is what else reduces the allowed amount before
    sequestration. `others` is every adjustment that is neither sequestration nor money paid elsewhere. `model`
    is the reduction by a payment model. `moved` is what was added or withheld after sequestration.
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
    moved: int = 0
    others: int | None = 0
    cut_code: str = CARC_253

    @property
    def share(self) -> int:
        """The patient's deductible, coinsurance and copayment."""
        return self.deductible + self.coinsurance


def sum_adjustments(adjustments: Iterable[Adjustment], cut_code: str = CARC_253) -> Amounts:
    """Sum adjustments by meaning; `cut_code` is the code that reports sequestration."""
    every = tuple(adjustments)
    sums = _NO_SUMS.copy()
    unknown: set[str] = set()
    groups: dict[str, None] = {}  # In the order in which they occur.
    for adjustment in every:
        cents = adjustment.amount_cents
        if adjustment.reason == cut_code and cents != 0:
            groups[adjustment.group] = None
        for name in _sums_of(adjustment.group, adjustment.reason, cut_code):
            if cents is None:
                unknown.add(name)
            else:
                sums[name] = sums.get(name, 0) + cents
    return Amounts(
        every,
        cut=None if "cut" in unknown else sums["cut"],
        groups=tuple(groups),
        elsewhere=None if "elsewhere" in unknown else sums["elsewhere"],
        to_patient=sums["to_patient"],
        deductible=sums["deductible"],
        coinsurance=sums["coinsurance"],
        before=sums["before"],
        primary=sums.get("primary"),
        model=None if "model" in unknown else sums["model"],
        moved=sums["moved"],
        others=None if "others" in unknown else sums["others"],
        cut_code=cut_code,
    )


_NO_SUMS: dict[str, int] = dict.fromkeys(
    ("cut", "elsewhere", "to_patient", "deductible", "coinsurance", "before", "model", "moved", "others"), 0
)
"""Sums without any adjustment; that of a primary payer is left out."""


@lru_cache(maxsize=1_000)  # Few codes make up a file, and one call for each adjustment would be slow.
def _sums_of(group: str, reason: str, cut_code: str) -> tuple[str, ...]:
    """The sums that an adjustment belongs to."""
    if reason == cut_code:
        return ("cut",)
    if reason in (CARC_100, CARC_B13):
        return ("elsewhere", "to_patient") if reason == CARC_100 else ("elsewhere",)
    if reason == CARC_132:
        return "others", "model"
    if reason in MOVED_AFTER_CUT:
        return "others", "moved"
    if group == "PR" and reason == _DEDUCTIBLE:
        return "others", "deductible"
    if group == "PR" and reason in _COINSURANCE_AND_COPAYMENT:
        return "others", "coinsurance"
    if reason in _BEFORE_THE_CUT or (group == "OA" and reason == _QMB_COST_SHARE):
        return "others", "before"
    return ("others", "primary") if reason == CARC_23 else ("others",)
