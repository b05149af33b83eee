"""Lists of denied, adjusted and deductible lines, as in Medicare's Easy Print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias

import attrs

from sequestration._codes.entries import CodeKind
from sequestration._codes.shipped import carcs
from sequestration._errors import InvalidArgument
from sequestration._messages import shorten_repr, to_text
from sequestration._plain.result import Result
from sequestration._printable import make_printable
from sequestration._sources.paths import refuse_text
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.reader import RemittanceReader, Source
from sequestration._x12.remittance import Remittance
from sequestration._x12.repeated_adjustments import count_once

__all__ = ["LineList", "ListedLine", "service_lines"]

Pick: TypeAlias = Callable[[int | None, Sequence[Adjustment]], list[Adjustment]]
"""Selects, from the payment and the adjustments of a claim or line, the adjustments it is listed for."""


class LineList(StrEnum):
    """Lines to list."""

    DENIED = "denied"
    """Nothing was paid, and an adjustment says that the line was denied."""
    ADJUSTED = "adjusted"
    """Not denied, but paid differently from the charge for reasons other than patient responsibility."""
    DEDUCTIBLE = "deductible"
    """Part of the amount went to the patient's deductible."""


@attrs.frozen
class ListedLine(Result):
    """A listed service line with its claim and the adjustments that it is listed for.

    Attributes:
        claim: Claim of the line.
        line: Service line; None if the adjustments are at claim level and the claim has no lines.
        adjustments: Adjustments that the line is listed for.
    """

    claim: Claim
    line: ServiceLine | None
    adjustments: tuple[Adjustment, ...]

    def __hash__(self) -> int:
        # Mutable objects have no hash, so numbers identify a claim and a line here.
        return hash((self.claim.control_number, None if self.line is None else self.line.number))

    def __str__(self) -> str:
        place = "" if self.line is None else f", line {self.line.number}, {self.line.procedure}"
        codes = ", ".join(map(str, self.adjustments))
        return make_printable(f"claim {self.claim.control_number}{place}: {codes}")

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        procedure = "" if self.line is None else self.line.procedure
        rows: list[tuple[str, object]] = [
            ("line", None if self.line is None else self.line.number),
            ("procedure", procedure),
            ("listed for", ", ".join(map(str, self.adjustments))),
        ]
        return notebook(facts(f"Claim {self.claim.control_number}", rows))


def service_lines(source: Source, which: LineList | str) -> Iterator[ListedLine]:
    """Iterate over the "denied", "adjusted" or "deductible" lines of a remittance.

    The table of codes says what a code means (`Carc.kind`): sequestration (253), the contractual amount (45),
    money paid elsewhere (100, B13), quality adjustments (144, 237) and patient responsibility are not denials.
    Reversals are left out, and a line that a correction in the same transaction denies again is listed once. Raises
    `InvalidArgument` for another list, and `X12Error` and `OSError` as `read_835` does.

    >>> [str(listed) for listed in service_lines(EXAMPLE, "adjusted")]
    ['claim A-1, line 1, 99213: CO-45 $50.00, CO-253 $1.60']
    """
    refuse_text(source)
    return _listed(source, _chosen(which))  # Wrong arguments raise at once, not on the first iteration.


def _listed(source: Source, which: LineList) -> Iterator[ListedLine]:
    pick = _PICKS[which]
    seen: set[tuple[object, ...]] = set()
    with RemittanceReader(source) as reader:
        for item in reader.claims_and_ends():
            if isinstance(item, Remittance):
                seen.clear()
            elif not item.is_reversal:
                found = list(_of_claim(count_once(item), pick))
                yield from (listed for listed in found if which is not LineList.DENIED or _identity(listed) not in seen)
                seen.update(map(_identity, found))  # Added only now, because two lines of one claim may look the same.


def _of_claim(claim: Claim, pick: Pick) -> Iterator[ListedLine]:
    if not claim.lines or claim.adjustments:
        found = pick(claim.paid_cents, claim.adjustments)
        if found:
            yield ListedLine(claim, None, tuple(found))
    for line in claim.lines:
        found = pick(line.paid_cents, line.adjustments)
        if found:
            yield ListedLine(claim, line, tuple(found))


def _denied(paid: int | None, adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    return [] if paid else [item for item in adjustments if item.amount_cents != 0 and _kind(item) is CodeKind.DENIAL]


def _adjusted(paid: int | None, adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    if _denied(paid, adjustments):
        return []
    return [item for item in adjustments if item.amount_cents != 0 and _kind(item) is not CodeKind.PATIENT_SHARE]


def _deductible(_paid: int | None, adjustments: Sequence[Adjustment]) -> list[Adjustment]:
    return [item for item in adjustments if item.amount_cents != 0 and (item.group, item.reason) == ("PR", "1")]


_PICKS = {LineList.DENIED: _denied, LineList.ADJUSTED: _adjusted, LineList.DEDUCTIBLE: _deductible}


def _kind(adjustment: Adjustment) -> CodeKind | None:
    entry = carcs().get(adjustment.reason.strip().upper())
    return entry.kind if entry is not None else None


def _identity(listed: ListedLine) -> tuple[object, ...]:
    """Key by which two lines are the same service of the same claim."""
    claim, line = listed.claim, listed.line
    if line is None:
        return claim.control_number, claim.charge_cents
    return (
        claim.control_number,
        line.procedure,
        line.modifiers,
        line.charge_cents,
        line.control_number,
        tuple(sorted((name, str(day)) for name, day in line.dates.items())),
    )


def _chosen(which: LineList | str) -> LineList:
    try:
        return LineList(to_text(which))
    except ValueError:
        raise InvalidArgument(f"the list must be one of {', '.join(LineList)}, not {shorten_repr(which)}") from None
