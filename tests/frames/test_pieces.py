"""A large file in pieces that are read without each other: the rows of every table are those of the whole file."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames
from sequestration._audit.jobs.planned_pieces import PlannedPiece, plan_pieces
from sequestration.frames._files import spark_options
from sequestration.frames._files.remittance_rows import FileRows, Judging
from sequestration.frames._files.schemas import columns_of
from tests.audit.test_jobs import LAYOUTS, damaged, made_claim, made_file
from tests.making import RIGHT, claim, interchange, laid_out, line, transaction

TABLES = tuple(frames.TABLES)
pytestmark = pytest.mark.filterwarnings("ignore::sequestration.SequestrationWarning")
DOUBTS = ("plan_missing", "payer_name_against")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides on the encoding of a file is as much less as the pieces are smaller."""
    monkeypatch.setattr("sequestration._x12.segments._FIRST_LOOK", 300)


def rows(source: Any, table: str, keep: str = "all") -> list[Any]:
    read = FileRows(source, table, Judging(keep))
    return [row for batch in read.batches(50) for row in batch]


def rows_of_pieces(pieces: list[PlannedPiece], table: str, keep: str = "all") -> list[Any]:
    """The rows of pieces that are sent to other processes."""
    return [row for piece in pieces for row in rows(pickle.loads(pickle.dumps(piece)), table, keep)]


def once(problems: list[Any]) -> list[Any]:
    """Problems with each doubt about a payer once: a file reports it once, and so does each of its pieces."""
    names = list(columns_of("problems"))
    file, code, text = map(names.index, ("file", "code", "text"))
    seen: set[tuple[str, str]] = set()
    kept = []
    for row in problems:
        doubt = row[file], row[text]
        if row[code] not in DOUBTS or doubt not in seen:
            kept.append(row)
        if row[code] in DOUBTS:
            seen.add(doubt)
    return kept


def assert_same_tables(path: Path, pieces: list[PlannedPiece], keep: str = "all") -> None:
    for table in TABLES:
        found, wanted = rows_of_pieces(pieces, table, keep), rows([str(path)], table, keep)
        assert (once(found) if table == "problems" else found) == wanted, table


def large(pick: Random, *, interchanges: int, transactions: int, layout: dict[str, Any] | None = None) -> bytes:
    """Interchanges whose remittances have numbers of their own."""
    made = []
    for number in range(interchanges):
        names = [f"{number}-{place}" for place in range(transactions)]
        of_it = [
            transaction(
                *(made_claim(pick, f"A{name}-{each}") for each in range(pick.randint(1, 8))),
                trace=f"E{name}",
                provider_adjustments=["PLB*1234567893*20241231*WO:P1*5"] * pick.randint(0, 2),
                number=f"{place:04d}",
            )
            for place, name in enumerate(names)
        ]
        made.append(laid_out(interchange(*of_it), **(layout or {})))
    return b"".join(made)


def damaged_file(pick: Random) -> bytes:
    """Several interchanges, each in a layout and perhaps damaged in its own way, or a file that is made otherwise."""
    if pick.random() < 0.2:
        return made_file(pick)
    made = []
    for number in range(pick.randint(1, 4)):
        data = large(pick, interchanges=1, transactions=pick.randint(1, 8)).replace(b"*E0-", b"*E%d-" % number)
        made.append(damaged(pick, data))
    return b"".join(made)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(seed=st.integers(0, 2**32), size=st.sampled_from((300, 1_500, 4_000)), keep=st.sampled_from(("wrong", "all")))
def test_pieces_have_the_rows_of_their_file(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int, keep: str
) -> None:
    """Whatever is damaged, repeated or laid out otherwise in it."""
    path = tmp_path_factory.mktemp("file") / "a.835"
    path.write_bytes(damaged_file(Random(seed)))
    pieces = plan_pieces(path, size)
    assume(pieces)  # About one file in four stays whole.

    assert_same_tables(path, pieces, keep)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_is_divided_in_every_layout(layout: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(large(Random(1), interchanges=2, transactions=9, layout=layout))
    pieces = plan_pieces(path, 3_000)

    assert len(pieces) >= 4
    assert_same_tables(path, pieces)


def test_pieces_are_all_of_the_file_and_none_is_small(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    other = {"element": "|", "component": ">", "terminator": "!"}
    path.write_bytes(
        large(Random(1), interchanges=2, transactions=9)
        + large(Random(2), interchanges=9, transactions=1, layout=other).replace(b"|E", b"|F")
    )
    pieces = plan_pieces(path, 5_000)

    ends = [each.piece.end for each in pieces]
    assert [each.piece.offset for each in pieces] == [0, *ends[:-1]]
    assert ends[-1] is None
    assert all(end - each.piece.offset >= 5_000 for each, end in zip(pieces, ends, strict=True) if end is not None)
    starts = [path.read_bytes()[each.piece.offset :][:3] for each in pieces]
    assert set(starts[1:]) == {b"ST*", b"ST|", b"ISA"}
    assert [each.before.transactions for each in pieces] == sorted({each.before.transactions for each in pieces})
    assert_same_tables(path, pieces)


def test_what_the_end_of_an_envelope_shows_is_reported_once(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    data = large(Random(1), interchanges=2, transactions=9)
    path.write_bytes(data.replace(b"GE*9*1~", b"GE*8*1~").removesuffix(b"IEA*1*000000001~"))
    pieces = plan_pieces(path, 5_000)
    code = list(columns_of("problems")).index("code")
    codes = [row[code] for row in rows_of_pieces(pieces, "problems")]

    assert len(pieces) >= 3
    assert codes.count("wrong_count") == 2
    assert codes.count("missing_trailer") == 1
    assert_same_tables(path, pieces)


def _twice(data: bytes) -> bytes:
    return data.replace(b"*E0-8*", b"*E0-2*").replace(b"*E1-8*", b"*E0-2*")


def _long_claim(data: bytes) -> bytes:
    lines = b"".join(b"SVC*HC:99213*1*1**1~DTM*472*20240301~REF*6R*%d~" % number for number in range(4_000))
    return data.replace(b"SE*", lines + b"SE*", 1)


def _long_segment(data: bytes) -> bytes:
    return data.replace(b"N1*PE*", b"N1*PE*" + b"X" * 150_000, 1)


@pytest.mark.parametrize("change", [_twice, _long_claim, _long_segment, gzip.compress, lambda data: data[:150]])
def test_a_file_that_must_be_read_as_a_whole(change: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    same = [claim(f"A-{number}", line("99213", "150", "78.40", RIGHT)) for number in range(3)]
    data = b"".join(
        interchange(*(transaction(*same, trace=f"E{number}-{place}") for place in range(9))) for number in range(2)
    )
    path.write_bytes(data)
    assert len(plan_pieces(path, 3_000)) > 3

    path.write_bytes(change(data))
    assert plan_pieces(path, 3_000) == []


def test_no_file_has_no_pieces(tmp_path: Path) -> None:
    (tmp_path / "b.835").write_bytes(b"This is a letter.")

    assert plan_pieces(tmp_path, 300) == plan_pieces(tmp_path / "a.835", 300) == []
    assert plan_pieces(tmp_path / "b.835", 300) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_file_that_changes_after_the_plan_is_an_error(table: str, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    data = large(Random(1), interchanges=1, transactions=9)
    path.write_bytes(data)
    pieces = plan_pieces(path, 3_000)
    end = pieces[0].piece.end
    assert end is not None

    for other in (data + b"\n", data[: end - 1] + b"S" + data[end:]):
        path.write_bytes(other)
        with pytest.raises(seq.SequestrationError, match=r"a\.835 was changed while it was read"):
            rows(pieces[0], table)


def test_a_file_that_is_gone_is_a_row_of_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(large(Random(1), interchanges=1, transactions=9))
    pieces = plan_pieces(path, 3_000)
    path.unlink()

    assert ["unreadable" in row for row in rows(pieces[1], "problems")] == [True]
    with pytest.warns(seq.SequestrationWarning, match="1 of 1 files could not be read"):
        assert rows(pieces[1], "claims") == []


def test_the_number_of_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is divided if other tasks would wait for it, or if a size of tasks is asked for."""
    monkeypatch.setattr(spark_options, "MIN_PIECE", 1)
    monkeypatch.setattr(spark_options, "_BYTES_OF_A_TASK", 6_000)
    data = large(Random(1), interchanges=1, transactions=20)
    for number in range(20):
        (tmp_path / f"{number:02d}.835").write_bytes(data)
    files = sorted(map(str, tmp_path.iterdir()))
    least = len(data) // 6_000 - 2

    def tasks(files: list[str], **given: str) -> list[Any]:
        options = spark_options.SourceOptions.of({"paths": "[]", **given})
        return list(options.tasks(files))

    assert len(data) > 12_000
    assert len(tasks(files[:1])) >= least
    assert len(tasks(files[:1], bytes_per_task="600000")) == 1
    assert tasks(files) == [[file] for file in files]
    assert len(tasks(files, bytes_per_task="6000")) >= 20 * least
    assert tasks(files[:2], files_per_task="1") == [[files[0]], [files[1]]]
    with pytest.raises(seq.InvalidArgument, match="bytes_per_task must be a positive whole number, not 'much'"):
        tasks(files, bytes_per_task="much")


def test_a_task_cannot_be_too_small() -> None:
    with pytest.raises(seq.InvalidArgument, match="bytes_per_task must be at least 1000000, not 999999"):
        spark_options.SourceOptions.of({"paths": "[]", "bytes_per_task": "999999"})
