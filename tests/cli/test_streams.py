"""The process around a command: exit codes and errors hold whatever becomes of its standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sequestration._cli import main as cli
from sequestration._cli.streams import close_output, discard, open_streams
from tests.making import DOUBLED, RIGHT, claim, line, remittance
from tests.processes import changed_environment

pytestmark = pytest.mark.slow

if os.name != "posix":
    pytest.skip("streams are closed and redirected by a POSIX shell here", allow_module_level=True)

FULL = "sequestration: output: No space left on device\n"
NO_LETTER = "\N{GREEK SMALL LETTER OMEGA}"


@pytest.fixture(params=[None, "1"], ids=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest) -> dict[str, str]:
    return changed_environment(PYTHONUNBUFFERED=request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A right and a wrong remittance, one so long that no buffer holds what is printed of it, and none at all."""
    right, wrong = line("99213", "150", "78.40", RIGHT), line("99213", "150", "76.80", DOUBLED)
    (tmp_path / "right.835").write_bytes(remittance(claim("A", right)))
    (tmp_path / "wrong.835").write_bytes(remittance(claim("A", wrong)))
    (tmp_path / "long.835").write_bytes(remittance(*(claim(f"A{number}", wrong) for number in range(200))))
    (tmp_path / "none.835").write_bytes(b"nothing of the kind")
    (tmp_path / f"{NO_LETTER}.835").write_bytes(remittance(claim("A", wrong)))
    return tmp_path


def run_in_shell(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``python -m sequestration`` with arguments and redirections as a shell reads them."""
    return subprocess.run(
        ["/bin/sh", "-c", f'"$0" -m sequestration {command}', sys.executable],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
@pytest.mark.parametrize(
    "command",
    [
        "check right.835",
        "check wrong.835",
        "check long.835",
        "check long.835 --json",
        "check long.835 --csv",
        "check wrong.835 --codes",
        "secondary right.835",
        "carc 253",
        "rate 2024-03-01",
        "schedule",
        "web --no-open",
        "--help",
        "check --help",
        "--version",
    ],
)
def test_a_full_disk_behind_the_output_is_one_line_and_exit_2(
    command: str, folder: Path, buffering: dict[str, str]
) -> None:
    done = run_in_shell(f"{command} > /dev/full", folder, buffering)

    assert (done.returncode, done.stderr) == (2, FULL)


COMMANDS_AND_CODES = [
    ("check right.835", 0),
    ("check long.835 --json", 1),
    ("check right.835 long.835 --csv", 1),
    ("check wrong.835 none.835", 2),
    ("check long.835 long.835 --jobs 2", 1),
    ("rate yesterday", 2),
    ("rate", 0),
    ("reduce", 2),
    ("--help", 0),
    ("--version", 0),
]


@pytest.mark.parametrize(("command", "code"), COMMANDS_AND_CODES)
@pytest.mark.parametrize(
    "redirected",
    [">&-", "2>&-", "<&- >&- 2>&-", "2> /dev/full", "2< /dev/null"],
)
def test_closed_and_full_streams_change_no_exit_code(
    command: str, code: int, redirected: str, folder: Path, buffering: dict[str, str]
) -> None:
    done = run_in_shell(f"{command} {redirected}", folder, buffering)

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if "2" in redirected:
        assert done.stderr == ""
    elif code == 2:
        assert done.stderr.count("\n") == 1
    if ">&-" in redirected.replace("2>&-", ""):
        assert done.stdout == ""


@pytest.mark.parametrize(("command", "code"), COMMANDS_AND_CODES)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_is_gone_changes_no_exit_code(
    command: str, code: int, stream: str, folder: Path, buffering: dict[str, str]
) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    unread = subprocess.run(
        [sys.executable, "-m", "sequestration", *command.split()],
        cwd=folder,
        env=buffering,
        stdin=subprocess.DEVNULL,
        stdout=writes if stream == "stdout" else subprocess.DEVNULL,
        stderr=writes if stream == "stderr" else subprocess.PIPE,
        check=False,
    )
    os.close(writes)

    assert unread.returncode == code
    assert unread.stderr is None or unread.stderr.count(b"\n") == (1 if code == 2 else 0)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16", "latin-1:strict"])
@pytest.mark.parametrize("options", ["", "--json", "--csv", "--codes", "--html report.html"])
def test_letters_that_an_output_does_not_have_are_written_as_escapes(
    encoding: str, options: str, folder: Path, buffering: dict[str, str]
) -> None:
    environment = {**buffering, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "sequestration", "check", *options.split(), f"{NO_LETTER}.835", f"no{NO_LETTER}.835"],
        cwd=folder,
        env={**environment, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
    )
    names = encoding.partition(":")[0]
    printed = done.stdout.decode("utf-8" if options == "--csv" else names)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    if "--html" not in options:  # which prints the summary, and that names no file
        has_the_letter = options == "--csv" or (names == "utf-16" and options != "--json")
        assert (f"{NO_LETTER}.835" if has_the_letter else "\\u03c9.835") in printed
    assert done.stderr.decode(names).splitlines()[0].endswith("Could not be read: file not found.")


def test_standard_input_that_is_closed_is_said(folder: Path, buffering: dict[str, str]) -> None:
    for command in ("check - <&-", "check right.835 - <&-", "secondary - <&-"):
        done = run_in_shell(command, folder, buffering)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "sequestration: standard input: it is closed\n"


def test_an_output_that_is_open_for_reading_alone_is_named(folder: Path, buffering: dict[str, str]) -> None:
    done = run_in_shell("check right.835 1< /dev/null", folder, buffering)

    assert (done.returncode, done.stderr) == (2, "sequestration: output: Bad file descriptor\n")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file of Linux that opens and cannot be read")
def test_an_input_that_fails_is_named_and_not_taken_for_the_output(folder: Path, buffering: dict[str, str]) -> None:
    for path in ("/proc/self/mem", "- < /proc/self/mem"):
        for command in ("check", "secondary"):
            done = run_in_shell(f"{command} {path}", folder, buffering)
            name = "standard input" if path.startswith("-") else path

            assert done.returncode == 2
            assert done.stderr.startswith(f"sequestration: {name}: ")
            assert done.stderr.rstrip(".\n").endswith("Input/output error")


def test_in_one_process_what_is_printed_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rate", "2022-05-10"]) == 0
    assert cli.main(["--help"]) == 0
    assert cli.main(["reduce"]) == 2

    told = capsys.readouterr()
    assert "usage: sequestration" in told.out
    assert told.err == (
        "sequestration reduce: the following arguments are required: AMOUNT; see sequestration reduce --help\n"
    )


def test_a_disk_that_refuses_only_when_it_is_closed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    close = os.close

    def refuse(descriptor: int) -> None:
        close(descriptor)
        raise OSError(122, "Disk quota exceeded")

    print("kept")
    with monkeypatch.context() as patched:
        patched.setattr(os, "close", refuse)
        with pytest.raises(OSError, match="Disk quota exceeded"):
            close_output()

    assert capfd.readouterr().out == "kept\n"


def test_what_is_discarded_goes_nowhere(tmp_path: Path) -> None:
    with (tmp_path / "out.txt").open("w") as stream:
        stream.write("kept\n")
        stream.flush()
        stream.write("left in the buffer")
        discard(stream)
        stream.write("and after it")

    assert (tmp_path / "out.txt").read_text() == "kept\n"


def test_streams_that_are_there_are_left_as_they_are() -> None:
    before = sys.stdin, sys.stdout, sys.stderr
    open_streams()

    assert (sys.stdin, sys.stdout, sys.stderr) == before
