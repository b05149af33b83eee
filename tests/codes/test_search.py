"""Codes found by the words that billers use, and a typo away."""

from __future__ import annotations

from typing import Any

import pytest

import sequestration as seq
from sequestration._codes.search import near


@pytest.mark.parametrize(
    "words, first",
    [
        ("late", "29"),
        ("timely", "29"),
        ("timely filing", "29"),
        ("the claim was filed too late", "29"),
        ("auth", "197"),
        ("prior auth", "197"),
        ("no authorization", "197"),
        ("duplicate", "18"),
        ("duplicate claim", "18"),
        ("bundled", "97"),
        ("Bundling", "97"),
        ("not covered", "96"),
        ("noncovered", "96"),
        ("medical necessity", "50"),
        ("not medically necessary", "50"),
        ("demographics", "31"),
        ("deductible", "1"),
        ("coinsurance", "2"),
        ("copay", "3"),
        ("sequestration", "253"),
        ("sequester", "253"),
        ("fee schedule", "45"),
        ("modifier", "4"),
        ("coordination of benefits", "22"),
        ("hospice", "B9"),
        ("experimental", "55"),
        ("Gramm-Rudman", "43"),
        ("psychiatric", "122"),
        ("253", "253"),
        ("co-45", "45"),
        ("b15", "B15"),
    ],
)
def test_what_billers_say(words: str, first: Any) -> None:
    assert next(iter(seq.CARCS.search(words))) == first


@pytest.mark.parametrize(
    "typo, first",
    [
        ("tmely", "29"),
        ("timley", "29"),
        ("duplciate", "18"),
        ("dupplicate", "18"),
        ("deductable", "1"),
        ("authorizaton", "197"),
        ("medicl necesity", "50"),
        ("sequestraton", "253"),
        ("coinsurence", "2"),
        ("demografics", None),  # two letters off: not found, rather than guessed
    ],
)
def test_a_typo_away(typo: str, first: Any) -> None:
    assert next(iter(seq.CARCS.search(typo)), None) == first


@pytest.mark.parametrize(
    "table, words, first",
    [
        ("RARCS", "unprocessable", "MA130"),
        ("RARCS", "not appealable", "N211"),
        ("RARCS", "appeal rights", "MA01"),
        ("RARCS", "sequestration", "N811"),
        ("RARCS", "n811", "N811"),
        ("RARCS", "crossover", "MA18"),
        ("PLBS", "recoupment", "WO"),
        ("PLBS", "forwarding balance", "FB"),
        ("PLBS", "student loan", "SL"),
        ("PLBS", "interest", "L6"),
        ("PLBS", "wo", "WO"),
    ],
)
def test_the_other_tables(table: str, words: str, first: Any) -> None:
    assert next(iter(getattr(seq, table).search(words))) == first


def test_a_category_is_found_behind_the_code_that_is_meant() -> None:
    found = list(seq.CARCS.search("auth"))
    assert found[0] == "197"
    category = {code for code, entry in seq.CARCS.items() if entry.category == "authorization"}
    assert set(found) >= category


def test_active_codes_come_before_their_stopped_equals() -> None:
    found = seq.CARCS.search("bundling")
    stopped = [bool(entry.stop) for entry in found.values()]
    assert not stopped[0]


@pytest.mark.parametrize("words", ["", "   ", "...", "zzzzzz", "qqq www"])
def test_nothing_fits(words: str) -> None:
    found = seq.CARCS.search(words)
    assert len(found) == 0
    assert isinstance(found, seq.CodeTable)


def test_the_answer_is_a_ranked_table_that_can_be_searched_and_cut() -> None:
    found = seq.CARCS.search("medical necessity")
    assert "50" in found
    assert next(iter(found.active_on("2026-01-01"))) == "50"
    assert "57" in found
    assert "57" not in found.active_on("2026-01-01")
    assert next(iter(found.search("experimental"))) == "55"


@pytest.mark.parametrize("table", ["CARCS", "RARCS", "PLBS"])
def test_words_of_the_trade_name_codes_that_are_there(table: str) -> None:
    from sequestration._data import shipped_rows

    known = {*seq.CARCS, *seq.RARCS, *seq.PLBS}
    for row in shipped_rows("codes/words.csv", ("phrase", "codes", "categories")):
        assert set(row.words("codes")) <= known, row.text("phrase")
    assert len(getattr(seq, table).search("penalty")) > 0


@pytest.mark.parametrize(
    "one, other, is_near",
    [
        ("late", "later", True),
        ("late", "lat", True),
        ("late", "lame", True),
        ("late", "alte", True),
        ("late", "laet", True),
        ("late", "late", False),
        ("late", "tale", False),
        ("late", "lates!", False),
        ("ab", "ba", True),
        ("a", "", True),
    ],
)
def test_near(one: Any, other: Any, is_near: bool) -> None:
    assert (near(one, [other]) == [other]) is is_near
    assert (near(other, [one]) == [one]) is is_near
