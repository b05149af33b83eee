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
    "has_code",
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
    sums: dict[str, int] = {}
    unknown: list[str] = []
    groups: dict[str, None] = {}  # In the order in which they occur.
    for adjustment in every:
        group, reason, cents = adjustment.group, adjustment.reason, adjustment.amount_cents
        if reason == cut_code and cents != 0:
            groups[group] = None
        names = _sums_of(group, reason, cut_code)
        if cents is None:
            unknown += names
            continue
        for name in names:
            sums[name] = sums.get(name, 0) + cents
    amounts = Amounts(every, groups=tuple(groups), cut_code=cut_code)
    for name, total in sums.items():  # Most sums have no adjustment.
        setattr(amounts, name, total)
    if unknown:
        for name in _NEEDED.intersection(unknown):
            setattr(amounts, name, None)
    return amounts


def has_code(adjustments: Iterable[Adjustment], code: str) -> bool:
    """Whether a code is present with a nonzero or unreadable amount."""
    for adjustment in adjustments:  # noqa: SIM110 - every line is asked, and a generator takes twice as long
        if adjustment.reason == code and adjustment.amount_cents != 0:
            return True
    return False


_NEEDED = frozenset(("cut", "elsewhere", "model", "others"))
"""Sums that are not known if one of their adjustments could not be read; of the other sums, the rest counts."""


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
