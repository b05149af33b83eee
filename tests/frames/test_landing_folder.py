"""Files of a landing folder are taken once each, in the order of their times, whatever happens to the folder."""

from __future__ import annotations

import json
import os
import time
import zipfile
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequestration._errors import InvalidArgument
from sequestration.frames._files import landing_folder
from sequestration.frames._files.landing_folder import NOTHING_READ_YET, LandingFolder, Offset
from tests.frames.test_tables import EXAMPLE

START: Offset = dict(NOTHING_READ_YET)
NAMES = st.sampled_from(["a.835", "b.835", "c.835", "d.835", "e.835"])


def land(folder: Path, name: str, at: float = 1_700_000_000, content: bytes = EXAMPLE) -> None:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (at, at))


def names(paths: list[str]) -> list[str]:
    return [Path(path).name for path in paths]


def take(folder: Path, start: Offset, max_files: int | None = None) -> tuple[list[str], Offset]:
    """A turn of a stream that has restarted: the names that it reads, and the offset after it."""
    landing = LandingFolder(str(folder), 60)
    end = json.loads(json.dumps(landing.offset_after(start, max_files)))  # as a checkpoint keeps it
    return names(landing.files_between(start, end)), end


@given(st.lists(st.tuples(NAMES, st.integers(0, 3), st.sampled_from(["lands", "goes", "turn"])), max_size=30))
def test_each_name_once(happenings: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as place:
        folder, offset = Path(place), START
        taken: Counter[str] = Counter()
        landed: set[str] = set()  # what lay there at a turn
        for name, at, what in [*happenings, ("", 0, "turn")]:
            if what == "lands":
                land(folder, name, at)
            elif what == "goes":
                (folder / name).unlink(missing_ok=True)
            else:
                landed.update(path.name for path in folder.iterdir())
                read, offset = take(folder, offset)
                taken.update(read)

    assert taken == Counter(landed)


def test_the_oldest_come_first_and_equal_times_by_name(tmp_path: Path) -> None:
    for name, at in (("c", 5), ("b", 9), ("a", 9), ("d", 1)):
        land(tmp_path, f"{name}.835", at)

    first, offset = take(tmp_path, START, 3)
    second, offset = take(tmp_path, offset, 3)

    assert (first, second) == (["d.835", "c.835", "a.835"], ["b.835"])
    assert offset == {"files": ["d.835", "c.835", "a.835", "b.835"]}
    assert LandingFolder(str(tmp_path), 60).offset_after(offset, None) is offset


def test_a_file_being_written_waits_and_one_of_a_wrong_clock_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    for name, age in (("done", 60), ("young", 59), ("ahead", -59), ("far ahead", -86_400)):
        land(tmp_path, name, 1_000_000 - age)
    land(tmp_path, ".hidden", 0)
    (tmp_path / "folder").mkdir()

    assert take(tmp_path, START)[0] == ["done", "far ahead"]
    assert LandingFolder(str(tmp_path), 0).offset_after(START, None)["files"] == ["done", "young", "ahead", "far ahead"]


def test_no_more_than_was_there(tmp_path: Path) -> None:
    land(tmp_path, "a.835")
    landing = LandingFolder(str(tmp_path), 60)
    landing.end_with_present()
    land(tmp_path, "b.835")

    offset = landing.offset_after(START, None)
    assert offset == {"files": ["a.835"]}
    assert landing.offset_after(offset, None) is offset


def test_names_of_files_that_are_gone_are_forgotten_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing_folder, "_MAX_GONE", 2)
    for name in "abcd":
        land(tmp_path, name)
    _, offset = take(tmp_path, START)
    for name in "abc":
        (tmp_path / name).unlink()
    assert take(tmp_path, offset) == ([], offset)  # nothing new, so nothing is written to the checkpoint

    land(tmp_path, "e")
    read, offset = take(tmp_path, offset)
    assert (read, offset) == (["e"], {"files": ["b", "c", "d", "e"]})
    land(tmp_path, "a")
    land(tmp_path, "b")
    assert take(tmp_path, offset)[0] == ["a"]


def test_an_archive_is_its_files_and_other_files_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mail.zip", "w") as archive:
        archive.writestr("b.835", EXAMPLE)
        archive.writestr("letter.pdf", b"%PDF-1.7")
    os.utime(tmp_path / "mail.zip", (1, 1))
    land(tmp_path, "advice.pdf", 2, b"%PDF-1.7")

    landing = LandingFolder(str(tmp_path), 60)
    offset = landing.offset_after(START, None)

    assert offset == {"files": ["mail.zip", "advice.pdf"]}
    assert landing.files_between(START, offset) == [f"{tmp_path}/mail.zip!/b.835"]


def test_what_is_not_there(tmp_path: Path) -> None:
    land(tmp_path, "a.835")
    landing = LandingFolder(str(tmp_path), 60)
    offset = landing.offset_after(START, None)
    (tmp_path / "a.835").unlink()

    assert names(landing.files_between(START, offset)) == ["a.835"]  # a task reports it
    with pytest.raises(FileNotFoundError, match="nowhere"):
        LandingFolder(str(tmp_path / "nowhere"), 60).offset_after(START, None)
    land(tmp_path, "a.835")
    with pytest.raises(InvalidArgument, match=r"a\.835 is a file. A stream reads a folder."):
        LandingFolder(str(tmp_path / "a.835"), 60).offset_after(START, None)
