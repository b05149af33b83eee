"""Progress on a terminal, and nothing where nobody looks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sequestration._cli import progress as progress_module
from tests.making import RIGHT, claim, line, remittance
from tests.processes import changed_environment, run_command

pytestmark = pytest.mark.slow

pty = pytest.importorskip("pty", reason="there are no such terminals on this system")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of more than four megabytes."""
    item = claim("A", line("99213", "150", "78.40", RIGHT))
    one = remittance(item, item)
    body = one[one.index(b"CLP") : one.index(b"SE*")]
    data = one.replace(body, body * (4_200_000 // len(body) + 1))
    path = tmp_path / "large.835"
    path.write_bytes(data)
    return path


def run_on_terminal(path: Path, *options: str) -> tuple[int, str]:
    """Exit code, and what the terminal shows of standard error."""
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, *options, "-m", "sequestration", "check", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=changed_environment(TERM="xterm", COLUMNS="80"),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(mine)
    return process.wait(), shown.decode()


def test_a_bar_on_a_terminal(large: Path) -> None:
    code, shown = run_on_terminal(large)

    assert code in (0, 1)
    assert "reading" in shown
    assert "%" in shown


def test_nothing_when_piped(large: Path) -> None:
    assert run_command("check", large).stderr == ""


def test_a_plain_line_without_the_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    with progress_module.show_progress() as progress:
        assert progress is not None
        progress(1_000_000, 10_000_000)
        progress(10, 20)

    assert capsys.readouterr().err == "reading: 10%\r\r\033[K"


def test_a_plain_line_is_gone_before_an_error_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setitem(sys.modules, "rich.progress", None)

    def work() -> None:
        with progress_module.show_progress() as progress:
            assert progress is not None
            progress(1_000_000, 10_000_000)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert capsys.readouterr().err == "reading: 10%\r\r\033[K"


def test_no_callback_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    with progress_module.show_progress() as progress:
        assert progress is None
