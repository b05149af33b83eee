"""Every adjustment of a file entered once: counted and summed by code, and summed for its place.

An audit asks the same adjustments three things: what stands under each code, what a place adds up to, and
whether a reversal repeats them. One pass over them answers all, and keeps none of them alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from zlib import crc32

import attrs

from sequestration._amounts import CUT, OF_THE_BASE
from sequestration._remittance import Adjustment, Claim

__all__ = ["Account", "EnteredClaim", "EnteredPlace", "Ledger"]


_LARGEST_MARK = (1 << 24) - 1  # with an amount of cents the product is still a small number


@attrs.define(eq=False)
class Account:
    """A group and a reason code: how many adjustments stand under them, and how much in whole cents."""

    group: str
    reason: str
    count: int = 0
    cents: int = 0
    mark: int = attrs.field(init=False)
    """A number that stands for the code in the signature of a place."""
    is_cut: bool = attrs.field(init=False)
    is_odd: bool = attrs.field(init=False)
    """It bears on the base, or its group is unusual: the place needs more than a glance."""

    def __attrs_post_init__(self) -> None:
        self.mark = crc32(f"{self.group}*{self.reason}".encode()) & _LARGEST_MARK
        self.is_cut = self.reason == CUT and self.group == "CO"
        self.is_odd = self.reason in OF_THE_BASE or (self.reason == CUT and self.group != "CO")


EnteredPlace: TypeAlias = tuple[int, int, bool, int]
"""What was entered of a place: the sum of its adjustments, the sum of its cuts, whether a glance at it is enough, and
its signature. That is the sum of mark times cents: where every adjustment is repeated with its sign turned, the
signature is the same with its sign turned, in whatever order they stand.
"""

EnteredClaim: TypeAlias = list[EnteredPlace]
"""What was entered of a claim: first its own adjustments, then those of each line."""


@attrs.define(eq=False)
class Ledger:
    """The accounts of a file, by group and then by reason code."""

    _accounts: dict[str, dict[str, Account]] = attrs.field(factory=dict[str, dict[str, Account]])

    def __iter__(self) -> Iterator[Account]:
        return (account for reasons in self._accounts.values() for account in reasons.values())

    def enter(self, claim: Claim) -> EnteredClaim:
        """Enter all adjustments of a claim and its lines."""
        places = [self._enter(claim.adjustments)]
        for line in claim.lines:
            places.append(self._enter(line.adjustments))  # noqa: PERF401 - a comprehension is a call more
        return places

    def _enter(self, adjustments: list[Adjustment]) -> EnteredPlace:
        """Enter the adjustments of a place."""
        accounts = self._accounts
        total = cut = signature = 0
        plain = True
        for adjustment in adjustments:
            try:
                account = accounts[adjustment.group][adjustment.reason]
            except KeyError:
                account = self._account(adjustment.group, adjustment.reason)
            account.count += 1
            cents = adjustment.amount_cents
            if cents is None:
                plain = False
                continue
            account.cents += cents
            total += cents
            signature += account.mark * cents
            if account.is_cut:
                cut += cents
            elif account.is_odd:
                plain = False
        return total, cut, plain, signature

    def _account(self, group: str, reason: str) -> Account:
        """The account of a code, opened where it was not met before."""
        reasons = self._accounts.setdefault(group, {})
        if reason not in reasons:
            reasons[reason] = Account(group, reason)
        return reasons[reason]

    def add(self, other: Ledger) -> None:
        """Add the accounts of another file."""
        for account in other:
            own = self._account(account.group, account.reason)
            own.count += account.count
            own.cents += account.cents
