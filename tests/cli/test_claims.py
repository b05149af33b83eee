"""What remittances say, for people and for programs: claims, postings, payments."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

import sequestration as seq
from sequestration import strategies
from sequestration._cli.main import main
from sequestration._worklist.bank_payments import BankPayment, claims_and_payments
from tests.making import RIGHT, claim, interchange, line, remittance, transaction

LINE = line("99213", "150", "78.40", RIGHT)
PLB = "PLB*1234567893*20241231*WO:REF1*12.50"
TWO = interchange(
    transaction(claim("A-1", LINE), claim("A-2", LINE, LINE), provider_adjustments=[PLB]),
    transaction(claim("A-3", LINE), trace="EFT0002", payer="SECOND CONTRACTOR"),
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "two.835"
    path.write_bytes(TWO)
    return str(path)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def sums_of(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    """The amount of each check or EFT by what is posted."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["kind"] in ("payment", "provider_adjustment"):
            sums[row["trace_number"]] += Decimal(row["amount"]) * (1 if row["kind"] == "payment" else -1)
    return sums


def test_claims_are_shown_as_on_paper(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    claims = list(seq.read_835(file))

    assert main(["show", file]) == 0
    assert capsys.readouterr().out == "\n\n".join(each.to_text() for each in claims) + "\n"
    for number in ("A-2", "pa-2", " PA-2 "):
        assert main(["show", file, number]) == 0
        assert capsys.readouterr().out == claims[1].to_text() + "\n"


def test_a_claim_that_is_not_there(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", file, "A-9"]) == 2
    assert capsys.readouterr().err == f"sequestration: There is no claim 'A-9' in {file}.\n"


def test_postings_are_csv_and_sum_to_the_payment(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["post", file]) == 0
    rows = rows_of(capsys.readouterr().out)

    assert list(rows[0]) == list(seq.Posting(claim="A", kind="payment", amount=Decimal(0)).to_dict())
    assert len(rows) == 4 * 4 + 1
    # 3 x 78.40 - 12.50 and 78.40
    assert sums_of(rows) == {"EFT0001": Decimal("222.70"), "EFT0002": Decimal("78.40")}
    withheld = [row["amount"] for row in rows if row["reason"] == "253"]
    assert withheld == ["1.60"] * 4
    assert rows[12]["kind"] == "provider_adjustment"
    assert (rows[12]["reason"], rows[12]["amount"], rows[12]["claim"]) == ("WO", "12.50", "")
    assert "overpayment" in rows[12]["note"]


def test_postings_as_json_are_those_of_the_library(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["post", file, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    wanted = [posting.to_dict() for each in seq.read_835(file) for posting in each.postings()]

    assert [row for row in rows if row["kind"] != "provider_adjustment"] == wanted
    assert all(row.keys() == wanted[0].keys() for row in rows)


def test_an_account_number_is_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(
        remittance(claim("=1+1", line("99213", "-150", "-78.40", [(g, r, f"-{a}") for g, r, a in RIGHT]), status="22"))
    )
    assert main(["post", str(path)]) == 0
    rows = rows_of(capsys.readouterr().out)

    assert {row["claim"] for row in rows} == {"'=1+1"}
    assert rows[0]["amount"] == "-78.40"  # a number, which a spreadsheet can add up


def test_payments_are_what_the_bank_has(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", file, "--csv"]) == 0
    rows = rows_of(capsys.readouterr().out)
    assert main(["payments", file, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert main(["payments", file]) == 0
    table = capsys.readouterr().out.splitlines()

    assert [
        (row["trace_number"], row["payment_date"], row["amount"], row["method"], row["claims"]) for row in rows
    ] == [
        ("EFT0001", "2024-03-15", "222.70", "ACH", "2"),
        ("EFT0002", "2024-03-15", "78.40", "ACH", "1"),
    ]
    assert [(row["claims_paid"], row["provider_adjustments"], row["difference"]) for row in values] == [
        ("235.20", "12.50", "0.00"),
        ("78.40", "0.00", "0.00"),
    ]
    assert table[1].split("  ")[0] == "Mar 15, 2024"
    assert "$222.70" in table[1]
    assert table[-1] == "2 remittances, 3 claims, total payments $301.10"


def test_nothing_to_list_is_an_empty_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", str(tmp_path), "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == []
    assert main(["post", str(tmp_path)]) == 2
    assert rows_of(capsys.readouterr().out) == []


def test_a_payment_out_of_balance_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(remittance(claim("A", LINE), payment="70.00"))

    assert main(["payments", str(path)]) == 1
    assert "EFT0001: this payment is out of balance" in (err := capsys.readouterr().err)
    assert "differ from it by $8.40" in err
    assert main(["post", str(path)]) == 1


def test_the_same_remittance_twice_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.835", "b.835"):
        (tmp_path / name).write_bytes(remittance(claim("A", LINE)))

    assert main(["post", str(tmp_path)]) == 1
    found = capsys.readouterr()
    assert "b.835, EFT0001: this remittance is the same as " in found.err
    assert len(rows_of(found.out)) == 8


def test_what_cannot_be_read_is_reported_and_the_rest_is_listed(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "ack.999"
    other.write_bytes(b"ISA*00* nothing that follows is X12")
    missing = tmp_path / "nope.835"

    assert main(["payments", str(other), str(missing), file]) == 2
    found = capsys.readouterr()
    assert found.out.splitlines()[-1].startswith("2 remittances, 3 claims")
    assert [str(other) in found.err, str(missing) in found.err, "Traceback" in found.err] == [True, True, False]
    assert len(found.err.splitlines()) == 2


def test_a_claim_with_an_unreadable_amount_is_left_out_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(remittance(claim("A", LINE, charge="x"), claim("B", LINE)))

    assert main(["post", str(path), "--json"]) == 1
    found = capsys.readouterr()
    assert {row["claim"] for row in json.loads(found.out)} == {"B"}
    assert "claim A" in found.err
    assert "Traceback" not in found.err


def test_a_remittance_that_breaks_off_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(TWO[: TWO.index(b"CLP*A-3") + 30])

    assert main(["post", str(path)]) == 1
    assert "sequestration: error: " in capsys.readouterr().err


@given(found=strategies.remittances())
def test_the_payments_are_those_that_were_made(found: strategies.MadeRemittance) -> None:
    items = claims_and_payments(seq.read_835(found.data).claims_and_ends())
    (payment,) = [item for item in items if isinstance(item, BankPayment)]
    text = found.data.decode("latin-1")
    adjusted = sum((item.amount for item in found.provider_adjustments if item.amount is not None), Decimal(0))

    assert payment.claims == text.count("~CLP*") == len(found.services)
    assert str(payment.amount) == text.split("~BPR*I*")[1].split("*")[0]
    assert payment.payee_npi == text.split("~N1*PE*")[1].split("~")[0].split("*")[-1] != ""
    assert payment.provider_adjustments == adjusted
    assert payment.in_balance
