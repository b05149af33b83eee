"""Try the mutants that were made by hand at the borders between modules (tools/seams.toml).

python -m tools.seams [WORD]: each is applied to a copy of the package, and the test that is named beside it must fail.
With a WORD, only the mutants of modules with it in their names. A mutant without a test is tried against all quick
tests, and the first test that fails is named.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from tools.changed_package import PACKAGE, package_copy


def main(words: list[str]) -> int:
    """Try each mutant, and say which of them no test detects."""
    mutants = [mutant for mutant in load() if all(word in mutant["module"] for word in words)]
    survivors = 0
    with package_copy() as package:
        for mutant in mutants:
            changed = text_of(mutant).replace(mutant["old"], mutant["new"])
            failed = package.failing_test(mutant["module"], changed, tests_of(mutant))
            survivors += not failed
            killed = "killed  " if failed else "SURVIVED"
            print(f"{killed}  {mutant['module']}: {mutant['mistake']}  {failed}", flush=True)
    print(f"{len(mutants) - survivors} of {len(mutants)} mutants fail a test")
    return 1 if survivors else 0


def load() -> list[dict[str, str]]:
    """The mutants; each text that is replaced occurs once in its module."""
    mutants: list[dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["mutant"]
    for mutant in mutants:
        found = text_of(mutant).count(mutant["old"])
        if found != 1:
            raise SystemExit(f"{mutant['module']}: {mutant['old']!r} occurs {found} times")
    return mutants


def text_of(mutant: dict[str, str]) -> str:
    """The module of a mutant as it is."""
    return (PACKAGE / mutant["module"]).read_text("utf-8")


def tests_of(mutant: dict[str, str]) -> list[str]:
    """Arguments of pytest for the tests of a mutant."""
    return [mutant["test"]] if "test" in mutant else ["-m", "not slow", "--deselect", "tests/audit/test_seams.py"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
