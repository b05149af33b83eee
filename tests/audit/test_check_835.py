"""Whole files: what is counted, summed, kept, held back and told."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from tests.making import RIGHT, Claim, claim, interchange, line, remittance, transaction
from tests.schedules import EXAMPLE

UNCUT = [("CO", "45", "50"), ("PR", "2", "20")]


def right(name: str = "RIGHT", on: str = "20240301") -> Claim:
    return claim(name, line("99213", "150", "78.40", RIGHT, on=on))


def uncut(name: str = "UNCUT", on: str = "20240301") -> Claim:
    return claim(name, line("99213", "150", "80", UNCUT, on=on, allowed="100"))


def doubled(name: str = "DOUBLED") -> Claim:
    return claim(name, line("99213", "150", "76.80", [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]))


def test_a_right_remittance_is_ok() -> None:
    audit = seq.check_835(remittance(right()))

    assert audit.ok
    assert audit.findings == []
    assert audit.problems == []
    assert audit.counts == {**dict.fromkeys(seq.Verdict, 0), seq.Verdict.CORRECT: 1}
    assert audit.totals.reported == audit.totals.expected == Decimal("1.60")
    assert audit.totals.in_question == 0


def test_totals_by_whom_and_by_month() -> None:
    large = claim(
        "LARGE",
        line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")], on="20220510"),
    )
    audit = seq.check_835(remittance(right(), uncut(), large))

    assert not audit.ok
    assert audit.totals.reported == Decimal("3.20")
    assert audit.totals.expected == Decimal("4.00")
    assert audit.totals.in_question == Decimal("2.40")
    assert audit.totals.by_owed_to == {seq.OwedTo.PROVIDER: Decimal("0.80"), seq.OwedTo.MEDICARE: Decimal("1.60")}
    assert {month: sums.in_question for month, sums in audit.totals.by_month.items()} == {
        "2024-03": Decimal("1.60"),
        "2022-05": Decimal("0.80"),
    }


def test_totals_by_month_and_verdict() -> None:
    one = seq.check_835(remittance(right(), uncut(), doubled(), right("APRIL", "20240401")))
    two = seq.check_835(
        [io.BytesIO(remittance(right(), uncut(), doubled())), io.BytesIO(remittance(right("A", "20240401")))]
    )
    correct, missing, large = seq.Verdict.CORRECT, seq.Verdict.MISSING, seq.Verdict.CUT_TOO_LARGE

    assert {month: totals.by_verdict for month, totals in one.totals.by_month.items()} == {
        "2024-03": {correct: seq.Sums(160, 160), missing: seq.Sums(0, 160, 160), large: seq.Sums(320, 160, 160)},
        "2024-04": {correct: seq.Sums(160, 160)},
    }
    assert two.totals == one.totals  # parts merge to the whole
    by_verdict = one.to_dict()["totals"]["by_month"]["2024-03"]["by_verdict"]
    assert list(by_verdict) == ["correct", "cut_too_large", "missing"]
    assert by_verdict["missing"] == {"reported": "0.00", "expected": "1.60", "in_question": "1.60"}


def test_a_payer_that_cuts_nobody_is_one_problem_and_no_alarm() -> None:
    audit = seq.check_835(remittance(*(uncut(f"U{number}") for number in range(40))))

    assert audit.ok
    assert audit.counts[seq.Verdict.UNDETERMINED] == 40
    assert [problem.code for problem in audit.problems] == [seq.ProblemCode.PAYER_CUTS_NOBODY]
    assert audit.problems[0].level is seq.Severity.NOTE
    assert "(40 lines)" in audit.problems[0].text
    assert audit.totals.expected == 0  # what could not be judged is no expectation


def test_the_first_cut_of_a_transaction_settles_what_was_held_back() -> None:
    audit = seq.check_835(remittance(uncut("BEFORE"), right(), uncut("AFTER")), keep="all")

    assert [(finding.claim, finding.verdict) for finding in audit.findings] == [
        ("BEFORE", seq.Verdict.MISSING),
        ("RIGHT", seq.Verdict.CORRECT),
        ("AFTER", seq.Verdict.MISSING),
    ]


def test_what_was_held_back_is_told_as_what_comes_after_the_first_cut() -> None:
    of_two_bases = line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")], allowed="110")
    data = remittance(claim("BEFORE", of_two_bases), right(), claim("AFTER", of_two_bases))
    before, _, after = seq.check_835(data, keep="all").findings

    assert before.verdict is seq.Verdict.MISSING
    assert "allowed minus patient responsibility is $90.00" in before.reason
    assert str(before).replace("BEFORE", "AFTER").replace("claim 1 in", "claim 3 in") == str(after)


def test_a_cut_of_another_transaction_settles_nothing() -> None:
    data = interchange(transaction(right(), number="0001"), transaction(uncut(), number="0002"))
    audit = seq.check_835(data)

    assert audit.counts[seq.Verdict.UNDETERMINED] == 1
    assert audit.counts[seq.Verdict.MISSING] == 0


def test_a_cut_on_a_date_without_a_cut_settles_nothing() -> None:
    audit = seq.check_835(remittance(right(on="20210115"), uncut()))

    assert audit.counts[seq.Verdict.MISSING] == 0
    assert audit.counts[seq.Verdict.UNDETERMINED] == 2


@pytest.mark.parametrize("most", [10_000, 1])
def test_of_a_payer_that_takes_no_cut_where_one_is_due_nothing_is_judged(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cut on a date without one is no alarm either, unless it takes one elsewhere, or the caller vouches for it."""
    monkeypatch.setattr("sequestration._audit.file_audit._MAX_HELD", most)
    not_due = [right("N1", on="20210115"), right("N2", on="20210215")]
    doubted = seq.check_835(remittance(*not_due, uncut()), keep="all")
    verdicts = {
        "doubted": doubted,
        "taken before": seq.check_835(remittance(right(), *not_due, uncut())),
        "taken after": seq.check_835(remittance(uncut(), *not_due, right())),
        "vouched for": seq.check_835(remittance(*not_due, uncut()), payers={"11502": "ffs"}),
        "all of them": seq.check_835(remittance(*not_due)),
    }

    assert {name: audit.counts[seq.Verdict.CUT_NOT_DUE] for name, audit in verdicts.items()} == {
        "doubted": 0,
        "taken before": 2,
        "taken after": 2,
        "vouched for": 2,
        "all of them": 2,
    }
    assert doubted.ok
    assert doubted.counts[seq.Verdict.UNDETERMINED] == 3
    assert doubted.totals.in_question == 0
    assert [problem.code for problem in doubted.problems] == ["payer_cuts_nobody"]
    assert "withheld no sequestration where it was due (1 line)" in doubted.problems[0].text
    assert doubted.problems[0].text.endswith("Identify 11502 with payers= or --payer.")
    first = doubted.findings[0]
    assert (first.verdict, first.owed_to, first.explanations) == (seq.Verdict.UNDETERMINED, None, ())
    assert (
        first.reason == "this payer withheld no sequestration on any line where it was due, so it may not be Medicare"
    )
    assert verdicts["taken after"].totals == verdicts["taken before"].totals
    assert verdicts["taken after"].totals.in_question == Decimal("4.80")


def test_wrong_cuts_have_room_of_their_own_beside_those_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.file_audit._MAX_HELD", 3)
    not_due = [right(f"N{n}", on="20210115") for n in range(20)]
    audit = seq.check_835(remittance(*(uncut(f"U{n}") for n in range(10)), *not_due, *(right() for _ in range(40))))
    limited = seq.check_835(remittance(*not_due), limit=5)

    assert [finding.claim for finding in audit.findings] == ["U0", "U1", "U2", *(f"N{n}" for n in range(20))]
    assert {verdict: count for verdict, count in audit.findings_dropped.items() if count} == {seq.Verdict.MISSING: 7}
    assert [finding.claim for finding in limited.findings] == [f"N{n}" for n in range(5)]
    assert limited.counts[seq.Verdict.CUT_NOT_DUE] == 5 + limited.findings_dropped[seq.Verdict.CUT_NOT_DUE] == 20


def test_a_payer_of_two_numbers_without_a_plan_code_is_told_by_both() -> None:
    data = interchange(
        transaction(claim("A", line("99213", "150", "78.40", RIGHT), plan="")),
        transaction(claim("B", line("99213", "150", "78.40", RIGHT), plan=""), payer_id="12502", number="0002"),
    )

    told = [problem.text.rpartition(". ")[2] for problem in seq.check_835(data).problems]
    assert told == [f"Identify {number} with payers= or --payer." for number in ("11502", "12502")]


def test_of_one_claim_of_such_a_payer_nothing_is_judged_either() -> None:
    lines = [line("99213", "150", "78.40", RIGHT, on="20210115"), line("99213", "150", "80", [*RIGHT[:1], RIGHT[2]])]
    (found,) = seq.read_835(remittance(claim("A", *lines, facility="99")))

    assert [(finding.verdict, finding.reason) for finding in seq.check_claim(found)] == [
        (
            "undetermined",
            "this payer withheld no sequestration on any line where it was due, so it may not be Medicare",
        ),
        ("undetermined", "no sequestration was withheld, and nothing shows that this payer withholds it"),
    ]
    assert [finding.verdict for finding in seq.check_claim(found, payer="ffs")] == ["cut_not_due", "undetermined"]


def test_more_than_can_be_held_back_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.file_audit._MAX_HELD", 3)
    claims = [uncut(f"U{number}") for number in range(10)]
    missing = seq.check_835(remittance(*claims, *(right() for _ in range(40))))
    undetermined = seq.check_835(remittance(*claims))

    assert missing.counts[seq.Verdict.MISSING] == 10
    assert missing.totals.in_question == Decimal("16.00")
    assert len(missing.findings) == 3
    assert missing.findings_dropped[seq.Verdict.MISSING] == 7
    assert undetermined.counts[seq.Verdict.UNDETERMINED] == 10
    assert "(10 lines)" in undetermined.problems[0].text


def test_at_most_limit_findings_of_each_verdict_are_kept() -> None:
    claims = [*(doubled(f"D{number}") for number in range(5)), right(), uncut()]
    audit = seq.check_835([remittance(*claims), remittance(*claims, trace="EFT0002")], limit=3)

    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 10
    assert [finding.claim for finding in audit.findings] == ["D0", "D1", "D2", "UNCUT", "UNCUT"]
    assert audit.findings_dropped[seq.Verdict.CUT_TOO_LARGE] == 7
    assert audit.totals.in_question == Decimal("19.20")
    assert "7 over-withheld" in str(audit)


@pytest.mark.slow
def test_without_a_limit_every_finding_is_kept() -> None:
    data = remittance(right(), *(doubled(f"D{number}") for number in range(10_001)))
    default, every = seq.check_835(data), seq.check_835(data, limit=None)

    assert default.counts == every.counts
    assert (len(default.findings), sum(default.findings_dropped.values())) == (10_000, 1)
    assert (len(every.findings), sum(every.findings_dropped.values())) == (10_001, 0)


def test_five_roundings_the_same_way_are_one_remark() -> None:
    low = [("CO", "45", "16.11"), ("CO", "253", "0.07")]
    high = [("CO", "45", "16.11"), ("CO", "253", "0.09")]
    five = [claim(f"L{number}", line("85025", "20", "3.82", low)) for number in range(5)]
    other = claim("H", line("85025", "20", "3.80", high))

    told = seq.check_835(remittance(*five))
    mixed = seq.check_835(remittance(*five, other))
    few = seq.check_835(remittance(*five[:4]))

    assert told.ok
    assert [problem.code for problem in told.problems] == [seq.ProblemCode.ONE_SIDED_ROUNDING]
    assert "too small" in told.problems[0].text
    assert "0.05" in told.problems[0].text
    assert mixed.problems == few.problems == []


def test_a_transaction_that_does_not_balance_is_told_by_how_much() -> None:
    balanced = remittance(right(), provider_adjustments=["PLB*1234567893*20241231*WO:X*10*L6*-2.50"])
    out = remittance(right(), payment="70.00")

    assert seq.check_835(balanced).problems == []
    problems = seq.check_835(out).problems
    assert [problem.code for problem in problems] == [seq.ProblemCode.TRANSACTION_OUT_OF_BALANCE]
    assert "-$8.40" in problems[0].text
    assert seq.check_835(out).ok


@pytest.mark.parametrize("jobs", [True, 0, -1, "2", 1.5])
def test_a_number_of_processes_is_whole_and_positive(jobs: Any) -> None:
    with pytest.raises(seq.InvalidArgument, match="jobs must be a positive whole number"):
        seq.check_835(remittance(right()), jobs=jobs)


def test_of_two_groups_only_the_wrong_one_is_named() -> None:
    both = [("CO", "45", "50"), ("CO", "253", "0.80"), ("OA", "253", "0.80"), ("PR", "2", "20")]
    (finding,) = seq.check_835(remittance(claim("A", line("99213", "150", "78.40", both)))).findings

    assert finding.verdict is seq.Verdict.WRONG_GROUP
    assert [each.text for each in finding.explanations] == ["reported under group OA instead of CO"]


def test_an_amount_of_the_claim_explains_several_lines_that_are_out_of_balance() -> None:
    first, second = line("99213", "150", "68.40", RIGHT), line("99214", "150", "58.40", RIGHT)
    explained = claim("A", first, second, adjustments=[("CO", "45", "30")])
    another = claim("A", first, second, adjustments=[("CO", "45", "29")])

    for data, lines in ((remittance(explained), 0), (remittance(another), 2)):
        codes = [problem.code for problem in seq.check_835(data).problems]
        assert codes.count(seq.ProblemCode.LINE_OUT_OF_BALANCE) == lines


def test_an_amount_of_the_claim_explains_a_line_that_is_out_of_balance() -> None:
    item = line("99213", "150", "78.40", [("CO", "253", "1.60"), ("PR", "2", "20")])
    audit = seq.check_835(remittance(claim("C", item, adjustments=[("CO", "45", "50")])))

    assert audit.problems == []
    assert audit.counts[seq.Verdict.CORRECT] == 1


def test_an_amount_of_the_claim_explains_one_line_and_no_other() -> None:
    explained = line("99213", "150", "78.40", [("CO", "253", "1.60"), ("PR", "2", "20")])
    wrong = line("99214", "150", "79", [("CO", "45", "50"), ("PR", "2", "20")])
    audit = seq.check_835(remittance(claim("C", explained, wrong, adjustments=[("CO", "45", "50")])))

    told = [problem.text for problem in audit.problems if problem.code == seq.ProblemCode.LINE_OUT_OF_BALANCE]
    assert told == ["Line 2 is out of balance by $1.00: charge minus payment minus adjustments is not zero."]


def test_a_claim_in_which_the_file_breaks_off_is_not_judged_and_says_why() -> None:
    data = remittance(doubled())
    (finding,) = seq.check_835(data[: data.index(b"SE*")], keep="all").findings

    assert (finding.verdict, finding.reason) == (seq.Verdict.UNDETERMINED, "the file ends in this claim")


def test_what_is_no_claim_no_audit_and_no_function_is_told_as_such(tmp_path: Path) -> None:
    nothing: Any = "x"
    with pytest.raises(TypeError, match=r"^secondary_adjustments takes a Claim, not str$"):
        seq.secondary_adjustments(nothing)
    with pytest.raises(TypeError, match=r"^a report needs an Audit, not str$"):
        seq.write_report(nothing, tmp_path / "report.html")
    with pytest.raises(TypeError, match=r"^progress must be a function of two numbers, not True$"):
        seq.check_835(b"", progress=True)  # type: ignore[arg-type]


def test_a_folder_stands_for_its_files_in_name_order(tmp_path: Path) -> None:
    (tmp_path / "b.835").write_bytes(remittance(doubled()))
    (tmp_path / "a.835").write_bytes(remittance(right()))
    (tmp_path / "c.txt").write_bytes(b"nothing of the kind")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.835").write_bytes(remittance(doubled()))

    audit = seq.check_835(tmp_path)

    assert [Path(file.name or "").name for file in audit.files] == ["a.835", "b.835"]
    assert [str(problem) for problem in audit.problems] == [
        f"{tmp_path}: Skipped 1 file that is not an 835: 1 text.",
        f"{tmp_path}: Skipped 1 subfolder. Read subfolders with recursive=True or --recursive.",
    ]
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 1
    assert not audit.ok


def test_one_file_alone_that_cannot_be_read_raises(tmp_path: Path) -> None:
    with pytest.raises(seq.X12Error, match="Not an 835"):
        seq.check_835(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(FileNotFoundError):
        seq.check_835(tmp_path / "missing.835")


def test_among_several_files_one_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    audit = seq.check_835([tmp_path / "missing.835", remittance(right())])

    assert [problem.code for problem in audit.problems] == [seq.ProblemCode.UNREADABLE]
    assert audit.counts[seq.Verdict.CORRECT] == 1


def test_path_bytes_and_file_object_give_the_same(tmp_path: Path) -> None:
    data = remittance(right(), doubled(), uncut())
    path = tmp_path / "a.835"
    path.write_bytes(data)

    by_path, by_bytes = seq.check_835(str(path)), seq.check_835(data)
    by_file = seq.check_835(io.BytesIO(data))

    assert by_path.counts == by_bytes.counts == by_file.counts
    assert by_path.totals == by_bytes.totals == by_file.totals


def test_a_file_cut_off_is_an_error_and_its_last_claim_is_not_judged() -> None:
    data = remittance(right("WHOLE"), doubled("BROKEN"))
    audit = seq.check_835(data[: data.index(b"CAS*CO*45*50**253*3.20")], keep="all")

    assert [(finding.claim, finding.verdict) for finding in audit.findings] == [
        ("WHOLE", seq.Verdict.CORRECT),
        ("BROKEN", seq.Verdict.UNDETERMINED),
    ]
    assert [problem.code for problem in audit.problems] == [seq.ProblemCode.CUT_OFF]
    assert not audit.ok


def test_a_projected_rate_is_told() -> None:
    audit = seq.check_835(remittance(right(on="20300501")), keep="all", schedule=EXAMPLE)

    assert audit.projected == 1
    assert audit.findings[0].projected
    assert "projected" in str(audit.findings[0])
    assert "projected" in str(audit)


def test_a_what_if_schedule_is_what_is_checked_against() -> None:
    paygo = seq.MEDICARE_FFS.what_if(first_day="2024-01-01", last_day="2024-12-31", rate="0.04", stacking="add")
    audit = seq.check_835(remittance(right()), schedule=paygo)

    assert audit.counts[seq.Verdict.CUT_TOO_SMALL] == 1
    assert audit.findings[0].expected == Decimal("4.80")


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        seq.check_835(remittance(right()), limit=-1)
    with pytest.raises(ValueError, match="'ffs' or 'contract'"):
        seq.check_835(remittance(right()), payers={"11502": "medicare"})
    with pytest.raises(ValueError, match="keep"):
        seq.check_835(remittance(right()), keep="some")


def test_to_dict_is_json_and_holds_money_as_text() -> None:
    audit = seq.check_835(remittance(right(), doubled(), provider_adjustments=["PLB*1*20241231*WO:ABC*10"]))
    shown = json.loads(json.dumps(audit.to_dict()))

    assert shown["schema"] == 1
    assert shown["ok"] is False
    assert shown["totals"]["in_question"] == "1.60"
    assert shown["findings"][0]["expected"] == "1.60"
    assert shown["findings"][0]["on"] == "2024-03-01"
    assert shown["findings"][0]["explanations"][0]["code"] == "doubled"
    assert shown["provider_adjustments"] == [
        {
            "provider": "1",
            "reason": "WO",
            "reference": "ABC",
            "amount": "10.00",
            "meaning": seq.ProviderAdjustment("1", "WO", "ABC", "10").meaning,
        },
    ]


def test_no_patient_is_in_anything_that_is_shown() -> None:
    data = remittance(right(), doubled(), claim("BAD", line("99213", "x", "y", on="999")))
    audit = seq.check_835(data, keep="all")

    shown = f"{audit!r} {audit} {json.dumps(audit.to_dict())}"
    assert "BAD" in shown
    assert "PATIENTNAME" not in shown
    assert "GIVENNAME" not in shown
    assert "MEMBERNUMBER" not in shown


def test_check_claim_judges_one_claim_by_itself() -> None:
    def adjustment(group: str, reason: str, amount: str) -> seq.Adjustment:
        return seq.Adjustment(group, reason, amount)

    cut = seq.ServiceLine(
        "99213", "150", "78.40", {"472": "2024-03-01"}, [adjustment("CO", "45", "70"), adjustment("CO", "253", "1.60")]
    )
    plain = seq.ServiceLine("99213", "150", "80", {"472": "2024-03-01"}, [], number=2, amounts={"B6": "80"})
    both = seq.Claim("A", "1", "300", "158.40", plan="MB", lines=[cut, plain])
    alone = seq.Claim("A", "1", "150", "80", plan="MB", lines=[plain])

    assert [finding.verdict for finding in seq.check_claim(both)] == ["correct", "missing"]
    assert [finding.verdict for finding in seq.check_claim(alone)] == ["undetermined"]
    assert [finding.verdict for finding in seq.check_claim(alone, payer="ffs")] == ["missing"]
    assert [finding.verdict for finding in seq.check_claim(both, payer="contract")] == ["not_applicable"] * 2
    doubled = seq.MEDICARE_FFS.what_if(first_day="2024-01-01", last_day="2024-12-31", rate="0.02")
    assert seq.check_claim(both, schedule=doubled)[0].verdict is seq.Verdict.CUT_TOO_SMALL
    with pytest.raises(ValueError, match="'ffs' or 'contract'"):
        seq.check_claim(alone, payer="medicaid")


def test_masked_shows_running_numbers_and_nothing_else_changes() -> None:
    out = line("99213", "150", "70", [("CO", "45", "50"), ("PR", "2", "20")])
    data = remittance(right("SECRET-1"), doubled("SECRET-2"), doubled("SECRET-3"), claim("SECRET-2", out))
    audit = seq.check_835(data, keep="all")
    masked = audit.masked()

    assert [finding.claim for finding in masked.findings] == ["#1", "#2", "#3", "#2"]
    assert "SECRET" not in f"{masked!r} {masked} {json.dumps(masked.to_dict())}"
    assert masked.counts == audit.counts
    assert masked.totals == audit.totals
    assert [finding.verdict for finding in masked.findings] == [finding.verdict for finding in audit.findings]


@pytest.mark.slow
def test_progress_tells_the_bytes_read_of_all(tmp_path: Path) -> None:
    data = remittance(*(right(f"R{number}") for number in range(500)))
    (tmp_path / "a.835").write_bytes(data)
    (tmp_path / "b.835").write_bytes(data)
    told: list[tuple[int, int]] = []

    seq.check_835(tmp_path, progress=lambda done, total: told.append((done, total)))
    alone: list[tuple[int, int]] = []
    seq.check_835(tmp_path / "a.835", progress=lambda done, total: alone.append((done, total)))

    assert told[-1] == (2 * len(data), 2 * len(data))
    assert told == sorted(told)
    assert alone[-1] == (len(data), len(data))


@pytest.mark.parametrize("source", [None, 5, [None]])
def test_what_is_no_remittance_is_a_type_error_in_words(source: object) -> None:
    with pytest.raises(TypeError, match="a remittance must be a path, bytes, a binary file"):
        seq.check_835(source)  # type: ignore[arg-type]


def test_arguments_of_a_wrong_type_are_told_in_words() -> None:
    data = remittance(claim("A", line("99213", "150", "80")))

    with pytest.raises(TypeError, match="payers must map payer numbers to kinds"):
        seq.check_835(data, payers=["11502"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="schedule must be a RateSchedule"):
        seq.check_835(data, schedule="medicare_ffs")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="check_claim takes a Claim, not str"):
        seq.check_claim("A")  # type: ignore[arg-type]


def test_a_claim_numbers_the_lines_that_it_is_made_of() -> None:
    lines = [seq.ServiceLine("99213", "150", "80", {"472": "2024-03-01"}) for _ in range(2)]
    made = seq.Claim("A", "1", "300", "160", plan="MB", lines=lines)

    assert [finding.line for finding in seq.check_claim(made)] == [1, 2]


def test_a_claim_made_of_columns_of_fixed_width() -> None:
    lines = [
        seq.ServiceLine("99213", "80", "78.40", {"472": "2024-03-01"}, [seq.Adjustment("CO ", "253  ", "1.60")]),
        seq.ServiceLine("99214", "80", "76.80", {"472": "2024-03-01"}, [seq.Adjustment("CO ", "253  ", "3.20")]),
    ]
    made = seq.Claim("A", "1 ", "160", "155.20", plan="MB ", facility_code="11 ", frequency="1 ", lines=lines)

    assert [finding.verdict for finding in seq.check_claim(made)] == ["correct", "cut_too_large"]


@pytest.mark.parametrize("source", [[], [[]]])
def test_an_empty_list_is_an_error(source: Any) -> None:
    audit = seq.check_835(source)

    assert not audit.ok
    assert [(problem.code, problem.file) for problem in audit.problems] == [("nothing_read", None)]


def test_a_folder_without_files_is_an_error_alone_and_beside_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    sources: list[tuple[Any, int]] = [(tmp_path, 0), ([tmp_path], 0), ([remittance(right()), tmp_path], 1)]
    for source, count in sources:
        audit = seq.check_835(source)

        assert (audit.ok, len(audit.files)) == (False, count)
        assert [(problem.code, problem.file) for problem in audit.problems] == [
            ("nothing_read", str(tmp_path)),
            ("subfolders_skipped", str(tmp_path)),
        ]
