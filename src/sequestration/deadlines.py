"""Medicare fee-for-service deadlines: filing, appeals, reopening, overpayments.

Every rule and its regulation is in ``data/law/deadlines.toml``. The last day is the day by which the request or
claim must have been *received*. Use it to keep a calendar; it is not legal advice.

>>> print(redetermination("2026-06-01"))
Oct 4, 2026: request a redetermination from your MAC (120 days from receipt, presumed Jun 6, 2026; 42 CFR 405.942(a))
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import cast

import attrs

from sequestration._dates import Day, as_date
from sequestration._errors import InvalidArgument, InvalidDate
from sequestration._law.deadline import Deadline
from sequestration._law.deadline_rules import (
    add_days,
    deadline_rules,
    deadline_table,
    last_day_of_month,
    source_of,
)
from sequestration._law.holidays import federal_closures, federal_holidays, is_working_day
from sequestration._law.recoupment import Recoupment
from sequestration._messages import shorten_repr

__all__ = [
    "Deadline",
    "FilingException",
    "Recoupment",
    "amount_in_controversy",
    "council",
    "court",
    "documents",
    "federal_closures",
    "federal_holidays",
    "hearing",
    "is_working_day",
    "overpayment",
    "reconsideration",
    "recoupment",
    "redetermination",
    "reopening",
    "timely_filing",
]


class FilingException(StrEnum):
    """Exceptions to timely filing, 42 CFR 424.44(b)."""

    ADMINISTRATIVE_ERROR = "administrative_error"
    """An error of Medicare or its contractor kept the claim from being filed."""
    RETROACTIVE_ENTITLEMENT = "retroactive_entitlement"
    """Medicare entitlement was granted later, back to the date of service."""
    MEDICAID_RECOVERY = "medicaid_recovery"
    """Entitlement was granted later, and a state Medicaid agency took its payment back."""
    PLAN_DISENROLLMENT = "plan_disenrollment"
    """The patient was retroactively disenrolled, and the plan took its payment back."""


def timely_filing(
    service_date: Day,
    *,
    through_date: Day | None = None,
    exception: FilingException | str | None = None,
    notified_on: Day | None = None,
) -> Deadline:
    """Last day to file a claim: one calendar year after the service.

    The last day moves to the next day that is a full federal workday. Source: 42 CFR 424.44(a). Under an exception of
    424.44(b) the claim may be filed through the last day of the sixth month after the month of the notice, if that is
    later.

    Args:
        service_date: Date of service, from which a professional line's year runs.
        through_date: Last day of an institutional bill, whose year runs from that day.
        exception: Exception that your MAC has accepted or that you can show.
        notified_on: Day of the notice that the exception counts from: the error was corrected, entitlement was
            granted, or the state agency or plan recovered its payment.

    Raises:
        InvalidDate: The service is before the rule, or the through date or the notice is before the service.
        InvalidArgument: The exception is unknown, or has no notice.

    >>> timely_filing("2024-02-29").last_day, timely_filing("2025-03-01").last_day.isoformat()
    (datetime.date(2025, 2, 28), '2026-03-02')
    >>> timely_filing("2023-12-24").last_day  # 2024-12-24 was closed by executive order
    datetime.date(2024, 12, 26)
    >>> timely_filing("2024-01-10", exception="retroactive_entitlement", notified_on="2025-03-05").last_day
    datetime.date(2025, 9, 30)
    """
    start = service = as_date(service_date)
    if through_date is not None:
        start = as_date(through_date)
        if start < service:
            raise InvalidDate(f"through_date {start} is before service_date {service}. Check both dates.")
    deadline = deadline_rules()["timely_filing"].deadline(start)
    if exception is None and notified_on is None:
        return deadline
    return _extended(deadline, exception, notified_on)


def _extended(deadline: Deadline, exception: FilingException | str | None, notified_on: Day | None) -> Deadline:
    """The deadline to file under an exception, if that is later."""
    try:
        name = FilingException(cast("str", exception))
    except ValueError:
        known = ", ".join(FilingException)
        raise InvalidArgument(f"exception must be one of {known}, not {shorten_repr(exception)}") from None
    if notified_on is None:
        raise InvalidArgument(f"The exception {name} needs notified_on, the date of the notice.")
    notice = as_date(notified_on)
    if notice < deadline.counted_from:
        raise InvalidDate(
            f"notified_on {notice} is before the date of service {deadline.counted_from}. Check both dates."
        )
    entry = deadline_table()["exception"][name.value]
    counted = last_day_of_month(notice, entry["months"])
    last_day = deadline_rules()["timely_filing"].moved(counted)
    if last_day <= deadline.last_day:
        return deadline
    authority, confidence = source_of(entry)
    return attrs.evolve(
        deadline,
        last_day=last_day,
        moved_from=counted if last_day != counted else None,
        authority=authority,
        confidence=confidence,
        period=f"to the end of month {entry['months']}",
        counted_from=notice,
        note=f"counted from {entry['counted_from']}; you must show the exception to your MAC",
    )


def redetermination(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a redetermination, the first appeal: 120 days from receipt.

    Source: 42 CFR 405.942(a). `notice_date` is the date of the remittance. Receipt is presumed five days later
    unless `received_on` says otherwise. Raises `InvalidDate` if `received_on` is before `notice_date`.

    >>> redetermination("2026-06-01").last_day
    datetime.date(2026, 10, 4)
    """
    return _after_receipt("redetermination", notice_date, received_on)


def reconsideration(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a reconsideration, the second appeal: 180 days from receipt.

    A Qualified Independent Contractor (QIC) decides. Source: 42 CFR 405.962(a). `notice_date` is the date of
    the redetermination; see `redetermination` for `received_on`.

    >>> reconsideration("2026-06-01").last_day
    datetime.date(2026, 12, 3)
    """
    return _after_receipt("reconsideration", notice_date, received_on)


def hearing(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request an administrative law judge hearing: 60 days from receipt.

    Source: 42 CFR 405.1002(a). `notice_date` is the date of the reconsideration; see `redetermination` for
    `received_on`.

    >>> hearing("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("hearing", notice_date, received_on)


def council(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to request a Medicare Appeals Council review: 60 days from receipt.

    Source: 42 CFR 405.1102(a). `notice_date` is the date of the hearing decision; see `redetermination` for
    `received_on`.

    >>> council("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("council", notice_date, received_on)


def court(notice_date: Day, *, received_on: Day | None = None) -> Deadline:
    """Last day to file in federal district court: 60 days from receipt.

    Source: 42 CFR 405.1130, 405.1136. `notice_date` is the date of the Council's decision; see
    `redetermination` for `received_on`.

    >>> court("2026-06-01").last_day
    datetime.date(2026, 8, 5)
    """
    return _after_receipt("court", notice_date, received_on)


def reopening(determined_on: Day, *, good_cause: bool = False) -> Deadline:
    """Last day to request a reopening: one year from the determination.

    With `good_cause` the period is four years. Source: 42 CFR 405.980(c)(1) and (2), 405.986.
    `determined_on` is the date of the determination (the remittance).

    >>> reopening("2026-06-01").last_day, reopening("2026-06-01", good_cause=True).last_day
    (datetime.date(2027, 6, 1), datetime.date(2030, 6, 1))
    """
    name = "reopening_for_good_cause" if good_cause else "reopening"
    return deadline_rules()[name].deadline(as_date(determined_on))


def documents(denied_on: Day) -> Deadline:
    """Last day for late documentation that was asked for: 120 days from the denial.

    MACs take documents for CARC 252 or 226 until then. That is their practice, not a regulation, and the appeal runs
    beside it. `denied_on` is the date of the remittance.

    >>> documents("2026-06-01").last_day
    datetime.date(2026, 9, 29)
    """
    return deadline_rules()["documents"].deadline(as_date(denied_on))


def overpayment(
    identified_on: Day, *, inquiry_ended: Day | None = None, cost_report_due: Day | None = None
) -> Deadline:
    """Last day to report and return an overpayment: 60 days after identifying it.

    A good-faith inquiry into related overpayments stops the 60 days, since January 2025 and for at most 180 days; they
    run when it ends. It is taken to begin on the day of identification: each day that it began later is a day less.
    If the overpayment affects a cost report that is due later, that day applies. Source: 42 CFR 401.305(b).

    Args:
        identified_on: Day on which the overpayment was identified.
        inquiry_ended: Day on which the inquiry into related overpayments ended.
        cost_report_due: Due date of a cost report that the overpayment affects.

    Raises:
        InvalidDate: The inquiry ended before the identification, or was before the rule that allows it.

    >>> overpayment("2026-06-01").last_day, overpayment("2026-06-01", inquiry_ended="2026-09-01").last_day
    (datetime.date(2026, 7, 31), datetime.date(2026, 10, 31))
    """
    identified = as_date(identified_on)
    deadline = deadline_rules()["overpayment"].deadline(identified)
    if inquiry_ended is not None:
        deadline = _after_inquiry(deadline, identified, as_date(inquiry_ended))
    if cost_report_due is None or as_date(cost_report_due) <= deadline.last_day:
        return deadline
    later_of = f"the later of the cost report's due date and {deadline.period}"
    return attrs.evolve(deadline, last_day=as_date(cost_report_due), period=later_of)


def _after_inquiry(deadline: Deadline, identified: date, ended: date) -> Deadline:
    """The deadline to return an overpayment after the inquiry that suspended it."""
    inquiry = deadline_table()["inquiry"]
    if identified < inquiry["first_day"]:
        first = inquiry["first_day"]
        raise InvalidDate(f"The rule that an inquiry suspends the deadline took effect on {first}, after {identified}.")
    if ended < identified:
        raise InvalidDate(f"inquiry_ended {ended} is before identified_on {identified}. Check both dates.")
    longest = add_days(identified, inquiry["days"])
    authority, _ = source_of(inquiry)
    cut_off = f"; the inquiry counts for at most {inquiry['days']} days" if ended > longest else ""
    return attrs.evolve(
        deadline_rules()["overpayment"].deadline(min(ended, longest)),
        authority=authority,
        note=f"suspended by an inquiry from {identified}{cut_off}; {deadline.note}",
    )


def recoupment(demanded_on: Day, *, redetermined_on: Day | None = None) -> Recoupment:
    """Days that follow a demand letter: rebuttal, appeals that stop it, interest.

    A rebuttal is due by day 15 after the letter. A redetermination requested by day 30 stops recoupment; interest runs
    from day 31, and recoupment begins on day 41. After the redetermination a reconsideration by day 60 keeps it
    stopped. Adjustments that the provider requested, cost reports and advance payments follow other rules.
    Source: 42 CFR 405.374 to 405.379. `redetermined_on` is the date of the redetermination, if there is one yet.
    Raises `InvalidDate` if it is before the letter.

    >>> found = recoupment("2026-03-02")
    >>> [str(deadline.last_day) for deadline in found.deadlines]
    ['2026-03-17', '2026-04-01', '2026-07-05']
    >>> found.interest_from.isoformat(), found.recoupment_from.isoformat()
    ('2026-04-02', '2026-04-12')
    """
    letter = as_date(demanded_on)
    rules, days = deadline_rules(), deadline_table()["recoupment"]
    found = [rules["rebuttal"].deadline(letter), rules["stop_recoupment"].deadline(letter), redetermination(letter)]
    if redetermined_on is not None:
        redetermined = as_date(redetermined_on)
        if redetermined < letter:
            raise InvalidDate(
                f"The redetermination on {redetermined} is before the demand letter of {letter}. Check both dates."
            )
        found += [rules["stop_recoupment_again"].deadline(redetermined), reconsideration(redetermined)]
    authority, confidence = source_of(days)
    return Recoupment(
        demanded_on=letter,
        deadlines=tuple(sorted(found, key=lambda deadline: deadline.last_day)),
        interest_from=add_days(letter, days["interest_day"]),
        recoupment_from=add_days(letter, days["recoupment_day"]),
        authority=authority,
        confidence=confidence,
        note=days["note"],
    )


def amount_in_controversy(year: int, *, level: str = "hearing") -> int:
    """Least amount in controversy for an appeal filed in a year, in whole dollars.

    Source: 42 CFR 405.1006 and the yearly notice in the Federal Register.

    Args:
        year: Calendar year in which the request is filed.
        level: "hearing" (administrative law judge) or "court" (federal district court).

    Raises:
        InvalidArgument: The level is unknown, or the amount of the year is not known.

    >>> amount_in_controversy(2026), amount_in_controversy(2026, level="court")
    (200, 1960)
    """
    amounts = deadline_table()["amounts"]
    levels = sorted(name for name in amounts if name in deadline_rules())
    if level not in levels:
        raise InvalidArgument(f"level must be {' or '.join(levels)}, not {shorten_repr(level)}")
    known: dict[str, int] = amounts[level]
    if str(year) not in known:
        raise InvalidArgument(
            f"The amount in controversy for {shorten_repr(year)} is not known, only for {min(known)} to {max(known)}. "
            "The notice for a year is published in the Federal Register shortly before it begins."
        )
    return known[str(year)]


def _after_receipt(name: str, notice_date: Day, received_on: Day | None) -> Deadline:
    notice, rule = as_date(notice_date), deadline_rules()[name]
    if received_on is None:
        return rule.deadline(add_days(notice, deadline_table()["receipt"]["days"]), presumed=True)
    received = as_date(received_on)
    if received < notice:
        raise InvalidDate(f"received_on {received} is before the date of the notice {notice}. Check both dates.")
    return rule.deadline(received)
