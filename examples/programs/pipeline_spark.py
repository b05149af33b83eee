"""Load remittances into a lake with Spark, for the data team of a payer or clearinghouse.

The tables are the same as in pipeline_duckdb.py, and the files are read in parallel. Submit it, or run it in a notebook
on a cluster:

    spark-submit pipeline_spark.py /mnt/remits /mnt/lake
"""

from __future__ import annotations

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from sequestration import frames


def read(spark: SparkSession, folder: str, table: str) -> DataFrame:
    """Read a table of all files in a folder."""
    return spark.read.format("era835").option("table", table).load(folder)


def main(spark: SparkSession, folder: str, lake: str) -> None:
    """Write claims and findings by payment month, and print the amounts withheld and to recover."""
    spark.dataSource.register(frames.era835())
    for table in ("claims", "findings"):
        month = sql.date_format("payment_date", "yyyy-MM").alias("payment_month")
        read(spark, folder, table).select("*", month).write.partitionBy("payment_month").parquet(f"{lake}/{table}")
    claims, findings = spark.read.parquet(f"{lake}/claims"), spark.read.parquet(f"{lake}/findings")
    for row in claims.groupBy("payer").agg(sql.sum("sequestration")).orderBy("payer").collect():
        print(*row)
    to_recover = findings.where("owed_to = 'provider'").agg(sql.count("*"), sql.sum("difference"))
    print(*to_recover.collect()[0])


if __name__ == "__main__":
    main(SparkSession.builder.getOrCreate(), *sys.argv[1:])
