"""The same remittance twice: reported with both files, its dollars counted once."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import sequestration as seq
from sequestration import strategies
from tests.making import DOUBLED, RIGHT, Claim, claim, interchange, line, remittance, transaction

NOT_DUE = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
PLB = ["PLB*1234567893*20241231*WO:REF*5"]


def claims() -> list[Claim]:
    return [
        claim("RIGHT", line("99213", "150", "78.40", RIGHT)),
        claim("DOUBLED", line("99213", "150", "76.80", DOUBLED)),
        claim("NOTDUE", line("99213", "150", "78.40", NOT_DUE, on="20210115")),
        claim("UNCUT", line("99213", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")], allowed="100")),
    ]


def results(audit: seq.Audit) -> dict[str, Any]:
    """All that dollars are in."""
    whole = audit.to_dict()
    names = ("counts", "totals", "projected", "findings", "findings_dropped", "by_code")
    return {name: whole[name] for name in (*names, "provider_adjustments", "provider_adjustments_dropped")}


def write(folder: Path, **files: bytes) -> list[Path]:
    for name, data in files.items():
        (folder / f"{name}.835").write_bytes(data)
    return [folder / f"{name}.835" for name in files]


def repeats(audit: seq.Audit) -> list[seq.Problem]:
    return [problem for problem in audit.problems if problem.code == "repeated_remittance"]


@pytest.mark.parametrize("keep", ["wrong", "all"])
def test_across_files_both_are_named_and_dollars_are_counted_once(tmp_path: Path, keep: str) -> None:
    data = remittance(*claims(), provider_adjustments=PLB)
    one, two = write(tmp_path, one=data, two=data.replace(b"000000001", b"000000002"))
    alone, both = seq.check_835([one], keep=keep), seq.check_835([one, two], keep=keep)

    (problem,) = repeats(both)
    assert (problem.file, problem.level) == (str(two), "note")
    assert str(one) in problem.text
    assert {finding.file for finding in both.findings} == {str(one)}
    assert results(both) == results(alone)
    assert both.claims == 2 * alone.claims
    assert len(alone.provider_adjustments) == 1


@pytest.mark.parametrize(
    ("files", "said"),
    [(2, "1 repeated remittance counted once"), (3, "2 repeated remittances counted once")],
)
def test_a_summary_says_why_there_are_more_claims_than_lines(files: int, said: str, tmp_path: Path) -> None:
    data = remittance(*claims())
    audit = seq.check_835(write(tmp_path, one=data, two=data, three=data)[:files])
    after = audit.summary().partition(f"{files} files, {4 * files} claims, ")[2].splitlines()

    assert after[:2] == ["4 lines checked", said]
    assert f"{4 * files} claims \N{MIDDLE DOT} {said} \N{MIDDLE DOT} 4 lines" in seq.report_html(audit)
    assert said.removesuffix(" counted once") in audit._repr_html_()
    alone = seq.check_835([tmp_path / "one.835"])
    assert "repeated remittance" not in alone.summary() + alone._repr_html_()


def test_within_a_file(tmp_path: Path) -> None:
    first = transaction(*claims(), provider_adjustments=PLB)
    (path,) = write(tmp_path, one=interchange(first, first))
    audit = seq.check_835(path, limit=1)

    assert results(audit) == results(seq.check_835(write(tmp_path, two=interchange(first))[0].rename(path), limit=1))
    (problem,) = repeats(audit)
    assert problem.tag == "SE"
    assert str(path) in problem.text


def test_merged_in_any_grouping(tmp_path: Path) -> None:
    paths = write(
        tmp_path,
        one=remittance(*claims(), provider_adjustments=PLB),
        two=remittance(*claims(), trace="EFT0002"),
        three=remittance(*claims(), provider_adjustments=PLB),
    )
    whole = seq.check_835(paths)
    for first, second in (((0,), (1, 2)), ((0, 1), (2,))):
        audit = seq.check_835([paths[place] for place in first])
        other = seq.check_835([paths[place] for place in second])
        before = other.to_dict()
        audit.merge(other)

        assert audit.to_dict() == whole.to_dict()
        assert other.to_dict() == before
    assert len(repeats(whole)) == 1


@pytest.mark.parametrize("change", [copy.deepcopy, lambda audit: pickle.loads(pickle.dumps(audit)), seq.Audit.masked])
def test_merged_after_a_copy(change: Any) -> None:
    audit, other = (change(seq.check_835(remittance(*claims(), provider_adjustments=PLB))) for _ in range(2))
    alone = results(audit)
    audit.merge(other)

    assert results(audit) == alone


def test_findings_beyond_the_limit_are_taken_back_too() -> None:
    one, two = remittance(*claims()), remittance(*claims(), trace="EFT0002")
    limited, more = seq.check_835([one, two], limit=1), seq.check_835([two, one], limit=1)
    assert sum(limited.findings_dropped.values()) == 3
    alone = seq.check_835([two, one], limit=1)
    more.merge(limited)

    assert results(more) == results(alone)


def test_a_repeated_remittance_takes_no_room_of_the_limit_and_gives_none() -> None:
    """Of a limit of three, it leaves one to the next remittance, as if it weren't there."""
    first = transaction(*[claim(f"A{n}", line("99213", "150", "76.80", DOUBLED)) for n in range(2)])
    last = [claim(f"B{n}", line("99213", "150", "76.80", DOUBLED)) for n in range(3)]
    others = transaction(*last, trace="EFT0002", number="0002")
    once, twice = (seq.check_835(interchange(*each), limit=3) for each in ((first, others), (first, first, others)))

    assert [finding.claim for finding in twice.findings] == ["A0", "A1", "B0"]
    assert results(twice)["findings_dropped"] == results(once)["findings_dropped"] == {"cut_too_large": 2}
    assert len(repeats(twice)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"trace": "EFT0002"},
        {"produced": "20240316"},
        {"payer_id": "99999"},
        {"payment": "1"},
    ],
)
def test_another_payer_trace_date_or_payment_is_another_remittance(other: dict[str, Any]) -> None:
    audit = seq.check_835([remittance(*claims()), remittance(*claims(), **other)])

    assert repeats(audit) == []
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 2


def test_other_claims_under_one_trace_number_are_another_remittance() -> None:
    fewer = remittance(*claims()[:2], payment="313.60")
    others = remittance(*claims()[2:], payment="313.60")
    audit = seq.check_835([remittance(*claims(), payment="313.60"), fewer, others])

    assert repeats(audit) == []


def test_without_trace_number_payment_or_end_nothing_is_recognized() -> None:
    data = remittance(*claims())
    for odd in (data.replace(b"EFT0001", b""), remittance(*claims(), payment="x"), data[:-80], remittance()):
        assert repeats(seq.check_835([odd, odd])) == []
    for odd in (remittance(*claims(), trace="9" * 99), remittance(*claims(), payer_id="9" * 99)):
        assert repeats(seq.check_835([odd, odd])) == []


def test_two_inputs_without_a_name() -> None:
    (problem,) = repeats(seq.check_835([remittance(*claims())] * 2))

    assert "an unnamed input" in problem.text


def test_the_number_of_remittances_that_are_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.repeats._MAX_REMITTANCES", 2)
    files = [remittance(*claims(), trace=f"EFT{number}") for number in range(4)]
    audit = seq.check_835([*files, *files])

    assert len(audit.remittances) == 2
    assert len(repeats(audit)) == 2
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 6


@pytest.mark.parametrize("packed", ["here", "there", "both"])
def test_remittances_on_packed_pages_are_taken_out_exactly(monkeypatch: pytest.MonkeyPatch, packed: str) -> None:
    """A page is packed when it is full; what a repeated remittance added is found on it to the cent."""
    plan = claim("PLAN", line("99213", "150", "76.80", DOUBLED), plan="16")
    made = [
        transaction(
            *claims(),
            plan,
            claim("OTHER", line("99213", "150", "78.40", RIGHT, on=f"20{18 + number}0305")),
            trace=f"EFT{number}",
            provider_adjustments=PLB,
        )
        for number in range(5)
    ]
    first, second = interchange(*made[:4]), interchange(*made[1:])

    def audit(data: bytes, of_a_page: int) -> seq.Audit:
        monkeypatch.setattr("sequestration._audit.repeats._REMITTANCES_OF_A_PAGE", of_a_page)
        return seq.check_835([data])

    expected = audit(first, 99)
    expected.merge(audit(second, 99))
    found = audit(first, 99 if packed == "there" else 2)
    found.merge(pickle.loads(pickle.dumps(audit(second, 99 if packed == "here" else 2))))

    assert found.to_dict() == expected.to_dict()
    at_once = results(audit(interchange(*made), 99))
    assert results(found) == at_once | {"findings": results(found)["findings"]}
    assert len(found.findings) == len(at_once["findings"])
    assert list(found.remittances) == list(expected.remittances)
    assert len(repeats(found)) == 3


@pytest.mark.slow
def test_the_same_for_any_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 1)
    first, second = transaction(*claims(), provider_adjustments=PLB), transaction(*claims(), trace="EFT0002")
    paths = write(tmp_path, a=interchange(first), b=interchange(second, first), c=interchange(second, second))
    one, two = (seq.check_835(paths, jobs=jobs) for jobs in (1, 2))

    assert one.to_dict() == two.to_dict()
    assert results(one) == results(seq.check_835([interchange(first, second)])) | {"findings": results(one)["findings"]}
    assert len(repeats(one)) == 3


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(strategies.remittances(reversals=True, provider_adjustments=True))
def test_any_remittance_twice_is_as_once(made: Any) -> None:
    once, twice = seq.check_835([made.data]), seq.check_835([made.data, made.data])
    again = seq.check_835([made.data])
    again.merge(once)

    assert again.to_dict() == twice.to_dict()
    assert len(repeats(twice)) <= once.files[0].transactions
    if len(repeats(twice)) == once.files[0].transactions:
        assert results(twice) == results(once)
