"""Exit codes in bad surroundings: little memory, no room for temporary files, outputs among the inputs, bad names."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._cli.exit_codes import is_out_of_memory
from sequestration._runtime.workers import run_in_processes
from sequestration._sources.outputs import PrintedFiles
from tests.cli.test_streams import run_in_shell
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.processes import changed_environment

if os.name != "posix":
    pytest.skip("outputs are redirected and limits are set by a POSIX shell here", allow_module_level=True)

LONG = "x" * 300 + ".835"
NO_MEMORY = "sequestration: not enough memory\n"
GOES_THERE = "sequestration: {}: standard output goes to this file, so it cannot be read as input\n"
ENVIRONMENT = changed_environment(COLUMNS="100")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "remits").mkdir()
    right = remittance(claim("A", line("99213", "150", "78.40", RIGHT)), trace="EFT1")
    wrong = remittance(claim("A", line("99213", "150", "76.80", DOUBLED)), trace="EFT2")
    (tmp_path / "remits" / "right.835").write_bytes(right)
    (tmp_path / "remits" / "wrong.835").write_bytes(wrong)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        # A report in the folder that is checked is neither read nor in the way.
        ("check remits --html remits/r.html --xlsx remits/r.xlsx --ics remits/r.ics", 1, ""),
        ("check remits > remits/out.txt", 1, ""),
        ("check remits --csv > remits/out.csv", 1, ""),
        ("check remits --json --jobs 2 > remits/out.835", 1, ""),
        ("check remits 2> remits/log.txt", 1, ""),
        ("post remits --csv > remits/out.csv", 0, ""),
        # The output is never one of the inputs that are named.
        ("check - < remits/right.835 1<> remits/right.835", 2, GOES_THERE.format("standard input")),
        ("check - < remits/right.835 >> remits/right.835", 2, GOES_THERE.format("standard input")),
        ("check remits/right.835 >> remits/right.835", 2, GOES_THERE.format("remits/right.835")),
        ("secondary remits/right.835 >> remits/right.835", 2, GOES_THERE.format("remits/right.835")),
        ("show remits/right.835 >> remits/right.835", 2, GOES_THERE.format("remits/right.835")),
        ("post - < remits/right.835 >> remits/right.835", 2, GOES_THERE.format("standard input")),
        # A name that no file can have loses no other file.
        (f"check {LONG} remits/right.835", 2, f"sequestration: {LONG}: Could not be read: File name too long.\n"),
        (
            f"check remits/right.835 {LONG} --jobs 2",
            2,
            f"sequestration: {LONG}: Could not be read: File name too long.\n",
        ),
        (f"check remits/right.835 --html {LONG}", 2, f"sequestration: {LONG}: File name too long\n"),
    ],
)
def test_exit_codes(command: str, code: int, says: str, folder: Path) -> None:
    before = {path: path.read_bytes() for path in (folder / "remits").iterdir()}
    for _ in range(2):  # The second time, the reports of the first are there.
        done = run_in_shell(command, folder, ENVIRONMENT)

        assert (done.returncode, done.stderr) == (code, says)
        assert {path: path.read_bytes() for path in before} == before


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check remits", "check remits --xlsx r.xlsx --html r.html --jobs 2"])
def test_no_temporary_folder_is_needed(command: str, folder: Path) -> None:
    done = run_in_shell(command, folder, ENVIRONMENT | {"TMPDIR": "/proc/nowhere"})

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("1 of 2 lines checked needs review.")


def test_the_output_in_a_folder_is_counted_as_skipped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "remits" / "out.txt").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        audit = seq.check_835(folder / "remits")
        monkeypatch.undo()

    assert [problem.text for problem in audit.problems] == [
        "Skipped 1 file that is not an 835: 1 output of this command."
    ]
    assert len(audit.files) == 2


def test_a_stream_that_is_no_file_is_not_among_the_inputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert not PrintedFiles("stdout", "stderr").include(tmp_path)
    with (tmp_path / "out.txt").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        printed = PrintedFiles("stdout")

    assert printed.include(tmp_path / "out.txt")
    assert not printed.include(tmp_path)
    assert not printed.include(tmp_path / "none")
    assert not printed.include("a\0b")


def test_a_name_with_nul_among_good_files_is_its_own_problem(folder: Path) -> None:
    good = folder / "remits" / "right.835"
    audit = seq.check_835([str(folder / "a\0b.835"), good])

    assert [problem.code for problem in audit.problems] == ["unreadable"]
    assert audit.counts[seq.Verdict.CORRECT] == 1
    assert not audit.ok


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")
@pytest.mark.parametrize("options", ["", "--json", "--csv", "--jobs 2", "--html r.html"])
def test_too_little_memory_is_one_line_and_exit_2(options: str, folder: Path) -> None:
    """The limit is set when Python has started, at what it has then and a little for the first modules."""
    (folder / "remits" / "long.835").write_bytes(
        remittance(*(claim(f"A{number}", line("99213", "150", "76.80", DOUBLED)) for number in range(9_000)))
    )
    limited = folder / "limited.py"
    limited.write_text(
        "import resource, sys\n"
        "from sequestration._cli.main import main\n"
        "import sequestration as seq\n"
        "seq.check_835\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 6_000_000, used + 6_000_000))\n"
        "raise SystemExit(main(sys.argv[1:]))\n"
    )
    done = run_in_shell(f'--version > /dev/null; "$0" limited.py check remits {options}', folder, ENVIRONMENT)

    # Where memory ends in a finalizer, Python begins a line of its own that it has no memory to end.
    assert (done.returncode, done.stderr.removeprefix("Exception ignored in: ")) == (2, NO_MEMORY)
    assert not (folder / "r.html").exists()


def test_an_error_of_an_import_that_memory_does_not_explain_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from sequestration._cli import main as cli

    def fail(_name: str) -> None:
        raise ImportError("no such name")

    monkeypatch.setattr(cli, "import_module", fail)
    with pytest.raises(ImportError, match="no such name"):
        cli.main(["rate"])


def test_without_threads_one_process_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool whose second thread cannot start would wait forever."""

    def refuse(_thread: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)

    assert list(run_in_processes(abs, [-1, -2], 2)) == [1, 2]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.ENOENT, "No such file or directory"), False),
        (MemoryError(), True),
        (ImportError("libx.so: failed to map segment from shared object"), True),
        (ImportError("No module named 'x'"), False),
        (ValueError("failed to map"), False),
    ],
)
def test_errors_that_mean_too_little_memory(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
