"""`Judgment`: the verdict on a case by one of its dates, not yet in words."""

from __future__ import annotations

from functools import lru_cache

import attrs

from sequestration._checking.amounts import CARC_223
from sequestration._checking.case import Case
from sequestration._checking.deciding_date import CandidateDate
from sequestration._checking.findings import Verdict
from sequestration._checking.mistakes import Explanation
from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._law.periods import RatePeriod

__all__ = ["AGREEING", "NOT_JUDGED", "Judgment"]

AGREEING = (Verdict.CORRECT, Verdict.NOTHING_DUE)
"""Verdicts that find nothing wrong, to the cent."""
NOT_JUDGED = frozenset((Verdict.NOT_APPLICABLE, Verdict.REVERSAL))
"""Verdicts that say nothing about the amount."""
_AGREEING_OR_ROUNDING = frozenset((*AGREEING, Verdict.ROUNDING))
_NOT_WITHHELD = frozenset(
    (
        ReasonCode.ECHO_OF_PRIMARY,
        ReasonCode.UNEXPLAINED_AFTER_PRIMARY,
        ReasonCode.REPORTED_NOT_TAKEN,
        ReasonCode.NOTHING_PAID,
    )
)
"""Reasons why this payer may not have withheld what is reported."""
_WRONG_AMOUNTS = frozenset((Verdict.CUT_TOO_LARGE, Verdict.CUT_TOO_SMALL, Verdict.MISSING))


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class Judgment:
    """Verdict on a case by one of its dates, with its basis, in whole cents.

    `pending` means that no sequestration was withheld, and that it is missing if this payer withholds it at all.
    The rest of the transaction may show that; the verdict is `undetermined` until it is settled. `by_other_rate` means
    that the transaction shows that a small difference is not rounding. `doubt_if_alone` is a doubt about the date that
    holds if the other claims of the transaction are recent.
    """

    case: Case
    verdict: Verdict
    date: CandidateDate
    period: RatePeriod | None = None
    payable: int | None = None
    expected: int | None = None
    reason: Reason | None = None
    facts: tuple[Explanation, ...] = ()
    pending: bool = False
    by_other_rate: bool = False
    doubt_if_alone: Reason | None = None

    def withdraw(self, reason: Reason) -> Judgment:
        """Return the judgment as undetermined, for a reason."""
        return attrs.evolve(self, verdict=Verdict.UNDETERMINED, reason=reason, facts=(), pending=False)

    @property
    def waits_for_end(self) -> bool:
        """Whether only the end of the transaction settles the verdict."""
        return self.pending or self.has_old_date

    @property
    def has_old_date(self) -> bool:
        """Whether a verdict that needs review has a date in doubt because it is old."""
        return self.doubt_if_alone is not None and (self.pending or self.verdict.needs_review)

    @property
    def agrees(self) -> bool:
        """Whether nothing is wrong but what rounding can explain."""
        return self.verdict in _AGREEING_OR_ROUNDING

    @property
    def proves_that_payer_cuts(self) -> bool:
        """Whether sequestration was withheld on a date with a rate above zero."""
        taken = (self.case.amounts.cut or 0) > 0 and self.period is not None and self.period.rate > 0
        if not taken or self.verdict in NOT_JUDGED:
            return False
        if self.reason is not None and self.reason.code in _NOT_WITHHELD:
            return False
        return self.agrees or self.case.amounts.cut_code != CARC_223

    @property
    def has_wrong_amount(self) -> bool:
        """Whether the amount is wrong or missing, rather than only the group code."""
        return self.accuses_by_amount and not self.case.wrong_groups

    @property
    def accuses_by_amount(self) -> bool:
        """Whether the amount is wrong or missing, under whatever group code."""
        return self.pending or self.verdict in _WRONG_AMOUNTS

    @property
    def reported(self) -> int | None:
        """Sequestration as reported; zero if there was none."""
        return self.case.amounts.cut

    @property
    def difference(self) -> int | None:
        """Reported less expected; None if either is not known."""
        if self.expected is None or self.reported is None:
            return None
        return self.reported - self.expected

    @property
    def month(self) -> str:
        """Month of the deciding date as YYYY-MM; empty if there is none."""
        on = self.date.on
        return "" if on is None else _month(on.year, on.month)

    @property
    def projected(self) -> bool:
        """Whether the rate is a projection of future law."""
        return self.period is not None and self.period.projected


@lru_cache(maxsize=1_000)  # All lines share few months, and a day takes long to write.
def _month(year: int, month: int) -> str:
    return f"{year:04}-{month:02}"
