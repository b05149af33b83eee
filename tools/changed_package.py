"""A copy of the package in which one module is changed, and the tests that notice it."""

from __future__ import annotations

import compileall
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import time

import hypothesis.strategies  # noqa: F401  # so that no test run loads it again
import pytest

__all__ = ["PACKAGE", "ROOT", "PackageCopy", "package_copy"]

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "sequestration"
_MAX_SECONDS = 900
_OPTIONS = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


class PackageCopy:
    """Copy of the package.

    Tests run in a fork of this process, which has loaded the libraries that they need, but not the package.
    """

    def __init__(self, folder: Path) -> None:
        self._source = folder / "src"
        self._output = folder / "output"
        shutil.copytree(ROOT / "src", self._source, ignore=shutil.ignore_patterns("__pycache__"))
        compileall.compile_dir(self._source, quiet=2)

    def failing_test(self, module: str, changed: str, tests: list[str]) -> str:
        """The first test that fails with a changed module; empty if none does.

        Args:
            module: Module of the package, which is as it was afterwards.
            changed: Text of the module.
            tests: Arguments of pytest.
        """
        path = self._source / "sequestration" / module
        written, times = path.read_text("utf-8"), (path.stat().st_atime, path.stat().st_mtime)
        path.write_text(changed, "utf-8")
        os.utime(path, (time() + 100, time() + 100))  # Never those of the compiled module.
        try:
            code = self._run(tests)
        finally:
            path.write_text(written, "utf-8")
            os.utime(path, times)
        lines = self._output.read_text("utf-8", "replace").splitlines()
        failed = [line.split()[1] for line in lines if line.startswith(("FAILED", "ERROR"))]
        if failed or code == pytest.ExitCode.OK:
            return failed[0] if failed else ""
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            raise SystemExit(f"no test: {tests}")
        return f"the tests end with {code}"

    def _run(self, tests: list[str]) -> int:
        """Exit code of the tests; below zero, a signal ended them."""
        child = os.fork()
        if child == 0:
            try:
                self._become_tests(tests)
            finally:
                os._exit(pytest.ExitCode.INTERNAL_ERROR)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _become_tests(self, tests: list[str]) -> None:
        import signal

        signal.alarm(_MAX_SECONDS)  # A mutant may be a loop without end.
        output = os.open(self._output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(ROOT)
        os.environ["PYTHONPATH"] = str(self._source)
        sys.path.insert(0, str(self._source))
        sys.dont_write_bytecode = True
        code = pytest.main([*_OPTIONS, *tests])
        sys.stdout.flush()
        os._exit(code)


@contextmanager
def package_copy() -> Generator[PackageCopy]:
    """Copy the package to a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield PackageCopy(Path(folder))
