"""Two proofs before an accusation: what contradicts a verdict withdraws it.

The files of tests/cases/doubts each stand for a whole kind; their names say which.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import attrs
import pytest

import sequestration as seq
from sequestration import ReasonCode, Verdict
from sequestration._checking.settle import PayerConduct
from tests.making import DOUBLED, RIGHT, Claim, Line, Triple, claim, line, remittance
from tests.paths import ROOT

DOUBTS = ROOT / "tests" / "cases" / "doubts"
UNCUT = [("CO", "45", "50"), ("PR", "2", "20")]


def audit_of(name: str) -> seq.Audit:
    return seq.check_835(DOUBTS / f"{name}.835", keep="all")


def verdicts(audit: seq.Audit) -> list[tuple[str, str | None]]:
    return [(found.verdict.value, found.reason_code and found.reason_code.value) for found in audit.findings]


CORRECT, REVERSAL = ("correct", None), ("reversal", None)
CASES: dict[str, tuple[list[tuple[str, str | None]], list[str], tuple[str, str, str]]] = {
    # name: verdicts with their reasons, notes, and dollars reported, expected and in question
    "claim_repeats_its_lines": ([CORRECT] * 2, ["adjustments_repeated"], ("3.20", "3.20", "0.00")),
    "claim_type_not_proven": (
        [CORRECT, ("undetermined", "claim_type_unproven"), ("nothing_due", None)],
        [],
        ("1.60", "1.60", "0.00"),
    ),
    "correction_before_reversal": ([CORRECT, REVERSAL], [], ("0.32", "1.92", "0.00")),
    "correction_sent_with_status_22": (
        [REVERSAL, ("cut_too_large", None)],
        ["status_contradicts_amounts"],
        ("0.80", "1.92", "0.48"),
    ),
    "date_with_d8_qualifier": ([CORRECT], ["unusual_date"], ("1.60", "1.60", "0.00")),
    "echo_of_the_primary_payers_253": ([("undetermined", "echo_of_primary")], [], ("1.60", "0.00", "0.00")),
    "hmo_that_sends_mb": (
        [("undetermined", "payer_name_against")] * 2,
        ["payer_name_against"],
        ("1.60", "0.00", "0.00"),
    ),
    "interest_in_cas": ([("correct", "moved_after_cut")], [], ("1.60", "1.60", "0.00")),
    "negative_253_on_a_paid_line": ([("undetermined", "cut_returned")], [], ("-20.00", "0.00", "0.00")),
    "one_253_among_twenty_unreduced_lines": (
        [CORRECT, *[("undetermined", "payer_cuts_some")] * 20],
        ["payer_cuts_some"],
        ("1.60", "1.60", "0.00"),
    ),
    "pr253_on_split_payment": ([("wrong_group", None)], [], ("1.60", "1.60", "0.00")),
    "rap_with_three_digit_bill_type": (
        [("undetermined", "anticipated_payment"), CORRECT],
        [],
        ("60.00", "60.00", "0.00"),
    ),
    "reported_but_not_taken_small": (
        [("undetermined", "reported_not_taken")],
        ["line_out_of_balance", "claim_out_of_balance"],
        ("0.20", "0.00", "0.00"),
    ),
    "same_remittance_first_file": ([CORRECT], [], ("1.60", "1.60", "0.00")),
    "same_remittance_second_file": ([CORRECT], [], ("1.60", "1.60", "0.00")),
    "service_after_its_remittance": (
        [CORRECT, ("undetermined", "date_after_remittance")],
        ["doubtful_dates"],
        ("3.20", "1.60", "0.00"),
    ),
    "stay_with_first_day_only": ([("undetermined", "stay_longer_than_dates")], [], ("100.00", "0.00", "0.00")),
    "through_date_before_from_date": (
        [("undetermined", "dates_contradict")],
        ["doubtful_dates"],
        ("200.00", "0.00", "0.00"),
    ),
    "withholding_in_cas": ([("correct", "moved_after_cut")], [], ("1.60", "1.60", "0.00")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_file_has_its_right_answer(name: str) -> None:
    wanted, notes, dollars = CASES[name]
    audit = audit_of(name)
    totals = audit.totals

    assert verdicts(audit) == wanted
    assert [problem.code.value for problem in audit.problems] == notes
    assert tuple(map(str, (totals.withheld, totals.expected, totals.in_question))) == dollars
    assert seq.check_835(DOUBTS / f"{name}.835").counts == audit.counts


def test_every_file_is_a_case() -> None:
    assert sorted(path.stem for path in DOUBTS.glob("*.835")) == sorted(CASES)


def test_the_same_remittance_in_two_files_counts_once() -> None:
    files = [DOUBTS / f"same_remittance_{number}_file.835" for number in ("first", "second")]
    audit = seq.check_835(files, keep="all")

    assert verdicts(audit) == [CORRECT]
    assert [problem.code.value for problem in audit.problems] == ["repeated_remittance"]
    assert str(audit.totals.withheld) == "1.60"


def test_one_cut_among_twenty_lines_is_one_problem_of_the_payer() -> None:
    audit = audit_of("one_253_among_twenty_unreduced_lines")
    (problem,) = audit.problems

    assert problem.code is seq.ProblemCode.PAYER_CUTS_SOME
    assert (problem.facts["cuts"], problem.facts["uncut"], problem.facts["dollars"]) == (1, 20, Decimal("32.00"))


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


RECENT = [claim(f"R{number}", line("99213", "150", "78.40", RIGHT)) for number in range(10)]
OLD = line("99213", "150", "78.40", RIGHT, on="20210315")  # in the suspension, paid on Mar 15, 2024
REVERSAL_OF_OLD = claim(
    "A", line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")], on="20210315"), status="22"
)


@pytest.mark.parametrize(
    ("old", "is_doubted"),
    [
        pytest.param([claim("A", OLD, facility="20")], True, id="alone"),
        pytest.param([claim("A", OLD, facility="20", extra=["DTM*050*20240304"])], True, id="received lately"),
        pytest.param([claim("A", OLD, facility="20", extra=["DTM*036*20210331"])], True, id="another kind of date"),
        pytest.param([claim("A", OLD, facility="20", extra=["DTM*050*20210320"])], False, id="received then"),
        pytest.param([claim("A", OLD, facility="20", first_day="20210315")], False, id="claim of the same day"),
        pytest.param([claim("A", OLD, OLD, facility="20")], False, id="two lines of that day"),
        pytest.param([claim("A", OLD, facility="20", frequency="7")], False, id="replaces another claim"),
        pytest.param([claim("A", OLD, facility="20", original="PX")], False, id="names the claim that it corrects"),
        pytest.param([REVERSAL_OF_OLD, claim("A", OLD, facility="20")], False, id="reversed before"),
        pytest.param([claim("B", OLD, facility="20"), REVERSAL_OF_OLD], False, id="another account reversed after"),
        pytest.param([claim("A", OLD, facility="20"), claim("B", OLD, facility="20")], False, id="two such claims"),
        pytest.param(
            [claim("A", OLD, facility="20"), claim("B", line("99213", "150", "78.40", RIGHT, on="20190315"))],
            False,
            id="another old claim, which is right",
        ),
        pytest.param([claim("A", line("99213", "150", "76.80", DOUBLED, on="20210315"))], False, id="no rate fits"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_one_date_among_recent_ones_may_be_too_old(old: list[Claim], is_doubted: bool, is_first: bool) -> None:
    data = remittance(*old, *RECENT) if is_first else remittance(*RECENT, *old)
    audit = seq.check_835(data, keep="all")
    found = {(each.verdict, each.reason_code) for each in audit.findings if str(each.on) == "2021-03-15"}

    accused = (Verdict.CUT_NOT_DUE, None)
    doubted = (Verdict.UNDETERMINED, ReasonCode.DATE_TOO_OLD)
    assert (doubted if is_doubted else accused) in found
    assert (accused if is_doubted else doubted) not in found
    for limit in (0, 1):
        assert seq.check_835(data, limit=limit).totals == audit.totals
    assert seq.check_835(data).counts == audit.counts


def test_few_claims_or_no_date_do_not_show_that_an_old_date_is_wrong() -> None:
    old = claim("A", OLD, facility="20")

    for data in (
        remittance(old),
        remittance(old, *RECENT[1:]),
        *[
            remittance(old, *RECENT, produced=produced).replace(b"*20240315*1200", b"**1200")
            for produced in ("", "20210401")
        ],
    ):
        assert seq.check_835(data).counts[Verdict.CUT_NOT_DUE] == 1


@pytest.mark.parametrize(
    ("on", "paid_on", "reported", "verdict"),
    [
        ("20220510", "20230510", "1.60", Verdict.CUT_TOO_LARGE),  # filed on time
        ("20220510", "20230511", "1.60", Verdict.UNDETERMINED),
        ("20200301", "20220815", "0.80", Verdict.UNDETERMINED),  # 1%, the rate until June
        ("20200301", "20230815", "0.80", Verdict.CUT_TOO_SMALL),  # 1% was not the rate of that year
        ("20200301", "20221201", "0", Verdict.UNDETERMINED),  # none was due in February
        ("20200301", "20230501", "0", Verdict.MISSING),
        ("20180301", "20240315", "3.20", Verdict.CUT_TOO_LARGE),
    ],
)
def test_an_old_date_is_in_doubt_where_a_later_rate_fits(
    on: str, paid_on: str, reported: str, verdict: Verdict
) -> None:
    adjustments = [("CO", "45", "50"), ("CO", "253", reported), ("PR", "2", "20")]
    old = claim("A", line("99213", "150", str(80 - Decimal(reported)), adjustments, on=on), facility="20")
    recent = line("99213", "150", "78.40", RIGHT, on="20220810" if paid_on < "2023" else paid_on)
    data = remittance(*[claim(f"R{number}", recent) for number in range(10)], old, produced=paid_on)
    audit = seq.check_835(data, keep="all")
    found = audit.findings[-1]

    assert (found.verdict, found.claim) == (verdict, "A")
    assert (found.reason_code is ReasonCode.DATE_TOO_OLD) is (verdict is Verdict.UNDETERMINED)
    assert seq.check_835(data).counts == audit.counts


def test_a_claim_shows_by_its_own_lines_that_one_date_may_be_too_old() -> None:
    def of(*lines: Line) -> list[Verdict]:
        (found,) = seq.read_835(remittance(claim("A", *lines, facility="20")))
        return [each.verdict for each in seq.check_claim(found)]

    recent = line("99213", "150", "78.40", RIGHT)
    assert of(OLD, *[recent] * 10) == [Verdict.UNDETERMINED, *[Verdict.CORRECT] * 10]
    assert of(OLD, *[recent] * 9) == [Verdict.CUT_NOT_DUE, *[Verdict.CORRECT] * 9]


@pytest.mark.parametrize(
    ("dates", "is_doubted"),
    [
        ({"first_day": "20240301"}, True),  # the only day
        ({"first_day": "20240301", "last_day": "20240302"}, True),
        ({"last_day": "20210314"}, False),  # the last day is at the same rate
        ({"last_day": "20200314"}, True),
        ({"first_day": "20210315"}, False),
        ({"first_day": "20210301", "last_day": "20210331"}, False),
    ],
)
def test_a_line_outside_the_dates_of_its_claim_proves_nothing(dates: dict[str, str], is_doubted: bool) -> None:
    data = remittance(claim("A", OLD, facility="20", **dates), produced="20210401" if not is_doubted else "20240315")  # type: ignore[arg-type]
    (found,) = seq.check_835(data, keep="all").findings

    assert found.verdict is (Verdict.UNDETERMINED if is_doubted else Verdict.CUT_NOT_DUE)
    assert found.reason_code is (ReasonCode.DATES_CONTRADICT if is_doubted else None)


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
        ("H.M.O. OF OHIO", False),
        ("CIGNA GOVERNMENT SERVICES", True),
        ("BUCKEYE HEALTH-PLAN", False),
        ("OHIO HEALTHPLAN", False),
        ("HEALTHNOW NEW YORK", True),
        ("A D-SNP OF OHIO", False),
        ("BUCKEYE HEALTH PLAN", False),
        ("DUAL COMPLETE", False),
        ("OHIO MANAGED CARE", False),
    ],
)
def test_a_payer_is_known_by_whole_words_of_its_name(payer: str, is_medicare: bool) -> None:
    audit = seq.check_835(remittance(claim("A", WRONG), payer=payer))

    assert bool(audit.counts[Verdict.CUT_TOO_LARGE]) is is_medicare


def of_stay(*adjustments: tuple[str, str, str], days: str, extra: Sequence[str] = (), **dates: str) -> seq.Finding:
    """The finding about a stay of 5,000.00 of June 2022, at 1%, with 100.00 withheld, as in July."""
    stay = claim(
        "A",
        charge="5000",
        paid="4900",
        plan="MA",
        adjustments=[("CO", "253", "100"), *adjustments],
        extra=[f"MIA*{days}", *extra],
        **dates,  # type: ignore[arg-type]
    )
    (found,) = seq.check_835(remittance(stay, produced="20220720"), keep="all").findings
    return found


@pytest.mark.parametrize(
    ("days", "extra", "last_day", "is_doubted"),
    [
        ("4", [], "20220628", True),
        ("4", [], "20220630", True),  # more days than from 28 to 30
        ("3", [], "20220630", False),  # an interim bill, whose last day is covered
        ("2", [], "20220630", False),
        ("2", [], "20220628", False),  # to June 30 at the latest
        ("0", ["QTY*CA*4"], "20220628", True),
        ("0", ["QTY*LA*4"], "20220628", False),  # lifetime reserve days
        ("5", ["QTY*CA*1"], "20220628", True),
        ("", ["QTY*CA*x"], "20220628", False),
        ("4", [], "20220702", None),
    ],
)
def test_a_stay_may_be_longer_than_its_dates(
    days: str, extra: list[str], last_day: str, is_doubted: bool | None
) -> None:
    found = of_stay(days=days, extra=extra, first_day="20220628", last_day=last_day)

    if is_doubted is None:
        assert found.verdict is Verdict.CORRECT
    elif is_doubted:
        assert (found.verdict, found.reason_code) == (Verdict.UNDETERMINED, ReasonCode.STAY_LONGER_THAN_DATES)
    else:
        assert found.verdict is Verdict.CUT_TOO_LARGE


def test_days_of_room_and_board_are_days_of_a_stay() -> None:
    def of(code: str, units: str, qualifier: str = "NU") -> Verdict:
        composite = f"{qualifier}:{code}" if qualifier == "NU" else f"{qualifier}:99221"
        room = line(code, "5000", "4900", [("CO", "253", "100")], on=None)
        room = attrs.evolve(
            room,
            segments=(f"SVC*{composite}*5000*4900*{code if qualifier != 'NU' else ''}*{units}", *room.segments[1:]),
        )
        stay = claim("A", room, plan="MA", first_day="20220628", last_day="20220629")
        (found,) = seq.check_835(remittance(stay, produced="20220720"), keep="all").findings
        return found.verdict

    assert of("0120", "5") is of("120", "5.0") is of("0206", "5", "HC") is Verdict.UNDETERMINED
    assert of("0120", "1") is of("0250", "5") is of("0120", "") is Verdict.CUT_TOO_LARGE


def test_a_stay_that_is_left_out_may_be_longer_than_its_dates() -> None:
    settled = claim("R", charge="5000", paid="4900", plan="MA", adjustments=[("CO", "253", "100")], last_day="20200301")
    stay = claim("A", charge="5000", paid="5000", plan="MA", first_day="20200428", extra=["MIA*6"])
    audit = seq.check_835(remittance(settled, stay, produced="20200601"), keep="all")

    assert verdicts(audit) == [CORRECT, ("undetermined", "stay_longer_than_dates")]


def test_a_day_near_the_end_of_the_calendar_is_no_end_of_a_stay() -> None:
    found = of_stay(days="9999", first_day="99991230")

    assert found.verdict is Verdict.UNDETERMINED


PRIMARY = ("OA", "23", "78.40")
INTEREST = ("CO", "85", "-5")
SHARED = [("CO", "45", "50"), ("PR", "2", "20")]


@pytest.mark.parametrize(
    "echo",
    [
        pytest.param(
            claim(
                "A", line("99213", "150", "20", [SHARED[0]]), status="2", adjustments=[PRIMARY, ("CO", "253", "1.60")]
            ),
            id="at the claim",
        ),
        pytest.param(
            claim(
                "A",
                *[line("99213", "150", "98.40", [SHARED[0], ("CO", "253", "1.60")])] * 3,
                status="2",
                paid="60",
                adjustments=[("OA", "23", "235.20")],
            ),
            id="at the lines, and the primary payment at the claim",
        ),
        pytest.param(
            claim(
                "A", line("99213", "150", "20", [SHARED[0], ("CO", "23", "78.40"), ("CO", "253", "1.60")]), status="2"
            ),
            id="with another group code",
        ),
    ],
)
def test_an_echo_of_the_primary_payer_accuses_nobody_wherever_it_is(echo: Claim) -> None:
    audit = seq.check_835(remittance(echo), keep="all")

    assert {found.reason_code for found in audit.findings} == {ReasonCode.ECHO_OF_PRIMARY}
    assert audit.totals.in_question == 0


@pytest.mark.parametrize(
    ("primary", "verdict"),
    [("78.40", Verdict.UNDETERMINED), ("78.90", Verdict.WRONG_GROUP), ("90", Verdict.WRONG_GROUP)],
)
def test_a_right_amount_is_a_repeat_only_to_the_cent(primary: str, verdict: Verdict) -> None:
    """One line shows the primary payer's amount, another one the right sequestration of its own under group PI."""
    own = line("99213", "150", "78.40", [("CO", "45", "50"), ("PI", "253", "1.60"), ("PR", "2", "20")])
    after_primary = line("99214", primary, "0", [("OA", "23", primary)])
    found = seq.check_835(remittance(claim("A", own, after_primary, status="2")), keep="all").findings[0]

    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("paid", "moved"),
    [
        ("83.40", [INTEREST]),
        ("73.40", [("CO", "85", "5")]),
        ("83.40", [("OA", "225", "-5")]),
        ("70.56", [("CO", "104", "7.84")]),
        ("75.56", [("CO", "104", "7.84"), INTEREST]),
    ],
)
def test_money_that_moves_after_sequestration_is_outside_its_base(paid: str, moved: list[Triple]) -> None:
    (found,) = seq.check_835(remittance(claim("A", line("99213", "150", paid, [*RIGHT, *moved]))), keep="all").findings

    assert (found.verdict, found.reason_code) == (Verdict.CORRECT, ReasonCode.MOVED_AFTER_CUT)
    assert (str(found.payable), str(found.expected)) == ("80.00", "1.60")


def test_no_sequestration_is_due_on_interest() -> None:
    settled = claim("R", line("99213", "150", "78.40", RIGHT))
    denied = claim("A", line("99213", "150", "5", [("CO", "97", "150"), INTEREST]))
    uncut = claim("B", line("99213", "150", "85", [*SHARED, INTEREST]))
    data = remittance(settled, denied, uncut)
    right, of_interest, missing = seq.check_835(data, keep="all").findings

    assert (right.verdict, of_interest.verdict, missing.verdict) == (
        Verdict.CORRECT,
        Verdict.NOTHING_DUE,
        Verdict.MISSING,
    )
    assert (str(missing.payable), str(missing.expected)) == ("80.00", "1.60")
    assert seq.check_835(data).counts == seq.check_835(data, keep="all").counts


@pytest.mark.parametrize(
    ("adjustments", "verdict", "reason"),
    [
        ([("CO", "161", "-80")], Verdict.NOTHING_DUE, ReasonCode.BASE_BEFORE_BONUS),
        ([("CO", "144", "-80")], Verdict.NOTHING_DUE, ReasonCode.BASE_BEFORE_BONUS),
        ([("CO", "161", "-40"), ("CO", "45", "-40")], Verdict.MISSING, None),  # some is due on the rest in any case
        ([("CO", "45", "-80")], Verdict.MISSING, None),
    ],
)
def test_no_sequestration_may_be_due_on_a_bonus_alone(
    adjustments: list[Triple], verdict: Verdict, reason: ReasonCode | None
) -> None:
    data = remittance(*RECENT, claim("A", line("99213", "0", "80", adjustments)))
    found = seq.check_835(data, keep="all").findings[-1]

    assert (found.verdict, found.reason_code) == (verdict, reason)
    assert seq.check_835(data).counts[verdict] == 1


def test_a_claim_with_a_hipps_code_or_a_drg_goes_by_its_through_date() -> None:
    # From 1 % to 2 %: 100.00 of 5,000.00 is right by the through date only.
    dates = {"first_day": "20220628", "last_day": "20220702"}
    withheld = [("CO", "253", "100")]
    hipps = claim("A", line("1AA11", "5000", "4900", withheld, qualifier="HP", on="20220628"), facility="32", **dates)  # type: ignore[arg-type]
    stay = claim("B", charge="5000", paid="4900", adjustments=withheld, **dates)  # type: ignore[arg-type]
    with_drg = attrs.evolve(stay, segments=(f"{stay.segments[0]}**470", *stay.segments[1:]))
    data = remittance(hipps, with_drg, produced="20220720")

    assert verdicts(seq.check_835(data, keep="all")) == [CORRECT, CORRECT]
    assert seq.check_835(data).counts == seq.check_835(data, keep="all").counts
    assert [found.drg for found in seq.read_835(data)] == ["", "470"]


@pytest.mark.parametrize(
    ("on", "is_outside"), [("20220629", True), ("20220630", False), ("20220701", False), ("20220702", True)]
)
def test_a_line_on_the_first_or_last_day_of_its_claim_is_within_it(on: str, is_outside: bool) -> None:
    """The rate changes between the two days, so that a line outside them may be under either rate."""
    cut = [("CO", "45", "50"), ("CO", "253", "7"), ("PR", "2", "20")]
    made = claim("A", line("99213", "150", "73", cut, on=on), facility="99", first_day="20220630", last_day="20220701")
    (found,) = seq.check_835(remittance(made), keep="all").findings

    assert (found.reason_code is ReasonCode.DATES_CONTRADICT) is is_outside
    assert (found.verdict is Verdict.CUT_TOO_LARGE) is not is_outside
