"""Write services as an 835: claims, transactions and envelope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import attrs

from sequestration._errors import InvalidArgument
from sequestration._x12.remittance import ProviderAdjustment
from sequestration.strategies._services import Service, Stay

__all__ = ["PROVIDER", "Layout", "Transaction", "to_text", "write_835"]

PROVIDER = "1234567893"
_HOSPITAL = "11"
_URGENT_CARE = "20"  # A place of service that is no bill type, so that the claim is surely professional.
_PRODUCED_AFTER = timedelta(days=14)
_FILED_WITHIN = timedelta(days=365)
_END = "\0"  # Placeholder for the terminator until the layout is known.


@attrs.frozen(kw_only=True)
class Layout:
    """Delimiters of an 835, and the text after each segment.

    Attributes:
        element: Element separator.
        component: Component separator.
        terminator: Segment terminator.
        line_end: Line end after each segment; may be empty.
    """

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    line_end: str = ""


@attrs.frozen
class Transaction:
    """Services of each claim of one payment, and amounts that belong to no claim."""

    claims: Sequence[Sequence[Service]]
    provider_adjustments: Sequence[ProviderAdjustment] = ()

    @property
    def paid(self) -> Decimal:
        """Sum of the payments of all claims."""
        return sum((item.paid for services in self.claims for item in services), start=Decimal("0.00"))


def write_835(
    claims: Sequence[Sequence[Service]],
    layout: Layout | None = None,
    *,
    provider_adjustments: Sequence[ProviderAdjustment] = (),
) -> bytes:
    """Write a remittance: one transaction in its envelope, with right counts and sums.

    It names no one. A claim of reversed services has the number of the claim before it that it reverses; every other
    claim has its own: C1, C2, ...

    Args:
        claims: Claims, each of them the services of its lines, or one `Stay`.
        layout: Delimiters.
        provider_adjustments: Provider-level adjustments.

    Raises:
        InvalidArgument: A stay is combined with other services in one claim.
    """
    return to_text([Transaction(claims, provider_adjustments)], Layout() if layout is None else layout)


def to_text(transactions: Sequence[Transaction], layout: Layout) -> bytes:
    """Write a remittance of several transactions, with the claims numbered throughout."""
    produced = max(item.on for part in transactions for claim in part.claims for item in claim) + _PRODUCED_AFTER
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MEDICAREMAC':15}*ZZ*{'EXAMPLECLINIC':15}*{produced:%y%m%d}*1200*^*00501*000000001*0*P*:",
        f"GS*HP*MEDICAREMAC*EXAMPLECLINIC*{produced:%Y%m%d}*1200*1*X*005010X221A1",
    ]
    before: list[Sequence[Service]] = []
    for number, part in enumerate(transactions, 1):
        segments += _transaction(number, part, produced, before)
    segments += [f"GE*{len(transactions)}*1", "IEA*1*000000001"]
    return _laid_out(segments, layout).encode("latin-1")


def _laid_out(segments: Iterable[str], layout: Layout) -> str:
    repetition = "^" if layout.element != "^" else "{"
    text = "".join(segment.replace("^", repetition) + _END for segment in segments)
    written_as = {"*": layout.element, ":": layout.component, _END: layout.terminator + layout.line_end}
    return text.translate({ord(plain): chosen for plain, chosen in written_as.items()})


def _transaction(number: int, part: Transaction, produced: date, before: list[Sequence[Service]]) -> list[str]:
    """The segments of a transaction; its claims are added to those before it."""
    body: list[str] = []
    for services in part.claims:
        before.append(services)
        body += _claim(_number(before), services, produced)
    of_the_provider = [
        f"PLB*{item.provider}*{produced:%Y}1231*{item.reason}:{item.reference}*{item.amount}"
        for item in part.provider_adjustments
    ]
    payment = part.paid - sum(item.amount or 0 for item in part.provider_adjustments)
    segments = [
        f"ST*835*{number:04d}",
        f"BPR*I*{payment}*C*ACH*CCP*01*999999992*DA*123456*1351840597**01*999988880*DA*98765*{produced:%Y%m%d}",
        f"TRN*1*EFT{number:04d}*1351840597",
        f"DTM*405*{produced:%Y%m%d}",
        "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
        "REF*2U*11502",
        f"N1*PE*EXAMPLE CLINIC*XX*{PROVIDER}",
        "LX*1",
        *body,
        *of_the_provider,
    ]
    return [*segments, f"SE*{len(segments) + 1}*{number:04d}"]


def _number(claims: Sequence[Sequence[Service]]) -> int:
    """The number of the last claim, which is that of its original for a reversal."""
    *before, last = claims
    taken_back = [item.reversed for item in last]
    if last[0].is_reversal and taken_back in before:
        return max(number for number, services in enumerate(before, 1) if [*services] == taken_back)
    return len(claims)


def _claim(number: int, services: Sequence[Service], produced: date) -> list[str]:
    stay = services[0] if isinstance(services[0], Stay) else None
    if len(services) > 1 and any(isinstance(item, Stay) for item in services):
        raise InvalidArgument("A stay must be the only service of its claim.")
    charge, paid = sum(item.charge for item in services), sum(item.paid for item in services)
    owed = sum(item.deductible + item.coinsurance for item in services)
    status = "22" if services[0].is_reversal else "2" if any(item.earlier for item in services) else "1"
    plan = "MB" if stay is None else "MA"
    facility = _HOSPITAL if plan == "MA" else _URGENT_CARE
    head = f"CLP*C{number}*{status}*{charge}*{paid}*{owed}*{plan}*P{number}*{facility}*1"
    if stay is not None:
        return [
            head,
            *_adjustments(stay),
            "MIA*0****MA01",
            f"DTM*232*{stay.first_day:%Y%m%d}",
            f"DTM*233*{stay.on:%Y%m%d}",
        ]
    days = [item.on for item in services]
    dates: list[str] = []
    if min(days) < produced - _FILED_WITHIN:  # One date as old as this would be in doubt.
        dates = [f"DTM*232*{min(days):%Y%m%d}", f"DTM*233*{max(days):%Y%m%d}"]
    return [head, *dates, *(segment for item in services for segment in _line(item))]


def _line(item: Service) -> list[str]:
    return [
        f"SVC*HC:99213*{item.charge}*{item.paid}**1",
        f"DTM*472*{item.on:%Y%m%d}",
        *_adjustments(item),
        f"AMT*B6*{item.allowed}",
    ]


def _adjustments(item: Service) -> list[str]:
    return [f"CAS*{found.group}*{found.reason}*{found.amount}" for found in item.adjustments]
