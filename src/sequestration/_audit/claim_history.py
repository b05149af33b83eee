"""Payments and reversals that an audit remembers, to net claims over files."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

import attrs

from sequestration._audit.groups import GroupKey
from sequestration._audit.repeats import RemittanceKey
from sequestration._x12.model import Claim

__all__ = ["ClaimEvent", "ClaimHistory", "Payment", "RemittanceMark"]

_MAX_NOTABLE = 20_000
_MAX_PLAIN = 50_000
_SEPARATOR = "\x1f"

Payment: TypeAlias = tuple[str, str, int | None, str, int | None]
"""Payer's number, patient control number, charge, number of the claim that it corrects, and sequestration.

A payment without the sequestration is not one that is plainly right, and is left out.
"""


@attrs.frozen(eq=False)
class _PlainBlock:
    """Payments of a remittance that are plainly right, packed column by column.

    Most payments are. Keeping their texts alive one by one would slow down the reading of all that follows.
    """

    remittance: RemittanceMark
    count: int
    numbers: str | tuple[str, ...]
    claims: str | tuple[str, ...]
    charges: array[int] | tuple[int | None, ...]
    originals: str | tuple[str, ...]
    cents: array[int] | tuple[int | None, ...]

    @classmethod
    def of(cls, remittance: RemittanceMark, payments: Sequence[Payment]) -> _PlainBlock:
        """Pack payments."""
        numbers, claims, charges, originals, cents = zip(*payments, strict=True)
        return cls(
            remittance,
            len(payments),
            _pack_texts(numbers),
            _pack_texts(claims),
            _pack_cents(charges),
            _pack_texts(originals),
            _pack_cents(cents),
        )

    def payments(self) -> Iterator[Payment]:
        """Yield the payments."""
        numbers, claims, originals = map(_texts, (self.numbers, self.claims, self.originals))
        return zip(numbers, claims, self.charges, originals, self.cents, strict=True)


def _pack_texts(texts: tuple[str, ...]) -> str | tuple[str, ...]:
    packed = _SEPARATOR.join(texts)
    return packed if packed.count(_SEPARATOR) == len(texts) - 1 else texts


def _texts(packed: str | tuple[str, ...]) -> Sequence[str]:
    return packed.split(_SEPARATOR) if isinstance(packed, str) else packed


def _pack_cents(cents: tuple[int | None, ...]) -> array[int] | tuple[int | None, ...]:
    for size in "iq":  # Four bytes each, or eight where an amount is above 21 million dollars.
        try:
            return array(size, cents)  # type: ignore[arg-type]  # None is a TypeError
        except OverflowError:
            continue
        except TypeError:
            break
    return cents


@attrs.frozen
class RemittanceMark:
    """Remittance of a payment: its payer, and its key."""

    payer: str
    key: RemittanceKey | None


@attrs.define(eq=False)
class ClaimEvent:
    """One payment or reversal of a claim; amounts are in whole cents.

    `expected` is None if it is not known. `reviewed` has the group and the difference of each line that needs review.
    """

    number: str
    original: str
    claim: str
    charge: int | None
    is_reversal: bool
    reported: int
    expected: int | None = 0
    reviewed: tuple[tuple[GroupKey, int], ...] = ()
    remittance: RemittanceMark | None = None

    @classmethod
    def of(cls, claim: Claim, reported: int) -> ClaimEvent:
        """The event of a claim, before it is judged."""
        return cls(
            claim.payer_control_number.strip(),
            claim.original_control_number.strip(),
            claim.control_number,
            claim.charge_cents,
            claim.is_reversal,
            reported,
        )

    @property
    def difference(self) -> int:
        """The part of reported less expected that needs review."""
        return sum(cents for _, cents in self.reviewed)

    @property
    def is_notable(self) -> bool:
        """Whether it is more than a payment in which nothing is wrong."""
        return self.is_reversal or bool(self.reviewed) or self.original != ""

    @property
    def payer(self) -> str:
        """Number of the payer."""
        return "" if self.remittance is None else self.remittance.payer

    def add_expected(self, cents: int | None) -> None:
        """Add what one line, or the claim, should show; None if it is not known."""
        self.expected = None if self.expected is None or cents is None else self.expected + cents


@attrs.define(eq=False)
class ClaimHistory:
    """Payments and reversals of the claims of an audit.

    At most 20,000 reversals, corrections and claims with a finding are kept, the first ones, and of all other payments
    the last 50,000 or little more.
    """

    _notable: list[ClaimEvent] = attrs.field(factory=list[ClaimEvent])
    _plain: deque[_PlainBlock] = attrs.field(factory=deque[_PlainBlock])
    _plain_count: int = 0

    def __iter__(self) -> Iterator[ClaimEvent]:
        yield from self._notable
        for block in self._plain:
            for number, claim, charge, original, cents in block.payments():
                if cents is not None and (number or original):
                    yield ClaimEvent(number, original.strip(), claim, charge, False, cents, cents, (), block.remittance)

    @property
    def has_reversals(self) -> bool:
        """Whether it has a reversal."""
        return any(event.is_reversal for event in self._notable)

    def add(self, remittance: RemittanceMark, events: Iterable[ClaimEvent], payments: list[Payment]) -> None:
        """Keep what a remittance has.

        Args:
            remittance: The remittance.
            events: Its reversals and payments that were judged one by one.
            payments: Its payments, of which those that are plainly right are kept.
        """
        for event in events:
            event.remittance = remittance
            if event.is_notable:
                self._add_notable(event)
            elif event.expected == event.reported:
                payments.append((event.number, event.claim, event.charge, "", event.reported))
        payments = [payment for payment in payments if payment[4] is not None]
        if payments:
            self._add_plain(_PlainBlock.of(remittance, payments))

    def merge(self, other: ClaimHistory) -> None:
        """Keep what another audit keeps."""
        for event in other._notable:
            self._add_notable(event)
        for block in other._plain:
            self._add_plain(block)

    def has_room_for(self, other: ClaimHistory) -> bool:
        """Whether all of two audits is kept."""
        notable, plain = len(self._notable) + len(other._notable), self._plain_count + other._plain_count
        return notable <= _MAX_NOTABLE and plain <= _MAX_PLAIN

    def without(self, keys: Collection[RemittanceKey]) -> ClaimHistory:
        """Copy that leaves some remittances out."""
        return self._copy(
            (event for event in self._notable if event.remittance is None or event.remittance.key not in keys),
            (block for block in self._plain if block.remittance.key not in keys),
        )

    def masked(self, mask: Callable[[str], str]) -> ClaimHistory:
        """Copy with other numbers of claims."""
        return self._copy(
            (
                attrs.evolve(event, number=mask(event.number), original=mask(event.original), claim=mask(event.claim))
                for event in self._notable
            ),
            (
                _PlainBlock.of(
                    block.remittance,
                    [
                        (mask(number), mask(claim), charge, mask(original.strip()), cents)
                        for number, claim, charge, original, cents in block.payments()
                    ],
                )
                for block in self._plain
            ),
        )

    def _add_notable(self, event: ClaimEvent) -> None:
        if len(self._notable) < _MAX_NOTABLE:
            self._notable.append(event)

    def _add_plain(self, block: _PlainBlock) -> None:
        """Keep payments, and let go of the oldest beyond the limit."""
        self._plain.append(block)
        self._plain_count += block.count
        while self._plain_count - self._plain[0].count >= _MAX_PLAIN:
            self._plain_count -= self._plain.popleft().count

    @staticmethod
    def _copy(events: Iterable[ClaimEvent], blocks: Iterable[_PlainBlock]) -> ClaimHistory:
        found = ClaimHistory(list(events))
        for block in blocks:
            found._add_plain(block)
        return found
