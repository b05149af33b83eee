"""An 835 that has every segment, and every way in which something of it may come out."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import pickle
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import attrs

import sequestration as seq
from sequestration._cli.main import main
from sequestration._export.csv import write_findings
from sequestration._web.page_check import FILE_TYPES, PageOptions, check_folder

DAY = date(2024, 6, 1)

# Every segment of the standard's 835 once or more, every element filled that has a use there; all of it made up.
HEADER = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P*:",
    "GS*HP*PAYER*CLINIC*20240315*1200*1*X*005010X221A1",
    "ST*835*0001*005010X221A1",
    "BPR*I*232.13*C*ACH*CCP*01*999999992*DA*123456*1351840597*999999999*01*999988880*DA*98765*20240315*X*X*X*X*X",
    "TRN*1*EFT0001*1351840597*ORIGIN",
    "CUR*PR*USD*1*SE*USD*DC*007*20240315*1200",
    "REF*EV*RECEIVER*TEXT*X:Y",
    "REF*F2*VERSION*TEXT",
    "DTM*405*20240315*1200*UT*D8*20240315",
    "N1*PR*EXAMPLE MEDICARE CONTRACTOR*XV*11502*X*X",
    "N3*STREET*SUITE",
    "N4*CITY*SC*29202*US*X*X*X",
    "REF*2U*11502*TEXT*X:Y",
    "PER*CX*CONTACT*TE*8005551212*EX*12*FX*8005551213*X",
    "PER*BL*CONTACT*TE*8005551212*EM*CONTACT*UR*ADDRESS*X",
    "PER*IC**UR*ADDRESS",
    "N1*PE*EXAMPLE CLINIC*XX*1234567893*X*X",
    "N3*STREET*SUITE",
    "N4*CITY*SC*29202*US*X*X*X",
    "REF*PQ*ADDITIONAL*TEXT*X:Y",
    "REF*TJ*571234567*TEXT*X:Y",
    "RDM*FT*NAME*ADDRESS*X:Y*X:Y",
    "LX*1",
    "TS3*1234567893*11*20241231*2*450*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0",
    "TS2*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0",
)
PERSONS = (
    "NM1*QC*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*MI*MEMBER*X*X*X",
    "NM1*IL*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*MI*MEMBER*X*X*X",
    "NM1*74*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*C*MEMBER*X*X*X",
    "NM1*82*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*XX*1234567893*X*X*X",
    "NM1*TT*2*SUPPLEMENTAL PLAN*FIRST*MIDDLE*PREFIX*SUFFIX*PI*PLAN*X*X*X",
    "NM1*PR*2*OTHER PLAN*FIRST*MIDDLE*PREFIX*SUFFIX*PI*PLAN*X*X*X",
    "NM1*GB*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*MI*MEMBER*X*X*X",
    "N3*STREET*APARTMENT",
    "N4*CITY*SC*29202*US*X*X*X",
)
PROFESSIONAL = (
    "CLP*ACCOUNT1*1*150*75*20*MB*ICN1*11*1*01*001*1*0*Y",
    "CAS*OA*96*0*1*97*0*1*109*0*1*16*0*1*18*0*1*22*0*1",
    *PERSONS,
    "MOA*0*0*MA01*MA02*MA07*MA13*MA18*0*0",
    "REF*1L*GROUP*TEXT*X:Y",
    "REF*EA*RECORD*TEXT*X:Y",
    "REF*F8*ORIGINAL*TEXT*X:Y",
    "REF*SY*999999999*TEXT*X:Y",
    "REF*IG*POLICY*TEXT*X:Y",
    "DTM*232*20240301*1200*UT*D8*20240301",
    "DTM*233*20240301*1200*UT*D8*20240301",
    "DTM*050*20240310*1200*UT*D8*20240310",
    "DTM*036*20241231*1200*UT*D8*20241231",
    "PER*CX*CONTACT*TE*8005551212*EX*12*FX*8005551213*X",
    "AMT*AU*100*C",
    "QTY*PS*1*X:Y*TEXT",
    "SVC*HC:99213:25:59:GT:95:DESCRIPTION:X*150*75*0510*1*HC:99214:25:59:GT:95:DESCRIPTION:X*1",
    "DTM*472*20240301*1200*UT*D8*20240301",
    "CAS*CO*45*50*1*253*5*1*96*0*1*97*0*1*109*0*1*16*0*1",
    "CAS*PR*2*20*1",
    "REF*LU*11*TEXT*X:Y",
    "REF*6R*LINE1*TEXT*X:Y",
    "REF*HPI*1234567893*TEXT*X:Y",
    "REF*0K*POLICY*TEXT*X:Y",
    "AMT*B6*100*C",
    "QTY*ZK*1*X:Y*TEXT",
    "LQ*HE*N699",
    "LQ*RX*75",
)
INSTITUTIONAL = (
    "CLP*ACCOUNT2*1*300*147.13*0*MA*ICN2*11*1*01*470*1*0*Y",
    "CAS*CO*45*150*1*253*2.87*1",
    "NM1*QC*1*LAST*FIRST*MIDDLE*PREFIX*SUFFIX*MI*MEMBER*X*X*X",
    "MIA*0*0*0*0*MA01*0*0*0*0*0*0*0*0*0*0*0*0*0*0*MA02*MA07*MA13*MA18*0",
    "DTM*232*20240301*1200*UT*D8*20240301",
    "DTM*233*20240305*1200*UT*D8*20240305",
    "QTY*CA*4*X:Y*TEXT",
)
UNKNOWN = (
    "CLP*ACCOUNT3*1*10*10*0*MB*ICN3*11*1*01*001*1*0*Y",
    "DMG*D8*19400101*F*X*X*X*X*X*X",
    "NTE*ADD*NOTE",
)
TRAILER = (
    "PLB*1234567893*20241231*WO:REFERENCE:X*1*CS:REFERENCE*-1*72:REFERENCE*1*L6:REFERENCE*-1*FB:REFERENCE*0*90:REFERENCE*0",
    "SE*999*0001",
    "GE*1*1",
    "IEA*1*000000001",
)
SEGMENTS = (*HEADER, *PROFESSIONAL, *INSTITUTIONAL, *UNKNOWN, *TRAILER)


@attrs.frozen
class Place:
    """An element, or a component of one, of a segment of the file."""

    segment: int
    element: int
    component: int | None

    @property
    def name(self) -> str:
        """Its name in the table, such as SVC01-2 or N102 (PR)."""
        parts = SEGMENTS[self.segment].split("*")
        tail = "" if self.component is None else f"-{self.component}"
        qualifier = f" ({parts[1]})" if parts[0] in _QUALIFIED and self.element > 1 else ""
        return f"{parts[0]}{self.element:02d}{tail}{qualifier}"


_QUALIFIED = {"N1", "NM1", "REF", "DTM", "AMT", "QTY", "PER", "LQ"}


def places() -> Iterator[Place]:
    """Every element of every segment, every component, and one more element behind the last."""
    for number, segment in enumerate(SEGMENTS):
        parts = segment.split("*")
        for element in range(1, len(parts) + 1):
            text = parts[element] if element < len(parts) else ""
            if ":" in text and parts[0] != "ISA":
                yield from (Place(number, element, component) for component in range(1, text.count(":") + 2))
            else:
                yield Place(number, element, None)


def file_with(marker: str, *marked: Place) -> bytes:
    """The file with a marker at these places; the header of fixed width keeps its width."""
    segments = [segment.split("*") for segment in SEGMENTS]
    for place in marked:
        parts = segments[place.segment]
        parts += [""] * (place.element + 1 - len(parts))
        if parts[0] == "ISA" and len(parts[place.element]) >= len(marker):
            parts[place.element] = marker.ljust(len(parts[place.element]))
        elif place.component is None:
            parts[place.element] = marker
        else:
            components = parts[place.element].split(":")
            components[place.component - 1] = marker
            parts[place.element] = ":".join(components)
    return "".join("*".join(parts) + "~" for parts in segments).encode()


COMMANDS = (
    "check --all",
    "check --all --codes",
    "check --all --csv",
    "check --all --json",
    "show",
    "post --csv",
    "post --json",
    "payments",
    "payments --csv",
    "payments --json",
    "request",
    "secondary",
    "secondary --json",
)
MASKED_COMMANDS = tuple(f"{command} --mask" for command in COMMANDS if command.startswith("check"))


def kept(data: bytes) -> str:
    """Every object that a file is read into: all that anything is made of later."""
    try:
        audit = seq.check_835(data, keep="all")
        with seq.read_835(data) as reader:
            claims = list(reader)
    except seq.SequestrationError as error:
        return f"{error}{error!r}{vars(error)}"
    found = [audit, claims, reader.problems, reader.provider_adjustments]
    return pickle.dumps(found, protocol=0).decode("latin-1") + "".join(map(str, [*audit.problems, *reader.problems]))


def shown(data: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    """Every way out without a mask, by name, as text."""
    file = folder / "remit.835"
    file.write_bytes(data)
    try:
        audit = seq.check_835(file, keep="all")
        with seq.read_835(file) as reader:
            claims = list(reader)
    except seq.SequestrationError as error:
        yield "error", f"{error}{error!r}{vars(error)}"
        return
    yield from of_audit(audit, folder)
    for claim in claims:
        yield "claim", repr(attrs.asdict(claim)) + claim.to_text() + repr(claim) + claim._repr_html_()
        yield "postings", of_call(claim.postings)
        yield "carry-over", of_call(seq.secondary_adjustments, claim)
    yield "lists", "".join(f"{row}{row.to_dict()}" for kind in seq.LineList for row in seq.service_lines(data, kind))
    yield "reader", repr(reader) + "".join(map(str, reader.provider_adjustments))
    yield "pickles", pickle.dumps([audit, claims], protocol=0).decode("latin-1")
    for command in COMMANDS:
        yield command, of_command([*command.split(), str(file)])
    yield "page", of_page(data, folder, mask=False)
    yield from of_frames(data)


def masked(data: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    """Every way out that has a mask, by name, as text."""
    file = folder / "remit.835"
    file.write_bytes(data)
    try:
        audit = seq.check_835(file, keep="all").masked()
    except seq.SequestrationError as error:
        yield "error", f"{error}{error!r}{vars(error)}"
        return
    yield from of_audit(audit, folder)
    yield "pickle", pickle.dumps(audit, protocol=0).decode("latin-1")
    for command in MASKED_COMMANDS:
        yield command, of_command([*command.split(), str(file)])
    yield "page", of_page(data, folder, mask=True)


def of_audit(audit: seq.Audit, folder: Path) -> Iterator[tuple[str, str]]:
    """What an audit gives: texts, JSON, CSV, report, workbook, calendar, requests and notebook."""
    parts: Sequence[Any] = [*audit.findings, *audit.problems, *audit.by_code(), *audit.by_claim(), *audit.patterns()]
    yield "text", audit.to_text(as_of=DAY)
    yield "JSON", json.dumps(audit.to_dict())
    yield "parts", "".join(f"{part}{part!r}" for part in [audit, *parts, *audit.provider_adjustments, *audit.plans()])
    yield "notebook", audit._repr_html_() + "".join(finding._repr_html_() for finding in audit.findings)
    yield "report", seq.report_html(audit, as_of=DAY)
    yield "calendar", audit.to_ics(as_of=DAY).replace("\r\n ", "")
    stream = io.StringIO()
    write_findings(audit.findings, stream, as_of=DAY)
    yield "CSV", stream.getvalue()
    for finding in audit.findings:
        yield "next step", str(seq.next_step(finding))
        if finding.owed_to is seq.OwedTo.PROVIDER and finding.verdict.needs_review:
            yield "request", seq.reopening_request(finding)
    if importlib.util.find_spec("xlsxwriter") is not None:
        seq.write_workbook(audit, folder / "audit.xlsx")
        yield "workbook", of_workbook((folder / "audit.xlsx").read_bytes())


def of_workbook(content: bytes) -> str:
    """The sheets of a workbook and all else in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def of_page(data: bytes, folder: Path, *, mask: bool) -> str:
    """What the page that checks files gets to show and to save."""
    chosen = folder / "chosen"
    chosen.mkdir(exist_ok=True)
    (chosen / "remit.835").write_bytes(data)
    check = check_folder(chosen, PageOptions(all_lines=True, mask=mask))
    texts = [json.dumps(check.to_dict())]
    if check.audit is not None:
        for name in FILE_TYPES:
            with contextlib.suppress(seq.MissingExtra):
                content = check.file(name)
                texts.append(of_workbook(content) if name.endswith(".xlsx") else content.decode())
    return "".join(texts)


def of_frames(data: bytes) -> Iterator[tuple[str, str]]:
    """Every table of a remittance."""
    if importlib.util.find_spec("narwhals") is None or importlib.util.find_spec("polars") is None:
        return
    from sequestration import frames

    for name in frames.TABLES:
        yield f"table {name}", str(getattr(frames, name)(data, backend="polars").to_dicts())


def of_call(call: Callable[..., Any], *arguments: Any) -> str:
    """What a call returns or raises, as text."""
    try:
        found = call(*arguments)
    except seq.SequestrationError as error:
        return f"{error}{error!r}"
    return "".join(
        f"{part}{part!r}{part.to_dict()}" for part in (found if isinstance(found, (list, tuple)) else [found])
    )


def of_command(arguments: list[str]) -> str:
    """What a command prints, on both streams."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        main(arguments)
    return out.getvalue() + errors.getvalue()
