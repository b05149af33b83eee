"""Files that vanish, shrink, grow or fail while they are read, pipes, full disks, interrupts: nothing read is lost."""

from __future__ import annotations

import array
import csv
import errno
import fcntl
import io
import json
import os
import select
import signal
import subprocess
import sys
import termios
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

import pytest

import sequestration as seq
from sequestration._runtime.interrupts import Interrupted, Interrupts
from tests.making import claim, line, remittance
from tests.paths import EXAMPLES

pytestmark = pytest.mark.slow

CUT = [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")]
CLAIMS = 400
DATA = remittance(*(claim(f"A{number}", line("99213", "150", "78.40", CUT)) for number in range(CLAIMS)))


def many(file: int) -> bytes:
    """Twenty remittances, none of them in another file."""
    return b"".join(DATA.replace(b"EFT0001", b"EFT%d-%d" % (file, number)) for number in range(20))


@pytest.fixture(autouse=True)
def _interrupts_are_heard() -> Iterator[None]:
    """Whoever runs the tests in the background may have them ignored; what is started here would ignore them, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


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
    assert any("Could not be read: Input/output error" in text for text in told)
    assert any("The file ends unexpectedly" in text for text in told)


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
    with pytest.raises(OSError, match="Input/output error"):
        seq.check_835(Failing(DATA, DATA.index(b"CLP*")))


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
    path.write_bytes(many(0))  # more than Python reads ahead
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
    there, gone, more = (tmp_path / f"{name}.835" for name in "abc")
    there.write_bytes(DATA)
    more.write_bytes(DATA.replace(b"EFT0001", b"EFT0002"))
    audit = seq.check_835([there, gone, more])

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


def test_what_cannot_be_read_at_all_is_the_error_it_is_and_among_others_a_problem(tmp_path: Path) -> None:
    """A folder in the place of a file, a link that leads nowhere, a device that fails: none opens for anybody."""
    (tmp_path / "a.835").write_bytes(DATA)
    (tmp_path / "b.835").symlink_to(tmp_path / "nowhere")
    with pytest.raises(IsADirectoryError):
        seq.read_835(tmp_path)
    with pytest.raises(FileNotFoundError):
        seq.check_835(tmp_path / "b.835")
    audit = seq.check_835(tmp_path)

    assert [(problem.code, problem.file) for problem in audit.problems] == [("unreadable", str(tmp_path / "b.835"))]
    assert audit.counts[seq.Verdict.CORRECT] == CLAIMS


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file of Linux that opens and cannot be read")
def test_a_pipe_that_does_not_wait_for_its_data_is_refused_and_not_taken_for_the_end() -> None:
    out, into = os.pipe()
    os.set_blocking(out, False)
    with os.fdopen(out, "rb") as pipe, os.fdopen(into, "wb", buffering=0) as writer:
        with pytest.raises(TypeError, match="a binary file that waits for its data"):
            seq.check_835(pipe)
        writer.write(remittance(claim("A", line("99213", "150", "78.40", CUT))))  # it is whole, and more may come
        with pytest.raises(TypeError, match="a binary file that waits for its data"):
            seq.check_835(pipe)


def test_a_device_that_fails() -> None:
    with pytest.raises(OSError, match="Input/output error"):
        seq.check_835("/proc/self/mem")
    audit = seq.check_835(["/proc/self/mem", DATA])

    assert [str(problem) for problem in audit.problems] == ["/proc/self/mem: Could not be read: Input/output error."]
    assert audit.claims == CLAIMS


def test_a_pipe_between_commands(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "named.835")
    with started("check", "--json", "-", str(tmp_path / "named.835"), stdin=subprocess.PIPE) as running:
        assert running.stdin is not None
        running.stdin.write(DATA)
        running.stdin.close()
        running.stdin = None
        with (tmp_path / "named.835").open("wb") as pipe:
            pipe.write(DATA)
        found = json.loads(running.communicate()[0])

    assert running.returncode == 0
    assert [file["claims"] for file in found["files"]] == [CLAIMS, CLAIMS]


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files is how a full disk is made here")
def test_a_full_disk_leaves_the_old_parquet_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "out.parquet"
    path.write_bytes(b"the old one")
    remit = tmp_path / "a.835"
    remit.write_bytes(DATA)
    code = (
        "import resource, sys; from sequestration import frames; import pyarrow.parquet\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))\n"
        "try: frames.to_parquet(*sys.argv[1:])\n"
        "except OSError as error: print(error.filename, error.strerror)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(remit), str(path)], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == (f"{path} File too large\n", "")
    assert path.read_bytes() == b"the old one"
    assert sorted(tmp_path.iterdir()) == [remit, path]


# Workers that are killed, and interrupts. Nothing here waits for a time: to open a pipe waits for its other end.


@pytest.fixture
def mixed(tmp_path: Path) -> list[str]:
    """A file, two pipes, and a file: enough bytes for several processes."""
    for number in (0, 3):
        (tmp_path / f"{number}.835").write_bytes(many(number))
    for number in (1, 2):
        os.mkfifo(tmp_path / f"{number}.835")
    return [str(tmp_path / f"{number}.835") for number in range(4)]


def started(
    *arguments: str, stdin: int | None = None, stdout: int | IO[bytes] = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "sequestration", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def write_part(pipe: io.BufferedWriter) -> None:
    """Write a part of a file to a pipe, and return when whoever reads it has read that and waits for more."""
    pipe.write(many(int(Path(pipe.name).stem))[:600_000])
    pipe.flush()
    until_it_waits(pipe)


def until_it_waits(pipe: io.BufferedWriter) -> None:
    """Return when whoever reads a pipe has read all that is in it and waits for more."""
    reader = who_reads(pipe.name)
    while array.array("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"))[0] or not waits(reader):
        pass


def waits(process: int) -> bool:
    _, _, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    return rest.split()[0] == "S"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when a process of another has ended")
def test_a_worker_that_is_killed_in_the_middle_loses_its_own_file_alone(mixed: list[str]) -> None:
    first, lost, _, last = mixed
    running = started("check", "--json", "--jobs", "2", first, lost, last)
    kill_workers(lost)
    out, err = running.communicate(timeout=60)

    found = json.loads(out)
    assert (running.returncode, err) == (1, b"")
    assert [(item["code"], item["file"]) for item in found["problems"] if item["level"] == "error"] == [
        ("worker_lost", lost)
    ]
    assert [file["claims"] for file in found["files"]] == [20 * CLAIMS, 0, 20 * CLAIMS]
    assert alive_in_group(running.pid) == []


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when a process of another has ended")
def test_rows_of_the_other_files_are_printed_when_a_worker_is_killed(mixed: list[str], tmp_path: Path) -> None:
    first, lost, _, last = mixed
    with (tmp_path / "rows.csv").open("wb") as stream:  # A pipe that nothing empties would stop the command.
        running = started("check", "--csv", "--all", "--jobs", "2", first, lost, last, stdout=stream)
        kill_workers(lost)
        _, err = running.communicate(timeout=60)

    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert running.returncode == 1
    assert Counter(row["file"] for row in rows) == {first: 20 * CLAIMS, last: 20 * CLAIMS}
    assert err.decode().startswith(
        f"sequestration: error: {lost}: The worker process that read this file ended unexpectedly"
    )
    assert err.count(b"\n") == 1


def kill_workers(path: str) -> None:
    """Kill the worker that opens a pipe, and the one that tries again, in a process of its own."""
    for _ in range(2):
        with Path(path).open("wb"):
            worker = who_reads(path)
            ended = os.pidfd_open(worker)
            os.kill(worker, signal.SIGKILL)
            select.select([ended], [], [])
            os.close(ended)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when a process of another has ended")
@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(mixed: list[str], ended_by: signal.Signals) -> None:
    """Each worker waits in the middle of a file, with nobody left to take its result or to give it another."""
    running = started("check", "--jobs", "2", *mixed)
    with Path(mixed[1]).open("wb") as one, Path(mixed[2]).open("wb") as two:
        write_part(one)
        write_part(two)
        workers = {who_reads(mixed[1]), who_reads(mixed[2])}
        alive = {os.pidfd_open(worker) for worker in workers}
        os.kill(running.pid, ended_by)
        running.communicate(timeout=60)
        while alive:
            ended, _, _ = select.select(alive, [], [], 60)
            assert ended, "a worker is left behind"
            for worker in ended:
                os.close(worker)
                alive.remove(worker)

    assert running.returncode == -ended_by
    assert len(workers) == 2
    assert running.pid not in workers


@pytest.mark.parametrize("to_all", [True, False], ids=["as a terminal does", "as kill does"])
def test_an_interrupt_of_several_processes_keeps_what_each_has_read(mixed: list[str], to_all: bool) -> None:
    """The first file is done when a process comes to the second pipe; of each pipe a part was read; the last waits."""
    running = started("check", "--json", "--jobs", "2", *mixed)
    with Path(mixed[1]).open("wb") as one, Path(mixed[2]).open("wb") as two:
        write_part(one)
        write_part(two)
        (os.killpg if to_all else os.kill)(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    found = json.loads(out)
    assert (running.returncode, err) == (130, b"sequestration: interrupted\n")
    assert (found["ok"], found["interrupted"]) == (False, 3)
    errors = [(problem["code"], problem["file"]) for problem in found["problems"] if problem["level"] == "error"]
    assert errors == [("interrupted", path) for path in mixed[1:]]
    whole, *parts, none = [file["claims"] for file in found["files"]]
    assert (whole, none) == (20 * CLAIMS, 0)
    assert all(0 < part < 20 * CLAIMS for part in parts)
    assert sum(found["counts"].values()) == whole + sum(parts)  # every claim that was read is judged, none half
    assert alive_in_group(running.pid) == []


def test_an_interrupt_of_one_process_keeps_what_it_has_read(mixed: list[str]) -> None:
    running = started("check", *mixed)
    with Path(mixed[1]).open("wb") as pipe:
        write_part(pipe)
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert (running.returncode, err) == (130, b"sequestration: interrupted\n")
    assert out.startswith(b"Results are incomplete: interrupted before the end of 3 files, ")
    assert b"\n4 files (2 not read), " in out
    assert f"error: {mixed[3]}: The check was interrupted before the end of this file" in out.decode()


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_before_anything_was_read_says_so_and_no_more(mixed: list[str], jobs: int) -> None:
    running = started("check", "--jobs", str(jobs), mixed[1], mixed[2], mixed[0], mixed[3])
    with ExitStack() as pipes:
        for path in mixed[1 : 1 + jobs]:
            until_it_waits(pipes.enter_context(Path(path).open("wb")))
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert (running.returncode, out, err) == (130, b"", b"sequestration: interrupted\n")
    assert alive_in_group(running.pid) == []


def test_what_could_not_say_that_it_is_a_part_is_not_written(mixed: list[str], tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_bytes(b"the old one")
    running = started("check", "--csv", "--html", str(report), *mixed)
    with Path(mixed[1]).open("wb") as pipe:
        write_part(pipe)
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (130, b"")
    assert err.startswith(b"Results are incomplete: interrupted before ")
    assert err.endswith(b"sequestration: interrupted; no CSV and no report was written\n")
    assert report.read_bytes() == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.835", "1.835", "2.835", "3.835", "report.html"]


def test_a_csv_that_was_begun_says_that_rows_are_missing(mixed: list[str]) -> None:
    Path(mixed[0]).write_bytes((EXAMPLES / "part_b_mistakes.835").read_bytes())
    running = started("check", "--csv", *mixed)
    with Path(mixed[1]).open("wb") as pipe:
        write_part(pipe)
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)

    assert running.returncode == 130
    assert out.startswith(b"verdict,file,")
    assert out.endswith(b"\r\n")
    assert out.count(b"\r\n") == 9
    assert err.startswith(b"Results are incomplete: interrupted before ")
    assert err.endswith(b"sequestration: interrupted; rows of the CSV are missing\n")


def test_a_second_interrupt_ends_at_once() -> None:
    with Interrupts() as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert interrupts.came
        with pytest.raises(Interrupted), interrupts.end_a_wait():
            raise AssertionError("nothing more is opened or read")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class Stopping(Failing):
    """A file at a byte of which somebody presses Ctrl-C."""

    def read1(self, size: int | None = -1) -> bytes:
        if self.tell() >= self.good:
            signal.raise_signal(signal.SIGINT)
        return self.read(size)


def test_an_interrupt_where_interrupts_are_taken_ends_a_file_and_those_behind_it() -> None:
    with Interrupts():
        audit = seq.check_835([DATA, Stopping(DATA, len(DATA) // 2), io.BytesIO(DATA)])

    first, part, none = audit.files
    assert (first.claims, part.readable, none.readable) == (CLAIMS, True, False)
    assert 0.4 * CLAIMS < part.claims < 0.6 * CLAIMS
    assert [problem.code for problem in audit.problems] == ["interrupted", "interrupted"]


def test_a_program_that_handles_interrupts_itself_goes_on_doing_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGINT)
        assert not interrupts.came
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_from_python_an_interrupt_is_the_error_that_it_is_everywhere() -> None:
    class Stopped(Failing):
        def read(self, size: int | None = -1) -> bytes:
            try:
                return super().read(size)
            except OSError:
                raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        seq.check_835(Stopped(DATA, len(DATA) // 2))
    with pytest.raises(KeyboardInterrupt):
        seq.check_835([DATA, Stopped(DATA, len(DATA) // 2)])


def who_reads(path: str) -> int:
    """The process, not this one, that has a file open.

    A pipe opens for both of its ends at once, and it is a moment until the other end is among the files of its process.
    """
    for _ in range(1_000):
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):
                process = int(link.parts[2])
                if process != os.getpid() and str(link.readlink()) == path:
                    return process
    raise AssertionError(f"nobody reads {path}")


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
            ends = state in "ZX" or not command  # without memory: on its way out
            if int(of_group) == group and not ends and "resource_tracker" not in command:
                found.append(command)
    return found
