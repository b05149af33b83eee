"""What a reader sees of each kind of object of the law, the codes and a remittance, in every form that it has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import sequestration as seq
from sequestration._codes.step_rules import StepQuery
from tests.making import RIGHT, claim, line, remittance
from tests.schedules import EXAMPLE

FULL = remittance(
    claim(
        "A-1",
        line(
            "99213:25:59",
            "150",
            "78.40",
            RIGHT,
            allowed="100",
            remarks=["N807"],
            revenue_code="0450",
            extra=["REF*6R*L-1", "DTM*150*20240229", "DTM*151*20240302"],
        ),
        patient="20",
        adjustments=[("OA", "23", "0.00")],
        first_day="20240301",
        last_day="20240302",
        remarks=["MA18", "MA28"],
        original="ICN-0",
        extra=["NM1*TT*2*CARRIER", "QTY*CA*3", "AMT*I*1.25"],
    ),
    claim("A-2", line("99214", "150", "1x", [("CO", "253", "3.20")], on=None), plan="16", status="22"),
    provider_adjustments=["PLB*1234567893*20241231*WO:REF*-5.00*L6:R2*2.50*ZZ*1.00*FB*0*72:R*1x"],
)


def of_objects() -> Iterator[str]:
    """Every form of each object: repr, text, lines with and without a day, plain values, notebook."""
    for name, found in objects().items():
        yield f"=== {name}"
        yield repr(found)
        yield from _lines(str(found))
        if hasattr(found, "to_text"):
            yield from _lines(found.to_text())
        if hasattr(found, "to_dict"):
            yield json.dumps(found.to_dict())
        if hasattr(found, "_repr_html_"):
            yield from notebook_rows(found)
    for day in ("2025-07-01", "2026-06-01", "2026-09-29", "2026-09-30", "2029-01-01"):
        yield f"=== as of {day}"
        for name, found in objects().items():
            if name in RUNNING:
                yield from _lines(found.to_text(as_of=day))
            if isinstance(found, seq.Step):
                yield found.instruction(as_of=day)
                yield json.dumps(found.to_dict(as_of=day))


def notebook_rows(found: Any) -> list[str]:
    """What a notebook shows, a row a line, with a bar between two cells."""
    html: str = found._repr_html_().partition("</style>")[2]
    rows = re.split(r"<(?:tr|li|p|caption)\b", re.sub(r"</t[dh]><t[dh]", " | <", html))
    return [f"  > {unescape(re.sub(r'^[^<]*>|<[^>]*>', '', row)).rstrip()}" for row in rows[1:]]


def _lines(text: str) -> list[str]:
    return [f"  {each}" for each in text.splitlines()]


def objects() -> dict[str, Any]:
    """One of each kind, and of the kinds that have different texts, one of each text."""
    return {**_of_law(), **_of_codes(), **_of_a_remittance()}


def _of_law() -> dict[str, Any]:
    cost_report = seq.cost_report_reduction("1000000", first_day="2010-07-01", last_day="2011-06-30", schedule=EXAMPLE)
    period = EXAMPLE.period_on("2012-05-10")
    deadlines = seq.deadlines
    return {
        "schedule": EXAMPLE,
        "schedule with another rate": EXAMPLE.what_if(first_day="2027-04-01", rate="0.04", stacking="compound"),
        "period": period,
        "projected period": EXAMPLE.period_on("2029-10-01"),
        "authority": period.authorities[0],
        "payment": seq.medicare_payment(allowed="100", deductible="50", coinsurance_rate="0.20"),
        "secondary payment": seq.secondary_payment(
            charge="1175", primary_allowed="150", primary_paid="120", allowed="125", deductible="5", coinsurance="20"
        ),
        "reduction": seq.expected_reduction("40.75", on="2019-05-01", schedule=EXAMPLE),
        "payables": seq.payables_from_paid("0.24", on="2024-03-01"),
        "cost report": cost_report,
        "share of a cost report": cost_report.shares[0],
        "deadline to file": deadlines.timely_filing("2025-03-01"),
        "deadline to file that was extended": deadlines.timely_filing(
            "2023-03-01", exception="administrative_error", notified_on="2025-04-10"
        ),
        "redetermination": deadlines.redetermination("2026-06-01"),
        "redetermination of a notice that came": deadlines.redetermination("2026-06-01", received_on="2026-06-03"),
        "hearing": deadlines.hearing("2026-06-01"),
        "reopening for good cause": deadlines.reopening("2025-06-01", good_cause=True),
        "documents": deadlines.documents("2026-06-01"),
        "overpayment": deadlines.overpayment("2026-06-01"),
        "overpayment after an inquiry": deadlines.overpayment("2026-06-01", inquiry_ended="2027-03-01"),
        "overpayment of a cost report": deadlines.overpayment("2026-06-01", cost_report_due="2026-12-01"),
        "demand letter": deadlines.recoupment("2026-06-01"),
        "demand letter with a redetermination": deadlines.recoupment("2026-06-01", redetermined_on="2026-08-03"),
    }


def _of_codes() -> dict[str, Any]:
    causes = seq.misattributed_causes()
    rules = {f"rule of {code}": seq.STEPS.rule_for(StepQuery(code, entry=seq.CARCS.get(code))) for code in RULED}
    steps = {f"step of {code}": seq.next_step(code, remittance_date="2026-06-01") for code in STEPPED}
    return {
        "reason code": seq.CARCS["253"],
        "stopped reason code": seq.CARCS["38"],
        "remark code": seq.RARCS["N811"],
        "provider-level code": seq.PLBS["WO"],
        "pair": seq.adjustment_code("CO-45"),
        "unusual pair": seq.adjustment_code("PR-23"),
        "code without a group": seq.adjustment_code("45"),
        "source": seq.CARCS.source,
        "eight codes": seq.CodeTable("PLB", list(seq.PLBS.values())[:8]),
        "nine codes": seq.CodeTable("PLB", list(seq.PLBS.values())[:9]),
        **_newer(),
        "few codes": seq.PLBS.search("interest"),
        "no codes": seq.PLBS.search("zzzqqq"),
        "cause": causes[0],
        "another cause": causes[4],
        "signal": causes[3].signals[0],
        **rules,
        **steps,
        "step to file": seq.next_step("CO-29", service_date="2025-07-01"),
        "step without a date": seq.next_step("CO-50"),
    }


def _newer() -> dict[str, Any]:
    """Codes that a caller's table adds or changes, with as few columns as may be."""
    tables: dict[str, tuple[seq.CodeTable[Any], str, str]] = {
        "CARC": (seq.CARCS, "code,title,category,kind,step\n399,New,coding,denial,appeal\n", "399"),
        "RARC": (seq.RARCS, "code,title\nN9999,New\n", "N9999"),
        "PLB": (seq.PLBS, "code,title,plus,minus\nQQ,New,taken,given\n", "QQ"),
    }
    found: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        for name, (table, content, code) in tables.items():
            path = Path(folder, "own.csv")
            path.write_text(content, "utf-8")
            with_it = table.with_codes(path, release="2026-11-30")
            found[f"new code of {name}"] = with_it[code]
            path.write_text(f"code,text\n{code},Official\n", "utf-8")
            texts = table.with_texts(path)
            found[f"code of {name} that is newer"] = _Newer(texts.newer, with_it.release, len(with_it) - len(table))
    return found


class _Newer(NamedTuple):
    """What a table says of codes that it does not have, its release with them, and how many were added."""

    newer: tuple[str, ...]
    release: date
    added: int


RULED = ("253", "29", "45", "50", "16", "18", "999")
STEPPED = ("CO-253", "CO-16", "CO-18", "CO-22", "CO-50", "CO-97", "PR-1", "OA-23", "PI-45", "CO-999")
RUNNING = ("redetermination", "overpayment", "demand letter", "step to file", "step of CO-16", "step of CO-50")
"""Objects whose words depend on the day."""


def _of_a_remittance() -> dict[str, Any]:
    with seq.read_835(FULL) as reader:
        claims = list(reader)
        problems = reader.problems
        found = reader.provider_adjustments
    header = claims[0].remittance
    one, two, three = (date(2024, 3, day) for day in (1, 2, 3))
    audit = seq.check_835(FULL, keep="all")
    lists = {
        "findings": audit.findings,
        "problems": audit.problems,
        "files": audit.files,
        "provider-level adjustments": audit.provider_adjustments,
        "totals by code": audit.by_code(),
        "totals by claim": audit.by_claim(),
        "patterns": audit.patterns(),
        "plans": audit.plans(),
        "counts": audit.counts,
    }
    return {
        **{f"claim {place}": each for place, each in enumerate(claims)},
        **{f"line {place}": each.lines[0] for place, each in enumerate(claims)},
        **{f"posting {place}": each for place, each in enumerate(claims[0].postings())},
        **{f"problem {place}": each for place, each in enumerate(problems)},
        **{f"provider-level adjustment {each.reason}": each for each in found},
        **{f"list of {name}": each for name, each in lists.items()},
        "adjustment": claims[0].lines[0].adjustments[1],
        "remittance": header,
        "remittance of three dates": seq.Remittance(payment_cents=0, produced_on=one, paid_on=two, group_date=three),
        "remittance of two dates": seq.Remittance(method="CHK", paid_on=two, group_date=three),
        "remittance of one date": seq.Remittance(payment_cents=-100, payee="A", group_date=three),
        "remittance of which nothing is known": seq.Remittance(),
        "claim of which little is known": seq.Claim("A-3", "1", None, None, patient_responsibility="1.00"),
    }
