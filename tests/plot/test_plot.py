"""Pictures by what they draw: heights, places, labels, lines and hatches, never pixels."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import duckdb
import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure

import sequestration as seq
from sequestration import frames, plot
from sequestration.plot._months import month_name, month_number
from tests.making import claim, line, remittance
from tests.paths import EXAMPLES
from tests.schedules import EXAMPLE

mpl.use("Agg")

V = seq.Verdict
CENTS = st.integers(-(10**12), 10**12)


def axes() -> Any:
    return Figure().add_subplot()


def cents(value: float) -> int:
    return round(value * 100)


def names(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_xticklabels()]


def bars(ax: Axes) -> list[tuple[int, int]]:
    """Bottom and top of each bar, in whole cents."""
    return [(cents(bar.get_y()), cents(bar.get_y() + bar.get_height())) for bar in ax.patches]


def places(ax: Axes) -> set[float]:
    """Middle of each bar."""
    return {round(bar.get_x() + bar.get_width() / 2, 6) for bar in ax.patches if bar.get_height()}


def stack_at(ax: Axes, place: float) -> list[tuple[int, int]]:
    """Bottom and top of the bars at one place, in whole cents."""
    return [
        (cents(bar.get_y()), cents(bar.get_y() + bar.get_height()))
        for bar in ax.patches
        if abs(bar.get_x() + bar.get_width() / 2 - place) < 0.01
    ]


def dollars_of(text: str) -> Decimal:
    """The amount of a text for readers, such as -$1,250.00."""
    return Decimal(text.replace(",", "").replace("$", ""))


def amounts(ax: Axes) -> list[Decimal]:
    """What is written at the bars."""
    return [Decimal(dollars_of(text.get_text())) for text in ax.texts]


def legend(ax: Axes) -> dict[str, str]:
    found = ax.get_legend()
    return dict(text.get_text().split(": ") for text in found.get_texts()) if found else {}


def walk(ax: Axes) -> None:
    """Every change starts where the last bar ended, is as high as is written, and the last sum is where it ends."""
    level = 0
    written = [int(amount * 100) for amount in amounts(ax)]
    for at, ((low, high), amount) in enumerate(zip(bars(ax), written, strict=True)):
        is_sum = names(ax)[at] in ("charge", "allowed", "payable", "paid")
        start = 0 if is_sum else level
        assert not is_sum or at == 0 or amount == level
        level = start + amount
        assert abs(low - min(start, level)) <= abs(low) // 10**14
        assert abs(high - max(start, level)) <= abs(high) // 10**14


def wrong() -> seq.Audit:
    def place(name: str, cut: str | None, on: str = "20240301", group: str = "CO", **options: Any) -> Any:
        paid = str(Decimal(80) - Decimal(cut or "0"))
        taken = [(group, "253", cut)] if cut else []
        return claim(
            name, line("99213", "150", paid, [("CO", "45", "50"), ("PR", "2", "20"), *taken], on=on, **options)
        )

    back = [("CO", "45", "-50"), ("PR", "2", "-20"), ("CO", "253", "-1.60")]
    return seq.check_835(
        remittance(
            place("RIGHT", "1.60"),
            place("LARGE", "3.20"),
            place("SMALL", "0.80"),
            place("NOT-DUE", "1.60", "20210601"),
            place("MISSING", None, allowed="100"),
            place("GROUP", "1.60", "20240201", "PR"),
            claim("RIGHT", line("99213", "-150", "-78.40", back), status="22"),
        )
    )


def forecast_of(lines: Sequence[tuple[str | None, int | None]], **schedules: Any) -> pl.DataFrame:
    table = pl.DataFrame(
        {"payable": [None if amount is None else Decimal(amount).scaleb(-2) for _, amount in lines]}
        | {"day": [None if day is None else date.fromisoformat(day) for day, _ in lines]},
        {"payable": pl.Decimal(20, 2), "day": pl.Date},
    )
    added = seq.MEDICARE_FFS.what_if(first_day="2027-04-01", rate="0.04", stacking="add")
    return frames.forecast(
        table, payable="payable", on="day", schedules={"law": None, "4% $added$": added, **schedules}
    )


PICTURES = {
    "schedule": lambda ax=None: plot.schedule(ax=ax),
    "payment": lambda ax=None: plot.payment(seq.expected_reduction("40", on="2019-03-01"), ax=ax),
    "audit": lambda ax=None: plot.audit(wrong(), ax=ax),
    "forecast": lambda ax=None: plot.forecast(forecast_of([("2027-03-05", 10_000), ("2027-04-02", 5_000)]), ax=ax),
}


class TestEveryPicture:
    @pytest.mark.parametrize("name", PICTURES)
    def test_axes_of_its_own_that_pyplot_does_not_know(self, name: str) -> None:
        before, figures = mpl.rcParams.copy(), plt.get_fignums()
        ax = PICTURES[name]()
        content = io.BytesIO()
        ax.figure.savefig(content, format="png", dpi=30)

        assert isinstance(ax, Axes)
        assert content.getvalue().startswith(b"\x89PNG")
        assert plt.get_fignums() == figures == []
        assert mpl.rcParams == before
        assert ax.get_title()
        assert ax.get_xlabel()
        assert ax.get_ylabel()

    @pytest.mark.parametrize("name", PICTURES)
    def test_the_axes_given(self, name: str) -> None:
        ax = axes()

        assert PICTURES[name](ax) is ax
        assert len(ax.figure.axes) == 1

    @pytest.mark.parametrize("name", PICTURES)
    def test_what_is_no_axes(self, name: str) -> None:
        with pytest.raises(TypeError, match="a matplotlib Axes, not Figure"):
            PICTURES[name](Figure())

    @pytest.mark.parametrize("name", PICTURES)
    def test_what_is_written_can_be_read_on_a_dark_ground(self, name: str) -> None:
        with mpl.rc_context({"axes.facecolor": "black", "axes.labelcolor": "white", "text.color": "white"}):
            ax = axes()
        ax = PICTURES[name](ax)  # drawn later, where the settings are others
        texts = [*ax.texts, *(ax.get_legend().get_texts() if ax.get_legend() else [])]

        assert texts
        assert {to_hex(text.get_color()) for text in texts} == {"#ffffff"}
        assert not ax.get_legend() or ax.get_legend().get_frame().get_facecolor()[:3] == (0, 0, 0)

    @pytest.mark.slow
    def test_without_matplotlib_the_error_says_what_to_install(self) -> None:
        code = (
            "import sys; sys.modules['matplotlib'] = None\n"
            "import sequestration as seq\n"
            "plot = seq.plot\n"
            "try:\n    plot.schedule()\n"
            "except seq.MissingExtra as error:\n    print(error)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

        assert done.stdout.strip() == 'matplotlib is not installed. Run: pip install "sequestration[plot]"', done.stderr

    @pytest.mark.slow
    def test_the_room_is_loaded_on_use_and_pyplot_never(self) -> None:
        code = (
            "import sys, sequestration as seq\nseq.plot\nprint('matplotlib' in sys.modules, 'plot' in dir(seq))\n"
            "seq.plot.schedule()\nprint('matplotlib.pyplot' in sys.modules, 'plot' in seq.__all__)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

        assert done.stdout.split() == ["False", "True", "False", "False"], done.stderr


class TestSchedule:
    def steps(self, ax: Axes) -> list[tuple[float, float, float, str]]:
        """Start, end, rate and line of every level piece."""
        found = []
        for drawn in ax.get_lines():
            xs, ys = list(drawn.get_xdata()), list(drawn.get_ydata())
            if len(xs) == 2 and ys[0] == ys[1] and isinstance(xs[0], date):
                found.append((date2num(xs[0]), date2num(xs[1]), ys[0], str(drawn.get_linestyle())))
        return found

    def test_each_period_from_its_first_day_to_the_end_of_its_last(self) -> None:
        steps = self.steps(plot.schedule(EXAMPLE))
        lines = {"ordered": "-", "enacted": "--", "projected": ":"}

        assert [(rate, style) for _, _, rate, style in steps] == [
            (float(period.rate), lines[period.status]) for period in EXAMPLE.periods
        ]
        assert [start for start, _, _, _ in steps][1:] == [
            date2num(period.first_day) for period in EXAMPLE.periods if period.first_day
        ]
        assert all(one[1] == other[0] for one, other in pairwise(steps))

    def test_the_rate_on_every_day_is_what_is_drawn(self) -> None:
        steps = self.steps(plot.schedule(EXAMPLE))
        for day in EXAMPLE.changes:
            for near in (day.replace(day=15), date.fromordinal(day.toordinal() - 1), day):
                drawn = [rate for start, end, rate, _ in steps if start <= date2num(near) < end]
                assert drawn == [float(EXAMPLE.rate_on(near))]

    def test_what_is_written(self) -> None:
        ax = plot.schedule(EXAMPLE)

        assert ax.get_title().startswith("Example schedule\nsettled through Sep 30, 2029; projected from Oct 1, 2029")
        assert [text.get_text() for text in ax.texts] == ["0%", "3%", "0%", "1.5%", "3%", "0%"]
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [
            "ordered",
            "enacted, not yet ordered",
            "projected",
        ]
        assert ax.yaxis.get_major_formatter()(0.015, 0) == "1.5%"

    def test_bounds(self) -> None:
        ax = plot.schedule(first_day="2022-05-01", last_day="2022-06-15")

        assert [(rate, style) for _, _, rate, style in self.steps(ax)] == [(0.01, "-")]
        assert ax.get_xlim() == (date2num(date(2022, 5, 1)), date2num(date(2022, 6, 15)))
        with pytest.raises(seq.InvalidDate, match="is not after"):
            plot.schedule(first_day="2022-05-01", last_day="2022-05-01")

    @pytest.mark.parametrize("days", [("0001-01-01", "9999-12-31"), ("2020-01-01", "2020-01-02")])
    def test_from_end_to_end_of_the_calendar(self, days: tuple[str, str]) -> None:
        ax = plot.schedule(first_day=days[0], last_day=days[1])
        ax.figure.canvas.draw()

        assert self.steps(ax)

    def test_one_period_and_what_if(self) -> None:
        record = {**EXAMPLE.to_records()[0], "first_day": None, "last_day": None}
        ours = seq.RateSchedule.from_records([record], name="50 $ and 60 $ _")
        ax = plot.schedule(ours)
        ax.figure.canvas.draw()
        assumed = plot.schedule(ours.what_if(first_day="9999-12-01", rate="0.04"))
        assumed.figure.canvas.draw()

        assert [rate for _, _, rate, _ in self.steps(ax)] == [0]
        assert ax.get_title().startswith("50 $ and 60 $ _")
        assert [(rate, style) for _, _, rate, style in self.steps(assumed)] == [(0, "-"), (0.04, "-.")]


class TestPayment:
    def test_a_line_from_charge_to_paid(self) -> None:
        shares = [("PR", "2", "20"), ("CO", "253", "1.60"), ("CO", "45", "50"), ("PR", "1", "0")]
        place = seq.ServiceLine("99213", "150", "78.40", adjustments=[seq.Adjustment(*one) for one in shares])
        ax = plot.payment(place)
        walk(ax)

        assert names(ax) == ["charge", "contractual\nCO-45", "coinsurance\nPR-2", "sequestration\nCO-253", "paid"]
        assert bars(ax) == [(0, 15000), (10000, 15000), (8000, 10000), (7840, 8000), (0, 7840)]
        assert [text.get_text() for text in ax.texts] == ["$150.00", "-$50.00", "-$20.00", "-$1.60", "$78.40"]
        assert ax.get_title() == "Payment of 99213"
        assert ax.get_ylabel() == "Dollars"

    def test_kinds_differ_by_hatch_and_by_color(self) -> None:
        adjustments = [("CO", "45", "9"), ("CO", "97", "8"), ("PR", "2", "7"), ("CO", "253", "1"), ("CO", "100", "5")]
        place = seq.ServiceLine("99213", "150", "78.40", adjustments=[seq.Adjustment(*one) for one in adjustments])
        drawn = plot.payment(place).patches
        looks = {(bar.get_hatch(), bar.get_facecolor()) for bar in drawn[:-1]}

        assert len({hatch for hatch, _ in looks}) == len({color for _, color in looks}) == len(drawn) - 1 == 7

    def test_a_claim_adds_up_its_lines_and_says_what_is_not_explained(self) -> None:
        one = seq.ServiceLine("99213", "100", "60", adjustments=[seq.Adjustment("CO", "45", "30")])
        other = seq.ServiceLine("99214", "50", "20", adjustments=[seq.Adjustment("CO", "45", "20")])
        whole = seq.Claim("A-$1 $2", "1", "150", "78.40", adjustments=[seq.Adjustment("CO", "253", "1.60")])
        whole.lines = [one, other]
        ax = plot.payment(whole)
        walk(ax)
        ax.figure.canvas.draw()

        assert names(ax) == ["charge", "contractual\nCO-45", "sequestration\nCO-253", "unexplained", "paid"]
        assert amounts(ax) == [Decimal(text) for text in ("150", "-50", "-1.60", "-20", "78.40")]
        assert ax.get_title() == "Payment of claim A-$1 $2"

    def test_many_codes_are_few_bars(self) -> None:
        many = [seq.Adjustment("CO", str(reason), str(reason)) for reason in range(50, 62)]
        ax = plot.payment(seq.ServiceLine("99213", "1000", "334", adjustments=many))
        walk(ax)

        assert names(ax) == ["charge", "CO-61", "CO-60", "CO-59", "CO-58", "CO-57", "7 other\ncodes", "paid"]

    @pytest.mark.slow
    @given(
        charge=CENTS,
        paid=CENTS,
        adjustments=st.lists(
            st.tuples(
                st.sampled_from(["CO", "PR", "OA"]),
                st.sampled_from(["1", "2", "3", "45", "97", "253", "100", "B13", "23"]),
                CENTS,
            ),
            max_size=20,
        ),
    )
    @settings(max_examples=40, deadline=None)
    def test_whatever_a_line_holds_the_bars_end_at_what_was_paid(
        self, charge: int, paid: int, adjustments: list[tuple[str, str, int]]
    ) -> None:
        def text(number: int) -> str:
            return str(Decimal(number).scaleb(-2))

        made = [seq.Adjustment(group, reason, text(amount)) for group, reason, amount in adjustments]
        ax = plot.payment(seq.ServiceLine("99213", text(charge), text(paid), adjustments=made), ax=axes())
        walk(ax)
        written = amounts(ax)

        assert sum(written[:-1]) == written[-1] == Decimal(paid).scaleb(-2)
        assert written[0] == Decimal(charge).scaleb(-2)

    @pytest.mark.slow
    @given(payable=CENTS, reported=CENTS, day=st.dates(date(2012, 1, 1), date(2026, 1, 1)))
    @settings(max_examples=40, deadline=None)
    def test_whatever_a_finding_holds_the_bars_end_at_what_was_paid(
        self, payable: int, reported: int, day: date
    ) -> None:
        assume(payable != reported)  # where nothing was paid, nothing shows what was payable
        paid = Decimal(payable - reported).scaleb(-2)
        finding = seq.check_adjustment(reported=Decimal(reported).scaleb(-2), paid=paid, on=day)
        ax = plot.payment(finding, ax=axes())
        walk(ax)

        assert amounts(ax)[-1] == paid
        assert sum(amounts(ax)[:-1]) == paid

    @pytest.mark.parametrize(
        ("reported", "says"),
        [("2.60", ["over-withheld"]), ("1.00", ["under-withheld"]), ("2.08", [])],
    )
    def test_a_finding_tells_what_is_due_from_what_is_wrong(self, reported: str, says: list[str]) -> None:
        paid = Decimal(104) - Decimal(reported)
        ax = plot.payment(seq.check_adjustment(reported=reported, paid=paid, on="2024-01-15"))

        assert names(ax) == ["payable", "expected\nsequestration", *says, "paid"]
        assert amounts(ax)[1] == Decimal("-2.08")
        assert not says or amounts(ax)[2] == Decimal("2.08") - Decimal(reported)

    def test_money_paid_elsewhere_is_a_bar(self) -> None:
        ax = plot.payment(seq.check_adjustment(reported="0.80", paid="9.20", paid_elsewhere="30", on="2019-03-01"))
        walk(ax)

        assert names(ax) == ["payable", "expected\nsequestration", "paid elsewhere", "paid"]

    def test_a_forecast(self) -> None:
        forecast = seq.medicare_payment(allowed="100.00", deductible="50.00", coinsurance_rate="0.20")
        before = plot.payment(forecast)
        after = plot.payment(forecast, on="2019-03-01")
        none = plot.payment(
            forecast,
            on="2019-03-01",
            schedule=seq.MEDICARE_FFS.what_if(first_day="2019-01-01", rate="0", stacking="replace"),
        )
        walk(before)
        walk(after)

        assert names(before) == ["allowed", "deductible", "coinsurance", "payable"]
        assert names(after) == ["allowed", "deductible", "coinsurance", "payable", "sequestration", "paid"]
        assert amounts(after)[3:] == [Decimal(40), Decimal("-0.80"), Decimal("39.20")]
        assert amounts(none)[4] == 0
        assert "2% from Apr 1, 2013" in after.get_title()

    @pytest.mark.parametrize(
        ("payable", "label"),
        [
            ("0.25", "Dollars"),
            ("-40", "Dollars"),
            ("2500000", "Millions of dollars"),
            ("9" * 12, "Billions of dollars"),
        ],
    )
    def test_from_cents_to_billions_and_below_zero(self, payable: str, label: str) -> None:
        ax = plot.payment(seq.expected_reduction(payable, on="2024-03-01"))
        walk(ax)
        ax.figure.canvas.draw()
        low, high = ax.get_ylim()

        assert ax.get_ylabel() == label
        assert min(cents(low), 0) <= min(bottom for bottom, _ in bars(ax))
        assert cents(high) >= max(top for _, top in bars(ax))
        written = [text.get_text() for text in ax.get_yticklabels() if text.get_text()]
        assert len(written) == len(set(written))

    @pytest.mark.parametrize(
        ("what", "options", "error", "says"),
        [
            ("40.00", {}, TypeError, "not str. For a payable amount, pass expected_reduction"),
            (
                seq.expected_reduction("40", on="2019-03-01"),
                {"on": "2019-03-01"},
                TypeError,
                "only with a MedicarePayment",
            ),
            (
                seq.ServiceLine("99213", "150", None),
                {},
                seq.InvalidAmount,
                "99213: an amount could not be read",
            ),
            (
                seq.Claim("A", "1", "9", "9", adjustments=[seq.Adjustment("CO", "45", None)]),
                {},
                seq.InvalidAmount,
                "claim A: an amount",
            ),
            (
                seq.Finding(verdict=V.UNDETERMINED),
                {},
                seq.InvalidAmount,
                "undetermined: the payment before sequestration is unknown.*Draw the claim or service line",
            ),
        ],
    )
    def test_what_cannot_be_drawn(self, what: Any, options: Any, error: type[Exception], says: str) -> None:
        with pytest.raises(error, match=says):
            plot.payment(what, **options)


class TestAudit:
    def test_dollars_by_month_and_verdict(self) -> None:
        ax = plot.audit(wrong())

        assert legend(ax) == {
            "withheld correctly": "$5.60",  # 1.60, of 3.20 the 1.60 that is due, 0.80, and 1.60 in the wrong group
            "reversal": "-$1.60",
            "over-withheld": "$1.60",
            "withheld while suspended": "$1.60",
            "under-withheld": "$0.80",
            "not withheld": "$1.60",
        }
        assert ax.get_title() == "Sequestration by service month: $7.20 withheld, $5.60 in question"
        assert names(ax) == ["Jun 2021", "Feb 2024", "Mar 2024"]
        assert places(ax) == set(ax.get_xticks())

    def test_the_stacks_add_up_to_the_totals(self) -> None:
        for source in (wrong(), seq.check_835(EXAMPLES)):
            drawn = {name: dollars_of(amount) for name, amount in legend(plot.audit(source)).items()}
            question = sum(drawn.get(verdict.words, Decimal(0)) for verdict in V if verdict.needs_review)
            missing = source.totals.by_owed_to[seq.OwedTo.MEDICARE]
            taken = sum(drawn.values()) - missing

            assert question == source.totals.in_question
            assert taken == source.totals.withheld

    def test_bars_stand_upon_each_other_and_reversals_hang(self) -> None:
        ax = plot.audit(wrong())
        march = max(places(ax))

        assert sorted(stack_at(ax, march)) == [(0, -160), (0, 400), (400, 560), (560, 640), (640, 800)]
        assert len({bar.get_hatch() for bar in ax.patches}) == 6

    def test_only_what_is_in_question(self) -> None:
        assert list(legend(plot.audit(wrong(), right=False))) == [
            "over-withheld",
            "withheld while suspended",
            "under-withheld",
            "not withheld",
        ]

    def test_nothing(self) -> None:
        ax = plot.audit(seq.Audit())
        ax.figure.canvas.draw()

        assert [text.get_text() for text in ax.texts] == ["no dollars to draw"]
        assert ax.get_title() == "Sequestration by service month: $0.00 withheld, $0.00 in question"
        assert not ax.patches

    def test_what_has_no_date_is_told(self) -> None:
        audit = seq.check_835(EXAMPLES / "part_b_mistakes.835")

        assert legend(plot.audit(audit))["not shown (no date)"] == "$1.60"

    @pytest.mark.parametrize("months", [["2024-03"], ["2023-11", "2024-06"], ["1999-01", "2031-12"]])
    def test_few_months(self, months: list[str]) -> None:
        audit = seq.Audit()
        for month in months:
            audit.totals.enter_month(seq.Sums(1, 1), month, V.CORRECT)
        ax = plot.audit(audit)
        ax.figure.canvas.draw()

        assert names(ax) == [month_name(month_number(month)) for month in months]
        assert bars(ax) == [(0, 1)] * len(months)
        assert all(low < place < high for low, high in [ax.get_xlim()] for place in places(ax))
        written = [text.get_text() for text in ax.get_yticklabels() if text.get_text()]
        assert written[:2] == ["$0.00", "$0.01"]

    def test_billions(self) -> None:
        audit = seq.Audit()
        audit.totals.enter_month(seq.Sums(10**12 + 1, 10**12 + 1), "2024-03", V.CORRECT)
        ax = plot.audit(audit)

        assert legend(ax) == {"withheld correctly": "$10,000,000,000.01"}
        assert ax.get_ylabel() == "Billions of dollars"
        assert bars(ax) == [(0, 10**12 + 1)]


class TestForecast:
    LINES = (("2027-03-05", 10_000), ("2027-04-02", 5_000), ("2027-06-30", 25), (None, 100), ("2027-04-03", None))

    def test_a_line_a_schedule_through_every_month(self) -> None:
        ax = plot.forecast(forecast_of(self.LINES))
        drawn = [line for line in ax.lines if len(line.get_xdata()) == 4]

        assert [[cents(value) for value in line.get_ydata()] for line in drawn] == [[200, 100, 0, 1], [200, 300, 0, 2]]
        assert list(drawn[0].get_xdata()) == list(ax.get_xticks())
        assert ax.get_title() == "Sequestration by service month, Mar 2027 to Jun 2027"
        assert legend(ax) == {
            "law": "$3.01",
            "4% $added$": "$5.02",
            "not shown (no amount or date)": "2 rows",
        }
        assert ax.get_xlabel() == "Service month"
        assert ax.get_ylabel() == "Dollars"
        ax.figure.canvas.draw()
        assert names(ax) == ["Mar 2027", "Apr 2027", "May 2027", "Jun 2027"]

    def test_lines_differ_in_more_than_their_color(self) -> None:
        more = {f"schedule {number}": None for number in range(10)}
        ax = plot.forecast(forecast_of(self.LINES, **more))
        looks = [(line.get_linestyle(), line.get_marker()) for line in ax.lines if len(line.get_xdata()) == 4]

        assert len(looks) == len(set(looks)) == 12

    @pytest.mark.parametrize(
        "make", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, lambda table: duckdb.from_arrow(table.to_arrow())]
    )
    def test_every_engine(self, make: Any) -> None:
        table = forecast_of(self.LINES)

        assert legend(plot.forecast(make(table))) == legend(plot.forecast(table))

    def test_cents_and_pandas(self) -> None:
        plan = pd.DataFrame({"payable": [10_000, 25], "day": pd.to_datetime(["2027-03-05", None])})
        table = frames.forecast(plan, payable="payable", on="day", unit="cents")

        assert legend(plot.forecast(table, unit="cents"))["law"] == "$2.00"

    def test_nothing_to_draw(self) -> None:
        ax = plot.forecast(forecast_of([]))

        assert [text.get_text() for text in ax.texts] == ["no dollars to draw"]
        assert ax.get_title() == "Sequestration by service month"
        only_unknown = plot.forecast(forecast_of([(None, 100)]))
        assert legend(only_unknown)["not shown (no amount or date)"] == "1 row"

    def test_amounts_of_a_year_of_medicare(self) -> None:
        ax = plot.forecast(forecast_of([("2027-03-05", 4 * 10**13), ("2027-04-05", 4 * 10**13)]))

        assert ax.get_ylabel() == "Billions of dollars"
        assert legend(ax)["law"] == "$16,000,000,000.00"

    def test_wrong_usage_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(seq.UnknownColumn, match="Found: payable"):
            plot.forecast(pl.DataFrame({"payable": [1]}))
        with pytest.raises(ValueError, match="unit must be"):
            plot.forecast(forecast_of(self.LINES), unit="euros")  # type: ignore[arg-type]
        table = forecast_of(self.LINES)
        monkeypatch.setitem(sys.modules, "narwhals.stable.v2", None)
        with pytest.raises(seq.MissingExtra, match="narwhals"):
            plot.forecast(table)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_on_its_own_figure_shows_itself_in_a_notebook(name: str) -> None:
    drawn: Any = PICTURES[name]()
    known = plt.get_fignums()

    assert drawn._repr_png_().startswith(b"\x89PNG")
    assert plt.get_fignums() == known


def test_a_picture_without_its_figure_shows_nothing() -> None:
    drawn: Any = plot.schedule()
    drawn.remove()

    assert drawn._repr_png_() is None


def test_axes_of_the_caller_stay_the_kind_they_are() -> None:
    assert not hasattr(plot.schedule(ax=axes()), "_repr_png_")
