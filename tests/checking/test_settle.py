"""When sequestration is missing: the verdict on a pending or wrong amount, by what its payer does elsewhere."""

from __future__ import annotations

import pytest

from sequestration import Verdict
from sequestration._checking.settle import PayerConduct, settled_verdict

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
