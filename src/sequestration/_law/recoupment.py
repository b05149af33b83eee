"""Days that follow a demand letter."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from sequestration._dates import Day, for_readers
from sequestration._law.deadline import Deadline
from sequestration._plain.result import Result
from sequestration._provenance import Authority, Confidence

__all__ = ["Recoupment"]


@attrs.frozen(kw_only=True)
class Recoupment(Result):
    """Days that follow a demand letter: last days, interest, recoupment.

    Attributes:
        demanded_on: Date of the demand letter.
        deadlines: Last days to act, the earliest first.
        interest_from: First day of interest on what is not paid.
        recoupment_from: First day on which payments are withheld, unless an appeal stops it.
        authority: Source of the two first days.
        confidence: Confidence in them.
        note: What the days do not apply to.
    """

    demanded_on: date
    deadlines: tuple[Deadline, ...]
    interest_from: date
    recoupment_from: date
    authority: Authority
    confidence: Confidence
    note: str

    def to_text(self, as_of: Day | None = None) -> str:
        """Lay out the days in order; with `as_of`, each last day says what is left."""
        return "\n".join([f"Demand letter of {for_readers(self.demanded_on)}", *map("  {}".format, self._lines(as_of))])

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON; dates are in ISO format."""
        return {
            "demanded_on": self.demanded_on.isoformat(),
            "deadlines": [deadline.to_dict() for deadline in self.deadlines],
            "interest_from": self.interest_from.isoformat(),
            "recoupment_from": self.recoupment_from.isoformat(),
            "authority": self.authority.citation,
            "note": self.note,
        }

    def _lines(self, as_of: Day | None = None) -> list[str]:
        days = [
            (each.last_day, str(each) + (f"; {each.status(as_of)}" if as_of is not None else ""))
            for each in self.deadlines
        ]
        days += [
            (self.interest_from, f"{for_readers(self.interest_from)}: interest begins"),
            (
                self.recoupment_from,
                f"{for_readers(self.recoupment_from)}: recoupment begins unless an appeal stops it",
            ),
        ]
        return [*(text for _, text in sorted(days)), self.note]

    def _repr_html_(self) -> str:
        from sequestration._html import element, notebook

        head = element("p", f"Demand letter of {for_readers(self.demanded_on)}")
        return notebook(head, element("ul", *(element("li", line) for line in self._lines())))

    def __str__(self) -> str:
        return self.to_text()
