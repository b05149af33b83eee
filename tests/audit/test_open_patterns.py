"""Patterns say how much of them was reversed since, and what is left to do."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration._audit import groups
from tests.making import DOUBLED, RIGHT, Claim, Triple, claim, line, remittance
from tests.markup import parsed
from tests.paths import ROOT

LOW: list[Triple] = [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")]
GROUP: list[Triple] = [("CO", "45", "50"), ("PR", "253", "1.60"), ("PR", "2", "20")]
PAID = {"3.20": "76.80", "0.80": "79.20", "1.60": "78.40"}


def payment(number: int, *lines: Sequence[Triple], sign: str = "") -> Claim:
    """A claim whose lines have these adjustments, or its reversal."""
    made = [
        line(
            "99213", f"{sign}150", f"{sign}{PAID[adjustments[1][2]]}", [(g, r, f"{sign}{a}") for g, r, a in adjustments]
        )
        for adjustments in lines
    ]
    return claim(f"C{number}", *made, payer_number=f"ICN{number}", status="22" if sign else "1")


def reversal(number: int, *lines: Sequence[Triple]) -> Claim:
    return payment(number, *lines, sign="-")


def right(number: int) -> Claim:
    return payment(number, list(RIGHT))


def files(*contents: list[Claim]) -> list[bytes]:
    return [remittance(*claims, trace=f"EFT{number}") for number, claims in enumerate(contents)]


def the_pattern(audit: seq.Audit) -> seq.Pattern:
    (found,) = audit.patterns()
    return found


def test_of_a_pattern_that_was_reversed_nothing_is_left_to_do(tmp_path: Path) -> None:
    contents = ([right(99), *(payment(n, LOW) for n in range(6))], [reversal(n, LOW) for n in range(6)])
    audit = seq.check_835(files(*contents, [right(n) for n in range(6)]))
    pattern = the_pattern(audit)
    advice = "$4.80 under-withheld (rate of another period); all reversed since, so nothing is left to do"
    page = parsed(seq.report_html(audit, as_of="2024-04-01"))
    seq.write_workbook(audit, tmp_path / "book.xlsx")

    assert (pattern.lines, pattern.open_lines, pattern.open_dollars) == (6, 0, Decimal("0.00"))
    assert pattern.text.endswith(advice)
    assert pattern.text in audit.to_text()
    assert pattern.text in parsed(audit._repr_html_()).text
    assert pattern._cells[pattern._columns.index("reversed since")] == "all"
    assert audit.to_dict()["patterns"][0] == {**pattern.to_dict(), "open_lines": 0, "open_dollars": "0.00"}
    (row,) = page.one("section", aria_labelledby="causes").one("tbody").every("tr")
    assert row.text.endswith("to Medicare; reversed since, nothing left to do")
    assert "under-withheld, 6 claims; $4.80 reversed since" in page.one("dl", class_="cards").text
    assert "over-withheld, 0 claims" in page.one("dl", class_="cards").text
    assert "check a few of the claims" not in audit.to_text()


def test_one_line_that_was_reversed_is_one() -> None:
    pattern = the_pattern(seq.check_835(files([right(99), payment(1, DOUBLED)], [reversal(1, DOUBLED), right(1)])))

    assert pattern.text.endswith("$1.60 over-withheld (doubled); reversed since, so nothing is left to do")


@pytest.mark.parametrize(
    ("lines", "gone", "advice", "cell"),
    [
        (
            2,
            1,
            "1 of these was reversed since, 1 line ($1.60) is left: request a clerical error reopening",
            "1 line",
        ),
        (7, 2, "2 of these were reversed since, 5 lines ($8.00) are left: look for a mass adjustment", "5 lines"),
        (7, 3, "3 of these were reversed since, 4 lines ($6.40) are left: request a clerical error", "4 lines"),
    ],
)
def test_the_lines_and_dollars_that_are_left(lines: int, gone: int, advice: str, cell: str) -> None:
    contents = [right(99), *(payment(n, DOUBLED) for n in range(lines))], [reversal(n, DOUBLED) for n in range(gone)]
    audit = seq.check_835(files(*contents))
    pattern = the_pattern(audit)
    causes = parsed(seq.report_html(audit, as_of="2024-04-01")).one("section", aria_labelledby="causes")

    assert advice in pattern.text
    assert (pattern.open_lines, pattern.open_dollars) == (lines - gone, Decimal("1.60") * (lines - gone))
    assert len(audit.open_findings()) == pattern.open_lines
    assert f"{gone}, {cell} (" in str(pattern._cells[pattern._columns.index("reversed since")])
    assert f"to you; reversed since, {cell} (" in causes.text


def test_what_is_left_comes_before_what_was_reversed() -> None:
    many = [payment(n, LOW) for n in range(9)]
    audit = seq.check_835(files([right(99), *many, payment(50, DOUBLED)], [reversal(n, LOW) for n in range(9)]))

    assert [(each.lines, each.open_lines) for each in audit.patterns()] == [(1, 1), (9, 0)]


def test_over_and_under_on_one_claim_are_not_netted() -> None:
    """Both lines were reversed, each with the dollars that it was in question for."""
    audit = seq.check_835(files([right(99), payment(1, DOUBLED, LOW)], [reversal(1, DOUBLED, LOW)]))

    assert {whom.value: str(amount) for whom, amount in audit.reversed_since.items()} == {
        "provider": "1.60",
        "medicare": "0.80",
    }
    assert [each.open_lines for each in audit.patterns()] == [0, 0]
    assert audit.open_findings() == []


def test_a_wrong_group_code_that_was_reversed_is_settled() -> None:
    audit = seq.check_835(files([right(99), payment(1, GROUP)], [reversal(1, GROUP), right(1)]))
    pattern = the_pattern(audit)

    assert pattern.verdict is seq.Verdict.WRONG_GROUP
    assert pattern.text.endswith("wrong group code; reversed since, so nothing is left to do")
    assert audit.open_findings() == []
    assert sum(audit.reversed_since.values()) == 0


def test_a_correction_with_the_same_mistake_is_left() -> None:
    again = claim("C1", line("99213", "150", "76.80", DOUBLED), payer_number="ICN2", original="ICN1", frequency="7")
    pattern = the_pattern(seq.check_835(files([right(99), payment(1, DOUBLED)], [reversal(1, DOUBLED), again])))

    assert (pattern.lines, pattern.open_lines, str(pattern.open_dollars)) == (2, 1, "1.60")


@pytest.mark.parametrize("limit", [0, 10_000])
def test_findings_beyond_the_limit_are_known_to_be_reversed(limit: int) -> None:
    contents = files([right(99), *(payment(n, DOUBLED) for n in range(4))], [reversal(n, DOUBLED) for n in range(4)])
    audit = seq.check_835(contents, limit=limit)

    assert the_pattern(audit).open_lines == 0
    assert str(audit.reversed_since[seq.OwedTo.PROVIDER]) == "6.40"


def test_combined_patterns_know_what_was_reversed(monkeypatch: pytest.MonkeyPatch) -> None:
    paid = [remittance(right(99), payment(n, DOUBLED), payer=f"PAYER {n}", trace=f"T{n}") for n in range(6)]
    taken_back = [remittance(reversal(n, DOUBLED), payer=f"PAYER {n}", trace=f"R{n}") for n in range(6)]
    monkeypatch.setattr(groups, "_MAX_GROUPS", 2)
    patterns = seq.check_835([*paid, *taken_back]).patterns()

    assert sorted((each.payer, each.lines, each.open_lines) for each in patterns) == [
        ("", 4, 0),
        ("PAYER 0", 1, 0),
        ("PAYER 1", 1, 0),
    ]


KINDS = {"over": DOUBLED, "under": LOW, "group": GROUP}


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.booleans()), min_size=1, max_size=12))
def test_what_is_open_is_what_no_reversal_took_back(claims: list[tuple[str, bool]]) -> None:
    """By construction: each wrong claim of a kind is open unless its reversal was made; however it is merged."""
    first = [right(99), *(payment(number, KINDS[kind]) for number, (kind, _) in enumerate(claims))]
    second = [reversal(number, KINDS[kind]) for number, (kind, is_back) in enumerate(claims) if is_back]
    contents = files(first, [right(98), *second])
    whole, one, other = seq.check_835(contents), seq.check_835(contents[1]), seq.check_835(contents[0])
    one.merge(pickle.loads(pickle.dumps(other)))

    for audit in (whole, one, whole.masked()):
        assert sum(each.open_lines for each in audit.patterns()) == sum(not is_back for _, is_back in claims)
        assert sum(each.lines for each in audit.patterns()) == len(claims)
        for owed_to, amount in audit.reversed_since.items():
            gone = [each.dollars - each.open_dollars for each in audit.patterns() if each.owed_to is owed_to]
            assert sum(map(abs, gone)) == amount
        assert len(audit.open_findings()) == sum(not is_back for _, is_back in claims)


def test_the_quarter_of_the_practice_says_it_of_its_mass_adjustment() -> None:
    audit = seq.check_835(ROOT / "examples" / "practice" / "quarter.zip")
    (gone,) = [each for each in audit.patterns() if not each.open_lines]

    assert (gone.lines, str(gone.dollars), gone.owed_to) == (24, "-18.47", seq.OwedTo.MEDICARE)
    assert gone.text.endswith("all reversed since, so nothing is left to do")
