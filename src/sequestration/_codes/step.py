"""Next steps: what to do, why, by when, and under which authority."""

from __future__ import annotations

from typing import Any

import attrs

from sequestration._codes.actions import Action
from sequestration._provenance import Authority
from sequestration.deadlines import Deadline

__all__ = ["Step"]


@attrs.frozen
class Step:
    """Next step for an adjustment or a finding.

    Attributes:
        action: Action to take.
        why: Reason for the action.
        deadline: Last day to act; None where none applies or the date that it runs from was not given.
        authority: Source of the step, or None.
        origin: Origin of the decision: a guard, the practice's own row, or this library.
    """

    action: Action = attrs.field(repr=lambda action: repr(action.value))
    why: str
    deadline: Deadline | None = None
    authority: Authority | None = None
    origin: str = attrs.field(default="library", repr=False)

    def to_text(self) -> str:
        """Lay out the step in several lines."""
        return "\n".join([str(self.action), *(f"  {name:<14}{text}" for name, text in self._rows if text)])

    @property
    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("why", self.why),
            ("by", str(self.deadline) if self.deadline else ""),
            ("authority", str(self.authority) if self.authority else ""),
        ]

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(f"Next step: {self.action}", self._rows))

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain values for JSON; the last day is in ISO format."""
        return {
            "action": self.action.value,
            "why": self.why,
            "last_day": self.deadline.last_day.isoformat() if self.deadline else None,
            "authority": str(self.authority) if self.authority else None,
        }

    def __str__(self) -> str:
        until = f" by {self.deadline.last_day}" if self.deadline else ""
        return f"{self.action}{until}: {self.why}"
