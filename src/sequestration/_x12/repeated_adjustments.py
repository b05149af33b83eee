"""Count adjustments once that a payer wrote twice.

Some payers repeat the adjustments of the lines at the claim, or a whole set within one line. X12 does not allow it
(requests for interpretation 358 and 689: an amount is reported at one level). The balance proves it: charge = payment +
adjustments with one set, and not with both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import attrs

from sequestration._x12.model import Adjustment, Claim, ServiceLine

__all__ = ["count_once"]

_SumsByCode: TypeAlias = dict[tuple[str, str], int]


def count_once(claim: Claim) -> Claim:
    """Return a claim without the adjustments that are written twice.

    It is the claim itself if it balances as written, or if no repeated set explains the gap; then nothing is proven.
    """
    if not _excess(claim, claim.lines):
        return claim
    lines = [_line_without_repeats(line) for line in claim.lines]
    if any(line is not written for line, written in zip(lines, claim.lines, strict=True)):
        claim = attrs.evolve(claim, lines=lines)
    excess = _excess(claim, claim.lines)
    if not excess or not claim.adjustments:
        return claim
    adjustments = _without_repeats_of_lines(claim, excess)
    if adjustments is None:
        adjustments = _without_repeats(claim.adjustments, excess)
    return claim if adjustments is None else attrs.evolve(claim, adjustments=adjustments)


def _line_without_repeats(line: ServiceLine) -> ServiceLine:
    excess = _excess(line)
    adjustments = _without_repeats(line.adjustments, excess) if excess else None
    return line if adjustments is None else attrs.evolve(line, adjustments=adjustments)


def _without_repeats(adjustments: Sequence[Adjustment], excess: int) -> list[Adjustment] | None:
    """The adjustments of one level without repeats that make up the excess, or None."""
    for kept in _sets_written_once(adjustments):
        if _total(adjustments) - _total(kept) == excess:
            return kept
    return None


def _sets_written_once(adjustments: Sequence[Adjustment]) -> Iterator[list[Adjustment]]:
    """The first half if the second repeats it; the adjustments without equal ones."""
    half = len(adjustments) // 2
    first, second = adjustments[:half], adjustments[half:]
    if _by_code(first) == _by_code(second):
        yield [*first]
    different = {(item.group, item.reason, item.amount_cents): item for item in reversed(adjustments)}
    yield [item for item in adjustments if item is different[item.group, item.reason, item.amount_cents]]


def _without_repeats_of_lines(claim: Claim, excess: int) -> list[Adjustment] | None:
    """The claim's own adjustments without those that repeat a sum of its lines.

    None unless these make up the excess.
    """
    of_lines = _by_code(item for line in claim.lines for item in line.adjustments)
    of_claim = _by_code(claim.adjustments)
    repeated = {code for code, cents in of_claim.items() if cents and of_lines.get(code) == cents}
    if sum(of_claim[code] for code in repeated) != excess:
        return None
    return [item for item in claim.adjustments if (item.group, item.reason) not in repeated]


def _excess(place: Claim | ServiceLine, lines: Iterable[ServiceLine] = ()) -> int | None:
    """Adjustments beyond charge less payment, in cents; None if one is not known."""
    if place.charge_cents is None or place.paid_cents is None:
        return None
    excess = place.paid_cents - place.charge_cents
    for level in (place, *lines):
        for item in level.adjustments:
            if item.amount_cents is None:
                return None
            excess += item.amount_cents
    return excess


def _by_code(adjustments: Iterable[Adjustment]) -> _SumsByCode:
    sums: _SumsByCode = {}
    for item in adjustments:
        code = item.group, item.reason
        sums[code] = sums.get(code, 0) + (item.amount_cents or 0)
    return sums


def _total(adjustments: Iterable[Adjustment]) -> int:
    return sum(item.amount_cents or 0 for item in adjustments)
