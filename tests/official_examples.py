"""Worked examples of CMS, contractors, regulations and others, and what the library makes of each.

An example in tests/cases/official_examples.json has inputs, the figures that its source prints, and the figures that
are derived from them by a rule. The rules of derivation are in the note of the example.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

import sequestration as seq
from tests.paths import ROOT

__all__ = ["EXAMPLES", "KINDS", "Example", "figures_of", "results_of"]

Example: TypeAlias = Mapping[str, Any]
Results: TypeAlias = dict[str, str]

EXAMPLES: list[Example] = json.loads((ROOT / "tests" / "cases" / "official_examples.json").read_text("utf-8"))
BILLION = 10**9


def figures_of(example: Example) -> dict[str, str]:
    """Every figure that the library is held to: those printed, and those derived."""
    return {**example["printed"], **example["derived"]}


def results_of(example: Example) -> Results:
    """The figures of an example as the library computes them."""
    return KINDS[example["kind"]](example["inputs"])


def _payment(inputs: Any) -> Results:
    """A service: its Medicare payment before the cut, the cut, and the payment."""
    if "allowed" in inputs:
        names = ("allowed", "deductible", "coinsurance", "coinsurance_rate")
        before = seq.medicare_payment(**{name: inputs[name] for name in names if name in inputs})
        payable = before.payable
    else:
        payable = Decimal(inputs["payable"])
    results = _cut(payable, inputs["on"])
    if "coinsurance" in inputs:
        results["total"] = str(Decimal(results["payment"]) + Decimal(inputs["coinsurance"]))
    return results


def _unrounded(inputs: Any) -> Results:
    rate = seq.MEDICARE_FFS.rate_on(inputs["on"])
    return {**_payment(inputs), "unrounded_cut": str(Decimal(inputs["payable"]) * rate)}


def _secondary(inputs: Any) -> Results:
    names = ("charge", "primary_allowed", "primary_paid", "allowed")
    return _cut(seq.secondary_payment(**{name: inputs[name] for name in names}).payable, inputs["on"])


def _plan(inputs: Any) -> Results:
    return _cut(Decimal(inputs["payable"]), inputs["on"], seq.MEDICARE_ADVANTAGE)


def _line(inputs: Any) -> Results:
    """A line of a remittance, judged by what it says itself."""
    finding = seq.check_adjustment(reported=inputs["reported"], paid=inputs["paid"], on=inputs["on"])
    assert finding.verdict is seq.Verdict.CORRECT
    assert finding.payable is not None
    if "charge" in inputs:
        assert finding.payable == Decimal(inputs["charge"]) - Decimal(inputs["co45"])
    return _cut(finding.payable, inputs["on"])


def _rate(inputs: Any) -> Results:
    kind, first, last = inputs["claim_type"], inputs["from_date"], inputs.get("through_date")
    on = seq.deciding_date(kind, from_date=first, through_date=last)
    return {"rate": str(seq.MEDICARE_FFS.rate_on(on))}


def _redetermination(inputs: Any) -> Results:
    return {"last_day": str(seq.deadlines.redetermination(inputs["notice"]).last_day)}


def _timely_filing(inputs: Any) -> Results:
    found = seq.deadlines.timely_filing(inputs["service_date"], through_date=inputs.get("through_date"))
    return {"last_day": str(found.last_day)}


def _order(inputs: Any) -> Results:
    """One line of a sequestration order, printed in billions with three decimals."""
    schedule = seq.MEDICARE_FFS if inputs["rate"] == "0.02" else seq.NONDEFENSE_MANDATORY
    found = seq.expected_reduction(Decimal(inputs["resources_bn"]) * BILLION, on="2027-04-01", schedule=schedule)
    assert found.rate == Decimal(inputs["rate"])
    return {"cut_bn": str(round(found.amount / BILLION, 3))}


def _cost_report(inputs: Any) -> Results:
    found = seq.cost_report_reduction(inputs["settlement"], first_day=inputs["first_day"], last_day=inputs["last_day"])
    return {"ratio": str(found.ratio), "cut": str(found.amount)}


def _bonds(inputs: Any) -> Results:
    return {"rate": str(seq.NONDEFENSE_MANDATORY.rate_on(inputs["on"]))}


def _controversy(inputs: Any) -> Results:
    amount = seq.deadlines.amount_in_controversy
    return {level: str(amount(int(inputs["year"]), level=level)) for level in ("hearing", "court")}


def _cut(payable: Decimal, on: str, schedule: seq.RateSchedule | None = None) -> Results:
    found = seq.expected_reduction(payable, on=on, schedule=schedule)
    return {
        "payable": str(found.payable),
        "rate": str(found.rate),
        "cut": str(found.amount),
        "payment": str(found.payment),
    }


KINDS: Mapping[str, Callable[[Any], Results]] = {
    "amount": _payment,
    "unassigned": _payment,
    "unrounded": _unrounded,
    "real_claim_totals": _payment,
    "real_line": _line,
    "secondary": _secondary,
    "ma_noncontract": _plan,
    "rate_on_date": _rate,
    "cost_report": _cost_report,
    "sequester_total": _order,
    "nondefense_rate": _bonds,
    "redetermination_last_day": _redetermination,
    "timely_filing_last_day": _timely_filing,
    "amount_in_controversy": _controversy,
}
"""By kind of example: what computes its figures."""
