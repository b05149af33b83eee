"""Detection of delimiters: from the elements of an ISA segment, or from the first segments of a file without one."""

from __future__ import annotations

import pytest

from sequestration import X12Error
from sequestration._x12.delimiters import Delimiters, detect_delimiters
from tests.making import laid_out
from tests.x12.test_segments import DATA, HEADER, USUAL, segments, stream

SHORT = "ISA*00**00**ZZ*PAYER*ZZ*CLINIC*240315*1200*^*00501*1*0*P"
LONG = HEADER.replace("PAYER", "A PAYER WITH A NAME THAT IS LONGER THAN FIFTEEN")
GROUP = "GS*HP*PAYER*CLINIC*20240315*1200*1*X*005010X221A1"


def delimiters(text: str) -> Delimiters | None:
    return stream(text.encode("latin-1")).delimiters


@pytest.mark.parametrize("header", [HEADER, SHORT, LONG], ids=["of 106 bytes", "short", "long"])
@pytest.mark.parametrize("element", ["*", "|", "~", "\x1d", "\t", "+"])
@pytest.mark.parametrize("component", [":", ">", "<", "\x1f", "^"])
@pytest.mark.parametrize("terminator", ["~", "'", "!", "\n", "\r\n", "\x1c", "\x1e", "\x85"])
def test_separators_of_any_header(header: str, element: str, component: str, terminator: str) -> None:
    if element == terminator:
        terminator = "$"
    text = (header + "*").replace("*", element) + component + terminator + GROUP.replace("*", element) + terminator
    assert delimiters(text) == Delimiters(element, component, terminator[-1])


@pytest.mark.parametrize("terminator", ["~", "~\n", "~\r\n", "~\n\n   "])
@pytest.mark.parametrize("following", ["GS*HP*A", "ST*835*0001", "TA1*000000001*240315", "IEA*0*000000001"])
def test_a_header_without_its_last_element_has_the_usual_component_separator(terminator: str, following: str) -> None:
    for text in (HEADER + "*", HEADER):  # with and without the separator of ISA16
        whole = text + terminator + following + terminator
        assert delimiters(whole) == USUAL, whole


@pytest.mark.parametrize("terminator", ["\n", "\r", "\r\n"])
def test_a_header_without_its_last_element_and_lines_for_segments(terminator: str) -> None:
    for text in (HEADER + "*", HEADER):
        assert delimiters(text + terminator + GROUP + terminator) == Delimiters("*", ":", terminator[-1])


def test_a_blank_for_the_component_separator() -> None:
    assert delimiters(HEADER + "* ~" + GROUP + "~") == USUAL
    assert delimiters(HEADER + "*: ~" + GROUP + "~") == USUAL


@pytest.mark.parametrize(
    ("end", "component", "terminator"),
    [
        ("*~\nGS*HP", ":", "~"),
        ("*:\nGS*HP", ":", "\n"),
        ("*:\nGS*HP*1*2*3:", ":", ":"),
        ("*!\nGS*HP*1!", ":", "!"),
        ("*!\nGS*HP*1!\nST*835", ":", "!"),
        ("*!\nGS*HP*1\nST*835!", "!", "\n"),
        ("*:~GS*HP", ":", "~"),
        ("*:~\r\nGS*HP", ":", "~"),
        ("*:\r\nGS*HP*1\r\n", ":", "\n"),
        ("*:\rGS*HP*1\r", ":", "\r"),
    ],
)
def test_a_mark_before_a_line_break_ends_segments_if_it_ends_the_next(
    end: str, component: str, terminator: str
) -> None:
    header = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P"

    assert detect_delimiters(header + end) == Delimiters("*", component, terminator)


def test_where_nothing_known_follows_the_marks_stand_where_the_standard_has_them() -> None:
    header = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P*"

    assert detect_delimiters(header + ":~") == Delimiters("*", ":", "~")
    assert detect_delimiters(header + ":~!") == Delimiters("*", ":", "~")
    assert detect_delimiters(header + "> ~QQ*1") == Delimiters("*", ">", "~")


def test_empty_elements_of_a_header_are_counted() -> None:
    assert detect_delimiters("ISA" + "*" * 16 + ":~GS*HP*1~") == Delimiters("*", ":", "~")
    assert detect_delimiters("ISA**" + "*1" * 13 + "*:~GS*HP*1~") == Delimiters("*", ":", "~")


@pytest.mark.parametrize("width", range(5, 140))
def test_separators_of_a_header_that_is_wrapped_at_any_column(width: int) -> None:
    wrapped = laid_out(DATA, wrap=width)
    assert stream(wrapped).delimiters == USUAL
    assert segments(wrapped) == segments(DATA)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "*A~XX*1~",  # a letter for the component separator
        HEADER + "*:A" + GROUP + "A",  # a letter for the terminator
        "ISA*00*" + "x" * 3000,
        "ISA*" + "~" * 3000,
    ],
)
def test_a_header_that_does_not_show_its_separators_is_an_error(text: str) -> None:
    with pytest.raises(X12Error, match=r"^Not an 835: the ISA segment does not define its delimiters") as caught:
        delimiters(text)
    assert (caught.value.offset, caught.value.segment_number, caught.value.tag) == (0, 1, "ISA")


@pytest.mark.parametrize("first", [GROUP, "ST*835*0001", "ST*835*0001*005010X221A1"])
@pytest.mark.parametrize("element", ["*", "|", "\x1d"])
@pytest.mark.parametrize("terminator", ["~", "'", "\n", "\r\n", "~\r\n", "\x1c"])
def test_separators_without_a_header_are_seen_in_the_first_segments(first: str, element: str, terminator: str) -> None:
    following = ["ST*835*0001"] if first.startswith("GS") else []
    lines = [first, *following, "BPR*I*1*C*ACH", "N1*PR*A-ST*B", "SVC*HC>99213*1*1"]
    text = "".join(segment.replace("*", element) + terminator for segment in lines)
    end = terminator[-1] if terminator.strip("\r\n") == "" else terminator[0]
    assert delimiters(text) == Delimiters(element, ">", end)
    assert not stream(text.encode("latin-1")).has_envelope
