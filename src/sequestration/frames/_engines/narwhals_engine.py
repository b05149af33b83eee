"""Compute new columns with narwhals expressions.

They run on polars, pyarrow, DuckDB, Spark and whatever else narwhals supports. Nothing is collected: a lazy frame
stays lazy, and its schema does not depend on its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

import attrs
import narwhals.stable.v2 as nw

from sequestration._errors import InvalidAmountType, InvalidDateType
from sequestration.frames._engines.question import (
    CENT_TOLERANCE,
    LAST_WHOLE_NUMBER,
    OWN_PREFIX,
    WHOLE_NUMBER_FORMAT,
    Answer,
    AnswerKind,
    Cells,
    Days,
    Money,
    Question,
    Unit,
    bad_date,
    date_hint,
    not_text,
    warn_of_odd,
)
from sequestration.frames._engines.schedule_arrays import MAX_CENTS, Law, service_days
from sequestration.frames._engines.text_amounts import cents_in_text

__all__ = ["add_columns", "write_totals"]

_HELD = f"{OWN_PREFIX}held"  # Prefix of temporary columns, which are dropped at the end.
_MAX_OF_32_BITS = 2**32 - 1
_DIVIDE_IN_DOUBLES = frozenset({"PYSPARK", "PYSPARK_CONNECT", "SQLFRAME", "IBIS"})


def add_columns(frame: Any, question: Question) -> Any:
    """The narwhals frame with the new columns."""
    schema = frame.collect_schema()
    columns = schema.names()
    question.require_columns(columns)
    engine = _ENGINES.get(frame.implementation.name, _Expressions)(frame)
    cells = _cells(engine, schema, question)
    answers = question.rule(engine, cells)
    kind = schema[question.money[question.kind_of]]
    new = {name: _written(engine, answer, kind, question) for name, answer in answers.items()}
    if question.flag is not None:
        new[question.flag] = reduce(or_, (money.odd for money in cells.money.values()))
    if isinstance(engine.frame, nw.DataFrame):
        for role, name in question.money.items():
            warn_of_odd(name, engine.frame.select(cells.money[role].odd.alias(name))[name].arg_true().to_list())
    done = engine.frame.with_columns(**new)
    return done.select(*columns, *(name for name in new if name not in columns)) if engine.held else done


def write_totals(totals: Any, columns: Sequence[str], kind: Any, unit: Unit) -> Any:
    """A narwhals frame whose columns of whole cents get another column's kind."""
    engine = _ENGINES.get(totals.implementation.name, _Expressions)(totals)
    cents_a_unit = 1 if unit == "cents" else 100
    return totals.with_columns(**{name: _in_kind_of(engine, nw.col(name), kind, cents_a_unit) for name in columns})


@attrs.define(eq=False)
class _Expressions:
    """The engine for expressions.

    Values that are used more than once are kept in temporary columns of the frame.
    """

    frame: Any
    held: int = 0

    @property
    def divides_in_doubles(self) -> bool:
        return self.frame.implementation.name in _DIVIDE_IN_DOUBLES

    def hold(self, value: nw.Expr) -> nw.Expr:
        name = self._new_name()
        self.frame = self.frame.with_columns(value.alias(name))
        return nw.col(name)

    def only(self, value: nw.Expr, known: nw.Expr) -> nw.Expr:
        return nw.when(known).then(value).otherwise(None)

    def choose(self, cases: Sequence[tuple[nw.Expr, Any]], otherwise: Any) -> Any:
        for condition, value in reversed(cases):
            otherwise = nw.when(condition).then(_literal(value)).otherwise(_literal(otherwise))
        return otherwise

    def word(self, cases: Sequence[tuple[nw.Expr, str]], otherwise: str) -> Any:
        return self.choose(cases, otherwise)

    def word_among(
        self, rows: nw.Expr, facts: tuple[Any, ...], cases: Callable[..., Sequence[tuple[nw.Expr, str]]]
    ) -> tuple[Any, Any]:
        return self.choose(cases(*facts), otherwise=None), rows

    def nearest(self, numerator: nw.Expr, denominator: int, negative: nw.Expr) -> Any:
        # Floor division rounds down, so a negative half cent needs a numerator that is one less to go away from zero.
        half = denominator // 2
        return (numerator + nw.when(negative).then(nw.lit(half - 1)).otherwise(nw.lit(half))) // denominator

    def quotient(self, numerator: nw.Expr, denominator: Any) -> Any:
        return numerator // denominator

    def share(self, number: nw.Expr, of: int) -> nw.Expr:
        return number.cast(nw.Float64) / of

    def numerator(self, days: Days, law: Law) -> Any:
        """A chain of cases, which needs no sort or join; null where the day is null."""
        return self.only(_stepwise(days, law.edges, law.numerators), days.known)

    def month(self, days: Days) -> Any:
        return self.only(days.at.dt.truncate("1mo").cast(nw.Date), days.known)

    def scaled(self, decimals: nw.Expr, by: int) -> Any:
        """Decimals times a whole number."""
        return decimals * nw.lit(Decimal(by))

    def in_order(self, first: Days, last: Days) -> Any:
        return last.at.cast(nw.Date) >= first.at.cast(nw.Date)

    def _new_name(self) -> str:
        self.held += 1
        return f"{_HELD} {self.held}"


@attrs.define(eq=False)
class _Polars(_Expressions):
    """Engine for polars.

    It multiplies by the inverse of a constant divisor, which misses the nearest double.
    """

    def share(self, number: nw.Expr, of: int) -> nw.Expr:
        number = number.cast(nw.Float64)
        return number / (number * 0 + of)  # A column as divisor makes polars divide.


@attrs.define(eq=False)
class _DuckDB(_Expressions):
    """Engine for DuckDB, with faster forms of two narwhals expressions.

    DuckDB takes two to three times as long for the usual forms.
    """

    def nearest(self, numerator: nw.Expr, denominator: int, negative: nw.Expr) -> Any:
        half = denominator // 2
        away = nw.when(negative).then(nw.lit(-half)).otherwise(nw.lit(half))
        return self.quotient(numerator + away, denominator)

    def quotient(self, numerator: nw.Expr, denominator: Any) -> Any:
        """DuckDB's own //, which truncates toward zero."""
        from duckdb import ColumnExpression, ConstantExpression, StarExpression

        above = self._held_name(numerator)
        by_column = isinstance(denominator, nw.Expr)
        below = ColumnExpression(self._held_name(denominator)) if by_column else ConstantExpression(denominator)
        name = self._new_name()
        divided = (ColumnExpression(above) // below).alias(name)
        self.frame = nw.from_native(self.frame.to_native().select(StarExpression(), divided))
        return nw.col(name)

    def numerator(self, days: Days, law: Law) -> Any:
        """The last change of rate as a sum, which passes a null day through."""
        if not law.edges:
            return super().numerator(days, law)
        change = law.numerators[-1] - law.numerators[-2]
        until = _stepwise(days, law.edges[:-1], law.numerators[:-1])
        until = nw.when(_without_service(days)).then(None).otherwise(until)
        return until + (days.at >= _edge(law.edges[-1], days)).cast(nw.Int64) * change

    def _held_name(self, value: nw.Expr) -> str:
        self.hold(value)
        return f"{_HELD} {self.held}"


@attrs.define(eq=False)
class _Ibis(_Expressions):
    """Engine for ibis.

    It writes a decimal constant with nine places, so that a product would overflow.
    """

    def scaled(self, decimals: nw.Expr, by: int) -> Any:
        return decimals * by


@attrs.define(eq=False)
class _SQLFrame(_Expressions):
    """Engine for sqlframe.

    Its quotient of whole numbers is a double, with which further products would not be exact.
    """

    def nearest(self, numerator: nw.Expr, denominator: int, negative: nw.Expr) -> Any:
        return super().nearest(numerator, denominator, negative).cast(nw.Int64)

    def quotient(self, numerator: nw.Expr, denominator: Any) -> Any:
        return (numerator // denominator).cast(nw.Int64)


_ENGINES = {"DUCKDB": _DuckDB, "IBIS": _Ibis, "POLARS": _Polars, "SQLFRAME": _SQLFrame}


@attrs.frozen(eq=False)
class _Words:
    """A column of words in lower case, without surrounding blanks."""

    values: nw.Expr

    @property
    def known(self) -> nw.Expr:
        return ~self.values.is_null()

    def isin(self, words: Collection[str]) -> nw.Expr:
        return self.known & self.values.is_in(sorted(words))


def _stepwise(days: Days, edges: Sequence[date], numerators: Sequence[int]) -> Any:
    found = nw.lit(numerators[-1])
    for edge, numerator in zip(reversed(edges), reversed(numerators[:-1]), strict=True):
        found = nw.when(days.at < _edge(edge, days)).then(nw.lit(numerator)).otherwise(found)
    return found


def _edge(day: date, days: Days) -> date:
    """The day in the column's own type: a timestamp if the column has timestamps."""
    return datetime.combine(day, time.min) if days.ticks > 1 else day


def _literal(value: Any) -> Any:
    return value if isinstance(value, nw.Expr) else nw.lit(value)


def _cells(engine: _Expressions, schema: Any, question: Question) -> Cells:
    money = {
        role: _money(engine, name, schema[name], question, zero_if_null=role in question.zero_if_null)
        for role, name in question.money.items()
    }
    days = {role: _days(engine, name, schema[name], question) for role, name in question.days.items()}
    words = {role: _Words(_lower(name, schema[name])) for role, name in question.words.items()}
    return Cells(money, days, words)


def _lower(name: str, kind: Any) -> nw.Expr:
    column = nw.col(name)
    if kind in (nw.Categorical, nw.Enum, nw.Unknown):  # Unknown is the type of a column with nothing but nulls.
        column = column.cast(nw.String)
    elif kind != nw.String:
        raise not_text(name, kind)
    return column.str.strip_chars().str.to_lowercase()


def _money(engine: _Expressions, name: str, kind: Any, question: Question, *, zero_if_null: bool) -> Money:
    """Whole cents, null where there are none.

    Decimals and text must be whole cents; floats must be close to a whole cent.
    """
    column = nw.col(name)
    if kind.is_integer():
        fitting = _fitting_numbers(engine, column, kind, MAX_CENTS // question.cents_a_unit)
        cents = fitting if kind == nw.Int64 else fitting.cast(nw.Int64)  # 32 bits would overflow.
        cents = cents if question.cents_a_unit == 1 else cents * question.cents_a_unit
        odd = fitting.is_null() & ~column.is_null()
    elif kind.is_float():
        scaled = column.cast(nw.Float64) * question.cents_a_unit
        cents = _close_to_whole(engine.hold(scaled))
        cents = engine.hold(cents)
        odd = cents.is_null() & ~column.is_null()
    elif kind.is_decimal():
        limit = Decimal(MAX_CENTS) / question.cents_a_unit  # Exact, and compared before a product could overflow.
        fitting = nw.when((column <= nw.lit(limit)) & (column >= nw.lit(-limit))).then(column).otherwise(None)
        cents = engine.hold(_whole_of_decimal(engine.scaled(fitting, question.cents_a_unit), kind, question))
        odd = cents.is_null() & ~column.is_null()
    elif kind == nw.String:
        cents = engine.hold(cents_in_text(engine, column, question.cents_a_unit))
        odd = cents.is_null() & ~column.is_null()
    else:
        raise InvalidAmountType(
            f"column {name} has type {kind}. Amounts must be integers, floats, decimals or text. Cast it first."
        )
    if zero_if_null:
        cents = nw.when(column.is_null()).then(nw.lit(0)).otherwise(cents)
    return Money(cents, ~cents.is_null(), odd)


def _fitting_numbers(engine: _Expressions, column: nw.Expr, kind: Any, limit: int) -> Any:
    """Whole numbers, null where they are too large for an amount.

    The largest of 64 bits often means something else, and would overflow. A frame that is not lazy is looked at first.
    """
    if kind in (nw.Int8, nw.Int16, nw.Int32, nw.UInt8, nw.UInt16, nw.UInt32) and limit > _MAX_OF_32_BITS:
        return column
    signed = kind not in (nw.UInt64, nw.UInt128)
    if isinstance(engine.frame, nw.DataFrame):
        least, most = engine.frame.select(column.min().alias("least"), column.max().alias("most")).row(0)
        if most is None or (most <= limit and (not signed or least >= -limit)):
            return column
    fits = (column <= limit) & (column >= -limit) if signed else column <= nw.lit(limit, kind)
    return nw.when(fits).then(column).otherwise(None)


def _close_to_whole(scaled: nw.Expr) -> Any:
    """The whole cent nearest to a double; null for other values, infinity and NaN."""
    below = scaled.floor()  # A half added first would round large amounts to another whole number.
    whole = nw.when(scaled - below >= 0.5).then(below + 1).otherwise(below)
    off = scaled - whole
    close = (off <= CENT_TOLERANCE) & (off >= -CENT_TOLERANCE) & (scaled <= MAX_CENTS) & (scaled >= -MAX_CENTS)
    return nw.when(close).then(whole).otherwise(None).cast(nw.Int64)


def _whole_of_decimal(scaled: nw.Expr, kind: Any, question: Question) -> Any:
    places = 0 if question.cents_a_unit == 1 else 2
    if (kind.scale or 0) <= places:
        return scaled.cast(nw.Int64)
    whole = scaled.floor()
    return nw.when(scaled == whole).then(whole).otherwise(None).cast(nw.Int64)


def _days(engine: _Expressions, name: str, kind: Any, question: Question) -> Days:
    column = nw.col(name)
    if kind == nw.Date:
        return _service_days(column, 1)
    if kind == nw.Datetime:
        if kind.time_zone is not None:
            raise InvalidDateType(
                f"column {name} has a time zone ({kind.time_zone}), which could change the day. "
                "Cast it to a date first."
            )
        return _service_days(column, 2)
    if kind == nw.String and question.date_format is not None:
        return _service_days(_parsed(engine, name, column.str.to_date(format=question.date_format)), 1)
    if (kind.is_integer() or kind.is_float()) and question.date_format == WHOLE_NUMBER_FORMAT:
        number = engine.hold((_whole_number(column) if kind.is_float() else column).cast(nw.Int64))
        text = engine.hold(_text_of_number(number))
        return _service_days(_parsed(engine, name, text.str.to_date(format=WHOLE_NUMBER_FORMAT)), 1)
    hint = date_hint(text=kind == nw.String, whole=kind.is_integer() or kind.is_float())
    raise InvalidDateType(f"column {name} has type {kind}, which is not a date. {hint}")


def _whole_number(column: nw.Expr) -> Any:
    """A float that may be a date (YYYYMMDD); null for NaN, and zero for others."""
    right = (column == column.floor()) & (column > 0) & (column <= LAST_WHOLE_NUMBER)
    return nw.when(column.is_null() | column.is_nan()).then(None).otherwise(nw.when(right).then(column).otherwise(0.0))


def _text_of_number(number: nw.Expr) -> Any:
    """A whole number (YYYYMMDD) as text, or text that no engine takes for a date.

    Some engines take February 30 for March 1, and a number of seven digits for a date.
    """
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    wrong = (year < 1000) | (year > 9999) | (month < 1) | (month > 12) | (day < 1) | (day > 31)
    wrong = wrong | ((day == 31) & month.is_in([4, 6, 9, 11]))
    wrong = wrong | ((month == 2) & ((day > 29) | ((day == 29) & ~leap)))
    return nw.when(wrong).then(nw.lit("a number that is not a date")).otherwise(number.cast(nw.String))


def _service_days(column: nw.Expr, ticks: int) -> Days:
    """Days that are neither null dates nor before Medicare."""
    days = Days(column, ~column.is_null(), ticks)
    return attrs.evolve(days, known=days.known & ~_without_service(days))


def _without_service(days: Days) -> Any:
    """Days that mean a missing date, or are before Medicare."""
    first, null_dates = service_days()
    found = days.at < _edge(first, days)
    for null in null_dates:
        on_it = days.at >= _edge(null, days)
        found = found | (on_it if null == date.max else on_it & (days.at < _edge(null + timedelta(1), days)))
    return found


def _parsed(engine: _Expressions, name: str, days: nw.Expr) -> nw.Expr:
    """Parse days from text, once for all comparisons of them.

    A frame that is not lazy is parsed at once, so that bad text raises an error of ours.
    """
    if not isinstance(engine.frame, nw.DataFrame):
        return engine.hold(days)
    try:
        return engine.hold(days)
    except Exception as error:
        raise bad_date(name, error) from error


def _written(engine: _Expressions, answer: Answer, kind: Any, question: Question) -> Any:
    """The new column in its own kind, null where it is not known."""
    value = answer.value
    if answer.kind is AnswerKind.MONEY:
        value = _in_kind_of(engine, value, kind, question.cents_a_unit)
    if answer.carried:
        return value
    return nw.when(answer.known).then(_literal(value)).otherwise(None)


def _in_kind_of(engine: _Expressions, cents: nw.Expr, kind: Any, cents_a_unit: int) -> nw.Expr:
    """Cents in the kind of the source: whole cents, decimals, or nearest doubles.

    Text gets decimals.
    """
    if kind.is_decimal() or kind == nw.String:
        return cents * nw.lit(Decimal(1) / cents_a_unit)
    if kind.is_float() or cents_a_unit != 1:
        return engine.share(cents, cents_a_unit)
    return cents
