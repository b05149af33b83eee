"""One of each kind of result of a check, with all that its texts, tables and plain values can say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

import sequestration as seq
from sequestration._export.csv import write_findings
from sequestration._worklist.bank_payments import claims_and_payments
from tests.golden.objects import notebook_rows
from tests.making import DOUBLED, RIGHT, Triple, claim, interchange, line, transaction

AS_OF = "2024-06-01"
HALVED: list[Triple] = [("CO", "45", "50"), ("CO", "253", "0.80"), ("PR", "2", "20")]
UNCUT: list[Triple] = [("CO", "45", "50"), ("PR", "2", "20")]
OF_PATIENT: list[Triple] = [("CO", "45", "50"), ("PR", "253", "1.60"), ("PR", "2", "20")]
UNREAD: list[Triple] = [("CO", "45", "5O"), ("CO", "253", "1.60"), ("PR", "2", "20")]


def negated(adjustments: Iterable[Triple]) -> list[Triple]:
    return [(group, reason, f"-{amount}") for group, reason, amount in adjustments]


def file() -> bytes:
    """A payer that withholds as due, but for some lines; a plan; and a transaction of another day."""
    of_medicare = transaction(
        *(claim("RIGHT", line("99213", "150", "78.40", RIGHT, allowed="100")) for _ in range(9)),
        claim("OVER", line("99213", "150", "76.80", DOUBLED, allowed="100", extra=["REF*6R*LINE7"]), remarks=["MA01"]),
        claim("OVER TOO", line("99214", "150", "76.80", DOUBLED, allowed="100")),
        claim("UNDER", line("99213", "150", "79.20", HALVED, allowed="100")),
        claim("SUSPENDED", line("99213", "150", "78.40", RIGHT, on="20210301", allowed="100")),
        claim("MISSING", line("99213", "150", "80", UNCUT, allowed="100")),
        claim("GROUP", line("99213", "150", "78.40", OF_PATIENT, allowed="100")),
        claim("PROJECTED", line("99213", "150", "78.40", RIGHT, on="20330301", allowed="100")),
        claim("CENT", line("99213", "150", "78.39", [*UNCUT, ("CO", "253", "1.61")], allowed="100")),
        claim("STAY", plan="MA", charge="10000", paid="9700", adjustments=[("CO", "253", "300")], **SPRING),
        claim("BACK", line("99213", "150", "76.80", DOUBLED, allowed="100")),
        claim("BACK", line("99213", "-150", "-76.80", negated(DOUBLED)), status="22"),
        claim("UNREAD", line("99213", "150", "78.40", UNREAD)),
        claim("NO DATE", line("99213", "150", "78.40", RIGHT, on=None)),
        claim("DENIED", line("99213", "150", "0", [("CO", "50", "150")], remarks=["N115"]), status="4"),
        claim("FREE", line("99213", "150", "50", [("PR", "1", "100")]), status="19"),
        claim("GAP", line("99213", "150", "78.40", RIGHT[:2], remarks=["MA18"]), adjustments=[("OA", "94", "-7")]),
        provider_adjustments=["PLB*1234567893*20241231*WO:123456789*25.00*L6*-3.10"],
    )
    of_a_plan = transaction(
        claim("PLAN OVER", line("99213", "150", "76.80", DOUBLED), plan="16"),
        claim("PLAN UNDER", line("99213", "150", "79.20", HALVED), plan="16"),
        claim("PLAN RIGHT", line("99213", "150", "78.40", RIGHT), plan="16"),
        claim("PLAN NO DATE", line("99213", "150", "76.80", DOUBLED, on=None), plan="16"),
        payer="EXAMPLE HEALTH PLAN",
        payer_id="H1234",
        number="0002",
        trace="EFT0002",
    )
    return interchange(of_medicare, of_a_plan)


SPRING: dict[str, Any] = {"first_day": "20220628", "last_day": "20220703"}


@cache
def audit() -> seq.Audit:
    return seq.check_835(file(), keep="all")


def claims() -> dict[str, seq.Claim]:
    with seq.read_835(file()) as reader:
        return {found.control_number: found for found in reader}


def results() -> Iterator[Any]:
    """The results, those of an audit first."""
    audited, read = audit(), claims()
    yield audited.totals
    yield audited.totals.by_month["2024-03"]
    yield audited.totals.by_month["2024-03"].by_verdict[seq.Verdict.CUT_TOO_LARGE]
    yield from audited.files
    yield from {finding.claim: finding for finding in audited.findings if finding.claim != "OVER TOO"}.values()
    yield from audited.patterns()
    yield from audited.plans()
    yield from seq.check_835(file(), payers={"H1234": "contract"}).plans()
    yield from audited.by_claim()
    yield from audited.by_code()
    yield from audited.expiring(as_of=AS_OF)
    for which in seq.LineList:
        yield from list(seq.service_lines(file(), which))[-3:]
    with seq.read_835(file()) as reader:
        yield from (each for each in claims_and_payments(reader.claims_and_ends()) if not isinstance(each, seq.Claim))
    for name in ("OVER", "STAY", "FREE", "GAP"):
        carried = seq.secondary_adjustments(read[name])
        yield from (carried, *carried.lines, *carried.gaps)


def texts() -> Iterator[str]:
    """The results as text, as a table's row, as plain values and in a notebook."""
    for result in results():
        yield type(result).__name__
        yield from (f"  {text}" for text in str(result).splitlines())
        if hasattr(result, "_columns"):
            yield from (f"  | {name}: {cell}" for name, cell in zip(result._columns, result._cells, strict=True))
        yield from (f"  {name} = {json.dumps(value)}" for name, value in result.to_dict().items())
        if hasattr(result, "_repr_html_"):
            yield from notebook_rows(result)


def texts_of_an_audit() -> Iterator[str]:
    """What is written about all of them: the text, the calendar, a request, the section of dollars."""
    audited = seq.check_835(file())
    yield from audited.to_text(as_of=AS_OF).splitlines()
    stream = io.StringIO()
    write_findings(audited.findings[:4], stream, as_of=date.fromisoformat(AS_OF))
    columns, *rows = csv.reader(stream.getvalue().splitlines())
    yield from (f"{name}: {cell}" for row in rows for name, cell in zip(columns, row, strict=True))
    yield from audited.to_ics(as_of=AS_OF, alarm_days=7).splitlines()
    over = [finding for finding in audited.findings if finding.claim == "OVER"]
    yield from seq.reopening_request(over, claim=claims()["OVER"]).splitlines()
    yield from seq.reopening_request([each for each in audited.findings if each.claim == "SUSPENDED"]).splitlines()
    page = seq.report_html(audited, as_of=AS_OF)
    yield from page[page.index('id="dollars"') :].partition("</section>")[0].replace("<", "\n<").splitlines()
