"""Every result gives plain values, which JSON can hold, with money as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import pytest

import sequestration as seq
from tests.making import RIGHT, claim, line, remittance
from tests.public.test_pickling import RESULTS

TABLES_OF_CODES = {"CARCS", "RARCS", "PLBS", "STEPS"}
NO_RESULTS = {*TABLES_OF_CODES, "payables"}


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in NO_RESULTS])
def test_every_result_has_plain_values(name: str) -> None:
    values = RESULTS[name].to_dict()

    assert json.loads(json.dumps(values)) == values
    assert values
    assert not floats(values)


@pytest.mark.parametrize("name", sorted(name for name in seq.__all__ if attrs.has(getattr(seq, name))))
def test_every_public_class_of_results_has_them(name: str) -> None:
    assert callable(getattr(seq, name).to_dict)


def of_audits() -> dict[str, Any]:
    """What an audit sums: with and without days, and of payers of each kind."""
    cut_twice = [("CO", "45", "50"), ("CO", "253", "3.20"), ("PR", "2", "20")]
    claims = [
        claim("RIGHT", line("99213", "150", "78.40", RIGHT)),
        claim("WRONG", line("99213", "150", "76.80", cut_twice)),
        claim("GROUP", line("99213", "150", "78.40", [("CO", "45", "50"), ("PR", "253", "1.60"), ("PR", "2", "20")])),
        claim("PLAN", line("99213", "150", "76.80", cut_twice), plan="16"),
        claim("NO-DAY", line("99213", "150", "76.80", cut_twice, on=None), plan="16"),
        claim("UNKNOWN", line("99213", "150", "149", [("XX", "X99", "1")])),
    ]
    audit = seq.check_835(remittance(*claims, provider_adjustments=["PLB*1234567893*20241231*WO:1*10"]))
    lists = (
        *(audit.patterns(), audit.plans(), audit.by_code(), audit.by_claim(), audit.findings, audit.problems),
        *(audit.provider_adjustments, audit.files, audit.expiring(as_of="2024-06-01"), [audit.totals.no_date]),
    )
    return {f"{type(each).__name__} {number}": each for rows in lists for number, each in enumerate(rows)}


COLUMNS = {
    "Finding": "verdict, claim or line, date of service, reported, expected, difference, why, file, check or EFT, "
    "paid on, payer claim",
    "Pattern": "payer, verdict, lines, dollars, owed to, reversed since, mistake, dates of service, claim type",
    "PlanTotal": "plan, as if Medicare, mistake, dates of service, lines, reported, expected, difference",
    "CodeTotal": "code, adjustments, dollars, kind, next step, title",
    "ClaimTotal": "payer claim, account, payments, reversals, reported, reversed, expected, still open, returned, "
    "withheld twice",
    "AuditedFile": "file, readable, transactions, claims, lines",
    "Expiring": "last day to, within 30 days, in 31 to 60 days, in 61 to 90 days, later, passed",
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_columns_of_a_table_are_named_and_filled(kind: str) -> None:
    rows = [found for name, found in of_audits().items() if name.split()[0] == kind]

    assert rows
    for row in rows:
        assert ", ".join(row._columns) == COLUMNS[kind]
        assert len(row._cells) == len(row._columns)


def test_a_file_without_a_name_is_unnamed() -> None:
    assert seq.check_835(remittance()).files[0]._cells[0] == "unnamed input"


def test_a_code_without_a_title_is_unknown() -> None:
    titles = {found.code: found._cells[-1] for name, found in of_audits().items() if name.startswith("CodeTotal")}

    assert titles["X99"] == "unknown code"
    assert titles["253"] == seq.carc("253").title


SHORTER = {
    seq.Audit: ("findings", "findings_dropped"),  # With a mark that only the audit knows; only those that are not zero.
    seq.Step: ("authority", "deadlines"),  # In words.
    seq.Deadline: ("authority",),
}
VALUES = {**{name: found for name, found in RESULTS.items() if name not in NO_RESULTS}, **of_audits()}


@pytest.mark.parametrize("name", VALUES)
def test_plain_values_are_those_of_the_attributes(name: str) -> None:
    found = VALUES[name]
    values = found.to_dict()
    shorter = SHORTER.get(type(found), ())
    same = [key for key in values if key not in shorter and not callable(getattr(found, key, len))]

    assert same
    assert {key: values[key] for key in same} == {key: plain(getattr(found, key)) for key in same}


def plain(value: Any) -> Any:
    """A value as JSON has it, without the library."""
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    return list(map(plain, value)) if isinstance(value, Iterable) and not isinstance(value, str) else value


def floats(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [found for inner in value.values() for found in floats(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in floats(inner)]
    return [value] if isinstance(value, float) else []


def test_a_claim_has_dollars_and_days() -> None:
    data = remittance(
        claim("A-1", line("99213:25", "150", "78.40", RIGHT, allowed="100"), first_day="20240301", last_day="2024030x")
    )
    with seq.read_835(data) as reader:
        (found,) = reader
    values = found.to_dict()

    assert (values["charge"], values["paid"], values["dates"]) == (
        "150.00",
        "78.40",
        {"232": "2024-03-01", "233": None},
    )
    assert "remittance" not in values
    assert found.remittance.to_dict()["payment"] == "78.40"
    assert values["lines"][0]["amounts"] == {"B6": "100.00"}
    assert values["lines"][0]["modifiers"] == ["25"]
    assert values["lines"][0]["adjustments"][1] == {
        "group": "CO",
        "reason": "253",
        "amount": "1.60",
        "quantity": None,
    }
    assert seq.Adjustment("CO", "253", None).to_dict()["amount"] is None


def test_a_reduction_has_its_period() -> None:
    values = seq.expected_reduction("40", on="2022-05-10").to_dict()

    assert (values["rate"], values["amount"], values["period"]["first_day"]) == ("0.01", "0.40", "2022-04-01")
    assert values["period"]["status"] == "ordered"


def test_a_schedule_comes_back_from_its_plain_values() -> None:
    values = json.loads(json.dumps(seq.MEDICARE_FFS.to_dict()))

    assert seq.RateSchedule.from_records(values["periods"], name=values["name"]).periods == seq.MEDICARE_FFS.periods
