"""The command that takes the pictures of README and site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT

PICTURES = ROOT / "docs" / "_static" / "pictures"


def test_the_command_takes_every_picture(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.screenshots", str(tmp_path / "pictures")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    listed = re.findall(r"^(\S+): [\d,]+ bytes$", done.stdout, re.MULTILINE)
    written = sorted((tmp_path / "pictures").iterdir())
    assert sorted(listed) == [path.name for path in written] == sorted(path.name for path in PICTURES.iterdir())
    assert {path.read_bytes()[8:12] for path in written} == {b"WEBP"}
