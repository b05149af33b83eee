"""The workbook: what the JSON says, amounts as numbers, dates as dates, everything else as the text it is."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration._checking.findings import heaviest_first
from sequestration._export import workbook
from sequestration._export.csv import AUDIT_COLUMNS
from sequestration._export.workbook_tables import audit_tables
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.paths import ROOT

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

WRONG = line("99213", "150", "76.80", DOUBLED)
SHEETS = [
    "Summary",
    "Findings",
    "Patterns",
    "Plans",
    "Claims",
    "Adjustments by code",
    "Provider-level (PLB)",
    "Months",
    "Problems",
    "Files",
]


def written(audit: seq.Audit, folder: Path) -> Any:
    seq.write_workbook(audit, folder / "audit.xlsx")
    return openpyxl.load_workbook(folder / "audit.xlsx")


def table(book: Any, name: str) -> tuple[list[str], list[list[Any]]]:
    """The head and the rows of a sheet."""
    head, *rows = book[name].iter_rows(values_only=True)
    return list(head), [list(row) for row in rows]


def plain(value: Any) -> Any:
    """A cell as the JSON would have it, where it is text."""
    return value.date().isoformat() if isinstance(value, datetime) else value


@pytest.fixture(scope="module")
def audit() -> seq.Audit:
    return seq.check_835(ROOT / "examples", keep="all")


@pytest.fixture(scope="module")
def book(audit: seq.Audit, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return written(audit, tmp_path_factory.mktemp("book"))


def test_every_sheet_has_a_frozen_head_with_filters(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])


def test_the_findings_are_those_of_the_json(audit: seq.Audit, book: Any) -> None:
    _, rows = table(book, "Findings")
    found = [dict(zip(AUDIT_COLUMNS, row, strict=True)) for row in rows]
    wanted = attrs.evolve(audit, findings=heaviest_first(audit.findings)).to_dict()["findings"]

    assert len(found) == len(audit.findings)
    for row, item in zip(found, wanted, strict=True):
        for name in set(item) & set(row) - {"explanations", "step"}:
            if isinstance(row[name], (int, float)) and name not in ("line", "reversed_since"):
                assert Decimal(str(row[name])) == Decimal(item[name]), name
            else:
                assert plain(row[name]) == (None if item[name] == "" else item[name]), name


def test_a_finding_that_was_reversed_since_has_nothing_to_do(tmp_path: Path) -> None:
    """Of two wrong claims one was reversed in the next file, and a right one is not said to be anything."""
    back = [(group, reason, f"-{amount}") for group, reason, amount in DOUBLED]
    reversal = claim("A", line("99213", "-150", "-76.80", back), payer_number="ICN1", status="22")
    paid = (
        claim("A", WRONG, payer_number="ICN1"),
        claim("B", WRONG, payer_number="ICN2"),
        claim("C", line("99213", "150", "78.40", RIGHT), payer_number="ICN3"),
    )
    audit = seq.check_835([remittance(*paid), remittance(reversal, trace="EFT2")], keep="all")
    book = written(audit, tmp_path)
    rows = {
        (row["claim"], row["verdict"]): row
        for row in (dict(zip(AUDIT_COLUMNS, values, strict=True)) for values in table(book, "Findings")[1])
    }
    gone, left, right = (rows[key] for key in (("A", "cut_too_large"), ("B", "cut_too_large"), ("C", "correct")))
    head, (pattern,) = table(book, "Patterns")
    counts = dict(zip(head, pattern, strict=True))
    summary: dict[str, Any] = dict(table(book, "Summary")[1])

    assert [row["reversed_since"] for row in (gone, left, right)] == [True, False, None]
    assert gone["step_why"] == "none: this payment was reversed in these files"
    assert [gone[name] for name in ("step", "last_day", "authority", "days_left")] == [None] * 4
    assert left["step"] == "request reopening"
    assert None not in [left[name] for name in ("step_why", "last_day", "days_left")]
    assert (counts["Lines"], counts["Open lines"], counts["Open dollars"]) == (2, 1, 1.6)
    assert (summary["Reversed since, owed to you"], summary["Reversed since, owed to Medicare"]) == (1.6, 0)


def test_the_codes_claims_and_provider_adjustments_are_those_of_the_audit(audit: seq.Audit, book: Any) -> None:
    codes = [(group, code, count, Decimal(str(amount))) for group, code, count, amount, *_ in table(book, SHEETS[5])[1]]
    claims = [(number, account, Decimal(str(row[3]))) for number, account, *row in table(book, "Claims")[1]]

    assert codes == [(total.group, total.code, total.count, total.amount) for total in audit.by_code()]
    assert claims == [(total.payer_claim_number, total.claim, total.reported) for total in audit.by_claim()]
    assert [row[1:4] for row in table(book, SHEETS[6])[1]] == [
        [item.reason, item.reference, float(item.amount or 0)] for item in audit.provider_adjustments
    ]


def test_months_and_what_has_no_date_add_up_to_the_total(audit: seq.Audit, book: Any) -> None:
    _, rows = table(book, "Months")
    sums = {month: [Decimal(str(value)) for value in values] for month, *values in rows}

    assert list(sums) == [*sorted(audit.totals.by_month), "without a date", "all"]
    for column, whole in enumerate(sums.pop("all")):
        assert sum(values[column] for values in sums.values()) == whole
    assert sums["2022-04"][0] == audit.totals.by_month["2022-04"].reported


def test_the_summary_counts_what_the_audit_counts(audit: seq.Audit, book: Any) -> None:
    items: dict[str, Any] = dict(table(book, "Summary")[1])

    assert items["Claims"] == audit.claims
    assert items["Outcome"] == audit.headline
    assert items["Verdict: over-withheld"] == audit.counts[seq.Verdict.CUT_TOO_LARGE]
    assert Decimal(str(items["Total withheld"])) == audit.totals.withheld
    assert Decimal(str(items["Over-withheld (owed to you)"])) == audit.totals.by_owed_to[seq.OwedTo.PROVIDER]


def test_the_largest_findings_come_first(book: Any) -> None:
    head, rows = table(book, "Findings")
    place = head.index("Difference")
    differences = [abs(row[place]) for row in rows if row[0].startswith("cut_")]

    assert differences == sorted(differences, reverse=True)
    assert head[place] == "Difference"


def test_amounts_are_dollars_rates_are_percent_and_dates_are_dates(book: Any) -> None:
    cells = dict(zip(AUDIT_COLUMNS, book["Findings"][2], strict=True))

    assert (cells["reported"].data_type, cells["reported"].number_format) == ("n", "$#,##0.00;[Red]-$#,##0.00")
    assert (cells["rate"].data_type, cells["rate"].number_format) == ("n", "0.00%")
    assert (cells["on"].is_date, cells["on"].number_format) == (True, "mmm d, yyyy")
    assert cells["procedure"].data_type == "s"


@pytest.mark.parametrize(
    "account", ["0001234", "=1+1", "+1", "-1", "@SUM(A1)", "1E5", "http://example.org", "=cmd|x!A"]
)
def test_an_account_number_stays_the_text_it_is(account: str, tmp_path: Path) -> None:
    data = remittance(claim(account.replace(":", ";"), WRONG), payer=account.replace(":", ";"))
    sheet = written(seq.check_835(data), tmp_path)["Findings"]
    cells = dict(zip(AUDIT_COLUMNS, sheet[2], strict=True))

    assert (cells["claim"].value, cells["claim"].data_type) == (account.replace(":", ";"), "s")
    assert cells["payer"].data_type == "s"
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as parts:
        shown = b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
    assert b"<f>" not in shown
    assert b"hyperlink" not in shown


def test_control_characters_and_endless_texts_do_not_break_the_file(audit: seq.Audit, tmp_path: Path) -> None:
    bad = attrs.evolve(audit.findings[0], reason="A\x00\x1b\ufffe\ud800B" + "x" * 40_000)
    (row,) = table(written(seq.Audit(findings=[bad]), tmp_path), "Findings")[1]
    text = dict(zip(AUDIT_COLUMNS, row, strict=True))["reason"]

    assert text.startswith("A????B")
    assert len(text) == 32_767


def test_numbers_and_days_that_excel_does_not_know_are_text(audit: seq.Audit, tmp_path: Path) -> None:
    huge = Decimal("12345678901234567.89")
    strange = attrs.evolve(audit.findings[0], paid=huge, on=date(1899, 12, 31))
    (row,) = table(written(seq.Audit(findings=[strange]), tmp_path), "Findings")[1]
    values = dict(zip(AUDIT_COLUMNS, row, strict=True))

    assert values["paid"] == str(huge)
    assert values["on"] == "1899-12-31"


def test_an_empty_audit_has_all_sheets(tmp_path: Path) -> None:
    book = written(seq.Audit(), tmp_path)

    assert book.sheetnames == SHEETS
    assert table(book, "Findings")[1] == []
    assert table(book, "Claims")[0][:2] == ["Payer claim number", "Account number"]


def test_what_is_not_kept_is_counted(tmp_path: Path) -> None:
    data = remittance(claim("A-1", WRONG), claim("A-2", WRONG), claim("A-3", WRONG))
    _, rows = table(written(seq.check_835(data, limit=1), tmp_path), "Findings")

    assert len(rows) == 2
    assert rows[1][0] == "2 more rows are left out"


def test_rows_beyond_a_sheet_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MAX_ROWS", 2)
    _, rows = table(
        written(seq.check_835(remittance(*(claim(f"A-{n}", WRONG) for n in range(5)))), tmp_path), "Findings"
    )

    assert len(rows) == 3
    assert rows[2][0] == "3 more rows are left out"


def test_a_masked_audit_shows_no_account_number(tmp_path: Path) -> None:
    data = remittance(
        claim("SECRET-1", WRONG),
        claim("SECRET-2", line("99213", "150", "70", DOUBLED)),
        provider_adjustments=["PLB*1*20241231*WO:SECRET-1*10"],
    )
    seq.write_workbook(seq.check_835(data, keep="all").masked(), tmp_path / "audit.xlsx")
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as parts:
        shown = b"".join(map(parts.read, parts.namelist()))

    assert b"#1" in shown
    assert b"SECRET" not in shown


def test_no_patient_is_in_it(tmp_path: Path) -> None:
    seq.write_workbook(seq.check_835(remittance(claim("A-1", WRONG)), keep="all"), tmp_path / "audit.xlsx")
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as parts:
        shown = b"".join(map(parts.read, parts.namelist()))

    assert not any(word in shown for word in (b"PATIENTNAME", b"GIVENNAME", b"MEMBERNUMBER"))


def test_a_remittance_that_was_checked_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(remittance(claim("A-1", WRONG)))
    audit = seq.check_835(path)

    with pytest.raises(FileExistsError):
        seq.write_workbook(audit, path)
    assert path.read_bytes().startswith(b"ISA")


def test_the_days_left_are_as_of_a_day(audit: seq.Audit, tmp_path: Path) -> None:
    """The remittance is of Mar 15, 2024: appeal to Jul 18, 2024."""
    path = tmp_path / "audit.xlsx"
    seq.write_workbook(audit, path, as_of="2024-07-20")
    names, rows = table(openpyxl.load_workbook(path), "Findings")
    first = dict(zip(names, rows[0], strict=True))

    assert (first["As of"].date(), first["Last day"].date()) == (date(2024, 7, 20), date(2024, 7, 18))
    assert first["Days left"] == -2
    with pytest.raises(seq.InvalidDate):
        seq.write_workbook(audit, path, as_of="2024-13-01")


def test_only_an_audit_is_written(tmp_path: Path) -> None:
    with pytest.raises(seq.InvalidArgumentType, match="write_workbook takes an Audit, not list"):
        seq.write_workbook([], tmp_path / "audit.xlsx")  # type: ignore[arg-type]


def test_the_months_without_a_date_are_a_row(tmp_path: Path) -> None:
    data = remittance(claim("A-1", line("99213", "150", "78.40", [("CO", "253", "1.60")], on=None)))
    found = next(item for item in audit_tables(seq.check_835(data), date(2024, 6, 1)) if item.name == "Months")

    assert found.rows[0][0] == "without a date"
    assert found.rows[0][1] == Decimal("1.60")
