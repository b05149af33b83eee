"""Sum the adjustments of a file by code and by claim.

An audit needs the total under each code. It also needs the sums of a claim, to see whether a reversal repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from zlib import crc32

import attrs

from sequestration._checking.amounts import AFFECT_BASE, CARC_253
from sequestration._codes.groups import GroupCode
from sequestration._codes.shipped import carcs
from sequestration._x12.model import Claim

__all__ = ["Account", "AdjustmentSums", "CodeRow", "Ledger", "OpenAccount", "TransactionLedger"]


_MAX_CODES = 5_000  # Ten times as many as exist.
_MAX_CODE_LENGTH = 100  # Characters. Longer codes are not kept individually.
_MAX_OPEN = 500  # Accounts. Below this, looking through all of them is faster than finding each one again.
_MAX_MARK = 0xFF_FFFF  # Multiplied by an amount in cents, this is still a small number.


_GROUPS = frozenset(GroupCode)
_OTHER = ("*", "*")  # No group or code can have this name, because the star is an element separator.

CodeRow: TypeAlias = tuple[str, str, int, int]
"""Group, reason code, number of adjustments, and whole cents."""

AdjustmentSums: TypeAlias = tuple[int, int, int]
"""Sums over the adjustments of a claim and its lines: whole cents, those of sequestration, and signature.

The signature is the sum of mark times cents. If every adjustment is repeated with the opposite sign, in any
order, the signature is the same with the opposite sign.
"""


@attrs.define(eq=False)
class Account:
    """Total of one group and reason code: number of adjustments, and whole cents."""

    group: str
    reason: str
    count: int = 0
    cents: int = 0

    @property
    def is_other(self) -> bool:
        """Whether the account collects unknown codes, where a file has too many to list."""
        return (self.group, self.reason) == _OTHER


@attrs.define(eq=False)
class Ledger:
    """Accounts of an audit, by group and reason code."""

    _accounts: dict[tuple[str, str], Account] = attrs.field(factory=dict[tuple[str, str], Account])

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def add(self, rows: Iterable[CodeRow]) -> None:
        """Add sums of adjustments."""
        for group, reason, count, cents in rows:
            account = self._account(group, reason)
            account.count += count
            account.cents += cents

    def subtract(self, rows: Iterable[CodeRow]) -> None:
        """Take back sums that were added; an account left without any is removed."""
        for group, reason, count, cents in rows:
            account = self._account(group, reason)
            account.count -= count
            account.cents -= cents
            if not account.count:
                del self._accounts[account.group, account.reason]

    def has_room_for(self, other: Ledger) -> bool:
        """Whether the codes of two audits are kept individually."""
        return len(self._accounts) + len(other._accounts) < _MAX_CODES

    def rows(self) -> Iterator[CodeRow]:
        """The accounts as rows that another ledger can add."""
        return ((account.group, account.reason, account.count, account.cents) for account in self)

    def _account(self, group: str, reason: str) -> Account:
        """The account of a code, created on first use; excess unknown codes share one."""
        key = (group, reason)
        if key not in self._accounts and _is_excess(group, reason, len(self._accounts)):
            key = _OTHER
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = Account(*key)
        return found


@attrs.define(eq=False)
class OpenAccount(Account):
    """Account of a transaction, with marks for the fast path and for reversals."""

    mark: int = attrs.field(init=False)
    """Number that represents the code in the signature of a claim."""
    is_cut: bool = attrs.field(init=False)
    """Whether the code is that of sequestration, under its own group."""
    needs_judge: bool = attrs.field(init=False)
    """Whether the code is missing or affects the base, or its group is unusual: then the fast path does not apply."""

    def __attrs_post_init__(self) -> None:
        self.mark = crc32(f"{self.group}*{self.reason}".encode()) & _MAX_MARK
        self.is_cut = self.reason == CARC_253 and self.group == "CO"
        unusual_group = self.reason == CARC_253 and self.group != "CO"
        self.needs_judge = self.is_other or not self.reason or self.reason in AFFECT_BASE or unusual_group


class TransactionLedger:
    """Accounts of the open transaction of a file, by group and then by reason code."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], OpenAccount] = {}
        self._open: dict[str, dict[str, OpenAccount]] = {}
        self.plain: dict[str, dict[str, OpenAccount]] = {}
        """Open accounts of codes that need no judge."""

    def enter(self, claim: Claim) -> AdjustmentSums:
        """Enter all adjustments of a claim and its lines, and return their sums."""
        return self._enter(claim, 1)

    def sums(self, claim: Claim) -> AdjustmentSums:
        """Sums of a claim, without entering it."""
        return self._enter(claim, 0)

    def account(self, group: str, reason: str) -> OpenAccount:
        """The account of a code, created on first use; excess unknown codes share one."""
        key = (group, reason)
        if key not in self._known and _is_excess(group, reason, len(self._known)):
            key = _OTHER
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = OpenAccount(*key)
        self._open.setdefault(found.group, {})[found.reason] = found
        if not found.needs_judge:
            self.plain.setdefault(found.group, {})[found.reason] = found
        return found

    def close(self) -> list[CodeRow]:
        """End the transaction and return its sums."""
        rows: list[CodeRow] = []
        for group, reasons in self._open.items():
            for reason, account in reasons.items():
                if account.count:
                    rows.append((group, reason, account.count, account.cents))
                    account.count = account.cents = 0
        if len(self._known) > _MAX_OPEN:  # Only what a transaction uses is looked through at its end.
            self._open, self.plain = {}, {}
        return rows

    def _enter(self, claim: Claim, times: int) -> AdjustmentSums:
        accounts = self._open
        total = cut = signature = 0
        for adjustments in (claim.adjustments, *[line.adjustments for line in claim.lines]):
            for adjustment in adjustments:
                try:
                    account = accounts[adjustment.group][adjustment.reason]
                except KeyError:
                    account = self.account(adjustment.group, adjustment.reason)
                cents = adjustment.amount_cents or 0  # An amount that could not be read is in no sum.
                account.count += times
                account.cents += times * cents
                total += cents
                if account.is_cut:
                    cut += cents
                signature += account.mark * cents
        return total, cut, signature


def _is_excess(group: str, reason: str, count: int) -> bool:
    """Whether a new code, after a number of others, is not kept individually."""
    if count < _MAX_CODES and len(group) + len(reason) <= _MAX_CODE_LENGTH:
        return False
    return (group, reason) != _OTHER and not (group in _GROUPS and reason in carcs())
