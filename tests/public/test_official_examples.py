"""Worked examples of CMS, contractors and regulations come out as their sources print them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

import sequestration as seq
from tests import examples_page
from tests.official_examples import EXAMPLES, KINDS, Example, figures_of, results_of

BY_ID = [pytest.param(example, id=example["id"]) for example in EXAMPLES]
SERVICES = [
    pytest.param(example, id=example["id"])
    for example in EXAMPLES
    if example["kind"] in ("amount", "unassigned", "real_claim_totals") and "allowed" in example["inputs"]
]


@pytest.mark.parametrize("example", BY_ID)
def test_every_figure(example: Example) -> None:
    results = results_of(example)

    assert figures_of(example)
    for name, figure in figures_of(example).items():
        assert results[name] == figure, name


def test_none_is_left_out() -> None:
    assert {example["kind"] for example in EXAMPLES} == set(KINDS)
    assert len({example["id"] for example in EXAMPLES}) == len(EXAMPLES) == 55
    assert Counter(bool(example["printed"]) for example in EXAMPLES)[True] >= 40
    for example in EXAMPLES:
        assert example["source"]
        assert not set(example["printed"]) & set(example["derived"])
        assert example["printed"] or example.get("note") or example["kind"] == "real_claim_totals"


@pytest.mark.parametrize("example", SERVICES)
def test_the_right_cut_is_no_alarm_and_another_is_one(example: Example) -> None:
    figures, on = figures_of(example), example["inputs"]["on"]
    payable, cut, paid = (Decimal(figures[name]) for name in ("payable", "cut", "payment"))
    right = seq.check_adjustment(reported=cut, paid=paid, on=on)
    allowed = Decimal(example["inputs"]["allowed"])
    wrong = seq.expected_reduction(allowed, on=on).amount
    on_allowed = seq.check_adjustment(reported=wrong, paid=payable - wrong, on=on, allowed=allowed)

    assert right.verdict is seq.Verdict.CORRECT
    assert payable in seq.payables_from_paid(paid, on=on)
    assert (on_allowed.verdict, on_allowed.expected) == (seq.Verdict.CUT_TOO_LARGE, cut)


def test_a_contractor_that_prints_the_cut_unrounded_pays_whole_cents() -> None:
    (example,) = [example for example in EXAMPLES if example["kind"] == "unrounded"]
    printed = Decimal(example["printed"]["unrounded_cut"])
    found = seq.expected_reduction(example["inputs"]["payable"], on=example["inputs"]["on"])

    assert found.payable * found.rate == printed != found.amount
    assert abs(found.amount - printed) < Decimal("0.005")
    assert str(found.payment) == example["printed"]["payment"]


def test_a_page_that_misprints_a_payment_contradicts_its_own_figures() -> None:
    (example,) = [example for example in EXAMPLES if "misprinted" in example]
    printed = Decimal(example["misprinted"]["payment"])
    figures = figures_of(example)

    assert printed > Decimal(figures["payable"])
    assert printed - Decimal(figures["payment"]) == 10


def test_the_page_is_that_of_the_examples() -> None:
    """After a change of an example: `python -m tests.examples_page`, and read the page."""
    assert examples_page.PAGE.read_text("utf-8") == examples_page.page()
