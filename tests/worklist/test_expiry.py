"""Dollars that expire: every claim is counted once a right, and the sums are those in question."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._worklist.expiry import last_days
from tests.making import DOUBLED, claim, interchange, line, transaction

WRONG = line("99213", "150", "76.80", DOUBLED)
TOO_SMALL = line("99213", "150", "79.20", [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")])
# One remittance of Mar 15, 2024 with two lines of a claim ($1.60 each) and a line that is under-withheld, and one of
# Jun 3, 2024 with one line. The last days of appeals are 120 days after receipt, which is presumed 5 days later
# (42 CFR 405.942(a)): Jul 18 and Oct 6, 2024; a reopening has one year (42 CFR 405.980(c)(1)).
FILE = interchange(
    transaction(claim("A", WRONG, WRONG), claim("B", TOO_SMALL)),
    transaction(claim("C", WRONG), produced="20240603", trace="EFT0002"),
)


@pytest.fixture(scope="module")
def audit() -> seq.Audit:
    return seq.check_835(FILE)


def amounts(audit: seq.Audit, as_of: str) -> dict[str, dict[str, str]]:
    return {
        row.rule: {time: str(amount) for time, amount in row.amounts.items() if row.claims[time]}
        for row in audit.expiring(as_of=as_of)
    }


@pytest.mark.parametrize(
    ("as_of", "appeal"),
    [
        ("2024-06-18", {"within_30_days": "3.20", "later": "1.60"}),  # 30 and 110 days left
        ("2024-06-17", {"within_60_days": "3.20", "later": "1.60"}),  # 31
        ("2024-05-19", {"within_60_days": "3.20", "later": "1.60"}),  # 60
        ("2024-05-18", {"within_90_days": "3.20", "later": "1.60"}),  # 61
        ("2024-04-19", {"within_90_days": "3.20", "later": "1.60"}),  # 90
        ("2024-04-18", {"later": "4.80"}),  # 91
        ("2024-07-18", {"within_30_days": "3.20", "within_90_days": "1.60"}),  # the last day itself, and 80
        ("2024-07-19", {"passed": "3.20", "within_90_days": "1.60"}),
        ("2024-10-07", {"passed": "4.80"}),
    ],
)
def test_dollars_by_the_days_that_are_left(audit: seq.Audit, as_of: str, appeal: dict[str, str]) -> None:
    assert amounts(audit, as_of)["redetermination"] == appeal


def test_each_right_has_a_row_and_the_soonest_is_first(audit: seq.Audit) -> None:
    rows = audit.expiring(as_of="2025-03-01")

    assert [row.rule for row in rows] == ["redetermination", "reopening", "reopening_for_good_cause"]
    assert str(rows[1]) == "request a reopening for any reason: $3.20 within 30 days, $1.60 later"
    assert rows[1].claims[seq.TimeLeft.WITHIN_30_DAYS] == 1  # two lines of one claim
    assert rows[1].to_dict() == {
        "rule": "reopening",
        "title": "request a reopening for any reason",
        "as_of": "2025-03-01",
        "claims": {"within_30_days": 1, "within_60_days": 0, "within_90_days": 0, "later": 1, "passed": 0},
        "amounts": {
            "within_30_days": "3.20",
            "within_60_days": "0.00",
            "within_90_days": "0.00",
            "later": "1.60",
            "passed": "0.00",
        },
    }


def test_last_days_come_soonest_first(audit: seq.Audit) -> None:
    days = [(day.deadline.last_day.isoformat(), day.claims, str(day.amount)) for day in last_days(audit.findings)]

    assert days[:3] == [("2024-07-18", 1, "3.20"), ("2024-10-06", 1, "1.60"), ("2025-03-15", 1, "3.20")]


@given(as_of=st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 1, 1)))
def test_the_dollars_of_a_right_are_those_owed_to_the_provider(audit: seq.Audit, as_of: date) -> None:
    for row in audit.expiring(as_of=as_of):
        assert sum(row.amounts.values(), Decimal(0)) == audit.totals.by_owed_to[seq.OwedTo.PROVIDER] == Decimal("4.80")
        assert sum(row.claims.values()) == 2


def test_today_is_taken_where_no_day_is_given(audit: seq.Audit) -> None:
    day = audit.expiring()[0].as_of

    assert abs(day - date.today()) <= timedelta(days=1)  # noqa: DTZ011 - the day of the computer is what is wanted
    with pytest.raises(seq.InvalidDate):
        audit.expiring(as_of="yesterday")


def test_no_finding_no_row() -> None:
    right = line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])

    assert seq.check_835(interchange(transaction(claim("A", right))), keep="all").expiring() == []
