"""Last days by regulation, with leap days, ends of years, weekends and federal holidays."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration import deadlines

# As the Office of Personnel Management publishes them: the days that federal offices are closed.
HOLIDAYS = {
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_federal_holidays_as_observed(year: int) -> None:
    assert [f"{day:%m-%d}" for day in deadlines.federal_holidays(year)] == HOLIDAYS[year].split()


def test_juneteenth_began_in_2021() -> None:
    assert not any("Juneteenth" in name for name in deadlines.federal_holidays(2020).values())
    assert deadlines.is_working_day(date(2020, 6, 19))
    assert not deadlines.is_working_day(date(2021, 6, 18))


@pytest.mark.parametrize(
    "service, last_day, moved_from",
    [
        ("2025-03-03", "2026-03-03", None),
        ("2025-03-01", "2026-03-02", "2026-03-01"),  # a Sunday
        ("2025-02-28", "2026-03-02", "2026-02-28"),  # a Saturday
        ("2024-02-29", "2025-02-28", None),  # a leap day's year ends on the last of February
        ("2020-02-29", "2021-03-01", "2021-02-28"),  # the same, and a Sunday
        ("2023-02-28", "2024-02-28", None),
        ("2025-12-31", "2026-12-31", None),
        ("2024-12-25", "2025-12-29", "2025-12-25"),  # Christmas on a Thursday, the Friday closed by order
        ("2023-12-24", "2024-12-26", "2024-12-24"),  # closed by executive order
        ("2024-01-09", "2025-01-10", "2025-01-09"),
        ("2024-12-26", "2025-12-29", "2025-12-26"),
        ("2014-12-24", "2015-12-28", "2015-12-24"),  # half a day
        ("2025-07-03", "2026-07-06", "2026-07-03"),  # Independence Day observed on the Friday before
        ("2020-12-31", "2022-01-03", "2021-12-31"),  # New Year's Day of the next year, observed in this one
        ("2022-01-01", "2023-01-03", "2023-01-01"),  # a Sunday, observed on the Monday after
        ("2010-01-01", "2011-01-03", "2011-01-01"),
    ],
)
def test_timely_filing(service: str, last_day: str, moved_from: str | None) -> None:
    found = seq.deadlines.timely_filing(service)
    assert found.last_day == date.fromisoformat(last_day)
    assert found.moved_from == (date.fromisoformat(moved_from) if moved_from else None)
    assert found.authority.citation == "42 CFR 424.44(a)"


def test_timely_filing_of_an_institutional_bill_runs_from_the_through_date() -> None:
    assert deadlines.timely_filing("2025-03-03", through_date="2025-03-12").last_day == date(2026, 3, 12)
    with pytest.raises(seq.InvalidDate, match="before service_date"):
        deadlines.timely_filing("2025-03-03", through_date="2025-03-02")


def test_timely_filing_says_where_its_rule_begins() -> None:
    with pytest.raises(seq.InvalidDate, match="2010-01-01"):
        deadlines.timely_filing("2009-12-31")


@pytest.mark.parametrize(
    "notice, last_day",
    [
        ("2022-05-15", "2022-09-17"),  # a Saturday, and a contractor's own table leaves it there
        ("2022-08-15", "2022-12-18"),
        ("2020-08-14", "2020-12-17"),
        ("2026-06-01", "2026-10-04"),
        ("2027-10-27", "2028-02-29"),
    ],
)
def test_redetermination(notice: str, last_day: str) -> None:
    found = deadlines.redetermination(notice)
    assert found.last_day == date.fromisoformat(last_day)
    assert found.moved_from is None
    assert found.counted_from == date.fromisoformat(notice) + timedelta(days=5)
    assert found.receipt_presumed


@pytest.mark.parametrize(
    "rule, days, citation",
    [
        ("redetermination", 125, "42 CFR 405.942(a)"),
        ("reconsideration", 185, "42 CFR 405.962(a)"),
        ("hearing", 65, "42 CFR 405.1002(a)"),
        ("council", 65, "42 CFR 405.1102(a)"),
        ("court", 65, "42 CFR 405.1130, 405.1136"),
    ],
)
def test_appeals_count_days_from_presumed_receipt(rule: Any, days: Any, citation: str) -> None:
    found = getattr(deadlines, rule)("2026-01-15")
    assert found.last_day - date(2026, 1, 15) == timedelta(days=days)
    assert (found.rule, found.authority.citation) == (rule, citation)


@pytest.mark.parametrize(
    "rule, last_day",
    [
        ("redetermination", "2026-09-30"),
        ("reconsideration", "2026-11-29"),
        ("hearing", "2026-08-01"),
        ("council", "2026-08-01"),
        ("court", "2026-08-01"),
    ],
)
def test_a_receipt_that_is_known(rule: str, last_day: str) -> None:
    found = getattr(deadlines, rule)("2026-06-01", received_on="2026-06-02")
    assert found.last_day == date.fromisoformat(last_day)
    assert not found.receipt_presumed
    assert "presumed" not in str(found)


def test_a_receipt_before_the_notice_is_refused() -> None:
    with pytest.raises(seq.InvalidDate, match="before the date of the notice"):
        deadlines.redetermination("2026-06-01", received_on="2026-05-31")
    same_day = deadlines.redetermination("2026-06-01", received_on="2026-06-01")
    assert same_day.last_day == date(2026, 9, 29)


@pytest.mark.parametrize(
    "determined, one_year, four_years",
    [("2026-06-01", "2027-06-01", "2030-06-01"), ("2024-02-29", "2025-02-28", "2028-02-29")],
)
def test_reopening(determined: str, one_year: str, four_years: str) -> None:
    assert deadlines.reopening(determined).last_day == date.fromisoformat(one_year)
    assert deadlines.reopening(determined, good_cause=True).last_day == date.fromisoformat(four_years)
    assert "405.986" in deadlines.reopening(determined, good_cause=True).authority.citation


def test_overpayment_and_a_cost_report() -> None:
    assert deadlines.overpayment("2026-06-01").last_day == date(2026, 7, 31)
    assert deadlines.overpayment("2026-06-01", cost_report_due="2026-06-30").last_day == date(2026, 7, 31)
    assert deadlines.overpayment("2026-06-01", cost_report_due="2026-07-31") == deadlines.overpayment("2026-06-01")
    later = deadlines.overpayment("2026-06-01", cost_report_due="2026-11-30")
    assert later.last_day == date(2026, 11, 30)
    assert "(the later of the cost report's due date and 60 days from Jun 1, 2026; " in str(later)


@pytest.mark.parametrize(
    "rule, notice, amount",
    [
        ("hearing", "2026-01-15", "$200 if filed in 2026"),
        ("court", "2026-01-15", "$1,960 if filed in 2026"),
        ("hearing", "2016-01-15", "$150"),
        ("court", "2024-01-15", "$1,840"),
        ("court", "2030-01-15", "not known here for 2030"),
    ],
)
def test_amount_in_controversy(rule: Any, notice: str, amount: str) -> None:
    assert amount in getattr(deadlines, rule)(notice).note


def test_each_says_how_sure_it_is() -> None:
    sure = {
        rule: getattr(deadlines, rule)("2026-01-15").confidence for rule in ("redetermination", "hearing", "council")
    }
    assert sure == {"redetermination": "high", "hearing": "high", "council": "medium"}
    assert deadlines.timely_filing("2026-01-15").confidence is seq.Confidence.HIGH
    assert deadlines.reopening("2026-01-15").confidence is seq.Confidence.MEDIUM
    assert "does not move" in deadlines.redetermination("2026-01-15").moving
    assert "confidence medium" in deadlines.timely_filing("2026-01-15").moving


def test_words() -> None:
    found = deadlines.timely_filing("2025-03-01")
    assert (
        str(found) == "Mar 2, 2026: file the claim (1 year from Mar 1, 2025, moved from Mar 1, 2026; 42 CFR 424.44(a))"
    )
    assert "moved from Mar 1, 2026" in found.to_text()
    assert found.to_text().splitlines()[2] == "  period        1 year"
    assert "Act before it" in deadlines.redetermination("2022-05-15").to_text()
    assert "presumed receipt" in deadlines.redetermination("2022-05-15").to_text()
    assert "moved_from=datetime.date(2026, 3, 1)" in repr(found)
    hearing = deadlines.hearing("2026-06-01")
    assert "(60 days from receipt, presumed Jun 6, 2026; 42 CFR 405.1002(a))" in str(hearing)
    assert hearing.to_dict()["moved_from"] is None
    assert deadlines.council("2026-06-01").to_dict()["note"] == ""
    assert deadlines.redetermination("2026-06-01").to_dict() == {
        "last_day": "2026-10-04",
        "rule": "redetermination",
        "title": "request a redetermination from your MAC",
        "lost": "appeal rights, unless your MAC finds good cause for the delay",
        "authority": "42 CFR 405.942(a)",
        "counted_from": "2026-06-06",
        "receipt_presumed": True,
        "moved_from": None,
        "confidence": "high",
        "note": deadlines.redetermination("2026-06-01").note,
    }
    assert found.to_dict()["moved_from"] == "2026-03-01"


def test_a_passed_day_is_said_to_be_passed() -> None:
    found = deadlines.reopening("2024-03-15")
    assert [found.is_passed(day) for day in ("2025-03-14", "2025-03-15", "2025-03-16")] == [False, False, True]
    assert [found.status(day) for day in ("2025-03-14", "2025-03-15", "2025-03-16", "2020-01-01")] == [
        "1 day left",
        "last day today",
        "passed on Mar 15, 2025",
        "1,900 days left",
    ]
    assert "passed on Mar 15, 2025 as of Mar 16, 2025" in found.to_text(as_of="2025-03-16")
    assert "status" not in found.to_text()
    assert f"lost after it {found.lost}" in " ".join(found.to_text().split())


def test_days_left_and_days_off() -> None:
    found = deadlines.redetermination("2022-05-15")
    assert [found.days_left(day) for day in ("2022-09-16", "2022-09-17", "2022-09-18")] == [1, 0, -1]
    assert found.on_day_off
    assert not deadlines.timely_filing("2025-03-01").on_day_off


def test_values_are_frozen_and_pickle() -> None:
    found = deadlines.reopening("2026-06-01")
    assert isinstance(found, seq.Deadline)
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(found, "last_day", None)  # noqa: B010


@pytest.mark.parametrize("wrong", ["2026-02-30", "1 June 2026", ""])
def test_bad_dates(wrong: str) -> None:
    with pytest.raises(seq.InvalidDate):
        deadlines.redetermination(wrong)


def test_the_end_of_the_calendar() -> None:
    for rule in ("redetermination", "timely_filing", "reopening", "overpayment"):
        with pytest.raises(
            seq.InvalidDate,
            match="No deadline can be counted from 9999-12-31: it is too close to the end of the calendar",
        ):
            getattr(deadlines, rule)(date.max)
    assert deadlines.timely_filing(date(9998, 12, 31)).last_day == date.max


def test_days_closed_by_executive_order() -> None:
    closed = deadlines.federal_closures()
    assert [f"{day}" for day, all_day in closed.items() if not all_day] == ["2015-12-24"]
    assert len(closed) == 11
    assert not any(deadlines.is_working_day(day) for day in closed)
    assert not any(day in deadlines.federal_holidays(day.year) for day in closed)
    assert deadlines.redetermination("2024-08-21").on_day_off  # Dec 24, 2024: appeals do not move
    assert deadlines.redetermination("2024-08-21").moved_from is None


class TestFilingExceptions:
    """42 CFR 424.44(b): through the last day of the sixth month after the month of the notice."""

    @pytest.mark.parametrize("exception", list(deadlines.FilingException))
    def test_six_months_after_the_month_of_the_notice(self, exception: deadlines.FilingException) -> None:
        found = deadlines.timely_filing("2024-01-10", exception=exception, notified_on="2025-03-05")
        assert found.last_day == date(2025, 9, 30)
        assert found.counted_from == date(2025, 3, 5)
        number = list(deadlines.FilingException).index(exception) + 1
        assert found.authority.citation == f"42 CFR 424.44(b)({number})"
        assert "must show" in found.note

    @pytest.mark.parametrize(
        "notice, last_day, moved_from",
        [
            ("2025-03-31", "2025-09-30", None),
            ("2025-08-31", "2026-03-02", "2026-02-28"),  # a Saturday at the end of February
            ("2025-07-01", "2026-02-02", "2026-01-31"),
            ("2025-06-30", "2025-12-31", None),
        ],
    )
    def test_ends_of_months(self, notice: str, last_day: str, moved_from: str | None) -> None:
        found = deadlines.timely_filing("2024-01-10", exception="administrative_error", notified_on=notice)
        assert found.last_day.isoformat() == last_day
        assert found.moved_from == (date.fromisoformat(moved_from) if moved_from else None)

    def test_an_exception_never_shortens_the_year(self) -> None:
        plain = deadlines.timely_filing("2025-03-03")
        assert deadlines.timely_filing("2025-03-03", exception="plan_disenrollment", notified_on="2025-04-01") == plain

    def test_an_exception_that_ends_on_the_same_day_changes_nothing(self) -> None:
        """The sixth month after August ends on February 28, a year after the service."""
        found = deadlines.timely_filing("2025-02-28", exception="administrative_error", notified_on="2025-08-10")

        assert found == deadlines.timely_filing("2025-02-28")
        assert str(found.last_day) == "2026-03-02"

    def test_what_it_refuses(self) -> None:
        with pytest.raises(seq.InvalidArgument, match="exception must be one of administrative_error, "):
            deadlines.timely_filing("2025-03-03", exception="bad luck", notified_on="2025-04-01")
        with pytest.raises(seq.InvalidArgument, match="exception must be one of"):
            deadlines.timely_filing("2025-03-03", notified_on="2025-04-01")
        with pytest.raises(seq.InvalidArgument, match="needs notified_on"):
            deadlines.timely_filing("2025-03-03", exception="administrative_error")
        with pytest.raises(seq.InvalidDate, match="before the date of service"):
            deadlines.timely_filing("2025-03-03", exception="administrative_error", notified_on="2025-03-02")


class TestInquiry:
    """42 CFR 401.305(b)(3)."""

    @pytest.mark.parametrize(
        "ended, last_day",
        [
            ("2026-06-01", "2026-07-31"),  # ended at once
            ("2026-09-01", "2026-10-31"),
            ("2026-11-28", "2027-01-27"),  # 180 days
            ("2027-05-01", "2027-01-27"),  # no more than 180 days
        ],
    )
    def test_it_stops_the_sixty_days(self, ended: str, last_day: str) -> None:
        found = deadlines.overpayment("2026-06-01", inquiry_ended=ended)
        assert found.last_day.isoformat() == last_day
        assert found.authority.citation == "42 CFR 401.305(b)(3)"
        assert ("at most" in found.note) is (ended == "2027-05-01")

    def test_the_later_day_of_a_cost_report_stays(self) -> None:
        found = deadlines.overpayment("2026-06-01", inquiry_ended="2026-09-01", cost_report_due="2027-05-31")
        assert found.last_day == date(2027, 5, 31)

    def test_what_it_refuses(self) -> None:
        with pytest.raises(seq.InvalidDate, match="took effect on 2025-01-01, after 2024-12-31"):
            deadlines.overpayment("2024-12-31", inquiry_ended="2025-02-01")
        assert deadlines.overpayment("2025-01-01", inquiry_ended="2025-01-02").last_day == date(2025, 3, 3)
        with pytest.raises(seq.InvalidDate, match="before identified_on"):
            deadlines.overpayment("2026-06-01", inquiry_ended="2026-05-31")


def test_late_documents() -> None:
    found = deadlines.documents("2026-06-01")
    assert (found.last_day, found.rule, found.confidence) == (date(2026, 9, 29), "documents", "medium")
    assert "Palmetto" in found.authority.citation


class TestRecoupment:
    """First Coast 165154: rebuttal day 15, appeal day 30, interest day 31, recoupment day 41, QIC 60 days."""

    def test_days_after_a_demand_letter(self) -> None:
        found = deadlines.recoupment("2026-03-02")
        assert {each.rule: each.last_day.isoformat() for each in found.deadlines} == {
            "rebuttal": "2026-03-17",
            "stop_recoupment": "2026-04-01",
            "redetermination": "2026-07-05",
        }
        assert (found.interest_from, found.recoupment_from) == (date(2026, 4, 2), date(2026, 4, 12))
        assert "cost reports" in found.note
        assert "note" not in repr(found.deadlines[0]), "a repr is one line"
        assert pickle.loads(pickle.dumps(found)) == found

    def test_after_the_redetermination(self) -> None:
        found = deadlines.recoupment("2026-03-02", redetermined_on="2026-05-20")
        days = {each.rule: each.last_day.isoformat() for each in found.deadlines}
        assert (days["stop_recoupment_again"], days["reconsideration"]) == ("2026-07-19", "2026-11-21")
        assert [each.last_day for each in found.deadlines] == sorted(each.last_day for each in found.deadlines)
        with pytest.raises(seq.InvalidDate, match="before the demand letter"):
            deadlines.recoupment("2026-03-02", redetermined_on="2026-03-01")

    def test_a_redetermination_on_the_day_of_the_letter_is_possible(self) -> None:
        found = deadlines.recoupment("2026-03-02", redetermined_on="2026-03-02")

        assert len(found.deadlines) == 5

    def test_words(self) -> None:
        text = deadlines.recoupment("2026-03-02").to_text(as_of="2026-03-18")
        assert text.splitlines()[0] == "Demand letter of Mar 2, 2026"
        assert "\n  Apr 2, 2026: interest begins" in text
        assert "passed on Mar 17, 2026" in text
        assert text.index("interest begins") < text.index("recoupment begins")
        assert str(deadlines.recoupment("2026-03-02")).count("\n") == 6
        assert deadlines.recoupment("2026-03-02").to_dict()["recoupment_from"] == "2026-04-12"


def test_amounts_by_year() -> None:
    assert [deadlines.amount_in_controversy(year) for year in (2016, 2024, 2026)] == [150, 180, 200]
    assert deadlines.amount_in_controversy(2024, level="court") == 1840
    with pytest.raises(seq.InvalidArgument, match="for 2027 is not known, only for 2016 to 2026"):
        deadlines.amount_in_controversy(2027)
    with pytest.raises(seq.InvalidArgument, match="level must be court or hearing, not 'council'"):
        deadlines.amount_in_controversy(2026, level="council")


def test_every_rule_says_what_is_lost() -> None:
    rules: list[Any] = [deadlines.timely_filing, deadlines.redetermination, deadlines.reconsideration]
    rules += [deadlines.hearing]
    rules += [deadlines.council, deadlines.court, deadlines.reopening, deadlines.overpayment, deadlines.documents]
    for rule in rules:
        assert rule("2026-01-15").lost
        assert rule("2026-01-15").to_dict()["lost"] == rule("2026-01-15").lost
