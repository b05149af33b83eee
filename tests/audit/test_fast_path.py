"""The fast path: it takes plain claims without a model, and an audit is the same with it and without it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration._audit.fast_path.days import RatedDays
from sequestration._audit.fast_path.loop import FastPath
from sequestration._checking.check import judge_claim
from sequestration._x12 import segments as segments_module
from tests.making import RIGHT, Claim, claim, interchange, laid_out, line, remittance, transaction
from tests.property.test_checking import EVERY_KIND
from tests.property.test_single_faults import FAULTS, damaged
from tests.x12.test_samples import FOLDER

PAYERS = [None, {"11502": "ffs"}, {"11502": "contract"}]


def everything(audit: seq.Audit) -> dict[str, Any]:
    """All that an audit says."""
    return {
        **audit.to_dict(),
        "by_code": [total.to_dict() for total in audit.by_code()],
        "by_claim": [total.to_dict() for total in audit.by_claim()],
        "patterns": [pattern.to_dict() for pattern in audit.patterns()],
        "plans": [plan.to_dict() for plan in audit.plans()],
        "read": [(file.claims, file.lines, file.transactions) for file in audit.files],
    }


def checked(data: bytes, *, fast: bool, **options: Any) -> dict[str, Any] | str:
    """All that an audit says, with the fast path or without it; or the error."""
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(FastPath, "select", lambda _self, batches, _state: iter(batches))
        try:
            return everything(seq.check_835(data, **options))
        except seq.X12Error as error:
            return str(error)


def same_either_way(data: bytes, **options: Any) -> bool:
    return checked(data, fast=True, **options) == checked(data, fast=False, **options)


def judged(monkeypatch: pytest.MonkeyPatch, data: bytes, **options: Any) -> list[str]:
    """The numbers of the claims that came to the judge."""
    seen: list[str] = []

    def noted(item: seq.Claim, *arguments: Any) -> Any:
        seen.append(item.control_number)
        return judge_claim(item, *arguments)

    monkeypatch.setattr("sequestration._audit.file_audit.judge_claim", noted)
    assert same_either_way(data, **options)
    seen.clear()
    seq.check_835(data, **options)
    return seen


def cut_into_batches(patch: pytest.MonkeyPatch, length: int) -> None:
    """Make batches of about so many characters, once the header was seen."""
    patch.setattr(segments_module, "CHUNK", length)
    patch.setattr(segments_module, "_FIRST_LOOK", max(length, 200))


def right(number: str = "A", **more: Any) -> Claim:
    return claim(number, line("99213", "150", "78.40", RIGHT), **more)


def stay(number: str = "S", **more: Any) -> Claim:
    options: dict[str, Any] = {
        "charge": "90000.5",
        "paid": "60858.29",
        "adjustments": [("CO", "45", "26344.2"), ("CO", "253", "1242.01"), ("PR", "1", "1556")],
        "plan": "MA",
        "facility": "11",
        "first_day": "20240228",
        "last_day": "20240301",
        **more,
    }
    return claim(number, **options)


PLAIN = {
    "a line": right(),
    "two lines": claim("A", *[line("99213", "150", "78.40", RIGHT)] * 2),
    "nothing due": claim("A", line("99213", "10", "0", [("PR", "1", "10")]), line("99213", "150", "78.40", RIGHT)),
    "a stay": stay("A"),
    "a stay by its MIA": stay("A", plan="MB", inpatient=True),
    "segments without effect": right(
        "A", extra=["PER*CX*HELP DESK", "QTY*CA*1", "REF*EA*1", "MOA***MA01", "DTM*050*20240310"]
    ),
    "numbers with blanks": right("A", payer_number=" ICN 1 ", original="ICN 0"),
    "a code padded with blanks": claim("A", line("99213", "150", "78.40", [("CO", " 45", "50"), *RIGHT[1:]])),
    "a plan code padded with blanks": right(plan="MB "),
    "an empty triple": claim("A", line("99213", "150", "78.40", RIGHT, extra=["CAS*CO****"])),
    "a negative adjustment": claim("A", line("99213", "150", "78.40", [*RIGHT, ("OA", "94", "-5"), ("CO", "97", "5")])),
    "very many dollars": claim("A", line("99213", "99999999.00", "78.40", [("CO", "45", "99999899.00"), *RIGHT[1:]])),
    "many segments": claim(
        "A", line("99213", "150", "78.40", RIGHT, allowed="100", remarks=["N699"], extra=["REF*6R*1"])
    ),
}

WITHOUT_LINE_DATE = line("99213", "150", "78.40", RIGHT, on=None)
NOT_PLAIN = {
    "another plan": right(plan="12"),
    "a reversal": claim("A", line("99213", "-150", "-78.40", [(g, r, f"-{a}") for g, r, a in RIGHT]), status="22"),
    "a reversal of nothing": claim("A", line("99213", "-10", "0", [("PR", "1", "-10")]), status="22"),
    "a negative payment": claim("A", line("99213", "-150", "-78.40", [(g, r, f"-{a}") for g, r, a in RIGHT])),
    "an unreadable share of the patient": right(patient="x"),
    "a segment without elements": right(extra=["MOA"]),
    "an unusual amount": claim("A", line("99213", "$150", "78.40", RIGHT), charge="150"),
    "an unreadable amount": claim("A", line("99213", "150", "78.40", RIGHT, allowed="x")),
    "a missing amount": claim("A", line("99213", "150", "", RIGHT), paid="78.40"),
    "a long number": right("A" * 600),
    "an unknown segment": right(extra=["XYZ*1"]),
    "a segment out of sequence": right(extra=["N1*PR*ANOTHER"]),
    "a payment model": right(remarks=["N83"]),
    "a payment model at the line": claim("A", line("99213", "150", "78.40", RIGHT, remarks=["n83"])),
    "a code that affects the base": claim("A", line("99213", "150", "78.40", [("CO", "85", "0"), *RIGHT])),
    "another group": claim("A", line("99213", "150", "78.40", [*RIGHT[:1], ("PR", "253", "1.60"), *RIGHT[2:]])),
    "no reason": claim("A", line("99213", "150", "78.40", [("CO", "", "50"), *RIGHT[1:]])),
    "another amount": claim(
        "A", line("99213", "150", "76.80", [("CO", "45", "50"), ("CO", "253", "3.20"), *RIGHT[2:]])
    ),
    "a missing cut": claim("A", line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")])),
    "a gap": claim("A", line("99213", "151", "78.40", RIGHT)),
    "a gap between line and claim": right(charge="151"),
    "adjustments at claim and line": right(adjustments=[("CO", "45", "0")]),
    "no date": claim("A", WITHOUT_LINE_DATE),
    "a claim's date alone": claim("A", WITHOUT_LINE_DATE, first_day="20240301"),
    "two dates": claim("A", line("99213", "150", "78.40", RIGHT, extra=["DTM*472*20240301"])),
    "an unreadable date": claim("A", line("99213", "150", "78.40", RIGHT, extra=["DTM*151*x"])),
    "a projected rate": claim("A", line("99213", "10", "0", [("PR", "1", "10")], on="20990101")),
    "a null date": claim("A", line("99213", "10", "0", [("PR", "1", "10")], on="10000101")),
    "a revenue code": claim("A", line("99213", "150", "78.40", RIGHT, revenue_code="0450")),
    "another type of code": claim("A", line("99213", "150", "78.40", RIGHT, qualifier="HP")),
    "an institution with lines": right(plan="MA"),
    "an inpatient with lines": right(inpatient=True),
    "no institution": stay("A", plan="MB"),
    "a stay whose dates are in doubt": stay("A", facility="21"),
    "a stay of a whole bill type whose dates are in doubt": stay("A", facility="0211"),
    "a stay without through date": stay("A", last_day=None),
}


@pytest.mark.parametrize("name", PLAIN)
def test_no_model_is_made_of_a_plain_claim(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert judged(monkeypatch, remittance(right("B"), PLAIN[name], right("C"))) == []


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_comes_to_the_judge_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = judged(monkeypatch, remittance(right("B"), NOT_PLAIN[name], right("C")))
    assert [number[:1] for number in found] == ["A"]


def test_small_files_are_fast_from_the_first_claim_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a new payer nor a new code needs the judge."""
    assert judged(monkeypatch, remittance(right())) == []
    assert judged(monkeypatch, remittance(right(plan="")), payers={"11502": "ffs"}) == []
    assert judged(monkeypatch, remittance(right(), payer="HUMANA")) == ["A"]
    assert judged(monkeypatch, interchange(transaction(right()), transaction(right("B"), number="0002"))) == []


def test_files_of_a_check_share_their_days_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with their own separators and dates, audited together and one by one."""
    files = [
        laid_out(
            remittance(
                *(
                    claim(f"{number}-{day}", line("99213", "150", paid, RIGHT, on=f"2023{number + 1:02}{day:02}"))
                    for day, paid in ((1, "78.40"), (2, "78.40"), (3, "70"))
                ),
                trace=f"T{number}",
            ),
            element=element,
        )
        for number, element in enumerate("*|!;@#$%{}")
    ]
    alone = [seq.check_835(data) for data in files]
    for most in (20_000, 2):
        for name in ("_MAX_DAYS", "_MAX_TEXTS", "_MAX_SEPARATORS"):
            monkeypatch.setattr(f"sequestration._audit.fast_path.days.{name}", most)
        together = seq.check_835(files)

        months = {month: totals for audit in alone for month, totals in audit.totals.by_month.items()}
        assert len(months) == len(files)
        assert together.totals.by_month == months
        assert together.findings == [finding for audit in alone for finding in audit.findings]


def test_days_that_were_looked_up_stay_in_their_process() -> None:
    days = RatedDays(seq.MEDICARE_FFS)
    assert days[date(2023, 5, 1)] is not None
    again = pickle.loads(pickle.dumps(days))

    assert (len(days), len(again)) == (1, 0)
    assert attrs.astuple(again[date(2023, 5, 1)]) == attrs.astuple(days[date(2023, 5, 1)])  # type: ignore[arg-type]


def awkward_files() -> Iterator[bytes]:
    """Plain claims between all others, between transactions, and where something ends too early."""
    every = [*PLAIN.values(), *NOT_PLAIN.values()]
    mixed = [item for each in every for item in (each, right("B", payer_number="ICN2"))]
    back = claim("B", line("99213", "-150", "-78.40", [(g, r, f"-{a}") for g, r, a in RIGHT[:2]]), status="22")
    whole = interchange(
        transaction(*mixed, back, provider_adjustments=["PLB*1*20241231*WO:1*1"]),
        transaction(right(), back, number="0002", trace="EFT0002", before=["LX*1", "TS3*1*11*20241231*1*1"]),
        transaction(stay(), right(), number="0003", trace="EFT0003"),
        transaction(right(), number="0004", trace="EFT0003"),
    )
    yield whole
    yield whole + remittance(right(), right("B"))  # another interchange
    yield whole.replace(b"~SE*", b"~XE*")
    yield whole.replace(b"~LX*1", b"")
    yield whole[whole.index(b"CLP") :]
    yield whole[:-120]
    yield whole.replace(b"PATIENTNAME", "PATIENTÉ".encode())


def test_an_audit_is_the_same_without_the_fast_path() -> None:
    for data in awkward_files():
        for payers in PAYERS:
            assert same_either_way(data, payers=payers)
        assert same_either_way(data, limit=1)


@pytest.mark.parametrize("element", ["*", "|", "\x1d"])
@pytest.mark.parametrize(("terminator", "after"), [("~", ""), ("~", "\r\n"), ("\n", ""), ("'", "\n"), ("~", "\0")])
def test_an_audit_is_the_same_with_all_separators(element: str, terminator: str, after: str) -> None:
    data = remittance(right(), NOT_PLAIN["another amount"], stay(), right("B"))
    other = laid_out(data, element=element, component=">", terminator=terminator, after=after)
    assert same_either_way(other)
    wanted, found = checked(data, fast=True), checked(other, fast=True)
    assert isinstance(wanted, dict)
    assert isinstance(found, dict)
    assert (found["counts"], found["totals"], found["by_code"]) == (
        wanted["counts"],
        wanted["totals"],
        wanted["by_code"],
    )


def test_an_audit_is_the_same_wherever_a_batch_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [right(), NOT_PLAIN["another amount"], right("B"), stay(), NOT_PLAIN["a reversal"], right("C")]
    data = interchange(
        *(transaction(*mixed, number=f"000{number}", trace=f"EFT{number}") for number in range(1, 4)),
    )
    wanted = checked(data, fast=False)
    for length in (*range(1, 400, 7), *range(400, len(data), 101)):
        cut_into_batches(monkeypatch, length)
        assert checked(data, fast=True) == wanted, length


def test_a_claim_without_its_end_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a file that breaks off, an adjustment may be missing."""
    data = remittance(right(), right("B"))
    assert judged(monkeypatch, data[: data.index(b"SE*")]) == ["B"]
    assert judged(monkeypatch, data + data) == []


@pytest.mark.parametrize(
    ("plain", "other"),
    [(b"*11*1~", b"*11*1**470~"), (b"LX*1~", b"LX*1~TS3*1234567893*11*20241231*1*150~")],
    ids=["a DRG", "a group of an institution"],
)
def test_signs_of_an_institution_bring_a_claim_with_lines_to_the_judge(
    monkeypatch: pytest.MonkeyPatch, plain: bytes, other: bytes
) -> None:
    data = remittance(right())
    assert plain in data
    assert judged(monkeypatch, data) == []
    assert judged(monkeypatch, data.replace(plain, other)) == ["A"]


def test_the_header_of_a_transaction_ends_with_a_plain_claim() -> None:
    """A TRN behind the claims is not that of the remittance, which was delivered twice."""
    late = ["PLB*1*20241231*WO:1*0", "TRN*1*EFT0009*1351840597"]
    data = interchange(
        transaction(right(), provider_adjustments=late[:1]),
        transaction(right(), provider_adjustments=late[:1], number="0002"),
    ).replace(b"LX*1~", b"")
    again = data.replace(b"~SE*16*0002", f"~{late[1]}~SE*17*0002".encode())
    assert again != data
    assert same_either_way(again)
    assert "repeated_remittance" in [problem.code for problem in seq.check_835(again).problems]


def test_a_plain_claim_ends_what_is_skipped_of_an_endless_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment out of sequence is reported behind it, not within what is skipped."""
    cut_into_batches(monkeypatch, 400)
    monkeypatch.setattr("sequestration._x12.parser.MAX_CLAIM_LENGTH", 600)
    endless = claim("E", *[line("99213", "150", "78.40", RIGHT)] * 30)
    data = remittance(endless, right(), provider_adjustments=["PLB*1*20241231*WO:1*0"])
    data = data.replace(b"~SE*", b"~CAS*CO*45*1~SE*")
    assert same_either_way(data)
    codes = [problem.code.value for problem in seq.check_835(data).problems]
    assert codes.count("claim_too_long") == codes.count("misplaced_segment") == 1


@pytest.mark.parametrize("code", [b"", b" "])
def test_a_missing_code_is_reported_each_time(code: bytes) -> None:
    """The first claim without one comes to the judge, which knows it from then on."""
    data = remittance(*map(right, "ABC")).replace(b"CAS*CO*45*50*", b"CAS*CO*%s*50*" % code)
    assert same_either_way(data)
    assert [problem.code.value for problem in seq.check_835(data).problems] == 3 * ["missing_reason"]


@pytest.mark.slow
@given(made=EVERY_KIND, chunk=st.integers(1, 3_000), payers=st.sampled_from(PAYERS))
def test_a_right_remittance_is_audited_the_same_either_way(
    made: seq.strategies.MadeRemittance, chunk: int, payers: Any
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        cut_into_batches(patch, chunk)
        assert same_either_way(made.data, payers=payers)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@given(data=st.data())
@settings(max_examples=100)
def test_a_damaged_remittance_is_audited_the_same_either_way(fault: str, data: st.DataObject) -> None:
    made = data.draw(EVERY_KIND)
    spoiled = made.data
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled = damaged(spoiled, fault, data)
    assert same_either_way(spoiled)


@pytest.mark.skipif(not FOLDER, reason="SEQUESTRATION_SAMPLES names no folder of public samples")
def test_public_samples_are_audited_the_same_either_way() -> None:
    assert FOLDER is not None
    for path in Path(FOLDER).iterdir():
        if path.name != "NOTICE.md":
            assert same_either_way(path.read_bytes()), path.name


def test_long_texts_of_dates_are_read_and_not_kept() -> None:
    texts = RatedDays(seq.MEDICARE_FFS).texts("*", frozenset({"472"}))
    short, long = "DTM*472*20240301", f"DTM*472*20240301*{'9' * 10_000}"

    assert texts[short] == texts[long] != ("", None)
    assert list(texts) == [short]
