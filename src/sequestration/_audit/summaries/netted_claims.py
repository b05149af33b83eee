"""Pair the payments and reversals of a claim over files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from sequestration._audit.claim_history import ClaimEvent

__all__ = ["NettedClaim", "net_claims"]


@attrs.frozen(eq=False)
class NettedClaim:
    """Payments and reversals of a claim of one payer.

    Attributes:
        number: The payer's first number of the claim.
        events: All payments and reversals.
        standing: Payments that were not reversed.
        reversed: Payments that were.
    """

    number: str
    events: Sequence[ClaimEvent]
    standing: Sequence[ClaimEvent]
    reversed: Sequence[ClaimEvent]

    @property
    def reversals(self) -> list[ClaimEvent]:
        """Reversals, with or without their original."""
        return [event for event in self.events if event.is_reversal]


def net_claims(events: Iterable[ClaimEvent]) -> Iterator[NettedClaim]:
    """Yield each claim with its payments and reversals paired."""
    return (_net(number, group) for number, group in _groups(events))


def _net(number: str, group: Sequence[ClaimEvent]) -> NettedClaim:
    standing, reversed_ = [event for event in group if not event.is_reversal], list[ClaimEvent]()
    for reversal in group:
        original = _original_of(reversal, standing) if reversal.is_reversal else None
        if original is not None:
            standing.remove(original)
            reversed_.append(original)
    return NettedClaim(number, group, standing, reversed_)


def _groups(events: Iterable[ClaimEvent]) -> Iterator[tuple[str, list[ClaimEvent]]]:
    """Group by the payer and its first claim number, to which REF F8 leads.

    The order of the events is not that of the files, because plain payments are kept apart. So nothing depends on it.
    """
    kept = [event for event in events if event.number or event.original]
    before: dict[tuple[str, str], str] = {}
    for event in kept:
        if event.number and event.original and event.number != event.original:
            own = (event.payer, event.number)
            before[own] = min(before.get(own, event.original), event.original)
    found: dict[tuple[str, str], list[ClaimEvent]] = {}
    for event in kept:
        payer, number = event.payer, event.number or event.original
        passed = {number}
        while (earlier := before.get((payer, number))) is not None and earlier not in passed:
            passed.add(earlier)
            number = earlier
        found.setdefault((payer, number), []).append(event)
    return ((number, sorted(group, key=_order)) for (_, number), group in found.items())


def _order(event: ClaimEvent) -> tuple[int, str, str, int]:
    """Sort key of payments: what is most in question comes first.

    If a reversal fits several payments, it means the first.
    """
    return -abs(event.difference), event.claim, event.number, event.reported


def _original_of(reversal: ClaimEvent, standing: Sequence[ClaimEvent]) -> ClaimEvent | None:
    """The payment that a reversal takes back: its number or its amounts say so."""
    if reversal.charge is None:
        return None
    same = [event for event in standing if event.charge == -reversal.charge]
    numbers = {reversal.number, reversal.original} - {""}
    ranked = sorted(same, key=lambda event: (event.reported != -reversal.reported, event.number not in numbers))
    return ranked[0] if ranked else None
