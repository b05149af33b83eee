"""A Spark session in this process, for all tests that need one."""

from __future__ import annotations

import os
import sys

from pyspark.sql import SparkSession

__all__ = ["start"]


def start(workers: int = 1) -> SparkSession:
    """A session whose workers run this interpreter."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    return (
        SparkSession.builder.master(f"local[{workers}]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
