"""Causes often blamed for CO 253, and the codes that really report them.

They are listed in ``data/codes/causes.csv``.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby

import attrs

from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc
from sequestration._codes.groups import GroupCode
from sequestration._codes.shipped import carcs
from sequestration._data import shipped_rows
from sequestration._plain.result import Result

__all__ = ["Cause", "Signal", "misattributed_causes"]


@attrs.frozen
class Signal(Result):
    """Codes that report one cause, their usual groups, and the right next step.

    Attributes:
        what: The cause in words.
        codes: Reason codes that report it.
        groups: Group codes that they usually come with.
        action: Right next step.
        why: Reason for the step.
    """

    what: str
    codes: tuple[Carc, ...] = attrs.field(repr=lambda codes: repr(tuple(entry.code for entry in codes)))
    groups: tuple[GroupCode, ...] = attrs.field(repr=lambda groups: repr(tuple(group.value for group in groups)))
    action: Action = attrs.field(repr=lambda action: repr(action.value))
    why: str = attrs.field(repr=False)

    def __str__(self) -> str:
        codes = ", ".join(entry.code for entry in self.codes)
        return f"{self.what}: {codes} under {' or '.join(self.groups)}; {self.action}: {self.why}"

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        return notebook(table("", _SIGNAL_COLUMNS, [_cells(self)]))


_SIGNAL_COLUMNS = ("reports", "codes", "under", "step", "why")


@attrs.frozen
class Cause(Result):
    """One cause often blamed for CO 253, with the codes that really report it."""

    name: str
    signals: tuple[Signal, ...]

    @property
    def is_253(self) -> bool:
        """Whether 253 reports this cause, which is true only of sequestration itself."""
        return any(entry.code == "253" for signal in self.signals for entry in signal.codes)

    @property
    def codes(self) -> tuple[Carc, ...]:
        """Every code that reports the cause."""
        return tuple(entry for signal in self.signals for entry in signal.codes)

    def __str__(self) -> str:
        return "\n".join([self.name, *(f"  {signal}" for signal in self.signals)])

    def _repr_html_(self) -> str:
        from sequestration._html import notebook, table

        head = f"CO 253 is often said to report: {self.name} ({'it does' if self.is_253 else 'it does not'})"
        return notebook(table(head, _SIGNAL_COLUMNS, [_cells(signal) for signal in self.signals]))


@cache
def misattributed_causes() -> tuple[Cause, ...]:
    """The five causes often blamed for CO 253, each with the codes that report it.

    >>> for cause in misattributed_causes():
    ...     print(cause.name, cause.is_253, [entry.code for entry in cause.codes][:3])
    sequestration True ['253']
    wrong billing data False ['16', '4', '5']
    lack of medical necessity False ['50', '55', '56']
    service not covered False ['96', '204', '49']
    late filing False ['29', 'B4', '286']
    """
    rows = shipped_rows("codes/causes.csv", ("cause", "signal", "codes", "groups", "step", "why"))
    return tuple(
        Cause(
            name,
            tuple(
                Signal(
                    row.filled("signal"),
                    tuple(carcs()[code] for code in row.words("codes")),
                    tuple(GroupCode(group) for group in row.words("groups")),
                    row.member("step", Action),
                    row.filled("why"),
                )
                for row in signals
            ),
        )
        for name, signals in groupby(rows, key=lambda row: row.filled("cause"))
    )


def _cells(signal: Signal) -> tuple[str, ...]:
    """A signal as a row of a table."""
    codes = ", ".join(entry.code for entry in signal.codes)
    return signal.what, codes, " or ".join(signal.groups), signal.action, signal.why
