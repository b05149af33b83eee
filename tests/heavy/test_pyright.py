"""A second checker of types: the source as strict as it goes, and a known type for every public name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.paths import ROOT


def told_by_pyright(folder: Path, *wishes: str) -> dict[str, Any]:
    """What pyright tells, run in this folder, with the libraries of the Python of these tests.

    It asks the first Python on the path where they are; the option that names another does not hold for all wishes.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "pyright", "--outputjson", *wishes]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_source_has_no_error_of_types() -> None:
    told = told_by_pyright(ROOT)
    files = {*(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.pyi")}

    assert told["generalDiagnostics"] == []
    assert told["summary"]["filesAnalyzed"] == len(files)


def test_every_public_name_has_a_known_type(tmp_path: Path) -> None:
    completeness = told_by_pyright(tmp_path, "--verifytypes", "sequestration", "--ignoreexternal")["typeCompleteness"]

    assert completeness["pyTypedPath"]
    assert completeness["completenessScore"] == 1, [
        symbol["name"] for symbol in completeness["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]
    ]
    assert {module["name"] for module in completeness["modules"]} >= {
        "sequestration",
        "sequestration.deadlines",
        "sequestration.frames",
        "sequestration.plot",
        "sequestration.strategies",
    }
