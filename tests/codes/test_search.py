"""Codes found by the words that billers use, and a typo away."""

from __future__ import annotations

from typing import Any

import pytest

import sequestration as seq
from sequestration._codes.rows import categories
from sequestration._codes.search import near
from sequestration._data import shipped_rows


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


@pytest.mark.parametrize(
    "words, carcs, rarcs",
    [
        ("auth", "197 198 15", "M62 N54 N758"),
        ("precert", "197 198", "M62 N54"),
        ("global", "97", "M144 N525"),
        ("global period", "97", "M144 N525"),
        ("bundled", "97 236 234", "M15 N390 M144"),
        ("MBI", "31 140", "N382 MA27"),
        ("KX", "119", "N822"),
        ("GV", "B9", "N822"),
        ("GW", "B9", "N822"),
        ("crossover", "B11", "MA18 MA07 N89"),
        ("COBA", "B11", "MA18 MA07 N89"),
        ("no crossover", "", "MA08 MA19 MA68 N387"),
        ("COB", "22 23 109", "MA04 N479"),
        ("dup", "18", "N522 N702"),
        ("NCCI", "236", "N805"),
        ("MSP", "22", "MA04 N598"),
        ("PTAN", "208 B7", "N259 N291"),
        ("taxonomy", "8", "N94 N255 N288"),
        ("ABN", "116 50", "M38 M39 N563"),
        ("LCD", "50", "N115"),
        ("NCD", "50", "N386"),
        ("timely", "29 286", "N892 N921"),
        ("medical necessity", "50", "N115 N386 N661 M25"),
        ("modifier", "4 182", "N822 N823 N519"),
        ("medically unlikely", "151", "N362"),
        ("MPPR", "59", "N670 N936"),
        ("CLIA", "B23", "MA120"),
        ("EOB", "22", "N479 N480"),
        ("revalidation", "B7", "N550 N831"),
        ("No Surprises", "", "N859 N876"),
    ],
)
def test_words_of_a_billing_office_find_both_lists(words: str, carcs: str, rarcs: str) -> None:
    # B9 is hospice care, which GV and GW are about; 119 is a benefit limit, which KX lifts for therapy.
    for table, wanted in ((seq.CARCS, carcs.split()), (seq.RARCS, rarcs.split())):
        found = list(table.search(words))
        assert found[:1] == wanted[:1] or not wanted
        assert set(wanted) <= set(found[:20])


@pytest.mark.parametrize(
    "begun, whole",
    [
        ("crossov", "crossover"),
        ("precer", "precert"),
        ("taxon", "taxonomy"),
        ("duplic", "duplicate"),
        ("revalid", "revalidation"),
    ],
)
def test_the_beginning_of_a_word_finds_what_the_word_finds(begun: str, whole: str) -> None:
    for table in (seq.CARCS, seq.RARCS):
        assert list(table.search(begun))[:1] == list(table.search(whole))[:1]


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


WORDS = list(shipped_rows("codes/words.csv", ("phrase", "carc", "rarc", "plb", "categories")))


@pytest.mark.parametrize("column, table", [("carc", seq.CARCS), ("rarc", seq.RARCS), ("plb", seq.PLBS)])
def test_words_of_the_trade_name_codes_that_are_there_and_find_them(column: str, table: Any) -> None:
    for row in WORDS:
        codes, phrase = row.words(column), row.filled("phrase")
        assert set(codes) <= set(table), phrase
        assert len(set(codes)) == len(codes), phrase
        assert set(codes) <= set(table.search(phrase)), phrase
        if codes and not table.get(codes[0], None).to_dict().get("stop"):
            assert next(iter(table.search(phrase))) == codes[0], phrase


def test_each_word_of_the_trade_stands_once() -> None:
    phrases = [row.filled("phrase") for row in WORDS]
    assert len(set(phrases)) == len(phrases)
    known = {*categories("CARC"), *categories("RARC")}
    assert {category for row in WORDS for category in row.words("categories")} <= known


@pytest.mark.parametrize("word", ["overpayment", "interest", "penalty", "refund", "recoupment", "bonus"])
def test_a_code_of_one_list_is_not_meant_in_another(word: str) -> None:
    # CARC B2 and 72 count visits and days, 50 and 51 are denials. The PLB codes of that name are meant.
    assert {"B2", "50", "51", "72"}.isdisjoint(seq.CARCS.search(word))


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
