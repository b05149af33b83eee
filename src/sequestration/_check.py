"""Check an amount, or a claim: which places there are, and what is known of each for the judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sequestration._amounts import CUT, CUT_BEFORE_253, PAID_TO_PATIENT, PAYMENT_MODEL, Amounts, weigh
from sequestration._deciding import DateReading, Dates
from sequestration._findings import Finding
from sequestration._judge import Case, Judgement, forgive_spreading, in_days_of_223
from sequestration._payer import Payer, PayerKind, Standing, payer_kind, payer_of
from sequestration._reduction import schedule_or_default
from sequestration._remittance import Adjustment, Claim, ServiceLine
from sequestration._schedule import RateSchedule
from sequestration._settings import settings
from sequestration._telling import CUTS_NOBODY, finding_of
from sequestration._values import Amount, Day, as_cents, as_date, as_dollars, as_truth, told

__all__ = ["check_adjustment", "check_claim", "judge_claim"]

_UNASSIGNED_REMARK = "MA28"


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
    """Check one reported CO 253 against the law. Amounts in dollars.

    `reported` is the amount of the 253; None or zero says that there was none where the caller knows that
    one should be. `paid` is what was paid, `paid_elsewhere` what Medicare paid of it under another code
    (CARC 100 to the patient, B13 before), `on` the date that decides. The payable is the sum of the three;
    a `payable` that is given must equal it. `group` is the group code of the 253 (None: CO). `allowed`, `charge` and
    `patient_responsibility` help to explain a wrong amount. `assigned=None` takes money paid elsewhere for
    a sign that the claim is unassigned, where group PR is right.
    Raises `InvalidAmount`, `InvalidDate`, and `TypeError` for a `payable` that is not the sum and an `assigned` that is
    neither True, False nor None.

    >>> print(check_adjustment(reported="0.80", paid="39.20", on="2019-03-01"))
    correct; reported 0.80; expected 0.80 (2 % of 40.00 on 2019-03-01)
    >>> print(check_adjustment(reported="2.00", paid="78.00", on="2024-03-01", allowed="100").verdict)
    cut_too_large
    """
    said_assigned = as_truth(assigned, "assigned")
    cut = 0 if reported is None else as_cents(reported)
    elsewhere = as_cents(paid_elsewhere)
    paid_cents = as_cents(paid)
    total = paid_cents + cut + elsewhere
    if payable is not None and as_cents(payable) != total:
        raise TypeError(f"payable must be paid + reported + paid_elsewhere, which is {as_dollars(total)}")
    share = None if patient_responsibility is None else as_cents(patient_responsibility)
    allowed_cents = None if allowed is None else as_cents(allowed)
    case = Case(
        amounts=Amounts(
            [],
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
        readings=(DateReading(as_date(on), "the date given"),),
        schedule=schedule_or_default(schedule),
        payer=Payer(Standing.SAID_MEDICARE),
        unassigned=elsewhere > 0 if said_assigned is None else not said_assigned,
        vouched=True,
    )
    return finding_of(case.judge())


def check_claim(
    claim: Claim, *, payer: PayerKind | str | None = None, schedule: RateSchedule | None = None
) -> tuple[Finding, ...]:
    """Check every place of one claim: its lines, or the claim itself where the cut stands there.

    `payer` is the caller's word on who pays: "ffs" (the law decides) or "contract" (a plan's contract
    does). Without it the claim and its remittance must show it. A cut that is not there is MISSING only
    where another line of the claim shows that this payer cuts, or the caller says "ffs" and the allowed
    amount proves that nothing was taken. Raises `ValueError` for another `payer`.
    """
    if not isinstance(claim, Claim):
        raise TypeError(f"check_claim takes a Claim, not {type(claim).__name__}")
    said = None if payer is None else payer_kind(payer)
    judgements = judge_claim(claim, payer_of(claim, said, {}), schedule_or_default(schedule))
    settled = any(judgement.settles for judgement in judgements)
    if said is None and not settled and any(judgement.pending for judgement in judgements):
        for judgement in judgements:
            if judgement.verdict.needs_a_look:
                judgement.turn_undetermined(CUTS_NOBODY)
    return tuple(finding_of(judgement, settled=settled) for judgement in judgements)


def judge_claim(claim: Claim, payer: Payer, schedule: RateSchedule) -> list[Judgement]:
    """The judgement on every place of a claim."""
    judgements = [case.judge() for case in _cases(claim, payer, schedule)]
    forgive_spreading(judgements, most=_rounding(len(judgements)))
    return judgements


def _group(group: str | None) -> str:
    if group is None:
        return "CO"
    if not isinstance(group, str):
        raise TypeError(f"group is a group code such as CO, not {told(group)}")
    return group.strip().upper()


def _cases(claim: Claim, payer: Payer, schedule: RateSchedule) -> Iterator[Case]:
    """The places of a claim: where the payer put the cut, there it is judged.

    At the claim, or at claim and lines: the claim, on the sum. At lines only: every line. Nowhere: the
    lines where their payments add up to the claim's, else the claim.
    """
    dates, unassigned = Dates(claim), _is_unassigned(claim)
    code = _cut_code(claim, dates)
    at_claim = _has(claim.adjustments, code)
    at_lines = any(_has(line.adjustments, code) for line in claim.lines)
    if claim.lines and not at_claim and (at_lines or _lines_add_up(claim)):
        places: Sequence[ServiceLine | None] = claim.lines
    else:
        places = [None]
    for line in places:
        yield _case(claim, line, payer, schedule, dates, unassigned=unassigned)


def _cut_code(claim: Claim, dates: Dates, line: ServiceLine | None = None) -> str:
    """The reason code that stands for the cut: 253, or 223 in the months before it, where no 253 is beside it.

    A later reversal of a claim of those months repeats its 223, too.
    """
    if not (in_days_of_223(claim) or (claim.is_reversal and _served_in_days_of_223(dates, line))):
        return CUT
    places = _adjusted_places(claim, line)
    return CUT if any(_has(adjustments, CUT) for adjustments in places) else CUT_BEFORE_253


def _served_in_days_of_223(dates: Dates, line: ServiceLine | None) -> bool:
    """Whether a place's services are old enough for a first remittance of those months."""
    days = [reading.on for reading in dates.of(line)]
    return any(day is not None and day <= settings().code_223_last_day for day in days)


def _adjusted_places(claim: Claim, line: ServiceLine | None = None) -> list[list[Adjustment]]:
    """The adjustments of a line or, without one, of the claim and each of its lines."""
    return [line.adjustments] if line is not None else [claim.adjustments, *(each.adjustments for each in claim.lines)]


def _has(adjustments: list[Adjustment], code: str) -> bool:
    """Whether the code is there with an amount, be it one that could not be read: a zero takes nothing."""
    return any(adjustment.reason == code and adjustment.amount_cents != 0 for adjustment in adjustments)


def _lines_add_up(claim: Claim) -> bool:
    total = 0
    for line in claim.lines:
        if line.paid_cents is None:
            return False
        total += line.paid_cents
    return total == claim.paid_cents


def _case(
    claim: Claim, line: ServiceLine | None, payer: Payer, schedule: RateSchedule, dates: Dates, *, unassigned: bool
) -> Case:
    """What is known of a place; `line` is None for the claim, which has the adjustments of its lines, too."""
    place, lines = (claim, claim.lines) if line is None else (line, [line])
    places = _adjusted_places(claim, line)
    amounts = weigh((adjustment for adjustments in places for adjustment in adjustments), _cut_code(claim, dates, line))
    if line is not None and _has(claim.adjustments, PAYMENT_MODEL):
        amounts.model = None  # of which each line has a share that nothing tells
    remarks = (*claim.remarks, *(remark for each in lines for remark in each.remarks))
    allowed = _allowed(lines)
    return Case(
        amounts=amounts,
        paid=place.paid_cents,
        charge=place.charge_cents,
        allowed=allowed,
        by_allowed=_by_allowed(allowed, amounts),
        by_charge=_by_charge(place.charge_cents, amounts),
        readings=dates.of(line),
        institutional=dates.institutional,
        schedule=schedule,
        payer=payer,
        unassigned=unassigned or _UNASSIGNED_REMARK in remarks,
        tolerance=_rounding(len(lines)),
        remarks=remarks,
        claim=claim,
        line=line,
    )


def _rounding(lines: int) -> int:
    """What rounding can explain at a claim of so many lines, in cents: half a cent a line."""
    return max(1, (lines + 1) // 2)


def _allowed(lines: Sequence[ServiceLine]) -> int | None:
    """What is allowed on some lines, where every one says it; None where there are none."""
    total = 0
    for line in lines:
        allowed = line.amounts_cents.get("B6")
        if allowed is None:
            return None
        total += allowed
    return total if lines else None


def _by_allowed(allowed: int | None, amounts: Amounts) -> int | None:
    """The payable from the allowed amount, which does not depend on the cut; not after an earlier payer."""
    if allowed is None or amounts.others is None or amounts.primary is not None:
        return None
    return allowed - amounts.share - amounts.before


def _by_charge(charge: int | None, amounts: Amounts) -> int | None:
    """The payable from the charge and every adjustment but the cut and what was paid elsewhere."""
    if charge is None or amounts.others is None:
        return None
    return charge - amounts.others


def _is_unassigned(claim: Claim) -> bool:
    """Signs that the patient is paid, not the provider: CARC 100 or PR 45 anywhere in the claim, remark MA28 in MOA."""
    places = _adjusted_places(claim)
    signs = any(_has(place, PAID_TO_PATIENT) or _has_patient_contractual(place) for place in places)
    return signs or _UNASSIGNED_REMARK in claim.remarks


def _has_patient_contractual(adjustments: list[Adjustment]) -> bool:
    return any(found.group == "PR" and found.reason == "45" and found.amount_cents != 0 for found in adjustments)
