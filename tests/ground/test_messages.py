"""Values in messages are short."""

from __future__ import annotations

from sequestration._messages import quote, shorten_repr


def test_long_text_is_cut_in_messages() -> None:
    assert quote("short") == "'short'"
    assert shorten_repr("x" * 60) == "'" + "x" * 39 + "..."
    assert quote("x" * 20) == "'" + "x" * 20 + "'"
    assert quote("x" * 21) == "'" + "x" * 20 + "...'"


def test_what_an_error_shows_of_a_value() -> None:
    assert shorten_repr("x" * 38) == repr("x" * 38)
    assert shorten_repr("x" * 39) == repr("x" * 39)[:40] + "..."
    assert shorten_repr(10**5000) == "<int too long to show>"
