"""Handle the segments before the claims and the PLB segments after them.

The segments before the claims say who pays whom, how much and how.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sequestration._x12.elements import get_code, get_component, get_element
from sequestration._x12.problems import ProblemCode
from sequestration._x12.remittance import ProviderAdjustment, Remittance
from sequestration._x12.state import MAX_PROVIDER_ADJUSTMENTS, ParserState

__all__ = ["HeaderParser"]

_MAX_REASON_LENGTH = 5  # Characters; the codes have two.
_MAX_PAYER_IDS = 20
_NPI = re.compile(r"\d{10}", re.ASCII)


class HeaderParser:
    """Handlers of the segments of a transaction that belong to no claim."""

    def __init__(self, state: ParserState) -> None:
        self._state = state

    def handlers(self) -> Mapping[str, Callable[[str], None]]:
        """The handler of each segment, except DTM and REF, which may also be in a claim."""
        return {"BPR": self._bpr, "TRN": self._trn, "N1": self._n1, "PLB": self._plb}

    def ref(self, segment: str) -> None:
        """Keep another number of the payer."""
        parts = self._state.split(segment)
        if get_code(parts, 1) == "2U" and self._state.party == "PR":
            self._add_payer_id(get_element(parts, 2))

    def dtm(self, segment: str) -> None:
        """Keep the production date of the remittance."""
        remittance = self._state.remittance
        parts = self._state.split(segment)
        if remittance is not None and get_code(parts, 1) == "405":
            (remittance.produced_on,) = self._state.days_of_dtm(parts)

    def _bpr(self, segment: str) -> None:
        state, remittance = self._state, self._state.remittance
        if remittance is None:
            return
        parts = state.split(segment)
        amount = state.amount("BPR02", get_element(parts, 2))
        if amount is not None and get_code(parts, 3) == "D":
            amount = -amount
        remittance.payment_cents = amount
        remittance.method = get_code(parts, 4)
        if get_code(parts, 16):
            remittance.paid_on = state.day("BPR16", get_element(parts, 16))

    def _trn(self, segment: str) -> None:
        remittance = self._state.remittance
        if remittance is None or self._state.in_claims:
            return
        parts = self._state.split(segment)
        remittance.trace_number = get_element(parts, 2)
        self._add_payer_id(get_element(parts, 3))

    def _n1(self, segment: str) -> None:
        remittance = self._state.remittance
        if remittance is None or self._state.in_claims:
            return
        parts = self._state.split(segment)
        self._state.party = party = get_code(parts, 1)
        if party == "PR":
            remittance.payer = get_element(parts, 2).strip()
            self._add_payer_id(get_element(parts, 4))
        elif party == "PE":
            remittance.payee = get_element(parts, 2).strip()
            remittance.payee_id = get_element(parts, 4)
            number = get_code(parts, 4)
            remittance.payee_npi = number if get_code(parts, 3) == "XX" and _NPI.fullmatch(number) else ""

    def _plb(self, segment: str) -> None:
        state = self._state
        state.finish_claim()
        if state.remittance is None:
            state.misplaced()
            return
        parts = state.split(segment)
        for place in range(3, len(parts), 2):
            text = get_element(parts, place + 1)
            if not get_code(parts, place) and not get_code(parts, place + 1):
                continue
            component = get_component(parts[place], state.delimiters.component)
            reason, _, reference = parts[place].partition(component)
            reason = reason.strip(" ")
            reference = reference.partition(component)[0]  # The composite has two components.
            # This is not a code, so it may be a claim number. It is cut and can be masked.
            if len(reason) > _MAX_REASON_LENGTH:
                reason, reference = "", parts[place]
            found = ProviderAdjustment(get_element(parts, 1), reason, reference, None)
            found.amount_cents = state.amount(f"PLB{place + 1:02d}", text)
            state.log.add_provider_adjustment(found)
            self._keep(state.remittance, found)

    def _keep(self, remittance: Remittance, found: ProviderAdjustment) -> None:
        """Keep a provider-level adjustment with its transaction.

        An incomplete transaction does not have all of them.
        """
        kept = remittance.provider_adjustments
        if len(kept) < MAX_PROVIDER_ADJUSTMENTS:
            kept.append(found)
        elif remittance.complete:
            remittance.complete = False
            self._state.report(ProblemCode.TRANSACTION_TOO_LONG, limit=MAX_PROVIDER_ADJUSTMENTS)

    def _add_payer_id(self, number: str) -> None:
        number, remittance = number.strip(), self._state.remittance
        if remittance is None or not number:
            return
        ids = remittance.payer_ids
        if number not in ids and len(ids) < _MAX_PAYER_IDS:
            remittance.payer_ids = (*ids, number)
