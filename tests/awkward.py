"""Rows that are awkward for a check by the example schedule: ties, boundaries, negatives, nulls, wrong amounts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs

import sequestration as seq
from sequestration._money import as_cents
from tests.engines import dollars
from tests.schedules import EXAMPLE

NO_DAYS = [date(1000, 1, 1), date(1965, 6, 30), date(9999, 12, 31)]
"""Null dates of CMS, and the last day before Medicare: in a frame, they count as no date."""
BOUNDARIES = [day for edge in EXAMPLE.changes for day in (edge - timedelta(1), edge)]
PAYABLES = [0, 1, 24, 25, 26, 49, 50, 74, 75, 100, 125, 2525, 4000, 9_999, 10_075, 123_456_789, 4_000_000_000_000_025]
MONEY = ("payable", "expected", "difference")
"""The new columns of a check that are amounts."""
LARGEST = 9_000_000_000_000_025
TEXTS = (
    *("40.00", ".08", "-12.50", "+3", "5.", "0", "-0", "1.5", "-.5", "1.2300", f"1.{'0' * 62}"),
    *("000000000000000040.10", "90071992547409.91", "-90071992547409.91"),
    *("90071992547409.92", "999999999999999999.99", "9" * 19, f"1.{'0' * 63}", "1.234", "0.005"),
    *("", " ", " .08", "40 ", "40\n", "\n40", ".", "-", "+.", "--1", "1-1", "1+", "4.0.0", "1,250", "$5", "(5)"),
    *("1e3", "nan", "inf", "0x10", "1_000", "\u0661", "\uff11", "40\x00", "forty", None),
)
"""What a column of amounts in text may hold."""
NEAR = [0, 0, 0, 1, -1, 2, -2, 7]


@attrs.frozen
class Row:
    reported: int | None
    paid: int | None
    on: date | None
    elsewhere: int | None = None
    group: str | None = "CO"
    allowed: int | None = None
    share: int | None = None
    charge: int | None = None

    @property
    def has_date(self) -> bool:
        """Whether there is a date, which is not one of those that count as none."""
        return self.on is not None and self.on not in NO_DAYS

    @property
    def fits_floats(self) -> bool:
        """Whether each amount is small enough for a float to hold its cents."""
        every = (self.reported, self.paid, self.elsewhere, self.allowed, self.share, self.charge)
        return all(abs(amount or 0) < 10**12 for amount in every)

    def found(self, *, null_is_zero: bool = False, **options: Any) -> seq.Finding | None:
        """What `check_adjustment` finds; None where the row does not say enough."""
        reported, elsewhere = self.reported, self.elsewhere
        if null_is_zero:
            reported, elsewhere = reported or 0, elsewhere or 0
        if reported is None or elsewhere is None or self.paid is None or not self.has_date:
            return None
        return seq.check_adjustment(
            reported=dollars(reported) or 0,
            paid=dollars(self.paid) or 0,
            on=self.on or "",
            paid_elsewhere=dollars(elsewhere) or 0,
            group=self.group,
            allowed=dollars(self.allowed),
            patient_responsibility=dollars(self.share),
            charge=dollars(self.charge),
            **{"schedule": EXAMPLE, **options},
        )


def rows(count: int, seed: int = 253) -> list[Row]:
    rng = random.Random(seed)
    return [row(rng) for _ in range(count)]


def row(rng: random.Random) -> Row:
    on = rng.choice(BOUNDARIES) if rng.random() < 0.5 else date(2010, 1, 1) + timedelta(rng.randrange(9_000))
    payable = rng.choice(PAYABLES) if rng.random() < 0.5 else rng.randrange(100_000)
    if rng.random() < 0.1:
        payable = -payable
    due = cents(seq.expected_reduction(dollars(payable) or 0, on=on, schedule=EXAMPLE).amount)
    cut = rng.choice([due, due, due, 2 * due, -due, 0, payable, rng.randrange(-50, 3_000)]) + rng.choice(NEAR)
    elsewhere = rng.choice([0, 0, 0, 500, payable - cut])
    allowed, share = None, None
    if rng.random() < 0.5:
        share = rng.choice([0, 2000])
        allowed = rng.choice([payable, payable + due, payable - cut, 2 * payable, cut * 50]) + share
        allowed = max(min(allowed, LARGEST), -LARGEST)
    charge = rng.choice([None, payable, 2 * payable, cut * 50, rng.randrange(100_000)])
    if charge is not None:
        charge = max(min(charge, LARGEST), -LARGEST)
    return Row(
        reported=some(rng, cut),
        paid=some(rng, payable - cut - elsewhere),
        on=rng.choice([None, *NO_DAYS]) if rng.random() < 0.05 else on,
        elsewhere=some(rng, elsewhere),
        group=rng.choice(["CO", "", " co ", "co", "PR", "pr", "OA", None]),
        allowed=allowed,
        share=share,
        charge=charge,
    )


def some(rng: random.Random, value: int) -> int | None:
    return None if rng.random() < 0.03 else value


def cents(amount: Any) -> int:
    return int(amount.scaleb(2))


def cents_of_text(text: str | None, unit: str = "dollars") -> int | None:
    """Whole cents as a scalar call reads the text, where a frame has room for them."""
    try:
        found = None if text is None else as_cents(text)
    except seq.InvalidAmount:
        return None
    if found is not None and unit == "cents":
        found = None if found % 100 else found // 100
    return None if found is None or abs(found) > 2**53 - 1 else found


def columns(found: Sequence[Row]) -> dict[str, list[Any]]:
    return {field.name: [getattr(row, field.name) for row in found] for field in attrs.fields(Row)}


def wanted(found: Sequence[Row], *, null_is_zero: bool = False, **options: Any) -> dict[str, list[Any]]:
    """The columns that `frames.check` should add, with amounts in cents."""
    findings = [row.found(null_is_zero=null_is_zero, **options) for row in found]
    schedule = options.get("schedule", EXAMPLE)
    return {
        "rate": [float(schedule.rate_on(row.on)) if row.on is not None and row.has_date else None for row in found],
        "payable": [_cents(finding and finding.payable) for finding in findings],
        "expected": [_cents(finding and finding.expected) for finding in findings],
        "difference": [_cents(finding and finding.difference) for finding in findings],
        "verdict": [finding and finding.verdict.value for finding in findings],
        "needs_review": [finding is not None and finding.verdict.needs_review for finding in findings],
        "explanation": [
            finding.explanations[0].code.value
            if finding is not None and finding.verdict.needs_review and finding.explanations
            else None
            for finding in findings
        ],
    }


def _cents(amount: Any) -> int | None:
    return None if amount is None else cents(amount)
