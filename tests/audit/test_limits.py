"""Limits that a reader can see: what is said of them, and what is so at the limit itself and one beyond it."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

import sequestration as seq
from tests.making import RIGHT, claim, interchange, line, remittance, transaction
from tests.paths import ROOT

DOUBLED = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
LOW_BY_A_CENT = [("CO", "45", "50"), ("CO", "253", "1.59"), ("PR", "2", "20")]


@pytest.mark.parametrize(
    ("module", "name", "page", "sentence"),
    [
        ("groups", "_MAX_GROUPS", "outputs", "those with the most dollars left to act on first. Beyond {} they are"),
        ("groups", "_MAX_GROUPS", "outputs", "not in the totals; largest difference first. Beyond {} they are"),
        ("ledger", "_MAX_CODES", "outputs", "beyond {} unknown codes are combined under `*`"),
        ("repeats", "_MAX_REMITTANCES", "results", "An audit remembers its first {} remittances."),
        ("claim_history", "_MAX_NOTABLE", "", "the first {} reversals, corrections and claims with a finding are kept"),
        ("claim_history", "_MAX_PLAIN", "", "the last 5,000 of a remittance and {} in all."),
        ("reversals", "_MAX_REMEMBERED", "", "of all other payments the last {} of a remittance and 50,000 in all."),
    ],
)
def test_limits_are_those_that_the_pages_name(module: str, name: str, page: str, sentence: str) -> None:
    limit = getattr(importlib.import_module(f"sequestration._audit.{module}"), name)
    text = (
        (ROOT / "docs" / "reference" / f"{page}.md").read_text("utf-8") if page else inspect.getdoc(seq.Audit.by_claim)
    )

    assert sentence.format(f"{limit:,}") in " ".join((text or "").split())


@pytest.mark.parametrize(("length", "is_recognized"), [(80, True), (81, False)])
@pytest.mark.parametrize("name", ["trace", "payer_id"])
def test_a_remittance_is_recognized_by_numbers_of_eighty_characters(
    name: str, length: int, is_recognized: bool
) -> None:
    options: dict[str, Any] = {name: "9" * length}
    data = remittance(claim("A", line("99213", "150", "78.40", RIGHT)), **options)
    audit = seq.check_835([data, data])

    assert audit.counts[seq.Verdict.CORRECT] == (1 if is_recognized else 2)


@pytest.mark.parametrize(("lines", "is_told"), [(4, False), (5, True)])
def test_five_roundings_to_one_side_are_told(lines: int, is_told: bool) -> None:
    low = [claim(f"A{n}", line("99213", "150", "78.41", LOW_BY_A_CENT)) for n in range(lines)]
    high = claim("B", line("99213", "150", "78.39", [("CO", "45", "50"), ("CO", "253", "1.61"), ("PR", "2", "20")]))

    found = [problem for problem in seq.check_835(remittance(*low)).problems if problem.code == "one_sided_rounding"]
    assert bool(found) is is_told
    for problem in found:
        assert (problem.facts["places"], problem.facts["side"], str(problem.facts["sum"])) == (lines, "small", "0.05")
    assert not seq.check_835(remittance(*low, high)).problems


@pytest.mark.parametrize(("lines", "advice"), [(4, "request a clerical error reopening"), (5, "look for a mass adj")])
def test_from_five_lines_on_a_mass_adjustment_is_likely(lines: int, advice: str) -> None:
    wrong = [claim(f"A{n}", line("99213", "150", "76.80", DOUBLED)) for n in range(lines)]
    (pattern,) = seq.check_835(remittance(*wrong)).patterns()

    assert advice in pattern.text


@pytest.mark.parametrize(("limit", "kept"), [(0, 0), (1, 1), (3, 3), (4, 3)])
def test_as_many_findings_as_the_limit_are_kept_of_each_verdict(limit: int, kept: int) -> None:
    wrong = [claim(f"A{n}", line("99213", "150", "76.80", DOUBLED)) for n in range(3)]
    low = [claim(f"B{n}", line("99213", "150", "79.20", LOW)) for n in range(3)]
    audit = seq.check_835(interchange(transaction(*wrong, *low)), limit=limit)

    for verdict in (seq.Verdict.CUT_TOO_LARGE, seq.Verdict.CUT_TOO_SMALL):
        assert sum(finding.verdict is verdict for finding in audit.findings) == kept
        assert audit.findings_dropped[verdict] == 3 - kept
        assert audit.counts[verdict] == 3


LOW = [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")]


@pytest.mark.parametrize(
    ("limit", "value", "part"),
    [
        ("groups._MAX_GROUPS", 5, "pattern_groups"),
        ("groups._MAX_GROUPS", 5, "plan_groups"),
        ("ledger._MAX_CODES", 9, "ledger"),
        ("repeats._MAX_REMITTANCES", 4, "remittances"),
        ("claim_history._MAX_NOTABLE", 4, "history"),
        ("claim_history._MAX_PLAIN", 4, "history"),
    ],
)
def test_two_audits_have_room_together_up_to_the_limit(
    limit: str, value: int, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has two remittances: two groups, two claims with a finding and two others, and four codes."""

    def audit(name: str) -> Any:
        found = []
        for number in range(2):
            wrong = claim(f"W{number}", line("99213", "150", "76.80", DOUBLED))
            plan = claim(f"P{number}", line("99213", "150", "76.80", DOUBLED), plan="16")
            right = claim(f"R{number}", line("99213", "150", "78.40", [*RIGHT[:2], ("PR", "3", "20")]))
            key = f"{name}{number}"
            found.append(transaction(wrong, plan, right, payer=key, payer_id=key, trace=key))
        return getattr(seq.check_835(interchange(*found)), part)

    one, two = audit("A"), audit("B")
    monkeypatch.setattr(f"sequestration._audit.{limit}", value)
    assert one.has_room_for(two)
    monkeypatch.setattr(f"sequestration._audit.{limit}", value - 1)
    assert not one.has_room_for(two)


def test_payments_of_a_remittance_beyond_the_limit_let_go_of_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole remittances go, so that a little more than the limit may be kept."""
    monkeypatch.setattr("sequestration._audit.claim_history._MAX_PLAIN", 4)
    files = [
        remittance(*(claim(f"A{file}{n}", line("99213", "150", "78.40", RIGHT)) for n in range(2)), trace=f"EFT{file}")
        for file in range(4)
    ]

    assert [event.claim for event in seq.check_835(files[:2]).history] == ["A00", "A01", "A10", "A11"]
    assert [event.claim for event in seq.check_835(files).history] == ["A20", "A21", "A30", "A31"]
