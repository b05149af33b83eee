"""Actions recommended for an adjustment or a finding."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Action"]


class Action(StrEnum):
    """Recommended action for an adjustment or a finding; the values are plain words."""

    NONE = "none"
    WRITE_OFF = "write off"
    BILL_PATIENT = "bill patient"
    BILL_OTHER_PAYER = "bill other payer"
    CORRECT_AND_RESUBMIT = "correct and resubmit"
    ADJUST_CLAIM = "adjust claim"
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
