"""Sum the adjustments of a file by code and by claim or line, in one pass.

An audit needs three things from the same adjustments: the total under each code, the sum for each claim or
line, and whether a reversal repeats them. One pass answers all three and keeps no adjustment alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from zlib import crc32

import attrs

from sequestration._checking.amounts import AFFECT_BASE, CARC_253
from sequestration._codes.groups import GroupCode
from sequestration._codes.shipped import carcs
from sequestration._x12.model import Adjustment, Claim

__all__ = ["Account", "EnteredClaim", "EnteredPlace", "Ledger"]


_MAX_CODES = 5_000  # Ten times as many as exist.
_MAX_CODE_LENGTH = 100  # Characters. Longer codes are not kept individually.
_MAX_MARK = (1 << 24) - 1  # Multiplied by an amount in cents, this is still a small number.


@attrs.define(eq=False)
class Account:
    """Total of one group and reason code: number of adjustments, and whole cents."""

    group: str
    reason: str
    count: int = 0
    cents: int = 0
    mark: int = attrs.field(init=False)
    """Number that represents the code in the signature of a claim or line."""
    is_cut: bool = attrs.field(init=False)
    needs_judge: bool = attrs.field(init=False)
    """Whether the code affects the base or its group is unusual, so that the fast path does not apply."""

    def __attrs_post_init__(self) -> None:
        self.mark = crc32(f"{self.group}*{self.reason}".encode()) & _MAX_MARK
        self.is_cut = self.reason == CARC_253 and self.group == "CO"
        unusual_group = self.reason == CARC_253 and self.group != "CO"
        self.needs_judge = self.is_other or self.reason in AFFECT_BASE or unusual_group

    @property
    def is_other(self) -> bool:
        """Whether the account collects unknown codes, where a file has too many to list."""
        return (self.group, self.reason) == _OTHER


_GROUPS = frozenset(GroupCode)
_OTHER = ("*", "*")  # No group or code can have this name, because the star is an element separator.

EnteredPlace: TypeAlias = tuple[int, int, bool, int]
"""Summary of a claim level or line: sum, sequestration, whether the fast path applies, and signature.

The signature is the sum of mark times cents. If every adjustment is repeated with the opposite sign, in any
order, the signature is the same with the opposite sign.
"""

EnteredClaim: TypeAlias = list[EnteredPlace]
"""Summaries of a claim: first its own adjustments, then those of each line."""


@attrs.define(eq=False)
class Ledger:
    """Accounts of a file, by group and then by reason code."""

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
        """Enter the adjustments of a claim level or line."""
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
            elif account.needs_judge:
                plain = False
        return total, cut, plain, signature

    def _account(self, group: str, reason: str) -> Account:
        """The account of a code, created on first use; excess unknown codes share one."""
        known = self._accounts.get(group, {}).get(reason)
        if known is not None:
            return known
        many = self._count >= _MAX_CODES or len(group) + len(reason) > _MAX_CODE_LENGTH
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
