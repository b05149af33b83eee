"""Pieces of HTML: whatever is no piece is escaped, whatever is laid out is well-formed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequestration._html import Piece, authority, element, escape, facts, join_pieces, notebook, table
from sequestration._provenance import Authority
from tests.markup import parsed

EVIL = "<script>alert('1')</script> & \"more\""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (1234567, "1,234,567"),
        (Decimal("-1234.50"), "-1,234.50"),
        (date(2024, 3, 1), "2024-03-01"),
        (EVIL, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"),
        (Piece("<b>bold</b>"), "<b>bold</b>"),
        ("a\x00b\x1b\x85\ud800c\td\n", "a\ufffdb\ufffd\ufffd\ufffdc\td\n"),
    ],
)
def test_a_value_as_html(value: object, shown: str) -> None:
    assert escape(value) == shown


@given(st.text())
def test_any_text_comes_back_as_text_and_nothing_else(text: str) -> None:
    found = parsed(element("p", text, title=text)).one("p")
    clean = text.translate(
        dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF], "\ufffd")
    )

    assert found.text.replace("\r\n", "\n") == clean.replace("\r\n", "\n")
    assert (found.attributes["title"] or "") == clean
    element("p", text).encode("utf-8")


@given(st.characters(categories=["Cs"]))
def test_half_a_character_can_be_written(half: str) -> None:
    assert escape(half) == "\ufffd"


def test_two_pieces_put_together_by_hand_are_text_again() -> None:
    """What leaves the functions of this module is escaped once more: too much, never too little."""
    assert escape(f"{element('b', 'x')}!") == "&lt;b&gt;x&lt;/b&gt;!"


def test_attributes() -> None:
    made = element("input", type="text", class_="a b", aria_label='"x"', hidden=True, disabled=False, id=None)

    assert made == '<input type="text" class="a b" aria-label="&quot;x&quot;" hidden>'


def test_joined_escapes_what_it_joins_and_what_is_between() -> None:
    assert join_pieces(["<", Piece("<br>"), 1], " & ") == "&lt; &amp; <br> &amp; 1"


def test_a_table_has_its_numbers_at_the_right() -> None:
    made = parsed(table("Caption <1>", ("name", "dollars"), [("a", Decimal("1.00")), (EVIL, None)]))

    assert made.one("caption").text == "Caption <1>"
    assert made.one("table").rows() == [["name", "dollars"], ["a", "1.00"], [EVIL, ""]]
    aligned = [re.findall("text-align:([a-z]+)", cell.attributes["style"] or "") for cell in made.every("th")]
    assert aligned == [["left"], ["right"]]
    styles = [cell.attributes["style"] or "" for cell in made.every("td")]
    assert [re.findall("text-align:([a-z]+);white-space:([a-z]+)", style) for style in styles] == [
        [("left", "nowrap")],
        [("right", "nowrap")],
        [("left", "normal")],
        [("right", "nowrap")],
    ]


def test_a_long_table_is_capped_and_says_so() -> None:
    rows = [(str(number),) for number in range(25)]

    assert parsed(table("", ("n",), rows)).one("p").text == "and 5 more"
    assert parsed(table("", ("n",), rows, more=1_000)).one("p").text == "and 1,005 more"
    assert len(list(parsed(table("", ("n",), rows)).every("td"))) == 20
    assert len(list(parsed(table("", ("n",), rows, most=None)).every("td"))) == 25
    assert [found.text for found in parsed(table("", ("n",), rows, note="note")).every("p")] == ["and 5 more", "note"]


def test_facts_leave_out_what_is_empty_and_go_on_below_a_name() -> None:
    rows: list[tuple[str, Any]] = [("a", "1"), ("b", ""), ("c", None), ("d", "2"), ("", "<3>"), ("e", 0)]
    made = parsed(facts("", rows))

    assert made.one("table").rows() == [["a", "1"], ["d", "2<3>"], ["e", "0"]]
    assert len(list(made.every("br"))) == 1
    assert all(head.text and head.has("scope", "row") for head in made.every("th"))


@pytest.mark.parametrize(
    ("url", "links"),
    [("https://example.org/?a=1&b='2'", 1), ("http://example.org/", 1), ("javascript:alert(1)", 0), ("", 0)],
)
def test_only_the_web_is_linked(url: str, links: int) -> None:
    found = list(parsed(authority(Authority("<law>", "says", url))).every("a"))

    assert [link.attributes["href"] for link in found] == [url] * links
    assert parsed(authority(Authority("<law>", "says", url))).text == "<law>: says"


def test_a_notebook_piece_is_one_element_with_its_style_and_no_color() -> None:
    made = parsed(notebook(element("p", "x")))
    (outer,) = made.every("div")
    style = "".join(str(text) for text in outer.one("style").content)

    assert made.text == "x"
    assert (outer.attributes["class"] or "").split() == ["sequestration", "tex2jax_ignore", "mathjax_ignore"]
    assert "color:inherit" in style
    assert not any(word in style for word in ("url(", "@import", "http", "black", "white;", "#"))
    assert all(rule.startswith(".sequestration ") for rule in style.replace("\n", "").split("}") if rule)
