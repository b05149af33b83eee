"""Files that vanish, shrink, grow or fail while they are read, pipes, full disks, interrupts: nothing read is lost."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from tests.making import claim, line, remittance

CUT = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
CLAIMS = 400
DATA = remittance(*(claim(f"A{number}", line("99213", "150", "78.40", CUT)) for number in range(CLAIMS)))


class Failing(io.BytesIO):
    """A file of which a block cannot be read."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self.good = good

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self.good:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(min(size or 0, self.good - self.tell()))


def test_claims_before_a_block_that_cannot_be_read_are_handed_out_and_then_it_is_told() -> None:
    reader = seq.read_835(Failing(DATA, len(DATA) // 2))
    claims: list[seq.Claim] = []
    with pytest.raises(OSError, match="Input/output error"):
        claims.extend(reader)

    assert 0.4 * CLAIMS < len(claims) < 0.6 * CLAIMS
    assert all(item.complete for item in claims[:-1])
    assert not claims[-1].complete
    told = [str(problem) for problem in reader.problems]
    assert any("this cannot be read: Input/output error" in text for text in told)
    assert any("the file breaks off here" in text for text in told)


@pytest.mark.parametrize("several", [False, True])
def test_an_audit_keeps_what_was_read_before_the_fault(several: bool) -> None:
    failing = Failing(DATA, len(DATA) // 2)
    audit = seq.check_835([failing, DATA] if several else failing)

    half = audit.counts[seq.Verdict.CORRECT] - (CLAIMS if several else 0)
    assert 0.4 * CLAIMS < half < 0.6 * CLAIMS
    assert not audit.ok
    assert [problem.code for problem in audit.problems if problem.level == "error"] == ["unreadable", "cut_off"]
    assert all(problem.offset is not None for problem in audit.problems)


def test_a_file_of_which_nothing_can_be_read_is_the_error_it_is() -> None:
    with pytest.raises(OSError, match="Input/output error"):
        seq.check_835(Failing(DATA, 0))


@pytest.mark.parametrize("gives", ["ISA*00", None])
def test_what_does_not_give_bytes_is_told(gives: Any) -> None:
    class Odd:
        def read(self, _size: int) -> Any:
            return gives

    with pytest.raises(
        TypeError, match="a remittance is read from a binary file that waits for its data; this one gave"
    ):
        seq.check_835(Odd())  # type: ignore[arg-type]


def test_a_file_that_shrinks_while_it_is_read_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "remit.835"
    path.write_bytes(DATA)
    reader = seq.read_835(path)
    next(reader)
    os.truncate(path, 100)
    rest = list(reader)

    assert [problem.code for problem in reader.problems] == ["cut_off"]
    assert all(item.complete for item in rest[:-1])


def test_a_file_that_grows_while_it_is_read_is_read_to_its_new_end(tmp_path: Path) -> None:
    path = tmp_path / "remit.835"
    path.write_bytes(DATA)
    reader = seq.read_835(path)
    next(reader)
    with path.open("ab") as more:
        more.write(DATA)

    assert len(list(reader)) == 2 * CLAIMS - 1


def test_a_file_that_vanishes_before_its_turn_is_its_own_problem(tmp_path: Path) -> None:
    there, gone = tmp_path / "a.835", tmp_path / "b.835"
    there.write_bytes(DATA)
    audit = seq.check_835([there, gone, there])

    assert audit.counts[seq.Verdict.CORRECT] == 2 * CLAIMS
    assert [(problem.code, problem.file) for problem in audit.problems] == [("unreadable", str(gone))]


def test_a_pipe_that_gives_a_little_at_a_time() -> None:
    out, into = os.pipe()

    def write() -> None:
        with os.fdopen(into, "wb", buffering=0) as pipe:
            for start in range(0, len(DATA), 999):
                pipe.write(DATA[start : start + 999])

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(out, "rb", buffering=0) as pipe:
        audit = seq.check_835(pipe)
    writer.join()

    assert audit.counts[seq.Verdict.CORRECT] == CLAIMS
    assert audit.ok


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"], ["--codes"]])
def test_a_full_disk_behind_the_output_is_one_line_and_exit_2(options: list[str], tmp_path: Path) -> None:
    path = tmp_path / "remit.835"
    path.write_bytes(DATA)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sequestration", "check", *options, str(path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2
    assert done.stderr == "sequestration: output: No space left on device\n"


def test_an_interrupt_ends_the_workers_and_says_so(tmp_path: Path) -> None:
    for number in range(2):
        os.mkfifo(tmp_path / f"{number}.835")
        (tmp_path / f"{number + 2}.835").write_bytes(DATA * 20)
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    running = subprocess.Popen(
        [sys.executable, "-m", "sequestration", "check", "--jobs", "2", *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # A worker that opens a pipe waits for its other end: opening that end waits until the worker is there.
    with (tmp_path / "0.835").open("wb"), (tmp_path / "1.835").open("wb"):
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert running.returncode == 130
    assert (out, err) == ("", "sequestration: interrupted\n")
    assert alive_in_group(running.pid) == []


def alive_in_group(group: int) -> list[str]:
    """Processes of a group that have not ended, but for Python's own tracker of resources, which ends last.

    One that has ended may still wait for its parent to look.
    """
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            _, _, rest = (process / "stat").read_text().rpartition(")")
            state, _, of_group, *_ = rest.split()
            command = (process / "cmdline").read_text().replace("\0", " ")
            if int(of_group) == group and state not in "ZX" and "resource_tracker" not in command:
                found.append(command)
    return found
