"""The page docs/reference/next_steps.md, built from the data: run `python -m tests.step_page` after a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import sequestration as seq
from sequestration import CodeKind
from sequestration._codes.remark_notes import remark_notes
from sequestration._codes.step_rules import StepQuery, StepRule
from sequestration._provenance import PRACTICE

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "next_steps.md"
DATES: dict[str, Any] = {"service_date": "2024-03-04", "remittance_date": "2025-06-02"}
OTHER_PAYERS = ("property_casualty", "workers_comp")
SHOWN = (CodeKind.DENIAL, CodeKind.REDUCTION, CodeKind.PATIENT_SHARE)

HEAD = """\
# Next steps, code by code

Every step that the library recommends for a reason code of fee-for-service Medicare, from the shipped data. "practice"
marks a step that rests on the practice of billing offices and not on a text that was read. [Your own
rules](../howto/steps.md) take precedence. The [deadlines](codes.md#deadlines) are listed earliest first.

Under PI, or for a payer that is not fee-for-service Medicare, no deadline on this page applies.

## By reason code

Codes in use that deny a service, reduce a payment or make the patient responsible, except those of casualty and
workers' compensation payers. Under OA the patient is not billed: the step is that of CO, or "review" if CO writes off
patient responsibility.
"""
REMARKS = """\
## Remark codes that change the step

The first row that fits wins. Your own rules can't overrule a guard.
"""
NOTES = """\
## What remark codes add

The note is added to the reason of the step. With "no appeal", no appeal deadline applies.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *table(COLUMNS, codes()), "", REMARKS, *table(DECIDING, deciding()), "", NOTES, *notes()])


COLUMNS = ("code", "title", "under CO", "under PR", "deadlines under CO", "source")
DECIDING = ("about", "instead of", "step", "deadlines", "kind of row", "source")


def codes() -> Iterator[tuple[str, ...]]:
    for code, entry in seq.CARCS.items():
        if entry.stop is not None or entry.kind not in SHOWN or entry.category in OTHER_PAYERS:
            continue
        provider, patient = (seq.next_step(f"{group}-{code}", **DATES) for group in ("CO", "PR"))
        clocks = ", ".join(clock.rule.replace("_", " ") for clock in provider.deadlines)
        rule = seq.STEPS.rule_for(StepQuery(code, seq.GroupCode.CO, entry=entry))
        source = rule.source if rule.step is provider.action else PRACTICE
        yield code, entry.title, provider.action, patient.action, clocks or "none", source


def deciding() -> Iterator[tuple[str, ...]]:
    for rule in seq.STEPS._every_rule:
        if rule.remark or rule.instead_of:
            yield about(rule), rule.instead_of or "any", rule.step, clocks_of(rule), kind_of(rule), rule.source


def about(rule: StepRule) -> str:
    payer = {"ffs": "fee-for-service Medicare", "plan": "other payer", "": ""}[rule.payer]
    words = [str(rule.group or ""), rule.code, rule.remark, payer, "institutional" if rule.institutional else ""]
    return " ".join(word for word in words if word) or "any"


def clocks_of(rule: StepRule) -> str:
    return ", ".join(name.replace("_", " ") for name in rule.deadlines) or "those of the step"


def kind_of(rule: StepRule) -> str:
    return "guard" if rule.guard else "rule"


def notes() -> list[str]:
    rows = [
        (note.remark, note.says, "" if note.allows_appeal else "no appeal", note.source)
        for note in remark_notes().values()
    ]
    return [*table(("remark", "note", "appeal", "source"), rows), ""]


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(columns)
    return [row_of(names), row_of("---" for _ in names).replace(" ", ""), *(row_of(row) for row in rows)]


def row_of(cells: Iterable[str]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
