"""What every engine must do, for engines that take too long for many small tests."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import sequestration as seq
from sequestration import frames, plot
from tests import awkward
from tests.engines import Engine, amounts, unit_of
from tests.frames import test_forecast, test_repeated_payments
from tests.frames.test_claims_data import SLOTS
from tests.frames.test_columns import CHECK, LINES, SPANS, TYPES, cuts, due_by_type, payments


def checks_awkward_rows(engine: Engine, kind: str, *, null_is_zero: bool = False) -> None:
    rows = awkward.rows(2_000)
    if kind == "float":
        rows = [row for row in rows if row.fits_floats]
    columns = awkward.columns(rows)
    columns["day"] = columns.pop("on")  # Not every engine takes words of SQL for names.
    columns["its_group"] = columns.pop("group")
    types = dict.fromkeys(columns, kind) | {"day": "date", "its_group": "text"}
    frame = engine.make(
        {name: values if name in ("day", "its_group") else amounts(values, kind) for name, values in columns.items()},
        types,
    )
    wanted = awkward.wanted(rows, null_is_zero=null_is_zero)

    found = engine.read(
        frames.check(
            frame, **CHECK | {"on": "day", "group": "its_group"}, unit=unit_of(kind), null_is_zero=null_is_zero
        )
    )

    for name, values in wanted.items():
        assert found[name] == (amounts(values, kind) if name in awkward.MONEY else values), name


def cuts_and_adds_back(engine: Engine) -> None:
    frame = payments(engine)
    added = frames.add_reduction(frame, payable="payable", on="day", unit="cents", flag="odd")
    added = frames.add_back(added, paid="payable", on="day", unit="cents")

    found = engine.read(added)

    payables = [
        None
        if cents is None or day is None or day in awkward.NO_DAYS
        else seq.payables_from_paid(Decimal(cents).scaleb(-2), on=day)
        for cents, day in LINES
    ]
    assert found["mark"] == [f"r{number}" for number in range(len(LINES))]
    assert found["expected_253"] == cuts(LINES)
    assert found["odd"] == [False] * len(LINES)
    assert found["gross_low"] == [None if pair is None else awkward.cents(pair[0]) for pair in payables]
    assert found["gross_high"] == [None if pair is None else awkward.cents(pair[-1]) for pair in payables]


def decides_by_claim_type(engine: Engine) -> None:
    rows = [(kind, *span) for kind in TYPES for span in SPANS]
    columns: dict[str, list[Any]] = {
        "kind": [kind for kind, _, _ in rows],
        "first": [first for _, first, _ in rows],
        "last": [last for _, _, last in rows],
        "payable": [4000] * len(rows),
    }
    frame = engine.make(columns, {"kind": "text", "first": "date", "last": "date", "payable": "whole"})

    found = frames.add_reduction(
        frame, payable="payable", claim_type="kind", from_date="first", through_date="last", unit="cents"
    )

    assert engine.read(found)["expected_253"] == [due_by_type(*row, seq.MEDICARE_FFS) for row in rows]


def reads_text_and_floats(engine: Engine) -> None:
    frame = engine.make(
        {"payable": [40.0, 0.25, 39.999, None], "day": ["2019-03-01", "2019-03-01", "2019-03-01", None]},
        {"payable": "float", "day": "text"},
    )
    found = engine.read(frames.add_reduction(frame, payable="payable", on="day", parse_dates=True, flag="odd"))

    assert found["expected_253"] == [0.8, 0.01, None, None]
    assert found["odd"] == [False, False, True, False]


def reads_whole_numbers_as_dates(engine: Engine) -> None:
    days = [20190301, 20220331, 20220401, 20220630, 20220701, 20240229, 10000101, None]
    frame = engine.make({"payable": [4000] * len(days), "day": days}, {"payable": "whole", "day": "whole"})

    found = engine.read(
        frames.add_reduction(frame, payable="payable", on="day", unit="cents", parse_dates="%Y%m%d", into="cut")
    )

    assert found["cut"] == [80, 0, 40, 40, 80, 80, None, None]


def reads_amounts_in_text(engine: Engine) -> None:
    """All that a text can be, as the one amount of a scalar call is read."""
    columns: dict[str, list[Any]] = {"amount": list(awkward.TEXTS), "day": [date(2024, 3, 1)] * len(awkward.TEXTS)}
    frame = engine.make(columns, {"amount": "text", "day": "date"})

    with warnings.catch_warnings(action="ignore", category=seq.SequestrationWarning):
        added = frames.add_reduction(frame, payable="amount", on="day", flag="odd", into="cut")
        found = engine.read(frames.add_back(added, paid="amount", on="day", basis="gross"))

    wanted = [awkward.cents_of_text(text) for text in awkward.TEXTS]
    assert found["gross_low"] == amounts(wanted, "decimal")
    cuts_of_march = cuts([(cents, date(2024, 3, 1)) for cents in wanted])
    assert found["cut"] == amounts(cuts_of_march, "decimal")
    assert found["odd"] == [
        text is not None and cents is None for text, cents in zip(awkward.TEXTS, wanted, strict=True)
    ]


def says_what_needs_review(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {"cut": [160, 200, None], "paid": [7840, 7800, 7800], "day": [date(2019, 3, 1)] * 3}
    frame = engine.make(columns, {"cut": "whole", "paid": "whole", "day": "date"})

    found = engine.read(frames.check(frame, reported="cut", paid="paid", on="day", unit="cents"))

    assert found["verdict"] == ["correct", "cut_too_large", None]
    assert found["needs_review"] == [False, True, False]


def draws_what_was_checked(engine: Engine) -> None:
    """The picture has the dollars of every row, and counts those without a verdict."""
    columns: dict[str, list[Any]] = {
        "day": [date(2024, 3, 1), date(2024, 3, 2), None],
        "co253": [160, 320, 100],
        "paid": [7840, 7680, 500],
    }
    lines = engine.make(columns, {"day": "date", "co253": "whole", "paid": "whole"})
    checked = frames.check(lines, reported="co253", paid="paid", on="day", unit="cents")
    ax = plot.audit(checked, reported="co253", on="day", unit="cents")
    legend = ax.get_legend()

    assert legend is not None
    assert {text.get_text() for text in legend.get_texts()} == {
        "withheld correctly: $3.20",
        "over-withheld: $1.60",
        "not shown (no verdict): 1 row",
    }


def sums_slots(engine: Engine) -> None:
    types = {column: "text" if "_CD" in column else "float" for column in SLOTS} | {"LINE_1ST_EXPNS_DT": "date"}

    found = engine.read(frames.claims_data("rif_carrier").check(engine.make(SLOTS, types), basis="net"))

    assert found["verdict"] == ["correct", "correct", "correct", None]


def reckons_with_long_rates(engine: Engine) -> None:
    long = seq.MEDICARE_FFS.what_if(first_day=date(2013, 1, 1), rate="0.123456789", stacking="replace")
    lines = [(cents, date(2020, 1, 1)) for cents in (0, 25, -25, 9_000_000_000_000_025, -8_999_999_999_999_999)]

    found = frames.add_reduction(
        payments(engine, lines=lines), payable="payable", on="day", unit="cents", schedule=long
    )

    assert engine.read(found)["expected_253"] == cuts(lines, long)


def forecasts(engine: Engine, kind: str) -> None:
    lines = [(cents, day) for cents, day in test_forecast.LINES if kind != "float" or (cents or 0) < 10**12]
    made = test_forecast.frame(engine, lines, kind)

    found = frames.forecast(made, payable="amount", on="day", schedules=test_forecast.SCHEDULES, unit=unit_of(kind))

    assert test_forecast.rows(engine, found, kind) == test_forecast.wanted(lines)


def leaves_out_what_is_too_large(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {"payable": [2**63 - 1, -(2**63), 4_000], "day": [date(2024, 3, 1)] * 3}
    frame = engine.make(columns, {"payable": "whole", "day": "date"})

    with warnings.catch_warnings(action="ignore", category=seq.SequestrationWarning):
        found = engine.read(frames.add_reduction(frame, payable="payable", on="day", unit="cents", flag="odd"))

    assert found["expected_253"] == [None, None, 80]
    assert found["odd"] == [True, True, False]


def forecasts_by_group(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {
        "payable": [4_000, 25, 50, 100],
        "day": [date(2024, 3, 31), date(2024, 3, 1), date(2024, 4, 1), date(2024, 3, 1)],
        "payer": ["B", "A", "A", None],
    }
    frame = engine.make(columns, {"payable": "whole", "day": "date", "payer": "text"})

    found = engine.read(frames.forecast(frame, payable="payable", on="day", unit="cents", by="payer"))

    assert (found["payer"], found["cut"]) == (["A", "A", "B", None], [1, 1, 80, 2])
    assert found["payable"] == [25, 50, 4_000, 100]


def explains_what_needs_review(engine: Engine) -> None:
    columns: dict[str, list[Any]] = {
        "cut": [160, 400, 200, 80, None],
        "paid": [7_840, 19_400, 7_800, 7_920, 7_800],
        "allowed": [8_000, 19_800, 10_000, 8_000, 8_000],
        "share": [0, 0, 2_000, 0, 0],
        "day": [date(2023, 3, 1)] * 5,
    }
    frame = engine.make(columns, dict.fromkeys(columns, "whole") | {"day": "date"})

    found = engine.read(
        frames.check(
            frame,
            reported="cut",
            paid="paid",
            on="day",
            allowed="allowed",
            patient_responsibility="share",
            unit="cents",
        )
    )

    assert found["explanation"] == [None, None, "on_allowed", "other_rate", None]


WHAT_EVERY_ENGINE_DOES = (
    cuts_and_adds_back,
    decides_by_claim_type,
    reads_text_and_floats,
    reads_amounts_in_text,
    reads_whole_numbers_as_dates,
    says_what_needs_review,
    explains_what_needs_review,
    draws_what_was_checked,
    leaves_out_what_is_too_large,
    forecasts_by_group,
    sums_slots,
    reckons_with_long_rates,
    *test_repeated_payments.EXAMPLES,
    test_repeated_payments.finds_what_the_rule_says,
)
