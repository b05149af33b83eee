"""`Case`: the facts about one claim or line, in whole cents."""

from __future__ import annotations

from datetime import date

import attrs

from sequestration._checking.amounts import Amounts
from sequestration._checking.deciding_date import CandidateDate
from sequestration._checking.payer import Payer
from sequestration._law.schedule import RateSchedule
from sequestration._x12.model import Adjustment, Claim

__all__ = ["Case", "ClaimFacts", "ClaimKeys", "cut_key"]

_MAX_KEY_LENGTH = 80  # Characters of a number that findings repeat. The standard allows 50.


def cut_key(number: object) -> str:
    """Strip a number of a claim, and shorten an endless one.

    A claim of the caller's own may have None or a whole number in its place.
    """
    return str(number or "").strip()[:_MAX_KEY_LENGTH]


@attrs.frozen
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
            transaction=cut_key(remittance.control_number),
            claim_position=position,
            trace_number=cut_key(remittance.trace_number),
            payment_date=remittance.paid_on,
            payee_npi=remittance.payee_npi,
        )


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class ClaimFacts:
    """Facts about a claim that all of its cases share.

    The defaults are those of a single check without claim. `status` is CLP02. `claim_days` are the first and last day
    (DTM 232, 233), None without a first one; `dates` is every date of the claim with its qualifier, `line_days` every
    known day of its lines, `replaced_dates` every date of service that another one of its kind replaced. `days_of_stay`
    are the days that an institutional claim says it covers. `in_days_of_223` means that the remittance dates from the
    months when CARC 223 could report sequestration. `lines_add_up` is False if charges or payments of the lines are not
    those of the claim. `is_adjusted` means that the claim has adjustments of its own, which change what was payable
    for its lines. `adjustments` are those of the claim and all of its lines.
    """

    number: str = ""
    keys: ClaimKeys = ClaimKeys()
    payer: str = ""
    file: str | None = None
    remittance_date: date | None = None
    is_read: bool = False
    is_reversal: bool = False
    is_complete: bool = True
    is_damaged: bool = False
    status: str = ""
    facility_code: str = ""
    frequency: str = ""
    institutional: bool = False
    unassigned: bool = False
    in_days_of_223: bool = False
    claim_days: tuple[date | None, date | None] | None = None
    dates: tuple[tuple[str, date | None], ...] = ()
    line_days: tuple[date, ...] = ()
    replaced_dates: tuple[date | None, ...] = ()
    days_of_stay: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    lines_add_up: bool = True
    is_adjusted: bool = False


@attrs.define(eq=False)  # Not frozen, like `Amounts`.
class Case:
    """Facts about a claim or line; an amount is None if it is missing or unreadable.

    `by_allowed` and `by_charge` are the payable amount found in two other ways: the allowed amount less patient
    responsibility, and the charge less every other adjustment. `dates` are the dates that may set the rate, the
    preferred one first; `line_dates` is every date of the lines with its qualifier. `vouched` means that the caller
    knows sequestration to be due; `tolerance` is the difference that rounding can explain. `line`, `procedure`
    and `line_control_number` are empty for a claim as a whole. `treatments` counts those of a dialysis bill.

    A professional claim judged as a whole has `line_days`, the days of each of its lines that has any.
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
    line: int | None = None
    procedure: str = ""
    line_control_number: str = ""
    unassigned: bool = False
    vouched: bool = False
    tolerance: int = 1
    line_count: int = 1
    treatments: int = 0
    remarks: tuple[str, ...] = ()
    line_dates: tuple[tuple[str, date | None], ...] = ()
    line_days: tuple[tuple[date | None, ...], ...] = ()

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
