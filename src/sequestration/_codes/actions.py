"""Enumerations used by the code tables: actions, kinds of codes, confidence."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Action", "CodeKind", "Confidence"]


class Confidence(StrEnum):
    """Confidence in a fact."""

    HIGH = "high"
    """Two or more independent sources agree, or the text of the law was read."""
    MEDIUM = "medium"
    """One good source."""
    LOW = "low"
    """A weak source, or part of the fact is unknown."""


class CodeKind(StrEnum):
    """Effect of a reason code on the payment. Only DENIAL means a denial."""

    DENIAL = "denial"
    REDUCTION = "reduction"
    PATIENT_SHARE = "patient_share"
    INFORMATION = "information"
    CREDIT = "credit"

    @property
    def words(self) -> str:
        """The kind in plain words."""
        return self.value.replace("_", " ")


class Action(StrEnum):
    """Recommended action for an adjustment or a finding; the values are plain words."""

    NONE = "none"
    WRITE_OFF = "write off"
    BILL_PATIENT = "bill patient"
    BILL_OTHER_PAYER = "bill other payer"
    CORRECT_AND_RESUBMIT = "correct and resubmit"
    SEND_DOCUMENTATION = "send documentation"
    APPEAL = "appeal"
    VERIFY_ELIGIBILITY = "verify eligibility"
    OBTAIN_AUTHORIZATION = "obtain authorization"
    PROVIDER_ENROLLMENT = "provider enrollment"
    CHECK_CONTRACT = "check contract"
    REQUEST_REOPENING = "request reopening"
    VERIFY_AND_RETURN = "verify, report and return"
    REVIEW = "review"

    @classmethod
    def _missing_(cls, value: object) -> Action | None:
        """Accept spellings from users' own tables: "Write_off", "bill-patient"."""
        words = str(value).lower().replace("_", " ").replace("-", " ").split()
        return next((action for action in cls if action.value.split() == words), None)
