"""The code tables that come with the library, read on first use."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from sequestration._codes.entries import Carc, Plb, Rarc, code_order
from sequestration._codes.rows import COLUMNS, EntriesOfRows, carc_of_row, categories, plb_of_row, rarc_of_row
from sequestration._codes.spelling import CodeLike
from sequestration._codes.tables import CodeTable, DatedCodeTable
from sequestration._data import Row, shipped_rows

__all__ = ["carc", "carcs", "plb", "plbs", "rarc", "rarcs"]


def carc(code: CodeLike) -> Carc:
    """Look up a reason code as it is written, with or without a group code.

    Raises `UnknownCode`, which names the nearest codes.

    >>> carc("CO-253").title, carc("b15").code, carc(253) is carc("co 253")
    ('Federal sequestration adjustment', 'B15', True)
    >>> carc("CO0253").code, carc("253.0").code, carc("CO\u2013253").code
    ('253', '253', '253')
    """
    return carcs().look_up(code)


def rarc(code: CodeLike) -> Rarc:
    """Look up a remark code as it is written.

    Raises `UnknownCode`, which names the nearest codes.

    >>> rarc("n 811").title, rarc("MA1").code
    ("Prior payer's sequestration amount missing", 'MA01')
    """
    return rarcs().look_up(code)


def plb(code: CodeLike) -> Plb:
    """Look up a provider-level adjustment code as it is written.

    Raises `UnknownCode`, which names the nearest codes.

    >>> plb("wo").plus, plb(72).code
    ('collected now', '72')
    """
    return plbs().look_up(code)


@cache
def carcs() -> DatedCodeTable[Carc]:
    """All claim adjustment reason codes ever issued."""
    known = categories("CARC")
    rows = _ordered("codes/carc.csv", COLUMNS["CARC"])
    return DatedCodeTable("CARC", EntriesOfRows(rows, lambda row: carc_of_row(row, known)))


@cache
def rarcs() -> DatedCodeTable[Rarc]:
    """All remittance advice remark codes ever issued."""
    known = categories("RARC")
    rows = _ordered("codes/rarc.csv", COLUMNS["RARC"])
    return DatedCodeTable("RARC", EntriesOfRows(rows, lambda row: rarc_of_row(row, known)))


@cache
def plbs() -> CodeTable[Plb]:
    """All provider-level adjustment codes."""
    return CodeTable("PLB", EntriesOfRows(_ordered("codes/plb.csv", COLUMNS["PLB"]), plb_of_row))


def _ordered(name: str, columns: tuple[str, ...]) -> list[Row]:
    rows = list(shipped_rows(name, columns))
    ordered = [(row, code_order(row.filled("code"))) for row in rows]
    for (earlier, before), (later, order) in pairwise(ordered):
        if order <= before:
            later.refuse(f"{later.text('code')} is repeated or out of order after {earlier.text('code')}")
    return rows
