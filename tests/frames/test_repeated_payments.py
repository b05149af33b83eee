"""Claims whose whole payment is repeated on each line: found on every engine, and ordinary claims left alone."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pytest

import sequestration as seq
from sequestration import frames
from tests.engines import ENGINES, Engine, amounts, dollars, unit_of

ON = date(2024, 3, 1)
SUSPENDED = date(2021, 6, 1)
every_engine = pytest.mark.parametrize("engine", ENGINES, ids=str)


@attrs.frozen
class Line:
    claim: str | None
    paid: int | None
    cut: int | None
    charge: int | None = 10_000
    day: date = ON


def check(engine: Engine, lines: Sequence[Line], kind: str = "whole", **options: Any) -> dict[str, list[Any]]:
    """The columns of a check, in the order of the lines."""
    columns = {field.name: [getattr(line, field.name) for line in lines] for field in attrs.fields(Line)}
    types = {"claim": "text", "paid": kind, "cut": kind, "charge": kind, "day": "date", "mark": "small"}
    for name in ("paid", "cut", "charge"):
        columns[name] = amounts(columns[name], kind)
    frame = engine.make({**columns, "mark": list(range(len(lines)))}, types)
    with warnings.catch_warnings(action="ignore"):
        checked = frames.check(
            frame, reported="cut", paid="paid", on="day", claim="claim", unit=unit_of(kind), **options
        )
    found = engine.read(checked)
    assert not [name for name in found if name.startswith("sequestration")]
    assert not [
        code for code, needs in zip(found["explanation"], found["needs_review"], strict=True) if code and not needs
    ]
    assert found["needs_review"] == [bool(said) and seq.Verdict(said).needs_review for said in found["verdict"]]
    order = sorted(range(len(lines)), key=found["mark"].__getitem__)
    assert order == found["mark"] or engine.name in ("ibis", "pyspark")  # They promise no order.
    return {name: [values[number] for number in order] for name, values in found.items()}


def repeated(engine: Engine, *lines: tuple[int | None, int | None], **options: Any) -> list[str | None] | None:
    """The verdicts of one claim if its payment is found to be repeated, else None."""
    found = check(engine, [Line("A", *line) for line in lines], **options)
    flags = set(found["payment_repeated"])
    assert len(flags) == 1
    return found["verdict"] if flags.pop() else None


# Worked examples: a claim of $40.00, $80.00 and $120.00 before sequestration was paid 240.00 - 4.80 = $235.20.

PAYMENT, CUTS = 23_520, (80, 160, 240)


def shows_each_line(engine: Engine) -> None:
    """Each line has its own 253; the payment is that of the claim."""
    assert repeated(engine, *((PAYMENT, cut) for cut in CUTS)) == ["undetermined"] * 3


def shows_one_line(engine: Engine) -> None:
    """One row carries the 253 of the claim, by which it alone would be right and the others uncut."""
    assert repeated(engine, (PAYMENT, 480), (PAYMENT, 0), (PAYMENT, 0)) == ["undetermined"] * 3
    assert repeated(engine, (PAYMENT, 480), (PAYMENT, None), (PAYMENT, None), null_is_zero=True) == ["undetermined"] * 3


def shows_equal_lines(engine: Engine) -> None:
    """Three lines of $80.00, each with its $1.60: together what is due on the payment."""
    assert repeated(engine, *[(PAYMENT, 160)] * 3) == ["undetermined"] * 3


def shows_charges(engine: Engine) -> None:
    """Without any 253 only the charges show that the lines are not alike."""
    lines = [Line("A", PAYMENT, 0, charge) for charge in (5_000, 10_000, 15_000)]
    alike = [attrs.evolve(line, charge=10_000) for line in lines]

    assert check(engine, lines, charge="charge")["verdict"] == ["undetermined"] * 3
    assert check(engine, alike, charge="charge")["verdict"] == ["missing"] * 3
    assert check(engine, lines)["verdict"] == ["missing"] * 3


def leaves_ordinary_claims(engine: Engine) -> None:
    """Lines that are alike, right lines, and claims of one line, of nothing, or of several payments."""
    assert repeated(engine, (7_840, 160), (7_840, 160)) is None
    assert repeated(engine, (7_680, 320), (7_680, 320)) is None  # doubled on each
    assert repeated(engine, (9_900, 100), (9_900, 100)) is None  # at half the rate on each
    assert repeated(engine, (7_840, 0)) is None
    assert repeated(engine, (0, 100), (0, 0)) is None
    assert repeated(engine, (7_840, 160), (3_920, 0)) is None
    found = check(engine, [Line("A", 9_800, 200), Line("A", 9_800, 0, day=SUSPENDED)])
    assert found["verdict"] == ["correct", "nothing_due"]  # each is right by its own rate
    assert found["payment_repeated"] == [False, False]


def tells_claims_apart(engine: Engine) -> None:
    """Rows of several claims stand among each other; those without a claim are checked one by one."""
    lines = [
        Line("A", PAYMENT, 80),
        Line(None, PAYMENT, 80),
        Line("B", 7_840, 0),
        Line("A", PAYMENT, 160),
        Line(None, PAYMENT, 160),
        Line("C", PAYMENT, 0),
        Line("B", 7_840, 160),
        Line("A", PAYMENT, None),
        Line("B", 3_920, 80),
    ]
    found = check(engine, lines)

    small = "cut_too_small"
    assert found["payment_repeated"] == [line.claim == "A" for line in lines]
    assert found["verdict"] == [
        "undetermined", small, "missing", "undetermined", small, "missing", "correct", None, "correct"
    ]  # fmt: skip


EXAMPLES = [
    shows_each_line,
    shows_one_line,
    shows_equal_lines,
    shows_charges,
    leaves_ordinary_claims,
    tells_claims_apart,
]


@pytest.mark.parametrize("example", EXAMPLES)
@every_engine
def test_a_worked_example(engine: Engine, example: Any) -> None:
    example(engine)


# The same for many claims, by a rule of the test's own.


def many_lines(seed: int = 253) -> list[Line]:
    rng = random.Random(seed)
    lines = []
    for number in range(400):
        claim = rng.choice([f"C{number}"] * 9 + [None])
        payables = [rng.choice([25, 4_000, 8_000, rng.randrange(1, 20_000)]) for _ in range(rng.randrange(1, 5))]
        on = rng.choice([ON, ON, ON, SUSPENDED])
        cuts = [awkward_cut(rng, payable, on) for payable in payables]
        header = sum(payables) - sum(cuts) if rng.random() < 0.4 else None
        for payable, cut in zip(payables, cuts, strict=True):
            lines.append(
                Line(
                    claim,
                    None if rng.random() < 0.02 else payable - cut if header is None else header,
                    None if rng.random() < 0.04 else cut,
                    rng.choice([10_000, 10_000, payable, None]),
                    on,
                )
            )
    rng.shuffle(lines)
    return lines


def awkward_cut(rng: random.Random, payable: int, on: date) -> int:
    due = int(seq.expected_reduction(dollars(payable) or 0, on=on).amount * 100)
    return rng.choice([due, due, due, due, 0, 2 * due, due + 1])


def wanted(lines: Sequence[Line], *, by_charge: bool) -> tuple[list[str | None], list[bool]]:
    verdicts = [
        None
        if line.paid is None or line.cut is None
        else seq.check_adjustment(reported=dollars(line.cut), paid=dollars(line.paid) or 0, on=line.day).verdict
        for line in lines
    ]
    claims: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if line.claim is not None:
            claims.setdefault(line.claim, []).append(number)
    found = {
        number
        for numbers in claims.values()
        if any(verdict is not None and verdict.needs_review for verdict in (verdicts[n] for n in numbers))
        and is_repeated([lines[n] for n in numbers], by_charge=by_charge)
        for number in numbers
    }
    told = [
        None if verdict is None else "undetermined" if number in found else verdict.value
        for number, verdict in enumerate(verdicts)
    ]
    return told, [number in found for number in range(len(lines))]


def is_repeated(lines: Sequence[Line], *, by_charge: bool) -> bool:
    payments = {line.paid or 0 for line in lines}
    cuts = [line.cut or 0 for line in lines]
    if len(lines) < 2 or len(payments) > 1 or payments == {0}:
        return False
    if max(cuts) - min(cuts) > 1 or (by_charge and len({line.charge or 0 for line in lines}) > 1):
        return True
    rate = Fraction(seq.MEDICARE_FFS.rate_on(lines[0].day))
    due = (payments.pop() + sum(cuts)) * rate
    return sum(cuts) != 0 and abs(due - sum(cuts)) <= Fraction(len(lines) + 1, 2)


def finds_what_the_rule_says(engine: Engine, kind: str = "whole", *, by_charge: bool = True) -> None:
    lines = many_lines()
    found = check(engine, lines, kind, **({"charge": "charge"} if by_charge else {}))

    verdicts, flags = wanted(lines, by_charge=by_charge)
    assert 100 < sum(flags) < len(lines) / 2
    assert found["payment_repeated"] == flags
    assert found["verdict"] == verdicts


@pytest.mark.parametrize("by_charge", [True, False])
@pytest.mark.parametrize("kind", ["whole", "decimal", "float"])
@every_engine
def test_many_claims(engine: Engine, kind: str, by_charge: bool) -> None:
    finds_what_the_rule_says(engine, kind, by_charge=by_charge)


# How it is told, and what is refused.


def joined() -> pd.DataFrame:
    return pd.DataFrame(
        {"claim": [7, 7, 8], "paid": [235.20, 235.20, 98.0], "cut": [0.80, 4.00, 2.00], "day": pd.Timestamp(ON)},
        index=[5, 3, 3],
    )


COLUMNS: Any = {"reported": "cut", "paid": "paid", "on": "day", "claim": "claim"}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.from_pandas, lambda frame: nw.from_native(pl.from_pandas(frame))])
def test_a_frame_that_is_not_lazy_warns(make: Any) -> None:
    with pytest.warns(seq.SequestrationWarning, match=r"^2 rows seem to have the payment of the whole claim"):
        frames.check(make(joined()), **COLUMNS)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.from_pandas])
def test_the_warning_names_the_line_of_the_caller(make: Any) -> None:
    with pytest.warns(seq.SequestrationWarning, match="2 rows") as told:
        frames.check(make(joined()), **COLUMNS)
    assert [each.filename for each in told] == [__file__]


def test_a_lazy_frame_stays_lazy_and_silent(recwarn: pytest.WarningsRecorder) -> None:
    lazy = frames.check(pl.from_pandas(joined()).lazy(), **COLUMNS)
    relation = frames.check(duckdb.connect().from_df(joined()), **COLUMNS)

    assert isinstance(lazy, pl.LazyFrame)
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert not recwarn.list


@pytest.mark.filterwarnings("ignore:2 rows")
def test_a_prefix_the_index_and_numbers_as_claims() -> None:
    found = frames.check(joined(), **COLUMNS, prefix="x_")

    assert found.index.tolist() == [5, 3, 3]
    assert found["x_payment_repeated"].tolist() == [True, True, False]
    assert found["x_verdict"].tolist() == ["undetermined", "undetermined", "correct"]
    assert found["x_verdict"].dtype == frames.check(joined(), reported="cut", paid="paid", on="day")["verdict"].dtype


def test_without_claims_there_is_no_new_column() -> None:
    found = frames.check(joined(), reported="cut", paid="paid", on="day")

    assert "payment_repeated" not in found
    assert found["verdict"].tolist() == ["cut_too_small", "cut_too_small", "correct"]


@pytest.mark.filterwarnings("ignore:2 rows")
def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(seq.UnknownColumn, match="'icn'"):
        frames.check(joined(), **COLUMNS | {"claim": "icn"})
    there = joined().assign(payment_repeated="mine")
    with pytest.raises(seq.ColumnExists, match="payment_repeated"):
        frames.check(there, **COLUMNS)
    assert frames.check(there, **COLUMNS, overwrite=True)["payment_repeated"].tolist() == [True, True, False]
