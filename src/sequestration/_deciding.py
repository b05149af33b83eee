"""The date that decides: kinds of claims, and which of a claim's dates the rate goes by.

Source: 2 U.S.C. 906(d)(3), by which inpatient services count as furnished on the day of discharge, and the
contractors' notices listed on the page on the rules.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import attrs

from sequestration._errors import InvalidDate
from sequestration._remittance import Claim, ServiceLine
from sequestration._settings import settings
from sequestration._values import Day, as_date

__all__ = ["BY_FIRST_DAY", "ClaimType", "DateReading", "Dates", "days_of_lines", "deciding_date", "is_institutional"]


class ClaimType(StrEnum):
    """What kind of claim it is, as far as the deciding date depends on it."""

    PROFESSIONAL = "professional"
    DME = "dme"
    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    SNF = "snf"
    HOME_HEALTH = "home_health"
    HOSPICE = "hospice"
    PLAN_PAYMENT = "plan_payment"


BY_FIRST_DAY = frozenset({ClaimType.PROFESSIONAL, ClaimType.DME})


@attrs.frozen
class DateReading:
    """One date that may decide, and the rule by which it would; None where the file has no such date."""

    on: date | None
    rule: str
    inferred: bool = False


_NO_DATE = (DateReading(None, "no date of service"),)


def deciding_date(
    claim_type: ClaimType | str, *, from_date: Day | None = None, through_date: Day | None = None
) -> date:
    """The date whose rate applies to a claim.

    Professional services and supplies (DME) go by the first day; outpatient, inpatient (day of discharge),
    skilled nursing, home health and hospice claims in whole by the through date; plan payments by the
    first day of the coverage month. Raises `InvalidDate` where the date that decides is not given or the
    dates are in the wrong order, `ValueError` for a claim type that there is not.

    >>> deciding_date(ClaimType.INPATIENT, from_date="2020-04-28", through_date="2020-05-02")
    datetime.date(2020, 5, 2)
    """
    kind = _claim_type(claim_type)
    first = None if from_date is None else as_date(from_date)
    last = None if through_date is None else as_date(through_date)
    if first is not None and last is not None and last < first:
        raise InvalidDate(f"through_date {last} is before from_date {first}")
    if kind is ClaimType.PLAN_PAYMENT:
        return _needed(first, "from_date", kind).replace(day=1)
    if kind in BY_FIRST_DAY:
        return _needed(first, "from_date", kind)
    return _needed(last, "through_date", kind)


def is_institutional(claim: Claim) -> bool:
    """Whether a claim of a remittance is an institution's: all that its deciding date needs to know.

    An MIA segment, a TS3 before its group, plan code MA or a revenue code say so. The facility code
    (CLP08) says nothing: places of service and bill types share their numbers.
    """
    if claim.plan == "MA" or claim.inpatient_segment or claim.institutional_group:
        return True
    return any(line.qualifier == "NU" or line.revenue_code.strip(" ") for line in claim.lines)


def days_of_lines(claim: Claim) -> list[date | None]:
    """The first day of each line of a professional claim that says one, and the last of one that has a range.

    None where it could not be read.
    """
    first = [(line.dates, "472" if "472" in line.dates else "150") for line in claim.lines]
    last = [(line.dates, "151") for line in claim.lines if _is_ranged(line)]
    return [dates[name] for dates, name in (*first, *last) if name in dates]


class Dates:
    """The dates that may decide the places of a claim; what all its lines share is found once."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self.institutional = is_institutional(claim)
        self._shared = _institutional(claim) if self.institutional else _of_claim(claim)

    def of(self, line: ServiceLine | None) -> tuple[DateReading, ...]:
        """The dates that may decide a place, the rule's own first; more than one where the rule is doubtful.

        `line` is None where the claim is judged as a whole. Nothing stands in for the rule's own date where
        that could not be read.
        """
        if self.institutional:
            found = self._shared
        elif line is None:
            found = _professional_claim(self._claim, self._shared)
        else:
            found = _line_dates(line) or self._shared
        found = found or _NO_DATE
        return found if found[0].on is not None else found[:1]


def _line_dates(line: ServiceLine) -> tuple[DateReading, ...]:
    """The dates of a professional line; none where it has none of its own."""
    if "472" in line.dates:
        return (DateReading(line.dates["472"], "date of service (DTM 472)"),)
    if "150" not in line.dates:
        return ()
    first = DateReading(line.dates["150"], "first day of service (DTM 150)")
    last = line.dates.get("151")
    if last is None:
        return (first,)
    return first, DateReading(last, "last day of service (DTM 151), by a doubtful rule")


def _is_ranged(line: ServiceLine) -> bool:
    """Whether a line has a first and a last day in place of one date: then which decides is doubtful."""
    return "472" not in line.dates and "150" in line.dates and "151" in line.dates


def _of_claim(claim: Claim) -> tuple[DateReading, ...]:
    """The dates that a professional claim has of its own, for what has none; none where there are none."""
    if "232" not in claim.dates:
        return ()
    first = DateReading(claim.dates["232"], "first day of the claim (DTM 232)")
    last = claim.dates.get("233")
    if last is None:
        return (first,)
    return first, DateReading(last, "last day of the claim (DTM 233), by a doubtful rule")


def _institutional(claim: Claim) -> tuple[DateReading, ...]:
    first = claim.dates.get("232")
    if "233" in claim.dates:
        last = DateReading(claim.dates["233"], "through date of the claim (DTM 233)")
        if claim.facility_code in settings().doubtful_stay_facilities and first is not None:
            return last, DateReading(first, "first day of the stay (DTM 232), by a doubtful rule")
        return (last,)
    if "232" in claim.dates:
        return (DateReading(first, "the claim's only date (DTM 232), which is also its end"),)
    days = [day for line in claim.lines for day in line.dates.values()]
    if not days or None in days:
        return (DateReading(None, "no through date"),)
    known = [day for day in days if day is not None]
    last = DateReading(max(known), "latest date of its lines, inferred: the claim has no through date", inferred=True)
    if claim.facility_code in settings().doubtful_stay_facilities:
        return last, DateReading(min(known), "earliest date of its lines, inferred, by a doubtful rule", inferred=True)
    return (last,)


def _professional_claim(claim: Claim, own: tuple[DateReading, ...]) -> tuple[DateReading, ...]:
    """A professional claim judged as a whole: its own first day decides or, where it has none, its earliest line.

    The last day of its lines may decide where one of them has a range, or where they have to stand in for the claim.
    """
    days = days_of_lines(claim)
    if not days:
        return own
    known = [day for day in days if day is not None]
    if not own and len(known) < len(days):
        return ()
    if own and not (known and any(map(_is_ranged, claim.lines))):
        return own[:1]
    latest = DateReading(max(known), "latest date of its lines, by a doubtful rule")
    return (own[0] if own else DateReading(min(known), "earliest date of its lines (DTM 472)"), latest)


def _claim_type(value: ClaimType | str) -> ClaimType:
    try:
        return ClaimType(str(value).lower())
    except ValueError:
        known = ", ".join(ClaimType)
        raise ValueError(f"there is no claim type {value!r}; there are {known}") from None


def _needed(day: date | None, name: str, kind: ClaimType) -> date:
    if day is None:
        raise InvalidDate(f"the rate of a claim of type {kind} goes by its {name}, which is not given")
    return day
