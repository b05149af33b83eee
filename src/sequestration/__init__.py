"""Exact Medicare sequestration: rates by date, amounts to the cent, CO 253 checks.

>>> import sequestration as seq
>>> seq.expected_reduction("40.00", on="2019-03-01").amount
Decimal('0.80')
>>> seq.check_adjustment(reported="0.80", paid="39.20", on="2019-03-01").verdict
<Verdict.CORRECT: 'correct'>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Type checkers and editors see these imports. At run time each name is loaded on first use, below.
    from sequestration import deadlines
    from sequestration import frames as frames
    from sequestration import plot as plot
    from sequestration import strategies as strategies
    from sequestration._audit.by_code import CodeTotal
    from sequestration._audit.check_835 import check_835
    from sequestration._audit.file_audit import Keep
    from sequestration._audit.result import Audit, AuditedFile
    from sequestration._audit.totals import Sums, Totals
    from sequestration._checking.check import check_adjustment, check_claim
    from sequestration._checking.dates import ClaimType, deciding_date
    from sequestration._checking.findings import Finding, OwedTo, Verdict
    from sequestration._checking.mistakes import Explanation, ExplanationCode
    from sequestration._checking.payer import PayerKind
    from sequestration._checking.reasons import ReasonCode
    from sequestration._codes.actions import Action
    from sequestration._codes.entries import Carc, CodeKind, Plb, Rarc
    from sequestration._codes.groups import GroupCode
    from sequestration._codes.misattributed import Cause, Signal, misattributed_causes
    from sequestration._codes.pairs import AdjustmentCode, adjustment_code
    from sequestration._codes.shipped import carc
    from sequestration._codes.step import Step
    from sequestration._codes.step_rules import StepRule, StepTable
    from sequestration._codes.tables import CodeTable, DatedCodeTable
    from sequestration._errors import (
        ColumnExists,
        InvalidAmount,
        InvalidAmountType,
        InvalidDate,
        InvalidDateType,
        InvalidSchedule,
        InvalidTable,
        MissingExtra,
        SequestrationError,
        UnknownCode,
        UnknownColumn,
        X12Error,
    )
    from sequestration._export.html_report import write_report
    from sequestration._law.cost_report import CostReportReduction, CostReportShare, cost_report_reduction
    from sequestration._law.payments import MedicarePayment, SecondaryPayment, medicare_payment, secondary_payment
    from sequestration._law.periods import RatePeriod, Status
    from sequestration._law.reduction import Reduction, expected_reduction, payables_from_paid
    from sequestration._law.schedule import RateSchedule, Stacking
    from sequestration._provenance import Authority, Confidence, Source
    from sequestration._worklist.crossover import Gap, SecondaryAdjustments, SecondaryLine, secondary_adjustments
    from sequestration._worklist.line_lists import LineList, ListedLine, service_lines
    from sequestration._worklist.next_step import next_step
    from sequestration._x12.model import Adjustment, Claim, ServiceLine
    from sequestration._x12.problems import Level, Problem, ProblemCode
    from sequestration._x12.reader import RemittanceReader, read_835
    from sequestration._x12.remittance import ProviderAdjustment, Remittance
    from sequestration.deadlines import Deadline

    CARCS: DatedCodeTable[Carc]
    PLBS: CodeTable[Plb]
    RARCS: DatedCodeTable[Rarc]
    STEPS: StepTable
    MEDICARE_ADVANTAGE: RateSchedule
    MEDICARE_FFS: RateSchedule
    NONDEFENSE_MANDATORY: RateSchedule
    __version__: str

__all__ = [
    "CARCS",
    "MEDICARE_ADVANTAGE",
    "MEDICARE_FFS",
    "NONDEFENSE_MANDATORY",
    "PLBS",
    "RARCS",
    "STEPS",
    "Action",
    "Adjustment",
    "AdjustmentCode",
    "Audit",
    "AuditedFile",
    "Authority",
    "Carc",
    "Cause",
    "Claim",
    "ClaimType",
    "CodeKind",
    "CodeTable",
    "CodeTotal",
    "ColumnExists",
    "Confidence",
    "CostReportReduction",
    "CostReportShare",
    "DatedCodeTable",
    "Deadline",
    "Explanation",
    "ExplanationCode",
    "Finding",
    "Gap",
    "GroupCode",
    "InvalidAmount",
    "InvalidAmountType",
    "InvalidDate",
    "InvalidDateType",
    "InvalidSchedule",
    "InvalidTable",
    "Keep",
    "Level",
    "LineList",
    "ListedLine",
    "MedicarePayment",
    "MissingExtra",
    "OwedTo",
    "PayerKind",
    "Plb",
    "Problem",
    "ProblemCode",
    "ProviderAdjustment",
    "Rarc",
    "RatePeriod",
    "RateSchedule",
    "ReasonCode",
    "Reduction",
    "Remittance",
    "RemittanceReader",
    "SecondaryAdjustments",
    "SecondaryLine",
    "SecondaryPayment",
    "SequestrationError",
    "ServiceLine",
    "Signal",
    "Source",
    "Stacking",
    "Status",
    "Step",
    "StepRule",
    "StepTable",
    "Sums",
    "Totals",
    "UnknownCode",
    "UnknownColumn",
    "Verdict",
    "X12Error",
    "adjustment_code",
    "carc",
    "check_835",
    "check_adjustment",
    "check_claim",
    "cost_report_reduction",
    "deadlines",
    "deciding_date",
    "expected_reduction",
    "medicare_payment",
    "misattributed_causes",
    "next_step",
    "payables_from_paid",
    "read_835",
    "secondary_adjustments",
    "secondary_payment",
    "service_lines",
    "write_report",
]

_NAMES_OF_ROOMS = {
    "_audit.by_code": "CodeTotal",
    "_audit.check_835": "check_835",
    "_audit.file_audit": "Keep",
    "_audit.result": "Audit AuditedFile",
    "_audit.totals": "Sums Totals",
    "_checking.check": "check_adjustment check_claim",
    "_checking.dates": "ClaimType deciding_date",
    "_checking.findings": "Finding OwedTo Verdict",
    "_checking.mistakes": "Explanation ExplanationCode",
    "_checking.payer": "PayerKind",
    "_checking.reasons": "ReasonCode",
    "_codes.actions": "Action",
    "_codes.entries": "Carc CodeKind Plb Rarc",
    "_codes.groups": "GroupCode",
    "_codes.misattributed": "Cause Signal misattributed_causes",
    "_codes.pairs": "AdjustmentCode adjustment_code",
    "_codes.step": "Step",
    "_codes.step_rules": "StepRule StepTable",
    "_codes.shipped": "carc",
    "_codes.tables": "CodeTable DatedCodeTable",
    "_errors": (
        "ColumnExists InvalidAmount InvalidAmountType InvalidDate InvalidDateType InvalidSchedule InvalidTable "
        "MissingExtra SequestrationError UnknownCode UnknownColumn X12Error"
    ),
    "_export.html_report": "write_report",
    "_law.periods": "RatePeriod Status",
    "_law.cost_report": "CostReportReduction CostReportShare cost_report_reduction",
    "_law.payments": "MedicarePayment SecondaryPayment medicare_payment secondary_payment",
    "_law.reduction": "Reduction expected_reduction payables_from_paid",
    "_law.schedule": "RateSchedule Stacking",
    "_provenance": "Authority Confidence Source",
    "_worklist.crossover": "Gap SecondaryAdjustments SecondaryLine secondary_adjustments",
    "_worklist.line_lists": "LineList ListedLine service_lines",
    "_worklist.next_step": "next_step",
    "_x12.model": "Adjustment Claim ServiceLine",
    "_x12.problems": "Level Problem ProblemCode",
    "_x12.remittance": "ProviderAdjustment Remittance",
    "_x12.reader": "RemittanceReader read_835",
    "deadlines": "Deadline",
}
_ROOM_OF = {name: room for room, names in _NAMES_OF_ROOMS.items() for name in names.split()}
_MADE_BY = {  # Values that are read from data, each with the module and the function that builds it.
    "CARCS": ("_codes.shipped", "carcs"),
    "PLBS": ("_codes.shipped", "plbs"),
    "RARCS": ("_codes.shipped", "rarcs"),
    "STEPS": ("_codes.step_rules", "shipped_steps"),
}
_SCHEDULES = ("MEDICARE_ADVANTAGE", "MEDICARE_FFS", "NONDEFENSE_MANDATORY")
_PUBLIC_ROOMS = ("deadlines", "frames", "plot", "strategies")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load a public name on first use, so that the import itself is fast."""
        if name in _ROOM_OF:
            value = getattr(import_module(f"sequestration.{_ROOM_OF[name]}"), name)
        elif name in _PUBLIC_ROOMS:
            value = import_module(f"sequestration.{name}")
        elif name in _MADE_BY:
            room, maker = _MADE_BY[name]
            value = getattr(import_module(f"sequestration.{room}"), maker)()
        elif name in _SCHEDULES:
            value = import_module("sequestration._law.schedule").shipped_schedule(name.lower())
        elif name == "__version__":
            value = import_module("sequestration._version").installed_version()
        else:
            raise AttributeError(f"module 'sequestration' has no attribute {name!r}")
        # If several threads ask at once, all of them get the value of the fastest.
        return globals().setdefault(name, value)


def __dir__() -> list[str]:
    return sorted({*__all__, *_PUBLIC_ROOMS})  # A star import leaves out the modules that need an extra.
