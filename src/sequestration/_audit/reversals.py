"""Match reversals with their originals and compare their adjustments.

A reversal must repeat every adjustment of the original with its amount negated, under the same group code (X12
requests for interpretation 1429 and 2442; in version 4010 the group may be CR).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

from sequestration._audit.claim_history import Payment
from sequestration._audit.ledger import AdjustmentSums, TransactionLedger
from sequestration._checking.case import FREQUENCY_REPLACEMENT, all_adjustments
from sequestration._money import format_cents
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.model import Claim
from sequestration._x12.reader import read_claim

__all__ = ["Original", "ReversalMatcher"]

_MAX_REMEMBERED = 5_000
_MAX_COMPARED = 100  # Claims that share number and charge. Among more, the reversed one cannot be identified.
_CORRECTION_GROUP = "CR"
# Version 5010 and later have no group code CR (X12 request for interpretation 1147).
_FIRST_WITHOUT_CORRECTION_GROUP = "005"
_Dates: TypeAlias = dict[str, date | None]
_Facts: TypeAlias = tuple[_Dates, _Dates | None, AdjustmentSums]
"""Facts to compare: dates of the claim and of its first line, and sums of its adjustments."""

Original: TypeAlias = tuple[str, str, int | None, str, str, int | None, "_Facts | str"]
"""Facts about a claim, as plain values so that the claim itself can be freed.

They are the patient and payer control number, the charge, the frequency, the number of the claim that it corrects, the
sequestration if it is plainly right, and the facts to compare, or the text behind its tag to read them from.
"""

_AS_PAYMENT: Callable[[Original], Payment] = itemgetter(1, 0, 2, 4, 5)

_Key: TypeAlias = tuple[str, str, int | None]
"""Owner of the number, the number, and the charge."""


class ReversalMatcher:
    """Claims of a transaction that a later reversal may match; at most the last ones.

    They are indexed only when a reversal comes, because most transactions have none.
    """

    def __init__(self) -> None:
        self._originals: deque[Original] = deque(maxlen=_MAX_REMEMBERED)
        self._delimiters: Delimiters | None = None
        self._read: dict[str, _Facts] = {}
        self._not_indexed = 0  # Number of claims at the end that are not indexed yet.
        self._by_number: dict[_Key, deque[Original]] = {}
        self._keys = 0

    def remember(self, claim: Claim, sums: AdjustmentSums) -> None:
        """Keep the facts about a claim that is not a reversal."""
        original: Original = (
            claim.control_number,
            claim.payer_control_number.strip(),
            claim.charge_cents,
            claim.frequency,
            claim.original_control_number,
            None,
            (claim.dates, claim.lines[0].dates if claim.lines else None, sums),
        )
        self.remember_plain([original])

    def remember_plain(self, originals: Sequence[Original], delimiters: Delimiters | None = None) -> None:
        """Keep claims as texts, all with the same delimiters."""
        self._not_indexed += len(originals)
        self._originals.extend(originals)
        self._delimiters = delimiters or self._delimiters

    def difference(self, reversal: Claim, sums: AdjustmentSums, ledger: TransactionLedger) -> str | None:
        """Describe how a reversal differs from its original; None if it mirrors it.

        Claims with the payer's number are compared first, else those with the patient's number and the same dates.
        None also if there is no original, or if there are too many candidates to remember.

        Args:
            reversal: The reversal.
            sums: Sums of its adjustments.
            ledger: Accounts of the transaction, which sum the adjustments of the originals.
        """
        of_payer, of_patient = self._candidates(reversal)
        by_payer = [original for originals in of_payer for original in originals]
        numbers = _payer_numbers(reversal)
        by_patient = [
            original
            for original in of_patient
            if (not numbers or not original[1] or original[1] in numbers)
            and _has_the_dates(self._facts(original, ledger), reversal)
        ]
        regrouped = _is_regrouped(reversal)
        for original in (*by_payer, *by_patient):
            if _mirrors(self._facts(original, ledger)[-1], sums, regrouped=regrouped):
                return None
        # A correction that comes before the reversal may have the original's numbers and dates, but other adjustments.
        by_payer = [original for original in by_payer if not _corrects(original)]
        by_patient = [original for original in by_patient if not _corrects(original)]
        deciding, asked = (by_payer, of_payer) if by_payer else (by_patient, [of_patient])
        if not deciding or any(len(originals) >= _MAX_COMPARED for originals in asked):
            return None
        (total, cut, _), (reversed_total, reversed_cut, _) = self._facts(deciding[-1], ledger)[-1], sums
        return (
            f"the original has {format_cents(total)} of adjustments ({format_cents(cut)} sequestration), "
            f"the reversal {format_cents(reversed_total)} ({format_cents(reversed_cut)} sequestration)"
        )

    def payments(self) -> list[Payment]:
        """The remembered claims as payments."""
        return list(map(_AS_PAYMENT, self._originals))

    def _facts(self, original: Original, ledger: TransactionLedger) -> _Facts:
        """The facts about a claim to compare; its text is read only now."""
        text = original[-1]
        if not isinstance(text, str):
            return text
        facts = self._read.get(text)
        if facts is None:
            assert self._delimiters is not None
            claim = read_claim(f"CLP{self._delimiters.element}{text}", self._delimiters)
            facts = claim.dates, claim.lines[0].dates if claim.lines else None, ledger.sums(claim)
            if len(self._read) < _MAX_REMEMBERED:
                self._read[text] = facts
        return facts

    def _candidates(self, reversal: Claim) -> tuple[Sequence[Sequence[Original]], Sequence[Original]]:
        """The claims of the same charge that share each payer number, and the patient's."""
        if reversal.charge_cents is None:
            return [], ()
        self._index()
        charge = -reversal.charge_cents
        of_payer = [self._by_number.get(("payer", number, charge), ()) for number in _payer_numbers(reversal)]
        return of_payer, self._by_number.get(("patient", reversal.control_number, charge), ())

    def _index(self) -> None:
        """Index the claims since the last reversal; reindex before forgotten ones pile up."""
        if self._keys > 4 * _MAX_REMEMBERED:
            self._by_number.clear()
            self._keys, self._not_indexed = 0, len(self._originals)
        for original in reversed(list(islice(reversed(self._originals), self._not_indexed))):
            number, payer_number, charge, *_ = original
            for key in (("patient", number, charge), ("payer", payer_number, charge)):
                self._by_number.setdefault(key, deque(maxlen=_MAX_COMPARED)).append(original)
                self._keys += 1
        self._not_indexed = 0


def _corrects(original: Original) -> bool:
    """Whether a claim corrects another one."""
    return original[3] == FREQUENCY_REPLACEMENT or original[4] != ""


def _payer_numbers(reversal: Claim) -> list[str]:
    """The payer's numbers of the claim that is reversed: CLP07 and REF F8."""
    given = (reversal.payer_control_number.strip(), reversal.original_control_number.strip())
    return [number for number in dict.fromkeys(given) if number]


def _mirrors(original: AdjustmentSums, reversal: AdjustmentSums, *, regrouped: bool) -> bool:
    """Whether a claim's adjustments are those of a reversal with the sign reversed."""
    (total, _, signature), (reversed_total, _, reversed_signature) = original, reversal
    return total == -reversed_total and (regrouped or signature == -reversed_signature)


def _has_the_dates(original: _Facts, reversal: Claim) -> bool:
    """Whether a claim has the dates of the reversal and of its first line."""
    dates, line_dates, _ = original
    first_line = reversal.lines[0].dates if reversal.lines else None
    return line_dates == first_line and all(dates.get(name) == reversal.dates.get(name) for name in ("232", "233"))


def _is_regrouped(reversal: Claim) -> bool:
    """Whether the reversal uses CR, as 4010 allows; then only amounts can be compared."""
    if reversal.remittance.version >= _FIRST_WITHOUT_CORRECTION_GROUP:
        return False
    return any(adjustment.group == _CORRECTION_GROUP for adjustment in all_adjustments(reversal))
