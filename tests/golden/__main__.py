"""Write down every fact that the library ships, so that a change of one is a readable line in a review.

python -m tests.golden
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import sequestration as seq
from sequestration._checking.reasons import REASONS
from tests.checking.test_places import CASES, audit_of
from tests.golden.errors import of_errors
from tests.golden.objects import notebook_rows, of_objects
from tests.golden.results import texts, texts_of_an_audit
from tests.golden.searches import of_searches
from tests.golden.steps import steps
from tests.schedules import EXAMPLE

HERE = Path(__file__).parent


def schedules() -> list[str]:
    shipped = (seq.MEDICARE_FFS, seq.MEDICARE_ADVANTAGE, seq.NONDEFENSE_MANDATORY)
    return [line for schedule in shipped for line in of_schedule(schedule)]


def notebook_tables() -> list[str]:
    return [html_of(found) for found in shown_in_a_notebook()]


def last_days() -> list[str]:
    return of_deadlines("2024-02-29") + of_deadlines("2025-12-30")


def words_of_members() -> Iterable[str]:
    """The values of every public enumeration, with the words that a reader sees for them."""
    kinds = {kind for name in seq.__all__ if isinstance(kind := getattr(seq, name), type) and issubclass(kind, Enum)}
    for kind in sorted(kinds, key=lambda each: each.__name__):
        yield kind.__name__
        yield from (f"  {member.value}: {words_of(member)}".rstrip(": ") for member in kind)


def words_of(member: Any) -> str:
    return REASONS[member] if isinstance(member, seq.ReasonCode) else str(getattr(member, "words", ""))


def of_schedule(schedule: seq.RateSchedule) -> list[str]:
    lines = [f"{schedule.name}: settled until {schedule.settled_until}"]
    for period in schedule.periods:
        by = "; ".join(f"{each.citation} ({each.status})" for each in period.authorities)
        dates = f"verified {period.verified_on}, newest source {period.newest_source}"
        lines.append(f"  {period.span}: {period.rate} {period.status}, {dates}; {by}")
    return lines


def of_deadlines(start: str) -> list[str]:
    kinds = (
        "timely_filing",
        "redetermination",
        "reconsideration",
        "hearing",
        "council",
        "court",
        "reopening",
        "overpayment",
    )
    lines = []
    for kind in kinds:
        found = getattr(seq.deadlines, kind)(start)
        plain_values = "; ".join(f"{name} {plain(value)}" for name, value in found.to_dict().items())
        lines += [f"{kind} from {start}: {found}", f"  {plain_values}", *found.to_text().splitlines()]
    return lines


def shown_in_a_notebook() -> list[object]:
    """One of each kind whose notebook table is on record."""
    cost_report = seq.cost_report_reduction("1000000", first_day="2010-07-01", last_day="2011-06-30", schedule=EXAMPLE)
    period = EXAMPLE.period_on("2012-05-10")
    return [
        EXAMPLE,
        period,
        EXAMPLE.period_on("2029-10-01"),
        period.authorities[0],
        seq.expected_reduction("40", on="2019-05-01", schedule=EXAMPLE),
        seq.medicare_payment(allowed="100", deductible="50", coinsurance_rate="0.20"),
        seq.secondary_payment(charge="175", primary_allowed="150", primary_paid="120", allowed="125"),
        cost_report,
        cost_report.shares[0],
        seq.deadlines.timely_filing("2025-03-01"),
        seq.check_adjustment(reported="3.90", paid="100.10", on="2024-01-15", allowed="130", schedule=EXAMPLE),
    ]


def texts_of_cases() -> Iterable[str]:
    """The findings and problems of every case, as a reader sees them."""
    for case in CASES:
        yield case["name"]
        audit = audit_of(case)
        for finding in audit.findings:
            if finding.claim != "SETTLER":
                yield f"  {finding}"
                yield f"    {finding.date_rule}"
        yield from (f"  {problem.level}: {problem.text}" for problem in audit.problems)


def html_of(found: Any) -> str:
    """The notebook's table, a row a line; what every table begins with is left out."""
    html: str = found._repr_html_()
    return f"{type(found).__name__}\n" + html.partition("</style>")[2].replace("<tr", "\n  <tr")


def of_step_rules() -> list[str]:
    """Every row of the steps as a reader sees it, what each decides, and what each action comes with."""
    rows = notebook_rows(seq.STEPS)
    for rule in seq.STEPS._every_rule:
        rows += [str(rule), *notebook_rows(rule)[1:], f"  {[plain(value) for value in rule.to_dict().values()]}"]
    records = [" | ".join(record.values()) for record in seq.STEPS.to_records()]
    return [*rows, "", *records]


def of_causes() -> list[str]:
    return [line for cause in seq.misattributed_causes() for line in (str(cause), *notebook_rows(cause))]


def of_pairs() -> list[str]:
    """What is unusual about any group with any reason code."""
    pairs = (seq.adjustment_code(f"{group}-{code}") for group in seq.GroupCode for code in seq.CARCS)
    return [f"{pair}: {pair.unusual}" for pair in pairs if pair.unusual]


def of_codes(table: seq.CodeTable[Any]) -> list[str]:
    return [" | ".join(map(plain, code.to_dict().values())) for code in table.values()]


def plain(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


FACTS: dict[str, Callable[[], Iterable[str]]] = {
    "schedules.txt": schedules,
    "carc.txt": lambda: of_codes(seq.CARCS),
    "rarc.txt": lambda: of_codes(seq.RARCS),
    "plb.txt": lambda: of_codes(seq.PLBS),
    "notebook.txt": notebook_tables,
    "findings.txt": texts_of_cases,
    "deadlines.txt": last_days,
    "words.txt": words_of_members,
    "results.txt": texts,
    "steps.txt": steps,
    "audit.txt": texts_of_an_audit,
    "objects.txt": of_objects,
    "searches.txt": of_searches,
    "step_rules.txt": of_step_rules,
    "causes.txt": of_causes,
    "pairs.txt": of_pairs,
    "errors.txt": of_errors,
}
"""By file: what makes its lines."""


if __name__ == "__main__":
    for name, lines in FACTS.items():
        (HERE / name).write_text("\n".join(lines()) + "\n", "utf-8")
