"""A code is found however people and databases write it, and never another one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import sequestration as seq

HARD_BLANK, SOFT_HYPHEN, HYPHEN, EN_DASH, EM_DASH, MINUS = "\u00a0", "\u00ad", "\u2010", "\u2013", "\u2014", "\u2212"

REASONS = [
    (253, "253"),
    (253.0, "253"),
    (Decimal("253.00"), "253"),
    ("253", "253"),
    ("253.0", "253"),
    ("253.00", "253"),
    ("0253", "253"),
    ("00253.0", "253"),
    ("CO253", "253"),
    ("CO0253", "253"),
    ("CO 0253", "253"),
    ("CO-253", "253"),
    ("CO-253.0", "253"),
    ("co_253", "253"),
    (f"CO{EN_DASH}253", "253"),
    (f"CO {EM_DASH} 253", "253"),
    (f"CO{HYPHEN}253", "253"),
    (f"CO{MINUS}253", "253"),
    (f"CO{SOFT_HYPHEN}253", "253"),
    (f"CO{HARD_BLANK}253{HARD_BLANK}", "253"),
    ("CARC 253", "253"),
    ("CARC: CO-253", "253"),
    ("carc253", "253"),
    ("25", "25"),
    ("2.0", "2"),
    ("PR-2", "2"),
    ("b 15", "B15"),
    ("B-15", "B15"),
    ("B015", "B15"),
    ("COB15", "B15"),
    ("a0", "A0"),
    ("A00", "A0"),
]
REMARKS = [
    ("N811", "N811"),
    ("n811", "N811"),
    ("N 811", "N811"),
    (f"N{HARD_BLANK}811", "N811"),
    (f"N{EN_DASH}811", "N811"),
    ("N-811", "N811"),
    ("N0811", "N811"),
    ("RARC N811", "N811"),
    ("RARC: n 811", "N811"),
    ("MA01", "MA01"),
    ("ma1", "MA01"),
    ("MA 01", "MA01"),
    ("MA001", "MA01"),
    ("MA-130", "MA130"),
    ("M1", "M1"),
    ("M01", "M1"),
    ("M 15", "M15"),
]
PROVIDER_LEVEL = [
    ("WO", "WO"),
    (" wo ", "WO"),
    ("PLB WO", "WO"),
    ("L6", "L6"),
    ("l 6", "L6"),
    ("L-6", "L6"),
    (72, "72"),
    (72.0, "72"),
    ("72.0", "72"),
    ("PLB 72", "72"),
]
NO_REASON = [
    "25.3", "2.53", "253.5", "253.05", "253,0", "2 53", "2-53", "CO", "CO-", "C O 253", "CO-CO-253", "XX253", "CO253A",
    "253-CO", "253 254", "253/CO", "CO253;", "#253", "-253", "+253", "2530", "25300", "0", "00", "0.0", "CO0", "B",
    "BB15", "B1.5", "B15.0", "N811", "\u0662\u0665\u0663", "25\u00b2", "\uff12\uff15\uff13", "C\u041e253", "P\u0131-2",
    "nan", "", 253.5, Decimal("25.3"), float("nan"), float("inf"), Decimal("NaN"), Decimal(-253), -253, 0, 1e300,
]  # fmt: skip
NO_REMARK = [
    "811", "N81.1", "N8 11", "N", "NN811", "N811A", "811N", "A811", "M-A1", "MAN1", "N811.0", "N\u0661", "N0", "MA0",
    811, "", "CO-253",
]  # fmt: skip
NO_PROVIDER_LEVEL = ["W", "WOO", "W O", "W-O", "WO:123", "7 2", "7.2", "72.5", "072", "PLB", 7, 720, "\uff37\uff2f", ""]


def test_a_number_too_large_for_a_code_is_quoted_as_it_is() -> None:
    with pytest.raises(seq.UnknownCode, match=r"1000000\.0"):
        seq.carc(Decimal("1000000.0"))


@pytest.mark.parametrize(("written", "code"), REASONS)
def test_reason_codes(written: Any, code: str) -> None:
    assert seq.carc(written) is seq.CARCS[written] is seq.CARCS.look_up(written) is seq.CARCS[code]
    assert seq.adjustment_code(written).carc is seq.CARCS[code]
    assert written in seq.CARCS
    assert seq.CARCS.get(written) is seq.CARCS[code]
    assert seq.CARCS.canonical(written) == seq.carc(written).code == code


@pytest.mark.parametrize(("written", "code"), REMARKS)
def test_remark_codes(written: Any, code: str) -> None:
    assert seq.rarc(written) is seq.RARCS[written] is seq.RARCS.look_up(written) is seq.RARCS[code]
    assert written in seq.RARCS
    assert seq.rarc(written).code == code


@pytest.mark.parametrize(("written", "code"), PROVIDER_LEVEL)
def test_provider_level_codes(written: Any, code: str) -> None:
    assert seq.plb(written) is seq.PLBS[written] is seq.PLBS.look_up(written) is seq.PLBS[code]
    assert written in seq.PLBS
    assert seq.plb(written).code == code


@pytest.mark.parametrize(
    ("table", "written"),
    [
        *((seq.CARCS, written) for written in NO_REASON),
        *((seq.RARCS, written) for written in NO_REMARK),
        *((seq.PLBS, written) for written in NO_PROVIDER_LEVEL),
    ],
)
def test_what_is_not_a_code_of_the_table_finds_none(table: seq.CodeTable[Any], written: Any) -> None:
    assert written not in table
    assert table.get(written) is None
    for look_up in (table.look_up, table.__getitem__):
        with pytest.raises(seq.UnknownCode) as caught:
            look_up(written)
        assert len(str(caught.value)) < 250


@pytest.mark.parametrize("written", [None, True, False, b"253", ["253"], ("CO", "253"), Fraction(253), object()])
@pytest.mark.parametrize("table", [seq.CARCS, seq.RARCS, seq.PLBS], ids=["carc", "rarc", "plb"])
def test_what_is_neither_text_nor_a_number(table: seq.CodeTable[Any], written: Any) -> None:
    assert written not in table
    assert table.get(written) is None
    with pytest.raises(seq.InvalidArgumentType, match="a code must be text such as"):
        table.look_up(written)
    with pytest.raises(seq.UnknownCode):
        table[written]


class WholeNumber:
    """A number of another library, such as a numpy.int64."""

    def __index__(self) -> int:
        return 253


def test_whole_numbers_of_other_libraries() -> None:
    assert seq.carc(WholeNumber()).code == "253"
    assert seq.CARCS[WholeNumber()].code == "253"


@pytest.mark.parametrize(
    ("table", "written", "nearest"),
    [
        (seq.CARCS, "25.3", ("253",)),
        (seq.CARCS, "2-53", ("253",)),
        (seq.CARCS, "CO-25.3", ("253",)),
        (seq.CARCS, "#253", ("253",)),
        (seq.RARCS, "N8 11", ("N811",)),
        (seq.RARCS, "N81.1", ("N811",)),
        (seq.PLBS, "W-O", ("WO",)),
        (seq.PLBS, "7.2", ("72",)),
    ],
)
def test_punctuation_within_a_number_finds_nothing_but_names_what_may_be_meant(
    table: seq.CodeTable[Any], written: str, nearest: tuple[str, ...]
) -> None:
    with pytest.raises(seq.UnknownCode) as caught:
        table.look_up(written)

    assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    ("find", "written", "nearest"), [(seq.carc, "2533", "253"), (seq.rarc, "N8111", "N811"), (seq.plb, "WX", "WO")]
)
def test_a_code_that_is_not_there_names_its_neighbors(find: Any, written: str, nearest: str) -> None:
    with pytest.raises(seq.UnknownCode, match="is not in the") as caught:
        find(written)

    assert nearest in caught.value.nearest


def test_a_table_that_was_cut_down_reads_codes_as_the_whole_does(tmp_path: Any) -> None:
    few = seq.CARCS.search("sequestration")
    assert "CO-253" in few
    assert few[253] is seq.carc(253)
    assert "CO-45" not in few
    newer = tmp_path / "newer.csv"
    newer.write_text("code,title,category,kind,step,start\nCO-0399,New,coding,denial,appeal,2026-11-01\n", "utf-8")
    assert seq.CARCS.with_codes(newer)["co 399.0"].title == "New"


def test_next_steps_read_codes_the_same_way() -> None:
    assert seq.next_step(f"CO{EN_DASH}0253").to_text() == seq.next_step("CO-253").to_text()
    assert (
        seq.next_step("CO-16", remark="ma 130", payer="ffs").to_text()
        == seq.next_step("CO-16", remark="MA130", payer="ffs").to_text()
    )
