"""Reason codes with raw facts: causes for not judging a claim or line.

The text is built on demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

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
    DATE_INFERRED = "date_inferred"
    STAY_LONGER_THAN_DATES = "stay_longer_than_dates"
    CLAIM_TYPE_UNPROVEN = "claim_type_unproven"
    RATE_PROJECTED = "rate_projected"
    # The base.
    NOT_BALANCED = "not_balanced"
    LINES_DO_NOT_ADD_UP = "lines_do_not_add_up"
    REPORTED_NOT_TAKEN = "reported_not_taken"
    ECHO_OF_PRIMARY = "echo_of_primary"
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
    # Remarks on a right amount.
    BASE_BEFORE_MODEL = "base_before_model"
    MOVED_AFTER_CUT = "moved_after_cut"
    BASE_BEFORE_BONUS = "base_before_bonus"
    PAID_UNDER_OTHER_CODE = "paid_under_other_code"


REASONS: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.SAID_CONTRACT: "a plan, as the caller says: its contract decides",
        ReasonCode.OTHER_PLAN: "plan code {plan} is not fee-for-service Medicare",
        ReasonCode.PLAN_MISSING: "the claim has no plan code (CLP06), so its payer is not known",
        ReasonCode.PAYER_NAME_AGAINST: "plan code {plan} says Medicare, the payer's name speaks against it",
        ReasonCode.PAYER_NOT_SETTLED: "no cut was taken, and nothing shows that this payer takes any",
        ReasonCode.PAYER_CUTS_NOBODY: "the payer took no cut where one was due, so nothing shows that it takes any",
        ReasonCode.PAYER_CUTS_SOME: "the payer withholds sequestration on some lines only, so this one proves nothing",
        ReasonCode.CLAIM_CUT_OFF: "the file breaks off in this claim",
        ReasonCode.SEGMENT_UNKNOWN: "the claim has a segment with an unknown tag, which may hold an amount",
        ReasonCode.AMOUNT_UNKNOWN: "an amount that the base rests on could not be read",
        ReasonCode.GROUP_MISSING: "the amount is right, and its group code is missing",
        ReasonCode.NO_DATE: "there is no date to go by: {rule}",
        ReasonCode.LINE_WITHOUT_DATE: "one of its lines has no date",
        ReasonCode.LINES_UNDER_TWO_RATES: "its lines lie on both sides of a change of rate",
        ReasonCode.NULL_DATE: "{date} means that there is no date",
        ReasonCode.BEFORE_MEDICARE: "{date} is before there was Medicare ({first_day}), so the date is wrong",
        ReasonCode.DATES_CONTRADICT: "the dates of the claim contradict each other, so one of them is wrong",
        ReasonCode.DATE_AFTER_REMITTANCE: "the date is later than the remittance, so it may be misprinted",
        ReasonCode.DATE_AFTER_RECEIPT: "the date is later than the day on which the claim was received (DTM 050)",
        ReasonCode.DATE_INFERRED: "the claim has no date of its own, and the dates of its lines have several rates",
        ReasonCode.STAY_LONGER_THAN_DATES: "the stay may end after the claim's dates, under another rate",
        ReasonCode.CLAIM_TYPE_UNPROVEN: (
            "nothing shows whether the claim is professional or institutional, and the two would have different rates"
        ),
        ReasonCode.RATE_PROJECTED: "the rate of that date is only a projection of what the law will be",
        ReasonCode.NOT_BALANCED: "the place does not balance, so it proves nothing",
        ReasonCode.LINES_DO_NOT_ADD_UP: "the lines do not add up to the claim, so an amount is wrong or missing",
        ReasonCode.REPORTED_NOT_TAKEN: (
            "a 253 is reported and was not taken: charge and allowed amount both lead to what was paid"
        ),
        ReasonCode.ECHO_OF_PRIMARY: "the 253 repeats the primary payer's own sequestration (OA 23)",
        ReasonCode.NOTHING_PAID: "nothing was paid here, and no adjustment shows what the cut was taken from",
        ReasonCode.PAYMENT_NOT_POSITIVE: "the payment is not above zero, though the claim is no reversal",
        ReasonCode.CUT_RETURNED: "a cut is given back without a reversal",
        ReasonCode.TAKEN_UNREPORTED: "the payment is already cut, though no 253 says so",
        ReasonCode.OTHER_CODE_223: "a CARC 223 of that time that is not the cut's amount",
        ReasonCode.ANTICIPATED_PAYMENT: (
            "a request for anticipated payment is no claim; its cut is taken on the final payment"
        ),
        ReasonCode.DIALYSIS_NETWORK_FEE: "the dialysis network fee may stand outside the base, by a cent a treatment",
        ReasonCode.PAYMENT_MODEL: "a payment model cuts this claim",
        ReasonCode.PAYMENT_MODEL_ORDER: (
            "a payment model (CARC 132) cuts this claim, and whether before or after 253 is not known"
        ),
        ReasonCode.PAYMENT_MODEL_HIDDEN: "a payment model cuts this claim by an amount it does not show",
        ReasonCode.BASE_BEFORE_MODEL: "the base includes what a payment model cut (CARC 132)",
        ReasonCode.MOVED_AFTER_CUT: "{code} ({amount}) was added or withheld after sequestration",
        ReasonCode.BASE_BEFORE_BONUS: "the base leaves out a bonus ({code}), for which there is no remark",
        ReasonCode.PAID_UNDER_OTHER_CODE: "the payment that was cut stands under {code} ({amount})",
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
"""Reasons that show a misprinted date."""


@attrs.frozen
class Reason:
    """A reason code with its facts."""

    code: ReasonCode
    facts: Mapping[str, object] = attrs.field(factory=dict[str, object], hash=False)

    @property
    def text(self) -> str:
        """The reason in words."""
        return REASONS[self.code].format_map(self.facts)
