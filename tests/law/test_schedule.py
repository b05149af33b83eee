"""Schedules: the strict loader, round trips, look-up by date, what-if, mostly on the example schedule of the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration._law.periods import percent
from tests.schedules import EXAMPLE, PeriodRow
from tests.schedules import rows_of as rows

SCHEDULES = [EXAMPLE, seq.MEDICARE_FFS, seq.MEDICARE_ADVANTAGE, seq.NONDEFENSE_MANDATORY]
BY_NAME = [pytest.param(schedule, id=schedule.name) for schedule in SCHEDULES]
ONE_DAY = timedelta(days=1)

PERIODS: list[PeriodRow] = [
    (None, "2010-12-31", "0", "ordered"),
    ("2011-01-01", "2016-06-30", "0.03", "ordered"),
    ("2016-07-01", "2018-12-31", "0", "ordered"),
    ("2019-01-01", "2019-03-31", "0.015", "ordered"),
    ("2019-04-01", "2025-12-31", "0.03", "ordered"),
    ("2026-01-01", "2029-09-30", "0.03", "enacted"),
    ("2029-10-01", "2030-06-30", "0.03", "projected"),
    ("2030-07-01", None, "0", "projected"),
]
"""The periods of the example schedule."""


def test_the_example_has_exactly_these_periods() -> None:
    assert rows(EXAMPLE) == PERIODS
    assert (EXAMPLE.name, EXAMPLE.title) == ("example", "Example schedule")


def test_the_rate_changes_on_these_days_and_not_where_only_the_status_does() -> None:
    changes = ["2011-01-01", "2016-07-01", "2019-01-01", "2019-04-01", "2030-07-01"]

    assert [str(day) for day in EXAMPLE.changes] == changes


def test_settled_until_the_day_before_the_first_projection() -> None:
    assert str(EXAMPLE.settled_until) == "2029-09-30"
    assert repr(EXAMPLE) == "<RateSchedule example: 8 periods, settled until 2029-09-30, verified on 2024-05-06>"
    assert not EXAMPLE.period_on("2029-09-30").projected
    assert EXAMPLE.period_on("2029-10-01").projected


def test_a_projected_period_says_so() -> None:
    period = EXAMPLE.period_on("2029-12-31")
    reduction = seq.expected_reduction("40", on="2029-12-31", schedule=EXAMPLE)

    assert period.projected
    assert str(period) == "3% from Oct 1, 2029 to Jun 30, 2030 (projected)"
    assert reduction.projected
    assert str(reduction).endswith("(projected from Oct 1, 2029 to Jun 30, 2030)")
    assert str(EXAMPLE).count(" projected\n") == 2


def test_a_settled_period_does_not() -> None:
    reduction = seq.expected_reduction("40", on="2029-09-30", schedule=EXAMPLE)

    assert not reduction.projected
    assert "projected" not in str(reduction)


# Look-up.


@pytest.mark.parametrize("schedule", BY_NAME)
def test_both_ends_of_a_period_are_inside(schedule: seq.RateSchedule) -> None:
    for period in schedule.periods:
        for day in (period.first_day, period.last_day):
            if day is not None:
                assert schedule.period_on(day) is period
                assert schedule.rate_on(day) == period.rate
                assert period.covers(day)
        if period.first_day is not None:
            assert not period.covers(period.first_day - ONE_DAY)
        if period.last_day is not None:
            assert not period.covers(period.last_day + ONE_DAY)


def test_the_calendar_has_no_day_without_a_rate() -> None:
    assert EXAMPLE.rate_on(date.min) == 0
    assert EXAMPLE.rate_on(date.max) == 0


def test_a_rate_in_words() -> None:
    assert [percent(Decimal(rate)) for rate in ("0.02", "0.0592", "0", "1", "0.1", "1E-7")] == [
        "2%",
        "5.92%",
        "0%",
        "100%",
        "10%",
        "0.00001%",
    ]


def test_a_period_in_words() -> None:
    shown = [str(period) for period in EXAMPLE.periods]

    assert shown[0] == "0% through Dec 31, 2010 (ordered)"
    assert shown[3] == "1.5% from Jan 1 to Mar 31, 2019 (ordered)"
    assert shown[-1] == "0% from Jul 1, 2030 (projected)"
    assert str(seq.RateSchedule.from_records([record()]).periods[0]) == "2% on every day (ordered)"


def test_a_period_as_it_is_made() -> None:
    assert repr(EXAMPLE.periods[1]) == (
        "RatePeriod(first_day=datetime.date(2011, 1, 1), last_day=datetime.date(2016, 6, 30), rate=Decimal('0.03'), "
        "status='ordered', authorities=<2 authorities>, verified_on=datetime.date(2024, 5, 6), note='', "
        "newest_source=None)"
    )


# Records.


def record(**changes: object) -> dict[str, Any]:
    """A good record of a period without bounds, with some keys changed, or left out where None is given."""
    good: dict[str, Any] = {
        "rate": "0.02",
        "status": "ordered",
        "authorities": [{"citation": "our contract", "says": "two percent"}],
        "verified_on": "2026-11-23",
    }
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


@pytest.mark.parametrize("schedule", BY_NAME)
def test_records_come_back_the_same(schedule: seq.RateSchedule) -> None:
    records = json.loads(json.dumps(schedule.to_records()))
    again = seq.RateSchedule.from_records(records, name=schedule.name)

    assert again.periods == schedule.periods
    assert again.to_records() == schedule.to_records()


def test_records_hold_plain_values() -> None:
    assert EXAMPLE.to_records()[1] == {
        "first_day": "2011-01-01",
        "last_day": "2016-06-30",
        "rate": "0.03",
        "status": "ordered",
        "authorities": [
            {
                "citation": "Example Budget Act, PL 901-1",
                "says": "takes three percent from 2011 on",
                "url": "",
                "status": "read",
            },
            {
                "citation": "example order of 2010-12-01",
                "says": "carries it out",
                "url": "https://example.org/order",
                "status": "read",
            },
        ],
        "verified_on": "2024-05-06",
        "newest_source": None,
        "note": "",
    }


def test_dates_and_decimals_are_records_too() -> None:
    schedule = seq.RateSchedule.from_records(
        [
            record(rate=Decimal("0.015"), last_day=date.fromisoformat("2019-12-31")),
            record(rate=0, first_day="20200101", note="none agreed", status=seq.RateStatus.ENACTED),
        ]
    )

    assert schedule.name == "custom"
    assert schedule.rate_on("2019-12-31") == Decimal("0.015")
    assert schedule.period_on("2020-01-01").rate == 0
    assert schedule.period_on("2020-01-01").note == "none agreed"
    assert schedule.period_on("2020-01-01").status is seq.RateStatus.ENACTED


@pytest.mark.parametrize("rate", ["0.0000001", "0.0123456789012345678901234567", "1", ".5", Decimal("1E-9")])
def test_a_small_or_long_rate_comes_back_the_same(rate: Decimal | str) -> None:
    schedule = seq.RateSchedule.from_records([record(rate=rate)])

    assert schedule.periods[0].rate == Decimal(rate)
    assert seq.RateSchedule.from_records(schedule.to_records()).periods == schedule.periods


def test_a_schedule_where_nothing_is_projected_is_settled_until_further_notice() -> None:
    schedule = seq.RateSchedule.from_records([record()], name="ours")

    assert schedule.settled_until is None
    assert repr(schedule) == ("<RateSchedule ours: 1 periods, settled until further notice, verified on 2026-11-23>")


def test_a_schedule_was_verified_when_its_oldest_period_was() -> None:
    schedule = seq.RateSchedule.from_records(
        [record(last_day="2019-12-31", verified_on="2020-02-03"), record(first_day="2020-01-01")]
    )

    assert str(schedule.verified_on) == "2020-02-03"


# What the loader refuses. One table for both ways in: the records of a schedule, and what is said of them.

EARLY = record(last_day="2019-12-31")
REFUSED_RECORDS = [
    pytest.param([], "a schedule needs at least one period", id="empty"),
    pytest.param([EARLY, record(first_day="2020-01-02")], "period 2: gap between 2019-12-31 and first_day", id="gap"),
    pytest.param(
        [EARLY, record(first_day="2019-12-31")],
        "period 2: first_day 2019-12-31 overlaps the previous period",
        id="overlap",
    ),
    pytest.param(
        [EARLY, record(first_day="2018-01-01", last_day="2018-12-31"), record(first_day="2020-01-01")],
        "period 2: first_day 2018-01-01 overlaps",
        id="order",
    ),
    pytest.param(
        [EARLY, record(first_day="2020-01-01", last_day="2019-06-30"), record(first_day="2019-07-01")],
        "period 2: last_day 2019-06-30 is before first_day 2020-01-01",
        id="backwards",
    ),
    pytest.param(
        [record(first_day="2013-04-01")], ("period 1: the first period must not have a first_day"), id="first bound"
    ),
    pytest.param([EARLY], "period 1: the last period must not have a last_day", id="last bound"),
    pytest.param(
        [EARLY, record()], "period 2: first_day or the last_day of the previous period is missing", id="inner"
    ),
    pytest.param([record(), record(first_day="2020-01-01")], "period 2: first_day or the last_day of", id="inner end"),
    pytest.param([record(rates="0.02")], "period 1: unknown key rates. Use: authorities, first_day", id="key"),
    pytest.param([record(rate=None)], "period 1: the key rate is missing", id="no rate"),
    pytest.param([record(status=None)], "period 1: the key status is missing", id="no status"),
    pytest.param([record(verified_on=None)], "period 1: the key verified_on is missing", id="never verified"),
    pytest.param(
        [record(authorities=None)],
        "period 1: the key authorities is missing. Every rate needs a source",
        id="no source",
    ),
    pytest.param(
        [record(authorities=[])], "period 1: the key authorities is missing. Every rate needs a source", id="no sources"
    ),
    pytest.param([record(rate="1.01")], "period 1: rate must be a share between 0 and 1, not '1.01'", id="above 1"),
    pytest.param([record(rate="2")], "period 1: rate must be a share between 0 and 1", id="percent"),
    pytest.param([record(rate=2)], "period 1: rate must be a share between 0 and 1", id="whole"),
    pytest.param([record(rate="-0.02")], "period 1: rate must be a share between 0 and 1", id="negative"),
    pytest.param([record(rate="")], "period 1: rate must be a share between 0 and 1, not ''", id="no text"),
    pytest.param([record(rate="2e-2")], "period 1: rate must be a share between 0 and 1, not '2e-2'", id="exponent"),
    pytest.param([record(rate="0.0_2")], "period 1: rate must be a share between 0 and 1", id="underscore"),
    pytest.param(
        [record(rate="\uff10.\uff10\uff12")], "period 1: rate must be a share between 0 and 1", id="full width"
    ),
    pytest.param([record(rate="2%")], "period 1: rate must be a share between 0 and 1, not '2%'", id="sign"),
    pytest.param([record(rate="0." + "1" * 29)], "period 1: rate must be a share between 0 and 1", id="long"),
    pytest.param(
        [record(rate=0.02)], r'period 1: rate must be a number in quotes, such as "0.02", not 0.02', id="float"
    ),
    pytest.param([record(rate=True)], "period 1: rate must be a number in quotes", id="bool"),
    pytest.param([record(rate=[])], "period 1: rate must be a number in quotes", id="list"),
    pytest.param(
        [record(status="planned")], "period 1: status must be one of ordered, enacted, projected", id="status"
    ),
    pytest.param([record(status=1)], "period 1: status must be one of ordered, enacted, projected", id="status type"),
    pytest.param(
        [record(last_day="2022-13-01")], "period 1: last_day: '2022-13-01' is not a valid date", id="bad date"
    ),
    pytest.param([record(last_day="")], "period 1: last_day: '' is not a valid date", id="no date"),
    pytest.param([record(first_day=2020)], "period 1: first_day: a date must be a datetime.date or text", id="year"),
    pytest.param(
        [record(verified_on="yesterday")], "period 1: verified_on: 'yesterday' is not a valid date", id="yesterday"
    ),
    pytest.param([record(note=5)], "period 1: note must be text", id="note"),
    pytest.param([record(authorities="the law")], "period 1: authorities must be a list of tables", id="sources text"),
    pytest.param([record(authorities={})], "period 1: authorities must be a list of tables", id="sources table"),
    pytest.param(
        [record(authorities=["the law"])], "period 1: authority 1: an authority must be a table", id="source text"
    ),
    pytest.param(
        [record(authorities=[{"citation": "2 U.S.C. 901a"}])], "period 1: authority 1: says must be text", id="says"
    ),
    pytest.param([record(authorities=[{"says": "so"}])], "period 1: authority 1: citation must be text", id="citation"),
    pytest.param(
        [record(authorities=[{"citation": " ", "says": "so"}])], "authority 1: citation must be text", id="blank"
    ),
    pytest.param(
        [record(authorities=[{"citation": "a", "says": "b", "page": "1"}])],
        "period 1: authority 1: unknown key page. Use: citation, says, status, url",
        id="key of a source",
    ),
    pytest.param(
        [record(authorities=[{"citation": "a", "says": "b", "status": "guessed"}])],
        "authority 1: status must be one of read, reported, not 'guessed'",
        id="status of a source",
    ),
    pytest.param(
        [record(newest_source="soon")], "period 1: newest_source: 'soon' is not a valid date", id="newest source"
    ),
    pytest.param(
        [record(authorities=[{"citation": "a", "says": "b", "url": 1}])], "authority 1: url must be text", id="url"
    ),
]


@pytest.mark.parametrize(("records", "says"), REFUSED_RECORDS)
def test_records_that_break_a_rule_are_refused(records: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(seq.InvalidSchedule) as caught:
        seq.RateSchedule.from_records(records, name="ours")

    assert str(caught.value).startswith("ours: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(("records", "says"), REFUSED_RECORDS[1:])
def test_a_file_that_breaks_a_rule_is_refused_by_name(records: list[dict[str, Any]], says: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('name = "ours"\n' + "".join(f"[[period]]\n{toml_of(record)}" for record in records), "utf-8")

    with pytest.raises(seq.InvalidSchedule) as caught:
        seq.RateSchedule.from_toml(file)

    assert str(caught.value).startswith(f"{file}: ")
    assert says in str(caught.value)


def toml_of(values: dict[str, Any]) -> str:
    return "".join(f"{key} = {inline(value)}\n" for key, value in values.items())


def inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(inner) for inner in value) + "]"
    return json.dumps(value)


@pytest.mark.parametrize("rate", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-0.01"), Decimal(2)])
def test_a_decimal_that_is_no_share_is_refused(rate: Decimal) -> None:
    with pytest.raises(seq.InvalidSchedule, match="period 1: rate must be a share between 0 and 1"):
        seq.RateSchedule.from_records([record(rate=rate)])


def test_a_rate_has_only_so_many_places() -> None:
    with pytest.raises(seq.InvalidSchedule, match="period 1: rate has more than 28 decimal places"):
        seq.RateSchedule.from_records([record(rate=Decimal("1E-29"))])


@pytest.mark.parametrize("wrong", ["period", 5, None, ["rate"]])
def test_a_record_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(seq.InvalidSchedule, match="custom: period 1: a period must be a table of keys and values"):
        seq.RateSchedule.from_records([wrong])


# Files.

GOOD = """\
name = "ours"
title = "What our contracts say"
verified_on = 2026-11-01

[[period]]
last_day = 2019-12-31
rate = "0"
status = "ordered"
authorities = [{ citation = "contract of 2019", says = "no cut" }]

[[period]]
first_day = 2020-01-01
rate = "0.015"
status = "enacted"
verified_on = 2026-11-20
note = "until the next contract"

[[period.authorities]]
citation = "contract of 2020"
says = "one and a half percent"
url = "https://example.org/contract"
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], seq.RateSchedule]:
    def load_text(text: str | bytes) -> seq.RateSchedule:
        content = text.encode() if isinstance(text, str) else text
        (tmp_path / "ours.toml").write_bytes(content)
        return seq.RateSchedule.from_toml(tmp_path / "ours.toml")

    return load_text


Load = Callable[[str | bytes], seq.RateSchedule]


def test_a_file_of_ones_own(load: Load) -> None:
    schedule = load(GOOD)

    assert (schedule.name, schedule.title) == ("ours", "What our contracts say")
    assert rows(schedule) == [(None, "2019-12-31", "0", "ordered"), ("2020-01-01", None, "0.015", "enacted")]
    assert schedule.periods[1].authorities == (
        seq.Authority("contract of 2020", "one and a half percent", "https://example.org/contract"),
    )
    assert [str(period.verified_on) for period in schedule.periods] == ["2026-11-01", "2026-11-20"]
    assert schedule.periods[1].note == "until the next contract"
    assert seq.expected_reduction("100", on="2024-01-01", schedule=schedule).amount == Decimal("1.50")
    assert str(schedule).startswith("What our contracts say\n")


def test_line_ends_of_windows_are_fine(load: Load) -> None:
    assert load(GOOD.replace("\n", "\r\n")) == load(GOOD)


def test_a_path_may_be_text(load: Load, tmp_path: Path) -> None:
    schedule = load(GOOD)

    assert seq.RateSchedule.from_toml(str(tmp_path / "ours.toml")) == schedule


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param('title = "', 'name = "', "Cannot overwrite a value", id="duplicate key"),
        pytest.param('rate = "0"\n', 'rate = "0"\nrate = "0.01"\n', "Cannot overwrite a value", id="duplicate rate"),
        pytest.param("title", "heading", "unknown key heading. Use: authorities, based_on, name", id="unknown key"),
        pytest.param('name = "ours"\n', "", "name must be text", id="no name"),
        pytest.param('"ours"', "5", "name must be text", id="name"),
        pytest.param('"ours"', '" "', "name must be text", id="blank name"),
        pytest.param('"What our contracts say"', "[]", "title must be text", id="title"),
        pytest.param("verified_on = 2026-11-01\n", "", "period 1: the key verified_on is missing", id="never verified"),
        pytest.param("2026-11-01", '"soon"', "verified_on: 'soon' is not a valid date", id="verified on"),
        pytest.param("2026-11-01", '2026-11-01\nnewest_source = "soon"', "newest_source: 'soon' is not", id="newest"),
        pytest.param('rate = "0.015"', "rate = 0.015", "period 2: rate must be a number in quotes", id="float"),
        pytest.param('rate = "0.015"', "rate = nan", "period 2: rate must be a number in quotes", id="nan"),
        pytest.param("2020-01-01", "2020-01-02", "ours: period 2: gap between 2019-12-31", id="gap"),
        pytest.param("2020-01-01", "2019-12-31", "ours: period 2: first_day 2019-12-31 overlaps", id="overlap"),
        pytest.param(
            "2020-01-01", "2020-01-01T12:00:00", "period 2: first_day: 2020-01-01 12:00:00 has a time of day", id="noon"
        ),
        pytest.param("2020-01-01", "2020-01-01T00:00:00Z", "period 2: first_day: 2020-01-01", id="time zone"),
        pytest.param("2020-01-01", "12:00:00", "period 2: first_day: a date must be", id="time"),
        pytest.param("2020-01-01", "2020-13-01", "Expected newline or end of document", id="no month"),
        pytest.param("first_day = 2020-01-01\n", "", "ours: period 2: first_day or the last_day of", id="no bound"),
        pytest.param("[[period.authorities]]", "[[period.authority]]", "period 2: unknown key authority", id="table"),
        pytest.param('"enacted"', '"Enacted"', "period 2: status must be one of ordered, enacted", id="status"),
    ],
)
def test_a_file_with_one_mistake(old: str, new: str, says: str, load: Load, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(seq.InvalidSchedule) as caught:
        load(GOOD.replace(old, new, 1))

    assert str(caught.value).startswith(f"{tmp_path / 'ours.toml'}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "name must be text", id="empty"),
        pytest.param(b'name = "ours"\n', r"no [[period]] found", id="no period"),
        pytest.param(b'name = "ours"\nperiod = []\n', "no [[period]] found", id="empty list"),
        pytest.param(b'name = "ours"\nperiod = "always"\n', "no [[period]] found", id="period is text"),
        pytest.param(
            b'name = "ours"\nperiod = ["always"]\n', ("period 1: a period must be a table"), id="period of text"
        ),
        pytest.param(b'name = "ours"\n[period]\nrate = "0"\n', "no [[period]] found", id="one table"),
        pytest.param(b'name = "\xff"\n', "the file is not UTF-8 text", id="latin"),
        pytest.param('name = "ours"\n'.encode("utf-16"), "the file is not UTF-8 text", id="utf-16"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "the file is not UTF-8 text", id="picture"),
        pytest.param(b"name = ours\n", "Invalid value", id="no toml"),
        pytest.param(b'{"name": "ours"}', "Invalid statement", id="json"),
        pytest.param(b'name = "ours"\nauthorities = "the law"\n', "authorities must be a list of tables", id="sources"),
    ],
)
def test_a_file_that_is_no_schedule(content: bytes, says: str, load: Load, tmp_path: Path) -> None:
    with pytest.raises(seq.InvalidSchedule) as caught:
        load(content)

    assert str(caught.value).startswith(f"{tmp_path / 'ours.toml'}: ")
    assert says in str(caught.value)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        seq.RateSchedule.from_toml(tmp_path / "none.toml")


def test_sources_of_the_file_stand_for_all_its_periods(load: Load) -> None:
    shared = '[[authorities]]\ncitation = "our board"\nsays = "agreed"\n'
    bare = GOOD.split("[[period.authorities]]", maxsplit=1)[0].replace(
        'authorities = [{ citation = "contract of 2019", says = "no cut" }]\n', ""
    )

    with pytest.raises(seq.InvalidSchedule, match="period 1: the key authorities is missing"):
        load(bare)
    assert [period.authorities for period in load(bare + shared).periods] == [
        (seq.Authority("our board", "agreed"),)
    ] * 2


BASED = """\
name = "plan"
based_on = "base.toml"
authorities = [{ citation = "the plan's letter", says = "as the law does" }]
"""


def test_a_file_based_on_another(load: Load, tmp_path: Path) -> None:
    base = load(GOOD)
    (tmp_path / "ours.toml").rename(tmp_path / "base.toml")
    schedule = load(BASED)

    assert (schedule.name, schedule.title) == ("plan", "")
    assert rows(schedule) == rows(base)
    assert [period.authorities[-1].citation for period in schedule.periods] == ["the plan's letter"] * 2
    assert schedule.periods[0].authorities[0] == base.periods[0].authorities[0]
    assert [period.verified_on for period in schedule.periods] == [period.verified_on for period in base.periods]


def test_what_is_based_on_another_was_verified_when_the_older_of_both_was(load: Load, tmp_path: Path) -> None:
    load(GOOD)
    (tmp_path / "ours.toml").rename(tmp_path / "base.toml")
    schedule = load(BASED + "verified_on = 2026-11-10\n")

    assert [str(period.verified_on) for period in schedule.periods] == ["2026-11-01", "2026-11-10"]
    assert schedule.newest_source is None


def test_what_is_based_on_another_has_heard_what_either_has(load: Load, tmp_path: Path) -> None:
    load(GOOD.replace("verified_on = 2026-11-01", "verified_on = 2026-11-01\nnewest_source = 2026-04-02"))
    (tmp_path / "ours.toml").rename(tmp_path / "base.toml")

    assert str(load(BASED).newest_source) == "2026-04-02"
    assert str(load(BASED + "newest_source = 2026-03-01\n").newest_source) == "2026-04-02"
    assert str(load(BASED + "newest_source = 2026-05-01\n").newest_source) == "2026-05-01"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(BASED + '[[period]]\nrate = "0"\n', "use either based_on or period, not both", id="both"),
        pytest.param(BASED.replace("base.", "ours."), "ours.toml, which is itself based on another", id="itself"),
        pytest.param(BASED.replace('"base.toml"', "5"), "based_on must be text", id="number"),
        pytest.param(
            BASED.replace("base.", "../base."), "a file in the same folder, not '../base.toml'", id="elsewhere"
        ),
        pytest.param(BASED.replace("base.", "/base."), "a file in the same folder", id="absolute"),
    ],
)
def test_a_base_that_is_refused(text: str, says: str, load: Load, tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(GOOD, "utf-8")

    with pytest.raises(seq.InvalidSchedule) as caught:
        load(text)

    assert str(caught.value).startswith(f"{tmp_path / 'ours.toml'}: ")
    assert says in str(caught.value)


def test_a_base_that_breaks_a_rule_is_named_itself(load: Load, tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(GOOD.replace("2020-01-01", "2020-02-01"), "utf-8")

    with pytest.raises(seq.InvalidSchedule, match=r"^base\.toml: ours: period 2: gap between"):
        load(BASED)

    (tmp_path / "base.toml").write_text("a = = 1", "utf-8")
    with pytest.raises(seq.InvalidSchedule, match=r"^base\.toml: "):
        load(BASED)


def test_a_base_that_is_not_there_is_an_os_error(load: Load) -> None:
    with pytest.raises(FileNotFoundError):
        load(BASED)


# What-if.


@pytest.mark.parametrize(("stacking", "rate"), [("add", "0.07"), ("compound", "0.0688"), ("replace", "0.04")])
def test_stacking(stacking: str, rate: str) -> None:
    schedule = EXAMPLE.what_if(
        first_day="2024-04-01", last_day="2025-03-31", rate="0.04", stacking=seq.Stacking(stacking)
    )

    assert schedule.rate_on("2024-04-01") == Decimal(rate)
    assert schedule.rate_on("2025-03-31") == Decimal(rate)
    assert schedule == EXAMPLE.what_if(first_day="2024-04-01", last_day="2025-03-31", rate="0.04", stacking=stacking)


def test_what_if_adds_unless_told_otherwise() -> None:
    assert EXAMPLE.what_if(first_day="2024-04-01", rate="0.04").rate_on("2024-04-01") == Decimal("0.07")


def test_what_if_splits_a_period_at_both_ends() -> None:
    schedule = EXAMPLE.what_if(first_day="2024-04-01", last_day="2024-12-31", rate="0.04")

    assert rows(schedule) == [
        *PERIODS[:4],
        ("2019-04-01", "2024-03-31", "0.03", "ordered"),
        ("2024-04-01", "2024-12-31", "0.07", "what-if"),
        ("2025-01-01", "2025-12-31", "0.03", "ordered"),
        *PERIODS[5:],
    ]


def test_what_if_over_several_periods_keeps_their_bounds() -> None:
    schedule = EXAMPLE.what_if(first_day="2018-01-01", last_day="2019-12-31", rate="0.04")

    assert rows(schedule) == [
        *PERIODS[:2],
        ("2016-07-01", "2017-12-31", "0", "ordered"),
        ("2018-01-01", "2018-12-31", "0.04", "what-if"),
        ("2019-01-01", "2019-03-31", "0.055", "what-if"),
        ("2019-04-01", "2019-12-31", "0.07", "what-if"),
        ("2020-01-01", "2025-12-31", "0.03", "ordered"),
        *PERIODS[5:],
    ]


def test_what_if_of_whole_periods_splits_none() -> None:
    schedule = EXAMPLE.what_if(first_day="2019-01-01", last_day="2019-03-31", rate="0.02", stacking="replace")

    assert rows(schedule) == [*PERIODS[:3], ("2019-01-01", "2019-03-31", "0.02", "what-if"), *PERIODS[4:]]


@pytest.mark.parametrize("last_day", [None, "9999-12-31"])
def test_what_if_without_an_end(last_day: str | None) -> None:
    schedule = EXAMPLE.what_if(first_day="2030-01-01", last_day=last_day, rate="0.04")

    assert rows(schedule) == [
        *PERIODS[:6],
        ("2029-10-01", "2029-12-31", "0.03", "projected"),
        ("2030-01-01", "2030-06-30", "0.07", "what-if"),
        ("2030-07-01", None, "0.04", "what-if"),
    ]


def test_what_if_on_every_day_of_the_calendar() -> None:
    schedule = EXAMPLE.what_if(first_day=date.min, last_day=date.max, rate="0", stacking="replace")

    assert rows(schedule) == [(first, last, "0", "what-if") for first, last, _, _ in PERIODS]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_what_if_on_the_calendar_s_first_or_last_day_alone(day: date) -> None:
    schedule = EXAMPLE.what_if(first_day=day, last_day=day, rate="0.04")

    assert schedule.rate_on(day) == Decimal("0.04")
    assert [period for period in schedule.periods if period.status == "what-if"] == [schedule.period_on(day)]
    assert len(schedule.periods) == len(PERIODS) + 1


def test_what_if_leaves_what_is_outside_as_it_was() -> None:
    schedule = EXAMPLE.what_if(first_day="2024-04-01", last_day="2024-12-31", rate="0.04")

    assert schedule.period_on("2029-10-01") == EXAMPLE.period_on("2029-10-01")
    assert schedule.period_on("2024-03-31").authorities == EXAMPLE.period_on("2024-03-31").authorities
    assert schedule.settled_until == EXAMPLE.settled_until
    assert rows(EXAMPLE) == PERIODS


def test_what_if_says_that_it_is_one() -> None:
    schedule = EXAMPLE.what_if(
        first_day="2024-04-01", last_day="2025-03-31", rate="0.04", stacking="compound", note="PAYGO"
    )
    period = schedule.period_on("2024-04-01")

    assert period.note == "PAYGO"
    assert period.authorities[:-1] == EXAMPLE.period_on("2024-04-01").authorities
    assert str(period.authorities[-1]) == "what-if: assumed rate: 4%, stacking compound"
    assert str(period) == "6.88% from Apr 1, 2024 to Mar 31, 2025 (what-if)"
    assert not period.projected
    assert (schedule.name, schedule.title) == ("example what-if", EXAMPLE.title)
    assert seq.RateSchedule.from_records(schedule.to_records()).periods == schedule.periods


def test_what_if_of_projected_days_says_that_the_law_s_own_rate_is_projected() -> None:
    projected = "the law's own rate for these days is projected"
    bare = EXAMPLE.what_if(first_day="2029-01-01", last_day="2029-12-31", rate="0.04")
    noted = EXAMPLE.what_if(first_day="2029-12-01", rate="0.04", note="PAYGO")

    assert [bare.period_on(day).note for day in ("2029-01-01", "2029-12-31")] == ["", projected]
    assert noted.period_on("2029-12-01").note == f"PAYGO; {projected}"


@pytest.mark.parametrize(("first_day", "last_day"), [("2019-03-31", "2019-04-01"), ("2018-12-31", "2019-01-01")])
def test_what_if_takes_the_last_day_of_a_period_and_the_first_of_the_next(first_day: str, last_day: str) -> None:
    schedule = EXAMPLE.what_if(first_day=first_day, last_day=last_day, rate="0.5", stacking="replace")

    assert [str(schedule.rate_on(day)) for day in (first_day, last_day)] == ["0.5", "0.5"]
    assert len(schedule.periods) == len(EXAMPLE.periods) + 2


def test_what_if_upon_what_if() -> None:
    schedule = EXAMPLE.what_if(first_day="2024-04-01", last_day="2025-03-31", rate="0.04")
    again = schedule.what_if(first_day="2024-04-01", last_day="2024-12-31", rate="0.01", stacking="replace")

    assert [str(again.rate_on(day)) for day in ("2024-03-31", "2024-04-01", "2024-12-31", "2025-01-01")] == [
        "0.03",
        "0.01",
        "0.01",
        "0.07",
    ]


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        (
            {"rate": "0.98"},
            seq.InvalidSchedule,
            "example: what-if: rate must be a share between 0 and 1, not '1.01'",
        ),
        (
            {"rate": "1.5"},
            seq.InvalidSchedule,
            "example: what-if: rate must be a share between 0 and 1, not '1.5'",
        ),
        ({"rate": 0.04}, seq.InvalidSchedule, 'rate must be a number in quotes, such as "0.02", not 0.04'),
        ({"rate": Decimal("0." + "1" * 70)}, seq.InvalidSchedule, "rate has more than 28 decimal places"),
        (
            {"stacking": "multiply"},
            seq.InvalidSchedule,
            "example: what-if: stacking must be one of add, compound, replace, not 'multiply'",
        ),
        ({"last_day": "2024-03-31"}, seq.InvalidDate, "last_day 2024-03-31 is before first_day 2024-04-01"),
        ({"last_day": "2024-13-31"}, seq.InvalidDate, "No such day exists"),
        ({"first_day": None}, seq.InvalidDateType, "not NoneType"),
    ],
)
def test_a_what_if_that_cannot_be(options: dict[str, Any], kind: type[Exception], says: str) -> None:
    with pytest.raises(kind) as caught:
        EXAMPLE.what_if(**{"first_day": "2024-04-01", "rate": "0.04", **options})

    assert says in str(caught.value)


def test_rates_that_make_the_whole_may_stack_to_it() -> None:
    schedule = EXAMPLE.what_if(first_day="2024-04-01", last_day="2025-03-31", rate="0.97")

    assert seq.expected_reduction("40", on="2024-04-01", schedule=schedule).payment == 0


def test_how_current_the_facts_are() -> None:
    last = str(EXAMPLE).splitlines()[-1]

    assert last == "settled through Sep 30, 2029; projected from Oct 1, 2029; last checked May 6, 2024"


def test_what_was_last_heard_is_the_newest_of_all_periods() -> None:
    heard = [record(last_day="2019-12-31", newest_source="2020-02-03"), record(first_day="2020-01-01")]
    schedule = seq.RateSchedule.from_records(heard)

    assert str(schedule.newest_source) == "2020-02-03"
    assert schedule.periods[1].newest_source is None
    assert schedule.how_current.endswith("last checked Nov 23, 2026; newest source Feb 3, 2020")
    assert repr(schedule).endswith("verified on 2026-11-23, newest source 2020-02-03>")
    assert EXAMPLE.newest_source is None
    assert seq.RateSchedule.from_records(schedule.to_records()).newest_source == schedule.newest_source


def test_an_authority_is_read_or_reported() -> None:
    known = {"citation": "PL 999-1", "says": "ends it (a letter)"}
    schedule = seq.RateSchedule.from_records([record(authorities=[known, {**known, "status": "reported"}])])
    read, reported = schedule.periods[0].authorities

    assert (read.status, reported.status) == (seq.AuthorityStatus.READ, seq.AuthorityStatus.REPORTED)
    assert (read.reported, reported.reported) == (False, True)
    assert str(reported) == "PL 999-1 (reported): ends it (a letter)"
    assert repr(reported).endswith("status='reported')")
    assert "PL 999-1 (reported)" in reported._repr_html_()
    assert seq.RateSchedule.from_records(schedule.to_records()).periods == schedule.periods


def test_what_is_projected_is_told_in_one_piece_or_several() -> None:
    assumed = EXAMPLE.what_if(first_day="2030-02-01", last_day="2030-02-28", rate="0.04")
    settled = seq.RateSchedule.from_records([{**EXAMPLE.to_records()[0], "last_day": None}], name="settled")

    assert "projected from Oct 1, 2029 to Jan 31, 2030 and from Mar 1, 2030;" in assumed.how_current
    until_2040 = EXAMPLE.what_if(first_day="2040-01-01", rate="0.04")
    assert "projected from Oct 1, 2029 to Dec 31, 2039;" in until_2040.how_current
    assert "projected" not in settled.how_current


@pytest.mark.parametrize("content", ["a = " + "[" * 100_000, "a = " + "1" * 5_000, "a = 2026-13-45", "a = 1\na = 2"])
def test_whatever_toml_does_not_take_names_its_file(content: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(content, "utf-8")

    with pytest.raises(seq.InvalidSchedule, match=r"ours\.toml: "):
        seq.RateSchedule.from_toml(path)


def test_a_period_made_by_hand_is_checked_too() -> None:
    period = EXAMPLE.periods[1]

    assert attrs.evolve(period, rate=Decimal(1)).ratio == (1, 1)
    for wrong in (Decimal("1.01"), Decimal("NaN")):
        with pytest.raises(seq.InvalidSchedule, match=r"^a period: rate must be a share between 0 and 1, not"):
            attrs.evolve(period, rate=wrong)
    with pytest.raises(seq.InvalidSchedule, match=r"^a period: rate has more than 28 decimal places$"):
        attrs.evolve(period, rate=Decimal("0E+1"))


def test_a_rate_may_be_a_whole_number() -> None:
    records = EXAMPLE.to_records()

    assert str(seq.RateSchedule.from_records([{**records[0], "rate": 1}, *records[1:]]).rate_on("2000-01-01")) == "1"


@pytest.mark.parametrize(("key", "shown"), [("k" * 40, "k" * 40), ("k" * 41, repr("k" * 40 + "...")), ("a b", "'a b'")])
def test_an_unknown_key_is_shown_as_far_as_it_helps(key: str, shown: str) -> None:
    record = {**EXAMPLE.to_records()[0], key: 1, "zzz": 1}

    with pytest.raises(seq.InvalidSchedule) as caught:
        seq.RateSchedule.from_records([record])
    assert f": unknown key {shown}. Use: authorities, first_day," in str(caught.value)


def test_the_largest_and_deepest_file_that_is_read(load: Load) -> None:
    largest = GOOD + "#" + "." * 200 + "\n"
    largest += "#" * ((1 << 20) - len(largest))

    assert load(largest) == load(GOOD)
    for too_much in (largest + "#", GOOD + "#" + "." * 201):
        with pytest.raises(
            seq.InvalidSchedule, match=r"ours\.toml: the file is too large or too deeply nested for a schedule$"
        ):
            load(too_much)
