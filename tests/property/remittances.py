"""Strategies for remittances of fee-for-service Medicare that are right to the cent, and mistakes to plant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import attrs
from hypothesis import strategies as st

from tests.making import Claim, Triple, claim, line, remittance

RATES = ((date(2013, 4, 1), 2), (date(2020, 5, 1), 0), (date(2022, 4, 1), 1), (date(2022, 7, 1), 2))


def percent_on(day: date) -> int:
    """The rate of a day in percent, from a table of the tests' own."""
    return ([0] + [percent for first, percent in RATES if first <= day])[-1]


def share(cents: int, percent: int) -> int:
    """So many percent of an amount, to the nearest cent, halves up."""
    return int(Fraction(cents * percent, 100) + Fraction(1, 2))


def dollars(cents: int) -> str:
    """Cents as X12 writes dollars."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@attrs.frozen
class Service:
    """A service line before it is written: amounts in cents."""

    day: date
    charge: int
    allowed: int
    deductible: int
    coinsurance: int
    penalty: int
    cut: int | None = None
    """The cut as reported and taken; None for the right one."""

    @property
    def payable(self) -> int:
        return self.allowed - self.deductible - self.coinsurance - self.penalty

    @property
    def due(self) -> int:
        return share(self.payable, percent_on(self.day))

    @property
    def taken(self) -> int:
        return self.due if self.cut is None else self.cut

    @property
    def paid(self) -> int:
        return self.payable - self.taken

    def adjustments(self) -> list[Triple]:
        rows = [
            ("CO", "45", self.charge - self.allowed),
            ("CO", "237", self.penalty),
            ("CO", "253", self.taken),
            ("PR", "1", self.deductible),
            ("PR", "2", self.coinsurance),
        ]
        return [(group, reason, dollars(cents)) for group, reason, cents in rows if cents]


Plan: TypeAlias = list[list[Service]]
"""Claims, each a list of services."""

DAYS = st.dates(date(2013, 1, 1), date(2027, 12, 31)) | st.sampled_from(
    [day for first, _ in RATES for day in (first, date.fromordinal(first.toordinal() - 1))]
)


@st.composite
def services(draw: st.DrawFn, days: st.SearchStrategy[date] = DAYS, least: int = 1) -> Service:
    """A service line of which Medicare pays something, or nothing where all goes to the deductible."""
    allowed = draw(st.integers(least, 60_000))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = share(allowed - deductible, draw(st.sampled_from([0, 20])))
    penalty = draw(st.just(0) | st.integers(0, max(0, (allowed - deductible - coinsurance - least) // 50)))
    charge = allowed + draw(st.integers(0, 2 * allowed))
    return Service(draw(days), charge, allowed, deductible, coinsurance, penalty)


SERVICES = services()


def plans(of: st.SearchStrategy[Service] = SERVICES) -> st.SearchStrategy[Plan]:
    """Some claims of some lines."""
    return st.lists(st.lists(of, min_size=1, max_size=4), min_size=1, max_size=4)


def same(triples: Sequence[Triple]) -> list[Triple]:
    """Adjustments in the order in which they come."""
    return list(triples)


def written(plan: Plan, order: Callable[[Sequence[Triple]], list[Triple]] = same) -> bytes:
    """A remittance of the plan."""
    return remittance(*(written_claim(f"C{number}", lines, order) for number, lines in enumerate(plan, 1)))


def written_claim(
    name: str, lines: Sequence[Service], order: Callable[[Sequence[Triple]], list[Triple]] = same
) -> Claim:
    """A claim of some services."""
    return claim(
        name,
        *(
            line(
                "99213",
                dollars(item.charge),
                dollars(item.paid),
                order(item.adjustments()),
                on=f"{item.day:%Y%m%d}",
                allowed=dollars(item.allowed),
            )
            for item in lines
        ),
    )
