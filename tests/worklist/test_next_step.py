"""The next step: guards, the practice's own rows, the group code, findings, and what CO 253 is not."""

from __future__ import annotations

import itertools
import pickle
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration import Action, GroupCode
from sequestration._codes.remark_notes import remark_notes
from sequestration._codes.step_rules import action_facts
from sequestration._worklist.clocks import KnownDates

DATES: dict[str, Any] = {"service_date": "2025-03-01", "remittance_date": "2025-06-02", "identified_on": "2025-07-01"}


class TestSequestration:
    @pytest.mark.parametrize("written", ["CO-253", "253", 253, "co 253", "OA-253"])
    def test_it_is_posted_and_nothing_else(self, written: Any) -> None:
        step = seq.next_step(written, **DATES)
        assert step.action is Action.WRITE_OFF
        assert step.deadline is None
        assert _cited(step) == "2 U.S.C. 906(d)"
        for words in ("can't be prevented or appealed", "reopening only if the amount is wrong", "Never bill it"):
            assert words in step.why

    def test_under_pr_it_depends_on_the_assignment(self) -> None:
        assert seq.next_step("PR-253").action is Action.REVIEW
        assert seq.next_step("PR-253", assigned=True).action is Action.REQUEST_REOPENING
        assert seq.next_step("PR-253", assigned=False).action is Action.BILL_PATIENT
        assert seq.next_step("PR-253", remark="MA28").action is Action.BILL_PATIENT
        assert "limiting charge" in seq.next_step("PR-253", assigned=False).why
        assert _rules(seq.next_step("PR-253", assigned=True, **DATES)) == DECIDED

    def test_no_remark_makes_it_appealable(self) -> None:
        for remark in ("MA130", "N211", "MA01", ["MA01", "N211"]):
            assert seq.next_step("CO-253", remark=remark).action is Action.WRITE_OFF


class TestTheGroupCodeWins:
    @pytest.mark.parametrize("code", list(seq.CARCS))
    def test_nothing_but_pr_bills_the_patient(self, code: str) -> None:
        for group in ("CO", "OA", "PI", "CR"):
            assert seq.next_step(f"{group}-{code}").action is not Action.BILL_PATIENT

    @pytest.mark.parametrize("code", ["96", "204", "50", "45", "119", "1", "2", "3", "B1"])
    def test_pr_is_the_patients_or_the_next_payers(self, code: str) -> None:
        assert seq.next_step(f"PR-{code}").action is Action.BILL_PATIENT

    @pytest.mark.parametrize("code", ["22", "109"])
    def test_pr_of_a_wrong_payer_is_the_next_payers(self, code: str) -> None:
        assert seq.next_step(f"PR-{code}").action is Action.BILL_OTHER_PAYER

    @pytest.mark.parametrize("code", ["18", "B13", "187", "144"])
    def test_pr_of_a_repeat_or_a_credit_is_nobodys(self, code: str) -> None:
        assert seq.next_step(f"PR-{code}").action is Action.NONE

    @pytest.mark.parametrize(
        "pair, action",
        [
            ("CO-204", "write off"),
            ("OA-204", "review"),
            ("PI-204", "check contract"),
            ("CR-204", "none"),
            ("204", "bill patient"),
        ],
    )
    def test_what_stands_in_for_the_patient(self, pair: str, action: str) -> None:
        assert seq.next_step(pair).action == action

    def test_an_unusual_pair_says_so(self) -> None:
        assert "unusual" in seq.next_step("CO-1").why.lower()
        assert "unusual" not in seq.next_step("PR-45").why.lower()


class TestSteps:
    @pytest.mark.parametrize(
        "pair, action, rule",
        [
            ("CO-29", "write off", "timely_filing"),
            ("CO-16", "request reopening", "redetermination"),
            ("CO-11", "request reopening", "redetermination"),
            ("CO-50", "appeal", "redetermination"),
            ("CO-55", "appeal", "redetermination"),
            ("CO-252", "send documentation", "documents"),
            ("OA-18", "none", "reopening"),
            ("CO-45", "write off", None),
            ("OA-23", "none", None),
            ("CO-197", "obtain authorization", "redetermination"),
            ("CO-109", "bill other payer", "timely_filing"),
            ("PR-1", "bill patient", None),
        ],
    )
    def test_action_and_deadline(self, pair: str, action: str, rule: Any) -> None:
        step = seq.next_step(pair, service_date="2025-03-01", remittance_date="2026-06-01")
        assert step.action == action
        assert (step.deadline.rule if step.deadline else None) == rule

    def test_every_deadline_that_the_tables_name_can_be_counted(self) -> None:
        named = {name for facts in action_facts().values() for name in facts.deadlines}
        named |= {name for rule in seq.STEPS._every_rule for name in rule.deadlines}
        dates = KnownDates.of("2025-03-01", None, "2025-06-02", "2025-07-01")

        assert {clock.rule for clock in dates.clocks(named)} == named - {"none"}
        assert len(named) > 4
        with pytest.raises(KeyError):
            dates.clocks(["redeterminaton"])

    def test_the_clock_of_an_action_is_one_of_its_deadlines(self) -> None:
        for action in Action:
            facts = action_facts()[action]
            assert set(facts.own) <= {*facts.deadlines, "documents"}, action

    def test_without_dates_there_is_no_deadline(self) -> None:
        assert seq.next_step("CO-50").deadline is None
        assert seq.next_step("CO-16", remark="MA130", remittance_date="2026-06-01").deadline is None

    def test_through_date(self) -> None:
        step = seq.next_step("CO-16", remark="MA130", service_date="2025-03-03", through_date="2025-03-12")
        assert _last_day(step) == date(2026, 3, 12)
        assert _last_day(seq.next_step("CO-16", remark="MA130", through_date="2025-03-12")) == date(2026, 3, 12)

    def test_a_service_of_one_day_and_dates_in_the_wrong_order(self) -> None:
        dates = {"service_date": "2025-03-03", "through_date": "2025-03-03"}
        assert _last_day(seq.next_step("CO-16", remark="MA130", **dates)) == date(2026, 3, 3)  # type: ignore[arg-type]
        with pytest.raises(seq.InvalidDate, match="through_date 2025-03-02 is before service_date 2025-03-03"):
            seq.next_step("CO-16", service_date="2025-03-03", through_date="2025-03-02")

    def test_late_filing_that_cannot_have_been_late(self) -> None:
        late = seq.next_step("CO-29", service_date="2025-03-01", remittance_date="2026-06-01")
        assert late.action is Action.WRITE_OFF
        assert "424.44(b)" in late.why
        odd = seq.next_step("CO-29", service_date="2025-03-01", remittance_date="2025-06-01")
        assert odd.action is Action.REVIEW
        assert "can't have been late" in odd.why

    def test_a_claim_that_cannot_be_sent_anew_in_time(self) -> None:
        unprocessable: dict[str, Any] = {"remark": "MA130", "service_date": "2025-03-01"}
        step = seq.next_step("CO-16", **unprocessable, remittance_date="2026-06-01")
        assert "had passed" in step.why
        assert "had passed" not in seq.next_step("CO-16", **unprocessable, remittance_date="2025-06-01").why

    def test_every_code_has_a_step_with_words(self) -> None:
        for code in seq.CARCS:
            step = seq.next_step(code)
            assert isinstance(step.action, Action)
            assert len(step.why) > 20
            assert step.why[0].isupper() or not step.why[0].isalpha()

    @pytest.mark.parametrize("payer", ["ffs", "plan"])
    def test_reasons_are_sentences(self, payer: str) -> None:
        """No part of a reason in our tables ends with a mark of its own."""
        for code, group in itertools.product(seq.CARCS, ("", *GroupCode)):
            why = seq.next_step(f"{group}-{code}" if group else code, payer=payer).why
            assert why.endswith(".")
            assert not re.search(r"[.?!]\.|[.] [a-z]|  ", why), why

    def test_subjects_of_all_kinds(self) -> None:
        pair = seq.adjustment_code("CO-96")
        adjustment = seq.Adjustment("CO", "96", "12.00")
        assert seq.next_step(pair) == seq.next_step(adjustment) == seq.next_step("CO-96")
        assert seq.next_step(pair.carc) == seq.next_step("96")

    def test_an_odd_group_of_a_file_is_none(self) -> None:
        for group in ("", "XX"):
            assert seq.next_step(seq.Adjustment(group, "96", "1.00")) == seq.next_step("96")
        with pytest.raises(seq.UnknownCode):
            seq.next_step(seq.Adjustment("CO", "", "1.00"))

    def test_dates_that_the_rules_do_not_reach(self) -> None:
        assert seq.next_step("CO-29", service_date="2009-03-01").deadline is None
        with pytest.raises(seq.InvalidDate):
            seq.next_step("CO-29", service_date="2009-02-30")
        with pytest.raises(seq.InvalidDate, match="before service_date"):
            seq.next_step("CO-16", service_date="2025-03-03", through_date="2025-03-02")

    def test_a_newer_code_asks_for_a_review(self) -> None:
        step = seq.next_step("CO-399")
        assert step.action is Action.REVIEW
        assert "may be newer" in step.why
        with pytest.raises(seq.UnknownCode):
            seq.next_step("hello")
        with pytest.raises(seq.UnknownCode):
            seq.next_step("CO-50", remark="211")

    def test_words(self) -> None:
        step = seq.next_step("CO-50", remittance_date="2026-06-01")
        assert str(step).startswith("appeal: Request a redetermination from your MAC by Oct 4, 2026. Not medically")
        assert step.to_text().splitlines()[0] == "appeal"
        assert repr(step).startswith("Step(action='appeal', why='Not medically")
        assert pickle.loads(pickle.dumps(step)) == step


class TestNoAppeal:
    def test_ma130_means_a_new_claim(self) -> None:
        for pair in ("CO-16", "CO-50", "16", "PR-31", "CO-29"):
            assert seq.next_step(pair, remark="ma130").action is Action.CORRECT_AND_RESUBMIT
        assert seq.next_step("CO-45", remark="MA130").action is Action.WRITE_OFF

    @pytest.mark.parametrize("remark", ["MA130", "N211"])
    @pytest.mark.parametrize("code", list(seq.CARCS))
    def test_no_code_is_appealed_against_a_remark(self, code: str, remark: str) -> None:
        for pair in (code, f"CO-{code}", f"PR-{code}"):
            assert seq.next_step(pair, remark=[remark]).action is not Action.APPEAL


class TestThePracticesOwnRows:
    def test_laid_over(self, tmp_path: Path) -> None:
        steps = _steps(
            tmp_path,
            "code,remark,category,step",
            "50,,,write off",
            ",,bundling,Appeal",
            "16,N382,,bill-patient",
        )
        assert seq.next_step("CO-50", steps=steps).action is Action.WRITE_OFF
        assert seq.next_step("CO-97", steps=steps).action is Action.APPEAL
        assert seq.next_step("16", remark="n382", steps=steps).action is Action.BILL_PATIENT
        assert seq.next_step("16", steps=steps).action is Action.REQUEST_REOPENING
        assert seq.next_step("CO-50").action is Action.APPEAL
        rows = {row["code"]: row for row in steps.to_records()}
        assert {code: rows[code]["step"] for code in ("50", "97", "16")} == {
            code: steps[code] for code in ("50", "97", "16")
        }
        assert rows["97"]["step"] == "appeal" != {row["code"]: row["step"] for row in seq.STEPS.to_records()}["97"]
        assert "own rule" in seq.next_step("CO-50", steps=steps).why
        assert "origin" not in repr(seq.next_step("CO-50", steps=steps)), "a repr is one line"
        assert "row 2" in seq.next_step("CO-50", steps=steps).origin
        assert (steps["50"], seq.STEPS["50"]) == ("write off", "appeal")

    def test_the_closest_row_wins(self, tmp_path: Path) -> None:
        steps = _steps(
            tmp_path,
            "code,remark,category,step",
            ",,medical_necessity,review",
            ",N115,,write off",
            "50,,,appeal",
            "CO-50,,,none",
            "50,N115,,check contract",
        )
        assert seq.next_step("55", steps=steps).action is Action.REVIEW
        assert seq.next_step("55", remark="N115", steps=steps).action is Action.WRITE_OFF
        assert seq.next_step("50", steps=steps).action is Action.APPEAL
        assert seq.next_step("CO-50", steps=steps).action is Action.NONE
        assert seq.next_step("50", remark="N115", steps=steps).action is Action.CHECK_CONTRACT

    def test_guards_cannot_be_overruled(self, tmp_path: Path) -> None:
        steps = _steps(
            tmp_path,
            "code,step,remark,category",
            "253,appeal,,",
            "PR-1,write off,,",
            ",appeal,,patient_responsibility",
            "16,appeal,MA130,",
            "50,appeal,N211,",
        )
        assert seq.next_step("CO-253", steps=steps).action is Action.WRITE_OFF
        assert seq.next_step("PR-1", steps=steps).action is Action.BILL_PATIENT
        assert seq.next_step("PR-3", steps=steps).action is Action.BILL_PATIENT
        assert seq.next_step("CO-16", remark="MA130", steps=steps).action is Action.CORRECT_AND_RESUBMIT
        assert seq.next_step("CO-50", remark="N211", steps=steps).action is Action.WRITE_OFF
        assert [rule.code for rule in steps.overruled] == ["253", "1", "16", "50"]
        assert "4 overruled" in repr(steps)

    def test_a_row_cannot_bill_the_patient_for_the_providers_share(self, tmp_path: Path) -> None:
        steps = _steps(tmp_path, "code,step", "29,bill patient")
        assert seq.next_step("CO-29", steps=steps).action is Action.WRITE_OFF
        assert seq.next_step("29", steps=steps).action is Action.BILL_PATIENT

    def test_a_row_may_appeal_what_is_the_patients(self, tmp_path: Path) -> None:
        steps = _steps(tmp_path, "code,step", "50,appeal")
        assert seq.next_step("PR-50", steps=steps).action is Action.APPEAL

    def test_codes_without_a_rule_are_listed(self, tmp_path: Path) -> None:
        assert "253" not in seq.STEPS.without_rule
        assert {"45", "29"} <= set(seq.STEPS.without_rule)
        steps = _steps(tmp_path, "code,step,category", "45,write off,", ",write off,timely_filing")
        left = set(seq.STEPS.without_rule) - set(steps.without_rule)
        assert left == {"45"} | {code for code, entry in seq.CARCS.items() if entry.category == "timely_filing"}

    def test_rows_upon_rows(self, tmp_path: Path) -> None:
        first = _steps(tmp_path, "code,step", "50,write off", "55,review")
        path = tmp_path / "more.csv"
        path.write_text("code,step\n50,none\n", "utf-8")
        both = first.with_rules(path)
        assert (both["50"], both["55"], first["50"]) == ("none", "review", "write off")

    @pytest.mark.parametrize(
        "content, says",
        [
            ("code,action\n50,appeal\n", "row 1: unknown column 'action'"),
            ("code,remark\n50,N1\n", "row 1: the column step is missing"),
            ("code,step\n50,sue them\n", "row 2: step must be one of none, write off"),
            ("code,step\n50,\n", "row 2: step must be one of"),
            ("code,step\n,appeal\n", "row 2: a row must name a code, a remark or a category"),
            ("code,step\nhello,appeal\n", "row 2: 'hello' is not a reason code"),
            ("remark,step\nhello,appeal\n", "row 2: 'hello' is not a remark code"),
            ("category,step\nhello,appeal\n", "row 2: unknown category 'hello'"),
            ("code,step\n50,appeal\n50,none\n", "row 3: 50 appears twice"),
        ],
    )
    def test_wrong_files_name_file_and_row(self, tmp_path: Path, content: str, says: str) -> None:
        with pytest.raises(seq.InvalidTable) as caught:
            _steps(tmp_path, *content.splitlines())
        assert says in str(caught.value)

    def test_values_are_plain_words(self) -> None:
        assert str(Action.WRITE_OFF) == "write off"
        assert str(Action.VERIFY_AND_RETURN) == "verify, report and return"

    def test_the_table_itself(self) -> None:
        assert len(seq.STEPS) == len(seq.CARCS)
        assert seq.STEPS["253"] is Action.WRITE_OFF
        assert {"code": "253", "title": "Federal sequestration adjustment", "step": "write off", "origin": "guard"} in (
            seq.STEPS.to_records()
        )
        assert pickle.loads(pickle.dumps(seq.STEPS)) == seq.STEPS
        assert "253: write off (guard)" in str(seq.STEPS)
        with pytest.raises(seq.UnknownCode):
            seq.STEPS["999"]


class TestFindings:
    def test_the_provider_is_owed(self) -> None:
        finding = seq.check_adjustment(reported="0.90", paid="39.10", on="2019-03-01")
        step = seq.next_step(finding, remittance_date="2026-06-01")
        assert (finding.owed_to, step.action) == ("provider", "request reopening")
        assert _cited(step) == "42 CFR 405.980(a)(3)"
        assert _rules(step) == DECIDED
        assert [clock.last_day.isoformat() for clock in step.deadlines] == ["2026-10-04", "2027-06-01", "2030-06-01"]
        assert step.deadline == step.deadlines[0]
        assert "mass adjustment" in step.why
        assert "cannot be appealed (42 CFR 405.980(a)(5))" in step.why

    def test_it_is_an_instruction_that_protects_the_appeal(self) -> None:
        finding = seq.check_adjustment(reported="0.90", paid="39.10", on="2019-03-01")
        step = seq.next_step(finding, remittance_date="2024-03-15")
        assert step.instruction() == (
            "Request a clerical error reopening from your MAC by Mar 15, 2025. To protect your appeal rights, request "
            "a redetermination from your MAC by Jul 18, 2024."
        )
        assert [line[:14].strip() for line in step.to_text().splitlines()[1:]] == [
            "do", "why", "last day", "last day", "last day", "authority",
        ]  # fmt: skip
        assert "The last day to request a redetermination from your MAC passed on Jul 18, 2024." in (
            step.instruction(as_of="2024-08-01")
        )
        assert step.instruction(as_of="2025-03-16") == (
            "The last day to request a reopening for any reason passed on Mar 15, 2025. You can still request a "
            "reopening for good cause by Mar 15, 2028."
        )
        assert [clock.rule for clock in step.open_deadlines("2025-03-16")] == ["reopening_for_good_cause"]
        assert step.open_deadlines("2028-03-16") == ()

    def test_a_passed_clock_is_marked(self) -> None:
        finding = seq.check_adjustment(reported="0.90", paid="39.10", on="2019-03-01")
        step = seq.next_step(finding, remittance_date="2024-03-15")
        text = step.to_text(as_of="2024-08-01")
        assert text.count("passed on Jul 18, 2024") == 2  # in the instruction and beside its clock
        assert "226 days left" in text
        assert text.count("after it you lose") == 3
        values = step.to_dict(as_of="2024-08-01")["deadlines"]
        assert [value["passed"] for value in values] == [True, False, False]
        assert values[0]["last_day"] == "2024-07-18"
        assert [value["days_left"] for value in values] == [-14, 226, 1322]
        assert {step.to_dict()["deadlines"][0][name] for name in ("passed", "days_left")} == {None}

    def test_a_cut_that_was_not_due(self) -> None:
        finding = seq.check_adjustment(reported="0.80", paid="39.20", on="2021-03-01")
        assert seq.next_step(finding).action is Action.REQUEST_REOPENING

    def test_medicare_is_owed(self) -> None:
        finding = seq.check_adjustment(reported=None, paid="40.00", on="2019-03-01")
        assert finding.owed_to == "medicare"
        step = seq.next_step(finding, identified_on="2026-06-01")
        assert step.action is Action.VERIFY_AND_RETURN
        assert _last_day(step) == date(2026, 7, 31)
        assert _cited(step) == "42 CFR 401.305"
        assert seq.next_step(finding).deadline is None

    @pytest.mark.parametrize("verdict", list(seq.Verdict))
    def test_no_advice_keeps_money(self, verdict: Any) -> None:
        for owed_to in (None, *seq.OwedTo):
            why = seq.next_step(seq.Finding(verdict=verdict, owed_to=owed_to)).why.lower()
            assert "keep" not in why
            assert "appeal" not in why.replace("cannot be appealed", "")

    @pytest.mark.parametrize(
        "verdict, action",
        [
            ("correct", "write off"),
            ("rounding", "write off"),
            ("nothing_due", "none"),
            ("reversal", "none"),
            ("not_applicable", "check contract"),
            ("wrong_group", "request reopening"),
            ("undetermined", "review"),
        ],
    )
    def test_other_verdicts(self, verdict: Any, action: str) -> None:
        finding = seq.Finding(verdict=seq.Verdict(verdict), reason="this is missing")
        step = seq.next_step(finding)
        assert step.action == action
        assert "This is missing" in step.why


class TestWhatItReallyWas:
    def test_five_causes_and_only_one_is_253(self) -> None:
        causes = seq.misattributed_causes()
        assert len(causes) == 5
        assert [cause.name for cause in causes if cause.is_253] == ["sequestration"]
        signals = [signal for cause in causes for signal in cause.signals]
        pairs = Counter((group, entry.code) for signal in signals for group in signal.groups for entry in signal.codes)
        assert [pair for pair, times in pairs.items() if times > 1] == []
        assert all(entry.stop is None for cause in causes for entry in cause.codes)

    @pytest.mark.parametrize(
        "name, codes, action",
        [
            ("sequestration", "253", "write off"),
            ("wrong billing data", "16 4 146 199", "request reopening"),
            ("wrong billing data", "226 252 163", "send documentation"),
            ("lack of medical necessity", "50 55 56 40", "appeal"),
            ("lack of medical necessity", "150 151 154", "appeal"),
            ("service not covered", "96 204 49 119", "bill patient"),
            ("service not covered", "109 22", "bill other payer"),
            ("late filing", "29", "write off"),
        ],
    )
    def test_codes_and_steps(self, name: str, codes: str, action: str) -> None:
        cause = next(cause for cause in seq.misattributed_causes() if cause.name == name)
        signal = next(s for s in cause.signals if codes.split(maxsplit=1)[0] in [entry.code for entry in s.codes])
        assert set(codes.split()) <= {entry.code for entry in signal.codes}
        assert signal.action == action
        assert signal.why
        assert codes.split(maxsplit=1)[0] in str(cause)

    def test_the_table_agrees_with_the_steps(self) -> None:
        """For each code and group, without a remark and with every remark that the library has a note on.

        Remarks that close the appeal, ask for a new claim or free the patient are the only exceptions, and they say so.
        """
        decisive = {note.remark for note in remark_notes().values() if not note.allows_appeal} | {"N142", "N517"}
        decisive |= {"M27", "M39", "MA113", "N842"}  # the patient does not owe it
        common = [None, *sorted(remark_notes().keys() - decisive)]
        assert len(common) > 200
        for signal in (signal for cause in seq.misattributed_causes() for signal in cause.signals):
            pairs = [f"{group}-{entry.code}" for group in signal.groups for entry in signal.codes]
            for pair, remark in itertools.product(pairs, common):
                assert seq.next_step(pair, remark=remark).action is signal.action, (pair, remark)


def _steps(tmp_path: Path, *rows: str) -> seq.StepTable:
    """The library's steps with a practice's own file laid over."""
    path = tmp_path / "ours.csv"
    path.write_text("\n".join(rows), "utf-8")
    return seq.STEPS.with_rules(path)


DECIDED = ["redetermination", "reopening", "reopening_for_good_cause"]
"""Clocks of a decided claim, the earliest first."""


def _rules(step: seq.Step) -> list[str]:
    return [clock.rule for clock in step.deadlines]


def _cited(step: seq.Step) -> str:
    assert step.authority is not None
    return step.authority.citation


def _last_day(step: seq.Step) -> date:
    assert step.deadline is not None
    return step.deadline.last_day
