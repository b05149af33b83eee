"""Recognize a remittance that was delivered twice, to count its dollars once.

What a transaction adds to an audit is kept apart until it ends, because its number of claims is known only then. An
audit also remembers what each of its remittances added, in a compact form, so that audits of files that were read in
different processes can be merged without counting a remittance twice.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

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
_REMITTANCES_OF_A_PAGE = 32
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
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
    return payer, trace, cents, on, claims, paid, zlib.crc32(f"{trace}*{last}".encode())


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

    @property
    def months(self) -> set[str]:
        """Months (YYYY-MM) of all other sums, but where none was due."""
        return {month for month, verdict in self.sums if month and verdict is not Verdict.NOTHING_DUE}

    def add_to(self, totals: AuditTotals) -> None:
        """Add the sums to those of an audit."""
        for (month, verdict), sums in self.sums.items():
            totals.enter_month(sums, month, verdict)


_SumsOfPart: TypeAlias = tuple[dict[Verdict, int], dict[str, int], dict[tuple[str, Verdict], Sums], int, list[CodeRow]]
"""Counts, plain sums, other sums, number of projected rates and codes of a transaction."""


@attrs.define(eq=False)
class _Page:
    """Sums of a number of remittances, compressed together once the page is full.

    Most of them are sums by month, of which a page is a table: so packed, they need a fifth of the memory that they
    need one by one.
    """

    _open: list[_SumsOfPart] = attrs.field(factory=list[_SumsOfPart])
    _packed: bytes | None = None

    def __getitem__(self, place: int) -> _SumsOfPart:
        if self._packed is None:
            return self._open[place]
        months, table, others = json.loads(zlib.decompress(self._packed))
        counts, rows, projected, codes = others[place]
        return (
            {Verdict(verdict): count for verdict, count in counts.items()},
            {month: cents for month, cents in zip(months, table[place], strict=True) if cents is not None},
            {(month, Verdict(verdict)): Sums(*cents) for month, verdict, *cents in rows},
            projected,
            [tuple(row) for row in codes],
        )

    @property
    def is_full(self) -> bool:
        """Whether it takes no more."""
        return self._packed is not None

    def add(self, sums: _SumsOfPart) -> int:
        """Add a remittance, and return its place."""
        place = len(self._open)
        self._open.append(sums)
        if place + 1 == _REMITTANCES_OF_A_PAGE:
            self._packed, self._open = self._pack(), []
        return place

    def _pack(self) -> bytes:
        months = sorted({month for _, plain, *_ in self._open for month in plain})
        table = [[plain.get(month) for month in months] for _, plain, *_ in self._open]
        others = [(counts, _rows_of(sums), projected, codes) for counts, _, sums, projected, codes in self._open]
        return zlib.compress(_encode((months, table, others)).encode(), 1)


def _rows_of(sums: Mapping[tuple[str, Verdict], Sums]) -> list[tuple[str, Verdict, int, int, int]]:
    return [
        (month, verdict, each.reported_cents, each.expected_cents, each.in_question_cents)
        for (month, verdict), each in sums.items()
    ]


@attrs.define(eq=False, weakref_slot=False)  # There are thousands.
class RememberedPart:
    """Contribution of a remittance to an audit, in a compact form.

    Its sums are on a page with those of others.
    """

    file: str | None
    _page: _Page
    _place: int
    findings: tuple[Finding, ...]
    findings_dropped: dict[Verdict, int] | None
    provider_adjustments: tuple[ProviderAdjustment, ...]
    provider_adjustments_dropped: int
    patterns: tuple[GroupRow, ...] = ()
    plan: tuple[GroupRow, ...] = ()

    @classmethod
    def of(cls, part: TransactionPart, file: str | None, page: _Page) -> RememberedPart:
        """Enter what a transaction added on a page."""
        return cls(
            file,
            page,
            page.add((part.counts, part.plain, part.sums, part.projected, part.codes)),
            tuple(part.findings),
            part.findings_dropped or None,
            tuple(part.provider_adjustments),
            part.provider_adjustments_dropped,
            tuple(part.patterns),
            tuple(part.plan),
        )

    @property
    def is_packed(self) -> bool:
        """Whether its page is full."""
        return self._page.is_full

    def moved_to(self, page: _Page) -> RememberedPart:
        """Copy with its sums on another page."""
        return attrs.evolve(self, page=page, place=page.add(self._page[self._place]))

    def unpack(self) -> TransactionPart:
        """Return the contribution of the transaction."""
        part = TransactionPart(
            *self._page[self._place],
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

    _parts: dict[str, RememberedPart] = attrs.field(factory=dict[str, RememberedPart])
    """By their keys in a compact form."""
    _page: _Page = attrs.field(factory=_Page)
    """The page that is not full."""

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[RemittanceKey]:
        return map(_unpack_key, self._parts)

    def find(self, key: RemittanceKey) -> RememberedPart | None:
        """The remittance that was read before under a key."""
        return self._parts.get(_pack_key(key))

    def remember(self, key: RemittanceKey, part: TransactionPart, file: str | None) -> None:
        """Keep a remittance of a file."""
        if len(self._parts) < _MAX_REMITTANCES:
            self._parts[_pack_key(key)] = RememberedPart.of(part, file, self._page_with_room())

    def merge(self, other: RemittanceLog) -> None:
        """Keep the remittances of another audit."""
        for key, part in other._parts.items():
            if len(self._parts) < _MAX_REMITTANCES:
                self._parts[key] = part if part.is_packed else part.moved_to(self._page_with_room())

    def has_room_for(self, other: RemittanceLog) -> bool:
        """Whether all of two audits are kept."""
        return len(self) + len(other) <= _MAX_REMITTANCES

    def repeats(self, other: RemittanceLog) -> list[RemittanceKey]:
        """The remittances of another audit that are here already."""
        return [_unpack_key(key) for key in other._parts if key in self._parts]

    def without(self, keys: Iterable[RemittanceKey]) -> RemittanceLog:
        """A copy that leaves some remittances out."""
        left_out = set(map(_pack_key, keys))
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

    def _page_with_room(self) -> _Page:
        if self._page.is_full:
            self._page = _Page()
        return self._page


def _pack_key(key: RemittanceKey) -> str:
    """A key as one text, which takes a third of the memory of its parts."""
    payer, trace, cents, on, claims, paid, last = key
    return f"{cents} {on.toordinal()} {claims} {'' if paid is None else paid} {last} {len(payer)} {payer}{trace}"


def _unpack_key(text: str) -> RemittanceKey:
    cents, on, claims, paid, last, length, names = text.split(" ", 6)
    payer, trace = names[: int(length)], names[int(length) :]
    return payer, trace, int(cents), date.fromordinal(int(on)), int(claims), int(paid) if paid else None, int(last)


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
