"""Laws of the check: right remittances raise no alarm, and one planted mistake is named and no other place."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import sequestration as seq
from tests.making import claim, line, remittance
from tests.property.remittances import Plan, Service, dollars, percent_on, plans, services, share, written

TWO_PERCENT_DAYS = st.dates(date(2013, 4, 1), date(2020, 4, 30)) | st.dates(date(2022, 7, 1), date(2027, 12, 31))


@given(plans())
def test_a_right_remittance_needs_no_look(plan: Plan) -> None:
    audit = seq.check_835(written(plan), keep="all")

    assert audit.ok, str(audit)
    assert audit.problems == []
    assert {verdict for verdict, count in audit.counts.items() if count} <= {"correct", "nothing_due"}
    assert audit.totals.reported == audit.totals.expected == Decimal(sum(s.due for c in plan for s in c)) / 100


@given(plans())
def test_at_a_glance_and_in_full_are_the_same(plan: Plan) -> None:
    glanced, full = seq.check_835(written(plan)), seq.check_835(written(plan), keep="all")

    assert glanced.counts == full.counts
    assert glanced.totals == full.totals


MISTAKES: dict[str, Callable[[Service], int]] = {
    "doubled": lambda s: 2 * s.due,
    "on_allowed": lambda s: share(s.allowed, percent_on(s.day)),
    "on_charge": lambda s: share(s.charge, percent_on(s.day)),
    "before_deductible": lambda s: share(s.payable + s.deductible, percent_on(s.day)),
    "before_coinsurance": lambda s: share(s.payable + s.coinsurance, percent_on(s.day)),
    "other_rate": lambda s: share(s.payable, 1),
    "wrong_sign": lambda s: -s.due,
}


@pytest.mark.parametrize("mistake", MISTAKES)
@given(data=st.data())
def test_one_planted_mistake_is_named_at_its_place(mistake: str, data: st.DataObject) -> None:
    plan = data.draw(plans(services(TWO_PERCENT_DAYS, least=100)))
    place = data.draw(st.integers(0, len(plan) - 1))
    number = data.draw(st.integers(0, len(plan[place]) - 1))
    right = plan[place][number]
    wrong = attrs.evolve(right, cut=MISTAKES[mistake](right))
    assume(abs(wrong.taken - right.due) > len(plan[place]))  # what rounding can explain is no mistake
    plan[place][number] = wrong

    audit = seq.check_835(written(plan))

    (finding,) = audit.findings
    assert (finding.claim, finding.line) == (f"C{place + 1}", number + 1)
    assert finding.expected == Decimal(right.due) / 100
    assert finding.difference == Decimal(wrong.taken - right.due) / 100
    assert mistake in [explanation.code for explanation in finding.explanations]
    assert finding.owed_to == ("provider" if wrong.taken > right.due else "medicare")


@given(plans(services(TWO_PERCENT_DAYS, least=500)), st.data())
def test_a_cut_left_out_is_missing_only_where_the_payer_cuts(plan: Plan, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(plan) - 1))
    number = data.draw(st.integers(0, len(plan[place]) - 1))
    places = sum(map(len, plan))
    plan[place][number] = attrs.evolve(plan[place][number], cut=0)

    audit = seq.check_835(written(plan))

    if places == 1:
        assert audit.findings == []
        assert audit.counts[seq.Verdict.UNDETERMINED] == 1
    else:
        (finding,) = audit.findings
        assert (finding.claim, finding.line) == (f"C{place + 1}", number + 1)
        assert finding.verdict is seq.Verdict.MISSING
        assert finding.expected == Decimal(plan[place][number].due) / 100


@given(plans(services(least=100)), st.randoms(use_true_random=False))
def test_no_order_changes_a_verdict(plan: Plan, rng: random.Random) -> None:
    for lines in plan:
        lines[0] = attrs.evolve(lines[0], cut=lines[0].due + 7)
    ordered = seq.check_835(written(plan), keep="all")
    shuffled_plan = [rng.sample(lines, len(lines)) for lines in plan]

    shuffled = seq.check_835(written(shuffled_plan, lambda triples: rng.sample(triples, len(triples))), keep="all")

    assert shuffled.counts == ordered.counts
    assert shuffled.totals == ordered.totals


@given(st.lists(st.integers(1, 30_000), min_size=2, max_size=8), st.sampled_from(["largest remainder", "last line"]))
def test_a_cut_of_the_claim_spread_over_its_lines_is_rounding_at_most(payables: list[int], how: str) -> None:
    total = share(sum(payables), 2)
    if how == "last line":
        cuts = [share(payable, 2) for payable in payables[:-1]]
        cuts.append(total - sum(cuts))
        assume(0 <= cuts[-1] < payables[-1])
    else:
        exact = [payable * 2 for payable in payables]
        cuts = [hundredths // 100 for hundredths in exact]
        left = sorted(range(len(exact)), key=lambda index: -(exact[index] % 100))
        for index in left[: total - sum(cuts)]:
            cuts[index] += 1
    lines = [
        line("99213", dollars(payable), dollars(payable - cut), [("CO", "253", dollars(cut))] if cut else [])
        for payable, cut in zip(payables, cuts, strict=True)
    ]

    audit = seq.check_835(remittance(claim("C", *lines)))

    assert audit.findings == [], str(audit)


@given(plans(), st.sampled_from(["16", "12", "HM", "MC"]))
def test_another_payer_raises_no_alarm_whatever_it_takes(plan: Plan, code: str) -> None:
    plan[0][0] = attrs.evolve(plan[0][0], cut=plan[0][0].due + 5)
    audit = seq.check_835(written(plan).replace(b"*MB*", f"*{code}*".encode()))

    assert audit.ok
    assert audit.counts[seq.Verdict.NOT_APPLICABLE] == audit.places


@given(plans(services(TWO_PERCENT_DAYS, least=100)))
def test_a_payer_that_cuts_nobody_raises_no_alarm(plan: Plan) -> None:
    uncut = [[attrs.evolve(item, cut=0) for item in lines] for lines in plan]

    audit = seq.check_835(written(uncut))

    assert audit.ok
    assert audit.counts[seq.Verdict.MISSING] == 0
