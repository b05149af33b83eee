"""Where the reading of a file stands: the segment, what is open, what waits to be handed out, what was odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import length_hint
from typing import TypeAlias

import attrs

from sequestration._elements import amount_of, date_of, excerpt, shown
from sequestration._problems import CATALOGUE, OF_A_WHOLE_FILE, Level, Problem, ProblemCode
from sequestration._remittance import Claim, ProviderAdjustment, Remittance, ServiceLine
from sequestration._segments import Batch, Separators

__all__ = ["MOST_PROBLEMS", "MOST_PROVIDER_ADJUSTMENTS", "Log", "Place", "Reading"]

MOST_PROBLEMS = 10_000
"""So many errors and so many notes of a file are kept."""
MOST_PROVIDER_ADJUSTMENTS = 10_000

Place: TypeAlias = tuple[Batch, int]
"""A segment: its batch, and its index there."""


@attrs.define
class Log:
    """What a file has beside its claims."""

    file: str | None
    problems: list[Problem] = attrs.field(factory=list[Problem])
    dropped: int = 0
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=list[ProviderAdjustment])
    provider_adjustments_dropped: int = 0
    _kept: dict[Level, int] = attrs.field(factory=lambda: dict.fromkeys(Level, 0))

    def add_provider_adjustment(self, adjustment: ProviderAdjustment) -> None:
        """Keep a provider adjustment, or count it where very many are kept already."""
        if len(self.provider_adjustments) < MOST_PROVIDER_ADJUSTMENTS:
            self.provider_adjustments.append(adjustment)
        else:
            self.provider_adjustments_dropped += 1

    def add(self, code: ProblemCode, at: Place | None, claim: str | None, facts: dict[str, object]) -> None:
        """Keep a problem, or count it where very many of its level are kept: a thousand notes hide no error."""
        level = CATALOGUE[code].level
        if self._kept[level] >= MOST_PROBLEMS and code not in OF_A_WHOLE_FILE:
            self.dropped += 1
            return
        self._kept[level] += 1
        offset = number = tag = None
        if at is not None:
            batch, index = at
            offset, number = batch.place(index)
            tag = batch.tag(index)
        self.problems.append(Problem(code, self.file, offset, number, tag, claim, facts))


@attrs.define(eq=False)
class Reading:
    """Where the reading of a file stands.

    `rest` are the segments of the batch that are still to be read. Open are at most a transaction, of which
    `remittance` is None where it is no 835, in it a claim and in that a line. While the reader hands out an
    item, `handed_out` is where it began.
    """

    log: Log
    batch: Batch | None = None
    rest: Iterator[str] = attrs.field(factory=lambda: iter(()))
    separators: Separators = attrs.field(factory=lambda: Separators("*", ":", "~"))
    transaction: str | None = None
    remittance: Remittance | None = None
    party: str = ""
    """Of whom the segments before the claims tell: PR the payer, PE the payee."""
    in_claims: bool = False
    institutional_group: bool = False
    claim: Claim | None = None
    claim_start: Place | None = None
    line: ServiceLine | None = None
    dropping: bool = False
    """The rest of a claim without an end is passed over."""
    ready: list[tuple[Claim | Remittance, Place | None]] = attrs.field(
        factory=list[tuple[Claim | Remittance, Place | None]]
    )
    handed_out: Place | None = None

    # What is open, and what is done.

    def begin_transaction(self, number: str, remittance: Remittance | None) -> None:
        """A transaction begins, and with it all that it may say."""
        self.transaction = number
        self.remittance = remittance
        self.party = ""
        self.in_claims = self.institutional_group = self.dropping = False

    def finish_transaction(self) -> None:
        """The transaction is whole, or as whole as it gets."""
        if self.transaction is None:
            return
        self.finish_claim()
        if self.remittance is not None:
            self.ready.append((self.remittance, self.last()))
        self.transaction = self.remittance = None

    def finish_claim(self) -> None:
        """The claim that is open, if one is, has all its segments."""
        if self.claim is not None:
            self.ready.append((self.claim, self.claim_start))
            self.claim = self.line = None

    def hand_out(self) -> Iterator[Claim | Remittance]:
        """What has been finished."""
        for item, place in self.ready:
            self.handed_out = place
            yield item
        self.ready.clear()

    # Texts of the segment that is being read.

    def split(self, segment: str) -> list[str]:
        """The elements of a segment."""
        return segment.split(self.separators.element)

    def amount(self, element: str, text: str) -> int | None:
        """Whole cents; None, and a problem that names the element, where the text is no amount."""
        cents, odd = amount_of(text)
        if odd is ProblemCode.MISSING_AMOUNT:
            self.report(odd, element=element)
        elif odd is ProblemCode.BAD_AMOUNT:
            self.report(odd, element=element, text=excerpt(text))
        elif odd is not None:
            self.report(odd, element=element, text=excerpt(text), amount=shown(cents))
        return cents

    def day(self, element: str, text: str) -> date | None:
        """A day; None, and a problem, where the text is none."""
        found = date_of(text)
        if found is None:
            self.report(ProblemCode.BAD_DATE, element=element, text=excerpt(text))
        return found

    # Problems with their place.

    def here(self) -> Place:
        """The segment that is being read, counted from the end: it stands before those that are still to be read."""
        assert self.batch is not None
        return self.batch, ~length_hint(self.rest)

    def number(self) -> int:
        """The number of the segment that is being read."""
        batch, index = self.here()
        return batch.number(index)

    def last(self) -> Place:
        """The segment that is being read or, at the end of the file, the last one."""
        batch, index = self.here()
        return (batch, index) if batch.segments[index] else (batch, batch.last)

    def misplaced(self) -> None:
        """A segment belongs to nothing, unless its transaction or its claim is being passed over."""
        if not self.dropping and (self.remittance is not None or self.transaction is None):
            self.report(ProblemCode.MISPLACED_SEGMENT)

    def report(self, code: ProblemCode, at: Place | None = None, **facts: object) -> None:
        """A problem at a place or else at the segment that is being read."""
        claim = None if self.claim is None else self.claim.control_number
        self.log.add(code, self.here() if at is None else at, claim, facts)
