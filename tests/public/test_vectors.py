"""Every worked example of tests/cases/vectors.json, by the public functions alone."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

import sequestration as seq
from tests.paths import ROOT

VECTORS = json.loads((ROOT / "tests" / "cases" / "vectors.json").read_text("utf-8"))
BILLION = 10**9
CLAIM_TYPES = {"home health": seq.ClaimType.HOME_HEALTH}  # the others are written as in ClaimType


def named(kind: str) -> list[Any]:
    return [pytest.param(case, id=case.get("id") or f"{case['claim']} {case['from']}") for case in VECTORS[kind]]


def test_none_is_left_out() -> None:
    counts = {kind: len(cases) for kind, cases in VECTORS.items() if isinstance(cases, list)}

    assert counts == {
        "reductions": 18,
        "other_schedules": 3,
        "cost_report": 1,
        "paygo_what_if": 1,
        "dates": 18,
        "lines": 3,
        "secondary": 1,
        "plans": 1,
        "wrong": 2,
    }


@pytest.mark.parametrize("case", named("reductions"))
def test_reduction(case: dict[str, str]) -> None:
    found = seq.expected_reduction(case["base"], on=case["on"])

    assert found.payable == Decimal(case["base"])
    assert found.rate == Decimal(case["rate"])
    assert found.amount == Decimal(case["reduction"])
    assert found.payment == Decimal(case["payment"])


@pytest.mark.parametrize("case", [case for case in named("reductions") if "allowed" in case.values[0]])
def test_payment_before_the_cut(case: dict[str, str]) -> None:
    found = seq.medicare_payment(
        allowed=case["allowed"], deductible=case.get("deductible", "0"), coinsurance=case.get("coinsurance", "0")
    )

    assert found.payable == Decimal(case["base"])


@pytest.mark.parametrize("case", named("reductions"))
def test_the_base_is_among_those_that_leave_what_was_paid(case: dict[str, str]) -> None:
    assert Decimal(case["base"]) in seq.payables_from_paid(case["payment"], on=case["on"])


@pytest.mark.parametrize("case", named("reductions"))
def test_the_right_cut_is_no_alarm(case: dict[str, str]) -> None:
    finding = seq.check_adjustment(reported=case["reduction"], paid=case["payment"], on=case["on"])

    due = Decimal(case["reduction"]) != 0
    assert finding.verdict is (seq.Verdict.CORRECT if due else seq.Verdict.NOTHING_DUE)
    assert finding.expected == Decimal(case["reduction"])


@pytest.mark.parametrize("case", named("lines"))
def test_real_line(case: dict[str, str]) -> None:
    finding = seq.check_adjustment(
        reported=case["reported"],
        paid=case["paid"],
        paid_elsewhere=case["paid_elsewhere"],
        on=case["on"],
        charge=case.get("charge"),
        payable=case["base"],
    )

    assert finding.verdict is seq.Verdict.CORRECT
    assert finding.payable == Decimal(case["base"])
    assert finding.difference == 0
    assert finding.explanations == ()


@pytest.mark.parametrize("case", [case for case in named("lines") if "charge" in case.values[0]])
def test_real_line_balances(case: dict[str, str]) -> None:
    parts = ("contractual", "reported", "paid", "paid_elsewhere")

    assert sum(Decimal(case[part]) for part in parts) == Decimal(case["charge"])


@pytest.mark.parametrize("case", named("secondary"))
def test_secondary_payment(case: dict[str, str]) -> None:
    secondary = seq.secondary_payment(
        charge=case["charge"],
        primary_allowed=case["primary_allowed"],
        primary_paid=case["primary_paid"],
        allowed=case["allowed"],
    )
    found = seq.expected_reduction(secondary.payable, on=case["on"])

    assert secondary.payable == Decimal(case["payable"])
    assert (found.amount, found.payment) == (Decimal(case["reduction"]), Decimal(case["payment"]))


@pytest.mark.parametrize("case", named("plans"))
def test_plan_payment(case: dict[str, str]) -> None:
    found = seq.expected_reduction(case["base"], on=case["on"], schedule=seq.MEDICARE_ADVANTAGE)

    assert (found.amount, found.payment) == (Decimal(case["reduction"]), Decimal(case["payment"]))


@pytest.mark.parametrize("case", named("other_schedules"))
def test_other_schedule(case: dict[str, Any]) -> None:
    medicare = case["schedule"] == "medicare"
    schedule = seq.MEDICARE_FFS if medicare else seq.NONDEFENSE_MANDATORY
    # An order runs from April of its fiscal year for Medicare, from October before it for the rest.
    on = f"{case['fiscal_year']}-04-01" if medicare else f"{case['fiscal_year'] - 1}-10-01"
    unit = BILLION if case["unit"].startswith("billion") else 1
    found = seq.expected_reduction(Decimal(case["base"]) * unit, on=on, schedule=schedule)

    printed = Decimal(case["reduction"])
    assert found.rate == Decimal(case["rate"])
    assert (found.amount / unit).quantize(printed, rounding=ROUND_HALF_UP) == printed


@pytest.mark.parametrize("case", named("cost_report"))
def test_cost_report(case: dict[str, Any]) -> None:
    first_day, last_day = case["period"]
    found = seq.cost_report_reduction(case["settlement"], first_day=first_day, last_day=last_day)

    assert (found.days_inside, found.days) == (case["days_inside"], case["days"])
    assert found.ratio == Decimal(case["ratio"])
    assert [share.period.rate for share in found.shares] == [Decimal(case["rate"])]
    assert found.amount == Decimal(case["reduction"])


@pytest.mark.parametrize("case", named("paygo_what_if"))
def test_what_if(case: dict[str, str]) -> None:
    alone = seq.MEDICARE_FFS.what_if(
        first_day="2027-04-01", last_day="2028-03-31", rate=case["rate"], stacking="replace"
    )
    found = seq.expected_reduction(case["base"], on="2027-06-15", schedule=alone)

    assert found.rate == Decimal(case["rate"])
    assert (found.amount, found.payment) == (Decimal(case["reduction"]), Decimal(case["payment"]))
    assert found.period.status is seq.RateStatus.WHAT_IF


@pytest.mark.parametrize("case", named("dates"))
def test_deciding_date(case: dict[str, str | None]) -> None:
    kind = CLAIM_TYPES.get(str(case["claim"]), case["claim"])
    on = seq.deciding_date(str(kind), from_date=case["from"], through_date=case["through"])
    period = seq.MEDICARE_FFS.period_on(on)

    if case["rate"] is None:
        assert period.rate == 0
        assert period.first_day is None
        assert str(period.last_day) == "2013-03-31"
    else:
        assert period.rate == Decimal(case["rate"])
        assert period.first_day is not None
    assert period.status == "ordered"


@pytest.mark.parametrize("case", named("wrong"))
def test_cut_of_the_allowed_amount_is_named(case: dict[str, str]) -> None:
    payable = Decimal(case["allowed"]) - Decimal(case["coinsurance"])
    finding = seq.check_adjustment(
        reported=case["reported"],
        paid=payable - Decimal(case["reported"]),
        on=case["on"],
        allowed=case["allowed"],
    )

    assert finding.verdict is seq.Verdict.CUT_TOO_LARGE
    assert finding.owed_to is seq.OwedTo.PROVIDER
    assert finding.expected == Decimal(case["expected"])
    assert [explanation.code for explanation in finding.explanations] == [seq.ExplanationCode.ON_ALLOWED]
