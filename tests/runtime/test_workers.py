"""Several processes: the same results in the same order, and nothing lost with a worker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from sequestration._runtime.workers import LostItem, run_in_processes
from tests.making import DOUBLED, RIGHT, claim, line, remittance

pytestmark = pytest.mark.slow


def double(number: int) -> int:
    return 2 * number


def die_of_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(run_in_processes(double, range(20), 2)) == [2 * number for number in range(20)]


def test_what_kills_its_worker_is_lost_and_nothing_else_is() -> None:
    assert list(run_in_processes(die_of_three, range(6), 2)) == [0, 1, 2, LostItem(3), 4, 5]


def its_process(number: int) -> tuple[int, int]:
    return number, os.getpid()


def test_this_process_helps_and_results_still_come_in_order() -> None:
    """The worker has one item and the next one at once, before it has started; this process has time for the others."""
    numbers, processes = zip(*run_in_processes(its_process, iter(range(20)), 2, helps=True), strict=True)

    assert numbers == tuple(range(20))
    assert processes[0] == processes[1] != os.getpid()
    assert os.getpid() in processes
    assert len(set(processes)) == 2


def die_in_a_worker(number: int) -> int:
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_what_a_worker_dies_of_is_lost_and_this_process_does_the_rest() -> None:
    assert list(run_in_processes(die_in_a_worker, range(6), 2, helps=True)) == [LostItem(0), LostItem(1), 2, 3, 4, 5]


def fail_at_three(number: int) -> int:
    if number == 3:
        raise LookupError
    return number


@pytest.mark.parametrize("helps", [False, True])
def test_an_error_is_the_caller_s_and_leaves_no_worker_behind(helps: bool) -> None:
    with pytest.raises(LookupError):
        list(run_in_processes(fail_at_three, range(20), 2, helps=helps))

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("helps", [False, True])
def test_a_caller_that_stops_leaves_no_worker_behind(helps: bool) -> None:
    results = run_in_processes(double, range(20), 2, helps=helps)
    assert next(results) == 0
    results.close()

    assert multiprocessing.active_children() == []


WITHOUT_A_GUARD = """
from operator import neg
from sequestration._runtime.workers import run_in_processes
print(list(run_in_processes(neg, [1, 2, 3], 2)))
print(list(run_in_processes(neg, [1, 2, 3, 4, 5], 2, helps=True)))
"""


def test_a_script_without_a_main_guard_does_it_in_one_process(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(WITHOUT_A_GUARD)
    for arguments, typed in (([str(script)], ""), (["-"], WITHOUT_A_GUARD)):
        done = subprocess.run([sys.executable, *arguments], input=typed, capture_output=True, text=True, check=False)
        assert done.stdout == "[-1, -2, -3]\n[-1, -2, -3, -4, -5]\n"


def double_in_processes(numbers: list[int]) -> list[int | LostItem[int]]:
    return list(run_in_processes(double, numbers, 2))


def test_a_worker_of_a_pool_of_the_caller_s_own_does_it_alone() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(double_in_processes, ([1, 2, 3],)) == [2, 4, 6]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(5):
        adjustments = DOUBLED if number == 3 else RIGHT
        paid = "76.80" if number == 3 else "78.40"
        claims = [claim(f"F{number}-{index}", line("99213", "150", paid, adjustments)) for index in range(40)]
        (tmp_path / f"{number}.835").write_bytes(remittance(*claims))
    (tmp_path / "9.txt").write_bytes(b"nothing of the kind")
    return tmp_path


def test_two_jobs_find_what_one_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 20_000)
    one, two = seq.check_835(folder), seq.check_835(folder, jobs=2)

    assert two == one
    assert two.counts[seq.Verdict.CUT_TOO_LARGE] == 40
    assert [Path(file.name or "").name for file in two.files] == [f"{number}.835" for number in range(5)]


def test_files_that_have_no_path_are_read_beside_the_processes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 20_000)
    told: list[tuple[int, int]] = []
    sources: list[Path | bytes] = [
        folder / "3.835",
        (folder / "1.835").read_bytes(),
        folder / "0.835",
        folder / "none.835",
    ]
    two = seq.check_835(sources, jobs=2, progress=lambda *done: told.append(done))

    assert two == seq.check_835(sources)
    assert [file.name for file in two.files] == [str(folder / "3.835"), None, *map(str, sources[2:])]
    assert told[-1][0] == told[-1][1] > 0
    assert [problem.code for problem in two.problems] == ["unreadable"]


def test_a_lost_worker_is_a_problem_of_its_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sequestration._audit.jobs.tasks._MIN_BYTES_FOR_JOBS", 0)
    monkeypatch.setattr("sequestration._audit.jobs.tasks._BYTES_OF_A_PACK", 20_000)

    def lose_the_second(function: Callable[[Any], object], items: Iterable[Any], jobs: int, *, helps: bool) -> object:
        for item in list(items):
            yield LostItem(item) if any(file.name == "1.835" for file in item.files) else function(item)

    monkeypatch.setattr("sequestration._audit.jobs.tasks.run_in_processes", lose_the_second)
    audit = seq.check_835(folder, jobs=2)

    assert [problem.code for problem in audit.problems] == ["other_files_skipped", "worker_lost"]
    assert audit.counts[seq.Verdict.CORRECT] == 120
    assert not audit.ok


def test_the_number_of_jobs_is_checked(folder: Path) -> None:
    for jobs in (0, -1, True, "2"):
        with pytest.raises(ValueError, match="jobs"):
            seq.check_835(folder, jobs=jobs)  # type: ignore[arg-type]
