"""Filters on text columns keep the rows that SQL keeps; DuckDB is the oracle."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequestration.frames._files.schemas import columns_of
from sequestration.frames._files.text_filters import TextFilter, filter_rows

COLUMNS = columns_of("adjustments")
KINDS = {
    name: make_dataclass(name, ["attribute", "value"])
    for name in ("EqualTo", "EqualNullSafe", "In", "StringStartsWith", "StringEndsWith", "StringContains", "LessThan")
}
IsNull, IsNotNull = make_dataclass("IsNull", ["attribute"]), make_dataclass("IsNotNull", ["attribute"])
SQL = {
    "EqualTo": "{} = ?",
    "EqualNullSafe": "{} IS NOT DISTINCT FROM ?",
    "StringStartsWith": "starts_with({}, ?)",
    "StringEndsWith": "ends_with({}, ?)",
    "StringContains": "contains({}, ?)",
}
TEXTS = st.text("a2é%_", max_size=3)


@dataclass(frozen=True)
class Not:
    """The negation, named as in Spark."""

    child: Any


def kept_by_sql(texts: list[str | None], condition: str, values: list[str]) -> list[str | None]:
    rows = ", ".join(["(?, ?)"] * len(texts))
    numbered = [cell for row in enumerate(texts) for cell in row]
    query = f"SELECT reason FROM (VALUES {rows}) AS t(n, reason) WHERE {condition} ORDER BY n"
    with duckdb.connect() as database:
        return [row[0] for row in database.execute(query, [*numbered, *values]).fetchall()]


def kept_by_us(texts: list[str | None], pushed: Any) -> list[str | None]:
    place = list(COLUMNS).index("reason")
    rows = [tuple(text if number == place else None for number in range(len(COLUMNS))) for text in texts]
    taken = TextFilter.of(pushed, COLUMNS)
    assert taken is not None
    return [row[place] for row in filter_rows(rows, COLUMNS, [taken])]


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=6), st.sampled_from(sorted(SQL)), TEXTS, st.booleans())
def test_one_value(texts: list[str | None], kind: str, value: str, negated: bool) -> None:
    pushed = KINDS[kind](("reason",), value)
    condition = SQL[kind].format("reason")

    found = kept_by_us(texts, Not(pushed) if negated else pushed)

    assert found == kept_by_sql(texts, f"NOT ({condition})" if negated else condition, [value])


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=6), st.lists(TEXTS, min_size=1, max_size=3), st.booleans())
def test_several_values(texts: list[str | None], values: list[str], negated: bool) -> None:
    pushed = KINDS["In"](("reason",), tuple(values))
    condition = f"reason {'NOT ' if negated else ''}IN ({', '.join('?' * len(values))})"

    assert kept_by_us(texts, Not(pushed) if negated else pushed) == kept_by_sql(texts, condition, values)


@pytest.mark.parametrize(
    ("pushed", "kept"),
    [
        (IsNull(("reason",)), [None]),
        (IsNotNull(("reason",)), ["253", ""]),
        (Not(IsNull(("reason",))), ["253", ""]),
        (Not(IsNotNull(("reason",))), [None]),
    ],
)
def test_null(pushed: Any, kept: list[str | None]) -> None:
    assert kept_by_us(["253", None, ""], pushed) == kept


@pytest.mark.parametrize(
    "pushed",
    [
        KINDS["EqualTo"](("amount",), "1"),  # not a text column
        KINDS["EqualTo"](("verdict",), "correct"),  # a column of another table
        KINDS["EqualTo"](("reason", "code"), "253"),
        KINDS["EqualTo"](("reason",), 253),
        KINDS["EqualNullSafe"](("reason",), None),
        KINDS["In"](("reason",), ("253", None)),
        KINDS["In"](("reason",), ()),
        KINDS["LessThan"](("reason",), "253"),
        Not(Not(KINDS["EqualTo"](("reason",), "253"))),
        IsNull(("amount",)),
    ],
)
def test_what_stays_with_spark(pushed: Any) -> None:
    assert TextFilter.of(pushed, COLUMNS) is None
    assert TextFilter.of(Not(pushed), COLUMNS) is None
