"""Group codes, which say who is responsible for an adjustment.

They are described in ``data/codes/groups.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

import attrs

from sequestration._codes.actions import Action
from sequestration._data import shipped_rows

__all__ = ["GroupCode"]


class GroupCode(StrEnum):
    """Group code of an adjustment: who is responsible for the amount.

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
        """Title of the group in this project's own words."""
        return _facts()[self].title

    @property
    def liability(self) -> str:
        """Party responsible for the amount, in a word or two."""
        return _facts()[self].liability

    @property
    def patient_pays(self) -> bool:
        """Whether the patient, or the next payer, may be billed for this group."""
        return _facts()[self].instead_of_patient is None

    @property
    def instead_of_patient(self) -> Action | None:
        """Step to take where a code alone would bill the patient; None if that is right."""
        return _facts()[self].instead_of_patient

    @property
    def why(self) -> str:
        """Reason why the patient is or is not billed, as half a sentence."""
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
        for row in shipped_rows("codes/groups.csv", _COLUMNS)
    }
