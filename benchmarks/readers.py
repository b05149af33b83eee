"""What run.py times, each in a process of its own: the library, the least work there is, and the fastest peer.

    python benchmarks/readers.py check made.835 --calls 3

The process imports what it needs and makes a whole first call before the clock starts. It prints JSON: processor time
and elapsed time of the fastest call, the peak memory in MB, that of the largest worker, and what was counted.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Counts = dict[str, int]
Work = Callable[[], Counts]


def floor(path: Path) -> Work:
    """The least work that counts every adjustment: fixed separators, no dates, no levels, no errors."""

    def work() -> Counts:
        claims = lines = adjustments = found = cents = 0
        for segment in path.read_text("latin-1").split("~"):
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

    return work


def peer(path: Path) -> Work:
    """oxedi, in Rust: it reads a file, or one file of a folder after another, into tables, and checks nothing."""
    import oxedi
    import pyarrow as pa
    import pyarrow.compute as pc

    names = ("claims", "services", "adjustments")
    files = [str(file) for file in sorted(path.iterdir())] if path.is_dir() else [str(path)]

    def work() -> Counts:
        found: list[list[Any]] = []
        for file in files:
            tables = oxedi.parse_file(file).tables
            found.append([pa.table(tables[name]) for name in names])
        claims, services, adjustments = (pa.concat_tables(of_a_name) for of_a_name in zip(*found, strict=True))
        amounts = adjustments.select(["reason_code", "amount"])
        cuts = amounts.filter(pc.equal(amounts["reason_code"], "253"))
        return {
            "claims": len(claims),
            "lines": len(services),
            "adjustments": len(adjustments),
            "n253": len(cuts),
            "sum253_cents": int((pc.sum(cuts["amount"]).as_py() or 0) * 100),
        }

    return work


def read(path: Path) -> Work:
    """read_835, every claim, line and adjustment visited."""
    import sequestration as seq

    def work() -> Counts:
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

    return work


def check(path: Path, *, jobs: int = 1) -> Work:
    """check_835, all that it does."""
    import sequestration as seq

    def work() -> Counts:
        audit = seq.check_835(path, jobs=jobs)
        return {
            "claims": audit.claims,
            "lines": sum(file.lines for file in audit.files),
            "sum253_cents": int(audit.totals.withheld * 100),
            "wrong": sum(count for verdict, count in audit.counts.items() if verdict.needs_review),
        }

    return work


def check_all(path: Path) -> Work:
    """check_835 that keeps a finding of every line, or of the claim where adjustments are there."""
    import sequestration as seq

    def work() -> Counts:
        findings = seq.check_835(path, keep="all", limit=None).findings
        return {
            "findings": len(findings),
            "sum253_cents": sum(int((finding.reported or 0) * 100) for finding in findings),
            "wrong": sum(finding.verdict.needs_review for finding in findings),
        }

    return work


def parquet(path: Path, *, table: str = "adjustments", keep: str = "wrong") -> Work:
    """to_parquet: the adjustments, or the findings."""
    from sequestration import frames

    folder = tempfile.TemporaryDirectory()

    def work() -> Counts:
        return {table: frames.to_parquet(path, Path(folder.name, "out.parquet"), table=table, keep=keep)}

    return work


def report(path: Path) -> Work:
    """report_html of an audit that is made before the clock starts."""
    import sequestration as seq

    audit = seq.check_835(path)

    def work() -> Counts:
        page = seq.report_html(audit, as_of="2026-10-01")
        return {"wrong": len(audit.findings), "page_bytes": len(page.encode())}

    return work


READERS: dict[str, Callable[[Path], Work]] = {
    "floor": floor,
    "peer": peer,
    "read": read,
    "check": check,
    "check, jobs=2": partial(check, jobs=2),
    'check, keep="all"': check_all,
    "adjustments to Parquet": parquet,
    "findings to Parquet": partial(parquet, table="findings", keep="all"),
    "report": report,
}


def processor_seconds() -> float:
    """Processor time of this process and of the workers that have ended."""
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + workers.ru_utime + workers.ru_stime


def peak_megabytes() -> float:
    """Peak memory of this process, without that of the process that started it, which ru_maxrss on Linux may have."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    return in_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_megabytes(peak: int) -> float:
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=READERS)
    parser.add_argument("path", type=Path)
    parser.add_argument("--calls", type=int, default=3)
    parser.add_argument("--cold", action="store_true", help="no first call: for memory and for instruction counts")
    options = parser.parse_args()
    work = READERS[options.name](options.path)
    if not options.cold:
        work()
    times = []
    counted: Counts = {}
    for _ in range(options.calls):
        gc.collect()
        wall, cpu = time.perf_counter(), processor_seconds()
        counted = work()
        times.append((processor_seconds() - cpu, time.perf_counter() - wall))
    cpus, walls = zip(*times, strict=True)
    workers = in_megabytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    result = {"cpu": min(cpus), "wall": min(walls), "megabytes": peak_megabytes(), "worker_megabytes": workers}
    print(json.dumps({**result, "counted": counted}))


if __name__ == "__main__":
    main()
