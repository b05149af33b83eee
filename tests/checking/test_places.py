"""Every rule of the judge, one case each: tests/cases/places.toml holds segments and the expected findings.

Their texts are on record in tests/golden/findings.txt.
"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

import sequestration as seq
from tests.making import Claim, claim, interchange, line, transaction
from tests.paths import ROOT
from tests.schedules import EXAMPLE

CASES = tomllib.loads((ROOT / "tests" / "cases" / "places.toml").read_text("utf-8"))["case"]
SHOWN_ELSEWHERE = {
    seq.ReasonCode.CLAIM_CUT_OFF,  # every case here is a whole file
    # test_doubts has these
    seq.ReasonCode.PAYER_CUTS_SOME,
    seq.ReasonCode.NULL_DATE,
    seq.ReasonCode.BEFORE_MEDICARE,
    seq.ReasonCode.SEGMENT_UNKNOWN,
    seq.ReasonCode.DATES_CONTRADICT,
    seq.ReasonCode.DATE_AFTER_RECEIPT,
    seq.ReasonCode.DATE_TOO_OLD,
    seq.ReasonCode.DATE_INFERRED,
    seq.ReasonCode.STAY_LONGER_THAN_DATES,
    seq.ReasonCode.REPORTED_NOT_TAKEN,
    seq.ReasonCode.ECHO_OF_PRIMARY,
    seq.ReasonCode.MOVED_AFTER_CUT,
    seq.ReasonCode.BASE_BEFORE_BONUS,
}
SETTLER = claim(
    "SETTLER", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])
)


def audit_of(case: dict[str, Any], keep: str = "all") -> seq.Audit:
    segments = tuple(case["segments"].split())
    paid = [segment.split("*")[4] for segment in segments if segment.startswith("CLP*")]
    claims = [Claim(paid[0], segments), *(Claim(amount, ()) for amount in paid[1:])]
    if case.get("settled"):
        claims.insert(0, SETTLER)
    options = {name: case[name] for name in ("payer", "produced") if name in case}
    data = interchange(transaction(*claims, **options), version=case.get("version", "005010X221A1"))
    schedule = {"shipped": None, "example": EXAMPLE}[case.get("schedule", "shipped")]
    return seq.check_835(data, keep=keep, payers=case.get("payers"), schedule=schedule)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_place(case: dict[str, Any]) -> None:
    audit = audit_of(case)

    found = [finding for finding in audit.findings if finding.claim != "SETTLER"]
    assert [finding.verdict for finding in found] == [wanted["verdict"] for wanted in case["findings"]]
    for finding, wanted in zip(found, case["findings"], strict=True):
        shown = finding.to_dict()
        assert shown["expected"] == wanted.get("expected"), finding
        if "reported" in wanted:
            assert shown["reported"] == wanted["reported"]
        if "explanations" in wanted:
            assert [explanation.code for explanation in finding.explanations] == wanted["explanations"]
        assert shown["owed_to"] == wanted.get("owed_to")
        if "on" in wanted:
            assert shown["on"] == wanted["on"]
        if "claim_type" in wanted:
            assert shown["claim_type"] == wanted["claim_type"]
        if wanted.get("line") == "none":
            assert finding.line is None
        if "payable" in wanted:
            assert shown["payable"] == wanted["payable"]
        unjudged = finding.verdict in (seq.Verdict.UNDETERMINED, seq.Verdict.NOT_APPLICABLE)
        assert (finding.reason_code is not None) >= unjudged
        if "reason_code" in wanted:
            assert (finding.reason_code or "") == wanted["reason_code"]
        assert "reason_code" in wanted or finding.verdict is not seq.Verdict.UNDETERMINED
    assert sorted({problem.code.value for problem in audit.problems}) == sorted(case.get("problems", []))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_is_kept_changes_no_count(case: dict[str, Any]) -> None:
    every, wrong = audit_of(case, "all"), audit_of(case, "wrong")

    assert wrong.counts == every.counts
    assert wrong.totals == every.totals
    assert wrong.findings == [finding for finding in every.findings if finding.verdict.needs_review]
    assert [str(problem) for problem in wrong.problems] == [str(problem) for problem in every.problems]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_is_owed_is_the_sum_over_the_findings(case: dict[str, Any]) -> None:
    audit = audit_of(case)

    for whom, owed in audit.totals.by_owed_to.items():
        differences = [finding.difference for finding in audit.findings if finding.owed_to is whom]
        assert owed == sum(abs(difference) for difference in differences if difference is not None)


def test_the_cases_show_every_verdict_and_explanation() -> None:
    verdicts = {wanted["verdict"] for case in CASES for wanted in case["findings"]}
    explanations = {code for case in CASES for wanted in case["findings"] for code in wanted.get("explanations", ())}

    assert verdicts == set(seq.Verdict)
    assert explanations == set(seq.ExplanationCode)
    found = {finding.reason_code for case in CASES for finding in audit_of(case).findings}
    assert found >= {*seq.ReasonCode, None} - SHOWN_ELSEWHERE


def test_no_two_cases_have_the_same_name() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
