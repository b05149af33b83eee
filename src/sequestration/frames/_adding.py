"""Frames with new columns: the cut, the check of a reported cut, the payment before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import attrs

from sequestration._deciding import ClaimType
from sequestration._errors import InvalidSchedule
from sequestration._reduction import schedule_or_default
from sequestration._schedule import RateSchedule
from sequestration._values import as_truth
from sequestration.frames._asking import Question, Rule, Unit, roles_of_dates
from sequestration.frames._engines import answer, columns_of
from sequestration.frames._law import Law
from sequestration.frames._rules import Basis, Deciding, checking, grossing, reducing

if TYPE_CHECKING:
    from narwhals.stable.v2.typing import IntoFrameT

__all__ = ["add_back", "add_reduction", "check"]


def add_reduction(
    df: IntoFrameT,
    *,
    payable: str,
    on: str | None = None,
    into: str = "expected_253",
    from_date: str | None = None,
    through_date: str | None = None,
    claim_type: ClaimType | str | None = None,
    unit: Unit = "dollars",
    schedule: RateSchedule | None = None,
    parse_dates: bool | str = False,
    flag: str | None = None,
    overwrite: bool = False,
) -> IntoFrameT:
    """The frame with the cut that the law takes from each payable, as `expected_reduction` figures it.

    `payable` is the column of what Medicare itself would pay, `on` that of the date that decides. Instead of
    `on`, `claim_type` decides between `from_date` and `through_date` (for inpatients the day of discharge): a
    `ClaimType` or its name for all rows, or a column of such names; a row of another type, or one that ends
    before it begins, has no rate and gets null.

    Amounts are in dollars, or with `unit="cents"` in cents: whole numbers, decimals or floats. The new column is
    of the same kind; whole dollars give floats, for a cut has cents. A float counts as the cent it is nearest to.
    What lies more than a hundredth of a cent from one becomes null, as does a decimal that is no whole cents:
    `flag` names a column to say where, and a frame that is not lazy warns. Null in, null out. All amounts up
    to 90 trillion dollars are exact.

    Dates are dates or moments without a time zone (their day counts), or text as YYYY-MM-DD with
    `parse_dates=True`, or in another format such as "%Y%m%d" given there. Columns that are there are replaced
    only with `overwrite=True`.
    Raises `UnknownColumn`, `ColumnExists`, `InvalidAmountType`, `InvalidDateType`, `InvalidDate` and
    `MissingExtra`; what only shows in the rows of a lazy frame, its engine raises when it is collected.

    >>> import pandas as pd
    >>> payments = pd.DataFrame({"payable": [40.00, 0.25], "day": ["2019-03-01", "2022-05-10"]})
    >>> add_reduction(payments, payable="payable", on="day", parse_dates=True)["expected_253"].tolist()
    [0.8, 0.0]
    """
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    options = _Options(unit, parse_dates, flag, overwrite)
    return _asked(
        df, {"payable": payable}, dates, options, lambda deciding: reducing(deciding, into), [into], "payable"
    )


def check(
    df: IntoFrameT,
    *,
    reported: str,
    paid: str,
    on: str | None = None,
    paid_elsewhere: str | None = None,
    group: str | None = None,
    assigned: bool | None = None,
    allowed: str | None = None,
    patient_responsibility: str | None = None,
    basis: Basis = "net",
    null_is_zero: bool = False,
    prefix: str = "",
    from_date: str | None = None,
    through_date: str | None = None,
    claim_type: ClaimType | str | None = None,
    unit: Unit = "dollars",
    schedule: RateSchedule | None = None,
    parse_dates: bool | str = False,
    flag: str | None = None,
    overwrite: bool = False,
) -> IntoFrameT:
    """The frame with `rate`, `payable`, `expected`, `difference` and `verdict` of each reported cut.

    Row by row the same as `check_adjustment`: `reported` is the column of the 253's amount, `paid` of what was
    paid, `paid_elsewhere` of what Medicare paid under another code, `group` of the group code (null: CO).
    `allowed` and `patient_responsibility`, both or neither, show where a place does not balance and so proves
    nothing. `basis="gross"` says that `paid` stands before the cut.

    A zero in `reported` says that there was no 253 where one should be, so the verdict may be `missing`. A null
    says nothing, and the verdict is null; with `null_is_zero=True` a null in `reported` or `paid_elsewhere` is
    a zero. Where all of the payable was cut, there is no base: payable, expected and difference are null.
    `assigned` is True, False or None for all rows.

    The verdict is text, a value of `Verdict`; the rate a float; amounts are of the kind of `paid`. `prefix` goes
    before the new names. All else is as for `add_reduction`.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"co253": [0.80, 1.00], "paid": [39.20, 39.00], "day": ["2019-03-01"] * 2})
    >>> check(lines, reported="co253", paid="paid", on="day", parse_dates=True)["verdict"].tolist()
    ['correct', 'cut_too_large']
    """
    if (allowed is None) != (patient_responsibility is None):
        raise TypeError("give both allowed and patient_responsibility, or neither")
    money = {
        "reported": reported,
        "paid": paid,
        "paid_elsewhere": paid_elsewhere,
        "allowed": allowed,
        "patient_responsibility": patient_responsibility,
    }
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    options = _Options(unit, parse_dates, flag, overwrite)
    said_assigned = as_truth(assigned, "assigned")
    if as_truth(null_is_zero, "null_is_zero"):
        options = attrs.evolve(options, zero_if_null=frozenset({"reported", "paid_elsewhere"}))
    _known_basis(basis)

    def name(column: str) -> str:
        return f"{prefix}{column}"

    return _asked(
        df,
        {role: column for role, column in money.items() if column is not None},
        dates,
        options,
        lambda deciding: checking(deciding, name, basis, assigned=said_assigned),
        [name(column) for column in ("rate", "payable", "expected", "difference", "verdict")],
        "paid",
        words={} if group is None else {"group": group},
    )


def add_back(
    df: IntoFrameT,
    *,
    paid: str,
    on: str | None = None,
    into: str = "gross",
    basis: Basis = "net",
    from_date: str | None = None,
    through_date: str | None = None,
    claim_type: ClaimType | str | None = None,
    unit: Unit = "dollars",
    schedule: RateSchedule | None = None,
    parse_dates: bool | str = False,
    flag: str | None = None,
    overwrite: bool = False,
) -> IntoFrameT:
    """The frame with the payments before the cut: `gross_low` and `gross_high`, named after `into`.

    They are the lowest and the highest payable that leave what was `paid`, as `payables_from_paid` finds them;
    mostly the same, but at 2 % one paid amount in 49 has two. `basis="gross"` says that the column stands before
    the cut already: then both are what it holds. All else is as for `add_reduction`.
    Raises `InvalidSchedule` where some day's rate is 1, so that every payable leaves nothing.

    >>> import pandas as pd
    >>> paid = pd.DataFrame({"paid": [39.20, 0.24], "day": ["2019-03-01", "2024-03-01"]})
    >>> add_back(paid, paid="paid", on="day", parse_dates=True)[["gross_low", "gross_high"]].values.tolist()
    [[40.0, 40.0], [0.24, 0.25]]
    """
    _known_basis(basis)
    low, high = f"{into}_low", f"{into}_high"
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    if dates.law.takes_all:
        raise InvalidSchedule("at a rate of 1 every payable leaves nothing: the payable cannot be told")
    options = _Options(unit, parse_dates, flag, overwrite)
    return _asked(
        df, {"paid": paid}, dates, options, lambda deciding: grossing(deciding, low, high, basis), [low, high], "paid"
    )


@attrs.frozen
class _Dates:
    """What decides on the rate, as the caller says it."""

    on: str | None
    from_date: str | None
    through_date: str | None
    claim_type: ClaimType | str | None
    schedule: RateSchedule | None

    @property
    def law(self) -> Law:
        return Law.of(schedule_or_default(self.schedule))


@attrs.frozen
class _Options:
    """What holds for every column alike."""

    unit: Unit
    parse_dates: bool | str
    flag: str | None
    overwrite: bool
    zero_if_null: frozenset[str] = frozenset()


def _asked(
    df: IntoFrameT,
    money: Mapping[str, str],
    dates: _Dates,
    options: _Options,
    rule: Callable[[Deciding], Rule],
    new: Sequence[str],
    kind_of: str,
    words: Mapping[str, str] | None = None,
) -> IntoFrameT:
    """The frame with the columns that a rule makes."""
    days, kind = roles_of_dates(
        columns_of(df),
        on=dates.on,
        from_date=dates.from_date,
        through_date=dates.through_date,
        claim_type=dates.claim_type,
    )
    read = dict(words or {})
    if dates.claim_type is not None and kind is None:
        read["claim_type"] = str(dates.claim_type)
    question = Question(
        money=money,
        days=days,
        words=read,
        rule=rule(Deciding(dates.law, kind)),
        new=new,
        kind_of=kind_of,
        **attrs.asdict(options),
    )
    return cast("IntoFrameT", answer(df, question))


def _known_basis(basis: Any) -> None:
    if basis not in ("net", "gross"):
        raise ValueError(f"basis is 'net' (paid after the cut) or 'gross' (before it), not {basis!r}")
