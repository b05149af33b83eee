"""What a hostile file makes an audit keep is bounded, and what is left out is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

import sequestration as seq
from sequestration._audit.fast_path.days import RatedDays
from sequestration._audit.fast_path.loop import FastPath, _Kinds
from sequestration._audit.file_audit import CheckOptions, FileAudit, Keep
from sequestration._audit.ledger import OpenAccount, TransactionLedger
from sequestration._audit.reversals import ReversalMatcher
from sequestration._audit.roundings import Roundings
from sequestration._checking.cases import build_cases
from sequestration._checking.check import judge_claim
from sequestration._checking.judgment import Judgment
from sequestration._checking.payer import MEDICARE
from tests.making import RIGHT, claim, line, remittance


@pytest.mark.slow
def test_of_very_many_reason_codes_the_unknown_ones_are_summed_together() -> None:
    """Cuts and known codes that come late are told each; two files keep no more than one."""
    strange = [claim(f"A{n}", line("99213", "1", "0", [("CO", f"X{n}", "1")])) for n in range(6_000)]
    claims = [*strange, claim("B", line("99213", "150", "78.40", RIGHT))]
    audit = seq.check_835([remittance(*claims), remittance(*claims, trace="EFT0002")])
    totals = {total.code: total for total in audit.by_code()}

    assert len(totals) == 5_000 + 1 + 3
    assert (totals["*"].count, totals["*"].amount) == (2_000, Decimal("2000.00"))
    assert "other unknown codes combined" in str(totals["*"])
    assert (totals["253"].count, totals["X4999"].count) == (2, 2)
    assert audit.counts[seq.Verdict.CORRECT] == 2


def test_codes_beyond_the_limit_are_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.ledger._MAX_CODES", 3)
    codes = [("CO", "X1", "1"), ("CO", "X2", "2"), ("CO", "X3", "3"), ("CO", "X4", "4"), ("XX", "45", "5")]
    right = claim("B", line("99213", "150", "78.40", RIGHT))
    strange = claim("A", line("99213", "15", "0", codes))
    audit = seq.check_835([remittance(strange, right), remittance(right, trace="EFT0002")])
    totals = {(total.group, total.code): (total.count, str(total.amount)) for total in audit.by_code()}

    assert totals == {
        ("CO", "X1"): (1, "1.00"),
        ("CO", "X2"): (1, "2.00"),
        ("CO", "X3"): (1, "3.00"),
        ("*", "*"): (2, "9.00"),
        ("CO", "45"): (2, "100.00"),
        ("CO", "253"): (2, "3.20"),
        ("PR", "2"): (2, "40.00"),
    }
    (other,) = [total for total in audit.by_code() if total.code == "*"]
    assert other.title == "other unknown codes combined (too many or too long to list)"


@pytest.mark.parametrize(("length", "is_kept"), [(98, True), (99, False)])
def test_a_code_of_a_hundred_characters_is_kept(length: int, is_kept: bool) -> None:
    code = "9" * length  # with its group, two more
    audit = seq.check_835(remittance(claim("A", line("99213", "1", "0", [("CO", code, "1")]))))

    assert [total.code for total in audit.by_code()] == [code if is_kept else "*"]


def test_no_two_codes_have_the_same_mark() -> None:
    """So that a reversal under another code is not taken for a mirror of its original."""
    pairs = [(group.value, code) for group in seq.GroupCode for code in seq.CARCS]

    assert len({OpenAccount(group, code).mark for group, code in pairs}) == len(pairs) > 1_000


def test_days_and_their_texts_are_forgotten_beyond_the_limit() -> None:
    days = RatedDays(seq.MEDICARE_FFS)
    first = date(1990, 1, 1)
    for number in range(20_000):
        days[first + timedelta(days=number)]
    assert len(days) == 20_000
    days[first + timedelta(days=20_000)]
    assert list(days) == [first + timedelta(days=20_000)]

    texts = days.texts("*", frozenset({"472"}))
    for number in range(20_000):
        texts[f"DTM*472*20240301*{number}"]
    assert len(texts) == 20_000
    texts["DTM*472*20240301*20000"]
    assert list(texts) == ["DTM*472*20240301*20000"]


@pytest.mark.parametrize(("length", "kept"), [(64, 1), (65, 0)])
def test_a_long_text_of_a_date_is_not_remembered(length: int, kept: int) -> None:
    texts = RatedDays(seq.MEDICARE_FFS).texts("*", frozenset({"472"}))
    text = "DTM*472*20240301*".ljust(length, "0")

    name, day = texts[text]
    assert (name, day.month if day else "", len(texts)) == ("472", "2024-03", kept)


def test_texts_of_eight_separators_are_remembered() -> None:
    days, wanted = RatedDays(seq.MEDICARE_FFS), frozenset({"472"})
    texts = {separator: days.texts(separator, wanted) for separator in "*|^+!#%&"}

    assert all(days.texts(separator, wanted) is found for separator, found in texts.items())
    ninth = days.texts("$", wanted)
    assert days.texts("$", wanted) is ninth
    assert not any(days.texts(separator, wanted) is found for separator, found in texts.items())


def test_kinds_of_segments_and_plans_that_are_remembered_are_bounded() -> None:
    kinds = _Kinds("*")
    starts = [f"LX*{chr(number)}" for number in range(0x100, 0x100 + 20_100)]
    assert {kinds[start] for start in starts} == {kinds["SE*1"]}
    assert len(kinds) == 20_000

    asked: list[str] = []

    def is_medicare(plan: str, _remittance: object) -> bool:
        asked.append(plan)
        return False

    path = FastPath(RatedDays(seq.MEDICARE_FFS), TransactionLedger(), is_medicare, print)
    state: Any = SimpleNamespace(remittance=object())
    for plan in [*map(str, range(150)), "0", "99", "100", "149"]:
        assert not path._is_of_medicare(plan, state)
    assert asked == [*map(str, range(150)), "100", "149"]
    assert not path._is_of_medicare("0", SimpleNamespace(remittance=object()))  # type: ignore[arg-type]
    assert asked[-1] == "0", "another remittance may have another payer"


def judgment_of(payable: str, paid: str, *adjustments: tuple[str, str, str]) -> Judgment:
    data = remittance(claim("A", line("99213", payable, paid, adjustments, on="20220510"), facility="99"))
    (read,) = seq.read_835(data)
    (found,) = judge_claim(read, MEDICARE, seq.MEDICARE_FFS)
    return found


def test_ten_thousand_differences_are_held_one_by_one() -> None:
    roundings = Roundings()
    judgment = judgment_of("0.80", "0.78", ("CO", "253", "0.02"))
    for number in range(10_001):
        assert roundings.hold(number, judgment, None)

    assert len(list(roundings.settle())) == 10_000
    assert [sums.lines for _, _, sums in roundings.settle_sums()] == [1]


def test_ten_thousand_lines_without_a_cut_are_held_one_by_one() -> None:
    audit = FileAudit(seq.read_835(remittance()), CheckOptions(Keep.ALL, 20_000, {}, seq.MEDICARE_FFS))
    judgment = judgment_of("80", "80")
    assert judgment.pending
    for _ in range(10_001):
        audit._hold(judgment, None)

    assert len(audit._transaction.held) == 10_000
    assert [sums.lines for sums in audit._transaction.held_sums.values()] == [1]
    assert audit._transaction.uncut_cents == 10_001 * 80


def test_ten_thousand_notes_hide_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._x12.state.MAX_PROBLEMS", 10)
    odd = [claim(f"A{n}", line("99213", "1,150.00", "0", [("CO", "45", "1150")]), charge="1150") for n in range(20)]
    bad = claim("B", line("99213", "x", "0"), charge="0")
    data = remittance(*odd, bad)
    audit = seq.check_835(data[:-50])  # inside the last claim

    assert not audit.ok
    assert [problem.code for problem in audit.problems if problem.level == "error"] == ["bad_amount", "cut_off"]
    assert sum(problem.level == "note" for problem in audit.problems) == 10
    assert audit.problems_dropped >= 10


def test_provider_adjustments_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_x12.state", "_x12.header", "_audit.jobs.folder"):
        monkeypatch.setattr(f"sequestration.{module}.MAX_PROVIDER_ADJUSTMENTS", 10)
    paid = claim("A", line("99213", "150", "78.40", RIGHT))
    plbs = ["PLB*1*20241231*WO:1*1"] * 25
    data, more = (remittance(paid, provider_adjustments=plbs, trace=trace) for trace in ("EFT0001", "EFT0002"))
    reader = seq.read_835(data)
    remittances = {id(item.remittance): item.remittance for item in reader}
    audit = seq.check_835([data, more])

    assert (len(reader.provider_adjustments), reader.provider_adjustments_dropped) == (10, 15)
    assert [len(item.provider_adjustments) for item in remittances.values()] == [10]
    assert [problem.code for problem in audit.problems] == ["transaction_too_long"] * 2  # and no false gap
    assert (len(audit.provider_adjustments), audit.provider_adjustments_dropped) == (10, 40)
    assert audit.to_dict()["provider_adjustments_dropped"] == 40
    assert "and 40 more" in str(audit)


@pytest.mark.slow
def test_a_claim_of_very_many_lines_is_given_up() -> None:
    data = remittance(claim("A", *[line("99213", "1", "1")] * 60_000), claim("B", line("99213", "150", "78.40", RIGHT)))
    first, second = seq.read_835(data)

    assert not first.complete
    assert 10_000 <= len(first.lines) < 20_000
    assert second.complete


def test_a_reversal_with_very_many_originals_is_no_alarm() -> None:
    """Which of them it takes back cannot be told; of a few it can, and then a difference is told."""
    reversal = claim("A", status="22", charge="-150", paid="-70", adjustments=[("CO", "45", "-80")])
    for count, codes in ((3, ["not_mirrored"]), (300, [])):
        originals = [claim("A", charge="150", paid="70.00", adjustments=[("PR", "2", "79")])] * count
        audit = seq.check_835(remittance(*originals, reversal))
        assert [problem.code for problem in audit.problems if problem.code == "not_mirrored"] == codes


def test_of_several_files_as_much_is_kept_as_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._x12.state.MAX_PROBLEMS", 5)
    claims = [claim(f"A{n}", line("99213", "150", "0", RIGHT)) for n in range(4)]
    out_of_balance = [remittance(*claims, trace=trace) for trace in ("EFT1", "EFT2", "EFT3")]
    audit = seq.check_835(out_of_balance, keep="all", limit=6)

    every = sum(len(seq.check_835(data).problems) + seq.check_835(data).problems_dropped for data in out_of_balance)
    assert len(audit.problems) == 5
    assert audit.problems_dropped == every - 5 > 5
    assert (len(audit.findings), sum(audit.findings_dropped.values())) == (6, 6)


def test_numbers_of_a_claim_without_end_are_cut_and_told() -> None:
    cut = line("99213", "150", "76.80", [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")])
    audit = seq.check_835(remittance(claim("A" * 60_000, cut, payer_number="9" * 60_000), claim("B" * 80, cut)))

    assert [(finding.verdict, len(finding.claim)) for finding in audit.findings] == [("cut_too_large", 80)] * 2
    assert [str(problem).rpartition(": ")[2] for problem in audit.problems] == [
        "CLP01 has 60,000 characters. The first 80 were kept.",
        "CLP07 has 60,000 characters. The first 80 were kept.",
    ]
    assert audit.ok is False
    assert all(problem.level == "note" for problem in audit.problems)


def test_of_very_many_days_and_payers_what_is_remembered_is_bounded_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claims = [claim(f"A{n}", line("99213", "150", "78.40", RIGHT, on=f"2024030{n}")) for n in range(1, 6)]
    claims += [claim(f"B{n}", line("99213", "150", "80", [("CO", "45", "70")]), plan=f"X{n}") for n in range(3)]
    claims += [claim(f"C{n}", line("99213", "150", "80", [("CO", "45", "70")]), plan="") for n in range(2)]
    wanted = seq.check_835(remittance(*claims))
    monkeypatch.setattr("sequestration._audit.fast_path.days._MAX_DAYS", 2)
    monkeypatch.setattr("sequestration._audit.file_audit._MAX_PAYERS", 1)
    assert seq.check_835(remittance(*claims)) == wanted

    monkeypatch.setattr("sequestration._audit.file_audit._MAX_PAYERS", 0)
    assert len(seq.check_835(remittance(*claims)).problems) == len(wanted.problems) + 1


def test_a_provider_adjustment_that_cannot_be_read_leaves_the_balance_untold() -> None:
    paid = claim("A", line("99213", "150", "78.40", RIGHT))
    adjusted = remittance(paid, payment="1", provider_adjustments=["PLB*1*20241231*WO:1*x"])

    assert [problem.code for problem in seq.check_835(adjusted).problems] == ["bad_amount"]
    assert [problem.code for problem in seq.check_835(remittance(paid, payment="1")).problems] == [
        "transaction_out_of_balance"
    ]


@pytest.mark.parametrize("number", ["0", "A"])
def test_of_many_alike_claims_a_reversal_finds_its_own_by_the_payer_s_number(number: str) -> None:
    alike = [claim(number, line("99213", "150", "78.40", RIGHT), payer_number=f"P{n}") for n in range(340)]
    wrong = line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")])
    audit = seq.check_835(remittance(*alike, claim(number, wrong, status="22", payer_number="P7")))

    assert [problem.code for problem in audit.problems] == ["not_mirrored"]


def test_a_blank_number_of_the_payer_is_nobody_s() -> None:
    original = claim("A", line("99213", "150", "78.40", RIGHT), payer_number="   ")
    another = line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")])
    audit = seq.check_835(remittance(original, claim("B", another, status="22", payer_number="   ")))

    assert audit.problems == []


def test_originals_that_are_forgotten_give_their_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums are sorted anew before they pile up; a reversal still finds an original that came not long before."""
    monkeypatch.setattr("sequestration._audit.reversals._MAX_REMEMBERED", 3)
    mirrored = line("99213", "-150", "-78.40", [(group, code, f"-{amount}") for group, code, amount in RIGHT])
    another = line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")])
    claims = []
    for n in range(12):
        claims.append(claim(f"A{n}", line("99213", "150", "78.40", RIGHT)))
        claims.append(claim(f"A{n}", another if n in (2, 11) else mirrored, status="22"))
    indexed: list[int] = []
    index = ReversalMatcher._index

    def indexing(matcher: ReversalMatcher) -> None:
        index(matcher)
        indexed.append(len(matcher._by_number))

    monkeypatch.setattr(ReversalMatcher, "_index", indexing)
    audit = seq.check_835(remittance(*claims))

    assert len(indexed) == 12
    assert max(indexed) <= 4 * 3 + 2 * 3 < 2 * 12
    assert [(problem.code, problem.claim) for problem in audit.problems] == [
        ("not_mirrored", "A2"),
        ("not_mirrored", "A11"),
    ]


@pytest.fixture
def matchers(monkeypatch: pytest.MonkeyPatch) -> list[ReversalMatcher]:
    """The matcher of each reversal, as it is once the reversal was looked up."""
    found: list[ReversalMatcher] = []
    index = ReversalMatcher._index

    def indexing(matcher: ReversalMatcher) -> None:
        found.append(matcher)
        index(matcher)

    monkeypatch.setattr(ReversalMatcher, "_index", indexing)
    return found


def test_of_claims_that_look_the_same_a_hundred_are_compared(matchers: list[ReversalMatcher]) -> None:
    reversed_ = line("99213", "-150", "-78.40", [(group, code, f"-{amount}") for group, code, amount in RIGHT])
    same = [claim("A", line("99213", "150", "78.40", RIGHT))] * 150
    seq.check_835(remittance(*same, claim("A", reversed_, status="22")))

    (matcher,) = matchers
    assert [len(originals) for originals in matcher._by_number.values()] == [100, 100]


def test_what_was_read_again_of_originals_is_bounded(
    matchers: list[ReversalMatcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sequestration._audit.reversals._MAX_REMEMBERED", 2)
    reversed_ = line("99213", "-150", "-78.40", [(group, code, f"-{amount}") for group, code, amount in RIGHT])
    claims = []
    for number in range(5):
        claims.append(claim(f"A{number}", line("99213", "150", "78.40", RIGHT)))
        claims.append(claim(f"A{number}", reversed_, status="22"))
    seq.check_835(remittance(*claims))

    assert len(matchers) == 5
    assert len(matchers[-1]._read) == 2


def test_a_reversal_without_a_charge_is_compared_with_none() -> None:
    original = claim("A", line("99213", "150", "78.40", RIGHT))
    another = line("99213", "-150", "-80", [("CO", "45", "-50"), ("PR", "2", "-20")])
    audit = seq.check_835(remittance(original, claim("A", another, charge="", status="22")))

    assert [problem.code for problem in audit.problems] == ["missing_amount"]


def test_a_repeated_remittance_takes_back_what_was_not_kept_of_it() -> None:
    """Of two files, one finding is kept; with the second one alone again, both are."""
    first, second = (
        remittance(
            claim(name, line("99213", "150", "76.80", (("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")))),
            trace=name,
        )
        for name in "AB"
    )
    both, again = seq.check_835([first, second], limit=1), seq.check_835(second, limit=1)
    assert both.findings_dropped[seq.Verdict.CUT_TOO_LARGE] == 1
    again.merge(both)

    assert again.counts[seq.Verdict.CUT_TOO_LARGE] == len(again.findings) == 2
    assert not any(again.findings_dropped.values())


def test_a_repeated_remittance_takes_back_what_was_kept_of_it_in_part() -> None:
    """Of the second remittance one finding of two is kept, and goes when it is known to be read twice."""
    wrong = line("99213", "150", "76.80", (("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")))
    first = remittance(claim("A", wrong), trace="A")
    second = remittance(claim("B", wrong), claim("C", wrong), trace="B")
    three, again = seq.check_835([first, second], limit=2), seq.check_835(second, limit=5)
    assert [found.claim for found in three.findings] == ["A", "B"]
    again.merge(three)

    assert sorted(found.claim for found in again.findings) == ["A", "B", "C"]
    assert again.counts[seq.Verdict.CUT_TOO_LARGE] == 3
    assert not any(again.findings_dropped.values())


@pytest.mark.parametrize(
    ("group", "reason", "own"), [("CO", "X" * 98, True), ("CO", "X" * 99, False), ("Y" * 99, "45", False)]
)
def test_a_code_without_end_is_not_kept(group: str, reason: str, own: bool) -> None:
    audit = seq.check_835(remittance(claim("A", line("99213", "1", "0", [(group, reason, "1")]))))
    (total,) = audit.by_code()

    assert (total.group, total.code) == ((group, reason) if own else ("*", "*"))
    assert total.amount == Decimal("1.00")


def test_a_line_that_is_held_back_is_told_with_what_the_other_lines_show() -> None:
    """Its claim is unassigned by PR 45 at another line, which is forgotten before the end of the transaction."""
    suspended = line(
        "99213", "150", "78.40", [("CO", "45", "50"), ("PR", "253", "1.60"), ("PR", "2", "20")], on="20210301"
    )
    other = line("99214", "100", "0", [("PR", "45", "100")], on="20210301")
    (found,) = seq.check_835(remittance(claim("A", suspended, other))).findings

    assert found.verdict is seq.Verdict.CUT_NOT_DUE
    assert [each.text for each in found.explanations][-1] == "the claim is unassigned, so group PR is correct"
    assert seq.ExplanationCode.WRONG_GROUP not in [each.code for each in found.explanations]


def test_a_case_that_is_held_back_keeps_no_other_line() -> None:
    (read,) = seq.read_835(remittance(claim("A", *[line("99213", "150", "80", RIGHT[::2])] * 3)))
    cases = build_cases(read, MEDICARE, seq.MEDICARE_FFS)
    cases[0].let_go()

    assert [case.lines for case in cases] == [[each] for each in read.lines]
    assert cases[0].claim.source.lines == []
    assert len(read.lines) == 3
