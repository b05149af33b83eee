"""Files in several processes: the same audit as in one, to the last byte, whatever is cut or put together where.

The tasks run in this process, but what they are given and give back is pickled as for another one.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration._audit.file_audit import CheckOptions, Keep
from sequestration._audit.jobs import files, pieces, tasks
from sequestration._runtime.interrupts import Interrupts
from sequestration._runtime.workers import LostItem
from sequestration._x12.borders import divide_file
from tests.making import RIGHT, Claim, Triple, claim, interchange, laid_out, line, transaction

TOO_LARGE: Sequence[Triple] = (("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20"))
A_CENT_OFF: Sequence[Triple] = (("CO", "45", "50"), ("CO", "253", "1.61"), ("PR", "2", "20"))
NOT_TAKEN: Sequence[Triple] = (("CO", "45", "50"), ("PR", "2", "20"))
LAYOUTS: Sequence[dict[str, Any]] = (
    {},
    {"after": "\n"},
    {"after": "\r\n"},
    {"terminator": "\n"},
    {"terminator": "\n", "after": "\n"},
    {"element": "|", "component": ">", "terminator": "!"},
    {"element": "~", "component": ":", "terminator": "'"},
    {"element": "*", "component": "\x1f", "terminator": "\x1c", "after": "\r\n"},
    {"before": " "},
    {"wrap": 80},
)
DAMAGE = (*["nothing"] * 9, "no SE", "no GE", "no IEA", "a count", "cut off", "a segment", "an 837", "no ISA", "an é")


@pytest.fixture
def pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks run in this process, and no file is too small to be shared."""
    monkeypatch.setattr(tasks, "run_in_processes", _run_pickled)
    monkeypatch.setattr(tasks, "_MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr(tasks, "MIN_BYTES_TO_DIVIDE", 0)
    monkeypatch.setattr(tasks, "_MIN_BYTES_TO_DIVIDE_OF_SEVERAL", 0)
    monkeypatch.setattr("sequestration._x12.segments._FIRST_LOOK", 300)  # As much less as the pieces are smaller.


def _run_pickled(function: Callable[[Any], Any], items: Iterable[Any], _jobs: int, **_helps: bool) -> Iterator[Any]:
    for item in list(items):
        task, given = pickle.loads(pickle.dumps((function, item)))
        yield pickle.loads(pickle.dumps(task(given)))


class OneProcess:
    """Counts the files that are read in one process after all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = 0
        monkeypatch.setattr(tasks, "audit_file", self._count(files.audit_file))
        monkeypatch.setattr(tasks, "audit_or_problem", self._count(files.audit_or_problem))

    def _count(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            self.read += 1
            return function(*given)

        return counted


def made_claim(pick: Random, number: str) -> Claim:
    """A claim that is right, or wrong in some way."""
    adjustments, paid = pick.choice(
        ((RIGHT, "78.40"), (RIGHT, "78.40"), (TOO_LARGE, "76.80"), (A_CENT_OFF, "78.39"), (NOT_TAKEN, "80"))
    )
    lines = [
        line("99213", "150", paid, adjustments, on=pick.choice(("20240301", "20200601", "20220415", "2024031")))
        for _ in range(pick.randint(1, 2))
    ]
    if pick.random() < 0.1:
        return claim(number, *lines, status="22", charge="-150", paid="-78.40")
    if pick.random() < 0.1:
        return claim(number, *lines, paid="1.00")
    plan = "16" if pick.random() < 0.1 else "" if pick.random() < 0.05 else "MB"
    return claim(number, *lines, plan=plan, original="P1" if pick.random() < 0.1 else None)


def made_file(pick: Random, name: str = "T") -> bytes:
    """Interchanges with transactions, some of them damaged, repeated, or laid out otherwise."""
    interchanges: list[bytes] = []
    for number in range(pick.randint(1, 3)):
        transactions = []
        for place in range(pick.randint(1, 6)):
            claims = [made_claim(pick, f"{name}{number}-{place}-{each}") for each in range(pick.randint(1, 6))]
            trace = f"E{pick.randint(1, 3)}" if pick.random() < 0.3 else f"{name}{number}-{place}"
            plb = ["PLB*1234567893*20241231*WO:P1*5"] * pick.randint(0, 2)
            payer = pick.choice(("EXAMPLE MEDICARE CONTRACTOR", "GOOD HEALTH PLAN", "LOUISA ST*835 PAYER"))
            transactions.append(
                transaction(*claims, trace=trace, payer=payer, provider_adjustments=plb, number=f"{place:04d}")
            )
            if pick.random() < 0.2:
                transactions.append(list(transactions[-1]))
        interchanges.append(damaged(pick, interchange(*transactions)))
    return b"".join(interchanges)


def damaged(pick: Random, data: bytes) -> bytes:
    """An interchange in some layout, with some damage."""
    segments = data.decode().split("~")[:-1]
    at = pick.randrange(1, len(segments))
    what = pick.choice(DAMAGE)
    for tag in ("SE", "GE", "IEA"):
        if what == f"no {tag}":
            found = [place for place, segment in enumerate(segments) if segment.startswith(f"{tag}*")]
            del segments[pick.choice(found)]
    if what == "no ISA":
        segments = segments[1:]
    elif what == "a count":
        segments[-2] = "GE*99*1"
    elif what == "a segment":
        segments.insert(at, pick.choice(("XX*1", "", "ST*835", "SE*1*2", "NM1*QC*1*ISA*ST*835", "ISA*00", "CLP*A*1")))
    elif what == "an 837":
        segments[2:2] = ["ST*837*0009", "BHT*0019", "SE*3*0009"]
    elif what == "an é":
        segments.insert(at, pick.choice(("N1*PR*CAFÉ", "N1*PR*CAF\xc3\x89", "NM1*QC*1*É")))
    layout = pick.choice(LAYOUTS)
    text = "".join(f"{segment}~" for segment in segments).encode("latin-1")
    if "ISA" not in text.decode("latin-1")[:3] and layout.get("element") == "~":
        layout = {}
    text = laid_out(text, **layout)
    return text[: pick.randrange(len(text))] if what == "cut off" else text


def assert_same(one: seq.Audit, several: seq.Audit) -> None:
    assert several.to_dict() == one.to_dict()
    assert several == one
    assert several.by_claim() == one.by_claim()
    assert list(several.remittances) == list(one.remittances)


def checked(path: Any, **options: Any) -> seq.Audit | str:
    try:
        return seq.check_835(path, **options)
    except seq.X12Error as error:
        return str(error)


@pytest.mark.slow
@pytest.mark.usefixtures("pickled")
@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32),
    size=st.sampled_from((600, 1_500, 4_000)),
    limit=st.sampled_from((0, 1, 3, 10_000)),
    keep=st.sampled_from(("wrong", "all")),
)
def test_pieces_of_a_file_join_to_its_audit(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int, limit: int, keep: str
) -> None:
    same_in_pieces(tmp_path_factory.mktemp("file"), seed, size, limit=limit, keep=keep)


@pytest.mark.usefixtures("pickled")
@pytest.mark.parametrize("seed", range(12))
def test_pieces_of_some_files_join_to_their_audits(seed: int, tmp_path: Path) -> None:
    """Quick, and the same ones each time."""
    same_in_pieces(tmp_path, seed, (600, 1_500)[seed % 2], limit=(1, 10_000)[seed // 2 % 2])


def same_in_pieces(folder: Path, seed: int, size: int, **options: Any) -> None:
    path = folder / "a.835"
    path.write_bytes(made_file(Random(seed)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "divide_file", partial(divide_file, size=size))
        one, two = (checked(path, jobs=jobs, **options) for jobs in (1, 2))

    if isinstance(one, str) or isinstance(two, str):
        assert two == one
    else:
        assert_same(one, two)


@pytest.mark.slow
@pytest.mark.usefixtures("pickled")
@settings(deadline=None)
@given(seed=st.integers(0, 2**32), pack=st.sampled_from((1, 3_000, 20_000)), limit=st.sampled_from((0, 2, 10_000)))
def test_packs_of_files_join_to_the_audit_of_their_folder(
    tmp_path_factory: pytest.TempPathFactory, seed: int, pack: int, limit: int
) -> None:
    same_in_packs(tmp_path_factory.mktemp("folder"), seed, pack, limit=limit)


@pytest.mark.usefixtures("pickled")
@pytest.mark.parametrize("seed", range(12))
def test_packs_of_some_files_join_to_the_audits_of_their_folders(seed: int, tmp_path: Path) -> None:
    """Quick, and the same ones each time."""
    payers = {"11502": "contract"} if seed % 4 == 3 else None
    same_in_packs(tmp_path, seed, (3_000, 20_000)[seed % 2], limit=(2, 10_000)[seed // 2 % 2], payers=payers)


def same_in_packs(folder: Path, seed: int, pack: int, **options: Any) -> None:
    pick = Random(seed)
    made = [made_file(pick, f"F{number}") for number in range(pick.randint(2, 6))]
    for number in range(pick.randint(2, 9)):
        (folder / f"{number}.835").write_bytes(pick.choice(made))
    sources: list[Path | bytes] = [*sorted(folder.iterdir()), folder / "none.835"]
    if pick.random() < 0.5:
        sources.insert(pick.randrange(len(sources)), pick.choice(made))
        sources.append(pick.choice([each for each in sources if isinstance(each, Path)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "_BYTES_OF_A_PACK", pack)
        patch.setattr(tasks, "_MIN_BYTES_TO_DIVIDE_OF_SEVERAL", pick.choice((0, 1 << 40)))
        patch.setattr(tasks, "divide_file", partial(divide_file, size=2_000))
        one, two = (seq.check_835(sources, jobs=jobs, **options) for jobs in (1, 2))

    assert_same(one, two)


@pytest.mark.usefixtures("pickled")
@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if "wrap" not in layout])
def test_a_file_that_is_right_is_read_once(
    layout: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read again in one process, so that sharing the file pays."""
    pick = Random(1)

    def made(name: str) -> list[str]:
        return transaction(*(made_claim(pick, f"{name}-{each}") for each in range(5)), trace=name)

    interchanges = [interchange(*(made(f"{number}-{place}") for place in range(8))) for number in range(3)]
    path = tmp_path / "a.835"
    path.write_bytes(b"".join(laid_out(data, **layout) for data in interchanges))
    monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=3_000))
    one = seq.check_835(path)
    again = OneProcess(monkeypatch)
    told: list[tuple[int, int]] = []
    two = seq.check_835(path, jobs=2, progress=lambda *done: told.append(done))

    assert len(list(divide_file(path, 3_000))) >= 4
    assert again.read == 0
    assert_same(one, two)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert told == sorted(told)


@pytest.mark.usefixtures("pickled")
@pytest.mark.parametrize(
    ("letter", "last"), [(b"\xc9", "P8\u00c3\x89"), (b"\xc3\x89", "P8\u00c9")], ids=["Latin-1", "UTF-8"]
)
def test_the_first_letter_beyond_ascii_sets_the_encoding_of_all_pieces(
    letter: bytes, last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here it is in an ST, the first segment of a piece."""
    wrong = [claim(f"P{number}", line("99213", "150", "76.80", TOO_LARGE)) for number in range(9)]
    data = interchange(*(transaction(each, trace=f"E{at}", number=f"000{at}") for at, each in enumerate(wrong)))
    path = tmp_path / "a.835"
    path.write_bytes(data.replace(b"0004", b"004" + letter).replace(b"P8", b"P8\xc3\x89"))
    monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=100))
    one, two = (seq.check_835(path, jobs=jobs) for jobs in (1, 2))

    assert len(list(divide_file(path, 100))) >= 9
    assert one.findings[-1].claim == last
    assert_same(one, two)


@pytest.mark.usefixtures("pickled")
def test_findings_of_pieces_are_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(made_file(Random(3)) * 3)
    monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=1_000))
    kept, taken = seq.check_835(path), list[seq.Finding]()
    audit = seq.check_835(path, jobs=2, findings_to=taken.extend)

    assert taken == kept.findings != []
    assert audit.to_dict() == kept.to_dict() | {"findings": []}


@pytest.mark.usefixtures("pickled")
def test_a_file_that_cannot_be_joined_is_read_in_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of transactions of the group includes one that only the reader finds, as its tag is cut in two."""
    parts = [
        transaction(*(claim(f"{n}-{k}", line("99213", "150", "78.40", RIGHT)) for k in range(9)), trace=f"T{n}")
        for n in range(9)
    ]
    path = tmp_path / "a.835"
    path.write_bytes(interchange(*parts).replace(b"~ST*835", b"~S\nT*835", 3).replace(b"~S\nT*835", b"~ST*835", 1))
    monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=3_000))
    monkeypatch.setattr("sequestration._x12.borders._FIRST_LOOK", 100)
    one = seq.check_835(path)
    again = OneProcess(monkeypatch)
    told: list[tuple[int, int]] = []
    two = seq.check_835(path, jobs=2, progress=lambda *done: told.append(done))

    assert again.read == 1
    assert_same(one, two)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)
    assert told == sorted(told)


@pytest.mark.parametrize("start", [b"", b"\x1f\x8b", b"PK\x03\x04", b"%PDF", b"CLP*1*1*2*3~SVC*HC:99213*1*1~"])
def test_what_is_no_plain_file_is_one_piece(start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(start + (interchange(*[transaction(claim("A"))] * 99) if start else b""))

    assert [(piece.start, piece.end) for piece in divide_file(path, 500)] == [(None, None)]
    assert [(piece.start, piece.end) for piece in divide_file(tmp_path / "none", 500)] == [(None, None)]


@pytest.mark.usefixtures("pickled")
def test_a_lost_piece_is_a_problem_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(made_file(Random(3)) * 3)

    def lose_the_second(
        function: Callable[[Any], Any], items: Iterable[Any], _jobs: int, **_helps: bool
    ) -> Iterator[Any]:
        for number, item in enumerate(list(items)):
            yield LostItem(item) if number == 1 else function(item)

    monkeypatch.setattr(tasks, "run_in_processes", lose_the_second)
    monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=1_000))
    audit = seq.check_835(path, jobs=2)

    assert [problem.code for problem in audit.problems] == ["worker_lost"]
    assert not audit.ok


def test_a_piece_that_was_interrupted_is_named_by_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(interchange(*(transaction(claim(f"A{n}"), trace=f"T{n}") for n in range(40))))
    options = CheckOptions(Keep.WRONG, 10_000, {}, seq.MEDICARE_FFS)
    first, second, *_ = divide_file(path, 1_500)
    assert second.offset
    read = pieces.audit_piece(pieces.FilePiece(path, first), options)
    audit = pieces.join_pieces([first, second], [read, pieces.PieceAudit(is_interrupted=True)], options, lambda _: None)

    assert audit is not None
    (problem,) = (found for found in audit.problems if found.code == "interrupted")
    before = path.read_bytes()[: second.offset].count(b"~")
    assert (problem.offset, problem.segment_number) == (second.offset, before + 1)


def test_a_piece_that_cannot_be_read_is_left_to_the_reading_of_the_whole_file(tmp_path: Path) -> None:
    """So that its error is told as of any other file."""
    path = tmp_path / "a.835"
    path.write_bytes(interchange(*(transaction(claim(f"A{n}"), trace=f"T{n}") for n in range(40))))
    options = CheckOptions(Keep.WRONG, 10_000, {}, seq.MEDICARE_FFS)
    first, second, *_ = divide_file(path, 1_500)
    gone = pieces.audit_piece(pieces.FilePiece(tmp_path / "none.835", first), options)
    no_835 = tmp_path / "b.835"
    no_835.write_bytes(b"no remittance at all")
    other = pieces.audit_piece(pieces.FilePiece(no_835, first), options)
    read = pieces.audit_piece(pieces.FilePiece(path, second), options)

    for audit in (gone, other):
        assert (audit.transactions, audit.is_exact, audit.is_interrupted) == ([], False, False)
        assert pieces.join_pieces([first, second], [audit, read], options, lambda _: None) is None


class Pipe(io.RawIOBase):
    """A pipe that has a part of its data now, and would wait for the rest."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = list(parts)
        self.asked: list[int] = []

    def read1(self, size: int) -> bytes:
        self.asked.append(size)
        return self._parts.pop(0) if self._parts else b""

    def read(self, size: int = -1) -> bytes:
        assert size == 1, "this would wait for more than there is"
        return self.read1(size)


def test_of_a_pipe_is_read_what_it_has_now() -> None:
    told: list[tuple[int, int]] = []
    counter = files.ProgressCounter(lambda *numbers: told.append(numbers), 9)
    pipe = Pipe(b"ISA", b"*0", b"", b"0", b"")
    file = files.ProgressFile(pipe, counter, Interrupts())  # type: ignore[arg-type]

    assert [file.read(100) for _ in range(5)] == [b"ISA", b"*0", b"0", b"", b""]
    assert pipe.asked[:5] == [100, 100, 100, 1, 100]
    assert told == [(3, 9), (5, 9), (6, 9)]


def test_a_stream_without_read1_is_read_as_asked() -> None:
    class Stream:
        name = "a.835"

        def read(self, size: int) -> bytes:
            return b"x" * size

    file = files.ProgressFile(Stream(), None, Interrupts())  # type: ignore[arg-type]
    assert (file.read(3), file.name) == (b"xxx", "a.835")
    assert files.ProgressFile(io.BytesIO(b"all of it"), None, Interrupts()).read() == b"all of it"


def test_bytes_that_are_read_again_are_counted_once() -> None:
    told: list[int] = []
    counter = files.ProgressCounter(lambda done, _total: told.append(done), 100)
    counter.add(10)
    counter.repeat(10)
    for length in (4, 6, 5):
        counter.add(length)
    counter.repeat(3)
    counter.add(4)

    assert told == [10, 15, 16]


SAMPLES = os.environ.get("SEQUESTRATION_SAMPLES")


@pytest.mark.skipif(not SAMPLES, reason="SEQUESTRATION_SAMPLES names no folder of public samples")
@pytest.mark.usefixtures("pickled")
def test_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SAMPLES is not None
    paths = sorted(path for path in Path(SAMPLES).rglob("*") if path.is_file())
    for size in (500, 5_000, 50_000):
        monkeypatch.setattr(tasks, "divide_file", partial(divide_file, size=size))
        for path in paths:
            one, two = (checked(path, jobs=jobs, keep="all") for jobs in (1, 2))
            assert two == one
            if isinstance(one, seq.Audit) and isinstance(two, seq.Audit):
                assert_same(one, two)
    assert_same(seq.check_835(paths), seq.check_835(paths, jobs=2))


class Named(io.BytesIO):
    name = "june.835"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_stream_that_cannot_be_read_is_named_as_it_names_itself(jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "may.835"
    path.write_bytes(b"no remittance")
    audit = seq.check_835([Named(b"no remittance"), path, io.BytesIO(b"no remittance")], jobs=jobs)

    assert [problem.file for problem in audit.problems] == ["june.835", str(path), None]
