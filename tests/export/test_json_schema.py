"""The JSON of an audit is what its JSON Schema says: nothing is missing, nothing more is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from hypothesis import given

import sequestration as seq
from sequestration import strategies
from sequestration.strategies import MISTAKES, MadeRemittance
from tests.making import RIGHT, claim, line, remittance
from tests.paths import ROOT
from tests.project.test_project import keys_of

jsonschema = pytest.importorskip("jsonschema")

ENUMS: dict[str, type[Enum]] = {
    "verdict": seq.Verdict,
    "explanation_code": seq.ExplanationCode,
    "owed_to": seq.OwedTo,
    "problem_code": seq.ProblemCode,
    "reason_code": seq.ReasonCode,
    "action": seq.Action,
    "rate_status": seq.RateStatus,
}
EXAMPLES = sorted((ROOT / "examples").glob("*.835"))


def strict(value: Any) -> Any:
    """The schema with no other keys than those it names, to find keys that it lacks."""
    if isinstance(value, dict):
        found = {key: strict(inner) for key, inner in value.items()}
        return found | {"additionalProperties": False} if "required" in found else found
    return [strict(inner) for inner in value] if isinstance(value, list) else value


VALIDATOR = jsonschema.Draft202012Validator(
    strict(seq.json_schema()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def check(audit: seq.Audit) -> None:
    VALIDATOR.validate(json.loads(json.dumps(audit.to_dict())))
    VALIDATOR.validate(json.loads(json.dumps(audit.to_dict(as_of="2024-08-01"))))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(seq.json_schema())


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
def test_audits_of_made_remittances_are_valid(made: MadeRemittance) -> None:
    check(seq.check_835(made.data, keep="all"))


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


@pytest.mark.parametrize("name", ENUMS)
def test_the_codes_are_those_of_the_library(name: str) -> None:
    assert seq.json_schema()["$defs"][name]["enum"] == [member.value for member in ENUMS[name]]


def test_the_keys_are_those_of_the_page_and_of_the_results() -> None:
    schema = seq.json_schema()
    finding = seq.check_adjustment(reported="1.60", paid="78.40", on="2024-03-01")

    assert [*schema["$defs"]["finding"]["properties"]] == [*finding.to_dict()]
    assert {*schema["properties"]} == {key for key in keys_of(seq.check_835([]).to_dict()) if "." not in key}
    for part in objects(schema):
        assert part["required"] == [*part["properties"]]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "required" in value:
            yield value
        for inner in value.values():
            yield from objects(inner)
