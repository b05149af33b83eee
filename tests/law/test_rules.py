"""The dates of the checks besides the rates: the days on both sides of each bound."""

from __future__ import annotations

from datetime import date

import pytest

from sequestration._law.rules import is_before_medicare, is_null_date, rules


@pytest.mark.parametrize(
    ("day", "is_before"), [(date(1965, 6, 30), True), (date(1965, 7, 1), False), (date(2024, 1, 15), False)]
)
def test_medicare_begins_with_its_act(day: date, is_before: bool) -> None:
    assert is_before_medicare(day) is is_before


@pytest.mark.parametrize(
    ("day", "is_null"),
    [
        (date(1000, 1, 1), True),
        (date(9999, 12, 31), True),
        (date(1000, 1, 2), False),
        (date(9999, 12, 30), False),
        (date(2024, 1, 15), False),
    ],
)
def test_two_dates_stand_for_none(day: date, is_null: bool) -> None:
    assert is_null_date(day) is is_null


@pytest.mark.parametrize(
    ("text", "is_against"),
    [
        ("good health plan", True),
        ("good health-plan", True),
        ("good health  plan", True),
        ("good health_plan", True),
        ("h.m.o", True),
        ("hxmxo", False),
        ("good health planning", False),
        ("shmo", False),
        ("hmos", False),
        ("novitas solutions", False),
    ],
)
def test_words_against_medicare_are_whole_words(text: str, is_against: bool) -> None:
    assert (rules().words_against_medicare.search(text) is not None) is is_against
