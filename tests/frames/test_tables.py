"""Remittances as tables: the same rows on every engine, exact, streamed to Parquet, no problem lost."""

from __future__ import annotations

import gc
import io
import os
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, localcontext
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

import sequestration as seq
from sequestration import frames, strategies
from sequestration._export.csv import COLUMNS
from sequestration.frames._files.build_table import arrow_batch
from sequestration.strategies import MISTAKES, MadeRemittance
from tests.engines import (
    Engine,
    arrow_table,
    classic,
    duckdb_relation,
    plain,
    read_arrow,
    read_duckdb,
    read_pandas,
    read_polars,
)
from tests.making import RIGHT, claim, line, remittance
from tests.paths import ROOT

MADE_ON = [
    Engine("pandas", classic, read_pandas),
    Engine("polars", lambda c, t: pl.DataFrame(pl.from_arrow(arrow_table(c, t))), read_polars),
    Engine("pyarrow", arrow_table, read_arrow),
    Engine("duckdb", duckdb_relation, read_duckdb),
]
every_engine = pytest.mark.parametrize("engine", MADE_ON, ids=str)
TABLES = tuple(frames.TABLES)
OF_AUDITS = ("findings", "problems")

LARGE = [("CO", "45", "50"), ("CO", "253", "2.00"), ("PR", "2", "20")]
EXAMPLE = remittance(
    claim("A-1", line("99213", "150", "78.40", RIGHT), line("99214", "150", "78", LARGE, on="20220801")),
    claim(
        "A-2",
        charge="1000",
        paid="784",
        plan="MA",
        adjustments=[("CO", "45", "200"), ("CO", "253", "16")],
        first_day="20240301",
        last_day="20240305",
    ),
    claim(
        "A-3",
        line("J0001", "10", "9.80", [("CO", "253", "0.20")], on=None, extra=["DTM*150*20240310", "DTM*151*20240312"]),
        line("J0002", "10", "9.80", [("CO", "253", "0.20")], on=None),
        line("J0003", "10", "x", extra=["CAS*CO*253*0.2O*3"], on="20240399"),
        first_day="20240309",
    ),
    provider_adjustments=["PLB*1234567893*20241231*WO:PA-9*50*L6*-1.25"],
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are right, wrong, no remittance at all, cut off, and hidden."""
    place = tmp_path / "remits"
    place.mkdir()
    (place / "a.835").write_bytes(EXAMPLE)
    (place / "b.835").write_bytes(b"This is a letter.")
    (place / "c.835").write_bytes(EXAMPLE[:-150])
    (place / "d.835").write_bytes(remittance(claim("D-1", line("99213", "150", "78.40", RIGHT))))
    (place / ".hidden").write_bytes(b"nothing")
    return place


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def quietly(make: Any, *args: Any, **options: Any) -> Any:
    """A table of files of which some cannot be read."""
    with pytest.warns(seq.SequestrationWarning, match=r"could not be read"):
        return make(*args, **options)


# Rows


def test_an_adjustment_a_row_with_its_place() -> None:
    table = quietly(frames.adjustments, EXAMPLE, backend="pyarrow")
    place = ["claim", "line", "procedure", "service_date", "through_date", "level"]
    what = ["group", "reason", "amount", "quantity"]
    first, last = date(2024, 3, 1), date(2022, 8, 1)

    keys = ["payer_claim_number", "line_control_number", "transaction", "transaction_position"]
    keys += ["claim_position", "trace_number", "payment_date", "payee_npi"]

    assert table.column_names == ["file", "payer", *place[:3], *keys, *place[3:-1], *what, "level"]
    assert {(row["file"], row["payer"]) for row in rows_of(table)} == {(None, "EXAMPLE MEDICARE CONTRACTOR")}
    assert [tuple(row[name] for name in place) for row in rows_of(table)] == [
        *[("A-1", 1, "99213", first, first, "line")] * 3,
        *[("A-1", 2, "99214", last, last, "line")] * 3,
        *[("A-2", None, "", first, date(2024, 3, 5), "claim")] * 2,
        ("A-3", 1, "J0001", date(2024, 3, 10), date(2024, 3, 12), "line"),
        ("A-3", 2, "J0002", date(2024, 3, 9), None, "line"),
        ("A-3", 3, "J0003", None, None, "line"),
    ]
    assert [tuple(row[name] for name in what) for row in rows_of(table)[6:]] == [
        ("CO", "45", Decimal("200.00"), None),
        ("CO", "253", Decimal("16.00"), None),
        ("CO", "253", Decimal("0.20"), None),
        ("CO", "253", Decimal("0.20"), None),
        ("CO", "253", None, "3"),
    ]


def test_a_finding_a_row_as_in_the_csv() -> None:
    audit = seq.check_835(EXAMPLE, keep="all")
    table = quietly(frames.findings, EXAMPLE, keep="all", backend="pyarrow")

    assert table.column_names == list(COLUMNS)
    assert [row["verdict"] for row in rows_of(table)][:3] == ["correct", "cut_too_large", "correct"]
    assert_findings(table, audit)
    assert frames.findings(audit, backend="pyarrow").equals(table)


def test_findings_of_an_audit_are_a_table_and_those_left_to_do(tmp_path: Path) -> None:
    audit = seq.check_835(ROOT / "examples" / "practice" / "quarter.zip")
    left = audit.open_findings()
    table = frames.findings(left, backend="pyarrow")

    assert 0 < table.num_rows == len(left) < len(audit.findings)
    assert table.equals(frames.findings(attrs.evolve(audit, findings=left), backend="pyarrow"))
    assert frames.to_parquet(tuple(left), tmp_path / "left.parquet", table="findings") == len(left)
    assert frames.findings(left[:0], backend="pyarrow").schema == table.schema
    with pytest.raises(seq.InvalidArgumentType, match=r"^A list of findings has no claims\. Pass the files instead\.$"):
        frames.to_parquet(left, tmp_path / "left.parquet", table="claims")


def test_a_table_of_findings_never_takes_the_place_of_their_remittance(tmp_path: Path) -> None:
    path = tmp_path / "a.835"
    path.write_bytes((ROOT / "examples" / "part_b_mistakes.835").read_bytes())
    with pytest.raises(FileExistsError):
        frames.to_parquet(seq.check_835(path).findings, path, table="findings")


def assert_findings(table: pa.Table, audit: seq.Audit) -> None:
    """The rows say what the findings say, each in a type that holds it."""
    rows = rows_of(table)
    assert len(rows) == len(audit.findings)
    for row, found in zip(rows, audit.findings, strict=True):
        for name, value in COLUMNS.items():
            assert row[name] == value(found), name


def test_a_problem_a_row() -> None:
    problems = seq.check_835(EXAMPLE).problems
    table = frames.problems(EXAMPLE, backend="pyarrow")

    assert rows_of(table) == [problem.to_dict() | {"level": problem.level.value} for problem in problems]
    assert {"bad_amount", "bad_date"} <= {row["code"] for row in rows_of(table)}
    assert frames.problems(seq.check_835(EXAMPLE), backend="pyarrow").equals(table)


@pytest.mark.slow
@given(strategies.remittances(mistakes=[*MISTAKES], layout=strategies.layouts()))
def test_rows_add_up_to_the_audit(made: MadeRemittance) -> None:
    audit = seq.check_835(made.data, keep="all")
    totals: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows_of(frames.adjustments(made.data, unit="cents", backend="pyarrow")):
        totals[row["group"], row["reason"]] += row["amount"]
        counts[row["group"], row["reason"]] += 1

    by_code = {(total.group, total.code): (total.count, total.amount) for total in audit.by_code()}
    assert {code: (counts[code], Decimal(cents).scaleb(-2)) for code, cents in totals.items()} == by_code
    assert_findings(frames.findings(made.data, keep="all", backend="pyarrow"), audit)
    assert_findings(frames.findings(made.data, backend="pyarrow"), seq.check_835(made.data))
    assert rows_of(frames.problems(made.data, backend="pyarrow")) == [found.to_dict() for found in audit.problems]


# Engines and units


@every_engine
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("unit", ["dollars", "cents"])
def test_every_engine_has_the_same_rows(engine: Engine, table: str, unit: str, folder: Path) -> None:
    options: dict[str, Any] = {} if table == "problems" else {"unit": unit}
    make = frames.problems if table == "problems" else getattr(frames, table)
    tell = frames.problems if table == "problems" else lambda *args, **more: quietly(make, *args, **more)

    found = engine.read(tell(folder, backend=engine.name, **options))

    wanted = read_arrow(tell(folder, backend="pyarrow", **options))
    assert {name: [day(value) for value in values] for name, values in found.items()} == wanted
    assert len(next(iter(wanted.values()))) > 1


def day(value: Any) -> Any:
    """pandas' moments as the days they stand for."""
    return value.date() if isinstance(value, pd.Timestamp) else value


@every_engine
@pytest.mark.parametrize("table", TABLES)
def test_nothing_read_is_an_empty_table_of_the_same_types(engine: Engine, table: str) -> None:
    make = getattr(frames, table)
    empty, full = (
        make([], backend=engine.name),
        make(seq.check_835(EXAMPLE), backend=engine.name)
        if table in OF_AUDITS
        else quietly(make, EXAMPLE, backend=engine.name),
    )

    assert all(values == [] for values in engine.read(empty).values())
    if engine.name == "pyarrow":
        assert empty.schema == full.schema
    else:
        assert list(empty.columns) == list(full.columns)
        assert list(empty.dtypes) == list(full.dtypes)


def test_types_are_exact() -> None:
    dollars = quietly(frames.adjustments, EXAMPLE, backend="pyarrow").schema
    cents = quietly(frames.adjustments, EXAMPLE, unit="cents", backend="pyarrow").schema
    of_findings = frames.findings([], backend="pyarrow").schema

    assert dollars.field("amount").type == pa.decimal128(28, 2)
    assert cents.field("amount").type == pa.int64()
    assert not [field for field in [*dollars, *cents, *of_findings] if pa.types.is_floating(field.type)]


def test_findings_do_not_depend_on_the_callers_decimal_context() -> None:
    data = remittance(claim("A", line("99213", "2000", "1225.21", [("CO", "45", "749.79"), ("CO", "253", "25.00")])))

    with localcontext(prec=3):
        table = frames.findings(data, keep="all", backend="pyarrow")

    assert table.select(["paid", "payable", "reported", "rate"]).to_pylist() == [
        {"paid": Decimal("1225.21"), "payable": Decimal("1250.21"), "reported": Decimal(25), "rate": Decimal("0.02")}
    ]


@every_engine
def test_the_largest_amount_there_can_be(engine: Engine) -> None:
    most = "9" * 18 + ".99"
    data = remittance(claim("A", line("99213", most, "0", [("CO", "45", most), ("CO", "45", f"-{most}")])))

    dollars = engine.read(frames.adjustments(data, backend=engine.name))
    with pytest.warns(seq.SequestrationWarning, match="2 amounts are too large for cents in 64 bits"):
        cents = engine.read(frames.adjustments(data, unit="cents", backend=engine.name))

    assert dollars["amount"] == [Decimal(most), -Decimal(most)]
    assert cents["amount"] == [None, None]


@every_engine
def test_tables_go_into_the_functions_of_frames(engine: Engine) -> None:
    table = quietly(frames.findings, EXAMPLE, keep="all", backend=engine.name)

    found = engine.read(frames.add_reduction(table, payable="payable", on="on", into="again"))

    assert found["again"] == found["expected"]
    assert Decimal("1.60") in found["again"]


def test_batches_are_put_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = [quietly(frames.adjustments, EXAMPLE, backend=engine.name) for engine in MADE_ON]
    monkeypatch.setattr("sequestration.frames._files.parquet.ROWS_AT_A_TIME", 2)
    parts = [quietly(frames.adjustments, EXAMPLE, backend=engine.name) for engine in MADE_ON]
    quietly(frames.to_parquet, EXAMPLE, tmp_path / "parts.parquet")

    for engine, one, many in zip(MADE_ON, whole, parts, strict=True):
        assert engine.read(one) == engine.read(many)
    assert pq.ParquetFile(tmp_path / "parts.parquet").num_row_groups == 6


# Sources


def test_sources_are_those_of_a_check(folder: Path) -> None:
    path = folder / "d.835"
    alone = frames.adjustments(path, backend="pyarrow")

    sources: list[Any] = [str(path), [path], iter([str(path)]), [[path]]]
    for source in sources:
        assert frames.adjustments(source, backend="pyarrow").equals(alone)
    with path.open("rb") as stream:
        assert frames.adjustments(stream, backend="pyarrow").equals(alone)
    for data in (path.read_bytes(), io.BytesIO(path.read_bytes())):
        found = frames.adjustments([data], backend="pyarrow")
        assert found.drop_columns(["file"]).equals(alone.drop_columns(["file"]))
    files = quietly(frames.adjustments, folder, backend="pyarrow")["file"].to_pylist()
    assert list(dict.fromkeys(files)) == [str(folder / name) for name in ("a.835", "c.835", "d.835")]


@pytest.mark.parametrize("table", TABLES)
def test_one_file_alone_that_cannot_be_read_is_an_error(table: str, tmp_path: Path) -> None:
    make = getattr(frames, table)

    with pytest.raises(seq.X12Error, match="Not an 835"):
        make(b"This is a letter.", backend="pandas")
    with pytest.raises(FileNotFoundError):
        make(tmp_path / "nowhere.835", backend="pandas")
    with pytest.raises(TypeError, match="a remittance must be a path"):
        make(253, backend="pandas")
    with pytest.raises(seq.X12Error, match="Not an 835"):
        frames.to_parquet(b"This is a letter.", tmp_path / "out.parquet", table=table)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_read_are_told_and_listed(folder: Path) -> None:
    with pytest.warns(seq.SequestrationWarning, match=r"3 of 4 files could not be read completely\. frames\.problems"):
        frames.adjustments(folder, backend="pyarrow")
    with pytest.warns(seq.SequestrationWarning, match=r"3 of 4 files could not be read completely\. frames\.problems"):
        frames.findings(folder, backend="pyarrow")
    problems = rows_of(frames.problems(folder, backend="pyarrow"))

    assert [problem.to_dict() for problem in seq.check_835(folder).problems] == problems
    errors = {(Path(row["file"]).name, row["code"]) for row in problems if row["level"] == "error"}
    assert {("b.835", "not_an_835"), ("c.835", "cut_off"), ("a.835", "bad_amount")} <= errors


def test_what_an_audit_did_not_keep_is_told() -> None:
    wrong = remittance(*(claim(f"A-{number}", line("99213", "150", "78", LARGE)) for number in range(3)))
    audit = seq.check_835(wrong, limit=1)

    with pytest.warns(seq.SequestrationWarning, match="2 more findings were counted and not kept"):
        table = frames.findings(audit, backend="pyarrow")

    assert table.num_rows == 1
    assert frames.findings(wrong, backend="pyarrow").num_rows == 3


def test_payers_and_schedule_are_those_of_the_check() -> None:
    ours = seq.MEDICARE_FFS.what_if(first_day="2020-01-01", rate="0.03", stacking="replace")
    data = remittance(claim("A", line("99213", "150", "78.40", RIGHT), plan="HM"))

    said = frames.findings(data, keep="all", payers={"11502": "ffs"}, backend="pyarrow")
    other = frames.findings(data, keep="all", payers={"11502": "ffs"}, schedule=ours, backend="pyarrow")

    assert said["verdict"].to_pylist() == ["correct"]
    assert other["rate"].to_pylist() == [Decimal("0.03")]
    assert other["expected"].to_pylist() == [Decimal("2.40")]
    assert frames.findings(data, keep="all", backend="pyarrow")["verdict"].to_pylist() == ["not_applicable"]


def test_wrong_usage_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="backend must be one of pandas, polars, pyarrow, duckdb, not 'excel'"):
        frames.adjustments(EXAMPLE, backend="excel")
    with pytest.raises(ValueError, match="unit must be 'dollars' or 'cents', not 'floats'"):
        frames.adjustments(EXAMPLE, unit="floats", backend="pandas")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"table must be one of adjustments, claims, .*, problems, not 'postings'"):
        frames.to_parquet(EXAMPLE, tmp_path / "out.parquet", table="postings")
    with pytest.raises(ValueError, match="keep must be 'wrong' or 'all'"):
        frames.findings(EXAMPLE, keep="some", backend="pandas")
    with pytest.raises(TypeError, match="An audit has no adjustments"):
        frames.adjustments(seq.check_835(EXAMPLE), backend="pandas")  # type: ignore[arg-type]
    long = seq.MEDICARE_FFS.what_if(first_day="2013-01-01", rate="0.0123456789", stacking="replace")
    with pytest.raises(seq.InvalidSchedule, match="more than nine decimal places"):
        frames.findings(EXAMPLE, keep="all", schedule=long, backend="pandas")
    for package, backend in (("polars", "polars"), ("pyarrow", "duckdb")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(seq.MissingExtra, match=f"pip install {package}"):
            frames.adjustments(EXAMPLE, backend=backend)
    with pytest.raises(seq.MissingExtra, match=r"Parquet files need it\. Run: pip install pyarrow"):
        frames.to_parquet(EXAMPLE, tmp_path / "out.parquet")


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
def test_a_name_of_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.835"
    Path(os.fsdecode(path)).write_bytes(EXAMPLE)

    for engine in MADE_ON:
        found = engine.read(quietly(frames.adjustments, tmp_path, backend=engine.name))
        assert found["file"][0].endswith(r"/caf\udce9.835")


# Parquet


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("unit", ["dollars", "cents"])
def test_parquet_reads_back_as_the_table(table: str, unit: Any, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    if table == "problems":
        rows = frames.to_parquet(folder, path, table=table, unit=unit)
        wanted = frames.problems(folder, backend="pyarrow")
    else:
        rows = quietly(frames.to_parquet, folder, path, table=table, unit=unit)
        wanted = quietly(getattr(frames, table), folder, unit=unit, backend="pyarrow")

    found = pq.read_table(path)

    assert found.equals(wanted)
    assert rows == found.num_rows > 1
    assert pl.read_parquet(path).rows() == pl.DataFrame(pl.from_arrow(wanted)).rows()
    assert duckdb.read_parquet(str(path)).fetchall() == duckdb.from_arrow(wanted).fetchall()


def test_an_empty_folder_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "remits").mkdir()

    assert frames.to_parquet(tmp_path / "remits", tmp_path / "out.parquet") == 0
    assert pq.read_table(tmp_path / "out.parquet").equals(frames.adjustments([], backend="pyarrow"))


class Breaks(io.BytesIO):
    """A file that cannot be read to its end."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 60_000:
            raise OSError("the disk is gone")
        return super().read(size)


def test_a_failure_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sequestration.frames._files.parquet.ROWS_AT_A_TIME", 10)
    path = tmp_path / "out.parquet"
    path.write_bytes(b"the old one")
    many = remittance(*(claim(f"A-{number}", line("99213", "150", "78.40", RIGHT)) for number in range(2_000)))

    with pytest.raises(OSError, match=r"^the disk is gone$"):
        frames.to_parquet(Breaks(many), path)

    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError) as of_the_source:
        frames.to_parquet(tmp_path / "nowhere.835", path)
    assert of_the_source.value.filename == str(tmp_path / "nowhere.835")
    with pytest.raises(FileNotFoundError) as of_the_target:
        frames.to_parquet(EXAMPLE, tmp_path / "nowhere" / "out.parquet")
    assert of_the_target.value.filename == str(tmp_path / "nowhere" / "out.parquet")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_never_replaces_a_remittance_that_it_comes_from(tmp_path: Path, table: str) -> None:
    data = EXAMPLE
    for name in ("a.835", "b.835"):
        (tmp_path / name).write_bytes(data)
    sources: list[Any] = [tmp_path / "b.835", tmp_path, str(tmp_path / "b.835")]
    if table in OF_AUDITS:
        sources.append(seq.check_835(tmp_path))

    for source in sources:
        with pytest.raises(FileExistsError, match="would overwrite a remittance"):
            frames.to_parquet(source, tmp_path / "b.835", table=table)
    assert (tmp_path / "b.835").read_bytes() == data
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.835", "b.835"]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_files(tmp_path: Path) -> None:
    for number in range(32):
        claims = (claim(f"A-{number}-{place}", line("99213", "150", "78.40", RIGHT)) for place in range(1_000))
        (tmp_path / f"{number}.835").write_bytes(remittance(*claims))
    files = sorted(tmp_path.glob("*.835"))

    one, all_of_them = peak(files[:1], tmp_path), peak(files, tmp_path)

    assert all_of_them < 4 * one  # for 32 files: what waits for the collector, and the list of groups of rows


def peak(files: list[Path], place: Path) -> int:
    """The most memory that writing the adjustments of files takes beyond what is there."""
    counted = count()

    def collected(*rows: Any) -> Any:
        """A batch; what waits for the collector, in some versions of Python much, is none of ours."""
        if next(counted) % 10 == 0:
            gc.collect()
        return arrow_batch(*rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sequestration.frames._files.parquet.ROWS_AT_A_TIME", 500)
        patch.setattr("sequestration.frames._files.parquet.arrow_batch", collected)
        frames.to_parquet(files[0], place / "first.parquet")  # what is made on first use
        tracemalloc.start()
        try:
            frames.to_parquet(files, place / "out.parquet")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


# From files to a forecast


def test_a_folder_becomes_a_forecast(folder: Path) -> None:
    doubled = seq.MEDICARE_FFS.what_if(first_day="2024-03-01", rate="0.02", stacking="add")
    table = quietly(frames.findings, folder, keep="all", backend="polars")

    found = frames.forecast(table, payable="payable", on="on", schedules={"law": None, "doubled": doubled})

    by_schedule = {
        name: sum(row["cut"] for row in found.to_dicts() if row["schedule"] == name) for name in ("law", "doubled")
    }
    expected: dict[str, Decimal] = {"law": Decimal(0), "doubled": Decimal(0)}
    for payable, on in table.select("payable", "on").rows():
        if payable is not None and on is not None:
            expected["law"] += seq.expected_reduction(payable, on=on).amount
            expected["doubled"] += seq.expected_reduction(payable, on=on, schedule=doubled).amount
    assert by_schedule == expected
    assert expected["doubled"] > expected["law"] > 0


def values(table: Any) -> Iterator[Any]:
    """Everything that stands in a table of pandas."""
    for name in table:
        yield from (plain(value) for value in table[name])


def test_no_table_shows_a_person() -> None:
    from tests.safety.test_privacy import MARKER
    from tests.safety.test_privacy import remittance as with_persons

    for broken in (False, True):
        data = [with_persons(broken=broken)]
        tables = [
            frames.problems(data, backend="pandas"),
            frames.findings(seq.check_835(data, keep="all"), backend="pandas"),
            *(
                quietly(make, data, backend="pandas") if broken else make(data, backend="pandas")
                for make in (getattr(frames, table) for table in TABLES if table not in OF_AUDITS)
            ),
        ]
        text = " ".join(str(value) for table in tables for value in values(table))
        assert "ACCOUNT1" in text
        assert MARKER not in text.replace("MARKERNOAMOU", "").replace("MARKERDAY", "")
