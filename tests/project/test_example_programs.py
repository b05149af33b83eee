"""The programs in examples/programs: each is short, says who it is for, and gives the right figures."""

from __future__ import annotations

import ast
import csv
import json
import runpy
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sequestration as seq
from tests.paths import EXAMPLES

pytestmark = pytest.mark.slow

PROGRAMS = sorted((EXAMPLES / "programs").glob("*.py"))
MAX_LINES = 60


def run(name: str, *arguments: object, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    return runpy.run_path(str(EXAMPLES / "programs" / f"{name}.py"), run_name="__main__")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_is_short_and_says_who_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")

    assert len(text.splitlines()) < MAX_LINES
    assert ", for " in (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def test_there_are_five_and_one_for_spark() -> None:
    assert [path.stem for path in PROGRAMS] == [
        "analysis",
        "contract_model",
        "pipeline_duckdb",
        "pipeline_spark",
        "posting_system",
        "web_service",
    ]


def test_the_posting_system_books_what_was_paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("posting_system", EXAMPLES, tmp_path / "book.csv", monkeypatch=monkeypatch)

    with (tmp_path / "book.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    booked = [row for row in rows if row["status"] == "hold" or row["kind"] == "payment"]
    assert sum(Decimal(row["amount"]) for row in booked) == sum(
        claim.paid for path in EXAMPLES.glob("*.835") for claim in seq.read_835(path) if claim.paid is not None
    )
    wrong = seq.check_835(EXAMPLES).findings
    assert sum(row["status"] == "hold" for row in rows) == len({(item.file, item.claim_position) for item in wrong})
    assert not {row["claim"] for row in rows if row["status"] == "hold"} & {
        row["claim"] for row in rows if row["status"] == "post"
    }


def test_the_analysis_has_the_figures_of_the_audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    names = run("analysis", EXAMPLES, monkeypatch=monkeypatch)

    totals, wrong = seq.check_835(EXAMPLES).totals, names["wrong"]
    assert wrong[wrong["owed_to"] == "provider"]["difference"].sum() == totals.by_owed_to[seq.OwedTo.PROVIDER]
    assert names["claims"]["paid"].sum() == Decimal("41775.62")
    assert "with PAYGO" in capsys.readouterr().out


def test_the_pipeline_finds_what_there_is_to_recover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("duckdb")
    run("pipeline_duckdb", EXAMPLES, tmp_path / "warehouse", monkeypatch=monkeypatch)

    recover = seq.check_835(EXAMPLES).totals.by_owed_to[seq.OwedTo.PROVIDER]
    assert capsys.readouterr().out.splitlines()[-1] == f"EXAMPLE MEDICARE CONTRACTOR EFT0001 5 {recover}"


def test_the_pipeline_stops_where_a_remittance_does_not_balance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("duckdb")
    paid = (EXAMPLES / "one_claim.835").read_bytes()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "a.835").write_bytes(paid.replace(b"BPR*I*78.40*", b"BPR*I*78.5*"))

    with pytest.raises(SystemExit, match="is out of balance"):
        run("pipeline_duckdb", tmp_path / "mail", tmp_path / "warehouse", monkeypatch=monkeypatch)


def test_the_contract_model_prices_the_clause(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("contract_model", EXAMPLES / "one_claim.835", "11502", monkeypatch=monkeypatch)

    assert capsys.readouterr().out.splitlines() == [
        "withheld 1.60, by the contract 1.60, beyond it 0.00",
        "2027 as signed: 1.60 of 80.00",
        "2027 without the clause: 0.00 of 80.00",
        "2027 with 4% PAYGO on top: 4.80 of 80.00",
    ]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("fastapi")
    monkeypatch.setenv("INBOX", str(EXAMPLES))
    from fastapi.testclient import TestClient

    return TestClient(runpy.run_path(str(EXAMPLES / "programs" / "web_service.py"))["app"])


MISTAKES = EXAMPLES / "part_b_mistakes.835"


def test_the_web_service_returns_the_audit_of_an_upload(service: Any) -> None:
    answer = service.post("/remittances", files={"file": MISTAKES.read_bytes()})

    expected = seq.check_835(MISTAKES.read_bytes()).masked().to_dict()
    assert answer.status_code == 200
    assert {**answer.json(), "files": []} == {**expected, "files": []}


def test_the_web_service_describes_its_results(service: Any) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    answer = paths["/lines"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert [*answer["properties"]] == [*seq.json_schema(seq.Finding)["properties"]]


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"", b"Dear JANE DOE"])
def test_the_web_service_refuses_what_is_no_835(service: Any, data: bytes) -> None:
    answer = service.post("/remittances", files={"file": data})

    assert answer.status_code == 422
    assert answer.json()["error"] == "X12Error"
    assert "JANE" not in answer.text


def test_the_web_service_checks_a_line(service: Any) -> None:
    line = {"on": "2024-03-01", "paid": 101.4, "reported": 2.6, "allowed": "130.00"}

    assert service.post("/lines", json=line).json()["verdict"] == "cut_too_large"
    answer = service.post("/lines", json={**line, "paid": "1.234"})
    assert (answer.status_code, answer.json()["error"]) == (422, "InvalidAmount")


def test_the_web_service_reads_only_its_inbox(service: Any) -> None:
    found = service.get("/inbox", params={"name": MISTAKES.name})
    assert found.json()["status"] == "needs_review"
    assert json.dumps(seq.check_835(MISTAKES).findings[0].claim) not in found.text

    for name in ("..", "", "programs", "../README.md", MISTAKES.read_text("utf-8"), "a\0b", "n" * 5000):
        answer = service.get("/inbox", params={"name": name})
        assert answer.status_code == 404
        assert answer.json() == {"detail": "The inbox has no such file"}
