"""Engines of many machines, another reader, a browser: where `test-all` is installed. Nothing here is a skip."""

from __future__ import annotations

from importlib.util import find_spec

NEEDS = {
    "test_dask.py": "dask",
    "test_pyspark.py": "pyspark",
    "test_spark_source.py": "pyspark",
    "test_oracle.py": "oxedi",
    "test_browser.py": "selenium",
}
collect_ignore = [name for name, package in NEEDS.items() if find_spec(package) is None]
