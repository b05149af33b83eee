"""A remittance whose every personal field is a marker goes through every way out, and no marker comes out."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import sequestration as seq

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
            "SVC*HC:99213*150*78.4**1",
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
    for claim in claims:
        yield f"{claim.control_number} fields", repr(attrs.asdict(claim))
        yield f"{claim.control_number} text", claim.to_text() + repr(claim) + repr(claim.lines)
        try:
            carried = seq.secondary_adjustments(claim)
        except ValueError as error:
            yield f"{claim.control_number} refused", "".join(traceback.format_exception(error))
        else:
            yield f"{claim.control_number} carried over", str(carried) + json.dumps(carried.to_dict())
    yield "problems", "".join(f"{problem}{problem!r}{problem.to_dict()}" for problem in reader.problems)
    yield "provider adjustments", "".join(f"{found}{found.to_dict()}" for found in reader.provider_adjustments)
    yield "reader", repr(reader) + repr(vars(reader).keys())
    yield "lines", "".join(map(str, seq.service_lines(data, "adjusted")))
    for name, found in {"audit": audit, "claims": claims, "problems": reader.problems}.items():
        yield f"pickle of {name}", pickle.dumps(found, protocol=0).decode("latin-1")
    yield "copy", repr(copy.deepcopy(claims))


@pytest.mark.parametrize("broken", [False, True])
def test_no_way_out_shows_a_person(broken: bool) -> None:
    data = remittance(broken=broken)
    shown = dict(texts_of(data))

    assert len(shown) > 15
    for name, text in shown.items():
        # Of a text that should be an amount or a date the first twelve characters are shown, as they were sent.
        assert MARKER not in text.replace("MARKERNOAMOU", "").replace("MARKERDAY", ""), name
    assert "12345678901234567" in shown["provider adjustments"]


@pytest.mark.parametrize("options", [[], ["--all"], ["--json", "--all"], ["--codes"], ["--mask", "--all"]])
def test_no_output_of_the_command_line_shows_a_person(options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "remit.835"
    file.write_bytes(remittance())
    done = subprocess.run(
        [sys.executable, "-m", "sequestration", "check", *options, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "ACCOUNT" in done.stdout or "--mask" in options or "--codes" in options
    assert MARKER not in done.stdout + done.stderr
    if "--mask" in options:
        assert "ACCOUNT" not in done.stdout


def test_errors_of_files_that_cannot_be_read_show_nobody(tmp_path: Path) -> None:
    for data in (remittance().replace(b"ST*835", b"ST*837"), remittance()[60:], b"MARKER" * 100):
        with pytest.raises(seq.X12Error) as caught:
            list(seq.read_835(io.BytesIO(data)))
        assert MARKER not in "".join(traceback.format_exception(caught.value))
        assert MARKER not in repr(caught.value) + repr(vars(caught.value))


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
