"""A day in the billing office, without Python: mixed mail in, report, workbook, a request and postings out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.making import DOUBLED, RIGHT, claim, interchange, line, remittance, transaction
from tests.processes import run_command as run

pytestmark = pytest.mark.slow

GOOD = line("99213", "150", "78.40", RIGHT)
WRONG = line("99213", "150", "76.80", DOUBLED)
ACKNOWLEDGMENT = interchange(["ST*999*0001*005010X231A1", "AK1*HC*1*005010X222A1", "AK9*A*1*1*1", "SE*4*0001"])
BANK = {"EFT1001": "155.20", "EFT1002": "300.00", "EFT1003": "76.80", "EFT1004": "78.40"}
"""The bank statement, worked out by hand; EFT1002 is 4 x 78.40 less a PLB of 13.60."""


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """What came in: three remittances as a file, a gzip file and a zip archive, an acknowledgment and a PDF."""
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "0315.835").write_bytes(remittance(claim("A-1001", WRONG), claim("A-1002", GOOD), trace="EFT1001"))
    recovered = ["PLB*1234567893*20241231*WO:REF1*13.60"]
    several = remittance(
        *(claim(f"B-{n}", GOOD) for n in range(4)), trace="EFT1002", provider_adjustments=recovered, produced="20240318"
    )
    (folder / "0318.835.gz").write_bytes(gzip.compress(several))
    with zipfile.ZipFile(folder / "0319.zip", "w") as archive:
        two = interchange(
            transaction(claim("C-1", WRONG), trace="EFT1003", produced="20240319"),
            transaction(claim("C-2", GOOD), trace="EFT1004", produced="20240319"),
        )
        archive.writestr("remit/0319.835", two)
        archive.writestr("readme.txt", "Remittances of March 19")
    (folder / "ack.999").write_bytes(ACKNOWLEDGMENT)
    (folder / "letter.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    return folder


@pytest.fixture
def desk(mail: Path) -> Callable[..., str]:
    """Run a command at the desk, beside the mail, with its exit code; nothing may be on standard error."""

    def command(*arguments: object, code: int = 0) -> str:
        done = run(*arguments, cwd=mail.parent)
        assert (done.returncode, done.stderr) == (code, ""), arguments
        return done.stdout

    return command


def test_a_day_without_python(mail: Path, desk: Callable[..., str]) -> None:
    # 1. What is wrong? A report to share, a workbook to sort, and what expires when.
    summary = desk("check", "mail", "--html", "report.html", "--xlsx", "report.xlsx", "--as-of", "6/25/2024", code=1)
    assert summary.startswith("2 of 8 lines checked need review.\n")
    assert "$3.20 in question: $3.20 owed to " in summary
    assert "  request a redetermination from your MAC: $3.20 within 30 days\n" in summary  # Jul 18 and Jul 22
    assert (mail.parent / "report.html").read_bytes().startswith(b"<!doctype html>")
    assert zipfile.ZipFile(mail.parent / "report.xlsx").testzip() is None
    assert desk("check", "mail", "--as-of", "6/25/2024", code=1).count("3 files that are not 835s") == 1

    # 2. One of the claims, as on paper.
    assert "CO-253          $3.20" in desk("show", "mail/0315.835", "A-1001")

    # 3. The request to reopen it, and those of all as files.
    request = desk("request", "mail", "A-1001")
    assert request.count("REQUEST FOR CLERICAL ERROR REOPENING") == 1
    assert "Withheld in error:                      $1.60" in request
    assert "Billed charge:                          $150.00" in request
    desk("request", "mail", "--out", "requests")
    written = {path.name: path.read_text("utf-8") for path in (mail.parent / "requests").iterdir()}
    assert sorted(written) == ["request_A-1001.txt", "request_C-1.txt"]
    assert written["request_A-1001.txt"] == request

    # 4. What to post, which is what the bank has.
    posted: dict[str, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(desk("post", "mail"))):
        if row["kind"] != "adjustment":
            posted[row["trace_number"]] += Decimal(row["amount"]) * (1 if row["kind"] == "payment" else -1)
    payments = json.loads(desk("payments", "mail", "--json"))
    assert {trace: str(amount) for trace, amount in posted.items()} == BANK
    assert {row["trace_number"]: row["amount"] for row in payments} == BANK
    assert [row["payment_date"] for row in payments] == ["2024-03-15", "2024-03-18", "2024-03-19", "2024-03-19"]
    assert {row["difference"] for row in payments} == {"0.00"}
    assert desk("payments", "mail").splitlines()[-1] == "4 remittances, 8 claims, total payments $610.40"


def test_nothing_of_it_names_a_patient(mail: Path, desk: Callable[..., str]) -> None:
    texts = [
        desk("check", "mail", code=1),
        desk("show", "mail/0315.835"),
        desk("request", "mail"),
        desk("post", "mail"),
        desk("payments", "mail"),
    ]

    assert b"PATIENTNAME" in (mail / "0315.835").read_bytes()
    assert not any(word in text for word in ("PATIENTNAME", "GIVENNAME", "MEMBERNUMBER") for text in texts)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_every_command_survives_the_console_of_an_old_pc(encoding: str, mail: Path) -> None:
    for arguments, code in {
        ("check", "mail", "--all"): 1,
        ("request", "mail"): 0,
        ("show", "mail/0315.835"): 0,
        ("payments", "mail"): 0,
        ("post", "mail"): 0,
        ("schedule",): 0,
        ("deadline", "--help"): 0,
    }.items():
        done = run(*arguments, cwd=mail.parent, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == code, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
