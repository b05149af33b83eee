"""The stream of segments: what a file begins with, batches, positions of segments, bounded memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import BinaryIO, cast

import attrs
import pytest

from sequestration import X12Error
from sequestration._x12 import segments as segments_module
from sequestration._x12.batch import Batch
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.segments import SegmentStream
from tests.making import claim, laid_out, line, remittance

DATA = remittance(
    claim("A-1", line("99213", "150", "78.40", [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")])),
    claim("A-2", line("99214", "80", "80")),
)
USUAL = Delimiters("*", ":", "~")
HEADER = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *240315*1200*^*00501*000000001*0*P"


def nothing_too_long(_beginning: Batch) -> None:
    raise AssertionError("no segment is too long here")


def stream(data: bytes, too_long: Callable[[Batch], None] = nothing_too_long) -> SegmentStream:
    return SegmentStream(io.BytesIO(data), None, too_long)


def segments(data: bytes) -> list[str]:
    return [segment for batch in stream(data) for segment in batch.segments if segment]


# What a file may begin with, and what is none.


@pytest.mark.parametrize("before", ["\xef\xbb\xbf", "\n\r\n", "\t  ", "\0\0", "\xef\xbb\xbf \n", "\n" * 200_000])
def test_a_mark_or_blanks_before_the_first_segment(before: str) -> None:
    batches = list(stream(before.encode("latin-1") + DATA))
    assert [s for batch in batches for s in batch.segments] == DATA.decode().split("~")[:-1]
    assert batches[0].place(0) == (len(before), 1)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\x1f\x8b\x08\0", "gzip"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'{"claims": []}', "JSON"),
        (b"[1, 2]", "JSON"),
        (b"Dear PATIENTNAME", "does not begin with an ISA, GS or ST segment"),
        (b"ISABEL*PATIENTNAME", "does not begin with an ISA, GS or ST segment"),
        (b"GSX", "does not begin with an ISA, GS or ST segment"),
    ],
)
def test_what_is_no_x12_is_said_and_not_shown(data: bytes, word: str) -> None:
    with pytest.raises(X12Error, match=word) as caught:
        stream(data)
    assert str(caught.value).startswith("Not an 835: ")
    assert "PATIENTNAME" not in repr(caught.value)


# Batches and places.


@pytest.mark.parametrize(
    ("terminator", "after", "before"),
    [
        ("~", "", ""),
        ("~", "\n", ""),
        ("~", "\r\n", ""),
        ("~", "\r", ""),
        ("~", "\r\n\r\n", ""),
        ("~", "\n", "    "),
        ("~", "\n", "\t"),
        ("\n", "", ""),
        ("\n", "", "  \t"),
        ("\n", "\n\n", ""),
        ("\r", "\n", ""),
        ("\x1e", "", ""),
        ("~", "\0\0\0", ""),
        ("~", "", "\xef\xbb\xbf"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 107, 1 << 16])
def test_segments_and_their_places_in_every_layout(
    monkeypatch: pytest.MonkeyPatch, terminator: str, after: str, before: str, chunk: int
) -> None:
    monkeypatch.setattr(segments_module, "CHUNK", chunk)
    plain = DATA.decode().split("~")[:-1]
    data = laid_out(DATA, terminator=terminator, after=after, before=before)
    found = []
    for batch in stream(data):
        for index, segment in enumerate(batch.segments):
            if segment:
                offset, number = batch.place(index)
                found.append((segment, number))
                assert data[offset : offset + len(segment)].decode("latin-1") == segment
                assert batch.tag(index) == segment.split("*")[0]
                alone = attrs.evolve(batch)  # A batch that was not asked about any other segment.
                assert alone.place(index - len(batch.segments)) == (offset, number)
        assert batch.next_number == len(found) + 1
    assert found == [(segment, number) for number, segment in enumerate(plain, 1)]


def test_a_batch_shows_none_of_its_segments() -> None:
    text = "NM1*QC*1*DOE~CLP*1"
    batch = Batch(text, text, USUAL, 0, 1)

    assert batch.segments == ["NM1*QC*1*DOE", "CLP*1"]
    assert "DOE" not in repr(batch)
    assert "DOE" not in repr(batch.part(batch.segments, 0, before_claim=False))


def test_segments_of_a_part_are_at_the_places_of_its_batch() -> None:
    text = "SVC*1~CAS*2~~DTM*3~AMT*4"
    batch = Batch(text, text, USUAL, 100, 7)
    part = batch.part(batch.segments[1:4], 1, before_claim=False)

    assert [part.place(index) for index in range(3)] == [(106, 8), (112, 9), (113, 9)]
    assert [part.place(index) for index in range(-3, 0)] == [(106, 8), (112, 9), (113, 9)]
    assert [part.number(index) for index in range(3)] == [8, 9, 9]


def test_a_tag_is_shown_only_where_it_is_one() -> None:
    text = "SVC*1~DOE*JOHN~SV~CLP"
    batch = Batch(text, text, USUAL, 0, 1)
    assert [batch.tag(index) for index in range(4)] == ["SVC", None, None, None]


@pytest.mark.parametrize("chunk", [1, 5, 64, 1 << 16])
@pytest.mark.parametrize("padding", ["", "\n", "\0" * 500, "\x1a", "\r\n\x1a\0\0"])
def test_padding_behind_the_last_segment_is_no_tail(monkeypatch: pytest.MonkeyPatch, chunk: int, padding: str) -> None:
    monkeypatch.setattr(segments_module, "CHUNK", chunk)
    source = stream(DATA + padding.encode("latin-1"))
    list(source)
    assert source.tail == ""
    source = stream(DATA + b"IEA*1\r\n*2" + padding.encode("latin-1"))
    list(source)
    assert source.tail == "IEA*1*2"
    assert source.beginning().place(0) == (len(DATA), DATA.count(b"~") + 1)


@pytest.mark.parametrize("padding", ["", "\n", "\r\n", " ", "   ", "\n \t "])
def test_a_batch_ends_before_the_last_claim_that_is_read_so_far(padding: str) -> None:
    data = laid_out(DATA * 3, after=padding) if padding else DATA * 3
    (first, *_), (last, *_) = ([*stream(part)] for part in (laid_out(DATA, after=padding), data))
    found = DATA.decode().split("~")

    assert first.segments == found[: found.index(next(each for each in found if each.startswith("CLP*A-2")))]
    assert first.before_claim
    assert not last.before_claim, "an interchange ends where the next one begins"


# Several interchanges.


def interchanges() -> tuple[bytes, list[Delimiters]]:
    """Interchanges with separators of their own, behind each other in odd ways."""
    kinds = [
        Delimiters("*", ":", "~"),
        Delimiters("|", ">", "\n"),
        Delimiters("~", ":", "'"),
        Delimiters("\x1d", "\x1f", "\x1c"),
        Delimiters("*", "<", "\r"),
        Delimiters("+", ":", "!"),
    ]
    between = [b"", b"\n", b"\xef\xbb\xbf", b"\r\n\0\0", b"", b""]
    parts = []
    for kind, more in zip(kinds, between, strict=True):
        data = laid_out(DATA, element=kind.element, component=kind.component, terminator=kind.terminator)
        if kind.element == "\x1d":
            data = data[:-1]  # an IEA without its terminator
        parts.append(data + more)
    return b"".join(parts), kinds


@pytest.mark.parametrize("chunks", [range(start, start + 50) for start in range(1, 301, 50)])
def test_interchanges_with_separators_of_their_own_at_any_chunk(
    monkeypatch: pytest.MonkeyPatch, chunks: Iterable[int]
) -> None:
    data, kinds = interchanges()
    plain = DATA.decode().split("~")[:-1]
    monkeypatch.setattr(segments_module, "_FIRST_LOOK", 300)
    for chunk in [*chunks, 1 << 16]:
        monkeypatch.setattr(segments_module, "CHUNK", chunk)
        found: list[Delimiters] = []
        texts = []
        for batch in stream(data):
            if not found or found[-1] != batch.delimiters:
                found.append(batch.delimiters)
            kind = batch.delimiters
            texts += [s.replace(kind.element, "*").replace(kind.component, ":") for s in batch.segments if s]
        assert found == kinds, chunk
        assert texts == plain * len(kinds), chunk


def test_an_isa_inside_a_name_is_no_header() -> None:
    names = b"NM1*QC*1*LISA*ISA*ISA~N1*PR*ISA*00*A*00*A*ZZ*A*ZZ*A*1*1*^*0*1*0*P*:~"
    data = DATA.replace(b"LX*1~", names + b"LX*1~")
    assert segments(data) == data.decode().split("~")[:-1]


def test_an_isa_that_shows_no_separators_is_an_ordinary_segment_behind_the_first() -> None:
    data = DATA + b"ISA*00*short~" + DATA
    assert segments(data) == data.decode().split("~")[:-1]


# What has no end.


class Endless(io.RawIOBase):
    """A file that is made while it is read, so that nothing but the reader holds it."""

    def __init__(self, start: bytes, again: bytes, times: int, end: bytes) -> None:
        self._pieces = iter([start, *([again] * times), end])

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def test_a_segment_without_end_is_passed_over_and_not_kept() -> None:
    told: list[tuple[int, int]] = []
    start, end = DATA[:-16], DATA[-16:]
    assert end == b"IEA*1*000000001~"
    endless = Endless(start + b"NTE*", b"x" * 65_536, 100, b"~" + end)
    source = SegmentStream(cast(BinaryIO, endless), None, lambda beginning: told.append(beginning.place(0)))
    found, most = [], 0
    for batch in source:
        found += batch.segments
        most = max(most, len(source._text))
    count = DATA.count(b"~")
    assert told == [(len(start), count)]
    assert [segment for segment in found if segment] == DATA.decode().split("~")[:-1]
    assert most <= segments_module.MAX_SEGMENT_LENGTH + 2 * segments_module.CHUNK
    assert source.number == count + 2


@pytest.mark.slow
def test_endless_padding_is_not_kept() -> None:
    source = SegmentStream(cast(BinaryIO, Endless(DATA, b"\0" * 65_536, 100, b"")), None, nothing_too_long)
    for _ in source:
        assert len(source._text) <= segments_module.CHUNK + 2 * 65_536
    assert source.tail == ""
    assert source.bytes_read == len(DATA) + 65_536 * 100


def calls_of(action: Callable[[], object]) -> int:
    """How many calls something takes: a measure of work that no other process disturbs."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        HEADER.encode() + b"*:~",
        HEADER.encode() + b"*:",
        b"ISA*",
        b"ISA*~",
        b"IEA*1*1~ISA*~",
        b"*",
        b"~",
        b" ~",
        b"\n",
        b"x",
    ],
)
def test_work_grows_with_the_file_and_no_faster(piece: bytes) -> None:
    def read(times: int) -> Callable[[], object]:
        source = stream(DATA + piece * times, lambda beginning: None)
        return lambda: sum(len(batch.segments) for batch in source)

    once, twice = calls_of(read(40_000 // len(piece))), calls_of(read(80_000 // len(piece)))
    assert twice <= 2.2 * once + 100


@pytest.mark.slow
def test_very_many_headers_in_little_room() -> None:
    headers = Endless(b"\n", (HEADER.encode() + b"*:~") * 100, 1000, b"")
    source = SegmentStream(cast(BinaryIO, headers), None, nothing_too_long)
    found = 0
    for batch in source:
        found += 1
        assert len(batch.raw) < 200
        assert len(source._text) <= 2 * segments_module.CHUNK + 2048
    assert found == 100_000


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_stream_that_gives_little_at_a_time(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            return super().read(size)

    source = SegmentStream(Slow(DATA), None, nothing_too_long)
    assert [s for batch in source for s in batch.segments] == DATA.decode().split("~")[:-1]


@pytest.mark.parametrize(("text", "last"), [("A", 0), ("A~B", 1), ("A~B~", 1), ("A~~B~~", 2), ("~", 0)])
def test_the_last_segment_of_a_batch_is_not_blank(text: str, last: int) -> None:
    assert Batch(text, text, USUAL, 0, 1).last == last
