"""The requests to reopen claims: one for each claim that is over-withheld and still open."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._cli.main import main
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.paths import EXAMPLES

WRONG = line("99213", "150", "76.80", DOUBLED)
TAKEN_BACK = line("99213", "-150", "-76.80", [(group, reason, f"-{amount}") for group, reason, amount in DOUBLED])
GOOD = line("99213", "150", "78.40", RIGHT)
BETWEEN = "\n" + "=" * 80 + "\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.835"
    path.write_bytes(remittance(claim("A-1", WRONG, WRONG), claim("A-2", GOOD), claim("A-3", WRONG)))
    return str(path)


def test_each_over_withheld_claim_has_one_request(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    findings = seq.check_835(file).findings
    claims = {each.control_number: each for each in seq.read_835(file)}

    assert main(["request", file]) == 0
    texts = capsys.readouterr().out.split(BETWEEN)
    assert [text.strip("\n") for text in texts] == [
        seq.reopening_request(findings[:2], claim=claims["A-1"]),
        seq.reopening_request(findings[2:], claim=claims["A-3"]),
    ]
    assert "Billed charge:                          $150.00" in texts[0]


@pytest.mark.parametrize("wanted", [("A-3",), ("pa-3",), ("--claim", "A-3")])
def test_one_claim(file: str, wanted: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["request", file, *wanted]) == 0
    out = capsys.readouterr().out
    assert out.count("REQUEST FOR CLERICAL ERROR REOPENING") == 1
    assert "Patient account number:                 A-3" in out


def test_a_claim_that_is_right_has_none(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["request", file, "A-2"]) == 0
    assert capsys.readouterr().out == "No over-withheld line of claim 'A-2' to request a reopening for.\n"


def test_under_withheld_claims_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["request", str(EXAMPLES / "part_b_mistakes.835")]) == 0
    out = capsys.readouterr().out

    assert "OTHER-RATE-SMALL" not in out
    assert "MISSING" not in out
    assert out.count("Patient account number:") == 5


def test_a_claim_that_was_reversed_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "1.835", tmp_path / "2.835"
    first.write_bytes(remittance(claim("A-1", WRONG), claim("A-2", WRONG)))
    second.write_bytes(
        remittance(claim("A-1", TAKEN_BACK, status="22"), claim("A-1", GOOD), trace="EFT0002", produced="20240415")
    )

    assert main(["request", str(first), str(second)]) == 0
    found = capsys.readouterr()
    assert "Patient account number:                 A-2" in found.out
    assert "A-1" not in found.out
    assert found.err == "sequestration: claim A-1: reversed in these files, so nothing is left to request\n"


@pytest.mark.parametrize("left", [False, True])
def test_check_speaks_of_requests_only_if_one_is_left(
    left: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = [claim("A-1", WRONG), *([claim("A-2", WRONG)] if left else [])]
    (tmp_path / "1.835").write_bytes(remittance(*paid))
    (tmp_path / "2.835").write_bytes(
        remittance(claim("A-1", TAKEN_BACK, status="22"), claim("A-1", GOOD), trace="EFT0002", produced="20240415")
    )

    main(["check", str(tmp_path)])
    assert ("To request reopenings of over-withheld claims" in capsys.readouterr().out) is left


def test_standard_input_has_no_charges_but_a_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(remittance(claim("A-1", WRONG)))))

    assert main(["request", "-"]) == 0
    out = capsys.readouterr().out
    assert "Amount withheld (CO-253):               $3.20" in out
    assert "Billed charge" not in out


def test_a_file_for_each_claim_has_a_name_that_every_system_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = ["../../ETC", "a/b", "A:B", "con", "A-1", "a-1", "\N{SECTION SIGN}"]
    path, out = tmp_path / "a.835", tmp_path / "new" / "requests"
    path.write_bytes(
        remittance(*(claim(number, WRONG, payer_number=f"ICN{place}") for place, number in enumerate(numbers)))
    )

    assert main(["request", str(path), "--out", str(out)]) == 0
    assert sorted(each.name for each in out.iterdir()) == [
        "request_A-1.txt",
        "request_A_B_2.txt",
        "request_ETC.txt",
        "request_a-1_2.txt",
        "request_a_b.txt",
        "request_claim.txt",
        "request_con.txt",
    ]
    assert capsys.readouterr().out.count("request: ") == 7
    assert (out / "request_A-1.txt").read_text("utf-8").startswith("REQUEST FOR CLERICAL ERROR REOPENING\n")


def test_a_request_that_somebody_filled_in_is_not_replaced(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["request", file, "--out", str(out)]) == main(["request", file, "--out", str(out)]) == 0
    filled_in = out / "request_A-1.txt"
    filled_in.write_text("signed", "utf-8")
    capsys.readouterr()

    assert main(["request", file, "--out", str(out)]) == 2
    found = capsys.readouterr()
    assert found.err == f"sequestration: {filled_in}: this file has other text and is not replaced\n"
    assert found.out == f"request: {out / 'request_A-3.txt'}\n"
    assert filled_in.read_text("utf-8") == "signed"


def test_a_path_that_is_not_there_is_no_claim_where_it_is_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["request", "nope.835"]) == 2
    assert "nope.835" in capsys.readouterr().err
