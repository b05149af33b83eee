"""A file is replaced as a whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sequestration as seq
from sequestration._runtime.atomic_write import replace_atomically
from tests.making import DOUBLED, claim, line, remittance

OLD, NEW = b"the old report", [b"the ", b"new report"]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_has_the_rights_of_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_atomically(tmp_path / "report.html", NEW)
    finally:
        os.umask(before)

    assert (tmp_path / "report.html").read_bytes() == b"the new report"
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o640
    assert names(tmp_path) == ["report.html"]


def test_an_old_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(OLD)
    path.chmod(0o600)
    replace_atomically(path, NEW)

    assert path.read_bytes() == b"the new report"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_and_leads_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "report.html").write_bytes(OLD)
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "real" / "report.html")
    replace_atomically(link, NEW)

    assert link.is_symlink()
    assert (tmp_path / "real" / "report.html").read_bytes() == b"the new report"


def test_content_that_fails_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    def content() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    path = tmp_path / "report.html"
    path.write_bytes(OLD)
    with pytest.raises(KeyboardInterrupt):
        replace_atomically(path, content())

    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["report.html"]


def test_an_error_of_the_content_keeps_its_own_name(tmp_path: Path) -> None:
    def content() -> Iterator[bytes]:
        yield b"half of it"
        raise FileNotFoundError(2, "No such file or directory", "where it comes from")

    with pytest.raises(FileNotFoundError) as caught:
        replace_atomically(tmp_path / "out", content())

    assert caught.value.filename == "where it comes from"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_end_leaves_the_old_file(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(5, "Input/output error")

    path = tmp_path / "report.html"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="Input/output error") as caught:
        replace_atomically(path, NEW)

    assert caught.value.filename == str(path)
    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["report.html"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files is how a full disk is made here")
def test_a_full_disk_leaves_the_old_report(tmp_path: Path) -> None:
    """A process that may write no more than a few bytes to a file gets a real error in the middle of writing."""
    remit, path = tmp_path / "a.835", tmp_path / "report.html"
    remit.write_bytes(remittance(claim("A", line("99213", "150", "76.80", DOUBLED))))
    path.write_bytes(OLD)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000));"
        "from sequestration._cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(remit), "--html", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == f"sequestration: {path}: File too large\n"
    assert "OVER-WITHHELD  claim A" in done.stdout  # what was found is not lost with the report
    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["a.835", "report.html"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_a_device_is_written_to_and_not_replaced() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        replace_atomically("/dev/full", NEW)

    assert caught.value.filename == "/dev/full"
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    replace_atomically("/dev/null", NEW)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_errors_name_the_path_that_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        replace_atomically(tmp_path / "nowhere" / "report.html", NEW)
    with pytest.raises(IsADirectoryError) as folder:
        replace_atomically(tmp_path, NEW)
    path = tmp_path / "report.html"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as refused:
        replace_atomically(path, NEW)

    assert missing.value.filename == str(tmp_path / "nowhere" / "report.html")
    assert folder.value.filename == str(tmp_path)
    assert refused.value.filename == str(path)
    assert path.read_bytes() == OLD


def test_a_report_never_replaces_a_remittance_that_was_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes(remittance(claim("A", line("99213", "150", "76.80", DOUBLED))))
    (tmp_path / "link.html").symlink_to(path)
    audit = seq.check_835(path)

    for target in (path, tmp_path / "link.html"):
        with pytest.raises(FileExistsError, match="would overwrite a remittance"):
            seq.write_report(audit, target)
    assert path.read_bytes().startswith(b"ISA")


def test_a_name_as_long_as_a_name_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("r" * 250 + ".html")
    replace_atomically(path, NEW)

    assert path.read_bytes() == b"the new report"
