# The types of the public names. A test holds this file, the map in __init__.py and __all__ together.
from sequestration import deadlines
from sequestration import frames as frames
from sequestration import plot as plot
from sequestration import strategies as strategies
from sequestration._audit.check_835 import check_835
from sequestration._audit.file_audit import Keep
from sequestration._audit.result import Audit, AuditedFile
from sequestration._audit.summaries.by_claim import ClaimTotal
from sequestration._audit.summaries.by_code import CodeTotal
from sequestration._audit.summaries.patterns import Pattern
from sequestration._audit.summaries.plans import PlanTotal
from sequestration._audit.text import AuditStatus
from sequestration._audit.totals import AuditTotals, Sums, Totals
from sequestration._checking.check import check_adjustment, check_claim
from sequestration._checking.deciding_date import ClaimType, deciding_date
from sequestration._checking.findings import Finding, OwedTo, Verdict
from sequestration._checking.mistakes import Explanation, ExplanationCode
from sequestration._checking.payer import PayerKind, Payers
from sequestration._checking.reasons import ReasonCode
from sequestration._codes.actions import Action
from sequestration._codes.entries import Carc, CodeKind, Plb, Rarc
from sequestration._codes.groups import GroupCode
from sequestration._codes.misattributed import Cause, Signal, misattributed_causes
from sequestration._codes.pairs import AdjustmentCode, adjustment_code
from sequestration._codes.shipped import carc, plb, rarc
from sequestration._codes.spelling import CodeLike
from sequestration._codes.step import Step
from sequestration._codes.step_rules import StepRule, StepTable
from sequestration._codes.tables import CodeTable, DatedCodeTable
from sequestration._dates import Day
from sequestration._errors import (
    ColumnExists,
    InvalidAmount,
    InvalidAmountType,
    InvalidArgument,
    InvalidArgumentType,
    InvalidDate,
    InvalidDateType,
    InvalidSchedule,
    InvalidTable,
    MissingExtra,
    SequestrationError,
    SequestrationWarning,
    UnknownCode,
    UnknownColumn,
    X12Error,
)
from sequestration._export.report.page import report_html, write_report
from sequestration._export.workbook import write_workbook
from sequestration._law.cost_report import CostReportReduction, CostReportShare, cost_report_reduction
from sequestration._law.payments import MedicarePayment, SecondaryPayment, medicare_payment, secondary_payment
from sequestration._law.periods import RatePeriod, RateStatus
from sequestration._law.reduction import Reduction, expected_reduction, payables_from_paid
from sequestration._law.schedule import RateSchedule
from sequestration._law.what_if import Stacking
from sequestration._money import Amount
from sequestration._plain.json_schema import json_schema
from sequestration._provenance import Authority, AuthorityStatus, Confidence, DataSource
from sequestration._worklist.crossover import Imbalance, SecondaryAdjustments, SecondaryLine, secondary_adjustments
from sequestration._worklist.expiry import Expiring, TimeLeft
from sequestration._worklist.line_lists import LineList, ListedLine, service_lines
from sequestration._worklist.next_step import StepSubject, next_step
from sequestration._worklist.reopening import reopening_request
from sequestration._x12.layouts.postings import Posting, PostingKind
from sequestration._x12.model import Adjustment, Claim, ServiceLine
from sequestration._x12.problems import Problem, ProblemCode, Severity
from sequestration._x12.reader import RemittanceReader, Source, Sources, read_835
from sequestration._x12.remittance import ProviderAdjustment, Remittance
from sequestration.deadlines import Deadline

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
    "Amount",
    "Audit",
    "AuditStatus",
    "AuditTotals",
    "AuditedFile",
    "Authority",
    "AuthorityStatus",
    "Carc",
    "Cause",
    "Claim",
    "ClaimTotal",
    "ClaimType",
    "CodeKind",
    "CodeLike",
    "CodeTable",
    "CodeTotal",
    "ColumnExists",
    "Confidence",
    "CostReportReduction",
    "CostReportShare",
    "DataSource",
    "DatedCodeTable",
    "Day",
    "Deadline",
    "Expiring",
    "Explanation",
    "ExplanationCode",
    "Finding",
    "GroupCode",
    "Imbalance",
    "InvalidAmount",
    "InvalidAmountType",
    "InvalidArgument",
    "InvalidArgumentType",
    "InvalidDate",
    "InvalidDateType",
    "InvalidSchedule",
    "InvalidTable",
    "Keep",
    "LineList",
    "ListedLine",
    "MedicarePayment",
    "MissingExtra",
    "OwedTo",
    "Pattern",
    "PayerKind",
    "Payers",
    "PlanTotal",
    "Plb",
    "Posting",
    "PostingKind",
    "Problem",
    "ProblemCode",
    "ProviderAdjustment",
    "Rarc",
    "RatePeriod",
    "RateSchedule",
    "RateStatus",
    "ReasonCode",
    "Reduction",
    "Remittance",
    "RemittanceReader",
    "SecondaryAdjustments",
    "SecondaryLine",
    "SecondaryPayment",
    "SequestrationError",
    "SequestrationWarning",
    "ServiceLine",
    "Severity",
    "Signal",
    "Source",
    "Sources",
    "Stacking",
    "Step",
    "StepRule",
    "StepSubject",
    "StepTable",
    "Sums",
    "TimeLeft",
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
    "json_schema",
    "medicare_payment",
    "misattributed_causes",
    "next_step",
    "payables_from_paid",
    "plb",
    "rarc",
    "read_835",
    "reopening_request",
    "report_html",
    "secondary_adjustments",
    "secondary_payment",
    "service_lines",
    "write_report",
    "write_workbook",
]

CARCS: DatedCodeTable[Carc]
PLBS: CodeTable[Plb]
RARCS: DatedCodeTable[Rarc]
STEPS: StepTable
MEDICARE_ADVANTAGE: RateSchedule
MEDICARE_FFS: RateSchedule
NONDEFENSE_MANDATORY: RateSchedule
__version__: str
