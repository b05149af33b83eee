"""Values in messages are short."""

from __future__ import annotations

from sequestration._messages import quoted, told


def test_long_text_is_cut_in_messages() -> None:
    assert quoted("short") == "'short'"
    assert told("x" * 60) == "'" + "x" * 39 + "..."
    assert quoted("x" * 20) == "'" + "x" * 20 + "'"
    assert quoted("x" * 21) == "'" + "x" * 20 + "...'"


def test_what_an_error_shows_of_a_value() -> None:
    assert told("x" * 38) == repr("x" * 38)
    assert told("x" * 39) == repr("x" * 39)[:40] + "..."
    assert told(10**5000) == "<int too long to show>"
