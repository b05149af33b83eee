"""What the page asks of the library: the check of what was chosen, and the files to save."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._web.page_check import FILE_TYPES, PageCheck, PageOptions, check_folder
from tests.making import DOUBLED, RIGHT, claim, line, remittance

OVER = remittance(claim("ACCOUNT", line("99213", "150", "76.80", DOUBLED)))
FINE = remittance(claim("FINE", line("99213", "150", "78.40", RIGHT)), trace="EFT2")
REPORT, CSV, _ = FILE_TYPES


def check(folder: Path, **options: object) -> PageCheck:
    return check_folder(folder, PageOptions.from_plain(options))


def rows(done: PageCheck) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.file(CSV).decode("utf-8-sig"), newline="")))


def test_one_file_is_named_as_it_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    done = check(tmp_path)

    assert done.to_dict() == {"status": "needs_review", "headline": "1 of 1 line checked needs review."}
    assert [(row["file"], row["verdict"]) for row in rows(done)] == [("june.835", "cut_too_large")]
    assert done.file(REPORT).startswith(b"<!doctype html>")
    assert done.file(CSV).startswith(b"\xef\xbb\xbf")


def test_of_several_files_what_is_no_835_is_skipped_and_counted(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "july.835").write_bytes(FINE)
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    done = check(tmp_path, all_lines=True)

    assert {row["file"] for row in rows(done)} == {"june.835", "mail/july.835"}
    assert done.audit is not None
    (problem,) = done.audit.problems
    assert str(problem).startswith("the files you chose: ")
    assert "1 PDF" in problem.text


@pytest.mark.parametrize(
    "name, content, text",
    [
        ("letter.pdf", b"%PDF-1.7", "letter.pdf: Not an 835: this file is a PDF."),
        ("broken.zip", b"PK\x03\x04broken", "broken.zip: the zip archive is damaged"),
    ],
)
def test_one_file_that_cannot_be_read_is_an_error(name: str, content: bytes, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    done = check(tmp_path)

    assert done.to_dict() == {"error": text}
    with pytest.raises(seq.SequestrationError):
        done.file(REPORT)


def test_numbers_are_masked_and_payers_identified(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    masked = check(tmp_path, mask=True)
    plan = check(tmp_path, payers={"11502": "contract"}, all_lines=True)

    assert b"ACCOUNT" not in masked.file(CSV) + masked.file(REPORT)
    assert [row["verdict"] for row in rows(plan)] == ["not_applicable"]
    assert "error" in check(tmp_path, payers={"11502": "unknown"}).to_dict()


def test_progress_ends_at_all_bytes_and_the_folder_is_left(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    here = Path.cwd()
    seen: list[tuple[int, int]] = []
    check_folder(tmp_path, PageOptions(), lambda done, total: seen.append((done, total)))

    assert seen[-1] == (len(OVER), len(OVER))
    assert Path.cwd() == here


def test_the_csv_says_what_was_reversed_in_a_later_file(tmp_path: Path) -> None:
    """All files were read before it is written, unlike on the command line."""
    back = [(group, reason, f"-{amount}") for group, reason, amount in DOUBLED]
    reversal = claim("ACCOUNT", line("99213", "-150", "-76.80", back), status="22")
    (tmp_path / "june.835").write_bytes(remittance(claim("ACCOUNT", line("99213", "150", "76.80", DOUBLED))))
    (tmp_path / "july.835").write_bytes(
        remittance(reversal, claim("LEFT", line("99213", "150", "76.80", DOUBLED)), trace="EFT2")
    )
    left, gone = rows(check(tmp_path))

    assert [gone[name] for name in ("claim", "reversed_since", "step", "last_day")] == ["ACCOUNT", "True", "", ""]
    assert gone["step_why"] == "none: this payment was reversed in these files"
    assert [left[name] for name in ("claim", "reversed_since", "step")] == ["LEFT", "False", "request reopening"]


def test_there_is_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "june.835").write_bytes(OVER)
    with pytest.raises(seq.InvalidArgument, match="has no file"):
        check(tmp_path).file("../june.835")
