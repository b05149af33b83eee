"""Files are put into tasks of Spark by their size, in order, none lost."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequestration.frames._files import spark_options
from tests.frames.test_tables import EXAMPLE

MB = 1_000_000
OPENING = 100_000


def sizes(monkeypatch: pytest.MonkeyPatch, known: dict[str, int]) -> None:
    monkeypatch.setattr(spark_options, "_size", known.__getitem__)


@given(st.lists(st.integers(0, 100 * MB)))
def test_no_file_is_lost_and_no_task_is_too_large(known: list[int]) -> None:
    files = [str(number) for number in range(len(known))]
    with pytest.MonkeyPatch.context() as patch:
        sizes(patch, dict(zip(files, known, strict=True)))
        tasks = spark_options._by_size(files)

    assert [file for task in tasks for file in task] == files
    for task in tasks:
        assert task
        assert len(task) == 1 or sum(known[int(file)] + OPENING for file in task) <= 32 * MB
    for one, other in pairwise(tasks):  # None could take the next file, too.
        assert sum(known[int(file)] + OPENING for file in [*one, other[0]]) > 32 * MB


def test_small_files_share_a_task_and_a_large_one_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes(monkeypatch, {f"small {number}": 1_000 for number in range(600)} | {"large": 500 * MB})
    files = [f"small {number}" for number in range(400)]
    tasks = spark_options._by_size([*files, "large", *(f"small {number}" for number in range(400, 600))])

    assert [len(task) for task in tasks] == [316, 84, 1, 200]


def test_the_size_of_a_file(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.835", tmp_path / "mail.zip"
    plain.write_bytes(EXAMPLE)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.835", EXAMPLE)

    assert spark_options._size(str(plain)) == len(EXAMPLE)
    assert spark_options._size(f"{packed}!/a.835") == packed.stat().st_size
    assert spark_options._size(str(tmp_path / "nowhere.835")) == 0
