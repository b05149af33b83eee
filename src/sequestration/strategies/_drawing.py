"""The strategies themselves: what is drawn, how often, and where a mistake is planted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias

import attrs

from sequestration._errors import MissingExtra
from sequestration._explain import ExplanationCode
from sequestration._reduction import expected_reduction, schedule_or_default
from sequestration._remittance import Claim, ProviderAdjustment
from sequestration._schedule import RateSchedule
from sequestration._values import Amount, Day, as_cents, as_date, as_dollars, nearest
from sequestration._x12 import read_835
from sequestration.strategies._mistakes import MISTAKES, known_mistake
from sequestration.strategies._services import Service, Stay
from sequestration.strategies._writing import PROVIDER, Separators, Transaction, write_835, written

try:
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtra('strategies need hypothesis: pip install "sequestration[strategies]"') from None

__all__ = [
    "MadeRemittance",
    "PlantedMistake",
    "claims",
    "payables",
    "remittances",
    "separators",
    "service_dates",
    "services",
    "stays",
]

_Claim: TypeAlias = list[Service]
"""A claim to be: its services, or one stay."""

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
_MOST_OF_A_SERVICE = 60_000  # cents allowed
_MOST_OF_A_STAY = 6_000_000
_MOST_CLAIMS = 4
_MOST_LINES = 4
_MOST_DAYS = 30
_OF_A_STAY = frozenset({ExplanationCode.OTHER_DATE})
_OF_A_LINE = frozenset({ExplanationCode.BEFORE_PRIMARY_PAYMENT, ExplanationCode.ON_PRIMARY_PAYMENT})
_OF_ROUNDING = frozenset({ExplanationCode.CUT_OFF, ExplanationCode.ONE_CENT, ExplanationCode.TIE})


@attrs.frozen(kw_only=True)
class PlantedMistake:
    """Where a mistake was planted: the claim's account number, its line, and the cut that was due, in dollars.

    `line` is None where the cut stands at the claim. `code` is the explanation that reproduces the reported cut; others
    may do so too.
    """

    claim: str
    line: int | None
    code: ExplanationCode
    expected: Decimal
    reported: Decimal


@attrs.frozen(kw_only=True)
class MadeRemittance:
    """A remittance: its bytes, the services of each claim in their order, and the mistakes planted in it.

    The claims are numbered through (C1, C2, ...); one that takes an earlier claim back has that one's number.
    """

    data: bytes
    services: tuple[tuple[Service, ...], ...]
    planted: tuple[PlantedMistake, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = attrs.field(default=(), hash=False)


def payables(*, min_value: Amount = "0.00", max_value: Amount = "100000.00") -> st.SearchStrategy[Decimal]:
    """Amounts in dollars, whole cents: small ones, those whose 2 % or 1 % ends in half a cent, and any."""
    low, high = as_cents(min_value), as_cents(max_value)
    first, last = -((25 - low) // 50), (high - 25) // 50
    anything = st.integers(low, high)
    found = anything | st.integers(first, last).map(lambda number: 50 * number + 25) if first <= last else anything
    return found.map(as_dollars)


def service_dates(
    *, min_value: Day | None = None, max_value: Day | None = None, schedule: RateSchedule | None = None
) -> st.SearchStrategy[date]:
    """Days; those on which a rate changes, and the days before them, come often.

    Without bounds, from a year before the first change of the schedule to its last day that is settled, or a
    year after its last change; one bound beyond these is the other one, too.
    """
    law = schedule_or_default(schedule)
    changes = law.changes or (law.verified_on,)
    low, high = changes[0] - _YEAR, law.settled_until or changes[-1] + _YEAR
    if min_value is not None:
        low = as_date(min_value)
        high = max(low, high)
    if max_value is not None:
        high = as_date(max_value)
        low = low if min_value is not None else min(low, high)
    edges = [day for change in changes for day in (change - _DAY, change) if low <= day <= high]
    anything = st.dates(low, high)
    return st.sampled_from(edges) | anything if edges else anything


@st.composite
def services(
    draw: st.DrawFn,
    *,
    dates: st.SearchStrategy[date] | None = None,
    min_payable: Amount = "0.01",
    earlier_payer: bool = False,
    schedule: RateSchedule | None = None,
) -> Service:
    """A service line with the right cut, of which Medicare pays `min_payable` dollars or more before it.

    With `earlier_payer` another payer has mostly paid a part before Medicare.
    """
    least = as_cents(min_payable)
    allowed = draw(st.integers(least, least + _MOST_OF_A_SERVICE))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = min(nearest(allowed - deductible, 5) * draw(st.integers(0, 1)), allowed - deductible - least)
    payable = allowed - deductible - coinsurance
    penalty = draw(st.just(0) | st.integers(0, (payable - least) // 50))
    earlier = draw(st.integers(0, payable - penalty - least)) if earlier_payer else 0
    charge = allowed + draw(st.integers(0, 2 * allowed))
    on = draw(service_dates(schedule=schedule) if dates is None else dates)
    due = expected_reduction(as_dollars(payable - penalty - earlier), on=on, schedule=schedule)
    return Service(
        on=on,
        charge=as_dollars(charge),
        allowed=as_dollars(allowed),
        deductible=as_dollars(deductible),
        coinsurance=as_dollars(coinsurance),
        penalty=as_dollars(penalty),
        earlier=as_dollars(earlier),
        cut=due.amount,
        due=due.amount,
        rate=due.rate,
    )


@st.composite
def stays(
    draw: st.DrawFn,
    *,
    dates: st.SearchStrategy[date] | None = None,
    min_payable: Amount = "0.01",
    schedule: RateSchedule | None = None,
) -> Stay:
    """A stay in a hospital with the right cut, of which Medicare pays `min_payable` dollars or more before it.

    `dates` are the days of discharge; the stay began on that day or up to thirty days before.
    """
    least = as_cents(min_payable)
    allowed = draw(st.integers(least, least + _MOST_OF_A_STAY))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = draw(st.just(0) | st.integers(0, allowed - deductible - least))
    charge = allowed + draw(st.integers(0, 2 * allowed))
    on = draw(service_dates(schedule=schedule) if dates is None else dates)
    due = expected_reduction(as_dollars(allowed - deductible - coinsurance), on=on, schedule=schedule)
    return Stay(
        first_day=on - draw(st.integers(0, _MOST_DAYS)) * _DAY,
        on=on,
        charge=as_dollars(charge),
        allowed=as_dollars(allowed),
        deductible=as_dollars(deductible),
        coinsurance=as_dollars(coinsurance),
        penalty=as_dollars(0),
        cut=due.amount,
        due=due.amount,
        rate=due.rate,
    )


def claims(
    of: st.SearchStrategy[Service] | None = None,
    *,
    stays: st.SearchStrategy[Stay] | None = None,
    max_lines: int = _MOST_LINES,
) -> st.SearchStrategy[Claim]:
    """Claims of Medicare Part B as `read_835` gives them, every cut right unless the services say otherwise.

    With `stays` some are of Part A, with the cut at the claim.
    """
    made = _services_of_claims(services() if of is None else of, stays, max_lines)
    return made.map(lambda found: next(iter(read_835(write_835([found])))))


@st.composite
def remittances(
    draw: st.DrawFn,
    *,
    of: st.SearchStrategy[Service] | None = None,
    stays: st.SearchStrategy[Stay] | None = None,
    max_transactions: int = 1,
    reversals: bool = False,
    provider_adjustments: bool = False,
    mistakes: Collection[ExplanationCode | str] = (),
    layout: st.SearchStrategy[Separators] | None = None,
    schedule: RateSchedule | None = None,
) -> MadeRemittance:
    """Remittances of Medicare Part B in one transaction, in plain separators or in a `layout` such as `separators()`.

    With `stays` some claims are of Part A; with `reversals` some are taken back later in their transaction; with
    `provider_adjustments` there may be money that belongs to no claim (PLB).

    With `mistakes` (of `MISTAKES`), one place has one of them: a service, or a stay, of at least a dollar and mostly at
    a time with a rate. Its cut is off by more than rounding can explain, but for `cut_off`, `one_cent` and `tie`: their
    verdict is `rounding`, and an audit keeps them with `keep="all"` only. What `of` and `stays` draw must be able to
    show the mistake; but `before_primary_payment` and `on_primary_payment` are planted in services of their own that
    have an earlier payer, `other_date` in a stay over a change of rate.
    Raises `ValueError` for a mistake there is not.
    """
    wanted = [known_mistake(code) for code in mistakes]
    law = schedule_or_default(schedule)
    claim = _services_of_claims(services(schedule=schedule) if of is None else of, stays, _MOST_LINES)
    one = st.lists(claim, min_size=1, max_size=_MOST_CLAIMS)
    plan = draw(st.lists(one, min_size=1, max_size=max_transactions))
    places = [draw(_planting(plan, draw(st.sampled_from(wanted)), of, stays, law))] if wanted else []
    if reversals:
        for transaction in plan:
            taken_back = draw(st.lists(st.sampled_from(transaction), unique_by=id, max_size=2))
            transaction += [[item.reversed for item in found] for found in taken_back]
    of_providers = [_of_provider(draw, Transaction(part)) if provider_adjustments else [] for part in plan]
    transactions = [Transaction(part, found) for part, found in zip(plan, of_providers, strict=True)]
    return MadeRemittance(
        data=written(transactions, Separators() if layout is None else draw(layout)),
        services=tuple(tuple(found) for part in plan for found in part),
        planted=tuple(place.told(plan) for place in places),
        provider_adjustments=tuple(item for found in of_providers for item in found),
    )


@st.composite
def separators(draw: st.DrawFn) -> Separators:
    """Separators that payers and clearinghouses use, odd ones too, and line ends of every kind."""
    element = draw(st.sampled_from(["*", "|", "~", "\x1d", "^"]))
    terminator = draw(st.sampled_from([end for end in ("~", "'", "\n", "\x1c", "\x1e", "!") if end != element]))
    line_end = "" if terminator == "\n" else draw(st.sampled_from(["", "\n", "\r\n", "\r\n\r\n"]))
    return Separators(
        element=element, component=draw(st.sampled_from([":", ">", "\x1f"])), terminator=terminator, line_end=line_end
    )


def _services_of_claims(
    of: st.SearchStrategy[Service], stays: st.SearchStrategy[Stay] | None, max_lines: int
) -> st.SearchStrategy[_Claim]:
    def alone(stay: Stay) -> _Claim:
        return [stay]

    lines = st.lists(of, min_size=1, max_size=max_lines)
    return lines if stays is None else lines | stays.map(alone)


def _of_provider(draw: st.DrawFn, transaction: Transaction) -> list[ProviderAdjustment]:
    """Interest that is paid on top, and an overpayment that is withheld, of what is paid on the claims at most."""
    paid = as_cents(transaction.paid)
    signs = draw(st.lists(st.sampled_from(["L6", "WO"]), unique=True, max_size=2))
    of_each = {"L6": st.integers(-10_000, -1), "WO": st.integers(1, max(1, paid))}
    return [
        ProviderAdjustment(PROVIDER, code, "MADEUP", as_dollars(draw(of_each[code])))
        for code in signs
        if paid or code == "L6"
    ]


# Mistakes.


@attrs.frozen
class _Planted:
    """A mistake in a plan: its transaction, claim and line by their position, and the wrong service."""

    part: int
    place: int
    position: int
    code: ExplanationCode
    wrong: Service

    def told(self, plan: list[list[_Claim]]) -> PlantedMistake:
        """Where it stands in the plan, once that is complete."""
        return PlantedMistake(
            claim=f"C{sum(map(len, plan[: self.part])) + self.place + 1}",
            line=None if isinstance(self.wrong, Stay) else self.position + 1,
            code=self.code,
            expected=self.wrong.due,
            reported=self.wrong.cut,
        )


@st.composite
def _planting(
    draw: st.DrawFn,
    plan: list[list[_Claim]],
    code: ExplanationCode,
    of: st.SearchStrategy[Service] | None,
    stays: st.SearchStrategy[Stay] | None,
    law: RateSchedule,
) -> _Planted:
    """Put a mistake into a plan; the claim becomes one of another kind where only that shows the mistake."""
    part = draw(st.integers(0, len(plan) - 1))
    place = draw(st.integers(0, len(plan[part]) - 1))
    claim = plan[part][place]
    at_a_stay = code in _OF_A_STAY or (isinstance(claim[0], Stay) and code not in _OF_A_LINE)
    if at_a_stay or isinstance(claim[0], Stay):
        del claim[1:]
    wrong = draw(_wrong(code, stays if at_a_stay else of, law, lines=len(claim)))
    position = draw(st.integers(0, len(claim) - 1))
    claim[position] = wrong
    return _Planted(part, place, position, code, wrong)


def _wrong(
    code: ExplanationCode, of: st.SearchStrategy[Service] | None, law: RateSchedule, *, lines: int
) -> st.SearchStrategy[Service]:
    """Services, or stays, with this mistake, in a claim of so many lines: those of `of`, if they can show it."""
    if code in _OF_A_STAY:
        of = _stays_over_a_change(law)
    elif of is None or code in _OF_A_LINE:
        dates = service_dates(schedule=law).filter(lambda day: bool(law.rate_on(day)))
        of = services(dates=dates, min_payable="1.00", earlier_payer=code in _OF_A_LINE, schedule=law)
    return of.map(lambda right: MISTAKES[code](right, law)).filter(lambda wrong: _is_told(wrong, code, lines))


def _is_told(wrong: Service, code: ExplanationCode, lines: int) -> bool:
    """Whether a mistake is one that a check names: of a dollar or more, and no other cut is as likely.

    Rounding explains a cent a line at most. A cut of nothing, or of all that there is, proves nothing.
    """
    if wrong.payable < 1 or not wrong.cut or not wrong.paid or not (wrong.rate or code in _OF_A_STAY):
        return False
    off = abs(wrong.cut - wrong.due) * 100
    if code in _OF_ROUNDING:
        return off == 1
    return off > lines or code is ExplanationCode.WRONG_GROUP


@st.composite
def _stays_over_a_change(draw: st.DrawFn, law: RateSchedule) -> Stay:
    """A stay that began at a rate above zero, and ended at another one that is settled."""
    changes = [
        later.first_day
        for earlier, later in pairwise(law.periods)
        if earlier.rate and earlier.rate != later.rate and later.first_day is not None and not later.projected
    ]
    if not changes:
        raise ValueError(f"{law.name} has no change of a rate above zero, so no stay shows it")
    change = draw(st.sampled_from(changes))
    found = draw(stays(dates=st.just(change), min_payable="1.00", schedule=law))
    return attrs.evolve(found, first_day=change - draw(st.integers(1, _MOST_DAYS)) * _DAY)
