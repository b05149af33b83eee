"""Hypothesis strategies for tests of one's own: payables, dates, claims, whole remittances with and without mistakes.

All of it is made up. What a strategy draws is right to the cent unless a mistake was asked for, so a test can say
what its own code must find. This room needs the extra `strategies` (hypothesis).

>>> from hypothesis import given
>>> import sequestration as seq
>>> @given(remittances(mistakes=["doubled"]))
... def test_a_doubled_cut_is_found(made):
...     (finding,) = seq.check_835(made.data).findings
...     (planted,) = made.planted
...     assert (finding.claim, finding.line, finding.expected) == (planted.claim, planted.line, planted.expected)
>>> test_a_doubled_cut_is_found()
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias

import attrs

from sequestration._errors import MissingExtra
from sequestration._findings import ExplanationCode
from sequestration._reduction import expected_reduction, schedule_or_default
from sequestration._remittance import Adjustment, Claim
from sequestration._schedule import RateSchedule
from sequestration._values import Amount, Day, as_cents, as_date, as_dollars, nearest
from sequestration._x12 import read_835

try:
    from hypothesis import assume
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtra('strategies need hypothesis: pip install "sequestration[strategies]"') from None

__all__ = [
    "MISTAKES",
    "MadeRemittance",
    "PlantedMistake",
    "Separators",
    "Service",
    "claims",
    "payables",
    "remittances",
    "separators",
    "service_dates",
    "services",
    "write_835",
]


@attrs.frozen(kw_only=True)
class Service:
    """A service line that Medicare pays, before it is written down; amounts in dollars.

    `penalty` is a quality program's (CARC 237), which goes off before the cut. `cut` is what is reported as the 253
    and taken, under the group code `group`; `due` what the law takes.
    """

    on: date
    charge: Decimal
    allowed: Decimal
    deductible: Decimal
    coinsurance: Decimal
    penalty: Decimal
    cut: Decimal
    due: Decimal
    rate: Decimal
    group: str = "CO"

    @property
    def payable(self) -> Decimal:
        """What Medicare pays before the cut."""
        return self.allowed - self.deductible - self.coinsurance - self.penalty

    @property
    def paid(self) -> Decimal:
        """What Medicare pays."""
        return self.payable - self.cut

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What explains that less was paid than charged; none of 0.00."""
        every = (
            ("CO", "45", self.charge - self.allowed),
            ("CO", "237", self.penalty),
            (self.group, "253", self.cut),
            ("PR", "1", self.deductible),
            ("PR", "2", self.coinsurance),
        )
        return tuple(Adjustment(group, reason, amount) for group, reason, amount in every if amount)


Mistake: TypeAlias = Callable[[Service, RateSchedule], Service]
"""What makes of a right service, under a schedule, a wrong one."""


@attrs.frozen(kw_only=True)
class PlantedMistake:
    """Where a mistake was planted: the claim's account number, its line, and the cut that was due, in dollars.

    `code` is the explanation that reproduces the reported cut; others may do so too.
    """

    claim: str
    line: int
    code: ExplanationCode
    expected: Decimal
    reported: Decimal


@attrs.frozen(kw_only=True)
class Separators:
    """How an 835 is written down: its separators, and what stands behind each segment."""

    element: str = "*"
    component: str = ":"
    terminator: str = "~"
    line_end: str = ""


@attrs.frozen(kw_only=True)
class MadeRemittance:
    """A remittance: its bytes, the services of each claim (C1, C2, ...), and the mistakes planted in it."""

    data: bytes
    services: tuple[tuple[Service, ...], ...]
    planted: tuple[PlantedMistake, ...]


def payables(*, min_value: Amount = "0.00", max_value: Amount = "100000.00") -> st.SearchStrategy[Decimal]:
    """Amounts in dollars, whole cents: small ones, those whose 2 % or 1 % ends in half a cent, and any."""
    low, high = as_cents(min_value), as_cents(max_value)
    ties = st.integers(-(-(low - 25) // 50), (high - 25) // 50).map(lambda number: 50 * number + 25)
    anything = st.integers(low, high)
    found = anything | ties if -(-(low - 25) // 50) <= (high - 25) // 50 else anything
    return found.map(as_dollars)


def service_dates(
    *, min_value: Day | None = None, max_value: Day | None = None, schedule: RateSchedule | None = None
) -> st.SearchStrategy[date]:
    """Days; those on which a rate changes, and the days before them, come often.

    Without bounds, from a year before the first change of the schedule to its last day that is settled, or a
    year after its last change.
    """
    law = schedule_or_default(schedule)
    changes = law.changes or (law.verified_on,)
    year = timedelta(days=365)
    low = changes[0] - year if min_value is None else as_date(min_value)
    high = (law.settled_until or changes[-1] + year) if max_value is None else as_date(max_value)
    edges = [day for change in changes for day in (change - timedelta(days=1), change) if low <= day <= high]
    anything = st.dates(low, high)
    return st.sampled_from(edges) | anything if edges else anything


@st.composite
def services(
    draw: st.DrawFn,
    *,
    dates: st.SearchStrategy[date] | None = None,
    min_payable: Amount = "0.01",
    schedule: RateSchedule | None = None,
) -> Service:
    """A service line with the right cut, of which Medicare pays `min_payable` dollars or more before it."""
    least = as_cents(min_payable)
    allowed = draw(st.integers(least, least + 60_000))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = min(nearest(allowed - deductible, 5) * draw(st.integers(0, 1)), allowed - deductible - least)
    most_penalty = (allowed - deductible - coinsurance - least) // 50
    penalty = draw(st.just(0) | st.integers(0, most_penalty))
    charge = allowed + draw(st.integers(0, 2 * allowed))
    on = draw(service_dates(schedule=schedule) if dates is None else dates)
    due = expected_reduction(as_dollars(allowed - deductible - coinsurance - penalty), on=on, schedule=schedule)
    return Service(
        on=on,
        charge=as_dollars(charge),
        allowed=as_dollars(allowed),
        deductible=as_dollars(deductible),
        coinsurance=as_dollars(coinsurance),
        penalty=as_dollars(penalty),
        cut=due.amount,
        due=due.amount,
        rate=due.rate,
    )


def claims(of: st.SearchStrategy[Service] | None = None, *, max_lines: int = 4) -> st.SearchStrategy[Claim]:
    """Claims of Medicare Part B as `read_835` gives them, every cut right unless the services say otherwise."""
    lists = st.lists(services() if of is None else of, min_size=1, max_size=max_lines)
    return lists.map(lambda lines: next(iter(read_835(write_835([lines])))))


@st.composite
def remittances(
    draw: st.DrawFn,
    *,
    of: st.SearchStrategy[Service] | None = None,
    mistakes: Collection[ExplanationCode | str] = (),
    layout: st.SearchStrategy[Separators] | None = None,
    schedule: RateSchedule | None = None,
) -> MadeRemittance:
    """Remittances of Medicare Part B, in plain separators or in a `layout` such as `separators()`.

    With `mistakes` (of `MISTAKES`), one service has one of them, and its cut is off by more than rounding can
    explain; it is of at least a dollar, at a time with a rate. Raises `ValueError` for a mistake there is not.
    """
    wanted = [_mistake(code) for code in mistakes]
    lists = st.lists(services(schedule=schedule) if of is None else of, min_size=1, max_size=4)
    plan = draw(st.lists(lists, min_size=1, max_size=4))
    planted: tuple[PlantedMistake, ...] = ()
    if wanted:
        place = draw(st.integers(0, len(plan) - 1))
        number = draw(st.integers(0, len(plan[place]) - 1))
        code = draw(st.sampled_from(wanted))
        right = draw(services(min_payable="1.00", schedule=schedule) if of is None else of)
        wrong = MISTAKES[code](right, schedule_or_default(schedule))
        assume(right.rate and right.payable >= 1)
        assume(wrong.group != right.group or abs(wrong.cut - right.due) * 100 > len(plan[place]))
        plan[place][number] = wrong
        planted = (
            PlantedMistake(claim=f"C{place + 1}", line=number + 1, code=code, expected=right.due, reported=wrong.cut),
        )
    written = write_835(plan, Separators() if layout is None else draw(layout))
    return MadeRemittance(data=written, services=tuple(tuple(lines) for lines in plan), planted=planted)


@st.composite
def separators(draw: st.DrawFn) -> Separators:
    """Separators that payers and clearinghouses use, odd ones too, and line ends of every kind."""
    element = draw(st.sampled_from(["*", "|", "~", "\x1d", "^"]))
    terminator = draw(st.sampled_from([end for end in ("~", "'", "\n", "\x1c", "\x1e", "!") if end != element]))
    line_end = "" if terminator == "\n" else draw(st.sampled_from(["", "\n", "\r\n", "\r\n\r\n"]))
    return Separators(
        element=element, component=draw(st.sampled_from([":", ">", "\x1f"])), terminator=terminator, line_end=line_end
    )


def write_835(claims_of_services: Sequence[Sequence[Service]], layout: Separators | None = None) -> bytes:
    """A remittance of such claims: one transaction in its envelope, counts and sums right, nobody's name in it."""
    body = [segment for number, lines in enumerate(claims_of_services, 1) for segment in _claim(number, lines)]
    paid = sum((item.paid for lines in claims_of_services for item in lines), start=Decimal("0.00"))
    produced = max(item.on for lines in claims_of_services for item in lines) + timedelta(days=14)
    transaction = [
        "ST*835*0001",
        f"BPR*I*{paid}*C*ACH*CCP*01*999999992*DA*123456*1351840597**01*999988880*DA*98765*{produced:%Y%m%d}",
        "TRN*1*EFT0001*1351840597",
        f"DTM*405*{produced:%Y%m%d}",
        "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
        "REF*2U*11502",
        "N1*PE*EXAMPLE CLINIC*XX*1234567893",
        "LX*1",
        *body,
    ]
    separated = layout or Separators()
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{'MEDICAREMAC':15}*ZZ*{'EXAMPLECLINIC':15}*{produced:%y%m%d}*1200*^*00501*000000001*0*P*:",
        f"GS*HP*MEDICAREMAC*EXAMPLECLINIC*{produced:%Y%m%d}*1200*1*X*005010X221A1",
        *transaction,
        f"SE*{len(transaction) + 1}*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    repetition = "^" if separated.element != "^" else "{"
    text = "".join(segment.replace("^", repetition) + "\0" for segment in segments)
    table = str.maketrans(
        {"*": separated.element, ":": separated.component, "\0": separated.terminator + separated.line_end}
    )
    return text.translate(table).encode("latin-1")


def _claim(number: int, lines: Sequence[Service]) -> list[str]:
    charge, paid = sum(item.charge for item in lines), sum(item.paid for item in lines)
    owed = sum(item.deductible + item.coinsurance for item in lines)
    segments = [f"CLP*C{number}*1*{charge}*{paid}*{owed}*MB*P{number}*11*1"]
    for item in lines:
        segments += [f"SVC*HC:99213*{item.charge}*{item.paid}**1", f"DTM*472*{item.on:%Y%m%d}"]
        segments += [f"CAS*{found.group}*{found.reason}*{found.amount}" for found in item.adjustments]
        segments.append(f"AMT*B6*{item.allowed}")
    return segments


# Mistakes that payers make: what each makes of a right service.


def _share(of: Decimal, rate: Decimal) -> Decimal:
    numerator, denominator = rate.as_integer_ratio()
    return as_dollars(nearest(as_cents(of) * numerator, denominator))


def _taken_from(base: Callable[[Service], Decimal]) -> Mistake:
    """The rate's share of something else than the payable."""
    return lambda right, _schedule: attrs.evolve(right, cut=_share(base(right), right.rate))


def _at_another_rate(right: Service, schedule: RateSchedule) -> Service:
    others = {period.rate for period in schedule.periods} - {right.rate, Decimal(0)}
    return attrs.evolve(right, cut=_share(right.payable, min(others, default=right.rate)))


def _in_another_group(right: Service, _schedule: RateSchedule) -> Service:
    return attrs.evolve(right, group="PI")


MISTAKES: Mapping[ExplanationCode, Mistake] = {
    ExplanationCode.BEFORE_COINSURANCE: _taken_from(lambda right: right.payable + right.coinsurance),
    ExplanationCode.BEFORE_DEDUCTIBLE: _taken_from(lambda right: right.payable + right.deductible),
    ExplanationCode.DOUBLED: lambda right, _schedule: attrs.evolve(right, cut=2 * right.due),
    ExplanationCode.ON_ALLOWED: _taken_from(lambda right: right.allowed),
    ExplanationCode.ON_CHARGE: _taken_from(lambda right: right.charge),
    ExplanationCode.OTHER_RATE: _at_another_rate,
    ExplanationCode.WRONG_GROUP: _in_another_group,
    ExplanationCode.WRONG_SIGN: lambda right, _schedule: attrs.evolve(right, cut=-right.due),
}
"""Mistakes that can be planted, by the explanation that names each."""


def _mistake(code: ExplanationCode | str) -> ExplanationCode:
    found = next((known for known in MISTAKES if known == code), None)
    if found is None:
        raise ValueError(f"{code!r} is no mistake that can be planted; there are {', '.join(MISTAKES)}")
    return found
