"""Whether the time for hostile files grows with their length alone: each shape at one size and at four times it.

    python benchmarks/hostile.py

A ratio near 4 is linear; 16 would be quadratic. The peak is of Python's own memory, at the larger size.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import sequestration as seq

ENVELOPE = (
    b"ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P*:~"
    b"GS*HP*PAYER*CLINIC*20240315*1200*1*X*005010X221A1~"
)
START = ENVELOPE + b"ST*835*0001~BPR*I*0*C*ACH~N1*PR*PAYER~LX*1~"
CLAIM = b"CLP*A*1*100*98*0*MB*P*11*1~"
END = b"SE*1*0001~GE*1*1~IEA*1*000000001~"


def numbered(piece: bytes, count: int) -> bytes:
    return b"".join(piece % {b"n": number} for number in range(count))


SHAPES: dict[str, Callable[[int], bytes]] = {
    "a segment without end": lambda n: START + CLAIM + b"CAS*CO*" + b"1" * n,
    "elements without end": lambda n: START + CLAIM + b"CAS*CO" + b"*253*1*1" * (n // 3) + b"~",
    "digits without end": lambda n: START + CLAIM + b"CAS*CO*253*" + b"9" * n + b"~",
    "ISA after ISA": lambda n: ENVELOPE[: ENVELOPE.index(b"GS")] * n,
    "envelope in envelope": lambda n: (ENVELOPE + b"ST*835*0001~") * n,
    "whole interchanges": lambda n: (START + CLAIM + END) * n,
    "adjustments of a claim": lambda n: START + CLAIM + b"CAS*CO*253*0.01~" * n,
    "lines of a claim": lambda n: START + CLAIM + b"SVC*HC:99213*1*1~" * n,
    "bad amounts": lambda n: START + CLAIM + b"CAS*CO*253*x~" * n,
    "dates of a claim": lambda n: START + CLAIM + numbered(b"DTM*232*%(n)08d~", n),
    "procedures": lambda n: START + CLAIM + numbered(b"SVC*HC:%(n)d*1*1~", n),
    "reason codes": lambda n: START + numbered(b"CLP*A*1*100*98*0*MB*P*11*1~CAS*CO*%(n)d*1~", n),
    "payer numbers": lambda n: START[: START.index(b"LX")] + numbered(b"REF*2U*%(n)d~", n),
    "provider adjustments": lambda n: START + CLAIM + b"PLB*1*20241231*WO:1*1~" * n,
    "reversals": lambda n: START + numbered(b"CLP*%(n)d*22*-100*-98*0*MB*P%(n)d*11*1~", n),
    "reversals of one claim": lambda n: START + b"CLP*A*22*-100*-98*0*MB*P*11*1~CLP*A*1*100*98*0*MB*P*11*1~" * n,
    "a payer that cuts nobody": lambda n: (
        START + numbered(b"CLP*%(n)d*1*100*100*0*MB*P*11*1~SVC*HC:99213*100*100~DTM*472*20240115~", n)
    ),
    "blank segments": lambda n: START + CLAIM + b"~" * n,
    "line ends": lambda n: START + CLAIM + b"\n" * n,
}


def checked(data: bytes) -> float:
    """Seconds to check; that it is no 835 is an answer too."""
    start = time.perf_counter()
    with suppress(seq.X12Error):
        seq.check_835(data)
    return time.perf_counter() - start


def main() -> None:
    checked(START + CLAIM + END)
    for name, make in SHAPES.items():
        small, large = make(5_000), make(20_000)
        ratio = min(checked(large) for _ in range(3)) / min(checked(small) for _ in range(3))
        tracemalloc.start()
        checked(large)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"{name:<26} {len(large) / 1e6:>6.1f} MB  x {ratio:4.1f}  peak {peak:5.1f} MB", flush=True)


if __name__ == "__main__":
    main()
