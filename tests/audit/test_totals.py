"""Dollars reconcile to the cent, over months, verdicts, files and limits."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sequestration as seq
from sequestration import strategies
from tests.paths import ROOT

EXAMPLES = ROOT / "examples"
FIGURES = (
    "withheld",
    "reported",
    "expected",
    "in_question",
    "over_withheld",
    "under_withheld",
    "rounding",
    "not_checked",
    "taken_back",
)


MISTAKES = ("doubled", "on_allowed", "before_coinsurance", "other_rate", "one_cent", "wrong_group")
MADE = st.one_of(
    strategies.remittances(stays=strategies.stays(), max_transactions=2, reversals=True),
    strategies.remittances(max_transactions=2, reversals=True, mistakes=MISTAKES),
)


def figures(totals: seq.Totals) -> list[Decimal]:
    return [getattr(totals, name) for name in FIGURES]


def assert_reconciled(totals: seq.AuditTotals) -> None:
    for each in (totals, totals.no_date, *totals.by_month.values()):
        assert each.reported - each.expected == each.over_withheld - each.under_withheld + each.rounding
        assert each.in_question == each.over_withheld + each.under_withheld == sum(each.by_owed_to.values())
        assert each.withheld == each.reported + each.not_checked + each.taken_back
    parts = [*totals.by_month.values(), totals.no_date]
    for name in FIGURES:
        assert getattr(totals, name) == sum(getattr(each, name) for each in parts)


def test_the_example_of_mistakes() -> None:
    totals = seq.check_835(EXAMPLES / "part_b_mistakes.835").totals

    assert_reconciled(totals)
    assert totals.no_date.not_checked == totals.no_date.withheld == Decimal("1.60")
    assert (totals.over_withheld, totals.under_withheld) == (Decimal("6.72"), Decimal("2.40"))
    assert totals.taken_back == Decimal("-1.60")


@pytest.mark.slow
@given(
    files=st.lists(MADE, max_size=3),
    limit=st.sampled_from([0, 1, 10_000]),
    keep=st.sampled_from(["wrong", "all"]),
)
@settings(max_examples=150)
def test_every_audit_reconciles(files: list[strategies.MadeRemittance], limit: int, keep: str) -> None:
    """Over several files, with the limit of findings reached, and merged from parts."""
    inputs = [made.data for made in files]
    whole = seq.check_835([io.BytesIO(data) for data in inputs], limit=limit, keep=keep)
    merged = seq.Audit()
    for data in inputs:
        merged.merge(seq.check_835(data, limit=limit, keep=keep))

    assert_reconciled(whole.totals)
    assert merged.totals == whole.totals
    shown = whole.to_dict()["totals"]
    assert [shown[name] for name in FIGURES] == [str(amount) for amount in figures(whole.totals)]


@pytest.mark.slow
@given(made=MADE)
@settings(max_examples=100)
def test_the_totals_are_the_sums_of_the_findings(made: strategies.MadeRemittance) -> None:
    audit = seq.check_835(made.data, keep="all")
    judged = [
        found
        for found in audit.findings
        if found.verdict not in (seq.Verdict.UNDETERMINED, seq.Verdict.REVERSAL, seq.Verdict.NOT_APPLICABLE)
    ]
    wrong = [found for found in judged if found.verdict.needs_review and found.verdict is not seq.Verdict.WRONG_GROUP]

    assert audit.totals.reported == sum((found.reported or Decimal(0) for found in judged), Decimal(0))
    assert audit.totals.expected == sum((found.expected or Decimal(0) for found in judged), Decimal(0))
    assert audit.totals.in_question == sum((abs(found.difference or Decimal(0)) for found in wrong), Decimal(0))


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("part_b_correct.835", seq.AuditStatus.NO_ISSUES, "No issues found in "),
        ("part_b_mistakes.835", seq.AuditStatus.NEEDS_REVIEW, "8 of 16 lines checked need review."),
    ],
)
def test_the_headline_of_a_file(name: str, status: seq.AuditStatus, says: str) -> None:
    audit = seq.check_835(EXAMPLES / name)

    assert audit.status is status
    assert audit.headline.startswith(says)
    assert audit.to_dict()["status"] == status.value


def test_what_was_not_read_is_in_the_headline(tmp_path: Path) -> None:
    good, bad = EXAMPLES / "part_b_correct.835", tmp_path / "bad.835"
    bad.write_bytes(good.read_bytes()[:-400])

    assert seq.check_835([good, bad]).headline.startswith("Results are incomplete: 1 read error. No issues found in")
    assert seq.check_835(bad).status is seq.AuditStatus.INCOMPLETE
    mixed = seq.check_835([EXAMPLES / "part_b_mistakes.835", bad])
    assert mixed.headline == (
        "Results are incomplete: 1 read error. 8 of 21 lines checked need review. "
        "Plans withheld $0.40 more than Medicare's rates explain, on 1 line."
    )


def test_nothing_checked_is_no_reassurance() -> None:
    data = (EXAMPLES / "part_b_correct.835").read_bytes()
    audit = seq.check_835(data.replace(b"N1*PR*", b"N1*PR*MEDICARE ADVANTAGE OF "))

    assert audit.status is seq.AuditStatus.NOT_CHECKED
    assert audit.headline.startswith("Not checked: nothing shows that MEDICARE ADVANTAGE OF ")
    assert audit.headline.endswith("If it is, check again and identify 11502 as fee-for-service.")
    assert "--" not in audit.headline
    assert seq.Audit().headline == "Not checked: there are no claims."
