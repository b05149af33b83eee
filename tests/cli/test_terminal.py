"""Wrapped text: no line is wider than the terminal, and nothing is lost."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequestration._cli.main import main
from sequestration._cli.terminal import wrap_text
from tests.paths import EXAMPLES

WORDS = st.lists(st.text("abcdef,.$0123456789", min_size=1, max_size=12), min_size=1, max_size=40)
INDENTS = st.integers(min_value=0, max_value=10)


@given(words=WORDS, indent=INDENTS, width=st.integers(min_value=24, max_value=120))
def test_no_line_is_wider_and_no_word_is_lost(words: list[str], indent: int, width: int) -> None:
    text = " " * indent + " ".join(words)
    wrapped = wrap_text(text, width)

    assert wrapped.split() == words
    assert all(len(line) <= width for line in wrapped.splitlines())
    assert all(line.startswith(" " * indent) for line in wrapped.splitlines())


@given(name=st.text("abc", min_size=1, max_size=8), words=WORDS, width=st.integers(min_value=40, max_value=120))
def test_a_value_continues_below_itself(name: str, words: list[str], width: int) -> None:
    wrapped = wrap_text(f"  {name:<10} {' '.join(words)}", width)
    column = 13 if len(name) < 10 else 2

    assert wrapped.split() == [name, *words]
    assert all(line[:column].strip() == "" for line in wrapped.splitlines()[1:])


def test_a_long_word_stays_whole() -> None:
    path = "C:\\" + "x" * 60

    assert wrap_text(f"  report  {path}", 40) == f"  report  {path}"


def test_a_terminal_gets_wrapped_text_and_a_pipe_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLES)
    command = ["check", "part_b_mistakes.835", "--as-of", "2024-06-01"]
    assert main(command) == 1
    piped = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(command) == 1
    shown = capsys.readouterr().out

    assert max(map(len, piped.splitlines())) > 200
    assert shown.split() == piped.split()
    assert max(map(len, shown.splitlines())) <= 72


@pytest.mark.parametrize("columns", ["0", "1", "10", "x"])
def test_a_narrow_terminal_is_no_error(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    assert main(["rate", "2022-05-10"]) == 0
    assert "May 10, 2022" in " ".join(capsys.readouterr().out.split())
