"""Model the sequestration clause of a Medicare Advantage contract, for a contracting manager.

The plan may withhold what the contract allows: in this example, Medicare's 2% from 2024 on. How much did it withhold
beyond that, and what would the clause cost next year, with and without a PAYGO sequestration?

    python contract_model.py examples 11502
"""

from __future__ import annotations

import sys
from decimal import Decimal

import sequestration as seq

SECTION = {"citation": "agreement of 2023, section 4.2", "says": "Medicare's sequestration from 2024 on"}
CHECKED = {"verified_on": "2026-11-27", "status": "ordered", "authorities": [SECTION]}
CONTRACT = seq.RateSchedule.from_records(
    [{"last_day": "2023-12-31", "rate": "0", **CHECKED}, {"first_day": "2024-01-01", "rate": "0.02", **CHECKED}],
    name="our_plan",
)
NEXT_YEAR = {"first_day": "2027-01-01", "last_day": "2027-12-31"}
CLAUSES = {
    "as signed": CONTRACT,
    "without the clause": CONTRACT.what_if(**NEXT_YEAR, rate="0", stacking="replace"),
    "with 4% PAYGO on top": CONTRACT.what_if(**NEXT_YEAR, rate="0.04", stacking="add"),
}


def main(remittances: str, plan: str) -> None:
    """Compare the amounts a plan withheld with the contract, and price the clause for next year."""
    # "ffs" checks the payer against the given schedule, which here is the contract's own.
    audit = seq.check_835(remittances, payers={plan: "ffs"}, schedule=CONTRACT, keep="all", limit=None)
    totals = audit.totals
    print(f"withheld {totals.reported}, by the contract {totals.expected}, beyond it {totals.over_withheld}")
    for pattern in audit.patterns()[:3]:
        print(f"  {pattern.explanation or pattern.verdict}: {pattern.lines} lines, {pattern.dollars}")

    payables = [finding.payable for finding in audit.findings if finding.expected is not None and finding.payable]
    for name, schedule in CLAUSES.items():
        cuts = [seq.expected_reduction(payable, on="2027-06-30", schedule=schedule).amount for payable in payables]
        print(f"2027 {name}: {sum(cuts, Decimal(0))} of {sum(payables, Decimal(0))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
