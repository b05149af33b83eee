"""Law of levels: right sequestration accuses no one, wherever the payer writes the adjustments of a claim.

X12 allows each adjustment at the line or at the claim. The base of a line is known only if all of it is at the line.
"""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from tests.making import RIGHT, Claim, Triple, claim, line, remittance
from tests.property.oracle import dollars, share

pytestmark = pytest.mark.slow

AT_LEVEL = st.sampled_from(["line", "claim"])
CODES = {"contractual": ("CO", "45"), "penalty": ("CO", "237"), "coinsurance": ("PR", "2"), "primary": ("OA", "23")}
SETTLER = claim("SETTLER", line("99213", "150", "78.40", RIGHT))
"""A claim that shows that the payer withholds sequestration."""


@attrs.frozen
class Part:
    """A line in whole cents: Medicare's payment before sequestration, and what the adjustments take off."""

    payable: int
    taken: dict[str, int]


PARTS = st.builds(
    Part,
    payable=st.integers(0, 500) | st.integers(0, 1_000_000),
    taken=st.fixed_dictionaries({}, optional=dict.fromkeys(CODES, st.integers(1, 300_000))),
)


def written(parts: list[Part], levels: dict[str, str]) -> Claim:
    """The parts as lines, with each kind of adjustment at its level and the right cut of each part."""
    lines = []
    of_claim: dict[str, int] = {}
    for part in parts:
        cut = share(part.payable, 2) if levels["cut"] == "line" else 0
        own: list[Triple] = [("CO", "253", dollars(cut))] if cut else []
        paid = part.payable - cut
        for name, cents in part.taken.items():
            if levels[name] == "line":
                own.append((*CODES[name], dollars(cents)))
            else:
                of_claim[name] = of_claim.get(name, 0) + cents
                paid += cents
        charge = paid + sum(int(Decimal(amount) * 100) for _, _, amount in own)
        lines.append(line("99213", dollars(charge), dollars(paid), own))
    adjustments = [(*CODES[name], dollars(cents)) for name, cents in of_claim.items()]
    if levels["cut"] == "claim" and (cut := share(sum(part.payable for part in parts), 2)):
        adjustments.append(("CO", "253", dollars(cut)))
    paid = sum(int(Decimal(item.paid) * 100) for item in lines)
    paid -= sum(int(Decimal(amount) * 100) for _, _, amount in adjustments)
    return claim("LEVELS", *lines, paid=dollars(paid), adjustments=adjustments)


@given(st.lists(PARTS, min_size=1, max_size=4), st.fixed_dictionaries(dict.fromkeys([*CODES, "cut"], AT_LEVEL)))
def test_a_right_cut_accuses_no_one_at_any_level(parts: list[Part], levels: dict[str, str]) -> None:
    audit = seq.check_835(remittance(SETTLER, written(parts, levels)), keep="all")

    assert [str(finding) for finding in audit.findings if finding.verdict.needs_review] == []
    assert not any(problem.code.value.endswith("out_of_balance") for problem in audit.problems)
