"""835s made for tests: amounts are dollars as text, every count and sum is right unless it is given.

remittance(claim("A-1", line("99213", "150", "78.40", RIGHT)))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

import attrs

Triple: TypeAlias = tuple[str, str, str]
"""Group, reason, amount."""

RIGHT: Sequence[Triple] = (("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20"))
"""A line of which 150 was charged, 100 allowed and, after the right cut, 78.40 paid."""

DOUBLED: Sequence[Triple] = (("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20"))
"""The same line after twice the right cut; 76.80 was paid."""


@attrs.frozen
class Line:
    """A service line and the segments it is written as."""

    charge: str
    paid: str
    segments: tuple[str, ...]


@attrs.frozen
class Claim:
    """A claim and the segments it is written as."""

    paid: str
    segments: tuple[str, ...]


def line(
    procedure: str,
    charge: str,
    paid: str,
    adjustments: Iterable[Triple] = (),
    *,
    on: str | None = "20240301",
    allowed: str | None = None,
    qualifier: str = "HC",
    revenue_code: str = "",
    remarks: Sequence[str] = (),
    extra: Sequence[str] = (),
) -> Line:
    """A service line; `on` is its DTM 472 as YYYYMMDD, `extra` further segments of it."""
    segments = [f"SVC*{qualifier}:{procedure}*{charge}*{paid}*{revenue_code}*1"]
    if on is not None:
        segments.append(f"DTM*472*{on}")
    segments += cas(adjustments)
    if allowed is not None:
        segments.append(f"AMT*B6*{allowed}")
    segments += [f"LQ*HE*{remark}" for remark in remarks]
    return Line(charge, paid, (*segments, *extra))


def claim(
    control_number: str,
    *lines: Line,
    status: str = "1",
    plan: str = "MB",
    charge: str | None = None,
    paid: str | None = None,
    patient: str = "0",
    payer_number: str | None = None,
    facility: str = "11",
    frequency: str = "1",
    adjustments: Iterable[Triple] = (),
    first_day: str | None = None,
    last_day: str | None = None,
    inpatient: bool = False,
    remarks: Sequence[str] = (),
    original: str | None = None,
    extra: Sequence[str] = (),
) -> Claim:
    """A claim; charge and paid are the sums of its lines unless given, `extra` further segments of it."""
    charge = total(item.charge for item in lines) if charge is None else charge
    paid = total(item.paid for item in lines) if paid is None else paid
    number = f"P{control_number}" if payer_number is None else payer_number
    segments = [f"CLP*{control_number}*{status}*{charge}*{paid}*{patient}*{plan}*{number}*{facility}*{frequency}"]
    segments += cas(adjustments)
    segments.append("NM1*QC*1*PATIENTNAME*GIVENNAME****MI*MEMBERNUMBER")
    if inpatient:
        segments.append("MIA*0****MA01")
    if remarks:
        segments.append("MOA***" + "*".join(remarks))
    if original is not None:
        segments.append(f"REF*F8*{original}")
    if first_day is not None:
        segments.append(f"DTM*232*{first_day}")
    if last_day is not None:
        segments.append(f"DTM*233*{last_day}")
    segments += extra
    for item in lines:
        segments += item.segments
    return Claim(paid, tuple(segments))


def cas(adjustments: Iterable[Triple]) -> list[str]:
    """CAS segments: adjustments of one group that follow each other share one."""
    segments: list[str] = []
    last = ""
    for group, reason, amount in adjustments:
        if group == last:
            segments[-1] += f"**{reason}*{amount}"
        else:
            segments.append(f"CAS*{group}*{reason}*{amount}")
        last = group
    return segments


def transaction(
    *claims: Claim,
    payer: str = "EXAMPLE MEDICARE CONTRACTOR",
    payer_id: str = "11502",
    produced: str = "20240315",
    payment: str | None = None,
    provider_adjustments: Sequence[str] = (),
    number: str = "0001",
    trace: str = "EFT0001",
    before: Sequence[str] = (),
) -> list[str]:
    """The segments of one transaction; `provider_adjustments` are whole PLB segments."""
    paid = total(item.paid for item in claims)
    adjusted = total(part for plb in provider_adjustments for part in plb.split("*")[4::2])
    payment = str(Decimal(paid) - Decimal(adjusted)) if payment is None else payment
    segments = [
        f"ST*835*{number}",
        f"BPR*I*{payment}*C*ACH*CCP*01*999999992*DA*123456*1351840597**01*999988880*DA*98765*{produced}",
        f"TRN*1*{trace}*1351840597",
        f"DTM*405*{produced}",
        f"N1*PR*{payer}",
        f"REF*2U*{payer_id}",
        "N1*PE*EXAMPLE CLINIC*XX*1234567893",
        *before,
        "LX*1",
    ]
    for item in claims:
        segments += item.segments
    segments += provider_adjustments
    return [*segments, f"SE*{len(segments) + 1}*{number}"]


def interchange(*transactions: list[str], version: str = "005010X221A1", end: str = "~") -> bytes:
    """Transactions in their envelope, each segment ended by `end`."""
    segments = [
        "ISA*00*          *00*          *ZZ*MEDICAREMAC    *ZZ*EXAMPLECLINIC  *240315*1200*^*00501*000000001*0*P*:",
        f"GS*HP*MEDICAREMAC*EXAMPLECLINIC*20240315*1200*1*X*{version}",
    ]
    for item in transactions:
        segments += item
    segments += [f"GE*{len(transactions)}*1", "IEA*1*000000001"]
    return "".join(segment + end for segment in segments).encode("latin-1")


def remittance(*claims: Claim, version: str = "005010X221A1", end: str = "~", **options: object) -> bytes:
    """One transaction in its envelope; `options` are those of `transaction`."""
    return interchange(transaction(*claims, **options), version=version, end=end)  # type: ignore[arg-type]


def total(amounts: Iterable[str]) -> str:
    """The sum of amounts of dollars; what is no amount counts as none."""
    found = Decimal(0)
    for amount in amounts:
        try:
            found += Decimal(amount)
        except ArithmeticError:
            continue
    return str(found)


def laid_out(
    data: bytes,
    *,
    element: str = "*",
    component: str = ":",
    terminator: str = "~",
    after: str = "",
    before: str = "",
    wrap: int = 0,
) -> bytes:
    """The same remittance with other separators, with `after` and `before` at each segment, wrapped at a column."""
    segments = data.decode("latin-1").rstrip("~").split("~")
    text = "".join(
        before + segment.replace("*", element).replace(":", component) + terminator + after for segment in segments
    )
    if wrap:
        text = "\n".join(text[start : start + wrap] for start in range(0, len(text), wrap))
    return text.encode("latin-1")
