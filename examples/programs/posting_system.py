"""Post remittances to patient accounts, for the posting team of a billing office.

A claim is posted only if its sequestration is correct. A claim that needs review is held with the reason, so that you
don't post an amount that may be taken back. The postings of a claim add up to its charge. The payments of a file, less
its provider-level adjustments, add up to the deposit. Run it on a folder:

    python posting_system.py examples postings.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sequestration as seq


def held_claims(file: Path) -> dict[int | None, str]:
    """Find the claims that need review, by their position in the file, each with the reason."""
    audit = seq.check_835(file, limit=None)
    return {finding.claim_position: str(finding) for finding in audit.findings}


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows to post, and the claims and provider-level adjustments to review."""
    held = held_claims(file)
    with seq.read_835(file) as remittance:
        for position, claim in enumerate(remittance, 1):
            if position in held:
                yield {"status": "hold", "claim": claim.control_number, "amount": claim.paid, "note": held[position]}
                continue
            for posting in claim.postings():
                yield {"status": "post", **posting.to_dict()}
        for item in remittance.provider_adjustments:
            yield {"status": "general ledger", "reason": item.reason, "amount": item.amount, "note": item.meaning}
        for problem in remittance.problems:
            yield {"status": problem.level, "claim": problem.claim, "note": problem.text}


def main(folder: str, book: str) -> None:
    """Write the rows of all remittances in a folder to a CSV file, and print the number with each status."""
    names = ["file", "status", *seq.json_schema(seq.Posting)["properties"]]
    counts: dict[str, int] = {}
    with Path(book).open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, names)
        table.writeheader()
        for file in sorted(Path(folder).glob("*.835")):
            for row in rows(file):
                table.writerow({"file": file.name, **row})
                counts[row["status"]] = counts.get(row["status"], 0) + 1
    print(counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
