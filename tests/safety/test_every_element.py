"""A marker in every element of every segment: SECURITY.md lists those that come out, and the list is exact."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.safety.every_element import SEGMENTS, Place, file_with, kept, masked, places, shown

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # that something could not be read

TEXT, NUMBER = "QZXJWV", "918273645"  # a name, and a number that has the shape of a Social Security number
NPI = "1876543219"
PAYER_NUMBERS = {
    "N104 (PR)": (b"REF*2U*11502*TEXT*X:Y~",),
    "TRN03": (b"REF*2U*11502*TEXT*X:Y~", b"*XV*11502*X*X"),
}
GROUPS = 6  # Files in which the markers of many elements stand at once; a broken header hides what is behind it.


@cache
def listed() -> dict[str, bool]:
    """The table of SECURITY.md: each element that comes out, and whether it comes out when masked, too."""
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    table = page.partition("| element | what it is | shown | masked |")[2].partition("\n\n")[0]
    found: dict[str, bool] = {}
    for row in table.splitlines()[2:]:
        elements, _, _, hidden = (cell.strip() for cell in row.strip("|").split("|"))
        assert hidden in ("the same", "serial number", "left out"), row
        for element in re.split(r",\s*", elements.replace("`", "")):
            assert element not in found, element
            found[element] = hidden == "the same"
    return found


def holds(text: str, marker: str) -> bool:
    """Whether a marker is in a text, whatever separates its digits there."""
    return marker in re.sub(r"[,\\-]", "", text)


def test_the_list_has_exactly_the_elements_that_come_out() -> None:
    for marker in (TEXT, NUMBER):
        out = {place.name for place in places() if holds(kept(file_with(marker, place)), marker)}

        assert sorted(out) == sorted(listed())


def test_every_segment_of_the_standard_is_in_the_file() -> None:
    tags = {segment.partition("*")[0] for segment in SEGMENTS}

    assert tags >= {
        *("ISA", "GS", "ST", "BPR", "TRN", "CUR", "REF", "DTM", "N1", "N3", "N4", "PER", "RDM", "LX", "TS3", "TS2"),
        *("CLP", "CAS", "NM1", "MIA", "MOA", "AMT", "QTY", "SVC", "LQ", "PLB", "SE", "GE", "IEA", "DMG", "NTE"),
    }
    assert len(list(places())) > 600


@pytest.mark.parametrize("marker", [TEXT, NUMBER])
def test_nothing_but_the_list_comes_out_anywhere(marker: str, tmp_path: Path) -> None:
    hidden = [place for place in places() if place.name not in listed() and not is_read(place)]
    for group in range(GROUPS):
        data = file_with(marker, *(place for place in hidden if place.segment % GROUPS == group))
        ways = list(shown(data, tmp_path))

        assert {"report", "request", "show", "calendar", "page", "check --all --csv", "table claims"} <= dict(
            ways
        ).keys()
        for way, text in (*ways, *masked(data, tmp_path)):
            assert not holds(text, marker), way


def is_read(place: Place) -> bool:
    """Whether an element steers the reading, so that another value there hides all the rest of the file."""
    tag = SEGMENTS[place.segment].partition("*")[0]
    return tag in ("ISA", "GS", "ST") or (tag in ("CLP", "SVC") and place.element < 5)


def test_of_what_is_listed_a_mask_leaves_what_the_list_says(tmp_path: Path) -> None:
    came_out: dict[str, bool] = {}
    for place in places():
        if place.name in listed():
            marker = NPI if place.name == "N104 (PE)" else TEXT
            data = file_with(marker, place)
            for other in PAYER_NUMBERS.get(place.name, ()):  # One number of the payer is kept where it has several.
                data = data.replace(other, b"")
            found = any(holds(text, marker) for _, text in masked(data, tmp_path))
            came_out[place.name] = came_out.get(place.name, False) or found

    assert came_out == listed()


def test_an_amount_of_nine_digits_without_cents_is_no_amount() -> None:
    """X12's guides end at 99999999 (B.1.1.3.1.2, quoted in X12's answer to RFI 1526)."""
    amounts = [place for place in places() if place.name in ("BPR02", "CLP03", "CLP04", "CLP05", "SVC02", "CAS03")]
    for place in amounts:
        text = kept(file_with("123456789", place))

        assert "a number of 9 digits, not a dollar amount" in text, place.name
        assert "bad_amount" not in kept(file_with("12345678", place)), place.name
