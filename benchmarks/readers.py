"""What is timed, each in a process of its own: the library, the least work there is, and the fastest peer.

    python benchmarks/readers.py check made.835

Prints JSON: the seconds of one run, the peak memory in MB, and what was counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def floor(path: str) -> dict[str, int]:
    """The least work that counts every adjustment: fixed separators, no dates, no levels, no errors."""
    claims = lines = adjustments = found = cents = 0
    for segment in Path(path).read_text("latin-1").split("~"):
        tag = segment[:4]
        if tag == "CAS*":
            parts = segment.split("*")
            for place in range(2, len(parts) - 1, 3):
                adjustments += 1
                whole, _, part = parts[place + 1].partition(".")
                amount = int(whole or 0) * 100 + (int((part + "0")[:2]) if part else 0)
                if parts[place] == "253":
                    found += 1
                    cents += amount
        elif tag == "SVC*":
            segment.split("*")
            lines += 1
        elif tag == "CLP*":
            segment.split("*")
            claims += 1
    return {"claims": claims, "lines": lines, "adjustments": adjustments, "n253": found, "sum253_cents": cents}


def peer(path: str) -> dict[str, int]:
    """oxedi, in Rust: it reads into tables and checks nothing of CARC 253."""
    import oxedi
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = oxedi.parse_file(path).tables
    claims, services, adjustments = (pa.table(tables[name]) for name in ("claims", "services", "adjustments"))
    cuts = adjustments.filter(pc.equal(adjustments["reason_code"], "253"))
    return {
        "claims": len(claims),
        "lines": len(services),
        "adjustments": len(adjustments),
        "n253": len(cuts),
        "sum253_cents": int((pc.sum(cuts["amount"]).as_py() or 0) * 100),
    }


def read(path: str) -> dict[str, int]:
    """read_835, every claim, line and adjustment visited."""
    import sequestration as seq

    claims = lines = adjustments = found = cents = 0
    with seq.read_835(path) as reader:
        for claim in reader:
            claims += 1
            lines += len(claim.lines)
            for adjustment in claim.adjustments:
                adjustments += 1
                if adjustment.reason == "253":
                    found += 1
                    cents += adjustment.amount_cents or 0
            for line in claim.lines:
                for adjustment in line.adjustments:
                    adjustments += 1
                    if adjustment.reason == "253":
                        found += 1
                        cents += adjustment.amount_cents or 0
    return {"claims": claims, "lines": lines, "adjustments": adjustments, "n253": found, "sum253_cents": cents}


def check(path: str, jobs: int = 1) -> dict[str, int]:
    """check_835, all that it does."""
    import sequestration as seq

    audit = seq.check_835(path, jobs=jobs)
    return {
        "claims": audit.claims,
        "lines": sum(file.lines for file in audit.files),
        "sum253_cents": int(audit.totals.withheld * 100),
        "wrong": sum(count for verdict, count in audit.counts.items() if verdict.needs_review),
    }


def check_with_two_jobs(path: str) -> dict[str, int]:
    """check_835 over a folder, in two processes."""
    return check(path, jobs=2)


READERS: dict[str, Callable[[str], dict[str, int]]] = {
    "floor": floor,
    "peer": peer,
    "read": read,
    "check": check,
    "check2": check_with_two_jobs,
}


def main(name: str, path: str) -> None:
    reader = READERS[name]
    if name == "peer":
        import oxedi
        import pyarrow.compute  # noqa: F401 - what is timed is the work, not the imports

        assert oxedi
    elif name != "floor":
        import sequestration as seq

        assert seq.check_835, seq.read_835
    start = time.perf_counter()
    counted = reader(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak, **counted}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
