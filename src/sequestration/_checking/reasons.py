"""Reason codes with raw facts: causes for not judging a claim or line.

The text is built on demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from sequestration._templates import fill_template

__all__ = ["IMPOSSIBLE_DATES", "REASONS", "Reason", "ReasonCode"]


class ReasonCode(StrEnum):
    """Reason for `undetermined` or `not_applicable`, or a remark on another verdict."""

    # Identity of the payer.
    SAID_CONTRACT = "said_contract"
    OTHER_PLAN = "other_plan"
    PLAN_MISSING = "plan_missing"
    PAYER_NAME_AGAINST = "payer_name_against"
    PAYER_NOT_SETTLED = "payer_not_settled"
    PAYER_CUTS_NOBODY = "payer_cuts_nobody"
    PAYER_CUTS_SOME = "payer_cuts_some"
    # Unreadable values.
    CLAIM_CUT_OFF = "claim_cut_off"
    SEGMENT_UNKNOWN = "segment_unknown"
    AMOUNT_UNKNOWN = "amount_unknown"
    GROUP_MISSING = "group_missing"
    # Dates.
    NO_DATE = "no_date"
    LINE_WITHOUT_DATE = "line_without_date"
    LINES_UNDER_TWO_RATES = "lines_under_two_rates"
    NULL_DATE = "null_date"
    BEFORE_MEDICARE = "before_medicare"
    DATES_CONTRADICT = "dates_contradict"
    DATE_AFTER_REMITTANCE = "date_after_remittance"
    DATE_AFTER_RECEIPT = "date_after_receipt"
    DATE_TOO_OLD = "date_too_old"
    DATE_INFERRED = "date_inferred"
    STAY_LONGER_THAN_DATES = "stay_longer_than_dates"
    CLAIM_TYPE_UNPROVEN = "claim_type_unproven"
    RATE_PROJECTED = "rate_projected"
    # Payment before sequestration.
    NOT_BALANCED = "not_balanced"
    LINES_DO_NOT_ADD_UP = "lines_do_not_add_up"
    ADJUSTED_AT_CLAIM = "adjusted_at_claim"
    REPORTED_NOT_TAKEN = "reported_not_taken"
    ECHO_OF_PRIMARY = "echo_of_primary"
    UNEXPLAINED_AFTER_PRIMARY = "unexplained_after_primary"
    CLAIM_TOTAL_CORRECT = "claim_total_correct"
    NOTHING_PAID = "nothing_paid"
    PAYMENT_NOT_POSITIVE = "payment_not_positive"
    CUT_RETURNED = "cut_returned"
    TAKEN_UNREPORTED = "taken_unreported"
    OTHER_CODE_223 = "other_code_223"
    # Payments with rules of their own.
    ANTICIPATED_PAYMENT = "anticipated_payment"
    DIALYSIS_NETWORK_FEE = "dialysis_network_fee"
    PAYMENT_MODEL = "payment_model"
    PAYMENT_MODEL_ORDER = "payment_model_order"
    PAYMENT_MODEL_HIDDEN = "payment_model_hidden"
    # Remarks on a correct amount.
    BASE_BEFORE_MODEL = "base_before_model"
    MOVED_AFTER_CUT = "moved_after_cut"
    BASE_BEFORE_BONUS = "base_before_bonus"
    PAID_UNDER_OTHER_CODE = "paid_under_other_code"


REASONS: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.SAID_CONTRACT: "you identified this payer as a plan, so its contract applies",
        ReasonCode.OTHER_PLAN: "plan code {plan} (CLP06) is not fee-for-service Medicare",
        ReasonCode.PLAN_MISSING: "the claim has no plan code (CLP06), so the payer can't be identified",
        ReasonCode.PAYER_NAME_AGAINST: "plan code {plan} (CLP06) is Medicare, but the payer's name suggests a plan",
        ReasonCode.PAYER_NOT_SETTLED: "no sequestration was withheld, and nothing shows that this payer withholds it",
        ReasonCode.PAYER_CUTS_NOBODY: (
            "this payer withheld no sequestration on any line where it was due, so it may not be Medicare"
        ),
        ReasonCode.PAYER_CUTS_SOME: (
            "this payer withholds sequestration on only some lines, so none may be due on this one"
        ),
        ReasonCode.CLAIM_CUT_OFF: "the file ends in this claim",
        ReasonCode.SEGMENT_UNKNOWN: "the claim has an unknown segment, which may contain an amount",
        ReasonCode.AMOUNT_UNKNOWN: "an amount needed for the calculation could not be read",
        ReasonCode.GROUP_MISSING: "the amount is correct, but the group code is missing",
        ReasonCode.NO_DATE: "the date that sets the rate is missing: {rule}",
        ReasonCode.LINE_WITHOUT_DATE: "one of the lines has no date",
        ReasonCode.LINES_UNDER_TWO_RATES: "the lines have different rates because the rate changed between their dates",
        ReasonCode.NULL_DATE: "{date} is a placeholder for a missing date",
        ReasonCode.BEFORE_MEDICARE: "{date} is before Medicare began ({first_day}), so the date is wrong",
        ReasonCode.DATES_CONTRADICT: "the dates of the claim contradict each other, so one of them is wrong",
        ReasonCode.DATE_AFTER_REMITTANCE: "the date of service is after the remittance date, so it may be wrong",
        ReasonCode.DATE_AFTER_RECEIPT: (
            "the date of service is after the date the claim was received (DTM 050), so it may be wrong"
        ),
        ReasonCode.DATE_TOO_OLD: (
            "the date of service is too old for a claim that was filed on time, no other claim in the remittance is as "
            "old, and a later rate gives this amount, so it may be wrong"
        ),
        ReasonCode.DATE_INFERRED: "the claim has no date of its own, and the dates of its lines have different rates",
        ReasonCode.STAY_LONGER_THAN_DATES: "the stay may extend past the claim's dates, when the rate was different",
        ReasonCode.CLAIM_TYPE_UNPROVEN: (
            "the claim may be professional or institutional, and the rates would be different"
        ),
        ReasonCode.RATE_PROJECTED: "the rate for that date is only a projection of future law",
        ReasonCode.NOT_BALANCED: "this line or claim is out of balance, so it can't be checked",
        ReasonCode.LINES_DO_NOT_ADD_UP: "the lines don't add up to the claim, so an amount is wrong or missing",
        ReasonCode.ADJUSTED_AT_CLAIM: (
            "the claim has adjustments of its own, and nothing shows how much of them belongs to this line"
        ),
        ReasonCode.REPORTED_NOT_TAKEN: (
            "CARC 253 is reported but was not withheld: the charge and the allowed amount both lead to the payment"
        ),
        ReasonCode.ECHO_OF_PRIMARY: "the CARC 253 amount repeats the primary payer's own sequestration (OA 23)",
        ReasonCode.UNEXPLAINED_AFTER_PRIMARY: (
            "another payer paid first, and no known mistake gives this amount, so it may be that payer's sequestration"
        ),
        ReasonCode.CLAIM_TOTAL_CORRECT: (
            "the amount is not that of the line, but the lines add up to the correct amount for the claim"
        ),
        ReasonCode.NOTHING_PAID: (
            "nothing was paid here, and no adjustment shows the payment that sequestration was withheld from"
        ),
        ReasonCode.PAYMENT_NOT_POSITIVE: "the payment is zero or negative, but the claim is not a reversal",
        ReasonCode.CUT_RETURNED: "sequestration is returned without a reversal",
        ReasonCode.TAKEN_UNREPORTED: (
            "the payment is already reduced by the sequestration amount, but CARC 253 is not reported"
        ),
        ReasonCode.OTHER_CODE_223: "CARC 223 was used for sequestration on that date, but the amount does not match",
        ReasonCode.ANTICIPATED_PAYMENT: (
            "this is a request for anticipated payment, not a claim; sequestration is withheld from the final payment"
        ),
        ReasonCode.DIALYSIS_NETWORK_FEE: (
            "the dialysis network fee may not be part of the payment before sequestration (one cent per treatment)"
        ),
        ReasonCode.PAYMENT_MODEL: "a payment model reduces this claim",
        ReasonCode.PAYMENT_MODEL_ORDER: (
            "a payment model (CARC 132) reduces this claim, and it is unknown whether before or after sequestration"
        ),
        ReasonCode.PAYMENT_MODEL_HIDDEN: "a payment model reduces this claim by an amount that is not reported",
        ReasonCode.BASE_BEFORE_MODEL: (
            "sequestration is based on the payment before a payment model reduced it (CARC 132)"
        ),
        ReasonCode.MOVED_AFTER_CUT: "{code} ({amount}) was added or withheld after sequestration",
        ReasonCode.BASE_BEFORE_BONUS: (
            "sequestration is based on the payment without a bonus ({code}) that has no remark code"
        ),
        ReasonCode.PAID_UNDER_OTHER_CODE: (
            "the payment that sequestration was withheld from is reported under {code} ({amount})"
        ),
    }
)
"""Text of each code, with placeholders in braces for the facts."""


IMPOSSIBLE_DATES = frozenset(
    {
        ReasonCode.NULL_DATE,
        ReasonCode.BEFORE_MEDICARE,
        ReasonCode.DATES_CONTRADICT,
        ReasonCode.DATE_AFTER_REMITTANCE,
        ReasonCode.DATE_AFTER_RECEIPT,
    }
)
"""Reasons that show a wrong date."""


@attrs.frozen
class Reason:
    """A reason code with its facts."""

    code: ReasonCode
    facts: Mapping[str, object] = attrs.field(factory=dict[str, object], hash=False)

    @property
    def text(self) -> str:
        """The reason in words."""
        return fill_template(REASONS[self.code], self.facts)
