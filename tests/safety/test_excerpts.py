"""Excerpts of bad amounts and dates, which never show what may be a number of a person."""

from __future__ import annotations

import copy
import json
import pickle
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._x12.elements import describe_odd_cents, excerpt
from tests.making import claim, line, remittance

# Numbers of persons in the place of an amount or date. Each pattern is written from its published format, not from the
# code: the MBI by CMS, the HICN with its suffix or the prefix of the Railroad Retirement Board.
LETTER, EITHER = "[A-Z]", "[0-9A-Z]"
NUMBERS_OF_PERSONS = {
    "MBI": rf"[1-9]{LETTER}{EITHER}\d-?{LETTER}{EITHER}\d-?{LETTER}{{2}}\d{{2}}",
    "HICN": rf"\d{{3}}-?\d{{2}}-?\d{{4}}-?{LETTER}{EITHER}?",
    "HICN of a railroad": rf"{LETTER}{{1,3}}-?(?:\d{{6}}|\d{{3}}-?\d{{2}}-?\d{{4}})",
    "social security number": r"\d{3}[- ]?\d{2}[- ]?\d{4}",
    "phone number": r"(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}",
    "birth date": r"(?:19|20)\d{2}[-/.]?\d{2}[-/.]?\d{2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{2}|\d{4})|\d{8}|\d{6}",
    "birth date in letters": rf"\d{{1,2}}[- ]?{LETTER}{{3}}[- ]?(?:\d{{2}}|\d{{4}})",
}
PERSONAL = re.compile("|".join(f"(?:{pattern})" for pattern in NUMBERS_OF_PERSONS.values()), re.IGNORECASE)
MIXES = st.one_of(
    *(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True) for pattern in NUMBERS_OF_PERSONS.values()),
    st.text(string.digits + string.ascii_letters + "-/. ,$+()", max_size=16),
    st.text(string.digits + "-/.,", max_size=12),
    st.text(max_size=16),
)


@given(MIXES, st.sampled_from(["", " ", "-", "$", "0", "X"]), st.sampled_from(["", " ", ".", ".00", "X"]))
def test_no_excerpt_has_the_shape_of_a_number_of_a_person(text: str, before: str, behind: str) -> None:
    found = excerpt(before + text + behind)

    assert PERSONAL.search(str(found)) is None
    assert PERSONAL.search(found.kind) is None
    whole = before + text + behind
    assert str(found) in (found.kind, repr(whole))
    assert len(whole) <= 12 or str(found) == found.kind


@pytest.mark.parametrize(
    "number",
    [
        "1EG4TE5MK73",
        "1EG4-TE5-MK73",
        "1eg4te5mk73",
        "123456789A",
        "123-45-6789-A",
        "123456789C1",
        "A123456",
        "WCA123456789",
        "123456789",
        "123-45-6789",
        "123 45 6789",
        "5551234567",
        "(555)123-4567",
        "555.123.4567",
        "19500131",
        "1950-01-31",
        "01/31/1950",
        "1/31/50",
        "013150",
        "31JAN50",
        "1JAN50",
    ],
)
def test_a_number_of_a_person_in_the_place_of_an_amount_or_a_date_is_in_no_output(number: str) -> None:
    bad = f"{number}X"  # so that no reader takes it for an amount
    data = remittance(
        claim("A-1", line("99213", bad, f" {number}", [("CO", "253", bad)], on=bad), charge=number, paid=bad),
        payment="0",
    ).replace(b"~SE*", f"~SE*{number}".encode())
    shown = "".join(f"{problem}{problem!r}{problem.to_dict()}" for problem in seq.check_835(data).problems)

    assert "bad_amount" in shown
    assert "bad_date" in shown
    assert number not in shown
    assert "".join(filter(str.isalnum, number)) not in shown


def test_what_is_plainly_an_amount_is_still_shown() -> None:
    for text in (
        "250USD",
        "12.345",
        "$1,250.00",
        "1,250.00",
        "12,345.67",
        " 5.00",
        "(12.50)",
        "12.50-",
        "1E2",
        "--5",
        "x",
    ):
        assert str(excerpt(text)) == repr(text), text
    assert str(excerpt("20240230")) == "a number of 8 digits"
    assert (describe_odd_cents(125000), describe_odd_cents(None)) == ("$1,250.00", "unknown")
    assert (describe_odd_cents(123456789_00), describe_odd_cents(-123456789_00)) == ("an amount of 9 digits",) * 2


def test_a_masked_problem_has_no_excerpt() -> None:
    data = remittance(
        claim("A-1", line("99213", "7.77USD", "+8.88", [("CO", "253", "9.999")], on="4.44")), payment="0"
    ).replace(b"~SE*", b"~SE*666X*")
    audit = seq.check_835(data)
    masked = audit.masked()
    excerpts = ("7.77USD", "+8.88", "9.999", "4.44", "666X")

    assert all(text in f"{audit.problems}" for text in excerpts)
    for shown in (str(masked), repr(masked.problems), json.dumps(masked.to_dict()), masked._repr_html_()):
        assert not any(text in shown for text in excerpts)
    assert "SVC02 is a text of 7 characters, not a dollar amount" in str(masked)
    assert pickle.loads(pickle.dumps(audit)).problems == audit.problems
    assert copy.deepcopy(masked).problems == masked.problems
