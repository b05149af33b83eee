"""When sequestration is missing: the verdict on a pending or wrong amount, by what its payer does elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

import sequestration as seq
from sequestration import Verdict
from sequestration._checking.amounts import sum_adjustments
from sequestration._checking.settle import PayerConduct, settled_verdict
from tests.making import claim, line, remittance

WITHHOLDS = PayerConduct(cuts=True)
NEVER_WITHHELD = PayerConduct(uncut=1)
UNKNOWN = PayerConduct()
VOUCHED_FOR = PayerConduct(vouched_for=True, uncut=1)


@pytest.mark.parametrize(
    ("conduct", "verdict"),
    [
        (WITHHOLDS, Verdict.MISSING),
        (PayerConduct(cuts=True, uncut=1), Verdict.MISSING),
        (NEVER_WITHHELD, Verdict.UNDETERMINED),
        (UNKNOWN, Verdict.UNDETERMINED),
    ],
)
def test_a_pending_amount_is_missing_only_if_the_payer_withholds(conduct: PayerConduct, verdict: Verdict) -> None:
    assert settled_verdict(Verdict.UNDETERMINED, conduct, pending=True) is verdict


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_that_needs_review_is_withdrawn_only_if_the_payer_never_withholds(verdict: Verdict) -> None:
    for conduct in (WITHHOLDS, UNKNOWN, VOUCHED_FOR):
        assert settled_verdict(verdict, conduct, pending=False) is verdict

    withdrawn = Verdict.UNDETERMINED if verdict.needs_review else verdict
    assert settled_verdict(verdict, NEVER_WITHHELD, pending=False) is withdrawn


@pytest.mark.parametrize(("code_223", "verdict"), [("1.60", Verdict.MISSING), ("5.00", Verdict.UNDETERMINED)])
def test_a_code_223_shows_that_a_payer_withholds_only_if_its_amount_is_right(code_223: str, verdict: Verdict) -> None:
    """Before the months of 253, a payer reported sequestration, and other mandates, under 223."""
    paid = str(Decimal(80) - Decimal(code_223))
    adjustments = [("CO", "45", "50"), ("CO", "223", code_223), ("PR", "2", "20")]
    lines = [line("99213", "150", paid, adjustments, on="20130610") for _ in range(4)]
    uncut = line("99214", "150", "80", [("CO", "45", "50"), ("PR", "2", "20")], on="20130610", allowed="100")
    audit = seq.check_835(remittance(claim("A", *lines), claim("B", uncut), produced="20130628"), keep="all")

    assert audit.findings[-1].verdict is verdict


@pytest.mark.parametrize(
    ("group", "reason", "before"), [("OA", "209", 2000), ("CO", "209", 0), ("CO", "237", 2000), ("CO", "144", 2000)]
)
def test_what_reduces_the_allowed_amount_before_sequestration(group: str, reason: str, before: int) -> None:
    """Cost sharing of a Qualified Medicare Beneficiary is OA 209."""
    assert sum_adjustments([seq.Adjustment(group, reason, "20.00")]).before == before
