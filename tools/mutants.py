"""Try a random sample of small mistakes in all modules that compute or decide (tools/mutants.toml).

python -m tools.mutants [NUMBER [SEED [WORD]]]: for each module, NUMBER of its mutants are drawn with SEED, and a test
must fail with each. With a WORD, which may be a pattern, only the modules that have it in their names.

A mutant inside a function is tried with the tests that call the function (tools/warm_tests.py). Any other, and what
survives, is tried on a changed copy of the package (tools/changed_package.py) with the tests that are named for its
module. A survivor that is in tools/mutants_explained.toml changes no result, for the reason given there.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import re
import sys
import tempfile
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tools.changed_package import PACKAGE, package_copy
from tools.mutant_operators import Mutant, applied, mutants_of, shown
from tools.warm_tests import WarmTests, run_warm

__all__ = ["explained", "load"]

_PROCESSES = 2
_MAX_CALLERS = 30
_LIBRARIES = ("attrs", "dateutil.relativedelta", "narwhals", "pandas", "pyarrow.parquet")
"""Loaded once, not again for each mutant."""


class Case(NamedTuple):
    """A mutant of a module, and the tests that are named for it."""

    module: str
    text: str
    mutant: Mutant
    tests: list[str]


def main(number: str = "10", seed: str = "0", word: str = "") -> None:
    """Try the mutants of each module, and say which of them no test detects."""
    cases = drawn(int(number), seed, word)
    with tempfile.TemporaryDirectory() as folder:
        notes = Notes(Path(folder), cases)
        _wait_for(_fork(lambda: run_warm(lambda tests: _try_in_live_package(tests, cases, notes))))
        for library in _LIBRARIES:
            with suppress(ImportError):
                importlib.import_module(library)
        rest = notes.rest()
        parts = [_fork(partial(_try_in_copies, rest[part::_PROCESSES], cases, notes)) for part in range(_PROCESSES)]
        for part in parts:
            _wait_for(part)
        found = notes.results()
    total, killed = found.total(), found["killed"]
    if total != len(cases):
        raise SystemExit(f"{len(cases) - total} mutants were not tried")
    print(f"{killed} of {total} mutants fail a test: {killed / total:.1%} (seed {seed}, up to {number} of each module)")
    needed = total - found["explained"]
    print(f"{found['explained']} change no result: {killed} of the other {needed} fail, {killed / needed:.1%}")


def drawn(number: int, seed: str, word: str) -> list[Case]:
    """The mutants to try."""
    found = []
    for group in load("mutants")["group"]:
        for module in group["modules"]:
            if re.search(word, module):
                text = (PACKAGE / module).read_text("utf-8")
                mutants = list(mutants_of(text))
                chosen = random.Random(f"{seed}{module}").sample(mutants, min(number, len(mutants)))  # noqa: S311
                found += [Case(module, text, mutant, group["tests"]) for mutant in chosen]
    return found


def load(name: str) -> dict[str, Any]:
    """A table of this folder."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))


def explained() -> set[tuple[str, str, str]]:
    """Mutants that change no result: module, line before and after."""
    return {
        (each["module"], each["line"], after) for each in load("mutants_explained")["mutant"] for after in each["to"]
    }


class Notes:
    """Prints results, and collects them from several processes."""

    def __init__(self, folder: Path, cases: list[Case]) -> None:
        self.folder = folder
        self._cases = cases
        self._explained = explained()

    def add_result(self, number: int, failed: str) -> None:
        """Print and count the result of a mutant.

        Args:
            number: Its number.
            failed: Name of the test that failed; empty if none did.
        """
        case = self._cases[number]
        before, after = shown(case.text, case.mutant)
        result = "explained" if (case.module, before, after) in self._explained else "SURVIVED"
        result = "killed" if failed else result
        line = case.text.count("\n", 0, case.mutant.start) + 1
        print(f"{result:9}  {case.module}:{line}: {before} -> {after}  {failed}", flush=True)
        self._append("results", result)

    def add_rest(self, number: int, tests: list[str]) -> None:
        """Leave a mutant to be tried in a copy of the package.

        Args:
            number: Its number.
            tests: Arguments of pytest.
        """
        self._append("rest", json.dumps([number, tests]))

    def rest(self) -> list[tuple[int, list[str]]]:
        """Mutants that were left, with arguments of pytest."""
        return [tuple(json.loads(line)) for line in self._lines("rest")]

    def results(self) -> Counter[str]:
        """How many mutants were killed, survived or are explained."""
        return Counter(self._lines("results"))

    def _lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text("utf-8").splitlines() if path.exists() else []

    def _append(self, name: str, line: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def _try_in_live_package(tests: WarmTests, cases: list[Case], notes: Notes) -> None:
    """Try the mutants that are in functions; leave the others, and what survives."""
    running: dict[int, int] = {}
    recent: dict[str, list[str]] = {}

    def leave(number: int) -> None:
        case = cases[number]
        callers = tests.callers(case.module, case.text, case.mutant.start)
        names = dict.fromkeys(name.split("[")[0] for name in callers[:_MAX_CALLERS])
        notes.add_rest(number, [*names, *tests.callers_of_module(case.module), *case.tests])

    def finish() -> None:
        child, status = os.wait()
        number = running.pop(child)
        case = cases[number]
        failed = tests.failed(child, status, notes.folder / str(number))
        if failed:
            known = recent.setdefault(case.module, [])
            recent[case.module] = [failed, *(each for each in known if each != failed)][:10]
            notes.add_result(number, failed)
        else:
            leave(number)

    for number, case in enumerate(cases):
        changed = applied(case.text, case.mutant)
        callers = tests.callers(case.module, case.text, case.mutant.start)
        if not callers or not tests.can_change(case.module, case.text, changed):
            leave(number)
            continue
        if len(running) == _PROCESSES:
            finish()
        known = [name for name in recent.get(case.module, []) if name in callers]
        names = list(dict.fromkeys([*known, *callers]))
        child = tests.start(case.module, case.text, changed, names, notes.folder / str(number))
        if child == 0:
            return
        running[child] = number
    while running:
        finish()


def _try_in_copies(rest: list[tuple[int, list[str]]], cases: list[Case], notes: Notes) -> None:
    with package_copy() as package:
        for number, tests in rest:
            case = cases[number]
            notes.add_result(number, package.failing_test(case.module, applied(case.text, case.mutant), tests))


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
    return child


def _wait_for(child: int) -> None:
    os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:4])
