"""Sum findings by payer, verdict, explanation and period, kept or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

import attrs

from sequestration._checking.findings import Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.mistakes import Explanation, ExplanationCode
from sequestration._checking.wording import explanations_of
from sequestration._law.periods import RatePeriod

__all__ = ["GroupKey", "GroupRow", "GroupSums", "Groups", "group_key"]

_MAX_GROUPS = 1_000
"""Groups of an audit. Beyond this limit, new ones are combined by verdict alone."""


@attrs.frozen(cache_hash=True)
class GroupKey:
    """Everything that the findings of a group share.

    `explanation` is the first one. `claim_type` is institutional or professional. `contracted` means that the caller
    named the payer a plan under contract. A group of too many others has the verdict only.
    """

    verdict: Verdict
    payer: str = ""
    explanation: ExplanationCode | None = None
    period: RatePeriod | None = None
    claim_type: str = ""
    contracted: bool = False


@attrs.define
class GroupSums:
    """Sums of a group in whole cents, with its first and last deciding dates."""

    lines: int = 0
    reported_cents: int = 0
    expected_cents: int = 0
    first_day: date | None = None
    last_day: date | None = None

    @classmethod
    def of(cls, judgment: Judgment, sign: int = 1) -> GroupSums:
        """Sums of one judgment; `sign` is -1 for a reversal, which takes it back."""
        reported, expected = judgment.reported or 0, judgment.expected or 0
        return cls(sign, sign * reported, sign * expected, judgment.date.on, judgment.date.on)

    @property
    def difference_cents(self) -> int:
        """Reported less expected, in whole cents."""
        return self.reported_cents - self.expected_cents

    def add(self, other: GroupSums) -> None:
        """Add other sums."""
        self.lines += other.lines
        self.reported_cents += other.reported_cents
        self.expected_cents += other.expected_cents
        if other.first_day is not None and (self.first_day is None or other.first_day < self.first_day):
            self.first_day = other.first_day
        if other.last_day is not None and (self.last_day is None or other.last_day > self.last_day):
            self.last_day = other.last_day

    def subtract(self, other: GroupSums) -> None:
        """Take sums back; the days stay as they are."""
        self.lines -= other.lines
        self.reported_cents -= other.reported_cents
        self.expected_cents -= other.expected_cents

    @property
    def is_empty(self) -> bool:
        """Whether everything was taken back."""
        return not (self.lines or self.reported_cents or self.expected_cents)


GroupRow: TypeAlias = tuple[GroupKey, GroupSums]


@attrs.define(eq=False)
class Groups:
    """Sums by group; a bounded number of groups."""

    _rows: dict[GroupKey, GroupRow] = attrs.field(factory=dict[GroupKey, GroupRow])

    def __iter__(self) -> Iterator[GroupRow]:
        return iter(self._rows.values())

    def has_room_for(self, other: Groups) -> bool:
        """Whether the groups of two audits are kept individually."""
        return len(self._rows) + len(other._rows) < _MAX_GROUPS

    def add(self, rows: Iterable[GroupRow]) -> None:
        """Add sums of groups."""
        for key, sums in rows:
            self.enter(key, sums)

    def subtract(self, rows: Iterable[GroupRow]) -> None:
        """Take back sums that were added; a group left without any is removed."""
        for key, sums in rows:
            own, found = self._row(self.find(key))
            found.subtract(sums)
            if found.is_empty:
                del self._rows[own]

    def enter(self, key: GroupKey, sums: GroupSums) -> GroupKey:
        """Add the sums of one group, and return the one key that all of this group share."""
        own, found = self._row(key)
        found.add(sums)
        return own

    def find(self, key: GroupKey) -> GroupKey:
        """The group that has the sums of a key: its own, or the combined one."""
        return key if key in self._rows else _combined(key)

    def _row(self, key: GroupKey) -> GroupRow:
        """A group with its sums, created on first use; excess groups are combined."""
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= _MAX_GROUPS:
                key = _combined(key)
            found = self._rows.setdefault(key, (key, GroupSums()))
        return found


def group_key(
    judgment: Judgment, verdict: Verdict | None = None, explanations: tuple[Explanation, ...] | None = None
) -> GroupKey:
    """The group of a judgment.

    Args:
        judgment: The judgment.
        verdict: Verdict of the group; None for that of the judgment.
        explanations: Explanations of the judgment, if known.
    """
    first = next(iter(explanations_of(judgment) if explanations is None else explanations), None)
    return GroupKey(
        verdict or judgment.verdict,
        judgment.case.claim.payer,
        None if first is None else first.code,
        judgment.period,
        "institutional" if judgment.case.claim.institutional else "professional",
    )


def _combined(key: GroupKey) -> GroupKey:
    return GroupKey(key.verdict, contracted=key.contracted)
