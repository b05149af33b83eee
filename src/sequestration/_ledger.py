"""Every adjustment of a file entered once: counted and summed by code, and summed for its place.

An audit asks the same adjustments three things: what stands under each code, what a place adds up to, and
whether a reversal repeats them. One pass over them answers all, and keeps none of them alive.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias
from zlib import crc32

import attrs

from sequestration._amounts import CUT, OF_THE_BASE
from sequestration._remittance import Claim

__all__ = ["Account", "EnteredClaim", "EnteredPlace", "Ledger"]


class Role(IntEnum):
    """What an adjustment is to a place at a glance."""

    PLAIN = 0
    CUT = 1
    ODD = 2
    """It bears on the base, or its group is unusual: the place needs more than a glance."""


@attrs.define(eq=False)
class Account:
    """A group and a reason code: how many adjustments stand under them, and how much in whole cents."""

    group: str
    reason: str
    count: int = 0
    cents: int = 0
    role: int = attrs.field(init=False)
    mark: int = attrs.field(init=False)
    """A number that stands for the code in the signature of a claim."""

    def __attrs_post_init__(self) -> None:
        self.mark = crc32(f"{self.group}*{self.reason}".encode())
        if self.reason == CUT:
            self.role = int(Role.CUT if self.group == "CO" else Role.ODD)
        else:
            self.role = int(Role.ODD if self.reason in OF_THE_BASE else Role.PLAIN)


EnteredPlace: TypeAlias = tuple[int, int, bool]
"""The sum of all adjustments of a place, the sum of its cuts, and whether a glance at it is enough."""


@attrs.define(eq=False)
class EnteredClaim:
    """What was entered of a claim: its own adjustments, those of each line, and the signature of all.

    The signature is the sum of mark times cents: of a claim that repeats every adjustment with its sign turned it
    is the same with its sign turned, in whatever order they stand.
    """

    at_claim: EnteredPlace
    at_lines: list[EnteredPlace]
    signature: int
    total: int
    cut: int


class Ledger(dict[tuple[str, str], Account]):
    """The accounts of a file, by group and reason code."""

    def __missing__(self, key: tuple[str, str]) -> Account:
        account = self[key] = Account(*key)
        return account

    def enter(self, claim: Claim) -> EnteredClaim:
        """Enter all adjustments of a claim and its lines."""
        places: list[EnteredPlace] = []
        signature = all_total = all_cut = 0
        for adjustments in (claim.adjustments, *[line.adjustments for line in claim.lines]):
            total = cut = 0
            plain = True
            for adjustment in adjustments:
                account = self[adjustment.group, adjustment.reason]
                account.count += 1
                cents = adjustment.amount_cents
                if cents is None:
                    plain = False
                    continue
                account.cents += cents
                total += cents
                signature += account.mark * cents
                role = account.role
                if role == 1:
                    cut += cents
                elif role:
                    plain = False
            places.append((total, cut, plain))
            all_total += total
            all_cut += cut
        return EnteredClaim(places[0], places[1:], signature, all_total, all_cut)

    def add(self, other: Ledger) -> None:
        """Add the accounts of another file."""
        for key, account in other.items():
            own = self[key]
            own.count += account.count
            own.cents += account.cents
