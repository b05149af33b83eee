"""What is fuzzed: each target takes any bytes, and only the library's own errors may come out of it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import sequestration as seq
from sequestration import deadlines

sys.path.append(str(Path(__file__).parents[1]))
from fuzz.grammar import damaged
from fuzz.laws import hold_for

ROOT = Path(__file__).parents[1]
TABLE = seq.MEDICARE_FFS.to_records()
GZIP = b"\x1f\x8b"


def read(data: bytes) -> None:
    """Every claim of a remittance, laid out as text; problems and provider adjustments too."""
    with seq.read_835(io.BytesIO(data)) as reader:
        for claim in reader:
            claim.to_text()
        for found in (*reader.problems, *reader.provider_adjustments):
            str(found)


def check(data: bytes) -> None:
    """The audit of a remittance as text, as plain values, and masked."""
    audit = seq.check_835(data, keep="all")
    str(audit)
    audit.to_dict()
    str(audit.masked())
    for total in audit.by_code():
        str(total)


def grammar(data: bytes) -> None:
    """An 835 with damaged grammar: an audit keeps the laws of `fuzz/laws.py`."""
    hold_for(damaged(data, SMALL))


def carry_over(data: bytes) -> None:
    """What a claim to the next payer repeats; a claim that cannot be carried over is a `ValueError`."""
    for claim in seq.read_835(data):
        for spread in (False, True):
            with suppress(ValueError):
                str(seq.secondary_adjustments(claim, spread=spread))


def code(data: bytes) -> None:
    """Codes as people write them, and what to do about them."""
    text = data.decode("utf-8", "replace")
    seq.CARCS.search(text)
    seq.next_step(text)
    seq.adjustment_code(text)


def amount(data: bytes) -> None:
    """Amounts of dollars: what is taken for one is printed as the same one."""
    text = data.decode("utf-8", "replace")
    found = seq.expected_reduction(text, on=seq.MEDICARE_FFS.changes[0])
    assert found.payable == Decimal(text)
    assert found.amount + found.payment == found.payable


def day(data: bytes) -> None:
    """Dates: what is taken for one has a rate and deadlines."""
    text = data.decode("utf-8", "replace")
    assert seq.MEDICARE_FFS.period_on(text).rate == seq.MEDICARE_FFS.rate_on(text)
    deadlines.redetermination(text)
    deadlines.timely_filing(text)


def schedule(data: bytes) -> None:
    """Schedules of one's own, with a period of the shipped one made of the bytes."""
    parts = [part.decode("utf-8", "replace") for part in data.split(b"\n")]
    records = [dict(record) for record in TABLE]
    keys = ["rate", "first_day", "last_day", "status", "verified_on", "note", parts[0]]
    for number, part in enumerate(parts[1:]):
        records[number % len(records)][keys[number % len(keys)]] = part
    found = seq.RateSchedule.from_records(records)
    assert seq.RateSchedule.from_records(found.to_records()) == found


REMITTANCES = [path.read_bytes() for path in sorted((ROOT / "examples").glob("*.835"))]
SMALL = [*REMITTANCES, *(path.read_bytes() for path in sorted((ROOT / "tests" / "cases" / "doubts").glob("*.835")))]
"""What the grammar is damaged of: each small one has something in it that has once misled a check."""
TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "read": (read, REMITTANCES),
    "check": (check, REMITTANCES),
    "grammar": (grammar, [bytes([0, 99, 99, number, 4, 40, 2, 3, 1]) for number in range(len(SMALL))]),
    "carry_over": (carry_over, REMITTANCES),
    "code": (code, [b"CO-253", b"pr 2", b"B15", b"timely filing", b"00029"]),
    "amount": (amount, [b"40.00", b"-.08", b"1250", b"+3."]),
    "day": (day, [b"2022-05-10", b"20240229"]),
    "schedule": (schedule, [b"title\n0.02\n2013-04-01\n2020-04-30\nordered", b"x\n0.5", b"rate\n1"]),
}
"""By name: the target, and bytes to begin with."""


def survives(name: str, data: bytes) -> bool:
    """Run a target and return whether it took the input; an exception that is not the library's own goes through."""
    target, _ = TARGETS[name]
    try:
        target(data)
    except seq.SequestrationError:
        return False
    except OSError:
        if not data.startswith(GZIP):  # Damaged compressed data is a file that cannot be read.
            raise
        return False
    return True
