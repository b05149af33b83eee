"""Every adjustment of a file entered once: counted and summed by code, and summed for its place.

An audit asks the same adjustments three things: what stands under each code, what a place adds up to, and
whether a reversal repeats them. One pass over them answers all, and keeps none of them alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from zlib import crc32

import attrs

from sequestration._amounts import AFFECT_BASE, CARC_253
from sequestration._code_tables import carcs
from sequestration._groups import GroupCode
from sequestration._remittance import Adjustment, Claim

__all__ = ["Account", "EnteredClaim", "EnteredPlace", "Ledger"]


_MOST_CODES = 5_000  # ten times as many as there are
_LONGEST_CODE = 100  # characters: longer ones are kept no more than very many
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
        self.is_cut = self.reason == CARC_253 and self.group == "CO"
        self.is_odd = self.is_other or self.reason in AFFECT_BASE or (self.reason == CARC_253 and self.group != "CO")

    @property
    def is_other(self) -> bool:
        """Whether it stands for codes that no table has, where a file has too many to tell each."""
        return (self.group, self.reason) == _OTHER


_GROUPS = frozenset(GroupCode)
_OTHER = ("*", "*")  # no group and no code can have this name: the star separates the elements

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
    _count: int = 0

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
        """The account of a code, opened where it was not met before; of very many the unknown ones share one."""
        known = self._accounts.get(group, {}).get(reason)
        if known is not None:
            return known
        many = self._count >= _MOST_CODES or len(group) + len(reason) > _LONGEST_CODE
        if many and (group, reason) != _OTHER and not _is_a_code(group, reason):
            return self._account(*_OTHER)
        self._count += 1
        found = self._accounts.setdefault(group, {})[reason] = Account(group, reason)
        return found

    def add(self, other: Ledger) -> None:
        """Add the accounts of another file."""
        for account in other:
            own = self._account(account.group, account.reason)
            own.count += account.count
            own.cents += account.cents


def _is_a_code(group: str, reason: str) -> bool:
    return group in _GROUPS and reason in carcs()
