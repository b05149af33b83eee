"""Numbers, dates and tables made to take for ever: each is refused at once, by an error of the library's own."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq

AMOUNTS: dict[str, Any] = {
    "a giant exponent": Decimal("1e400000000"),
    "a tiny exponent": Decimal("1e-400000000"),
    "nothing of a tiny exponent": Decimal("0e-400000000"),
    "nothing of a giant exponent": Decimal("0e400000000"),
    "a million digits": Decimal("9" * 10**6),
    "a fraction of a million digits": Decimal("0." + "1" * 10**6),
    "a million zeros behind the point": Decimal("1." + "0" * 10**6),
    "a number too long for Python to write": 10**100_000,
    "the same below zero": -(10**100_000),
    "a text of a million digits": "9" * 10**6,
    "no number": Decimal("nan" + "1" * 5000),
    "no number that signals": Decimal("snan"),
    "infinity": Decimal("inf"),
}
FITTING = {"nothing of a tiny exponent", "nothing of a giant exponent", "a million zeros behind the point"}


def record(**other: Any) -> dict[str, Any]:
    return {
        "rate": "0.02",
        "status": "ordered",
        "verified_on": "2024-01-01",
        "authorities": [{"citation": "a", "says": "b"}],
        **other,
    }


CALLS: dict[str, Callable[[Any], Any]] = {
    "expected_reduction": lambda value: seq.expected_reduction(value, on="2024-01-01"),
    "payables_from_paid": lambda value: seq.payables_from_paid(value, on="2024-01-01"),
    "cost_report_reduction": lambda value: seq.cost_report_reduction(
        value, first_day="2013-01-01", last_day="2013-12-31"
    ),
    "medicare_payment": lambda value: seq.medicare_payment(allowed=value, deductible=0, coinsurance=0),
    "a coinsurance rate": lambda value: seq.medicare_payment(allowed=1, deductible=0, coinsurance_rate=value),
    "check_adjustment": lambda value: seq.check_adjustment(reported="0.02", paid=value, on="2024-01-01"),
    "an adjustment": lambda value: seq.Adjustment("CO", "45", value),
    "what_if": lambda value: seq.MEDICARE_FFS.what_if(first_day="2027-01-01", rate=value),
    "a period": lambda value: seq.RatePeriod(None, None, value, seq.RateStatus.ORDERED, (), date(2020, 1, 1)),
    "the rate of a record": lambda value: seq.RateSchedule.from_records([record(rate=value)]),
    "the status of a record": lambda value: seq.RateSchedule.from_records([record(status=value)]),
}
"""With what takes minutes or hours where it is turned into a fraction, or fails where it is written down."""


def error_of(call: Callable[[], Any]) -> str | None:
    """The text of the library's own error, where there is one; every other one fails the test."""
    try:
        call()
    except seq.SequestrationError as error:
        return str(error)
    return None


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("amount", AMOUNTS)
def test_no_number_takes_long_and_each_is_refused_in_a_few_words(amount: str, call: str) -> None:
    error = error_of(lambda: CALLS[call](AMOUNTS[amount]))

    assert amount in FITTING if error is None else len(error) < 200


@pytest.mark.parametrize("amount", AMOUNTS)
def test_what_is_no_amount_is_told_in_a_few_words_too(amount: str) -> None:
    value = AMOUNTS[amount]
    if not isinstance(value, Decimal):
        for look_up in (seq.carc, seq.adjustment_code):
            with pytest.raises(seq.UnknownCode) as unknown:
                look_up(value)
            assert len(str(unknown.value)) < 200
    wishes: list[dict[str, Any]] = [{"keep": value}, {"payers": {"1": value}}]
    for wish in wishes:
        with pytest.raises(ValueError, match="not") as caught:
            seq.check_835(b"", **wish)
        assert len(str(caught.value)) < 200


DAYS: list[Any] = ["0000-01-01", "00000101", "9999-12-31", "1" * 10**6, date.min, date.max]


@pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day)[:10])
@pytest.mark.parametrize(
    "rule", ["timely_filing", "redetermination", "reconsideration", "reopening", "overpayment", "hearing", "court"]
)
def test_no_day_leads_out_of_the_calendar(rule: str, day: Any) -> None:
    error = error_of(lambda: getattr(seq.deadlines, rule)(day))

    assert error is None or len(error) < 200


HEAD = 'name = "x"\nverified_on = 2024-01-01\n[[period]]\nstatus = "ordered"\n'
SCHEDULES = {
    "a number of 5,000 digits": HEAD + "rate = " + "9" * 5_000,
    "half a million digits of sixteen": HEAD + "rate = 0x" + "f" * 500_000,
    "the same as a status": HEAD.replace('"ordered"', "0x" + "f" * 500_000) + 'rate = "0.02"',
    "a float": HEAD + "rate = 1e999999999",
    "lists in lists": HEAD + "rate = " + "[" * 100_000 + "]" * 100_000,
    "a few lists in lists": HEAD + "rate = " + "[" * 300 + "]" * 300,
    "a key without end": HEAD + "rate" + ".a" * 50_000 + " = 1",
    "a long key": HEAD + "k" * 100_000 + " = 1",
    "a key that moves the cursor": HEAD + '"\\u001b[2J\\n" = 1',
    "ten megabytes of remarks": HEAD + "#" + "x" * 10**7,
    "ten megabytes of text": HEAD + 'note = "' + "x" * 10**7 + '"',
    "very many periods": HEAD + 'rate = "0.02"\n' + "[[period]]\n" * 50_000,
    "the year 0": HEAD + 'rate = "0.02"\nfirst_day = 0000-00-00',
    "itself": 'name = "x"\nbased_on = "ours.toml"',
    "another folder": 'name = "x"\nbased_on = "../ours.toml"',
    "a name with an end in it": 'name = "x"\nbased_on = "a\\u0000b"',
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_made_to_take_for_ever_is_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(SCHEDULES[name], "utf-8")

    with pytest.raises(seq.InvalidSchedule) as caught:
        seq.RateSchedule.from_toml(path)

    text = str(caught.value).removeprefix(str(path))
    assert len(text) < 300
    assert text.isprintable()


TABLES = {
    "a cell of 200,000 characters": "code,title\n1," + "x" * 200_000,
    "a first row of 200,000 characters": "x" * 200_000,
    "a million columns": "a," * 1_000_000,
    "a quote that is not closed": 'code,text\n"1,2',
    "nothing in a cell": "code,text\n\0,2",
    "a column that moves the cursor": "code,\x1b[2J\n1,2",
    "a code without end": "code,text\n" + "9" * 100_000 + ",x\n",
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("read", [seq.CARCS.with_codes, seq.CARCS.with_texts, seq.STEPS.with_rules])
def test_a_table_made_to_take_for_ever_is_refused_at_once(
    read: Callable[[Path], Any], name: str, tmp_path: Path
) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(TABLES[name], "utf-8")

    with pytest.raises(seq.InvalidTable) as caught:
        read(path)

    text = str(caught.value).removeprefix(str(path))
    assert len(text) < 400
    assert text.isprintable()


@pytest.mark.slow
def test_the_command_line_says_it_in_one_line() -> None:
    for amount in ("1e999999999", "9" * 5_000, "\x1b[2J\n1"):
        done = subprocess.run(
            [sys.executable, "-m", "sequestration", "reduce", amount, "--on", "2024-01-01"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert done.stderr.strip().isprintable()


@pytest.mark.parametrize("call", ["add_reduction", "add_back"])
@pytest.mark.parametrize(
    "amount", [name for name in AMOUNTS if isinstance(AMOUNTS[name], Decimal) and "signals" not in name]
)
def test_a_cell_of_a_frame_that_is_no_amount_is_null_and_told(amount: str, call: str) -> None:
    frames = pytest.importorskip("sequestration.frames")
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"money": pandas.Series([AMOUNTS[amount]], dtype=object), "day": [date(2024, 1, 1)]})

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        made = getattr(frames, call)(
            table, on="day", into="found", **{"payable" if call == "add_reduction" else "paid": "money"}
        )

    fits = amount in FITTING or amount.startswith("no number")  # what is missing is null and no mistake
    assert made.iloc[0, -1] is None or fits
    assert bool(told) or fits
