"""Rules that compute new columns in whole cents, the same in every engine.

`verdicts` says of each row what `check_adjustment` says of one amount; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, TypeAlias

import attrs

from sequestration._checking.deciding_date import BY_FIRST_DAY, ClaimType
from sequestration._checking.findings import Verdict
from sequestration._checking.mistakes import ExplanationCode
from sequestration.frames._engines.question import Answer, AnswerKind, Cells, Condition, Engine, Money, Number, Rule
from sequestration.frames._engines.schedule_arrays import Law

__all__ = ["Basis", "Deciding", "checking", "grossing", "reducing", "totalling"]

Basis: TypeAlias = Literal["net", "gross"]
"""Whether a payment is after sequestration (net) or before it (gross)."""

_BY_FROM_DATE = frozenset(kind.value for kind in BY_FIRST_DAY)
_BY_THROUGH_DATE = frozenset(kind.value for kind in ClaimType) - _BY_FROM_DATE - {ClaimType.PLAN_PAYMENT.value}
_TOLERANCE = 1  # Cents that rounding can explain on one line.


@attrs.frozen
class Deciding:
    """Source of a row's rate: the law, and the claim type if all claims share one.

    `projection` is one where the rate is only projected. `others` are the rates that may be mistaken for it.
    """

    law: Law
    projection: Law
    claim_type: ClaimType | None = None
    others: tuple[Law, ...] = ()

    def rate(self, engine: Engine, cells: Cells) -> tuple[Number, Condition]:
        """The numerator of each row's rate, and where it is known."""
        return self._numerator(engine, cells, self.law)

    def projected(self, engine: Engine, cells: Cells) -> Condition:
        """Rows whose rate is only projected."""
        numerator, _ = self._numerator(engine, cells, self.projection)
        return engine.hold(numerator == 1)

    def other_rates(self, engine: Engine, cells: Cells) -> list[Number]:
        """The numerators of rates that may be mistaken for a row's own, or zero."""
        return [self._numerator(engine, cells, law)[0] for law in self.others]

    def _numerator(self, engine: Engine, cells: Cells, law: Law) -> tuple[Number, Condition]:
        if "on" in cells.days:
            days = cells.days["on"]
            return engine.numerator(days, law), days.known
        if self.claim_type is None:
            return self._by_each_type(engine, cells, law)
        role = "through" if self.claim_type.value in _BY_THROUGH_DATE else "from"
        law = law.by_month if self.claim_type is ClaimType.PLAN_PAYMENT else law
        days = cells.days[role]
        rate, known = engine.numerator(days, law), days.known
        if len(cells.days) == 1:
            return rate, known
        return self._in_order(engine, cells, rate, known)

    def _by_each_type(self, engine: Engine, cells: Cells, law: Law) -> tuple[Number, Condition]:
        types, first, last = cells.words["claim_type"], cells.days["from"], cells.days["through"]
        by_first, by_last = types.isin(_BY_FROM_DATE), types.isin(_BY_THROUGH_DATE)
        by_month = types.isin({ClaimType.PLAN_PAYMENT.value})
        rate = engine.choose(
            [(by_first, engine.numerator(first, law)), (by_last, engine.numerator(last, law))],
            otherwise=engine.numerator(first, law.by_month),
        )
        known = ((by_first | by_month) & first.known) | (by_last & last.known)
        return self._in_order(engine, cells, rate, known)

    def _in_order(self, engine: Engine, cells: Cells, rate: Number, known: Condition) -> tuple[Number, Condition]:
        """Remove the rate of claims that end before they begin."""
        first, last = cells.days["from"], cells.days["through"]
        known = known & (~first.known | ~last.known | engine.in_order(first, last))
        return engine.only(rate, known), known


_ELSE = Verdict.CUT_TOO_SMALL
"""Verdict of a row that no other verdict fits."""


def reducing(deciding: Deciding, into: str) -> Rule:
    """Rule for the sequestration of a payable amount."""

    def rule(engine: Engine, cells: Cells) -> Mapping[str, Answer]:
        payable = cells.money["payable"]
        rate, known = deciding.rate(engine, cells)
        cut = _cut(engine, payable.cents, rate, deciding.law)
        return {into: Answer(AnswerKind.MONEY, cut, payable.known & known, carried=True)}

    return rule


def grossing(deciding: Deciding, low: str, high: str, basis: Basis) -> Rule:
    """Rule for the lowest and highest payable amount that leave what was paid."""

    def rule(engine: Engine, cells: Cells) -> Mapping[str, Answer]:
        paid = cells.money["paid"]
        rate, known = deciding.rate(engine, cells)
        known = paid.known & known
        if basis == "gross":
            return {name: Answer(AnswerKind.MONEY, paid.cents, known) for name in (low, high)}
        lowest, highest = _payables(engine, paid.cents, engine.hold(rate), deciding.law.denominator)
        return {
            low: Answer(AnswerKind.MONEY, lowest, known, carried=True),
            high: Answer(AnswerKind.MONEY, highest, known, carried=True),
        }

    return rule


def checking(
    deciding: Deciding,
    name: Callable[[str], str],
    basis: Basis,
    *,
    assigned: bool | None,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> Rule:
    """Rule for the expected amount and the verdict; `name` names the new columns.

    `kept` names columns for amounts as whole cents, by role. An unknown amount is zero there.
    """

    def rule(engine: Engine, cells: Cells) -> Mapping[str, Answer]:
        place = _place(engine, cells, deciding, basis, assigned)
        due = place.due
        cases = _verdicts(engine, cells, place)
        review = _needs_review(engine, cases, place.known)
        return {
            name("rate"): Answer(AnswerKind.RATE, engine.share(place.rate, deciding.law.denominator), place.rate_known),
            name("payable"): Answer(AnswerKind.MONEY, place.payable, place.known & ~place.proves_nothing),
            name("expected"): Answer(AnswerKind.MONEY, due, place.known & ~place.proves_nothing),
            name("difference"): Answer(AnswerKind.MONEY, place.cut - due, place.known & ~place.proves_nothing),
            name("verdict"): Answer(
                AnswerKind.WORD,
                engine.word([(each, verdict.value) for each, verdict in cases], _ELSE.value),
                place.known,
            ),
            name("needs_review"): review,
            name("explanation"): _explanation(engine, cells, place, deciding, review.value),
            **{column: _whole_cents(engine, cells.money[role]) for role, column in kept.items()},
        }

    return rule


def _whole_cents(engine: Engine, money: Money) -> Answer:
    cents = engine.choose([(money.known, money.cents)], otherwise=0)
    return Answer(AnswerKind.WHOLE, cents, money.known | ~money.known, carried=True)


def totalling(laws: Sequence[Law], names: Sequence[str], cuts: Sequence[str]) -> Rule:
    """Rule for the sums by month: rows, rows left out, payables, and sequestration.

    `names` are those of the new columns in this order, the month's first; `cuts` are those of the sequestration
    under each law. Amounts are in whole cents. Unknown values count as zero, so that nothing but the month is null.
    """

    def rule(engine: Engine, cells: Cells) -> Mapping[str, Answer]:
        payable, days = cells.money["payable"], cells.days["on"]
        counted = engine.hold(payable.known & days.known)
        always = counted | ~counted

        def total(number: Number) -> Answer:
            return Answer(AnswerKind.WHOLE, engine.choose([(counted, number)], otherwise=0), always, carried=True)

        month, rows, left_out, amount = names
        found = {
            month: Answer(AnswerKind.MONTH, engine.month(days), days.known, carried=True),
            rows: total(1),
            left_out: Answer(AnswerKind.WHOLE, engine.choose([(counted, 0)], otherwise=1), always, carried=True),
            amount: total(payable.cents),
        }
        for law, name in zip(laws, cuts, strict=True):
            found[name] = total(_cut(engine, payable.cents, engine.numerator(days, law), law))
        return found

    return rule


@attrs.frozen(eq=False)
class _Place:
    """Facts about each row.

    `proves_nothing` means that all of the payable amount was withheld, so that there is no base; `projected` that the
    rate is only projected; `group_unknown` and `group_wrong` that the group code is missing or wrong, and
    `right_for_unassigned` that it is PR, which is right on an unassigned claim only.
    """

    law: Law
    cut: Number
    payable: Number
    rate: Number
    rate_known: Condition
    due: Number
    known: Condition
    proves_nothing: Condition
    projected: Condition
    group_unknown: Condition
    group_wrong: Condition
    right_for_unassigned: Condition


def _place(engine: Engine, cells: Cells, deciding: Deciding, basis: Basis, assigned: bool | None) -> _Place:
    reported, paid = cells.money["reported"], cells.money["paid"]
    rate, rate_known = deciding.rate(engine, cells)
    rate, rate_known = engine.hold(rate), engine.hold(rate_known)
    payable = paid.cents if basis == "gross" else paid.cents + reported.cents
    known = paid.known & reported.known & rate_known
    if "paid_elsewhere" in cells.money:
        payable = payable + cells.money["paid_elsewhere"].cents
        known = known & cells.money["paid_elsewhere"].known
    payable = engine.hold(payable)
    cut = engine.hold(reported.cents)
    nothing_to_cut = (cut == 0) & (payable <= 0)
    due = engine.choose([(nothing_to_cut, 0)], otherwise=_cut(engine, payable, rate, deciding.law))
    return _Place(
        law=deciding.law,
        cut=cut,
        payable=payable,
        rate=rate,
        rate_known=rate_known,
        due=engine.hold(due),
        known=engine.hold(known),
        proves_nothing=engine.hold((cut > 0) & (cut == payable) & (rate != 0)),
        projected=deciding.projected(engine, cells),
        **_groups(cells, assigned),
    )


def _needs_review(engine: Engine, cases: Sequence[tuple[Condition, Verdict]], known: Condition) -> Answer:
    """Whether the verdict needs review; false where there is none."""
    wrong = [(condition, int(verdict.needs_review)) for condition, verdict in cases]
    found = engine.choose([(known, engine.choose(wrong, otherwise=int(_ELSE.needs_review)))], otherwise=0)
    return Answer(AnswerKind.FLAG, found == 1, known | ~known, carried=True)


def _verdicts(engine: Engine, cells: Cells, place: _Place) -> Sequence[tuple[Condition, Verdict]]:
    """The verdicts in the judge's order: none reported, none due, then by difference.

    Where no condition is true, the verdict is `_ELSE`.
    """
    cut, due, payable = place.cut, place.due, place.payable
    uncut, off = cut == 0, cut - due
    right = (off <= _TOLERANCE) & (off >= -_TOLERANCE)
    out_of_balance, nothing_allowed = _balance(engine, cells, place)
    doubtful = engine.hold(place.projected | out_of_balance)
    no_group, wrong_group = place.group_unknown, place.group_wrong
    return [
        (uncut & (due == 0), Verdict.NOTHING_DUE),
        (uncut & (due <= _TOLERANCE), Verdict.ROUNDING),
        (uncut & doubtful, Verdict.UNDETERMINED),
        (uncut, Verdict.MISSING),
        ((cut < 0) & (payable > cut), Verdict.UNDETERMINED),
        ((place.rate == 0) & (cut > 0) & ~doubtful, Verdict.CUT_NOT_DUE),
        ((place.rate == 0) | place.proves_nothing, Verdict.UNDETERMINED),
        (right & no_group, Verdict.UNDETERMINED),
        (right & wrong_group & doubtful, Verdict.UNDETERMINED),
        (right & wrong_group, Verdict.WRONG_GROUP),
        (off == 0, Verdict.CORRECT),
        (right, Verdict.ROUNDING),
        ((payable < 0) | ((payable == 0) & ~nothing_allowed) | doubtful, Verdict.UNDETERMINED),
        (off > 0, Verdict.CUT_TOO_LARGE),
    ]


def _balance(engine: Engine, cells: Cells, place: _Place) -> tuple[Condition, Condition]:
    """Rows whose allowed amount contradicts the payment, and with nothing allowed."""
    if "allowed" not in cells.money:
        nowhere = (place.cut == 0) & (place.cut != 0)
        return nowhere, nowhere
    allowed, share = cells.money["allowed"], cells.money["patient_responsibility"]
    base = engine.hold(allowed.cents - share.cents)
    known = allowed.known & share.known
    return known & (base != place.payable), known & (base == 0)


def _groups(cells: Cells, assigned: bool | None) -> dict[str, Condition]:
    """Rows without a group code, a wrong one, or that of an unassigned claim.

    CO is right, and PR on an unassigned claim; a null counts as CO.
    """
    nowhere = cells.money["reported"].cents != cells.money["reported"].cents
    found: dict[str, Condition] = dict.fromkeys(("group_unknown", "group_wrong", "right_for_unassigned"), nowhere)
    if "group" not in cells.words:
        return found
    group = cells.words["group"]
    wrong, unassigned = group.known & ~group.isin({"", "co"}), nowhere
    if assigned is False:
        unassigned = group.isin({"pr"})
    elif assigned is None and "paid_elsewhere" in cells.money:
        unassigned = group.isin({"pr"}) & (cells.money["paid_elsewhere"].cents > 0)
    return {
        "group_unknown": group.isin({""}),
        "group_wrong": wrong & ~unassigned,
        "right_for_unassigned": unassigned,
    }


def _explanation(engine: Engine, cells: Cells, place: _Place, deciding: Deciding, needs_review: Condition) -> Answer:
    """The code of the likeliest explanation of what needs review.

    The order is that of `ExplanationCode`. A check of one amount tries more mistakes: those that lead to a verdict that
    needs no review, or that are computed from more than a row can say, are not here.
    """

    def cases(cells: Cells, place: _Place) -> list[tuple[Condition, str]]:
        cut, due, payable = place.cut, place.due, place.payable
        off = cut - due
        wrong = (cut != 0) & ((off > _TOLERANCE) | (off < -_TOLERANCE) | (place.rate == 0))
        rates = [(rate != 0, rate) for rate in deciding.other_rates(engine, cells)]
        bases = [(code, base, base != payable) for code, base in _other_bases(engine, cells, payable)]
        found = [
            (wrong & (place.rate == 0) & (cut == 1), ExplanationCode.ONE_CENT),
            *((wrong & may & _is_cut(engine, place, payable, rate), ExplanationCode.OTHER_RATE) for may, rate in rates),
            (wrong & (cut == 2 * due), ExplanationCode.DOUBLED),
            *((wrong & may & _is_cut(engine, place, base, place.rate), code) for code, base, may in bases),
            (place.group_wrong & (cut != 0), ExplanationCode.WRONG_GROUP),
            (place.right_for_unassigned & (cut != 0), ExplanationCode.UNASSIGNED),
        ]
        return [(condition, code.value) for condition, code in found]

    word, known = engine.word_among(needs_review, (cells, place), cases)
    return Answer(AnswerKind.WORD, word, known)


def _other_bases(engine: Engine, cells: Cells, payable: Number) -> Iterator[tuple[ExplanationCode, Number]]:
    """Amounts that the rate may have been applied to by mistake.

    An unknown one is the payable amount itself.
    """
    if "allowed" in cells.money:
        allowed, share = cells.money["allowed"], cells.money["patient_responsibility"]
        before = engine.hold(payable + engine.choose([(share.known, share.cents)], otherwise=0))
        yield ExplanationCode.ON_ALLOWED, engine.choose([(allowed.known, allowed.cents)], otherwise=before)
        yield ExplanationCode.BEFORE_COINSURANCE, before
    if "charge" in cells.money:
        charge = cells.money["charge"]
        yield ExplanationCode.ON_CHARGE, engine.choose([(charge.known, charge.cents)], otherwise=payable)


def _is_cut(engine: Engine, place: _Place, base: Number, rate: Number) -> Condition:
    """Rows whose reported amount is the sequestration of another base or rate.

    A comparison of products shows that without a division, which would take several columns in most engines.
    """
    law = place.law
    if not law.compares_at_once:
        return _cut(engine, base, rate, law) == place.cut
    off = engine.hold((base * rate - place.cut * law.denominator) * 2)
    half, tie = law.denominator, engine.choose([(base < 0, law.denominator)], otherwise=-law.denominator)
    return ((off < half) & (off > -half)) | (off == tie)


def _cut(engine: Engine, cents: Number, rate: Number, law: Law) -> Number:
    """The nearest cent of cents x rate / denominator, halves away from zero."""
    whole = law.denominator
    if law.fits_at_once and not engine.divides_in_doubles:
        return engine.nearest(cents * rate, whole, cents < 0)
    # A product that would be too large is computed in two parts, the quotient and the remainder.
    negative = engine.hold(cents < 0)
    size = engine.hold(engine.choose([(negative, -cents)], otherwise=cents))
    full = engine.hold(engine.quotient(size, whole))
    rest = (size - full * whole) * rate
    cut = engine.hold(full * rate + engine.nearest(rest, whole, size < 0))
    return engine.choose([(negative, -cut)], otherwise=cut)


def _payables(engine: Engine, paid: Number, rate: Number, whole: int) -> tuple[Number, Number]:
    """The lowest and the highest payable amount that leave `paid`.

    The payment never falls as the payable amount rises, so the highest payable amount that leaves one cent less is
    just below the lowest that leaves this.
    """
    negative = engine.hold(paid < 0)
    size = engine.hold(engine.choose([(negative, -paid)], otherwise=paid))
    left = engine.hold(whole - rate)
    largest = engine.hold(_largest(engine, size, left, whole))
    less = engine.hold(engine.choose([(size > 0, size - 1)], otherwise=size))
    smallest = engine.hold(engine.choose([(size == 0, -largest)], otherwise=_largest(engine, less, left, whole) + 1))
    return (
        engine.choose([(negative, -largest)], otherwise=smallest),
        engine.choose([(negative, -smallest)], otherwise=largest),
    )


def _largest(engine: Engine, paid: Number, left: Number, whole: int) -> Number:
    """The largest payable amount that leaves `paid`; `left` of `whole` parts are paid.

    `paid` is not negative.
    """
    full = engine.hold(engine.quotient(paid, left))
    return full * whole + engine.quotient(((paid - full * left) * 2 + 1) * whole, left * 2)
