"""Findings grouped as an office works through them: payer, remittance, claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import count
from typing import TypeAlias

import attrs

from sequestration._checking.findings import Finding, OwedTo

__all__ = [
    "PayerGroup",
    "RemittanceGroup",
    "ReviewedClaim",
    "group_findings",
    "is_owed_to_provider",
]


@attrs.frozen(eq=False)
class ReviewedClaim:
    """Findings of one claim in one remittance.

    Attributes:
        findings: Findings in the order of the lines.
        in_question_cents: Whole cents in question, as the totals count them.
        number: Number of the claim on the page, counted from 1.
    """

    findings: Sequence[Finding]
    in_question_cents: int
    number: int

    @property
    def owed_to_provider(self) -> list[Finding]:
        """Findings that a request for reopening may name."""
        return [found for found in self.findings if is_owed_to_provider(found)]


@attrs.frozen(eq=False)
class RemittanceGroup:
    """Claims of one remittance, those with the most dollars in question first."""

    claims: Sequence[ReviewedClaim]
    in_question_cents: int

    @property
    def first(self) -> Finding:
        """A finding, which has the keys of the remittance."""
        return self.claims[0].findings[0]


@attrs.frozen(eq=False)
class PayerGroup:
    """Remittances of one payer, those with the most dollars in question first."""

    name: str
    remittances: Sequence[RemittanceGroup]

    @property
    def claims(self) -> Iterator[ReviewedClaim]:
        """Yield the claims in the order of the page."""
        for remittance in self.remittances:
            yield from remittance.claims


def is_owed_to_provider(finding: Finding) -> bool:
    """Whether a finding needs review and is owed to the provider."""
    return finding.owed_to is OwedTo.PROVIDER and finding.verdict.needs_review


_Claims: TypeAlias = dict[tuple[object, ...], list[Finding]]
_Weighed: TypeAlias = tuple[int, bool, list[Finding]]
"""Findings of a claim, after its cents in question and whether none needs review."""


def group_findings(findings: Iterable[Finding]) -> list[PayerGroup]:
    """Group findings by payer, remittance and claim, the most dollars first."""
    payers: dict[str, dict[tuple[object, ...], _Claims]] = {}
    for found in findings:
        remittances = payers.setdefault(found.payer, {})
        remittances.setdefault(_remittance_key(found), {}).setdefault(found._claim_key, []).append(found)
    weighed = [
        (name, sorted((_weigh(claims) for claims in remittances.values()), key=_remittance_order))
        for name, remittances in payers.items()
    ]
    weighed.sort(key=lambda payer: (-sum(cents for cents, _ in payer[1]), payer[0]))
    numbers = count(1)
    return [
        PayerGroup(
            name,
            [
                RemittanceGroup([ReviewedClaim(of_claim, cents, next(numbers)) for cents, _, of_claim in claims], total)
                for total, claims in remittances
            ],
        )
        for name, remittances in weighed
    ]


def _weigh(claims: _Claims) -> tuple[int, list[_Weighed]]:
    """Cents in question of a remittance, and its claims in order."""
    weighed = [
        (sum(each._in_question_cents for each in found), not any(each.verdict.needs_review for each in found), found)
        for found in claims.values()
    ]
    weighed.sort(key=lambda claim: (claim[1], -claim[0]))
    return sum(cents for cents, _, _ in weighed), weighed


def _remittance_order(weighed: tuple[int, list[_Weighed]]) -> tuple[int, date, str]:
    first = weighed[1][0][2][0]
    return -weighed[0], first.payment_date or date.max, first.trace_number


def _remittance_key(finding: Finding) -> tuple[object, ...]:
    return finding.trace_number, finding.payment_date, finding.remitted_on, finding.payee_npi, finding.file
