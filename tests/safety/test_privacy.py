"""A remittance whose every personal field is a marker goes through every way out, and no marker comes out."""

from __future__ import annotations

import copy
import importlib.util
import io
import json
import logging
import pickle
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration._export.csv import write_findings
from tests.making import claim, interchange, laid_out, line, transaction
from tests.making import remittance as made
from tests.processes import run_command

pytestmark = pytest.mark.slow

# Every segment of an 835 that names, places or identifies a person, and the free text beside it.
PERSONS = [
    "NM1*QC*1*MARKERLAST*MARKERFIRST*MARKERMIDDLE**MARKERSUFFIX*MI*MARKERMEMBER",
    "NM1*IL*1*MARKERINSURED*MARKERGIVEN****MI*MARKERPOLICY",
    "NM1*74*1*MARKERCORRECTED*MARKERFIRST****C*MARKERNUMBER",
    "NM1*82*1*MARKERDOCTOR*MARKERFIRST****XX*MARKERNPI",
    "NM1*TT*1*MARKERPERSON*MARKERFIRST",
    "NM1*GB*1*MARKEROTHER*MARKERFIRST****MI*MARKEROTHERMEMBER",
    "N3*MARKERSTREET 1*MARKERAPARTMENT",
    "N4*MARKERCITY*MA*MARKERZIP",
    "DMG*D8*MARKERBIRTH*F",
    "REF*SY*MARKERSOCIAL",
    "REF*IG*MARKERPOLICY",
    "REF*EA*MARKERRECORD",
    "REF*1L*MARKERGROUP",
    "PER*CX*MARKERCONTACT*TE*MARKERPHONE",
    "QTY*ZK*1",
    "NTE*ADD*MARKERNOTE",
    "NM1*PR*1*MARKERCARRIER",
    "NM1*TT**MARKERWITHOUTTYPE",
    "REF*D9*MARKERREFERENCE",
    "DTM*573*MARKERDEATH",
]
MARKER = "MARKER"


def remittance(*, broken: bool = False) -> bytes:
    """Claims right and wrong, with markers wherever a person may stand; broken: as amounts and dates too."""
    wrong = "MARKERNOAMOUNT" if broken else "5.00"
    day = "MARKERDAY" if broken else "20240301"
    claims = []
    for number, cut in enumerate(["1.60", wrong, "3.20"], 1):
        claims += [
            f"CLP*ACCOUNT{number}*1*150*{80 - number}*20*MB*ICN{number}*11*1",
            "CAS*CO*253*0",
            *PERSONS,
            f"DTM*232*{day}",
            "SVC*HC:99213:25:::::MARKER DESCRIPTION*150*78.4**1**HC:99214::::::MARKERBILLED",
            f"DTM*472*{day if number == 2 else '20240301'}",
            f"CAS*CO*45*50**253*{cut}",
            "CAS*PR*2*20",
            "REF*6R*LINE1",
            "AMT*B6*100",
        ]
    segments = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P*:",
        "GS*HP*PAYER*CLINIC*20240315*1200*1*X*005010X221A1",
        "ST*835*0001",
        "BPR*I*100*C*ACH*CCP*01*999999992*DA*123456*1351840597**01*999988880*DA*98765*20240315",
        "TRN*1*EFT0001*1351840597",
        "N1*PR*EXAMPLE MEDICARE CONTRACTOR",
        "N3*MARKERPAYERSTREET",
        "PER*BL*MARKERHELPDESK*TE*MARKERPHONE",
        "N1*PE*EXAMPLE CLINIC*XX*1234567893",
        "N3*MARKERCLINICSTREET",
        "LX*1",
        *claims,
        "PLB*1234567893*20241231*WO:12345678901234567MARKERAFTERSEVENTEEN*-5.00",
        "NM1*QC*1*MARKERBEHIND",
        "SE*1*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]
    return "".join(segment + "~" for segment in segments).encode()


def texts_of(data: bytes) -> Iterator[tuple[str, str]]:
    """Every way out, by name, as text."""
    audit = seq.check_835(data, keep="all")
    claims = list(seq.read_835(data))
    reader = seq.read_835(data)
    list(reader)
    yield "audit", str(audit)
    yield "audit repr", repr(audit)
    yield "audit dict", json.dumps(audit.to_dict())
    yield "masked", json.dumps(audit.masked().to_dict()) + str(audit.masked())
    yield "codes", "".join(map(str, audit.by_code()))
    for number, finding in enumerate(audit.findings):
        yield f"finding {number}", "".join([str(finding), repr(finding), json.dumps(finding.to_dict())])
        yield f"step {number}", str(seq.next_step(finding))
        if finding.owed_to is seq.OwedTo.PROVIDER and finding.verdict.needs_review:
            yield f"request {number}", seq.reopening_request(finding)
    for each in claims:
        yield f"{each.control_number} fields", repr(attrs.asdict(each))
        if None not in (each.charge, each.paid):
            yield f"{each.control_number} postings", "".join(f"{row}{row!r}{row.to_dict()}" for row in each.postings())
        yield f"{each.control_number} text", each.to_text() + repr(each) + repr(each.lines)
        try:
            carried = seq.secondary_adjustments(each)
        except ValueError as error:
            yield f"{each.control_number} refused", "".join(traceback.format_exception(error))
        else:
            yield f"{each.control_number} carried over", str(carried) + json.dumps(carried.to_dict())
    yield "problems", "".join(f"{problem}{problem!r}{problem.to_dict()}" for problem in reader.problems)
    yield "provider adjustments", "".join(f"{found}{found.to_dict()}" for found in reader.provider_adjustments)
    yield "reader", repr(reader) + repr(vars(reader).keys())
    yield "lines", "".join(map(str, seq.service_lines(data, "adjusted")))
    for name, found in {"audit": audit, "claims": claims, "problems": reader.problems}.items():
        yield f"pickle of {name}", pickle.dumps(found, protocol=0).decode("latin-1")
    yield "copy", repr(copy.deepcopy(claims))
    every: list[Any] = [audit, *audit.findings, *audit.problems, *claims]
    yield "notebook", "".join(each._repr_html_() for each in every)
    with tempfile.TemporaryDirectory() as folder:
        seq.write_report(audit, Path(folder) / "report.html")
        yield "report", (Path(folder) / "report.html").read_text("utf-8")
        if importlib.util.find_spec("xlsxwriter") is not None:
            seq.write_workbook(audit, Path(folder) / "audit.xlsx")
            with zipfile.ZipFile(Path(folder) / "audit.xlsx") as parts:
                yield "workbook", "".join(parts.read(name).decode() for name in parts.namelist())
    yield "calendar", audit.to_ics(as_of="2024-04-01").replace("\r\n ", "")
    stream = io.StringIO()
    write_findings(audit.findings, stream, as_of=date(2024, 6, 1))
    yield "CSV", stream.getvalue()
    yield "local variables of an error", with_locals(lambda: claims[0].lines[99])


def read_whole(file: Any) -> list[seq.Claim]:
    """The claims of a file."""
    return list(seq.read_835(file))


def with_locals(call: Callable[..., object], *arguments: object) -> str:
    """The traceback of what a call raises, with all local variables below this function, as error trackers send it."""
    with pytest.raises(Exception) as caught:
        call(*arguments)
    below = caught.tb.tb_next
    shown = traceback.TracebackException(caught.type, caught.value, below, capture_locals=True)
    return "".join(shown.format())


@pytest.mark.parametrize("broken", [False, True])
def test_no_way_out_shows_a_person(broken: bool) -> None:
    data = remittance(broken=broken)
    shown = dict(texts_of(data))

    assert len(shown) > 15
    for name, text in shown.items():
        assert MARKER not in text, name
    assert "12345678901234567" in shown["provider adjustments"]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--all"],
        ["--json", "--all"],
        ["--csv", "--all"],
        ["--codes"],
        ["--mask", "--all"],
        ["--html", "report.html"],
    ],
)
def test_no_output_of_the_command_line_shows_a_person(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "remit.835"
    file.write_bytes(remittance())
    done = run_command("check", *options, file, cwd=tmp_path)

    assert "ACCOUNT" in done.stdout or {"--mask", "--codes", "--html"} & set(options)
    for written in tmp_path.glob("*.html"):
        assert MARKER not in written.read_text("utf-8")
    assert MARKER not in done.stdout + done.stderr
    if "--mask" in options:
        assert "ACCOUNT" not in done.stdout


def test_errors_of_files_that_cannot_be_read_show_nobody(tmp_path: Path) -> None:
    for data in (remittance().replace(b"ST*835", b"ST*837"), remittance()[60:], b"MARKER" * 100):
        with pytest.raises(seq.X12Error) as caught:
            list(seq.read_835(io.BytesIO(data)))
        assert MARKER not in "".join(traceback.format_exception(caught.value))
        assert MARKER not in repr(caught.value) + repr(vars(caught.value))
        assert MARKER not in with_locals(read_whole, io.BytesIO(data))


def test_nothing_is_logged_and_nothing_printed(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        seq.check_835(remittance(broken=True), keep="all")

    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


def test_a_file_that_breaks_off_anywhere_shows_nobody() -> None:
    data = remittance()
    for cut in range(200, len(data), 37):
        try:
            audit: Any = seq.check_835(data[:cut], keep="all")
        except seq.X12Error as error:
            audit = error
        assert MARKER not in f"{audit} {audit!r}", cut


def test_the_carry_over_shows_nobody(tmp_path: Path) -> None:
    file = tmp_path / "remit.835"
    file.write_bytes(remittance())
    for options in ([], ["--json"], ["--spread"], ["--claim", "ACCOUNT1"], ["--claim", "NOBODY"]):
        done = run_command("secondary", *options, file)
        assert done.stdout + done.stderr
        assert MARKER not in done.stdout + done.stderr


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
@pytest.mark.filterwarnings("ignore")  # that some of it could not be read
def test_tables_show_nobody(backend: str, tmp_path: Path) -> None:
    frames = pytest.importorskip("sequestration.frames")
    pytest.importorskip(backend)
    for broken in (False, True):
        for name in frames.TABLES:
            table = getattr(frames, name)(remittance(broken=broken), backend=backend)
            rows = (
                table.to_dict("records")
                if backend == "pandas"
                else table.to_dicts()
                if backend == "polars"
                else (table.to_pylist())
            )
            assert MARKER not in str(rows), name
        path = tmp_path / "table.parquet"
        frames.to_parquet(remittance(broken=broken), path)
        assert MARKER.encode() not in path.read_bytes()


def test_files_read_by_other_processes_show_nobody(tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.835").write_bytes(remittance(broken=True) * 400)
    audit = seq.check_835(tmp_path, jobs=2, keep="all")

    assert audit.claims == 2 * 400 * 3
    assert MARKER not in json.dumps(audit.to_dict()) + str(audit)


def test_a_name_across_two_reads_of_the_file_shows_nobody() -> None:
    """A file is read in pieces of 64 KB; here every boundary falls into a name, once at each of its letters."""
    name = "NM1*QC*1*MARKERLAST*MARKERFIRST****MI*MARKERMEMBER~" * 1_400
    for shift in range(0, 52, 3):
        segments = [*transaction(claim("A" * (1 + shift), line("99213", "150", "78.40")))]
        segments.insert(-2, name.rstrip("~"))
        data = interchange(segments)
        with seq.read_835(data) as reader:
            claims = list(reader)
        shown = f"{claims}{claims[0]}{attrs.asdict(claims[0])}{reader.problems}{seq.check_835(data, keep='all')}"
        assert MARKER not in shown, shift


ODD: dict[str, Callable[[bytes], bytes]] = {
    "another separator of components than the envelope names": lambda data: data.replace(b"P*:~", b"P*>~"),
    "no separator of components": lambda data: data.replace(b"*P*:~", b"*P~"),
    "a line a segment": lambda data: data.replace(b"~", b"~\r\n"),
    "wrapped at 80": lambda data: laid_out(data, wrap=80),
    "separators that names have": lambda data: laid_out(data, element="|", component="^", terminator="'"),
    "no envelope": lambda data: data[data.index(b"ST*835") :],
    "no preamble": lambda data: data[: data.index(b"BPR")] + data[data.index(b"LX*1") :],
    "a second envelope in the middle": lambda data: data[: len(data) // 2] + b"~" + data,
    "a person where the envelope begins again": lambda data: data.replace(b"NM1*74", b"ISA*74"),
    "a transaction of a strange kind": lambda data: data.replace(b"SE*1*0001~", b"SE*1*0001~ST*MARKERKIND*1~SE*2*1~"),
    "names behind the terminator": lambda data: data.replace(b"MARKERLAST", b"~MARKERLAST*MARKER"),
    "names for dates": lambda data: data.replace(b"*20240301", b"*MARKERDAY"),
    "names for amounts": lambda data: data.replace(b"*150*", b"*MARKER JOHN*"),
    "a name for a count": lambda data: data.replace(b"SE*1*", b"SE*MARKER*"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_of_an_odd_shape_shows_nobody(name: str) -> None:
    data = ODD[name](remittance())

    for way, text in texts_of(data):
        assert MARKER not in text, way


def test_what_is_wrong_with_the_envelope_is_read_all_the_same() -> None:
    wrong = remittance().replace(b"P*:~", b"P*>~")
    with seq.read_835(wrong) as reader:
        read = next(reader).lines[0]
        list(reader)

    assert (read.qualifier, read.procedure, read.modifiers) == ("HC", "99213", ("25",))
    assert [(item.reason, item.reference) for item in reader.provider_adjustments] == [("WO", "12345678901234567")]


def test_an_error_tracker_sees_no_batch_of_a_stream_that_fails() -> None:
    """The segment that was read last is a local variable of the reader; the batch that it stands in shows nothing."""

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> Any:
            return super().read(size) or "text"

    data = remittance() * 50
    shown = with_locals(read_whole, Failing(data))

    assert "Batch(" in shown
    assert shown.count(MARKER) < 100 < data.count(MARKER.encode()) / 10


NUMBERS = ("SECRETACCOUNT", "SECRETPAYERS", "SECRETORIGINAL", "SECRETLINE", "SECRETREFERENCE")


def test_what_is_masked_is_masked_in_every_output(tmp_path: Path) -> None:
    """Account numbers, the payer's numbers, numbers of lines, references of provider adjustments."""
    wrong = line("99213", "150", "70", [("CO", "45", "50"), ("CO", "253", "3.20")], extra=["REF*6R*SECRETLINE"])
    data = made(
        claim("SECRETACCOUNT", wrong, payer_number="SECRETPAYERS", original="SECRETORIGINAL"),
        claim("SECRETACCOUNT", wrong, payer_number="SECRETPAYERS", status="22", charge="-150"),
        provider_adjustments=["PLB*1*20241231*WO:SECRETREFERENCE*10*CS>SECRETREFERENCE*1*SECRETREFERENCE*1"],
    )
    file = tmp_path / "remit.835"
    file.write_bytes(data)
    for options in ([], ["--json"], ["--csv"], ["--codes"], ["--html", "report.html"]):
        done = run_command("check", "--all", "--mask", *options, file, cwd=tmp_path)
        shown = done.stdout + done.stderr + "".join(page.read_text("utf-8") for page in tmp_path.glob("*.html"))
        assert "#1" in shown or "--codes" in options
        assert not any(number in shown for number in NUMBERS), options
    audit = seq.check_835(data, keep="all").masked()
    assert not any(number.encode() in pickle.dumps(audit) for number in NUMBERS)
