"""Two proofs before an accusation: what contradicts a verdict withdraws it.

The files of tests/cases/doubts each stand for a whole kind; their names say which.
"""

from __future__ import annotations

import pytest

import sequestration as seq
from sequestration import ReasonCode, Verdict
from sequestration._checking.settle import PayerConduct
from tests.making import RIGHT, claim, line, remittance
from tests.paths import ROOT

DOUBTS = ROOT / "tests" / "cases" / "doubts"
UNCUT = [("CO", "45", "50"), ("PR", "2", "20")]
DOUBLED = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]


def audit_of(name: str) -> seq.Audit:
    return seq.check_835(DOUBTS / f"{name}.835", keep="all")


def verdicts(audit: seq.Audit) -> list[tuple[str, str | None]]:
    return [(found.verdict.value, found.reason_code and found.reason_code.value) for found in audit.findings]


@pytest.mark.parametrize(
    ("name", "verdict", "reason"),
    [
        ("echo_of_the_primary_payers_253", "undetermined", "echo_of_primary"),
        ("through_date_before_from_date", "undetermined", "dates_contradict"),
        ("interest_in_cas", "correct", "moved_after_cut"),
        ("withholding_in_cas", "correct", "moved_after_cut"),
        ("pr253_on_split_payment", "wrong_group", None),
        ("reported_but_not_taken_small", "undetermined", "reported_not_taken"),
        ("negative_253_on_a_paid_line", "undetermined", "cut_returned"),
    ],
)
def test_a_claim_of_one_finding(name: str, verdict: str, reason: str | None) -> None:
    assert verdicts(audit_of(name)) == [(verdict, reason)]


@pytest.mark.parametrize(
    "name",
    [
        "claim_type_not_proven",
        "echo_of_the_primary_payers_253",
        "hmo_that_sends_mb",
        "negative_253_on_a_paid_line",
        "one_253_among_twenty_unreduced_lines",
        "rap_with_three_digit_bill_type",
        "reported_but_not_taken_small",
        "service_after_its_remittance",
        "through_date_before_from_date",
    ],
)
def test_nobody_is_accused(name: str) -> None:
    audit = audit_of(name)

    assert not any(found.verdict.needs_review for found in audit.findings)
    assert audit.totals.in_question == 0


def test_one_cut_among_twenty_lines_is_one_problem_of_the_payer() -> None:
    audit = audit_of("one_253_among_twenty_unreduced_lines")
    (problem,) = audit.problems

    assert verdicts(audit) == [("correct", None), *[("undetermined", "payer_cuts_some")] * 20]
    assert problem.code is seq.ProblemCode.PAYER_CUTS_SOME
    assert (problem.facts["cuts"], problem.facts["uncut"], problem.facts["dollars"]) == (1, 20, "32.00")


@pytest.mark.parametrize(
    ("produced", "reported", "verdict"),
    [
        ("20220715", "200", Verdict.UNDETERMINED),  # 2 %, the rate from July 1
        ("20220630", "200", Verdict.CUT_TOO_LARGE),  # paid before that rate began
        ("20220715", "400", Verdict.CUT_TOO_LARGE),  # no later rate explains it
        ("20220715", "100", Verdict.CORRECT),
    ],
)
def test_a_stay_with_only_a_first_day_may_end_under_a_later_rate(
    produced: str, reported: str, verdict: Verdict
) -> None:
    adjustments = [("CO", "253", reported)]
    paid = str(10_000 - int(reported))
    stay = claim(
        "A", charge="10000", paid=paid, plan="MA", adjustments=adjustments, first_day="20220628", inpatient=True
    )
    (found,) = seq.check_835(remittance(stay, produced=produced), keep="all").findings

    assert found.verdict is verdict
    assert (found.reason_code is ReasonCode.STAY_LONGER_THAN_DATES) is (verdict is Verdict.UNDETERMINED)


@pytest.mark.parametrize(
    ("cuts", "uncut", "missing"),
    [
        (0, 1, False),
        (1, 1, True),
        (1, 2, True),
        (1, 3, False),
        (8, 2, True),
        (11, 3, False),
        (12, 3, True),
        (80, 21, False),
    ],
)
def test_a_cut_is_missing_only_of_a_payer_that_cuts_on_all_but_a_few(cuts: int, uncut: int, missing: bool) -> None:
    assert PayerConduct(cuts=cuts, uncut=uncut).cuts_as_due is missing
    right = [claim(f"R{n}", line("99213", "150", "78.40", RIGHT)) for n in range(cuts)]
    left_out = [claim(f"U{n}", line("99213", "150", "80", UNCUT)) for n in range(uncut)]
    found = {each.verdict for each in seq.check_835(remittance(*left_out, *right)).findings}

    assert found == ({Verdict.MISSING} if missing else set())


WRONG = line("99213", "150", "76.80", DOUBLED)


def test_each_doubt_alone() -> None:
    def of(*lines: object, **options: object) -> tuple[Verdict, ReasonCode | None]:
        (found, *_) = seq.check_835(remittance(claim("A", *lines, **options)), keep="all").findings  # type: ignore[arg-type]
        return found.verdict, found.reason_code

    accused = (Verdict.CUT_TOO_LARGE, None)
    assert of(WRONG) == accused
    assert of(WRONG, extra=["DTM*050*20240310"]) == accused
    assert of(WRONG, extra=["DTM*050*20240220"]) == (Verdict.UNDETERMINED, ReasonCode.DATE_AFTER_RECEIPT)
    late = line("99213", "150", "76.80", DOUBLED, on="20240401")
    assert of(late) == (Verdict.UNDETERMINED, ReasonCode.DATE_AFTER_REMITTANCE)
    assert of(WRONG, first_day="20240301", last_day="20240228") == (Verdict.UNDETERMINED, ReasonCode.DATES_CONTRADICT)
    assert of(WRONG, charge="170") == (Verdict.UNDETERMINED, ReasonCode.LINES_DO_NOT_ADD_UP)
    assert of(WRONG, extra=["QZZ*1"]) == (Verdict.UNDETERMINED, ReasonCode.SEGMENT_UNKNOWN)
    unreadable = line("99213", "150", "76.80", [*DOUBLED, ("CO", "97", "x")])
    assert of(unreadable) == (Verdict.UNDETERMINED, ReasonCode.AMOUNT_UNKNOWN)
    out_of_balance = line("99213", "190", "76.80", DOUBLED)
    assert of(out_of_balance) == (Verdict.UNDETERMINED, ReasonCode.NOT_BALANCED)
    without_a_group = line("99213", "150", "76.80", DOUBLED, extra=["CAS**97*0.10"])
    assert of(without_a_group) == (Verdict.UNDETERMINED, ReasonCode.GROUP_MISSING)
    bonus = line(
        "99213", "150", "88.20", [("CO", "45", "50"), ("CO", "253", "1.80"), ("CO", "144", "-10"), ("PR", "2", "20")]
    )
    assert of(bonus) == (Verdict.CORRECT, None)
    before_the_bonus = line(
        "99213", "150", "88.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("CO", "144", "-10"), ("PR", "2", "20")]
    )
    assert of(before_the_bonus) == (Verdict.CORRECT, ReasonCode.BASE_BEFORE_BONUS)


@pytest.mark.parametrize(
    ("on", "verdict", "reason"),
    [
        ("10000101", Verdict.UNDETERMINED, ReasonCode.NULL_DATE),
        ("99991231", Verdict.UNDETERMINED, ReasonCode.NULL_DATE),
        ("19650630", Verdict.UNDETERMINED, ReasonCode.BEFORE_MEDICARE),
        ("19650701", Verdict.CUT_NOT_DUE, None),
    ],
)
def test_a_day_without_medicare_accuses_nobody(on: str, verdict: Verdict, reason: ReasonCode | None) -> None:
    (found,) = seq.check_835(remittance(claim("A", line("99213", "150", "76.80", DOUBLED, on=on))), keep="all").findings

    assert (found.verdict, found.reason_code) == (verdict, reason)


@pytest.mark.parametrize(
    ("payer", "is_medicare"),
    [
        ("RAILROAD MEDICARE", True),
        ("WISCONSIN PHYSICIANS SERVICE INSURANCE CORPORATION", True),
        ("SHMOOZE MEDICARE SERVICES", True),  # no part of a word
        ("SUNSHINE HMO", False),
        ("A D-SNP OF OHIO", False),
        ("BUCKEYE HEALTH PLAN", False),
        ("DUAL COMPLETE", False),
        ("OHIO MANAGED CARE", False),
    ],
)
def test_a_payer_is_known_by_whole_words_of_its_name(payer: str, is_medicare: bool) -> None:
    audit = seq.check_835(remittance(claim("A", WRONG), payer=payer))

    assert bool(audit.counts[Verdict.CUT_TOO_LARGE]) is is_medicare
