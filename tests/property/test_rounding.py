"""Exact cents: what is written is what is meant, and the nearest cent has halves away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._money import as_cents, as_dollars, round_to_nearest
from tests.property.drawn import LARGEST, cents, dollars

pytestmark = pytest.mark.slow


@given(cents)
def test_cents_come_back_from_dollars(number: int) -> None:
    assert as_cents(dollars(number)) == number
    assert as_cents(str(dollars(number))) == number
    assert as_dollars(number) == dollars(number)
    assert str(as_dollars(number)) == str(abs(dollars(number)) if number == 0 else dollars(number))


@given(st.integers(-(LARGEST // 100), LARGEST // 100))
def test_whole_dollars_are_ints(number: int) -> None:
    assert as_cents(number) == as_cents(str(number)) == as_cents(Decimal(number)) == 100 * number


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_decimal_is_read_exactly_or_not_at_all(value: Decimal) -> None:
    whole = value.is_finite() and abs(value) < 10**18 and (Fraction(value) * 100).denominator == 1
    if whole:
        assert as_cents(value) == Fraction(value) * 100
    else:
        with pytest.raises(seq.InvalidAmount):
            as_cents(value)


@given(st.one_of(st.text(), st.text("0123456789.+-eE_ ,", max_size=12)))
@example("1.")
@example(".5")
@example("+0.10")
def test_text_is_read_as_decimal_reads_it_or_not_at_all(text: str) -> None:
    try:
        number = as_cents(text)
    except seq.InvalidAmount as error:
        assert len(str(error)) < 200  # noqa: PT017 - most text raises, and some does not
    else:
        assert Fraction(Decimal(text)) * 100 == number


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
@example(1, 2)
@example(-1, 2)
@example(5, 10)
@example(-15, 10)
def test_the_nearest_whole_is_no_further_than_a_half(numerator: int, denominator: int) -> None:
    whole = round_to_nearest(numerator, denominator)
    gap = Fraction(numerator, denominator) - whole

    assert abs(gap) <= Fraction(1, 2)
    if abs(gap) == Fraction(1, 2):
        assert abs(whole) > abs(Fraction(numerator, denominator))


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_the_nearest_whole_is_that_of_decimal_s_half_up(number: int, places: int) -> None:
    value = Decimal(number).scaleb(-places, Context(prec=40))

    assert round_to_nearest(number, 10**places) == int(value.to_integral_value(ROUND_HALF_UP))
