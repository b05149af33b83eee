"""Engines of many machines, other readers, a browser, a spreadsheet program: where they are installed.

None is skipped.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from tests.paths import ROOT

NEEDS = {
    "test_benchmarks.py": "oxedi",
    "test_browser.py": "selenium",
    "test_browser_page.py": "selenium",
    "test_dask.py": "dask",
    "test_firefox.py": "selenium",
    "test_ibis.py": "ibis",
    "test_modin.py": "modin",
    "test_notebook.py": "selenium",
    "test_oracle.py": "oxedi",
    "test_pyright.py": "pyright",
    "test_python_page.py": "selenium",
    "test_site.py": "selenium",
    "test_pyspark.py": "pyspark",
    "test_screenshots.py": "selenium",
    "test_spark_pieces.py": "pyspark",
    "test_spark_program.py": "pyspark",
    "test_spark_contents.py": "pyspark",
    "test_spark_filters.py": "pyspark",
    "test_spark_source.py": "pyspark",
    "test_spark_stream.py": "pyspark",
    "test_sqlframe.py": "sqlframe",
}
collect_ignore = [name for name, package in NEEDS.items() if find_spec(package) is None]
if which("soffice") is None or find_spec("xlsxwriter") is None:
    collect_ignore.append("test_libreoffice.py")
if find_spec("sphinx") is None:
    collect_ignore.append("test_site.py")
if which("firefox-esr") is None and which("firefox") is None:
    collect_ignore.append("test_firefox.py")
if which("npm") is None:  # By which the page's Python is had.
    collect_ignore += ["test_browser_page.py", "test_firefox.py", "test_python_page.py"]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark session with two workers and the data source."""
    from sequestration import frames
    from tests.heavy.session import start

    session = start(2)
    session.dataSource.register(frames.era835())
    yield session
    session.stop()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as a folder; npm and pip are those of whoever runs the tests."""
    out = tmp_path_factory.mktemp("built") / "page"
    home = pwd.getpwuid(os.getuid()).pw_dir
    command = [sys.executable, "-m", "tools.browser_page", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "HOME": home}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out
