"""Laws of the check: right remittances raise no alarm, and one planted mistake is named and no other place."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from sequestration.strategies import MadeRemittance, Service, write_835
from tests.making import claim, line, remittance
from tests.property.oracle import dollars, percent_on, share

pytestmark = pytest.mark.slow

TWO_PERCENT_DAYS = st.dates(date(2013, 4, 1), date(2020, 4, 30)) | st.dates(date(2022, 7, 1), date(2027, 12, 31))
CENT = Decimal("0.01")


def at_two_percent(min_payable: str) -> st.SearchStrategy[Service]:
    return strategies.services(dates=TWO_PERCENT_DAYS, min_payable=min_payable)


def plan_of(made: MadeRemittance) -> list[list[Service]]:
    return [list(lines) for lines in made.services]


def every_kind(mistakes: Collection[seq.ExplanationCode] = ()) -> st.SearchStrategy[MadeRemittance]:
    """Remittances of both parts of Medicare, with all that may stand in them."""
    return strategies.remittances(
        of=strategies.services(earlier_payer=True) | strategies.services(),
        stays=strategies.stays(),
        max_transactions=3,
        reversals=True,
        provider_adjustments=True,
        mistakes=mistakes,
        layout=strategies.layouts(),
    )


EVERY_KIND = every_kind()


@given(strategies.services() | strategies.services(earlier_payer=True) | strategies.stays())
def test_services_are_cut_as_the_law_takes_it(service: Service) -> None:
    assert service.cut == service.due == share(int(service.payable * 100), percent_on(service.on)) * CENT
    assert service.charge == service.paid + sum(item.amount or 0 for item in service.adjustments)


@given(strategies.remittances(layout=strategies.layouts()))
def test_a_right_remittance_needs_no_look(made: MadeRemittance) -> None:
    audit = seq.check_835(made.data, keep="all")

    assert audit.ok, str(audit)
    assert audit.problems == []
    assert {verdict for verdict, count in audit.counts.items() if count} <= {"correct", "nothing_due"}
    due = sum(service.due for lines in made.services for service in lines)
    assert audit.totals.reported == audit.totals.expected == due


@given(EVERY_KIND)
def test_at_a_glance_and_in_full_are_the_same(made: MadeRemittance) -> None:
    glanced, full = seq.check_835(made.data), seq.check_835(made.data, keep="all")

    assert glanced.counts == full.counts
    assert glanced.totals == full.totals


@given(EVERY_KIND)
def test_a_right_remittance_of_every_kind_needs_no_look(made: MadeRemittance) -> None:
    audit = seq.check_835(made.data, keep="all")

    assert audit.ok, str(audit)
    assert audit.problems == []
    assert {verdict for verdict, count in audit.counts.items() if count} <= {"correct", "nothing_due", "reversal"}
    assert audit.totals.withheld == sum(service.cut for claim in made.services for service in claim)
    assert audit.provider_adjustments == [*made.provider_adjustments]


ROUNDED = {"cut_off", "one_cent", "tie"}


@pytest.mark.parametrize("mistake", strategies.MISTAKES)
@given(data=st.data())
def test_one_planted_mistake_is_named_at_its_place(mistake: seq.ExplanationCode, data: st.DataObject) -> None:
    made = data.draw(strategies.remittances(of=at_two_percent("1.00"), mistakes=[mistake]))
    audit = seq.check_835(made.data, keep="all" if mistake in {*ROUNDED, "wrong_sign"} else "wrong")

    (planted,) = made.planted
    (finding,) = (found for found in audit.findings if found.verdict not in ("correct", "nothing_due"))
    wrong = made.services[int(planted.claim[1:]) - 1][(planted.line or 1) - 1]
    expected = share(int(wrong.payable * 100), percent_on(wrong.on)) * CENT
    assert (finding.claim, finding.line) == (planted.claim, planted.line)
    assert finding.expected == planted.expected == expected
    assert finding.reported == planted.reported == wrong.cut
    assert mistake in [explanation.code for explanation in finding.explanations]
    if mistake == "wrong_group":
        assert finding.verdict is seq.Verdict.WRONG_GROUP
    elif mistake in ROUNDED:
        assert finding.verdict is seq.Verdict.ROUNDING
    elif mistake == "wrong_sign":  # a cut given back without a reversal is named and accuses nobody
        assert finding.verdict is seq.Verdict.UNDETERMINED
    else:
        assert finding.owed_to == ("provider" if wrong.cut > expected else "medicare")


@pytest.mark.parametrize("mistake", strategies.MISTAKES)
@given(data=st.data())
@settings(max_examples=20)
def test_one_planted_mistake_is_named_in_remittances_of_every_kind(
    mistake: seq.ExplanationCode, data: st.DataObject
) -> None:
    made = data.draw(every_kind(mistakes=[mistake]))
    audit = seq.check_835(made.data, keep="all")

    (planted,) = made.planted
    (finding,) = (found for found in audit.findings if found.verdict not in ("correct", "nothing_due", "reversal"))
    assert (finding.claim, finding.line) == (planted.claim, planted.line)
    assert (finding.expected, finding.reported) == (planted.expected, planted.reported)
    assert mistake in [explanation.code for explanation in finding.explanations]
    assert audit.problems == []


@given(strategies.services(dates=st.just(date(2021, 3, 15)), min_payable="5.00"), at_two_percent("5.00"))
def test_an_old_service_is_accused_among_recent_ones(old: Service, other: Service) -> None:
    recent = attrs.evolve(other, on=date(2024, 3, 1))
    wrong = attrs.evolve(old, cut=share(int(old.payable * 100), 2) * CENT)
    for claims in ([[wrong], *[[recent]] * 10], [[*[recent] * 10, wrong]]):
        (finding,) = seq.check_835(write_835(claims)).findings
        assert finding.verdict is seq.Verdict.CUT_NOT_DUE


@given(strategies.remittances(of=at_two_percent("5.00")), st.data())
def test_a_cut_left_out_is_missing_only_where_the_payer_cuts(made: MadeRemittance, data: st.DataObject) -> None:
    plan = plan_of(made)
    place = data.draw(st.integers(0, len(plan) - 1))
    number = data.draw(st.integers(0, len(plan[place]) - 1))
    plan[place][number] = attrs.evolve(plan[place][number], cut=Decimal("0.00"))

    audit = seq.check_835(write_835(plan))

    if sum(map(len, plan)) == 1:
        assert audit.findings == []
        assert audit.counts[seq.Verdict.UNDETERMINED] == 1
    else:
        (finding,) = audit.findings
        assert (finding.claim, finding.line) == (f"C{place + 1}", number + 1)
        assert finding.verdict is seq.Verdict.MISSING
        assert finding.expected == plan[place][number].due


@given(strategies.remittances(of=strategies.services(min_payable="1.00")), st.randoms(use_true_random=False))
def test_no_order_changes_a_verdict(made: MadeRemittance, rng: random.Random) -> None:
    plan = plan_of(made)
    for lines in plan:
        lines[0] = attrs.evolve(lines[0], cut=lines[0].due + 7 * CENT)
    ordered = seq.check_835(write_835(plan), keep="all")
    shuffled_plan = [rng.sample(lines, len(lines)) for lines in plan]

    shuffled = seq.check_835(shuffled_adjustments(write_835(shuffled_plan), rng), keep="all")

    assert shuffled.counts == ordered.counts
    assert shuffled.totals == ordered.totals


def shuffled_adjustments(data: bytes, rng: random.Random) -> bytes:
    """The same with the CAS segments of each line in another order, in one segment where they share a group."""
    segments = data.decode().split("~")
    start = 0
    while start < len(segments):
        end = start
        while segments[end].startswith("CAS*"):
            end += 1
        shuffled = rng.sample(segments[start:end], end - start)
        joined: list[str] = []
        for segment in shuffled:
            if joined and joined[-1][:7] == segment[:7] and rng.random() < 0.5:
                joined[-1] += f"**{segment[7:]}"
            else:
                joined.append(segment)
        segments[start:end] = joined
        start += len(joined) + 1
    lines = "~".join(segments)
    count = sum(segment[:3] not in ("ISA", "GS*", "GE*", "IEA", "") for segment in segments)
    return (lines.partition("~SE*")[0] + f"~SE*{count}*0001~GE*1*1~IEA*1*000000001~").encode()


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


@given(strategies.remittances(), st.sampled_from(["16", "12", "HM", "MC"]))
def test_another_payer_raises_no_alarm_whatever_it_takes(made: MadeRemittance, code: str) -> None:
    plan = plan_of(made)
    plan[0][0] = attrs.evolve(plan[0][0], cut=plan[0][0].due + 5 * CENT)
    audit = seq.check_835(write_835(plan).replace(b"*MB*", f"*{code}*".encode()))

    assert audit.ok or code == "16"  # A Medicare plan has a contract to hold it against.
    assert audit.findings == []
    assert audit.totals == seq.AuditTotals()
    assert audit.counts[seq.Verdict.NOT_APPLICABLE] == audit.places


@given(strategies.remittances(of=at_two_percent("1.00")))
def test_a_payer_that_cuts_nobody_raises_no_alarm(made: MadeRemittance) -> None:
    uncut = [[attrs.evolve(item, cut=Decimal("0.00")) for item in lines] for lines in made.services]

    audit = seq.check_835(write_835(uncut))

    assert audit.ok
    assert audit.counts[seq.Verdict.MISSING] == 0
