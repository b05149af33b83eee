"""Choose the date that sets a claim's sequestration rate.

Source: 2 U.S.C. 906(d)(3), by which inpatient services count as furnished on the day of discharge, and the MAC
notices listed on the page on the rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import attrs

from sequestration._dates import Day, as_date
from sequestration._errors import InvalidArgument, InvalidDate
from sequestration._law.rules import rules
from sequestration._x12.elements import parse_days
from sequestration._x12.model import Claim, ServiceLine

__all__ = [
    "BY_FIRST_DAY",
    "CandidateDate",
    "ClaimType",
    "Dates",
    "bill_type",
    "count_days_of_stay",
    "count_treatments",
    "deciding_date",
    "is_institutional",
    "line_days",
]

_REVENUE_CODE = "NU"
_INSTITUTIONAL_QUALIFIERS = (_REVENUE_CODE, "HP")
"""Types of procedure codes (SVC01) that only institutions use: revenue codes and HIPPS codes."""
_ROOM_AND_BOARD = re.compile(r"0?(1\d\d|2[01]\d)", re.ASCII)  # Revenue codes 0100 to 0219, a unit for each day.
_DIALYSIS = re.compile(r"0?8[2-5]\d", re.ASCII)  # Revenue codes 0820 to 0859, a unit for each treatment.


class ClaimType(StrEnum):
    """Type of a claim, as far as its deciding date depends on it."""

    PROFESSIONAL = "professional"
    DME = "dme"
    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    SNF = "snf"
    HOME_HEALTH = "home_health"
    HOSPICE = "hospice"
    PLAN_PAYMENT = "plan_payment"


BY_FIRST_DAY = frozenset({ClaimType.PROFESSIONAL, ClaimType.DME})


@attrs.define  # Not frozen, because one is made for each line.
class CandidateDate:
    """A date that may set the rate, with its rule; None if the file has no such date."""

    on: date | None
    rule: str
    inferred: bool = False


_NO_DATE = (CandidateDate(None, "no date of service"),)


def deciding_date(
    claim_type: ClaimType | str, *, from_date: Day | None = None, through_date: Day | None = None
) -> date:
    """Choose the date whose rate applies to a claim.

    Professional and DME claims use the first day. Outpatient, inpatient (discharge), SNF, home health and
    hospice claims use the through date for the whole claim. Plan payments use the first day of the coverage
    month. Source: 2 U.S.C. 906(d)(3).

    Args:
        claim_type: A `ClaimType` or its value.
        from_date: First date of service, or any day of the coverage month.
        through_date: Last date of service; the discharge date for inpatients.

    Raises:
        InvalidDate: The date that sets the rate is missing, or the dates are out of order.
        InvalidArgument: The claim type is unknown.

    >>> deciding_date(ClaimType.INPATIENT, from_date="2020-04-28", through_date="2020-05-02")
    datetime.date(2020, 5, 2)
    """
    kind = _claim_type(claim_type)
    first = None if from_date is None else as_date(from_date)
    last = None if through_date is None else as_date(through_date)
    if first is not None and last is not None and last < first:
        raise InvalidDate(f"through_date {last} is before from_date {first}. Check both dates.")
    if kind is ClaimType.PLAN_PAYMENT:
        return _needed(first, "from_date", kind).replace(day=1)
    if kind in BY_FIRST_DAY:
        return _needed(first, "from_date", kind)
    return _needed(last, "through_date", kind)


def is_institutional(claim: Claim) -> bool:
    """Whether a claim is institutional, as far as its deciding date depends on it.

    An MIA segment, a TS3 before its group, plan code MA, a DRG, a revenue code or a HIPPS code shows an institutional
    claim. The facility code (CLP08) shows nothing, because place-of-service codes and bill types share numbers.
    """
    if claim.plan == "MA" or claim.inpatient_segment or claim.institutional_group or _has_drg(claim):
        return True
    for line in claim.lines:  # noqa: SIM110 - every claim is asked, and a generator takes twice as long
        if line.qualifier in _INSTITUTIONAL_QUALIFIERS or line.revenue_code.strip(" "):
            return True
    return False


def _has_drg(claim: Claim) -> bool:
    """Whether a claim has a diagnosis related group (CLP11).

    Zeros fill the element where there is none.
    """
    return bool(claim.drg and claim.drg.strip(" 0"))


def bill_type(code: str, frequency: str) -> tuple[str, str]:
    """Facility code and frequency, also of a whole bill type in CLP08 (0322)."""
    digits = code[1:] if len(code) == 4 and code.startswith("0") else code
    return (digits[:2], digits[2]) if len(digits) == 3 else (code, frequency)


def count_days_of_stay(claim: Claim) -> int:
    """Days that a claim says its stay has: covered days or units of room and board."""
    units = (parse_days(line.units) for line in claim.lines if _ROOM_AND_BOARD.fullmatch(_revenue_code(line)))
    return max(claim.covered_days or 0, sum(days or 0 for days in units))


def count_treatments(lines: Sequence[ServiceLine]) -> int:
    """Dialysis treatments of some lines, by their units."""
    units = (parse_days(line.units) for line in lines if _DIALYSIS.fullmatch(_revenue_code(line)))
    return sum(count or 0 for count in units)


def _revenue_code(line: ServiceLine) -> str:
    return line.procedure if line.qualifier == _REVENUE_CODE else line.revenue_code.strip(" ")


def line_days(line: ServiceLine) -> tuple[date | None, ...]:
    """The days that may set a professional line's rate: one day or both ends.

    Empty if the line has no date. None is a day that could not be read.
    """
    if "472" in line.dates:
        return (line.dates["472"],)
    if "150" not in line.dates:
        return ()
    return (line.dates["150"], line.dates["151"]) if "151" in line.dates else (line.dates["150"],)


class Dates:
    """Dates that may set the rates of a claim.

    Dates shared by all lines are found once.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self.institutional = is_institutional(claim)
        self._shared = _institutional(claim) if self.institutional else _of_claim(claim)

    def of(self, line: ServiceLine | None) -> tuple[CandidateDate, ...]:
        """The dates that may set the rate of a line or claim, the preferred one first.

        There is more than one date where the rule is in doubt. `line` is None where the claim is judged as a whole.
        Nothing replaces the preferred date if it could not be read.
        """
        if self.institutional:
            found = self._shared
        elif line is None:
            found = _professional_claim(self._claim, self._shared)
        else:
            found = _line_dates(line) or self._shared
        found = found or _NO_DATE
        return found if found[0].on is not None else found[:1]


def _line_dates(line: ServiceLine) -> tuple[CandidateDate, ...]:
    """The dates of a professional line; empty if the line has no dates of its own."""
    days = line_days(line)
    if not days:
        return ()
    rule = "date of service (DTM 472)" if "472" in line.dates else "first day of service (DTM 150)"
    first = CandidateDate(days[0], rule)
    if days[-1] is None or len(days) == 1:
        return (first,)
    return first, CandidateDate(days[-1], "last day of service (DTM 151), where the rule is unclear")


def _of_claim(claim: Claim) -> tuple[CandidateDate, ...]:
    """The claim-level dates of a professional claim, for lines without dates."""
    if "232" not in claim.dates:
        return ()
    first = CandidateDate(claim.dates["232"], "first day of the claim (DTM 232)")
    last = claim.dates.get("233")
    if last is None:
        return (first,)
    return first, CandidateDate(last, "last day of the claim (DTM 233), where the rule is unclear")


def _institutional(claim: Claim) -> tuple[CandidateDate, ...]:
    last = _through_date(claim)
    facility, _ = bill_type(claim.facility_code, claim.frequency)
    begun = _beginning(claim) if facility in rules().doubtful_stay_facilities else None
    return (last,) if begun is None else (last, begun)


def _through_date(claim: Claim) -> CandidateDate:
    if "233" in claim.dates:
        return CandidateDate(claim.dates["233"], "through date of the claim (DTM 233)")
    if "232" in claim.dates:
        return CandidateDate(claim.dates["232"], "only date of the claim (DTM 232), used as its through date")
    days = [day for line in claim.lines for day in line.dates.values()]
    known = [day for day in days if day is not None]
    if not known or len(known) < len(days):
        return CandidateDate(None, "no through date")
    return CandidateDate(max(known), "latest date of the lines, because the claim has no through date", inferred=True)


def _beginning(claim: Claim) -> CandidateDate | None:
    """The first day of a stay, which may also set its rate; None if nothing shows it."""
    if "233" in claim.dates and claim.dates.get("232") is not None:
        return CandidateDate(claim.dates["232"], "first day of the stay (DTM 232), where the rule is unclear")
    known = [day for line in claim.lines for day in line.dates.values() if day is not None]
    if not known:
        return None
    return CandidateDate(min(known), "earliest date of the lines, inferred, where the rule is unclear")


def _professional_claim(claim: Claim, own: tuple[CandidateDate, ...]) -> tuple[CandidateDate, ...]:
    """Dates of a professional claim judged as a whole.

    The claim's first day comes first, or else its earliest line. Where no line has a date, the claim's last day is
    a doubtful alternative; else the last day of a line with a range is.
    """
    of_lines = [days for line in claim.lines if (days := line_days(line))]
    if not of_lines:
        return own
    begun = [days[0] for days in of_lines if days[0] is not None]
    if not own and len(begun) < len(of_lines):
        return ()
    first = own[0] if own else CandidateDate(min(begun), "earliest date of the lines (DTM 472)")
    ends = [days[1] for days in of_lines if len(days) > 1 and days[1] is not None]
    if not ends:
        return (first,)
    return first, CandidateDate(max(ends), "last day of a line (DTM 151), where the rule is unclear")


def _claim_type(value: ClaimType | str) -> ClaimType:
    try:
        return ClaimType(str(value).lower())
    except ValueError:
        known = ", ".join(ClaimType)
        raise InvalidArgument(f"{value!r} is not a claim type. Use one of: {known}.") from None


def _needed(day: date | None, name: str, kind: ClaimType) -> date:
    if day is None:
        raise InvalidDate(f"The rate of a claim of type {kind} depends on {name}. Pass {name}.")
    return day
