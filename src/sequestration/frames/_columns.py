"""Add columns to frames: sequestration, a check of it, the amount before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import attrs

from sequestration._checking.deciding_date import ClaimType
from sequestration._errors import InvalidArgument, InvalidArgumentType, InvalidSchedule
from sequestration._flags import as_bool_or_none
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration.frames._engines.dispatch import IntoFrameT, add_columns, column_names, unwrap
from sequestration.frames._engines.question import Question, Rule, Unit, refuse_existing, require_column, roles_of_dates
from sequestration.frames._engines.rules import Basis, Deciding, checking, grossing, reducing
from sequestration.frames._engines.schedule_arrays import Law
from sequestration.frames._repeated_payments import hidden_columns, mark_repeated_payments

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
    """Add the sequestration of each payable amount, as in `expected_reduction`.

    Amounts are whole numbers, decimals, floats, or text such as "40.00", as `expected_reduction` takes it. The new
    column is of the same kind, except that text gives decimals, and whole dollars give floats because sequestration
    has cents. A float counts as its nearest cent. An amount more than a hundredth of a cent from a whole cent becomes
    null, as does a decimal that is not whole cents, or a text that is not an amount; a frame that is not lazy warns
    about them. A null stays null. All amounts up to 90 trillion dollars are exact.

    Dates are dates, or timestamps without a time zone, of which the day counts. A date that CMS writes where there
    is none (1000-01-01, 9999-12-31) and a day before Medicare count as null: the new column is null there. Under a
    projected rate the amount is a forecast.

    Args:
        df: Frame of any engine that narwhals supports.
        payable: Column of Medicare's own payment before sequestration, in `unit`.
        on: Column of the date that sets the rate. Instead of it, give `claim_type` with the date columns.
        into: Name of the new column.
        from_date: Column of the first date of service, for `claim_type`.
        through_date: Column of the last date of service (inpatients: discharge), for `claim_type`.
        claim_type: A `ClaimType` or its name for all rows, or a column of such names. A row of another type, or
            one that ends before it begins, has no rate and gets null.
        unit: "dollars" or "cents", for all amounts.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        parse_dates: True if dates are text as YYYY-MM-DD, or another format such as "%Y%m%d", which also reads
            whole numbers (YYYYMMDD).
        flag: Name of a new column that marks amounts that are not whole cents; None for no such column.
        overwrite: Whether to replace existing columns.

    Raises:
        UnknownColumn: The frame lacks a column.
        ColumnExists: A new column exists and `overwrite` is False.
        InvalidAmountType: A column of amounts is of another type.
        InvalidDateType: A column of dates is of another type.
        InvalidDate: A text is not a date. A lazy frame raises its engine's own error when it is collected.
        InvalidSchedule: A rate has more than nine decimal places.
        MissingExtra: narwhals is not installed.
        InvalidArgumentType: `df` is not a frame, or the arguments for the date do not go together.
        InvalidArgument: `unit` or the claim type is unknown.

    >>> import pandas as pd
    >>> payments = pd.DataFrame({"payable": [40.00, 0.25], "day": ["2019-03-01", "2022-05-10"]})
    >>> add_reduction(payments, payable="payable", on="day", parse_dates=True)["expected_253"].tolist()
    [0.8, 0.0]
    """
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    options = _Options(unit, parse_dates, flag, overwrite)
    return _query(
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
    claim: str | None = None,
    charge: str | None = None,
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
    """Add the rate, the expected amount and the verdict of each reported amount.

    The new columns are `rate`, `payable`, `expected`, `difference`, `verdict`, `needs_review` and `explanation`. Every
    row gets what `check_adjustment` says of it; where the date is null or counts as null, all are null but
    `needs_review`. The verdict is text, a value of `Verdict`; `needs_review` is true or, also where there is no
    verdict, false; the explanation is the code of the likeliest mistake or fact (`ExplanationCode`), null where there
    is none or the verdict needs no review; the rate is a float; amounts are of the kind of the column `paid`. Where
    all of the payable amount was withheld, there is no base: payable, expected and difference are null. See
    `add_reduction` for the kinds of amounts and dates, and for dates that count as null.

    Args:
        df: Frame of any engine that narwhals supports.
        reported: Column of the 253, in `unit`. Zero means that there was none although one was due, so the
            verdict may be `missing`. Null says nothing and gives a null verdict.
        paid: Column of the amount paid, in `unit`.
        on: Column of the date that sets the rate. Instead of it, give `claim_type` with the date columns.
        paid_elsewhere: Column of what Medicare paid under another code, in `unit`.
        group: Column of the group code of the 253; null means CO.
        assigned: True, False or None for the claims of all rows.
        allowed: Column of the allowed amount, in `unit`; give `patient_responsibility`, too. The two show
            lines that do not balance and so prove nothing.
        patient_responsibility: Column of the patient responsibility, in `unit`.
        claim: Column that identifies the claim of each row; null means none. Then the payment of a whole
            claim that is repeated on its lines is found. All rows of the claim have one payment that is not
            zero, at least one verdict needs review, and the amounts in `reported` differ by more than a cent,
            the charges differ, or all that was withheld is due on that one payment. Then all rows are
            `undetermined` and True in the new column `payment_repeated`; a frame that is not lazy warns. Null
            amounts count as zero here.
        charge: Column of the billed charge, in `unit`, which helps explain a wrong amount, and for `claim`.
        basis: "net" if `paid` is after sequestration, "gross" if it is before.
        null_is_zero: Whether a null in `reported` or `paid_elsewhere` means zero.
        prefix: Text before the names of the new columns.
        from_date: Column of the first date of service, for `claim_type`.
        through_date: Column of the last date of service (inpatients: discharge), for `claim_type`.
        claim_type: A `ClaimType` or its name for all rows, or a column of such names.
        unit: "dollars" or "cents", for all amounts.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        parse_dates: True if dates are text as YYYY-MM-DD, or another format such as "%Y%m%d", which also reads
            whole numbers (YYYYMMDD).
        flag: Name of a new column that marks amounts that are not whole cents; None for no such column.
        overwrite: Whether to replace existing columns.

    Raises:
        UnknownColumn: The frame lacks a column.
        ColumnExists: A new column exists and `overwrite` is False.
        InvalidAmountType: A column of amounts is of another type.
        InvalidDateType: A column of dates is of another type.
        InvalidDate: A text is not a date. A lazy frame raises its engine's own error when it is collected.
        InvalidSchedule: A rate has more than nine decimal places.
        MissingExtra: narwhals is not installed.
        InvalidArgumentType: `df` is not a frame, or arguments do not go together.
        InvalidArgument: `unit`, `basis` or the claim type is unknown.

    >>> import pandas as pd
    >>> lines = pd.DataFrame({"co253": [0.80, 1.00], "paid": [39.20, 39.00], "day": ["2019-03-01"] * 2})
    >>> check(lines, reported="co253", paid="paid", on="day", parse_dates=True)["verdict"].tolist()
    ['correct', 'cut_too_large']
    """
    if (allowed is None) != (patient_responsibility is None):
        raise InvalidArgumentType("Pass both allowed and patient_responsibility, or neither.")
    money = {
        "reported": reported,
        "paid": paid,
        "paid_elsewhere": paid_elsewhere,
        "allowed": allowed,
        "patient_responsibility": patient_responsibility,
        "charge": charge,
    }
    kept = {} if claim is None else hidden_columns(charge=charge is not None)
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    options = _Options(unit, parse_dates, flag, overwrite)
    said_assigned = as_bool_or_none(assigned, "assigned")
    if as_bool_or_none(null_is_zero, "null_is_zero"):
        options = attrs.evolve(options, zero_if_null=frozenset({"reported", "paid_elsewhere"}))
    _require_basis(basis)

    def name(column: str) -> str:
        return f"{prefix}{column}"

    columns = [name(column) for column in _CHECKED]
    native, back = unwrap(df)
    if claim is not None:
        there = column_names(native)
        require_column(claim, there)
        if not overwrite:
            refuse_existing([name("payment_repeated")], there)
    checked = _query(
        native,
        {role: column for role, column in money.items() if column is not None},
        dates,
        options,
        lambda deciding: checking(deciding, name, basis, assigned=said_assigned, kept=kept),
        [*columns, *kept.values()],
        "paid",
        words={} if group is None else {"group": group},
    )
    done = checked if claim is None else mark_repeated_payments(checked, claim, name, kept)
    return cast("IntoFrameT", back(done))


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
    """Add the payable amounts before sequestration, in two columns.

    They are the lowest and the highest payable amount that leave what was `paid`, as `payables_from_paid` finds
    them. Most are equal; at 2%, one paid amount in 49 has two. See `add_reduction` for the kinds of amounts and
    dates, and for dates that count as null.

    Args:
        df: Frame of any engine that narwhals supports.
        paid: Column of the amount paid, in `unit`.
        on: Column of the date that sets the rate. Instead of it, give `claim_type` with the date columns.
        into: Beginning of the new columns' names: "gross" gives `gross_low` and `gross_high`.
        basis: "net" if `paid` is after sequestration; "gross" if it is before, which is then the result.
        from_date: Column of the first date of service, for `claim_type`.
        through_date: Column of the last date of service (inpatients: discharge), for `claim_type`.
        claim_type: A `ClaimType` or its name for all rows, or a column of such names.
        unit: "dollars" or "cents", for all amounts.
        schedule: Rates to apply; None for `MEDICARE_FFS`.
        parse_dates: True if dates are text as YYYY-MM-DD, or another format such as "%Y%m%d", which also reads
            whole numbers (YYYYMMDD).
        flag: Name of a new column that marks amounts that are not whole cents; None for no such column.
        overwrite: Whether to replace existing columns.

    Raises:
        UnknownColumn: The frame lacks a column.
        ColumnExists: A new column exists and `overwrite` is False.
        InvalidAmountType: A column of amounts is of another type.
        InvalidDateType: A column of dates is of another type.
        InvalidDate: A text is not a date. A lazy frame raises its engine's own error when it is collected.
        InvalidSchedule: A rate is 1, so that every payable amount leaves nothing, or has more than nine
            decimal places.
        MissingExtra: narwhals is not installed.
        InvalidArgumentType: `df` is not a frame, or arguments do not go together.
        InvalidArgument: `unit`, `basis` or the claim type is unknown.

    >>> import pandas as pd
    >>> paid = pd.DataFrame({"paid": [39.20, 0.24], "day": ["2019-03-01", "2024-03-01"]})
    >>> add_back(paid, paid="paid", on="day", parse_dates=True)[["gross_low", "gross_high"]].values.tolist()
    [[40.0, 40.0], [0.24, 0.25]]
    """
    _require_basis(basis)
    low, high = f"{into}_low", f"{into}_high"
    dates = _Dates(on, from_date, through_date, claim_type, schedule)
    if dates.law.takes_all:
        raise InvalidSchedule("At a rate of 1 nothing is paid, so the payable amount is unknown.")
    options = _Options(unit, parse_dates, flag, overwrite)
    return _query(
        df, {"paid": paid}, dates, options, lambda deciding: grossing(deciding, low, high, basis), [low, high], "paid"
    )


_CHECKED = ("rate", "payable", "expected", "difference", "verdict", "needs_review", "explanation")


@attrs.frozen
class _Dates:
    """Arguments that set the rate."""

    on: str | None
    from_date: str | None
    through_date: str | None
    claim_type: ClaimType | str | None
    schedule: RateSchedule | None

    @property
    def law(self) -> Law:
        return Law.of(default_schedule(self.schedule))

    def deciding(self, kind: ClaimType | None) -> Deciding:
        schedule = default_schedule(self.schedule)
        return Deciding(Law.of(schedule), Law.of_projection(schedule), kind, Law.of_other_rates(schedule))


@attrs.frozen
class _Options:
    """Options that apply to every column."""

    unit: Unit
    parse_dates: bool | str
    flag: str | None
    overwrite: bool
    zero_if_null: frozenset[str] = frozenset()


def _query(
    df: IntoFrameT,
    money: Mapping[str, str],
    dates: _Dates,
    options: _Options,
    rule: Callable[[Deciding], Rule],
    new: Sequence[str],
    kind_of: str,
    words: Mapping[str, str] | None = None,
) -> IntoFrameT:
    """Add the columns that a rule computes."""
    native, back = unwrap(df)
    days, kind = roles_of_dates(
        column_names(native),
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
        rule=rule(dates.deciding(kind)),
        new=new,
        kind_of=kind_of,
        **attrs.asdict(options),
    )
    return cast("IntoFrameT", back(add_columns(native, question)))


def _require_basis(basis: Any) -> None:
    if basis not in ("net", "gross"):
        raise InvalidArgument(f"basis must be 'net' (paid after sequestration) or 'gross' (before it), not {basis!r}")
