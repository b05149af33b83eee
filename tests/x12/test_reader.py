"""The reader: segments to claims, problems with their place, what is odd, what has no end."""

from __future__ import annotations

import gc
import io
import pickle
import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, cast

import attrs
import pytest

from sequestration import Claim, X12Error, check_835, read_835
from sequestration._money import format_dollars
from sequestration._x12 import parser as parser_room
from sequestration._x12 import segments as segments_room
from sequestration._x12 import state as reading_room
from sequestration._x12.batch import Batch
from sequestration._x12.problems import Problem, ProblemCode, Severity
from tests.making import claim, interchange, laid_out, line, remittance, transaction
from tests.reading import check_places, claims_of, codes_of, facts, problems_of

CUT = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
FIRST = claim("A-1", line("99213", "150", "78.40", CUT, allowed="100"), line("99214", "80", "80", remarks=["N699"]))
SECOND = claim("A-2", adjustments=[("PR", "1", "1556")], charge="1556", paid="0", inpatient=True, remarks=["MA01"])
THIRD = claim("A-3", line("99215:25:59", "8.1", ".08", [("CO", "45", "8.02")]), first_day="20240301")
TWO = interchange(transaction(FIRST, SECOND), transaction(THIRD, number="0002"))
PRIVATE = ("PATIENTNAME", "GIVENNAME", "MEMBERNUMBER", "SECRETSTREET", "SECRETTOWN")
ADDRESS = ["N3*SECRETSTREET 1", "N4*SECRETTOWN*SC*29202", "DMG*D8*19400101", "PER*CX*SECRETSTREET*TE*8005551212"]


def only(data: bytes) -> Claim:
    """The only claim of a remittance in which nothing is odd."""
    reader = read_835(data)
    (found,) = reader
    assert reader.problems == []
    return found


def one(data: bytes, terminator: str = "~") -> Problem:
    """The only problem of a remittance."""
    (problem,) = problems_of(data)
    check_places(data, [problem], terminator)
    return problem


# What is read.


def test_everything_of_a_claim() -> None:
    data = remittance(
        claim(
            "A-1",
            line(
                "64483:RT:59",
                "150",
                "78.40",
                CUT,
                allowed="100",
                revenue_code="0361",
                remarks=["n699", "MA01"],
                extra=["REF*6R*LINE1", "DTM*150*20240301", "DTM*151*20240302", "LQ*RX*70"],
            ),
            line("99214", "80", "80", on=None),
            status="19",
            plan="MA",
            patient="20",
            payer_number="ICN1",
            facility="13",
            frequency="7",
            adjustments=[("OA", "23", "0")],
            first_day="20240301",
            last_day="20240302",
            inpatient=True,
            remarks=["MA18", "N1"],
            original="ICN0",
            extra=["AMT*AU*230", "DTM*050*20240310", "QTY*CA*4"],
        ),
        provider_adjustments=["PLB*1234567893*20241231*WO:ICN0 MEMBERNUMBER1*12.50*L6*-.5"],
    )
    found = only(data)
    assert (found.control_number, found.status, found.plan) == ("A-1", "19", "MA")
    assert (found.charge, found.paid, found.patient_responsibility) == (
        Decimal("230.00"),
        Decimal("158.40"),
        Decimal("20.00"),
    )
    assert (found.payer_control_number, found.facility_code, found.frequency) == ("ICN1", "13", "7")
    assert found.original_control_number == "ICN0"
    assert found.dates == {"232": date(2024, 3, 1), "233": date(2024, 3, 2), "050": date(2024, 3, 10)}
    assert found.amounts_cents == {"AU": 23_000}
    assert found.remarks == ["MA01", "MA18", "N1"]
    assert (found.inpatient_segment, found.institutional_group, found.complete) == (True, False, True)
    assert [(a.group, a.reason, a.amount_cents, a.quantity) for a in found.adjustments] == [("OA", "23", 0, None)]
    first, second = found.lines
    assert (first.number, first.qualifier, first.procedure, first.modifiers) == (1, "HC", "64483", ("RT", "59"))
    assert (first.charge_cents, first.paid_cents, first.revenue_code, first.units) == (15_000, 7_840, "0361", "1")
    assert first.dates == {"472": date(2024, 3, 1), "150": date(2024, 3, 1), "151": date(2024, 3, 2)}
    assert [(a.group, a.reason, a.amount_cents) for a in first.adjustments] == [
        ("CO", "45", 5_000),
        ("CO", "253", 160),
        ("PR", "2", 2_000),
    ]
    assert (first.amounts_cents, first.remarks, first.control_number) == ({"B6": 10_000}, ["N699", "MA01"], "LINE1")
    assert (second.number, second.dates, second.adjustments, second.remarks) == (2, {}, [], [])


PLACES_OF_CODES = {
    "BPR": (3, 4),
    "N1": (1,),
    "REF": (1,),
    "CLP": (2, 6, 8, 9),
    "CAS": (1, 2, 5),
    "LQ": (1, 2),
    "PLB": (3,),
    "AMT": (1,),
    "DTM": (1,),
    "NM1": (1, 2),
}


def with_padded_codes(data: bytes, before: str, after: str) -> bytes:
    """The same remittance with blanks before and after its codes, as senders of fixed width write them."""
    segments = [segment.split("*") for segment in data.decode("latin-1").split("~")]
    for parts in segments:
        for place in PLACES_OF_CODES.get(parts[0], ()):
            if place < len(parts):
                parts[place] = f"{before}{parts[place]}{after}"
    return "~".join("*".join(parts) for parts in segments).encode("latin-1")


@pytest.mark.parametrize(("before", "after"), [("", " "), ("", "   "), ("  ", ""), (" ", " ")])
@pytest.mark.parametrize(("terminator", "behind"), [("~", ""), ("~", "\r\n  "), ("\n", "")])
def test_blanks_around_a_code_say_nothing(before: str, after: str, terminator: str, behind: str) -> None:
    cut = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
    lines = [line("99213", "150", "76.80", cut, allowed="100", remarks=["N699"]), line("99214", "80", "80")]
    already = [("CO", "45", "51.60"), ("PR", "2", "20")]  # the payment is cut, and only the allowed amount shows it
    hidden = line("99214", "150", "78.40", already, allowed="100", extra=["REF*6R*L1"])
    data = remittance(
        claim("A-0", hidden, extra=["NM1*TT*2*NEXT PAYER"]),
        claim("A-1", *lines, plan="MA", last_day="20240302", original="ICN0"),
        claim(
            "A-2",
            line("99213", "-150", "-76.80", [(group, code, f"-{amount}") for group, code, amount in cut]),
            status="22",
        ),
        provider_adjustments=["PLB*1234567893*20241231*L6*-.5"],
    )
    padded = laid_out(with_padded_codes(data, before, after), terminator=terminator, after=behind)

    assert claims_of(padded) == claims_of(data)
    assert codes_of(padded) == codes_of(data) == []
    assert check_835(padded, keep="all").to_dict() == check_835(data, keep="all").to_dict()


def test_of_the_numbers_of_a_line_its_own_is_kept_and_no_other_is_taken_for_the_claim_s() -> None:
    others = ["REF*LU*11", "REF*LU*1 1", "REF*6R *LINE1", "REF*F8 *OTHER", "REF*F8*OTHER"]
    found = only(remittance(claim("A-1", line("99213", "1", "1", extra=others), original="ICN0")))

    assert (found.lines[0].control_number, found.original_control_number) == ("LINE1", "ICN0")


def test_elements_that_are_all_blank_are_empty() -> None:
    data = remittance(claim("A-1", line("99213", "150", "148.40", [("CO", "253", "1.60")], revenue_code="    ")))
    padded = data.replace(b"CAS*CO*253*1.60", b"CAS*CO*253*1.60**   *       *   ")
    (found,) = read_835(padded)

    assert [item.reason for item in found.lines[0].adjustments] == ["253"]
    assert check_835(padded, keep="all").to_dict() == check_835(data.replace(b"    *1~", b"*1~"), keep="all").to_dict()


def test_a_blank_share_payment_day_or_provider_adjustment_is_none_at_all() -> None:
    data = remittance(FIRST, provider_adjustments=["PLB*1234567893*20241231*L6*-.5*    *      "])
    data = data.replace(b"*0*MB*", b"*  *MB*").replace(b"*DA*98765*20240315", b"*DA*98765*        ")
    (found,) = read_835(data)

    assert found.patient_responsibility is None
    assert found.remittance.paid_on is None
    assert [str(item.amount) for item in found.remittance.provider_adjustments] == ["-0.50"]
    assert [code for code in codes_of(data) if code != "wrong_count"] == []


def test_blanks_in_a_number_of_somebodys_own_are_kept() -> None:
    found = only(remittance(claim("A 1 ", line("99213", "1", "1"), payer_number=" P1 ")))

    assert (found.control_number, found.payer_control_number) == ("A 1 ", " P1 ")


@pytest.mark.parametrize(
    ("composite", "qualifier", "procedure", "modifiers"),
    [
        ("NU>0450>>>>>>ER: VISIT", "NU", "0450", ()),
        ("HC>99213>25>>>>>NOTE: SOMEBODY", "HC", "99213", ("25",)),
        ("HC;99213;25;;;;;SOMEBODY", "", "HC", ()),
        ("SOMEBODY HERE:99213", "", "99213", ()),
        ("HC :99213 : 25", "HC", "99213", ("25",)),
        ("N4:12345-6789-01", "N4", "12345-6789-01", ()),
        ("99213", "", "99213", ()),
        ("0450", "", "0450", ()),
        (":99213", "", "99213", ()),
    ],
)
def test_what_is_taken_of_a_procedure(
    composite: str, qualifier: str, procedure: str, modifiers: tuple[str, ...]
) -> None:
    data = remittance(claim("A-1", line("99213", "1", "1"))).replace(b"HC:99213", composite.encode())
    (found,) = only(data).lines

    assert (found.qualifier, found.procedure, found.modifiers) == (qualifier, procedure, modifiers)


def test_what_stands_before_the_claims() -> None:
    data = remittance(FIRST, provider_adjustments=["PLB*1234567893*20241231*WO:ICN0*12.50*L6*-.5"])
    data = data.replace(b"N1*PR*EXAMPLE MEDICARE CONTRACTOR~", b"N1*PR*EXAMPLE MEDICARE CONTRACTOR*XV*00123~")
    reader = read_835(data)
    (found,) = reader
    head = found.remittance
    assert (head.control_number, head.version, head.payer) == ("0001", "005010X221A1", "EXAMPLE MEDICARE CONTRACTOR")
    assert head.payer_ids == ("1351840597", "00123", "11502")
    assert (head.payee, head.payee_id, head.trace_number, head.method) == (
        "EXAMPLE CLINIC",
        "1234567893",
        "EFT0001",
        "ACH",
    )
    assert (head.payment_cents, head.produced_on, head.paid_on) == (14_640, date(2024, 3, 15), date(2024, 3, 15))
    assert (head.group_date, head.file, head.complete) == (date(2024, 3, 15), None, True)
    assert [(p.provider, p.reason, p.reference, p.amount_cents) for p in head.provider_adjustments] == [
        ("1234567893", "WO", "ICN0", 1_250),
        ("1234567893", "L6", "", -50),
    ]
    assert reader.provider_adjustments == head.provider_adjustments


def test_a_payment_that_is_debited_is_below_zero() -> None:
    data = remittance(FIRST).replace(b"BPR*I*158.40*C*", b"BPR*I*158.40*D*")
    assert only(data).remittance.payment_cents == -15_840


def test_a_group_of_claims_with_its_summary_is_institutional() -> None:
    data = interchange([*transaction(FIRST)])
    data = data.replace(b"LX*1~", b"LX*1~TS3*1234567893*11*20241231*1*150~", 1)
    data = data.replace(b"SE*24*", b"SE*25*")
    (found,) = read_835(data)
    assert found.institutional_group


def test_names_in_latin_1_and_utf_8() -> None:
    for encoding in ("latin-1", "utf-8"):
        data = remittance(FIRST).decode().replace("EXAMPLE CLINIC", "CLÍNICA SEÑORA").replace("GIVENNAME", "JOSÉ")
        assert only(data.encode(encoding)).remittance.payee == "CLÍNICA SEÑORA"


def in_all_fields(name: str) -> bytes:
    """A remittance with a name in every kind of field that is kept as text."""
    item = line("99213", "1", "1", extra=[f"REF*6R*L{name}"])
    odd = claim(f"A{name}", item, payer_number=f"P{name}", original=f"O{name}", extra=[f"NM1*TT*2*C{name}"])
    return remittance(
        odd, payer=f"PAYER {name}", payer_id=f"I{name}", provider_adjustments=[f"PLB*{name}*1*WO:{name}*0"]
    )


def texts_of(data: bytes) -> list[str]:
    """The texts that `in_all_fields` set."""
    (found,) = read_835(data)
    (adjustment,) = found.remittance.provider_adjustments
    return [
        found.remittance.payer,
        found.remittance.payer_ids[-1],
        found.control_number,
        found.payer_control_number,
        found.original_control_number,
        found.crossover_carrier,
        found.lines[0].control_number,
        adjustment.provider,
        adjustment.reference,
    ]


@pytest.mark.parametrize("wrap", [0, 7, 80])
@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_names_and_numbers_have_one_encoding(encoding: str, wrap: int) -> None:
    wanted = [text.replace("@", "SEÑÀ") for text in texts_of(in_all_fields("@"))]
    data = laid_out(in_all_fields("@").replace(b"@", "SEÑÀ".encode(encoding)), wrap=wrap)
    assert texts_of(data) == wanted
    check_places(data, problems_of(data + b"K3*X~"))


def test_one_byte_that_is_not_utf_8_makes_all_of_a_file_latin_1() -> None:
    data = in_all_fields("@").replace(b"@", "Ñ".encode())
    mixed = data.replace(b"GIVENNAME", b"JOS\xe9")
    assert texts_of(mixed) == [text.replace("Ñ", "Ã\x91") for text in texts_of(data)]


def test_a_file_cut_inside_a_character_is_still_utf_8() -> None:
    data = in_all_fields("@").replace(b"@", "Ñ".encode())
    cut = data[: data.index(b"PLB*") + 5]
    assert cut[-1:] == "Ñ".encode()[:1]
    (found,) = read_835(cut)
    assert found.remittance.payer == "PAYER Ñ"


@pytest.mark.parametrize(("first", "wanted"), [("utf-8", "Ñ"), ("latin-1", "Ã\x91")])
def test_the_first_segment_that_is_not_ascii_decides_behind_64_kb(first: str, wanted: str) -> None:
    many = claim("A-1", line("99213", "1", "1", extra=["N3*" + "X" * 500] * 200))
    last = claim("A-4", extra=["REF*F8*BAD\xff"], charge="0", paid="0")
    data = interchange(transaction(many, claim("A-2@"), claim("A-3&"), last))
    data = data.replace(b"@", "É".encode(first)).replace(b"&", "Ñ".encode())
    _, second, third, found = read_835(data)
    assert second.control_number == "A-2É"
    assert third.control_number == f"A-3{wanted}"
    assert found.original_control_number == "BAD\xff"


def test_separators_that_are_not_ascii_make_a_file_latin_1() -> None:
    data = laid_out(in_all_fields("@"), element="\xa7").replace(b"@", b"\xe9")
    assert texts_of(data) == [text.replace("@", "é") for text in texts_of(in_all_fields("@"))]


def test_digits_of_other_scripts_are_no_amount_and_no_date() -> None:
    data = remittance(claim("A-1", line("99213", "@", "1", on="&")))
    reader = read_835(data.replace(b"@", "١٢".encode()).replace(b"&", "２０２４０３０１".encode()))
    (found,) = reader
    assert found.lines[0].charge is None
    assert found.lines[0].dates == {"472": None}
    assert [problem.code for problem in reader.problems] == ["bad_amount", "bad_date"]


# Layouts.


@pytest.mark.parametrize("element", ["*", "|", "~", "\x1d"])
@pytest.mark.parametrize("component", [":", ">", "\x1f"])
@pytest.mark.parametrize(
    ("terminator", "after", "before"),
    [
        ("!", "", ""),
        ("'", "\n", ""),
        ("!", "\r\n", ""),
        ("!", "\r", ""),
        ("\n", "", ""),
        ("\r", "\n", ""),
        ("\n", "", "  "),
        ("\x1c", "", ""),
        ("\x1e", "\r\n", "\t"),
        ("!", "\r\n\r\n\r\n", "    "),
        ("!", "\n", "\t \t"),
    ],
)
def test_a_layout_changes_nothing_but_places(
    element: str, component: str, terminator: str, after: str, before: str
) -> None:
    odd = remittance(FIRST, SECOND, THIRD, claim("A-4", line("1", "1O", "1E2")), claim("", line("1", "", "")))
    data = laid_out(odd, element=element, component=component, terminator=terminator, after=after, before=before)
    assert claims_of(data) == claims_of(odd)
    plain, problems = problems_of(odd), problems_of(data)
    assert [attrs.evolve(p, offset=None) for p in problems] == [attrs.evolve(p, offset=None) for p in plain]
    assert {problem.code for problem in problems} == {"bad_amount", "missing_amount"}
    check_places(odd, plain)
    check_places(data, problems, terminator)


@pytest.mark.parametrize("width", [5, 7, 40, 79, 80, 81, 105, 106, 107, 132])
def test_a_file_wrapped_at_a_column(width: int) -> None:
    odd = remittance(FIRST, SECOND, claim("A-4", line("1", "1O", "1E2")))
    data = laid_out(odd, wrap=width)
    assert claims_of(data) == claims_of(odd)
    check_places(data, problems_of(data))


def test_version_4010_with_a_letter_for_a_repetition_separator() -> None:
    data = remittance(FIRST, SECOND, version="004010X091A1").replace(b"*^*00501*", b"*U*00401*")
    reader = read_835(data)
    found = [facts(item) for item in reader]
    assert reader.problems == []
    assert {item["remittance"].pop("version") for item in found} == {"004010X091A1"}
    plain = claims_of(remittance(FIRST, SECOND))
    assert {item["remittance"].pop("version") for item in plain} == {"005010X221A1"}
    assert found == plain


@pytest.mark.parametrize("padding", [b"\n", b"\0" * 1000, b"\x1a", b"\r\n\x1a\x1a", b"  \n\n\t"])
def test_padding_at_the_end_is_nothing_odd(padding: bytes) -> None:
    assert codes_of(TWO + padding) == []


@pytest.mark.parametrize("chunk", [*range(1, 40), 100, 1000])
def test_chunks_of_any_size(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    data = (
        TWO + laid_out(TWO, element="|", component=">", terminator="\n") + laid_out(TWO, terminator="'", after="\r\n")
    )
    plain = claims_of(data)
    assert len(plain) == 9
    monkeypatch.setattr(segments_room, "CHUNK", chunk)
    assert claims_of(data) == plain
    assert codes_of(data) == []


def test_files_behind_each_other_each_with_its_separators_and_without_its_trailer() -> None:
    parts = [TWO, laid_out(TWO[:-16], element="|", terminator="!"), laid_out(TWO, component=">", terminator="\n")]
    data = b"".join(parts)
    assert len(claims_of(data)) == 9
    (problem,) = problems_of(data)
    assert (problem.code, problem.text) == ("missing_trailer", "Missing trailer: IEA. All claims were read.")
    assert problem.offset == len(parts[0] + parts[1])


# Envelopes.


def test_no_header() -> None:
    bare = TWO[TWO.index(b"GS*") :].replace(b"IEA*1*000000001~", b"")
    assert claims_of(bare) == claims_of(TWO)
    problem = one(bare)
    assert (problem.code, problem.level, problem.offset, problem.segment_number) == ("no_envelope", Severity.NOTE, 0, 1)
    for terminator, before in (("'", "\n"), ("\n", ""), ("~", "")):
        data = laid_out(bare, element="|", terminator=terminator, before=before)
        assert claims_of(data) == claims_of(TWO)
        assert one(data, terminator).code == "no_envelope"


def test_no_group_either() -> None:
    bare = TWO[TWO.index(b"ST*") : TWO.index(b"GE*")]
    found, whole = claims_of(b"\xef\xbb\xbf\n" + bare), claims_of(TWO)
    for item in whole:
        item["remittance"].update(version="", group_date=None)
    assert found == whole
    problem = one(b"\xef\xbb\xbf\n" + bare)
    assert (problem.code, problem.offset, problem.tag) == ("no_envelope", 4, "ST")


@pytest.mark.parametrize(
    ("old", "new", "code", "tag", "text"),
    [
        ("GE*2*1~", "GE*3*1~", "wrong_count", "GE", "GE01 is '3', but the file has 2 transactions."),
        ("GE*2*1~", "GE**1~", "wrong_count", "GE", "GE01 is '', but the file has 2 transactions."),
        ("GE*2*1~", "GE*2*7~", "wrong_control_number", "GE", "GE02 does not match the control number in the header."),
        ("IEA*1*0", "IEA*x*0", "wrong_count", "IEA", "IEA01 is 'x', but the file has 1 group."),
        ("IEA*1*0", "IEA*1*9", "wrong_control_number", "IEA", "IEA02 does not match the control number in the header."),
        ("SE*15*0002~", "SE*99*0002~", "wrong_count", "SE", "SE01 is '99', but the file has 15 segments."),
        (
            "SE*15*0002~",
            "SE*15*2~",
            "wrong_control_number",
            "SE",
            "SE02 does not match the control number in the header.",
        ),
        ("SE*15*0002~", "", "missing_trailer", "GE", "Missing trailer: SE. All claims were read."),
        ("GE*2*1~", "", "missing_trailer", "IEA", "Missing trailer: GE. All claims were read."),
        ("IEA*1*000000001~", "", "missing_trailer", "GE", "Missing trailer: IEA. All claims were read."),
        ("GE*2*1~IEA*1*000000001~", "", "missing_trailer", "SE", "Missing trailer: GE, IEA. All claims were read."),
        ("000000001~", "000000001", "missing_terminator", "IEA", "The last segment has no terminator. It was read."),
        ("SE*15*0002~", "SE*15*0002~SE*1*1~", "misplaced_segment", "SE", None),
        ("GE*2*1~", "SVC*HC:1*1*1~GE*2*1~", "misplaced_segment", "SVC", None),
        ("GE*2*1~", "CAS*CO*45*1~GE*2*1~", "misplaced_segment", "CAS", None),
        ("GE*2*1~", "AMT*B6*1~GE*2*1~", "misplaced_segment", "AMT", None),
        ("GE*2*1~", "CLP*X*1*1*1~GE*2*1~", "misplaced_segment", "CLP", None),
        ("GE*2*1~", "PLB*X*1*1*1~GE*2*1~", "misplaced_segment", "PLB", None),
        ("000000001~", "000000001~junk", "misplaced_segment", None, None),
    ],
)
def test_envelopes_that_are_wrong(old: str, new: str, code: str, tag: str | None, text: str | None) -> None:
    data = new.encode().join(TWO.rpartition(old.encode())[::2])
    assert data != TWO
    assert claims_of(data) == claims_of(TWO)
    problem = one(data)
    assert (problem.code, problem.level, problem.tag) == (code, Severity.NOTE, tag)
    assert text is None or problem.text == text


@pytest.mark.parametrize("behind", [b"", b"~", b"~\n~\n", b"\n\n~  ~"])
def test_trailers_that_are_missing_are_told_at_the_last_segment_that_is_there(behind: bytes) -> None:
    data = remittance(FIRST)
    problem = one(data[: data.index(b"GE*")] + behind)

    assert (problem.code, problem.tag) == ("missing_trailer", "SE")
    assert problem.offset == data.index(b"SE*")


def test_all_trailers_that_an_iea_closes_are_told() -> None:
    data = TWO[: TWO.index(b"SE*15*0002")] + TWO[TWO.index(b"IEA*") :]
    assert claims_of(data) == claims_of(TWO)
    assert [(found.tag, found.text) for found in problems_of(data)] == [
        ("IEA", "Missing trailer: SE. All claims were read."),
        ("IEA", "Missing trailer: GE. All claims were read."),
    ]


def test_a_transaction_that_lacks_its_end_before_the_next() -> None:
    data = TWO.replace(TWO[TWO.index(b"SE*") : TWO.index(b"ST*835*0002")], b"")
    assert claims_of(data) == claims_of(TWO)
    problem = one(data)
    assert (problem.code, problem.tag, problem.text) == (
        "missing_trailer",
        "ST",
        "Missing trailer: SE. All claims were read.",
    )


def test_another_transaction_in_the_file_is_passed_over_and_said() -> None:
    other = ["ST*837*0009*005010X222A1", "BHT*0019*00*1*20240301", "NM1*85*2*X", "CAS*CO*45*1", "CLP*1", "AMT*F5*x"]
    other = [*other, "SVC*HC:1*1*1", "PLB*1", "BPR*I*x", "SE*10*0009"]
    data = interchange(transaction(FIRST, SECOND), other, transaction(THIRD, number="0002"))
    assert claims_of(data) == claims_of(TWO)
    problem = one(data)
    assert (problem.code, problem.tag) == ("other_transaction", "ST")
    assert problem.text == "The file also has a transaction that is not an 835 (837). It was skipped."


@pytest.mark.parametrize("end", [b"", b"SE*2", b"junk"])
def test_a_file_of_other_transactions_only_is_an_error(end: bytes) -> None:
    data = interchange(["ST*837*0009", "NM1*QC*1*PATIENTNAME", "SE*3*0009"])
    if end:
        data = data[: data.index(b"SE*")] + end
    reader = read_835(data)
    with pytest.raises(X12Error, match="this file is an 837") as caught:
        next(reader)
    assert (caught.value.offset, caught.value.segment_number, caught.value.tag) == (data.index(b"ST*"), 3, "ST")
    assert list(reader) == []


def test_a_file_without_a_transaction_is_an_error() -> None:
    with pytest.raises(X12Error, match="the file has no transaction set"):
        list(read_835(interchange()))


# A file that is cut off.


def test_a_file_cut_at_every_byte() -> None:
    data = interchange(transaction(FIRST, SECOND), transaction(THIRD, number="0002"))
    whole = claims_of(data)
    spans = []  # of each claim: where its CLP ends, and where the segment behind it begins
    for begins, following in ((b"CLP*A-1", b"CLP*A-2"), (b"CLP*A-2", b"SE*"), (b"CLP*A-3", b"SE*")):
        start = data.index(begins)
        spans.append((data.index(b"~", start) + 1, data.index(following, start)))
    for cut in range(1, len(data)):
        reader = read_835(data[:cut])
        found = list(reader)
        started = [end for end, _ in spans if end <= cut]
        complete = [behind for _, behind in spans if cut >= behind + 3]
        assert len(found) == len(started), cut
        assert [item.complete for item in found] == [True] * len(complete) + [False] * (len(found) - len(complete)), cut
        for item, known in zip(found, whole, strict=False):
            if item.complete:
                ours = facts(item)
                ours["remittance"]["complete"] = True
                assert ours == known, cut
        (problem,) = reader.problems
        check_places(data[:cut], [problem])
        assert str(problem)
        in_transaction = data.rfind(b"ST*", 0, cut) > data.rfind(b"~SE*", 0, cut)
        assert (problem.code == "cut_off") >= in_transaction, cut
        if found and not found[-1].complete:
            assert (problem.code, problem.claim) == ("cut_off", found[-1].control_number)


def test_the_problem_of_a_cut_stands_where_the_file_ends() -> None:
    data = TWO[: TWO.index(b"DTM*472*20240301~CAS") + 6]
    problem = one(data)
    assert (problem.code, problem.level, problem.tag, problem.claim) == ("cut_off", Severity.ERROR, "DTM", "A-1")
    assert problem.offset == len(data) - 6
    whole = data[:-6]
    problem = one(whole)
    assert (problem.offset, problem.tag) == (len(whole), None)


def test_a_file_cut_inside_its_second_interchange() -> None:
    for cut in range(1, 120):
        data = TWO + laid_out(TWO, element="|", terminator="'")[:cut]
        reader = read_835(data)
        assert all(item.complete for item in reader)
        (problem,) = reader.problems
        assert problem.code in ("cut_off", "missing_trailer"), (cut, str(problem))


# Amounts.


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("8", 800),
        ("8.", 800),
        ("8.1", 810),
        ("8.10", 810),
        ("8.100", 810),
        (".08", 8),
        (".8", 80),
        ("0", 0),
        ("0.00", 0),
        (".0", 0),
        ("-0", 0),
        ("-12.5", -1_250),
        ("-.5", -50),
        ("-8.", -800),
        ("007", 700),
        ("00000000007.50", 750),
        ("9999.99", 999_999),
        ("10000", 1_000_000),
        ("1234567890.12", 123_456_789_012),
        ("99999999", 9_999_999_900),
        ("123456789012345678.00", 12_345_678_901_234_567_800),
    ],
)
def test_amounts_as_x12_writes_them(text: str, cents: int) -> None:
    data = remittance(
        claim(
            "A-1", line("99213", text, text, [("CO", "253", text)], allowed=text), charge=text, paid=text, patient=text
        ),
        payment=text,
        provider_adjustments=[f"PLB*1*20241231*WO*{text}"],
    )
    found = only(data)
    (item,) = found.lines
    assert (found.charge_cents, found.paid_cents, found.patient_responsibility_cents) == (cents, cents, cents)
    assert (item.charge_cents, item.paid_cents, item.amounts_cents) == (cents, cents, {"B6": cents})
    assert item.adjustments[0].amount_cents == cents
    assert found.remittance.payment_cents == cents
    assert found.remittance.provider_adjustments[0].amount_cents == cents
    assert found.paid == Decimal(cents) / 100


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1,250.00", "1250.00"),
        ("1,234,567", "1234567.00"),
        (" 5 ", "5.00"),
        ("$5", "5.00"),
        ("+5.25", "5.25"),
        ("- 5", "-5.00"),
        ("-$1,000.5", "-1000.50"),
    ],
)
def test_amounts_that_some_senders_write_are_read_and_told(text: str, amount: str) -> None:
    data = remittance(claim("A-1", line("99213", "150", text)))
    reader = read_835(data)
    (found,) = reader
    assert found.lines[0].paid == Decimal(amount)
    (problem,) = reader.problems
    check_places(data, [problem])
    assert (problem.code, problem.level, problem.tag, problem.claim) == ("odd_amount", Severity.NOTE, "SVC", "A-1")
    shown = repr(text) if text != "1,234,567" else "a text of 9 characters"  # which may be a number of a person
    assert problem.text == f"SVC03 is {shown}. It was read as {format_dollars(Decimal(amount))}."


BAD = ["250USD", "1E2", "12.345", "--5", "1,25.00", ",5", "1 2", "5-", "(5)", "NaN", "Infinity", "0x10", ".", "-", "-."]
FIVE_IN_UTF_8 = "\u0665".encode().decode("latin-1")  # an Arabic digit
BAD += ["1.2.3", "1_000", FIVE_IN_UTF_8, "²", "9" * 19, "7" * 1000, "1." + "0" * 1000 + "1"]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_amount_of_whole_cents_is_unknown_and_said(text: str) -> None:
    odd = line("99213", text, text, [("CO", "253", text)], allowed=text)
    data = remittance(claim("A-1", odd, charge=text, paid=text, patient=text), payment="0")
    reader = read_835(data)
    (found,) = reader
    (item,) = found.lines
    assert (found.charge_cents, found.paid_cents, found.patient_responsibility_cents) == (None, None, None)
    assert (found.charge, found.paid, found.patient_responsibility) == (None, None, None)
    assert (item.charge_cents, item.paid_cents, item.amounts_cents) == (None, None, {"B6": None})
    assert item.adjustments[0].amount_cents is None
    check_places(data, reader.problems)
    assert [(p.code, p.level, p.tag, p.claim) for p in reader.problems] == [
        ("bad_amount", Severity.ERROR, tag, "A-1") for tag in ("CLP", "CLP", "CLP", "SVC", "SVC", "CAS", "AMT")
    ]
    elements = [str(p.facts["element"]) for p in reader.problems]
    assert elements == ["CLP03", "CLP04", "CLP05", "SVC02", "SVC03", "CAS03", "AMT02"]
    for problem in reader.problems:
        shown = str(problem.facts["text"])
        if text.isascii() and text.isdigit():
            assert shown == f"a number of {len(text)} digits"
        elif len(text) > 12 or text in ("NaN", "Infinity", "1,25.00", "1_000"):  # it may be a name or a number
            assert shown == f"a text of {len(text)} characters"
        else:
            assert shown == repr("\u0665" if text == FIVE_IN_UTF_8 else text)
        assert len(problem.text) < 100


def test_an_amount_that_is_missing_is_unknown_and_never_zero() -> None:
    data = remittance(
        claim("A-1", line("99213", "", " ", [("CO", "253", "")], allowed=""), charge="", paid="", patient="")
    )
    reader = read_835(data)
    (found,) = reader
    assert (found.charge_cents, found.paid_cents, found.patient_responsibility_cents) == (None, None, None)
    assert (found.lines[0].charge_cents, found.lines[0].paid_cents) == (None, None)
    assert found.lines[0].adjustments[0].amount_cents is None
    check_places(data, reader.problems)
    assert {(p.code, p.level) for p in reader.problems} == {("missing_amount", Severity.ERROR)}
    elements = [str(p.facts["element"]) for p in reader.problems]
    assert elements == ["CLP03", "CLP04", "SVC02", "SVC03", "CAS03", "AMT02"]


def test_segments_that_end_too_early() -> None:
    data = remittance(claim("A-1", line("99213", "1", "1")))
    data = data.replace(
        b"~SE*", b"~CLP*A-2~SVC~SVC*~CAS*CO~CAS*~DTM*472~DTM*~AMT*~LQ*~MOA*~MIA*~REF*6R~REF*~PLB*~N1*~SE*"
    )
    reader = read_835(data)
    first, second = reader
    assert (first.control_number, second.control_number, second.status) == ("A-1", "A-2", "")
    assert [item.procedure for item in second.lines] == [""]
    check_places(data, reader.problems)
    assert {p.code.value for p in reader.problems} == {"bad_date", "missing_amount", "wrong_count", "unknown_segment"}
    assert [p.segment_number for p in reader.problems if p.code == "unknown_segment"] == [16]  # the bare SVC


# Tags that no 835 has.


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("K3*SECRETSTREET", "K3"),
        ("HL*1**20", "(not shown)"),
        ("LEE*SECRETSTREET", "(not shown)"),
        ("CA5*CO*253*1.60", "CA5"),
        ("CAS1*CO*253*1.60", "(not shown)"),
        ("cas*CO*253*1.60", "(not shown)"),
        ("CASCO*253*1.60", "(not shown)"),
        ("?CAS*CO*253*1.60", "(not shown)"),
        ("*CAS*CO*253*1.60", "(not shown)"),
        ("\x0bCAS*CO*253*1.60", "(not shown)"),
        ("SECRETSTREET", "(not shown)"),
        ("1", "(not shown)"),
        ("CAS", "(not shown)"),
    ],
)
def test_an_unknown_tag_is_reported_and_marks_its_claim(segment: str, shown: str) -> None:
    odd = claim("A-2", line("99213", "150", "78.40", CUT, extra=[segment]))
    data = interchange(transaction(FIRST, odd, THIRD))
    reader = read_835(data)
    assert [(found.control_number, found.damaged) for found in reader] == [
        ("A-1", False),
        ("A-2", True),
        ("A-3", False),
    ]
    (problem,) = reader.problems
    check_places(data, [problem])
    assert (problem.code, problem.level, problem.claim) == ("unknown_segment", Severity.NOTE, "A-2")
    assert problem.text == f"Unknown segment {shown}. It was skipped."
    assert problem.tag is None
    assert "SECRET" not in repr(problem) + str(problem.to_dict())


@pytest.mark.parametrize("before", ["BPR*", "TRN*", "N1*PR", "LX*1", "SE*15", "GE*2", "IEA*"])
def test_an_unknown_tag_outside_claims_is_reported(before: str) -> None:
    data = TWO.replace(before.encode(), b"K3*X~" + before.encode())
    found = [problem for problem in problems_of(data) if problem.code == "unknown_segment"]
    check_places(data, found)
    assert len(found) == data.count(b"K3*X~") >= 1


def test_no_tag_is_unknown_in_a_transaction_that_is_passed_over() -> None:
    other = TWO.replace(b"ST*835*0001", b"ST*837*0001", 1).replace(b"LX*1~", b"HL*1**20~LX*1~", 1)
    assert codes_of(other).count("unknown_segment") == 0


# Adjustments.


def adjustments(*segments: str) -> tuple[list[tuple[str, str, int | None, str | None]], list[str]]:
    data = remittance(claim("A-1", line("99213", "1", "1", extra=segments)))
    reader = read_835(data)
    (found,) = reader
    check_places(data, reader.problems)
    items = [(a.group, a.reason, a.amount_cents, a.quantity) for a in found.lines[0].adjustments]
    return items, [problem.code.value for problem in reader.problems]


def test_six_triples_and_more() -> None:
    for count in (1, 2, 5, 6, 7, 30):
        triples = "**".join(f"{reason}*{reason}.5" for reason in range(1, count + 1))
        expected = [("CO", str(reason), reason * 100 + 50, None) for reason in range(1, count + 1)]
        assert adjustments("CAS*CO*" + triples) == (expected, [])


def test_quantities() -> None:
    found, odd = adjustments("CAS*CO*45*10*2*253*1*3", "CAS*PR*1*5*1")
    assert found == [("CO", "45", 1000, "2"), ("CO", "253", 100, "3"), ("PR", "1", 500, "1")]
    assert odd == []


@pytest.mark.parametrize(
    "segment",
    [
        "CAS*CO*45*10*****253*1",
        "CAS*CO*45*10********253*1",
        "CAS*CO****45*10**253*1",
        "CAS*CO*45*10**253*1******",
    ],
)
def test_empty_triples_say_nothing(segment: str) -> None:
    assert adjustments(segment) == ([("CO", "45", 1000, None), ("CO", "253", 100, None)], [])


def test_triples_out_of_step_are_said() -> None:
    found, odd = adjustments("CAS*CO*45*10****253*1")  # one element of the empty triple is missing
    assert (found, odd) == ([("CO", "45", 1000, None), ("CO", "1", None, None)], ["missing_amount"])


def test_an_amount_of_253_is_no_reason() -> None:
    assert adjustments("CAS*CO*45*253")[0] == [("CO", "45", 25_300, None)]
    assert adjustments("CAS*CO*45*253*253")[0] == [("CO", "45", 25_300, "253")]


def test_a_reason_that_is_missing_is_said() -> None:
    found, odd = adjustments("CAS*CO**12.50")
    assert (found, odd) == ([("CO", "", 1250, None)], ["missing_reason"])
    found, odd = adjustments("CAS*CO**abc")
    assert (found, odd) == ([("CO", "", None, None)], ["bad_amount", "missing_reason"])


def test_an_adjustment_without_an_amount() -> None:
    assert adjustments("CAS*CO*45") == ([("CO", "45", None, None)], ["missing_amount"])
    assert adjustments("CAS*CO*45*") == ([("CO", "45", None, None)], ["missing_amount"])
    assert adjustments("CAS*CO*45*0") == ([("CO", "45", 0, None)], [])
    assert adjustments("CAS*CO") == ([], [])
    assert adjustments("CAS*CO*") == ([], [])


def test_a_bad_amount_in_the_fourth_triple_is_named() -> None:
    data = remittance(claim("A-1", line("1", "1", "1", extra=["CAS*CO*1*1**2*2**3*3**253*1O"])))
    assert one(data).text == "CAS12 is '1O', not a dollar amount. The amount is treated as unknown."


# Files that begin within a transaction.


def starts_of_segments() -> list[int]:
    """Where the segments of the first transaction of TWO begin, its envelope left out."""
    first, last = TWO.index(b"BPR*"), TWO.index(b"SE*")
    return [start + 1 for start in range(first - 1, last) if TWO[start : start + 1] == b"~"][:-1]


@pytest.mark.parametrize("start", starts_of_segments())
@pytest.mark.parametrize(("element", "terminator", "before"), [("*", "~", ""), ("|", "\n", ""), ("^", "'", "\n")])
def test_a_file_that_begins_within_a_transaction(start: int, element: str, terminator: str, before: str) -> None:
    data = laid_out(TWO[start:], element=element, terminator=terminator, before=before)
    whole = {item.control_number: item for item in read_835(TWO)}
    reader = read_835(data)
    found = list(reader)
    left = TWO[start:].count(b"~CLP*") + TWO[start:].startswith(b"CLP*")
    assert [item.control_number for item in found] == list(whole)[3 - left :]
    for item in found:
        other = whole[item.control_number]
        assert attrs.evolve(item, remittance=other.remittance) == other
    assert [item.remittance.complete for item in found] == [True] * left
    check_places(data, reader.problems, terminator)
    first, *rest = reader.problems
    assert (first.code, first.level, first.segment_number) == ("no_envelope", Severity.NOTE, 1)
    assert {problem.code.value for problem in rest} <= {"misplaced_segment"}
    if TWO[start : start + 3] in (b"BPR", b"TRN", b"DTM", b"N1*", b"LX*", b"CLP"):
        assert rest == [] or TWO[start:].startswith(b"DTM*472")


@pytest.mark.parametrize("tag", ["BPR", "TRN", "N1", "LX", "CLP"])
def test_a_piece_may_end_where_a_segment_ends(tag: str) -> None:
    start, end = TWO.index(f"{tag}*".encode()), TWO.index(b"CLP*A-2")
    reader = read_835(b"\r\n " + TWO[start:end] + b"\n")
    (found,) = reader
    assert found.complete
    assert not found.remittance.complete
    assert found.remittance.payment_cents == (15840 if tag == "BPR" else None)
    check_places(b"\r\n " + TWO[start:end] + b"\n", reader.problems)
    assert [(p.code, p.level) for p in reader.problems] == [
        ("no_envelope", Severity.NOTE),
        ("missing_trailer", Severity.NOTE),
    ]
    assert check_835(TWO[start:end]).counts == check_835(remittance(FIRST)).counts


def test_a_piece_cut_inside_a_segment_is_cut_off() -> None:
    for data in (TWO[TWO.index(b"CLP*") : TWO.index(b"CAS*") + 8], b"CLP*A-1*1*1"):
        reader = read_835(data)
        assert not any(found.complete for found in reader)
        assert [problem.code for problem in reader.problems] == ["no_envelope", "cut_off"]


@pytest.mark.parametrize("element", ["*", "~", "|"])
def test_a_piece_of_one_segment_is_one_segment(element: str) -> None:
    """Whatever separates its elements is not what ends it."""
    data = "CLP*A*1*150*78.40**MB*P1*11*1".replace("*", element).encode()

    assert [problem.code for problem in problems_of(data)] == ["no_envelope", "cut_off"]


def test_a_whole_file_behind_a_piece() -> None:
    piece = TWO[TWO.index(b"CLP*A-2") : TWO.index(b"SE*")]
    reader = read_835(piece + TWO.replace(b"GE*2", b"GE*3"))
    assert [found.control_number for found in reader] == ["A-2", "A-1", "A-2", "A-3"]
    assert [problem.code for problem in reader.problems] == ["no_envelope", "missing_trailer", "wrong_count"]


@pytest.mark.parametrize(
    "text",
    [
        "CLP,SVC,CAS\nCLP,1,2\n",
        "CLP\tSVC\nCLP\t1\n",
        "CLP 1 2",
        "CLP",
        "N1*PR*PATIENTNAME~N3*X~",
        "NM1*IL*1*PATIENTNAME~CLM*1*2~HL*1~",
        "SE*1*1~CLP*1*1*1*1~",
        "CLPX*1*1~CLP*1*1*1*1~",
        "clp*1*1~",
    ],
)
def test_what_is_no_piece_of_an_835_is_refused(text: str) -> None:
    with pytest.raises(X12Error, match="does not begin with an ISA, GS or ST segment"):
        read_835(text.encode())


def test_a_mark_before_what_looks_like_a_tag_is_no_terminator() -> None:
    data = TWO[TWO.index(b"N1*PR") :].replace(b"EXAMPLE MEDICARE CONTRACTOR", b"A-N4*B", 1)
    assert [found.control_number for found in read_835(data)] == ["A-1", "A-2", "A-3"]


# Dates.


@pytest.mark.parametrize(
    "text", ["240301", "20240230", "2024-02-30", "20241301", "00000000", "", "2024030", "MEMBERNUMBER1", "202403012460"]
)
def test_what_is_no_date_is_unknown_and_said(text: str) -> None:
    data = remittance(claim("A-1", line("99213", "1", "1", on=text), first_day=text), produced=text or "x")
    reader = read_835(data)
    (found,) = reader
    assert found.dates == {"232": None}
    assert found.lines[0].dates == {"472": None}
    assert found.remittance.produced_on is found.remittance.paid_on is None
    check_places(data, reader.problems)
    assert [(p.code, p.level, p.tag) for p in reader.problems] == [
        ("bad_date", Severity.ERROR, tag) for tag in ("BPR", "DTM", "DTM", "DTM")
    ]
    assert "MEMBERNUMBER" + "1" not in str(reader.problems[-1])


@pytest.mark.parametrize(
    ("elements", "element", "form"),
    [
        ("D8*20240301", "DTM03", "a date after the format D8"),
        ("d8 * 20240301 ", "DTM03", "a date after the format D8"),
        ("D8*2024-03-01", "DTM03", "a date after the format D8"),
        ("***D8*20240301", "DTM06", "a date after the format D8"),
        ("***RD8*20240301-20240301", "DTM06", "a period after the format RD8"),
        ("2024-03-01", "DTM02", "a date with hyphens"),
        ("202403012359", "DTM02", "a date with a time"),
    ],
)
def test_a_date_in_an_unusual_form_is_read_and_reported(elements: str, element: str, form: str) -> None:
    lines = [line("99213", "1", "1", on=elements)] * 2  # A form is reported each time, though dates are cached.
    data = remittance(claim("A-1", *lines, first_day=elements)).replace(
        b"DTM*405*20240315", b"DTM*405*" + elements.encode()
    )
    reader = read_835(data)
    (found,) = reader
    assert found.dates == {"232": date(2024, 3, 1)}
    assert [item.dates for item in found.lines] == [{"472": date(2024, 3, 1)}] * 2
    assert found.remittance.produced_on == date(2024, 3, 1)
    check_places(data, reader.problems)
    assert [(p.code, p.level, p.tag) for p in reader.problems] == [("unusual_date", Severity.NOTE, "DTM")] * 4
    assert reader.problems[0].text == f"{element} is {form}. It was read as Mar 1, 2024."


@pytest.mark.parametrize("elements", ["***RD8*20240301-20240305", "RD8*20240301-20240305", "RD8*2024-03-01-2024-03-05"])
@pytest.mark.parametrize("name", ["472", "150", "151"])
def test_a_period_gives_a_first_and_a_last_day(elements: str, name: str) -> None:
    item = line("99213", "1", "1", on=None, extra=[f"DTM*{name}*{elements}"])
    reader = read_835(remittance(claim("A-1", item, extra=[f"DTM*232*{elements}", f"DTM*050*{elements}"])))
    (found,) = reader
    days = date(2024, 3, 1), date(2024, 3, 5)
    assert found.dates == dict(zip(("232", "233"), days, strict=True)) | {"050": None}
    assert found.lines[0].dates == dict(zip(("150", "151"), days, strict=True))
    assert [p.code for p in reader.problems] == ["unusual_date", "bad_date", "unusual_date"]
    assert reader.problems[-1].text.endswith(" is a period after the format RD8. It was read as Mar 1 to Mar 5, 2024.")


@pytest.mark.parametrize(
    "elements", ["D8*240301", "D8", "D8*", "D8*20240230", "RD8*20240301", "RD8*20240301-", "***D8", "***RD8*20240230-1"]
)
def test_a_format_without_its_date_is_a_bad_date(elements: str) -> None:
    reader = read_835(remittance(claim("A-1", line("1", "1", "1", on=elements))))
    (found,) = reader
    assert found.lines[0].dates == {"472": None}
    assert [(p.code, p.facts["element"]) for p in reader.problems] == [("bad_date", "DTM02")]


def test_a_payment_date_in_an_unusual_form() -> None:
    reader = read_835(remittance(FIRST, produced="2024-03-15"))
    (found,) = reader
    assert found.remittance.paid_on == found.remittance.produced_on == date(2024, 3, 15)
    assert [(p.code, p.tag) for p in reader.problems] == [("unusual_date", "BPR"), ("unusual_date", "DTM")]


@pytest.mark.parametrize("second", ["20240301", "20240302", "2024-03-02", "D8*20240302"])
def test_a_second_date_of_one_kind_is_reported_and_the_last_one_counts(second: str) -> None:
    item = line("1", "1", "1", extra=[f"DTM*472*{second}"])
    data = remittance(claim("A-1", item, line("2", "1", "1"), first_day="20240301", extra=[f"DTM*232*{second}"]))
    reader = read_835(data)
    (found,) = reader
    last = date(2024, 3, int(second[-1]))
    assert found.dates == {"232": last}
    assert [each.dates for each in found.lines] == [{"472": last}, {"472": date(2024, 3, 1)}]
    assert found.replaced_dates == (() if last.day == 1 else (date(2024, 3, 1), date(2024, 3, 1)))
    repeated = [problem for problem in reader.problems if problem.code == "repeated_date"]
    check_places(data, repeated)
    assert [(p.level, p.tag, p.facts) for p in repeated] == [
        (Severity.NOTE, "DTM", {"kind": "232"}),
        (Severity.NOTE, "DTM", {"kind": "472"}),
    ]


def test_a_date_belongs_to_what_it_stands_in() -> None:
    same = ["DTM*232*20240101", "DTM*472*20240102", "DTM*405*20240103", "DTM*036*20240104"]
    data = remittance(claim("A-1", line("1", "1", "1", on=None, extra=same), extra=same))
    data = data.replace(b"LX*1~", "".join(f"{segment}~" for segment in same).encode() + b"LX*1~")
    (found,) = read_835(data)
    assert found.dates == {"232": date(2024, 1, 1), "036": date(2024, 1, 4)}
    assert found.lines[0].dates == {"472": date(2024, 1, 2)}
    assert found.remittance.produced_on == date(2024, 1, 3)


# The reader as an iterator and a context manager.


def test_a_path_bytes_and_a_file_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "remit.835"
    path.write_bytes(TWO)
    plain = claims_of(TWO)
    sources = [path, str(path), bytearray(TWO), memoryview(TWO), io.BytesIO(TWO)]
    for source in sources:
        assert claims_of(source) == plain
    with path.open("rb") as file:
        assert claims_of(file) == plain
        assert not file.closed
    with path.open("rb", buffering=0) as file:
        assert claims_of(file) == plain
    assert read_835(path).file == str(path)
    assert next(read_835(path)).remittance.file == str(path)
    assert read_835(TWO).file is None


def test_the_ways_to_read() -> None:
    with read_835(TWO) as reader:
        first = next(reader)
        assert [item.control_number for item in reader] == ["A-2", "A-3"]
        assert next(reader, None) is None
        assert reader.bytes_read == len(TWO)
    assert first.control_number == "A-1"
    for message in ("next", "iter"):
        with pytest.raises(ValueError, match=r"^this reader is closed$"):
            next(reader) if message == "next" else list(reader)
    reader.close()


def test_a_file_is_closed_with_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "remit.835"
    path.write_bytes(TWO)
    gc.disable()  # it must not take the collector of cycles to close a file
    try:
        reader = read_835(path)
        owned = cast(BinaryIO, reader._owned._file)
        for item in reader:
            assert item.control_number == "A-1"
            break
        assert not owned.closed
        del reader
        assert owned.closed
        unread = cast(BinaryIO, read_835(path)._owned._file)
        assert unread.closed
        reader = read_835(path)
        assert len(list(reader)) == 3
        assert cast(BinaryIO, reader._owned._file).closed
        with read_835(path) as reader:
            next(reader)
        assert cast(BinaryIO, reader._owned._file).closed
    finally:
        gc.enable()


def test_a_file_that_is_no_835_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(X12Error, match=r"picture\.png: Not an 835: this file is a PNG image"):
        read_835(path)


def test_a_path_that_cannot_be_read_is_the_error_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_835(tmp_path / "missing.835")
    with pytest.raises(IsADirectoryError):
        read_835(tmp_path)


def test_what_is_no_source_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="not int"):
        read_835(7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="binary mode"):
        read_835(io.StringIO("ISA"))  # type: ignore[arg-type]


def test_a_report_stands_at_the_claim_that_was_handed_out() -> None:
    reader = read_835(laid_out(TWO, after="\r\n"))
    data = laid_out(TWO, after="\r\n")
    places = []
    for item in reader.claims_and_ends():
        reader.report(ProblemCode.PLAN_MISSING, payer="x")
        places.append(reader.problems[-1].tag)
        if isinstance(item, Claim):
            there = data[cast(int, reader.problems[-1].offset) :]
            assert there.startswith(f"CLP*{item.control_number}*".encode())
    check_places(data, reader.problems)
    assert places == ["CLP", "CLP", "SE", "CLP", "SE"]


# Patients.


def test_no_patient_is_in_any_claim_problem_or_error() -> None:
    odd = claim("A-1", line("1", "x", "", [("CO", "", "y")], on="240101", extra=[*ADDRESS, "CAS*CO"]), extra=ADDRESS)
    data = interchange(transaction(FIRST, odd, before=ADDRESS), transaction(THIRD, number="0002"))
    layouts = [data, data[:-20], laid_out(data, terminator="\n"), laid_out(data, wrap=80)]
    layouts += (
        [data[:cut] for cut in range(data.index(b"CLP*"), data.index(b"CLP*A-2"), 3)] if b"CLP*A-2" in data else []
    )
    layouts += [data[:cut] for cut in range(200, len(data), 7)]
    for layout in layouts:
        reader = read_835(layout)
        shown = ""
        for item in reader:
            shown += (
                repr(item) + repr(item.lines) + repr(facts(item)) + repr(pickle.dumps(item)) + repr(item.remittance)
            )
        for problem in reader.problems:
            shown += str(problem) + repr(problem) + repr(problem.to_dict()) + repr(pickle.dumps(problem))
        assert not [word for word in PRIVATE if word in shown]


def test_no_patient_is_in_a_tag_where_a_terminator_stands_in_a_name() -> None:
    data = TWO.replace(b"PATIENTNAME*GIVENNAME", b"PAT~IEN*GIVENNAME~JOE", 1)
    data = data[: data.index(b"~JOE") + 4]
    unknown, cut_off = problems_of(data)
    check_places(data, [unknown, cut_off])
    assert (cut_off.code, cut_off.tag) == ("cut_off", None)
    assert (unknown.code, unknown.tag) == ("unknown_segment", None)
    assert "IEN" not in repr(unknown)


def test_of_a_reference_of_a_provider_adjustment_seventeen_characters_are_kept() -> None:
    data = remittance(FIRST, provider_adjustments=["PLB*1*20241231*WO:12345678901234567MEMBERNUMBER*1"])
    reader = read_835(data)
    (found,) = reader
    assert found.remittance.provider_adjustments[0].reference == "12345678901234567"


def test_claims_problems_and_errors_survive_pickling() -> None:
    data = remittance(FIRST, claim("A-2", line("1", "x", "y")))
    reader = read_835(data)
    for item in reader:
        assert pickle.loads(pickle.dumps(item)) == item
    for problem in reader.problems:
        assert pickle.loads(pickle.dumps(problem)) == problem
    with pytest.raises(X12Error) as caught:
        read_835(b"{}")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.offset) == (str(caught.value), 0)


# What has no end.


class Endless(io.RawIOBase):
    """A file that is made while it is read, so that nothing but the reader holds it."""

    def __init__(self, start: bytes, again: bytes, times: int, end: bytes = b"") -> None:
        self._pieces: Iterator[bytes] = iter([start, *([again] * times), end])

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def endless(start: bytes, again: bytes, times: int, end: bytes = b"") -> BinaryIO:
    return cast(BinaryIO, Endless(start, again, times, end))


HEAD = TWO[: TWO.index(b"CLP*A-1")]
TAIL = TWO[TWO.index(b"SE*") : TWO.index(b"ST*835*0002")] + b"GE*1*1~IEA*1*000000001~"


def test_a_segment_without_end() -> None:
    start = TWO[: TWO.index(b"SVC*")]
    reader = read_835(endless(start + b"CAS*CO*", b"45*1**" * 11_000, 40))
    (found,) = reader
    assert not found.complete
    assert found.adjustments == []
    assert [(p.code, p.level) for p in reader.problems] == [
        ("segment_too_long", Severity.ERROR),
        ("cut_off", Severity.ERROR),
    ]
    problem = reader.problems[0]
    assert (problem.offset, problem.tag, problem.claim) == (len(start), "CAS", "A-1")


def test_a_segment_without_end_before_any_claim() -> None:
    reader = read_835(endless(HEAD + b"N1*PE*", b"NAME" * 16_000, 40))
    assert list(reader) == []
    assert [p.code.value for p in reader.problems] == ["segment_too_long", "cut_off"]


def test_remarks_that_belong_to_nothing_are_passed_over() -> None:
    first = b"LQ*HE*M1~MOA***MA01~"
    (found,) = read_835(HEAD + first + b"CLP*A-1*1*1*1*0*MB*X*11*1~LQ*HE*M1~SVC*HC:1*1*1~" + TAIL)
    assert found.remarks == []
    assert found.lines[0].remarks == []


def test_a_report_before_anything_was_handed_out_has_no_place() -> None:
    reader = read_835(TWO)
    reader.report(ProblemCode.PLAN_MISSING, payer="x")
    (problem,) = reader.problems
    assert (problem.offset, problem.segment_number, problem.tag) == (None, None, None)


def test_what_is_remembered_for_speed_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line(f"9{n:04}", "150", "80", on=f"202403{n:02}", remarks=[f"N{n}"]) for n in range(1, 6)]
    data = interchange(transaction(claim("A-1", *lines), claim("A-2", *lines)), end="~\n")
    reader = read_835(data)
    wanted = [attrs.asdict(found) for found in reader]
    kept = reader._parser
    assert [len(each) for each in (kept._procedures, kept._line_days, kept._remarks)] == [5, 5, 5]
    monkeypatch.setattr(parser_room, "_MAX_CACHED", 2)
    assert [attrs.asdict(found) for found in read_835(data)] == wanted


def test_what_is_remembered_is_short_and_not_very_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_room, "_MAX_CACHED", 2)
    monkeypatch.setattr(parser_room, "_MAX_CACHED_LENGTH", 3)
    known: dict[str, int] = {}
    for number, text in enumerate(("long", "abc", "de", "f")):
        parser_room._remember(known, text, number)

    assert known == {"abc": 1, "de": 2}


@pytest.mark.slow
def test_a_claim_without_end() -> None:
    body = b"SVC*HC:1*1*1~CAS*CO*45*1~DTM*472*20240101~" * 400
    end = b"CLP*A-2*1*1*1*0*MB*X*11*1~SVC*HC:1*1*1~" + TAIL
    reader = read_835(endless(HEAD + b"CLP*A-1*1*1*1*0*MB*X*11*1~", body, 200, end))
    first, second = reader
    assert (first.complete, second.complete) == (False, True)
    assert len(first.lines) * 42 < 1.2 * parser_room.MAX_CLAIM_LENGTH
    assert len(second.lines) == 1
    assert [p.code.value for p in reader.problems] == ["claim_too_long", "wrong_count", "wrong_count"][
        : len(reader.problems)
    ]
    assert (reader.problems[0].offset, reader.problems[0].claim, reader.problems[0].tag) == (len(HEAD), "A-1", "CLP")


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    claims = b"".join(f"{segment}~".encode() for segment in FIRST.segments) * 100
    odd = b"SVC*HC:1*x*1~"

    def peak(times: int) -> int:
        reader = read_835(endless(HEAD, claims + odd, times, TAIL))
        tracemalloc.start()
        try:
            for _ in reader:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(10), peak(100)
    assert large < small + 200_000


def test_problems_beyond_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_room, "MAX_PROBLEMS", 10)
    reader = read_835(remittance(*(claim(f"A-{n}", line("1", "x", "1")) for n in range(25))))
    assert len(list(reader)) == 25
    assert (len(reader.problems), reader.problems_dropped) == (10, 15)


def test_very_many_payer_numbers_are_not_all_kept() -> None:
    numbers = b"".join(b"REF*2U*%d~" % n for n in range(1000))
    (found, *_) = read_835(TWO.replace(b"REF*2U*11502~", numbers, 1))
    assert len(found.remittance.payer_ids) == 20


@pytest.mark.slow
def test_very_many_elements_in_a_segment() -> None:
    many = b"*" * 1_000_000
    for tag in (b"CAS", b"SVC", b"CLP", b"NM1", b"PLB", b"MOA", b"DTM"):
        data = TWO.replace(b"~SE*15", b"~" + tag + many + b"~SE*16")
        assert len(claims_of(data)) in (3, 4)


@pytest.mark.slow
def test_very_many_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting segments does not mean to measure a batch for each of them."""
    measured = 0
    measure = Batch._measured

    def counted(batch: Batch) -> list[int]:
        nonlocal measured
        measured += 1
        return measure(batch)

    monkeypatch.setattr(Batch, "_measured", counted)
    reader = read_835(interchange(*([["ST*835*0001", "SE*2*0001"]] * 20_000)))
    assert list(reader) == []
    assert reader.problems == []
    assert measured == 0
    reader = read_835(interchange(*([["ST*835*0001", "SE*3*0001"]] * 20_000)))
    assert list(reader) == []
    assert (len(reader.problems), reader.problems_dropped) == (10_000, 10_000)
    assert measured <= 40


def test_lines_are_numbered_and_claims_apart() -> None:
    found = list(read_835(remittance(*(claim(f"A-{n}", *[line("1", "1", "1")] * n) for n in range(5)))))
    assert [[item.number for item in one.lines] for one in found] == [list(range(1, n + 1)) for n in range(5)]
    for one_claim, other in pairwise(found):
        assert one_claim.adjustments is not other.adjustments
        assert one_claim.remittance is other.remittance
