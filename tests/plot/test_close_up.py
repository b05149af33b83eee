"""The close-up of a payment: what is 2% of the bars beside it can be seen, to the cent, in any style."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import sequestration as seq
from sequestration import plot
from sequestration._money import format_dollars
from tests.paths import EXAMPLES

mpl.use("Agg")


def cents(value: float) -> int:
    return round(value * 100)


def line(charge: str, paid: str, *adjustments: tuple[str, str, str]) -> seq.ServiceLine:
    return seq.ServiceLine("99213", charge, paid, adjustments=[seq.Adjustment(*one) for one in adjustments])


OFFICE_VISIT = line("150", "78.40", ("CO", "45", "50"), ("PR", "2", "20"), ("CO", "253", "1.60"))
REVERSED = line("-150", "-78.40", ("CO", "45", "-50"), ("PR", "2", "-20"), ("CO", "253", "-1.60"))


def close_up(payment: Any, **options: Any) -> Axes | None:
    (panel,) = plot.payment(payment, **options).child_axes or (None,)
    return panel


def shown(panel: Axes | None) -> list[tuple[str, str, int, int]]:
    """Name, amount, bottom and top of each bar of a close-up."""
    assert panel is not None
    bars = [bar for bar in panel.patches if isinstance(bar, Rectangle)]
    return [
        (
            name.get_text().replace("\n", " "),
            text.get_text(),
            *sorted((cents(bar.get_y()), cents(bar.get_y() + bar.get_height()))),
        )
        for name, text, bar in zip(panel.get_xticklabels(), panel.texts, bars, strict=True)
    ]


def test_the_last_step_of_a_line() -> None:
    assert shown(close_up(OFFICE_VISIT)) == [
        ("before sequestration", "$80.00", 0, 8000),
        ("sequestration CO-253", "-$1.60", 7840, 8000),
        ("paid", "$78.40", 0, 7840),
    ]


def test_the_last_step_of_a_claim() -> None:
    claim = seq.Claim("A", "1", "300", "156.80")
    claim.lines = [OFFICE_VISIT, OFFICE_VISIT]

    assert shown(close_up(claim))[1] == ("sequestration CO-253", "-$3.20", 15680, 16000)


def test_a_reversal_below_zero() -> None:
    assert shown(close_up(REVERSED)) == [
        ("before sequestration", "-$80.00", -8000, 0),
        ("sequestration CO-253", "$1.60", -8000, -7840),
        ("paid", "-$78.40", -7840, 0),
    ]


def test_an_amount_withheld_too_much_is_enlarged_with_it() -> None:
    finding = seq.check_adjustment(reported="2.60", paid="101.40", on="2024-01-15")

    assert shown(close_up(finding)) == [
        ("payable", "$104.00", 0, 10400),
        ("expected sequestration", "-$2.08", 10192, 10400),
        ("over-withheld", "-$0.52", 10140, 10192),
        ("paid", "$101.40", 0, 10140),
    ]


def test_a_finding_of_a_reversal_is_drawn_from_what_the_file_says() -> None:
    (back,) = [
        finding
        for finding in seq.check_835(EXAMPLES / "part_b_mistakes.835", keep="all").findings
        if finding.verdict is seq.Verdict.REVERSAL
    ]

    assert back.payable is None
    assert shown(close_up(back)) == [
        ("before sequestration", "-$80.00", -8000, 0),
        ("sequestration", "$1.60", -8000, -7840),
        ("paid", "-$78.40", -7840, 0),
    ]


@pytest.mark.parametrize("source", ["part_b_mistakes.835", "part_b_correct.835", "part_a.835"])
def test_every_finding_of_the_examples_can_be_drawn(source: str) -> None:
    for finding in seq.check_835(EXAMPLES / source, keep="all").findings:
        ax = plot.payment(finding, ax=Figure().add_subplot())

        assert ax.texts[-1].get_text() == format_dollars(finding.paid or Decimal(0))


def test_what_follows_sequestration_is_not_in_its_close_up() -> None:
    place = line("150", "0", ("CO", "45", "50"), ("PR", "2", "20"), ("CO", "253", "1.60"), ("CO", "B13", "78.40"))

    assert [(name, amount) for name, amount, _, _ in shown(close_up(place))][-1] == ("after sequestration", "$78.40")


@pytest.mark.parametrize("rate_date", ["2019-03-01", "2022-05-10"])
def test_two_percent_and_one_percent(rate_date: str) -> None:
    reduction = seq.expected_reduction("1234.56", on=rate_date)

    assert shown(close_up(reduction))[1][1] == f"-${reduction.amount}"


@pytest.mark.parametrize(
    "payment",
    [
        seq.expected_reduction("1234.56", on="2021-05-10"),  # Suspended: nothing is withheld.
        line("150", "0", ("CO", "16", "150")),  # Denied.
        line("0", "0"),
        line("150", "40", ("CO", "45", "50"), ("PR", "2", "20"), ("CO", "253", "40")),  # Can be seen as it is.
        seq.medicare_payment(allowed="100.00", deductible="50.00", coinsurance_rate="0.20"),
    ],
    ids=["suspended", "denied", "zero", "large", "before sequestration"],
)
def test_no_close_up_without_a_small_step(payment: Any) -> None:
    assert close_up(payment) is None


@pytest.mark.parametrize("payment", [OFFICE_VISIT, REVERSED], ids=["paid", "reversed"])
def test_the_step_fills_a_good_part_of_the_height(payment: Any) -> None:
    ax = plot.payment(payment)
    (panel,) = ax.child_axes

    def share(axes: Axes) -> float:
        low, high = axes.get_ylim()
        return float(1.60 / (high - low))

    assert share(ax) < 0.02
    assert 0.25 < share(panel) < 0.75


@pytest.mark.slow
@given(st.integers(5_000, 10**9), st.sampled_from(["2024-03-01", "2022-05-10"]), st.booleans())
@settings(max_examples=30, deadline=None)
def test_whatever_was_payable_the_close_up_ends_at_what_was_paid(payable: int, day: str, turned: bool) -> None:
    reduction = seq.expected_reduction(Decimal(-payable if turned else payable).scaleb(-2), on=day)
    bars = shown(close_up(reduction, ax=Figure().add_subplot()))
    due, paid = cents(float(reduction.amount)), cents(float(reduction.payment))

    assert [high - low for _, _, low, high in bars] == [payable, abs(due), abs(paid)]


def test_it_lies_within_the_axes_given_and_leaves_the_others_alone() -> None:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    plot.payment(OFFICE_VISIT, ax=left)
    figure.canvas.draw()
    (panel,) = left.child_axes

    assert figure.axes == [left, right]
    assert panel.get_position().x1 <= left.get_position().x1 + 1e-9
    assert panel.get_position().x0 > left.get_position().x0


def test_names_that_do_not_fit_are_written_at_an_angle() -> None:
    def angle(inches: float) -> float:
        ax = plot.payment(OFFICE_VISIT, ax=Figure(figsize=(inches, 4)).add_subplot())
        return float(ax.get_xticklabels()[0].get_rotation())

    assert angle(14) == 0
    assert angle(5) > 0


def test_all_text_and_ticks_of_a_dark_style_are_light_even_if_drawn_after_it() -> None:
    with plt.style.context("dark_background"):
        ax = plot.payment(OFFICE_VISIT)
    ax.get_figure().canvas.draw()
    for axes in (ax, *ax.child_axes):
        labels = [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label, axes.title, *axes.texts]
        marks = [tick.tick2line if axes is not ax else tick.tick1line for tick in axes.yaxis.get_major_ticks()]

        assert {to_hex(label.get_color()) for label in labels if label.get_text()} == {"#ffffff"}
        assert {to_hex(mark.get_color()) for mark in marks} == {"#ffffff"}
        assert {to_hex(spine.get_edgecolor()) for spine in axes.spines.values()} == {"#ffffff"}
        assert to_hex(axes.get_facecolor()) == "#000000"


def test_tick_colors_of_the_caller_stay() -> None:
    ax = Figure().add_subplot()
    ax.tick_params(labelcolor="green")
    plot.payment(OFFICE_VISIT, ax=ax)

    assert {label.get_color() for label in ax.get_yticklabels()} == {"green"}
