"""Medicare's fork: a claim was decided, or it could not be processed; and whose the rest is.

Sources: contractors' pages of NGS, Palmetto GBA, First Coast and CGS on MA130, reopenings and documentation.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration import Action, CodeKind, GroupCode
from sequestration._codes.remark_notes import remark_notes
from sequestration._provenance import PRACTICE
from tests import step_page

DATES: dict[str, Any] = {"service_date": "2025-03-01", "remittance_date": "2025-06-02"}
DECIDED = ["redetermination", "reopening", "reopening_for_good_cause"]
FILING = ["timely_filing"]

# Pair, remarks that were seen beside it, the right step, its clocks (the earliest first), and words that it must hold.
REVIEWED: list[tuple[str, str, Action, list[str], str]] = [
    ("CO-16", "MA01", Action.REQUEST_REOPENING, DECIDED, "duplicate (CARC 18)"),
    ("CO-4", "MA01", Action.REQUEST_REOPENING, DECIDED, "modifier"),
    ("CO-236", "", Action.REQUEST_REOPENING, DECIDED, "modifier"),
    ("CO-11", "", Action.REQUEST_REOPENING, DECIDED, "only with remark MA130"),
    ("CO-58", "", Action.REQUEST_REOPENING, DECIDED, "only with remark MA130"),
    ("CO-B15", "", Action.REQUEST_REOPENING, DECIDED, "by a redetermination"),
    ("CO-97", "M15 M144", Action.REVIEW, DECIDED, "NCCI edit with modifier indicator 1"),
    ("CO-B9", "", Action.REVIEW, DECIDED, "GW"),
    ("PR-B9", "", Action.REVIEW, DECIDED, "GV"),
    ("PR-31", "N382", Action.VERIFY_ELIGIBILITY, FILING, "Medicare number"),
    ("PR-27", "", Action.VERIFY_ELIGIBILITY, FILING, "retroactive entitlement first"),
    ("PR-26", "", Action.VERIFY_ELIGIBILITY, FILING, "retroactive entitlement first"),
    ("CO-252", "N706", Action.SEND_DOCUMENTATION, ["documents", *DECIDED], "120 days from the denial"),
    ("CO-226", "N102", Action.SEND_DOCUMENTATION, ["documents", *DECIDED], "120 days from the denial"),
    ("CO-119", "N435", Action.REVIEW, DECIDED, "KX"),
    ("CO-96", "N130 N425 M15", Action.REVIEW, DECIDED, "remark"),
    ("CO-22", "MA04 MA92", Action.BILL_OTHER_PAYER, FILING, "BCRC"),
    ("CO-109", "N418 N104", Action.BILL_OTHER_PAYER, FILING, "contractor"),
    ("PI-50", "", Action.CHECK_CONTRACT, [], "PI"),
    ("PI-253", "", Action.CHECK_CONTRACT, [], "contract"),
]


@pytest.mark.parametrize("pair, remarks, action, clocks, words", REVIEWED, ids=[row[0] for row in REVIEWED])
def test_pairs_that_were_reviewed(pair: str, remarks: str, action: Action, clocks: list[str], words: str) -> None:
    for remark in [None, *remarks.split()]:
        step = seq.next_step(pair, remark=remark, **DATES)
        assert step.action is action, remark
        assert [clock.rule for clock in step.deadlines] == clocks
        assert words in step.why


class TestTheFork:
    @pytest.mark.parametrize("code", ["16", "4", "11", "58", "B15", "236", "146", "199"])
    def test_unprocessable_is_a_new_claim(self, code: str) -> None:
        step = seq.next_step(f"CO-{code}", remark=["MA130", "N290"], **DATES)
        assert step.action is Action.CORRECT_AND_RESUBMIT
        assert [clock.rule for clock in step.deadlines] == FILING
        assert step.instruction() == "Correct the claim and send it as a new claim by Mar 2, 2026."
        assert "N290: Correct the rendering provider's NPI." in step.why

    @pytest.mark.parametrize("institutional", [None, True, False])
    def test_a_decided_claim_is_never_sent_again(self, institutional: bool | None) -> None:
        for group, code, remark in itertools.product(("", "CO-", "PR-", "OA-"), seq.CARCS, (None, "MA01")):
            step = seq.next_step(f"{group}{code}", remark=remark, institutional=institutional)
            assert step.action is not Action.CORRECT_AND_RESUBMIT, (group, code, remark)

    def test_institutions_adjust(self) -> None:
        step = seq.next_step("CO-16", institutional=True, **DATES)
        assert step.action is Action.ADJUST_CLAIM
        assert step.instruction().startswith("Send an adjustment claim (bill type xx7) by Mar 2, 2026.")
        assert [clock.rule for clock in step.deadlines] == ["redetermination", "adjustment", *DECIDED[1:]]
        assert seq.next_step("CO-16", institutional=True, remark="MA130").action is Action.CORRECT_AND_RESUBMIT
        assert seq.next_step("CO-16", institutional=False).action is Action.REQUEST_REOPENING

    def test_an_adjustment_that_is_too_late_is_a_reopening(self) -> None:
        step = seq.next_step("CO-16", institutional=True, service_date="2025-03-01", remittance_date="2026-06-01")
        assert step.action is Action.REQUEST_REOPENING
        assert "Mar 2, 2026, has passed" in step.why

    @pytest.mark.parametrize("remark", ["N142", "N517", "N704"])
    def test_a_remark_that_asks_for_a_new_claim(self, remark: str) -> None:
        assert seq.next_step("CO-16", remark=remark).action is Action.CORRECT_AND_RESUBMIT

    @pytest.mark.parametrize("remark", ["N211", "N83", "MA44"])
    def test_no_clock_of_an_appeal_that_does_not_exist(self, remark: str) -> None:
        for pair in ("CO-16", "CO-50", "CO-97", "CO-252"):
            step = seq.next_step(pair, remark=remark, **DATES)
            assert step.action is not Action.APPEAL
            assert "redetermination" not in [clock.rule for clock in step.deadlines]

    def test_the_practices_own_row_may_send_again(self, tmp_path: Path) -> None:
        path = tmp_path / "ours.csv"
        path.write_text("code,step\n16,correct and resubmit\n", "utf-8")
        step = seq.next_step("CO-16", steps=seq.STEPS.with_rules(path))
        assert step.action is Action.CORRECT_AND_RESUBMIT

    def test_the_table_of_steps_says_the_same(self) -> None:
        assert seq.STEPS["16"] is Action.REQUEST_REOPENING
        assert all(seq.STEPS[code] is seq.next_step(code).action for code in seq.CARCS)


class TestOtherPayers:
    @pytest.mark.parametrize(
        "group, payer", [("", "plan"), ("CO-", "plan"), ("PR-", "plan"), ("OA-", "plan"), ("PI-", None), ("PI-", "ffs")]
    )
    def test_no_deadline_of_medicare_runs(self, group: str, payer: str | None) -> None:
        for code in seq.CARCS:
            step = seq.next_step(f"{group}{code}", payer=payer, **DATES)
            assert step.deadlines == ()
            assert step.authority is None
            assert "MAC" not in step.instruction()
            assert "redetermination" not in step.instruction()
            assert step.action not in (Action.REQUEST_REOPENING, Action.ADJUST_CLAIM)

    def test_a_plan_has_its_own_corrections(self) -> None:
        assert seq.next_step("CO-16", payer="plan").action is Action.CORRECT_AND_RESUBMIT
        assert seq.next_step("CO-16", payer="plan").instruction() == "Correct the claim and send it again."
        assert seq.next_step("CO-50", payer="plan").instruction() == "Appeal to the payer."
        assert seq.next_step("CO-253", payer="plan").action is Action.CHECK_CONTRACT

    def test_none_and_ffs_are_medicare(self) -> None:
        for pair in ("CO-16", "CO-50", "CO-253", "PR-31"):
            assert seq.next_step(pair, payer="ffs", **DATES) == seq.next_step(pair, **DATES)
        assert seq.next_step("CO-50", payer="contract") == seq.next_step("CO-50", payer="plan")

    def test_a_finding(self) -> None:
        finding = seq.check_adjustment(reported="0.90", paid="39.10", on="2019-03-01")
        assert seq.next_step(finding, payer="plan", **DATES).action is Action.CHECK_CONTRACT
        assert seq.next_step(finding, payer="ffs", **DATES).action is Action.REQUEST_REOPENING

    @pytest.mark.parametrize("wrong", ["medicare", "", "FFS "])
    def test_an_unknown_payer_is_refused(self, wrong: str) -> None:
        with pytest.raises(seq.InvalidArgument, match="payer must be 'ffs' or 'plan'"):
            seq.next_step("CO-50", payer=wrong)
        with pytest.raises(seq.InvalidArgumentType):
            seq.next_step("CO-50", payer=3)  # type: ignore[arg-type]


class TestNotThePatients:
    """PR never makes the patient's what can be corrected first."""

    def test_eligibility_data_and_documentation(self) -> None:
        for pair, remark in itertools.product(self.pairs(), (None, "MA01", "N382", "M38", "N706", "MA130")):
            assert seq.next_step(pair, remark=remark).action is not Action.BILL_PATIENT, (pair, remark)

    @pytest.mark.slow
    def test_whatever_the_remark(self) -> None:
        for pair, remark in itertools.product(self.pairs(), remark_notes()):
            assert seq.next_step(pair, remark=remark).action is not Action.BILL_PATIENT, (pair, remark)

    @staticmethod
    def pairs() -> list[str]:
        """Every denial about eligibility, data or documentation, with every group and without one."""
        denials = [entry for entry in seq.CARCS.values() if entry.kind is CodeKind.DENIAL]
        codes = [each.code for each in denials if each.category in ("eligibility", "coding", "documentation")]
        assert len(codes) > 60
        return [f"{group}-{code}" if group else code for code in codes for group in ("", *GroupCode)]

    @pytest.mark.parametrize(
        "code",
        [
            "29",
            "97",
            "18",
            "B9",
            "B15",
            "236",
            "129",
            "208",
            "B7",
            "193",
            "B4",
            "223",
            "24",
            "213",
            "233",
            "108",
            "B22",
        ],
    )
    def test_nor_late_claims_bundles_and_repeats(self, code: str) -> None:
        assert seq.next_step(f"PR-{code}").action is not Action.BILL_PATIENT

    @pytest.mark.parametrize("remark", ["M27", "M39", "MA113", "N842"])
    @pytest.mark.parametrize("pair", ["PR-50", "PR-96", "PR-204", "204"])
    def test_nor_what_a_remark_frees_the_patient_of(self, pair: str, remark: str) -> None:
        step = seq.next_step(pair, remark=remark)
        assert step.action is Action.REVIEW
        assert "do not bill the patient" in step.why

    @pytest.mark.parametrize("remark", ["N192", "N781", "N782", "N783"])
    def test_nor_the_share_of_a_qmb_patient(self, remark: str) -> None:
        """A Qualified Medicare Beneficiary owes no cost sharing: it is billed to Medicaid."""
        for code in "123":
            step = seq.next_step(f"PR-{code}", remark=remark, **DATES)
            assert step.action is Action.BILL_OTHER_PAYER
            assert step.deadlines == ()
            assert "do not bill the patient" in step.why

    def test_the_patients_own_answer_is_waited_for(self) -> None:
        step = seq.next_step("PR-227")
        assert step.action is Action.REVIEW
        assert "waits for the patient's answer" in step.why


class TestGuards:
    ROWS = (
        "code,remark,step\n253,,appeal\nPR-1,,write off\nPR-2,,appeal\nPR-3,,review\n16,MA130,appeal\n50,N211,appeal\n"
    )

    def test_no_row_of_a_practice_overrules_them(self, tmp_path: Path) -> None:
        path = tmp_path / "ours.csv"
        rows = ["code,remark,step", "253,,appeal", "PR-1,,write off", "PR-2,,appeal", "PR-3,,review"]
        path.write_text("\n".join([*rows, "16,MA130,appeal", "50,N211,appeal"]), "utf-8")
        steps = seq.STEPS.with_rules(path)
        for payer, institutional in itertools.product((None, "ffs", "plan"), (None, True, False)):
            options: dict[str, Any] = {"payer": payer, "institutional": institutional}
            for pair, remark in [
                ("CO-253", None),
                ("PR-253", None),
                ("PR-1", None),
                ("PR-2", None),
                ("PR-3", None),
                ("CO-16", "MA130"),
                ("CO-50", "N211"),
            ]:
                ours = seq.next_step(pair, remark=remark, steps=steps, **options)
                assert ours.action is seq.next_step(pair, remark=remark, **options).action
        assert len(steps.overruled) == 6


class TestNotes:
    def test_two_hundred_and_more_each_with_a_source(self) -> None:
        notes = remark_notes()
        assert len(notes) > 200
        assert all(note.source for note in notes.values())
        assert {note.source for note in notes.values()} > {PRACTICE, "42 CFR 405.942(a)"}
        assert all(code in seq.RARCS and seq.RARCS[code].stop is None for code in notes)

    @pytest.mark.parametrize("remark", list(remark_notes()))
    def test_every_note_is_said(self, remark: str) -> None:
        note = remark_notes()[remark]
        assert note.says[0].isupper()
        assert not note.says.endswith(".")
        if remark not in ("MA130", "N142", "N517", "N704"):
            assert f"{remark}: {note.says}." in seq.next_step("CO-16", remark=remark).why

    def test_every_rule_has_a_source_or_is_marked_as_practice(self) -> None:
        rules = seq.STEPS._every_rule
        assert all(rule.source == PRACTICE or rule.authority for rule in rules)
        assert {rule.source for rule in rules} > {PRACTICE, "2 U.S.C. 906(d)", "42 CFR 424.44"}


def test_the_page_of_steps_is_what_the_data_say() -> None:
    """After a change of the data: `python -m tests.step_page`, and read the page."""
    assert step_page.PAGE.read_text("utf-8") == step_page.page()
