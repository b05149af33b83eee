"""Next steps of findings, each written once and numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from sequestration._checking.findings import Finding
from sequestration._codes.step import Step
from sequestration._dates import Day, for_readers
from sequestration._messages import counted
from sequestration.deadlines import Deadline

__all__ = ["REVERSED", "StepList"]

REVERSED = "none: this payment was reversed in these files"
"""Next step of a finding whose payment a reversal took back."""


@attrs.define
class _Entry:
    """A step and the lines that it is for."""

    number: int
    step: Step
    lines: int = 0
    clocks: dict[str, Deadline] = attrs.field(factory=dict[str, Deadline])


class StepList:
    """Steps of findings, numbered in the order of their first finding.

    Steps that differ only in their days are one.

    Args:
        findings: Findings in the order of the text.
        as_of: Day from which the days left are counted.
        is_settled: Whether the payment of a finding was reversed, so that nothing is to do.
    """

    def __init__(self, findings: Iterable[Finding], as_of: Day | None, is_settled: Callable[[Finding], bool]) -> None:
        self._as_of = as_of
        self._is_settled = is_settled
        self._entries: dict[tuple[str, ...], _Entry] = {}
        for finding in findings:
            step = _step_of(finding)
            if step is not None and not is_settled(finding):
                entry = self._entries.setdefault(_key(step), _Entry(len(self._entries) + 1, step))
                entry.lines += 1
                for deadline in step.deadlines:
                    entry.clocks.setdefault(deadline.rule, deadline)

    def rows(self, finding: Finding) -> list[tuple[str, str]]:
        """The number of a finding's step and its last days, as names and texts.

        Days that have passed come last, the others with the soonest first.
        """
        step = _step_of(finding)
        if step is None:
            return []
        if self._is_settled(finding):
            return [("next step", REVERSED)]
        as_of = self._as_of
        clocks: Sequence[Deadline] = step.deadlines
        if as_of is not None:
            clocks = sorted(clocks, key=lambda each: (each.is_passed(as_of), each.last_day))
        rows = [("next step", f"{self._entries[_key(step)].number}. {step.action}")]
        rows += [("" if place else "last day", self._day_text(clock)) for place, clock in enumerate(clocks)]
        return rows

    def _day_text(self, clock: Deadline) -> str:
        day = for_readers(clock.last_day)
        if self._as_of is None:
            return f"{day} to {clock.title}"
        if clock.is_passed(self._as_of):
            return f"PASSED on {day}: {clock.title}"
        return f"{day} to {clock.title}: {clock.status(self._as_of)}"

    def to_text(self) -> str:
        """Write the steps; empty if there is none."""
        if not self._entries:
            return ""
        return "\n".join(["Next steps:", *(line for entry in self._entries.values() for line in _lines(entry))])


def _step_of(finding: Finding) -> Step | None:
    return finding.step if finding.verdict.needs_review else None


def _key(step: Step) -> tuple[str, ...]:
    """All parts of a step but its days."""
    return step.action, step.task, step.why, str(step.authority)


def _lines(entry: _Entry) -> Iterator[str]:
    step = entry.step
    yield f"  {entry.number}. {step.action}: {counted(entry.lines, 'line')}"
    rows = [
        ("do", f"{step.task}." if step.task else ""),
        ("why", step.why),
        ("authority", str(step.authority or "")),
        *(("last day", _clock_text(clock)) for clock in entry.clocks.values()),
    ]
    for name, text in rows:
        if text:
            yield f"     {name:<10} {text}"


def _clock_text(clock: Deadline) -> str:
    """The rule of a deadline without its days, which each finding has."""
    lost = f"; after it you lose {clock.lost}" if clock.lost else ""
    return f"{clock.title}: {clock.period} ({clock.authority.citation}){lost}"
