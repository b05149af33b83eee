"""The text of an audit: each step once, last days that have passed marked, the soonest first."""

from __future__ import annotations

import pytest

import sequestration as seq
from tests.making import DOUBLED, claim, line, remittance

TOO_SMALL = line("99213", "150", "79.20", [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")])
WRONG = line("99213", "150", "76.80", DOUBLED)
FILE = remittance(claim("A", WRONG), claim("B", WRONG, WRONG), claim("C", TOO_SMALL))


@pytest.fixture(scope="module")
def audit() -> seq.Audit:
    return seq.check_835(FILE)


def block(text: str, claim: str) -> list[str]:
    """The lines of a claim's finding."""
    (found,) = [part for part in text.split("\n\n") if part.splitlines()[0].endswith(f"claim {claim}, line 1, 99213")]
    return found.splitlines()


def test_a_step_is_written_once_whatever_the_number_of_findings(audit: seq.Audit) -> None:
    text = audit.to_text(as_of="2024-06-01")
    step = next(finding.step for finding in audit.findings if finding.step is not None)

    assert text.count(step.why) == 1
    assert "  1. request reopening: 3 lines\n" in text
    assert "  2. verify, report and return: 1 line\n" in text
    assert sum(line == "  next step                     1. request reopening" for line in text.splitlines()) == 3
    assert "  next step                     2. verify, report and return" in block(text, "C")


def test_a_step_has_the_rule_of_each_of_its_last_days(audit: seq.Audit) -> None:
    rules = [row.split("last day   ")[1] for row in str(audit).splitlines() if row.startswith("     last day   ")]

    assert [rule.split("; after it you lose ")[0] for rule in rules[:3]] == [
        "request a redetermination from your MAC: 120 days (42 CFR 405.942(a))",
        "request a reopening for any reason: 1 year (42 CFR 405.980(c)(1))",
        "request a reopening for good cause: 4 years (42 CFR 405.980(c)(2), 405.986)",
    ]
    assert rules[0].endswith("; after it you lose appeal rights, unless your MAC finds good cause for the delay")


def test_a_day_that_has_passed_is_marked_and_comes_last(audit: seq.Audit) -> None:
    before, after = (block(audit.to_text(as_of=day), "A") for day in ("2024-07-17", "2025-03-01"))

    assert before[-3:] == [
        "  last day                      Jul 18, 2024 to request a redetermination from your MAC: 1 day left",
        "                                Mar 15, 2025 to request a reopening for any reason: 241 days left",
        "                                Mar 15, 2028 to request a reopening for good cause: 1,337 days left",
    ]
    assert after[-3:] == [
        "  last day                      Mar 15, 2025 to request a reopening for any reason: 14 days left",
        "                                Mar 15, 2028 to request a reopening for good cause: 1,110 days left",
        "                                PASSED on Jul 18, 2024: request a redetermination from your MAC",
    ]


def test_a_next_step_is_told_once_with_its_reason_and_authority(audit: seq.Audit) -> None:
    lines = audit.to_text().split("\nNext steps:\n")[1].splitlines()

    assert lines[0].startswith("  1. request reopening: ")
    assert [line[5:16].strip() for line in lines[1:7]] == [
        "do", "why", "authority", "last day", "last day", "last day",
    ]  # fmt: skip


def test_without_a_day_nothing_is_said_of_what_is_left(audit: seq.Audit) -> None:
    assert str(audit) == audit.to_text()
    assert "left" not in str(audit)
    assert "PASSED" not in str(audit)
    assert block(str(audit), "A")[-3].endswith("Jul 18, 2024 to request a redetermination from your MAC")


def test_dollars_that_expire_follow_the_summary(audit: seq.Audit) -> None:
    assert audit.to_text(as_of="2025-03-01").split("\n\n")[1].splitlines() == [
        "Last days to act, as of Mar 1, 2025:",
        "  request a redetermination from your MAC: $4.80 passed",
        "  request a reopening for any reason: $4.80 within 30 days",
        "  request a reopening for good cause: $4.80 later",
    ]


def test_findings_that_were_not_kept_are_not_in_the_dollars_and_that_is_said() -> None:
    text = seq.check_835(FILE, limit=1).to_text(as_of="2025-03-01")

    assert "  request a reopening for any reason: $1.60 within 30 days\n" in text
    assert "  without 2 lines that are not listed\n" in text


def test_no_step_where_nothing_needs_review() -> None:
    right = line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])

    text = seq.check_835(remittance(claim("A", right)), keep="all").to_text(as_of="2025-03-01")
    assert "Next steps" not in text
    assert "Last days" not in text
