"""Exact Medicare sequestration: rates by date, amounts to the cent, CO 253 checks.

>>> import sequestration as seq
>>> seq.expected_reduction("40.00", on="2019-03-01").amount
Decimal('0.80')
>>> seq.check_adjustment(reported="0.80", paid="39.20", on="2019-03-01").verdict
<Verdict.CORRECT: 'correct'>
"""

from __future__ import annotations

from importlib import import_module

_NEED_AN_EXTRA = ("frames", "plot", "strategies")
# Where each public name comes from: the module that defines it or, after a colon, the function that builds it from
# data. Type checkers and editors read __init__.pyi instead. At run time each name is loaded on first use, below.
_ORIGINS = {
    "CARCS": "_codes.shipped:carcs",
    "MEDICARE_ADVANTAGE": "_law.schedule:medicare_advantage",
    "MEDICARE_FFS": "_law.schedule:medicare_ffs",
    "NONDEFENSE_MANDATORY": "_law.schedule:nondefense_mandatory",
    "PLBS": "_codes.shipped:plbs",
    "RARCS": "_codes.shipped:rarcs",
    "STEPS": "_codes.step_rules:shipped_steps",
    "Action": "_codes.actions",
    "Adjustment": "_x12.model",
    "AdjustmentCode": "_codes.pairs",
    "Amount": "_money",
    "Audit": "_audit.result",
    "AuditStatus": "_audit.text",
    "AuditTotals": "_audit.totals",
    "AuditedFile": "_audit.result",
    "Authority": "_provenance",
    "AuthorityStatus": "_provenance",
    "Carc": "_codes.entries",
    "Cause": "_codes.misattributed",
    "Claim": "_x12.model",
    "ClaimTotal": "_audit.summaries.by_claim",
    "ClaimType": "_checking.deciding_date",
    "CodeKind": "_codes.entries",
    "CodeLike": "_codes.spelling",
    "CodeTable": "_codes.tables",
    "CodeTotal": "_audit.summaries.by_code",
    "ColumnExists": "_errors",
    "Confidence": "_provenance",
    "CostReportReduction": "_law.cost_report",
    "CostReportShare": "_law.cost_report",
    "DataSource": "_provenance",
    "DatedCodeTable": "_codes.tables",
    "Day": "_dates",
    "Deadline": "deadlines",
    "Expiring": "_worklist.expiry",
    "Explanation": "_checking.mistakes",
    "ExplanationCode": "_checking.mistakes",
    "Finding": "_checking.findings",
    "GroupCode": "_codes.groups",
    "Imbalance": "_worklist.crossover",
    "InvalidAmount": "_errors",
    "InvalidAmountType": "_errors",
    "InvalidArgument": "_errors",
    "InvalidArgumentType": "_errors",
    "InvalidDate": "_errors",
    "InvalidDateType": "_errors",
    "InvalidSchedule": "_errors",
    "InvalidTable": "_errors",
    "Keep": "_audit.file_audit",
    "LineList": "_worklist.line_lists",
    "ListedLine": "_worklist.line_lists",
    "MedicarePayment": "_law.payments",
    "MissingExtra": "_errors",
    "OwedTo": "_checking.findings",
    "Pattern": "_audit.summaries.patterns",
    "PayerKind": "_checking.payer",
    "Payers": "_checking.payer",
    "PlanTotal": "_audit.summaries.plans",
    "Plb": "_codes.entries",
    "Posting": "_x12.layouts.postings",
    "PostingKind": "_x12.layouts.postings",
    "Problem": "_x12.problems",
    "ProblemCode": "_x12.problems",
    "ProviderAdjustment": "_x12.remittance",
    "Rarc": "_codes.entries",
    "RatePeriod": "_law.periods",
    "RateSchedule": "_law.schedule",
    "RateStatus": "_law.periods",
    "ReasonCode": "_checking.reasons",
    "Reduction": "_law.reduction",
    "Remittance": "_x12.remittance",
    "RemittanceReader": "_x12.reader",
    "SecondaryAdjustments": "_worklist.crossover",
    "SecondaryLine": "_worklist.crossover",
    "SecondaryPayment": "_law.payments",
    "SequestrationError": "_errors",
    "SequestrationWarning": "_errors",
    "ServiceLine": "_x12.model",
    "Severity": "_x12.problems",
    "Signal": "_codes.misattributed",
    "Source": "_x12.reader",
    "Sources": "_x12.reader",
    "Stacking": "_law.what_if",
    "Step": "_codes.step",
    "StepRule": "_codes.step_rules",
    "StepSubject": "_worklist.next_step",
    "StepTable": "_codes.step_rules",
    "Sums": "_audit.totals",
    "TimeLeft": "_worklist.expiry",
    "Totals": "_audit.totals",
    "UnknownCode": "_errors",
    "UnknownColumn": "_errors",
    "Verdict": "_checking.findings",
    "X12Error": "_errors",
    "__version__": "_version:installed_version",
    "adjustment_code": "_codes.pairs",
    "carc": "_codes.shipped",
    "check_835": "_audit.check_835",
    "check_adjustment": "_checking.check",
    "check_claim": "_checking.check",
    "cost_report_reduction": "_law.cost_report",
    "deadlines": "deadlines",
    "deciding_date": "_checking.deciding_date",
    "expected_reduction": "_law.reduction",
    "json_schema": "_plain.json_schema",
    "medicare_payment": "_law.payments",
    "misattributed_causes": "_codes.misattributed",
    "next_step": "_worklist.next_step",
    "payables_from_paid": "_law.reduction",
    "plb": "_codes.shipped",
    "rarc": "_codes.shipped",
    "read_835": "_x12.reader",
    "reopening_request": "_worklist.reopening",
    "report_html": "_export.report.page",
    "secondary_adjustments": "_worklist.crossover",
    "secondary_payment": "_law.payments",
    "service_lines": "_worklist.line_lists",
    "write_report": "_export.report.page",
    "write_workbook": "_export.workbook",
    **{name: name for name in _NEED_AN_EXTRA},
}

# A star import leaves out the modules that need an extra. The stub spells the list out for type checkers.
__all__ = [name for name in _ORIGINS if name not in (*_NEED_AN_EXTRA, "__version__")]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that the import itself is fast."""
    if name not in _ORIGINS:
        raise AttributeError(f"module 'sequestration' has no attribute {name!r}")
    path, _, build = _ORIGINS[name].partition(":")
    module = import_module(f"sequestration.{path}")
    if path == name:
        value: object = module
    else:
        value = getattr(module, build)() if build else getattr(module, name)
    # If several threads ask at once, all of them get the value of the fastest.
    return globals().setdefault(name, value)


def __dir__() -> list[str]:
    return sorted({*__all__, *_NEED_AN_EXTRA})
