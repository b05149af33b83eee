"""Count and sum adjustments by group and reason code."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import attrs

from sequestration._audit.ledger import Account, Ledger
from sequestration._codes.actions import Action
from sequestration._codes.entries import CodeKind, code_order
from sequestration._codes.shipped import carcs
from sequestration._errors import UnknownCode
from sequestration._money import as_dollars, format_dollars
from sequestration._plain.result import Result
from sequestration._printable import make_printable
from sequestration._worklist.next_step import next_step
from sequestration._x12.model import Adjustment

__all__ = ["CodeTotal", "totals_by_code"]

_OTHERS = "other unknown codes combined (too many or too long to list)"


@attrs.frozen
class CodeTotal(Result):
    """Total of the adjustments of one group and reason code.

    Attributes:
        group: Group code.
        code: Reason code.
        count: Number of adjustments. Unreadable amounts are counted but not summed.
        amount: Dollars, net of reversals.
        title: Title of the code; empty for a code that the table does not have.
        kind: Kind of the code; None for a code that the table does not have.
        step: Default next step at fee-for-service Medicare. A remark code, the type of claim and another payer may
            change it: see `next_step`.

    Beyond 5,000 codes, unknown codes are combined under group and code `*`.
    """

    group: str
    code: str
    count: int
    amount: Decimal
    title: str
    kind: CodeKind | None
    step: Action

    _columns: ClassVar[tuple[str, ...]] = ("code", "adjustments", "dollars", "kind", "next step", "title")

    @property
    def _cells(self) -> tuple[object, ...]:
        kind = self.kind.words if self.kind else None
        return f"{self.group}-{self.code}", self.count, self.amount, kind, self.step, self.title or "unknown code"

    def __str__(self) -> str:
        name = f"{self.group}-{self.code}"
        kind = self.kind.words if self.kind else "unknown code"
        row = f"{name:<8} {self.count:>7,} {format_dollars(self.amount):>14}  {kind:<14} {self.step:<22} {self.title}"
        return make_printable(row.rstrip())

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        rows: list[tuple[str, object]] = [
            ("title", self.title or "unknown code"),
            ("kind", self.kind.words if self.kind else None),
            ("adjustments", self.count),
            ("dollars", self.amount),
            ("next step", self.step),
        ]
        return notebook(facts(f"{self.group}-{self.code}", rows))


def totals_by_code(ledger: Ledger) -> list[CodeTotal]:
    """The accounts with the meaning of each code, in code order."""
    return [_total(account) for account in sorted(ledger, key=_order)]


def _total(account: Account) -> CodeTotal:
    group, code = account.group, account.reason
    try:
        entry = carcs().get(carcs().canonical(code))
        step = next_step(Adjustment(group, code, None)).action
    except UnknownCode:  # The text is not a code at all.
        entry, step = None, Action.REVIEW
    title, kind = (entry.title, entry.kind) if entry is not None else (_OTHERS if account.is_other else "", None)
    return CodeTotal(group, code, account.count, as_dollars(account.cents), title, kind, step)


def _order(account: Account) -> tuple[tuple[str, int, str], str]:
    return code_order(account.reason), account.group
