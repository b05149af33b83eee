"""Each element of a remittance: what is a blank, what is a code, and which places are read."""

from __future__ import annotations

from typing import Any

import pytest

import sequestration as seq
from sequestration._x12.elements import parse_date
from tests.making import RIGHT, claim, interchange, line, remittance, transaction
from tests.reading import claims_of, codes_of, problems_of

RICH = remittance(
    claim(
        "A-1",
        line(
            "99213:25",
            "150",
            "78.40",
            RIGHT,
            allowed="100",
            remarks=["N699"],
            revenue_code="0450",
            extra=["REF*6R*LINE1", "DTM*150*D8*20240301", "DTM*151*****RD8*20240301-20240302"],
        ),
        patient="20",
        adjustments=[("OA", "23", "0")],
        first_day="20240301",
        inpatient=True,
        remarks=["MA18"],
        original="ICN0",
        extra=["NM1*TT*2*NEXT PAYER", "QTY*CA*4", "AMT*AU*230", "DTM*050*20240310"],
    ),
    claim("A-2", charge="1", paid="1", extra=["REF*EA*1"]),
    provider_adjustments=["PLB*1234567893*20241231*WO:ICN0*12.50*L6*-.5"],
).replace(b"*11*1~", b"*11*1**470~", 1)
SEGMENTS = [segment.split("*") for segment in RICH.decode().split("~")]
ELEMENTS = [(at, place) for at, parts in enumerate(SEGMENTS) if at for place in range(1, len(parts))]


def with_element(at: int, place: int, text: str) -> bytes:
    changed = [list(parts) for parts in SEGMENTS]
    changed[at][place] = text
    return "~".join("*".join(parts) for parts in changed).encode()


def outcome(data: bytes) -> str:
    """Whatever a caller can learn from a file."""
    try:
        with seq.read_835(data) as reader:
            found: list[Any] = [claims_of(data), list(reader), [str(each) for each in problems_of(data)]]
            return f"{found} {reader.provider_adjustments}"
    except seq.X12Error as error:
        return f"{error} {error.tag}"


@pytest.mark.parametrize(("at", "place"), ELEMENTS)
def test_no_letter_is_taken_for_a_blank(at: int, place: int) -> None:
    """Two letters that have no meaning in a place change the reading in the same way."""
    text = SEGMENTS[at][place]
    for one, other in (("X", "Q"), (f"X{text}X", f"Q{text}Q"), (f"X {text}", f"Q {text}"), (f"X{text}", f"Q{text}")):
        found, wanted = (outcome(with_element(at, place, each)).replace("Q", "X") for each in (one, other))
        assert found == wanted


def test_the_remarks_of_a_stay_are_in_five_places() -> None:
    """MIA05 and MIA20 to MIA23 (005010X221A1, MIA: claim payment remark codes); the others are amounts."""
    mia = "*".join(["MIA", *(f"N{place}" for place in range(1, 25))])
    (found, _) = seq.read_835(RICH.replace(b"MIA*0****MA01", mia.encode()))

    assert found.remarks == ["N5", "N20", "N21", "N22", "N23", "MA18"]


def test_the_remarks_of_an_outpatient_claim_are_in_five_places() -> None:
    """MOA03 to MOA07 (005010X221A1, MOA: claim payment remark codes)."""
    moa = "*".join(["MOA", *(f"N{place}" for place in range(1, 11))])
    (found, _) = seq.read_835(RICH.replace(b"MOA***MA18", moa.encode()))

    assert found.remarks == ["MA01", "N3", "N4", "N5", "N6", "N7"]


@pytest.mark.parametrize(
    "text", ["2024W011", "20240230", "2024-3-1", "\u0662\u0660\u0662\u0664\u0660\u0663\u0660\u0661"]
)
def test_eight_characters_that_are_no_day_are_no_date(text: str) -> None:
    assert len(text) == 8
    assert parse_date(text) is None


@pytest.mark.parametrize("tag", ["BPR", "CLP", "SVC", "PLB"])
def test_one_segment_that_only_an_835_has_makes_a_piece_of_one(tag: str) -> None:
    """Source: the segment tables of 005010X221A1; the other segments are in other transactions, too."""
    head = b"N1*PR*EXAMPLE~N3*STREET~"
    body = {"BPR": b"BPR*I*1*C~", "CLP": b"CLP*A*1*1*1~", "SVC": b"SVC*HC:1*1*1~", "PLB": b"PLB*1*1*WO:1*1~"}

    assert codes_of(head + body[tag])[0] == "no_envelope"
    with pytest.raises(seq.X12Error):
        seq.read_835(head + b"CAS*CO*45*1~LX*1~")


OTHERS = {
    "270": "a 270 (eligibility inquiry)",
    "271": "a 271 (eligibility response)",
    "276": "a 276 (claim status request)",
    "277": "a 277 (claim status response)",
    "278": "a 278 (authorization)",
    "820": "an 820 (premium payment)",
    "834": "an 834 (enrollment)",
    "837": "an 837 (claim submission)",
    "997": "a 997 (acknowledgment)",
    "999": "a 999 (acknowledgment)",
    "810": "810",
    "8370": "another transaction set",
    "8 7": "another transaction set",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_of_another_transaction_is_named(kind: str) -> None:
    with pytest.raises(seq.X12Error, match="this file is") as caught:
        list(seq.read_835(interchange([f"ST*{kind}*0009", "SE*2*0009"])))

    assert str(caught.value).startswith(f"Not an 835: this file is {OTHERS[kind]}.")


@pytest.mark.parametrize(
    ("tail", "is_complete"),
    [
        ("CLP", True),
        ("CLP*B", True),
        ("PLB", True),
        ("PLB*1", True),
        ("LX*", True),
        ("LX*2", True),
        ("LX", False),
        ("LXX", False),
        ("CL", False),
        ("PL", False),
        ("SVC*", False),
        ("", False),
    ],
)
def test_a_claim_is_complete_if_the_next_segment_was_begun(tail: str, is_complete: bool) -> None:
    data = RICH[: RICH.index(b"CLP*A-2")] + tail.encode()
    reader = seq.read_835(data)

    assert [found.complete for found in reader] == [is_complete]
    assert reader.problems[-1].code == "cut_off"


def test_transactions_behind_the_end_of_their_group_are_counted_anew() -> None:
    one, two = transaction(claim("A-1")), transaction(claim("A-2"), number="0002")
    data = interchange(one).replace(b"IEA*", b"~".join(map(str.encode, two)) + b"~GE*1*1~IEA*")

    assert [found.control_number for found in seq.read_835(data)] == ["A-1", "A-2"]
    assert codes_of(data) == []


def test_groups_behind_the_end_of_their_interchange_are_counted_anew() -> None:
    data = interchange(transaction(claim("A-1")))
    behind = data[data.index(b"GS*") :]

    assert [found.control_number for found in seq.read_835(data + behind)] == ["A-1", "A-1"]
    assert codes_of(data + behind) == []


def test_very_many_provider_adjustments_of_a_transaction_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._x12.header.MAX_PROVIDER_ADJUSTMENTS", 2)
    for count, texts in ((2, []), (3, ["A transaction has more than 2 provider-level adjustments"])):
        data = remittance(claim("A-1"), provider_adjustments=["PLB*1234567893*20241231" + "*WO:1*1" * count])
        reader = seq.read_835(data)
        (found,) = reader

        assert found.remittance.complete == (not texts)
        assert len(found.remittance.provider_adjustments) == 2
        assert [problem.text[: len(text)] for problem, text in zip(reader.problems, texts, strict=True)] == texts


def test_the_claim_behind_one_without_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._x12.parser.MAX_LINES", 5)
    monkeypatch.setattr("sequestration._x12.segments.CHUNK", 200)
    monkeypatch.setattr("sequestration._x12.segments._FIRST_LOOK", 200)
    data = remittance(claim("A-1", *[line("99213", "1", "1")] * 200), claim("A-2", line("99214", "2", "2")))
    reader = seq.read_835(data)
    first, second = reader

    assert (first.control_number, first.complete, len(first.lines) < 100) == ("A-1", False, True)
    assert (second.control_number, second.complete, len(second.lines)) == ("A-2", True, 1)
    assert [(problem.code, problem.claim) for problem in reader.problems] == [("claim_too_long", "A-1")]


@pytest.mark.parametrize("chunk", [*range(1, 20), 250])
def test_a_name_that_ends_like_the_tag_of_a_claim_begins_none(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line("99213", "150", "78.40", RIGHT, extra=["REF*F8*SMITHCLP*1", "LQ*HE*N1CLP*2"]) for _ in range(3)]
    data = remittance(*(claim(f"A-{number}", *lines) for number in range(20)))
    wanted = claims_of(data)
    monkeypatch.setattr("sequestration._x12.segments.CHUNK", chunk)
    monkeypatch.setattr("sequestration._x12.segments._FIRST_LOOK", 200)

    assert claims_of(data) == wanted
    assert [len(found["lines"]) for found in wanted] == [3] * 20


def test_a_header_may_take_a_kilobyte() -> None:
    """An ISA that is not in the standard's fixed width, and with room before what follows it."""
    head, rest = RICH.split(b"*:~", 1)
    plain = claims_of(RICH)
    for length in (1_000, 1_015, 1_020, 1_023):
        wide = head.replace(b"*00501*", b"*00501" + b" " * (length - len(head)) + b"*") + b"*:~"
        for gap in (b"", b"\r\n", b"\r\n" * 100):
            assert claims_of(wide + gap + rest) == plain, (length, len(gap))
            assert claims_of(RICH + wide + gap + rest) == plain * 2, (length, len(gap))
