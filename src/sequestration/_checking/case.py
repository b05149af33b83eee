"""`Case`: the facts about one claim or line, in whole cents."""

from __future__ import annotations

from datetime import date

import attrs

from sequestration._checking.amounts import Amounts
from sequestration._checking.dates import CandidateDate
from sequestration._checking.payer import Payer
from sequestration._law.schedule import RateSchedule

__all__ = ["Case", "Subject"]


@attrs.frozen
class Subject:
    """Claim and service line of a case; no line means the claim as a whole."""

    claim: str = ""
    line: int | None = None
    procedure: str = ""
    payer: str = ""
    remittance_date: date | None = None
    file: str | None = None


@attrs.frozen(eq=False)
class Case:
    """Facts about a claim or line; an amount is None if it is missing or unreadable.

    `by_allowed` and `by_charge` are the payable amount found in two other ways: the allowed amount less patient
    responsibility, and the charge less every other adjustment. `dates` are the dates that may set the rate, the
    preferred one first; `reported_dates` is every date of the claim or line with its qualifier. `vouched` means
    that the caller knows sequestration to be due; `tolerance` is the difference that rounding can explain.
    `is_claim` is False if no remittance was read (a single check); `claim_status` is CLP02.

    A professional claim judged as a whole has `line_days`, the days of each of its lines that has any; `claim_days`
    are its own first and last day (DTM 232, 233), None without a first one.
    """

    amounts: Amounts
    paid: int | None
    charge: int | None
    allowed: int | None
    by_allowed: int | None
    by_charge: int | None
    dates: tuple[CandidateDate, ...]
    schedule: RateSchedule
    payer: Payer
    subject: Subject = Subject()
    is_claim: bool = False
    is_reversal: bool = False
    is_complete: bool = True
    claim_status: str = ""
    facility_code: str = ""
    frequency: str = ""
    institutional: bool = False
    unassigned: bool = False
    in_days_of_223: bool = False
    vouched: bool = False
    tolerance: int = 1
    line_count: int = 1
    remarks: tuple[str, ...] = ()
    reported_dates: tuple[tuple[str, date | None], ...] = ()
    line_days: tuple[tuple[date | None, ...], ...] = ()
    claim_days: tuple[date | None, date | None] | None = None

    @property
    def payable(self) -> int | None:
        """Medicare's payment before sequestration: paid, withheld, and paid elsewhere."""
        if self.paid is None or self.amounts.cut is None or self.amounts.elsewhere is None:
            return None
        return self.paid + self.amounts.cut + self.amounts.elsewhere

    @property
    def other_bases(self) -> tuple[int, ...]:
        """The payable amount found in other ways, where it differs."""
        found = (self.by_allowed, self.by_charge)
        return tuple(base for base in found if base is not None and base != self.payable)

    @property
    def wrong_groups(self) -> tuple[str, ...]:
        """The group codes of the sequestration that are wrong.

        CO is right, PR on an unassigned claim, and OA in the months when CARC 223 was used.
        """
        right = {"CO"}
        if self.unassigned:
            right.add("PR")
        if self.in_days_of_223:
            right.add("OA")
        return tuple(group for group in self.amounts.groups if group and group not in right)
