"""The strategies for users' own tests: what they draw is what they say."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies

pytestmark = pytest.mark.slow


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


@given(strategies.layouts(), st.data())
def test_separators_change_nothing_that_is_read(layout: strategies.Layout, data: st.DataObject) -> None:
    made = data.draw(strategies.remittances())
    written = strategies.write_835(made.services, layout)

    claims, plain = list(seq.read_835(written)), list(seq.read_835(made.data))
    assert [claim.to_text() for claim in claims] == [claim.to_text() for claim in plain]


def kinds(made: strategies.MadeRemittance) -> set[str]:
    """What there is in a remittance."""
    claims = [*seq.read_835(made.data)]
    transactions = {id(claim.remittance) for claim in claims}
    return {
        *(claim.plan for claim in claims),
        *(f"status {claim.status}" for claim in claims),
        *(item.reason for item in made.provider_adjustments),
        f"{len(transactions)} transactions",
    }


def test_remittances_of_every_kind_come_among_few() -> None:
    drawn: Counter[str] = Counter()
    everything = strategies.remittances(
        of=strategies.services(earlier_payer=True) | strategies.services(),
        stays=strategies.stays(),
        max_transactions=2,
        reversals=True,
        provider_adjustments=True,
    )

    @settings(max_examples=100, database=None)
    @given(everything)
    def draw(made: strategies.MadeRemittance) -> None:
        drawn.update(kinds(made))

    draw()
    wanted = {"MA", "MB", "status 1", "status 2", "status 22", "L6", "WO", "1 transactions", "2 transactions"}
    assert {kind for kind, count in drawn.items() if count >= 5} == wanted


def test_plain_remittances_are_of_part_b_in_one_transaction() -> None:
    drawn: set[str] = set()

    @settings(max_examples=100, database=None)
    @given(strategies.remittances())
    def draw(made: strategies.MadeRemittance) -> None:
        drawn.update(kinds(made))

    draw()
    assert drawn == {"MB", "status 1", "1 transactions"}


def stay(**other: Any) -> strategies.Stay:
    return strategies.Stay(
        first_day=date(2024, 2, 12),
        on=date(2024, 2, 17),
        charge=Decimal("9000.00"),
        allowed=Decimal("6632.00"),
        deductible=Decimal("1632.00"),
        coinsurance=Decimal("0.00"),
        penalty=Decimal("0.00"),
        cut=Decimal("100.00"),
        due=Decimal("100.00"),
        rate=Decimal("0.02"),
        **other,
    )


def test_a_stay_is_cut_at_the_claim_by_its_last_day() -> None:
    (claim,) = seq.read_835(strategies.write_835([[stay()]]))
    (finding,) = seq.check_claim(claim)

    assert (claim.plan, claim.lines) == ("MA", [])
    assert (finding.verdict, finding.line, finding.on) == (seq.Verdict.CORRECT, None, date(2024, 2, 17))


def test_a_stay_has_no_services_beside_it() -> None:
    with pytest.raises(ValueError, match="A stay must be the only service of its claim"):
        strategies.write_835([[stay(), stay()]])


def test_a_reversal_has_the_number_of_what_it_takes_back() -> None:
    first, second, alone = stay(), stay(group="OA"), stay(group="PR")
    plan = [[first], [second], [second.reversed], [alone.reversed]]
    claims = list(seq.read_835(strategies.write_835(plan)))

    assert [claim.control_number for claim in claims] == ["C1", "C2", "C2", "C4"]
    assert [claim.is_reversal for claim in claims] == [False, False, True, True]
    assert claims[2].paid == -(claims[1].paid or 0)
    assert second.reversed.reversed == second


def test_money_of_no_claim_goes_off_the_payment() -> None:
    withheld = seq.ProviderAdjustment("1234567893", "WO", "MADEUP", "900.00")
    data = strategies.write_835([[stay()]], provider_adjustments=[withheld])
    (claim,) = seq.read_835(data)

    assert claim.remittance.payment_amount == Decimal("4000.00")
    assert seq.check_835(data).problems == []
    assert seq.check_835(data).provider_adjustments == [withheld]


def test_claims_of_part_a_too() -> None:
    found = find(strategies.claims(stays=strategies.stays()), lambda claim: claim.plan == "MA")

    assert found.lines == []
    assert {finding.verdict for finding in seq.check_claim(found)} <= {"correct", "nothing_due"}


def test_a_planted_mistake_shrinks_to_one_service() -> None:
    made = find(strategies.remittances(mistakes=["doubled"]), lambda _: True)

    ((only,),) = made.services
    (planted,) = made.planted
    assert (planted.claim, planted.line) == ("C1", 1)
    assert (only.allowed, only.charge, only.cut) == (Decimal(1), Decimal(1), Decimal("0.04"))


def test_dates_from_a_day_on_or_up_to_one() -> None:
    assert find(strategies.service_dates(min_value="2040-01-01"), lambda _: True) == date(2040, 1, 1)
    assert find(strategies.service_dates(max_value="1990-01-01"), lambda _: True) == date(1990, 1, 1)


def test_a_schedule_without_another_rate_shows_no_other_date() -> None:
    record = seq.MEDICARE_FFS.to_records()[4] | {"first_day": None, "last_day": None}
    always = seq.RateSchedule.from_records([record], name="always")

    with pytest.raises(ValueError, match="always has no change between two rates above zero, so no stay can show one"):
        find(strategies.remittances(mistakes=["other_date"], schedule=always), lambda _: True)


def test_a_mistake_that_there_is_not() -> None:
    with pytest.raises(
        ValueError, match=r"'imaginary' is not a mistake that can be planted\. Use one of: tie, cut_off"
    ):
        find(strategies.remittances(mistakes=["imaginary"]), lambda _: True)


def test_what_is_made_can_be_pickled_copied_and_kept_in_sets() -> None:
    withheld = seq.ProviderAdjustment("1234567893", "WO", "MADEUP", "900.00")
    planted = strategies.PlantedMistake(
        claim="C1", line=None, code=seq.ExplanationCode.DOUBLED, expected=Decimal(1), reported=Decimal(2)
    )
    made = strategies.MadeRemittance(
        data=b"ISA", services=((stay(),),), planted=(planted,), provider_adjustments=(withheld,)
    )
    for found in (stay(), planted, strategies.Layout(), made):
        for again in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
            assert type(again) is type(found)
            assert again == found
            assert hash(again) == hash(found)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(found, attrs.fields(type(found))[0].name, None)


def test_every_mistake_that_a_check_can_name_can_be_planted() -> None:
    # An echo of another payer's sequestration proves nothing against Medicare, so that no check of Medicare names it.
    mistakes = {code for code in seq.ExplanationCode if code.is_mistake} - {seq.ExplanationCode.ECHO_OF_PRIMARY}

    assert set(strategies.MISTAKES) == mistakes | {seq.ExplanationCode.WRONG_GROUP}


def test_without_hypothesis_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\nimport sequestration as seq\n"
        "try:\n    seq.strategies\nexcept seq.MissingExtra as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == 'hypothesis is not installed. Run: pip install "sequestration[strategies]"\n', done.stderr
