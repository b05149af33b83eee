"""Draw services, stays, claims and remittances, and plant mistakes in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias, get_type_hints

import attrs

from sequestration._checking.mistakes import ExplanationCode
from sequestration._dates import Day, as_date
from sequestration._errors import InvalidArgument, MissingExtra
from sequestration._law.reduction import expected_reduction
from sequestration._law.schedule import RateSchedule, default_schedule
from sequestration._money import Amount, as_cents, as_dollars, round_to_nearest
from sequestration._x12.model import Claim
from sequestration._x12.reader import read_835
from sequestration._x12.remittance import ProviderAdjustment
from sequestration.strategies._mistakes import MISTAKES, known_mistake
from sequestration.strategies._services import Service, Stay
from sequestration.strategies._write_835 import PROVIDER, Layout, Transaction, to_text, write_835

try:
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtra('hypothesis is not installed. Run: pip install "sequestration[strategies]"') from None

__all__ = [
    "MadeRemittance",
    "PlantedMistake",
    "claims",
    "layouts",
    "payables",
    "remittances",
    "service_dates",
    "services",
    "stays",
]

_Claim: TypeAlias = list[Service]
"""Plan of a claim: its services, or one stay."""

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
_MAX_SERVICE_CENTS = 60_000  # Allowed amount in cents.
_MAX_STAY_CENTS = 6_000_000
_MAX_CLAIMS = 4
_MAX_LINES = 4
_MAX_DAYS = 30
_OF_A_STAY = frozenset({ExplanationCode.OTHER_DATE, ExplanationCode.PRORATED})
_OF_A_LINE = frozenset({ExplanationCode.BEFORE_PRIMARY_PAYMENT, ExplanationCode.ON_PRIMARY_PAYMENT})
_OF_ROUNDING = frozenset({ExplanationCode.CUT_OFF, ExplanationCode.ONE_CENT, ExplanationCode.TIE})


@attrs.frozen(kw_only=True)
class PlantedMistake:
    """A mistake planted in a remittance; amounts are in dollars.

    Attributes:
        claim: Account number of the claim.
        line: Number of the line; None if the sequestration is at claim level.
        code: Explanation that reproduces the reported amount; others may do so too.
        expected: Sequestration that the law requires.
        reported: Sequestration as reported.
    """

    claim: str
    line: int | None
    code: ExplanationCode
    expected: Decimal
    reported: Decimal


@attrs.frozen(kw_only=True)
class MadeRemittance:
    """A remittance: its bytes, the services of each claim, and the planted mistakes.

    The claims are numbered (C1, C2, ...); a reversal has the number of its original.

    Attributes:
        data: The file.
        services: Services of each claim, in order.
        planted: Planted mistakes.
        provider_adjustments: Provider-level adjustments (PLB).
    """

    data: bytes
    services: tuple[tuple[Service, ...], ...]
    planted: tuple[PlantedMistake, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = attrs.field(default=(), hash=False)


def payables(*, min_value: Amount = "0.00", max_value: Amount = "100000.00") -> st.SearchStrategy[Decimal]:
    """Strategy for amounts in dollars and whole cents.

    Small amounts and amounts whose 2% or 1% ends in half a cent are frequent.
    """
    low, high = as_cents(min_value), as_cents(max_value)
    first, last = -((25 - low) // 50), (high - 25) // 50
    anything = st.integers(low, high)
    found = anything | st.integers(first, last).map(lambda number: 50 * number + 25) if first <= last else anything
    return found.map(as_dollars)


def service_dates(
    *, min_value: Day | None = None, max_value: Day | None = None, schedule: RateSchedule | None = None
) -> st.SearchStrategy[date]:
    """Strategy for days; those at a change of rate are frequent.

    Without bounds the days go from a year before the first change of the schedule to its last settled day, or to a
    year after its last change. A bound beyond these is also used for the other one.

    Args:
        min_value: First day, or None.
        max_value: Last day, or None.
        schedule: Schedule whose changes count; None for `MEDICARE_FFS`.

    Raises:
        InvalidDate: A bound is not a date.
    """
    law = default_schedule(schedule)
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
    """Strategy for a service line with correct sequestration.

    Args:
        draw: Supplied by hypothesis.
        dates: Strategy for the date of service; None for `service_dates()`.
        min_payable: Minimum payable amount in dollars.
        earlier_payer: Whether a primary payer mostly paid a part before Medicare.
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `min_payable` is not an amount in whole cents.
    """
    least = as_cents(min_payable)
    allowed = draw(st.integers(least, least + _MAX_SERVICE_CENTS))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = min(round_to_nearest(allowed - deductible, 5) * draw(st.integers(0, 1)), allowed - deductible - least)
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
    """Strategy for a hospital stay with correct sequestration.

    Args:
        draw: Supplied by hypothesis.
        dates: Strategy for the discharge date; the stay begins at most thirty days earlier.
        min_payable: Minimum payable amount in dollars.
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidAmount: `min_payable` is not an amount in whole cents.
    """
    least = as_cents(min_payable)
    allowed = draw(st.integers(least, least + _MAX_STAY_CENTS))
    deductible = draw(st.just(0) | st.integers(0, allowed - least))
    coinsurance = draw(st.just(0) | st.integers(0, allowed - deductible - least))
    charge = allowed + draw(st.integers(0, 2 * allowed))
    on = draw(service_dates(schedule=schedule) if dates is None else dates)
    due = expected_reduction(as_dollars(allowed - deductible - coinsurance), on=on, schedule=schedule)
    return Stay(
        first_day=on - draw(st.integers(0, _MAX_DAYS)) * _DAY,
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
    max_lines: int = _MAX_LINES,
) -> st.SearchStrategy[Claim]:
    """Strategy for Medicare Part B claims as `read_835` returns them.

    All amounts are right unless the services say otherwise.

    Args:
        of: Strategy for service lines; None for `services()`.
        stays: Strategy for stays, which become Part A claims with sequestration at claim level; None for none.
        max_lines: Maximum number of lines of a claim.
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
    layout: st.SearchStrategy[Layout] | None = None,
    schedule: RateSchedule | None = None,
) -> MadeRemittance:
    """Strategy for remittances of Medicare Part B.

    With `mistakes`, one service or stay has one of them. It is worth at least a dollar and mostly dated at a time
    with a rate. Its amount is off by more than rounding can explain, except for `cut_off`, `one_cent` and `tie`:
    their verdict is `rounding`, which an audit keeps only with `keep="all"`. What `of` and `stays` draw must be
    able to show the mistake. But `before_primary_payment` and `on_primary_payment` are planted in services of their
    own with an earlier payer, and `other_date` and `prorated` in a stay across a change of rate.

    Args:
        draw: Supplied by hypothesis.
        of: Strategy for service lines; None for `services()`.
        stays: Strategy for stays of Part A claims; None for none.
        max_transactions: Maximum number of transactions.
        reversals: Whether some claims are reversed later in their transaction.
        provider_adjustments: Whether to include provider-level adjustments (PLB).
        mistakes: Codes of mistakes to plant, out of `MISTAKES`.
        layout: Strategy for delimiters, such as `layouts()`; None for plain ones.
        schedule: Rates to apply; None for `MEDICARE_FFS`.

    Raises:
        InvalidArgument: A mistake is unknown.
    """
    wanted = [known_mistake(code) for code in mistakes]
    law = default_schedule(schedule)
    claim = _services_of_claims(services(schedule=schedule) if of is None else of, stays, _MAX_LINES)
    one = st.lists(claim, min_size=1, max_size=_MAX_CLAIMS)
    plan = draw(st.lists(one, min_size=1, max_size=max_transactions))
    places = [draw(_planting(plan, draw(st.sampled_from(wanted)), of, stays, law))] if wanted else []
    if reversals:
        for transaction in plan:
            taken_back = draw(st.lists(st.sampled_from(transaction), unique_by=id, max_size=2))
            transaction += [[item.reversed for item in found] for found in taken_back]
    of_providers = [_of_provider(draw, Transaction(part)) if provider_adjustments else [] for part in plan]
    transactions = [Transaction(part, found) for part, found in zip(plan, of_providers, strict=True)]
    return MadeRemittance(
        data=to_text(transactions, Layout() if layout is None else draw(layout)),
        services=tuple(tuple(found) for part in plan for found in part),
        planted=tuple(place.for_users(plan) for place in places),
        provider_adjustments=tuple(item for found in of_providers for item in found),
    )


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Strategy for delimiters and line ends that payers and clearinghouses use.

    Unusual ones are included.
    """
    element = draw(st.sampled_from(["*", "|", "~", "\x1d", "^"]))
    terminator = draw(st.sampled_from([end for end in ("~", "'", "\n", "\x1c", "\x1e", "!") if end != element]))
    line_end = "" if terminator == "\n" else draw(st.sampled_from(["", "\n", "\r\n", "\r\n\r\n"]))
    return Layout(
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
    """Draw interest paid in addition, and an overpayment that is withheld.

    The latter is at most what is paid on the claims.
    """
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
    """Position of a mistake in a plan (transaction, claim, line), and its service."""

    part: int
    place: int
    position: int
    code: ExplanationCode
    wrong: Service

    def for_users(self, plan: list[list[_Claim]]) -> PlantedMistake:
        """The planted mistake as users see it, once the plan is complete."""
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
    """Plant a mistake in a plan, and change the type of the claim if needed."""
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
    """Strategy for services or stays with a mistake, in a claim of some lines.

    They are those of `of` if they can show it.
    """
    if code in _OF_A_STAY:
        of = _stays_over_a_change(law)
    elif of is None or code in _OF_A_LINE:
        dates = service_dates(schedule=law).filter(lambda day: bool(law.rate_on(day)))
        of = services(dates=dates, min_payable="1.00", earlier_payer=code in _OF_A_LINE, schedule=law)
    return of.map(lambda right: MISTAKES[code](right, law)).filter(lambda wrong: _is_reported(wrong, code, lines))


def _is_reported(wrong: Service, code: ExplanationCode, lines: int) -> bool:
    """Whether a check can name the mistake: a dollar or more, with no likelier amount.

    Rounding explains at most a cent a line. An amount of zero, or of everything there is, proves nothing.
    """
    if wrong.payable < 1 or not wrong.cut or not wrong.paid or not (wrong.rate or code in _OF_A_STAY):
        return False
    if wrong.earlier and _is_share(wrong.cut, wrong.earlier + wrong.cut, wrong.rate):
        return False  # It could as well repeat the earlier payer's own sequestration.
    off = abs(wrong.cut - wrong.due) * 100
    if code in _OF_ROUNDING:
        return off == 1
    return off > lines or code is ExplanationCode.WRONG_GROUP


def _is_share(cut: Decimal, base: Decimal, rate: Decimal) -> bool:
    numerator, denominator = rate.as_integer_ratio()
    return as_cents(cut) == round_to_nearest(as_cents(base) * numerator, denominator)


@st.composite
def _stays_over_a_change(draw: st.DrawFn, law: RateSchedule) -> Stay:
    """Strategy for a stay that began at one rate above zero and ended at another.

    Both rates are settled law.
    """
    changes = [
        later.first_day
        for earlier, later in pairwise(law.periods)
        if earlier.rate and earlier.rate != later.rate and later.first_day is not None and not later.projected
    ]
    if not changes:
        raise InvalidArgument(f"{law.name} has no change between two rates above zero, so no stay can show one")
    change = draw(st.sampled_from(changes))
    found = draw(stays(dates=st.just(change), min_payable="1.00", schedule=law))
    return attrs.evolve(found, first_day=change - draw(st.integers(1, _MAX_DAYS)) * _DAY)


# The functions that hypothesis makes do not know the names of this module, which their annotations have.
for _strategy in (layouts, remittances, services, stays):
    _strategy.__annotations__ = get_type_hints(_strategy, globals())
