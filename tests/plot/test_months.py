"""Months on an axis: bars that are visible, months that are named, and gaps that say what they leave out."""

from __future__ import annotations

from itertools import pairwise

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes

import sequestration as seq
from sequestration import plot
from sequestration.plot._months import month_name, month_number, place_months

mpl.use("Agg")

MONTHS = st.sets(st.integers(2013 * 12, 2033 * 12), min_size=1, max_size=150)


def audit_of(months: list[str], cents: int = 100) -> seq.Audit:
    audit = seq.Audit()
    for number, month in enumerate(months):
        audit.totals.enter_month(seq.Sums(cents + number, cents + number), month, seq.Verdict.CORRECT)
    return audit


def months_from(first: str, number: int) -> list[str]:
    start = month_number(first)
    return [f"{(start + more) // 12}-{(start + more) % 12 + 1:02}" for more in range(number)]


def inches(ax: Axes) -> list[float]:
    """Width of each bar in the picture."""
    low, high = ax.get_xlim()
    width = ax.get_position().width * ax.get_figure().get_figwidth()
    return [bar.get_width() / (high - low) * width for bar in ax.patches]


def names(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_xticklabels()]


def gaps(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@given(MONTHS)
def test_places_keep_the_order_and_neighbors_are_one_apart(months: set[int]) -> None:
    axis = place_months(months)

    assert months <= set(axis.places)
    assert list(axis.places) == sorted(axis.places)
    for one, other in pairwise(axis.places):
        distance = axis.places[other] - axis.places[one]
        assert distance == pytest.approx(1) if other == one + 1 else distance >= 3


@given(MONTHS)
def test_every_month_has_a_place_or_is_counted_in_a_gap(months: set[int]) -> None:
    axis = place_months(months)

    assert len(axis.places) + sum(gap.months for gap in axis.gaps) == max(months) - min(months) + 1
    for gap in axis.gaps:
        assert gap.first_place < gap.middle < gap.last_place
        assert not [place for place in axis.places.values() if gap.first_place < place < gap.last_place]


def test_far_apart_months_are_bars_with_a_labeled_gap_between() -> None:
    ax = plot.audit(audit_of(["2013-06", "2026-01"]))

    assert [round(bar.get_height() * 100) for bar in ax.patches] == [100, 101]
    assert min(inches(ax)) > 0.5
    assert names(ax) == ["Jun 2013", "Jan 2026"]
    assert gaps(ax) == ["150 months without amounts"]


def test_a_short_run_without_amounts_keeps_its_place() -> None:
    ax = plot.audit(audit_of(["2022-03", "2022-07"]))

    assert names(ax) == ["Mar 2022", "Apr 2022", "May 2022", "Jun 2022", "Jul 2022"]
    assert gaps(ax) == []


def test_one_month_is_not_one_wide_block() -> None:
    ax = plot.audit(audit_of(["2022-07"]))
    low, high = ax.get_xlim()

    assert names(ax) == ["Jul 2022"]
    assert ax.patches[0].get_width() < (high - low) / 5


def test_four_months_are_each_named() -> None:
    ax = plot.audit(audit_of(months_from("2022-07", 4)))

    assert names(ax) == ["Jul 2022", "Aug 2022", "Sep 2022", "Oct 2022"]
    assert len(ax.patches) == 4


def test_a_hundred_and_thirty_months_are_visible_bars_under_few_names() -> None:
    months = months_from("2013-04", 130)
    ax = plot.audit(audit_of(months))
    ax.get_figure().canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]

    assert [round(bar.get_height() * 100) for bar in ax.patches] == [100 + number for number in range(130)]
    assert min(inches(ax)) > 0.03  # Two points.
    assert 4 <= len(names(ax)) <= 10
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
    assert set(names(ax)) <= {month_name(month_number(month)) for month in months}


@pytest.mark.parametrize("step", [7, 11, 13])
def test_many_gaps_are_marked_and_names_stay_apart(step: int) -> None:
    months = months_from("2013-01", 20 * step)[::step]
    ax = plot.audit(audit_of(months))
    ax.get_figure().canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]

    assert len(ax.patches) == 20
    assert gaps(ax) == []
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))


def test_reversals_alone_hang_below_zero() -> None:
    audit = seq.Audit()
    audit.totals.enter_month(seq.Sums(-160), "2022-07", seq.Verdict.REVERSAL)
    ax = plot.audit(audit)
    low, high = ax.get_ylim()

    assert [round(bar.get_height() * 100) for bar in ax.patches] == [-160]
    assert low < -1.60
    assert high > 0


def test_nothing_in_question_is_said() -> None:
    ax = plot.audit(audit_of(["2022-07"]), right=False)

    assert gaps(ax) == ["no dollars to draw"]
    assert not ax.patches
