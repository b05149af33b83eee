"""Doubts about an accusation: signs in the file that contradict it.

One date, code or amount is a sign, not a proof. The judge calls `find_doubt` before any verdict that needs review, and
only then, so a correct claim costs nothing extra.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sequestration._checking.amounts import CARC_23, Amounts, sum_adjustments
from sequestration._checking.case import Case
from sequestration._checking.findings import Verdict
from sequestration._checking.judgment import Judgment
from sequestration._checking.reasons import Reason, ReasonCode
from sequestration._law.deadline_rules import deadline_rules
from sequestration._law.periods import RatePeriod
from sequestration._law.reduction import cut_cents
from sequestration._law.rules import rules
from sequestration._x12.model import Adjustment

__all__ = ["find_doubt", "may_repeat_primary", "pays_on_time"]

_MIN_RECENT = 10
"""Other claims that show a remittance to be one of recent claims."""


def find_doubt(judgment: Judgment) -> Reason | None:
    """Return the first doubt about a judgment that needs review, if there is one."""
    return next(_doubts(judgment), None)


def _doubts(judgment: Judgment) -> Iterator[Reason]:
    adjustments = judgment.case.claim.adjustments
    yield from _doubts_of_reading(judgment.case, adjustments)
    yield from _doubts_of_dates(judgment)
    yield from _doubts_of_base(judgment, adjustments)
    if _is_too_old(judgment):  # The last, because the rest of the transaction may remove this doubt.
        yield Reason(ReasonCode.DATE_TOO_OLD)


def _doubts_of_reading(case: Case, adjustments: list[Adjustment]) -> Iterator[Reason]:
    """Parts of the claim that could not be read may be the sequestration."""
    if case.claim.source.damaged:
        yield Reason(ReasonCode.SEGMENT_UNKNOWN)
    if None in [adjustment.amount_cents for adjustment in adjustments]:
        yield Reason(ReasonCode.AMOUNT_UNKNOWN)
    if "" in [adjustment.group for adjustment in adjustments]:
        yield Reason(ReasonCode.GROUP_MISSING)


def _doubts_of_dates(judgment: Judgment) -> Iterator[Reason]:
    """Dates that contradict each other, cannot be, or do not prove the rate."""
    case, on = judgment.case, judgment.date.on
    if on is None or judgment.period is None:
        return
    line_days = [day for _, day in case.line_dates if day is not None]
    if _contradict_each_other(case, line_days):
        yield Reason(ReasonCode.DATES_CONTRADICT)
    replaced = case.claim.replaced_dates
    if replaced and (None in replaced or not _have_one_rate(case, [on, *filter(None, replaced)])):
        yield Reason(ReasonCode.DATES_CONTRADICT)
    remitted, received = case.claim.remittance_date, case.claim.source.dates.get("050")
    if remitted is not None and on > remitted:
        yield Reason(ReasonCode.DATE_AFTER_REMITTANCE)
    if received is not None and on > received:
        yield Reason(ReasonCode.DATE_AFTER_RECEIPT)
    if judgment.date.inferred and not _have_one_rate(case, line_days):
        yield Reason(ReasonCode.DATE_INFERRED)
    if _fits_later_end(judgment) or not _have_one_rate(case, _days_in_reach(case, line_days)):
        yield Reason(ReasonCode.STAY_LONGER_THAN_DATES)
    if _may_be_institutional(case) and not _have_one_rate(case, [on, *_institutional_days(case, line_days)]):
        yield Reason(ReasonCode.CLAIM_TYPE_UNPROVEN)
    if judgment.period.projected:
        yield Reason(ReasonCode.RATE_PROJECTED)


def _contradict_each_other(case: Case, line_days: list[date]) -> bool:
    """Whether a claim ends before it begins, or a line is outside its dates.

    A line at the same rate contradicts nothing. A first day without a last one is the only day (the 835 guide).
    """
    dates = case.claim.source.dates
    first, last = dates.get("232"), dates.get("233", dates.get("232"))
    if first is not None and last is not None and last < first:
        return True
    outside = [day for day in line_days if (first and day < first) or (last and day > last)]
    return bool(outside) and not _have_one_rate(case, [*line_days, *filter(None, (first, last))])


def _is_too_old(judgment: Judgment) -> bool:
    """Whether a lone date is too old to be filed on time, and a later rate fits.

    Medicare pays a claim that is filed within a year (42 CFR 424.44), so one wrong digit of the year is likelier. A
    second date as old speaks against that, and so does a correction, which may come years later.
    """
    claim, on, period, payable = judgment.case.claim, judgment.date.on, judgment.period, judgment.payable
    if claim.remittance_date is None or on is None or period is None or payable is None or claim.is_correction:
        return False
    oldest = _first_day_filed_on_time(claim.remittance_date)
    if sum(day < oldest for day in claim.every_day) > 1 or on >= oldest:
        return False
    since = [oldest, *(change for change in judgment.case.schedule.changes if oldest < change <= claim.remittance_date)]
    later = [each for each in map(judgment.case.schedule.period_on, since) if each.rate != period.rate]
    reported = judgment.reported or 0
    return any(abs(cut_cents(payable, each) - reported) <= judgment.case.tolerance for each in later)


def _first_day_filed_on_time(remitted: date) -> date:
    return remitted - deadline_rules()["timely_filing"].length


def _fits_later_end(judgment: Judgment) -> bool:
    """Whether the amount fits a later end of a stay with only a first day (DTM 232)."""
    case, on, payable = judgment.case, judgment.date.on, judgment.payable
    claim = case.claim
    if not claim.institutional or claim.claim_days is None or claim.claim_days[1] is not None:
        return False
    if on is None or payable is None:
        return False
    end = claim.remittance_date or date.max
    later = [each for each in case.schedule.periods if each.first_day is not None and on < each.first_day <= end]
    return any(cut_cents(payable, period) == judgment.reported for period in later)


def _days_in_reach(case: Case, line_days: list[date]) -> list[date]:
    """Days on which a stay may end that is longer than its dates, one for each rate.

    Empty for any other claim. The day of discharge is not a covered day, but the last day of an interim bill is.
    """
    claim = case.claim
    stay = claim.days_of_stay
    if not stay:
        return []
    known = [*filter(None, claim.claim_days or ()), *([] if claim.claim_days else claim.line_days or line_days)]
    if not known:
        return []
    first, last = min(known), max(known)
    if stay <= (last - first).days + (first < last):
        return []
    end = date.fromordinal(min(first.toordinal() + stay, date.max.toordinal()))
    return [last, *(change for change in case.schedule.changes if last < change <= end)]


def _doubts_of_base(judgment: Judgment, adjustments: list[Adjustment]) -> Iterator[Reason]:
    """Amounts that do not close, or that belong to another payer."""
    case = judgment.case
    if _is_echo_of_primary(judgment, adjustments):
        yield Reason(ReasonCode.ECHO_OF_PRIMARY)
    if not case.claim.lines_add_up:
        yield Reason(ReasonCode.LINES_DO_NOT_ADD_UP)
    if case.line is not None and case.claim.is_adjusted:
        yield Reason(ReasonCode.ADJUSTED_AT_CLAIM)
    known = [base for base in (case.by_allowed, case.by_charge) if base is not None]
    if known and judgment.payable == case.payable and case.payable not in known:
        yield Reason(ReasonCode.NOT_BALANCED)


def _is_echo_of_primary(judgment: Judgment, adjustments: list[Adjustment]) -> bool:
    """Whether the amount is an earlier payer's own sequestration, repeated.

    Then it is the rate's share of that payer's amount (OA 23) before it was withheld, on the line or the whole claim:
    the amount may be reported at the claim and the sequestration at its lines.
    """
    case, period = judgment.case, judgment.period
    if period is None:
        return False
    if case.amounts.primary is not None:
        return _is_share_of_primary(case.amounts, period, 0)
    if CARC_23 not in [adjustment.reason for adjustment in adjustments]:
        return False
    whole = sum_adjustments(adjustments, case.amounts.cut_code)
    # An amount that is right by its own base repeats another one only if it is that one to the cent.
    rounding = 0 if judgment.verdict is Verdict.WRONG_GROUP else case.tolerance
    return _is_share_of_primary(whole, period, rounding)


def pays_on_time(others: int, months: Collection[str], remitted: date | None) -> bool:
    """Whether a remittance is one of recent claims, so that one old date may be wrong.

    Few claims do not show it.

    Args:
        others: Number of the claims (or of the lines of a claim) besides that of the old date.
        months: Months (YYYY-MM) of those with sequestration.
        remitted: The date of the remittance.
    """
    if remitted is None or not months or others < _MIN_RECENT:
        return False
    return min(months) >= f"{_first_day_filed_on_time(remitted):%Y-%m}"


def may_repeat_primary(case: Case) -> bool:
    """Whether the amount may be an earlier payer's own sequestration, repeated.

    That payer may have applied the rate of another period, or have spread the amount over the lines. This is a weak
    sign, which counts only where no known mistake gives the amount.
    """
    whole = sum_adjustments(case.claim.adjustments, case.amounts.cut_code)
    periods = [period for period in case.schedule.periods if period.rate and not period.projected]
    rounding = case.tolerance
    return any(_is_share_of_primary(amounts, each, rounding) for amounts in (case.amounts, whole) for each in periods)


def _is_share_of_primary(amounts: Amounts, period: RatePeriod, max_rounding: int) -> bool:
    primary, cut = amounts.primary, amounts.cut
    if not primary or not cut or cut < 0:
        return False
    return abs(cut_cents(primary + cut, period) - cut) <= max_rounding


def _may_be_institutional(case: Case) -> bool:
    """Whether a professional claim's facility code could be an institution's.

    A claim without one proves nothing.
    """
    claim = case.claim
    facility, _ = claim.bill_type
    possible = not facility or facility[:2] in rules().bill_type_facilities
    return claim.is_read and not claim.institutional and possible


def _institutional_days(case: Case, line_days: list[date]) -> list[date]:
    """The date by which the claim would be judged if an institution had sent it."""
    first, last = case.claim.claim_days or (None, None)
    day = last or first or max(case.claim.line_days or line_days, default=None)
    return [] if day is None else [day]


def _have_one_rate(case: Case, days: list[date]) -> bool:
    different = set(days)
    return len(different) <= 1 or len({case.schedule.rate_on(day) for day in different}) <= 1
