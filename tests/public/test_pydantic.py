"""pydantic takes results as they are, and writes them as `to_dict()` does, in models and by themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sequestration as seq
from tests.public.test_pickling import RESULTS

pydantic: Any = pytest.importorskip("pydantic")

NO_RESULTS = {"CARCS", "RARCS", "PLBS", "STEPS", "payables"}
FINDING = RESULTS["Finding"]


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in NO_RESULTS])
def test_every_result_is_written_as_its_plain_values(name: str) -> None:
    result = RESULTS[name]
    adapter = pydantic.TypeAdapter(type(result))

    assert adapter.validate_python(result) is result
    assert adapter.dump_python(result) == result
    assert json.loads(adapter.dump_json(result)) == result.to_dict()
    assert [*adapter.json_schema()["properties"]] == [*result.to_dict()]
    assert "$ref" not in json.dumps(adapter.json_schema())


def test_what_is_no_such_result_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError, match="instance of Claim"):
        pydantic.TypeAdapter(seq.Claim).validate_python(FINDING)


def test_a_model_holds_results() -> None:
    model = pydantic.create_model("Note", finding=(seq.Finding, ...), lines=(list[seq.ServiceLine], ...))
    note = model(finding=FINDING, lines=RESULTS["Claim"].lines)

    assert note.finding is FINDING
    assert json.loads(note.model_dump_json()) == {
        "finding": FINDING.to_dict(),
        "lines": [line.to_dict() for line in RESULTS["Claim"].lines],
    }
    assert model.model_json_schema()["properties"]["finding"]["type"] == "object"
