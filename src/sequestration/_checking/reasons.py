"""Reason codes with raw facts: causes for not judging a claim or line.

The text is built on demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

__all__ = ["REASONS", "Reason", "ReasonCode"]


class ReasonCode(StrEnum):
    """Reason for `undetermined` or `not_applicable`, or a remark on another verdict."""

    # Identity of the payer.
    SAID_CONTRACT = "said_contract"
    OTHER_PLAN = "other_plan"
    PLAN_MISSING = "plan_missing"
    PAYER_NAME_AGAINST = "payer_name_against"
    PAYER_NOT_SETTLED = "payer_not_settled"
    PAYER_CUTS_NOBODY = "payer_cuts_nobody"
    # Unreadable values.
    CLAIM_CUT_OFF = "claim_cut_off"
    AMOUNT_UNKNOWN = "amount_unknown"
    GROUP_MISSING = "group_missing"
    # Dates.
    NO_DATE = "no_date"
    LINE_WITHOUT_DATE = "line_without_date"
    LINES_UNDER_TWO_RATES = "lines_under_two_rates"
    DATE_AFTER_REMITTANCE = "date_after_remittance"
    # The base.
    NOT_BALANCED = "not_balanced"
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
    PAID_UNDER_OTHER_CODE = "paid_under_other_code"


REASONS: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.SAID_CONTRACT: "a plan, as the caller says: its contract decides",
        ReasonCode.OTHER_PLAN: "plan code {plan} is not fee-for-service Medicare",
        ReasonCode.PLAN_MISSING: "the claim has no plan code (CLP06), so its payer is not known",
        ReasonCode.PAYER_NAME_AGAINST: "plan code {plan} says Medicare, the payer's name speaks against it",
        ReasonCode.PAYER_NOT_SETTLED: "no cut was taken, and nothing shows that this payer takes any",
        ReasonCode.PAYER_CUTS_NOBODY: ("the payer took no cut where one was due, so nothing shows that it takes any"),
        ReasonCode.CLAIM_CUT_OFF: "the file breaks off in this claim",
        ReasonCode.AMOUNT_UNKNOWN: "an amount that the base rests on could not be read",
        ReasonCode.GROUP_MISSING: "the amount is right, and its group code is missing",
        ReasonCode.NO_DATE: "there is no date to go by: {rule}",
        ReasonCode.LINE_WITHOUT_DATE: "one of its lines has no date",
        ReasonCode.LINES_UNDER_TWO_RATES: "its lines lie on both sides of a change of rate",
        ReasonCode.DATE_AFTER_REMITTANCE: "the date is later than the remittance, so it may be misprinted",
        ReasonCode.NOT_BALANCED: "the place does not balance, so it proves nothing",
        ReasonCode.NOTHING_PAID: "nothing was paid here, and no adjustment shows what the cut was taken from",
        ReasonCode.PAYMENT_NOT_POSITIVE: "the payment is not above zero, though the claim is no reversal",
        ReasonCode.CUT_RETURNED: "a cut is given back without a reversal, where none is due",
        ReasonCode.TAKEN_UNREPORTED: "the payment is already cut, though no 253 says so",
        ReasonCode.OTHER_CODE_223: "a CARC 223 of that time that is not the cut's amount",
        ReasonCode.ANTICIPATED_PAYMENT: (
            "a request for anticipated payment is no claim; its cut is taken on the final payment"
        ),
        ReasonCode.DIALYSIS_NETWORK_FEE: ("the dialysis network fee may stand outside the base, by a cent a treatment"),
        ReasonCode.PAYMENT_MODEL: "a payment model cuts this claim",
        ReasonCode.PAYMENT_MODEL_ORDER: (
            "a payment model (CARC 132) cuts this claim, and whether before or after 253 is not known"
        ),
        ReasonCode.PAYMENT_MODEL_HIDDEN: "a payment model cuts this claim by an amount it does not show",
        ReasonCode.BASE_BEFORE_MODEL: "the base includes what a payment model cut (CARC 132)",
        ReasonCode.PAID_UNDER_OTHER_CODE: "the payment that was cut stands under {code} ({amount})",
    }
)
"""Text of each code, with placeholders in braces for the facts."""


@attrs.frozen
class Reason:
    """A reason code with its facts."""

    code: ReasonCode
    facts: Mapping[str, object] = attrs.field(factory=dict[str, object], hash=False)

    @property
    def text(self) -> str:
        """The reason in words."""
        return REASONS[self.code].format_map(self.facts)
