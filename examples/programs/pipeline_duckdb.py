"""Load a month of remittances into DuckDB, for the data team of a clearinghouse.

Each table is written to a Parquet file while the folder is read, so memory use does not grow with the folder. DuckDB
joins the tables by their keys: `file` and `claim_position` identify a claim. The load stops if a remittance is out of
balance.

    python pipeline_duckdb.py examples warehouse
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from sequestration import frames

TABLES: tuple[frames.TableName, ...] = ("remittances", "claims", "service_lines", "adjustments", "findings", "problems")

OUT_OF_BALANCE = "SELECT count(*) FROM remittances WHERE payment <> paid - provider_adjustments"

SUMS = """
SELECT payer, strftime(payment_date, '%Y-%m') AS month, count(*) AS claims, sum(paid) AS paid,
       sum(sequestration) AS withheld
FROM claims GROUP BY ALL ORDER BY ALL
"""

TO_RECOVER = """
SELECT claims.payer, claims.trace_number, count(*) AS lines, sum(difference) AS to_recover
FROM findings JOIN claims USING (file, claim_position)
WHERE owed_to = 'provider' GROUP BY ALL ORDER BY to_recover DESC
"""


def load(folder: str, warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Write every table of a folder as Parquet, and open them in DuckDB."""
    warehouse.mkdir(exist_ok=True)
    connection = duckdb.connect()
    for table in TABLES:
        file = warehouse / f"{table}.parquet"
        frames.to_parquet(folder, file, table=table)
        connection.from_parquet(str(file)).create_view(table)
    return connection


def main(folder: str, warehouse: str) -> None:
    """Load a folder, stop if it is out of balance, and print totals and the amounts to recover."""
    connection = load(folder, Path(warehouse))
    if any(connection.sql(OUT_OF_BALANCE).fetchall()[0]):
        sys.exit("A remittance is out of balance. See the problems table.")
    for query in (SUMS, TO_RECOVER):
        for row in connection.sql(query).fetchall():
            print(*row)


if __name__ == "__main__":
    main(*sys.argv[1:])
