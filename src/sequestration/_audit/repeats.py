"""Recognize a remittance that was delivered twice, to count its dollars once.

What a transaction adds to an audit is kept apart until it ends, because its number of claims is known only then. An
audit also remembers what each of its remittances added, in a compact form, so that audits of files that were read in
different processes can be merged without counting a remittance twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias
from zlib import crc32

import attrs

from sequestration._audit.groups import GroupRow, Groups
from sequestration._audit.ledger import CodeRow
from sequestration._audit.totals import AuditTotals, Sums
from sequestration._checking.findings import Finding, Verdict
from sequestration._money import as_dollars
from sequestration._x12.problems import Problem, ProblemCode
from sequestration._x12.remittance import ProviderAdjustment, Remittance

__all__ = [
    "RememberedPart",
    "RemittanceKey",
    "RemittanceLog",
    "TransactionPart",
    "payer_number",
    "remittance_key",
    "repeat_facts",
    "repeat_problem",
]

_MAX_REMITTANCES = 10_000
_pack = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_MAX_TEXT = 80  # Characters of a number that is remembered.

RemittanceKey: TypeAlias = tuple[str, str, int, date, int, int | None, int]
"""Payer, trace number, payment and date, number of claims; the sum of their payments, a checksum of the last claim.

The last two are the second proof: parts of one large payment may share all the rest.
"""


def payer_number(remittance: Remittance) -> str:
    """Number that identifies a payer (its last), or its name if it has none."""
    return (remittance.payer_ids or (remittance.payer,))[-1].strip()


def remittance_key(remittance: Remittance, claims: int, paid: int | None, last: str) -> RemittanceKey | None:
    """Key to recognize a remittance by; None if a part of it is missing.

    Args:
        remittance: The transaction, at its end.
        claims: Number of its claims.
        paid: Sum of their payments in whole cents; None if one could not be read.
        last: Patient control number of the last claim; only a checksum of it is kept.
    """
    cents, on, trace = remittance.payment_cents, remittance.paid_on or remittance.dated, remittance.trace_number.strip()
    payer = payer_number(remittance)
    if not remittance.complete or cents is None or on is None or not trace or not claims:
        return None
    if len(trace) > _MAX_TEXT or len(payer) > _MAX_TEXT:
        return None
    return payer, trace, cents, on, claims, paid, crc32(f"{trace}*{last}".encode())


@attrs.define(eq=False)
class TransactionPart:
    """Contribution of one transaction to an audit; amounts are in whole cents."""

    counts: dict[Verdict, int] = attrs.field(factory=dict[Verdict, int])
    plain: dict[str, int] = attrs.field(factory=dict[str, int])
    """Sequestration that is plainly right, by month (YYYY-MM)."""
    sums: dict[tuple[str, Verdict], Sums] = attrs.field(factory=dict[tuple[str, Verdict], Sums])
    """All other sums, by month (empty without a date) and verdict."""
    projected: int = 0
    codes: list[CodeRow] = attrs.field(factory=list[CodeRow])
    findings: list[Finding] = attrs.field(factory=list[Finding])
    findings_dropped: dict[Verdict, int] = attrs.field(factory=dict[Verdict, int])
    provider_adjustments: list[ProviderAdjustment] = attrs.field(factory=list[ProviderAdjustment])
    provider_adjustments_dropped: int = 0
    patterns: Groups = attrs.field(factory=Groups)
    """Findings that need review, kept or not."""
    plan: Groups = attrs.field(factory=Groups)
    """Sequestration that a plan withheld."""

    def count(self, verdict: Verdict, places: int) -> None:
        """Count claims or lines of a verdict."""
        self.counts[verdict] = self.counts.get(verdict, 0) + places

    def drop(self, verdict: Verdict, findings: int = 1) -> None:
        """Count findings that are not kept."""
        self.findings_dropped[verdict] = self.findings_dropped.get(verdict, 0) + findings

    def enter(self, sums: Sums, month: str, verdict: Verdict) -> None:
        """Add sums of one verdict in one month (YYYY-MM, or empty)."""
        known = self.sums.get((month, verdict))
        if known is None:
            self.sums[month, verdict] = sums
        else:
            known.add(sums)

    def add_to(self, totals: AuditTotals) -> None:
        """Add the sums to those of an audit."""
        for (month, verdict), sums in self.sums.items():
            totals.enter_month(sums, month, verdict)


@attrs.define(eq=False)
class RememberedPart:
    """Contribution of a remittance to an audit, in a compact form."""

    file: str | None
    packed: bytes
    findings: tuple[Finding, ...]
    findings_dropped: dict[Verdict, int] | None
    provider_adjustments: tuple[ProviderAdjustment, ...]
    provider_adjustments_dropped: int
    patterns: tuple[GroupRow, ...] = ()
    plan: tuple[GroupRow, ...] = ()

    @classmethod
    def of(cls, part: TransactionPart, file: str | None) -> RememberedPart:
        """Pack what a transaction added."""
        rows = [
            [month, verdict, sums.reported_cents, sums.expected_cents, sums.in_question_cents]
            for (month, verdict), sums in part.sums.items()
        ]
        return cls(
            file,
            _pack([part.counts, part.plain, rows, part.projected, part.codes]).encode(),
            tuple(part.findings),
            part.findings_dropped or None,
            tuple(part.provider_adjustments),
            part.provider_adjustments_dropped,
            tuple(part.patterns),
            tuple(part.plan),
        )

    def unpack(self) -> TransactionPart:
        """Return the contribution of the transaction."""
        counts, plain, rows, projected, codes = json.loads(self.packed)
        part = TransactionPart(
            {Verdict(verdict): count for verdict, count in counts.items()},
            plain,
            {(month, Verdict(verdict)): Sums(*cents) for month, verdict, *cents in rows},
            projected,
            [tuple(row) for row in codes],
            list(self.findings),
            dict(self.findings_dropped or {}),
            list(self.provider_adjustments),
            self.provider_adjustments_dropped,
        )
        part.patterns.add(self.patterns)
        part.plan.add(self.plan)
        return part


@attrs.define(eq=False)
class RemittanceLog:
    """Remittances of an audit; at most the first 10,000, so that memory is bounded."""

    _parts: dict[RemittanceKey, RememberedPart] = attrs.field(factory=dict[RemittanceKey, RememberedPart])

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[RemittanceKey]:
        return iter(self._parts)

    def find(self, key: RemittanceKey) -> RememberedPart | None:
        """The remittance that was read before under a key."""
        return self._parts.get(key)

    def remember(self, key: RemittanceKey, part: RememberedPart) -> None:
        """Keep a remittance."""
        if len(self._parts) < _MAX_REMITTANCES:
            self._parts[key] = part

    def merge(self, other: RemittanceLog) -> None:
        """Keep the remittances of another audit."""
        for key, part in other._parts.items():
            self.remember(key, part)

    def has_room_for(self, other: RemittanceLog) -> bool:
        """Whether all of two audits are kept."""
        return len(self) + len(other) <= _MAX_REMITTANCES

    def repeats(self, other: RemittanceLog) -> list[RemittanceKey]:
        """The remittances of another audit that are here already."""
        return [key for key in other._parts if key in self._parts]

    def without(self, keys: Iterable[RemittanceKey]) -> RemittanceLog:
        """A copy that leaves some remittances out."""
        left_out = set(keys)
        return RemittanceLog({key: part for key, part in self._parts.items() if key not in left_out})

    def replace(self, masked: Mapping[int, Any]) -> RemittanceLog:
        """Copy with findings and provider-level adjustments replaced, by identity."""
        return RemittanceLog(
            {
                key: attrs.evolve(
                    part,
                    findings=tuple(masked[id(finding)] for finding in part.findings),
                    provider_adjustments=tuple(masked[id(item)] for item in part.provider_adjustments),
                )
                for key, part in self._parts.items()
            }
        )

    def let_go_of_findings(self) -> None:
        """Forget the findings, which the caller has."""
        for part in self._parts.values():
            part.findings = ()

    def drop_findings(self, findings: Iterable[Finding]) -> None:
        """Count findings that are no longer kept, and let them go."""
        dropped = {id(finding) for finding in findings}
        for part in self._parts.values():
            gone = [finding for finding in part.findings if id(finding) in dropped]
            if gone:
                part.findings = tuple(finding for finding in part.findings if id(finding) not in dropped)
                part.findings_dropped = dict(part.findings_dropped or {})
                for finding in gone:
                    part.findings_dropped[finding.verdict] = part.findings_dropped.get(finding.verdict, 0) + 1


def repeat_facts(key: RemittanceKey, first: RememberedPart) -> dict[str, Any]:
    """Facts of the problem that a remittance was read before."""
    _, trace, cents, on, *_ = key
    return {
        "trace": trace,
        "amount": as_dollars(cents),
        "date": on,
        "first": first.file or "an unnamed input",
    }


def repeat_problem(key: RemittanceKey, first: RememberedPart, again: RememberedPart) -> Problem:
    """The problem that a remittance of another file was read before."""
    return Problem(ProblemCode.REPEATED_REMITTANCE, again.file, facts=repeat_facts(key, first))
