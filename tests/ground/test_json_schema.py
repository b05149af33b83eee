"""The JSON of every result is what its JSON Schema says: nothing is missing, nothing more is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from sequestration.strategies import MISTAKES, MadeRemittance
from tests.making import RIGHT, claim, line, remittance
from tests.paths import ROOT
from tests.project.test_project import keys_of
from tests.property.drawn import dollars
from tests.public.test_pickling import RESULTS

jsonschema = pytest.importorskip("jsonschema")

ENUMS: dict[str, type[Enum]] = {
    "verdict": seq.Verdict,
    "explanation_code": seq.ExplanationCode,
    "owed_to": seq.OwedTo,
    "problem_code": seq.ProblemCode,
    "reason_code": seq.ReasonCode,
    "action": seq.Action,
    "rate_status": seq.RateStatus,
    "authority_status": seq.AuthorityStatus,
    "code_kind": seq.CodeKind,
    "confidence": seq.Confidence,
    "group_code": seq.GroupCode,
    "posting_kind": seq.PostingKind,
    "time_left": seq.TimeLeft,
}
EXAMPLES = sorted((ROOT / "examples").glob("*.835"))


def strict(value: Any) -> Any:
    """The schema with no other keys than those it names, to find keys that it lacks."""
    if isinstance(value, dict):
        found = {key: strict(inner) for key, inner in value.items()}
        return found | {"additionalProperties": False} if "required" in found else found
    return [strict(inner) for inner in value] if isinstance(value, list) else value


def validator(result: type | None = None) -> Any:
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(strict(seq.json_schema(result)), format_checker=formats)


def classes_of_results() -> dict[str, type]:
    """Every public class with `to_dict`, wherever it is public."""
    modules = [seq, *(import_module(f"sequestration.{name}") for name in ("deadlines", "frames", "strategies"))]
    public = [getattr(module, name) for module in modules for name in module.__all__]
    return {thing.__name__: thing for thing in public if isinstance(thing, type) and hasattr(thing, "to_dict")}


CLASSES = classes_of_results()
VALIDATORS = {cls: validator(cls) for cls in CLASSES.values()}
VALIDATOR = VALIDATORS[seq.Audit]


def check(result: Any) -> None:
    values = result.to_dict()
    VALIDATORS[type(result)].validate(json.loads(json.dumps(values)))
    assert [*seq.json_schema(type(result))["properties"]] == [*values]
    if isinstance(result, seq.Audit):
        VALIDATOR.validate(json.loads(json.dumps(result.to_dict(as_of="2024-08-01"))))


@pytest.mark.parametrize("name", CLASSES)
def test_the_schema_of_every_result_is_a_schema_of_its_own(name: str) -> None:
    schema = seq.json_schema(CLASSES[name])

    jsonschema.Draft202012Validator.check_schema(schema)
    assert {*schema["$defs"]} == {*re.findall(r"#/\$defs/(\w+)", json.dumps(schema))}
    schema["properties"].clear()
    assert seq.json_schema(CLASSES[name])["properties"]


def test_without_a_class_it_is_the_schema_of_an_audit() -> None:
    assert seq.json_schema() == seq.json_schema(seq.Audit)


@pytest.mark.parametrize("thing", [seq.RemittanceReader, seq.Verdict, dict, type("Claim", (), {}), "finding", Decimal])
def test_what_is_no_class_of_results_has_none(thing: Any) -> None:
    with pytest.raises(seq.InvalidArgumentType, match="such as Finding"):
        seq.json_schema(thing)


RESULTS_OF_CLASSES = {name: result for name, result in RESULTS.items() if type(result) in VALIDATORS} | {
    "Recoupment": seq.deadlines.recoupment("2026-06-01")
}


@pytest.mark.parametrize("name", RESULTS_OF_CLASSES)
def test_results_are_valid(name: str) -> None:
    check(RESULTS_OF_CLASSES[name])


def test_there_is_a_result_of_every_class() -> None:
    assert {*map(type, RESULTS_OF_CLASSES.values())} == {*CLASSES.values()}


@pytest.mark.slow
def test_tables_and_schedules_are_valid() -> None:
    every: list[Any] = [*seq.CARCS.values(), *seq.RARCS.values(), *seq.PLBS.values(), *seq.misattributed_causes()]
    every += [seq.MEDICARE_ADVANTAGE, seq.MEDICARE_FFS.what_if(first_day="2027-04-01", rate="0.04", stacking="add")]
    every += [step for code in seq.CARCS for step in steps(code)]
    for result in every:
        check(result)


def steps(code: str) -> Iterator[seq.Step]:
    for group in ("CO", "PR"):
        step = seq.next_step(f"{group}-{code}", service_date="2025-03-01", remittance_date="2025-06-02")
        VALIDATORS[seq.Step].validate(step.to_dict(as_of="2026-01-02"))
        yield step


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("keep", ["wrong", "all"])
def test_examples_are_valid(path: Any, keep: str) -> None:
    check(seq.check_835(path, keep=keep))


def test_what_could_not_be_read_or_kept_is_valid() -> None:
    check(seq.check_835([]))
    check(seq.check_835([b"This is a letter.", EXAMPLES[0].read_bytes()[:-100]]))
    check(seq.check_835(EXAMPLES, limit=1).masked())


def test_plans_and_provider_adjustments_are_valid() -> None:
    made = remittance(
        claim("A-1", line("99213", "150", "78.40", RIGHT, on="20210301"), plan="16"),
        claim("A-2", line("99213", "150", "x", RIGHT)),
        provider_adjustments=["PLB*1234567893*20241231*WO:REF*-5.00*ZZ*y"],
    )
    audit = seq.check_835(made, keep="all")

    assert audit.plans()
    assert [item.amount for item in audit.provider_adjustments][1] is None
    check(audit)


def test_days_left_are_as_of_the_day_that_was_given() -> None:
    """The remittance is of Mar 15, 2024: appeal to Jul 18, 2024, reopening to Mar 15, 2025."""
    audit = seq.check_835(ROOT / "examples" / "part_b_mistakes.835")
    without, values = audit.to_dict(), audit.to_dict(as_of="2024-07-20")
    clocks, unknown = (each["findings"][0]["step"]["deadlines"] for each in (values, without))

    assert (without["as_of"], values["as_of"]) == (None, "2024-07-20")
    assert [(each["last_day"], each["days_left"], each["passed"]) for each in clocks[:2]] == [
        ("2024-07-18", -2, True),
        ("2025-03-15", 238, False),
    ]
    assert {(each["days_left"], each["passed"]) for each in unknown} == {(None, None)}
    assert "passed on Jul 18, 2024" in values["findings"][0]["step"]["instruction"]
    with pytest.raises(seq.InvalidDate):
        audit.to_dict(as_of="2024-02-30")


@pytest.mark.slow
@given(strategies.remittances(mistakes=[*MISTAKES], layout=strategies.layouts()))
def test_results_of_made_remittances_are_valid(made: MadeRemittance) -> None:
    audit = seq.check_835(made.data, keep="all")
    check(audit)
    parts: list[Any] = [*audit.files, *audit.findings, *audit.problems, *audit.provider_adjustments, *audit.plans()]
    parts += [*audit.patterns(), *audit.by_claim(), *audit.by_code(), *audit.expiring(as_of="2025-01-01"), audit.totals]
    with seq.read_835(made.data) as reader:
        for claim in reader:
            parts += [claim, claim.remittance, *claim.lines, *claim.adjustments, *claim.postings()]
            parts += [adjustment for line in claim.lines for adjustment in line.adjustments]
            if not claim.is_reversal:
                parts.append(seq.secondary_adjustments(claim))
    parts += seq.service_lines(made.data, "adjusted")
    for part in parts:
        check(part)


CENTS = st.integers(0, 10**10)
DAYS = st.dates(date(2012, 1, 1), date(2040, 12, 31))


@pytest.mark.slow
@given(CENTS, DAYS, st.integers(1, 400))
def test_computed_amounts_are_valid(cents: int, day: date, days: int) -> None:
    check(seq.expected_reduction(dollars(cents), on=day))
    check(seq.medicare_payment(allowed=dollars(cents), coinsurance_rate="0.2"))
    amounts = dict.fromkeys(("charge", "primary_allowed", "primary_paid", "allowed"), dollars(cents))
    check(seq.secondary_payment(**amounts, deductible="0", coinsurance="0"))
    check(seq.cost_report_reduction(dollars(cents), first_day=day, last_day=day + timedelta(days), days_formula=True))
    check(seq.check_adjustment(reported=dollars(cents), paid=dollars(cents * 7), on=day))


@pytest.mark.slow
@given(st.dates(date(2015, 1, 1), date(2026, 11, 27)))
def test_last_days_are_valid(day: date) -> None:
    check(seq.deadlines.redetermination(day))
    check(seq.deadlines.timely_filing(day))
    check(seq.deadlines.recoupment(day))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("ok", "yes"),
        ("status", "fine"),
        ("interrupted", -1),
        ("counts", {"wrong": 1}),
        ("more", 1),
        ("findings", None),
        ("totals", {}),
    ],
)
def test_what_is_wrong_is_not_valid(key: str, value: Any) -> None:
    changed = seq.check_835(EXAMPLES[0]).to_dict() | {key: value}

    assert not VALIDATOR.is_valid(changed)


def test_a_float_is_no_amount() -> None:
    values = seq.check_835(EXAMPLES[0], keep="all").to_dict()
    values["findings"][0]["expected"] = 1.6

    assert not VALIDATOR.is_valid(values)


def test_the_codes_are_those_of_the_library() -> None:
    parts = {name: part for cls in CLASSES.values() for name, part in seq.json_schema(cls)["$defs"].items()}

    assert {name: part["enum"] for name, part in parts.items() if "enum" in part} == {
        name: [member.value for member in members] for name, members in ENUMS.items()
    }


def test_the_keys_are_those_of_the_page_and_of_the_results() -> None:
    schema = seq.json_schema()

    assert {*schema["properties"]} == {key for key in keys_of(seq.check_835([]).to_dict()) if "." not in key}
    for part in objects([seq.json_schema(cls) for cls in CLASSES.values()]):
        assert part["required"] == [key for key in part["properties"] if key not in ONLY_AS_OF]


ONLY_AS_OF = {"days_left", "passed"}
"""Keys of the clocks of a step that are there only if a day is given."""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "required" in value:
            yield value
        for inner in value.values():
            yield from objects(inner)
