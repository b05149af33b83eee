"""Claims data: the columns of each file, what its payment is, and that the basis must be said."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

import sequestration as seq
from sequestration import frames
from tests.engines import ENGINES, Engine

every_engine = pytest.mark.parametrize("engine", ENGINES, ids=str)
DAY = date(2024, 3, 1)


@pytest.mark.parametrize("name", frames.claims_data_names())
def test_each_file_says_what_it_is_and_how_sure_that_is(name: str) -> None:
    data = frames.claims_data(name)

    assert data.name == name
    assert data.certainty in ("high", "medium", "low")
    assert all([data.title, data.paid, data.on, data.evidence, data.note])
    assert data.paid in str(data)


@pytest.mark.parametrize("name", frames.claims_data_names())
def test_what_is_known_of_a_file_can_be_pickled_copied_and_kept_in_sets(name: str) -> None:
    data = frames.claims_data(name)

    for again in (pickle.loads(pickle.dumps(data)), copy.copy(data), copy.deepcopy(data)):
        assert again == data
        assert hash(again) == hash(data)
        assert str(again) == str(data)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        data.paid = "PAID"  # type: ignore[misc]


def test_every_file_is_on_its_page() -> None:
    from tests.paths import ROOT

    page = (ROOT / "docs" / "howto" / "claims_data.md").read_text("utf-8")
    for name in frames.claims_data_names():
        data = frames.claims_data(name)
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert f"`{data.paid}`" in row
        assert data.certainty in row


def test_a_file_that_is_not_known() -> None:
    with pytest.raises(ValueError, match=r"'cclf_9' is not a known file\. Use one of: cclf_1, cclf_5"):
        frames.claims_data("cclf_9")


@every_engine
@pytest.mark.parametrize("name", ["cclf_1", "cclf_5", "cclf_6"])
def test_cclf_can_only_be_added_back(engine: Engine, name: str) -> None:
    data = frames.claims_data(name)
    frame = engine.make(
        {data.paid.lower(): [0.24], data.on.lower(): [DAY]}, {data.paid.lower(): "float", data.on.lower(): "date"}
    )

    found = engine.read(data.add_back(frame, basis="net"))
    gross = engine.read(data.add_back(frame, basis="gross"))

    assert (found["gross_low"], found["gross_high"]) == ([0.24], [0.25])
    assert (gross["gross_low"], gross["gross_high"]) == ([0.24], [0.24])
    assert not data.has_sequestration
    with pytest.raises(TypeError, match="nothing to check"):
        data.check(frame, basis="net")


@every_engine
@pytest.mark.parametrize("name", ["cclf_a", "cclf_b", "tparc", "medpar"])
def test_files_with_the_cut_are_checked(engine: Engine, name: str) -> None:
    data = frames.claims_data(name)
    assert data.reported is not None
    columns: dict[str, list[Any]] = {
        data.paid: [Decimal("39.20")] * 2,
        data.reported: [Decimal("0.80"), Decimal("1.00")],
        data.on: [DAY] * 2,
    }
    frame = engine.make(columns, {data.paid: "decimal", data.reported: "decimal", data.on: "date"})

    found = engine.read(data.check(frame, basis="net"))

    assert found["verdict"] == ["correct", "cut_too_large"]


SLOTS: dict[str, list[Any]] = {
    "LINE_NCH_PMT_AMT": [39.20, 39.20, 39.20, 39.20],
    "LINE_1ST_EXPNS_DT": [DAY] * 4,
    "LINE_OTHR_APLD_IND_CD1": ["H", "B", "H ", None],
    "LINE_OTHR_APLD_AMT1": [0.80, 5.00, 0.50, None],
    "LINE_OTHR_APLD_IND_CD2": [None, "H", "H", "C"],
    "LINE_OTHR_APLD_AMT2": [None, 0.80, 0.30, 0.01],
}


@every_engine
@pytest.mark.parametrize("name", ["rif_carrier", "rif_dme"])
@pytest.mark.parametrize("kind", ["float", "decimal"])
def test_slots_with_code_h_are_the_cut(engine: Engine, name: str, kind: str) -> None:
    columns = dict(SLOTS)
    if kind == "decimal":
        for column, values in SLOTS.items():
            if column.endswith(("AMT", "AMT1", "AMT2")):
                columns[column] = [value if value is None else Decimal(str(value)) for value in values]
    types = {column: "text" if "_CD" in column else kind for column in columns} | {"LINE_1ST_EXPNS_DT": "date"}
    frame = engine.make(columns, types)

    found = engine.read(frames.claims_data(name).check(frame, basis="net"))

    assert [None if cut is None else round(float(cut), 2) for cut in found["reported"]] == [0.8, 0.8, 0.8, None]
    assert found["verdict"] == ["correct", "correct", "correct", None]


@pytest.mark.parametrize("slot", range(1, 8))
def test_every_slot_counts(slot: int) -> None:
    columns: dict[str, list[Any]] = {"LINE_NCH_PMT_AMT": [39.20], "LINE_1ST_EXPNS_DT": [DAY]}
    for number in range(1, 8):
        columns[f"LINE_OTHR_APLD_IND_CD{number}"] = ["H" if number == slot else "B"]
        columns[f"LINE_OTHR_APLD_AMT{number}"] = [0.80 if number == slot else 5.00]
    types = {column: "text" if "_CD" in column else "float" for column in columns} | {"LINE_1ST_EXPNS_DT": "date"}
    frame = ENGINES[0].make(columns, types)

    found = ENGINES[0].read(frames.claims_data("rif_carrier").check(frame, basis="net"))

    assert (found["reported"], found["verdict"]) == ([0.80], ["correct"])


@every_engine
def test_the_column_made_of_slots_is_not_written_over(engine: Engine) -> None:
    types = {column: "text" if "_CD" in column else "float" for column in SLOTS} | {"LINE_1ST_EXPNS_DT": "date"}
    frame = engine.make(SLOTS | {"reported": ["x"] * 4}, types | {"reported": "text"})

    with pytest.raises(seq.ColumnExists, match="already has reported"):
        frames.claims_data("rif_carrier").check(frame, basis="net")


def test_the_basis_must_be_said() -> None:
    data, frame = (
        frames.claims_data("cclf_1"),
        ENGINES[0].make({"CLM_PMT_AMT": [1.0], "CLM_THRU_DT": [DAY]}, {"CLM_PMT_AMT": "float", "CLM_THRU_DT": "date"}),
    )

    with pytest.raises(TypeError, match="basis"):
        data.add_back(frame)  # type: ignore[call-arg]


def test_a_column_that_the_frame_does_not_have() -> None:
    frame = ENGINES[0].make({"CLM_PMT_AMT": [1.0]}, {"CLM_PMT_AMT": "float"})

    with pytest.raises(seq.UnknownColumn, match=r"column 'CLM_THRU_DT' not found\. Available columns: CLM_PMT_AMT"):
        frames.claims_data("cclf_1").add_back(frame, basis="net")
