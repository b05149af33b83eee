"""The calendar of an audit's deadlines: RFC 5545, stable, without passed days and without anybody's name."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from tests.making import DOUBLED, claim, interchange, line, remittance, transaction

WRONG = line("99213", "150", "76.80", DOUBLED)
LAST_DAY = date(2025, 3, 15)  # 42 CFR 405.980(c)(1): a year after the remittance of 2024-03-15


def calendar(data: bytes, as_of: str = "2024-04-01", **options: int) -> str:
    return seq.check_835(data).to_ics(as_of=as_of, **options)


def events(text: str) -> list[dict[str, str]]:
    """The properties of each event, unfolded and unescaped."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(part.encode()) <= 75 for part in text.split("\r\n"))
    found: list[dict[str, str]] = []
    for part in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = part.partition(":")
        if part == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(name, unescaped(value))
    return found


def unescaped(value: str) -> str:
    """The value of a text: no comma and no semicolon in it may stand alone."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def reopenings(text: str) -> list[dict[str, str]]:
    """The events of reopenings for any reason; other clocks run beside them."""
    return [event for event in events(text) if "reopening for any reason" in event["SUMMARY"]]


def test_a_claim_that_was_over_withheld_has_its_reopening_in_the_calendar() -> None:
    (event,) = reopenings(calendar(remittance(claim("A-1", WRONG))))

    assert event["DTSTART;VALUE=DATE"] == "20250315"
    assert event["DTSTAMP"] == "20240401T000000Z"
    assert event["SUMMARY"].endswith(": claim A-1")
    assert event["DESCRIPTION"].splitlines()[0] == "Payer: EXAMPLE MEDICARE CONTRACTOR"
    assert "Line 1, 99213: withheld $3.20, expected $1.60" in event["DESCRIPTION"].splitlines()
    assert event["DESCRIPTION"].splitlines()[-1] == "Last day: Mar 15, 2025 (42 CFR 405.980(c)(1))"


def test_an_event_names_the_numbers_that_the_remittance_has() -> None:
    (event,) = reopenings(calendar(remittance(claim("A-1", WRONG, payer_number="ICN1"), trace="EFT9")))
    (without,) = reopenings(calendar(remittance(claim("A-1", WRONG, payer_number=""), trace="")))

    assert event["DESCRIPTION"].splitlines()[1:3] == ["Payer claim number: ICN1", "Check or EFT number: EFT9"]
    assert "number" not in without["DESCRIPTION"]


def test_the_calendar_is_one_object_of_rfc_5545() -> None:
    parts = calendar(remittance(claim("A-1", WRONG))).split("\r\n")

    assert parts[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sequestration//EN"]
    assert parts[-2:] == ["END:VCALENDAR", ""]
    assert parts.count("BEGIN:VEVENT") == parts.count("END:VEVENT") == 3


def test_lines_of_one_claim_share_an_event_and_claims_do_not() -> None:
    found = reopenings(calendar(remittance(claim("A-1", WRONG, WRONG), claim("A-2", WRONG))))

    assert [event["DESCRIPTION"].count("withheld") for event in found] == [2, 1]
    assert len({event["UID"] for event in found}) == 2


def test_the_last_day_itself_has_not_passed() -> None:
    data = remittance(claim("A-1", WRONG))

    assert len(reopenings(calendar(data, str(LAST_DAY)))) == 1
    assert reopenings(calendar(data, str(LAST_DAY + timedelta(days=1)))) == []


def test_without_a_day_it_is_today() -> None:
    """Whatever day it is, it is later than 2025-03-15."""
    assert reopenings(seq.check_835(remittance(claim("A-1", WRONG))).to_ics()) == []


def test_events_come_in_the_order_of_their_days() -> None:
    later = transaction(claim("A-1", WRONG), produced="20240601", trace="EFT2")
    found = reopenings(calendar(interchange(later, transaction(claim("A-2", WRONG)))))

    assert [event["DTSTART;VALUE=DATE"] for event in found] == ["20250315", "20250601"]


def test_lines_are_as_long_as_the_format_allows() -> None:
    """75 octets with the blank that continues a line (RFC 5545, 3.1)."""
    text = calendar(remittance(claim("A", WRONG), payer="EXAMPLE MEDICARE CONTRACTOR " * 6))
    parts = text.split("\r\n")
    continued = [before for before, after in pairwise(parts) if after.startswith(" ")]

    assert len(continued) > 6
    assert {len(part) for part in continued} == {75}


def test_a_uid_stays_whatever_else_is_in_the_audit() -> None:
    (alone,) = reopenings(calendar(remittance(claim("A-1", WRONG))))
    both = reopenings(calendar(remittance(claim("A-1", WRONG), claim("A-2", WRONG)), "2024-09-01"))

    assert alone["UID"] == both[0]["UID"]


def test_every_clock_that_runs_is_an_event() -> None:
    found = events(calendar(remittance(claim("A-1", WRONG))))

    assert [(event["DTSTART;VALUE=DATE"], event["SUMMARY"].partition(":")[0]) for event in found] == [
        ("20240718", "Last day to request a redetermination from your MAC"),
        ("20250315", "Last day to request a reopening for any reason"),
        ("20280315", "Last day to request a reopening for good cause"),
    ]


def test_an_alarm_comes_some_days_before() -> None:
    text = calendar(remittance(claim("A-1", WRONG)), alarm_days=14)

    assert "TRIGGER:-P14D\r\n" in text
    assert "TRIGGER:-P0D\r\n" in calendar(remittance(claim("A-1", WRONG)), alarm_days=0)
    assert "VALARM" not in calendar(remittance(claim("A-1", WRONG)))


@pytest.mark.parametrize("days", [-1, True, "14", 1.5])
def test_an_alarm_is_a_number_of_days(days: int) -> None:
    with pytest.raises(seq.InvalidArgument, match="alarm_days must be a number of days"):
        seq.check_835(remittance()).to_ics(alarm_days=days)


def test_findings_that_were_not_kept_are_counted() -> None:
    data = remittance(claim("A-1", WRONG), claim("A-2", WRONG), claim("A-3", WRONG))
    text = seq.check_835(data, limit=1).to_ics(as_of="2024-04-01")

    assert len(reopenings(text)) == 1
    assert "X-WR-CALDESC:2 more findings were not kept and are not in this calendar.\r\n" in text


def test_a_masked_audit_shows_no_account_number() -> None:
    audit = seq.check_835(remittance(claim("SECRET", WRONG)))
    text = audit.masked().to_ics(as_of="2024-04-01").replace("\r\n ", "")

    assert "SECRET" not in text
    assert "claim #1" in text


def test_no_patient_is_in_it() -> None:
    text = calendar(remittance(claim("A-1", WRONG))).replace("\r\n ", "")

    assert not any(word in text for word in ("PATIENTNAME", "GIVENNAME", "MEMBERNUMBER"))


@pytest.mark.parametrize("account", ["A\\1", "A;1", "A,1", "A\\;1", "A\\n1"])
def test_marks_of_the_format_are_escaped(account: str) -> None:
    (event,) = reopenings(calendar(remittance(claim(account, WRONG))))

    assert account in event["SUMMARY"]


@pytest.mark.slow
@given(st.text(min_size=1, max_size=200), st.text(max_size=200))
def test_no_text_of_a_file_breaks_a_line(account: str, payer: str) -> None:
    audit = seq.check_835(remittance(claim("A-1", WRONG)))
    (plain,) = reopenings(audit.to_ics(as_of="2024-04-01"))
    audit.findings = [attrs.evolve(audit.findings[0], claim=account, payer=payer)]
    (event,) = reopenings(audit.to_ics(as_of="2024-04-01"))

    assert event["SUMMARY"].count("\n") == 0
    assert event["DESCRIPTION"].count("\n") == plain["DESCRIPTION"].count("\n") - (not payer)
    assert all(ord(letter) >= 32 or letter == "\n" for letter in event["SUMMARY"] + event["DESCRIPTION"])
