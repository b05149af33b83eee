"""Laws of frames: row by row what the functions on single amounts say, whatever the rows."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames
from tests import awkward
from tests.engines import ENGINES, Engine, amounts, dollars, unit_of

pytestmark = pytest.mark.slow

QUICK = [engine for engine in ENGINES if engine.name in ("pandas", "pandas-arrow", "polars", "polars-lazy", "pyarrow")]
EDGES = seq.MEDICARE_FFS.changes
DAYS = st.dates(date(2012, 1, 1), date(2034, 12, 31)) | st.builds(
    lambda edge, off: edge + timedelta(off), st.sampled_from(EDGES), st.integers(-1, 1)
)
NO_DAYS = st.sampled_from(awkward.NO_DAYS)
CENTS = st.integers(-3_000, 100_000) | st.integers(-(10**11), 10**11)
MAYBE_CENTS = st.none() | CENTS


@st.composite
def rows(draw: st.DrawFn) -> awkward.Row:
    on, payable = draw(st.none() | NO_DAYS | DAYS), draw(CENTS)
    cut = draw(MAYBE_CENTS)
    if on is not None and draw(st.booleans()):
        due = awkward.cents(seq.expected_reduction(dollars(payable) or 0, on=on).amount)
        cut = due * draw(st.sampled_from([1, 1, 2, 0, -1])) + draw(st.integers(-2, 2))
    elsewhere = draw(st.sampled_from([0, 0, 500, None, payable - (cut or 0)]))
    share = draw(st.none() | st.integers(0, 3_000))
    return awkward.Row(
        reported=cut,
        paid=draw(st.just(payable - (cut or 0) - (elsewhere or 0)) | MAYBE_CENTS),
        on=on,
        elsewhere=elsewhere,
        group=draw(st.sampled_from(["CO", "PR", "OA", "co", None])),
        allowed=draw(st.none() | st.sampled_from([payable + (share or 0), 50 * (cut or 0), 100 * (cut or 0)]) | CENTS),
        share=share,
        charge=draw(st.none() | st.just(50 * (cut or 0)) | CENTS),
    )


def frame_of(engine: Engine, found: list[awkward.Row], kind: str) -> Any:
    columns = awkward.columns(found)
    types = dict.fromkeys(columns, kind) | {"on": "date", "group": "text"}
    return engine.make(
        {name: values if name in ("on", "group") else amounts(values, kind) for name, values in columns.items()}, types
    )


@pytest.mark.parametrize("engine", QUICK, ids=str)
@settings(max_examples=40)
@given(found=st.lists(rows(), max_size=30), kind=st.sampled_from(["whole", "decimal", "float"]), zero=st.booleans())
def test_a_check_is_that_of_check_adjustment(engine: Engine, found: list[awkward.Row], kind: str, zero: bool) -> None:
    wanted = awkward.wanted(found, null_is_zero=zero, schedule=seq.MEDICARE_FFS)

    checked = frames.check(
        frame_of(engine, found, kind),
        reported="reported",
        paid="paid",
        on="on",
        paid_elsewhere="elsewhere",
        group="group",
        allowed="allowed",
        patient_responsibility="share",
        charge="charge",
        null_is_zero=zero,
        unit=unit_of(kind),
    )

    read = engine.read(checked)
    for name, values in wanted.items():
        assert read[name] == (amounts(values, kind) if name in awkward.MONEY else values), name


@pytest.mark.parametrize("engine", QUICK, ids=str)
@settings(max_examples=40)
@given(lines=st.lists(st.tuples(MAYBE_CENTS, st.none() | NO_DAYS | DAYS), max_size=30))
def test_what_is_added_back_leaves_what_was_paid(engine: Engine, lines: list[tuple[int | None, date | None]]) -> None:
    frame = engine.make(
        {"paid": [cents for cents, _ in lines], "on": [day for _, day in lines]}, {"paid": "whole", "on": "date"}
    )

    added = frames.add_back(frame, paid="paid", on="on", unit="cents")
    both = frames.add_reduction(added, payable="gross_low", on="on", into="low_cut", unit="cents")
    both = frames.add_reduction(both, payable="gross_high", on="on", into="high_cut", unit="cents")

    read = engine.read(both)
    for place, (paid, on) in enumerate(lines):
        low, high = read["gross_low"][place], read["gross_high"][place]
        if paid is None or on is None or on in awkward.NO_DAYS:
            assert low is high is None
            continue
        assert low - read["low_cut"][place] == high - read["high_cut"][place] == paid
        payables = seq.payables_from_paid(dollars(paid) or 0, on=on)
        assert (dollars(low), dollars(high)) == (payables[0], payables[-1])


TEXTS = (
    st.sampled_from(awkward.TEXTS)
    | st.text("0123456789.+- \n", max_size=8)
    | st.decimals(places=2).map(str)
    | st.text()
)


@pytest.mark.parametrize("engine", QUICK, ids=str)
@settings(max_examples=40)
@given(texts=st.lists(TEXTS, max_size=30), unit=st.sampled_from(["dollars", "cents"]))
def test_amounts_in_text_are_read_as_a_scalar_call_reads_them(
    engine: Engine, texts: list[str | None], unit: Any
) -> None:
    on = date(2024, 3, 1)
    frame = engine.make({"amount": texts, "on": [on] * len(texts)}, {"amount": "text", "on": "date"})

    with warnings.catch_warnings(action="ignore", category=seq.SequestrationWarning):
        added = frames.add_reduction(frame, payable="amount", on="on", unit=unit, into="cut", flag="odd")
    read = engine.read(added)

    wanted = [awkward.cents_of_text(text, unit) for text in texts]
    due = [
        None if cents is None else awkward.cents(seq.expected_reduction(dollars(cents) or 0, on=on).amount)
        for cents in wanted
    ]
    assert read["cut"] == (amounts(due, "decimal") if unit == "dollars" else due)
    assert read["odd"] == [text is not None and cents is None for text, cents in zip(texts, wanted, strict=True)]
