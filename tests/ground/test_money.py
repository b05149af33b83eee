"""Exact cents out of honest input, and a clear error for all else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

import sequestration as seq
from sequestration._money import as_cents, as_dollars, round_to_nearest

FULL_WIDTH = "\uff14\uff10"  # digits to str.isdigit, not to a payer


def reduced(amount: object) -> object:
    return seq.expected_reduction(amount, on="2019-03-01")  # type: ignore[arg-type]


def paid(amount: object) -> object:
    return seq.payables_from_paid(amount, on="2019-03-01")  # type: ignore[arg-type]


def allowed(amount: object) -> object:
    return seq.medicare_payment(allowed=amount)  # type: ignore[arg-type]


def reported(amount: object) -> object:
    return seq.check_adjustment(reported=amount, paid="39.20", on="2019-03-01")  # type: ignore[arg-type]


def charged(amount: object) -> object:
    return seq.secondary_payment(charge=amount, primary_allowed="1", primary_paid="1", allowed="1")  # type: ignore[arg-type]


def settled(amount: object) -> object:
    return seq.cost_report_reduction(amount, first_day="2013-01-01", last_day="2013-12-31")  # type: ignore[arg-type]


def adjusted(amount: object) -> object:
    return seq.Adjustment("CO", "253", amount)  # type: ignore[arg-type]


TAKE_AN_AMOUNT = [reduced, paid, allowed, reported, charged, settled, adjusted]


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("40.00", 4000),
        ("40", 4000),
        ("40.", 4000),
        ("40.5", 4050),
        (".08", 8),
        ("-.08", -8),
        ("+1.15", 115),
        ("0.29", 29),
        ("0.0800", 8),
        ("-0", 0),
        (3, 300),
        (-3, -300),
        (Decimal("1250.00"), 125000),
        (Decimal("1E+3"), 100000),
        (Decimal("-0.00"), 0),
        (Decimal("0E+999999"), 0),
        ("999999999999999999.99", 99999999999999999999),
        (-(10**18) + 1, -(10**18 - 1) * 100),
    ],
)
def test_amounts_are_read_to_the_cent(amount: Decimal | int | str, cents: int) -> None:
    assert as_cents(amount) == cents


@pytest.mark.parametrize("take", TAKE_AN_AMOUNT)
@pytest.mark.parametrize("wrong", [1.15, 0.0, -40.0, 1e300, math.nan, math.inf, -math.inf])
def test_a_float_is_refused_as_type_and_as_amount(take: Callable[[object], object], wrong: float) -> None:
    with pytest.raises(seq.InvalidAmountType) as caught:
        take(wrong)

    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, seq.SequestrationError)


def test_the_error_of_a_float_says_what_to_write_instead() -> None:
    with pytest.raises(TypeError) as caught:
        as_cents(1.15)  # type: ignore[arg-type]

    assert str(caught.value) == "A float cannot hold cents exactly. Use '1.15' in quotes, or Decimal('1.15')."


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_nobody_is_told_to_write_a_number_that_is_none(wrong: float) -> None:
    with pytest.raises(TypeError, match="is not a dollar amount"):
        as_cents(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("take", TAKE_AN_AMOUNT)
@pytest.mark.parametrize("wrong", [True, False, b"40.00", ["40.00"], 1j, date(2020, 1, 1)])
def test_another_type_is_refused(take: Callable[[object], object], wrong: object) -> None:
    with pytest.raises(
        seq.InvalidAmountType, match=rf"a Decimal, an int \(whole dollars\) or text, not {_type(wrong)}"
    ):
        take(wrong)


def _type(value: object) -> str:
    return type(value).__name__


def test_none_is_no_amount() -> None:
    with pytest.raises(seq.InvalidAmountType, match="not NoneType"):
        reduced(None)
    with pytest.raises(seq.InvalidAmountType, match="not NoneType"):
        seq.check_adjustment(reported="0.80", paid=None, on="2019-03-01")  # type: ignore[arg-type]


@pytest.mark.parametrize("take", TAKE_AN_AMOUNT)
@pytest.mark.parametrize(
    "wrong",
    [
        "",
        " ",
        "1e2",
        "1E2",
        "1_000",
        "1,250.00",
        "$40.00",
        "40.00 ",
        " 40.00",
        "40.00\n",
        "40.0.0",
        "--1",
        "+-1",
        ".",
        "-",
        "NaN",
        "Infinity",
        "0x10",
        "(40.00)",
        FULL_WIDTH,
        pytest.param("1" * 1000, id="a thousand digits"),
        pytest.param("0." + "0" * 1000, id="a thousand places"),
        "1" * 19,
    ],
)
def test_text_that_is_no_plain_number_is_refused(take: Callable[[object], object], wrong: str) -> None:
    with pytest.raises(
        seq.InvalidAmount, match=r'Use digits and at most one decimal point, such as "1250\.00"'
    ) as caught:
        take(wrong)

    assert not isinstance(caught.value, TypeError)


@pytest.mark.parametrize("take", TAKE_AN_AMOUNT)
@pytest.mark.parametrize(
    "wrong", ["0.005", "-0.005", "12.345", "1.001", Decimal("0.0001"), Decimal("1E-3"), Decimal("1E-400000000")]
)
def test_part_of_a_cent_is_refused_and_not_rounded(take: Callable[[object], object], wrong: object) -> None:
    with pytest.raises(seq.InvalidAmount, match=r"not in whole cents\. Round it first"):
        take(wrong)


@pytest.mark.parametrize("wrong", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(seq.InvalidAmount, match="is not a dollar amount"):
        reduced(Decimal(wrong))


@pytest.mark.parametrize("wrong", [10**18, -(10**18), 10**1000, Decimal("1E+18"), Decimal("1E+999999")])
def test_an_amount_has_a_largest_size(wrong: object) -> None:
    with pytest.raises(seq.InvalidAmount, match=r"below 10\*\*18 dollars"):
        reduced(wrong)


@pytest.mark.parametrize(
    "wrong",
    ["9" * 100_000, Decimal("0." + "1" * 10_000), Decimal("NaN" + "1" * 10_000), 10**5000],
    ids=["text", "part of a cent", "no number", "int"],
)
def test_no_error_grows_with_its_input(wrong: object) -> None:
    with pytest.raises(seq.InvalidAmount) as caught:
        reduced(wrong)

    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("cents", "dollars"), [(0, "0.00"), (8, "0.08"), (-8, "-0.08"), (4000, "40.00"), (10**20, "1" + "0" * 18 + ".00")]
)
def test_dollars_have_two_places(cents: int, dollars: str) -> None:
    assert str(as_dollars(cents)) == dollars


@pytest.mark.parametrize(
    ("numerator", "denominator", "whole"),
    [(0, 7, 0), (1, 3, 0), (2, 3, 1), (1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (-1, 3, 0), (-2, 3, -1)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, whole: int) -> None:
    assert round_to_nearest(numerator, denominator) == whole


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (Decimal("NaN"), "'NaN' is not a dollar amount."),
        (Decimal("0.005"), "'0.005' is not in whole cents. Round it first."),
    ],
)
def test_an_amount_that_is_refused_is_told(value: Decimal, says: str) -> None:
    with pytest.raises(seq.InvalidAmount, match=f"^{re.escape(says)}$"):
        as_cents(value)


def test_a_text_of_sixty_four_characters_may_be_an_amount_and_no_longer_one() -> None:
    assert as_cents("1." + "0" * 62) == 100
    with pytest.raises(seq.InvalidAmount):
        as_cents("1." + "0" * 63)
