"""`Case`: the facts about one claim or line, in whole cents."""

from __future__ import annotations

from datetime import date

import attrs

from sequestration._checking.amounts import CARC_100, OUTSIDE_THE_BASE, Amounts, has_code
from sequestration._checking.deciding_date import (
    CandidateDate,
    bill_type,
    count_days_of_stay,
    count_treatments,
    line_days,
)
from sequestration._checking.payer import Payer
from sequestration._law.rules import rules
from sequestration._law.schedule import RateSchedule
from sequestration._money import total_if_known
from sequestration._x12.elements import SERVICE_DATES
from sequestration._x12.model import Adjustment, Claim, ServiceLine

__all__ = [
    "FREQUENCY_REPLACEMENT",
    "Case",
    "ClaimFacts",
    "ClaimKeys",
    "all_adjustments",
    "max_rounding",
    "payments_add_up",
    "shorten_number",
]

FREQUENCY_REPLACEMENT = "7"
"""Claim frequency (CLP09) of a claim that replaces another one."""
_REMARK_UNASSIGNED = "MA28"
_RECEIVED = "050"
_MAX_KEY_LENGTH = 80  # Characters of a number that findings repeat. The standard allows 50.


def shorten_number(number: object) -> str:
    """Strip a number of a claim, and shorten an endless one.

    A claim of the caller's own may have None or a whole number in its place.
    """
    return str(number or "").strip()[:_MAX_KEY_LENGTH]


@attrs.define  # Not frozen, like `Amounts`.
class ClaimKeys:
    """Numbers by which a biller finds a claim.

    They find it at the payer, on the check or EFT, and in the file. A patient control number is not enough, because an
    account may have several claims in one remittance. `claim_position` counts the claims of the file from 1; it is None
    for a claim that was not read by an audit.
    """

    payer_claim_number: str = ""
    transaction: str = ""
    claim_position: int | None = None
    trace_number: str = ""
    payment_date: date | None = None
    payee_npi: str = ""

    @classmethod
    def of(cls, claim: Claim, position: int | None = None) -> ClaimKeys:
        """Take the keys of a claim."""
        remittance = claim.remittance
        return cls(
            payer_claim_number=str(claim.payer_control_number or "").strip(),
            transaction=shorten_number(remittance.control_number),
            claim_position=position,
            trace_number=shorten_number(remittance.trace_number),
            payment_date=remittance.paid_on,
            payee_npi=remittance.payee_npi,
        )


_NO_CLAIM = Claim("", "", charge_cents=0, paid_cents=0)


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class ClaimFacts:
    """Facts about a claim that all of its cases share.

    What only an accusation or a finding needs is computed when it is asked for, because most claims are right. A single
    check has no claim. `position` counts the claims of the file from 1. `in_days_of_223` means that the remittance
    dates from the months when CARC 223 could report sequestration, `said_unassigned` that it is known already that the
    claim is unassigned.
    """

    source: Claim = _NO_CLAIM
    position: int | None = None
    institutional: bool = False
    is_reversal: bool = False
    in_days_of_223: bool = False
    said_unassigned: bool = False
    _keys: ClaimKeys | None = attrs.field(default=None, init=False)

    def let_go(self) -> None:
        """Forget lines and adjustments of the claim, which only the judge needs."""
        if self.source.lines:
            self.said_unassigned = self.unassigned
            self.source = attrs.evolve(self.source, lines=[], adjustments=[])

    @property
    def is_read(self) -> bool:
        """Whether there is a claim."""
        return self.source is not _NO_CLAIM

    @property
    def keys(self) -> ClaimKeys:
        """Numbers by which a biller finds the claim."""
        if self._keys is None:  # The findings of a claim share them.
            self._keys = ClaimKeys.of(self.source, self.position)
        return self._keys

    @property
    def payer(self) -> str:
        """Name of the payer."""
        return self.source.remittance.payer

    @property
    def remittance_date(self) -> date | None:
        """Date of the remittance."""
        return self.source.remittance.dated

    @property
    def bill_type(self) -> tuple[str, str]:
        """Facility code and frequency."""
        return bill_type(self.source.facility_code, self.source.frequency)

    @property
    def claim_days(self) -> tuple[date | None, date | None] | None:
        """First and last day (DTM 232, 233); None without a first one."""
        dates = self.source.dates
        return (dates["232"], dates.get("233")) if "232" in dates else None

    @property
    def line_days(self) -> list[date]:
        """Every known day of the lines."""
        return [day for line in self.source.lines for day in line.dates.values() if day is not None]

    @property
    def replaced_dates(self) -> tuple[date | None, ...]:
        """Every date of service that another one of its kind replaced."""
        return self.source.replaced_dates

    @property
    def is_correction(self) -> bool:
        """Whether the claim says that it replaces another one."""
        return self.bill_type[1] == FREQUENCY_REPLACEMENT or bool(self.source.original_control_number)

    @property
    def every_day(self) -> list[date]:
        """Every known day of service, and the day of receipt (DTM 050)."""
        dates = self.source.dates
        own = [day for name, day in dates.items() if name in SERVICE_DATES or name == _RECEIVED]
        return [*filter(None, own), *self.line_days]

    @property
    def days_of_stay(self) -> int:
        """Days that an institutional claim says it covers."""
        return count_days_of_stay(self.source) if self.institutional else 0

    @property
    def adjustments(self) -> list[Adjustment]:
        """Adjustments of the claim and all of its lines."""
        return all_adjustments(self.source)

    @property
    def lines_add_up(self) -> bool:
        """Whether charges and payments of any lines add up to those of the claim."""
        claim = self.source
        if not claim.lines:
            return True
        charged = total_if_known([line.charge_cents for line in claim.lines])
        paid = total_if_known([line.paid_cents for line in claim.lines])
        adjusted = total_if_known([item.amount_cents for item in claim.adjustments])
        if charged is None or paid is None or adjusted is None or claim.paid_cents is None:
            return False
        return charged == claim.charge_cents and paid in (claim.paid_cents, claim.paid_cents + adjusted)

    @property
    def is_adjusted(self) -> bool:
        """Whether adjustments of the claim itself change what was payable for its lines."""
        claim = self.source
        own = [item for item in claim.adjustments if item.amount_cents and item.reason not in OUTSIDE_THE_BASE]
        return bool(own) and not payments_add_up(claim)

    @property
    def unassigned(self) -> bool:
        """Whether the claim shows that the patient is paid, not the provider.

        The signs are PR 45 anywhere in the claim, remark MA28 in MOA, and CARC 100 if the provider is paid nothing.
        """
        claim = self.source
        if self.said_unassigned or _REMARK_UNASSIGNED in claim.remarks:
            return True
        if claim.paid_cents == 0 and has_code(self.adjustments, CARC_100):
            return True
        return has_code([adjustment for adjustment in self.adjustments if adjustment.group == "PR"], "45")


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class Case:
    """Facts about a claim or line; an amount is None if it is missing or unreadable.

    `line` is None for a claim as a whole. `by_allowed` and `by_charge` are the payable amount found in two other ways:
    the allowed amount less patient responsibility, and the charge less every other adjustment. `dates` are the dates
    that may set the rate, the preferred one first. `vouched` means that the caller knows sequestration to be due.
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
    claim: ClaimFacts = attrs.field(factory=ClaimFacts)
    line: ServiceLine | None = None
    vouched: bool = False

    @property
    def lines(self) -> list[ServiceLine]:
        """The lines that the case is about."""
        return self.claim.source.lines if self.line is None else [self.line]

    @property
    def treatments(self) -> int:
        """Treatments of a dialysis bill."""
        is_dialysis = self.claim.bill_type[0] in rules().dialysis_facilities
        return count_treatments(self.lines) if is_dialysis else 0

    @property
    def tolerance(self) -> int:
        """Difference that rounding can explain."""
        return max_rounding(len(self.lines))

    @property
    def line_dates(self) -> list[tuple[str, date | None]]:
        """Every date of the lines with its qualifier."""
        return [item for line in self.lines for item in line.dates.items()]

    @property
    def line_days(self) -> list[tuple[date | None, ...]]:
        """For a professional claim judged as a whole, the days of each line that has any."""
        if self.line is not None or self.claim.institutional:
            return []
        return [days for line in self.lines if (days := line_days(line))]

    @property
    def unassigned(self) -> bool:
        """Whether something shows that the patient is paid, not the provider."""
        return (
            self.claim.unassigned
            or self.has_remark(_REMARK_UNASSIGNED)
            or (self.paid == 0 and has_code(self.amounts.adjustments, CARC_100))
        )

    def has_remark(self, code: str) -> bool:
        """Whether the claim or one of the lines has a remark code."""
        if code in self.claim.source.remarks:
            return True
        if self.line is not None:
            return code in self.line.remarks
        return any(code in line.remarks for line in self.lines)

    def let_go(self) -> None:
        """Forget the other lines of the claim, because the case is held back.

        All cases of the claim must have been judged. A finding needs no line but its own.
        """
        if self.line is not None:
            self.claim.let_go()

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
        if self.amounts.groups == ("CO",):  # As almost always.
            return ()
        right = {"CO"}
        if self.unassigned:
            right.add("PR")
        if self.claim.in_days_of_223:
            right.add("OA")
        return tuple(group for group in self.amounts.groups if group and group not in right)


def all_adjustments(claim: Claim) -> list[Adjustment]:
    """Adjustments of a claim and its lines."""
    return [*claim.adjustments, *[adjustment for line in claim.lines for adjustment in line.adjustments]]


def payments_add_up(claim: Claim) -> bool:
    """Whether the payments of the lines are known and add up to the claim's."""
    total = total_if_known(line.paid_cents for line in claim.lines)
    return total is not None and total == claim.paid_cents


def max_rounding(lines: int) -> int:
    """Cents that rounding can explain on a claim of some lines: half a cent a line."""
    return max(1, (lines + 1) // 2)
