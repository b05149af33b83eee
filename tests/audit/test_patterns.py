"""Findings grouped by what they share, and plans summed beside the totals."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._audit import groups
from tests.making import RIGHT, Claim, Triple, claim, line, remittance
from tests.markup import parsed
from tests.paths import ROOT

NGS = "NATIONAL GOVERNMENT SERVICES"
RIGHT_CLAIM = claim("RIGHT", line("99213", "150", "78.40", RIGHT), facility="99")


def cut(number: object, amount: str, on: str = "20240301", plan: str = "MB", **more: Any) -> Claim:
    """A claim of which 80.00 was payable and some amount withheld."""
    adjustments: list[Triple] = [("CO", "45", "50"), ("CO", "253", amount), ("PR", "2", "20")]
    paid = str(Decimal(80) - Decimal(amount))
    return claim(f"C{number}", line("99213", "150", paid, adjustments, on=on), plan=plan, facility="99", **more)


def reversal(number: object, amount: str, on: str, plan: str) -> Claim:
    adjustments: list[Triple] = [("CO", "45", "-50"), ("CO", "253", f"-{amount}"), ("PR", "2", "-20")]
    paid = str(Decimal(amount) - Decimal(80))
    made = line("99213", "-150", paid, adjustments, on=on)
    return claim(f"C{number}", made, plan=plan, facility="99", status="22")


def window(lines: int, first: str = "202205") -> list[Claim]:
    """Lines of a month of 1% that were cut by 2%."""
    return [cut(number, "1.60", f"{first}{number % 28 + 1:02}") for number in range(lines)]


def test_one_mistake_of_a_payer_is_one_pattern() -> None:
    audit = seq.check_835(remittance(RIGHT_CLAIM, *window(412), payer=NGS))
    (pattern,) = audit.patterns()

    assert (pattern.payer, pattern.verdict, pattern.explanation) == (NGS, "cut_too_large", "other_rate")
    assert (pattern.lines, str(pattern.dollars), pattern.owed_to) == (412, "329.60", "provider")
    assert pattern.period == seq.MEDICARE_FFS.period_on("2022-05-01")
    assert str(pattern) == (
        f"{NGS}, 412 professional lines of May 1 to May 28, 2022, at 1%: $329.60 over-withheld (rate of another "
        "period); look for a mass adjustment"
    )
    assert str(pattern) in str(audit)
    assert str(pattern) in parsed(audit._repr_html_()).text
    assert audit.to_dict()["patterns"] == [pattern.to_dict()]


def test_verdicts_periods_payers_and_kinds_are_apart() -> None:
    stay = claim(
        "STAY",
        plan="MA",
        charge="80",
        paid="78.40",
        adjustments=[("CO", "253", "1.60")],
        first_day="20220510",
        last_day="20220510",
    )
    some = [
        RIGHT_CLAIM,
        *window(3),
        cut("A", "1.60", "20210301"),
        cut("B", "0.80", "20240301"),
        cut("C", "3.20"),
        cut("D", "3.20", "20190301"),
        stay,
    ]
    audit = seq.check_835([remittance(*some, payer="ONE"), remittance(*some, payer="TWO", trace="T2")])

    found = Counter((each.payer, each.verdict.value, each.claim_type, each.lines) for each in audit.patterns())
    of_one = [
        ("cut_too_large", "professional", 3),
        ("cut_not_due", "professional", 1),
        ("cut_too_small", "professional", 1),
        ("cut_too_large", "professional", 1),
        ("cut_too_large", "professional", 1),
        ("cut_too_large", "institutional", 1),
    ]
    assert found == Counter((payer, *each) for payer in ("ONE", "TWO") for each in of_one)
    sizes = [abs(each.dollars) for each in audit.patterns()]
    assert sizes == sorted(sizes, reverse=True)


def test_of_equal_dollars_the_earlier_lines_are_first() -> None:
    """Although the name of the later mistake comes before that of the earlier."""
    later, earlier = cut("LATER", "2.40"), cut("EARLIER", "1.60", "20220510")
    audit = seq.check_835(remittance(RIGHT_CLAIM, later, earlier))

    assert [(str(found.dollars), found.first_day) for found in audit.patterns()] == [
        ("0.80", date(2022, 5, 10)),
        ("0.80", date(2024, 3, 1)),
    ]


def sums(audit: seq.Audit) -> tuple[int, Decimal]:
    return sum(each.lines for each in audit.patterns()), sum((each.dollars for each in audit.patterns()), Decimal(0))


@pytest.mark.parametrize("settles", ["first", "last", "never"])
@pytest.mark.parametrize("limit", [0, 3, 10_000])
def test_findings_beyond_the_limit_are_in_the_patterns(limit: int, settles: str) -> None:
    """Also where they are held back until the payer is known to withhold at all."""
    uncut = [claim(f"U{n}", line("99213", "80", "80"), facility="99") for n in range(2)]
    wrong = [cut(number, "1.60", "20210301") for number in range(9)]
    settled = {"first": [RIGHT_CLAIM, *uncut, *wrong], "last": [*uncut, *wrong, RIGHT_CLAIM], "never": [*uncut, *wrong]}
    audit, whole = (seq.check_835(remittance(*settled[settles]), limit=each) for each in (limit, 10_000))

    assert audit.patterns() == whole.patterns()
    assert sums(audit) == ((0, 0) if settles == "never" else (11, Decimal("11.20")))
    assert len(audit.findings) <= 2 * limit


def test_the_patterns_are_the_findings_grouped() -> None:
    audit = seq.check_835([ROOT / "examples", *(ROOT / "tests" / "cases" / "doubts").glob("*.835")])
    wrong = [finding for finding in audit.findings if finding.verdict.needs_review]
    by_verdict = Counter(finding.verdict for finding in wrong)

    assert wrong
    for verdict, lines in by_verdict.items():
        assert sum(each.lines for each in audit.patterns() if each.verdict is verdict) == lines
    assert sums(audit)[1] == sum((finding.difference or Decimal(0) for finding in wrong), Decimal(0))


def test_very_many_groups_are_combined(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [remittance(RIGHT_CLAIM, *window(2), payer=f"PAYER {n}", trace=f"T{n}") for n in range(9)]
    whole = seq.check_835(files)
    monkeypatch.setattr(groups, "_MAX_GROUPS", 4)
    audit = seq.check_835(files)

    assert len(audit.patterns()) == 5
    assert sums(audit) == sums(whole) == (18, Decimal("14.40"))
    assert "other payers, 10 lines of May 1 to May 2, 2022: $8.00 over-withheld; " in str(audit)


@pytest.mark.slow
def test_several_processes_find_the_same_patterns_and_plans(tmp_path: Path) -> None:
    filler = [cut(f"F{number}", "1.60") for number in range(6_000)]
    plan = [cut(f"P{number}", "1.60", "20210301", plan="16") for number in range(5)]
    for name, claims in (("a", [*filler, *window(5)]), ("b", [*filler, *window(7), *plan]), ("c", plan)):
        (tmp_path / f"{name}.835").write_bytes(remittance(*claims, trace=name))
    (tmp_path / "again.835").write_bytes((tmp_path / "a.835").read_bytes())
    one, two = (seq.check_835(tmp_path, jobs=jobs) for jobs in (1, 2))

    assert one.patterns() == two.patterns()
    assert one.plans() == two.plans()
    assert [each.lines for each in one.patterns()] == [12]
    assert [each.lines for each in one.plans()] == [10]


def test_merging_a_remittance_again_changes_nothing() -> None:
    data = remittance(RIGHT_CLAIM, *window(5), cut("P", "1.60", "20210301", plan="16"))
    one, again = seq.check_835(data), seq.check_835(data)
    patterns, plans = one.patterns(), one.plans()
    one.merge(again)

    assert (one.patterns(), one.plans()) == (patterns, plans)


# Plans.


def plan_texts(audit: seq.Audit) -> list[str]:
    return [str(plan) for plan in audit.plans()]


@pytest.mark.parametrize(("payers", "plan"), [(None, "16"), ({"11502": "contract"}, "MB")])
def test_a_plan_that_withheld_in_the_suspension_is_not_ok(payers: Any, plan: str) -> None:
    claims = [cut(number, "1.60", f"202103{number + 1:02}", plan=plan) for number in range(12)]
    audit = seq.check_835(remittance(*claims, payer="EXAMPLE HEALTH"), payers=payers)
    (total,) = audit.plans()

    assert not audit.ok
    assert (total.verdict, total.mistake, total.lines) == ("cut_not_due", "other_rate", 12)
    assert [str(each) for each in (total.reported, total.expected, total.difference)] == ["19.20", "0.00", "19.20"]
    assert total.contracted is (payers is not None)
    rule = "see your contract" if payers else "see your contract or, without one, 42 CFR 422.214"
    assert str(total) == (
        "EXAMPLE HEALTH, 12 lines of Mar 1 to Mar 12, 2021, at 0%: $19.20 withheld, $19.20 more than Medicare's rate "
        f"(rate of another period); {rule}"
    )
    assert str(total) in str(audit)
    assert "Plans withheld $19.20 more than Medicare's rates explain, on 12 lines." in audit.summary()
    assert "nothing to look at" not in audit.summary()
    assert audit.to_dict()["plans"] == [total.to_dict()]
    (problem,) = [each for each in audit.problems if each.code == "plan_cuts_otherwise"]
    assert problem.level == "note"
    assert "$19.20 more and $0.00 less" in problem.text


def test_a_plans_dollars_are_not_in_the_totals() -> None:
    alone = seq.check_835(remittance(RIGHT_CLAIM))
    audit = seq.check_835(remittance(RIGHT_CLAIM, *(cut(number, "2.00", plan="16") for number in range(5))))

    assert audit.totals == alone.totals
    assert audit.patterns() == []
    assert [str(plan.difference) for plan in audit.plans()] == ["2.00"]


def test_a_plan_that_withholds_as_medicare_would_is_ok() -> None:
    off_by_a_cent = cut("CENT", "1.61", plan="16")
    audit = seq.check_835(remittance(*(cut(number, "1.60", plan="16") for number in range(5)), off_by_a_cent))

    assert audit.ok
    assert [(plan.verdict.value, plan.lines) for plan in audit.plans()] == [("rounding", 1), ("correct", 5)]
    assert not audit.problems
    assert "$8.00 withheld, the same as Medicare would withhold" in str(audit)


def test_mistakes_and_windows_of_a_plan_are_apart() -> None:
    echo = [("CO", "253", "1.20"), ("OA", "23", "58.80")]
    claims = [
        cut("SUSPENSION", "1.60", "20210301", plan="16"),
        cut("ONE", "1.60", "20220510", plan="16"),
        cut("ALLOWED", "2.00", plan="16"),
        claim("ECHO", line("99213", "98", "38.00", echo), plan="16", facility="99"),
        claim("INTEREST", line("99213", "80", "81.40", [("CO", "225", "-3"), ("CO", "253", "1.60")]), plan="16"),
        claim("OTHER", line("99213", "80", "75", [("CO", "253", "5")]), plan="16", facility="99"),
    ]
    audit = seq.check_835(remittance(*claims))

    assert {
        (plan.mistake, f"{plan.period.rate if plan.period else None}", f"{plan.difference}") for plan in audit.plans()
    } == {
        ("other_rate", "0", "1.60"),
        ("other_rate", "0.01", "0.80"),
        ("on_allowed", "0.02", "0.40"),
        ("echo_of_primary", "0.02", "0.42"),
        (None, "0.02", "0.00"),
        (None, "0.02", "3.40"),
    }


@pytest.mark.parametrize(
    ("on", "withheld", "primary", "verdict"),
    [
        # 1.20 is 2% of the 60.00 of the primary payer; 2% of the 39.20 of this payer is 0.78.
        ("20240301", "1.20", "58.80", "cut_too_large"),
        ("20210301", "1.20", "58.80", "cut_not_due"),
    ],
)
def test_what_a_plan_repeats_of_the_primary_payer_is_compared_by_its_amount(
    on: str, withheld: str, primary: str, verdict: str
) -> None:
    echo = line("99213", "98", "38.00", [("CO", "253", withheld), ("OA", "23", primary)], on=on)
    (total,) = seq.check_835(remittance(claim("ECHO", echo, plan="16", facility="99"))).plans()

    assert total.verdict == verdict


def test_a_doubtful_cut_of_a_plan_is_told_and_proves_nothing() -> None:
    undated = claim("A", line("99213", "80", "75", [("CO", "253", "5")], on=None), plan="16", facility="99")
    audit = seq.check_835(remittance(undated))
    (total,) = audit.plans()

    assert (total.verdict, str(total.reported), total.expected, total.difference) == (
        "undetermined",
        "5.00",
        None,
        None,
    )
    assert audit.ok


def test_what_a_plan_took_back_is_netted() -> None:
    taken = cut("A", "1.60", "20210301", plan="16")
    back = reversal("A", "1.60", "20210301", "16")

    for claims in itertools.permutations((taken, back)):
        audit = seq.check_835(remittance(*claims))
        assert audit.ok
        assert audit.plans() == []
    assert [plan.lines for plan in seq.check_835(remittance(taken, back, taken)).plans()] == [1]


@pytest.mark.parametrize("plan", ["12", "HM", "MC", "CI"])
def test_other_payers_are_no_plans_of_medicare(plan: str) -> None:
    audit = seq.check_835(remittance(cut("A", "1.60", "20210301", plan=plan)))

    assert (audit.plans(), audit.ok) == ([], True)


def test_dollars_of_a_plan_whose_lines_cancel_each_other_stay() -> None:
    """Without a date, a payment and the reversal of another one are in one group."""
    taken: list[Triple] = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
    back: list[Triple] = [("CO", "45", "-50"), ("CO", "253", "-1.60"), ("PR", "2", "-20")]
    paid = claim("A", line("99213", "150", "76.80", taken, on=None), plan="16")
    reversed_ = claim("B", line("99213", "-150", "-78.40", back, on=None), plan="16", status="22")
    (total,) = seq.check_835(remittance(paid, reversed_)).plans()

    assert (total.lines, str(total.reported), total.difference) == (0, "1.60", None)
