"""Group codes: who bears an adjustment, by ``data/groups.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

import attrs

from sequestration._kinds import Action
from sequestration._rows import shipped_rows

__all__ = ["GroupCode"]


class GroupCode(StrEnum):
    """Who bears an adjustment: the code that stands before the reason code.

    >>> GroupCode.CO.liability, GroupCode("pr").liability
    ('provider', 'patient')
    """

    CO = "CO"
    PR = "PR"
    OA = "OA"
    PI = "PI"
    CR = "CR"

    @property
    def title(self) -> str:  # type: ignore[override]  # a text's own method, which no code needs
        """What the group says, in this project's words."""
        return _facts()[self].title

    @property
    def liability(self) -> str:
        """Who bears the amount, in a word or two."""
        return _facts()[self].liability

    @property
    def patient_pays(self) -> bool:
        """Whether the patient, or the next payer, may be billed for an amount of this group."""
        return _facts()[self].instead_of_patient is None

    @property
    def instead_of_patient(self) -> Action | None:
        """What to do where a code alone would say that the patient is billed; None where that is right."""
        return _facts()[self].instead_of_patient

    @property
    def why(self) -> str:
        """What the group means for who is billed, as half a sentence."""
        return _facts()[self].why

    @classmethod
    def _missing_(cls, value: object) -> GroupCode | None:
        text = str(value).strip().upper()
        return next((group for group in cls if group.value == text), None)


@attrs.frozen
class _Facts:
    title: str
    liability: str
    instead_of_patient: Action | None
    why: str


_COLUMNS = ("code", "title", "liability", "instead_of_patient", "why")


@cache
def _facts() -> Mapping[GroupCode, _Facts]:
    return {
        row.member("code", GroupCode): _Facts(
            row.filled("title"),
            row.filled("liability"),
            row.member("instead_of_patient", Action) if row.text("instead_of_patient") else None,
            row.filled("why"),
        )
        for row in shipped_rows("groups.csv", _COLUMNS)
    }
