"""Cells of the page that tries Python: what they print and give, and how their errors read."""

from __future__ import annotations

import io
import sys

import pytest
from tools.cells import MAX_CHARACTERS, CellResult, Session

import sequestration as seq


def printed_by(code: str) -> str:
    shown: list[str] = []
    assert Session().run(code, 1, shown.append) == CellResult()
    return "".join(shown)


def result(*cells: str) -> CellResult:
    """Result of the last of several cells of a session."""
    session = Session()
    return [session.run(code, number, str) for number, code in enumerate(cells, 1)][-1]


def test_the_last_expression_is_the_value() -> None:
    assert result("x = 20\nx + 1") == CellResult(text="21")
    assert result("x = 20") == CellResult()
    assert result("None") == CellResult()
    assert result("") == CellResult()
    assert result("'a'\nfor x in (): pass") == CellResult()


def test_a_value_with_html_is_shown_as_in_a_notebook() -> None:
    code = 'import sequestration as seq\nseq.expected_reduction("40.00", on="2019-03-01")'

    assert result(code) == CellResult(html=seq.expected_reduction("40.00", on="2019-03-01")._repr_html_())


def test_a_class_and_a_value_whose_html_is_none_are_shown_as_text() -> None:
    code = "class A:\n    def _repr_html_(self):\n        return None\n    def __repr__(self):\n        return 'an A'\n"

    assert result(code + "A()") == CellResult(text="an A")
    assert result(code + "A").html == ""


def test_names_are_kept_between_cells_and_not_between_sessions() -> None:
    assert result("x = 3", "x * 2") == CellResult(text="6")
    assert result("x * 2").error.endswith("NameError: name 'x' is not defined")


def test_a_cell_does_not_inherit_the_futures_of_this_library() -> None:
    assert result("def f(x: int): ...\nf.__annotations__['x'] is int") == CellResult(text="True")


def test_what_is_printed_comes_in_order_also_from_warnings() -> None:
    code = "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c', end='', flush=True)"

    assert printed_by(code) == "a\nb\nc"


def test_output_is_that_of_this_process_again_after_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    result("print('seen')\n1/0")

    assert sys.stdout is before
    assert capsys.readouterr() == ("", "")


def test_endless_output_is_left_out_beyond_a_limit() -> None:
    shown = printed_by(f"for _ in range({MAX_CHARACTERS}):\n    print('ab')")

    assert len(shown) < MAX_CHARACTERS + 100
    assert shown.endswith("\n(Only the first 100,000 characters are shown.)\n")
    assert shown.count("shown") == 1
    assert printed_by(f"print('a' * {MAX_CHARACTERS}, end='')") == "a" * MAX_CHARACTERS


def test_a_very_long_value_is_cut() -> None:
    assert len(result(f"'a' * {2 * MAX_CHARACTERS}").text) == MAX_CHARACTERS


def test_output_is_shown_while_a_cell_runs() -> None:
    shown: list[str] = []
    session = Session()
    session.run("for n in range(3):\n    print(n, flush=True)", 1, shown.append)

    assert shown == ["0\n", "1\n", "2\n"]


def test_an_error_names_the_cell_and_the_line_and_no_line_of_the_library() -> None:
    told = result(
        "import sequestration as seq", "def f(x):\n    return seq.expected_reduction(x, on='2020-01-01')\n\nf('4O')"
    )

    assert told.error.startswith('Traceback (most recent call last):\n  File "<cell 2>", line 4, in <module>\n    f(')
    assert '  File "<cell 2>", line 2, in f\n    return seq.expected_reduction(' in told.error
    assert "InvalidAmount: '4O' is not a dollar amount." in told.error
    assert "/" not in told.error
    assert (told.html, told.text) == ("", "")


def test_a_function_of_another_cell_keeps_its_line_in_a_traceback() -> None:
    told = result("def f():\n    return 1 / 0", "f()")

    assert 'File "<cell 1>", line 2, in f\n    return 1 / 0' in told.error


def test_a_syntax_error_shows_where() -> None:
    told = result("x = 1\nif x\n    pass")

    assert told.error.startswith('  File "<cell 1>", line 2\n    if x\n')
    assert "SyntaxError: expected ':'" in told.error


@pytest.mark.parametrize(
    "code, end", [("raise SystemExit(2)", "SystemExit: 2"), ("raise KeyboardInterrupt", "KeyboardInterrupt")]
)
def test_nothing_that_a_cell_raises_ends_the_session(code: str, end: str) -> None:
    session = Session()

    assert session.run(code, 1, str).error.endswith(end)
    assert session.run("1 + 1", 2, str) == CellResult(text="2")


def test_what_was_printed_before_an_error_is_shown() -> None:
    shown = io.StringIO()
    Session().run("print('before')\n1/0", 1, shown.write)

    assert shown.getvalue() == "before\n"


def test_the_error_of_a_repr_is_one_of_the_cell() -> None:
    assert result("class A:\n    def __repr__(self):\n        return 1 / 0\nA()").error.endswith("division by zero")


def test_a_result_has_plain_values() -> None:
    assert CellResult(text="1").to_dict() == {"html": "", "text": "1", "error": ""}
