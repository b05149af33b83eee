"""Tables of remittances join by their keys: every claim has its row, and the sums agree to the cent."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import frames, strategies
from sequestration._export.csv import COLUMNS
from sequestration.strategies import MISTAKES, MadeRemittance
from tests.frames.test_tables import EXAMPLE, quietly, rows_of
from tests.making import RIGHT, claim, interchange, line, remittance, transaction
from tests.paths import DOCS

TAKEN_BACK = [("CO", "45", "-50"), ("CO", "253", "-1.60"), ("PR", "2", "-20")]
WORDS_OF_TYPES = {
    frames.ColumnType.TEXT: pa.string(),
    frames.ColumnType.WHOLE: pa.int64(),
    frames.ColumnType.DATE: pa.date32(),
    frames.ColumnType.MONEY: pa.decimal128(28, 2),
    frames.ColumnType.RATE: pa.decimal128(10, 9),
    frames.ColumnType.FLAG: pa.bool_(),
}


def twins() -> bytes:
    """Two remittances of one control number, in which one account number stands on five claims."""
    first = transaction(
        claim("A-1", line("99213", "150", "78.40", RIGHT), line("99214", "80", "80")),
        claim("A-1", line("99213", "150", "78.40", RIGHT), payer_number="PA-2", extra=["DTM*050*20240305"]),
        claim("FULL", line("J0001", "10", "10", on="20240302"), line("J0002", "10", "10", on="20240304")),
        provider_adjustments=["PLB*1234567893*20241231*WO:PA-9*50*L6*-1.25"],
    )
    second = transaction(
        claim("A-1", line("99213", "-150", "-78.40", TAKEN_BACK), status="22"),
        claim("A-1", line("99213", "150", "78.40", RIGHT), original="PA-1", frequency="7"),
        claim("A-1", charge="1000", paid="784", plan="MA", adjustments=[("CO", "45", "200"), ("CO", "253", "16")]),
        trace="EFT0002",
        produced="20240415",
    )
    return interchange(first, second)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "remits"
    place.mkdir()
    (place / "a.835").write_bytes(twins())
    (place / "b.835").write_bytes(twins())
    return place


OF_CLAIMS = ("claims", "adjustments", "service_lines", "findings")
KEYS = ("transaction_position", "claim_position", "line")
KEYS_OF = {"remittances": ["transaction_position"], "claims": ["transaction_position", "claim_position"]}
FACTS = ("transaction", "payer", "trace_number", "payment_date", "payee_npi")


def read(source: Any, table: str, **options: Any) -> list[dict[str, Any]]:
    return rows_of(getattr(frames, table)(source, backend="pyarrow", **options))


def columns(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


# Rows


def test_every_claim_has_its_row() -> None:
    rows = read(twins(), "claims")

    names = ["claim", "claim_position", "transaction", "transaction_position", "payer_claim_number", "trace_number"]
    assert columns(rows, *names) == [
        ("A-1", 1, "0001", 1, "PA-1", "EFT0001"),
        ("A-1", 2, "0001", 1, "PA-2", "EFT0001"),
        ("FULL", 3, "0001", 1, "PFULL", "EFT0001"),
        ("A-1", 4, "0001", 2, "PA-1", "EFT0002"),
        ("A-1", 5, "0001", 2, "PA-1", "EFT0002"),
        ("A-1", 6, "0001", 2, "PA-1", "EFT0002"),
    ]
    assert columns(rows, "charge", "paid", "sequestration", "lines", "reversal") == [
        (Decimal("230.00"), Decimal("158.40"), Decimal("1.60"), 2, False),
        (Decimal("150.00"), Decimal("78.40"), Decimal("1.60"), 1, False),
        (Decimal("20.00"), Decimal("20.00"), Decimal("0.00"), 2, False),
        (Decimal("-150.00"), Decimal("-78.40"), Decimal("-1.60"), 1, True),
        (Decimal("150.00"), Decimal("78.40"), Decimal("1.60"), 1, False),
        (Decimal("1000.00"), Decimal("784.00"), Decimal("16.00"), 0, False),
    ]
    assert columns(rows, "status", "plan", "frequency", "original_claim_number")[3:] == [
        ("22", "MB", "1", ""),
        ("1", "MB", "7", "PA-1"),
        ("1", "MA", "1", ""),
    ]
    assert columns(rows, "service_date", "through_date", "received_date", "payment_date")[1:3] == [
        (date(2024, 3, 1), date(2024, 3, 1), date(2024, 3, 5), date(2024, 3, 15)),
        (date(2024, 3, 2), date(2024, 3, 4), None, date(2024, 3, 15)),
    ]
    assert columns(rows, "service_date", "through_date")[5] == (None, None)


def test_every_line_has_its_row() -> None:
    line_of_own = line(
        "99213:25:GA", "150", "78.40", RIGHT, allowed="100", remarks=["N1", "MA01"], extra=["REF*6R*OWN-7"]
    )
    rows = read(
        remittance(claim("A-1", line_of_own, line("0300", "20", "20", qualifier="NU", revenue_code="0300"))),
        "service_lines",
    )

    assert columns(rows, "line", "procedure", "modifiers", "revenue_code", "line_control_number", "remarks") == [
        (1, "99213", "25 GA", "", "OWN-7", "N1 MA01"),
        (2, "0300", "", "0300", "", ""),
    ]
    assert columns(rows, "charge", "paid", "allowed", "sequestration", "units", "qualifier") == [
        (Decimal("150.00"), Decimal("78.40"), Decimal("100.00"), Decimal("1.60"), "1", "HC"),
        (Decimal("20.00"), Decimal("20.00"), None, Decimal("0.00"), "1", "NU"),
    ]


def test_every_remittance_has_its_row() -> None:
    rows = read(twins(), "remittances")

    names = ["transaction", "transaction_position", "trace_number", "payment_date", "claims", "complete"]
    assert columns(rows, *names) == [
        ("0001", 1, "EFT0001", date(2024, 3, 15), 3, True),
        ("0001", 2, "EFT0002", date(2024, 4, 15), 3, True),
    ]
    assert columns(rows, "charge", "paid", "sequestration", "provider_adjustments", "payment") == [
        (Decimal("400.00"), Decimal("256.80"), Decimal("3.20"), Decimal("48.75"), Decimal("208.05")),
        (Decimal("1000.00"), Decimal("784.00"), Decimal("16.00"), Decimal("0.00"), Decimal("784.00")),
    ]
    assert columns(rows, "payer", "payer_ids", "payee", "payee_npi", "method", "remitted_on", "version")[0] == (
        "EXAMPLE MEDICARE CONTRACTOR",
        "1351840597 11502",
        "EXAMPLE CLINIC",
        "1234567893",
        "ACH",
        date(2024, 3, 15),
        "005010X221A1",
    )


def test_every_provider_level_adjustment_has_its_row() -> None:
    rows = read(twins(), "provider_adjustments")

    assert columns(rows, "transaction_position", "position", "provider", "reason", "reference", "amount") == [
        (1, 1, "1234567893", "WO", "PA-9", Decimal("50.00")),
        (1, 2, "1234567893", "L6", "", Decimal("-1.25")),
    ]
    assert all(row["meaning"] for row in rows)


def test_an_amount_that_could_not_be_read_is_null_and_in_no_sum() -> None:
    bad = remittance(
        claim("A-1", line("99213", "150", "78.40", RIGHT)),
        claim("A-2", line("99213", "10", "x", [("CO", "253", "y")]), charge="10", paid="z"),
    )
    first, second = quietly(read, bad, "claims")
    (whole,) = quietly(read, bad, "remittances")

    assert (first["paid"], first["sequestration"]) == (Decimal("78.40"), Decimal("1.60"))
    assert (second["charge"], second["paid"], second["sequestration"]) == (Decimal("10.00"), None, None)
    assert (whole["charge"], whole["paid"], whole["sequestration"]) == (Decimal("160.00"), None, None)


def test_adjustments_that_are_written_twice_count_once() -> None:
    twice = remittance(claim("A-1", line("99213", "150", "78.40", [*RIGHT, *RIGHT])))

    assert [read(twice, table)[0]["sequestration"] for table in ("claims", "service_lines", "remittances")] == [
        Decimal("1.60")
    ] * 3


def test_a_file_that_is_cut_off_is_marked() -> None:
    cut = EXAMPLE[: EXAMPLE.index(b"SVC*HC:J0002")]

    assert [row["complete"] for row in quietly(read, cut, "claims")] == [True, True, False]
    assert [(row["complete"], row["claims"]) for row in quietly(read, cut, "remittances")] == [(False, 3)]


# Sources


@pytest.mark.filterwarnings("ignore::sequestration.SequestrationWarning")
@pytest.mark.parametrize("table", frames.TABLES)
def test_subfolders_are_read_when_asked(tmp_path: Path, table: str) -> None:
    folder = tmp_path / "remits"
    (folder / "2024" / "03").mkdir(parents=True)
    for name in ("a.835", "2024/b.835", "2024/03/c.835"):
        (folder / name).write_bytes(twins() if table != "problems" else EXAMPLE[:-40])
    options: dict[str, Any] = {"keep": "all"} if table == "findings" else {}

    def files(**options: Any) -> list[str]:
        rows = [row for row in read(folder, table, **options) if row.get("code") != "subfolders_skipped"]
        return list(dict.fromkeys(Path(row["file"]).name for row in rows))

    assert files(**options) == ["a.835"]
    assert files(**options, recursive=True) == ["a.835", "b.835", "c.835"]
    flat, notes = frames.to_parquet(folder, tmp_path / "flat", table=table, **options), table == "problems"
    deep = frames.to_parquet(folder, tmp_path / "deep", table=table, recursive=True, **options)
    assert deep == 3 * (flat - notes) > 0
    with pytest.raises(seq.InvalidArgumentType, match="recursive must be True or False"):
        read(folder, table, recursive=1)


# Joins


def test_no_two_claims_of_one_account_are_confused(folder: Path) -> None:
    tables = {
        table: getattr(frames, table)(folder, backend="pyarrow", **({"keep": "all"} if table == "findings" else {}))
        for table in frames.TABLES
    }
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register(f"t_{name}", table)

    def query(text: str) -> list[tuple[Any, ...]]:
        return connection.sql(text).fetchall()

    claim_keys, line_keys = "USING (file, claim_position)", "USING (file, claim_position, line)"
    # Every row finds exactly one row of the table above it, and the keys that both have are equal.
    for below, above, keys in (
        ("adjustments", "claims", claim_keys),
        ("service_lines", "claims", claim_keys),
        ("findings", "claims", claim_keys),
        *((each, "remittances", "USING (file, transaction_position)") for each in OF_CLAIMS),
        ("provider_adjustments", "remittances", "USING (file, transaction_position)"),
    ):
        (found,) = query(
            f"SELECT count(*), count(*) FILTER (b.trace_number = a.trace_number AND b.payee_npi = a.payee_npi "
            f"AND b.payment_date = a.payment_date) FROM t_{below} b JOIN t_{above} a {keys}"
        )
        assert found == (tables[below].num_rows, tables[below].num_rows), below
        assert tables[below].num_rows > 0
    lines = query(f"SELECT count(*) FROM t_adjustments a JOIN t_service_lines {line_keys} WHERE a.level = 'line'")
    assert lines == query("SELECT count(*) FROM t_adjustments WHERE level = 'line'")
    gaps = query(
        "SELECT c.charge - c.paid - coalesce(sum(a.amount), 0) FROM t_claims c LEFT JOIN t_adjustments a "
        f"{claim_keys} GROUP BY c.file, c.claim_position, c.charge, c.paid"
    )
    assert gaps == [(Decimal("0.00"),)] * 12
    assert (
        query(
            "SELECT f.reported, c.sequestration FROM t_findings f JOIN t_claims c USING (file, claim_position) "
            "WHERE f.line IS NULL AND f.reported IS DISTINCT FROM c.sequestration"
        )
        == []
    )


@pytest.mark.slow
@given(strategies.remittances(mistakes=[*MISTAKES], layout=strategies.layouts()))
def test_the_tables_agree_with_each_other_and_with_the_reader(made: MadeRemittance) -> None:
    tables = {table: read(made.data, table, unit="cents") for table in frames.TABLES if table != "problems"}
    tables["findings"] = read(made.data, "findings", unit="cents", keep="all")
    with seq.read_835(made.data) as reader:
        claims = list(reader)
        adjustments = list(reader.provider_adjustments)

    assert columns(tables["claims"], "claim", "claim_position", "charge", "paid") == [
        (claim.control_number, place, claim.charge_cents, claim.paid_cents) for place, claim in enumerate(claims, 1)
    ]
    assert len(tables["service_lines"]) == sum(len(claim.lines) for claim in claims)
    assert columns(tables["provider_adjustments"], "reason", "amount") == [
        (item.reason, item.amount_cents) for item in adjustments
    ]
    sums: Counter[tuple[int, str]] = Counter()
    for row in tables["claims"]:
        sums[row["transaction_position"], "claims"] += 1
        for name in ("charge", "paid", "sequestration"):
            sums[row["transaction_position"], name] += row[name]
    for row in tables["provider_adjustments"]:
        sums[row["transaction_position"], "provider_adjustments"] += row["amount"]
    for row in tables["remittances"]:
        for name in ("claims", "charge", "paid", "sequestration", "provider_adjustments"):
            assert row[name] == sums[row["transaction_position"], name], name
    cuts: Counter[tuple[int, int | None]] = Counter()
    for row in tables["adjustments"]:
        if row["reason"] == "253":
            cuts[row["claim_position"], None] += row["amount"]
            cuts[row["claim_position"], row["line"]] += row["amount"] if row["line"] else 0
    for row in tables["claims"]:
        assert row["sequestration"] == cuts[row["claim_position"], None]
    for row in tables["service_lines"]:
        assert row["sequestration"] == cuts[row["claim_position"], row["line"]]
    keys = {(row["claim_position"], row["claim"], row["payer_claim_number"]) for row in tables["claims"]}
    for table in ("adjustments", "service_lines", "findings"):
        assert {*columns(tables[table], "claim_position", "claim", "payer_claim_number")} <= keys


@pytest.mark.slow
@given(st.lists(strategies.remittances(mistakes=[*MISTAKES]), min_size=2, max_size=4))
def test_any_two_tables_agree_in_the_keys_of_remittances_that_share_a_control_number(
    made: list[MadeRemittance],
) -> None:
    """Each row finds the rows of every other table by the keys that both have, with equal facts of the payment."""
    file = b"".join(remittance.data for remittance in made)
    tables = {table: read(file, table) for table in frames.TABLES if table != "problems"}
    tables["findings"] = read(file, "findings", keep="all")
    assert len(tables["remittances"]) == len(made)
    assert len({row["transaction"] for row in tables["remittances"]}) == 1

    for below, above in product(tables, repeat=2):
        keys = [key for key in KEYS if key in tables_have(below, above)]
        facts = [fact for fact in (*FACTS, "claim") if fact in tables_have(below, above)]
        known = dict(zip(columns(tables[above], *keys), columns(tables[above], *facts), strict=True))
        for place, said in zip(columns(tables[below], *keys), columns(tables[below], *facts), strict=True):
            assert known.get(place, said) == said, (below, above, place)
            assert place in known or above not in ("remittances", "claims") or keys != KEYS_OF[above], (below, above)


def tables_have(*tables: str) -> set[str]:
    """Names of the columns that all of the tables have."""
    return set.intersection(*({column.name for column in frames.TABLES[table]} for table in tables))


# The schema


@pytest.mark.parametrize("table", frames.TABLES)
def test_the_schema_is_that_of_the_table(table: str) -> None:
    schema = getattr(frames, table)([], backend="pyarrow").schema
    described = frames.TABLES[table]

    assert schema.names == [column.name for column in described]
    assert schema.types == [WORDS_OF_TYPES[column.type] for column in described]
    assert all(column.meaning.endswith(".") for column in described)


def test_findings_have_the_columns_of_the_csv() -> None:
    assert [column.name for column in frames.TABLES["findings"]] == list(COLUMNS)


def test_one_name_has_one_type_in_all_tables() -> None:
    types: dict[str, set[str]] = {}
    for column in (column for table in frames.TABLES.values() for column in table):
        types.setdefault(column.name, set()).add(column.type)
    del types["claims"], types["lines"], types["provider_adjustments"]  # Numbers and sums of other tables.

    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_the_page_on_tables_lists_every_column() -> None:
    page = (DOCS / "reference" / "tables.md").read_text("utf-8")
    wanted = "\n".join(
        f"## `{table}`\n\n| column | type | meaning |\n|---|---|---|\n"
        + "".join(f"| `{column.name}` | {column.type.value} | {column.meaning} |\n" for column in described)
        for table, described in frames.TABLES.items()
    )

    assert page.endswith(wanted), wanted


# Folders by month of payment


@pytest.mark.parametrize("table", [table for table in frames.TABLES if table != "problems"])
def test_a_folder_by_month_of_payment(folder: Path, tmp_path: Path, table: str) -> None:
    options: dict[str, Any] = {"keep": "all"} if table == "findings" else {}
    count = frames.to_parquet(folder, tmp_path / "out", table=table, partition_by="payment_month", **options)
    whole = getattr(frames, table)(folder, backend="pyarrow", **options)

    rows: list[dict[str, Any]] = []
    for path in sorted((tmp_path / "out").rglob("*.parquet")):
        part = pq.ParquetFile(path).read()
        assert part.schema.equals(whole.schema)
        assert {f"payment_month={day:%Y-%m}" for day in part["payment_date"].to_pylist()} == {path.parent.name}
        rows += part.to_pylist()
    assert sorted(map(str, rows)) == sorted(map(str, whole.to_pylist()))
    assert count == whole.num_rows > 0
    found = duckdb.execute(
        f"SELECT payment_month, count(*) FROM read_parquet('{tmp_path}/out/**/*.parquet', hive_partitioning = true) "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert dict(found) == Counter(f"{row['payment_date']:%Y-%m}" for row in whole.to_pylist())


def test_months_in_wild_order_without_many_open_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sequestration.frames._files.parquet._MAX_OPEN_FILES", 2)
    monkeypatch.setattr("sequestration.frames._files.parquet.ROWS_AT_A_TIME", 1)
    days = ["20240115", "20240215", "20240315", "20240120", "2024ABCD", "20240220"]
    data = [
        remittance(claim(day, line("99213", "10", "10")), produced=day, trace=f"EFT{place}")
        for place, day in enumerate(days)
    ]

    count = quietly(frames.to_parquet, data, tmp_path / "out", table="claims", partition_by="payment_month")

    assert count == len(days)
    found = {
        str(path.relative_to(tmp_path / "out")): pq.ParquetFile(path).read()["claim"].to_pylist()
        for path in (tmp_path / "out").rglob("*.parquet")
    }
    assert found == {
        "payment_month=2024-01/part-0.parquet": ["20240115"],
        "payment_month=2024-01/part-1.parquet": ["20240120"],
        "payment_month=2024-02/part-0.parquet": ["20240215"],
        "payment_month=2024-02/part-1.parquet": ["20240220"],
        "payment_month=2024-03/part-0.parquet": ["20240315"],
        "payment_month=__HIVE_DEFAULT_PARTITION__/part-0.parquet": ["2024ABCD"],
    }


def test_a_folder_is_there_when_it_is_complete_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    with pytest.raises(FileExistsError, match="already exists") as existing:
        frames.to_parquet(folder, tmp_path / "old", partition_by="payment_month")
    with pytest.raises(FileExistsError, match="already exists"):
        frames.to_parquet(folder, folder / "a.835", partition_by="payment_month")
    with pytest.raises(FileNotFoundError) as missing:
        frames.to_parquet(folder, tmp_path / "nowhere" / "out", partition_by="payment_month")
    with pytest.raises(seq.X12Error, match="Not an 835"):
        frames.to_parquet(b"This is a letter.", tmp_path / "out", partition_by="payment_month")
    with pytest.raises(ValueError, match="problems has no payment date"):
        frames.to_parquet(folder, tmp_path / "out", table="problems", partition_by="payment_month")
    with pytest.raises(ValueError, match="partition_by is 'payment_month' or None, not 'payer'"):
        frames.to_parquet(folder, tmp_path / "out", partition_by="payer")

    assert existing.value.filename == str(tmp_path / "old")
    assert missing.value.filename == str(tmp_path / "nowhere" / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old", "remits"]
    assert (folder / "a.835").read_bytes() == twins()


def test_an_audit_has_no_rows_of_what_was_read() -> None:
    audit = seq.check_835(EXAMPLE)
    for table in ("claims", "service_lines", "remittances", "provider_adjustments"):
        with pytest.raises(TypeError, match=f"An audit has no {table}. Pass the files"):
            getattr(frames, table)(audit, backend="pyarrow")


def test_columns_are_data() -> None:
    column = frames.TABLES["claims"][0]

    assert attrs.asdict(column)["name"] == "file"
    assert str(column.type) == "text"
