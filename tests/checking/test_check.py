"""Checking one reported cut: each verdict, each explanation with its figure, and a near case without it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration import ExplanationCode, OwedTo, ReasonCode, Verdict
from sequestration._dates import for_readers
from tests.making import claim, line, remittance
from tests.schedules import EXAMPLE

ON = "2024-03-01"
TO_2020 = "from Apr 1, 2013 to Apr 30, 2020"
SINCE_2022 = seq.MEDICARE_FFS.period_on("2022-07-01").span


def check(payable: str, reported: str | None, on: str = ON, **known: Any) -> seq.Finding:
    """A check of a cut of `payable`: what was paid is what it leaves, less what was paid elsewhere."""
    elsewhere = Decimal(known.get("paid_elsewhere", "0"))
    paid = Decimal(payable) - Decimal(reported or "0") - elsewhere
    finding = seq.check_adjustment(reported=reported, paid=paid, on=on, payable=payable, **known)
    assert finding.payable == Decimal(payable)
    assert finding.paid == paid
    return finding


def codes(finding: seq.Finding) -> list[ExplanationCode]:
    return [explanation.code for explanation in finding.explanations]


# Verdicts.


@pytest.mark.parametrize(
    ("payable", "reported", "on", "verdict", "expected", "difference", "owed_to"),
    [
        ("40.00", "0.80", ON, "correct", "0.80", "0.00", None),
        ("3.89", "0.08", "2019-03-01", "correct", "0.08", "0.00", None),
        ("40.00", "0.40", "2022-05-10", "correct", "0.40", "0.00", None),
        ("-40.00", "-0.80", ON, "correct", "-0.80", "0.00", None),
        ("40.00", None, "2021-03-01", "nothing_due", "0.00", "0.00", None),
        ("40.00", "0", "2013-03-31", "nothing_due", "0.00", "0.00", None),
        ("0.24", None, ON, "nothing_due", "0.00", "0.00", None),
        ("0", None, ON, "nothing_due", "0.00", "0.00", None),
        ("-40.00", None, ON, "nothing_due", "0.00", "0.00", None),
        ("0.25", None, ON, "rounding", "0.01", "-0.01", None),
        ("40.00", "0.81", ON, "rounding", "0.80", "0.01", None),
        ("40.00", "0.79", ON, "rounding", "0.80", "-0.01", None),
        ("40.00", "0.82", ON, "cut_too_large", "0.80", "0.02", "provider"),
        ("40.00", "0.78", ON, "cut_too_small", "0.80", "-0.02", "medicare"),
        ("40.00", "-0.80", ON, "undetermined", "0.80", "-1.60", None),
        ("40.00", "0.80", "2021-03-01", "cut_not_due", "0.00", "0.80", "provider"),
        ("40.00", "0.80", "2013-03-31", "cut_not_due", "0.00", "0.80", "provider"),
        ("40.00", "0.01", "2021-03-01", "cut_not_due", "0.00", "0.01", "provider"),
        ("40.00", None, ON, "missing", "0.80", "-0.80", "medicare"),
        ("40.00", "0", ON, "missing", "0.80", "-0.80", "medicare"),
        ("40.00", "0.00", ON, "missing", "0.80", "-0.80", "medicare"),
        ("0.75", None, ON, "missing", "0.02", "-0.02", "medicare"),
    ],
)
def test_verdict(
    payable: str, reported: str | None, on: str, verdict: str, expected: str, difference: str, owed_to: str | None
) -> None:
    finding = check(payable, reported, on)

    assert finding.verdict == verdict
    assert (str(finding.expected), str(finding.difference)) == (expected, difference)
    assert finding.owed_to == owed_to
    assert finding.reported == Decimal(reported or "0")
    assert str(finding.on) == on
    assert finding.rate == seq.MEDICARE_FFS.rate_on(on)
    assert finding.period is seq.MEDICARE_FFS.period_on(on)


def test_which_verdicts_need_a_look() -> None:
    assert {verdict for verdict in Verdict if verdict.needs_review} == {
        Verdict.CUT_TOO_LARGE,
        Verdict.CUT_TOO_SMALL,
        Verdict.CUT_NOT_DUE,
        Verdict.MISSING,
        Verdict.WRONG_GROUP,
    }


def test_a_cut_without_a_payment_proves_nothing() -> None:
    finding = seq.check_adjustment(reported="0.80", paid="0", on=ON)

    assert finding.verdict is Verdict.UNDETERMINED
    assert "nothing was paid here" in finding.reason
    assert finding.expected is None


def test_a_cut_given_back_where_none_is_due_proves_nothing() -> None:
    finding = check("40.00", "-0.80", "2021-03-01")

    assert finding.verdict is Verdict.UNDETERMINED
    assert finding.reason
    assert finding.owed_to is None


def test_a_finding_that_rests_on_a_projection_says_so() -> None:
    projected = check("40", "1.20", "2029-12-31", schedule=EXAMPLE)
    settled = check("40", "1.20", "2029-09-30", schedule=EXAMPLE)

    assert projected.projected
    assert "projected rate" in str(projected)
    assert projected.to_dict()["rate_status"] == "projected"
    assert not settled.projected
    assert "projected" not in str(settled)


def test_another_schedule_is_asked_where_it_is_given() -> None:
    schedule = seq.MEDICARE_FFS.what_if(first_day="2024-01-01", last_day="2024-12-31", rate="0.04")

    assert check("40", "2.40", schedule=schedule).verdict is Verdict.CORRECT
    assert check("40", "0.80", schedule=schedule).verdict is Verdict.CUT_TOO_SMALL


# Keywords.


def test_the_payable_must_be_the_sum() -> None:
    parts = {"reported": "0.80", "paid": "20.00", "paid_elsewhere": "19.20", "on": ON}

    assert seq.check_adjustment(**parts, payable="40").verdict is Verdict.CORRECT  # type: ignore[arg-type]
    with pytest.raises(
        seq.InvalidAmount, match=r"payable must be paid \+ reported \+ paid_elsewhere, which is \$40\.00"
    ):
        seq.check_adjustment(**parts, payable="40.01")  # type: ignore[arg-type]
    with pytest.raises(seq.InvalidAmount, match=r"which is \$39\.20"):
        seq.check_adjustment(reported=None, paid="20.00", paid_elsewhere="19.20", on=ON, payable="40")


def test_everything_is_a_keyword() -> None:
    with pytest.raises(TypeError):
        seq.check_adjustment("0.80", "39.20", ON)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        seq.check_adjustment(reported="0.80", paid="39.20", on=ON, line=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "name", ["reported", "paid", "payable", "paid_elsewhere", "allowed", "charge", "patient_responsibility"]
)
def test_every_amount_is_checked(name: str) -> None:
    good: dict[str, Any] = {"reported": "0.80", "paid": "39.20", "on": ON}

    with pytest.raises(seq.InvalidAmountType, match="A float cannot hold cents exactly"):
        seq.check_adjustment(**{**good, name: 1.5})
    with pytest.raises(seq.InvalidAmount, match="not in whole cents"):
        seq.check_adjustment(**{**good, name: "0.805"})


def test_money_paid_elsewhere_belongs_to_the_base() -> None:
    assert check("40.00", "0.80", paid_elsewhere="39.20").verdict is Verdict.CORRECT
    assert check("40.00", "0.80", paid_elsewhere="10.00").verdict is Verdict.CORRECT
    assert seq.check_adjustment(reported="0.80", paid="29.20", on=ON).verdict is Verdict.CUT_TOO_LARGE


# The group code.


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({}, "correct"),
        ({"group": "CO"}, "correct"),
        ({"group": "co"}, "correct"),
        ({"group": "PR"}, "wrong_group"),
        ({"group": "OA"}, "wrong_group"),
        ({"group": "PI"}, "wrong_group"),
        ({"group": "PR", "assigned": True}, "wrong_group"),
        ({"group": "PR", "assigned": False}, "correct"),
        ({"group": "CO", "assigned": False}, "correct"),
        ({"group": "OA", "assigned": False}, "wrong_group"),
        ({"group": "PR", "paid_elsewhere": "39.20"}, "correct"),
        ({"group": "PR", "paid_elsewhere": "39.20", "assigned": True}, "wrong_group"),
        ({"group": "PR", "paid_elsewhere": "0.01"}, "correct"),
        ({"group": "PR", "paid_elsewhere": "0"}, "wrong_group"),
    ],
)
def test_group(known: dict[str, Any], verdict: str) -> None:
    finding = check("40.00", "0.80", **known)

    assert finding.verdict == verdict
    assert finding.owed_to is None
    assert (ExplanationCode.WRONG_GROUP in codes(finding)) is (verdict == "wrong_group")
    unassigned = known.get("group") == "PR" and verdict == "correct"
    assert (ExplanationCode.UNASSIGNED in codes(finding)) is unassigned


def test_a_wrong_group_is_named() -> None:
    (explanation,) = check("40.00", "0.80", group="PR").explanations

    assert str(explanation) == "reported under group PR instead of CO"


def test_where_amount_and_group_are_wrong_the_amount_decides() -> None:
    finding = check("40.00", "1.60", group="PR")

    assert finding.verdict is Verdict.CUT_TOO_LARGE
    assert codes(finding) == [ExplanationCode.DOUBLED, ExplanationCode.WRONG_GROUP]


def test_where_the_amount_is_a_rounding_away_the_group_decides() -> None:
    assert check("40.00", "0.81", group="PR").verdict is Verdict.WRONG_GROUP


def test_where_no_cut_is_there_is_no_group() -> None:
    assert check("40.00", None, group="PR").verdict is Verdict.MISSING
    assert check("40.00", None).group == ""
    assert check("40.00", "0", "2021-03-01", group="PR").verdict is Verdict.NOTHING_DUE


# Explanations. Each case gives the whole list, so that none is told which does not give the figure.


@pytest.mark.parametrize(
    ("payable", "reported", "known", "wanted"),
    [
        # 2 % of 12.25 is 0.245, due 0.25.
        pytest.param("12.25", "0.24", {}, ["tie", "cut_off", "one_cent"], id="tie"),
        pytest.param("-12.25", "-0.24", {}, ["tie", "cut_off", "one_cent"], id="tie below zero"),
        pytest.param("12.26", "0.24", {}, ["cut_off", "one_cent"], id="0.2452 is no tie"),
        pytest.param("12.25", "0.26", {}, ["one_cent"], id="the other side of a tie is none"),
        # 2 % of 3.89 is 0.0778, due 0.08.
        pytest.param("3.89", "0.07", {}, ["cut_off", "one_cent"], id="cut off"),
        pytest.param("3.70", "0.06", {}, ["one_cent"], id="0.074 cut off is what is due, not this"),
        pytest.param("40.00", "0.79", {}, ["one_cent"], id="whole cents cannot be cut off"),
        pytest.param("40.00", "0.81", {}, ["one_cent"], id="one cent above"),
        pytest.param("40.00", "0.82", {}, [], id="two cents"),
        pytest.param("40.00", "1.60", {}, ["doubled"], id="doubled"),
        pytest.param("40.00", "1.61", {}, [], id="nearly doubled"),
        pytest.param("40.00", "-0.80", {}, ["wrong_sign"], id="wrong sign"),
        pytest.param("40.00", "-0.79", {}, [], id="wrong sign and amount"),
        pytest.param("38.40", "-0.80", {}, ["wrong_sign"], id="the sign alone is wrong"),
        pytest.param("38.40", "-0.81", {}, [], id="sign and amount are wrong"),
        pytest.param("0.50", "-0.01", {}, ["wrong_sign"], id="wrong sign, told once"),
        # 2 % of 50.00, of 150.00.
        pytest.param("40.00", "1.00", {"allowed": "50.00"}, ["on_allowed"], id="on allowed"),
        pytest.param("40.00", "1.00", {"allowed": "51.00"}, [], id="another allowed amount"),
        pytest.param("40.00", "1.00", {}, [], id="allowed amount not known"),
        pytest.param("40.00", "3.00", {"charge": "150.00"}, ["on_charge"], id="on charge"),
        pytest.param("40.00", "3.00", {"charge": "151.00"}, [], id="another charge"),
        pytest.param("40.00", "3.00", {}, [], id="charge not known"),
        pytest.param(
            "40.00",
            "1.00",
            {"patient_responsibility": "10.00"},
            ["on_allowed", "before_coinsurance"],
            id="on payable and the patient's share",
        ),
        pytest.param("40.00", "1.00", {"patient_responsibility": "11.00"}, [], id="another share"),
        pytest.param(
            "40.00", "1.00", {"allowed": "50.00", "charge": "50.00"}, ["on_allowed", "on_charge"], id="likeliest first"
        ),
        # 1 % of 40.00.
        pytest.param("40.00", "0.40", {}, ["other_rate"], id="other rate"),
        pytest.param("40.00", "0.41", {}, [], id="nearly the other rate"),
        pytest.param("40.00", "0.80", {}, [], id="right"),
        pytest.param("40.00", None, {}, [], id="missing"),
    ],
)
def test_explanations(payable: str, reported: str | None, known: dict[str, str], wanted: list[str]) -> None:
    assert codes(check(payable, reported, **known)) == wanted


@pytest.mark.parametrize(
    ("on", "reported", "says"),
    [
        ("2024-03-01", "0.40", "1% is the rate from Apr 1 to Jun 30, 2022"),
        ("2022-05-10", "0.80", f"2% is the rate {TO_2020} and {SINCE_2022}"),
        ("2022-04-02", "0.80", f"2% is the rate {TO_2020} and {SINCE_2022}"),
        ("2020-05-01", "0.80", "2% is the rate from Apr 1, 2013 to Apr 30, 2020"),
        ("2022-03-31", "0.80", f"2% is the rate {TO_2020} and {SINCE_2022}"),
        ("2022-03-31", "0.40", "1% is the rate from Apr 1 to Jun 30, 2022"),
        ("2013-03-31", "0.80", "2% is the rate from Apr 1, 2013 to Apr 30, 2020"),
    ],
)
def test_another_rate_is_told_with_every_period_it_was_law_in(on: str, reported: str, says: str) -> None:
    finding = check("40.00", reported, on)
    told = {explanation.code: explanation.text for explanation in finding.explanations}

    assert told[ExplanationCode.OTHER_RATE] == says


@pytest.mark.parametrize(("on", "reported"), [("2021-03-01", "0.79"), ("2021-03-01", "0.39"), ("2024-03-01", "0.39")])
def test_a_cut_by_no_rate_has_no_other_rate(on: str, reported: str) -> None:
    assert codes(check("40.00", reported, on)) == []


def test_twice_one_percent_is_told_both_ways() -> None:
    assert codes(check("40.00", "0.80", "2022-05-10")) == [ExplanationCode.OTHER_RATE, ExplanationCode.DOUBLED]


@pytest.mark.parametrize(
    ("payable", "reported", "known", "says"),
    [
        ("40.00", "1.00", {"allowed": "50.00"}, "2% of the allowed amount ($50.00)"),
        ("40.00", "3.00", {"charge": "150.00"}, "2% of the billed charge ($150.00)"),
        ("40.00", "1.60", {}, "twice the expected $0.80"),
        ("3.89", "0.07", {}, "2% of $3.89 is truncated to the cent instead of rounded"),
    ],
)
def test_an_explanation_tells_its_figure(payable: str, reported: str, known: dict[str, str], says: str) -> None:
    finding = check(payable, reported, **known)

    assert finding.explanations[0].text == says
    assert says in str(finding)


@pytest.mark.parametrize("on", ["2021-03-01", "2013-03-31"])
def test_a_cut_that_is_not_due_is_no_cut_of_another_base(on: str) -> None:
    finding = check("40.00", "1.00", on, allowed="50.00", charge="150.00")

    assert finding.verdict is Verdict.CUT_NOT_DUE
    assert codes(finding) == []


# A payment that is already cut.


def test_a_cut_that_was_taken_and_not_reported() -> None:
    finding = check("78.40", None, allowed="100.00", patient_responsibility="20.00")

    assert finding.verdict is Verdict.UNDETERMINED
    assert finding.owed_to is None
    assert codes(finding) == [ExplanationCode.TAKEN_UNREPORTED]
    assert "$80.00 minus sequestration of $1.60" in str(finding)


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"allowed": "100.00"},
        {"patient_responsibility": "20.00"},
        {"allowed": "98.40", "patient_responsibility": "20.00"},
    ],
)
def test_a_cut_that_nothing_shows_is_missing(known: dict[str, str]) -> None:
    finding = check("78.40", None, **known)

    assert finding.verdict is Verdict.MISSING
    assert codes(finding) == []


def test_a_cut_that_fits_the_allowed_amount_but_not_the_payment_proves_nothing() -> None:
    finding = check("70.00", "1.60", allowed="100.00", patient_responsibility="20.00")

    assert finding.verdict is Verdict.UNDETERMINED
    assert codes(finding) == [ExplanationCode.NOT_BALANCED]


# What a finding is outside.


def test_a_finding_in_words() -> None:
    assert str(check("104.00", "2.60", "2024-01-15", allowed="130.00")) == (
        "over-withheld; reported $2.60; expected $2.08 (2% of $104.00 on Jan 15, 2024); "
        "2% of the allowed amount ($130.00)"
    )


def test_a_finding_as_plain_values() -> None:
    plain = check("104.00", "2.60", "2024-01-15", allowed="130.00").to_dict()

    assert plain["verdict"] == "cut_too_large"
    assert (plain["reported"], plain["expected"], plain["difference"]) == ("2.60", "2.08", "0.52")
    assert (plain["on"], plain["rate"], plain["rate_status"], plain["group"]) == ("2024-01-15", "0.02", "ordered", "CO")
    assert plain["date_rule"] == "date provided"
    assert plain["owed_to"] == "provider"
    assert plain["explanations"] == [{"code": "on_allowed", "text": "2% of the allowed amount ($130.00)"}]
    assert (plain["claim"], plain["line"], plain["procedure"], plain["file"]) == ("", None, "", None)


def test_members_are_their_values() -> None:
    finding = check("104.00", "2.60", "2024-01-15", allowed="130.00")

    assert finding.verdict == "cut_too_large"
    assert finding.owed_to == "provider"
    assert finding.owed_to is OwedTo.PROVIDER
    assert f"{finding.verdict}" == "cut_too_large"


@pytest.mark.parametrize("group", [None, "CO", "co", " CO "])
def test_a_group_is_co_unless_it_is_another(group: str | None) -> None:
    assert seq.check_adjustment(reported="0.80", paid="39.20", on=ON, group=group).verdict == "correct"
    assert seq.check_adjustment(reported="0.80", paid="39.20", on=ON, group="PI").verdict == "wrong_group"
    assert seq.check_adjustment(reported="0.80", paid="39.20", on=ON, group="").verdict == "undetermined"


@pytest.mark.parametrize("group", [5, b"CO", float("nan"), True, ["CO"]])
def test_a_group_is_text(group: Any) -> None:
    with pytest.raises(TypeError, match=rf"^group must be a group code such as CO, not {re.escape(repr(group))}$"):
        seq.check_adjustment(reported="0.80", paid="39.20", on=ON, group=group)


@pytest.mark.parametrize("assigned", ["N", "no", 0, 1, "", [], Decimal(1)])
def test_what_is_neither_true_nor_false_does_not_say_whether_a_claim_is_assigned(assigned: Any) -> None:
    with pytest.raises(TypeError, match=rf"^assigned must be True, False or None, not {re.escape(repr(assigned))}$"):
        seq.check_adjustment(reported="0.80", paid="39.20", on=ON, group="PR", assigned=assigned)
    with pytest.raises(TypeError, match=r"^assigned must be True, False or None, not "):
        seq.next_step("PR-253", assigned=assigned)


def test_a_date_of_one_amount_is_that_of_the_caller_however_late() -> None:
    found = seq.check_adjustment(reported="0.80", paid="39.20", on="2034-03-01", schedule=EXAMPLE)

    assert (found.verdict, str(found.expected), found.projected) == ("undetermined", "0.00", True)
    assert found.reason_code is ReasonCode.RATE_PROJECTED


# Dates that prove nothing.


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        ("1000-01-01", ReasonCode.NULL_DATE),
        ("9999-12-31", ReasonCode.NULL_DATE),
        ("1964-12-31", ReasonCode.BEFORE_MEDICARE),
        ("1965-06-30", ReasonCode.BEFORE_MEDICARE),
    ],
)
@pytest.mark.parametrize("reported", ["0.80", "1.60", "-0.80", None])
def test_a_day_without_medicare_has_no_rate(on: str, reason: ReasonCode, reported: str | None) -> None:
    finding = check("40.00", reported, on)

    assert (finding.verdict, finding.reason_code) == (Verdict.UNDETERMINED, reason)
    assert (finding.rate, finding.period, finding.expected, finding.difference, finding.owed_to) == (None,) * 5
    assert for_readers(date.fromisoformat(on)) in finding.reason


def test_the_first_day_of_medicare_has_a_rate() -> None:
    assert check("40.00", None, "1965-07-01").verdict is Verdict.NOTHING_DUE
    assert check("40.00", "0.80", "1965-07-01").verdict is Verdict.CUT_NOT_DUE


@pytest.mark.parametrize(
    ("on", "reported", "verdict"),  # EXAMPLE projects 3 % from 2029-10-01 and 0 % from 2030-07-01
    [
        ("2029-09-30", "2.40", "cut_too_large"),
        ("2029-10-01", "2.40", "undetermined"),
        ("2029-10-01", "1.20", "correct"),
        ("2029-10-01", "1.21", "rounding"),
        ("2029-10-01", "0.60", "undetermined"),
        ("2029-10-01", None, "undetermined"),
        ("2030-07-01", "1.20", "undetermined"),
        ("2030-07-01", None, "nothing_due"),
    ],
)
def test_nothing_is_wrong_by_a_projected_rate(on: str, reported: str | None, verdict: str) -> None:
    finding = check("40.00", reported, on, schedule=EXAMPLE)

    assert finding.verdict == verdict
    assert finding.reason_code == (ReasonCode.RATE_PROJECTED if verdict == "undetermined" else None)


def test_a_group_is_not_wrong_by_a_projected_rate() -> None:
    assert check("40.00", "1.20", "2029-09-30", schedule=EXAMPLE, group="PI").verdict is Verdict.WRONG_GROUP
    assert check("40.00", "1.20", "2029-10-01", schedule=EXAMPLE, group="PI").reason_code is ReasonCode.RATE_PROJECTED


OWN = """
name = "own"
title = "A schedule of one's own"
verified_on = 2024-05-06

[[period]]
last_day = 2032-12-31
rate = "0.02"
status = "ordered"

[[period.authorities]]
citation = "Example Budget Act, PL 901-1"
says = "takes two percent"

[[period]]
first_day = 2033-01-01
rate = "0.03"
status = "enacted"

[[period.authorities]]
citation = "Example Budget Act, PL 901-2"
says = "takes three percent from 2033 on"
"""


def test_a_future_rate_explains_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    own = seq.RateSchedule.from_toml(tmp_path / "own.toml")

    def explained(on: str) -> bool:
        finding = seq.check_adjustment(reported="3.00", paid="97.00", on=on, schedule=own)
        assert (finding.verdict, str(finding.expected)) == ("cut_too_large", "2.00")
        return ExplanationCode.OTHER_RATE in codes(finding)

    assert not explained("2024-03-01")
    assert not explained("2031-12-31")
    assert explained("2032-01-01")  # within a year the payer may have begun early


# Amounts that contradict each other.


@pytest.mark.parametrize("reported", ["1.60", "0.80", "-1.60", None])
@pytest.mark.parametrize("allowed", ["100.01", "110.00", "60.00"])
def test_a_payment_that_the_allowed_amount_contradicts_proves_nothing(reported: str | None, allowed: str) -> None:
    finding = check("78.40", reported, allowed=allowed, patient_responsibility="20.00")

    assert finding.verdict is Verdict.UNDETERMINED
    assert finding.reason_code is (ReasonCode.CUT_RETURNED if reported == "-1.60" else ReasonCode.NOT_BALANCED)
    assert finding.owed_to is None


def test_a_right_amount_is_right_whatever_was_allowed() -> None:
    assert check("78.40", "1.57", allowed="110.00", patient_responsibility="20.00").verdict is Verdict.CORRECT
    assert check("78.40", "1.57", allowed="110.00").verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reported", "paid", "on", "verdict", "reason"),
    [
        ("-0.80", "39.20", ON, "undetermined", ReasonCode.CUT_RETURNED),
        ("-0.80", "40.80", "2021-03-01", "undetermined", ReasonCode.CUT_RETURNED),
        ("-0.01", "40.01", ON, "undetermined", ReasonCode.CUT_RETURNED),
        ("-0.80", "-39.20", ON, "correct", None),  # a payment taken back
        ("-8.00", "-39.20", ON, "undetermined", ReasonCode.PAYMENT_NOT_POSITIVE),
    ],
)
def test_a_negative_253_is_never_a_wrong_amount(
    reported: str, paid: str, on: str, verdict: str, reason: ReasonCode | None
) -> None:
    finding = seq.check_adjustment(reported=reported, paid=paid, on=on)

    assert (finding.verdict, finding.reason_code, finding.owed_to) == (verdict, reason, None)


@pytest.mark.parametrize(
    ("on", "paid", "reported", "says"),
    [
        ("2021-06-01", "98", "2", "2% is the rate from Apr 1, 2013 to Apr 30, 2020"),  # 2022-07-01 had not begun
        ("2022-02-01", "98", "2", f"2% is the rate {TO_2020} and {SINCE_2022}"),
        ("2020-06-01", "99", "1", None),  # the rate of 1 % began two years later
        ("2021-06-01", "99", "1", "1% is the rate from Apr 1 to Jun 30, 2022"),
    ],
)
def test_a_rate_explains_only_if_it_began_within_a_year(on: str, paid: str, reported: str, says: str | None) -> None:
    finding = seq.check_adjustment(reported=reported, paid=paid, on=on)
    told = [each.text for each in finding.explanations if each.code is seq.ExplanationCode.OTHER_RATE]

    assert told == ([] if says is None else [says])


@pytest.mark.parametrize(("produced", "explained"), [("20220315", False), ("20220402", True)])
def test_a_rate_explains_only_if_it_had_begun_when_the_remittance_was_made(produced: str, explained: bool) -> None:
    taken = claim("A", line("99213", "100", "99", [("CO", "253", "1")], on="20220215"))
    (finding,) = seq.check_835(remittance(taken, produced=produced)).findings
    codes = [each.code for each in finding.explanations]

    assert (seq.ExplanationCode.OTHER_RATE in codes) is explained
