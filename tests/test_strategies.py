"""The strategies for users' own tests: what they draw is what they say."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies


@given(strategies.payables(min_value="-3.10", max_value="7.25"))
def test_payables_are_whole_cents_within_their_bounds(amount: Decimal) -> None:
    assert Decimal("-3.10") <= amount <= Decimal("7.25")
    assert amount.as_tuple().exponent == -2


def test_payables_that_end_in_half_a_cent_come_often() -> None:
    drawn: Counter[bool] = Counter()

    @settings(max_examples=300, database=None)
    @given(strategies.payables())
    def draw(amount: Decimal) -> None:
        drawn[int(amount * 100) % 50 == 25] += 1

    draw()
    assert drawn[True] > 300 // 10


def test_payables_within_narrow_bounds() -> None:
    assert find(strategies.payables(min_value="0.02", max_value="0.02"), lambda _: True) == Decimal("0.02")


@given(strategies.service_dates(min_value="2019-01-01", max_value="2022-12-31"))
def test_dates_keep_their_bounds(day: date) -> None:
    assert date(2019, 1, 1) <= day <= date(2022, 12, 31)


def test_every_day_of_change_and_the_day_before_come_among_few() -> None:
    settled = [change for change in seq.MEDICARE_FFS.changes if change <= (seq.MEDICARE_FFS.settled_until or date.max)]
    edges = {day for change in settled for day in (change, change - timedelta(days=1))}
    drawn: set[date] = set()

    @settings(max_examples=100, database=None)
    @given(strategies.service_dates())
    def draw(day: date) -> None:
        drawn.add(day)

    draw()
    assert edges <= drawn


def test_dates_of_a_schedule_that_never_changes() -> None:
    record = seq.MEDICARE_FFS.to_records()[4] | {"first_day": None, "last_day": None}
    always = seq.RateSchedule.from_records([record])

    find(strategies.service_dates(schedule=always), lambda _: True)


@given(strategies.claims(max_lines=3))
def test_claims_are_right(claim: seq.Claim) -> None:
    assert 1 <= len(claim.lines) <= 3
    assert {finding.verdict for finding in seq.check_claim(claim, payer="ffs")} <= {"correct", "nothing_due"}


@given(
    strategies.remittances(schedule=seq.MEDICARE_FFS.what_if(first_day="2013-04-01", rate="0.06", stacking="replace"))
)
def test_another_schedule_has_its_own_cuts(made: strategies.MadeRemittance) -> None:
    for service in (service for lines in made.services for service in lines):
        wanted = Decimal("0.06") if service.on >= date(2013, 4, 1) else 0
        assert service.rate == wanted


@given(strategies.separators(), st.data())
def test_separators_change_nothing_that_is_read(layout: strategies.Separators, data: st.DataObject) -> None:
    made = data.draw(strategies.remittances())
    written = strategies.write_835(made.services, layout)

    claims, plain = list(seq.read_835(written)), list(seq.read_835(made.data))
    assert [claim.to_text() for claim in claims] == [claim.to_text() for claim in plain]


def test_a_mistake_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'tripled' is no mistake that can be planted; there are before_coinsurance"):
        find(strategies.remittances(mistakes=["tripled"]), lambda _: True)


def test_every_mistake_is_one_that_a_check_can_name() -> None:
    assert set(strategies.MISTAKES) <= set(seq.ExplanationCode)


def test_without_hypothesis_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\nimport sequestration as seq\n"
        "try:\n    seq.strategies\nexcept seq.MissingExtra as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == 'strategies need hypothesis: pip install "sequestration[strategies]"\n', done.stderr
