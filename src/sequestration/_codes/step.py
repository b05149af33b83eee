"""Next steps: what to do, why, by when, and under which authority."""

from __future__ import annotations

from typing import Any

import attrs

from sequestration._codes.actions import Action
from sequestration._dates import Day, for_readers
from sequestration._law.deadline import Deadline
from sequestration._plain.result import Result
from sequestration._provenance import Authority

__all__ = ["Step"]


@attrs.frozen
class Step(Result):
    """Next step for an adjustment or a finding.

    Attributes:
        action: Action to take.
        why: Reason for the action.
        deadlines: Every deadline, earliest first; empty if none applies or the date that it counts from was not
            given.
        authority: Source of the step, or None.
        origin: Origin of the decision: a guard, the practice's own row, or this library.
        task: Action as an instruction, without a date.
        clock: Rule of the deadline that bounds the action itself; the others run beside it.
    """

    action: Action = attrs.field(repr=lambda action: repr(action.value))
    why: str
    deadlines: tuple[Deadline, ...] = ()
    authority: Authority | None = None
    origin: str = attrs.field(default="library", repr=False)
    task: str = attrs.field(default="", repr=False)
    clock: str = attrs.field(default="", repr=False)

    @property
    def deadline(self) -> Deadline | None:
        """The first of the deadlines; None if there is none."""
        return self.deadlines[0] if self.deadlines else None

    def open_deadlines(self, as_of: Day) -> tuple[Deadline, ...]:
        """The deadlines that are not passed on a day, the earliest first."""
        return tuple(deadline for deadline in self.deadlines if not deadline.is_passed(as_of))

    def instruction(self, as_of: Day | None = None) -> str:
        """Write the step as an instruction, with the last day of the action.

        A last day that is passed as of a day is reported as passed.

        >>> import sequestration as seq
        >>> seq.next_step("CO-50", remittance_date="2026-06-01").instruction()
        'Request a redetermination from your MAC by Oct 4, 2026.'
        >>> seq.next_step("CO-50", remittance_date="2026-06-01").instruction(as_of="2026-10-05").partition(". ")[0]
        'The last day to request a redetermination from your MAC passed on Oct 4, 2026'
        """
        own = next((deadline for deadline in self.deadlines if deadline.rule == self.clock), None)
        if own is None:
            return f"{self.task or self.action}.{self._appeal_rights(as_of)}"
        if as_of is None or not own.is_passed(as_of):
            return f"{self.task} by {for_readers(own.last_day)}.{self._appeal_rights(as_of)}"
        passed = f"The last day to {own.title} passed on {for_readers(own.last_day)}."
        left = [f" You can still {each.title} by {for_readers(each.last_day)}." for each in self.open_deadlines(as_of)]
        return passed + "".join(left)

    def _appeal_rights(self, as_of: Day | None) -> str:
        """The appeal that runs beside a step and ends before it."""
        appeal = next((deadline for deadline in self.deadlines if deadline.rule == _APPEAL), None)
        if appeal is None or self.clock == _APPEAL:
            return ""
        if as_of is not None and appeal.is_passed(as_of):
            return f" The last day to {appeal.title} passed on {for_readers(appeal.last_day)}."
        return f" To protect your appeal rights, {appeal.title} by {for_readers(appeal.last_day)}."

    def to_text(self, as_of: Day | None = None) -> str:
        """Lay out the step in several lines; with `as_of`, each clock says what is left."""
        return "\n".join([str(self.action), *(f"  {name:<14}{text}" for name, text in self._rows_as_of(as_of) if text)])

    def _rows_as_of(self, as_of: Day | None = None) -> list[tuple[str, str]]:
        """The step as names and texts; every clock has its own row."""
        clocks = [("last day", self._clock_text(deadline, as_of)) for deadline in self.deadlines]
        return [
            ("do", self.instruction(as_of)),
            ("why", self.why),
            *clocks,
            ("authority", str(self.authority) if self.authority else ""),
        ]

    @staticmethod
    def _clock_text(deadline: Deadline, as_of: Day | None) -> str:
        status = f"{deadline.status(as_of)}; " if as_of is not None else ""
        return f"{deadline}; {status}after it you lose {deadline.lost}"

    def _repr_html_(self) -> str:
        from sequestration._html import facts, notebook

        return notebook(facts(f"Next step: {self.action}", self._rows_as_of()))

    def to_dict(self, as_of: Day | None = None) -> dict[str, Any]:
        """Convert to plain values for JSON; days are in ISO format.

        With `as_of`, each clock has the days left and whether it is passed; without, both are None.
        """
        return {
            "action": self.action.value,
            "instruction": self.instruction(as_of),
            "why": self.why,
            "last_day": self.deadline.last_day.isoformat() if self.deadline else None,
            "deadlines": [self._clock_values(deadline, as_of) for deadline in self.deadlines],
            "authority": str(self.authority) if self.authority else None,
        }

    @staticmethod
    def _clock_values(deadline: Deadline, as_of: Day | None) -> dict[str, Any]:
        return {
            "rule": deadline.rule,
            "title": deadline.title,
            "last_day": deadline.last_day.isoformat(),
            "authority": deadline.authority.citation,
            "lost": deadline.lost,
            "days_left": None if as_of is None else deadline.days_left(as_of),
            "passed": None if as_of is None else deadline.is_passed(as_of),
        }

    def __str__(self) -> str:
        return f"{self.action}: {self.instruction()} {self.why}"


_APPEAL = "redetermination"
