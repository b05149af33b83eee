"""Adjustments that are written twice: counted once where the balance proves it, by everything that reads them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given

import sequestration as seq
from sequestration import ProblemCode, Verdict, strategies
from sequestration._x12.repeated_adjustments import count_once
from sequestration.strategies import MadeRemittance
from tests.making import RIGHT, Claim, Triple, claim, line, remittance, total

OF_BOTH_LINES = [("CO", "45", "100"), ("CO", "253", "3.20"), ("PR", "2", "40")]
LINE = line("99213", "150", "78.40", RIGHT)
WRITTEN_TWICE = line("99213", "150", "78.40", [*RIGHT, *RIGHT])
REPEATED = claim("A", LINE, LINE, adjustments=OF_BOTH_LINES)


def negated(adjustments: list[Triple]) -> list[Triple]:
    return [(group, reason, f"-{amount}") for group, reason, amount in adjustments]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(REPEATED, id="the claim repeats its lines"),
        pytest.param(claim("A", LINE, LINE, adjustments=OF_BOTH_LINES[:1]), id="one code of them"),
        pytest.param(claim("A", LINE, LINE, adjustments=OF_BOTH_LINES[1:2]), id="the sequestration alone"),
        pytest.param(claim("A", WRITTEN_TWICE, LINE), id="a line repeats its own"),
        pytest.param(claim("A", WRITTEN_TWICE, WRITTEN_TWICE, adjustments=OF_BOTH_LINES), id="both"),
        pytest.param(
            claim("A", LINE, line("99213", "150", "78.40", RIGHT, extra=["CAS*CO*45*50**253*1.60"])),
            id="one segment of a line",
        ),
    ],
)
def test_what_is_written_twice_is_judged_and_counted_once(written: Claim) -> None:
    audit = seq.check_835(remittance(written), keep="all")

    assert [(found.verdict, found.line) for found in audit.findings] == [(Verdict.CORRECT, 1), (Verdict.CORRECT, 2)]
    assert [(found.code, found.claim) for found in audit.problems] == [(ProblemCode.ADJUSTMENTS_REPEATED, "A")]
    assert audit.totals.withheld == audit.totals.expected == Decimal("3.20")
    counted = {f"{found.group}-{found.code}": (found.count, found.amount) for found in audit.by_code()}
    assert counted == {
        "CO-45": (2, Decimal("100.00")),
        "CO-253": (2, Decimal("3.20")),
        "PR-2": (2, Decimal("40.00")),
    }


def test_an_adjustment_of_the_claim_alone_is_kept() -> None:
    other = ("CO", "97", "10")
    audit = seq.check_835(remittance(claim("A", LINE, LINE, charge="310", adjustments=[*OF_BOTH_LINES, other])))

    assert [found.code for found in audit.problems] == [ProblemCode.ADJUSTMENTS_REPEATED]
    assert {found.code: found.amount for found in audit.by_code()}["97"] == 10
    assert audit.counts[Verdict.CORRECT] == 2


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_an_adjustment_of_nothing_beside_the_repeated_ones_changes_nothing(amount: str) -> None:
    nothing = ("OA", "23", amount)
    plain = line("99213", "150", "78.40", [*RIGHT, nothing])
    twice = line("99213", "150", "78.40", [*RIGHT, nothing, *RIGHT, nothing])
    for written in (
        claim("A", plain, adjustments=[*RIGHT, nothing]),
        claim("A", LINE, adjustments=[nothing, *RIGHT]),
        claim("A", twice),
    ):
        audit = seq.check_835(remittance(written))

        assert [found.code for found in audit.problems] == [ProblemCode.ADJUSTMENTS_REPEATED]
        assert audit.totals.withheld == audit.totals.expected == Decimal("1.60")


def test_a_claim_without_lines_may_repeat_its_own() -> None:
    adjustments = [("CO", "45", "5000"), ("CO", "253", "100")]
    stay = claim(
        "A",
        plan="MA",
        charge="10000",
        paid="4900",
        adjustments=[*adjustments, *adjustments],
        last_day="20240301",
    )
    (found,) = seq.check_835(remittance(stay), keep="all").findings

    assert (found.verdict, found.reported) == (Verdict.CORRECT, Decimal("100.00"))


def test_a_wrong_amount_is_wrong_once() -> None:
    wrong = [("CO", "45", "50"), ("CO", "253", "2.40"), ("PR", "2", "20")]
    audit = seq.check_835(remittance(claim("A", line("99213", "150", "77.60", wrong), adjustments=wrong)))
    (found,) = audit.findings

    assert (found.verdict, found.reported, found.expected) == (
        Verdict.CUT_TOO_LARGE,
        Decimal("2.40"),
        Decimal("1.60"),
    )
    assert audit.totals.in_question == Decimal("0.80")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(claim("A", LINE, paid="76.80", adjustments=RIGHT[1:2]), id="withheld at line and claim"),
        pytest.param(claim("A", line("99213", "150", "76.80", [*RIGHT, RIGHT[1]])), id="withheld twice at a line"),
        pytest.param(
            claim("A", line("99213", "100", "80", [("CO", "97", "10"), ("CO", "97", "10")])), id="two equal amounts"
        ),
        pytest.param(claim("A", LINE, LINE, charge="301", adjustments=OF_BOTH_LINES), id="balances with neither"),
        pytest.param(claim("A", LINE, LINE, paid="x", adjustments=OF_BOTH_LINES), id="an amount is not known"),
        pytest.param(
            claim("A", LINE, LINE, adjustments=[("OA", code, amount) for _, code, amount in OF_BOTH_LINES[:2]]),
            id="other group codes",
        ),
    ],
)
def test_nothing_is_left_out_where_the_balance_does_not_prove_it(written: Claim) -> None:
    (found,) = seq.read_835(remittance(written))
    audit = seq.check_835(remittance(written), keep="all")

    assert count_once(found) is found
    assert ProblemCode.ADJUSTMENTS_REPEATED not in {problem.code for problem in audit.problems}
    every = [*found.adjustments, *(item for each in found.lines for item in each.adjustments)]
    assert sum(each.count for each in audit.by_code()) == len(every)


def test_nothing_proves_that_an_amount_withheld_twice_is_repeated() -> None:
    taken_twice = claim("A", LINE, paid="76.80", adjustments=[("CO", "253", "1.60")])
    (found,) = seq.check_835(remittance(taken_twice)).findings

    assert (found.verdict, found.reported) == (Verdict.CUT_TOO_LARGE, Decimal("3.20"))


def test_a_reversal_mirrors_an_original_that_repeats_its_adjustments() -> None:
    taken_back = line("99213", "-150", "-78.40", negated([*RIGHT]))
    reversal = claim("A", taken_back, taken_back, status="22", adjustments=negated(OF_BOTH_LINES))
    audit = seq.check_835(remittance(REPEATED, reversal))

    assert [found.code for found in audit.problems] == [ProblemCode.ADJUSTMENTS_REPEATED] * 2
    assert audit.totals.withheld == 0
    assert {found.amount for found in audit.by_code()} == {0}


def test_all_that_reads_adjustments_counts_them_once() -> None:
    frames = pytest.importorskip("sequestration.frames")
    pytest.importorskip("pandas")
    data = remittance(REPEATED)
    (found,) = seq.read_835(data)

    assert len(found.adjustments) == 3  # as it was sent
    assert [str(each.verdict) for each in seq.check_claim(found)] == ["correct", "correct"]
    carried = seq.secondary_adjustments(found)
    assert (carried.sequestration, carried.balances, carried.adjustments) == (Decimal("3.20"), True, ())
    assert [listed.line and listed.line.number for listed in seq.service_lines(data, "adjusted")] == [1, 2]
    rows = frames.adjustments(data, backend="pandas")
    assert (len(rows), set(rows["level"])) == (6, {"line"})


def repeated_at_the_claim(data: bytes) -> tuple[bytes, int]:
    """The same remittance in which each claim repeats the adjustments of its lines, and how many do."""
    before, *claims = data.decode().split("CLP*")
    changed: list[str] = []
    for text in claims:
        sums: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        head, *rest = text.split("~")
        for segment in rest:
            if segment.startswith("CAS*"):
                _, group, reason, amount = segment.split("*")
                sums[group, reason].append(amount)
        added = [f"CAS*{group}*{reason}*{total(amounts)}" for (group, reason), amounts in sums.items()]
        changed.append("~".join([head, *added, *rest]))
    return "CLP*".join([before, *changed]).encode(), sum("CAS*" in text for text in claims)


def repeated_in_lines(data: bytes) -> tuple[bytes, int]:
    """The same remittance in which each line repeats its adjustments, and how many claims have any."""
    segments = data.decode().split("~")
    changed: list[str] = []
    held: list[str] = []
    for segment in segments:
        if not segment.startswith("CAS*"):
            changed += held
            held = []
        else:
            held.append(segment)
        changed.append(segment)
    text = "~".join(changed)
    return text.encode(), sum("CAS*" in claim for claim in text.split("CLP*"))


@pytest.mark.slow
@pytest.mark.parametrize("repeat", [repeated_at_the_claim, repeated_in_lines])
@given(made=strategies.remittances(of=strategies.services(), max_transactions=2, reversals=True))
def test_repeating_adjustments_changes_no_verdict_and_no_sum(repeat: object, made: MadeRemittance) -> None:
    assert callable(repeat)
    data, repeating = repeat(made.data)
    once, twice = seq.check_835(made.data, keep="all"), seq.check_835(data, keep="all")

    def judged(audit: seq.Audit) -> list[tuple[object, ...]]:
        return [(each.claim, each.line, each.verdict, each.reported, each.expected) for each in audit.findings]

    assert judged(twice) == judged(once)
    assert twice.counts == once.counts
    assert twice.totals == once.totals
    assert twice.by_code() == once.by_code()
    notes = [problem.code for problem in twice.problems if problem.code != ProblemCode.WRONG_COUNT]
    assert notes == [ProblemCode.ADJUSTMENTS_REPEATED] * repeating
