"""Laws that hold for every file, however broken: what the fuzz of the grammar asserts.

An audit that raises nothing may still be wrong. Most of these laws are checked for every file. Those of the outputs
cost more, so each file has one of them, which its bytes decide.
"""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from importlib import import_module
from math import floor
from typing import Any
from zlib import crc32

import sequestration as seq
from sequestration import Finding, OwedTo, Problem, ProblemCode, Verdict

jsonschema: Any
try:
    jsonschema = import_module("jsonschema")
except ImportError:  # Without it, all but the schema is checked.
    jsonschema = None

__all__ = ["OUTPUTS", "Output", "hold_for"]

_AS_OF = date(2024, 6, 1)
_UNDECIDED = (Verdict.NOT_APPLICABLE, Verdict.UNDETERMINED)
_NO_RATE = (Verdict.REVERSAL, *_UNDECIDED)
_SCHEMA = jsonschema and jsonschema.Draft202012Validator(seq.json_schema())
_PLAIN_TAGS = frozenset(("meta", "link", "br", "hr", "img", "input", "col", "path", "rect", "line", "circle"))
_ELSEWHERE = (
    b"ISA*00*          *00*          *ZZ*S              *ZZ*R              *240315*1200*^*00501*000000009*0*P*:~"
    b"GS*HP*S*R*20240315*1200*9*X*005010X221A1~ST*835*9999~BPR*I*78.40*C*ACH************20240315~TRN*1*ELSEWHERE*1~"
    b"N1*PR*ELSEWHERE MEDICARE*XV*98765~N1*PE*PRACTICE*XX*1234567893~LX*1~CLP*ELSEWHERE*1*150*78.40*20*MB*ELSE*11*1~"
    b"SVC*HC:99213*150*78.40**1~DTM*472*20240301~CAS*CO*45*50**253*1.60~CAS*PR*2*20~SE*13*9999~GE*1*9~IEA*1*000000009~"
)
"""A remittance that shares no number with the others."""


def hold_for(data: bytes) -> None:
    """Check a file in every way; raise `AssertionError` if a law does not hold, and the library's error if it is none.

    What is kept decides whether the fast path is used, so the two audits are made by different code.
    """
    audit = seq.check_835(data, limit=None)
    every = seq.check_835(data, limit=None, keep="all")
    _same_without_fast_path(audit, every)
    _sums_are_those_of_findings(every)
    _sums_reconcile(every)
    for finding in audit.findings:
        _is_proven(finding)
    _accuses_only_who_withholds(audit, data)
    assert all(finding.reason_code for finding in every.findings if finding.verdict in _UNDECIDED)
    _reads_what_is_audited(audit, data)
    OUTPUTS[crc32(data) % len(OUTPUTS)](every, data)


# For every file.


def _same_without_fast_path(audit: seq.Audit, every: seq.Audit) -> None:
    assert audit.counts == every.counts
    assert audit.totals == every.totals
    assert audit.findings == [finding for finding in every.findings if finding.verdict.needs_review]
    assert audit.problems == every.problems
    assert audit.files == every.files
    assert audit.projected == every.projected
    assert audit.provider_adjustments == every.provider_adjustments
    assert sorted(audit.ledger.rows()) == sorted(every.ledger.rows())
    assert dict(audit.pattern_groups) == dict(every.pattern_groups)
    assert dict(audit.plan_groups) == dict(every.plan_groups)
    assert audit.by_claim() == every.by_claim()


def _sums_are_those_of_findings(every: seq.Audit) -> None:
    """The totals are kept line by line; here they are added up once more, from all findings."""
    counted = Counter(finding.verdict for finding in every.findings)
    assert {verdict: count for verdict, count in every.counts.items() if count} == counted
    sums: dict[tuple[str, Verdict], list[int]] = {}
    for finding in every.findings:
        if finding.verdict is not Verdict.NOT_APPLICABLE:
            month = f"{finding.on:%Y-%m}" if finding.on else ""
            own = sums.setdefault((month, finding.verdict), [0, 0, 0])
            own[0] += _cents(finding.reported)
            own[1] += 0 if finding.verdict in _NO_RATE else _cents(finding.expected)
            own[2] += abs(_cents(finding.difference)) if finding.verdict.is_wrong_amount else 0
    months = {**every.totals.by_month, "": every.totals.no_date}
    entered = {
        (month, verdict): [own.reported_cents, own.expected_cents, own.in_question_cents]
        for month, totals in months.items()
        for verdict, own in totals.by_verdict.items()
    }
    assert entered == {place: own for place, own in sums.items() if any(own)}


def _sums_reconcile(every: seq.Audit) -> None:
    of_months = [every.totals.no_date, *every.totals.by_month.values()]
    for each in (every.totals, *of_months):
        assert each.reported - each.expected == each.over_withheld - each.under_withheld + each.rounding
        assert each.in_question == each.over_withheld + each.under_withheld == sum(each.by_owed_to.values())
        assert each.withheld == each.reported + each.not_checked + each.taken_back
    assert every.totals.withheld == sum(each.withheld for each in of_months)
    assert every.totals.in_question == sum(each.in_question for each in of_months)
    places = sum(count for verdict, count in every.counts.items() if verdict.needs_review)
    assert sum(sums.lines for _, sums in every.pattern_groups) == places


def _is_proven(finding: Finding) -> None:
    """An accusation has everything that it rests on, and a person can do the sum again."""
    assert finding.verdict.needs_review
    reported, expected, payable, period = finding.reported, finding.expected, finding.payable, finding.period
    assert None not in (reported, expected, payable, period, finding.on, finding.difference)
    assert period is not None
    assert finding.on is not None
    assert period.first_day is None or period.first_day <= finding.on
    assert period.last_day is None or finding.on <= period.last_day
    assert not period.projected
    assert finding.remitted_on is None or finding.on <= finding.remitted_on
    assert _cents(expected) == _nearest(_cents(payable) * Fraction(period.rate))
    difference = _cents(reported) - _cents(expected)
    assert _cents(finding.difference) == difference
    match finding.verdict:
        case Verdict.CUT_TOO_LARGE:
            assert difference > 0 < period.rate
        case Verdict.CUT_NOT_DUE:
            assert difference == _cents(reported) > 0 == period.rate
        case Verdict.CUT_TOO_SMALL:
            assert difference < 0 < period.rate
        case Verdict.MISSING:
            assert difference == -_cents(expected) < 0 == _cents(reported)
        case _:
            assert finding.group not in ("", "CO")
    if finding.verdict.is_wrong_amount:
        assert finding.owed_to is (OwedTo.PROVIDER if difference > 0 else OwedTo.MEDICARE)
    assert finding.step is not None


def _accuses_only_who_withholds(audit: seq.Audit, data: bytes) -> None:
    """Without sequestration or without the plan codes of Medicare, a file proves nothing."""
    if not (b"253" in data or b"223" in data) or not (b"MA" in data or b"MB" in data):
        assert not audit.findings


def _reads_what_is_audited(audit: seq.Audit, data: bytes) -> None:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    claims = lines = 0
    with seq.read_835(data) as reader:
        for claim in reader:
            claims += 1
            lines += len(claim.lines)
            for adjustment in (*claim.adjustments, *(each for line in claim.lines for each in line.adjustments)):
                sums[adjustment.group, adjustment.reason] += adjustment.amount_cents or 0
    (file,) = audit.files
    assert (claims, lines) == (file.claims, file.lines)
    codes = {problem.code for problem in audit.problems}
    assert set(map(str, reader.problems)) <= set(map(str, audit.problems))
    if not codes & {ProblemCode.REPEATED_REMITTANCE, ProblemCode.ADJUSTMENTS_REPEATED}:
        assert {code: cents for code, cents in sums.items() if cents} == _codes(audit)
        assert reader.provider_adjustments == audit.provider_adjustments


# In turn.


def _as_json(every: seq.Audit, _data: bytes) -> None:
    found = json.loads(json.dumps(every.to_dict(as_of=_AS_OF), allow_nan=False))
    assert found == every.to_dict(as_of=_AS_OF)
    assert found["ok"] is every.ok
    if _SCHEMA is not None:
        _SCHEMA.validate(found)


def _as_text(every: seq.Audit, _data: bytes) -> None:
    text = every.to_text(as_of=_AS_OF)
    assert text.startswith(every.summary().split("\n", 1)[0][:20])
    assert all(each.isprintable() or each == "\n" for each in text)
    assert all(str(found) for found in (*every.by_code(), *every.by_claim(), *every.patterns(), *every.plans()))


def _as_csv(every: seq.Audit, _data: bytes) -> None:
    from sequestration._export.csv import ALL_COLUMNS, write_findings

    stream = io.StringIO(newline="")
    write_findings(every.findings, stream, as_of=_AS_OF)
    head, *rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline=""), fieldnames=ALL_COLUMNS))
    assert tuple(head.values()) == ALL_COLUMNS
    for row, finding in zip(rows, every.findings, strict=True):
        assert row["verdict"] == finding.verdict
        assert row["reported"] == ("" if finding.reported is None else str(finding.reported))
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "@")) or re.fullmatch(r"\+?\d+(\.\d+)?", cell)


def _as_report(every: seq.Audit, _data: bytes) -> None:
    stream = io.StringIO()
    seq.write_report(every, stream, as_of=_AS_OF)
    page = _Page()
    page.feed(stream.getvalue())
    page.close()
    assert not page.open


def _as_calendar(every: seq.Audit, _data: bytes) -> None:
    lines = every.to_ics(as_of=_AS_OF).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")


def _masked(every: seq.Audit, _data: bytes) -> None:
    masked = every.masked()
    assert (masked.counts, masked.totals) == (every.counts, every.totals)
    for finding, hidden in zip(every.findings, masked.findings, strict=True):
        assert not finding.claim or re.fullmatch(r"#\d+", hidden.claim)
        assert not finding.payer_claim_number or re.fullmatch(r"#\d+", hidden.payer_claim_number)
        assert not finding.line_control_number or re.fullmatch(r"#\d+", hidden.line_control_number)
        assert hidden.difference == finding.difference
    json.dumps(masked.to_dict(), allow_nan=False)


def _with_a_limit(every: seq.Audit, data: bytes) -> None:
    """Two findings of each verdict are kept, in order; counts and dollars do not depend on it."""
    few = seq.check_835(data, keep="all", limit=2)
    assert (few.counts, few.totals) == (every.counts, every.totals)
    left = iter(every.findings)
    assert all(finding in left for finding in few.findings)  # Each is looked for behind the one before it.
    kept = Counter(finding.verdict for finding in few.findings)
    assert all(kept[verdict] + few.findings_dropped[verdict] == count for verdict, count in every.counts.items())
    assert _repeats(every) or all(kept[verdict] == min(2, count) for verdict, count in every.counts.items())


def _streamed(every: seq.Audit, data: bytes) -> None:
    """Findings that go to a function as they come are the same."""
    found: list[Finding] = []
    streamed = seq.check_835(data, keep="all", limit=None, findings_to=found.extend)
    assert found == every.findings
    assert streamed.findings == []
    assert (streamed.counts, streamed.totals, streamed.problems) == (every.counts, every.totals, every.problems)


def _beside_another(every: seq.Audit, data: bytes) -> None:
    """Of two files, the audit is the sum, whichever comes first and however they are put together."""
    other = seq.check_835(_ELSEWHERE, keep="all")
    assert other.counts[Verdict.CORRECT] == other.places == 1
    merged = pickle.loads(pickle.dumps(every))  # noqa: S301  # its own bytes
    assert merged == every
    merged.merge(other)
    together = seq.check_835([data, _ELSEWHERE], keep="all", limit=None)
    turned = seq.check_835([_ELSEWHERE, data], keep="all", limit=None)
    for found in (together, turned):
        assert found.counts == merged.counts
        assert found.totals == merged.totals
        assert sorted(found.ledger.rows()) == sorted(merged.ledger.rows())
        assert _texts(found.problems) == _texts(merged.problems)
        assert found.places == every.places + 1
    assert together.findings == merged.findings
    assert together.by_claim() == merged.by_claim()


def _twice(every: seq.Audit, data: bytes) -> None:
    """A remittance that comes again is counted once."""
    again = seq.check_835([data, data], keep="all", limit=None)
    keyed = again.places == every.places
    assert keyed or again.places <= 2 * every.places
    assert not keyed or again.totals == every.totals


def _nothing(_every: seq.Audit, _data: bytes) -> None:
    """No output."""


Output = Callable[[seq.Audit, bytes], None]
OUTPUTS: tuple[Output, ...] = (
    *(_as_json, _as_text, _as_csv, _as_report, _as_calendar, _masked),
    *2 * (_with_a_limit, _streamed, _beside_another, _twice),
    *50 * (_nothing,),
)
"""What a file is asked besides; most are asked nothing more, so that many files can be tried."""


class _Page(HTMLParser):
    """Elements that are open; one that is closed must be the last that was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in _PLAIN_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _PLAIN_TAGS:
            assert self.open.pop() == tag


def _repeats(audit: seq.Audit) -> bool:
    return any(problem.code is ProblemCode.REPEATED_REMITTANCE for problem in audit.problems)


def _codes(audit: seq.Audit) -> dict[tuple[str, str], int]:
    return {(group, reason): cents for group, reason, _, cents in audit.ledger.rows() if cents}


def _texts(problems: list[Problem]) -> list[str]:
    return sorted(map(str, problems))


def _cents(amount: object) -> int:
    if amount is None:
        return 0
    cents = Fraction(str(amount)) * 100
    assert cents.denominator == 1
    return int(cents)


def _nearest(cents: Fraction) -> int:
    """The nearest whole number; halves are rounded up."""
    return floor(abs(cents) + Fraction(1, 2)) * (1 if cents >= 0 else -1)
