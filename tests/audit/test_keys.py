"""Findings say whose claim they are: at the payer, on the check or EFT, in the file."""

from __future__ import annotations

import csv
import io
import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._dates import for_readers
from sequestration._export.csv import write_findings
from tests.making import DOUBLED, Line, claim, interchange, line, remittance, transaction
from tests.markup import parsed
from tests.processes import run_command

RIGHT = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
KEYS = (
    "payer_claim_number",
    "line_control_number",
    "transaction",
    "transaction_position",
    "claim_position",
    "trace_number",
    "payment_date",
    "payee_npi",
)


def wrong(number: str = "") -> Line:
    return line("99213", "150", "76.80", DOUBLED, extra=[f"REF*6R*{number}"] if number else [])


# One account number four times: twice in the first transaction, behind a claim that the fast path takes, and twice in
# the second one, there at the claim level and without a number of the payer.
TWO = interchange(
    transaction(
        claim("OTHER", line("99213", "150", "78.40", RIGHT), payer_number="ICN0"),
        claim("A-1", wrong("LINE1"), payer_number="ICN1"),
        claim("A-1", wrong("LINE2"), payer_number=" ICN2 "),
        number="0001",
        trace="EFT0001",
        produced="20240315",
    ),
    transaction(
        claim("A-1", payer_number="ICN3", charge="150", paid="76.80", adjustments=DOUBLED, first_day="20240301"),
        claim("A-1", wrong(), payer_number=""),
        claim("OTHER", line("99213", "150", "78.40", RIGHT)),
        number="0002",
        trace="CHECK77",
        produced="20240322",
    ),
)
EXPECTED: list[tuple[Any, ...]] = [
    ("ICN1", "LINE1", "0001", 1, 2, "EFT0001", date(2024, 3, 15), "1234567893"),
    ("ICN2", "LINE2", "0001", 1, 3, "EFT0001", date(2024, 3, 15), "1234567893"),
    ("ICN3", "", "0002", 2, 4, "CHECK77", date(2024, 3, 22), "1234567893"),
    ("", "", "0002", 2, 5, "CHECK77", date(2024, 3, 22), "1234567893"),
]


def keys_of(finding: seq.Finding) -> tuple[Any, ...]:
    return tuple(getattr(finding, name) for name in KEYS)


def test_two_claims_of_one_account_are_never_confused() -> None:
    audit = seq.check_835(TWO)

    assert [finding.claim for finding in audit.findings] == ["A-1"] * 4
    assert [keys_of(finding) for finding in audit.findings] == EXPECTED
    assert len({str(finding) for finding in audit.findings}) == 4


def test_positions_are_the_same_where_every_claim_is_judged_one_by_one() -> None:
    """The fast path takes the claims that are plainly right, unless every finding is kept."""
    audit = seq.check_835(TWO, keep="all")

    assert [finding.claim_position for finding in audit.findings] == [1, 2, 3, 4, 5, 6]
    assert [keys_of(finding) for finding in audit.findings if finding.verdict.needs_review] == EXPECTED


def test_what_is_held_back_to_the_end_has_its_keys() -> None:
    late = interchange(transaction(claim("A-1", wrong("L1")), claim("A-1", wrong("L2"))))
    first, second = seq.check_835(late, payers={"11502": "ffs"}).findings

    assert (first.claim_position, first.line_control_number) == (1, "L1")
    assert (second.claim_position, second.line_control_number) == (2, "L2")


def test_positions_begin_again_in_each_file(tmp_path: Path) -> None:
    for name in ("a.835", "b.835"):
        (tmp_path / name).write_bytes(TWO.replace(b"EFT0001", name.encode()).replace(b"CHECK77", name.encode()[::-1]))
    audit = seq.check_835(tmp_path)

    assert [finding.claim_position for finding in audit.findings] == [2, 3, 4, 5] * 2
    assert len({(finding.file, finding.claim_position) for finding in audit.findings}) == 8


def test_the_last_transaction_of_a_file_that_breaks_off_is_counted() -> None:
    end = TWO.index(b"CLP*OTHER", TWO.index(b"CLP*OTHER") + 1)
    cut_off = seq.check_835(TWO[:end])
    repeated = seq.check_835(interchange(transaction(claim("A-1", wrong())), transaction(claim("A-2", wrong()))))

    assert [finding.transaction_position for finding in cut_off.findings] == [1, 1, 2]
    assert [(found.transaction, found.transaction_position) for found in repeated.findings] == [
        ("0001", 1),
        ("0001", 2),
    ]


def test_json_and_csv_have_every_key() -> None:
    audit = seq.check_835(TWO)
    plain = json.loads(json.dumps(audit.to_dict()))
    stream = io.StringIO(newline="")
    write_findings(audit.findings, stream, as_of=date(2024, 6, 1))
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))

    assert plain["schema"] == 1
    assert len(rows) == len(plain["findings"]) == 4
    for expected, found, row in zip(EXPECTED, plain["findings"], rows, strict=True):
        texts = [str(value) if isinstance(value, date) else value for value in expected]
        assert [found[name] for name in KEYS] == texts
        assert [row[name] for name in KEYS] == list(map(str, texts))


def test_text_report_and_notebook_show_every_key(tmp_path: Path) -> None:
    audit = seq.check_835(TWO)
    seq.write_report(audit, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    for finding, expected in zip(audit.findings, EXPECTED, strict=True):
        icn, number, transaction_number, _, position, trace, paid, npi = expected
        payment = f"{trace}, paid {for_readers(paid)} to NPI {npi}"
        place = f"claim {position} in the file, transaction {transaction_number}"
        for shown in (str(finding), repr(finding), parsed(finding._repr_html_()).text, str(audit)):
            assert all(text in shown for text in (icn, number, payment, place))
        assert f"Check or EFT {trace}, paid {for_readers(paid)}<" in page
        assert all(text in page for text in (icn, number, f"to NPI {npi}", place[0].upper() + place[1:]))
    notebook = audit._repr_html_()
    assert all(f">{icn}<" in notebook for icn in ("ICN1", "ICN2", "ICN3"))
    assert parsed(notebook).text.count("CHECK77Mar 22, 2024") == 2  # Cells beside each other.


def test_the_command_line_shows_every_key(tmp_path: Path) -> None:
    file = tmp_path / "remit.835"
    file.write_bytes(TWO)
    done = run_command("check", file)

    assert f"{file}, claim 3 in the file, transaction 0001" in done.stdout
    assert "payer claim number            ICN2" in done.stdout
    assert "line control number           LINE2" in done.stdout
    assert "check or EFT                  EFT0001, paid Mar 15, 2024 to NPI 1234567893" in done.stdout


def test_tables_have_every_key_and_can_be_joined() -> None:
    frames = pytest.importorskip("sequestration.frames")
    pytest.importorskip("pyarrow")
    found = frames.findings(TWO, backend="pyarrow").to_pylist()
    adjustments = frames.adjustments(TWO, backend="pyarrow").to_pylist()

    assert [tuple(row[name] for name in KEYS) for row in found] == EXPECTED
    for row in found:
        joined = [
            item for item in adjustments if all(item[name] == row[name] for name in ("file", "claim_position", "line"))
        ]
        assert [(item["group"], item["reason"]) for item in joined] == [("CO", "45"), ("CO", "253"), ("PR", "2")]
        assert all(tuple(item[name] for name in KEYS) == tuple(row[name] for name in KEYS) for item in joined)
    assert {item["claim_position"] for item in adjustments} == {1, 2, 3, 4, 5, 6}


def test_masked_hides_the_numbers_of_claims_and_lines_and_keeps_the_rest() -> None:
    audit = seq.check_835(TWO)
    masked = audit.masked()

    assert [finding.claim for finding in masked.findings] == ["#1"] * 4
    assert [finding.payer_claim_number for finding in masked.findings] == ["#2", "#4", "#6", ""]
    assert [finding.line_control_number for finding in masked.findings] == ["#3", "#5", "", ""]
    assert [keys_of(finding)[2:] for finding in masked.findings] == [expected[2:] for expected in EXPECTED]
    shown = f"{masked}{masked!r}{masked.to_dict()}{masked._repr_html_()}{pickle.dumps(masked)!r}"
    assert not any(number in shown for number in ("ICN1", "ICN2", "ICN3", "LINE1", "LINE2", "A-1"))


def test_a_claim_of_ones_own_has_the_keys_that_it_knows() -> None:
    with seq.read_835(TWO) as reader:
        findings = [seq.check_claim(each)[0] for each in reader]

    assert findings[1].payer_claim_number == "ICN1"
    assert findings[1].trace_number == "EFT0001"
    assert (findings[1].transaction_position, findings[1].claim_position) == (None, None)
    bare = seq.check_adjustment(reported="3.20", paid="76.80", on="2024-03-01")
    assert keys_of(bare) == ("", "", "", None, None, "", None, "")
    assert str(bare).startswith("over-withheld; ")


@pytest.mark.parametrize(
    ("payee", "npi"),
    [
        ("N1*PE*CLINIC*XX*1234567893", "1234567893"),
        ("N1*PE*CLINIC* XX *1234567893 ", "1234567893"),
        ("N1*PE*CLINIC*FI*123456789", ""),  # a tax number, of a person who bills alone a social security number
        ("N1*PE*CLINIC*FI*1234567893", ""),
        ("N1*PE*CLINIC*XX*12345", ""),
        ("N1*PE*CLINIC*XX*SMITH JOHN", ""),
        ("N1*PE*CLINIC", ""),
    ],
)
def test_the_npi_of_the_payee_is_an_npi_or_empty(payee: str, npi: str) -> None:
    data = TWO.replace(b"N1*PE*EXAMPLE CLINIC*XX*1234567893", payee.encode())

    assert {finding.payee_npi for finding in seq.check_835(data).findings} == {npi}


def test_numbers_of_a_claim_of_ones_own_may_be_whole_numbers_or_none() -> None:
    untyped: Any = seq.Claim
    for number, shown in ((2224012345678, "2224012345678"), (None, "")):
        item = seq.ServiceLine("99213", "150", "76.80", {"472": "2024-03-01"})
        item.control_number = number  # type: ignore[assignment]
        made = untyped("A-1", "1", "150", "76.80", "20", plan="MB", payer_control_number=number, lines=[item])
        (finding,) = seq.check_claim(made)
        assert (finding.payer_claim_number, finding.line_control_number) == (shown, shown)


def test_endless_numbers_are_cut() -> None:
    data = remittance(claim("A-1", wrong("L" * 5000)), trace="T" * 5000, number="0" * 5000)
    (finding,) = seq.check_835(data, payers={"11502": "ffs"}).findings

    assert (finding.line_control_number, finding.trace_number) == ("L" * 80, "T" * 80)
    assert finding.transaction == "0" * 80
