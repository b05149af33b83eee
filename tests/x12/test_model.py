"""The model of a remittance: parsing fills every field of it, and each can be copied with some fields changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import pytest

import sequestration as seq
from tests.making import claim, interchange, line, transaction

CLASSES: list[Any] = [seq.Remittance, seq.Claim, seq.ServiceLine, seq.Adjustment, seq.ProviderAdjustment]


def everything() -> bytes:
    """An 835 in which there is something for each field of the model."""
    full = claim(
        "A-1",
        line(
            "99213:25:59",
            "150",
            "78.40",
            [("CO", "45", "50"), ("CO", "253", "1.60"), ("PR", "2", "20")],
            allowed="100",
            revenue_code="0510",
            remarks=["N811"],
            extra=["CAS*OA*23*5.00*2", "REF*6R*LINE1"],
        ),
        patient="20",
        charge="155",
        adjustments=[("CO", "96", "5")],
        first_day="20240229",
        last_day="20240302",
        inpatient=True,
        original="ICN0",
        extra=["NM1*TT*2*NEXT PAYER*****PI*12345", "AMT*AU*100", "QTY*CA*1", "CA5*CO*96*5", "DTM*232*20240301"],
    )
    unread = claim("A-2", line("99214", "80", "x", [("CO", "45", "")], extra=["DTM*150*20240399"]), extra=["AMT*AU*x"])
    segments = transaction(full, unread, provider_adjustments=["PLB*1234567893*20241231*WO:REFERENCE*10"])
    segments.insert(segments.index("LX*1") + 1, "TS3*1234567893*11*20241231*2*235")
    segments = [f"{text}**470" if text.startswith("CLP*A-1*") else text for text in segments]
    segments[-1] = f"SE*{len(segments)}*0001"
    return interchange(segments)


Parsed: TypeAlias = dict[type, list[Any]]


@pytest.fixture
def parsed(tmp_path: Path) -> Parsed:
    """What was parsed of a file that has everything, by class; what is complete comes first."""
    (tmp_path / "all.835").write_bytes(everything())
    claims = list(seq.read_835(tmp_path / "all.835"))
    lines: list[seq.ServiceLine] = [item for one in claims for item in one.lines]
    places: list[Any] = [*lines, *claims]
    return {
        seq.Remittance: [claims[0].remittance],
        seq.Claim: claims,
        seq.ServiceLine: lines,
        seq.Adjustment: [share for item in places for share in item.adjustments],
        seq.ProviderAdjustment: claims[0].remittance.provider_adjustments,
    }


@pytest.mark.parametrize("kind", CLASSES)
def test_every_field_is_set_of_everything_that_is_parsed(kind: Any, parsed: Parsed) -> None:
    assert parsed[kind]
    for item in parsed[kind]:
        assert type(item) is kind
        assert set(attrs.asdict(item, recurse=False)) == {field.name for field in attrs.fields(kind)}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_field_holds_something_where_the_file_says_something(kind: Any, parsed: Parsed) -> None:
    empty = [
        {name for name, value in attrs.asdict(item, recurse=False).items() if value in (None, "", 0, [], {}, ())}
        for item in parsed[kind]
    ]

    assert set() in empty, empty


@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_is_equal_and_shares_no_list(kind: Any, parsed: Parsed) -> None:
    for item in parsed[kind]:
        copy = attrs.evolve(item)
        assert copy == item
        assert copy is not item
        if kind is not seq.Remittance:  # which is made by attrs itself, and shares its provider adjustments
            for field in attrs.fields(kind):
                value = getattr(item, field.name)
                assert not isinstance(value, (list, dict)) or getattr(copy, field.name) is not value


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (seq.Remittance, {"payment_cents": 1, "payer": "ANOTHER"}),
        (seq.Claim, {"paid_cents": 1, "patient_responsibility_cents": None, "amounts_cents": {"AU": 2}, "plan": "MA"}),
        (seq.ServiceLine, {"charge_cents": None, "amounts_cents": {}, "procedure": "99215", "number": 7}),
        (seq.Adjustment, {"amount_cents": -1, "reason": "45", "quantity": None}),
        (seq.ProviderAdjustment, {"amount_cents": 0, "reference": "OTHER"}),
    ],
)
def test_a_copy_with_changes(kind: Any, changes: dict[str, Any], parsed: Parsed) -> None:
    item = parsed[kind][0]
    before, after = (attrs.asdict(found, recurse=False) for found in (item, attrs.evolve(item, **changes)))

    assert after == before | changes


def test_a_change_may_be_given_in_dollars(parsed: Parsed) -> None:
    item = attrs.evolve(parsed[seq.Claim][0], paid="10.00", patient_responsibility=None, amounts={"AU": "3"})

    assert (item.paid, item.patient_responsibility_cents, item.amounts_cents) == (Decimal(10), None, {"AU": 300})
    assert item.charge == Decimal(155)
    assert attrs.evolve(parsed[seq.ServiceLine][0], charge=None).charge_cents is None
    assert attrs.evolve(parsed[seq.Adjustment][0], amount="0.07").amount_cents == 7
    assert attrs.evolve(parsed[seq.ProviderAdjustment][0], amount="-1").amount_cents == -100


def test_an_amount_is_given_in_dollars_or_in_cents() -> None:
    assert seq.Adjustment("CO", "253", amount_cents=160) == seq.Adjustment("CO", "253", "1.60")
    for call in (
        lambda: seq.Adjustment("CO", "253"),
        lambda: seq.ServiceLine("99213", paid="1"),
        lambda: seq.Claim("A", "1", "5"),
        lambda: seq.ProviderAdjustment("1234567893", "WO", ""),
    ):
        with pytest.raises(TypeError, match=r"The argument (amount|charge|paid) is missing"):
            call()
