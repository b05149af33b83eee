"""The library's exceptions: what each one is, and what it says."""

from __future__ import annotations

import pytest

import sequestration as seq


@pytest.mark.parametrize(
    ("kind", "is_also"),
    [
        (seq.InvalidAmount, (ValueError,)),
        (seq.InvalidAmountType, (seq.InvalidAmount, ValueError, TypeError)),
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


def test_only_errors_of_type_are_type_errors() -> None:
    for kind in (seq.InvalidAmount, seq.InvalidDate, seq.InvalidSchedule, seq.X12Error):
        assert not issubclass(kind, TypeError)


def test_an_x12_error_says_where() -> None:
    error = seq.X12Error("this is no 835", "remit.835", 106, 3, "ST")

    assert str(error) == "remit.835: this is no 835"
    assert (error.file, error.offset, error.segment_number, error.tag) == ("remit.835", 106, 3, "ST")
    assert error.args == ("this is no 835", "remit.835", 106, 3, "ST")


def test_an_x12_error_needs_no_place() -> None:
    error = seq.X12Error("this is no 835")

    assert str(error) == "this is no 835"
    assert (error.file, error.offset, error.segment_number, error.tag) == (None, None, None, None)
