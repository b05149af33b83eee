"""The library's exceptions: what each one is, and what it says."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

import sequestration as seq
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("kind", "is_also"),
    [
        (seq.InvalidAmount, (ValueError,)),
        (seq.InvalidAmountType, (seq.InvalidAmount, ValueError, TypeError)),
        (seq.InvalidArgument, (ValueError,)),
        (seq.InvalidArgumentType, (seq.InvalidArgument, ValueError, TypeError)),
        (seq.InvalidDate, (ValueError,)),
        (seq.InvalidDateType, (seq.InvalidDate, ValueError, TypeError)),
        (seq.InvalidSchedule, (ValueError,)),
        (seq.InvalidTable, (ValueError,)),
        (seq.UnknownCode, (KeyError,)),
        (seq.X12Error, (ValueError,)),
        (seq.MissingExtra, (ImportError,)),
        (seq.UnknownColumn, (KeyError,)),
        (seq.ColumnExists, (ValueError,)),
    ],
)
def test_every_error_is_caught_by_the_root_and_by_what_it_is(
    kind: type[seq.SequestrationError], is_also: tuple[type[Exception], ...]
) -> None:
    assert issubclass(kind, seq.SequestrationError)
    for other in is_also:
        assert issubclass(kind, other)


NO_REFUSALS = {
    ("_x12/reader.py", "TypeError"),  # copying and pickling ask for this one
    ("_x12/reader.py", "ValueError"),  # a reader that is closed, as a closed file has it
    ("_x12/remittance.py", "TypeError"),  # an argument that is missing, as Python has it
}


def test_every_refusal_of_a_value_is_an_error_of_the_library() -> None:
    package = ROOT / "src" / "sequestration"
    raised = {
        (path.relative_to(package).as_posix(), node.exc.func.id)
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name)
    }

    assert {found for found in raised if found[1] in ("ValueError", "TypeError", "KeyError")} == NO_REFUSALS


@pytest.mark.parametrize(
    "refuse",
    [
        lambda: seq.deciding_date("veterinary", from_date="2024-01-01"),
        lambda: seq.check_835(b"", keep="some"),
        lambda: seq.check_835(b"", payers={"11502": "medicaid"}),
        lambda: seq.service_lines(b"", "paid"),
        lambda: seq.check_adjustment(reported="1.60", paid="78.40", on="2024-03-01", payable="90"),
        lambda: seq.check_claim("A-1"),  # type: ignore[arg-type]
    ],
)
def test_a_value_that_is_refused_is_caught_by_the_root(refuse: Callable[[], object]) -> None:
    with pytest.raises(seq.SequestrationError):
        refuse()


def test_only_errors_of_type_are_type_errors() -> None:
    for kind in (seq.InvalidAmount, seq.InvalidDate, seq.InvalidSchedule, seq.X12Error):
        assert not issubclass(kind, TypeError)


def test_an_x12_error_says_where() -> None:
    error = seq.X12Error("the file is empty", "remit.835", 106, 3, "ST")

    assert str(error) == "remit.835: Not an 835: the file is empty."
    assert (error.file, error.offset, error.segment_number, error.tag) == ("remit.835", 106, 3, "ST")
    assert error.args == ("the file is empty", "remit.835", 106, 3, "ST")


def test_an_x12_error_needs_no_place() -> None:
    error = seq.X12Error("the file is empty")

    assert str(error) == "Not an 835: the file is empty."
    assert (error.file, error.offset, error.segment_number, error.tag) == (None, None, None, None)


def test_every_warning_has_the_category_of_the_library() -> None:
    package = ROOT / "src" / "sequestration"
    categories = [
        [ast.unparse(argument) for argument in node.args[1:]]
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "warnings.warn"
    ]

    assert categories
    assert all(found == ["SequestrationWarning"] for found in categories)
    assert issubclass(seq.SequestrationWarning, UserWarning)
