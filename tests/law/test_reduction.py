"""The cut of a payment, and the payment before the cut."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import sequestration as seq
from tests.schedules import EXAMPLE


def schedule_of(rate: str) -> seq.RateSchedule:
    authorities = [{"citation": "test", "says": "one rate on every day"}]
    return seq.RateSchedule.from_records(
        [{"rate": rate, "status": "ordered", "authorities": authorities, "verified_on": "2026-11-23"}]
    )


# What Medicare pays before the cut.


@pytest.mark.parametrize(
    ("deductible", "share", "coinsurance", "payable"),
    [
        ("50.00", {"coinsurance_rate": "0.20"}, "10.00", "40.00"),
        ("50.00", {"coinsurance": "10.00"}, "10.00", "40.00"),
        ("0", {}, "0.00", "100.00"),
        ("0", {"coinsurance_rate": "0"}, "0.00", "100.00"),
        ("0", {"coinsurance_rate": "1"}, "100.00", "0.00"),
        ("0", {"coinsurance_rate": Decimal("0.20")}, "20.00", "80.00"),
        ("100", {"coinsurance_rate": "0.20"}, "0.00", "0.00"),
        ("150", {"coinsurance_rate": "0.20"}, "0.00", "-50.00"),
        ("0", {"coinsurance": "120"}, "120.00", "-20.00"),
        ("99.88", {"coinsurance_rate": "0.20"}, "0.02", "0.10"),
        ("99.87", {"coinsurance_rate": "0.50"}, "0.07", "0.06"),  # half a cent goes up
    ],
)
def test_medicare_payment(deductible: str, share: dict[str, Any], coinsurance: str, payable: str) -> None:
    found = seq.medicare_payment(allowed="100.00", deductible=deductible, **share)

    assert str(found.allowed) == "100.00"
    assert str(found.coinsurance) == coinsurance
    assert str(found.payable) == payable
    assert found.payable == found.allowed - found.deductible - found.coinsurance


def test_medicare_payment_takes_one_kind_of_coinsurance() -> None:
    with pytest.raises(TypeError, match=r"^Pass coinsurance or coinsurance_rate, not both.$"):
        seq.medicare_payment(allowed="100", coinsurance="20", coinsurance_rate="0.20")


def test_no_coinsurance_is_figured_on_what_the_deductible_leaves_nothing_of() -> None:
    assert seq.medicare_payment(allowed="50", deductible="50", coinsurance_rate="1").coinsurance == 0


@pytest.mark.parametrize("name", ["allowed", "deductible", "coinsurance"])
def test_medicare_payment_refuses_what_is_below_zero(name: str) -> None:
    with pytest.raises(seq.InvalidAmount, match=f"{name} is -0.01. It must not be negative."):
        seq.medicare_payment(**{"allowed": "100", name: "-0.01"})


@pytest.mark.parametrize(
    "wrong",
    [
        "1.01",
        "-0.2",
        "20",
        "20%",
        "",
        "1e-1",
        "0_2",
        "0.2_0",
        "\uff10.\uff12",
        "NaN",
        Decimal("NaN"),
        Decimal("sNaN"),
        2,
        -1,
    ],
)
def test_a_share_lies_between_0_and_1(wrong: Any) -> None:
    with pytest.raises(seq.InvalidAmount) as caught:
        seq.medicare_payment(allowed="100", coinsurance_rate=wrong)

    assert str(caught.value) == f"coinsurance_rate must be a share between 0 and 1, not {str(wrong)!r}"


@pytest.mark.parametrize(
    ("share", "coinsurance"),
    [(0, "0.00"), (1, "100.00"), ("1", "100.00"), (Decimal("0." + "1" * 28), "11.11"), (Decimal(1), "100.00")],
)
def test_a_share_may_be_a_whole_number_or_have_28_places(share: Any, coinsurance: str) -> None:
    assert str(seq.medicare_payment(allowed="100", coinsurance_rate=share).coinsurance) == coinsurance


@pytest.mark.parametrize("wrong", [Decimal("0." + "1" * 29), Decimal("0E+1")])
def test_a_share_has_at_most_28_places(wrong: Decimal) -> None:
    with pytest.raises(seq.InvalidAmount, match=r"^coinsurance_rate has more than 28 decimal places$"):
        seq.medicare_payment(allowed="100", coinsurance_rate=wrong)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [(0.2, 'Write it in quotes, such as "0.20"'), (True, "not bool"), (b"0.2", "not bytes"), ((1, 5), "not tuple")],
)
def test_a_share_of_another_type_is_refused(wrong: Any, says: str) -> None:
    with pytest.raises(seq.InvalidAmountType, match=says):
        seq.medicare_payment(allowed="100", coinsurance_rate=wrong)


def test_medicare_payment_in_words() -> None:
    found = seq.medicare_payment(allowed="100", deductible="50", coinsurance="10")

    assert str(found) == "$100.00 allowed - $50.00 deductible - $10.00 coinsurance = $40.00 payable"


# Medicare as the second payer.

PRIMARY = {"charge": "175", "primary_allowed": "150", "primary_paid": "120", "allowed": "125"}


@pytest.mark.parametrize(
    ("changes", "limits", "payable"),
    [
        pytest.param({}, ("55.00", "125.00", "30.00"), "30.00", id="the higher allowed amount decides"),
        pytest.param({"charge": "140"}, ("20.00", "125.00", "30.00"), "20.00", id="the charge decides"),
        pytest.param(
            {"deductible": "100", "coinsurance": "5"}, ("55.00", "20.00", "30.00"), "20.00", id="as primary decides"
        ),
        pytest.param({"allowed": "160"}, ("55.00", "160.00", "40.00"), "40.00", id="Medicare allows more"),
        pytest.param({"primary_paid": "180"}, ("-5.00", "125.00", "-30.00"), "0.00", id="never below zero"),
        pytest.param({"accept_in_full": "130"}, ("10.00", "125.00", "30.00"), "10.00", id="accepted in full"),
        pytest.param({"accept_in_full": "120"}, ("0.00", "125.00", "30.00"), "0.00", id="accepted what was paid"),
        pytest.param({"accept_in_full": "110"}, ("-10.00", "125.00", "30.00"), "0.00", id="accepted less"),
        pytest.param({"accept_in_full": "500"}, ("55.00", "125.00", "30.00"), "30.00", id="accepted above the charge"),
    ],
)
def test_secondary_payment(changes: dict[str, str], limits: tuple[str, str, str], payable: str) -> None:
    found = seq.secondary_payment(**{**PRIMARY, **changes})

    assert tuple(map(str, found.limits)) == limits
    assert str(found.payable) == payable


def test_secondary_payment_tells_what_it_was_given() -> None:
    found = seq.secondary_payment(**PRIMARY, deductible="1", coinsurance="2", accept_in_full="150")

    given = [
        found.charge,
        found.primary_allowed,
        found.primary_paid,
        found.allowed,
        found.deductible,
        found.coinsurance,
    ]
    assert [str(amount) for amount in given] == ["175.00", "150.00", "120.00", "125.00", "1.00", "2.00"]
    assert str(found.accept_in_full) == "150.00"
    assert seq.secondary_payment(**PRIMARY).accept_in_full is None
    assert str(found) == (
        "lowest of $30.00 (charge minus primary payment), $122.00 (Medicare as primary), "
        "$30.00 (higher allowed amount minus primary payment) = $30.00 payable"
    )


@pytest.mark.parametrize("name", [*PRIMARY, "deductible", "coinsurance", "accept_in_full"])
def test_secondary_payment_refuses_what_is_below_zero(name: str) -> None:
    with pytest.raises(seq.InvalidAmount, match=f"{name} is -1. It must not be negative."):
        seq.secondary_payment(**{**PRIMARY, name: "-1"})


# The cut.


@pytest.mark.parametrize(
    ("payable", "on", "rate", "amount", "payment"),
    [
        ("40.00", "2019-03-01", "0.02", "0.80", "39.20"),
        ("40.00", "2013-03-31", "0", "0.00", "40.00"),
        ("40.00", "2021-03-01", "0", "0.00", "40.00"),
        ("40.00", "2022-05-01", "0.01", "0.40", "39.60"),
        ("0", "2024-01-15", "0.02", "0.00", "0.00"),
        ("12.24", "2024-01-15", "0.02", "0.24", "12.00"),  # 0.2448
        ("12.25", "2024-01-15", "0.02", "0.25", "12.00"),  # 0.2450
        ("12.26", "2024-01-15", "0.02", "0.25", "12.01"),  # 0.2452
        ("-12.25", "2024-01-15", "0.02", "-0.25", "-12.00"),
        ("0.49", "2022-05-01", "0.01", "0.00", "0.49"),
        ("0.50", "2022-05-01", "0.01", "0.01", "0.49"),
        ("999999999999999999.99", "2024-01-15", "0.02", "20000000000000000.00", "979999999999999999.99"),
    ],
)
def test_expected_reduction(payable: str, on: str, rate: str, amount: str, payment: str) -> None:
    found = seq.expected_reduction(payable, on=on)

    assert found.rate == Decimal(rate)
    assert (str(found.amount), str(found.payment)) == (amount, payment)
    assert found.period is seq.MEDICARE_FFS.period_on(on)


def test_another_schedule_is_asked_where_it_is_given() -> None:
    assert seq.expected_reduction("40", on="2021-03-01", schedule=schedule_of("0.05")).amount == 2
    assert seq.expected_reduction("100", on="2014-01-01", schedule=seq.NONDEFENSE_MANDATORY).amount == Decimal("7.20")


def test_a_reduction_in_words() -> None:
    assert str(seq.expected_reduction("40", on="2022-05-10")) == (
        "$40.00 x 1% = $0.40 sequestration, $39.60 paid (ordered from Apr 1 to Jun 30, 2022)"
    )
    assert str(seq.expected_reduction("40", on="2012-05-10")).endswith("(ordered through Mar 31, 2013)")


# Back from what was paid.


@pytest.mark.parametrize(
    ("paid", "on", "payables"),
    [
        ("0.24", "2024-03-01", ["0.24", "0.25"]),
        ("39.20", "2024-03-01", ["40.00"]),
        ("12.00", "2024-03-01", ["12.24", "12.25"]),
        ("12.01", "2024-03-01", ["12.26"]),
        ("-0.24", "2024-03-01", ["-0.25", "-0.24"]),
        ("0.00", "2024-03-01", ["0.00"]),
        ("0.49", "2022-05-10", ["0.49", "0.50"]),
        ("0.24", "2021-05-10", ["0.24"]),
    ],
)
def test_payables_from_paid(paid: str, on: str, payables: list[str]) -> None:
    assert [str(payable) for payable in seq.payables_from_paid(paid, on=on)] == payables


def test_payables_that_leave_nothing_lie_on_both_sides() -> None:
    found = seq.payables_from_paid("0", on="2024-03-01", schedule=schedule_of("0.5"))

    assert [str(payable) for payable in found] == ["-0.01", "0.00", "0.01"]


def test_a_rate_of_1_tells_no_payable() -> None:
    with pytest.raises(seq.InvalidSchedule, match=r"^At a rate of 1 nothing is paid"):
        seq.payables_from_paid("0", on="2024-03-01", schedule=schedule_of("1"))


# Cost reports.


@pytest.mark.parametrize(
    ("first_day", "last_day", "days_inside", "days", "ratio", "amount"),
    [
        ("2013-01-01", "2013-12-31", 275, 365, "0.7534", "15068.00"),
        ("2012-07-01", "2013-06-30", 91, 365, "0.2493", "4986.00"),
        ("2014-01-01", "2014-12-31", 365, 365, "1.0000", "20000.00"),
        ("2019-05-01", "2020-04-30", 366, 366, "1.0000", "20000.00"),
        ("2013-04-01", "2013-04-01", 1, 1, "1.0000", "20000.00"),
        ("2012-01-01", "2012-12-31", 0, 366, "0", "0.00"),
    ],
)
def test_cost_report(first_day: str, last_day: str, days_inside: int, days: int, ratio: str, amount: str) -> None:
    found = seq.cost_report_reduction("1000000", first_day=first_day, last_day=last_day)

    assert (found.days_inside, found.days) == (days_inside, days)
    assert str(found.ratio) == ratio
    assert str(found.amount) == amount
    assert (str(found.first_day), str(found.last_day)) == (first_day, last_day)
    assert not found.projected


def test_a_settlement_below_zero_is_not_cut() -> None:
    found = seq.cost_report_reduction("-1000000", first_day="2013-01-01", last_day="2013-12-31")

    assert (str(found.settlement), str(found.amount)) == ("-1000000.00", "0.00")
    assert found.ratio == Decimal("0.7534")
    whole = schedule_of("1")
    assert seq.cost_report_reduction("-1", first_day="2013-01-01", last_day="2013-12-31", schedule=whole).amount == 0


@pytest.mark.parametrize(("first_day", "last_day"), [("2019-05-02", "2020-05-01"), ("2022-01-01", "2022-12-31")])
def test_after_the_last_day_of_the_formula_the_days_must_be_asked_for(first_day: str, last_day: str) -> None:
    with pytest.raises(seq.InvalidDate) as caught:
        seq.cost_report_reduction("1000000", first_day=first_day, last_day=last_day)

    assert str(caught.value) == (
        "From May 1, 2020, the claims-based part of a cost report's sequestration comes from the PS&R, not from days. "
        "Amounts without claims (bad debts, direct GME, organ acquisition) still go by days: pass days_formula=True "
        "for those."
    )


def test_a_cost_report_over_several_rates() -> None:
    found = seq.cost_report_reduction("1000000", first_day="2022-01-01", last_day="2022-12-31", days_formula=True)

    # 91 days at 1 % and 184 at 2 % of 365: 0.2493 and 0.5041.
    assert [(str(share.period.rate), share.days, str(share.ratio)) for share in found.shares] == [
        ("0.01", 91, "0.2493"),
        ("0.02", 184, "0.5041"),
    ]
    assert (found.days_inside, found.days, str(found.ratio)) == (275, 365, "0.7534")
    assert str(found.amount) == "12575.00"


def test_days_of_one_rate_are_rounded_once_though_its_status_changes() -> None:
    found = seq.cost_report_reduction(
        "1000000", first_day="2029-08-01", last_day="2030-07-31", days_formula=True, schedule=EXAMPLE
    )

    assert [(share.days, str(share.period.rate)) for share in found.shares] == [(61, "0.03"), (273, "0.03")]
    assert (found.days_inside, str(found.ratio)) == (334, "0.9151")  # 334 / 365
    assert str(found.amount) == "27453.00"


def test_a_cost_report_that_rests_on_a_projection_says_so() -> None:
    known: dict[str, Any] = {"days_formula": True, "schedule": EXAMPLE}
    found = seq.cost_report_reduction("1000000", first_day="2029-06-01", last_day="2030-05-31", **known)
    settled = seq.cost_report_reduction("1000000", first_day="2028-10-01", last_day="2029-09-30", **known)

    assert found.projected
    assert str(found).endswith("(365 of 365 days) (projected)")
    assert not settled.projected
    assert str(settled) == "$30,000.00 sequestration on a settlement of $1,000,000.00 (365 of 365 days)"


def test_a_cost_report_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(seq.InvalidDate, match="last_day 2013-01-01 is before first_day 2013-12-31"):
        seq.cost_report_reduction("1", first_day="2013-12-31", last_day="2013-01-01")


def test_a_cost_report_by_another_schedule() -> None:
    found = seq.cost_report_reduction(
        "1000", first_day="2013-01-01", last_day="2013-12-31", schedule=schedule_of("0.10")
    )

    assert found.days_inside == 365
    assert found.amount == 100
