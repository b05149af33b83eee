"""Take claims that are plainly right while their segments pass.

Most claims of a remittance are right, and all that an audit needs of a right claim are its counts and sums. So no model
is built of them. The fast path keeps a few whole numbers for the claim or line that is open, and judges it where it
ends. A claim is *plain* if it meets every condition in `FastPath._take_claim`; each condition is a comment above its
code. Any other claim is handed on with all of its segments, and the parser and the judge are done with it before the
fast path goes on. What is between the claims is handed on, too.

The fast path reaches no verdict that the judge would not reach. Tests compare the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import length_hint

import attrs

from sequestration._audit.fast_path.days import DECIDING_DATES, RatedDay, RatedDays, UnreadableDate
from sequestration._audit.ledger import OpenAccount, TransactionLedger
from sequestration._audit.reversals import Original
from sequestration._checking.deciding_date import bill_type
from sequestration._checking.judge import REMARK_PAYMENT_MODEL
from sequestration._law.rules import rules
from sequestration._x12.batch import Batch
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.elements import (
    CLAIM_DATES,
    CODES_OF_CAS,
    CODES_OF_CLP,
    LINE_DATES,
    MAX_CLP_LENGTH,
    PART_CENTS,
    WHOLE_CENTS,
    get_element,
    parse_amount,
    strip_codes,
)
from sequestration._x12.remittance import Remittance
from sequestration._x12.state import ParserState

__all__ = ["FastPath", "PlainClaims"]

_MAX_KINDS = 20_000
_MAX_PLANS = 100
_DRG = 11
_CLAIM_ELEMENTS = _DRG + 1
_LINE_DATE, _CLAIM_DATE = DECIDING_DATES
_SMALL_REMARK = REMARK_PAYMENT_MODEL.lower()
_END, _REMARKS, _WITHOUT_EFFECT = "end", "remarks", "without effect"
_KINDS = {
    **dict.fromkeys(("LX", "PLB", "SE"), _END),
    **dict.fromkeys(("LQ", "MIA", "MOA"), _REMARKS),
    **dict.fromkeys(("NM1", "PER", "QTY"), _WITHOUT_EFFECT),
}
"""Kinds of segments without amounts or dates; any other is unusual in a claim."""


class _NotPlainError(Exception):
    """The claim does not meet a condition of a plain claim."""


@attrs.define(eq=False)
class PlainClaims:
    """Plain claims that follow each other, and what is to be entered of them.

    `paid` is the sum of their payments in whole cents. `entered` and `amounts` are the accounts of their adjustments
    with the amounts, `cuts` is the sequestration of each line or claim that has any, with its day.
    """

    claims: int = 0
    lines: int = 0
    places: int = 0
    paid: int = 0
    entered: list[OpenAccount] = attrs.field(factory=list[OpenAccount])
    amounts: list[int] = attrs.field(factory=list[int])
    cuts: list[tuple[RatedDay, int]] = attrs.field(factory=list[tuple[RatedDay, int]])
    originals: list[Original] = attrs.field(factory=list[Original])

    def truncate(self, entered: int, cuts: int) -> None:
        """Forget all but the first adjustments and cuts.

        The others are those of a claim that proved not to be plain.
        """
        del self.entered[entered:], self.amounts[entered:], self.cuts[cuts:]


class FastPath:
    """Counter of the plain claims of a file, which hands on all other segments.

    Args:
        days: Days with their rates.
        ledger: Accounts of the adjustments.
        is_medicare: Whether the payer of a plan code and a remittance is fee-for-service Medicare.
        take: Called with plain claims that follow each other, before anything after them is handed on.
    """

    def __init__(
        self,
        days: RatedDays,
        ledger: TransactionLedger,
        is_medicare: Callable[[str, Remittance], bool],
        take: Callable[[PlainClaims, Delimiters], None],
    ) -> None:
        self._ledger = ledger
        self._is_medicare = is_medicare
        self._take = take
        self._days = days
        self._months: dict[str, int] = {}
        self._delimiters: Delimiters | None = None
        self._correct = 0
        self._nothing_due = 0
        self._remittance: Remittance | None = None
        self._plans: dict[str, bool] = {}

    def select(self, batches: Iterable[Batch], state: ParserState) -> Iterator[Batch]:
        """Take the plain claims, and yield the other segments in order.

        Args:
            batches: The segments of a file.
            state: State of the parser, which reads what is yielded before the next segments are looked at.
        """
        for batch in batches:
            yield from self._others(batch, state)

    @property
    def months(self) -> Iterable[str]:
        """Months (YYYY-MM) of the sequestration of the transaction that is plainly right."""
        return self._months

    def close(self) -> tuple[int, int, dict[str, int]]:
        """End a transaction and return its counts and sums.

        They are the numbers of correct lines and of lines with none due, and whole cents by month.
        """
        closed = self._correct, self._nothing_due, self._months
        self._correct = self._nothing_due = 0
        self._months = {}
        return closed

    def _others(self, batch: Batch, state: ParserState) -> Iterator[Batch]:
        """Take the plain claims of a batch, and yield its other segments."""
        delimiters = batch.delimiters
        terminator, clp = delimiters.terminator, f"CLP{delimiters.element}"
        self._use(delimiters)
        before, *claims = f"{terminator}{batch.text}".split(f"{terminator}{clp}")
        index = 0  # Of the first segment that is neither taken nor yielded.
        if before:
            segments = before[1:].split(terminator)
            yield batch.part(segments, 0, before_claim=bool(claims) or batch.before_claim)
            index = len(segments)
        plain = PlainClaims()
        for number, claim in enumerate(claims, 1):
            segments = f"{clp}{claim}".split(terminator)
            before_claim = number < len(claims) or batch.before_claim
            marks = len(plain.entered), len(plain.cuts)
            try:
                behind = self._take_claim(segments, claim, plain, state, before_claim=before_claim)
            except (_NotPlainError, UnreadableDate, IndexError):
                plain.truncate(*marks)
                behind = len(segments)
            index += len(segments)
            if behind:
                self._enter(plain, state, delimiters)
                yield batch.part(segments[-behind:], index - behind, before_claim=before_claim)
                plain = PlainClaims()
        self._enter(plain, state, delimiters)

    def _take_claim(
        self, segments: list[str], claim: str, plain: PlainClaims, state: ParserState, *, before_claim: bool
    ) -> int:
        """Take a plain claim, and return the number of segments that follow it.

        They are between its end and the next claim. There is one loop with local variables, because it runs over
        every segment of a file.

        Args:
            segments: The claim, and what follows it before the next one or the end of the batch.
            claim: The same text without the first tag.
            plain: The plain claims before it, to which it is added.
            state: State of the parser.
            before_claim: Whether the next segment begins a claim.

        Raises:
            _NotPlainError: A condition is not met.
            IndexError: An element is missing.
        """
        element, procedure, cas, ref, dtm, amt, svc, nm1, mia = self._marks
        kinds = self._kinds
        accounts = self._ledger.plain
        entered, amounts, cuts = plain.entered, plain.amounts, plain.cuts
        whole_cents, part_cents = WHOLE_CENTS, PART_CENTS
        rest = iter(segments)
        segment = next(rest)

        # The payer is Medicare, and the claim is not a reversal.
        head = segment.split(element)
        if " " in segment:
            strip_codes(head, CODES_OF_CLP)
        if len(head) < _CLAIM_ELEMENTS:
            head += [""] * (_CLAIM_ELEMENTS - len(head))
        number, plan, drg = head[1], head[6], head[_DRG].strip(" ")
        if head[2] == "22" or len(segment) > MAX_CLP_LENGTH or not self._is_of_medicare(plan, state):
            raise _NotPlainError
        # Every amount is written in the usual form.
        charge = claim_charge = _amount(head[3])
        paid = claim_paid = _amount(head[4])
        if head[5] != "0" and head[5].strip(" "):
            _amount(head[5])

        days = self._claim_days
        dates: dict[str, RatedDay | None] = {}
        lines = charges = payments = total = cut = withheld = behind = 0
        has_own_adjustments = is_inpatient = False
        original = ""
        for segment in rest:
            tag = segment[:4]
            if tag == cas:
                parts = segment.split(element)
                if " " in segment:
                    strip_codes(parts, CODES_OF_CAS)
                group, end, place = parts[1], len(parts), 2
                while place < end:
                    # No adjustment affects the base, or is out of the ordinary.
                    reason = parts[place]
                    try:
                        account = accounts[group][reason]
                    except KeyError:
                        if not reason and not get_element(parts, place + 1).strip(" "):
                            place += 3  # Some senders leave empty triples in the middle.
                            continue
                        account = self._account(group, reason)
                    try:
                        whole, _, part = parts[place + 1].partition(".")
                        cents = whole_cents[whole] + part_cents[part]
                    except KeyError:
                        cents = 0
                    cents = cents or _zero_or_negative(parts[place + 1])
                    if account.is_cut:
                        cut += cents
                    total += cents
                    entered.append(account)
                    amounts.append(cents)
                    place += 3
                if not lines:
                    has_own_adjustments = True
            elif tag == ref:
                if not lines:
                    parts = segment.split(element)
                    if parts[1].strip(" ") == "F8":
                        original = get_element(parts, 2)
            elif tag == dtm:
                # Every date can be read, and there is only one of each kind.
                name, day = days[segment]
                if name in dates:
                    raise _NotPlainError
                if name:
                    dates[name] = day
            elif tag == amt:
                text = segment.split(element)[2]
                try:
                    whole, _, part = text.partition(".")
                    known = whole_cents[whole] + part_cents[part]
                except KeyError:
                    known = 0
                if not known:
                    _zero_or_negative(text)
            elif tag == nm1:
                pass
            elif tag == svc:
                if lines:
                    withheld += _enter_place(cuts, charge, paid, total, cut, dates.get(_LINE_DATE))
                # A line has a procedure code, and no revenue code, which may be that of an institution.
                parts = segment.split(element)
                if parts[1][:3] != procedure or (len(parts) > 4 and parts[4]):
                    raise _NotPlainError
                try:
                    whole, _, part = parts[2].partition(".")
                    charge = whole_cents[whole] + part_cents[part]
                    whole, _, part = parts[3].partition(".")
                    paid = whole_cents[whole] + part_cents[part]
                except KeyError:
                    charge = paid = 0
                charge = charge or _amount(parts[2])
                paid = paid or _amount(parts[3])
                charges += charge
                payments += paid
                lines += 1
                total = cut = 0
                days, dates = self._line_days, {}
            else:
                # No segment is unknown or out of sequence, and no remark names a payment model.
                kind = kinds[tag]
                if kind == _END:
                    behind = length_hint(rest) + 1
                    break
                if kind == _REMARKS:
                    if tag == mia:
                        is_inpatient = True
                    if REMARK_PAYMENT_MODEL in segment or _SMALL_REMARK in segment:
                        raise _NotPlainError

        # It is whole: its end is in the batch.
        if not (behind or before_claim):
            raise _NotPlainError
        if lines:
            # With lines, it is professional, its lines add up to it, and all adjustments are at the lines.
            withheld += _enter_place(cuts, charge, paid, total, cut, dates.get(_LINE_DATE))
            if has_own_adjustments or is_inpatient or drg or plan == "MA" or state.institutional_group:
                raise _NotPlainError
            if charges != claim_charge or payments != claim_paid:
                raise _NotPlainError
        else:
            # Without lines, it is institutional, and its through date sets the rate beyond doubt.
            withheld = _enter_place(cuts, charge, paid, total, cut, dates.get(_CLAIM_DATE))
            if not (plan == "MA" or is_inpatient or state.institutional_group or drg.strip("0 ")):
                raise _NotPlainError
            if _is_doubtful_stay(head[8], head[9]):
                raise _NotPlainError
        plain.claims += 1
        plain.lines += lines
        plain.places += lines or 1
        plain.paid += claim_paid
        plain.originals.append((number, head[7].strip(), claim_charge, head[9], original, withheld, claim))
        return behind

    def _use(self, delimiters: Delimiters) -> None:
        """Set the delimiters of a batch."""
        if delimiters != self._delimiters:
            self._delimiters = delimiters
            self._claim_days = self._days.texts(delimiters.element, CLAIM_DATES)
            self._line_days = self._days.texts(delimiters.element, LINE_DATES)
            tags = (tag + delimiters.element for tag in ("CAS", "REF", "DTM", "AMT", "SVC", "NM1", "MIA"))
            self._kinds = _Kinds(delimiters.element)
            self._marks = (delimiters.element, "HC" + delimiters.component, *tags)

    def _is_of_medicare(self, plan: str, state: ParserState) -> bool:
        """Whether a claim is in a transaction and its payer is Medicare."""
        if state.remittance is not self._remittance:
            self._remittance = state.remittance
            self._plans.clear()
        known = self._plans.get(plan)
        if known is None:
            known = self._remittance is not None and self._is_medicare(plan, self._remittance)
            if len(self._plans) < _MAX_PLANS:
                self._plans[plan] = known
        return known

    def _account(self, group: str, reason: str) -> OpenAccount:
        """The account of a code that is new in the transaction."""
        if not reason or group != group.upper():
            raise _NotPlainError
        account = self._ledger.account(group, reason)
        if account.needs_judge:
            raise _NotPlainError
        return account

    def _enter(self, plain: PlainClaims, state: ParserState, delimiters: Delimiters) -> None:
        """Enter plain claims, before anything after them is read."""
        if not plain.claims:
            return
        for account, cents in zip(plain.entered, plain.amounts, strict=True):
            account.count += 1
            account.cents += cents
        months = self._months
        for day, cents in plain.cuts:
            months[day.month] = months.get(day.month, 0) + cents
        self._correct += len(plain.cuts)
        self._nothing_due += plain.places - len(plain.cuts)
        state.in_claims = True
        state.dropping = False
        self._take(plain, delimiters)


@lru_cache  # A file has few types of bills.
def _is_doubtful_stay(facility: str, frequency: str) -> bool:
    """Whether it is in doubt which date of a stay sets the rate."""
    return bill_type(facility, frequency)[0] in rules().doubtful_stay_facilities


def _amount(text: str) -> int:
    """Whole cents of an amount in the usual form."""
    try:
        whole, _, part = text.partition(".")
        cents = WHOLE_CENTS[whole] + PART_CENTS[part]
    except KeyError:
        cents = 0
    return cents or _zero_or_negative(text)


def _zero_or_negative(text: str) -> int:
    cents, odd = parse_amount(text)
    if cents is None or odd is not None:
        raise _NotPlainError
    return cents


def _enter_place(
    cuts: list[tuple[RatedDay, int]], charge: int, paid: int, total: int, cut: int, day: RatedDay | None
) -> int:
    """Enter the sequestration of a line or claim, and return it."""
    # It has one date with a certain rate, and it balances.
    if day is None or charge != paid + total:
        raise _NotPlainError
    # It has exactly the amount due: the nearest cent of the rate's share of payment and sequestration.
    if cut or paid > 0:
        if paid <= 0 or cut < 0 or ((paid + cut) * day.numerator + day.half) // day.denominator != cut:
            raise _NotPlainError
        if cut:
            cuts.append((day, cut))
    return cut


class _Kinds(dict[str, str]):
    """Kinds of the other segments of a claim by their first four characters.

    It is filled as segments come, because the fourth character after a two-letter tag is already data.
    """

    def __init__(self, element: str) -> None:
        super().__init__({"": _WITHOUT_EFFECT})
        self._element = element

    def __missing__(self, start: str) -> str:
        tag, separator, _ = start.partition(self._element)
        kind = _KINDS.get(tag)
        if kind is None or not separator:
            raise _NotPlainError
        if len(self) < _MAX_KINDS:
            self[start] = kind
        return kind
