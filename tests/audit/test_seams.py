"""Values that one module hands to the next: each test stands for a mutant of tools/seams.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from tools.mutant_operators import mutants_of, shown

import sequestration as seq
from sequestration import Verdict
from sequestration._cli.main import main
from tests.making import RIGHT, claim, line, remittance
from tests.paths import ROOT

PACKAGE = ROOT / "src" / "sequestration"

UNCUT = (("CO", "45", "50"), ("PR", "2", "20"))


def test_each_mutant_of_the_list_still_has_its_place_and_its_test() -> None:
    mutants = tomllib.loads((ROOT / "tools" / "seams.toml").read_text("utf-8"))["mutant"]

    assert len({mutant["mistake"] for mutant in mutants}) == len(mutants) > 100
    for mutant in mutants:
        source = (ROOT / "src" / "sequestration" / mutant["module"]).read_text("utf-8")
        assert source.count(mutant["old"]) == 1, mutant["mistake"]
        path, name = mutant["test"].split("::")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), mutant["mistake"]


def test_every_module_that_computes_is_mutated() -> None:
    table = tomllib.loads((ROOT / "tools" / "mutants.toml").read_text("utf-8"))
    modules = [module for group in table["group"] for module in group["modules"]]
    others = {path for pattern in table["others"] for path in PACKAGE.glob(pattern)}

    assert len(set(modules)) == len(modules) > 90
    assert {PACKAGE / module for module in modules} | others == set(PACKAGE.rglob("*.py"))
    for test in {test for group in table["group"] for test in group["tests"] if test.startswith("tests/")}:
        assert (ROOT / test).exists(), test


def test_each_mutant_that_changes_no_result_can_still_be_made_and_has_a_reason() -> None:
    mutants = tomllib.loads((ROOT / "tools" / "mutants_explained.toml").read_text("utf-8"))["mutant"]

    for mutant in mutants:
        text = (PACKAGE / mutant["module"]).read_text("utf-8")
        made = [shown(text, each) for each in mutants_of(text)]
        for after in mutant["to"]:
            assert (mutant["line"], after) in made, mutant
        assert len(mutant["why"].split()) > 3, mutant


def test_the_deadlines_of_a_step_are_counted_from_the_date_of_the_remittance() -> None:
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835")
    first = audit.findings[0]

    assert first.verdict is Verdict.CUT_TOO_LARGE
    assert first.remitted_on == date(2024, 3, 15)
    assert first.step is not None
    # 120 days from the receipt, which is presumed five days later (42 CFR 405.942(a)); one year (42 CFR 405.980(c)(1)).
    last_days = {deadline.rule: deadline.last_day for deadline in first.step.deadlines}
    assert last_days["redetermination"] == date(2024, 7, 18)
    assert last_days["reopening"] == date(2025, 3, 15)


def test_sums_without_a_date_are_those_of_all_files() -> None:
    first = remittance(claim("A-1", line("99213", "150", "78.40", RIGHT, on=None)), trace="EFT1")
    second = remittance(claim("B-1", line("99214", "150", "78.40", RIGHT, on=None)), trace="EFT2")

    audit = seq.check_835(first)
    audit.merge(seq.check_835(second))

    assert str(audit.totals.no_date.withheld) == str(audit.totals.withheld) == "3.20"


def test_lines_at_a_projected_rate_are_counted_over_all_files() -> None:
    settled_until = seq.MEDICARE_FFS.settled_until
    assert settled_until is not None
    day = f"{settled_until.year + 1}0301"
    audit = seq.check_835(remittance(claim("A-1", line("99213", "150", "78.40", RIGHT, on=day)), produced=day))
    assert audit.projected == 1

    audit.merge(seq.check_835(remittance(claim("B-1", line("99213", "150", "78.40", RIGHT)))))

    assert audit.projected == 1


def test_a_number_of_the_payee_is_not_the_payers() -> None:
    data = remittance(claim("A-1", line("99213", "150", "78.40", RIGHT)), before=("REF*2U*H1234",))

    with seq.read_835(data) as reader:
        (found,) = reader

    assert "11502" in found.remittance.payer_ids
    assert "H1234" not in found.remittance.payer_ids
    assert seq.check_835(data, payers={"H1234": "contract"}).counts[Verdict.CORRECT] == 1


def test_a_file_that_is_cut_off_in_its_plb_is_not_whole_but_its_claims_are() -> None:
    whole = remittance(
        claim("A-1", line("99213", "150", "78.40", RIGHT)), provider_adjustments=["PLB*1234567893*20241231*WO:1*10.00"]
    )
    data = whole[: whole.index(b"*10.00")]

    audit = seq.check_835(data)
    with seq.read_835(data) as reader:
        (found,) = reader

    assert [problem.code for problem in audit.problems] == ["cut_off"]
    assert audit.counts[Verdict.CORRECT] == 1
    assert found.complete
    assert not found.remittance.complete


def test_a_count_of_seven_digits_is_a_count() -> None:
    data = remittance(claim("A-1", line("99213", "150", "78.40", RIGHT)))
    count = data.split(b"SE*")[1].split(b"*")[0]

    assert not seq.check_835(data.replace(b"SE*" + count, b"SE*" + count.zfill(7))).problems
    (problem,) = seq.check_835(data.replace(b"SE*" + count, b"SE*1000000")).problems
    assert problem.code == "wrong_count"


@pytest.mark.parametrize("status", ["25"])
def test_a_claim_that_is_priced_and_not_paid_owes_no_cut(status: str) -> None:
    data = remittance(
        claim("A-1", line("99213", "150", "78.40", RIGHT)),
        claim("B-1", line("99213", "150", "80", UNCUT), status=status),
    )

    counts = seq.check_835(data, payers={"11502": "ffs"}).counts

    assert counts[Verdict.NOTHING_DUE] == counts[Verdict.CORRECT] == 1


def test_lines_under_two_rates_with_one_off_by_two_cents() -> None:
    lines = (
        line("99213", "150", "80", UNCUT, on="20220331"),
        line("99213", "150", "79.22", [*UNCUT, ("CO", "253", "0.78")], on="20220510"),
        line("99213", "150", "78.40", RIGHT, on="20220701"),
    )
    audit = seq.check_835(remittance(claim("A-1", *lines)), keep="all")

    # A through date would set another rate, and nothing in the file says whether this claim has one.
    assert [finding.verdict for finding in audit.findings] == [
        Verdict.NOTHING_DUE,
        Verdict.UNDETERMINED,
        Verdict.CORRECT,
    ]
    assert audit.findings[1].reason_code == "claim_type_unproven"
    assert [str(finding.expected) for finding in audit.findings] == ["0.00", "0.80", "1.60"]
    assert sorted(audit.totals.by_month) == ["2022-05", "2022-07"]


def test_a_claim_that_does_not_balance_is_not_ready_for_the_secondary_payer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "one.835"
    path.write_bytes(remittance(claim("A-1", line("99213", "150", "78.40", RIGHT[:2]))))

    assert main(["secondary", str(path)]) == 1
    assert "out of balance by $20.00" in capsys.readouterr().out


def test_a_line_that_was_taken_back_bears_no_share_of_the_claims_sequestration() -> None:
    back = line("99213", "-50", "-50")
    data = remittance(
        claim("A-1", line("99214", "150", "150"), back, paid="98", charge="100", adjustments=[("CO", "253", "2")])
    )
    with seq.read_835(data) as reader:
        found = seq.secondary_adjustments(next(reader), spread=True)

    assert [len(each.adjustments) for each in found.lines] == [1, 0]
    assert found.balances


def test_groups_of_one_code_are_in_one_order_whatever_the_file_has_first() -> None:
    item = line("99213", "150", "78.40", [("PR", "45", "20"), ("CO", "45", "50"), ("CO", "253", "1.60")])
    totals = seq.check_835(remittance(claim("A-1", item))).by_code()

    assert [(total.group, total.code) for total in totals] == [("CO", "45"), ("PR", "45"), ("CO", "253")]
