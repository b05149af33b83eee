"""Try the mutants that were made by hand at the borders between modules (tools/seams.toml).

python tools/seams.py [WORD]: each is applied to a copy of the package, and the tests that are named beside it must
fail. With a WORD, only the mutants of modules with it in their names. A mutant without a test is tried against all
quick tests, and the first test that fails is named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "sequestration"


def main(words: list[str]) -> int:
    """Try each mutant, and say which of them no test detects."""
    mutants = [mutant for mutant in load() if all(word in mutant["module"] for word in words)]
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "src", Path(folder) / "src", ignore=shutil.ignore_patterns("__pycache__"))
        for mutant in mutants:
            failed = failing_test(mutant, Path(folder) / "src")
            survivors += not failed
            print(
                f"{'killed  ' if failed else 'SURVIVED'}  {mutant['module']}: {mutant['mistake']}  {failed}", flush=True
            )
    print(f"{len(mutants) - survivors} of {len(mutants)} mutants fail a test")
    return 1 if survivors else 0


def load() -> list[dict[str, str]]:
    """The mutants; each text that is replaced occurs once in its module."""
    mutants: list[dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["mutant"]
    for mutant in mutants:
        found = (PACKAGE / mutant["module"]).read_text("utf-8").count(mutant["old"])
        if found != 1:
            raise SystemExit(f"{mutant['module']}: {mutant['old']!r} occurs {found} times")
    return mutants


def failing_test(mutant: dict[str, str], source: Path) -> str:
    """The first test that fails with a mutant; empty if none does."""
    module = source / "sequestration" / mutant["module"]
    written = module.read_text("utf-8")
    module.write_text(written.replace(mutant["old"], mutant["new"]), "utf-8")
    asked = [mutant["test"]] if "test" in mutant else ["-m", "not slow", "--deselect", "tests/audit/test_seams.py"]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *asked]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(source)}, capture_output=True, text=True, check=False
        )
    finally:
        module.write_text(written, "utf-8")
    lines = done.stdout.splitlines()
    failed = [line.split()[1] for line in lines if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else ("" if done.returncode == 0 else "no test ran")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
