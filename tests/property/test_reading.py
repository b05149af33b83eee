"""However a remittance is written down, cut into chunks or damaged: the same claims, and never a surprise."""

from __future__ import annotations

import io
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sequestration import X12Error, read_835
from sequestration._x12 import segments as segments_module
from tests.making import Claim, claim, interchange, laid_out, line, transaction
from tests.reading import check_places, claims_of, facts, problems_of

pytestmark = pytest.mark.slow

CENTS = st.integers(-99_999, 9_999_999)


def money(cents: int) -> str:
    """As X12 writes it: no zeros that say nothing."""
    text = f"{abs(cents) // 100 or ''}.{abs(cents) % 100:02d}".rstrip("0").rstrip(".") or "0"
    return "-" + text if cents < 0 else text


@st.composite
def adjustments(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    triple = st.tuples(
        st.sampled_from(["CO", "PR", "OA", "PI"]), st.sampled_from(["45", "253", "1", "2", "B13"]), CENTS.map(money)
    )
    return draw(st.lists(triple, max_size=8))


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    number = draw(st.integers(1, 999))
    lines = [
        line(
            draw(st.sampled_from(["99213", "99213:25", "G0439:33:X"])),
            money(draw(CENTS)),
            money(draw(CENTS)),
            draw(adjustments()),
            on=draw(st.sampled_from([None, "20240301", "20200229"])),
            allowed=draw(st.none() | CENTS.map(money)),
            remarks=draw(st.lists(st.sampled_from(["N699", "MA01"]), max_size=2)),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return claim(
        f"A-{number}",
        *lines,
        status=draw(st.sampled_from(["1", "2", "4", "22"])),
        adjustments=draw(adjustments()),
        first_day=draw(st.sampled_from([None, "20240301"])),
        inpatient=draw(st.booleans()),
    )


@st.composite
def remittances(draw: st.DrawFn) -> bytes:
    return interchange(
        *(
            transaction(*draw(st.lists(claims(), max_size=3)), number=f"{number:04d}")
            for number in range(1, draw(st.integers(1, 2)) + 1)
        )
    )


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    element, component, terminator = draw(
        st.tuples(
            st.sampled_from(["*", "|", "~", "\x1d", "\t", "+"]),
            st.sampled_from([":", ">", "\x1f", "<"]),
            st.sampled_from(["~", "'", "\n", "\r", "\x1c", "\x1e", "!", "\x85"]),
        )
    )
    assume(element != terminator)
    breaks = ["", "\n", "\r\n", "\r", "\r\n\r\n", "\n  ", "\n\t" if element != "\t" else "\n"]
    if terminator in "\r\n":
        breaks = ["", terminator, terminator + "  "]
    return {
        "element": element,
        "component": component,
        "terminator": terminator,
        "after": draw(st.sampled_from(breaks)),
        "wrap": draw(st.sampled_from([0, 0, 0, 40, 80])) if terminator not in "\r\n" else 0,
    }


@given(remittances(), layouts(), st.integers(1, 400))
def test_separators_line_ends_and_chunks_change_nothing(data: bytes, layout: dict[str, Any], chunk: int) -> None:
    plain = claims_of(data)
    other = laid_out(data, **layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        assert claims_of(other) == plain
        assert problems_of(other) == []


@given(st.lists(st.tuples(remittances(), layouts()), min_size=2, max_size=3), st.integers(1, 400))
@settings(max_examples=50)
def test_files_behind_each_other_are_read_one_after_the_other(
    parts: list[tuple[bytes, dict[str, Any]]], chunk: int
) -> None:
    plain = [found for data, _ in parts for found in claims_of(data)]
    whole = b"".join(laid_out(data, **{**layout, "wrap": 0}) for data, layout in parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        assert claims_of(whole) == plain


@given(remittances())
def test_reading_bytes_and_reading_a_file_are_the_same(data: bytes) -> None:
    class Small(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(5)

    assert claims_of(io.BytesIO(data)) == claims_of(Small(data)) == claims_of(data)


def survives(data: bytes) -> None:
    """Reading ends with claims and problems in their places, or with the one error there is.

    Damaged compressed data is a file that cannot be read, as on a damaged disk.
    """
    refused = None
    try:
        with read_835(data) as reader:
            for item in reader:
                assert isinstance(repr(item), str)
                adjustments = [a for each in item.lines for a in each.adjustments] + item.adjustments
                assert all(isinstance(a.amount_cents, int | None) for a in adjustments)
    except X12Error as error:
        refused = error
    except OSError:
        assert data.startswith(b"\x1f\x8b")
        return
    if refused is not None:
        assert str(refused).startswith("Not an 835: ")
        assert refused.offset is None or 0 <= refused.offset <= len(data)
        return
    for problem in reader.problems:
        assert problem.offset is not None
        assert 0 <= problem.offset <= len(data)
        assert isinstance(str(problem), str)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data)
    survives(b"ISA*" + data)
    survives(b"ST*835*1~" + data)
    survives(SMALL[:SMALL_CLAIMS] + data)


SMALL = interchange(
    transaction(claim("A-1", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.6")])))
)
SMALL_CLAIMS = SMALL.index(b"CLP*")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A small remittance with bytes changed, left out, put in, or moved."""
    data = bytearray(SMALL)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 30))
        piece = draw(
            st.binary(max_size=4)
            | st.sampled_from(
                [b"~", b"*", b"ISA*", b"~ISA*", b"~SE*", b"~CLP*", b"~ST*837*", b"\n", b"\0", b"~CAS*", b":"]
            )
        )
        match draw(st.integers(0, 3)):
            case 0:
                data[start : start + length] = piece
            case 1:
                data[start:start] = piece
            case 2:
                del data[start : start + length]
            case _:
                data[start:start] = data[draw(st.integers(0, len(data))) :][: length * 5]
    return bytes(data)


@given(damaged(), st.integers(1, 300))
@settings(max_examples=600)
def test_a_damaged_file_is_read_or_refused(data: bytes, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        survives(data)


PADDING = b" ,\t,\0,\x1a,\xef\xbb\xbf,\xef,\xbb,\xbf,\xbf ,\n,\r\n,\n , \n\t".split(b",")
STRAYS = b"\x0b,\x7f,\xa0,\x85,\xc3\xa0,*,?,',X,~,K3*X~".split(b",")
RUBBISH = st.sampled_from([*PADDING, *STRAYS])


@st.composite
def with_rubbish(draw: st.DrawFn) -> bytes:
    """A remittance, in any layout, with rubbish before some of its segments and in some of its names."""
    segments = draw(remittances()).split(b"~")
    for _ in range(draw(st.integers(1, 5))):
        index = draw(st.integers(0, len(segments) - 1))
        rubbish = b"".join(draw(st.lists(RUBBISH, min_size=1, max_size=3)))
        rubbish_inside = rubbish.replace(b"~", b"")
        name = segments[index].replace(b"NAME", b"N" + rubbish_inside + b"ME")
        name = name.replace(b"CLINIC*", b"CL" + rubbish_inside + b"NIC*").replace(b"CLP*A", b"CLP*" + rubbish_inside)
        segments[index] = draw(st.sampled_from([rubbish + segments[index], name]))
    return b"~".join(segments)


def reading_of(data: bytes, before: int = 0) -> Any:
    """Claims and problems of a reading, or its refusal; offsets are counted from behind what is put before."""
    try:
        with read_835(data) as reader:
            items = [facts(item) for item in reader]
    except X12Error as error:
        return error.args[0], None if error.offset is None else error.offset - before
    return items, [
        attrs.evolve(problem, offset=None if problem.offset is None else problem.offset - before)
        for problem in reader.problems
    ]


@given(with_rubbish() | damaged(), st.integers(1, 400))
@settings(max_examples=600)
def test_chunks_change_no_claim_and_no_problem(data: bytes, chunk: int) -> None:
    whole = reading_of(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        assert reading_of(data) == whole


@given(
    with_rubbish() | damaged() | remittances(),
    st.text(" \t\r\n\0", min_size=1, max_size=400).map(str.encode),
    st.integers(1, 400) | st.just(1 << 16),
)
@settings(max_examples=300)
def test_blanks_before_a_file_change_only_offsets(data: bytes, blanks: bytes, chunk: int) -> None:
    whole = reading_of(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "CHUNK", chunk)
        assert reading_of(blanks + data, len(blanks)) == whole


@given(st.integers(0, 40), st.sampled_from(["~", "\n", "'"]), RUBBISH, RUBBISH, st.integers(0, 1))
def test_rubbish_before_a_tag_is_read_alike_wherever_a_batch_ends(
    shift: int, terminator: str, rubbish: bytes, other: bytes, at: int
) -> None:
    """A batch of 64 KB ends near the rubbish; elsewhere it stands alone or beside other rubbish."""
    assume(terminator.encode() not in rubbish + other)
    segments = [line for line in SMALL.split(b"~") if line]
    place = next(index for index, segment in enumerate(segments) if segment.startswith(b"CAS"))
    segments[place] = rubbish + segments[place]
    near = segments.copy()
    near[place - 1] += b"*X" + other if at else b""
    header = next(index for index, segment in enumerate(segments) if segment.startswith(b"N1*PE"))
    far = near.copy()
    before = len(b"~".join(near[:place]))
    far.insert(header, b"N3*" + b"S" * (segments_module.CHUNK - before - 24 + shift))
    alone, beside, late = (laid_out(b"~".join(each) + b"~", terminator=terminator) for each in (segments, near, far))
    assert claims_of(alone) == claims_of(beside) == claims_of(late)
    known = [problem.code for problem in problems_of(alone)]
    assert [problem.code for problem in problems_of(beside)] == known
    assert [problem.code for problem in problems_of(late) if problem.code != "wrong_count"] == [
        code for code in known if code != "wrong_count"
    ]


@given(st.lists(st.sampled_from(SMALL.decode().split("~")[:-1]), max_size=30))
def test_segments_in_any_order_are_read_or_refused_and_told_in_their_places(segments: list[str]) -> None:
    data = "".join(f"{segment}~" for segment in [SMALL.decode().split("~")[0], *segments]).encode()
    survives(data)
    try:
        check_places(data, problems_of(data))
    except X12Error:
        return


@given(remittances(), st.data())
def test_a_cut_leaves_the_claims_before_it_and_one_problem(data: bytes, draw: st.DataObject) -> None:
    cut = draw.draw(st.integers(1, len(data) - 1))
    whole = claims_of(data)
    reader = read_835(data[:cut])
    found = list(reader)
    assert all(item.complete for item in found[:-1])
    numbers = [item["control_number"] for item in whole]
    assert [item.control_number for item in found] == numbers[: len(found)]
    assert len(reader.problems) == 1
