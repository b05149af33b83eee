"""Where a large file is cut: at the last transaction of each stretch, in the state that a reader has there."""

from __future__ import annotations

import gzip
import io
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sequestration._x12 import parser as parser_module
from sequestration._x12.borders import Border, Piece, PieceFile, divide_file, is_plain
from sequestration._x12.delimiters import Delimiters
from sequestration._x12.reader import PieceReader
from sequestration._x12.segments import StreamState
from sequestration._x12.state import OpenEnvelope
from tests.making import RIGHT, claim, interchange, laid_out, line, transaction

LAYOUTS: list[dict[str, Any]] = [
    {},
    {"after": "\n"},
    {"after": "\r\n"},
    {"after": "\n" + " " * 14},
    {"terminator": "\n"},
    {"element": "|", "component": ">", "terminator": "!"},
    {"element": "~", "component": ":", "terminator": "'"},
]


def grouped(*sizes: int, letter: str = "") -> bytes:
    """An interchange with a group for each size, of as many transactions; `letter` is in a claim of each."""
    segments: list[str] = []
    for group, size in enumerate(sizes):
        segments.append(f"GS*HP*MEDICAREMAC*EXAMPLECLINIC*2024031{group}*1200*{group + 1}*X*005010X221A1")
        for place in range(size):
            item = claim(f"{letter}{group}-{place}", line("99213", "150", "78.40", RIGHT))
            segments += transaction(item, number=f"{group}{place:03}", payer="LOUISA*ST PAYER")
        segments.append(f"GE*{size}*{group + 1}")
    data = interchange().decode().split("~")
    return "~".join([data[0], *segments, f"IEA*{len(sizes)}*000000001", ""]).encode("latin-1")


def pieces_of(path: Path, size: int) -> list[Piece]:
    """The pieces of a file, each of which was read and found to go on where the next one begins."""
    pieces = list(divide_file(path, size))
    for piece, following in pairwise(pieces):
        with path.open("rb") as stream:
            stream.seek(piece.offset)
            reader = PieceReader(stream, piece)
            list(reader.claims_and_ends())
            border = reader.border
        assert border is not None
        assert following.start is not None
        assert border.is_continued_by(following.start), (border, following.start)
    return pieces


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [1_500, 1_501, 1_777, 2_500])
def test_each_border_is_the_last_transaction_that_begins_in_its_stretch(
    layout: dict[str, Any], size: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.835"
    data = laid_out(grouped(3, 1, 6, 2, 5), **layout)
    path.write_bytes(data)
    mark = f"{layout.get('terminator', '~')}{layout.get('after', '')}ST{layout.get('element', '*')}835".encode()
    begun = [at + len(mark) - len("ST*835") for at in range(len(data)) if data.startswith(mark, at)]
    wanted = []
    start = 0
    while start + size <= len(data):
        here = [at for at in begun[1:] if start < at <= start + size - len("ST*")]
        wanted.append(here[-1])
        start = here[-1]

    assert [piece.end for piece in pieces_of(path, size)] == [*wanted, None]
    assert len(wanted) >= 2


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [200, 300, 600])
def test_transactions_that_are_longer_than_a_stretch_are_cut_where_they_can_be(
    layout: dict[str, Any], size: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(laid_out(grouped(3, 1, 6, 2, 5), **layout))

    assert len(pieces_of(path, size)) >= 5


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("between", ["", "\n", "\r\n\r\n", " "])
def test_files_behind_each_other_are_cut_between_them_and_within(
    layout: dict[str, Any], between: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.835"
    other = {"element": "+", "component": "<", "terminator": "\x1c"}
    parts = [laid_out(grouped(*sizes), **how) for sizes, how in (((2, 2), layout), ((3,), other), ((1, 4), layout))]
    path.write_bytes(between.encode().join(parts))
    for size in (1_000, 1_500, 2_500):
        pieces = pieces_of(path, size)
        assert all(piece.end - piece.offset <= size for piece in pieces if piece.end is not None)
        assert len(pieces) >= sum(map(len, parts)) // size, "no stretch is without a border"


@pytest.mark.parametrize("layout", LAYOUTS[:-1])
@pytest.mark.parametrize("first", ["GS", "ST"])
def test_a_file_without_its_first_headers_is_cut_too(layout: dict[str, Any], first: str, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    data = grouped(6, 6)
    path.write_bytes(laid_out(data[data.index(f"{first}*".encode()) :], **layout))

    assert len(pieces_of(path, 1_500)) >= 3


def test_a_border_before_an_interchange_is_where_nothing_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    one = grouped(1)
    path.write_bytes(one * 4)
    pieces = pieces_of(path, len(one) + 120)  # The last ISA of each stretch has no transaction behind it there.

    assert [piece.end for piece in pieces] == [len(one), 2 * len(one), 3 * len(one), None]
    assert [piece.start and piece.start.stream.delimiters for piece in pieces] == [None] * 4


@pytest.mark.parametrize("tail", ["IEA*1*000000001~" + "\n" * 48, "\nIEA*1*1~"])
def test_an_interchange_whose_trailer_is_before_the_next_is_closed(tail: str, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    one = grouped(1).replace(b"IEA*1*000000001~", tail.encode())
    path.write_bytes(one * 3)

    assert [piece.end for piece in divide_file(path, len(one) + 120)] == [len(one), 2 * len(one), None]


@pytest.mark.parametrize("tail", ["", "XIEA*1*1~", "IEA*1*1~\nGE*1*1~", "IEA*1*000000001~" + "\n" * 49])
def test_an_interchange_whose_trailer_is_not_right_before_the_next_may_be_open(tail: str, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    one = grouped(1).replace(b"IEA*1*000000001~", tail.encode())
    path.write_bytes(one * 3)

    assert all(piece.end is None or piece.end % len(one) for piece in divide_file(path, len(one) + 120))


USUAL = Delimiters("*", ":", "~")
CLOSED = OpenEnvelope(groups=1, version="005010X221A1")


@pytest.mark.parametrize(
    ("border", "start", "goes_on"),
    [
        (Border(StreamState(9, USUAL, None), CLOSED), Border(StreamState(9, None, None), OpenEnvelope()), True),
        (Border(StreamState(9, USUAL, True), CLOSED), Border(StreamState(9, None, True), OpenEnvelope()), True),
        (Border(StreamState(9, USUAL, True), CLOSED), Border(StreamState(9, None, None), OpenEnvelope()), False),
        (Border(StreamState(8, USUAL, None), CLOSED), Border(StreamState(9, None, None), OpenEnvelope()), False),
        (
            Border(StreamState(9, USUAL, None), OpenEnvelope(interchange="1")),
            Border(StreamState(9, None, None), OpenEnvelope()),
            False,
        ),
        (
            Border(StreamState(9, USUAL, None), OpenEnvelope(group="1")),
            Border(StreamState(9, None, None), OpenEnvelope()),
            False,
        ),
        (
            Border(StreamState(9, USUAL, None), OpenEnvelope("1", "1", 1, 1)),
            Border(StreamState(9, USUAL, None), OpenEnvelope("1", "1", 1, 1)),
            True,
        ),
        (
            Border(StreamState(9, USUAL, None), OpenEnvelope("1", "1", 1, 1)),
            Border(StreamState(9, USUAL, None), OpenEnvelope("1", "1", 1, 2)),
            False,
        ),
    ],
)
def test_a_piece_counts_only_if_it_began_where_the_one_before_ended(
    border: Border, start: Border, goes_on: bool
) -> None:
    assert border.is_continued_by(start) is goes_on


def test_a_piece_is_read_as_a_file_of_its_own() -> None:
    def opened(piece: Piece) -> PieceFile:
        stream = io.BytesIO(b"0123456789")
        stream.seek(piece.offset)
        return PieceFile(stream, piece)

    first, rest = Piece(end=6), Piece(Border(StreamState(6, None, None), OpenEnvelope()))
    assert opened(first).read() == b"012345"
    assert opened(rest).read() == b"6789"
    assert opened(rest).read(2) == b"67"
    file = opened(first)
    assert [file.read(size) for size in (0, 1, 4, 4, 4, -1)] == [b"", b"0", b"1234", b"5", b"", b""]


def test_blanks_before_a_segment_are_taken_for_padding_up_to_fifteen(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(laid_out(grouped(9), after=" " * 15))
    assert len(list(divide_file(path, 2_000))) > 1
    path.write_bytes(laid_out(grouped(9), after=" " * 16))
    assert list(divide_file(path, 2_000)) == [Piece()]


@pytest.mark.parametrize(("letter", "is_utf8"), [("\xc9", False), ("\xc3\x89", True)])
def test_a_border_has_the_encoding_that_was_decided_before_it(
    letter: str, is_utf8: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sequestration._x12.segments._FIRST_LOOK", 100)
    path = tmp_path / "a.835"
    path.write_bytes(grouped(4) + grouped(4, letter=letter))
    pieces = pieces_of(path, 1_000)
    known = [piece.start.stream.is_utf8 for piece in pieces if piece.start is not None]

    assert known == sorted(known, key=lambda each: each is not None)
    assert known[0] is None
    assert known[-1] is is_utf8


def test_a_piece_is_exact_as_long_as_its_claims_are_far_from_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are looked at once for each batch of segments, and a piece has other batches than its file."""
    path = tmp_path / "a.835"
    half = parser_module.MAX_LINES // 2
    for lines, is_exact in ((half, True), (half + 1, False)):
        body = [f"CLP*A*1*{lines}*{lines}**MB*P*11*1", *["SVC*A*1*1"] * lines]
        path.write_bytes(interchange(["ST*835*0001", *body, f"SE*{len(body) + 2}*0001"]))
        with path.open("rb") as stream:
            reader = PieceReader(stream, Piece())
            found = list(reader.claims_and_ends())

        assert reader.is_exact is is_exact
        assert len(found) == (2 if is_exact else 0)


def test_a_pipe_and_a_compressed_file_are_not_divided(tmp_path: Path) -> None:
    text, packed = tmp_path / "june.835", tmp_path / "june.835.gz"
    text.write_bytes(b"ISA*00")
    packed.write_bytes(gzip.compress(b"ISA*00"))
    read, write = os.pipe()
    os.write(write, b"ISA*00")
    os.close(write)

    with text.open("rb") as of_text, packed.open("rb") as of_packed, open(read, "rb") as of_pipe:
        assert is_plain(of_text)
        assert not is_plain(of_packed)
        assert not is_plain(of_pipe)
