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
from sequestration._audit.ledger import EnteredClaim
from sequestration._money import format_cents
from sequestration._x12.model import Claim

__all__ = ["ReversalMatcher"]

_MAX_REMEMBERED = 5_000
_MAX_COMPARED = 100  # Claims that share number and charge. Among more, the reversed one cannot be identified.
_CORRECTION_GROUP = "CR"
_FREQUENCY_REPLACEMENT = "7"
# Version 5010 and later have no group code CR (X12 request for interpretation 1147).
_FIRST_WITHOUT_CORRECTION_GROUP = "005"
_Dates: TypeAlias = dict[str, date | None]
_Original: TypeAlias = tuple[str, str, int | None, str, str, int | None, _Dates, _Dates | None, EnteredClaim]
"""Facts about a claim, as plain values so that the claim itself can be freed.

They are the patient and payer control number, the charge, the frequency, the number of the claim that it corrects, the
sequestration if it is plainly right, the dates of the claim and of its first line, and the summary of its adjustments.
"""

_AS_PAYMENT: Callable[[_Original], Payment] = itemgetter(1, 0, 2, 4, 5)

_Key: TypeAlias = tuple[str, str, int | None]
"""Owner of the number, the number, and the charge."""


class ReversalMatcher:
    """Claims of a transaction that a later reversal may match; at most the last ones.

    They are indexed only when a reversal comes, because most transactions have none.
    """

    def __init__(self) -> None:
        self._originals: deque[_Original] = deque(maxlen=_MAX_REMEMBERED)
        self._not_indexed = 0  # Number of claims at the end that are not indexed yet.
        self._by_number: dict[_Key, deque[_Original]] = {}
        self._keys = 0

    def remember(self, claim: Claim, entered: EnteredClaim, plain_cents: int | None = None) -> None:
        """Keep the facts about a claim that is not a reversal.

        Args:
            claim: The claim.
            entered: Summary of its adjustments.
            plain_cents: Its sequestration in whole cents if the fast path took it, or None.
        """
        self._not_indexed += 1
        self._originals.append(
            (
                claim.control_number,
                claim.payer_control_number.strip(),
                claim.charge_cents,
                claim.frequency,
                claim.original_control_number,
                plain_cents,
                claim.dates,
                claim.lines[0].dates if claim.lines else None,
                entered,
            )
        )

    def difference(self, reversal: Claim, entered: EnteredClaim) -> str | None:
        """Describe how a reversal differs from its original; None if it mirrors it.

        Claims with the payer's number are compared first, else those with the patient's number and the same dates.
        None also if there is no original, or if there are too many candidates to remember.
        """
        of_payer, of_patient = self._candidates(reversal)
        by_payer = [original for originals in of_payer for original in originals]
        numbers = _payer_numbers(reversal)
        by_patient = [
            original
            for original in of_patient
            if _has_the_dates(original, reversal) and (not numbers or not original[1] or original[1] in numbers)
        ]
        regrouped = _is_regrouped(reversal)
        if any(_mirrors(original[-1], entered, regrouped=regrouped) for original in (*by_payer, *by_patient)):
            return None
        # A correction that comes before the reversal may have the original's numbers and dates, but other adjustments.
        by_payer = [original for original in by_payer if not _corrects(original)]
        by_patient = [original for original in by_patient if not _corrects(original)]
        deciding, asked = (by_payer, of_payer) if by_payer else (by_patient, [of_patient])
        if not deciding or any(len(originals) >= _MAX_COMPARED for originals in asked):
            return None
        (total, cut, _), (reversed_total, reversed_cut, _) = _sums(deciding[-1][-1]), _sums(entered)
        return (
            f"the original has {format_cents(total)} of adjustments ({format_cents(cut)} sequestration), "
            f"the reversal {format_cents(reversed_total)} ({format_cents(reversed_cut)} sequestration)"
        )

    def payments(self) -> list[Payment]:
        """The remembered claims as payments."""
        return list(map(_AS_PAYMENT, self._originals))

    def _candidates(self, reversal: Claim) -> tuple[Sequence[Sequence[_Original]], Sequence[_Original]]:
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


def _corrects(original: _Original) -> bool:
    """Whether a claim corrects another one."""
    return original[3] == _FREQUENCY_REPLACEMENT or original[4] != ""


def _payer_numbers(reversal: Claim) -> list[str]:
    """The payer's numbers of the claim that is reversed: CLP07 and REF F8."""
    given = (reversal.payer_control_number.strip(), reversal.original_control_number.strip())
    return [number for number in dict.fromkeys(given) if number]


def _sums(entered: EnteredClaim) -> tuple[int, int, int]:
    """Total, sequestration and signature over all levels of a claim."""
    totals, cuts, _, signatures = zip(*entered, strict=True)
    return sum(totals), sum(cuts), sum(signatures)


def _mirrors(original: EnteredClaim, reversal: EnteredClaim, *, regrouped: bool) -> bool:
    """Whether a claim's adjustments are those of a reversal with the sign reversed."""
    (total, _, signature), (reversed_total, _, reversed_signature) = _sums(original), _sums(reversal)
    return total == -reversed_total and (regrouped or signature == -reversed_signature)


def _has_the_dates(original: _Original, reversal: Claim) -> bool:
    """Whether a claim has the dates of the reversal and of its first line."""
    *_, dates, line_dates, _ = original
    first_line = reversal.lines[0].dates if reversal.lines else None
    return line_dates == first_line and all(dates.get(name) == reversal.dates.get(name) for name in ("232", "233"))


def _is_regrouped(reversal: Claim) -> bool:
    """Whether the reversal uses CR, as 4010 allows; then only amounts can be compared."""
    if reversal.remittance.version >= _FIRST_WITHOUT_CORRECTION_GROUP:
        return False
    places = [reversal.adjustments, *(line.adjustments for line in reversal.lines)]
    return any(adjustment.group == _CORRECTION_GROUP for place in places for adjustment in place)
