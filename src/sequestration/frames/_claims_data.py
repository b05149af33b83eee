"""Claims data without remittances: columns of the payment and the sequestration.

The facts about each file, with the confidence in them, are in data/claims_data.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache, partial
from typing import Any, cast

import attrs

from sequestration._data import shipped_toml
from sequestration._errors import InvalidAmountType, InvalidArgument, InvalidArgumentType
from sequestration.frames._columns import add_back, check
from sequestration.frames._engines.dispatch import IntoFrameT, by_part, column_names, narwhals, unwrap
from sequestration.frames._engines.question import refuse_existing, require_column
from sequestration.frames._engines.rules import Basis

__all__ = ["ClaimsData", "claims_data", "claims_data_names"]

_REPORTED = "reported"  # Name of the column that sums the slots.


@attrs.frozen
class Slots:
    """Several pairs of code and amount in a row; amounts with one code are summed."""

    code: str
    amount: str
    slots: int
    is_: str


@attrs.frozen
class ClaimsData:
    """A file of claims data: its columns, and whether it shows sequestration.

    The frame may write its columns in lower or upper case. The caller must always state `basis`, because CMS uses
    one name for payments after sequestration ("net") in one file and before it ("gross") in another.

    Attributes:
        name: Name of the file for `claims_data`.
        title: Title of the file.
        paid: Column of the payment, in dollars.
        on: Column of the date that sets the rate.
        certainty: Certainty that the payment is after sequestration.
        evidence: Source of that statement.
        note: Remark.
        reported: Column of the sequestration, in dollars; None if the file has none.
        slots: Columns of codes and amounts that hold the sequestration instead; None if the file has none.
    """

    name: str
    title: str
    paid: str
    on: str
    certainty: str
    evidence: str
    note: str
    reported: str | None = None
    slots: Slots | None = None

    @property
    def has_sequestration(self) -> bool:
        """Whether the file shows the sequestration, so that it can be checked."""
        return self.reported is not None or self.slots is not None

    def add_back(self, df: IntoFrameT, *, basis: Basis, **options: Any) -> IntoFrameT:
        """Add the payable amounts before sequestration.

        Args:
            df: Frame of any engine that narwhals supports.
            basis: "net" if the payment is after sequestration, "gross" if it is before.
            options: Other arguments of `frames.add_back`.

        Raises:
            UnknownColumn: The frame lacks a column of the file.
        """
        columns = column_names(unwrap(df)[0])
        return add_back(df, paid=_in(columns, self.paid), on=_in(columns, self.on), basis=basis, **options)

    def check(self, df: IntoFrameT, *, basis: Basis, **options: Any) -> IntoFrameT:
        """Check the sequestration of claims data.

        Where it is in slots with a code, a column `reported` is added: the sum of the slots with the code for
        sequestration, or null if there are none.

        Args:
            df: Frame of any engine that narwhals supports.
            basis: "net" if the payment is after sequestration, "gross" if it is before.
            options: Other arguments of `frames.check`.

        Raises:
            UnknownColumn: The frame lacks a column of the file.
            InvalidArgumentType: The file does not show sequestration.
        """
        native, back = unwrap(df)
        columns = column_names(native)
        paid, on = _in(columns, self.paid), _in(columns, self.on)
        if self.reported is not None:
            return check(df, reported=_in(columns, self.reported), paid=paid, on=on, basis=basis, **options)
        if self.slots is None:
            raise InvalidArgumentType(
                f"{self.title} has no sequestration column, so there is nothing to check. Use add_back."
            )
        if not options.get("overwrite"):
            refuse_existing([_REPORTED], columns)
        summed: Any = by_part(native, partial(_with_sum, columns=columns, slots=self.slots))
        return cast("IntoFrameT", back(check(summed, reported=_REPORTED, paid=paid, on=on, basis=basis, **options)))

    def __str__(self) -> str:
        cut = self.reported or (
            f"{self.slots.amount} where {self.slots.code} is {self.slots.is_}" if self.slots else "none"
        )
        return f"{self.title}: payment {self.paid}, date {self.on}, sequestration {cut}; certainty {self.certainty}"


def claims_data(name: str) -> ClaimsData:
    """Look up a claims data file by name; raises `InvalidArgument` for another.

    >>> claims_data("medpar").reported
    'SQSTRTN_RDCTN_AMT'
    """
    if name not in _files():
        raise InvalidArgument(f"{name!r} is not a known file. Use one of: {', '.join(claims_data_names())}.")
    return _files()[name]


def claims_data_names() -> tuple[str, ...]:
    """The names that `claims_data` accepts."""
    return tuple(_files())


@cache
def _files() -> dict[str, ClaimsData]:
    return {name: _file(name, table) for name, table in shipped_toml("claims_data.toml").items()}


def _file(name: str, table: Mapping[str, Any]) -> ClaimsData:
    plain = {key: value for key, value in table.items() if key != "reported_slots"}
    slots = table.get("reported_slots")
    if slots is None:
        return ClaimsData(name=name, **plain)
    return ClaimsData(name=name, slots=Slots(slots["code"], slots["amount"], slots["slots"], slots["is"]), **plain)


def _in(columns: list[Any], wanted: str) -> Any:
    """The frame's own spelling of a column; raises `UnknownColumn`."""
    own = {str(column).upper(): column for column in columns}
    require_column(own.get(wanted.upper(), wanted), columns)
    return own[wanted.upper()]


def _with_sum(df: Any, columns: list[Any], slots: Slots) -> Any:
    """Add the sum of the slots; a frame may have fewer slots than the file."""
    there = {str(column).upper() for column in columns}
    pairs = [
        (_in(columns, f"{slots.code}{number}"), _in(columns, f"{slots.amount}{number}"))
        for number in range(1, slots.slots + 1)
        if number == 1 or f"{slots.code}{number}" in there
    ]
    nw = narwhals()
    frame = nw.from_native(df)
    kinds = frame.collect_schema()
    any_slot, total = None, None
    for code, amount in pairs:
        if kinds[amount] == nw.String:
            raise InvalidAmountType(f"column {amount} holds text. Amounts in slots are summed, so cast it to numbers.")
        here = ~nw.col(code).is_null() & (nw.col(code).cast(nw.String).str.strip_chars() == slots.is_)
        nothing = nw.lit(Decimal(0)) if kinds[amount].is_decimal() else nw.lit(0)
        part = nw.when(here).then(nw.col(amount)).otherwise(nothing)
        any_slot = here if any_slot is None else any_slot | here
        total = part if total is None else total + part
    return frame.with_columns(nw.when(any_slot).then(total).otherwise(None).alias(_REPORTED)).to_native()
