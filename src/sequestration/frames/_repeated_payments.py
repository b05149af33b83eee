"""Find claims whose whole payment is repeated on each of their lines.

Such a payment is not the payment of the line, so that no line of the claim can be checked by it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sequestration._checking.findings import Verdict
from sequestration._errors import SequestrationWarning
from sequestration.frames._engines.dispatch import by_part, narwhals
from sequestration.frames._engines.question import OWN_PREFIX

__all__ = ["hidden_columns", "mark_repeated_payments"]

_PLACE = f"{OWN_PREFIX}place"
_NEEDS_REVIEW = sorted(verdict.value for verdict in Verdict if verdict.needs_review)
_FACTS = (
    ("paid", "min"),
    ("paid", "max"),
    ("paid", "count"),
    ("reported", "min"),
    ("reported", "max"),
    ("reported", "sum"),
    ("charge", "min"),
    ("charge", "max"),
    ("wrong", "max"),
    ("rate", "min"),
    ("rate", "max"),
)
"""What must be known of a claim: a column and how its rows are put together."""


def hidden_columns(*, charge: bool) -> dict[str, str]:
    """The columns of whole cents that `mark_repeated_payments` reads, by role."""
    return {role: f"{OWN_PREFIX}{role}" for role in ("reported", "paid", *(("charge",) if charge else ()))}


def mark_repeated_payments(checked: Any, claim: str, name: Callable[[str], str], kept: Mapping[str, str]) -> Any:
    """Mark lines with the payment of their whole claim; they are undetermined.

    Args:
        checked: Frame with the columns of a check and those of `hidden_columns`.
        claim: Column of the claim.
        name: Function that gives the name of a column of the check.
        kept: The hidden columns, by role, which are removed.
    """
    nw = narwhals()
    if nw.dependencies.is_pandas_dataframe(checked) or nw.dependencies.is_dask_dataframe(checked):
        return _mark_pandas(checked, claim, name, kept)
    if nw.dependencies.is_duckdb_relation(checked):  # Its window functions change the order of the rows.
        numbered = checked.project(f'*, row_number() OVER () AS "{_PLACE}"')
        marked = _mark_expressions(numbered, claim, name, kept)
        return marked.sort(f'"{_PLACE}"').project(f'* EXCLUDE ("{_PLACE}")')
    return _mark_expressions(checked, claim, name, kept)


def _mark_expressions(checked: Any, claim: str, name: Callable[[str], str], kept: Mapping[str, str]) -> Any:
    nw = narwhals()
    columns = {**kept, "rate": name("rate"), "wrong": f"{OWN_PREFIX}wrong"}
    frame = nw.from_native(checked)
    wrong = nw.col(name("verdict")).is_in(_NEEDS_REVIEW).fill_null(value=False)
    frame = frame.with_columns(wrong.cast(nw.Int64).alias(columns["wrong"]))
    facts = {(role, how): nw.col(f"{OWN_PREFIX}{role} {how}") for role, how in _FACTS if role in columns}
    frame = frame.with_columns(
        getattr(nw.col(columns[role]), how)().over(claim).alias(f"{OWN_PREFIX}{role} {how}") for role, how in facts
    )
    repeated = (~nw.col(claim).is_null() & _is_repeated(facts)).fill_null(value=False)
    frame = frame.with_columns(repeated.alias(name("payment_repeated")))
    flag, verdict = nw.col(name("payment_repeated")), nw.col(name("verdict"))
    undetermined = nw.when(flag & ~verdict.is_null()).then(nw.lit(Verdict.UNDETERMINED.value)).otherwise(verdict)
    explained = nw.when(~flag).then(nw.col(name("explanation"))).otherwise(None)
    frame = frame.with_columns(
        undetermined.alias(name("verdict")),
        (nw.col(name("needs_review")) & ~flag).alias(name("needs_review")),
        explained.alias(name("explanation")),
    )
    temporary = [*kept.values(), columns["wrong"], *(f"{OWN_PREFIX}{role} {how}" for role, how in facts)]
    done = frame.drop(temporary)
    if isinstance(done, nw.DataFrame):
        _warn_of_repeated(int(done[name("payment_repeated")].sum()))
    return done.to_native()


def _is_repeated(facts: Mapping[tuple[str, str], Any]) -> Any:
    """Whether the payment of a claim's rows is that of the claim.

    All payments are equal and not zero, and a verdict needs review. Besides, the rows differ in what was withheld or in
    their charge, or all that was withheld is due on that one payment, give or take what rounding by line explains.
    The facts are columns of any engine.
    """
    paid, rows, withheld = facts["paid", "min"], facts["paid", "count"], facts["reported", "sum"]
    differs = facts["reported", "max"] - facts["reported", "min"] > 1
    if ("charge", "min") in facts:
        differs = differs | (facts["charge", "max"] != facts["charge", "min"])
    for rate in (facts["rate", "min"], facts["rate", "max"]):
        off = ((paid + withheld) * rate - withheld) * 2
        differs = differs | ((withheld != 0) & (off <= rows + 1) & (off >= -1 - rows))
    return (rows > 1) & (paid != 0) & (paid == facts["paid", "max"]) & (facts["wrong", "max"] > 0) & differs


# pandas and dask: the facts of each claim are one table, which every part of the frame looks up.


def _mark_pandas(checked: Any, claim: str, name: Callable[[str], str], kept: Mapping[str, str]) -> Any:
    columns = {**kept, "rate": name("rate"), "wrong": f"{OWN_PREFIX}wrong"}
    own = by_part(checked, partial(_own_columns, claim=claim, verdict=name("verdict"), columns=columns))
    wanted = {role: [how for each, how in _FACTS if each == role] for role in columns}
    mark = partial(_mark_part, claim=claim, name=name, kept=kept)
    if not narwhals().dependencies.is_dask_dataframe(checked):
        done = mark(checked, own.groupby("claim").agg(wanted))
        _warn_of_repeated(int(done[name("payment_repeated")].sum()))
        return done
    claims = own.groupby("claim").agg(wanted, split_out=1)  # dask gives a table of one part to every part.
    meta = mark(checked._meta, claims._meta)
    return checked.map_partitions(mark, claims, align_dataframes=False, meta=meta)


def _own_columns(part: Any, claim: str, verdict: str, columns: Mapping[str, str]) -> Any:
    """The columns that the facts of a claim come from, with names of our own."""
    own = part[[claim]].set_axis(["claim"], axis="columns")
    for role, column in columns.items():
        own[role] = part[verdict].isin(_NEEDS_REVIEW).astype("int64") if role == "wrong" else part[column]
    own["rate"] = own["rate"].astype("float64")
    return own


def _mark_part(part: Any, claims: Any, claim: str, name: Callable[[str], str], kept: Mapping[str, str]) -> Any:
    repeated = claims.index[_is_repeated({fact: claims[fact] for fact in claims.columns}).to_numpy(bool)]
    done = part.drop(columns=list(kept.values()))
    flag = done[claim].isin(repeated) & done[claim].notna()
    done[name("payment_repeated")] = flag.to_numpy(bool)
    verdict = done[name("verdict")]
    done[name("verdict")] = verdict.mask(
        flag.to_numpy(bool) & verdict.notna().to_numpy(bool), Verdict.UNDETERMINED.value
    )
    done[name("needs_review")] &= ~flag.to_numpy(bool)
    done[name("explanation")] = done[name("explanation")].mask(flag.to_numpy(bool), None)
    return done


def _warn_of_repeated(count: int) -> None:
    """Warn about repeated payments; a lazy frame cannot count them."""
    if count:
        warnings.warn(
            f"{count} rows seem to have the payment of the whole claim instead of the line. Their verdict is "
            "undetermined, and column payment_repeated marks them.",
            SequestrationWarning,
            stacklevel=5,
        )
