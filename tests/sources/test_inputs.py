"""Folders and archives as a billing office has them: every 835 is read, and what is not one is counted."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

import sequestration as seq
from sequestration._sources import archives, compressed
from sequestration._sources.kinds import other_kind
from tests.making import DOUBLED, RIGHT, claim, line, remittance


def good(trace: str = "EFT0001") -> bytes:
    return remittance(claim("A-1", line("99213", "150", "78.40", RIGHT)), trace=trace)


def wrong(trace: str = "EFT0009") -> bytes:
    return remittance(claim("B-1", line("99213", "150", "76.80", DOUBLED)), trace=trace)


def acknowledgment(code: str = "999") -> bytes:
    head = good()[: good().index(b"GS*")]
    return head + f"GS*FA*A*B*20240315*1200*1*X*005010X231A1~ST*{code}*0001~AK1*HP*1~SE*3*0001~GE*1*1~IEA*1*1~".encode()


def archive(path: Path | io.BytesIO, **members: bytes) -> Path | io.BytesIO:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return path


OTHERS = {
    "ack.999": (acknowledgment(), "X12 999"),
    "status.277": (acknowledgment("277").replace(b"*", b"|"), "X12 277"),
    "no_isa.txt": (b"ST*837*0001~BHT*0019~", "X12 837"),
    "ta1.txt": (good()[: good().index(b"GS*")] + b"TA1*000000001*240315*1200*A*000~IEA*0*1~", "X12 TA1"),
    "letter.pdf": (b"%PDF-1.7\n\x00\xff", "PDF"),
    "scan.png": (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
    "scan.jpg": (b"\xff\xd8\xff\xe0\0", "picture"),
    "fax.gif": (b"GIF87a\0", "picture"),
    "fax.89.gif": (b"GIF89a\0", "picture"),
    "fax.tif": (b"II*\0\0", "picture"),
    "fax.motorola.tif": (b"MM\0*\0", "picture"),
    "photo.webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "picture"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "Office document"),
    "page.htm": (b"<!DOCTYPE html>\n<p>Remittance", "HTML"),
    "a.xml": (b'<?xml version="1.0"?><a/>', "XML"),
    "a.json": (b'{"payer": 1}', "JSON"),
    "rows.csv": (b"a,b\n1,2\n", "spreadsheet"),
    "notes.txt": ("Se\u00f1or, the ISA comes first: *~\n".encode(), "text"),
}
DAMAGED = {
    "an 835": good(),
    "cut off": good()[:-90],
    "its beginning lost in a name": good()[good().index(b"NM1*QC") + 9 :],
    "text before it": b"From: clearinghouse\n\n" * 9 + good(),
    "text before it, far ahead": b"From: clearinghouse\n\n" * 9_000 + good(),
    "behind an acknowledgment": acknowledgment() + good(),
    "far behind an acknowledgment": acknowledgment() + b" " * 70_000 + good(),
    "separators lost": good().replace(b"*", b"\0"),
    "UTF-16": good().decode().encode("utf-16"),
    "empty": b"",
    "blank": b" \r\n",
    "nobody knows": b"\x01\x02\x03",
    "lower case": good().lower(),
    "in HTML": b"<html>" + good(),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_plainly_something_else(name: str) -> None:
    data, kind = OTHERS[name]

    assert other_kind(io.BytesIO(data), name) == kind


BEGINNINGS = [data[:12] for data, kind in OTHERS.values() if kind in ("PDF", "picture", "Office document")]


@pytest.mark.parametrize("data", [*BEGINNINGS, b"PK\x03\x04".ljust(30, b"\0") + b"_rels/"])
def test_a_beginning_that_differs_in_one_letter_is_not_known(data: bytes) -> None:
    """It has a byte that no text has, so it is not a text, either."""
    assert other_kind(io.BytesIO(data + b"\0\0\0\0"), "a.txt") is not None
    for at in range(3 if data[:3] == b"\xff\xd8\xff" else min(len(data.rstrip(b"\0")), 4)):
        changed = data[:at] + bytes([data[at] ^ 0x80]) + data[at + 1 :] + b"\0\0\0\0"
        assert other_kind(io.BytesIO(changed), "a.txt") is None, at


def test_a_riff_file_that_is_no_picture_is_not_known() -> None:
    assert other_kind(io.BytesIO(b"RIFF\x24\0\0\0WAVEfmt \0"), "a.txt") is None
    assert other_kind(io.BytesIO(b"RIFX\x24\0\0\0WEBPVP8 \0"), "a.txt") is None


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"<HTML><p>", "a", "HTML"),
        (b"\xef\xbb\xbf <html>", "a", "HTML"),
        (b"<htm>", "a", "XML"),
        (b"{}", "a", "JSON"),
        (b'{"a": 1}', "a", "JSON"),
        (b"{ 1", "a", "JSON"),
        (b"{\n", "a", "JSON"),
        (b"{\r", "a", "JSON"),
        (b"[1]", "a", "JSON"),
        (b"{a", "a", "text"),
        (b"a,b", "A.CSV", "spreadsheet"),
        (b"a,b", "a.tsv", "spreadsheet"),
        (b"a,b", "a.csv.txt", "text"),
        (b"a,b", "", "text"),
    ],
)
def test_kinds_of_texts(data: bytes, name: str, kind: str) -> None:
    assert other_kind(io.BytesIO(data), name) == kind


@pytest.mark.parametrize("tag", ["ISA", "GS", "ST", "BPR", "TRN", "N1", "CLP", "CAS", "NM1", "SVC", "DTM", "PLB"])
@pytest.mark.parametrize("separator", ["*", "|", "~", "^", "+", "!"])
def test_one_tag_of_an_835_is_a_trace_of_one(tag: str, separator: str) -> None:
    for text in (f"x\n{tag}{separator}", f"x {tag.lower()}{separator}1"):
        assert other_kind(io.BytesIO(text.encode()), "a.txt") is None
    for text in (f"x {tag}?", f"x{tag}{separator}", f"x9{tag}{separator}"):
        assert other_kind(io.BytesIO(text.encode()), "a.txt") == "text"


@pytest.mark.parametrize("name", DAMAGED)
def test_what_may_be_a_damaged_835_is_not(name: str) -> None:
    assert other_kind(io.BytesIO(DAMAGED[name]), "a.txt") is None


def test_a_long_text_is_searched_to_its_end() -> None:
    letter = b"a letter\n" * 9_000

    assert other_kind(io.BytesIO(letter), "a.txt") == "text"
    assert other_kind(io.BytesIO(letter + b"\0"), "a.txt") is None, "text does not hold such bytes"


def test_a_file_that_is_named_like_an_835_is_skipped_only_as_another_transaction() -> None:
    for name in ("A.835", "a.era", "A.ERA"):
        assert other_kind(io.BytesIO(b"<html>Not found"), name) is None
        assert other_kind(io.BytesIO(acknowledgment()), name) == "X12 999"


def test_no_cut_between_two_reads_hides_a_trace() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1)

    for data in (b"a letter\n" * 500 + good(), acknowledgment() + b" " * 5_000 + good()):
        assert other_kind(Slow(data), "a.txt") is None


def test_a_folder_counts_what_it_skips_in_one_note(tmp_path: Path) -> None:
    for name, (data, _) in OTHERS.items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as made:
        made.writestr("word/document.xml", b"<a/>")
        made.writestr("[Content_Types].xml", b"<a/>")
    (tmp_path / "z.835").write_bytes(wrong())
    (tmp_path / "b.835").write_bytes(b"")
    audit = seq.check_835(tmp_path)

    skipped, empty = audit.problems
    assert (skipped.code, skipped.level, skipped.file) == ("other_files_skipped", "note", str(tmp_path))
    assert skipped.text == (
        "Skipped 19 files that are not 835s: 7 picture, 2 Office document, 1 HTML, 1 JSON, 1 PDF, 1 X12 277, "
        "1 X12 837, 1 X12 999, 1 X12 TA1, 1 XML, 1 spreadsheet, 1 text."
    )
    assert (empty.code, Path(empty.file or "").name) == ("not_an_835", "b.835")
    assert [Path(file.name or "").name for file in audit.files] == ["b.835", "z.835"]
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 1


def test_one_of_them_named_by_itself_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "ack.999"
    path.write_bytes(acknowledgment())

    with pytest.raises(seq.X12Error):
        seq.check_835(path)
    assert [problem.code for problem in seq.check_835([path, good()]).problems] == ["not_an_835"]


def test_a_folder_in_which_all_is_skipped_is_nothing_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    audit = seq.check_835([tmp_path, good()])

    assert [(problem.code, problem.file) for problem in audit.problems] == [
        ("nothing_read", str(tmp_path)),
        ("other_files_skipped", str(tmp_path)),
    ]
    assert not audit.ok


def test_subfolders_are_read_only_when_asked_for(tmp_path: Path) -> None:
    for name in ("b.835", "a/2.835", "a/1.835", "a/x/3.835", ".git/4.835", "c/5.835"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(good(f"T{name}"))
    (tmp_path / "a" / "x" / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    flat, deep = seq.check_835(tmp_path), seq.check_835(tmp_path, recursive=True)

    assert [Path(file.name or "").name for file in flat.files] == ["b.835"]
    names = [str(Path(file.name or "").relative_to(tmp_path)) for file in deep.files]
    assert names == ["b.835", "a/1.835", "a/2.835", "a/x/3.835", "c/5.835"]
    assert [(problem.file, problem.text) for problem in deep.problems] == [
        (str(tmp_path), "Skipped 1 file that is not an 835: 1 PDF.")
    ]
    with pytest.raises(TypeError, match=r"^recursive must be True or False, not 'yes'$"):
        seq.check_835(tmp_path, recursive="yes")  # type: ignore[arg-type]


def test_subfolders_that_are_not_read_are_counted(tmp_path: Path) -> None:
    """Hidden folders and links to folders are not read with `recursive`, either, so they are not counted."""
    for name in ("top/b.835", "top/a/1.835", "top/c/5.835", "top/.git/4.835", "other/x/3.835"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(good(name))
    top, other = tmp_path / "top", tmp_path / "other"
    (top / "link").symlink_to(other, target_is_directory=True)
    (problem,) = seq.check_835(top).problems
    both = seq.check_835([top, other, top / "b.835"])

    assert (problem.code, problem.level, problem.file) == ("subfolders_skipped", "note", str(top))
    assert problem.text == "Skipped 2 subfolders. Read subfolders with recursive=True or --recursive."
    assert [(found.code, found.file, found.facts.get("folders")) for found in both.problems][:3] == [
        ("subfolders_skipped", str(top), 2),
        ("nothing_read", str(other), None),
        ("subfolders_skipped", str(other), 1),
    ]
    assert seq.check_835([top, other], recursive=True).problems == []


def test_a_table_of_a_folder_with_only_subfolders_warns_of_them(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frames = pytest.importorskip("sequestration.frames")
    for name in ("a/1.835", "b/2.835"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(good(name))

    with pytest.warns(
        seq.SequestrationWarning, match=r"^no files, but 2 subfolders\. Read subfolders with recursive=True$"
    ):
        assert frames.claims(tmp_path, backend="pyarrow").num_rows == 0
    assert frames.problems(tmp_path, backend="pyarrow")["code"].to_pylist() == ["subfolders_skipped"]
    assert frames.claims(tmp_path, backend="pyarrow", recursive=True).num_rows == 2
    (tmp_path / "c.835").write_bytes(good("c"))
    assert frames.claims(tmp_path, backend="pyarrow").num_rows == 1


READ: dict[str, Callable[[Any], int]] = {
    "read_835": lambda source: len(list(seq.read_835(source))),
    "check_835": lambda source: seq.check_835([source]).counts[seq.Verdict.CUT_TOO_LARGE],
    "service_lines": lambda source: len(list(seq.service_lines(source, "adjusted"))),
}


@pytest.mark.parametrize("read", READ)
def test_gzip_is_told_by_its_content_wherever_it_comes_from(read: str, tmp_path: Path) -> None:
    data = gzip.compress(wrong()[:300]) + gzip.compress(wrong()[300:])  # in two members, as gzip may be
    path = tmp_path / "a.835"  # no name says so
    path.write_bytes(data)

    assert READ[read](path) == READ[read](str(path)) == READ[read](data) == READ[read](io.BytesIO(data)) == 1
    with path.open("rb") as stream:
        assert READ[read](stream) == 1


def test_expanded_data_have_the_offsets_of_the_835(tmp_path: Path) -> None:
    odd = wrong().replace(b"*150*", b"*x*")

    plain, packed = seq.check_835(odd), seq.check_835(gzip.compress(odd))
    assert packed.problems == plain.problems != []


def test_the_835s_of_an_archive_are_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "mail.zip"
    archive(
        path,
        **{
            "b_835": wrong(),
            "deep__a_835": good(),
            "c_835_gz": gzip.compress(good("EFT0002")),
            "letter_pdf": b"%PDF-1.7",
            "__MACOSX__._a": b"x",
        },
    )
    for source in (path, str(path), [path], tmp_path):
        audit = seq.check_835(source)
        assert [file.name for file in audit.files] == [
            f"{path}!/{name}" for name in ("b.835", "c.835.gz", "deep/a.835")
        ]
        assert [problem.text for problem in audit.problems] == ["Skipped 1 file that is not an 835: 1 PDF."]
        assert (audit.counts[seq.Verdict.CORRECT], audit.counts[seq.Verdict.CUT_TOO_LARGE]) == (2, 1)
    assert audit.findings[0].file == f"{path}!/b.835"
    assert seq.check_835(f"{path}!/b.835").counts[seq.Verdict.CUT_TOO_LARGE] == 1


def test_an_archive_of_one_835_is_read_and_of_more_the_way_is_said(tmp_path: Path) -> None:
    one, two, none = (tmp_path / name for name in ("1.zip", "2.zip", "0.zip"))
    archive(one, a_835=good(), letter_pdf=b"%PDF-1.7")
    archive(two, a_835=good(), b_835=wrong())
    archive(none, letter_pdf=b"%PDF-1.7")

    with seq.read_835(one) as reader:
        assert [found.control_number for found in reader] == ["A-1"]
        assert reader.file == f"{one}!/a.835"
    with pytest.raises(seq.X12Error, match=r"with 2 files that may be 835s; check_835 reads all of them"):
        seq.read_835(two)
    with pytest.raises(seq.X12Error, match="without an 835"):
        seq.read_835(none)
    assert [problem.code for problem in seq.check_835(none).problems] == ["nothing_read", "other_files_skipped"]
    with pytest.raises(seq.X12Error, match="ZIP archive; pass its path"):
        seq.read_835(one.read_bytes())


def test_a_file_of_that_name_comes_before_an_archive_s(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", b_835=good())
    (tmp_path / "a.zip!").mkdir()
    (tmp_path / "a.zip!" / "b.835").write_bytes(wrong())

    assert seq.check_835(f"{tmp_path}/a.zip!/b.835").counts[seq.Verdict.CUT_TOO_LARGE] == 1


def test_processes_read_archives_as_one_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 1)
    archive(tmp_path / "a.zip", a_835=good(), b_835=wrong(), c_835=b"")
    (tmp_path / "b.835.gz").write_bytes(gzip.compress(wrong("EFT0003")))
    told: list[tuple[int, int]] = []
    one = seq.check_835(tmp_path)

    assert seq.check_835(tmp_path, jobs=2, progress=lambda *done: told.append(done)) == one
    assert told[-1][0] == told[-1][1]
    assert len(one.files) == 4


def test_tables_read_the_same_files(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frames = pytest.importorskip("sequestration.frames")
    archive(tmp_path / "a.zip", a_835=good(), b_pdf=b"%PDF-1.7")
    (tmp_path / "b.gz").write_bytes(gzip.compress(wrong()))

    rows = frames.adjustments(tmp_path, backend="pyarrow").to_pylist()
    assert [row["file"] for row in rows] == [f"{tmp_path}/a.zip!/a.835"] * 3 + [f"{tmp_path}/b.gz"] * 3
    assert frames.findings(tmp_path, backend="pyarrow").num_rows == 1
    assert frames.problems(tmp_path, backend="pyarrow")["code"].to_pylist() == ["other_files_skipped"]
    with pytest.raises(FileExistsError):
        frames.to_parquet(tmp_path / "a.zip", tmp_path / "a.zip")


def encrypted(data: bytes) -> bytes:
    """The archive with the mark of encryption on its only file."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + struct.pack("<H", 1) + data[at + 2 :]


def zipped(method: int = zipfile.ZIP_DEFLATED, data: bytes | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as into:
        into.writestr("a.835", wrong() if data is None else data)
    return made.getvalue()


BROKEN = {
    "encrypted": (encrypted(zipped()), "this file is encrypted; extract it with its password first"),
    "a rare method": (zipped(zipfile.ZIP_BZIP2), "this file uses an unsupported compression method; extract it first"),
    "cut off": (zipped()[:-10], "the zip archive is damaged"),
    "its first bytes alone": (b"PK\x03\x04", "the zip archive is damaged"),
    "a bad checksum": (
        zipped(zipfile.ZIP_STORED).replace(b"PATIENTNAME", b"PATIENTNAMF"),
        "the zip archive is damaged",
    ),
    "gzip cut off": (gzip.compress(wrong())[:-30], "the compressed data ends unexpectedly"),
    "gzip damaged": (gzip.compress(wrong())[:20] + b"\xff" * 200, "the compressed data is damaged"),
    "gzip with more behind it": (gzip.compress(wrong()) + b"more", "the compressed data is damaged"),
    "gzip that is no gzip": (b"\x1f\x8bnothing of the kind", "the compressed data is damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_expanded_is_an_error_that_says_why(name: str, tmp_path: Path) -> None:
    data, why = BROKEN[name]
    path = tmp_path / "a.zip"
    path.write_bytes(data)

    audit = seq.check_835([path])
    found = [problem for problem in audit.problems if problem.level is seq.Severity.ERROR]
    assert [problem.text for problem in found if problem.code != "cut_off"] == [f"Could not be read: {why}."]
    assert seq.check_835([tmp_path]).problems == audit.problems
    assert not audit.ok
    assert "PATIENT" not in json.dumps(audit.to_dict())


def test_a_file_that_is_gzipped_twice_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    archive(path, twice_gz=gzip.compress(gzip.compress(good())))

    (problem,) = seq.check_835(path).problems
    assert str(problem.text) == "Not an 835: this file is gzipped twice; decompress it first."


def nested(path: Path, **archives: bytes) -> Path:
    """An archive of archives, as a cloud folder of daily downloads is delivered."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in archives.items():
            made.writestr(f"{name}.zip", data)
    return path


def zip_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    archive(stream, **members)
    return stream.getvalue()


ABOVE = "Could not be read: this is a zip archive in another one; extract the outer one first."


def test_the_835s_of_an_archive_in_an_archive_are_read(tmp_path: Path) -> None:
    june = zip_of(b_835=wrong(), a_835_gz=gzip.compress(good("EFT1")), letter_pdf=b"%PDF-1.7", __MACOSX___a=b"x")
    path = nested(tmp_path / "mail.zip", june=june, May=zip_of(c_835=good("EFT2")))
    names = [f"{path}!/{name}" for name in ("May.zip!/c.835", "june.zip!/a.835.gz", "june.zip!/b.835")]

    for source in (path, [path], tmp_path):
        for jobs in (1, 2):
            audit = seq.check_835(source, jobs=jobs)
            assert [file.name for file in audit.files] == names
            assert [str(problem.text) for problem in audit.problems] == ["Skipped 1 file that is not an 835: 1 PDF."]
            assert [finding.file for finding in audit.findings] == names[2:]
    assert seq.check_835(names[2]).counts == seq.check_835(wrong()).counts
    assert not seq.check_835([f"{path}!/june.zip!/none.835"]).files[0].readable
    seen: list[tuple[int, int]] = []
    seq.check_835(path, progress=lambda done, total: seen.append((done, total)))
    size = len(wrong()) + len(good("EFT2")) + len(gzip.compress(good("EFT1")))
    assert seen[-1] == (size, size)
    with seq.read_835(nested(tmp_path / "one.zip", may=zip_of(c_835=good()))) as reader:
        assert reader.file == f"{tmp_path}/one.zip!/may.zip!/c.835"


def test_a_remittance_that_is_named_like_an_archive_is_read(tmp_path: Path) -> None:
    path = nested(tmp_path / "mail.zip", era=wrong())

    assert seq.check_835(path).counts[seq.Verdict.CUT_TOO_LARGE] == 1


def test_an_archive_that_cannot_be_opened_in_another_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is deeper than one level, damaged, encrypted, empty, or too large for memory."""
    whole = zip_of(a_835=good())
    cases = {
        "deep": zip_of(inner_zip=whole),
        "damaged": whole[:-10],
        "encrypted": encrypted(whole),
        "empty": zip_of(),
        "large": zip_of(a_835=good(), b_txt=Random(1).randbytes(5_000)),
    }
    monkeypatch.setattr(archives, "_MAX_INNER", 2_000)
    path = nested(tmp_path / "mail.zip", **cases, fine=zip_of(a_835=wrong()))
    audit = seq.check_835(path)
    texts = {str(problem.file).partition("!/")[2]: str(problem.text) for problem in audit.problems}

    assert len(zip_of(a_835=wrong())) < 2_000
    assert audit.counts[seq.Verdict.CUT_TOO_LARGE] == 1
    assert texts == {
        "deep.zip!/inner.zip": ABOVE,
        "damaged.zip": ABOVE,
        "encrypted.zip!/a.835": ("Could not be read: this file is encrypted; extract it with its password first."),
        "empty.zip": ABOVE,
        "large.zip": ABOVE,
    }


def test_small_archives_that_expand_far_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them is allowed by itself, all of them together are not."""
    monkeypatch.setattr(compressed, "_ALWAYS_ALLOWED", 1_000_000)
    bomb = zip_of(a_835=good() + b" " * 600_000)
    alone = nested(tmp_path / "alone.zip", a=bomb)
    path = nested(tmp_path / "mail.zip", a=bomb, b=bomb, c=bomb)

    assert seq.check_835(alone).problems == []
    assert [(str(found.file).partition("!/")[2], str(found.text)) for found in seq.check_835(path).problems] == [
        ("b.zip", ABOVE),
        ("c.zip", ABOVE),
    ]


def test_an_office_document_is_named_wherever_it_is(tmp_path: Path) -> None:
    """It is an archive, too, but there is nothing to unzip."""
    book = tmp_path / "payments.xlsx"
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("[Content_Types].xml", b"<a/>")
        made.writestr("xl/workbook.xml", b"<a/>")
    with zipfile.ZipFile(tmp_path / "mail.zip", "w") as made:
        made.write(book, "payments.xlsx")
        made.writestr("a.835", good())

    for source in (book, book.read_bytes(), f"{tmp_path}/mail.zip!/payments.xlsx"):
        with pytest.raises(seq.X12Error, match=r"this file is an Office document, such as an Excel workbook\.$"):
            seq.check_835(source)
    (note,) = seq.check_835(tmp_path / "mail.zip").problems
    assert note.text == "Skipped 1 file that is not an 835: 1 Office document."


def test_data_that_expand_too_far_are_not_read_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "_ALWAYS_ALLOWED", 1_000_000)
    bomb = good() + b" " * 20_000_000
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(data=bomb))
    reason = "Could not be read: the compressed data expands too far (more than 200 to 1, or to 20 GB)."

    of_zip, of_gzip = seq.check_835([path]), seq.check_835([gzip.compress(bomb)])

    assert [problem.text for problem in of_zip.problems] == [reason]
    assert [problem.text for problem in of_gzip.problems] == [reason]
    assert of_gzip.counts[seq.Verdict.CORRECT] == 1  # what came before is kept
    with seq.read_835(io.BytesIO(gzip.compress(bomb))) as reader:
        assert next(reader).control_number == "A-1"
        with pytest.raises(OSError, match="expands too far"):
            next(reader)
        assert reader.bytes_read < 5_000_000


def test_files_that_share_their_data_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "_ALWAYS_ALLOWED", 100_000)
    data = zipped(zipfile.ZIP_STORED, good() * 20)
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = b"".join(data[start:end].replace(b"a.835", f"{number:05}".encode()) for number in range(2_000))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2_000, 2_000, len(entries), start, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(data[:start] + entries + tail)

    assert [problem.text[:50] for problem in seq.check_835([path]).problems] == [
        "Could not be read: the compressed data expands too"
    ]


@pytest.mark.parametrize("limit", ["_MAX_MEMBERS", "_MAX_DIRECTORY"])
def test_an_archive_of_very_many_files_is_refused(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zip"
    archive(path, **{f"{number}_835": b"" for number in range(50)})
    assert len(seq.check_835(path).files) == 50
    (tmp_path / "b.zip").write_bytes(path.read_bytes())  # the first is remembered

    monkeypatch.setattr(f"sequestration._sources.archives.{limit}", 49)
    with pytest.raises(OSError, match="the zip archive has more than"):
        seq.check_835(tmp_path / "b.zip")


def test_two_files_of_one_name_are_told_apart_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.835", good())
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.835", wrong())

    with pytest.raises(OSError, match="two files with the same name"):
        seq.check_835(path)


def test_another_compression_is_no_835() -> None:
    with pytest.raises(seq.X12Error):
        seq.read_835(bz2.compress(good()))


def test_a_pipe_that_gives_one_byte_at_a_time_is_expanded() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1)

    assert seq.check_835(Slow(gzip.compress(wrong()))).counts[seq.Verdict.CUT_TOO_LARGE] == 1
    assert seq.check_835(Slow(wrong())).counts[seq.Verdict.CUT_TOO_LARGE] == 1


def test_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    for name in (".hidden.835", "..835", "open.835", ".git/a.835", "open/.b.835", "open/b.835", "x.835", "X.835"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(good(trace=name))

    def read(**options: Any) -> list[str]:
        return [Path(str(file.name)).name for file in seq.check_835(tmp_path, **options).files]

    assert read() == ["X.835", "open.835", "x.835"]
    assert read(recursive=True) == ["X.835", "open.835", "x.835", "b.835"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated, because an administrator may list every folder."""
    good, closed = tmp_path / "good.835", tmp_path / "closed"
    good.write_bytes(remittance(claim("A", line("99213", "150", "78.40", RIGHT))))
    closed.mkdir()
    scan = os.scandir

    def scandir(path: Any) -> Any:
        if str(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr("os.scandir", scandir)
    audit = seq.check_835(tmp_path, recursive=True)

    assert [(problem.code, problem.file) for problem in audit.problems] == [("unreadable", str(closed))]


def test_a_folder_that_cannot_be_listed_is_an_error_with_its_subfolders_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated, because an administrator may list every folder."""

    def refuse(path: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", refuse)
    monkeypatch.setattr("os.listdir", refuse)
    for recursive in (False, True):
        with pytest.raises(PermissionError):
            seq.check_835(tmp_path, recursive=recursive)


def test_a_name_that_the_system_refuses_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Neither is it a folder, in which nothing is found, nor does it end the check of the others."""
    good = tmp_path / "good.835"
    good.write_bytes(remittance(claim("A", line("99213", "150", "78.40", RIGHT))))
    audit = seq.check_835([tmp_path / ("x" * 300), good])

    assert [(problem.code, problem.file) for problem in audit.problems] == [("unreadable", str(tmp_path / ("x" * 300)))]
    assert [file.readable for file in audit.files] == [False, True]
    assert "2 files (1 not read), 1 claim" in audit.summary()
