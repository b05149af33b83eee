"""Describe a task on a frame: the columns it reads, their roles, and the rule.

Every engine (arrays for pandas, narwhals expressions for all others) runs the same tasks with the same rules. A
rule works on cells with the common operators, and takes from `Engine` what operators cannot express.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Literal, Protocol, TypeAlias

import attrs

from sequestration._checking.deciding_date import BY_FIRST_DAY, ClaimType
from sequestration._errors import (
    ColumnExists,
    InvalidArgument,
    InvalidArgumentType,
    InvalidDate,
    SequestrationWarning,
    UnknownColumn,
)
from sequestration._flags import as_bool_or_none
from sequestration.frames._engines.schedule_arrays import Law

__all__ = [
    "CENT_TOLERANCE",
    "LAST_WHOLE_NUMBER",
    "OWN_PREFIX",
    "WHOLE_NUMBER_FORMAT",
    "Answer",
    "AnswerKind",
    "Cells",
    "Condition",
    "Days",
    "Engine",
    "Money",
    "Number",
    "Question",
    "Rule",
    "Unit",
    "Words",
    "bad_date",
    "date_hint",
    "not_text",
    "refuse_existing",
    "require_column",
    "require_unit",
    "roles_of_dates",
    "warn_of_odd",
]

WHOLE_NUMBER_FORMAT = "%Y%m%d"
"""The only format of dates that whole numbers can have, in the form YYYYMMDD."""
LAST_WHOLE_NUMBER = 9999_12_31
"""The last day in that form."""
CENT_TOLERANCE = 0.01
"""Cents. A float farther than this from a whole cent is not an amount."""
OWN_PREFIX = "sequestration: "
"""Prefix of our columns while they are next to the caller's."""

Unit: TypeAlias = Literal["dollars", "cents"]
Number: TypeAlias = Any
"""A column of whole numbers as an engine holds it: an int64 array, or an Int64 expression."""

Condition: TypeAlias = Any
"""A column of truth values as an engine holds it."""


class AnswerKind(Enum):
    """Contents of a new column."""

    MONEY = auto()
    RATE = auto()
    WORD = auto()
    FLAG = auto()
    WHOLE = auto()
    """Whole numbers as computed: cents stay cents."""
    MONTH = auto()
    """The first day of a month."""


@attrs.frozen(eq=False)
class Money:
    """A column of amounts: whole cents, where they are known, and where not whole."""

    cents: Number
    known: Condition
    odd: Condition


@attrs.frozen(eq=False)
class Days:
    """A column of days as its engine holds it, and where they are known."""

    at: Any
    known: Condition
    ticks: int = 1
    """Number of the column's units in a day."""


class Words(Protocol):
    """A column of words, ignoring case and surrounding blanks."""

    def isin(self, words: Collection[str]) -> Condition:
        """Rows whose word is one of these, in lower case; a null is not."""

    @property
    def known(self) -> Condition:
        """Rows that have a word."""


@attrs.frozen(eq=False)
class Cells:
    """The columns that a rule reads, by role."""

    money: Mapping[str, Money]
    days: Mapping[str, Days]
    words: Mapping[str, Words]


@attrs.frozen(eq=False)
class Answer:
    """A new column, null where `known` is not true.

    `carried` means that nulls pass through the computation by themselves.
    """

    kind: AnswerKind
    value: Any
    known: Condition
    carried: bool = False


class Engine(Protocol):
    """Operations of an engine beyond + - * and comparisons."""

    @property
    def divides_in_doubles(self) -> bool:
        """Whether whole numbers are divided as doubles, exact only up to 2**53."""
        ...

    def hold(self, value: Any) -> Any:
        """A value that is used more than once but computed only once."""

    def only(self, value: Number, known: Condition) -> Number:
        """The number where it is known; other rows are null or do not count."""

    def choose(self, cases: Sequence[tuple[Condition, Any]], otherwise: Any) -> Any:
        """The number of the first case that is true."""

    def word(self, cases: Sequence[tuple[Condition, str]], otherwise: str) -> Any:
        """The word of the first case that is true."""

    def word_among(
        self, rows: Condition, facts: tuple[Any, ...], cases: Callable[..., Sequence[tuple[Condition, str]]]
    ) -> tuple[Any, Condition]:
        """The word of the first case that is true, in some rows, and where there is one.

        `facts` are what `cases` is called with; an engine may give it those of these rows only.
        """
        ...

    def nearest(self, numerator: Number, denominator: int, negative: Condition) -> Number:
        """The nearest whole number to a quotient, halves away from zero.

        The denominator is even. `negative` is true where the numerator is negative, and may be true where it is
        zero.
        """

    def quotient(self, numerator: Number, denominator: Number) -> Number:
        """The whole part of a quotient of two non-negative numbers."""

    def share(self, number: Number, of: int) -> Any:
        """The double nearest to a quotient."""

    def numerator(self, days: Days, law: Law) -> Number:
        """The numerator of each day's rate."""

    def month(self, days: Days) -> Any:
        """The first day of each day's month."""

    def in_order(self, first: Days, last: Days) -> Condition:
        """Rows in which the last day is not before the first."""


Rule: TypeAlias = Callable[[Engine, Cells], Mapping[str, Answer]]


@attrs.frozen(kw_only=True)
class Question:
    """A task: the columns a rule reads, their roles, and what it computes.

    `kind_of` is the amount whose kind the new amounts get. `zero_if_null` are the amounts for which a null means
    that there is none. `flag` names a column that marks amounts that are not whole cents.
    """

    money: Mapping[str, str]
    days: Mapping[str, str]
    words: Mapping[str, str] = attrs.field(factory=dict)
    rule: Rule
    new: Sequence[str]
    kind_of: str
    unit: Unit = "dollars"
    parse_dates: bool | str = False
    zero_if_null: frozenset[str] = frozenset()
    overwrite: bool = False
    flag: str | None = None

    def __attrs_post_init__(self) -> None:
        require_unit(self.unit)
        as_bool_or_none(self.overwrite, "overwrite")

    @property
    def cents_a_unit(self) -> int:
        """Cents in one unit of the columns."""
        return 1 if self.unit == "cents" else 100

    @property
    def date_format(self) -> str | None:
        """Format of a text column of dates; None if text is not to be parsed."""
        if self.parse_dates is True:
            return "%Y-%m-%d"
        return self.parse_dates or None

    def require_columns(self, columns: Collection[Any]) -> None:
        """Raise `UnknownColumn` or `ColumnExists` if the columns do not fit the task."""
        for wanted in (self.money, self.days, self.words):
            for name in wanted.values():
                require_column(name, columns)
        if not self.overwrite:
            refuse_existing([*self.new, *([] if self.flag is None else [self.flag])], columns)


def require_unit(unit: Any) -> None:
    """Raise `InvalidArgument` for an unknown unit."""
    if unit not in ("dollars", "cents"):
        raise InvalidArgument(f"unit must be 'dollars' or 'cents', not {unit!r}")


def require_column(name: Any, columns: Collection[Any]) -> None:
    """Raise `UnknownColumn`, which lists the columns, if one is missing or ambiguous."""
    times = list(columns).count(name)
    if times != 1:
        there = ", ".join(str(column) for column in columns)
        wrong = f"column {name!r} not found" if not times else f"{times} columns have the name {name!r}"
        raise UnknownColumn(f"{wrong}. Available columns: {there}")


def refuse_existing(new: Collection[Any], columns: Collection[Any]) -> None:
    """Raise `ColumnExists` if a new column would overwrite one."""
    there = [str(name) for name in new if name in columns]
    if there:
        raise ColumnExists(f"The frame already has {', '.join(there)}. Choose other names, or pass overwrite=True.")


def not_text(name: Any, kind: Any) -> InvalidArgumentType:
    """Build the error for a column that should hold words but has another type."""
    return InvalidArgumentType(
        f"column {name} has type {kind}. Group codes and claim types must be text. Cast it first."
    )


def date_hint(*, text: bool, whole: bool) -> str:
    """Advice for a column that does not hold dates."""
    if whole:
        return f'Cast it to a date first, or pass parse_dates="{WHOLE_NUMBER_FORMAT}" to read whole numbers (YYYYMMDD).'
    return "Pass parse_dates=True to read text as YYYY-MM-DD." if text else "Cast it to a date first."


def bad_date(name: Any, error: Exception) -> InvalidDate:
    """Build the error for text that an engine could not read as dates.

    Of the engine's own error, the first line is kept, without pandas' advice on its own options.
    """
    said = str(error).partition("\n")[0].removesuffix(" You might want to try:").rstrip(".")
    return InvalidDate(f'column {name}: {said}. For another format, pass it, such as parse_dates="%m/%d/%Y".')


def warn_of_odd(name: Any, places: Sequence[int]) -> None:
    """Warn about amounts that are not whole cents, or are too large.

    A lazy frame cannot find them.
    """
    if places:
        warnings.warn(
            f"Amounts in column {name} that are not numbers, not in whole cents, or too large: {len(places):,}. The "
            f"first is in row {places[0] + 1:,}, counted from 1. Results that depend on them are null. Pass "
            "flag='a name' to add a column that marks them.",
            SequestrationWarning,
            stacklevel=5,
        )


def roles_of_dates(
    columns: Collection[Any],
    *,
    on: str | None,
    from_date: str | None,
    through_date: str | None,
    claim_type: ClaimType | str | None,
) -> tuple[dict[str, str], ClaimType | None]:
    """Date columns by role, and the claim type of all rows; None if a column has it.

    A text that names a column is that column, else it is a claim type.
    """
    given = {"from": from_date, "through": through_date}
    roles = {role: name for role, name in given.items() if name is not None}
    if on is not None:
        if roles or claim_type is not None:
            raise InvalidArgumentType("Pass either on or claim_type with from_date and through_date, not both.")
        return {"on": on}, None
    if claim_type is None:
        raise InvalidArgumentType(
            "Pass on, the column of the date that sets the rate, or claim_type with from_date and through_date."
        )
    if not isinstance(claim_type, ClaimType) and claim_type in columns:
        if len(roles) < len(given):
            raise InvalidArgumentType("A column of claim types needs both from_date and through_date.")
        return roles, None
    kind = _claim_type(claim_type, columns)
    needed = "from" if kind in BY_FIRST_DAY or kind is ClaimType.PLAN_PAYMENT else "through"
    if needed not in roles:
        raise InvalidArgumentType(f"The rate of claims of type {kind} depends on {needed}_date. Pass {needed}_date.")
    return roles, kind


def _claim_type(value: str, columns: Collection[Any]) -> ClaimType:
    try:
        return ClaimType(value.lower())
    except ValueError:
        there = ", ".join(str(column) for column in columns)
        raise UnknownColumn(
            f"{value!r} is neither a column nor a claim type. Columns: {there}. Claim types: {', '.join(ClaimType)}"
        ) from None
