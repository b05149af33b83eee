"""Compute new columns with NumPy, for pandas and, by partition, for dask.

Columns are read as whole numbers, one block of rows at a time, so that intermediate results stay in the processor's
cache. That is several times as fast as whole columns, and faster than the usual arithmetic on floats.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

import attrs
import numpy as np
import pandas as pd

from sequestration._checking.findings import Verdict
from sequestration._checking.mistakes import ExplanationCode
from sequestration.frames._engines.column_types import (
    DayColumn,
    MoneyColumn,
    as_days,
    as_money,
    money_like,
    numbers_like,
    text,
)
from sequestration.frames._engines.question import (
    CENT_TOLERANCE,
    Answer,
    AnswerKind,
    Cells,
    Days,
    Money,
    Question,
    Unit,
    not_text,
    warn_of_odd,
)
from sequestration.frames._engines.schedule_arrays import MAX_CENTS, Law, service_days

__all__ = ["add_columns", "write_totals"]

Array: TypeAlias = Any

_BLOCK = 1 << 15
_NO_DAY = np.iinfo(np.int64).min  # NumPy's value for a missing date.
_WORDS = list(dict.fromkeys(word.value for word in (*Verdict, *ExplanationCode)))
_NO_WORD = np.int8(-1)
_CODES = {word: np.int8(code) for code, word in enumerate(_WORDS)}
_DTYPES: dict[AnswerKind, Any] = {
    AnswerKind.MONEY: np.int64,
    AnswerKind.RATE: np.float64,
    AnswerKind.WORD: np.int8,
    AnswerKind.FLAG: np.bool_,
    AnswerKind.WHOLE: np.int64,
    AnswerKind.MONTH: "datetime64[M]",
}
_DAY = np.timedelta64(1, "D")  # NumPy adds no bare number to a day.


def add_columns(frame: Any, question: Question, *, lazy: bool = False) -> Any:
    """A pandas frame with the new columns.

    A `lazy` frame has the same types whatever its rows, and no warning.
    """
    question.require_columns(list(frame.columns))
    reader = _Reader.of(frame, question)
    columns: dict[str, _NewColumn] = {}
    for start in range(0, max(len(frame), 1), _BLOCK):
        rows = slice(start, start + _BLOCK)
        cells = reader.cells(rows)
        answers = dict(question.rule(_ENGINE, cells))
        if question.flag is not None:
            odd = reduce(or_, (money.odd for money in cells.money.values()))
            answers[question.flag] = Answer(AnswerKind.FLAG, odd, np.True_)
        for name, answer in answers.items():
            if name not in columns:
                columns[name] = _NewColumn(answer.kind, np.empty(len(frame), _DTYPES[answer.kind]))
            columns[name].write(rows, answer)
    source = reader.money[question.kind_of]
    done = frame.copy(deep=False)
    for name, column in columns.items():
        done[name] = column.finished(source, question, lazy=lazy)
    if not lazy:
        for role, name in question.money.items():
            warn_of_odd(name, reader.odd[role])
    return done


def write_totals(totals: Any, columns: Sequence[str], source: Any, unit: Unit) -> Any:
    """A pandas frame whose columns of whole cents get the kind of a source column."""
    cents_a_unit = 1 if unit == "cents" else 100
    kind = as_money(source.iloc[:0], cents_a_unit)
    done = totals.copy(deep=False)
    for name in columns:
        done[name] = money_like(kind, totals[name].to_numpy(np.int64), None, cents_a_unit)
    return done


class _Arrays:
    """The engine for NumPy arrays."""

    divides_in_doubles = False

    def hold(self, value: Array) -> Array:
        return value

    def only(self, value: Array, known: Array) -> Array:  # noqa: ARG002 - what is not known does not count in the end
        return value

    def choose(self, cases: Sequence[tuple[Array, Any]], otherwise: Any) -> Array:
        for condition, value in reversed(cases):
            otherwise = np.where(condition, value, otherwise)
        return otherwise

    def word(self, cases: Sequence[tuple[Array, str]], otherwise: str) -> Array:
        return self.choose([(condition, _CODES[word]) for condition, word in cases], _CODES[otherwise])

    def word_among(
        self, rows: Array, facts: tuple[Any, ...], cases: Callable[..., Sequence[tuple[Array, str]]]
    ) -> tuple[Array, Array]:
        places = np.flatnonzero(rows)  # Few rows need review, so that this costs little.
        codes = np.full(rows.shape, _NO_WORD)
        if places.size:
            found = cases(*(_at(fact, places) for fact in facts))
            codes[places] = self.choose([(condition, _CODES[word]) for condition, word in found], _NO_WORD)
        return codes, codes != _NO_WORD

    def nearest(self, numerator: Array, denominator: int, negative: Array) -> Array:
        # Floor division rounds down, so a negative half cent needs a numerator that is one less to go away from zero.
        return (numerator + (denominator // 2 - negative)) // denominator

    def quotient(self, numerator: Array, denominator: Any) -> Array:
        return numerator // denominator

    def share(self, number: Array, of: int) -> Array:
        return number / of

    def numerator(self, days: Days, law: Law) -> Array:
        steps = np.zeros(days.at.shape, np.int8)
        for edge in law.edges:
            steps += days.at >= _ticks(edge, days)
        return np.array(law.numerators, np.int64).take(steps)

    def month(self, days: Days) -> Array:
        return (days.at // days.ticks).astype("datetime64[D]").astype("datetime64[M]")

    def in_order(self, first: Days, last: Days) -> Array:
        return last.at // last.ticks >= first.at // first.ticks


_ENGINE = _Arrays()


def _at(facts: Any, places: Array) -> Any:
    """Facts about some rows only, whatever objects hold them."""
    if isinstance(facts, np.ndarray):
        return facts[places]
    if isinstance(facts, _Words):
        return facts.block(places)
    if isinstance(facts, Mapping):
        return {name: _at(each, places) for name, each in facts.items()}
    if attrs.has(type(facts)):
        return attrs.evolve(
            facts, **{each.name: _at(getattr(facts, each.name), places) for each in attrs.fields(type(facts))}
        )
    return facts


def _ticks(edge: Any, days: Days) -> int:
    """A day in the column's own unit, limited to the range of that unit."""
    ticks = int(np.datetime64(edge, "D").astype(np.int64)) * days.ticks
    return min(max(ticks, _NO_DAY + 1), -_NO_DAY - 1)


@attrs.frozen(eq=False)
class _Words:
    """A column of words as indexes of its distinct words; -1 where there is none."""

    codes: Array
    different: Iterable[Any]
    tables: dict[frozenset[str], Array] = attrs.field(factory=dict)
    """For each requested set, whether each distinct word is in it; the last entry, for no word, is False."""

    @property
    def known(self) -> Array:
        return self.codes >= 0

    def isin(self, words: Collection[str]) -> Array:
        wanted = frozenset(words)
        if wanted not in self.tables:
            self.tables[wanted] = np.array([*(str(word).strip().lower() in wanted for word in self.different), False])
        return self.tables[wanted][self.codes]

    def block(self, rows: slice | Array) -> _Words:
        return attrs.evolve(self, codes=self.codes[rows])


def _words(series: Any) -> _Words:
    codes, different = pd.factorize(series)
    if not all(isinstance(word, str) for word in different):
        raise not_text(series.name, series.dtype)
    return _Words(codes, different)


@attrs.frozen(eq=False)
class _Reader:
    """The columns of a frame as arrays, and the rows of amounts not in whole cents."""

    question: Question
    money: Mapping[str, MoneyColumn]
    days: Mapping[str, DayColumn]
    words: Mapping[str, _Words]
    odd: dict[str, list[int]]

    @classmethod
    def of(cls, frame: Any, question: Question) -> _Reader:
        money = {role: as_money(frame[name], question.cents_a_unit) for role, name in question.money.items()}
        days = {role: as_days(frame[name], question.date_format) for role, name in question.days.items()}
        words = {role: _words(frame[name]) for role, name in question.words.items()}
        return cls(question, money, days, words, {role: [] for role in money})

    def cells(self, rows: slice) -> Cells:
        """The columns for some of the rows."""
        return Cells(
            {role: self._money(role, column, rows) for role, column in self.money.items()},
            {role: self._days(column, rows) for role, column in self.days.items()},
            {role: words.block(rows) for role, words in self.words.items()},
        )

    def _money(self, role: str, column: MoneyColumn, rows: slice) -> Money:
        numbers, known, odd = column.numbers[rows], np.True_, np.False_
        if column.missing is not None:
            known = ~column.missing[rows]
        if column.odd is not None:
            odd = column.odd[rows]
        if numbers.dtype == np.float64:
            # Infinity is not a valid amount and needs no extra warning.
            with np.errstate(invalid="ignore", over="ignore"):
                scaled = numbers * self.question.cents_a_unit
                whole = np.rint(scaled)
                known = (np.abs(scaled - whole) <= CENT_TOLERANCE) & (np.abs(scaled) <= MAX_CENTS)
            odd = ~known & ~np.isnan(numbers)
            cents = np.where(known, whole, 0).astype(np.int64)
            missing = ~known & ~odd
        else:
            cents = numbers * self.question.cents_a_unit if column.in_units else numbers
            missing = ~known & ~odd
        if np.any(odd):
            self.odd[role] += (np.flatnonzero(odd) + rows.start).tolist()
        return Money(cents, known | missing if role in self.question.zero_if_null else known, odd)

    @staticmethod
    def _days(column: DayColumn, rows: slice) -> Days:
        days = Days(column.numbers[rows], None, column.ticks)
        first, null_dates = service_days()
        known = days.at >= _ticks(first, days)  # A missing date is before it, too.
        for null in map(np.datetime64, null_dates):
            known &= (days.at < _ticks(null, days)) | (days.at >= _ticks(null + _DAY, days))
        return attrs.evolve(days, known=known)


@attrs.define(eq=False)
class _NewColumn:
    """A column written in blocks; `missing` is None as long as every row is known."""

    kind: AnswerKind
    values: Array
    missing: Array | None = None

    def write(self, rows: slice, answer: Answer) -> None:
        self.values[rows] = answer.value
        if not np.all(answer.known):
            if self.missing is None:
                self.missing = np.zeros(len(self.values), np.bool_)
            self.missing[rows] = ~answer.known

    def finished(self, source: MoneyColumn, question: Question, *, lazy: bool) -> Any:
        if lazy and self.missing is None:
            self.missing = np.zeros(len(self.values), np.bool_)
        if self.kind is AnswerKind.MONEY:
            return money_like(source, self.values, self.missing, question.cents_a_unit)
        if self.kind is AnswerKind.RATE:
            return numbers_like(source, self.values, self.missing)
        if self.kind is AnswerKind.WORD:
            return text(_WORDS, self.values, self.missing)
        if self.kind is AnswerKind.MONTH:
            if self.missing is not None:
                self.values[self.missing] = np.datetime64("NaT", "M")
            return self.values.astype("datetime64[s]")
        return self.values
