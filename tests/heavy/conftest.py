"""Engines of many machines, other readers, a browser, a spreadsheet program: where they are installed.

None is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from shutil import which
from typing import Any

import pytest

NEEDS = {
    "test_benchmarks.py": "oxedi",
    "test_browser.py": "selenium",
    "test_browser_page.py": "selenium",
    "test_dask.py": "dask",
    "test_ibis.py": "ibis",
    "test_modin.py": "modin",
    "test_notebook.py": "selenium",
    "test_oracle.py": "oxedi",
    "test_pyright.py": "pyright",
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
if which("npm") is None:  # By which the page's Python is had.
    collect_ignore.append("test_browser_page.py")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark session with two workers and the data source."""
    from sequestration import frames
    from tests.heavy.session import start

    session = start(2)
    session.dataSource.register(frames.era835())
    yield session
    session.stop()
