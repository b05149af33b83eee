"""Whether time and memory for hostile files stay within bounds: each shape at a size and at four times it, from a disk.

    python benchmarks/hostile.py [FIRST SHAPE [LAST SHAPE]]

A ratio near 4 is linear; 16 would be quadratic. The peak is what a process of its own takes beyond the library itself,
at the larger size: the file is streamed, and is no part of it. Then what `check --json` and `check --html` write.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice, repeat
from pathlib import Path

import sequestration as seq

ENVELOPE = (
    b"ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P*:~"
    b"GS*HP*PAYER*CLINIC*20240315*1200*1*X*005010X221A1~"
)
HEADER = ENVELOPE[: ENVELOPE.index(b"GS")]
PAYER = ENVELOPE + b"ST*835*0001~BPR*I*0*C*ACH~N1*PR*PAYER~"
START = PAYER + b"LX*1~"
CLAIM = b"CLP*A*1*100*98*0*MB*P*11*1~"
END = b"SE*1*0001~GE*1*1~IEA*1*000000001~"


def numbered(piece: bytes) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        yield piece % {b"n": number}


def dated(piece: bytes) -> Iterator[bytes]:
    """A piece with a day of another year, month and day each time."""
    while True:
        for day in range(10_000 * 12 * 28):
            rest, month = divmod(day, 12)
            in_month, year = divmod(rest, 9_999)
            yield piece % {b"d": (year + 1) * 10_000 + (month + 1) * 100 + in_month + 1}


MILLION = 1_000_000
SHAPES: dict[str, tuple[int, bytes, Callable[[], Iterable[bytes]]]] = {
    "a segment without end": (10 * MILLION, START + CLAIM + b"CAS*CO*", lambda: repeat(b"1")),
    "elements of a segment": (MILLION, START + CLAIM + b"CAS*CO", lambda: repeat(b"*253")),
    "triples of a segment": (300_000, START + CLAIM + b"CAS*CO", lambda: repeat(b"*1*1*")),
    "digits without end": (MILLION, START + CLAIM + b"CAS*CO*253*", lambda: repeat(b"9")),
    "ISA after ISA": (100_000, b"", lambda: repeat(HEADER)),
    "envelope in envelope": (100_000, b"", lambda: repeat(ENVELOPE + b"ST*835*0001~")),
    "transaction in transaction": (MILLION, ENVELOPE, lambda: repeat(b"ST*835*0001~")),
    "whole interchanges": (100_000, b"", lambda: repeat(START + CLAIM + END)),
    "segments of a claim": (MILLION, START + CLAIM, lambda: repeat(b"NM1*QC*1*A~")),
    "adjustments of a claim": (MILLION, START + CLAIM, lambda: repeat(b"CAS*CO*253*0.01~")),
    "lines of a claim": (MILLION, START + CLAIM, lambda: repeat(b"SVC*~")),
    "lines of a claim, checked": (MILLION, START + CLAIM, lambda: repeat(b"SVC*HC:99213*1*1~")),
    "bad amounts": (MILLION, START + CLAIM, lambda: repeat(b"CAS*CO*253*x~")),
    "dates of a claim": (MILLION, START + CLAIM, lambda: numbered(b"DTM*232*%(n)08d~")),
    "remarks of a claim": (MILLION, START + CLAIM, lambda: numbered(b"MOA***M%(n)d~")),
    "procedures": (200_000, START, lambda: numbered(CLAIM + b"SVC*HC:%(n)d*1*1~")),
    "reason codes": (200_000, START, lambda: numbered(CLAIM + b"CAS*CO*%(n)d*1~")),
    "groups of reason codes": (200_000, START, lambda: numbered(CLAIM + b"CAS*%(n)d*253*1~")),
    "kinds of segments": (MILLION, START, lambda: numbered(b"%(n)d*~")),
    "plan codes": (200_000, START, lambda: numbered(b"CLP*A*1*100*98*0*%(n)d*P*11*1~")),
    "payer numbers": (MILLION, PAYER, lambda: numbered(b"REF*2U*%(n)d~")),
    "payers without a plan": (
        100_000,
        b"",
        lambda: numbered(ENVELOPE + b"ST*835*1~N1*PR*%(n)d~LX*1~CLP*A*1*1*1*0**P*11*1~"),
    ),
    "provider adjustments": (MILLION, START + CLAIM, lambda: repeat(b"PLB*1*20241231*WO:1*1~")),
    "provider adjustments of many": (
        100_000,
        b"",
        lambda: numbered(START + CLAIM + b"PLB*1*20241231*WO:%(n)d*1~" + END),
    ),
    "months": (
        100_000,
        START,
        lambda: dated(CLAIM + b"SVC*HC:99213*100*98~DTM*472*%(d)08d~CAS*CO*253*2~"),
    ),
    "reversals": (200_000, START, lambda: numbered(b"CLP*%(n)d*22*-100*-98*0*MB*P%(n)d*11*1~")),
    "reversals of one claim": (100_000, START, lambda: repeat(b"CLP*A*22*-100*-98*0*MB*P*11*1~" + CLAIM)),
    "reversals of unlike claims": (
        100_000,
        START,
        lambda: numbered(b"CLP*A*22*-100*-98*0*MB*P*11*1~" + CLAIM + b"CAS*CO*45*%(n)d~"),
    ),
    "a payer that cuts nobody": (
        100_000,
        START,
        lambda: numbered(b"CLP*%(n)d*1*100*100*0*MB*P*11*1~SVC*HC:99213*100*100~DTM*472*20240115~"),
    ),
    "wrong cuts": (
        100_000,
        START,
        lambda: numbered(b"CLP*%(n)d*1*100*90*0*MB*P*11*1~SVC*HC:99213*100*90~DTM*472*20240115~CAS*CO*253*10~"),
    ),
    "long numbers of claims": (
        10_000,
        START,
        lambda: numbered(b"CLP*" + b"A" * 1_000 + b"%(n)d*1*100*x*0*MB*P*11*1~"),
    ),
    "blank segments": (10 * MILLION, START + CLAIM, lambda: repeat(b"~")),
    "line ends": (10 * MILLION, START + CLAIM, lambda: repeat(b"\n")),
}


def write(path: Path, name: str, count: int) -> None:
    _, start, pieces = SHAPES[name]
    with path.open("wb") as stream:
        stream.write(start)
        stream.writelines(islice(pieces(), count))
        stream.write(b"~")


def read(path: str) -> None:
    for _ in seq.read_835(path):
        pass


def measured(work: Callable[[str], object], path: str) -> tuple[float, float]:
    """Seconds of the processor, and the megabytes that it took; an input that is not an 835 is an answer, too."""
    before, start = most_memory(), time.process_time()
    with suppress(seq.X12Error):
        work(path)
    return time.process_time() - start, most_memory() - before


def most_memory() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def output(path: str) -> tuple[float, float]:
    """Megabytes of the JSON and of the report."""
    import json

    try:
        audit = seq.check_835([path])
    except seq.X12Error:
        return 0, 0
    report = Path(path).with_suffix(".html")
    seq.write_report(audit, report)
    return len(json.dumps(audit.to_dict(), indent=2)) / 1e6, report.stat().st_size / 1e6


def main(first: str = "", last: str = "") -> None:
    spawn = multiprocessing.get_context("spawn")
    print(f"{'shape':<29} {'count':>10} {'MB':>6}   check: ratio    s   MB   read: ratio    s   MB   JSON  HTML")
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.835"), Path(folder, "large.835")
        names = list(SHAPES)
        start, end = names.index(first) if first else 0, names.index(last) + 1 if last else None
        for name in names[start:end]:
            count = SHAPES[name][0]
            write(small, name, count // 4)
            write(large, name, count)
            row = f"{name:<29} {count:>10,} {large.stat().st_size / 1e6:>6.1f}"
            for work in (seq.check_835, read):
                with spawn.Pool(1, maxtasksperchild=1) as pool:
                    once = partial(pool.apply, measured)
                    (seconds, _), (more, megabytes) = once((work, str(small))), once((work, str(large)))
                row += f"   {'':>9}{more / seconds:>4.1f} {more:>4.1f} {megabytes:>4.0f}"
            with spawn.Pool(1) as pool:
                as_json, as_html = pool.apply(output, (str(large),))
            print(f"{row}   {as_json:>4.1f}  {as_html:>4.1f}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
