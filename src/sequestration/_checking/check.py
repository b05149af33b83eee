"""Check one reported amount, or one claim, against the law."""

from __future__ import annotations

from sequestration._checking.amounts import CARC_23, Amounts
from sequestration._checking.case import Case, ClaimFacts, max_rounding
from sequestration._checking.cases import build_cases
from sequestration._checking.deciding_date import CandidateDate
from sequestration._checking.doubts import may_repeat_primary, pays_on_time
from sequestration._checking.findings import Finding, Verdict
from sequestration._checking.judge import judge
from sequestration._checking.judgment import Judgment
from sequestration._checking.payer import Payer, PayerKind, PayerStanding, classify_payer, parse_payer_kind
from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._checking.settle import PayerConduct, allow_claim_level_rounding, settle
from sequestration._checking.wording import build_finding, explanations_of
from sequestration._dates import Day, as_date
from sequestration._errors import InvalidAmount, InvalidArgumentType
from sequestration._flags import as_bool_or_none
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._messages import shorten_repr
from sequestration._money import Amount, as_cents, format_cents
from sequestration._x12.model import Claim
from sequestration._x12.repeated_adjustments import count_once

__all__ = ["check_adjustment", "check_claim", "judge_claim"]

_AMOUNT_VERDICTS = frozenset((Verdict.CUT_TOO_LARGE, Verdict.CUT_TOO_SMALL, Verdict.CUT_NOT_DUE))
_CARC_45 = "45"
_STATUSES_AFTER_PRIMARY = frozenset(("2", "3", "20", "21"))  # CLP02: handled as the second or third payer.


def check_adjustment(
    *,
    reported: Amount | None,
    paid: Amount,
    on: Day,
    payable: Amount | None = None,
    paid_elsewhere: Amount = "0",
    group: str | None = "CO",
    allowed: Amount | None = None,
    charge: Amount | None = None,
    patient_responsibility: Amount | None = None,
    assigned: bool | None = None,
    schedule: RateSchedule | None = None,
) -> Finding:
    """Check one reported CO 253 against the law.

    The payable amount is the sum of `paid`, `reported` and `paid_elsewhere`; the expected amount is its product
    with the rate, to the nearest cent. Source: 2 U.S.C. 901a(6)(A), 906(d).

    The verdict is `undetermined`, with its reason, where an amount would be wrong only if something uncertain
    held: a projected rate; an allowed amount less patient responsibility that is not the payable amount; a
    negative 253 on a payment. A null date (1000-01-01, 9999-12-31) or one before Medicare has no rate.

    Args:
        reported: Amount of the 253 in dollars. None or zero means that there was none although the caller
            knows that one was due.
        paid: Amount paid, in dollars.
        on: Date that sets the rate (see `deciding_date`).
        payable: Medicare's payment before sequestration in dollars; if given, it must equal the sum.
        paid_elsewhere: Dollars that Medicare paid under another code (CARC 100 to the patient, B13 earlier).
        group: Group code of the 253; None for CO.
        allowed: Allowed amount in dollars, which helps explain a wrong amount. With `patient_responsibility`
            it also shows whether the amounts balance; if not, no amount is called wrong.
        charge: Billed charge in dollars, which helps explain a wrong amount.
        patient_responsibility: Patient responsibility in dollars, which helps explain a wrong amount.
        assigned: Whether the claim is assigned. None takes money paid elsewhere as a sign of an unassigned
            claim, where group code PR is right.
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: An amount is not in whole cents, or `payable` is not the sum of the other three.
        InvalidDate: `on` is not a date.
        InvalidArgumentType: `group` is not a group code, or `assigned` is not True, False or None.

    >>> print(check_adjustment(reported="0.80", paid="39.20", on="2019-03-01"))
    correct; reported $0.80; expected $0.80 (2% of $40.00 on Mar 1, 2019)
    >>> print(check_adjustment(reported="2.00", paid="78.00", on="2024-03-01", allowed="100").verdict)
    cut_too_large
    >>> check_adjustment(reported="1.60", paid="78.40", on="1000-01-01").reason_code.value
    'null_date'
    """
    said_assigned = as_bool_or_none(assigned, "assigned")
    cut = 0 if reported is None else as_cents(reported)
    elsewhere = as_cents(paid_elsewhere)
    paid_cents = as_cents(paid)
    total = paid_cents + cut + elsewhere
    if payable is not None and as_cents(payable) != total:
        raise InvalidAmount(f"payable must be paid + reported + paid_elsewhere, which is {format_cents(total)}")
    share = None if patient_responsibility is None else as_cents(patient_responsibility)
    allowed_cents = None if allowed is None else as_cents(allowed)
    case = Case(
        amounts=Amounts(
            cut=cut,
            groups=(_group(group),) if cut else (),
            elsewhere=elsewhere,
            coinsurance=share or 0,
        ),
        paid=paid_cents,
        charge=None if charge is None else as_cents(charge),
        allowed=allowed_cents,
        by_allowed=None if allowed_cents is None or share is None else allowed_cents - share,
        by_charge=None,
        dates=(CandidateDate(as_date(on), "date provided"),),
        schedule=default_schedule(schedule),
        payer=Payer(PayerStanding.VOUCHED_MEDICARE),
        claim=ClaimFacts(said_unassigned=elsewhere > 0 if said_assigned is None else not said_assigned),
        vouched=True,
    )
    return build_finding(judge(case))


def check_claim(
    claim: Claim, *, payer: PayerKind | str | None = None, schedule: RateSchedule | None = None
) -> tuple[Finding, ...]:
    """Check each line of a claim, or the claim where sequestration is at claim level.

    Sequestration is MISSING only if another line of the claim shows that this payer withholds it, or if the caller
    says "ffs" and the allowed amount proves that nothing was withheld.

    Args:
        claim: Claim to check.
        payer: Kind of payer: "ffs" (the law decides) or "contract" (a plan's contract decides). None takes
            it from the claim and its remittance.
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidArgumentType: `claim` is not a `Claim`.
        InvalidArgument: `payer` is unknown.

    >>> from sequestration import read_835
    >>> with read_835(EXAMPLE) as reader:
    ...     [finding.verdict.value for finding in check_claim(next(reader))]
    ['correct']
    """
    if not isinstance(claim, Claim):
        raise InvalidArgumentType(f"check_claim takes a Claim, not {type(claim).__name__}")
    vouched = None if payer is None else parse_payer_kind(payer)
    judgments = judge_claim(
        count_once(claim), classify_payer(claim.plan, claim.remittance, vouched, {}), default_schedule(schedule)
    )
    others = [judgment for judgment in judgments if not judgment.has_old_date]
    months = {judgment.month for judgment in others if judgment.month and judgment.reported}
    conduct = PayerConduct(
        cuts=sum(judgment.proves_that_payer_cuts for judgment in judgments),
        vouched_for=vouched is PayerKind.FFS,
        uncut=sum(judgment.pending for judgment in judgments),
        pays_on_time=pays_on_time(len(others), months, claim.remittance.dated),
    )
    return tuple(build_finding(settle(judgment, conduct)) for judgment in judgments)


def judge_claim(claim: Claim, payer: Payer, schedule: RateSchedule, position: int | None = None) -> list[Judgment]:
    """Judge each line of a claim, or the claim as a whole.

    Judgments that depend on the conduct of the payer are still pending.

    Args:
        claim: The claim.
        payer: Its payer.
        schedule: Rates to apply.
        position: Position of the claim in its file, from 1, if known.
    """
    judgments = [_doubt_unexplained(judge(case)) for case in build_cases(claim, payer, schedule, position)]
    return allow_claim_level_rounding(judgments, max_rounding(len(judgments)))


def _doubt_unexplained(judgment: Judgment) -> Judgment:
    """Withdraw a wrong amount after an earlier payer unless a known mistake gives it.

    The sequestration may be that payer's own, repeated, and its payment may be missing or include its adjustments
    (CARC 23 without CARC 45). Then nothing shows that it is not.
    """
    if judgment.verdict not in _AMOUNT_VERDICTS:
        return judgment
    claim = judgment.case.claim
    codes = {adjustment.reason for adjustment in claim.adjustments}
    if claim.source.status not in _STATUSES_AFTER_PRIMARY and CARC_23 not in codes:
        return judgment
    if any(explanation.code.is_mistake for explanation in explanations_of(judgment)):
        return judgment
    if may_repeat_primary(judgment.case):
        return judgment.withdraw(Reason(ReasonCode.ECHO_OF_PRIMARY))
    if judgment.verdict is Verdict.CUT_NOT_DUE or codes >= {CARC_23, _CARC_45}:
        return judgment
    return judgment.withdraw(Reason(ReasonCode.UNEXPLAINED_AFTER_PRIMARY))


def _group(group: str | None) -> str:
    if group is None:
        return "CO"
    if not isinstance(group, str):
        raise InvalidArgumentType(f"group must be a group code such as CO, not {shorten_repr(group)}")
    return group.strip().upper()
