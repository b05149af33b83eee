"""Who the payer is: the caller's word first, then the plan code, then the payer's name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import sequestration as seq
from sequestration import ProblemCode, ReasonCode
from sequestration._checking.payer import PAYER_DOUBTS, Payer, PayerKind, PayerStanding, classify_payer
from tests.making import claim, line, remittance

MEDICARE, VOUCHED = PayerStanding.MEDICARE, PayerStanding.VOUCHED_MEDICARE
OTHER, UNKNOWN = PayerStanding.OTHER, PayerStanding.UNKNOWN
FFS, CONTRACT = PayerKind.FFS, PayerKind.CONTRACT
EXAMPLE, HMO = "EXAMPLE MEDICARE CONTRACTOR", "EXAMPLE HEALTH PLAN HMO"


def payer_of(plan: str, name: str, word: PayerKind | None = None, payers: Mapping[str, PayerKind] = {}) -> Payer:
    data = remittance(claim("A", line("99213", "150", "80")), payer=name, payer_id="11502")
    (read,) = seq.read_835(data)
    return classify_payer(plan, read.remittance, word, payers)


@pytest.mark.parametrize(
    ("plan", "name", "word", "payers", "standing", "reason", "is_plan", "is_medicare"),
    [
        ("MB", EXAMPLE, None, {}, MEDICARE, None, False, True),
        ("MA", EXAMPLE, None, {}, MEDICARE, None, False, True),
        ("MB", HMO, None, {}, UNKNOWN, ReasonCode.PAYER_NAME_AGAINST, False, False),
        ("", EXAMPLE, None, {}, UNKNOWN, ReasonCode.PLAN_MISSING, False, False),
        ("  ", EXAMPLE, None, {}, UNKNOWN, ReasonCode.PLAN_MISSING, False, False),
        ("16", EXAMPLE, None, {}, OTHER, ReasonCode.OTHER_PLAN, True, False),  # an HMO with a Medicare risk contract
        (" 16", EXAMPLE, None, {}, OTHER, ReasonCode.OTHER_PLAN, True, False),
        ("12", EXAMPLE, None, {}, OTHER, ReasonCode.OTHER_PLAN, False, False),
        ("CI", HMO, None, {}, OTHER, ReasonCode.OTHER_PLAN, False, False),
        # The caller's word about the claim, and about a payer by its number.
        ("16", HMO, FFS, {}, VOUCHED, None, False, True),
        ("MB", EXAMPLE, CONTRACT, {}, OTHER, ReasonCode.SAID_CONTRACT, True, False),
        ("", HMO, None, {"11502": FFS}, VOUCHED, None, False, True),
        ("MB", EXAMPLE, None, {"11502": CONTRACT}, OTHER, ReasonCode.SAID_CONTRACT, True, False),
        ("MB", EXAMPLE, FFS, {"11502": CONTRACT}, VOUCHED, None, False, True),
        ("MB", EXAMPLE, None, {"99999": CONTRACT}, MEDICARE, None, False, True),
    ],
)
def test_standing_of_a_payer(
    plan: str,
    name: str,
    word: PayerKind | None,
    payers: dict[str, PayerKind],
    standing: PayerStanding,
    reason: ReasonCode | None,
    is_plan: bool,
    is_medicare: bool,
) -> None:
    found = payer_of(plan, name, word, payers)

    assert (found.standing, found.is_plan, found.is_medicare) == (standing, is_plan, is_medicare)
    assert (found.reason.code if found.reason else None) is reason


@pytest.mark.parametrize(("plan", "code"), [("", ProblemCode.PLAN_MISSING), ("MB", ProblemCode.PAYER_NAME_AGAINST)])
def test_only_a_payer_in_doubt_is_a_problem(plan: str, code: ProblemCode) -> None:
    assert payer_of(plan, HMO).problem is code
    assert code in PAYER_DOUBTS
    assert [payer_of(*each).problem for each in (("MB", EXAMPLE), ("16", EXAMPLE), ("12", HMO))] == [None] * 3
    assert payer_of(plan, HMO, FFS).problem is None


@pytest.mark.parametrize(("plan", "name"), [("MB", HMO), ("12", EXAMPLE)])
def test_the_reason_names_the_plan_code(plan: str, name: str) -> None:
    reason = payer_of(plan, name).reason

    assert reason is not None
    assert plan in reason.text


@pytest.mark.parametrize("kind", ["ffs", "contract", PayerKind.FFS])
def test_a_kind_is_taken_as_text(kind: str) -> None:
    found = seq.check_835(remittance(claim("A", line("99213", "150", "80")), payer_id="7"), payers={"7": kind})

    assert (found.counts[seq.Verdict.NOT_APPLICABLE] == 1) is (kind == "contract")


@pytest.mark.parametrize("kind", ["", "FFS ", "plan", None, 1])
def test_another_kind_is_refused(kind: object) -> None:
    with pytest.raises(seq.InvalidArgument, match="payer must be 'ffs' or 'contract', not "):
        seq.check_835(remittance(), payers={"7": kind})  # type: ignore[dict-item]


@pytest.mark.parametrize("payers", ["11502", ["11502"], {"11502"}])
def test_kinds_are_a_mapping(payers: object) -> None:
    with pytest.raises(TypeError, match=r'payers must map payer numbers to kinds, such as \{"11502": "ffs"\}, not '):
        seq.check_835(remittance(), payers=payers)  # type: ignore[arg-type]
