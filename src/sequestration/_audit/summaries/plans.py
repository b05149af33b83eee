"""Sum what plans withheld beside what Medicare's rates would take.

No law sets what a plan withholds from a provider. Its contract does, or for a provider without one, what original
Medicare would pay (42 CFR 422.214). So these amounts are neither findings nor part of the totals of an audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import attrs

from sequestration._audit.groups import GroupKey, GroupRow, Groups, GroupSums
from sequestration._audit.summaries.patterns import lines_in_words
from sequestration._checking.check import judge_claim
from sequestration._checking.findings import Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.mistakes import ExplanationCode
from sequestration._checking.payer import MEDICARE, Payer
from sequestration._checking.reasons import ReasonCode
from sequestration._checking.wording import explanations_of
from sequestration._dates import days_in_words
from sequestration._law.periods import RatePeriod
from sequestration._law.schedule import RateSchedule
from sequestration._money import as_dollars, format_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable
from sequestration._x12.model import Adjustment, Claim

__all__ = ["PlanTotal", "judge_plan", "plans_of"]


@attrs.frozen
class PlanTotal(Result):
    """Sequestration that a plan withheld in one period by one mistake.

    Attributes:
        payer: Name of the plan; empty where very many other groups are combined.
        verdict: Verdict as if the plan were fee-for-service Medicare.
        mistake: Mistake that yields the amounts, such as the rate of another period; None if none does.
        period: Period of the law; None without a date, or where very many other groups are combined.
        contracted: Whether the caller named the plan one under contract.
        lines: Number of claims or lines, less those that were reversed.
        reported: Dollars withheld, net of reversals.
        expected: Dollars by Medicare's rate of the date; None if not known.
        difference: Reported less expected; None if not known.
        first_day: First deciding date.
        last_day: Last deciding date.
    """

    payer: str
    verdict: Verdict
    mistake: ExplanationCode | None
    period: RatePeriod | None
    contracted: bool
    lines: int
    reported: Decimal
    expected: Decimal | None
    difference: Decimal | None
    first_day: date | None
    last_day: date | None

    _columns: ClassVar[tuple[str, ...]] = (
        "plan",
        "as if Medicare",
        "mistake",
        "dates of service",
        "lines",
        "reported",
        "expected",
        "difference",
    )

    @property
    def _cells(self) -> tuple[object, ...]:
        return (
            self.payer or "other plans",
            self.verdict.words,
            self.mistake.words if self.mistake else None,
            days_in_words(self.first_day, self.last_day) if self.first_day and self.last_day else None,
            self.lines,
            self.reported,
            self.expected,
            self.difference,
        )

    @property
    def is_unexplained(self) -> bool:
        """Whether Medicare's rate of the date does not explain the amounts."""
        return self.verdict.needs_review and bool(self.difference)

    @property
    def text(self) -> str:
        """The total in words, with what to compare it with."""
        head = lines_in_words(self.payer, self.lines, "", self.period, self.first_day, self.last_day)
        withheld = f"{head}: {format_dollars(self.reported)} withheld"
        if self.difference is None:
            return f"{withheld}, which can't be compared with Medicare's rate"
        if not self.is_unexplained:
            return f"{withheld}, the same as Medicare would withhold"
        cause = f" ({self.mistake.words})" if self.mistake is not None else ""
        gap, side = format_dollars(self.difference.copy_abs()), "more" if self.difference > 0 else "less"
        compared = f"{gap} {side} than Medicare's rate"
        rule = "see your contract" if self.contracted else "see your contract or, without one, 42 CFR 422.214"
        return f"{withheld}, {compared}{cause}; {rule}"

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON: amounts as text, ISO dates."""
        return {
            "payer": self.payer,
            "verdict": self.verdict.value,
            "mistake": self.mistake.value if self.mistake else None,
            "rate": str(self.period.rate) if self.period else None,
            "contracted": self.contracted,
            "lines": self.lines,
            "reported": str(self.reported),
            "expected": None if self.expected is None else str(self.expected),
            "difference": None if self.difference is None else str(self.difference),
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "text": self.text,
        }

    def __str__(self) -> str:
        return make_printable(self.text)

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows: list[tuple[str, object]] = [
            ("as if Medicare", self.verdict.words),
            ("mistake", self.mistake.words if self.mistake else None),
            ("period", self.period),
            ("contracted", self.contracted),
            ("lines", self.lines),
            ("reported", self.reported),
            ("expected", "unknown" if self.expected is None else self.expected),
            ("difference", "unknown" if self.difference is None else self.difference),
            ("summary", self.text),
        ]
        return notebook(facts(self.payer or "Other plans", rows))


def plans_of(groups: Groups) -> list[PlanTotal]:
    """Build the totals of groups, those with the largest difference first.

    A group of which everything was reversed is left out.
    """
    return sorted((_total(key, sums) for key, sums in groups if not sums.is_empty), key=_order)


def judge_plan(claim: Claim, payer: Payer, judgments: Sequence[Judgment], schedule: RateSchedule) -> Iterator[GroupRow]:
    """Judge what a plan withheld on a claim as if it were Medicare.

    A reversal is judged as the payment that it takes back, and subtracted.

    Args:
        claim: Claim of a plan.
        payer: The plan.
        judgments: Judgments on the claim.
        schedule: Rates to apply.
    """
    withheld = [judgment for judgment in judgments if judgment.reported]
    if not withheld:
        return
    sign = -1 if claim.is_reversal else 1
    if any(judgment.difference != 0 for judgment in withheld):
        as_paid = _negate(claim) if claim.is_reversal else claim
        withheld = [judgment for judgment in judge_claim(as_paid, MEDICARE, schedule) if judgment.reported]
    for judgment in withheld:
        yield _key(judgment, payer), _sums(judgment, sign)


def _sums(judgment: Judgment, sign: int) -> GroupSums:
    found = GroupSums.of(judgment, sign)
    if _verdict(judgment) is Verdict.UNDETERMINED:
        found.expected_cents = 0
    return found


def _key(judgment: Judgment, payer: Payer) -> GroupKey:
    verdict = _verdict(judgment)
    first = next(iter(explanations_of(attrs.evolve(judgment, verdict=verdict))), None)
    return GroupKey(
        verdict,
        judgment.case.claim.payer,
        first.code if first is not None and verdict.needs_review else None,
        judgment.period,
        contracted=payer.reason is not None and payer.reason.code is ReasonCode.SAID_CONTRACT,
    )


def _verdict(judgment: Judgment) -> Verdict:
    """The verdict on an amount alone, whatever its group code or origin."""
    is_echo = judgment.reason is not None and judgment.reason.code is ReasonCode.ECHO_OF_PRIMARY
    if judgment.verdict not in (Verdict.NOT_APPLICABLE, Verdict.WRONG_GROUP) and not is_echo:
        return judgment.verdict
    difference = judgment.difference or 0
    if abs(difference) <= judgment.case.tolerance:
        return Verdict.ROUNDING if difference else Verdict.CORRECT
    if judgment.period is not None and not judgment.period.rate:
        return Verdict.CUT_NOT_DUE
    return Verdict.CUT_TOO_LARGE if difference > 0 else Verdict.CUT_TOO_SMALL


def _negate(claim: Claim) -> Claim:
    """The payment that a reversal takes back."""
    lines = [
        attrs.evolve(
            line,
            charge_cents=_negative(line.charge_cents),
            paid_cents=_negative(line.paid_cents),
            adjustments=_negate_all(line.adjustments),
            amounts_cents={},
        )
        for line in claim.lines
    ]
    return attrs.evolve(
        claim,
        status="1",
        charge_cents=_negative(claim.charge_cents),
        paid_cents=_negative(claim.paid_cents),
        adjustments=_negate_all(claim.adjustments),
        amounts_cents={},
        lines=lines,
    )


def _negate_all(adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    return [attrs.evolve(item, amount_cents=_negative(item.amount_cents)) for item in adjustments]


def _negative(cents: int | None) -> int | None:
    return None if cents is None else -cents


def _total(key: GroupKey, sums: GroupSums) -> PlanTotal:
    is_known = key.verdict is not Verdict.UNDETERMINED
    return PlanTotal(
        payer=key.payer,
        verdict=key.verdict,
        mistake=key.explanation,
        period=key.period,
        contracted=key.contracted,
        lines=sums.lines,
        reported=as_dollars(sums.reported_cents),
        expected=as_dollars(sums.expected_cents) if is_known else None,
        difference=as_dollars(sums.difference_cents) if is_known else None,
        first_day=sums.first_day,
        last_day=sums.last_day,
    )


def _order(total: PlanTotal) -> tuple[bool, Decimal, str, date, str, str, bool]:
    size = (total.difference or Decimal(0)).copy_abs().copy_negate()
    first = total.first_day or date.max
    return not total.is_unexplained, size, total.payer, first, total.verdict, total.mistake or "", total.contracted
