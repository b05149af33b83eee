"""All tests, collected once; forks of that process run those that call a function, in which one thing is changed.

A process for each mutant would spend most of its time on importing and collecting. Here the functions of the live
package get the code of the changed module, which takes no time. What a module does when it is imported, and what was
called while tests were collected, is not changed this way: `tools/changed_package.py` is for the rest.
"""

from __future__ import annotations

import ast
import functools
import gc
import itertools
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

import pytest
from hypothesis import Phase, settings
from tools.changed_package import PACKAGE, ROOT

__all__ = ["WarmTests", "run_warm"]

SURVEY = ROOT / "build" / "calls_of_tests.json"
"""Seconds of each test and the functions that it calls. Tests that are not in it are added; it may be deleted."""
_MAX_SECONDS = 60.0
"""Of the processor, for the tests that call a changed function: all but a few of them."""
_MAX_SECONDS_OF_NAMED = 6.0
"""Of the processor, for tests that call another function of its module."""
_MAX_FILES = 4
"""Of tests that are collected again for one mutant."""
_WARNINGS = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
_LEFT_OUT = (
    "frames",
    "heavy",
    "plot",
    "project",
    "property/test_frames.py",
    "public/test_threads.py",
    "runtime",
    "safety/test_closed.py",
)
"""Polars has threads, and can't be used in a fork; the others test the surroundings."""
Key = tuple[str, str]


def run_warm(work: Callable[[WarmTests], None]) -> int:
    """Collect all tests, and do some work with them; return the exit code of pytest."""
    left_out = [f"--ignore={ROOT / 'tests' / each}" for each in _LEFT_OUT]
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    sys.path.insert(0, str(ROOT / "src"))
    plugin = _Plugin(work)
    code = int(pytest.main(["-qq", "--tb=no", "-p", "no:cacheprovider", *_WARNINGS, *left_out], plugins=[plugin]))
    if plugin.is_fork:
        os._exit(code)  # What is cleaned up at the end belongs to the first process.
    return code


class _Plugin:
    """Stops pytest between the collection and the first test."""

    def __init__(self, work: Callable[[WarmTests], None]) -> None:
        self.is_fork = False
        self._work = work

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the slow tests."""
        items[:] = [item for item in items if not item.get_closest_marker("slow")]

    def pytest_collection(self) -> None:
        """Do not look for a smaller example once a test has failed."""
        settings.register_profile("mutants", settings.default, phases=[Phase.explicit, Phase.generate], database=None)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Do the work in place of the tests; in a fork, run the tests that it asks for."""
        tests = WarmTests(session)
        self._work(tests)
        self.is_fork = tests.is_fork
        return None if tests.is_fork else True


class WarmTests:
    """Tests that are collected, in a process that has run none of them."""

    def __init__(self, session: pytest.Session) -> None:
        self.is_fork = False
        self._session = session
        self._items = {item.nodeid: item for item in session.items}
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = defaultdict(list)
        self._caches: list[functools._lru_cache_wrapper[object]] = []
        for each in gc.get_objects():
            function = each.__wrapped__ if isinstance(each, functools._lru_cache_wrapper) else each  # noqa: SLF001
            if isinstance(function, FunctionType) and function.__code__.co_filename.startswith(str(PACKAGE)):
                if function is each:
                    self._functions[_place_of(function.__code__)].append(function)
                elif not each.cache_info().currsize:
                    self._caches.append(each)
        gc.collect()
        gc.freeze()
        self._callers: dict[Key, list[str]] = defaultdict(list)
        self._seconds: dict[str, float] = defaultdict(float)
        self._survey()

    def can_change(self, module: str, text: str, changed: str) -> bool:
        """Whether a change is inside functions, which can be given new code.

        Args:
            module: Module of the package.
            text: Its text.
            changed: Its text with the change.
        """
        return any(self._new_codes(module, text, changed))

    def callers(self, module: str, text: str, start: int) -> list[str]:
        """Names of the tests that call the function at a position: the quickest of each test first."""
        return self._callers.get((module, _function_at(text, start) or ""), [])

    def callers_of_module(self, module: str) -> list[str]:
        """Names of tests, without their parameters, that call any function of a module; those of its package first."""
        folder = f"tests/{module.split('/', maxsplit=1)[0].lstrip('_')}/"
        names = {
            test.split("[")[0]: None for (path, _), tests in self._callers.items() if path == module for test in tests
        }
        found: list[str] = []
        files: set[str] = set()
        spent = 0.0
        for name in sorted(names, key=lambda name: (not name.startswith(folder), self._seconds[name])):
            file = name.split("::")[0]
            if (file in files or len(files) < _MAX_FILES) and spent + self._seconds[name] <= _MAX_SECONDS_OF_NAMED:
                found.append(name)
                files.add(file)
                spent += self._seconds[name]
        return found

    def start(self, module: str, text: str, changed: str, names: list[str], output: Path) -> int:
        """Fork a process that runs tests with a changed module; return its number, which is zero in the fork.

        Args:
            module: Module of the package.
            text: Its text.
            changed: Its text with a change in functions.
            names: Tests to run, in this order.
            output: New folder of the fork.
        """
        output.mkdir()
        child = os.fork()
        if child == 0:
            self._become_fork(output, int(4 + 2 * sum(self._seconds[name] for name in names)))
            for function, code in self._new_codes(module, text, changed):
                function.__code__ = code
            self._session.config.option.maxfail = 1
            self._session.items[:] = [self._items[name] for name in names]
        return child

    @staticmethod
    def failed(child: int, status: int, output: Path) -> str:
        """The test that failed in a fork that has ended, or another word for its end; empty if all passed.

        Args:
            child: Number of the fork.
            status: Status of its end.
            output: Its folder, which is removed.
        """
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # Processes that its tests started.
        path = output / "failed"
        failed = path.read_text("utf-8") if path.exists() else ""
        shutil.rmtree(output, ignore_errors=True)
        return failed or (f"ended with {os.waitstatus_to_exitcode(status)}" if status else "")

    def _become_fork(self, output: Path, seconds: int) -> None:
        self.is_fork = True
        os.setpgid(0, 0)  # So that processes of its tests end with it.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (6 << 30, 6 << 30))
        signal.alarm(30 * seconds)  # A mutant may wait for something that never comes.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(output)
        self._session.config.pluginmanager.unregister(name="terminalreporter")
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        self._session.config.pluginmanager.register(_Notes(output / "failed"))

    def _new_codes(self, module: str, text: str, changed: str) -> Iterator[tuple[FunctionType, CodeType]]:
        path = str(PACKAGE / module)
        for before, after in _changed_codes(compile(text, path, "exec"), compile(changed, path, "exec")):
            for function in self._functions.get(_place_of(before), ()):
                if len(after.co_freevars) == len(before.co_freevars):
                    yield function, after

    def _survey(self) -> None:
        """Find out what each test calls: in a fork, because this process is to run no test."""
        known: dict[str, Any] = json.loads(SURVEY.read_text()) if SURVEY.exists() else {}
        new = [name for name in self._items if name not in known]
        if new:
            with tempfile.TemporaryDirectory() as folder:
                child = os.fork()
                if child == 0:
                    self._run_survey([self._items[name] for name in new], Path(folder))
                if os.waitpid(child, 0)[1]:
                    raise RuntimeError((Path(folder) / "log").read_text("utf-8"))
                known |= json.loads((Path(folder) / "survey").read_text())
            SURVEY.parent.mkdir(exist_ok=True)
            SURVEY.write_text(json.dumps(known))
        self._order({name: found for name, found in known.items() if name in self._items and found[0] is not None})

    def _run_survey(self, items: list[pytest.Item], folder: Path) -> NoReturn:
        try:
            self._become_fork(folder, 4 * 3600)
            survey = _Survey(folder, self._caches, itertools.chain(*self._functions.values()))
            self._session.config.pluginmanager.register(survey)
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            survey.write()
            os._exit(0)
        except BaseException:  # noqa: BLE001
            (folder / "log").write_text(traceback.format_exc(), "utf-8")
            os._exit(1)

    def _order(self, known: dict[str, tuple[float, list[Key]]]) -> None:
        """For each function, the tests that call it: the quickest case of each first, as many as there is time for."""
        rank: dict[str, int] = defaultdict(int)
        ordered: dict[Key, list[tuple[int, float, str]]] = defaultdict(list)
        for name, (seconds, called) in sorted(known.items(), key=lambda each: each[1][0]):
            test = name.split("[")[0]
            rank[test] += 1
            self._seconds[test] += seconds
            if test != name:
                self._seconds[name] = seconds
            for module, function in called:
                ordered[module, function].append((rank[test], seconds, name))
        for key, tests in ordered.items():
            spent = 0.0
            for _, seconds, name in sorted(tests):
                spent += seconds + 0.002
                if spent > _MAX_SECONDS and self._callers[key]:
                    break
                self._callers[key].append(name)


class _Notes:
    """Writes down which test failed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of a test that failed."""
        if report.failed:
            self._path.write_text(report.nodeid, "utf-8")


class _FirstCall:
    """Stands in for the code of a function until it is called, which costs nothing afterwards."""

    def __init__(self, function: FunctionType, called: list[_FirstCall]) -> None:
        self._function = function
        self._called = called
        self._code = function.__code__
        constants = tuple(self if each == "first call" else each for each in _stand_in.__code__.co_consts)
        self._stand_in = _stand_in.__code__.replace(co_consts=constants, co_freevars=self._code.co_freevars)
        path = self._code.co_filename.removeprefix(f"{PACKAGE}{os.sep}")
        self.key = (path, self._code.co_qualname.split(".<locals>")[0])

    def wait(self) -> None:
        """Wait for the next call."""
        self._function.__code__ = self._stand_in

    def note(self, *args: object, **options: object) -> object:
        """Note the call, and do it."""
        self._function.__code__ = self._code
        self._called.append(self)
        return self._function(*args, **options)


def _stand_in(*args: object, **options: object) -> object:
    return "first call".note(*args, **options)  # type: ignore[attr-defined]


class _Survey:
    """Seconds of each test, and the functions of the package that it calls; no seconds if it fails or is skipped."""

    def __init__(
        self,
        folder: Path,
        caches: list[functools._lru_cache_wrapper[object]],
        functions: Iterable[FunctionType],
    ) -> None:
        self._path = folder / "survey"
        self._caches = caches
        self._called: list[_FirstCall] = []
        for function in functions:
            _FirstCall(function, self._called).wait()
        self._found: dict[str, tuple[float | None, list[Key]]] = {}
        self._bad: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Run a test as if it was the first."""
        for cache in self._caches:
            cache.cache_clear()
        for each in self._called:
            each.wait()
        self._called.clear()
        start = time.process_time()
        try:
            return (yield)
        finally:
            seconds = None if item.nodeid in self._bad else time.process_time() - start
            self._found[item.nodeid] = (seconds, sorted({each.key for each in self._called}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Do not count a test that fails without a change."""
        if not report.passed:
            self._bad.add(report.nodeid)

    def write(self) -> None:
        """Write down what was found."""
        self._path.write_text(json.dumps(self._found))


def _place_of(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _function_at(text: str, position: int) -> str | None:
    """The function or method whose body has a position."""
    line = text.count("\n", 0, position) + 1
    names: list[str] = []
    nodes: list[ast.stmt] = ast.parse(text).body
    while found := [node for node in nodes if node.lineno <= line <= (node.end_lineno or 0)]:
        match found[0]:
            case ast.ClassDef(name=name, body=body):
                names.append(name)
                nodes = body
            case ast.FunctionDef(name=name, body=body) if body[0].lineno <= line:
                return ".".join([*names, name])
            case _:
                return None
    return None


def _changed_codes(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The functions that differ, from the outside to the inside."""
    old, new = ([each for each in code.co_consts if isinstance(each, CodeType)] for code in (before, after))
    for one, other in zip(old, new, strict=False):
        if one.co_name == other.co_name and not _same(one, other):
            yield one, other
            yield from _changed_codes(one, other)


def _same(one: CodeType, other: CodeType) -> bool:
    return one.replace(co_linetable=b"", co_firstlineno=1) == other.replace(co_linetable=b"", co_firstlineno=1)
