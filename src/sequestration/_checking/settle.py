"""Settle judgments by what the rest of a claim and of its transaction shows.

Sequestration that was not withheld is missing only if the payer withholds it at all. A payer that never withholds
it where it is due is not accused of anything else either. Both are decided here, for one claim and for a file
alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sequestration._checking.findings import Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._law.reduction import cut_cents

__all__ = ["PayerConduct", "allow_claim_level_rounding", "is_right_in_all", "settle", "settled_verdict"]


_MIN_CUTS_PER_UNCUT = 4
"""A payer withholds as due if it does on at least four of five lines.

So a line that the payer left out does not hide the rest, and one amount proves nothing about twenty other lines.
"""
_MAX_UNCUT_BESIDE_FEW = 2


@attrs.frozen
class PayerConduct:
    """Conduct of a payer in a transaction.

    `cuts` counts the claims or lines on which it withheld sequestration on a date with a rate above zero, `uncut` those
    on which it withheld none although some was due. `vouched_for` means that the caller named it fee-for-service
    Medicare. `pays_on_time` means that all claims but one are recent enough to have been filed on time.
    """

    cuts: int = 0
    vouched_for: bool = False
    uncut: int = 0
    pays_on_time: bool = False

    @property
    def cuts_as_due(self) -> bool:
        """Whether the payer withholds where sequestration is due, on all but a few lines."""
        return bool(self.cuts) and self.uncut <= max(_MAX_UNCUT_BESIDE_FEW, self.cuts // _MIN_CUTS_PER_UNCUT)


def settle(judgment: Judgment, conduct: PayerConduct) -> Judgment:
    """Return a judgment as it is once the conduct of its payer is known."""
    if conduct.pays_on_time and judgment.has_old_date and judgment.doubt_if_alone is not None:
        return judgment.withdraw(judgment.doubt_if_alone)
    verdict = settled_verdict(judgment.verdict, conduct, pending=judgment.pending)
    if judgment.pending:
        code = ReasonCode.PAYER_CUTS_SOME if conduct.cuts else ReasonCode.PAYER_NOT_SETTLED
        reason = None if verdict is Verdict.MISSING else Reason(code)
        return attrs.evolve(judgment, verdict=verdict, reason=reason, pending=False)
    if verdict is not judgment.verdict:
        return judgment.withdraw(Reason(ReasonCode.PAYER_CUTS_NOBODY))
    return judgment


def settled_verdict(verdict: Verdict, conduct: PayerConduct, *, pending: bool, is_old: bool = False) -> Verdict:
    """Return the verdict that holds once the conduct of the payer is known.

    A pending cut is missing if the payer withholds where sequestration is due. A verdict that needs review is withdrawn
    if the payer withholds nowhere, and one on an old date if the others are recent.
    """
    if is_old and conduct.pays_on_time:
        return Verdict.UNDETERMINED
    if pending:
        return Verdict.MISSING if conduct.cuts_as_due else Verdict.UNDETERMINED
    proven = conduct.cuts or conduct.vouched_for or not conduct.uncut
    return verdict if proven or not verdict.needs_review else Verdict.UNDETERMINED


def allow_claim_level_rounding(judgments: Sequence[Judgment], max_cents: int) -> list[Judgment]:
    """Accuse no line where the claim's total is right.

    This happens when the payer computes the amount on the claim and spreads it over the lines, in whatever way. Lines
    that are off by at most `max_cents` each are rounding. If one is off by more, nothing is known about the lines: the
    whole amount may be on the first one, and no one is owed anything.
    """
    off = [judgment for judgment in judgments if judgment.has_wrong_amount]
    if not off or not is_right_in_all(judgments):
        return list(judgments)
    if any(abs(judgment.difference or 0) > max_cents for judgment in off):
        reason = Reason(ReasonCode.CLAIM_TOTAL_CORRECT)
        return [judgment.withdraw(reason) if judgment.accuses_by_amount else judgment for judgment in judgments]
    return [
        attrs.evolve(judgment, verdict=Verdict.ROUNDING, pending=False) if judgment.has_wrong_amount else judgment
        for judgment in judgments
    ]


def is_right_in_all(judgments: Sequence[Judgment]) -> bool:
    """Whether the amounts of some lines at one rate add up to that of their total."""
    periods = {judgment.period.rate: judgment.period for judgment in judgments if judgment.period is not None}
    payables = [judgment.payable for judgment in judgments]
    cuts = [judgment.reported for judgment in judgments]
    if len(periods) != 1 or None in payables or None in cuts:
        return False
    (period,) = periods.values()
    return sum(filter(None, cuts)) == cut_cents(sum(filter(None, payables)), period)
