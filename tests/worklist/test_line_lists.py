"""Lists of lines by their adjustments: denied, adjusted, deductible."""

from __future__ import annotations

import pytest

import sequestration as seq
from tests.making import RIGHT, Claim, Triple, claim, interchange, line, remittance, transaction

DENIED: list[Triple] = [("CO", "50", "150")]


def listed(data: bytes, which: str) -> list[tuple[str, int | None]]:
    return [
        (found.claim.control_number, found.line.number if found.line else None)
        for found in seq.service_lines(data, which)
    ]


def denied() -> Claim:
    return claim("A", line("99213", "150", "0", DENIED), status="4")


def test_what_stands_at_the_claim_is_listed_once_beside_its_lines() -> None:
    plain = line("99213", "150", "78.40", RIGHT)
    made = claim("A", plain, paid="68.40", adjustments=[("CO", "97", "10")])
    stay = claim("S", plan="MA", charge="150", paid="0", adjustments=DENIED, inpatient=True)

    assert listed(remittance(made), "adjusted") == [("A", None), ("A", 1)]
    assert listed(remittance(stay, claim("RIGHT", plain)), "denied") == [("S", None)]


def test_a_line_that_is_denied_again_is_listed_once_for_each_remittance() -> None:
    twice = transaction(denied(), denied(), trace="EFT1")
    again = transaction(denied(), trace="EFT2", number="0002")

    assert listed(interchange(twice, again), "denied") == [("A", 1), ("A", 1)]


@pytest.mark.parametrize(("amount", "wanted"), [("150", True), ("0.01", True), ("-0.01", True), ("0", False)])
@pytest.mark.parametrize(
    ("which", "paid", "group", "code"), [("denied", "0", "CO", "50"), ("adjusted", "0", "CO", "45")]
)
def test_an_adjustment_of_any_amount_but_zero_counts(
    which: str, paid: str, group: str, code: str, amount: str, wanted: bool
) -> None:
    made = claim("A", line("99213", "150", paid, [(group, code, amount)]))

    assert listed(remittance(made), which) == ([("A", 1)] if wanted else [])


@pytest.mark.parametrize(
    ("code", "paid", "lists"),
    [
        ("CO-50", "0", ["denied"]),
        ("CO-50", "0.01", ["adjusted"]),  # something was paid
        ("CO-45", "0", ["adjusted"]),
        ("CO-253", "78.40", ["adjusted"]),
        ("PR-1", "0", ["deductible"]),
        ("CO-1", "0", []),  # a deductible is the patient's
        ("PR-2", "0", []),
        ("CO-9999", "0", ["adjusted"]),  # a code newer than the table
        ("CO- 50", "0", ["denied"]),
    ],
)
def test_each_line_is_in_the_lists_of_its_code(code: str, paid: str, lists: list[str]) -> None:
    group, _, reason = code.partition("-")
    data = remittance(claim("A", line("99213", "150", paid, [(group, reason, "10")])))

    assert [which.value for which in seq.LineList if listed(data, which)] == lists


def test_two_services_that_differ_in_one_thing_are_both_listed() -> None:
    """A line that was denied again is left out if procedure, charge, days and the practice's number are the same."""

    def of(procedure: str = "99213", charge: str = "150", on: str = "20240301", number: str = "L1") -> Claim:
        denial = line(procedure, charge, "0", [("CO", "50", charge)], on=on, extra=[f"REF*6R*{number}"])
        return claim("A", denial, status="4")

    others = [of("99214"), of("99213:25"), of(charge="151"), of(on="20240302"), of(number="L2")]
    for other in others:
        assert len(listed(remittance(of(), other), "denied")) == 2
    assert len(listed(remittance(of(), of()), "denied")) == 1
    whole = [claim("A", charge=charge, paid="0", adjustments=[("CO", "50", charge)]) for charge in ("1", "1", "2")]
    assert listed(remittance(*whole), "denied") == [("A", None)] * 2


@pytest.mark.parametrize("which", ["", "DENIED ", "paid", None, 1])
def test_another_list_is_refused_at_once(which: object) -> None:
    with pytest.raises(seq.InvalidArgument, match="the list must be one of denied, adjusted, deductible, not "):
        seq.service_lines(remittance(), which)  # type: ignore[arg-type]


@pytest.mark.parametrize(("amount", "wanted"), [("100", [("A", 1)]), ("0.01", [("A", 1)]), ("0", [])])
def test_a_deductible_of_any_amount_is_listed(amount: str, wanted: list[tuple[str, int]]) -> None:
    assert listed(remittance(claim("A", line("99213", "150", "0", [("PR", "1", amount)]))), "deductible") == wanted


def test_listed_lines_and_claims_without_lines_can_be_counted_in_a_set() -> None:
    denied = [("CO", "50", "100")]
    data = remittance(
        claim("WITHOUT LINES", charge="100", paid="0", adjustments=denied),
        claim("WITH LINES", line("99213", "100", "0", denied), line("99214", "100", "0", denied), charge="200"),
    )
    once, again = (list(seq.service_lines(data, "denied")) for _ in range(2))

    assert [found.line is None for found in once] == [True, False, False]
    assert len({hash(found) for found in once}) == 3
    assert list(map(hash, once)) == list(map(hash, again))
